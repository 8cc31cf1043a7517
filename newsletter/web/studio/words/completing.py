"""Words of what completes a mailing.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "completing_nobody_retry": ("Nobody is left to try again.", "Il ne reste personne à essayer de nouveau."),
    "completing_nobody_late": ("Nobody has joined since.", "Personne n’est arrivé depuis."),
    "completing_complete": ("Complete it", "Compléter"),
    "completing_complete_retry": ("Try again", "Essayer de nouveau"),
    "completing_complete_late": ("Send it to them", "Le leur envoyer"),
    "completing_offer_retry_one": ("{n} person was refused", "{n} personne a été refusée"),
    "completing_offer_retry_many": ("{n} people were refused", "{n} personnes ont été refusées"),
    "completing_offer_retry_lead": (
        "Only those whom the mail service refused, never whose address bounced. Mend their addresses first.",
        "Seulement ceux que le service d’envoi a refusés, jamais ceux dont l’adresse ne fonctionne pas. Corrigez d’abord leurs adresses.",
    ),
    "completing_offer_late": ("Who joined since", "Arrivés depuis"),
    "completing_offer_late_lead": (
        "Only those who came into the recipients after it went out, and do not have it.",
        "Seulement ceux qui font partie des destinataires depuis le départ, et qui ne l’ont pas reçu.",
    ),
    "completing_offer_corrected_one": ("{n} person was not reached", "{n} personne n’a pas été jointe"),
    "completing_offer_corrected_many": ("{n} people were not reached", "{n} personnes n’ont pas été jointes"),
    "completing_offer_corrected_lead": (
        "It was ended before their turn. They can still get it, corrected.",
        "Il a été clos avant leur tour. Ils peuvent encore le recevoir, corrigé.",
    ),
    "completing_offer_told": ("Something in it was wrong?", "Quelque chose y était inexact?"),
    "completing_offer_told_lead_one": (
        "A short correction to the {n} person who has it: an issue of its own, which you write and approve.",
        "Un court rectificatif à la personne qui l’a reçu ({n}) : un numéro à part, que vous écrivez et approuvez.",
    ),
    "completing_offer_told_lead_many": (
        "A short correction to the {n} people who have it: an issue of its own, which you write and approve.",
        "Un court rectificatif aux {n} personnes qui l’ont reçu : un numéro à part, que vous écrivez et approuvez.",
    ),
    "completing_tell": ("Begin a short correction", "Commencer un court rectificatif"),
}
