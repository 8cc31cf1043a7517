"""The words of a language, and what a word that is none of them was meant to be.

In: a language, a word. Out: whether it is known; the likeliest word one slip away. Called by spelling; loaded ahead by pipeline.build.

The lists are those of pyspellchecker (MIT), read as data: its own class takes five times as long to be ready. A word is known as well in
any English spelling (`colour`, `organise`, `centre`), with a usual ending or beginning, and in parts (`agri-food`, `l’usine`).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

LANGUAGES: Final = ("en", "fr")
_LETTERS: Final = {"en": "abcdefghijklmnopqrstuvwxyz", "fr": "abcdefghijklmnopqrstuvwxyzàâçéèêëîïôùûüœ"}
_ELIDED: Final = re.compile(
    r"^(?:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu|presqu)'(?=\w)", re.IGNORECASE
)
_CONTRACTED: Final = re.compile(r"(?:n't|'(?:s|re|ll|ve|d|m)|')$")
#: the forms that British, American and Canadian English give the same word; Canada mixes them
_SPELLINGS: Final = (
    (r"our(?=$|s|ed|ing|ful|able|ite|hood|ly|less|er)", "or"),
    (r"is(?=e$|es$|ed$|er$|ers$|ing$|able$|ation$|ations$)", "iz"),
    (r"ys(?=e$|es$|ed$|er$|ers$|ing$)", "yz"),
    (r"tre(?=$|s|d)", "ter"),
    (r"ll(?=ed$|ing$|er$|ers$|ment$)", "l"),
    (r"l(?=ful$|ment$|ments$)", "ll"),
    (r"l$", "ll"),
    (r"pp(?=ed$|ing$)", "p"),
    (r"ogue(?=$|s)", "og"),
    (r"ence(?=$|s)", "ense"),
    (r"ae|oe", "e"),
    (r"mme(?=$|s)", "m"),
    (r"que(?=$|s)", "ck"),
    (r"ph$|f$", "v"),
)
_BEFORE: Final = {
    "en": (
        "re", "pre", "non", "un", "over", "under", "inter", "multi", "micro", "nano", "bio", "cyber", "eco", "super", "sub", "anti", "auto",
        "co", "mis", "out", "photo", "electro", "hydro", "geo", "thermo", "techno", "mega", "ultra", "semi", "tele", "agri", "aero", "post",
    ),
    "fr": (
        "re", "ré", "pré", "dé", "dés", "non", "inter", "multi", "micro", "nano", "bio", "cyber", "éco", "super", "sous", "anti", "auto", "co",
        "sur", "photo", "électro", "hydro", "géo", "thermo", "techno", "méga", "ultra", "semi", "télé", "agro", "aéro", "post", "mal", "in",
    ),
}  # fmt: skip
_AFTER: Final = {"en": ("s", "es", "ed", "ing", "ly", "ness", "er", "ers"), "fr": ("s", "e", "es", "x")}
#: usual in Canada, and in neither list
_ADDED: Final = {
    "en": frozenset(
        ("calibre", "jewellery", "manoeuvre", "manoeuvres", "onboarding", "webinar", "timbit", "hydro")
    ),
    "fr": frozenset(
        (
            "infolettre",
            "webinaire",
            "mentorat",
            "courriel",
            "clavardage",
            "hameçonnage",
            "balado",
            "supergrappe",
        )
    ),
}
_SHORTEST: Final = 4  #: letters that must be left of a word without its beginning or ending


@cache
def words(language: str) -> Mapping[str, int]:
    """Every known word of a language, with how often it was met. About 30 MB, kept as long as the process lives."""
    packed = files("spellchecker").joinpath(f"resources/{language}.json.gz").read_bytes()
    return msgspec.json.decode(gzip.decompress(packed), type=dict[str, int])


def known(word: str, language: str) -> bool:
    """True for a word of the language, in any spelling, and for one made of such words."""
    lower = word.replace("’", "'").lower()
    if any(_simple(form, language) for form in _forms(lower, language)):
        return True
    first, *rest = lower.split("-")
    return bool(rest) and all(
        known(part, language)
        for part in ([] if first in _BEFORE[language] else [first]) + rest
        if len(part) > 1
    )


def meant(word: str, language: str) -> str:
    """The likeliest word that this one is a slip of the pen for (one letter too many, missing, wrong, two swapped, accents left out); ""
    where none is near: then it is rather a name, or a word that no list holds."""
    lower = word.replace("’", "'").lower()
    listed = words(language)
    if language == "fr":
        found = {other: listed[other] for other in _accented(lower) if other in listed}
        if found:
            return max(found, key=lambda other: (found[other], other))
    near = {other: listed[other] for other in _slips(lower, _LETTERS[language]) if other in listed}
    return max(near, key=lambda other: (near[other], other)) if near else ""


def usual(word: str, language: str) -> int:
    """How often a word was met where the list was made."""
    return words(language).get(word, 0)


def _forms(word: str, language: str) -> Iterator[str]:
    yield word
    if language == "fr":
        yield _ELIDED.sub("", word)
    elif (stem := _CONTRACTED.sub("", word)) != word:
        yield stem


def _simple(word: str, language: str) -> bool:
    listed = words(language)
    if word in listed or word in _ADDED[language]:
        return True
    others = _spelled(word) if language == "en" else _unreformed(word)
    if any(other in listed for other in others):
        return True
    return any(stem in listed for stem in _stems(word, language))


def _spelled(word: str) -> Iterator[str]:
    """The same word as Americans write it; what comes out is only looked up."""
    for pattern, other in _SPELLINGS:
        changed = re.sub(pattern, other, word)
        if changed != word:
            yield changed


def _unreformed(word: str) -> Iterator[str]:
    """The same word as before the French reform of 1990 (`cout`, `connaitre`), and with its ligatures written out."""
    yield word.replace("œ", "oe").replace("æ", "ae")
    for at, letter in enumerate(word):
        if letter in "iu":
            yield word[:at] + ("î" if letter == "i" else "û") + word[at + 1 :]


def _stems(word: str, language: str) -> Iterator[str]:
    for ending in _AFTER[language]:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            stem = word[: -len(ending)]
            yield stem
            if language == "en" and ending in {"es", "ed", "ing", "er", "ers"}:
                yield stem + "e"
    for beginning in _BEFORE[language]:
        if word.startswith(beginning) and len(word) - len(beginning) >= _SHORTEST:
            yield word[len(beginning) :]


def _slips(word: str, letters: str) -> Iterator[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    for before, after in cuts:
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


def _accented(word: str) -> Iterator[str]:
    """The word with other accents on up to two of its letters: `evenement`, `deja`."""
    spots = [at for at, letter in enumerate(word) if letter in _BARE]
    for first, at in enumerate(spots):
        for letter in _KIN[_BARE[word[at]]]:
            once = word[:at] + letter + word[at + 1 :]
            yield once
            for other in spots[first + 1 :]:
                for second in _KIN[_BARE[word[other]]]:
                    yield once[:other] + second + once[other + 1 :]


_KIN: Final = {"a": "aàâ", "e": "eéèêë", "i": "iîï", "o": "oô", "u": "uùûü", "c": "cç"}
_BARE: Final = {letter: bare for bare, letters in _KIN.items() for letter in letters}
