"""Which language a text is in, by the small words that every sentence has; and how a letter in two of them is parted.

In: texts. Out: languages. Called by letters.pieces, letters.parting.
"""

from __future__ import annotations

import re

#: function words that one of the two languages has and the other has not
_ENGLISH = """
the of and to that is was were are be been with for this these those from our you your we have has had will would can could their they
which who what when there here it its as at by an or not but if into about all more than us he she his her do does did how may must
should been being dear thank thanks sincerely regards
"""
_FRENCH = """
le la les des du de et à est était sont être été avec pour ce cette ces nos notre vous votre vos nous ont avons avez sera serons leur
leurs qui que quoi quand où il elle ils elles dans par une un ou ne pas mais si sur au aux tous plus chez son sa ses se en cher chère
chers merci cordialement bonjour veuillez
"""
_WORDS = {"en": frozenset(_ENGLISH.split()), "fr": frozenset(_FRENCH.split())}
_WORD = re.compile(r"[^\W\d_]+")
_LEAST = 2
_ACCENTS = re.compile("[éèêàùçœîôûë]", re.IGNORECASE)
_CLIPPED = re.compile(r"\b(?:[dlnscjmt]|qu)['’](?=\w)", re.IGNORECASE)  # l’équipe, d’abord


def language_of(text: str, languages: tuple[str, ...]) -> str:
    """The language of a text among those of a publication; empty when its words do not say."""
    words = [word.lower() for word in _WORD.findall(text)]
    points = {name: sum(word in _WORDS[name] for word in words) for name in _known(languages)}
    if "fr" in points:
        points["fr"] += bool(_ACCENTS.search(text)) + len(_CLIPPED.findall(text))
    ranked = sorted(points.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < min(_LEAST, max(1, len(words) // 4)):
        return ""
    clear = len(ranked) == 1 or ranked[0][1] > 1.5 * ranked[1][1]
    return next(name for name in languages if _base(name) == ranked[0][0]) if clear else ""


def _base(language: str) -> str:
    return language.partition("-")[0]


def _known(languages: tuple[str, ...]) -> list[str]:
    return [name for name in dict.fromkeys(map(_base, languages)) if name in _WORDS]


def parted_columns(rows: list[list[str]], languages: tuple[str, ...]) -> tuple[str, ...]:
    """The languages of a table's two columns, when it holds one text in two; else nothing.

    Each column is of one language as a whole, no row says otherwise, and there is running text: a table of names is none.
    """
    if not rows or any(len(row) != 2 for row in rows):
        return ()
    whole = tuple(language_of(" ".join(row[place] for row in rows), languages) for place in (0, 1))
    if "" in whole or whole[0] == whole[1]:
        return ()
    words = min(sum(len(row[place].split()) for row in rows) for place in (0, 1))
    told = [(language_of(row[place], languages), whole[place]) for row in rows for place in (0, 1)]
    return whole if words >= 12 and all(found in {"", expected} for found, expected in told) else ()
