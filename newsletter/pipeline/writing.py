"""Writing: an issue's texts opened, and saved while they are written; an edit from elsewhere is never overwritten.

In: an issue, a language, a text, the digest of what was opened. Out: sheets; files. Called by the studio.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from newsletter import workspace
from newsletter.model.errors import NotFound
from newsletter.model.said import Said
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.context import Context
from newsletter.store import audit
from newsletter.workspace import saving
from newsletter.workspace.saving import Stale

__all__ = ["Choice", "OpenText", "Stale", "open_issue", "save", "settle"]

#: an author who goes on writing is one act in the audit log, not hundreds
ONE_ACT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class OpenText:
    """One language's file as it was opened. `digest` is empty where there is no file yet."""

    language: str
    path: str
    text: str
    digest: str


class Choice(StrEnum):
    """What becomes of a text that was changed here and elsewhere."""

    MINE = "mine"  #: this text is kept; the other stays in var/replaced/
    THEIRS = "theirs"  #: the other one is kept; this stays in var/replaced/
    JOINED = "joined"  #: a person joined them; both stay in var/replaced/


def open_issue(desk: Authoring, slug: str) -> tuple[OpenText, ...]:
    """Every language of an issue, in the publication's order; those that have no file are empty. Raises NotFound, AuthorError."""
    found = _files(desk, slug)
    if "" in found:  # one file without a language in its name: the whole issue
        return (_open_text(desk, "", found[""]),)
    return tuple(
        _open_text(desk, language, found.get(language) or saving.issue_path(slug, language))
        for language in dict.fromkeys((*desk.publication.languages, *found))
    )


def digests(desk: Authoring, slug: str) -> dict[str, str]:
    """The digest of each language's file as it is now."""
    return {text_open.language: text_open.digest for text_open in open_issue(desk, slug)}


def _open_text(desk: Authoring, language: str, path: str) -> OpenText:
    loaded = saving.load(desk.root, path)
    return OpenText(language, path, loaded.text, loaded.digest)


def _files(desk: Authoring, slug: str) -> dict[str, str]:
    found = next((issue.files for issue in workspace.list_issues(desk.root) if issue.slug == slug), None)
    if found is None:
        raise NotFound(
            Said(f"there is no issue {slug[:80]!r}", f"il n’y a pas de numéro {slug[:80]!r}"),
            code="issue-unknown",
            hint=Said("Go back to the list of issues.", "Revenez à la liste des numéros."),
        )
    return found


def _path(desk: Authoring, slug: str, language: str) -> str:
    for text_open in open_issue(desk, slug):
        if text_open.language == language:
            return text_open.path
    raise NotFound(
        Said(
            f"the issue {slug} has no text in {language[:20]!r}",
            f"le numéro {slug} n’a pas de texte en {language[:20]!r}",
        ),
        code="language-unknown",
        hint=Said(
            f"The languages of this newsletter: {', '.join(desk.publication.languages)}.",
            f"Les langues de cette infolettre\u00a0: {', '.join(desk.publication.languages)}.",
        ),
    )


def save(ctx: Context, slug: str, language: str, text: str, before: str) -> OpenText:
    """Write a text that was opened with the digest `before`. Raises Stale, NotFound, AuthorError."""
    path = _path(ctx, slug, language)
    saved = saving.save(ctx.root, path, text, before)
    if saved.digest != before:
        _note(ctx, slug, path)
    return OpenText(language, path, saved.text, saved.digest)


def settle(ctx: Context, slug: str, language: str, mine: str, seen: str, choice: Choice) -> OpenText:
    """End a conflict: `mine` is the text here, `seen` the digest of the other one as it was shown.

    Neither is lost: what is not kept lies in var/replaced/. Raises Stale when the file changed once more.
    """
    path = _path(ctx, slug, language)
    there = saving.load(ctx.root, path)
    if there.digest != seen:
        raise Stale(path, there)
    if choice is Choice.THEIRS:
        saving.keep_text(ctx.root, path, mine)
        return OpenText(language, path, there.text, there.digest)
    saved = saving.save(ctx.root, path, mine, seen, keep=True)
    _note(ctx, slug, path, settled=choice.value)
    return OpenText(language, path, saved.text, saved.digest)


def _note(ctx: Context, slug: str, path: str, **detail: str) -> None:
    now = ctx.now()
    with ctx.store.write() as db:
        last = None if detail else audit.last(db, ctx.actor, "write", slug)
        if last is None or now - last >= ONE_ACT:
            audit.note(db, now, ctx.actor, "write", slug, {"file": path, **detail})
