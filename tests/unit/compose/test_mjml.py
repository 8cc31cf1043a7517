"""MJML judged: whatever is wrong is told with file, line and column, through includes, macros, blocks and expressions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.findings import Findings
from newsletter.compose.frame.environment import MapLoader, TemplateEnvironment
from newsletter.compose.frame.marks import Origin, marked, plain, unmarked
from newsletter.compose.mjml.tables import ATTRIBUTES, CHILDREN
from newsletter.compose.mjml.tree import Element, MjmlFault, parse
from newsletter.compose.mjml.values import fault
from newsletter.compose.steps import compose
from newsletter.compose.tokens import Tokens
from newsletter.model.finding import Severity
from tests.unit.compose.kit import complaints, framed, preview, tiny

LETTER = "templates/letter.mjml"


def told(letter: str, **more: str) -> list[str]:
    return complaints(tiny(templates={"letter.mjml": letter, **more}))


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ("\n  <mj-tex>x</mj-tex>", "2:3: there is no element <mj-tex>"),
        ("\n<mj-text>x</mj-text>\n <mj-column></mj-column>", "3:2: <mj-column> cannot stand in <mj-column>"),
        ('\n<mj-text colour="red">x</mj-text>', "2:10: <mj-text> has no attribute colour"),
        (
            '\n<mj-text\n  color="redd">x</mj-text>',
            '3:3: color="redd" is not a colour: #1F2A30, rgb(31,42,48) or a name',
        ),
        ('\n<mj-text color="red" color="blue">x</mj-text>', "2:22: color stands here a second time"),
        (
            '<mj-text align="middle">x</mj-text>',
            '1:48: align="middle" is not one of: left, right, center, justify',
        ),
        (
            '<mj-text padding="1em">x</mj-text>',
            '1:48: padding="1em" is not one to four lengths such as 16px or 16%',
        ),
        ('<mj-image src="a" alt="" width="50%" />', '1:64: width="50%" is not a length such as 16px'),
        ("\nloose words", "2:1: text cannot stand directly in <mj-column>: loose words"),
        ("<mj-text>", "1:39: <mj-text> is never closed"),
        (
            "<mj-image />\n</mj-section>",
            "2:1: </mj-section> closes nothing here: <mj-column> at templates/letter.mjml:1:28 is still open",
        ),
        ("<mj-text x>y</mj-text>", "1:48: x has no value in quotes"),
        ("<mj-text x=y>y</mj-text>", "1:48: x has no value in quotes"),
        ("a < b", "1:41: this < begins no element"),
        ("<!-- open", "1:39: this comment is never closed"),
        ("\n<mj-text><p>x</mj-text>", "2:10: in <mj-text>, <p> is not closed"),
        ("\n<mj-text>x</p></mj-text>", "2:11: in <mj-text>, </p> closes nothing"),
        ("\n<mj-text>a\n<script>x</script></mj-text>", "3:1: <script> cannot stand in a mail"),
        ("\n<mj-text>a\n b <style>x</style></mj-text>", "3:4: a style block stands in the body"),
        ('\n<mj-include path="gone.mjml" />', "2:1: there is no template “gone.mjml” to include"),
        ('\n<mj-include path="../letter.mjml" />', "2:1: there is no template “../letter.mjml” to include"),
        ('\n<mj-include path="letter.mjml" type="jpg" />', "2:1: mj-include has no type “jpg”"),
        ('\n<mj-text mj-class="x">y</mj-text>', "2:10: there is no mj-class “x”"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_column(inner: str, message: str) -> None:
    found = told(framed(inner)["letter.mjml"])
    assert f"{LETTER}:{message}" in found


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("<mj-txt>x</mj-txt>", "mj-text"),
        ('<mj-text colr="red">x</mj-text>', "color"),
        ('<mj-include path="leter.mjml" />', "letter.mjml"),
    ],
)
def test_did_you_mean(wrong: str, meant: str) -> None:
    rendering = compose(tiny(templates=framed(wrong)))
    assert f"Did you mean “{meant}”?" in [finding.hint for finding in rendering.findings]


def test_the_place_is_right_behind_expressions_blocks_macros_and_includes() -> None:
    templates = {
        "letter.mjml": """{# a comment
over lines #}
{% extends "base.mjml" %}
{% block body %}
  {% for x in [1, 2] %}
  <mj-text color="{{ theme.light.accent }}" wrong="{{ x }}">x</mj-text>
  {% endfor %}
  {% include "part.mjml" %}
  <mj-include path="other.mjml" />
{% endblock %}""",
        "base.mjml": """{% from "macros.mjml" import box %}
<mjml><mj-body><mj-section><mj-column>
{% block body %}{% endblock %}
{{ box("a") }}
<mj-text base="1">x</mj-text>
</mj-column></mj-section></mj-body></mjml>""",
        "macros.mjml": '{% macro box(x) %}\n<mj-text>{{ x }}</mj-text>\n <mj-text macro="1">x</mj-text>{% endmacro %}',
        "part.mjml": '\n\n<mj-text\n  part="1">x</mj-text>',
        "other.mjml": '{{ "a\nb\nc" if false else "" }}<mj-text other="{{ words.hello }}">{{ issue.subject }}</mj-text>',
    }
    assert told(templates.pop("letter.mjml"), **templates) == [
        "templates/letter.mjml:6:45: <mj-text> has no attribute wrong",
        "templates/part.mjml:4:3: <mj-text> has no attribute part",
        "templates/other.mjml:3:32: <mj-text> has no attribute other",
        "templates/macros.mjml:3:11: <mj-text> has no attribute macro",
        "templates/base.mjml:5:10: <mj-text> has no attribute base",
    ]


def test_a_wrong_component_look_is_told_in_its_own_file() -> None:
    look = '\n<mj-button hrf="{{ block.attributes.href }}">{{ block.content }}</mj-button>'
    body = "::: button href=https://ngen.example\nGo\n:::"
    assert complaints(tiny(body, templates={"components/button.mjml": look})) == [
        "templates/components/button.mjml:2:12: <mj-button> has no attribute hrf"
    ]


def test_loose_words_in_a_look_are_told_and_not_lost() -> None:
    body = "::: button href=https://ngen.example\nGo\n:::\n\n::: figures\n1 | one\n:::"
    looks = {"components/button.mjml": "loose", "components/figures.mjml": "\nwords"}
    assert sorted(complaints(tiny(body, templates=looks))) == [
        "templates/components/button.mjml:1:1: text cannot stand directly in <mj-column>: loose",
        "templates/components/figures.mjml:2:1: text cannot stand directly in <mj-body>: words",
    ]


def test_a_template_is_one_mjml_document() -> None:
    assert told("<mj-text>x</mj-text>") == ["templates/letter.mjml:1:1: a template is one <mjml> element"]
    assert told("") == ["templates/letter.mjml:1: a template is one <mjml> element"]
    assert told("<mjml></mjml>") == ["templates/letter.mjml:1:1: a document has one <mj-body>, this one 0"]


def test_includes_cannot_run_in_a_circle() -> None:
    found = told(
        framed('<mj-include path="a.mjml" />')["letter.mjml"],
        **{"a.mjml": '\n<mj-include path="./b.mjml" />', "b.mjml": '<mj-include path="a.mjml" />'},
    )
    assert found == [
        "templates/b.mjml:1:1: templates include one another without end: a.mjml → b.mjml → a.mjml"
    ]


def test_included_css_and_html() -> None:
    letter = '<mjml><mj-head><mj-include path="a.css" type="css" /><mj-include path="b.css" type="css" css-inline="inline" />'
    letter += '</mj-head><mj-body><mj-include path="c.html.mjml" type="html" />{{ content }}</mj-body></mjml>'
    more = {
        "a.css": ".a > b { color: {{ theme.light.accent }}; }",
        "b.css": "p { color: red; }",
        "c.html.mjml": "<p>raw</p>",
    }
    html = preview(compose(tiny("Hello", templates={"letter.mjml": letter, **more})), "en")
    assert ".a > b { color: #0B5D5B; }" in html
    assert '<p style="color:red">Hello</p>' in html
    assert '<p style="color:red">raw</p>' in html


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            "color",
            ["#fff", "#1F2A30", "rgb(1,2,3)", "rgba(1, 2, 3, .5)", "red", "transparent"],
            ["#ff", "redd", "rgb(0 0 0 / 50%)", "#12345g"],
        ),
        ("unit(px,%)", ["0", "10px", "1.5%", "0px"], ["10", "10em", "-1px", "px"]),
        ("unit(px,%){1,4}", ["0", "1px 2px", "1px 2% 0 4px"], ["1px 2px 3px 4px 5px", "", "a"]),
        ("unit(px,%,)", ["1.5", "20px", "120%"], ["1.5em"]),
        ("unit(px,auto)", ["auto", "10px"], ["10%"]),
        ("unitWithNegative(px,em)", ["-0.5px", "0.08em"], ["1%"]),
        ("enum(left,right)", ["left"], ["center", ""]),
        ("boolean", ["true", "false"], ["yes"]),
        ("integer", ["3"], ["3.5", "x"]),
        ("string", ["anything"], []),
    ],
)
def test_values(kind: str, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if fault(kind, value)] == []
    assert [value for value in bad if not fault(kind, value)] == []


ELEMENTS = st.sampled_from(
    [
        "<a>",
        "</a>",
        '<b c="d">',
        "<mj-text>",
        "</mj-text>",
        "x\n",
        "{{ 1 }}",
        "{% if true %}",
        "{% endif %}",
        "<!--",
        "-->",
        "{#c#}",
        " ",
        "<",
        ">",
    ]
)


@given(st.lists(ELEMENTS, max_size=12).map("".join))
def test_marks_leave_no_trace_and_point_at_what_they_mark(source: str) -> None:
    tokens = Tokens([])
    environment = TemplateEnvironment(MapLoader({"x.txt": source, "x.mjml": source}), tokens, {})
    try:
        expected = environment.get_template("x.txt").render()
        rendered = environment.get_template("x.mjml").render()
    except Exception:  # noqa: BLE001  # not a template; there is nothing to compare
        return
    assert plain(rendered) == expected
    origin = unmarked(rendered, ("templates/x.mjml", "templates/x.txt"))
    assert origin.text == expected
    if "{" not in source:  # nothing was added or taken away: every tag stands where it stood
        for offset, character in enumerate(expected):
            if character == "<":
                place = origin.place(offset)
                before = source[:offset]
                assert (place.line, place.column) == (before.count("\n") + 1, offset - before.rfind("\n"))


def test_marks_survive_raw_blocks_and_whitespace_control() -> None:
    source = "a\n{%- raw %}\n<b {{ x }}>\n{% endraw -%}\n  <c>"
    environment = TemplateEnvironment(MapLoader({"x.mjml": source}), Tokens([]), {})
    assert marked(environment, source, "x.mjml", 0).count("\ufdee") == 3
    origin = unmarked(environment.get_template("x.mjml").render(), ("x.mjml",))
    assert origin.text == "a\n<b {{ x }}>\n<c>"
    assert str(origin.place(origin.text.index("<b"))) == "x.mjml:3:1"
    assert str(origin.place(origin.text.index("<c"))) == "x.mjml:5:3"


@given(st.text("<>/=\"' abmj-text!\n", max_size=60))
def test_any_text_is_parsed_or_refused_with_a_place(text: str) -> None:
    origin = Origin(text, ("x.mjml",))
    places = []
    try:
        places = [node.place for node in parse(origin)]
    except MjmlFault as problem:
        places = [problem.place]
    assert all(place.line >= 1 for place in places)


def test_ten_thousand_nested_elements_are_refused_before_the_compiler_meets_them() -> None:
    found = told(framed("<mj-section>" * 10_000)["letter.mjml"])
    assert len(found) == 1
    assert "more than 60 elements are nested here" in found[0]
    found = told(framed(f"<mj-text>{'<div>' * 10_000}{'</div>' * 10_000}</mj-text>")["letter.mjml"])
    assert found == ["templates/letter.mjml:1:348: more than 60 elements are nested here"]


def test_the_tables_close_over_themselves() -> None:
    for parent, children in CHILDREN.items():
        assert parent in ATTRIBUTES or parent == "mj-head"
        assert all(
            child in ATTRIBUTES or child in {"mj-attributes", "mj-head", "mj-preview", "mj-title"}
            for child in children.split()
        )
    assert sum(len(kinds) for kinds in ATTRIBUTES.values()) > 390


def test_the_tables_equal_those_of_mjml() -> None:
    """Against mjml-preset-core 4.18.0, where Node and the package are at hand (NEWSLETTER_MJML names its node_modules)."""
    modules = Path(os.environ.get("NEWSLETTER_MJML", Path(__file__).parents[3] / "node_modules"))
    node = shutil.which("node")
    if node is None or not (modules / "mjml-preset-core").is_dir():
        pytest.skip("mjml is not there; set NEWSLETTER_MJML to a node_modules that holds mjml@4.18")
    script = "const q=require('mjml-preset-core');const p=q.default||q;console.log(JSON.stringify([p.components.map(c=>[c.componentName,c.allowedAttributes||{}]),p.dependencies]))"
    made = subprocess.run(
        [node, "-e", script], cwd=modules.parent, capture_output=True, check=True, text=True
    )
    components, dependencies = json.loads(made.stdout)
    for name, allowed in components:
        if allowed:
            assert {
                key: kind for key, kind in ATTRIBUTES[name].items() if key not in {"css-class", "mj-class"}
            } == allowed
    for parent, children in CHILDREN.items():
        if parent not in {
            "mjml",
            "mj-head",
        }:  # the compiler knows neither mj-raw before the body nor mj-html-attributes
            assert set(children.split()) == set(dependencies[parent])


def test_what_the_compiler_cannot_do_is_an_error_or_a_warning() -> None:
    letter = """<mjml><mj-head><mj-html-attributes></mj-html-attributes><mj-font name="x" href="https://fonts.example/x" />
<mj-attributes><mj-class name="a" color="red" /><mj-class name="b" color="blue" /></mj-attributes></mj-head><mj-body>
<mj-wrapper gap="3px"><mj-raw>lost</mj-raw></mj-wrapper>
<mj-section><mj-column><mj-button title="x">y</mj-button><mj-text mj-class="a b">z</mj-text></mj-column>
<mj-column width="33.33%"><mj-image src="x" alt="" /></mj-column></mj-section>
<mj-hero><mj-image src="x" alt="" /></mj-hero>
<mj-raw position="file-start">x</mj-raw><mj-section><mj-column><mj-accordion></mj-accordion></mj-column></mj-section>
</mj-body></mjml>"""
    rendering = compose(tiny(templates={"letter.mjml": letter}))
    found = {
        (finding.severity, f"{finding.place.line if finding.place else 0}: {finding.message}")
        for finding in rendering.findings
    }
    assert found == {
        (Severity.ERROR, "1: the compiler does not know mj-html-attributes"),
        (Severity.WARNING, "1: mj-font fetches a font from another host"),
        (Severity.WARNING, "3: the compiler drops gap of <mj-wrapper>"),
        (Severity.ERROR, "3: the compiler drops mj-raw that stands directly in mj-wrapper"),
        (Severity.WARNING, "4: the compiler drops title of <mj-button>"),
        (Severity.ERROR, "4: two classes both set color"),
        (Severity.WARNING, "5: an image in a column of a fractional width gets a fractional width itself"),
        (Severity.WARNING, "6: an image in mj-hero needs its width: the compiler forgets the padding"),
        (Severity.ERROR, "7: the compiler refuses position on mj-raw"),
        (
            Severity.WARNING,
            "7: <mj-accordion> without icon-wrapped-url and icon-unwrapped-url fetches icons from another host",
        ),
    }


def test_nested_rules_in_a_style_are_a_warning_and_flat_ones_are_not() -> None:
    def found(css: str) -> list[str]:
        return told(
            f"<mjml><mj-head><mj-style>{css}</mj-style></mj-head><mj-body>{{{{ content }}}}</mj-body></mjml>"
        )

    assert found(".a { color: red } @media (max-width: 1px) { .b { color: red } .c { color: red } }") == []
    assert found(".a { .b { color: red } }") == ["templates/letter.mjml:1:31: rules are nested in this style"]
    assert found("@media (max-width: 1px) { .a { .b { x: y } } }") == [
        "templates/letter.mjml:1:57: rules are nested in this style"
    ]


def test_walking_a_tree_goes_in_the_order_of_the_document() -> None:
    nodes = parse(Origin("<a><b><c/></b><d/></a>", ("x",)))
    assert isinstance(nodes[0], Element)
    assert [element.tag for element in nodes[0].walk()] == ["a", "b", "c", "d"]
    assert Findings().all() == ()
