"""What is said of templates is said in French too, written as it is in Canada."""

from __future__ import annotations

import re

import pytest

from newsletter.compose.frame.jinja_words import in_french
from newsletter.compose.steps import compose
from newsletter.model.finding import Finding
from tests.unit.compose.kit import framed, tiny

#: what stands in the French as its author or MJML wrote it: code, with its own quotes
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>|\w+\(\"[^\"]*\"\)|[\w-]+=\"[^\"]*\"")

PIECES = (
    "<mj-txt>x</mj-txt>",
    "<mj-section>x</mj-section>",
    "<mj-selector></mj-selector>",
    '<mj-text colour="red">x</mj-text>',
    '<mj-text color="rd">x</mj-text>',
    '<mj-text padding="x" align="up">x</mj-text>',
    '<mj-text color="red" color="blue">x</mj-text>',
    '<mj-text mj-class="gone">x</mj-text>',
    '<mj-button title="x" href="https://a.example">x</mj-button>',
    "<mj-text><p>x</mj-text>",
    "<mj-text></p></mj-text>",
    "<mj-text><script>x</script></mj-text>",
    "<mj-text><style>a{}</style></mj-text>",
    "<mj-text>" + "<b>" * 70 + "</mj-text>",
    '<mj-raw position="file-start">x</mj-raw>',
    '<mj-carousel><mj-carousel-image src="x"/></mj-carousel>',
    '<mj-table cellspacing="2"></mj-table>',
    '<mj-include path="gone.mjml"/>',
    '<mj-include path="letter.mjml"/>',
    '<mj-include path="a.css" type="pdf"/>',
    "<mj-text>",
    "</mj-text>",
    "<mj-text color=>x</mj-text>",
    "<mj-text color>x</mj-text>",
    "< x",
    "<!-- x",
    "<mj-text>{{ gone }}</mj-text>",
    "<mj-text>{{ issue.subjekt }}</mj-text>",
    "<mj-text>{{ words.gone }}</mj-text>",
    "<mj-text>{{ none }}</mj-text>",
    "<mj-text>{{ issue.date.today }}</mj-text>",
    "<mj-text>{{ 'x' | longdate }}{{ '' | longdate }}</mj-text>",
    "<mj-text>{{ '' | longdate }}</mj-text>",
    "<mj-text>{{ 'x' | number }}</mj-text>",
    "<mj-text>{{ 'x' * 10000000 }}</mj-text>",
    "<mj-text>{{ 2 ** 100000 }}</mj-text>",
    "<mj-text>{{ '%s' % 3 }}</mj-text>",
    "<mj-text>{{ 1 / 0 }}</mj-text>",
    "<mj-text>{{ range }}</mj-text>",
    "<mj-text>{{ member }}</mj-text>",
    "<mj-text>{{ member.tags }}</mj-text>",
    "<mj-text>{{ member.first_name == 'x' }}</mj-text>",
    "<mj-text>{{ member.first_name | replace('a', 'b') }}</mj-text>",
    "<mj-text>{{ member.first_name is string }}</mj-text>",
    "<mj-text>{{ member.first_name.x }}</mj-text>",
    "<mj-text>{{ member.first_name * 2 }}</mj-text>",
    "<mj-text>{{ member.first_name[1:2] }}</mj-text>",
    "<mj-text>{{ (member.first_name ~ 'x') | upper }}</mj-text>",
    "<mj-text>{% for a in member.first_name %}{% endfor %}</mj-text>",
    "<mj-text>{% for a, b in [member.first_name ~ 'x'] %}{% endfor %}</mj-text>",
    "<mj-text>{% if member.first_name %}x{% endif %}</mj-text>",
    "<mj-text>{{ issue[member.first_name] }}</mj-text>",
    "<mj-text>{{ range(member.first_name) }}</mj-text>",
    "<mj-text>{{ member.first_name | truncate(member.city) }}</mj-text>",
    "<mj-text>{{ 'x' | gone }}</mj-text>",
    "<mj-text>{% gone %}</mj-text>",
    "<mj-text>{% if %}</mj-text>",
    "<mj-text>{% include 'gone.mjml' %}</mj-text>",
    "<mj-text>{% include 'letter.mjml' %}</mj-text>",
    "<mj-text>{% if x</mj-text>",
    "<mj-text>{{ ''.__class__ }}</mj-text>",
    '<mj-text><a href="https://{{ member.first_name }}.example">x</a></mj-text>',
    '<mj-text><a href="{{ links.view }}/{{ member.first_name }}">x</a></mj-text>',
    '<mj-text><p style="color:{{ member.first_name }}">x</p></mj-text>',
    "<mj-text><!-- {{ member.first_name }} --></mj-text>",
    '<mj-text css-class="{{ content }}">x</mj-text>',
)
CSS = "a { color: rgb(0 0 0 / 50%) }\na:hover { color: red }\n* { color: red }\n@media print { a { color: red } }\n"
LETTERS = {
    "inline.css": {"inline.css": CSS, **framed("<mj-text>x</mj-text>")},
    "theme.toml": framed("<mj-text>x</mj-text>", **{"theme.toml": "width = 7\nx ="}),
    "words.toml": framed("<mj-text>x</mj-text>", **{"words.toml": "[a.b.c.d.e.f.g.h.i.j]\n"}),
    "no body": {"letter.mjml": "<mjml></mjml>"},
    "no root": {"letter.mjml": "<mj-body></mj-body>"},
    "wrapper": {
        "letter.mjml": "<mjml><mj-head><mj-font name='a' href='b'/><mj-style>a { b { c: d } }</mj-style></mj-head>"
        "<mj-body><mj-wrapper><mj-raw>x</mj-raw></mj-wrapper></mj-body></mjml>"
    },
    "in wrapper": {"letter.mjml": "<mjml><mj-body><mj-wrapper>{{ content }}</mj-wrapper></mj-body></mjml>"},
    "in social": {"letter.mjml": "<mjml><mj-body><mj-group>{{ content }}</mj-group></mj-body></mjml>"},
    "amid": framed("<mj-text><b>{{ content }}</b></mj-text>"),
}
LOOKS = {
    "components/hero.mjml": "<mj-section><mj-column></mj-column></mj-section>",
    "components/hero.txt": "x",
    "components/button.txt": "x",
    "components/button.mjml": "<mj-spacer/>",
}
BODY = (
    "Hello\n\n::: when gold\nx\n:::\n\n::: button href=https://a.example\nGo\n:::\n\n::: hero title=x :::\n"
)


