"""Translating what stands in `data:`, on real files: the renewal of the template's own sample goes out in both languages and comes back."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import docx
import pytest

from newsletter.model.errors import NotAllowed
from newsletter.model.finding import Severity
from newsletter.model.translation import State
from newsletter.pipeline import build, translating
from newsletter.renderer import Renderer
from tests.writing import ROOT, Writing, writing

SLUG = "2021-02-22-renewal"
BY = "Marie Roy"
HOURS = "Monday to Friday, 9:00 a.m. to 5:00 p.m. Eastern"
#: what a translator gets to see of the sample's `data:`; no address, no telephone number, no date is among it
SAMPLE = [
    ("data.renewal.amount", "$450 for the year, plus tax", "450 $ pour l’année, taxes en sus"),
    ("data.ask.name", "The membership desk", "Le service aux membres"),
    ("data.ask.hours", HOURS, "Du lundi au vendredi, de 9 h à 17 h (heure de l’Est)"),
]


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, renderer: Renderer) -> Writing:
    made = writing(tmp_path, renderer)
    for language in ("en", "fr"):
        shutil.copy(
            ROOT / f"tests/browser/samples/renewal.{language}.md", made.root / f"issues/{SLUG}.{language}.md"
        )
    return made


def look(at: Writing) -> translating.Work:
    return translating.look(at.desk, SLUG)


def rows(at: Writing) -> list[tuple[str, str, str]]:
    standings = look(at).translation.standings
    return [
        (one.source.what, one.source.text, one.target.text if one.target else "")
        for one in standings
        if one.source.in_data
    ]


def states(at: Writing) -> dict[str, State]:
    return {one.source.what: one.state for one in look(at).translation.standings if one.source.in_data}


def back(at: Writing, texts: Mapping[str, str], by: str = BY) -> translating.Outcome:
    """The table goes out, somebody fills the rows of these texts, and it comes back."""
    work = look(at)
    document = docx.Document(io.BytesIO(translating.table(at.desk, work)))
    found = [row for row in list(document.tables[0].rows)[1:] if row.cells[0].paragraphs[1].text in texts]
    assert len(found) == len(texts)
    for row in found:
        first, *rest = row.cells[2].paragraphs
        first.text = texts[row.cells[0].paragraphs[1].text]
        for one in rest:
            one._p.getparent().remove(one._p)
    made = io.BytesIO()
    document.save(made)
    return translating.take(at.desk, look(at), made.getvalue(), by=by)


def content(at: Writing) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (at.root / "issues").glob("*.md")}


def english(at: Writing, old: str, new: str) -> None:
    at.change(at.issue("en", SLUG), lambda text: text.replace(old, new), old)


def told(at: Writing) -> list[tuple[str, str, int]]:
    found = build.build(at.desk, SLUG).findings
    return [
        (one.check, one.severity.value, one.place.line if one.place else 0)
        for one in found
        if one.check == "translation-stale"
    ]


@pytest.mark.ci
def test_the_sample_goes_out_with_what_readers_read_and_comes_back_the_same(at: Writing) -> None:
    assert rows(at) == SAMPLE
    whats = [one.source.what for one in look(at).translation.standings]
    assert whats[:7] == ["subject", "preheader", "title", *(what for what, _source, _text in SAMPLE), "paragraph"]  # fmt: skip
    before = content(at)
    outcome = back(at, {})
    assert (outcome.findings, outcome.changes, outcome.files, outcome.written) == ((), {}, (), False)
    assert content(at) == before
    assert told(at) == []


@pytest.mark.ci
def test_each_text_that_was_changed_stands_in_its_own_place_and_nothing_else_is_new(at: Writing) -> None:
    """`data:` stands in the English file and holds both languages: that is the file that changes."""
    new = {
        "data.renewal.amount": "450 $ l’année: taxes en sus",
        "data.ask.name": "# L’adhésion",
        "data.ask.hours": '- « 9 h » à "17 h"',
    }
    before = content(at)
    outcome = back(at, new)
    assert not outcome.findings
    assert (outcome.files, outcome.written) == ((f"issues/{SLUG}.en.md",), True)
    expected = before[f"{SLUG}.en.md"].decode()
    for what, _source, text in SAMPLE:
        assert expected.count(text) == 1
        expected = expected.replace(text, new[what])
    assert content(at) == {**before, f"{SLUG}.en.md": expected.encode()}
    assert {what: text for what, _source, text in rows(at)} == new
    assert [line for line in outcome.difference if line.startswith("+ ")] == [
        f"+{' ' * 6}fr: {text}" for text in new.values()
    ]
    assert set(states(at).values()) == {State.DRAFT}
    memories = [one.memory for one in look(at).translation.standings if one.source.in_data]
    assert {memory.by for memory in memories if memory} == {BY}


def test_readers_get_what_came_back(at: Writing) -> None:
    assert back(at, {"data.ask.name": "Le comptoir des membres"}).written
    artwork = build.build(at.desk, SLUG).rendering.artwork
    assert artwork
    html = {name: str(text.html) for name, text in artwork.texts.items()}
    assert "Le comptoir des membres" in html["fr"]
    assert "The membership desk" in html["en"]
    assert "members@ngen.example" in html["fr"]


@pytest.mark.ci
def test_a_text_that_changed_after_its_translation_is_an_error_at_its_line(at: Writing) -> None:
    translating.review(at.desk, look(at), BY)
    assert set(states(at).values()) == {State.REVIEWED}
    english(at, HOURS, "Monday to Thursday, 9:00 a.m. to 4:00 p.m. Eastern")
    assert states(at)["data.ask.hours"] is State.STALE
    lines = at.issue("en", SLUG).read_text(encoding="utf-8").split("\n")
    line = next(number for number, line in enumerate(lines, 1) if "fr: Du lundi au vendredi" in line)
    assert told(at) == [("translation-stale", "error", line)]
    assert back(at, {"data.ask.hours": "Du lundi au jeudi, de 9 h à 16 h (heure de l’Est)"}).written
    assert told(at) == []
    assert states(at)["data.ask.hours"] is State.DRAFT
    assert states(at)["data.ask.name"] is State.REVIEWED


@pytest.mark.ci
def test_a_version_that_is_missing_is_told_and_put_beside_the_original(at: Writing) -> None:
    translating.table(at.desk, look(at))
    english(at, "      fr: Le service aux membres\n", "")
    assert states(at)["data.ask.name"] is State.MISSING
    assert [severity for _check, severity, _line in told(at)] == ["warning"]
    assert back(at, {"data.ask.name": "Le service aux membres"}).written
    assert "    name:\n      en: The membership desk\n      fr: Le service aux membres\n    email:" in (
        at.issue("en", SLUG).read_text(encoding="utf-8")
    )
    assert told(at) == []


@pytest.mark.ci
def test_one_value_for_both_languages_is_parted_when_a_translator_changes_it(at: Writing) -> None:
    english(
        at,
        "    name:\n      en: The membership desk\n      fr: Le service aux membres\n",
        "    name: Jay Myers, president\n",
    )
    translating.review(at.desk, look(at), BY)
    english(at, "Jay Myers, president", "Jay Myers, president and chief")
    assert told(at) == [], "it is new in both languages"
    assert states(at)["data.ask.name"] is State.DRAFT
    assert back(at, {"data.ask.name": "Jay Myers, président"}).written
    assert "    name:\n      en: Jay Myers, president and chief\n      fr: Jay Myers, président\n" in (
        at.issue("en", SLUG).read_text(encoding="utf-8")
    )


def test_data_that_stands_in_both_files_changes_in_both(at: Writing) -> None:
    text = at.issue("en", SLUG).read_text(encoding="utf-8")
    data = text[text.index("data:\n") : text.index("\n---\n", 4)]
    at.change(at.issue("fr", SLUG), lambda text: text.replace("\n---\n", f"\n{data}\n---\n", 1), "\n---\n")
    outcome = back(at, {"data.ask.name": "L’accueil", "title": "Encore un an"})
    assert outcome.written
    assert set(outcome.files) == {f"issues/{SLUG}.en.md", f"issues/{SLUG}.fr.md"}
    assert all(one.count("fr: L’accueil\n") == 1 for one in (at.issue(name, SLUG).read_text(encoding="utf-8") for name in ("en", "fr")))  # fmt: skip
    assert not [one for one in build.build(at.desk, SLUG).findings if one.check == "front-matter"]


def test_without_a_french_file_the_texts_of_data_are_still_translated(at: Writing) -> None:
    at.issue("fr", SLUG).unlink()
    assert rows(at) == SAMPLE
    assert back(at, {"data.ask.name": "L’accueil"}).written
    assert not at.issue("fr", SLUG).exists()
    assert rows(at)[1][2] == "L’accueil"
    assert back(at, {"subject": "Votre adhésion", "data.ask.name": "Le comptoir"}).written
    assert at.issue("fr", SLUG).read_text(encoding="utf-8").startswith("---\nsubject: Votre adhésion\n---\n")
    assert rows(at)[1][2] == "Le comptoir"


def test_nothing_is_written_where_one_of_two_files_changed_meanwhile(at: Writing) -> None:
    document = docx.Document(io.BytesIO(translating.table(at.desk, look(at))))
    for row in document.tables[0].rows:
        for old, new in (("Le service aux membres", "L’accueil"), ("Encore une année", "Encore un an")):
            if old in row.cells[2].text:
                row.cells[2].paragraphs[0].text = new
    made = io.BytesIO()
    document.save(made)
    work = look(at)
    at.change(at.issue("fr", SLUG), lambda text: f"{text}\n", "")
    before = content(at)
    with pytest.raises(NotAllowed, match="changed while this ran"):
        translating.take(at.desk, work, made.getvalue())
    assert content(at) == before


@pytest.mark.parametrize("text", ["---", '{a: "b'])
def test_hostile_values_are_read_back(text: str, at: Writing) -> None:
    outcome = back(at, {"data.ask.name": text})
    assert not outcome.findings
    assert {what: target for what, _source, target in rows(at)}["data.ask.name"] == text


def test_a_personal_field_that_the_original_lacks_is_refused(at: Writing) -> None:
    before = content(at)
    outcome = back(at, {"data.ask.name": '{{ member.first_name | default("à vous") }}: bonjour'})
    assert [one.severity for one in outcome.findings] == [Severity.ERROR]
    assert content(at) == before
