"""Words of the receipt.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "receipt_title": ("Receipt: {title}", "Attestation : {title}"),
    "receipt_file": ("receipt", "attestation"),
    "receipt_people_one": ("person, once", "personne, une fois"),
    "receipt_people_many": ("people, once each", "personnes, une fois chacune"),
    "receipt_people_but_one": ("person", "personne"),
    "receipt_people_but_many": ("people", "personnes"),
    "receipt_assumed_one": (
        "{n} person was counted as handed over by a person’s decision: nothing has confirmed it.",
        "{n} personne est comptée comme remise par décision d’une personne\u00a0: rien ne l’a confirmé.",
    ),
    "receipt_assumed_many": (
        "{n} people were counted as handed over by a person’s decision: nothing has confirmed it.",
        "{n} personnes sont comptées comme remises par décision d’une personne\u00a0: rien ne l’a confirmé.",
    ),
    "receipt_again_one": (
        "{n} person was handed over once more by a person’s decision, when nobody knew what became of the first: there may be two copies.",
        "{n} personne a fait l’objet d’une deuxième remise par décision d’une personne, le sort de la première étant inconnu\u00a0: il peut y avoir deux exemplaires.",
    ),
    "receipt_again_many": (
        "{n} people were handed over once more by a person’s decision, when nobody knew what became of the first: there may be two copies.",
        "{n} personnes ont fait l’objet d’une deuxième remise par décision d’une personne, le sort de la première étant inconnu\u00a0: il peut y avoir deux exemplaires.",
    ),
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
    "receipt_sentence_but_one": (
        "{n} person; {not_mailed} not mailed, and why; {unexplained} unexplained.",
        "{n} personne; {not_mailed} sans envoi, avec la raison; {unexplained} sans explication.",
    ),
    "receipt_sentence_but_many": (
        "{n} people; {not_mailed} not mailed, and why; {unexplained} unexplained.",
        "{n} personnes; {not_mailed} sans envoi, avec la raison; {unexplained} sans explication.",
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
