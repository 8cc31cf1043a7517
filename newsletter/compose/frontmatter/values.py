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

_SCHEDULE = ("at", "holiday", "calendar", "offset", "zone", "year", "every", "expires", "day", "window")
_AUDIENCE = ("include", "exclude")
_YES, _NO = {"true", "yes"}, {"false", "no"}


class Judge:
    """Turns written values into typed ones; what is wrong becomes a finding."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def refuse(self, written: Written, message: Said | str, hint: Said | str = NOTHING) -> None:
        """Add the finding that a value is wrong."""
        self._findings.error(FRONT_MATTER, message, written.place, hint=hint)

    def _kind(self, written: Written, wanted: Said) -> None:
        """Add the finding that a value is of another kind than its key takes."""
        kind = written.kind
        self.refuse(written, Said(f"{wanted.en}, and this is {kind.en}", f"{wanted.fr}, et voici {kind.fr}"))

    def unknown(self, key: str, written: Written, known: Collection[str]) -> None:
        """Add the finding that a key is not known."""
        names = ", ".join(known)
        hint = near(key, known) or Said(f"Known here: {names}.", f"Clés possibles ici\u00a0: {names}.")
        message = Said(
            f"“{key}” is not a key of front matter",
            f"«\u00a0{key}\u00a0» n’est pas une clé de l’en-tête du fichier",
        )
        self.refuse(written, message, hint)

    def text(self, key: str, written: Written) -> str:
        """A text on one line."""
        if isinstance(written.content, str):
            return " ".join(written.content.split("\n")).strip()
        self._kind(written, Said(f"“{key}” takes a text", f"«\u00a0{key}\u00a0» attend un texte"))
        return ""

    def sender(self, written: Written) -> str:
        """The sender's name: the same for every reader (mail programs distrust a From that changes)."""
        text = self.text("from", written)
        if "{{" in text:
            message = Said(
                "the sender's name cannot hold a personal field",
                "le nom de l’expéditeur ne peut pas contenir de champ personnel",
            )
            self.refuse(written, message, Said("Put it into the subject.", "Mettez-le dans l’objet."))
        return text

    def names(self, key: str, written: Written) -> tuple[str, ...]:
        """A list of names: `[a, b]`, one a line, or `a, b`."""
        content = written.content
        if isinstance(content, str):
            return tuple(name.strip() for name in content.split(",") if name.strip())
        if isinstance(content, tuple) and all(isinstance(item.content, str) for item in content):
            return tuple(str(item.content) for item in content)
        self._kind(
            written, Said(f"“{key}” takes a list of names", f"«\u00a0{key}\u00a0» attend une liste de noms")
        )
        return ()

    def day(self, written: Written) -> date | None:
        """A date, `2020-12-16`."""
        text = self.text("date", written)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            hint = Said(
                "Write it as year-month-day: 2020-12-16.",
                "Écrivez-la dans l’ordre année-mois-jour\u00a0: 2020-12-16.",
            )
            self.refuse(
                written, Said(f"“{text}” is not a date", f"«\u00a0{text}\u00a0» n’est pas une date"), hint
            )
            return None

    def mode(self, written: Written) -> TrackingMode | None:
        """A tracking mode."""
        text = self.text("tracking", written)
        try:
            return TrackingMode(text)
        except ValueError:
            known = [mode.value for mode in TrackingMode]
            names = ", ".join(known)
            self.refuse(
                written,
                Said(f"“{text}” is not a tracking mode", f"«\u00a0{text}\u00a0» n’est pas un mode de suivi"),
                near(text, known) or Said(f"One of: {names}.", f"Au choix\u00a0: {names}."),
            )
            return None

    def yes(self, key: str, written: Written) -> bool | None:
        """`true` or `false`, or `yes` or `no`."""
        text = self.text(key, written).lower()
        if text in _YES | _NO:
            return text in _YES
        self.refuse(
            written,
            Said(f"“{key}” takes true or false", f"«\u00a0{key}\u00a0» attend true ou false"),
            Said("Write `true` or `false`.", "Écrivez `true` ou `false`."),
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
            wanted = Said(
                "“schedule” takes keys such as `at: 2020-12-16 09:00`",
                "«\u00a0schedule\u00a0» attend des clés telles que `at: 2020-12-16 09:00`",
            )
            self._kind(written, wanted)
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
            wanted = Said(
                "“data” takes `name: value` lines", "«\u00a0data\u00a0» attend des lignes `nom: valeur`"
            )
            self._kind(written, wanted)
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
        message = Said(f"“{text}” is not a year", f"«\u00a0{text}\u00a0» n’est pas une année")
        self.refuse(written, message, Said("Four digits: 2020.", "Quatre chiffres\u00a0: 2020."))
        return None


def plain(written: Written) -> Data:
    """A written value without its places."""
    content = written.content
    if isinstance(content, str):
        return content
    if isinstance(content, tuple):
        return [plain(item) for item in content]
    return {key: plain(part) for key, part in content.items()}
