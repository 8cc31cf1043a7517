"""Each component has its page, with a picture and an example that is true: it composes as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from newsletter.compose.components import CATALOGUE
from tests.browser.component_pictures import FRAME, LARGEST, PAGES, PICTURES, composed, example
from tests.unit.compose.kit import preview, preview_text, told

INDEX = (PAGES / "README.md").read_text(encoding="utf-8")


def test_every_page_belongs_to_something_and_stands_in_the_index() -> None:
    pages = {path.stem for path in PAGES.glob("*.md")} - {"README"}
    assert pages == CATALOGUE.keys() | FRAME.keys()
    assert {name for name in pages if f"({name}.md)" not in INDEX} == set()


@pytest.mark.parametrize("name", [*CATALOGUE, *FRAME])
def test_every_page_has_a_picture_of_bearable_size(name: str) -> None:
    picture = PICTURES / f"{name}.png"
    assert f"](../../pictures/components/{name}.png)" in (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert picture.stat().st_size < LARGEST
    with Image.open(picture) as shown:
        assert shown.width > 1000, "a desktop and a phone stand side by side"


def test_no_picture_without_a_page() -> None:
    assert {path.stem for path in Path(PICTURES).iterdir()} == CATALOGUE.keys() | FRAME.keys()


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_example_composes_as_it_stands(name: str) -> None:
    written = example(name)
    assert re.search(rf"^::: {name}\b", written, re.MULTILINE)
    rendering = composed(written)
    assert not rendering.findings, told(rendering)
    for language in ("en", "fr"):
        assert len(preview(rendering, language)) > 1000
        assert preview_text(rendering, language).strip()


@pytest.mark.parametrize("name", [name for name, one in CATALOGUE.items() if one.attributes])
def test_the_examples_show_what_is_needed(name: str) -> None:
    needed = {attribute for attribute, rule in CATALOGUE[name].attributes.items() if rule.required}
    written = " ".join(re.findall(rf"^::: {name}\b(.*)$", example(name), re.MULTILINE))
    assert all(f"{attribute}=" in written for attribute in needed)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_attribute_says_what_it_is(name: str) -> None:
    assert all(rule.said for rule in CATALOGUE[name].attributes.values())
