"""The page of one issue: the editor beside the preview, and saving it by hand where no script runs.

In: visits. Out: the page. Called by web.studio.issues.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from newsletter.model.edition import BOTH
from newsletter.pipeline import filling_in, illustrating, palette, places, writing
from newsletter.pipeline.build import Unsaved
from newsletter.pipeline.writing import Choice, OpenText, Stale
from newsletter.web.studio.issues import beside, surroundings
from newsletter.web.studio.issues.look import Look, read
from newsletter.web.studio.issues.pane import named
from newsletter.web.studio.visit import Visit

#: what CodeMirror says of itself, by the keys of our words
PHRASES: Final = {
    "find": "Find",
    "replace": "Replace",
    "next": "next",
    "previous": "previous",
    "all": "all",
    "match_case": "match case",
    "by_word": "by word",
    "regexp": "regexp",
    "replace_this": "replace",
    "replace_all": "replace all",
    "close": "close",
    "unchanged": "$ unchanged lines",
    "take": "Revert this chunk",
    "completions": "Completions",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A text that was changed here and elsewhere: both, and the digest of the other one."""

    language: str
    path: str
    mine: str
    theirs: str
    digest: str


def page(visit: Visit) -> Response:
    """The issue as it is saved."""
    return _page(visit, None)


def _page(visit: Visit, conflict: Conflict | None, status: int = 200) -> Response:
    slug = str(visit.path["slug"])
    opened = writing.open_issue(visit.ctx, slug)
    look = read(visit.query)
    languages = [text_open.language or visit.ctx.publication.languages[0] for text_open in opened]
    edited = next((one for one in languages if one == look.lang.split(BOTH)[0]), languages[0])
    shown = look.lang if look.lang in {*languages, BOTH.join(languages)} else edited
    issue = Unsaved(slug, {})
    texts = {language: text_open.text for language, text_open in zip(languages, opened, strict=True)}
    front = front_values(visit, texts, edited)
    return visit.page(
        "issues/issue.html",
        status=status,
        title=title_of(front) or slug,
        slug=slug,
        places=places.places(visit.ctx, slug),
        opened=opened,
        edited=edited,
        languages=[(language, named(language) or language) for language in languages],
        together=BOTH.join(languages) if len(languages) > 1 else "",
        conflict=conflict,
        front=front,
        palette=[*palette.entries(), *palette.SNIPPETS],
        pictures=illustrating.listed(visit.ctx, slug),
        writable=visit.account.may(surroundings.WRITE),
        phrases={phrase: getattr(visit.w, f"editor_{key}") for key, phrase in PHRASES.items()},
        **beside.shown(visit, issue, shown, look),
        **beside.remarked(visit, issue),
    )


def front_values(visit: Visit, texts: Mapping[str, str], language: str) -> Mapping[str, Any]:
    """What the form above the text is filled with."""
    values = filling_in.read(texts)
    return {
        "own": values.own.get(language, {}),
        "shared": values.shared,
        "templates": surroundings.templates(visit),
        "tracking": filling_in.TRACKING,
        "segments": surroundings.segments(visit),
    }


def title_of(front: Mapping[str, Any]) -> str:
    """What an issue is called: its title, else its subject, in the language that is open."""
    return str(front["own"].get("title") or front["own"].get("subject") or "")


def save(visit: Visit) -> Response:
    """Save one text by hand; a text that changed elsewhere is shown beside it, and nothing is written."""
    slug, language = str(visit.path["slug"]), visit.form.get("language", "")
    text_open = open_text_of(writing.open_issue(visit.ctx, slug), language)
    text, before = visit.form.get("text", ""), visit.form.get("digest", "")
    try:
        writing.save(visit.ctx, slug, text_open.language, text, before)
    except Stale as error:
        theirs = error.theirs
        return _page(visit, Conflict(language, text_open.path, text, theirs.text, theirs.digest), status=409)
    return visit.to(_back(slug, language), visit.w.issues_saved)


def settle(visit: Visit) -> Response:
    """End a conflict as chosen."""
    slug, language = str(visit.path["slug"]), visit.form.get("language", "")
    text_open = open_text_of(writing.open_issue(visit.ctx, slug), language)
    choice = (
        Choice(visit.form.get("choice", "")) if visit.form.get("choice") in set(Choice) else Choice.THEIRS
    )
    mine, seen = visit.form.get("text", ""), visit.form.get("digest", "")
    try:
        writing.settle(visit.ctx, slug, text_open.language, mine, seen, choice)
    except Stale as error:
        theirs = error.theirs
        return _page(visit, Conflict(language, text_open.path, mine, theirs.text, theirs.digest), status=409)
    return visit.to(_back(slug, language), visit.w.issues_saved)


def open_text_of(opened: Sequence[OpenText], language: str) -> OpenText:
    """The text_open of a language; an issue without a language in its file's name has only one."""
    return next((text_open for text_open in opened if text_open.language == language), opened[0])


def _back(slug: str, language: str) -> str:
    return Look(lang=language).url(f"/issues/{slug}")
