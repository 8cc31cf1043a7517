"""A waiver: a remark that somebody looked at and accepts, with the reason.

In: `accept:` of front matter. Out: values. Called by compose.frontmatter, checks.waiving, pipeline, the shells.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.model.finding import Finding
from newsletter.model.place import Place


@dataclass(frozen=True, slots=True)
class Waiver:
    """One entry of `accept:`. It silences one finding of `check`; `words` or `line` say which when there are several.

    `language` is that of the file that it stands in.
    """

    check: str
    reason: str
    language: str
    place: Place
    words: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that is accepted, and why. It is shown at approval and kept with the edition."""

    finding: Finding
    reason: str

    def as_json(self) -> dict[str, object]:
        """The finding as `check --json` shows it, with its reason."""
        return self.finding.as_json() | {"reason": self.reason}
