"""The review of an issue: its mail, its blocks with what was said of them, the links for people without an account.

In: visits. Out: pages, acts. Called by web.studio.review.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.said import Said
from newsletter.pipeline import build, commenting, places, reviewing
from newsletter.pipeline.reviewing import Reviewed
from newsletter.web.public import rich
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.visit import Visit

DAYS = (2, 7, 14, 30)  #: how long a link may work, as it is offered


def review(visit: Visit) -> Response:
    """`/issues/…/review`."""
    slug = _slug(visit)
    found = reviewing.review(visit.ctx, slug, _shelf(visit).built(slug))
    sheet = found.sheet(visit.query.get("text") or visit.language)
    return visit.page(
        "review/review.html",
        title=found.titled(visit.language),
        slug=slug,
        places=places.places(visit.ctx, slug),
        found=found,
        sheet=sheet if found.artwork else None,
        texts=_texts(visit, found, sheet.language if sheet else ""),
        frame=f"/issues/{slug}/review/mail/{sheet.language}" if sheet else "",
        links=[(one, commenting.url(visit.ctx, one)) for one in commenting.links(visit.ctx, slug)],
        days=[(str(days), visit.w("review_days", n=days)) for days in DAYS],
        only_open=visit.query.get("only") == "open",
    )


def _texts(visit: Visit, found: Reviewed, shown: str) -> list[tuple[str, str, bool]]:
    return [
        (
            f"{visit.w(f'review_text_{one.language}') if one.language in {'en', 'fr'} else one.language}"
            f"{f' ({one.open})' if one.open else ''}",
            "?" + urlencode({"text": one.language}),
            one.language == shown,
        )
        for one in found.sheets
    ]


def mail(visit: Visit) -> Response:
    """The mail, for a frame: no script, nothing from elsewhere."""
    built = _shelf(visit).built(_slug(visit))
    artwork, language = built.rendering.artwork, visit.path["language"]
    if artwork is None or language not in artwork.texts:
        raise NotFound(Said("there is no such text", "ce texte n’existe pas"), code="review-text")
    html = reviewing.mail(visit.ctx, artwork, built.rendering.files, language)
    return rich.mail(html, dark=visit.query.get("scheme") == "dark")


def _shelf(visit: Visit) -> reviewing.Shelf:
    with visit.studio.lock:
        shelf: reviewing.Shelf = visit.studio.kept.setdefault(
            "review shelf", reviewing.Shelf(visit.studio.ctx)
        )
        return shelf


def _slug(visit: Visit) -> str:
    """The issue of the address. Raises NotFound for one that is not there."""
    asked: str = visit.path["slug"]
    if asked not in {name.slug for name in build.issues(visit.ctx)}:
        raise NotFound(
            Said(f"there is no issue {asked}", f"il n’y a pas de numéro {asked}"), code="issue-unknown"
        )
    return asked


def _back(visit: Visit, said: str = "", at: int = 0) -> Response:
    text = visit.form.get("text", "")
    query = "?" + urlencode({"text": text}) if text else ""
    return visit.to(f"/issues/{_slug(visit)}/review{query}{f'#c{at}' if at else ''}", said)


def say(visit: Visit) -> Response:
    """A comment on a block, by somebody of the staff."""
    slug = _slug(visit)
    index, _, digest = visit.form.get("block", "").partition(".")
    outline = reviewing.outline_of(_shelf(visit).built(slug), visit.form.get("text", ""))
    if outline is None:
        raise NotFound(Said("there is no such text", "ce texte n’existe pas"), code="review-text")
    where = int(index) if index.isascii() and index.isdigit() and len(index) < 6 else 0
    words = (visit.account.name, visit.form.get("body", ""))
    made = commenting.say(visit.ctx, outline, (where, digest), words, slug)
    return _back(visit, visit.w.review_said, made.number)


def answer(visit: Visit) -> Response:
    """An answer to a comment."""
    words = (visit.account.name, visit.form.get("body", ""))
    made = commenting.answer(visit.ctx, visit.path["number"], words)
    return _back(visit, visit.w.review_said, made.thread or 0)


def resolve(visit: Visit) -> Response:
    """A comment is settled, with a word or without."""
    number = visit.path["number"]
    commenting.resolve(visit.ctx, number, visit.form.get("body", ""))
    return _back(visit, visit.w.review_resolved_now, number)


def reopen(visit: Visit) -> Response:
    """A comment is not settled after all."""
    number = visit.path["number"]
    commenting.reopen(visit.ctx, number)
    return _back(visit, visit.w.review_reopened, number)


def make_link(visit: Visit) -> Response:
    """A link for people without an account."""
    days = visit.form.get("days", "14")
    if not (days.isascii() and days.isdigit() and len(days) < 4):
        raise NotAllowed(
            Said("a number of days is wanted", "il faut un nombre de jours"), code="review-expires"
        )
    commenting.make_link(visit.ctx, _slug(visit), timedelta(days=int(days)))
    return visit.to(f"/issues/{_slug(visit)}/review#links", visit.w.review_link_made)


def revoke(visit: Visit) -> Response:
    """No link of this issue works any more."""
    ended = commenting.revoke(visit.ctx, _slug(visit))
    return _back(visit, visit.w("review_revoked", n=ended))


_HERE = "/issues/{slug}/review"
ROUTES: tuple[Way, ...] = (
    Page(_HERE, review, need=Right.LOOK),
    Page(f"{_HERE}/mail/{{language}}", mail, need=Right.LOOK),
    Act(f"{_HERE}/say", say, need=Right.LOOK),
    Act(f"{_HERE}/{{number:int}}/answer", answer, need=Right.LOOK),
    Act(f"{_HERE}/{{number:int}}/resolve", resolve, need=Right.WRITE),
    Act(f"{_HERE}/{{number:int}}/reopen", reopen, need=Right.WRITE),
    Act(f"{_HERE}/link", make_link, need=Right.WRITE),
    Act(f"{_HERE}/revoke", revoke, need=Right.WRITE),
)
