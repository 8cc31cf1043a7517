"""Slips of the pen.

In: the author's own words. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from newsletter.checks import dictionaries
from newsletter.checks.context import CheckContext, info, short
from newsletter.checks.language_of import foreign
from newsletter.checks.pieces import Part, parts, without_code
from newsletter.model.finding import Finding
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said

NAME = "spelling"

#: what is no prose: personal fields, code, addresses, names of accounts, words with digits
_NOT_PROSE: Final = re.compile(
    r"\{\{[^{}]{0,300}\}\}|https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w.-]{1,255}|[@#]\w+|"
    r"\b[\w-]{1,63}(?:\.[\w-]{1,63})*\.[a-z]{2,24}\b(?:/\S*)?|\S*\d\S*|\S*[\\/_=<>]\S*"
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OPENS: Final = re.compile(r"(?:^|[.!?…]\s+|[\n“«(]\s*)$")
_LEAST: Final = 4  #: letters: shorter words are names of units, sizes, initials
_USUAL: Final = 20_000  #: how usual a word is that a capital at the start of a sentence may stand for: no name looks so like it by chance
_HINT: Final = Said(
    "Mend it, or add it to `words` under `[checks.spelling]` in newsletter.toml.",
    "Corrigez-le, ou ajoutez-le à `words` sous `[checks.spelling]` dans newsletter.toml.",
)


@dataclass(slots=True)
class _Slip:
    """A word that is not known: where it stands first, and how often."""

    word: str
    meant: str
    place: Place
    times: int = 1


@dataclass(slots=True)
class _Reader:
    """Reads one language. A word is looked up once, however often it stands there."""

    language: str
    own: frozenset[str]
    judged: dict[str, str] = field(default_factory=dict)
    slips: dict[str, _Slip] = field(default_factory=dict)

    def read(self, part: Part) -> None:
        prose = _NOT_PROSE.sub(lambda found: "\n" * len(found[0]), without_code(part))
        for sentence in foreign(prose, self.language):  # told by bilingual-parity as what it is
            prose = prose.replace(sentence.text, "")
        for found in _WORD.finditer(prose):
            word = found[0]
            if len(word) < _LEAST or not self._judgeable(word, prose, found):
                continue
            meant = self._meant(word)
            if meant and (word.islower() or dictionaries.usual(meant, self.language) >= _USUAL):
                self._note(word, meant, part)

    def _judgeable(self, word: str, prose: str, found: re.Match[str]) -> bool:
        """Words in small letters; and the first of a sentence, where the next shows that it is no name."""
        if word.islower():
            return True
        after = _WORD.match(prose, found.end() + 1)
        first = bool(_OPENS.search(prose[max(found.start() - 3, 0) : found.start()]))
        return first and word[1:].islower() and after is not None and after[0].islower()

    def _meant(self, word: str) -> str:
        if word not in self.judged:
            lower = word.replace("’", "'").lower()
            fine = lower in self.own or dictionaries.known(lower, self.language)
            self.judged[word] = "" if fine else dictionaries.meant(_bare(lower), self.language)
        return self.judged[word]

    def _note(self, word: str, meant: str, part: Part) -> None:
        slip = self.slips.get(word)
        if slip:
            slip.times += 1
        else:
            self.slips[word] = _Slip(word, meant, part.place(word))


def check(context: CheckContext) -> Iterator[Finding]:
    """Words are spelled as a dictionary of English or French has them; Canadian, British and American English are all right.

    Level: info. A word is remarked on where a known one is a slip of the pen away: a letter too many, missing, wrong, two swapped, accents left
    out. Left alone are names (words with a capital), words in capitals or with digits, addresses, code, personal fields, and the words of the
    list `words`: those of this newsletter, its field and its people. After `most` words a language, the rest is told in one remark.
    """
    own = frozenset(word.replace("’", "'") for word in context.words(f"{NAME}.words"))
    for language, reader in _read(context, own).items():
        slips = list(reader.slips.values())
        most = int(context.number(f"{NAME}.most"))
        for slip in slips[:most]:
            yield info(NAME, _message(slip), slip.place, language, hint=_hint(slip))
        if slips[most:]:
            yield info(NAME, _rest(slips[most:]), slips[most].place, language, hint=_HINT)


def _read(context: CheckContext, own: frozenset[str]) -> dict[str, _Reader]:
    readers: dict[str, _Reader] = {}
    for part in parts(context):
        if part.language in dictionaries.LANGUAGES:
            readers.setdefault(part.language, _Reader(part.language, own)).read(part)
    return readers


def _bare(word: str) -> str:
    """A French word without its article: `l'entrerpise`."""
    return word.split("'")[-1] if "'" in word else word


def _message(slip: _Slip) -> Said:
    word = short(slip.word, 40)
    english, french = f"“{word}” is in no dictionary", f"«{NBSP}{word}{NBSP}» n’est dans aucun dictionnaire"
    if slip.times > 1:
        return Said(f"{english} ({slip.times} times)", f"{french} ({slip.times} fois)")
    return Said(english, french)


def _hint(slip: _Slip) -> Said:
    return Said(
        f"Did you mean “{slip.meant}”? A word of your own goes into `words` under `[checks.spelling]` in newsletter.toml.",
        f"Vouliez-vous dire «{NBSP}{slip.meant}{NBSP}»? Un mot bien à vous s’ajoute à `words` sous `[checks.spelling]` dans "
        "newsletter.toml.",
    )


def _rest(slips: list[_Slip]) -> Said:
    """The words after the first few, shortest way."""
    shown = ", ".join(short(slip.word, 30) for slip in slips[:20])
    more = "…" if len(slips) > 20 else ""
    counted = Counter(slip.word for slip in slips)
    return Said(
        f"{len(counted)} further words are in no dictionary: {shown}{more}",
        f"{len(counted)} autres mots ne sont dans aucun dictionnaire{NBSP}: {shown}{more}",
    )
