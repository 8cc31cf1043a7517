"""Written values judged: a text, a list of names, a date, a mode, or a finding that says what was expected.

In: written values. Out: typed ones, or None with a finding. Called by frontmatter.read.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from newsletter.compose.findings import FRONT_MATTER, Findings, near
from newsletter.compose.frontmatter.scalars import Written
from newsletter.model.campaign import AudienceRule
from newsletter.model.issue import Data, ScheduleWish
from newsletter.model.publication import TrackingMode
from newsletter.model.said import NOTHING, Said

_SCHEDULE = ("at", "holiday", "calendar", "offset", "zone", "year", "every", "expires", "day")
_AUDIENCE = ("include", "exclude")


class Judge:
    """Turns written values into typed ones; what is wrong becomes a finding."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def refuse(self, written: Written, message: Said | str, hint: Said | str = NOTHING) -> None:
        """Add the finding that a value is wrong."""
        self._findings.error(FRONT_MATTER, message, written.place, hint=hint)

    def unknown(self, key: str, written: Written, known: Collection[str]) -> None:
        """Add the finding that a key is not known."""
        hint = near(key, known) or f"Known here: {', '.join(known)}."
        self.refuse(written, f"“{key}” is not a key of front matter", hint)

    def text(self, key: str, written: Written) -> str:
        """A text on one line."""
        if isinstance(written.content, str):
            return " ".join(written.content.split("\n")).strip()
        self.refuse(written, f"“{key}” takes a text, and this is {written.kind}")
        return ""

    def sender(self, written: Written) -> str:
        """The sender's name: the same for every reader (mail programs distrust a From that changes)."""
        text = self.text("from", written)
        if "{{" in text:
            self.refuse(written, "the sender's name cannot hold a personal field", "Put it into the subject.")
        return text

    def names(self, key: str, written: Written) -> tuple[str, ...]:
        """A list of names: `[a, b]`, one a line, or `a, b`."""
        content = written.content
        if isinstance(content, str):
            return tuple(name.strip() for name in content.split(",") if name.strip())
        if isinstance(content, tuple) and all(isinstance(item.content, str) for item in content):
            return tuple(str(item.content) for item in content)
        self.refuse(written, f"“{key}” takes a list of names, and this is {written.kind}")
        return ()

    def day(self, written: Written) -> date | None:
        """A date, `2020-12-16`."""
        text = self.text("date", written)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.refuse(written, f"“{text}” is not a date", "Write it as year-month-day: 2020-12-16.")
            return None

    def mode(self, written: Written) -> TrackingMode | None:
        """A tracking mode."""
        text = self.text("tracking", written)
        try:
            return TrackingMode(text)
        except ValueError:
            known = [mode.value for mode in TrackingMode]
            self.refuse(
                written,
                f"“{text}” is not a tracking mode",
                near(text, known) or f"One of: {', '.join(known)}.",
            )
            return None

    def audience(self, written: Written) -> AudienceRule | None:
        """`include` and `exclude`; a text or a list alone is what is included."""
        if not isinstance(written.content, dict):
            return AudienceRule(self.names("audience", written))
        parts = self._known(written.content, _AUDIENCE)
        include, exclude = (self.names(key, parts[key]) if key in parts else () for key in _AUDIENCE)
        return AudienceRule(include, exclude)

    def schedule(self, written: Written) -> ScheduleWish | None:
        """The keys of a schedule; a text alone is the time."""
        if isinstance(written.content, str):
            return ScheduleWish(at=written.content, place=written.place)
        if not isinstance(written.content, dict):
            self.refuse(
                written, f"“schedule” takes keys such as `at: 2020-12-16 09:00`, and this is {written.kind}"
            )
            return None
        parts = self._known(written.content, _SCHEDULE)
        texts = {key: self.text(key, part) for key, part in parts.items()}
        year = self._year(texts.pop("year", ""), parts.get("year"))
        return ScheduleWish(**texts, year=year, place=written.place)

    def data(self, written: Written) -> dict[str, Data]:
        """Free values, all texts, for the template."""
        if isinstance(written.content, dict):
            return {key: plain(part) for key, part in written.content.items()}
        if written.content:
            self.refuse(written, f"“data” takes `name: value` lines, and this is {written.kind}")
        return {}

    def _known(self, parts: dict[str, Written], known: Collection[str]) -> dict[str, Written]:
        for key in parts.keys() - set(known):
            self.unknown(key, parts[key], known)
        return {key: parts[key] for key in known if key in parts}

    def _year(self, text: str, written: Written | None) -> int | None:
        if written is None or not text:
            return None
        if text.isascii() and text.isdigit() and len(text) == 4:
            return int(text)
        self.refuse(written, f"“{text}” is not a year", "Four digits: 2020.")
        return None


def plain(written: Written) -> Data:
    """A written value without its places."""
    content = written.content
    if isinstance(content, str):
        return content
    if isinstance(content, tuple):
        return [plain(item) for item in content]
    return {key: plain(part) for key, part in content.items()}
