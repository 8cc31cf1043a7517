"""Mails in frames: without scripts, with images of this server, as the mail itself or as a program is likely to show it.

In: visits that name a picture by its key. Out: HTML with a policy of its own; images. Called by web.studio.issues.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from newsletter.model.edition import Artwork
from newsletter.model.errors import NotFound
from newsletter.model.said import Said
from newsletter.pipeline import approximating, changing, view, writing
from newsletter.pipeline.build import Unsaved
from newsletter.web.showing.frame import framed, policy
from newsletter.web.showing.marking import marked
from newsletter.web.studio.issues.beside import APPROVED
from newsletter.web.studio.issues.drawn import drawn
from newsletter.web.studio.issues.look import Look, read
from newsletter.web.studio.issues.pane import made, reader_of
from newsletter.web.studio.visit import Visit

SAVED = "saved"  #: in place of a picture's key: the files as they are
_AT = "/issues/at"
_KEPT = "private, max-age=3600, immutable"


def mail(visit: Visit) -> Response:
    """One text as one reader gets it."""
    look = read(visit.query)
    artwork, language = _artwork(visit, str(visit.path["key"]), look)
    member, _ = reader_of(visit.ctx, look)
    shown = approximating.approximate(made(visit.ctx, artwork, language, look, member).html, look.program)
    shown = marked(shown, drawn(visit.studio).marks(visit.query.get("marks", "")), _labels(visit))
    base = visit.ctx.settings.text("web.base_url")
    html = framed(shown, dark=look.dark, images_from=base, at=_AT)
    headers = {
        "Content-Security-Policy": policy("'self'", images=not look.images),
        "Cache-Control": "no-store",
    }
    return HTMLResponse(html, headers=headers)


def _labels(visit: Visit) -> dict[str, str]:
    return {kind: visit.w(f"pane_mark_{kind}") for kind in ("stale", "source", "missing")}


def _artwork(visit: Visit, key: str, look: Look) -> tuple[Artwork, str]:
    slug = str(visit.path["slug"])
    if key == APPROVED:
        found = changing.approved(visit.ctx, slug)
        artwork = found.edition.artwork if found else None
    elif key == SAVED:
        first = writing.open_issue(visit.ctx, slug)[0].language or visit.ctx.publication.languages[0]
        artwork = drawn(visit.studio).picture(visit.ctx, Unsaved(slug, {}), look.lang or first).good
    else:
        picture = drawn(visit.studio).shown(key)
        artwork = picture.good if picture else None
    if artwork is None:
        raise NotFound(
            Said("there is nothing to show", "il n’y a rien à montrer"),
            code="preview-nothing",
            hint=Said("Go back to the issue.", "Revenez au numéro."),
        )
    wanted = look.lang if look.lang in artwork.texts else next(iter(artwork.texts))
    return artwork, wanted


def image(visit: Visit) -> Response:
    """An image of a mail that was drawn lately, or of an approved version, by the digest of its content."""
    name = str(visit.path["name"])
    found = drawn(visit.studio).file(name) or view.image(visit.ctx, name)
    if found is None:
        raise NotFound(Said("there is no such image", "cette image n’existe pas"), code="preview-nothing")
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": _KEPT}
    return Response(found[1], media_type=found[0], headers=headers)


def hosted(visit: Visit) -> Response:
    """A hosted file of a mail that was drawn lately: always saved, never opened within the studio."""
    key, name = str(visit.path["key"]), str(visit.path["name"])
    found = drawn(visit.studio).hosted(f"{key}/{quote(name, safe='')}")
    if found is None:
        raise NotFound(Said("there is no such file", "ce fichier n’existe pas"), code="preview-nothing")
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
    }
    return Response(found[1], media_type="application/octet-stream", headers=headers)
