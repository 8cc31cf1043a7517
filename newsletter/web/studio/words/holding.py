"""Words of holding everything.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "holding_title": ("Hold everything", "Tout retenir"),
    "holding_lead": (
        "For a mourning day, or a mistake: every mailing stops at once. Readers’ pages and unsubscribes go on.",
        "Pour un jour de deuil, ou en cas d’erreur\u00a0: tous les envois s’arrêtent aussitôt. Les pages des lecteurs et les "
        "désabonnements continuent.",
    ),
    "holding_reason": ("Why", "Pourquoi"),
    "holding_reason_help": (
        "Your colleagues read it, on every page.",
        "Vos collègues le liront, sur toutes les pages.",
    ),
    "holding_act": ("Hold everything", "Tout retenir"),
    "holding_held_one": (
        "Everything is held. {n} mailing was stopped.",
        "Tout est retenu. {n} envoi a été arrêté.",
    ),
    "holding_held_many": (
        "Everything is held. {n} mailings were stopped.",
        "Tout est retenu. {n} envois ont été arrêtés.",
    ),
    "holding_ended": (
        "The hold has ended. Each mailing waits to be looked at.",
        "La retenue a pris fin. Chaque envoi attend d’être revu.",
    ),
    "holding_waiting": ("To be looked at again", "À revoir"),
}
