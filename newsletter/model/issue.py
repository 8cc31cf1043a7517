"""An issue: what the author wrote, read and judged, not yet composed.

In: the front matter and bodies that compose read. Out: frozen values. Called by compose, checks, pipeline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from newsletter.model.campaign import AudienceRule
from newsletter.model.one_language import OneLanguage
from newsletter.model.outline import DataText
from newsletter.model.place import Place
from newsletter.model.publication import TrackingMode
from newsletter.model.waiver import Waiver

#: what `data:` may hold: text, lists and mappings of the same. Scalars are always text: no YAML surprises.
#: (Not a recursive type: it crosses the renderer's pipe, and msgspec decodes none.)
Data = str | list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScheduleWish:
    """The `schedule:` of front matter or the flags of `newsletter schedule`, as written; `planning` reads and judges it.

    `at` is `YYYY-MM-DD HH:MM`, or `HH:MM` beside `holiday`. `zone` is an IANA name, `member`, or empty (publication's).
    `day` is `observed` for the day on which a holiday is observed, else the day itself. `window`: the hours within which it leaves.
    """

    at: str = ""
    holiday: str = ""
    calendar: str = ""
    offset: str = ""
    zone: str = ""
    year: int | None = None
    every: str = ""
    expires: str = ""
    place: Place | None = None
    day: str = ""
    window: str = ""


@dataclass(frozen=True, slots=True)
class IssueText:
    """What the author wrote in one language. `body` is Markdown from line `body_line` (1-based) of `path` on."""

    language: str
    path: str
    subject: str
    preheader: str
    title: str
    body: str
    body_line: int


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue in all its languages. `places` says where each front-matter key stands (`"subject.fr"`, `"template"`)."""

    slug: str
    template: str
    texts: Mapping[str, IssueText]
    date: date | None = None
    sender_name: Mapping[str, str] = field(
        default_factory=dict
    )  #: `from:` by language, when the issue sets it
    audience: AudienceRule | None = None
    schedule: ScheduleWish | None = None
    tracking: TrackingMode | None = None
    data: Mapping[str, Data] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    only: OneLanguage | None = None  #: who says why it lacks a language
    number: str = ""  #: which issue this is, as the masthead says it: "12", "2021-3"
    archive: bool | None = None  #: whether it may stand in the public archive; None: as the newsletter has it
    data_texts: tuple[
        DataText, ...
    ] = ()  #: what of `data` readers read, text by text, as often as it stands there
    accepted: tuple[Waiver, ...] = ()  #: the remarks that somebody looked at and accepts, with reasons
