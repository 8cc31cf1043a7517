"""Words of the report of a mailing.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "report_to_whom": ("Recipients", "Destinataires"),
    "report_in_audience": ("In the audience", "Parmi les destinataires"),
    "report_to_provider": ("handed over to {provider}", "remis à {provider}"),
    "report_delivered": ("delivered", "livrés"),
    "report_no_news": ("no news yet", "pas encore de nouvelles"),
    "report_deferred": ("delayed by the receiving server", "retardés par le serveur du destinataire"),
    "report_bounced": ("bounced", "refusés par le serveur du destinataire"),
    "report_dropped": ("dropped by the mail service", "écartés par le service d’envoi"),
    "report_not_mailed": ("not mailed", "sans envoi"),
    "report_not_mailed_head": ("Not mailed", "Sans envoi"),
    "report_pending": ("still to go", "encore à envoyer"),
    "report_in_doubt": ("not confirmed", "non confirmés"),
    "report_held_people": ("waiting for you", "en attente de vous"),
    "report_after": (
        "Afterwards {unsubscribed} left the list by this mailing, {complained} marked it as spam.",
        "Ensuite, {unsubscribed} se sont désabonnés par cet envoi, {complained} l’ont signalé comme pourriel.",
    ),
    "report_left_during_one": (
        "{n} left while it was being handed over.",
        "{n} est parti pendant la remise.",
    ),
    "report_left_during_many": (
        "{n} left while it was being handed over.",
        "{n} sont partis pendant la remise.",
    ),
    "report_handed_title": ("Handed over, over time", "Remis, au fil du temps"),
    "report_numbers": ("The numbers", "Les chiffres"),
    "report_moment": ("When", "Quand"),
    "report_reading": ("Reading", "Lecture"),
    "report_reading_title": ("Clicks and opens over time", "Clics et ouvertures au fil du temps"),
    "report_clicks": ("Clicks by people", "Clics de personnes"),
    "report_opens": ("Opens", "Ouvertures"),
    "report_by_machines": ("Clicks by machines", "Clics de machines"),
    "report_to": ("to", "à"),
    "report_opens_range": (
        "Opens: surely people, to those of whom nobody can tell",
        "Ouvertures : personnes certaines, jusqu’aux incertaines",
    ),
    "report_opens_surely": ("Opens, surely people", "Ouvertures, personnes certaines"),
    "report_opens_perhaps": ("with those of whom nobody can tell", "avec les incertaines"),
    "report_opened_share": (
        "{low} to {high} of the {n} whose reading may be followed opened it.",
        "De {low} à {high} des {n} dont la lecture peut être suivie l’ont ouvert.",
    ),
    "report_counting_hit": (
        "This mailing counts without following anybody: who clicks or opens twice counts twice. Opens are a range, for some mail programs fetch images unread.",
        "Cet envoi compte sans suivre personne : qui clique ou ouvre deux fois compte deux fois. Les ouvertures forment une fourchette, car certains logiciels chargent les images sans lecture.",
    ),
    "report_counting_both": (
        "Whoever agreed to it counts once for each link and once for opening, everybody else each time: their reading is followed by nobody. Opens are a range, for some mail programs fetch images unread.",
        "Qui y a consenti compte une fois par lien et une fois par ouverture, tous les autres à chaque fois : personne ne suit leur lecture. Les ouvertures forment une fourchette, car certains logiciels chargent les images sans lecture.",
    ),
    "report_counting_once": (
        "Opens are a range: some mail programs fetch images unread, others never. The lower figure is surely people, the upper one adds those of whom nobody can tell.",
        "Les ouvertures forment une fourchette : certains logiciels chargent les images sans lecture, d’autres jamais. Le chiffre bas ne compte que des personnes certaines, le chiffre haut ajoute les incertaines.",
    ),
    "report_unmeasured": ("Reading is not measured.", "La lecture n’est pas mesurée."),
    "report_links": ("Links", "Liens"),
    "report_address": ("Address", "Adresse"),
    "report_by_language": ("By language", "Par langue"),
    "report_language": ("Language", "Langue"),
    "report_language_en": ("English", "anglais"),
    "report_language_fr": ("French", "français"),
    "report_language_both": ("both languages", "les deux langues"),
    "report_fault": (
        "The count does not close: {fault}. This is a fault of the program.",
        "Le compte n’est pas bon : {fault}. C’est un défaut du programme.",
    ),
    "report_share": ("Share", "Proportion"),
    "report_parts": ("In parts", "En plusieurs parties"),
    "report_parts_lead": (
        "Each person is counted once, as what became of them in the end.",
        "Chaque personne est comptée une seule fois, selon ce qu’il en est advenu.",
    ),
    "report_part": ("Part", "Partie"),
    "report_together": ("Together", "Ensemble"),
    "report_closed": ("the count closes", "le compte est bon"),
    "report_open": ("not closed yet", "pas encore clos"),
}
