"""Words of the editor itself: searching, what did not change, what is offered.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "editor_find": ("Find", "Rechercher"),
    "editor_replace": ("Replace", "Remplacer"),
    "editor_next": ("next", "suivant"),
    "editor_previous": ("previous", "précédent"),
    "editor_all": ("all", "tout"),
    "editor_match_case": ("match case", "respecter la casse"),
    "editor_by_word": ("by word", "mot entier"),
    "editor_regexp": ("pattern", "motif"),
    "editor_replace_this": ("replace", "remplacer"),
    "editor_replace_all": ("replace all", "tout remplacer"),
    "editor_close": ("close", "fermer"),
    "editor_unchanged": ("$ lines that are the same", "$ lignes identiques"),
    "editor_take": ("Take this place over", "Reprendre ce passage"),
    "editor_completions": ("Components", "Composants"),
}
