"""Words of the receipt.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "receipt_title": ("Receipt: {title}", "Attestation : {title}"),
    "receipt_file": ("receipt", "attestation"),
    "receipt_people_one": ("person, once", "personne, une fois"),
    "receipt_people_many": ("people, once each", "personnes, une fois chacune"),
    "receipt_not_mailed_one": ("not mailed, and why", "sans envoi, avec la raison"),
    "receipt_not_mailed_many": ("not mailed, and why", "sans envoi, avec la raison"),
    "receipt_unexplained_one": ("unexplained", "sans explication"),
    "receipt_unexplained_many": ("unexplained", "sans explication"),
    "receipt_unexplained_line": ("unexplained", "sans explication"),
    "receipt_sentence_one": (
        "{n} person, once; {not_mailed} not mailed, and why; {unexplained} unexplained.",
        "{n} personne, une fois; {not_mailed} sans envoi, avec la raison; {unexplained} sans explication.",
    ),
    "receipt_sentence_many": (
        "{n} people, once each; {not_mailed} not mailed, and why; {unexplained} unexplained.",
        "{n} personnes, une fois chacune; {not_mailed} sans envoi, avec la raison; {unexplained} sans explication.",
    ),
    "receipt_equation": (
        "{n} in the audience = {accepted} handed over + {none} not mailed.",
        "{n} parmi les destinataires = {accepted} remis + {none} sans envoi.",
    ),
    "receipt_pending_one": ("{n} still to go.", "{n} encore à envoyer."),
    "receipt_pending_many": ("{n} still to go.", "{n} encore à envoyer."),
    "receipt_after": ("What became of it", "Ce qu’il en est advenu"),
    "receipt_left": ("left the list by this mailing", "désabonnés par cet envoi"),
    "receipt_complained": ("marked it as spam", "l’ont signalé comme pourriel"),
    "receipt_parts": ("In parts", "En plusieurs parties"),
    "receipt_told": ("a mailing of its own, counted by itself", "un envoi à part, compté séparément"),
    "receipt_closed": ("The count closes.", "Le compte est bon."),
    "receipt_not_closed": ("The count is not closed yet.", "Le compte n’est pas encore clos."),
    "receipt_counted": ("Counted {at}.", "Compté le {at}."),
    "receipt_source": (
        "Mailing {number}, by {provider}, approved version {edition}.",
        "Envoi {number}, par {provider}, version approuvée {edition}.",
    ),
    "receipt_pass_on": ("Pass it on", "Transmettre"),
    "receipt_forward": ("Forward by mail", "Transmettre par courriel"),
    "receipt_print": ("Print", "Imprimer"),
    "receipt_page": ("Download as a page", "Télécharger en page"),
    "receipt_text": ("Download as text", "Télécharger en texte"),
}
