"""No false alarms: every template, and every component in each of its forms, passes all checks; no golden case breaks one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from newsletter.checks import catalog
from newsletter.checks.context import CheckContext, Filled
from newsletter.checks.page import sample
from newsletter.compose.steps import compose
from newsletter.pipeline.build import build
from newsletter.renderer import Renderer
from tests.browser.mails import ISSUES, ROOT
from tests.golden.test_cases import CASES, request
from tests.unit.compose.kit import PUBLICATION
from tests.writing import Writing, writing

#: the sheet of all components calls a link “link”
_OF_THE_SHEET = {"link-text-generic"}


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


def test_every_component_in_each_form_passes_every_check(at: Writing) -> None:
    text = (ROOT / "tests/browser/specimen.en.md").read_text(encoding="utf-8")
    (at.root / "issues/specimen.en.md").write_text(text, encoding="utf-8")
    for path in (at.root / "issues/2021-01-20-january-digest").glob("*"):
        target = at.root / "issues/specimen" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    found = [one for one in build(at.desk, "specimen").findings if one.check not in _OF_THE_SHEET]
    assert not found


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
