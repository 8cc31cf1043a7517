"""`accept:`: one entry, one remark; a reason; never what the law asks for; shown, frozen, and part of what is approved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks import catalog, waiving
from newsletter.checks.context import error, warning
from newsletter.cli.output import print_waived
from newsletter.cli.sarif import log
from newsletter.compose.freeze import freeze
from newsletter.model.finding import Finding, Severity
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.model.waiver import Waived, Waiver
from newsletter.pipeline.build import Built, build
from newsletter.renderer import Renderer
from tests.writing import GREETING, Writing, writing

FILE = "issues/x.en.md"
AT = Place(FILE, 3)
SOURCES = {FILE: "one\ntwo\nthe old partner’s site\n"}
REASON = "because it was agreed"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, renderer: Renderer) -> Writing:
    return writing(tmp_path, renderer)


def outcome(findings: list[Finding], **entry: object) -> waiving.Outcome:
    waiver = Waiver(
        **{"check": "contrast", "reason": REASON, "language": "en", "place": Place(FILE, 9)} | entry
    )  # type: ignore[arg-type]
    return waiving.apply(findings, [waiver], catalog.rules(SOURCES))


def at(line: int, check: str = "contrast", language: str = "en") -> Finding:
    return warning(
        check, Said(f"pale on line {line}", f"pâle à la ligne {line}"), Place(FILE, line), language
    )


def test_an_entry_silences_the_one_remark_that_it_means() -> None:
    found = outcome([at(2), at(3, "font-size")])
    assert [one.check for one in found.findings] == ["font-size"]
    assert [(one.finding, one.reason) for one in found.waived] == [(at(2), REASON)]


def test_an_entry_for_several_remarks_silences_none_and_says_which_there_are() -> None:
    found = outcome([at(2), at(3)])
    assert not found.waived
    (remark,) = [one for one in found.findings if one.check == waiving.NAME]
    assert (remark.severity, remark.place) == (Severity.ERROR, Place(FILE, 9))
    assert "issues/x.en.md:2" in remark.hint


@pytest.mark.parametrize(
    "which", [{"line": 3}, {"words": "OLD partner"}, {"words": "line 3"}, {"words": "ligne 3"}]
)
def test_words_or_a_line_say_which_of_several(which: dict[str, object]) -> None:
    assert [one.finding for one in outcome([at(2), at(3)], **which).waived] == [at(3)]


@pytest.mark.parametrize("name", [check.name for check in catalog.CHECKS if check.needed])
def test_what_the_law_or_the_promise_needs_is_never_accepted(name: str) -> None:
    found = outcome([error(name, "gone", AT)], check=name)
    assert not found.waived
    assert {one.check for one in found.findings} == {name, waiving.NAME}


def test_an_error_of_composing_is_never_accepted() -> None:
    found = outcome([error("mjml", "broken", AT)], check="mjml")
    assert not found.waived
    assert any("could not be made right" in one.message for one in found.findings)


@pytest.mark.parametrize(
    ("name", "said"), [("contrats", "contrast"), ("nothing-of-the-kind", "newsletter check")]
)
def test_a_name_that_no_check_has(name: str, said: str) -> None:
    (remark,) = outcome([], check=name).findings
    assert (remark.severity, said in remark.hint) == (Severity.ERROR, True)


def test_an_entry_that_silences_nothing_is_told() -> None:
    (remark,) = outcome([replace(at(2, language="fr"), place=Place("issues/x.fr.md", 2))]).findings[1:]
    assert (remark.check, remark.severity) == (waiving.NAME, Severity.WARNING)


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["contrast", "font-size"])), max_size=6),
    st.integers(0, 4),
)
def test_nothing_is_lost_and_at_most_one_is_set_aside(drawn: list[tuple[int, str]], line: int) -> None:
    findings = list(dict.fromkeys(at(number, check) for number, check in drawn))
    found = outcome(findings, line=line)
    assert len(found.waived) <= 1
    kept = [one for one in found.findings if one.check != waiving.NAME]
    assert sorted([*kept, *(one.finding for one in found.waived)], key=str) == sorted(findings, key=str)
    assert bool(found.waived) != any(one.check == waiving.NAME for one in found.findings)


def spoilt(desk: Writing, *entries: str) -> Built:
    lines = "".join(f"  - {entry}\n" for entry in entries)
    accept = f"accept:\n{lines}" if entries else ""
    desk.edit("subject: A year of making it work\n", f"subject: News\n{accept}")
    return build(desk.desk, GREETING)


@pytest.mark.parametrize(
    "entry",
    [
        "subject-length: The minister chose it herself.",
        'subject-length "only 4": The minister chose it herself.',
        "subject-length line 2: The minister chose it herself.",
        "{subject-length: The minister chose it herself.}",
    ],
)
def test_front_matter_accepts_and_the_edition_keeps_it(entry: str, desk: Writing) -> None:
    built = spoilt(desk, entry)
    assert built.findings == ()
    (waived,) = built.waived
    assert (waived.finding.check, waived.reason) == ("subject-length", "The minister chose it herself.")
    assert built.rendering.artwork is not None
    edition = freeze(built.rendering.artwork, "ngen", built.waived)
    assert edition.waived == built.waived
    assert edition.id != freeze(built.rendering.artwork, "ngen").id


@pytest.mark.parametrize(
    "entry", ["subject-length", "subject-length: no", "Subject length: it is short on purpose", "[a, b]", ":"]
)
@pytest.mark.ci
def test_an_entry_without_a_reason_or_a_name_is_refused_at_its_line(entry: str, desk: Writing) -> None:
    built = spoilt(desk, entry)
    refused = [one for one in built.findings if one.check == "front-matter"]
    assert [one.place and one.place.line for one in refused] == [4]
    assert all(one.french[0] for one in refused) or entry == ":"
    assert not built.waived


def test_who_approves_reads_what_is_accepted(desk: Writing, capsys: pytest.CaptureFixture[str]) -> None:
    built = spoilt(desk, "subject-length: The minister chose it herself.")
    print_waived([*built.waived, Waived(at(2), "hidden\x1b[2J words here")], "fr")
    told = capsys.readouterr().err
    assert told.count("accepté") == 2
    assert "The minister chose it herself." in told
    assert "\x1b[2J" not in told


def test_sarif_has_a_rule_and_a_place_for_each() -> None:
    document = log([at(2), at(3, "font-size"), warning("dark-mode", "m", None)], "fr")
    (run,) = document["runs"]  # type: ignore[misc]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["contrast", "font-size", "dark-mode"]
    first, _second, last = run["results"]
    assert rules[first["ruleIndex"]] == first["ruleId"] == "contrast"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": FILE},
        "region": {"startLine": 2},
    }
    assert first["message"]["text"].startswith("pâle")
    assert "locations" not in last
