"""Every template passes what every issue must pass: all checks, without one remark, in both languages and in both together."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.compose.steps import compose
from newsletter.pipeline.build import build
from newsletter.renderer import Renderer
from tests.browser.mails import ISSUES, LANGUAGES, ROOT, SAMPLES, rendered, request_for
from tests.unit.compose.kit import preview, preview_text, told
from tests.writing import Writing, writing

THEME = tomllib.loads((ROOT / "templates/theme.toml").read_text(encoding="utf-8"))
_IN_FRONT = re.compile(r"^data:\n(?: .*\n)+", re.MULTILINE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    with Renderer() as renderer:
        yield writing(tmp_path_factory.mktemp("desk"), renderer)


@pytest.mark.parametrize(
    "template", [*SAMPLES, *(pytest.param(name, marks=pytest.mark.ci) for name in ISSUES)]
)
def test_no_check_remarks_on_a_sample(desk: Writing, template: str) -> None:
    request = request_for(template)
    slug = f"2020-12-16-{template}"
    pictures = desk.root / "issues" / slug
    pictures.mkdir()
    for path, content in request.images.items():
        if path.startswith(f"issues/{request.slug}/"):
            (pictures / Path(path).name).write_bytes(content)
    for source in request.sources:
        desk.issue(source.language, slug).write_text(source.text, encoding="utf-8")
    built = build(desk.desk, slug)
    assert not built.findings, "\n".join(f"{one.place}: {one.check}: {one.message}" for one in built.findings)
    assert built.rendering.artwork is not None
    assert set(built.rendering.artwork.texts) == set(LANGUAGES)
    assert built.rendering.artwork.template == template


@pytest.mark.parametrize("template", SAMPLES)
def test_what_a_template_shows_of_data_may_be_left_out(template: str) -> None:
    request = request_for(template)
    bare = tuple(replace(source, text=_IN_FRONT.sub("", source.text)) for source in request.sources)
    assert bare != request.sources
    rendering = compose(replace(request, sources=bare))
    assert not rendering.findings, told(rendering)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_renewal_says_until_when_how_much_and_whom_to_ask(language: str) -> None:
    rendering = rendered("renewal")
    for shown in (
        preview(rendering, language).replace("&nbsp;", " ").replace("\u00a0", " "),
        preview_text(rendering, language),
    ):
        plain = shown.replace("\u00a0", " ")
        for wanted in {"en": ("March 31, 2021", "$450"), "fr": ("31 mars 2021", "450 $")}[language]:
            assert wanted in plain
        assert "members@ngen.example" in plain
        assert "416 555-0143" in plain
    assert preview(rendering, language).count('class="button"') == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_short_notice_says_it_before_everything_else(language: str) -> None:
    shown = preview_text(rendered("short-notice"), language)
    labels = {"en": ("What:", "When:", "What to do:"), "fr": ("Quoi :", "Quand :", "Que faire :")}[language]
    places = [shown.replace("\u00a0", " ").index(label) for label in labels]
    body = shown.index({"en": "Project reports", "fr": "Les rapports"}[language])
    assert places == sorted(places)
    assert places[-1] < body


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_observance_has_nothing_festive(language: str) -> None:
    page = preview(rendered("observance"), language).lower()
    for mode in ("light", "dark"):
        assert THEME[mode]["festive"].lower() not in page
        assert THEME[mode]["festive"].lower() in preview(rendered("event"), language).lower()
    assert 'class="button"' not in page
    assert "<img" in page  # the logo, and no other
    assert len(re.findall(r"<img\b", page)) == 2
