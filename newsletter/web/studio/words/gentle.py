"""Words of the gentle start, where it is chosen for a rehearsal.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "gentle_start": ("Start gently", "Départ en douceur"),
    "gentle_start_note": (
        "50 people first, then a minute to stop: as it always is with real people.",
        "50 personnes d’abord, puis une minute pour arrêter\u00a0: comme toujours avec de vraies personnes.",
    ),
}
