"""Whatever is wrong with a workspace, an author who reads French is told of it in French: errors of files, segments and schedules too.

Each line plants one fault in the sample workspace and looks at every remark that `check` then makes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.audience.parsing import parse
from newsletter.compose.frame.jinja_words import in_french as jinja
from newsletter.model.errors import Explained
from newsletter.model.finding import Severity
from newsletter.model.issue import ScheduleWish
from newsletter.model.toml_words import explain
from newsletter.pipeline.build import build
from newsletter.pipeline.proof import fault
from newsletter.planning.when import plan
from newsletter.renderer import Renderer
from tests.french import in_french, wrong
from tests.writing import GREETING, NOW, Writing, writing

ROOT = Path(__file__).parents[3]
_FEAST = {"holiday": "christmas-day", "at": "09:00"}
SCHEDULES: tuple[dict[str, object], ...] = (
    *({"at": at} for at in ("2021-02-30 09:00", "2020-13-01 09:00", "soon", "2020-12-20 25:00", "2020-12-20 9:00Z", "1020-12-20 09:00", "2020-12-20",
                            "09:00", "2020-12-01 09:00", "2020-12-20 noon", "2020-12 09:00")),
    {"holiday": "christmas-day"}, {**_FEAST, "at": "2020-12-20 09:00"}, {**_FEAST, "holiday": "nothing-day"}, {**_FEAST, "holiday": "fete-nationale"},
    *({**_FEAST, "offset": offset} for offset in ("soon", "3 moons before", "-3 days before", "3 days", "-900 days")),
    {**_FEAST, "year": 1200}, {**_FEAST, "year": 2019}, {**_FEAST, "calendar": "Atlantis"}, {**_FEAST, "calendar": "Quebec"},
    {**_FEAST, "zone": "Toronto"}, {**_FEAST, "zone": "Nowhere/Here"}, {**_FEAST, "every": "month"}, {**_FEAST, "day": "both"},
    {**_FEAST, "expires": "soon"}, {"at": "2020-12-20 09:00", "offset": "1 day before"},
)  # fmt: skip
EXPRESSIONS = (
    "", "province", "province ==", "province = 'ON'", "province && x", "(province == 'ON'", "province == 'ON' x", "'a' in tags or", "'a' in province",
    "tags == 'a'", "first_name < 'a'", "consent_on contains 'a'", "consent_on < soon", "consent_on < 2020-13-40", "province in ['ON'", "province in 'ON'",
    "province contains ''", "province starts 'a'", "province is full", "in segment", "everyone everyone", "province == 'ON", "%", "a\u0001b",
    "province == '\u0001'", "and", "province == ON", "not", "nofield == 'x'", "x" * 10_001, "province == '" + "x" * 1_001 + "'", "(" * 50,
    " or ".join(["province == 'ON'"] * 201), "province in [" + ",".join(["'x'"] * 501) + "]",
)  # fmt: skip
SEGMENTS = (
    '[x]\nwhere = "in segment \'y\'"\n[y]\nwhere = "in segment \'x\'"\n', '[X y]\n', "x = 1\n", "[x]\n", "[x]\nwhere = 1\n", "[x]\nwer = 'a'\n",
    "[x\n", "[everyone]\nwhere = 'everyone'\n", '[x]\nwhere = "in segment \'z\'"\n',
)  # fmt: skip


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, renderer: Renderer) -> Writing:
    return writing(tmp_path, renderer)


def told_in_french(at: Writing, *checks: str) -> None:
    found = build(at.desk, GREETING).findings
    assert {one.check for one in found} & set(checks), [one.check for one in found]
    assert [told for one in found if (told := in_french(one))] == []


def test_a_schedule_that_cannot_be_kept(at: Writing) -> None:
    at.edit("date: 2020-12-16\n", "date: 2020-12-16\nschedule:\n  at: 2021-02-30 09:00\n")
    told_in_french(at, "schedule")


@pytest.mark.parametrize("wish", SCHEDULES, ids=str)
def test_a_schedule_that_cannot_be_read(wish: dict[str, object]) -> None:
    with pytest.raises(Explained) as caught:
        plan(ScheduleWish(**wish), zone="America/Toronto", calendar="CA-ON", now=NOW)
    assert in_french(fault(caught.value, "schedule")) == ""


@pytest.mark.parametrize("written", EXPRESSIONS, ids=range(len(EXPRESSIONS)))
def test_an_expression_that_cannot_be_read(written: str) -> None:
    with pytest.raises(Explained) as caught:
        parse(written, attributes=("company",))
    assert in_french(fault(caught.value, "when")) == ""


@pytest.mark.ci
@pytest.mark.parametrize("toml", SEGMENTS, ids=range(len(SEGMENTS)))
def test_segments_that_cannot_be_used(at: Writing, toml: str) -> None:
    (at.root / "segments.toml").write_text(toml, encoding="utf-8")
    at.edit("Warmly,\n", "::: when x\nHello again.\n:::\n\nWarmly,\n")
    at.edit("Chaleureusement,\n", "::: when x\nBonjour encore.\n:::\n\nChaleureusement,\n", "fr")
    told_in_french(at, "when")


def test_an_audience_of_no_segment(at: Writing) -> None:
    at.edit("date: 2020-12-16\n", "date: 2020-12-16\naudience: {include: [ontarians]}\n")
    told_in_french(at, "front-matter")


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfeS\x00", b"---\nsubject: \xe9t\xe9\n---\n", b"---\nsubject: a\x01b\n---\n", b"x" * (2 << 20)],
)
def test_a_file_that_cannot_be_read(at: Writing, content: bytes) -> None:
    at.issue().write_bytes(content)
    told_in_french(at, "unreadable")


def test_a_file_that_stands_twice_or_leads_elsewhere(
    at: Writing, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (at.root / "issues" / f"{GREETING}.md").write_text("---\nsubject: x\n---\n", encoding="utf-8")
    told_in_french(at, "unreadable")
    (at.root / "issues" / f"{GREETING}.md").unlink()
    outside = tmp_path_factory.mktemp("outside") / "x.png"
    outside.write_bytes(b"x")
    (at.root / "issues" / GREETING / "x.png").symlink_to(outside)
    told_in_french(at, "unreadable")


def test_a_record_of_translations_that_cannot_be_read(at: Writing) -> None:
    for toml in ("[[fr]]\nstate = 'gone'\n", "fr = 1\n", "[[fr]\n"):
        (at.root / "issues" / GREETING / "translation.toml").write_text(toml, encoding="utf-8")
        told_in_french(at, "unreadable")


def test_too_many_files(at: Writing) -> None:
    for number in range(201):
        (at.root / "issues" / GREETING / f"{number}.pdf").write_bytes(b"%PDF")
    told_in_french(at, "unreadable")
    for number in range(201):
        (at.root / "issues" / GREETING / f"{number}.pdf").unlink()
        (at.root / "issues" / GREETING / f"{number}.png").write_bytes(b"x")
    told_in_french(at, "unreadable")


def test_what_the_readers_of_templates_and_toml_say() -> None:
    for sentence in (
        "unsupported operand type(s) for +: 'int' and 'str'", "'<' not supported between instances of 'int' and 'str'",
        'can only concatenate str (not "int") to str', "'str' object is not callable", "'int' object is not iterable",
        "object of type 'int' has no len()", "invalid literal for int() with base 10: 'x'", "could not convert string to float: 'x'",
        "macro 'a' takes no keyword argument 'b'", "not enough arguments for format string", "integer division or modulo by zero",
    ):  # fmt: skip
        assert jinja(sentence) != sentence
        assert wrong(jinja(sentence)) == ""
    for text in ("Unclosed array (at line 2, column 3)", "Something quite new (at end of document)"):
        fault_ = explain(ValueError(text))
        assert fault_.reason.fr
        assert fault_.reason.fr != fault_.reason.en
        assert wrong(fault_.reason.fr) == ""
    assert explain(ValueError("Unclosed array (at line 2, column 3)"))[1:] == (2, 3)
    assert explain(ValueError("x (at end of document)")).line is None


@pytest.mark.ci
def test_no_remark_is_written_in_english_alone() -> None:
    """Whatever makes a finding, or an error that becomes one, gives both languages where it is written."""
    left = [
        told
        for folder in ("compose", "checks", "renderer")
        for told in _english(folder, {"error", "warning", "info"}, 1)
    ]
    left += [
        told
        for folder in ("compose", "checks", "renderer", "pipeline")
        for told in _english(folder, {"finding"}, 2)
    ]
    assert left == []


def _english(folder: str, names: set[str], place: int) -> Iterator[str]:
    for path in sorted((ROOT / "newsletter" / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            hints = [one.value for one in node.keywords if one.arg == "hint"]
            given = [*node.args[place : place + 1], *hints] if called in names else []
            for one in given:
                if isinstance(one, ast.JoinedStr) or (isinstance(one, ast.Constant) and one.value):
                    yield f"{path.name}:{node.lineno}"


def test_an_error_says_the_same_to_programs_and_to_people() -> None:
    with pytest.raises(Explained) as caught:
        parse("province =")
    error = caught.value
    one = fault(error, "when")
    assert (one.message, one.hint) == (error.message, error.hint) == error.told("en")
    assert one.french == error.told("fr")
    assert replace(one, severity=Severity.ERROR) == one
    plain = Explained("only English", code="x", hint="do it")
    assert plain.told("fr") == ("only English", "do it")
