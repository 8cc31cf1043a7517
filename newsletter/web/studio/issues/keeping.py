"""Saving while one types: each pause in typing is kept in the file, and what changed elsewhere comes back as a conflict.

In: posts of the page's script. Out: JSON; a live line of digests. Called by web.studio.issues.
"""

from __future__ import annotations

import json

from starlette.responses import JSONResponse, Response

from newsletter.model.errors import Explained
from newsletter.pipeline import writing
from newsletter.pipeline.writing import Choice, OpenText, Stale
from newsletter.web.studio.issues.editor import open_text_of
from newsletter.web.studio.issues.surroundings import told
from newsletter.web.studio.visit import Visit


def keep(visit: Visit) -> Response:
    """Save one text; 409 with the other text where the file changed elsewhere."""
    text_open = _open_text(visit)
    text, before = visit.form.get("text", ""), visit.form.get("digest", "")
    try:
        return _kept(writing.save(visit.ctx, str(visit.path["slug"]), text_open.language, text, before))
    except Stale as error:
        return _stale(error)
    except Explained as error:
        return JSONResponse(told(visit, error), 422)


def settle(visit: Visit) -> Response:
    """End a conflict as chosen."""
    text_open = _open_text(visit)
    text, seen = visit.form.get("text", ""), visit.form.get("digest", "")
    given = visit.form.get("choice", "")
    choice = Choice(given) if given in set(Choice) else Choice.THEIRS
    try:
        return _kept(
            writing.settle(visit.ctx, str(visit.path["slug"]), text_open.language, text, seen, choice)
        )
    except Stale as error:
        return _stale(error)
    except Explained as error:
        return JSONResponse(told(visit, error), 422)


def live(visit: Visit) -> Response:
    """The digests of the issue's files, whenever one changes."""
    ctx, slug = visit.ctx, str(visit.path["slug"])
    writing.open_issue(ctx, slug)

    def digests() -> str:
        try:
            return json.dumps(writing.digests(ctx, slug), sort_keys=True)
        except Explained:  # a file that cannot be read for a moment, while another program writes it
            return "{}"

    return visit.stream(digests)


def _open_text(visit: Visit) -> OpenText:
    opened = writing.open_issue(visit.ctx, str(visit.path["slug"]))
    return open_text_of(opened, visit.form.get("language", ""))


def _kept(text_open: OpenText) -> Response:
    return JSONResponse({"digest": text_open.digest, "text": text_open.text})


def _stale(error: Stale) -> Response:
    return JSONResponse({"digest": error.theirs.digest, "theirs": error.theirs.text}, 409)
