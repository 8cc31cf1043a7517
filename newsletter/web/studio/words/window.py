"""Words of the sending window that one mailing has.

In: nothing. Out: a table. Called by words.
"""

TABLE = {
    "window_own": ("Sending window", "Plage d’envoi"),
    "window_note": (
        "Leave it empty for any hour. Otherwise write for example “weekdays 08:00-17:00” or “mon-thu 09:00-20:00”.",
        "Laissez vide pour toute heure. Sinon, écrivez par exemple «\u00a0lun-ven 08:00-17:00\u00a0» ou «\u00a0lun-jeu 09:00-20:00\u00a0».",
    ),
    "window_set": (
        "Leave it empty for {window}, as everywhere here. “none” means any hour.",
        "Laissez vide pour {window}, comme partout ici. «\u00a0none\u00a0» veut dire à toute heure.",
    ),
}
