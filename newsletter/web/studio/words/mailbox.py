"""Words of the Mailbox: the list of mails, one mail.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "mailbox_title": ("Mailbox", "Boîte aux lettres"),
    "mailbox_outbox": ("Outbox", "Boîte d’envoi"),
    "mailbox_emulator": ("Emulator", "Émulateur"),
    "mailbox_boxes": ("Boxes", "Boîtes"),
    "mailbox_outbox_note": (
        "Files on this machine. Nobody got these mails.",
        "Des fichiers sur cet ordinateur. Personne n’a reçu ces courriels.",
    ),
    "mailbox_emulator_note": (
        "What the emulator on this machine took. Nobody got these mails.",
        "Ce que l’émulateur de cet ordinateur a pris. Personne n’a reçu ces courriels.",
    ),
    "mailbox_count_one": ("One mail", "Un courriel"),
    "mailbox_count_many": ("{n} mails", "{n} courriels"),
    "mailbox_count_more": ("More than {n} mails", "Plus de {n} courriels"),
    "mailbox_search": ("Search", "Chercher"),
    "mailbox_search_outbox": ("Recipient, subject or issue", "Destinataire, objet ou numéro"),
    "mailbox_search_emulator": ("Recipient’s address", "Adresse du destinataire"),
    "mailbox_search_do": ("Search", "Chercher"),
    "mailbox_search_clear": ("Show all", "Tout afficher"),
    "mailbox_found_none": ("Nothing found", "Rien trouvé"),
    "mailbox_found_none_lead": (
        "No mail has “{search}” in it.",
        "Aucun courriel ne contient «\u00a0{search}\u00a0».",
    ),
    "mailbox_looked_at": (
        "{n} mails were looked at, and older ones are left.",
        "{n} courriels ont été examinés; il en reste de plus anciens.",
    ),
    "mailbox_further": ("Search further back", "Chercher plus loin"),
    "mailbox_empty": ("No mail here yet", "Aucun courriel ici pour l’instant"),
    "mailbox_empty_outbox": (
        "Send a test of an issue, or a mailing to the outbox: every mail then lies here, as each reader would get it.",
        "Envoyez l’essai d’un numéro, ou un envoi à la boîte d’envoi\u00a0: chaque courriel se trouve ensuite ici, tel que chaque destinataire le recevrait.",
    ),
    "mailbox_empty_emulator": (
        "Send a test of an issue, or rehearse a mailing: every mail then lies here, as each reader would get it.",
        "Envoyez l’essai d’un numéro, ou répétez un envoi\u00a0: chaque courriel se trouve ensuite ici, tel que chaque destinataire le recevrait.",
    ),
    "mailbox_to_issues": ("Go to the issues", "Aller aux numéros"),
    "mailbox_silent": ("The emulator does not answer", "L’émulateur ne répond pas"),
    "mailbox_silent_lead": (
        "Nothing is running at {where}. Start it, then open this page again.",
        "Rien ne fonctionne à {where}. Démarrez-le, puis rouvrez cette page.",
    ),
    "mailbox_list": ("Mails", "Courriels"),
    "mailbox_no_subject": ("(no subject)", "(sans objet)"),
    "mailbox_row_to": ("to {to}", "à {to}"),
    "mailbox_from": ("From", "De"),
    "mailbox_to": ("To", "À"),
    "mailbox_date": ("Date", "Date"),
    "mailbox_mailing": ("Issue", "Numéro"),
    "mailbox_pick": ("Choose a mail to read it", "Choisissez un courriel pour le lire"),
    "mailbox_back": ("All mails", "Tous les courriels"),
    "mailbox_views": ("How to see it", "Comment le voir"),
    "mailbox_view_html": ("As a mail", "Courriel"),
    "mailbox_view_phone": ("On a phone", "Au téléphone"),
    "mailbox_view_text": ("Plain text", "Texte brut"),
    "mailbox_view_headers": ("Headers", "En-têtes"),
    "mailbox_source": ("Download the source", "Télécharger la source"),
    "mailbox_frame": ("The mail: {subject}", "Le courriel\u00a0: {subject}"),
    "mailbox_no_html": ("This mail has no HTML.", "Ce courriel n’a pas de HTML."),
    "mailbox_no_text": ("This mail has no plain text.", "Ce courriel n’a pas de texte brut."),
    "mailbox_enclosed": ("Enclosed", "Pièces jointes"),
    "mailbox_header_name": ("Header", "En-tête"),
    "mailbox_header_value": ("What it says", "Ce qu’il dit"),
    "mailbox_unreadable": (
        "This mail cannot be read as one: only its header and its source are shown.",
        "Ce courriel est illisible\u00a0: seuls son en-tête et sa source sont montrés.",
    ),
    "mailbox_too_large": (
        "This mail is very large: only its beginning is shown.",
        "Ce courriel est très volumineux\u00a0: seul son début est montré.",
    ),
    "mailbox_links_note": (
        "Links do not open here, and looking counts as no open.",
        "Les liens ne s’ouvrent pas ici, et regarder ne compte pas comme une ouverture.",
    ),
}
