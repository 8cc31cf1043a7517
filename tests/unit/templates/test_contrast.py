"""The palette of theme.toml: every pair of colours that meets in a mail reads well, on light paper and on dark."""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
THEME = tomllib.loads((ROOT / "templates/theme.toml").read_text(encoding="utf-8"))

GROUNDS = ("page", "card", "tint")
VOICES = ("text", "quiet", "accent", "festive")


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.1, definition)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1, 1.4.3)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("mode", "voice", "ground"), [*product(("light", "dark"), VOICES, GROUNDS)])
def test_every_voice_reads_on_every_ground(mode: str, voice: str, ground: str) -> None:
    assert contrast(THEME[mode][voice], THEME[mode][ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_button_reads_and_is_seen(mode: str) -> None:
    palette = THEME[mode]
    assert contrast(palette["on_accent"], palette["accent"]) >= 4.5
    assert all(contrast(palette["accent"], palette[ground]) >= 3 for ground in GROUNDS)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_sheet_is_told_from_the_page_and_neither_is_pure(mode: str) -> None:
    palette = THEME[mode]
    assert palette["page"] != palette["card"]
    assert "#000000" not in palette.values()
    assert palette["text"] != "#FFFFFF"


def test_both_palettes_name_the_same_colours() -> None:
    assert THEME["light"].keys() == THEME["dark"].keys()


def test_type_and_measures() -> None:
    assert min(THEME["size"].values()) >= 13
    assert THEME["size"].keys() == THEME["line"].keys()
    assert all(THEME["line"][name] >= THEME["size"][name] * 1.15 for name in THEME["size"])
    assert THEME["line"]["text"] / THEME["size"]["text"] >= 1.5
    assert THEME["button"] >= 48
    assert THEME["width"] == 600


def test_outlook_on_windows_is_told_fonts_that_every_windows_has() -> None:
    """It shows Times where it does not know the first name of a list."""
    for name in ("outlook_heading", "outlook_body"):
        assert THEME["fonts"][name].split(",")[0] in {"Georgia", "Segoe UI", "Arial", "Verdana", "Calibri"}
    styles = (ROOT / "templates/outlook.css").read_text(encoding="utf-8")
    assert styles.count("theme.fonts.outlook_") == 2
    exact = next(line for line in styles.split("\n") if "mso-line-height-rule: exactly" in line)
    assert not {"td", "div", "img", "span"} & set(exact.split("{")[0].replace(",", " ").split())
