"""A text set as its language's profile says, with addresses, code and tokens left as they are.

In: a text, or the stretches of a paragraph. Out: as many, with other spaces and signs. Called by body (prose, attributes) and
frame.context, before links and personal fields are put in. Setting a text that was set changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from newsletter.compose.typography.english import english
from newsletter.compose.typography.french import canadian, european
from newsletter.compose.typography.signs import MARK, RESERVED, WORD
from newsletter.model.publication import PROFILES

_RULES: Final[Mapping[str, Callable[[str], str]]] = {
    "en": english,
    "fr-CA": canadian,
    "fr-FR": european,
}
assert set(_RULES) == {name for names in PROFILES.values() for name in names}  # noqa: S101 - two tables, one truth

_KEPT: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:|tel:|sms:)[^\s<>«»“”`{}]*[^\s<>«»“”`{}.,;:!?)\]'\"…]"  # an address of the web
    r"|[^\s<>@«»\"'(`]{1,64}(?:'[^\s<>@«»\"'(`]{1,64})?@[^\s<>@«»\"'(),;:!?`]*[\w]"  # of a person
    r"|`[^`\n]*`"
    r"|\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}"
    r"|<[a-z/][^<>\n]*>"
    r"|\b\w{1,80}(?:[./\\]\w{1,80}){0,9}[/\\](?:[^\s\"'«»“”(){}]*[^\s\"'«»“”(){}.,;:!?\]…])?"  # a path
    r"|:[a-z0-9_+-]+:"  # :smile:
    r"|&(?:#?\w{1,20});",
    re.IGNORECASE,
)
_ELLIPSIS: Final = re.compile(r"(?<![./\\])\.\.\.(?![./\\\w])")


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Sets the texts of one language. `profile` is "en", "fr-CA", "fr-FR", or empty: texts stay as written.

    `tokens` finds what stands for a personal field.
    """

    profile: str
    tokens: re.Pattern[str]

    def text(self, text: str) -> str:
        """One text by itself: a subject, an alt text, an attribute."""
        return self.run([text])[0]

    def run(self, stretches: Sequence[str | None]) -> list[str]:
        """The stretches of a paragraph, read as one; None is something in a line that counts as a word (code, an image)."""
        rules = _RULES.get(self.profile)
        written = [text or "" for text in stretches]
        if not written or rules is None or any(sign in text for text in written for sign in RESERVED):
            return written
        kept: list[str] = []
        hidden = [WORD if text is None else self._hidden(text, kept) for text in stretches]
        whole = rules(_ELLIPSIS.sub("…", MARK.join(hidden)))
        shown = iter(kept)
        pieces = whole.split(MARK)
        return [
            ""
            if stretches[index] is None
            else "".join(next(shown) if sign == WORD else sign for sign in piece)
            for index, piece in enumerate(pieces)
        ]

    def _hidden(self, text: str, kept: list[str]) -> str:
        def hide(match: re.Match[str]) -> str:
            kept.append(match[0])
            return WORD

        return re.sub(f"{self.tokens.pattern}|{_KEPT.pattern}", hide, text, flags=re.IGNORECASE)


def profile_of(language: str, chosen: Mapping[str, str]) -> str:
    """The profile of a language: what the publication chose, else the language's own first one; empty for one that has none."""
    if language in chosen:
        return chosen[language]
    base = language.partition("-")[0]
    profiles = PROFILES.get(base, ())
    return language if language in profiles else next(iter(profiles), "")
