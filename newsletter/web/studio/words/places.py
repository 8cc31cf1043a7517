"""Words that lead from one place of an issue to the next: its text, review, schedule, approval, mailing.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "places_label": ("This issue, place by place", "Ce numéro, étape par étape"),
    "places_issue": ("Issue", "Numéro"),
    "places_review": ("Review", "Révision"),
    "places_open_one": ("{n} open comment", "{n} commentaire ouvert"),
    "places_open_many": ("{n} open comments", "{n} commentaires ouverts"),
    "places_schedule": ("Schedule", "Calendrier"),
    "places_approval": ("Approval", "Approbation"),
    "places_ask": ("Ask for approval", "Demander l’approbation"),
    "places_approve": ("Read and approve", "Lire et approuver"),
}
