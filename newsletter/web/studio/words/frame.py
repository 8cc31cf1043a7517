"""Words that stand on every page: the rail, holding everything, messages.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "frame_skip": ("Skip to the page", "Aller à la page"),
    "frame_rail": ("Main", "Menu principal"),
    "frame_bar": ("Sections", "Rubriques"),
    "frame_more": ("More", "Plus"),
    "frame_desk": ("Desk", "Bureau"),
    "frame_issues": ("Issues", "Numéros"),
    "frame_schedule": ("Schedule", "Calendrier"),
    "frame_people": ("Recipients", "Destinataires"),
    "frame_mailing": ("Mailings", "Envois"),
    "frame_mailbox": ("Mailbox", "Boîte aux lettres"),
    "frame_settings": ("Settings", "Réglages"),
    "frame_hold": ("Hold everything", "Tout retenir"),
    "frame_held": ("Everything is held.", "Tout est retenu."),
    "frame_held_since": (
        "Since {at}, by {by}. Readers’ pages and unsubscribes go on.",
        "Depuis le {at}, par {by}. Les pages des lecteurs et les désabonnements continuent.",
    ),
    "frame_held_until": (
        "Since {at}, until {until}, by {by}. Readers’ pages and unsubscribes go on.",
        "Depuis le {at}, jusqu’au {until}, par {by}. Les pages des lecteurs et les désabonnements continuent.",
    ),
    "frame_end_hold": ("End the hold", "Mettre fin à la retenue"),
    "frame_end_hold_note": (
        "Nothing goes out by that alone: each mailing waits to be looked at.",
        "Rien ne part pour autant\u00a0: chaque envoi attend d’être revu.",
    ),
    "frame_unclaimed": ("Nothing is sent from this copy.", "Rien ne part de cette copie."),
    "frame_unclaimed_note": (
        "On this machine, the command below shows what is known.",
        "Sur cet ordinateur, la commande ci-dessous montre ce qu’on en sait.",
    ),
    "frame_wrong_title": ("That did not work", "Cela n’a pas fonctionné"),
    "frame_missing_title": ("Not here", "Rien ici"),
    "frame_missing": ("There is no such page.", "Cette page n’existe pas."),
    "frame_refused_title": ("Not for this account", "Pas avec ce compte"),
    "frame_refused": (
        "This account may not do that. Somebody with the role “{role}” can.",
        "Ce compte n’y est pas autorisé. Une personne ayant le rôle «\u00a0{role}\u00a0» peut le faire.",
    ),
    "frame_stale_title": ("This form is too old", "Ce formulaire est trop ancien"),
    "frame_stale": (
        "It is not one of ours, or you were signed out meanwhile. Nothing was done. Open the page again and send it anew.",
        "Il ne vient pas de nos pages, ou votre session a pris fin. Rien n’a été fait. Rouvrez la page, puis recommencez.",
    ),
    "frame_too_much_title": ("This is too large", "C’est trop volumineux"),
    "frame_too_much": (
        "What was sent is larger than this page takes.",
        "Ce qui a été envoyé dépasse ce que cette page accepte.",
    ),
    "frame_broken_title": ("Something went wrong", "Un problème est survenu"),
    "frame_broken": (
        "It is written in the log of the program. What was done before it stands.",
        "Il est inscrit au journal du programme. Ce qui a été fait avant reste fait.",
    ),
    "frame_done_once": (
        "This was done before. What it answered is shown only once.",
        "C’est déjà fait. La réponse ne s’affiche qu’une fois.",
    ),
    "frame_opening": ("Opening the page …", "Ouverture de la page …"),
    "frame_back": ("Back to the desk", "Retour au bureau"),
    "frame_older": ("Older", "Plus anciens"),
    "frame_newer": ("Newer", "Plus récents"),
    "frame_pages": ("Pages", "Pages"),
    "frame_cancel": ("Cancel", "Annuler"),
    "frame_signed_in": ("Signed in as {name}", "Session de {name}"),
    "frame_account": ("Your account", "Votre compte"),
    "frame_sign_out": ("Sign out", "Fermer la session"),
    "frame_other": ("Français", "English"),
    "frame_other_code": ("fr", "en"),
    "frame_live_stopped": (
        "The connection is lost. The numbers below may be old.",
        "La connexion est perdue. Les chiffres ci-dessous peuvent dater.",
    ),
    "frame_colon": (": ", "\u00a0: "),
    "frame_role_viewer": ("viewer", "lecture"),
    "frame_role_author": ("author", "rédaction"),
    "frame_role_approver": ("approver", "approbation"),
    "frame_role_sender": ("sender", "envoi"),
    "frame_role_admin": ("administrator", "administration"),
}
