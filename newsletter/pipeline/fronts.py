"""Fronts: what issues say of themselves in their front matter, read without composing them.

In: a workspace. Out: issues as written, with their titles and schedules. Called by pipeline.proposal, month and the studio's forms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter import workspace
from newsletter.compose.findings import Findings
from newsletter.compose.frontmatter.read import read
from newsletter.compose.request import Request, SourceText
from newsletter.model.errors import Explained
from newsletter.model.issue import Issue
from newsletter.pipeline.authoring import Authoring
from newsletter.workspace.texts import read_text


@dataclass(frozen=True, slots=True)
class Front:
    """An issue as written, without its looks. `issue` is None when its files cannot be read as one."""

    slug: str
    issue: Issue | None

    def title(self, language: str) -> str:
        """What staff call it: its title, else its subject, in a language where it has that, else its name."""
        texts = self.issue.texts if self.issue else {}
        text = texts.get(language) or next(iter(texts.values()), None)
        return (text.title.strip() or text.subject.strip() or self.slug) if text else self.slug


def every(desk: Authoring) -> list[Front]:
    """All issues, newest name first. A file that cannot be read is an issue that says nothing."""
    return [_front(desk, one) for one in workspace.list_issues(desk.root)]


def of(desk: Authoring, slug: str) -> Front:
    """One issue. Raises NotFound, and AuthorError for a folder that holds it twice."""
    files = workspace.read_issue(desk.root, slug)
    return Front(slug, _read(desk, slug, (SourceText(one.path, one.language, one.text) for one in files)))


def _front(desk: Authoring, one: workspace.IssueName) -> Front:
    try:
        sources = [
            SourceText(path, language, read_text(desk.root, desk.root / path))
            for language, path in one.files.items()
        ]
    except (Explained, OSError):  # `check` says what is wrong with it
        return Front(one.slug, None)
    return Front(one.slug, _read(desk, one.slug, iter(sources)))


def _read(desk: Authoring, slug: str, sources: Iterator[SourceText]) -> Issue | None:
    request = Request(slug, tuple(sources), {}, {}, desk.publication).cleaned()
    try:
        return read(request, Findings())
    except Explained:
        return None
