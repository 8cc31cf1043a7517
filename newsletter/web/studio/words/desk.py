"""Words of the desk.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "desk_title": ("Desk", "Bureau"),
}
