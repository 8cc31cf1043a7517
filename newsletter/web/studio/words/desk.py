"""Words of the desk.

In: nothing. Out: a table. Called by words. `desk_KIND` says a matter (of pipeline.pressing), `desk_KIND_act` what to do.
"""

TABLE = {
    "desk_title": ("Desk", "Bureau"),
    "desk_calm": ("Nothing needs you now", "Rien ne vous attend"),
    "desk_needs_one": ("{n} thing needs you", "{n} chose vous attend"),
    "desk_needs_many": ("{n} things need you", "{n} choses vous attendent"),
    "desk_look": ("Look", "Voir"),
    "desk_not_confirmed_one": (
        "We do not know whether {n} person got “{title}”",
        "On ne sait pas si {n} personne a reçu «\u00a0{title}\u00a0»",
    ),
    "desk_not_confirmed_many": (
        "We do not know whether {n} people got “{title}”",
        "On ne sait pas si {n} personnes ont reçu «\u00a0{title}\u00a0»",
    ),
    "desk_not_confirmed_act": ("Decide", "Trancher"),
    "desk_silent_one": (
        "{n} mailing is due, and nothing is sending",
        "{n} envoi devrait partir, et rien ne l’envoie",
    ),
    "desk_silent_many": (
        "{n} mailings are due, and nothing is sending",
        "{n} envois devraient partir, et rien ne les envoie",
    ),
    "desk_silent_act": ("See why", "Voir pourquoi"),
    "desk_silent_since": ("Last sign of life: {at}.", "Dernier signe de vie\u00a0: {at}."),
    "desk_differs": (
        "“{title}” was changed after it was approved",
        "«\u00a0{title}\u00a0» a été modifié après son approbation",
    ),
    "desk_differs_act": ("Look at it", "Voir"),
    "desk_late": (
        "The time of “{title}” passed while nothing was running",
        "L’heure de «\u00a0{title}\u00a0» est passée sans que rien ne tourne",
    ),
    "desk_late_act": ("Decide", "Trancher"),
    "desk_held": (
        "“{title}” was held, and waits to be let go",
        "«\u00a0{title}\u00a0» a été retenu et attend votre accord",
    ),
    "desk_held_act": ("Look at it", "Voir"),
    "desk_waiting": ("“{title}” waits for you", "«\u00a0{title}\u00a0» vous attend"),
    "desk_waiting_act": ("Look at it", "Voir"),
    "desk_approval": ("“{title}” waits for approval", "«\u00a0{title}\u00a0» attend une approbation"),
    "desk_approval_act": ("Read and approve", "Lire et approuver"),
    "desk_paused_one": (
        "“{title}” is paused: {n} person is still to get it",
        "«\u00a0{title}\u00a0» est en pause\u00a0: {n} personne doit encore le recevoir",
    ),
    "desk_paused_many": (
        "“{title}” is paused: {n} people are still to get it",
        "«\u00a0{title}\u00a0» est en pause\u00a0: {n} personnes doivent encore le recevoir",
    ),
    "desk_paused_act": ("Look at it", "Voir"),
    "desk_holiday": (
        "The day of a feast, for “{title}”, wants your word",
        "La date d’une fête, pour «\u00a0{title}\u00a0», demande votre confirmation",
    ),
    "desk_holiday_act": ("Look at it", "Voir"),
    "desk_notices_one": (
        "{n} notice to your colleagues does not arrive",
        "{n} avis à vos collègues n’arrive pas",
    ),
    "desk_notices_many": (
        "{n} notices to your colleagues do not arrive",
        "{n} avis à vos collègues n’arrivent pas",
    ),
    "desk_notices_act": ("See why", "Voir pourquoi"),
    "desk_due": ("Due {at}.", "Prévu le {at}."),
    "desk_coming": ("Going out", "À venir"),
    "desk_goes_out": ("Goes out {at}.", "Part le {at}."),
    "desk_next": ("Goes out as soon as the program is running.", "Part dès que le programme tourne."),
    "desk_under_way": ("{n} of {all} handed over.", "{n} remis sur {all}."),
    "desk_counting": ("The recipients are being counted.", "Le décompte des destinataires est en cours."),
    "desk_nothing_coming": ("No mailing is planned.", "Aucun envoi n’est prévu."),
    "desk_all": ("Issues and mailings", "Numéros et envois"),
    "desk_issue": ("Issue", "Numéro"),
    "desk_result": ("Result", "Résultat"),
    "desk_date": ("Date", "Date"),
    "desk_unmailed": ("written, not mailed yet", "écrit, pas encore envoyé"),
    "desk_mailed_one": ("{n} person has it", "{n} personne l’a reçu"),
    "desk_mailed_many": ("{n} people have it", "{n} personnes l’ont reçu"),
    "desk_more": ("All mailings", "Tous les envois"),
    "desk_begin": ("Begin with the sample", "Commencez par l’exemple"),
    "desk_begin_lead": (
        "A holiday greeting in two languages is here to be read, changed, and sent to yourself.",
        "Une carte de vœux dans les deux langues vous attend\u00a0: lisez-la, modifiez-la, envoyez-la à vous-même.",
    ),
    "desk_begin_act": ("Open the sample issue", "Ouvrir le numéro d’exemple"),
    "desk_begin_write": ("Write your first issue", "Écrire votre premier numéro"),
    "desk_begin_people": ("Then bring in your members", "Ensuite, importez vos membres"),
    "desk_begin_terminal": (
        "In the terminal, this command sends it; without a provider’s key it stays on this machine:",
        "Dans le terminal, cette commande l’envoie; sans clé de service d’envoi, il reste sur cet ordinateur\u00a0:",
    ),
}
