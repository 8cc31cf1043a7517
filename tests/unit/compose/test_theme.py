"""The theme is judged at every composing: each fault with the line of theme.toml on which it stands, in both languages of staff."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.findings import Findings
from newsletter.compose.frame.judging import judge_theme
from newsletter.compose.frame.toml_lines import lines
from newsletter.compose.steps import compose
from newsletter.model.colour import contrast
from newsletter.model.finding import Finding, Severity
from tests.unit.compose.kit import complaints, framed, tiny
from tests.unit.templates.test_contrast import contrast as reckoned

THEME = (Path(__file__).parents[3] / "templates/theme.toml").read_text(encoding="utf-8")


def judged(text: str, **templates: str) -> tuple[Finding, ...]:
    findings = Findings()
    judge_theme(text, tomllib.loads(text), templates, findings)
    return findings.all()


def line(text: str, start: str) -> int:
    return next(number for number, one in enumerate(text.split("\n"), 1) if one.startswith(start))


def test_the_theme_of_the_repository_has_no_fault() -> None:
    assert judged(THEME) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("width = 600", "width = 599", "“width” is 599; it may be 600 to 640"),
        ("width = 600", "width = 641", "“width” is 641; it may be 600 to 640"),
        ("width = 600", 'width = "600"', "“width” is a whole number of pixels"),
        ("width = 600", "width = true", "“width” is a whole number of pixels"),
        ("gutter = 56", "gutter = 54", "“gutter” is 54, which is off the grid of 4"),
        ("button = 48", "button = 40", "“button” is 40; it may be 44 to 64"),
        ("radius = 8", "radius = 99", "“radius” is 99; it may be 0 to 24"),
        ("text = 26", "text = 20", "“line.text” is 20 for type of 16; it may be 24 to 32"),
        ("lead = 28\nsection = 28", "section = 28", "“line.lead” is missing"),
        ('quiet = "#5A666D"', 'quiet = "grey"', "“light.quiet” is no colour"),
        (
            'quiet = "#5A666D"',
            'quiet = "#8A969D"',
            "light: “quiet” on “card” has a contrast of 3.0",
        ),
        (
            'on_accent = "#10201F"',
            'on_accent = "#FFFFFF"',
            "dark: “on_accent” on “accent” has a contrast of 2.02",
        ),
        ('body = "-apple-system', "body = \"'Segoe UI'", "“fonts.body” holds a sign that would end a style"),
        ("Georgia, serif", "Georgia", "“fonts.heading” ends with no family that every reader has"),
        ("Georgia, serif", "Times New Roman, serif", "“fonts.heading” names Times"),
        ("radius = 8", "radus = 8", "no template asks for “radus”"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, message: str) -> None:
    text = THEME.replace(old, new, 1)
    assert text != THEME
    changed = next(
        number
        for number, (one, other) in enumerate(zip(text.split("\n"), THEME.split("\n"), strict=False), 1)
        if one != other
    )
    found = [one for one in judged(text) if one.message.startswith(message)]
    assert len(found) == 1, judged(text)
    assert found[0].place is not None
    assert found[0].place.file == "templates/theme.toml"
    wanted = line(text, "[line]") if "is missing" in message else changed
    assert found[0].place.line == wanted
    assert found[0].french[0]
    assert bool(found[0].hint) == bool(found[0].french[1])


def test_a_name_that_is_misspelt_and_the_one_that_is_missing() -> None:
    text = THEME.replace("accent =", "acent =", 1)
    found = {one.message: one for one in judged(text, head="{{ theme.light.accent }}")}
    assert found["no template asks for “light.acent”"].hint == "Did you mean “accent”?"
    assert found["no template asks for “light.acent”"].severity is Severity.WARNING
    missing = found["“light.accent” is missing; templates/head:1 asks for it"]
    assert missing.hint == "Did you write “acent” for it?"
    assert missing.place is not None
    assert missing.place.line == line(text, "[light]")


def test_what_a_template_of_ones_own_asks_for_is_no_stranger() -> None:
    own = THEME + "\n[own]\nspace = 12\n"
    assert [one.message for one in judged(own)] == ["no template asks for “own.space”"]
    assert judged(own, x="\n{{ theme.own.space }}") == ()
    assert judged(own, x="{% for name in theme.own.values() %}{% endfor %}") == ()
    assert judged(THEME, x="{# theme.nothing #}{% if theme.maybe is defined %}{% endif %}") == ()


def test_composing_tells_it_and_still_shows_the_mail() -> None:
    request = tiny(templates={"theme.toml": 'width = 700\n\n[light]\ntext = "#777777"\ncard = "#888888"\n'})
    rendering = compose(request)
    assert [f"{one.place}: {one.check}" for one in rendering.findings] == [
        "templates/theme.toml:1: theme",
        "templates/theme.toml:4: theme",
    ]
    assert rendering.artwork is not None


@pytest.mark.parametrize("text", ["a" + ".a" * 3000 + " = 1", "width = " + "9" * 5000])
def test_a_theme_without_end_is_refused(text: str) -> None:
    assert complaints(tiny(templates=framed("<mj-text>x</mj-text>", **{"theme.toml": text}))) == [
        "templates/theme.toml:1: tables lie more than 8 deep in one another, or a number is too long"
    ]


def test_hostile_values_are_told_and_take_no_time() -> None:
    names = "\n".join(f"accent{number} = 1" for number in range(20_000))
    hostile = (
        f"width = 0x{'f' * 9000}\nradius = 0x{'f' * 9000}\n[size]\ntext = 0x{'f' * 9000}\n[light]\n{names}\n"
    )
    begun = time.monotonic()
    found = [one.message for one in judged(hostile)]
    assert time.monotonic() - begun < 5
    assert "“width” is a whole number of pixels" in found
    assert "“size.text” is a whole number of pixels" in found


def test_lines_of_keys() -> None:
    text = 'a = 1\n[b] # remark\n"c d" = 2\ne.f = 3\n[g.h]\ni = 4\n'
    assert lines(text) == {
        ("a",): 1,
        ("b",): 2,
        ("b", "c d"): 3,
        ("b", "e", "f"): 4,
        ("g", "h"): 5,
        ("g", "h", "i"): 6,
    }


COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS, COLOURS)
def test_contrast_is_that_of_the_standard(one: str, other: str) -> None:
    assert contrast(one, other) == pytest.approx(reckoned(one, other))
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21


@given(COLOURS, COLOURS)
def test_a_pair_is_remarked_on_exactly_when_it_does_not_read(text: str, card: str) -> None:
    found = judged(f'[light]\ntext = "{text}"\ncard = "{card}"\n')
    assert bool(found) == (reckoned(text, card) < 4.5)
    if found:
        assert (found[0].severity is Severity.ERROR) == (reckoned(text, card) < 3)
