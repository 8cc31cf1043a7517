"""Words that leave some readers out.

In: the author's own words. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from newsletter.checks.context import CheckContext, info, short
from newsletter.checks.pieces import Part, parts, without_code
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "inclusive-words"

_LISTS: Final = {"en": "english", "fr": "french"}
_QUOTED: Final = re.compile(r"“[^“”]{0,400}”|«[^«»]{0,400}»|\{\{[^{}]{0,300}\}\}|https?://\S+")
_HINT: Final = Said(
    "Where it has to stay (a title, a name), add it to `allowed` under `[checks.inclusive-words]` in newsletter.toml.",
    "S’il doit rester (un titre, un nom), ajoutez-le à `allowed` sous `[checks.inclusive-words]` dans newsletter.toml.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Words that include every reader are chosen where others are usual: `chair` for `chairman`, `droits de la personne`.

    Level: info, once a word. The lists `english` and `french` are short on purpose: each entry is a word and what may stand instead. `more` adds
    entries, `allowed` takes some out. Quotations, code and addresses are left alone; so is a word within a name (`Chairman Smith` is not).
    """
    allowed = context.words(f"{NAME}.allowed")
    tables = {language: _table(context, name, allowed) for language, name in _LISTS.items()}
    told: set[tuple[str, str]] = set()
    for part in parts(context):
        for word in _found(part, tables.get(part.language, {})):
            key = (part.language, word.casefold())
            if key not in told:
                told.add(key)
                better = tables[part.language][_plain(word)]
                yield info(NAME, _message(word, better), part.place(word), part.language, hint=_HINT)


def _table(context: CheckContext, name: str, allowed: tuple[str, ...]) -> dict[str, str]:
    entries = (*context.words(f"{NAME}.{name}"), *context.words(f"{NAME}.more"))
    pairs = (entry.partition("=")[::2] for entry in entries if "=" in entry)
    return {
        _plain(word): better.strip() for word, better in pairs if word.strip() and word.strip() not in allowed
    }


def _plain(word: str) -> str:
    return re.sub(r"\s+", " ", word.replace("’", "'").casefold()).strip()


def _found(part: Part, table: Mapping[str, str]) -> Iterator[str]:
    """The words of the table in a text, the longest first at each place."""
    if not table:
        return
    longest = sorted(map(re.escape, table), key=len, reverse=True)
    written = "|".join(longest).replace("'", "['’]").replace(r"\ ", r"\s+")
    text = _QUOTED.sub(lambda found: " " * len(found[0]), without_code(part))
    for found in re.finditer(rf"(?<![\w-])(?:{written})(?![\w-])", text, re.IGNORECASE):
        yield found[0]


def _message(word: str, better: str) -> Said:
    shown = short(word, 40)
    return Said(
        f"“{shown}” leaves some readers out: “{better}” includes them",
        f"«{NBSP}{shown}{NBSP}» laisse des lecteurs de côté{NBSP}: «{NBSP}{better}{NBSP}» les inclut",
    )
