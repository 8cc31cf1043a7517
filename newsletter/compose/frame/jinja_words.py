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
    (r"division by zero|.*division or modulo by zero", "division par zéro"),
    (r"No filter or test named '(.+)'\.?", "aucun filtre ni test ne se nomme «\u00a0{0}\u00a0»"),
    (r"block '(.+)' defined twice", "le bloc «\u00a0{0}\u00a0» est défini deux fois"),
    (r"unknown tag '(.+)'", "la balise «\u00a0{0}\u00a0» est inconnue"),
    (r"expected token '(.+)'", "«\u00a0{0}\u00a0» était attendu"),
    (
        r"unsupported operand type\(s\) for (.+): '(.+)' and '(.+)'",
        "l’opération {0} n’existe pas entre un {1} et un {2}",
    ),
    (
        r"'(.+)' not supported between instances of '(.+)' and '(.+)'",
        "un {1} et un {2} ne se comparent pas par {0}",
    ),
    (r'can only concatenate (.+) \(not "(.+)"\) to .+', "on ne peut pas joindre un {1} à un {0}"),
    (r"'(.+)' object is not callable", "un {0} ne s’appelle pas comme une fonction"),
    (r"'(.+)' object is not iterable", "un {0} ne se parcourt pas"),
    (r"'(.+)' object is not subscriptable", "un {0} n’a pas d’éléments"),
    (r"object of type '(.+)' has no len\(\)", "un {0} n’a pas de longueur"),
    (r"(.+) got an unexpected keyword argument '(.+)'", "{0} n’a pas de paramètre «\u00a0{1}\u00a0»"),
    (r"(.+) missing \d+ required positional arguments?: (.+)", "il manque à {0} un paramètre\u00a0: {1}"),
    (
        r"macro '(.+)' takes no keyword argument '(.+)'",
        "la macro «\u00a0{0}\u00a0» n’a pas de paramètre «\u00a0{1}\u00a0»",
    ),
    (
        r"macro '(.+)' takes not more than (\d+) argument\(s\)",
        "la macro «\u00a0{0}\u00a0» prend au plus {1} paramètre(s)",
    ),
    (r"invalid literal for int\(\) with base 10: '(.*)'", "«\u00a0{0}\u00a0» n’est pas un nombre entier"),
    (r"could not convert string to float: '(.*)'", "«\u00a0{0}\u00a0» n’est pas un nombre"),
    (r"not enough arguments for format string", "il manque des valeurs à ce modèle de texte"),
    (r"not all arguments converted during string formatting", "ce modèle de texte reçoit trop de valeurs"),
    (r"too many values to unpack.*", "il y a plus de valeurs que de noms"),
    (r"not enough values to unpack.*", "il y a moins de valeurs que de noms"),
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
