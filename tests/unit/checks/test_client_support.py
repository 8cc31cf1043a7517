"""Client support: what is found in which file, at which line, and all that is none of its business."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks import client_support, css_features, support
from newsletter.checks.support import lack, matrix, mix
from newsletter.model.thresholds import DEFAULTS

MIX, WRONG = mix(DEFAULTS["client-support.mix"])  # type: ignore[arg-type]


def features(text: str, *, sheet: bool = True) -> list[tuple[str, str]]:
    """Feature and line of what is worth a remark."""
    return [
        (use.feature, f"{text.count(chr(10), 0, use.at) + 1}")
        for use in css_features.used(text, sheet=sheet)
        if use.feature in matrix().features
        and use.feature not in client_support.GRACEFUL
        and lack(use.feature, MIX).percent >= 10
    ]


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("a { display: flex }", ["css-display-flex"]),
        ("a { display: block; gap: 8px }", ["css-gap"]),
        ("a { position: absolute; top: 0 }", ["css-position", "css-left-right-top-bottom"]),
        ("a { width: calc(100% - 2rem) }", ["css-unit-calc", "css-unit-rem"]),
        ("a { color: var(--x) }", ["css-variables"]),
        ("a { background: url(x.png) }", ["css-background-image"]),
        ("a { background: rgba(0,0,0,.5) }", ["css-rgba"]),
        ("a { background: #fff; background: rgba(0,0,0,.5) }", []),
        ("a:not(.b) { color: red }", ["css-pseudo-class-not"]),
        ("a::before { color: red }", ["css-pseudo-element-before"]),
        ("a:hover { color: red } a { border-radius: 4px; box-shadow: 0 0 3px #000 }", []),
        ("@media (max-width: 400px) { a { display: grid; gap: 1rem } }", []),
        ("@supports (display: grid) { a { display: grid } } b { float: left }", ["css-float"]),
        ("@import url(x.css);", ["css-at-import"]),
        ("@font-face { font-family: x; src: url(y) }", ["css-at-font-face"]),
        ("/* a { display: flex } */ b { color: red }", []),
        ("a { color: {{ theme.position }}; mso-line-height-rule: exactly }", []),
        ("{% if x %}a { float: left }{% endif %}", ["css-float"]),
        ("a { content: ';}' ; float: left", ["css-float"]),
        ("}}} a { float: left }", ["css-float"]),
    ],
)  # fmt: skip
def test_style_sheets(css: str, expected: list[str]) -> None:
    assert [feature for feature, _ in features(css)] == expected


def test_the_line_in_every_kind_of_file() -> None:
    assert features("a {\n  color: red;\n\n  float: left;\n}") == [("css-float", "4")]
    mjml = '<mj-style>\n a { color: red }\n b { float: left }\n</mj-style>\n<mj-text>\n<p style="color:red;\n  opacity:1; position:relative">x</p>'
    assert features(mjml, sheet=False) == [("css-float", "3"), ("css-position", "7")]
    assert features("x\n\n<!-- <svg> -->\n<svg><path/></svg> <div hidden>y</div>", sheet=False) == [
        ("html-svg", "4"),
        ("html-hidden", "4"),
    ]
    assert features('<p title="hidden" style="color: red">{{ "<svg>" }}</p>', sheet=False) == []


@given(st.text("a{}:;@/*%#\"'()<>! \n-1remvh{{}}", max_size=80), st.booleans())
def test_nothing_is_too_odd(text: str, sheet: bool) -> None:
    for use in css_features.used(text, sheet=sheet):
        assert 0 <= use.at <= len(text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["{" * 100_000, "a:" * 100_000, "<a " * 100_000, "/*" * 100_000, "{{" * 100_000, '<p style="' * 50_000, "<!--" * 100_000, "<mj-style>" * 50_000])  # fmt: skip
def test_a_large_file_takes_no_time(text: str) -> None:
    begun = time.process_time()
    for sheet in (True, False):
        for _ in css_features.used(text, sheet=sheet):
            pass
    assert time.process_time() - begun < 2


def test_the_data_is_whole_and_has_its_licence() -> None:
    folder = Path(support.__file__).parent / "data"
    assert (folder / "caniemail.json").stat().st_size <= 30_000
    assert "MIT License" in (folder / "caniemail.LICENSE.txt").read_text(encoding="utf-8")
    found = json.loads((folder / "caniemail.json").read_text(encoding="utf-8"))
    assert {"date", "source", "licence"} <= found.keys()
    assert len(matrix().features) > 290
    assert {len(states) for states in matrix().features.values()} == {len(matrix().clients)}
    assert set("".join(matrix().features.values())) <= set("yanu")
    assert WRONG == ()
    assert sum(MIX.values()) == 100
    assert set(client_support.GRACEFUL) - set(matrix().features) <= {"css-text-wrap-mode"}


def test_a_share_is_of_those_who_are_in_the_mix() -> None:
    assert lack("css-position", {"outlook.windows": 1, "apple-mail.ios": 3}).percent == 25
    assert lack("css-position", {}).percent == 0
    assert lack("no-such-thing", MIX).clients == ()
    assert mix(("outlook.windows=x", "nobody=3", "gmail.ios", "gmail.ios=2.5")) == (
        {"gmail.ios": 2.5},
        ("outlook.windows=x", "nobody=3", "gmail.ios"),
    )
    assert support.shown("outlook.windows") == "Outlook (Windows)"
