"""Our compiler beside MJML's own: the same hardened document, compiled by both, says the same to Outlook and to every other program.

In: what our own fixtures (templates, components, golden cases) and every attribute of the tables become before compiling. Runs where Node and
mjml@4.18 are at hand: docs/howto/work-on-the-program.md. What may differ is named here, with its reason, and must differ.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from newsletter.compose.components import CATALOGUE
from newsletter.compose.frame.marks import Origin
from newsletter.compose.mjml import compile as compiling
from newsletter.compose.mjml.harden import harden
from newsletter.compose.mjml.tables import ATTRIBUTES, DROPPED
from newsletter.compose.mjml.tree import Element, parse
from newsletter.compose.steps import compose
from newsletter.compose.tokens import Tokens
from tests.browser.mails import ISSUES, SPECIMEN, rendered
from tests.golden.test_cases import CASES, request
from tests.golden.test_mso import component
from tests.golden.views import lines, others, outlook

MODULES = Path(os.environ.get("NEWSLETTER_MJML", Path(__file__).parents[2] / "node_modules"))
NODE = shutil.which("node")
_SCRIPT = """
const it = require('mjml'), mjml = it.default || it; let given = '';
process.stdin.on('data', more => given += more).on('end', async () => {
  const made = [];
  for (const source of JSON.parse(given)) made.push((await mjml(source, {validationLevel: 'soft', fonts: {}})).html);
  console.log(JSON.stringify(made));
});
"""
Compiled = dict[str, tuple[str, str]]  #: by name: the source that the compiler was given, and what it made

#: what is written otherwise and means the same
SAME = (
    ("old Yahoo's condition of carousels, in two spellings that it takes", re.compile("screen[ ,]yahoo"), "screen yahoo"),
    ("a td has no attribute of this name: nobody reads it", re.compile(r' vertical-align="\w+"'), ""),
    ("a table's width in pixels, with their unit", re.compile(r'( width="\d+)px"'), r'\1"'),
    (
        "icons come from the workspace, not from MJML's makers",
        re.compile(r"https://www\.mailjet\.com/images/theme/v1/icons/ico-social/|https://social-icons\.invalid/"),
        "icons/",
    ),
    ("of several classes only the last gets Outlook's ending; no style of ours asks for one", re.compile(r"-(?:outlook|thumbnail)\b"), ""),
)  # fmt: skip
#: attributes that come out otherwise, and what is done about it
OTHERWISE = {
    **{f"{tag} {name}": "D9: dropped; told by mjml.structure" for tag, names in DROPPED.items() for name in names.split()},
    "mj-carousel thumbnails": "D9: no thumbnails for “supported”; told by mjml.defects",
    "mj-table cellspacing": "D10: told by mjml.defects",
    "mj-column inner-border-radius": "D10: told by mjml.defects",
    "mj-table border": "D10: the cells of a framed table stand apart by nothing: cellspacing is 0",
    "mj-group width": "D11: half of an odd number of pixels; MJML rounds down",
    "mj-group mj-class": "the class of this document gives a padding, which MJML knows of columns alone",
}  # fmt: skip

_OPEN, _CLOSE = "<mj-section><mj-column>", "</mj-column></mj-section>"
_ACCORDION = "<mj-accordion-title>t</mj-accordion-title><mj-accordion-text>x</mj-accordion-text>"
_SECOND = '<mj-carousel-image src="https://a.example/2.png" />'
#: around an element: what it must stand in, what it must hold
HOMES = {
    "mj-section": ("", "<mj-column><mj-text>x</mj-text></mj-column>", ""),
    "mj-wrapper": ("", f"{_OPEN}<mj-text>x</mj-text>{_CLOSE}", ""),
    "mj-hero": ("", "<mj-text>x</mj-text>", ""),
    "mj-column": ("<mj-section>", "<mj-text>x</mj-text>", "<mj-column><mj-text>y</mj-text></mj-column></mj-section>"),
    "mj-group": ("<mj-section>", "<mj-column><mj-text>x</mj-text></mj-column><mj-column><mj-text>y</mj-text></mj-column>", "</mj-section>"),
    "mj-social": (_OPEN, '<mj-social-element name="x" href="#a">x</mj-social-element>', _CLOSE),
    "mj-social-element": (f"{_OPEN}<mj-social>", "x", f"</mj-social>{_CLOSE}"),
    "mj-navbar": (_OPEN, '<mj-navbar-link href="/a">x</mj-navbar-link>', _CLOSE),
    "mj-navbar-link": (f"{_OPEN}<mj-navbar>", "x", f"</mj-navbar>{_CLOSE}"),
    "mj-accordion": (_OPEN, f"<mj-accordion-element>{_ACCORDION}</mj-accordion-element>", _CLOSE),
    "mj-accordion-element": (f"{_OPEN}<mj-accordion>", _ACCORDION, f"</mj-accordion>{_CLOSE}"),
    "mj-accordion-title": (f"{_OPEN}<mj-accordion><mj-accordion-element>", "t", f"</mj-accordion-element></mj-accordion>{_CLOSE}"),
    "mj-accordion-text": (f"{_OPEN}<mj-accordion><mj-accordion-element>", "t", f"</mj-accordion-element></mj-accordion>{_CLOSE}"),
    "mj-carousel": (_OPEN, f'<mj-carousel-image src="https://a.example/1.png" />{_SECOND}', _CLOSE),
    "mj-carousel-image": (f"{_OPEN}<mj-carousel>", "", f"{_SECOND}</mj-carousel>{_CLOSE}"),
    "mj-table": (_OPEN, "<tr><td>a</td></tr>", _CLOSE),
}  # fmt: skip
_WHOLE = {"mjml", "mj-body"}
#: of no look of their own, or judged elsewhere
_LEFT_OUT = {"mj-include", "mj-head", "mj-raw", "mj-style", "mj-font", "mj-breakpoint"}
_NEEDED = {
    "mj-image": {"src": "https://a.example/a.png"},
    "mj-carousel-image": {"src": "https://a.example/1.png"},
    "mj-button": {"href": "https://a.example/"},
    "mj-social-element": {"name": "x"},
}
_WORDS = {
    "font-family": "Arial",
    "name": "x",
    "css-class": "a b",
    "mj-class": "k",
    "background-size": "cover",
    "background-position": "top center",
}


def value(name: str, kind: str) -> str:
    """A value of a kind that is not the default."""
    if name in _WORDS:
        return _WORDS[name]
    if kind == "string" and "border" in name and "radius" not in name:
        return "2px solid #123456"
    if name.endswith(("url", "src", "href", "icon")):
        return "https://a.example/i.png"
    if kind.startswith("enum"):
        return [one for one in kind[5:-1].split(",") if one][-1]
    lengths = "7px 9px" if "{1,4}" in kind else "7px"
    values = {"color": "#123456", "boolean": "true", "integer": "3", "string": "x"}
    return values.get(kind, lengths)


def document(tag: str, name: str, kind: str) -> str:
    """The smallest document in which an element has an attribute."""
    said = {**_NEEDED.get(tag, {}), name: value(name, kind)}
    written = " ".join(f'{one}="{text}"' for one, text in said.items())
    element = f"<{tag} {written}>"
    body = f"{_OPEN}<mj-text>x</mj-text>{_CLOSE}"
    if tag == "mjml":
        return f"{element}<mj-head></mj-head><mj-body>{body}</mj-body></mjml>"
    head = '<mj-head><mj-attributes><mj-class name="k" padding="3px" /></mj-attributes></mj-head>'
    if tag == "mj-body":
        return f"<mjml>{head}{element}{body}</mj-body></mjml>"
    before, inner, after = HOMES.get(tag, (_OPEN, "x" if tag in {"mj-text", "mj-button"} else "", _CLOSE))
    return f"<mjml>{head}<mj-body>{before}{element}{inner}</{tag}>{after}</mj-body></mjml>"


@contextmanager
def watched(found: Compiled, name: list[str]) -> Iterator[None]:
    """Write down what the compiler is given, and what it makes of it."""
    real = compiling.mjml.mjml2html

    def spy(source: str, **options: object) -> str:
        made: str = real(source, **options)
        found[f"{name[-1]} {len(found)}"] = (source, made)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiling.mjml, "mjml2html", spy)
        yield


@cache
def fixtures() -> Compiled:
    """Every template, component and golden case."""
    found: Compiled = {}
    name = [""]
    component.cache_clear()
    rendered.cache_clear()
    with watched(found, name):
        for one in (*ISSUES, SPECIMEN):
            name.append(one)
            rendered(one)
        for one in CATALOGUE:
            name.append(one)
            component(one)
        for one in CASES:
            name.append(one)
            compose(request(one))
    return found


@cache
def attributes() -> Compiled:
    """One document for each attribute of the tables."""
    found: Compiled = {}
    name = [""]
    with watched(found, name):
        for tag, kinds in ATTRIBUTES.items():
            for attribute, kind in kinds.items() if tag not in _LEFT_OUT else ():
                name.append(f"{tag} {attribute}")
                (root,) = parse(Origin(document(tag, attribute, kind), ("x.mjml",)))
                assert isinstance(root, Element)
                harden(root, "en")
                compiling.compiled(root, Tokens([]), "https://social-icons.invalid/")
    return {key.rpartition(" ")[0]: pair for key, pair in found.items()}


def by_mjml(sources: list[str]) -> list[str]:
    """What MJML makes of sources."""
    assert NODE
    made = subprocess.run(
        [NODE, "-e", _SCRIPT], cwd=MODULES.parent, input=json.dumps(sources), capture_output=True, text=True, check=True
    )  # fmt: skip
    found: list[str] = json.loads(made.stdout)
    return found


def differences(ours: str, theirs: str) -> list[str]:
    """What one says and the other does not, in either view."""
    found: list[str] = []
    for view in (others, outlook):
        pair = [[alike(line) for line in lines(view(html))] for html in (theirs, ours)]
        compared = difflib.unified_diff(*pair, n=0, lineterm="")
        found += [
            f"{view.__name__}: {line}" for line in compared if not line.startswith(("---", "+++", "@@"))
        ]
    return found


def alike(line: str) -> str:
    """A line without what may be written otherwise."""
    for _reason, pattern, instead in SAME:
        line = pattern.sub(instead, line)
    return re.sub(r'class="([^"]*)"', lambda match: f'class="{" ".join(sorted(match[1].split()))}"', line)


def compared(compiled: Compiled) -> dict[str, list[str]]:
    """The differences of each that has some."""
    theirs = by_mjml([source for source, _ in compiled.values()])
    found = {
        name: differences(ours, html)
        for (name, (_, ours)), html in zip(compiled.items(), theirs, strict=True)
    }
    return {name: lines_ for name, lines_ in found.items() if lines_}


@pytest.fixture(scope="module", autouse=True)
def _node() -> None:
    if NODE is None or not (MODULES / "mjml").is_dir():
        pytest.skip(
            "mjml is not there: npm install --no-save mjml@4.18.0, or NEWSLETTER_MJML names a node_modules that holds it"
        )


def test_our_own_mails_are_what_mjml_would_make_of_them() -> None:
    assert len(fixtures()) >= 70
    assert compared(fixtures()) == {}


def test_every_attribute_comes_out_as_mjml_writes_it() -> None:
    assert len(attributes()) > 400
    found = compared(attributes())
    assert {name: said for name, said in found.items() if name not in OTHERWISE} == {}
    assert found.keys() == OTHERWISE.keys(), "an allowance that is not needed any more"


def test_a_difference_would_be_seen() -> None:
    source, ours = next(iter(fixtures().values()))
    (theirs,) = by_mjml([source])
    for old, new in (
        ("600px", "590px"),
        ("<!--[if mso | IE]>", "<!--[if none]>"),
        ("text-align:center", "text-align:left"),
        ("96</o:", "72</o:"),
    ):
        assert old in ours
        assert differences(ours.replace(old, new, 1), theirs)
