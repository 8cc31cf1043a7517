"""Member values in templates: recorded whole, or an error with file and line; never an altered token.

Every filter and every test that Jinja has is tried on a field, on a text that a set block made of one, and on a list that holds one.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_TESTS

from newsletter.compose.findings import Findings
from newsletter.compose.frame.environment import running_place
from newsletter.compose.frame.render import Frame
from newsletter.compose.frame.values import Member, Table, Text
from newsletter.compose.tokens import Kind, Tokens
from newsletter.model.artwork import Slot, SlotFilter
from newsletter.model.finding import Finding
from tests.unit.compose.kit import tiny

CARRIERS = {
    "a field": "{% set value = member.first_name %}",
    "a field with a fallback": '{% set value = member.first_name | default("friend") %}',
    "a set block": "{% set value %}{{ member.first_name }}{% endset %}",
    "a set block with more": "{% set value %}Dear {{ member.first_name }}!{% endset %}",
    "a joined text": '{% set value = "Dear " ~ member.first_name %}',
    "an added text": '{% set value = "Dear " + member.first_name %}',
    "a macro": "{% macro m() %}{{ member.first_name }}{% endmacro %}{% set value = m() %}",
    "a list": "{% set value = [member.first_name] %}",
    "a list of texts": '{% set value = ["x", "Dear " ~ member.first_name] %}',
    "a mapping": '{% set value = {"name": member.first_name} %}',
    "an author's text": "{% set value = issue.title %}",
}
ARGUMENTS = {
    "attr": '("upper")',
    "batch": "(2)",
    "default": '("x")',
    "d": '("x")',
    "format": '("x")',
    "groupby": '("x")',
    "join": '(",")',
    "map": '("upper")',
    "replace": '("z", "y")',
    "round": "(1)",
    "select": '("string")',
    "reject": '("string")',
    "selectattr": '("x", "defined")',
    "rejectattr": '("x", "defined")',
    "slice": "(2)",
    "truncate": "(5)",
    "wrap": "(10)",
    "underline": '("=")',
    "dateformat": '("d")',
}
TEST_ARGUMENTS = dict.fromkeys(
    (
        "eq",
        "equalto",
        "==",
        "ne",
        "!=",
        "lt",
        "lessthan",
        "<",
        "le",
        "<=",
        "gt",
        "greaterthan",
        ">",
        "ge",
        ">=",
        "in",
        "sameas",
    ),
    '("x")',
)
TEST_ARGUMENTS["divisibleby"] = "(2)"
OURS = ("wrap", "underline", "longdate", "fulldate", "dateformat", "number")


class Stage:
    """One template rendered with a member and a title that holds a slot."""

    def __init__(self) -> None:
        self.tokens = Tokens(["source"])
        self.findings = Findings(self.tokens.pattern)

    def run(self, source: str, name: str = "letter.mjml") -> str | None:
        frame = Frame(tiny(templates={name: source}), self.tokens, self.findings, "en")
        slot = self.tokens.slot(Slot("company", "your company"))
        values = {
            "member": Member(self.tokens, running_place),
            "issue": Table("issue", {"title": Text(f"For {slot}"), "date": date(2020, 12, 16)}),
        }
        return frame.rendered(name, values)

    @property
    def problems(self) -> tuple[Finding, ...]:
        return self.findings.all()


def sound(stage: Stage, written: str | None) -> None:
    """Either an error with its line, or a text whose tokens are all whole and stand for slots."""
    if written is None:
        (finding,) = stage.problems
        assert finding.place is not None
        assert finding.place.file == "templates/letter.mjml"
        assert finding.place.line == 2
        return
    assert stage.tokens.damaged(written) == []
    for token in stage.tokens.found(written):
        assert stage.tokens.kind_of(token) is Kind.SLOT
    # No piece of a token is left over: without its tokens, the text holds nothing of their alphabet's length.
    rest = stage.tokens.pattern.sub("", written)
    assert not re.search(r"[0-9a-f]{6}", rest), rest


@pytest.mark.parametrize("carrier", CARRIERS, ids=str)
@pytest.mark.parametrize("name", [*sorted(DEFAULT_FILTERS), *OURS])
def test_every_filter_keeps_a_member_value_whole_or_stops(name: str, carrier: str) -> None:
    stage = Stage()
    written = stage.run(f"{CARRIERS[carrier]}\n{{{{ value | {name}{ARGUMENTS.get(name, '')} }}}}")
    sound(stage, written)


@pytest.mark.parametrize("carrier", CARRIERS, ids=str)
@pytest.mark.parametrize("name", [name for name in sorted(DEFAULT_TESTS) if name.isidentifier()])
def test_every_test_of_a_member_value_stops(name: str, carrier: str) -> None:
    stage = Stage()
    written = stage.run(f"{CARRIERS[carrier]}\n{{{{ value is {name}{TEST_ARGUMENTS.get(name, '')} }}}}")
    assert written is None
    sound(stage, written)


@pytest.mark.parametrize("carrier", CARRIERS, ids=str)
@pytest.mark.parametrize(
    "use",
    [
        "value == 'Ann'",
        "value != 'Ann'",
        "value < 'Ann'",
        "'A' in value",
        "value in ['Ann']",
        "value * 2",
        "value - 1",
        "value % 'x'",
        "value / 2",
        "value // 2",
        "value ** 2",
        "-value",
        "value[:5]",
        "value[1:2:1]",
        "value()",
        "range(value)",
        "value.upper()",
        "value.first_name",
        "{'a': 1}[value]",
        "'%s' | format(value)",
        "'x' | replace('x', value)",
        "'x' | default(value, value)",
        "['x'] | join(value) | upper",
        "(value, 1) | max",
        "value | first | first",
    ],
)
def test_every_other_use_keeps_a_member_value_whole_or_stops(use: str, carrier: str) -> None:
    stage = Stage()
    sound(stage, stage.run(f"{CARRIERS[carrier]}\n{{{{ {use} }}}}"))


@pytest.mark.parametrize("carrier", ["a field", "a field with a fallback", "a set block", "a macro"])
@pytest.mark.parametrize(
    "use",
    [
        "{% if value %}x{% endif %}",
        "{% if not value %}x{% endif %}",
        "{% if true and value %}x{% endif %}",
        "{% if false or value %}x{% endif %}",
        "{% if false %}{% elif value %}x{% endif %}",
        "{{ 'x' if value else 'y' }}",
        "{{ value or 'x' }}",
        "{% if value == 'Ann' %}x{% endif %}",
        "{% if value is defined %}x{% endif %}",
        "{% for letter in value %}{{ letter }}-{% endfor %}",
        "{% for x in [1] if value %}x{% endfor %}",
        "{% set a, b = value %}",
        "{% filter upper %}{{ value }}{% endfilter %}",
        "{% macro m(x) %}{{ x | replace('a', 'b') }}{% endmacro %}{{ m(value) }}",
        "{% call(x) [value] | first %}{% endcall %}",
        "{% include value %}",
        "{% import value as x %}",
        "{{ ['' ~ value] | select | list | length }}",
        "{{ ['' ~ value] | reject | list | length }}",
        "{{ [{'a': '' ~ value}] | selectattr('a') | list | length }}",
        "{{ [{'a': '' ~ value}] | map(attribute='a') | reject | list | length }}",
        "{{ ('' ~ value) | default('x', true) }}",
        "{{ ('' ~ value) | d('x', boolean=true) }}",
        "{{ 'Ann' in {'a': '' ~ value}.values() }}",
        "{{ 'Ann' in (['' ~ value] | map('string')) }}",
        "{{ ['' ~ value, 'x'] | map('string') | sort | join }}",
        "{{ [[[[[[[['' ~ value]]]]]]]] == 1 }}",
        "{% for a, b in ['' ~ value] %}{{ a }}{% endfor %}",
        "{{ loop.changed(value) }}",
    ],
)
def test_branching_on_a_member_value_stops_with_its_line(use: str, carrier: str) -> None:
    stage = Stage()
    assert stage.run(f"{CARRIERS[carrier]}\n{use}") is None
    sound(stage, None)


def test_the_error_says_what_to_do_instead() -> None:
    stage = Stage()
    stage.run("\n{% if member.province == 'ON' %}x{% endif %}")
    (finding,) = stage.problems
    assert finding.message == "member.province is filled in for each reader later; it cannot be compared here"
    assert "::: when" in finding.hint


@pytest.mark.parametrize(
    ("expression", "slot"),
    [
        ("member.first_name", Slot("first_name")),
        ('member["first_name"]', Slot("first_name")),
        ('member.first_name | default("friend")', Slot("first_name", "friend")),
        ('member.first_name | default("friend", true)', Slot("first_name", "friend")),
        ("member.company | upper", Slot("company", None, (SlotFilter("upper"),))),
        (
            'member.company | d("x") | truncate(10) | trim',
            Slot("company", "x", (SlotFilter("truncate", (10,)), SlotFilter("trim"))),
        ),
        ("member.company | e", Slot("company")),
        ("member.company | safe", Slot("company")),
        ("[member.company] | join(', ')", Slot("company")),
        ("[member.company, member.company] | first", Slot("company")),
        ("'a' ~ member.company ~ 'b'", Slot("company")),
        ("(member.company,)[0]", Slot("company")),
    ],
)
def test_what_can_be_done_with_a_field_is_recorded(expression: str, slot: Slot) -> None:
    stage = Stage()
    written = stage.run(f"\n{{{{ {expression} }}}}")
    assert written is not None, stage.problems
    (token,) = stage.tokens.found(written)
    found = stage.tokens.meaning(token).value
    assert isinstance(found, Slot)
    assert (found.field, found.fallback, found.filters) == (slot.field, slot.fallback, slot.filters)
    assert str(found.place) == "templates/letter.mjml:2"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('member.company | upper | default("x")', "default(…) comes first"),
        (
            'member.company | replace("a", "b")',
            "member.company is filled in for each reader later; it cannot be changed by “replace” here",
        ),
        ("member", "“member” alone is nothing that can be shown"),
        ("member.company()", "member.company is filled in for each reader later; it cannot be called here"),
        ("[1]()", "the template failed: 'list' object is not callable"),
        ("member.tags", "member.tags is not a text that can be shown"),
        ("member._name", "member._name is not a text that can be shown"),
        (
            "member.company | truncate(member.first_name)",
            "a text with something that is filled in later cannot be an argument of “truncate” here",
        ),
    ],
)
def test_what_cannot_be_done_with_a_field(expression: str, message: str) -> None:
    stage = Stage()
    assert stage.run(f"\n{{{{ {expression} }}}}") is None
    assert stage.problems[0].message == message


def test_a_template_may_ask_whether_an_author_wrote_something() -> None:
    stage = Stage()
    assert stage.run("{% if issue.title %}yes{% endif %}") == "yes"
    assert stage.run("{% if issue.title == 'x' %}yes{% endif %}") is None


def test_a_text_with_more_in_it_than_slots_is_there_for_every_reader() -> None:
    assert Stage().run("{% set x %}Dear {{ member.first_name }}{% endset %}{% if x %}yes{% endif %}") == "yes"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("\n{{ nothing }}", "'nothing' is undefined"),
        ("\n{{ issue.titel }}", "issue has no “titel”. Did you mean “title”?"),
        ("\n{{ 1 | nofilter }}", "the template cannot be read: No filter named 'nofilter'."),
        ("\n{% if %}", "the template cannot be read: Expected an expression, got 'end of statement block'"),
        (
            "\n{{ ''.__class__ }}",
            "not allowed in a template: access to attribute '__class__' of 'str' object is unsafe.",
        ),
        (
            "\n{{ 'never closed",
            'the template cannot be read: unexpected char "\'" at 4',
        ),
        (
            "\n{{ [].append(1) }}",
            "not allowed in a template: access to attribute 'append' of 'list' object is unsafe.",
        ),
        ("\n{{ 1 / 0 }}", "the template failed: division by zero"),
        ("\n{% include 'elsewhere' %}", "there is no template “elsewhere”."),
        ("\n{% include 'lettr.mjml' %}", "there is no template “lettr.mjml”. Did you mean “letter.mjml”?"),
        ("\n{% include '../../etc/passwd' %}", "there is no template “../../etc/passwd”."),
        ("\n{{ 'x' * 10**9 }}", "this makes 1,000,000,000 characters or items"),
        ("\n{{ [0] * 10**9 }}", "this makes 1,000,000,000 characters or items"),
        ("\n{{ 9 ** (10**9) }}", "1,000,000,000 is too high an exponent"),
        ("\n{{ '%1000000000d' % 1 }}", "“%” does not write texts here"),
        (
            "\n{{ range(10**9) | length }}",
            "the template failed: Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).",
        ),
        ("\n{{ lipsum() }}", "'lipsum' is undefined"),
        ("\n{{ none | longdate }}", "there is no date here"),
        ("\n{{ [1, 2] | random }}", "the template cannot be read: No filter named 'random'."),
        (
            "\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "templates or macros call one another without end",
        ),
        ("\n{% include 'letter.mjml' %}", "templates include one another without end: letter.mjml"),
    ],
)
def test_a_fault_in_a_template_is_told_with_its_line(source: str, message: str) -> None:
    stage = Stage()
    assert stage.run(source) is None
    (finding,) = stage.problems
    assert (finding.message, str(finding.place)) == (
        message,
        "templates/letter.mjml:2",
    ) or "Range" in finding.message


@pytest.mark.parametrize(
    "use",
    [
        "issue.date.today()",
        "issue.date.today().year",
        "issue.date.fromtimestamp(0)",
        "range ~ ''",
        "namespace() ~ ''",
        "'' ~ cycler('a')",
        "cycler('a') | string",
        "[cycler('a')] | join",
        "'%s' | format(cycler('a'))",
        "'{}'.format(cycler('a'))",
        "'x' | replace('x', joiner())",
        "[[1] | map('string')] | join",
        "'' ~ issue.nothing_there",
        "'' ~ none",
    ],
)
def test_nothing_is_written_that_differs_from_one_build_to_the_next(use: str) -> None:
    stage = Stage()
    assert stage.run(f"\n{{{{ {use} }}}}") is None
    sound(stage, None)


@pytest.mark.parametrize(
    ("use", "written"),
    [
        ("[1, 2] | map('string') | sort | join('-')", "1-2"),
        ("[1, 2] | map('string') | replace('1', '3')", "['3', '2']"),
        ("', '.join([1, 2] | map('string'))", "1, 2"),
        ("'x' ~ ([1] | map('string') | list)", "x['1']"),
        ("none | default('x', true)", "x"),
        ("[none, 1] | select | list | length", "1"),
        ("[{'a': none}, {'a': 'b'}] | selectattr('a') | list | length", "1"),
        ("[{'a': none}, {'a': 'b'}] | rejectattr('a') | list | length", "1"),
        ("issue.date.year", "2020"),
        ("issue.date.isoformat()", "2020-12-16"),
    ],
)
def test_what_is_the_same_each_time_is_written(use: str, written: str) -> None:
    assert Stage().run(f"{{{{ {use} }}}}", "letter.txt") == written


def test_a_finding_shows_no_token() -> None:
    stage = Stage()
    assert stage.run("\n{% include 'a' ~ member.first_name %}") is None
    (finding,) = stage.problems
    assert finding.message == "there is no template “a…”."


def test_a_circle_of_templates_is_named() -> None:
    stage = Stage()
    frame = Frame(
        tiny(templates={"a.mjml": "{% include 'b.mjml' %}", "b.mjml": "\n{% include 'a.mjml' %}"}),
        stage.tokens,
        stage.findings,
        "en",
    )
    assert frame.rendered("a.mjml", {}) is None
    (finding,) = stage.problems
    assert "a.mjml → b.mjml" in finding.message or "b.mjml → a.mjml" in finding.message
