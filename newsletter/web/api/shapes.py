"""What the API takes: bodies and parameters. The document is made from these very types, and they judge what comes.

In: nothing. Out: types. Called by web.api.operations and its endpoints.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$", description="The name of an issue.")]
Segment = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$",
        description="The name of a segment; `everyone` is always there.",
    ),
]
Text = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
Line = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Said = Annotated[
    str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
]
Email = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=320,
        description="A mail address. One that cannot be mailed is refused with 422.",
    ),
]
Language = Literal["", "en", "fr"]


class Taken(Struct, forbid_unknown_fields=True):
    """What the API takes: a name that it does not know is refused, never passed over."""


class Nothing(Taken):
    """An empty object; the body may be left out as well."""


class Paged(Taken):
    """How much, and from where on."""

    limit: Annotated[int, Meta(ge=1, le=200, description="The most items of a page.")] = 50
    cursor: Annotated[
        str, Meta(max_length=300, description="`next` of the page before; empty: from the beginning.")
    ] = ""


class MembersWanted(Paged):
    """Which members."""

    segment: Annotated[str, Meta(max_length=10_000, description="A segment's name, or an expression.")] = ""
    search: Annotated[Line, Meta(description="A part of the address, a name or the company.")] = ""


class SuppressionsWanted(Paged):
    """Which lines of the do-not-mail list."""

    reason: Literal["", "complaint", "erased", "unsubscribed", "invalid", "manual"] = ""


class EventsWanted(Paged):
    """Which events."""

    campaign: Annotated[int, Meta(ge=0, le=2**53, description="Those of one campaign; 0: all.")] = 0


class CampaignPlan(Taken):
    """What is to be mailed, to whom and when. What is left empty stands in the issue's own front matter."""

    issue: Slug
    include: Annotated[list[Segment], Meta(max_length=50)] = []
    exclude: Annotated[list[Segment], Meta(max_length=50)] = []
    at: Annotated[Line, Meta(description="`2026-12-16 09:00`, or `09:00` beside a holiday.")] = ""
    holiday: Line = ""
    calendar: Line = ""
    offset: Annotated[Line, Meta(description="`-3 working days`")] = ""
    zone: Annotated[Line, Meta(description="An IANA name, or `member` for each reader's own.")] = ""
    year: Annotated[int, Meta(ge=1900, le=2200)] | None = None
    every: Annotated[Line, Meta(description="`year`")] = ""
    expires: Annotated[Line, Meta(description="`local-midnight` or `never`")] = ""
    day: Annotated[Line, Meta(description="`actual` or `observed`")] = ""
    window: Annotated[
        Line,
        Meta(description="The hours within which it leaves, such as `weekdays 08:00-17:00`; `none`: any."),
    ] = ""
    gentle: bool = False


class CampaignApproval(Taken):
    """What a person saw and says yes to: how many people, and which version."""

    count: Annotated[
        int, Meta(ge=1, le=2**53, description="How many people get it: as `members` of the plan says.")
    ]
    edition: Annotated[
        str,
        Meta(
            pattern=r"^[0-9a-f]{64}$",
            description="The version of the text: as `edition` of the campaign says.",
        ),
    ]


class Reason(Taken):
    """Why."""

    reason: Said


class HoldPlaced(Taken):
    """Why everything is held, and until when new mailings are held back (left out: until it is released)."""

    reason: Said
    until: datetime | None = None


class Release(Taken):
    """Which mailing may go on (left out: everything may); `late`: also what was missed meanwhile."""

    campaign: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    late: bool = False


class Grounds(Taken):
    """Consent as a person states it; the law asks for its proof."""

    basis: Literal["express", "membership", "purchase", "contract", "inquiry", "published", "b2b"]
    on: date | None = None
    evidence: Text = ""


class MemberChange(Taken):
    """What is to be different. What is left out stays; an empty text clears."""

    first_name: Line | UnsetType = UNSET
    last_name: Line | UnsetType = UNSET
    company: Line | UnsetType = UNSET
    province: Line | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    timezone: Line | UnsetType = UNSET
    attributes: Annotated[dict[str, Text], Meta(max_length=100)] = {}
    tags: Annotated[list[Line], Meta(max_length=100, description="Tags to add.")] = []
    untag: Annotated[list[Line], Meta(max_length=100, description="Tags to take away.")] = []
    consent: Grounds | None = None
    tracking: Literal["unknown", "granted", "refused"] | None = None


class MemberNew(MemberChange, kw_only=True):
    """A new member."""

    email: Email


class Leaving(Taken):
    """How somebody asked to be left in peace."""

    evidence: Said


class SuppressionNew(Taken):
    """An address that must not be mailed."""

    email: Email
    reason: Literal["manual", "invalid", "complaint", "unsubscribed"] = "manual"
    source: Said = "by the API"


def described(shape: type) -> str:
    """The first line of what a type says of itself."""
    return (shape.__doc__ or "").strip().split("\n")[0]


def fields_of(shape: type[Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The fields of a shape."""
    return msgspec.structs.fields(shape)
