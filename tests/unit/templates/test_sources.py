"""Templates, words, looks and issues agree with one another: what one names, the other has."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from PIL import Image

from newsletter.compose.components import CATALOGUE
from newsletter.compose.steps import compose
from tests.unit.compose.kit import preview, preview_text, request_from, told

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
WORDS = tomllib.loads((TEMPLATES / "words.toml").read_text(encoding="utf-8"))
THEME = tomllib.loads((TEMPLATES / "theme.toml").read_text(encoding="utf-8"))
SOURCES = sorted(path for ending in ("mjml", "txt", "css") for path in TEMPLATES.rglob(f"*.{ending}"))
ISSUES = sorted({path.name.split(".")[0] for path in (ROOT / "issues").glob("*.*.md")})
PICTURES = sorted([*(TEMPLATES / "images").glob("*.png"), *(ROOT / "issues").rglob("*.png")])


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def body(slug: str, language: str) -> str:
    text = (ROOT / f"issues/{slug}.{language}.md").read_text(encoding="utf-8")
    return text.split("---\n", 2)[2]


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_every_word_is_there_in_every_language(source: Path) -> None:
    asked = set(re.findall(r"\bwords\.(\w+)", source.read_text(encoding="utf-8")))
    for language, words in WORDS.items():
        assert asked <= words.keys(), language


def test_languages_have_the_same_words_and_each_is_used() -> None:
    assert set(WORDS) == {"en", "fr"}
    assert WORDS["en"].keys() == WORDS["fr"].keys()
    everything = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    assert not [word for word in WORDS["en"] if f"words.{word}" not in everything]


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_theme_is_asked_only_for_what_it_has(source: Path) -> None:
    for path in re.findall(r"\btheme\.([\w.]+)", source.read_text(encoding="utf-8")):
        value = THEME
        for part in path.split("."):
            assert part in value, path
            value = value[part]


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_colours_come_from_the_theme(source: Path) -> None:
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b(?!;)", source.read_text(encoding="utf-8"))


@pytest.mark.parametrize("component", CATALOGUE)
def test_every_component_has_both_looks(component: str) -> None:
    assert (TEMPLATES / f"components/{component}.mjml").is_file()
    assert (TEMPLATES / f"components/{component}.txt").is_file()


def test_no_look_without_a_component() -> None:
    looks = {path.stem for path in (TEMPLATES / "components").iterdir()}
    assert looks <= CATALOGUE.keys() | {"prose", "band"}


@pytest.mark.parametrize("slug", ISSUES)
def test_both_languages_carry_the_same_components_links_and_images(slug: str) -> None:
    shapes = []
    for language in ("en", "fr"):
        text = body(slug, language)
        fences = re.findall(r"^::: (\w+)", text, re.MULTILINE)
        targets = re.findall(r'href="([^"]+)"|\]\(([^)]+)\)', text)
        images = re.findall(r'(?:image|src)="([^"]+)"', text)
        dates = re.findall(r'date="([^"]+)"', text)
        shapes.append((fences, targets, images, dates, len(re.findall(r"^#+ ", text, re.MULTILINE))))
    assert shapes[0] == shapes[1]


def set_as_in_canada(text: str) -> None:
    """No-break space before a colon, a percent or dollar sign and between thousands; nothing before ; ! ? (OQLF, Vitrine linguistique)."""
    prose = re.sub(r"https?://\S+", "", text)
    assert not re.findall(r".{0,20}[^\u00a0]:(?=\s)", prose)
    assert not re.findall(r".{0,20}\s[;!?]", prose)
    assert not re.findall(r"\d (?=\d{3}\b|%|\$|M\$|millions|h\b|février)", prose)
    assert not re.findall(r".{0,20}'", prose), "the apostrophe is curly"
    assert not re.findall(r"\b(?:A la|Etat|Ecole|Etes)\b", prose), "capitals keep their accents"


@pytest.mark.parametrize("slug", ISSUES)
def test_the_french_of_issues(slug: str) -> None:
    rendering = compose(request_from(ROOT, slug))
    assert not rendering.findings, told(rendering)
    assert rendering.artwork is not None
    text = rendering.artwork.texts["fr"]
    set_as_in_canada(
        "\n".join(
            [text.title, text.preheader, "".join(map(str, text.subject)), preview_text(rendering, "fr")]
        )
    )


def test_the_french_of_words() -> None:
    set_as_in_canada("\n".join(word for key, word in WORDS["fr"].items() if not key.endswith("_format")))


@pytest.mark.parametrize("slug", ISSUES)
def test_every_picture_of_an_issue_says_what_it_shows(slug: str) -> None:
    page = preview(compose(request_from(ROOT, slug)), "en+fr")
    pictures = re.findall(r"<img\b[^>]*>", page)
    alts = [re.findall(r'\balt="([^"]*)"', picture) for picture in pictures]
    assert len(pictures) >= 4
    assert all(len(alt) == 1 and 0 < len(alt[0]) <= 125 for alt in alts)


@pytest.mark.parametrize("picture", PICTURES, ids=name_of)
def test_pictures_are_small_and_have_a_twin_for_dark_screens(picture: Path) -> None:
    stem = picture.stem.removesuffix("-dark")
    light, dark = (picture.with_name(f"{stem}{ending}.png") for ending in ("", "-dark"))
    assert picture.stat().st_size < 60_000
    with Image.open(light) as one, Image.open(dark) as other:
        assert one.size == other.size
        assert one.width <= 1200
