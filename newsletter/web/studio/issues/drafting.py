"""While somebody writes: the preview and the remarks of a text that is not saved, its blocks moved, its form filled in, its pictures.

In: posts of the page's script. Out: fragments, JSON. Called by web.studio.issues. Nothing here writes a text; a picture is a new file.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from newsletter.model.errors import Explained, NotAllowed
from newsletter.pipeline import filling_in, illustrating, moving, writing
from newsletter.pipeline.build import Unsaved
from newsletter.web.studio.issues import beside
from newsletter.web.studio.issues.drawn import unsaved
from newsletter.web.studio.issues.editor import front_values
from newsletter.web.studio.issues.look import read
from newsletter.web.studio.issues.surroundings import told
from newsletter.web.studio.visit import Visit


def paths_of(visit: Visit) -> Mapping[str, str]:
    """The files of an issue by language."""
    first = visit.ctx.publication.languages[0]
    opened = writing.open_issue(visit.ctx, str(visit.path["slug"]))
    return {text_open.language or first: text_open.path for text_open in opened}


def written(visit: Visit) -> tuple[Mapping[str, str], Unsaved]:
    """The paths of an issue, and its texts as the form brings them."""
    paths = paths_of(visit)
    return paths, unsaved(str(visit.path["slug"]), paths, visit.form)


def show(visit: Visit) -> Response:
    """The preview pane of what is being written."""
    paths, issue = written(visit)
    language = visit.form.get("shown", "")
    known = {*paths, beside.together(tuple(paths))}
    chosen = language if language in known else next(iter(paths))
    look = read(visit.form)
    return visit.page("issues/pane.html", slug=issue.slug, **beside.shown(visit, issue, chosen, look))


def remarks(visit: Visit) -> Response:
    """The remarks on what is being written."""
    _paths, issue = written(visit)
    return visit.page("issues/remarks.html", slug=issue.slug, writable=True, **beside.remarked(visit, issue))


def move(visit: Visit) -> Response:
    """A block up or down, in every language."""
    _paths, issue = written(visit)
    line = visit.form.get("line", "")
    try:
        made = moving.move(
            visit.ctx,
            issue,
            visit.form.get("language", ""),
            line=int(line) if line.isascii() and line.isdigit() and len(line) < 8 else 0,
            down=visit.form.get("way") == "down",
        )
    except NotAllowed as error:
        key = f"issues_{error.code.replace('-', '_')}"
        return JSONResponse({"trouble": getattr(visit.w, key)}, 409)
    alone = visit.w("issues_moved_alone", languages=", ".join(made.alone)) if made.alone else ""
    return JSONResponse({"texts": dict(made.texts), "line": made.line, "said": alone or visit.w.issues_moved})


def fill(visit: Visit) -> Response:
    """The texts with the values of the form above them."""
    paths, issue = written(visit)
    texts = {language: issue.texts[path] for language, path in paths.items() if path in issue.texts}
    language = visit.form.get("language", "")
    own = {key: visit.form[f"own-{key}"] for key in filling_in.OWN if f"own-{key}" in visit.form}
    shared = {key: visit.form[f"shared-{key}"] for key in filling_in.SHARED if f"shared-{key}" in visit.form}
    try:
        made = filling_in.fill(texts, {language: own}, shared)
    except Explained as error:
        return JSONResponse(told(visit, error), 409)
    return JSONResponse({"texts": made})


def form(visit: Visit) -> Response:
    """The form above the text, for the texts as they are now."""
    paths, issue = written(visit)
    texts = {language: issue.texts[path] for language, path in paths.items() if path in issue.texts}
    language = visit.form.get("language", "")
    return visit.page(
        "issues/front.html", slug=issue.slug, edited=language, front=front_values(visit, texts, language)
    )


def picture(visit: Visit) -> Response:
    """A picture that was dropped or chosen becomes a file of the issue; the lines that show it come back."""
    slug = str(visit.path["slug"])
    given = visit.files.get("picture")
    if given is None:
        return JSONResponse({"trouble": visit.w.issues_picture_none}, 409)
    try:
        made = illustrating.add(visit.ctx, slug, given.name, given.data)
    except Explained as error:
        return JSONResponse(told(visit, error), 409)
    return JSONResponse({"name": made.name, "lines": made.markdown(visit.form.get("alt", ""))})
