"""`accept:` of front matter: the remarks that somebody looked at and accepts, each with its reason.

In: the written list. Out: waivers, or findings that say how one is written. Called by frontmatter.read.

    accept:
      - subject-length: The minister’s title cannot be shortened.
      - link-insecure "partner.example": Their site has no https before March.
      - contrast line 31: The sponsor’s own colours, agreed in their contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compose.frontmatter.scalars import Written
from newsletter.compose.frontmatter.values import Judge
from newsletter.model.said import NBSP, Said
from newsletter.model.waiver import Waiver

SHORTEST = 3  #: words of a reason
_ENTRY = re.compile(
    r"""(?P<check>[a-z][a-z0-9-]*)
        (?:\s+(?:line|ligne)\s+(?P<line>\d{1,6}) | \s+(?P<words>"[^"]+"|“[^”]+”|«[^»]+»))?
        \s*:\s*(?P<reason>.*)""",
    re.VERBOSE | re.DOTALL,
)
_FORM = Said(
    "Write `- name-of-the-check: why it may stay`, and where it remarks on several places "
    '`- name-of-the-check "words of the line": why` or `- name-of-the-check line 14: why`.',
    f"Écrivez `- nom-de-la-vérification: pourquoi`, et là où elle relève plusieurs endroits{NBSP}: "
    '`- nom-de-la-vérification "mots de la ligne": pourquoi` ou `- nom-de-la-vérification line 14: pourquoi`.',
)


def waivers(written: Written, language: str, judge: Judge) -> Iterator[Waiver]:
    """The waivers of one file; what cannot be read is refused at its line."""
    entries = written.content if isinstance(written.content, tuple) else (written,)
    for entry in entries:
        for text in _texts(entry):
            waiver = _waiver(text, entry, language)
            if waiver is None:
                judge.refuse(entry, _unreadable(text), _FORM)
            elif len(re.findall(r"\w+", waiver.reason)) < SHORTEST:
                judge.refuse(entry, _no_reason(waiver.check), _FORM)
            else:
                yield waiver


def _texts(entry: Written) -> Iterator[str]:
    match entry.content:
        case dict() as pairs:
            for key, value in pairs.items():
                yield f"{key}: {value.content if isinstance(value.content, str) else ''}"
        case str() as text:
            yield text
        case _:
            yield ""


def _waiver(text: str, entry: Written, language: str) -> Waiver | None:
    found = _ENTRY.fullmatch(text.strip())
    if found is None:
        return None
    reason = " ".join(found["reason"].split())
    words = (found["words"] or "")[1:-1].strip()
    return Waiver(found["check"], reason, language, entry.place, words, int(found["line"] or 0))


def _unreadable(text: str) -> Said:
    shown = " ".join(text.split())[:60]
    return Said(
        f"“{shown}” does not say what is accepted and why",
        f"«{NBSP}{shown}{NBSP}» ne dit pas ce qui est accepté, ni pourquoi",
    )


def _no_reason(check: str) -> Said:
    return Said(
        f"“{check}” is accepted without a reason (at least {SHORTEST} words)",
        f"«{NBSP}{check}{NBSP}» est accepté sans raison (au moins {SHORTEST} mots)",
    )
