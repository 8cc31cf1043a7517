"""No false alarms: every template, and every component in each of its forms, passes all checks; no golden case breaks one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from newsletter.checks import catalog
from newsletter.checks.context import CheckContext, Filled
from newsletter.checks.page import sample
from newsletter.compose.steps import compose
from newsletter.pipeline.build import build
from newsletter.renderer import Renderer
from tests.browser.mails import ISSUES, ROOT, SPONSORS
from tests.golden.test_cases import CASES, request
from tests.unit.compose.kit import PUBLICATION
from tests.writing import Writing, writing

#: the sheet of all components calls a link “link”
_OF_THE_SHEET = {"link-text-generic"}
_PARTS = 7
#: above each part: a mail of labels alone is rightly remarked on
_READ = {
    "en": "Above each part of the sheet stands a paragraph of running text, for in a mail it is running text that people read, and labels are few.\n\n",
    "fr": "Au-dessus de chaque partie se trouve un paragraphe de texte courant, car dans un message, c’est lui que l’on lit, et les étiquettes sont rares.\n\n",
}


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    with Renderer() as renderer:
        yield writing(tmp_path_factory.mktemp("templates"), renderer)


@pytest.mark.parametrize("template", ISSUES)
def test_every_template_passes_every_check(template: str, at: Writing) -> None:
    for path in sorted((at.root / "issues").glob(f"{ISSUES[template]}.*.md")):
        text = path.read_text(encoding="utf-8")
        if "template: " in text:
            lines = [
                f"template: {template}" if one.startswith("template: ") else one for one in text.split("\n")
            ]
            path.write_text("\n".join(lines), encoding="utf-8")
    built = build(at.desk, ISSUES[template])
    assert built.rendering.issue is not None
    assert built.rendering.issue.template == template
    assert not built.findings


@pytest.mark.parametrize("part", range(_PARTS))
def test_every_component_in_each_form_passes_every_check(part: int, at: Writing) -> None:
    """In both languages, and in several mails: in one, all of them are more than Gmail shows."""
    hands = at.root / f"issues/{ISSUES['greeting']}"
    for folder in (at.root / "issues/2021-01-20-january-digest", hands):
        for path in folder.glob("*"):
            target = at.root / "issues/specimen" / path.name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
    (at.root / "issues/specimen/guide.pdf").write_bytes(b"%PDF-1.4\n")
    (at.root / "sponsors.toml").write_text(SPONSORS, encoding="utf-8")
    for language in ("en", "fr"):
        text = (ROOT / f"tests/browser/specimen.{language}.md").read_text(encoding="utf-8")
        (at.root / f"issues/specimen.{language}.md").write_text(
            _part(text, part, _READ[language]), encoding="utf-8"
        )
    found = [one for one in build(at.desk, "specimen").findings if one.check not in _OF_THE_SHEET]
    assert not found


def _part(text: str, part: int, read: str) -> str:
    """One of the parts of a specimen, each with the front matter: cut before a component, so that none is cut in two."""
    _, head, body = text.split("---\n", 2)
    pieces = re.split(r"(?m)^(?=::: (?!teaser)\w)(?<=\n\n)", body)
    each = -(-len(pieces) // _PARTS)
    return f"---\n{head}---\n{read}{''.join(pieces[part * each : (part + 1) * each])}"


@pytest.mark.ci
def test_no_golden_case_breaks_a_check() -> None:
    for case in CASES:
        asked = request(case)
        sources = {source.path: source.text for source in asked.sources}
        rendering = compose(asked)
        if rendering.artwork is None:
            continue
        artwork = rendering.artwork
        texts = {
            name: (sample(one.html, artwork), sample(one.text, artwork))
            for name, one in artwork.texts.items()
        }
        filled = {name: Filled("subject", html, text) for name, (html, text) in texts.items()}
        context = CheckContext(
            rendering, artwork, PUBLICATION, datetime(2026, 1, 5, 14, tzinfo=UTC), filled, sources
        )
        assert not [one for one in catalog.run(context) if "this check failed" in one.message], case
