"""The findings of one composing, gathered in order and each kept once.

In: what a step noticed. Out: findings with stable names. Called by every module of compose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from newsletter.model.finding import Finding, Severity, finding
from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said, said

FRONT_MATTER = "front-matter"  #: a key, its value, or the two language files disagree
SLOT = "slot-syntax"  #: a personal field is written wrongly, or stands where none may
COMPONENT = "component"  #: a fenced block, its attributes, its rows
WHEN = "when"  #: a conditional block, or where it stands
RAW_HTML = "raw-html"  #: HTML in Markdown that is shown as text
LINK = "link-malformed"  #: a link target that can never work
IMAGE = "image-missing"  #: an image that is not there, or cannot be read
FILE = "file-missing"  #: a hosted file that is not there, or may not be hosted
TEMPLATE = "template"  #: Jinja: syntax, an unknown name, a member value that was tested
THEME = "theme"  #: theme.toml: a name, a measure out of range, colours that cannot be read upon one another
MJML = "mjml"  #: element, attribute, nesting, value, or a defect of the compiler that would show
STYLE = "style"  #: CSS that would be lost or do harm
INVARIANT = "invariant"  #: what must hold after a step did not; the email is not to be trusted
LIMIT = "limit"  #: too big, too deep, too slow

#: faults of what was written: the email can still be made, and looked at beside them; freezing refuses it
SOFT = frozenset({FRONT_MATTER, SLOT, COMPONENT, WHEN, RAW_HTML, LINK, IMAGE, FILE, STYLE, THEME})


def near(word: str, known: Iterable[str]) -> Said:
    """ "Did you mean …?" for a word that is not among the known ones; empty when none is near."""
    found = get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return (
        Said(f"Did you mean “{found[0]}”?", f"Vouliez-vous dire «\u00a0{found[0]}\u00a0»?")
        if found
        else NOTHING
    )


_MOST = 200  # nobody reads more, and a hostile file could make millions


class Findings:
    """A list that findings are added to, up to a bearable number. What matches `hidden` (a token) is shown to nobody."""

    def __init__(self, hidden: re.Pattern[str] | None = None) -> None:
        self._found: dict[Finding, None] = {}
        self._hidden = hidden

    def error(
        self,
        check: str,
        message: Said | str,
        place: Place | None = None,
        *,
        hint: Said | str = NOTHING,
        language: str = "",
    ) -> None:
        """Add a finding that blocks freezing."""
        self._add(check, Severity.ERROR, message, place, language, hint)

    def warning(
        self,
        check: str,
        message: Said | str,
        place: Place | None = None,
        *,
        hint: Said | str = NOTHING,
        language: str = "",
    ) -> None:
        """Add a finding that somebody should look at."""
        self._add(check, Severity.WARNING, message, place, language, hint)

    def info(
        self, check: str, message: Said | str, place: Place | None = None, *, hint: Said | str = NOTHING
    ) -> None:
        """Add a finding that is good to know."""
        self._add(check, Severity.INFO, message, place, "", hint)

    def _add(
        self,
        check: str,
        severity: Severity,
        message: Said | str,
        place: Place | None,
        language: str,
        hint: Said | str,
    ) -> None:
        message, hint = self._readable(said(message)), self._readable(said(hint))
        if len(self._found) < _MOST or (severity is Severity.ERROR and not self.failed):
            self._found[finding(check, severity, message, place, language, hint=hint)] = None

    def _readable(self, text: Said) -> Said:
        hidden = self._hidden
        return Said(hidden.sub("…", text.en), hidden.sub("…", text.fr)) if hidden else text

    @property
    def failed(self) -> bool:
        """True when one of them is an error."""
        return any(finding.severity is Severity.ERROR for finding in self._found)

    @property
    def fatal(self) -> bool:
        """True when one of them says that no email can be made, or that it could not be trusted to be looked at."""
        return any(
            finding.severity is Severity.ERROR and finding.check not in SOFT for finding in self._found
        )

    def all(self) -> tuple[Finding, ...]:
        """All of them, in the order in which they were first found."""
        return tuple(self._found)
