"""Translating, on real files: a table goes out and comes back; what came back is all there, or nothing was written."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest

from newsletter import app, cli
from newsletter.model.errors import AuthorError, NotAllowed, NotFound
from newsletter.model.finding import Severity
from newsletter.model.translation import State
from newsletter.pipeline import build, translating
from newsletter.renderer import Renderer
from newsletter.workspace import record_path
from tests.writing import GREETING, Writing, writing

RECORD = record_path(GREETING)
BY = "Marie Roy"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, renderer: Renderer) -> Writing:
    return writing(tmp_path, renderer)


def look(at: Writing) -> translating.Work:
    return translating.look(at.desk, GREETING)


def table(at: Writing) -> bytes:
    return translating.table(at.desk, look(at))


def worked(data: bytes, *changes: tuple[str, str]) -> bytes:
    """The document after somebody worked in it: words of the right-hand column replaced."""
    document = docx.Document(io.BytesIO(data))
    for old, new in changes:
        (cell,) = [row.cells[2] for row in document.tables[0].rows if old in row.cells[2].text]
        first, *rest = cell.paragraphs
        first.text = "\n\n".join(one.text for one in cell.paragraphs).replace(old, new)
        for one in rest:
            one._p.getparent().remove(one._p)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def filled(data: bytes, texts: list[str]) -> bytes:
    """The document with these translations, row by row."""
    document = docx.Document(io.BytesIO(data))
    rows = list(document.tables[0].rows)[1:]
    assert len(rows) == len(texts)
    for row, text in zip(rows, texts, strict=True):
        for index, block in enumerate(text.split("\n\n")):
            (row.cells[2].paragraphs[0] if index == 0 else row.cells[2].add_paragraph()).text = block
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def content(at: Writing) -> dict[str, bytes]:
    folder = at.root / "issues"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def checks(at: Writing) -> list[tuple[str, str, str]]:
    found = build.build(at.desk, GREETING).findings
    return [(one.check, one.severity.value, str(one.place)) for one in found]


def test_an_issue_that_nobody_recorded_is_not_remarked_on(at: Writing) -> None:
    work = look(at)
    assert not work.recorded
    assert {one.state for one in work.translation.standings} == {State.DRAFT}
    assert not (at.root / RECORD).exists()
    assert checks(at) == []


def test_out_and_in_again_changes_no_byte(at: Writing) -> None:
    data = table(at)
    before = content(at)
    outcome = translating.take(at.desk, look(at), data)
    assert (outcome.findings, outcome.changes, outcome.written) == ((), {}, False)
    assert content(at) == before
    assert checks(at) == []


@pytest.mark.ci
def test_what_a_translator_wrote_is_in_the_mail(at: Writing) -> None:
    data = worked(
        table(at),
        ("Chaleureusement,", "Bien à vous,"),
        ("au nom de l’équipe de NGen", "pour l’équipe de NGen"),
    )
    outcome = translating.take(at.desk, look(at), data, by=BY)
    assert outcome.written
    assert not outcome.findings
    assert [line for line in outcome.difference if line.startswith(("+B", "-C"))] == [
        "-Chaleureusement,",
        "+Bien à vous,",
    ]
    text = at.issue("fr").read_text(encoding="utf-8")
    assert "\nBien à vous,\n" in text
    assert 'role="pour l’équipe de NGen"' in text
    assert list((at.root / "var/replaced").iterdir())
    (memory,) = [
        one.memory
        for one in look(at).translation.standings
        if one.target and one.target.text == "Bien à vous,"
    ]
    assert memory
    assert (memory.state, memory.by, memory.on) == (State.DRAFT, BY, "2020-12-14")
    assert checks(at) == []


def test_a_rehearsal_shows_and_writes_nothing(at: Writing) -> None:
    data = worked(table(at), ("Chaleureusement,", "Bien à vous,"))
    before = content(at)
    outcome = translating.take(at.desk, look(at), data, rehearsal=True)
    assert outcome.difference
    assert not outcome.written
    assert content(at) == before


@pytest.mark.ci
def test_what_changed_since_is_an_error_with_the_lines_of_both_files(at: Writing) -> None:
    translating.review(at.desk, look(at), BY)
    assert checks(at) == []
    at.edit("a peaceful holiday", "a quiet holiday")
    (found,) = build.build(at.desk, GREETING).findings
    french = at.issue("fr").read_text(encoding="utf-8").split("\n")
    english = at.issue().read_text(encoding="utf-8").split("\n")
    there = next(number for number, line in enumerate(french, 1) if "un temps des Fêtes paisible" in line)
    here = next(number for number, line in enumerate(english, 1) if "a quiet holiday" in line)
    assert (found.check, found.severity) == ("translation-stale", Severity.ERROR)
    assert str(found.place) == f"issues/{GREETING}.fr.md:{there}:1"
    assert f"issues/{GREETING}.en.md:{here}:1" in found.message
    assert not build.build(at.desk, GREETING).sound
    translating.review(at.desk, look(at), BY)
    assert checks(at) == []


@pytest.mark.ci
def test_a_document_from_before_the_change_leaves_its_text_stale(at: Writing) -> None:
    data = worked(table(at), ("un temps des Fêtes paisible", "de belles Fêtes"))
    at.edit("a peaceful holiday", "a quiet holiday")
    outcome = translating.take(at.desk, look(at), data)
    assert outcome.written
    assert [one.severity for one in outcome.findings] == [Severity.WARNING]
    assert [check for check, _severity, _place in checks(at)] == ["translation-stale"]
    again = translating.take(
        at.desk, look(at), worked(table(at), ("de belles Fêtes", "de belles Fêtes tranquilles"))
    )
    assert again.written
    assert checks(at) == []


def test_a_file_that_changes_meanwhile_is_not_written_over(at: Writing) -> None:
    data = worked(table(at), ("Chaleureusement,", "Bien à vous,"))
    work = look(at)
    at.edit("Merci de votre ingéniosité", "Merci de votre génie", "fr")
    before = content(at)
    with pytest.raises(NotAllowed, match="changed while this ran"):
        translating.take(at.desk, work, data)
    assert content(at) == before
    assert translating.take(at.desk, look(at), data).written
    text = at.issue("fr").read_text(encoding="utf-8")
    assert "Merci de votre génie" in text
    assert "Bien à vous," in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Chaleureusement,", "::: button"),
        ("Chaleureusement,", "## Chaleureusement"),
        ("Chaleureusement,", "- Chaleureusement"),
        ("Chaleureusement,", "---"),
        ("148\u00a0M$", "148\u00a0M$ | encore\n:::\n\nUn mot"),
        ("Voir ce que bâtissent nos membres", "Voir\n:::\n\n::: divider"),
    ],
)
@pytest.mark.ci
def test_a_text_that_would_be_read_as_something_else_is_refused(old: str, new: str, at: Writing) -> None:
    data = worked(table(at), (old, new))
    before = content(at)
    outcome = translating.take(at.desk, look(at), data)
    assert any(one.severity is Severity.ERROR and one.message.startswith("row ") for one in outcome.findings)
    assert not outcome.written
    assert content(at) == before


@pytest.mark.ci
def test_a_whole_file_comes_from_a_document(at: Writing) -> None:
    texts = [one.target.text for one in look(at).translation.standings if one.target]
    old = at.issue("fr").read_text(encoding="utf-8")
    at.issue("fr").unlink()
    assert ("one-language", "error", f"issues/{GREETING}.en.md:1") in checks(at)
    data = table(at)
    outcome = translating.take(at.desk, look(at), filled(data, texts), by=BY)
    assert not outcome.findings
    assert outcome.written
    assert at.issue("fr").read_text(encoding="utf-8") == old
    assert checks(at) == []


@pytest.mark.ci
def test_half_a_translation_makes_half_a_file_and_says_what_is_missing(at: Writing) -> None:
    texts = [one.target.text for one in look(at).translation.standings if one.target]
    at.issue("fr").unlink()
    kept = [text if index < 4 or "3\u00a0000+" in text else "" for index, text in enumerate(texts)]
    data = table(at)
    outcome = translating.take(at.desk, look(at), filled(data, kept))
    assert outcome.written
    counts = look(at).translation.counted()
    assert counts[State.DRAFT] == 5
    assert counts[State.MISSING] == len(texts) - 5
    data = table(at)
    again = translating.take(at.desk, look(at), filled(data, texts))
    assert not again.findings
    assert look(at).translation.counted()[State.MISSING] == 0


def test_a_review_wants_a_name(at: Writing) -> None:
    with pytest.raises(NotAllowed):
        translating.review(at.desk, look(at), "  ")
    assert not (at.root / RECORD).exists()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF"])
def test_what_is_no_document_is_an_error(data: bytes, at: Writing) -> None:
    with pytest.raises(AuthorError):
        translating.take(at.desk, look(at), data)


@pytest.mark.parametrize(
    ("prepare", "error"),
    [
        (lambda at: at.issue("fr").write_text("no front matter", encoding="utf-8"), None),
        (lambda at: at.issue("en").unlink(), AuthorError),
        (
            lambda at: (at.issue("fr").unlink(), at.issue("en").rename(at.root / f"issues/{GREETING}.md")),
            NotAllowed,
        ),
    ],
)
def test_what_cannot_be_translated_is_said(
    prepare: Callable[[Writing], object], error: type[Exception] | None, at: Writing
) -> None:
    prepare(at)
    if error is None:
        assert look(at).translation.standings
    else:
        with pytest.raises(error):
            look(at)
    with pytest.raises((NotFound, NotAllowed, AuthorError)):
        translating.look(at.desk, GREETING, "de")


# As it is called


@pytest.fixture
def folder(at: Writing, monkeypatch: pytest.MonkeyPatch, renderer: Renderer) -> Path:
    monkeypatch.setattr(app, "_renderer", lambda _settings, _stack: lambda: renderer)
    monkeypatch.chdir(at.root)
    return at.root


@pytest.mark.ci
def test_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def called(*arguments: str) -> tuple[int, dict[str, object]]:
        capsys.readouterr()
        code = cli.main(["translate", GREETING, *arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    code, listed = called()
    assert (code, listed["recorded"], listed["from"], listed["to"]) == (0, False, "en", "fr")
    code, out = called("--out", "t.docx")
    assert (code, out["out"]) == (0, "t.docx")
    assert cli.main(["translate", GREETING, "--out", "t.docx"]) == 1, "somebody's work may be in it"
    data = worked((folder / "t.docx").read_bytes(), ("Chaleureusement,", "Bien à vous,"))
    (folder / "back.docx").write_bytes(data)
    assert called("--in", "back.docx", "--dry-run") == (
        0,
        {
            "issue": GREETING,
            "file": f"issues/{GREETING}.fr.md",
            "files": [f"issues/{GREETING}.fr.md"],
            "changed": 1,
            "written": False,
            "findings": [],
        },
    )
    code, brought = called("--in", "back.docx", "--by", BY)
    assert (code, brought["written"]) == (0, True)
    assert called("--reviewed", "--by", BY)[1]["counts"] == {
        "missing": 0,
        "stale": 0,
        "draft": 0,
        "reviewed": out["rows"],
    }
    assert cli.main(["translate", GREETING, "--reviewed"]) == 1
    assert cli.main(["translate", GREETING, "--in", "nothing.docx"]) == 1
    capsys.readouterr()
    assert cli.main(["translate", GREETING]) == 0
    assert f"({BY}, " in capsys.readouterr().out