def well_written(french: str) -> None:
    """No space before ; ! ?, a no-break one before a colon and inside « », no straight apostrophe."""
    bare = _CODE.sub("…", french)
    assert not re.search(r"\s[;!?]", bare), french
    assert "'" not in bare, french
    assert "“" not in bare, french
    assert not re.search(r"«[^\u00a0]|[^\u00a0]»", bare), french
    assert not re.search(r"[^\u00a0:]:\s", re.sub(r"«.*?»", "…", bare)), french


def in_both(found: tuple[Finding, ...]) -> None:
    """Every finding says its message, and its hint where it has one, in French."""
    assert found
    for one in found:
        message, hint = one.french
        assert message, one.message
        assert bool(hint) == bool(one.hint), one
        assert message != one.message, message
        well_written(message)
        well_written(hint)


@pytest.mark.parametrize("piece", PIECES)
def test_what_is_said_of_a_template_is_said_in_french(piece: str) -> None:
    in_both(compose(tiny(templates=framed(piece))).findings)


@pytest.mark.parametrize("name", LETTERS)
def test_what_is_said_of_a_set_of_templates_is_said_in_french(name: str) -> None:
    body = BODY if "{{ content }}" in str(LETTERS[name]) else "Hello"
    in_both(compose(tiny(body, templates={**LOOKS, **LETTERS[name]})).findings)


def test_what_jinja_says_and_is_not_known_stays_as_it_is() -> None:
    assert in_french("something 'new' ?") == "something ’new’?"
    assert in_french("No filter named 'x'.") == "aucun filtre ne se nomme «\u00a0x\u00a0»"
