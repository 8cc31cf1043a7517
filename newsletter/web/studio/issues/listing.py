"""The list of issues, and beginning a new one: from a template, as the last one was, or from a letter.

In: visits. Out: pages. Called by web.studio.issues.
"""

from __future__ import annotations

from pathlib import PurePath

from starlette.responses import Response

from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import beginning
from newsletter.pipeline.letters import Given, Wishes
from newsletter.web.studio.issues import surroundings
from newsletter.web.studio.visit import Visit

_PICTURED = 12  #: issues with a picture; older ones are listed by name
_KINDS = {
    CampaignStatus.FINISHED: "good",
    CampaignStatus.HELD: "warning",
    CampaignStatus.PAUSED: "warning",
    CampaignStatus.CANCELLED: "quiet",
    CampaignStatus.EXPIRED: "quiet",
}
_ENDINGS = (".docx", ".html", ".htm", ".txt", ".md")


def page(visit: Visit) -> Response:
    """Every issue, the newest first."""
    listed = beginning.every(visit.ctx)
    return visit.page(
        "issues/list.html",
        title=visit.w.issues_title,
        pictured=listed[:_PICTURED],
        others=listed[_PICTURED:],
        states={one.slug: _state(visit, one) for one in listed},
        writable=visit.account.may(surroundings.WRITE),
        pixels=600,
    )


def _state(visit: Visit, one: beginning.Listed) -> tuple[str, str]:
    """Where an issue stands: a word, and how it is marked."""
    if one.mailing is None:
        return visit.w.issues_state_writing, "quiet"
    status = one.mailing.status
    return getattr(visit.w, f"issues_state_{status.value}"), _KINDS.get(status, "")


def new(visit: Visit) -> Response:
    """The form to begin with."""
    ctx = visit.ctx
    return visit.page(
        "issues/new.html",
        title=visit.w.issues_new,
        templates=surroundings.templates(visit),
        last=next(iter(beginning.every(ctx)), None),
        today=ctx.now().astimezone(visit.studio.zone).date(),
    )


def begin(visit: Visit) -> Response:
    """Make the issue; then its page."""
    slug = visit.form.get("slug", "").strip()
    title = " ".join(visit.form.get("title", "").split())[:200]
    match visit.form.get("way", ""):
        case "last":
            beginning.from_last(visit.ctx, slug, title)
        case "letter":
            return _from_letter(visit, slug, title)
        case _:
            beginning.from_template(visit.ctx, slug, visit.form.get("template", "letter"), title)
    return visit.to(f"/issues/{slug}", visit.w.issues_begun)


def _from_letter(visit: Visit, slug: str, title: str) -> Response:
    given = [
        Given(PurePath(one.name.replace("\\", "/")).name[:120], one.data)
        for name in ("letter", "letter-other")
        if (one := visit.files.get(name)) is not None and one.data
    ]
    if not given:
        raise NotAllowed(visit.w.issues_letter_none, code="letter-none")
    for file in given:
        if not file.name.lower().endswith(_ENDINGS):
            raise NotAllowed(visit.w("issues_letter_kind", name=file.name), code="letter-kind")
    wishes = Wishes(
        changes=_known(visit, "changes", ("accept", "reject")),
        comments=_known(visit, "comments", ("drop",)),
        boxes=_known(visit, "boxes", ("inline", "drop")),
        whole=visit.form.get("whole") == "yes",
    )
    template = visit.form.get("letter-template", "letter")
    letter = beginning.from_letter(visit.ctx, slug, given, wishes, template=template, title=title)
    return visit.once(
        "issues/brought.html",
        title=visit.w.issues_brought,
        slug=slug,
        letter=letter,
    )


def _known(visit: Visit, name: str, known: tuple[str, ...]) -> str:
    value = visit.form.get(name, "")
    return value if value in known else ""
