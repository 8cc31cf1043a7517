"""What two components get beyond what their author wrote: a sponsor's texts out of sponsors.toml, an event's calendar file.

In: a component's attributes and prose. Out: the same, completed. Called by body.read, one completer a language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from newsletter.compose.body.blocks import Prose
from newsletter.compose.body.plain import PlainWriter
from newsletter.compose.calendar_file import Appointment, calendar_file
from newsletter.compose.components import Component
from newsletter.compose.findings import COMPONENT, Findings, near
from newsletter.compose.images import Images
from newsletter.compose.sponsors import FILE, Sponsor
from newsletter.compose.tokens import Tokens
from newsletter.compose.urls import judged
from newsletter.model.artwork import Slot
from newsletter.model.place import Place
from newsletter.model.publication import Publication
from newsletter.model.said import NOTHING, Said
from newsletter.model.sponsor import SponsorUse

_KEY = re.compile(r"[a-z0-9_-]+")
#: Markdown from elsewhere, read as if it stood at the component
Told = Callable[[str], Prose]
Completed = tuple[dict[str, str], Prose | None]


@dataclass(frozen=True, slots=True)
class Completer:
    """Completes the components of one language; `uses` gathers the sponsors that it shows."""

    language: str
    publication: Publication
    sponsors: Mapping[str, Sponsor]
    tokens: Tokens
    images: Images
    findings: Findings
    uses: list[SponsorUse] = field(default_factory=list)

    def complete(
        self, component: Component, attributes: dict[str, str], prose: Prose | None, place: Place, told: Told
    ) -> Completed:
        """The attributes and the prose that a look is handed."""
        if component.name == "sponsor":
            return self._sponsor(attributes, prose, place, told)
        if component.name == "event" and attributes["ics"] and attributes["date"]:
            return {**attributes, "ics": self._calendar_file(attributes, prose, place)}, prose
        return attributes, prose

    def _sponsor(
        self, attributes: dict[str, str], prose: Prose | None, place: Place, told: Told
    ) -> Completed:
        """A sponsor's own texts, where the issue does not say something else."""
        sponsor = self.sponsors.get(attributes["name"])
        if sponsor is None:
            self._unknown(attributes["name"], place, written=prose is not None)
            return attributes, prose
        self.uses.append(sponsor.use(self.language, place, written=prose is not None))
        said = {name: sponsor.said(name, self.language) for name in ("name", "link", "alt")}
        said["href"] = judged(sponsor.said("url", self.language), sponsor.place, self.findings, self.tokens)
        said["image"] = self._logo(sponsor)
        said["alt"] = said["alt"] or (said["name"] if said["image"] else "")
        kept = {name: value for name, value in attributes.items() if value and name != "name"}
        text = sponsor.said("text", self.language)
        return {**attributes, **said, **kept}, prose or (told(text) if text else None)

    def _logo(self, sponsor: Sponsor) -> str:
        logo = sponsor.said("logo", self.language)
        return logo if logo and self.images.url(logo, sponsor.place) else ""

    def _unknown(self, name: str, place: Place, *, written: bool) -> None:
        """A sponsor who stands in no file: with a text of the issue's own that is one; without, it is a key that is not there."""
        hint = near(name, self.sponsors) if _KEY.fullmatch(name) else NOTHING
        if not written and name:
            hint = hint or Said(
                f"Add [{name}] to {FILE}, or write the sponsor's text here.",
                f"Ajoutez [{name}] à {FILE}, ou écrivez ici le texte du commanditaire.",
            )
            message = Said(
                f"{FILE} has no “{name}”, and the sponsor has no text here",
                f"{FILE} n’a pas de «\u00a0{name}\u00a0», et le commanditaire n’a pas de texte ici",
            )
            self.findings.error(COMPONENT, message, place, hint=hint)
        elif hint:
            message = Said(f"{FILE} has no “{name}”", f"{FILE} n’a pas de «\u00a0{name}\u00a0»")
            self.findings.warning(COMPONENT, message, place, hint=hint)

    def _calendar_file(self, attributes: Mapping[str, str], prose: Prose | None, place: Place) -> str:
        """A URL that stands for an event's calendar file."""
        said = {name: self._for_all(value) for name, value in attributes.items()}
        event = Appointment(
            title=said["title"],
            begins=said["date"],
            ends=said["end"],
            zone=self._zone(said["zone"], place),
            place=said["place"],
            text=self._for_all(PlainWriter(self.tokens).prose(prose)) if prose else "",
            url=said["href"],
            organizer=self.publication.list_id,
        )
        name = f"{said['title'].replace('/', '-')[:60]} {said['date'][:10]}.ics"
        try:
            return self.images.hosted.made(name, calendar_file(event).encode(), place)
        except (ValueError, OverflowError):  # the year 9999, or a text of a megabyte
            message = Said(
                "this event cannot stand in a calendar file",
                "cet événement ne peut pas figurer dans un fichier de calendrier",
            )
            hint = Said(
                "Write a day of this century and a shorter text, or leave out ics.",
                "Écrivez un jour de ce siècle et un texte plus court, ou retirez ics.",
            )
            self.findings.error(COMPONENT, message, place, hint=hint)
            return ""

    def _zone(self, written: str, place: Place) -> str:
        """The IANA zone in which an event's hours are meant: the publication's, where the author names none."""
        if "/" not in written:
            return self.publication.time_zone
        try:
            return ZoneInfo(written).key
        except (LookupError, ValueError, OSError):
            message = Said(
                f"there is no time zone “{written}”",
                f"il n’y a pas de fuseau horaire «\u00a0{written}\u00a0»",
            )
            hint = Said(
                "Write it as America/Toronto, or in your own words.",
                "Écrivez-le sous la forme America/Toronto, ou dans vos propres mots.",
            )
            self.findings.error(COMPONENT, message, place, hint=hint)
            return self.publication.time_zone

    def _for_all(self, text: str) -> str:
        """A text as it stands in a file that is the same for everybody: personal fields by their fallback, links by their address."""

        def shown(token: str) -> str:
            value = self.tokens.meaning(token).value
            return (value.fallback or "") if isinstance(value, Slot) else str(value)

        return self.tokens.pattern.sub(lambda match: shown(match[0]), text)
