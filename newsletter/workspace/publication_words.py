"""What is said of mistakes in the [publication] table, in both languages.

In: nothing. Out: half sentences that follow a key (`publication.name is missing`), and next steps. Called by publication.
"""

from __future__ import annotations

from newsletter.model.said import Said

KEY = Said(
    "small letters, digits and hyphens, at most 31",
    "des minuscules, des chiffres et des traits d’union, 31 au plus",
)
MISSING = Said("is missing", "manque")
ABSENT = Said("has no [publication] table", "n’a pas de tableau [publication]")
WRITE_SENDER = Said(
    'Write [publication.sender] with `name` and `address = "news@example.org"`.',
    'Écrivez [publication.sender] avec `name` et `address = "news@example.org"`.',
)
INIT = Said(
    "`newsletter init` in an empty folder makes a complete example to copy from.",
    "`newsletter init` dans un dossier vide fait un exemple complet à copier.",
)
QUOTED = Said("must be a text in quotes", "doit être un texte entre guillemets")
CONTROL = Said("holds an invisible control character", "contient un caractère de contrôle invisible")
TEXTS = Said('must be a list of texts: ["a", "b"]', 'doit être une liste de textes\u00a0: ["a", "b"]')
WRITE_LANGUAGES = Said('Write ["en", "fr"].', 'Écrivez ["en", "fr"].')
A_LANGUAGE = Said('A language is a code such as "en" or "fr".', 'Une langue est un code comme "en" ou "fr".')
EACH = Said(
    "must be a text, or a table with a text for each language",
    "doit être un texte, ou un tableau avec un texte par langue",
)
NO_TABLE = Said("is missing, or is not a table", "manque, ou n’est pas un tableau")
NO_FIELD = Said(
    "cannot hold a personal field: mailbox providers reject such senders",
    "ne peut contenir de champ personnel\u00a0: les messageries rejettent de tels expéditeurs",
)
PLAIN = Said(
    "Write one plain address such as news@example.org.",
    "Écrivez une adresse simple, comme news@example.org.",
)
WRITE_ZONE = Said('Write "America/Toronto".', 'Écrivez "America/Toronto".')
IANA = Said('Write an IANA name: "America/Toronto".', 'Écrivez un nom IANA\u00a0: "America/Toronto".')
WHOLE = Said(
    "Write a whole address: https://www.example.org",
    "Écrivez une adresse complète\u00a0: https://www.example.org",
)
TYPOGRAPHY = Said('must be a table: { fr = "fr-CA" }', 'doit être un tableau\u00a0: { fr = "fr-CA" }')
LIST_ID = Said(
    "an identifier such as news.example.org, without brackets",
    "un identifiant comme news.example.org, sans crochets",
)
CALENDAR = Said("a calendar such as CA-ON", "un calendrier comme CA-ON")
UNKNOWN = Said("is not a key that is known here", "n’est pas une clé connue ici")
ONE_LINE = Said("must stand on one line", "doit tenir sur une ligne")
