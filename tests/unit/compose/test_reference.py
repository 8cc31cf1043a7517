"""The reference pages name everything there is."""

from __future__ import annotations

import re
from pathlib import Path

from newsletter.compose import findings
from newsletter.compose.body.markdown import MARKS
from newsletter.compose.body.slots import FILTERS
from newsletter.compose.body.wrapping import Wrapper
from newsletter.compose.components import CATALOGUE
from newsletter.compose.findings import Findings
from newsletter.compose.frame.context import ContextMaker, Part, Position
from newsletter.compose.frame.environment import MapLoader, TemplateEnvironment
from newsletter.compose.frame.filters import date_filters, locale_for, text_filters
from newsletter.compose.frontmatter.read import OWN, SHARED, read
from newsletter.compose.images import Images
from newsletter.compose.tokens import Tokens
from tests.unit.compose.kit import tiny

DOCS = Path(__file__).parents[3] / "docs" / "reference"
ISSUE = (DOCS / "issue-file.md").read_text(encoding="utf-8")
TEMPLATES = (DOCS / "templates.md").read_text(encoding="utf-8")


def test_every_key_of_front_matter_is_described() -> None:
    assert re.findall(r"^\| `(\w+)` \|.*\| (?:yes|no) \|$", ISSUE, re.MULTILINE) == [*OWN, *SHARED]


def test_every_component_and_attribute_is_described() -> None:
    for name, component in CATALOGUE.items():
        (row,) = re.findall(rf"^\| `{name}` \|(.*)\|$", ISSUE, re.MULTILINE)
        described = re.findall(r"(\*\*)?`(\w+)`", row.replace("`value \\| label`", ""))
        assert {attribute for _, attribute in described} == set(component.attributes), name
        assert {attribute for needed, attribute in described if needed} == {
            attribute for attribute, rule in component.attributes.items() if rule.required
        }


def test_every_filter_mark_and_check_is_described() -> None:
    for name in FILTERS:
        assert re.search(rf"`{name}[`(]", ISSUE), name
    assert all(f"<{mark}>" in ISSUE for mark in MARKS)
    checks = {value for name, value in vars(findings).items() if name.isupper() and isinstance(value, str)}
    assert set(re.findall(r"^\| `([a-z-]+)` \| [^|]*\|$", ISSUE, re.MULTILINE)) >= checks


def test_everything_that_a_template_is_handed_is_described() -> None:
    request, tokens, found = tiny(), Tokens([]), Findings()
    issue = read(request, found)
    assert issue is not None
    maker = ContextMaker(request, issue, tokens, Images(request, tokens, found), found)
    values = maker.values(Part("en", Position.ONLY))
    for name in (
        *values,
        "content",
        "body",
        *text_filters(Wrapper(tokens)),
        *date_filters(locale_for("en", "CA")),
    ):
        assert re.search(rf"`{name}[`(]", TEMPLATES), name
    for table in ("publication", "issue", "links"):
        (row,) = re.findall(rf"^\| `{table}` \|(.*)\|$", TEMPLATES, re.MULTILINE)
        assert set(re.findall(r"\.(\w+)", row)) == set(values[table]), table


def test_what_is_taken_out_of_jinja_is_named() -> None:
    from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_NAMESPACE

    environment = TemplateEnvironment(MapLoader({}), Tokens([]), {})
    gone = (DEFAULT_FILTERS.keys() - environment.filters.keys()) | (
        DEFAULT_NAMESPACE.keys() - environment.globals.keys()
    )
    assert all(f"`{name}`" in TEMPLATES for name in gone), gone
