"""What Jinja itself says of a template, in French.

In: a sentence of Jinja 3.1. Out: the same in French; one that is not known here stays as it is. Called by frame.render.
"""

from __future__ import annotations

import re
from typing import Final

_KNOWN: Final = (
    (r"'(.+)' is undefined", "«\u00a0{0}\u00a0» n’est pas défini"),
    (r"'(.+)' has no attribute '(.+)'", "«\u00a0{0}\u00a0» n’a pas d’attribut «\u00a0{1}\u00a0»"),
    (r"Encountered unknown tag '([^']+)'\.?(.*)", "la balise «\u00a0{0}\u00a0» est inconnue"),
    (
        r"expected token '(.+)', got '(.+)'",
        "«\u00a0{0}\u00a0» était attendu, et «\u00a0{1}\u00a0» se trouve là",
    ),
    (r"No filter named '(.+)'\.?", "aucun filtre ne se nomme «\u00a0{0}\u00a0»"),
    (r"No test named '(.+)'\.?", "aucun test ne se nomme «\u00a0{0}\u00a0»"),
    (r"unexpected '(.+)'", "«\u00a0{0}\u00a0» est de trop"),
    (r"unexpected char '(.+)' at \d+", "le signe «\u00a0{0}\u00a0» est de trop"),
    (r"Unexpected end of template\.?(.*)", "le gabarit finit trop tôt"),
    (r"Missing end of (.+) tag", "la balise {0} n’est pas fermée"),
    (
        r"Expected an expression, got '(.+)'",
        "une expression était attendue, et «\u00a0{0}\u00a0» se trouve là",
    ),
    (
        r"access to attribute '(.+)' of '(.+)' object is unsafe\.",
        "l’accès à l’attribut «\u00a0{0}\u00a0» (type {1}) n’est pas sûr",
    ),
    (r"division by zero", "division par zéro"),
)


def in_french(sentence: str) -> str:
    """A sentence of Jinja in French, where it is one of those that authors meet."""
    for pattern, french in _KNOWN:
        match = re.fullmatch(pattern, sentence, re.DOTALL)
        if match:
            return french.format(*(_plain(group) for group in match.groups()))
    return _plain(sentence)


def _plain(words: str) -> str:
    """English words of Jinja as they may stand in a French sentence."""
    return re.sub(r"\s+([;!?])", r"\1", words.replace("'", "’"))
