"""Every template in every language, as files that stand alone: what the contact sheet and the browser tests look at.

In: the repository's issues and templates. Out: HTML by name. Called by contact_sheet, test_layout, tests/golden/issues.

`letter` and `plain` have no issue of their own: they show the greeting's text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from newsletter.compose.request import Request, SourceText
from newsletter.compose.steps import compose
from newsletter.model.edition import Rendering
from newsletter.model.hosted import FileFact
from tests.unit.compose.kit import request_from, told

ROOT = Path(__file__).parents[2]
GREETING = "2020-12-16-holiday-greeting"
ISSUES = {
    "greeting": GREETING,
    "digest": "2021-01-20-january-digest",
    "event": "2021-01-27-next-shift",
    "letter": GREETING,
    "plain": GREETING,
}
#: every component in each of its forms, in the template that carries most
SPECIMEN = "specimen"
LANGUAGES = ("en", "fr", "en+fr")


#: what the specimen and the examples of the docs show of sponsors.toml
SPONSORS = """
[sample-tool]
name = "Sample Tool & Die"
url = "https://sponsor.example"
text.en = "Moulds for short runs, cut and tried within five days."
text.fr = "Des moules pour petites séries, taillés et essayés en cinq jours."
link.en = "See what Sample Tool & Die cuts"
link.fr = "Voir ce que taille Sample Tool & Die"
logo = "sample-tool.png"
from = 2021-01-01
until = 2021-06-30
insertions = 6
"""
_PDF = b"%PDF-1.4\n"


def sample(request: Request) -> Request:
    """A request as if its issue had a file for readers, a signature, and the sponsors above."""
    folder = f"issues/{request.slug}"
    hands = ("jay-myers.png", "jay-myers-dark.png")
    images = {f"{folder}/{name}": (ROOT / f"issues/{GREETING}/{name}").read_bytes() for name in hands}
    guide = FileFact(hashlib.sha256(_PDF).hexdigest(), 2_040_000, _PDF)
    return replace(
        request,
        images=request.images | images,
        files={f"{folder}/guide.pdf": guide},
        sponsors=SPONSORS,
    )


@dataclass(frozen=True, slots=True)
class Mail:
    """One template in one language."""

    template: str
    language: str

    def __str__(self) -> str:
        return f"{self.template}-{self.language}"


EVERY = [Mail(template, language) for template in ISSUES for language in LANGUAGES]
ALL = [*EVERY, Mail(SPECIMEN, "en"), Mail(SPECIMEN, "fr")]


@cache
def rendered(template: str) -> Rendering:
    """A template's issue, composed; fails with its findings."""
    if template == SPECIMEN:
        return _specimen()
    request = request_from(ROOT, ISSUES[template])
    sources = tuple(
        replace(source, text=source.text.replace("template: greeting\n", f"template: {template}\n"))
        for source in request.sources
    )
    rendering = compose(replace(request, sources=sources))
    assert not rendering.findings, told(rendering)
    assert rendering.issue is not None
    assert rendering.issue.template == template
    return rendering


def _specimen() -> Rendering:
    request = request_from(ROOT, ISSUES["digest"])
    paths = {language: Path(__file__).with_name(f"specimen.{language}.md") for language in ("en", "fr")}
    sources = tuple(
        SourceText(path.name, language, path.read_text(encoding="utf-8")) for language, path in paths.items()
    )
    rendering = compose(sample(replace(request, sources=sources)))
    assert not rendering.findings, told(rendering)
    return rendering
