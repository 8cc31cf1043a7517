"""How to spoil the sample for the check of observances, and for what composing says of the theme."""

from __future__ import annotations

from tests.unit.checks.mutations import ENGLISH, body, spoil, subject, swap

_SOBER = swap(ENGLISH, "template: greeting", "template: observance")
_DAY = "data:\n  day:\n    en: Remember us!\n    fr: Un jour\n"

spoil("observance", _SOBER, body("We thank you!", "Nous vous remercions!"))
spoil("observance", _SOBER, subject("A day to listen \U0001f342"))
spoil("observance", _SOBER, swap(ENGLISH, "date: 2020-12-16\n", f"date: 2020-12-16\n{_DAY}"))
spoil(
    "observance",
    _SOBER,
    body(
        '::: sponsor name="Sample Tool & Die"\nA few words.\n:::',
        '::: sponsor name="Sample Tool & Die"\nQuelques mots.\n:::',
    ),
)
spoil("theme", swap("templates/theme.toml", "width = 600", "width = 700"))
spoil("theme", swap("templates/theme.toml", 'tint = "#F4F1EC"', 'tint = "#A0A6AB"'))
spoil("theme", swap("templates/theme.toml", "radius = 8", "radius = 8\nradus = 8"))
