"""Words of the settings.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "settings_title": ("Settings", "Réglages"),
}
