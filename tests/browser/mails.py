"""Every template in every language, as files that stand alone: what the contact sheet and the browser tests look at.

In: the repository's issues and templates, and the samples beside this file. Out: HTML by name. Called by contact_sheet, test_layout, tests/golden/issues.

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

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GREETING = "2020-12-16-holiday-greeting"
ISSUES = {
    "greeting": GREETING,
    "digest": "2021-01-20-january-digest",
    "event": "2021-01-27-next-shift",
    "letter": GREETING,
    "plain": GREETING,
}
#: templates that no issue of the repository shows: their text stands in tests/browser/samples
SAMPLES = ("renewal", "observance", "short-notice")
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


TEMPLATES = (*ISSUES, *SAMPLES)
EVERY = [Mail(template, language) for template in TEMPLATES for language in LANGUAGES]
ALL = [*EVERY, Mail(SPECIMEN, "en"), Mail(SPECIMEN, "fr")]


@cache
def rendered(template: str) -> Rendering:
    """A template's issue, composed; fails with its findings."""
    rendering = compose(request_for(template))
    assert not rendering.findings, told(rendering)
    assert rendering.issue is not None
    assert template in {rendering.issue.template, SPECIMEN}
    return rendering


def request_for(template: str) -> Request:
    """A template's issue, as composing is handed it."""
    if template == SPECIMEN:
        sources = tuple(_text(HERE / f"specimen.{language}.md") for language in ("en", "fr"))
        return sample(replace(request_from(ROOT, ISSUES["digest"]), sources=sources))
    if template in SAMPLES:
        sources = tuple(_text(path) for path in sorted((HERE / "samples").glob(f"{template}.*.md")))
        return replace(request_from(ROOT, GREETING), slug=template, sources=sources)
    request = request_from(ROOT, ISSUES[template])
    sources = tuple(
        replace(source, text=source.text.replace("template: greeting\n", f"template: {template}\n"))
        for source in request.sources
    )
    return replace(request, sources=sources)


def _text(path: Path) -> SourceText:
    return SourceText(f"issues/{path.name}", path.suffixes[0][1:], path.read_text(encoding="utf-8"))
