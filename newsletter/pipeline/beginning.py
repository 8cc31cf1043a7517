"""Beginning: the issues there are, what a new one may be made of, and a new one begun.

In: what somebody wants to begin with. Out: issues by name with date, languages and state; files under issues/. Called by the studio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from newsletter import workspace
from newsletter.compose.frontmatter.setting import values
from newsletter.letters import Letter
from newsletter.model.campaign import Campaign
from newsletter.model.errors import AuthorError
from newsletter.pipeline import again, letters, start
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.context import Context
from newsletter.pipeline.letters import Given, Wishes
from newsletter.store import audit, campaigns

_UNFINISHED = "base"  #: a template that the others are built on


@dataclass(frozen=True, slots=True)
class Listed:
    """One issue of the list. `subjects` by language; `mailing` is the newest one, `trouble` why its files cannot be read."""

    slug: str
    title: str
    subjects: dict[str, str]
    day: date | None
    template: str
    mailing: Campaign | None
    trouble: str = ""


def every(ctx: Context) -> tuple[Listed, ...]:
    """Every issue, the newest day first; those without a day before all others, as they are being begun."""
    with ctx.store.read() as db:
        newest: dict[str, Campaign] = {}
        for found in campaigns.listed(db):
            if found.publication == ctx.publication.key:
                newest.setdefault(found.slug, found)
    listed = [_listed(ctx, issue.slug, newest.get(issue.slug)) for issue in workspace.list_issues(ctx.root)]
    return tuple(sorted(listed, key=lambda one: (one.day or date.max, one.slug), reverse=True))


def _listed(ctx: Context, slug: str, mailing: Campaign | None) -> Listed:
    try:
        files = workspace.read_issue(ctx.root, slug)
    except AuthorError as error:
        return Listed(slug, workspace.title_of(slug), {}, None, "", mailing, error.message)
    found = {file.language or ctx.publication.languages[0]: values(file.text) for file in files}
    texts = {
        language: {key: one for key, one in front.items() if isinstance(one, str)}
        for language, front in found.items()
    }
    first = next((front for front in texts.values() if front.get("subject")), {})
    return Listed(
        slug,
        first.get("title") or first.get("subject") or workspace.title_of(slug),
        {language: front.get("subject", "") for language, front in texts.items()},
        _day(next((front["date"] for front in texts.values() if "date" in front), "")),
        next((front["template"] for front in texts.values() if "template" in front), "letter"),
        mailing,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def templates(desk: Authoring) -> tuple[str, ...]:
    """The templates that an issue may have."""
    return tuple(name for name in workspace.template_names(desk.root) if name != _UNFINISHED)


def segments(desk: Authoring) -> tuple[str, ...]:
    """The segments of the workspace by name. Raises ConfigurationError, AuthorError."""
    return tuple(workspace.read_segments(desk.root))


def from_template(ctx: Context, slug: str, template: str, title: str) -> tuple[str, ...]:
    """Begin an issue with the first lines of a template. Raises AuthorError, NotAllowed, NotFound."""
    paths = start.new(ctx, slug, template=template, title=title)
    return _noted(ctx, slug, paths, "template")


def from_last(ctx: Context, slug: str, title: str) -> tuple[str, ...]:
    """Begin an issue as the newest one was built, emptied. Raises AuthorError, NotAllowed, NotFound."""
    return _noted(ctx, slug, again.new(ctx, slug, title=title), "last")


def from_letter(
    ctx: Context, slug: str, files: Sequence[Given], wishes: Wishes, *, template: str, title: str
) -> Letter:
    """Begin an issue with a letter that was uploaded. Raises AuthorError, NotAllowed (with what must be decided first), NotFound."""
    letters.refuse_taken(ctx, slug)
    letter = letters.read_given(ctx, files, wishes)
    _noted(ctx, slug, letters.write(ctx, slug, letter, template=template, title=title), "letter")
    return letter


def _noted(ctx: Context, slug: str, paths: tuple[str, ...], way: str) -> tuple[str, ...]:
    with ctx.store.write() as db:
        audit.note(db, ctx.now(), ctx.actor, "new", slug, {"files": list(paths), "from": way})
    return paths
