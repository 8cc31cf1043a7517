"""Asked: what a person wants of a mailing, settled from flags, front matter and newsletter.toml, with where each came from.

In: an issue, flags. Out: an audience rule, a provider, tracking, and their origins. Called by `send` and `schedule`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.dispatch.variants import strictest
from newsletter.model.campaign import AudienceRule
from newsletter.model.errors import NotAllowed
from newsletter.model.issue import Issue
from newsletter.model.publication import TrackingMode
from newsletter.model.said import Said
from newsletter.pipeline.context import Context

FLAG = "the command line"
FILE = "newsletter.toml"


@dataclass(frozen=True, slots=True)
class Asked:
    """The answers that count; `origins` says where each came from."""

    audience: AudienceRule
    provider: str
    tracking: TrackingMode
    origins: dict[str, str]


def settle(ctx: Context, issue: Issue, segments: Sequence[str], excluded: Sequence[str]) -> Asked:
    """Flags beat front matter beats newsletter.toml. Raises NotAllowed when nobody said who gets it."""
    named = rule(issue, segments, excluded)
    if named is None:
        raise NotAllowed(
            Said("nobody said who gets this", "personne n’a dit à qui ceci s’adresse"),
            code="audience-missing",
            place=issue.places.get("template"),
            hint=Said(
                "Add --segment everyone (or another segment), or `audience: {include: [everyone]}` to the issue.",
                "Ajoutez --segment everyone (ou un autre segment), ou `audience: {include: [everyone]}` au numéro.",
            ),
        )
    origins = {
        "recipients": FLAG if segments else _place(issue, "audience"),
        "without": FLAG if excluded else _place(issue, "audience"),
        "provider": ctx.settings.origins["provider"],
        "tracking": _place(issue, "tracking") if issue.tracking else FILE,
        "sender": _place(issue, "from") if issue.sender_name else FILE,
        "template": _place(issue, "template"),
        "archive": _place(issue, "archive"),
    }
    return Asked(
        named,
        ctx.settings.text("provider"),
        strictest(ctx.publication.tracking, issue.tracking),
        origins,
    )


def rule(issue: Issue, segments: Sequence[str], excluded: Sequence[str]) -> AudienceRule | None:
    """Who gets it, by flags, else by front matter; None where nobody said."""
    written = issue.audience or AudienceRule(())
    include = tuple(segments) or written.include
    return AudienceRule(include, tuple(excluded) or written.exclude) if include else None


def _place(issue: Issue, key: str) -> str:
    place = issue.places.get(key) or next(
        (found for name, found in issue.places.items() if name.split(".")[0] == key), None
    )
    return str(place) if place else "default"
