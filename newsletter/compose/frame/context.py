"""What a template is handed: publication, issue, data, words, theme, links, images.

In: the request, the issue, a language and its position. Out: the values by name. Called by frame.render.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from newsletter.compose.body.slots import Reader
from newsletter.compose.findings import Findings
from newsletter.compose.frame.environment import running_place
from newsletter.compose.frame.files import file_functions
from newsletter.compose.frame.judging import FILE as THEME_FILE
from newsletter.compose.frame.judging import judge_theme
from newsletter.compose.frame.theme import Words, read_toml, table
from newsletter.compose.frame.values import Member, Table, Text
from newsletter.compose.images import Images
from newsletter.compose.request import Request
from newsletter.compose.tokens import Kind, Tokens
from newsletter.compose.typography.typeset import Typesetter, profile_of
from newsletter.model.issue import Data, Issue, IssueText
from newsletter.model.place import Place

_KEY = re.compile(r"\s*[\w.-]+\s*:\s*[\"']?")


class Position(StrEnum):
    """Where a language stands in an email."""

    ONLY = "only"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Part:
    """One language of one email: the email in `en` has one part, the one in `en+fr` two."""

    language: str
    position: Position
    other: str = ""  #: the other language of the issue, if any


class ContextMaker:
    """Makes the values that templates of one issue are handed."""

    def __init__(
        self, request: Request, issue: Issue, tokens: Tokens, images: Images, findings: Findings
    ) -> None:
        self._request = request
        self._issue = issue
        self._tokens = tokens
        self._images = images
        self._findings = findings
        self._slots = Reader(tokens, findings)
        self._words = read_toml("words.toml", request.templates, findings)
        theme = read_toml(THEME_FILE, request.templates, findings)
        if theme:
            judge_theme(request.templates[THEME_FILE], theme, request.templates, findings)
        self._theme = table("theme", theme)

    def values(self, part: Part) -> dict[str, Any]:
        """Everything but the body."""
        language = part.language
        return {
            "publication": self._publication(language),
            "issue": self._described(self._issue.texts[language]),
            "data": self._data(language),
            "language": language,
            "languages": list(self._issue.texts),
            "position": part.position.value,
            "other_language": part.other,
            "words": Words(language, _mapping(self._words.get(language)), self._findings),
            "theme": self._theme,
            "member": Member(self._tokens, running_place),
            "links": self._links(),
            **self._image_functions(),
            **file_functions(self._images.hosted, language),
        }

    def front(self, text: IssueText, key: str) -> Text:
        """Subject, preheader or title with its slots as tokens."""
        places = self._issue.places
        written = (
            key if f"{key}.{text.language}" in places else "subject"
        )  # a title that is not written is the subject
        place = places.get(f"{written}.{text.language}") or Place(text.path, 1)
        begin = self._value_column(place) or place.column + len(written) + 2

        def place_at(offset: int) -> Place:
            return Place(place.file, place.line, begin + offset)

        return Text(self._set(text.language).text(self._slots.replace(str(getattr(text, key)), place_at)))

    def _set(self, language: str) -> Typesetter:
        profile = profile_of(language, self._request.publication.typography)
        return Typesetter(profile, self._tokens.pattern)

    def _value_column(self, place: Place) -> int:
        """The column where the value of a line of front matter begins, behind its quote; 0 when the line is none."""
        text = next((source.text for source in self._request.sources if source.path == place.file), "")
        lines = text.split("\n")
        match = _KEY.match(lines[place.line - 1]) if 0 < place.line <= len(lines) else None
        return match.end() + 1 if match else 0

    def _publication(self, language: str) -> Table:
        publication = self._request.publication

        def local(texts: Mapping[str, str] | None) -> Text:
            return Text((texts or {}).get(language, ""))

        return Table(
            "publication",
            {
                "key": Text(publication.key),
                "name": local(publication.name),
                "sender_name": Text(
                    self._issue.sender_name.get(language) or publication.sender.name.get(language, "")
                ),
                "postal_address": local(publication.postal_address),
                "contact": local(publication.contact),
                "website": Text(publication.website),
                "reason": local(publication.reason),
                "languages": list(publication.languages),
            },
        )

    def _described(self, text: IssueText) -> Table:
        issue = self._issue
        front = {key: self.front(text, key) for key in ("subject", "preheader", "title")}
        values = {
            "slug": Text(issue.slug),
            "date": issue.date,
            "number": Text(issue.number),
            "template": Text(issue.template),
            **front,
        }
        return Table("issue", values)

    def _data(self, language: str) -> Table:
        place = self._issue.places.get("data") or Place("")

        def settled(name: str, value: Data) -> Any:
            if isinstance(value, str):
                return Text(self._slots.replace(value, lambda _offset: place))
            if isinstance(value, list):
                return [settled(name, item) for item in value]
            if value and value.keys() <= set(self._request.publication.languages):
                own = settled(name, value.get(language, ""))
                # What has a version for each language is for reading, unless it is a file's name.
                return Text(self._set(language).text(own)) if isinstance(own, Text) and " " in own else own
            return Table(name, {key: settled(f"{name}.{key}", part) for key, part in value.items()})

        values = {key: settled(f"data.{key}", value) for key, value in self._issue.data.items()}
        return Table("data", values)

    def _links(self) -> Table:
        kinds = (Kind.VIEW, Kind.UNSUBSCRIBE, Kind.PREFERENCES)
        return Table("links", {kind.value: self._tokens.url(kind) for kind in kinds})

    def _image_functions(self) -> dict[str, Callable[[str], Any]]:
        def size(name: str) -> tuple[int, int]:
            self._images.url(name, running_place())
            path = self._images.path(name)
            image = self._images.measured(path) if path else None
            return (image.width, image.height) if image else (1, 1)

        return {
            "image": lambda name: self._images.url(name, running_place()),
            "has_image": lambda name: bool(self._images.path(name)),
            "image_width": lambda name: size(name)[0],
            "image_height": lambda name: size(name)[1],
        }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
