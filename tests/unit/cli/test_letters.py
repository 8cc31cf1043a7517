"""new --from, new --from-last, letter update, proof, as they are called: what is asked, what is written, and that nothing else is."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Word

from newsletter import app, cli
from newsletter.renderer import Renderer
from tests import worded
from tests.writing import GREETING, copied

SLUG = "2020-12-16-wishes"


@dataclass
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renderer: Renderer) -> Path:
    monkeypatch.setattr(app, "_renderer", lambda _settings, _stack: lambda: renderer)
    for name in list(os.environ):
        if name.startswith(("NEWSLETTER_", "SENDGRID_")) and name != "NEWSLETTER_SHARED":
            monkeypatch.delenv(name)
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-14T12:00:00Z")
    monkeypatch.chdir(copied(tmp_path))
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def called(*arguments: str) -> Done:
        capsys.readouterr()
        code = cli.main(arguments)
        seen = capsys.readouterr()
        return Done(code, seen.out, seen.err)

    return called


def text(folder: Path, language: str = "en") -> str:
    return (folder / "issues" / f"{SLUG}.{language}.md").read_text(encoding="utf-8")


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in (folder / "issues").rglob("*")
        if SLUG in path.as_posix()
    }


def test_nothing_is_written_before_everything_is_decided(run: Run, folder: Path) -> None:
    (folder / "l.docx").write_bytes(worded.saved(worded.greeting()))
    refused = run("new", SLUG, "--from", "l.docx", "--yes")
    assert refused.code == 1
    assert "inserted by Ana Roy: “You made it work.”" in refused.err
    assert "--accept-changes or --reject-changes" in refused.err
    unsure = run("new", SLUG, "--from", "l.docx", "--reject-changes")
    assert unsure.code == 1
    assert "one below the other" in unsure.err
    assert files(folder) == set()
    assert run("new", SLUG, "--from", "l.docx", "--accept-changes", "--languages", "fr,en").code == 0
    assert "You made it work." in text(folder)


def test_a_letter_becomes_an_issue_without_remarks(run: Run, folder: Path) -> None:
    (folder / "l.docx").write_bytes(worded.saved(worded.greeting(change=False)))
    made = run("new", SLUG, "--from", "l.docx", "--yes", "--template", "letter")
    assert made.code == 0
    names = {f"issues/{SLUG}.{end}" for end in ("en.md", "fr.md")} | {
        f"issues/{SLUG}/{name}" for name in ("a-robot-arm-at-work-on-a-part.png", "jay-myers.png")
    }
    assert set(made.out.split()) == names
    assert files(folder) - {f"issues/{SLUG}"} == names | {
        f"issues/{SLUG}/letter.{language}.txt" for language in ("en", "fr")
    }
    assert text(folder).startswith("---\nsubject: A year of making it work\npreheader: As we come to the end")
    assert "\ntemplate: letter\ndate: 2020-12-16\n---\n" in text(folder, "fr")
    checked = run("check", SLUG)
    assert checked.code == 0, checked.err
    assert checked.err == f"{SLUG}: no remarks\n"
    again = run("new", SLUG, "--from", "l.docx", "--yes")
    assert again.code == 1
    assert f"letter update {SLUG}" in again.err


def test_a_document_for_each_language_and_one_kept_whole(run: Run, folder: Path) -> None:
    for name, texts in (("en", worded.ENGLISH), ("fr", worded.FRENCH)):
        (folder / f"{name}.docx").write_bytes(worded.saved(worded.document(*texts)))
    (folder / "both.txt").write_text("\n\n".join((*worded.ENGLISH, *worded.FRENCH)), encoding="utf-8")
    assert run("new", SLUG, "--from", "en.docx", "--from", "fr.docx").code == 0
    assert worded.ENGLISH[1] in text(folder)
    assert worded.FRENCH[1] in text(folder, "fr")
    assert run("new", "x", "--from", "en.docx", "--from", "en.docx").code == 1
    assert run("new", "whole", "--from", "both.txt", "--one-file").code == 0
    assert len(list((folder / "issues").glob("whole.*.md"))) == 1
    assert run("new", "y", "--from", "en.docx", "--languages", "fr").code == 0  # the author knows better
    assert run("new", "z", "--from", "en.docx", "--languages", "en,fr").code == 1
    assert run("new", "z", "--from", "no-such.docx").code == 1
    assert run("new", "../z", "--from", "en.docx").code == 1
    assert run("new", "z", "--from", "en.docx", "--from-last").code == 2


def test_a_picture_that_stands_in_both_letters_is_one_file(run: Run, folder: Path) -> None:
    for name, texts in (("en", worded.ENGLISH), ("fr", worded.FRENCH)):
        document = worded.document(*texts)
        document.add_picture(io.BytesIO(worded.picture(600, 300)))
        (folder / f"{name}.docx").write_bytes(worded.saved(document))
    assert run("new", SLUG, "--from", "en.docx", "--from", "fr.docx").code == 0
    (kept,) = (folder / "issues" / SLUG).glob("*.png")
    assert all(f"({kept.name})" in text(folder, language) for language in ("en", "fr"))


def test_a_subject_from_a_letter_holds_no_field_and_no_key(run: Run, folder: Path) -> None:
    word = Document()
    word.add_heading('"Hello" {{ member.email }}\naudience: all', 0)
    word.add_paragraph("This is the text for all of you in the west.")
    (folder / "l.docx").write_bytes(worded.saved(word))
    assert run("new", SLUG, "--from", "l.docx").code == 0
    front = text(folder).split("---")[1]
    assert re.findall(r"^(\w+):", front, re.MULTILINE) == [
        "subject",
        "preheader",
        "title",
        "template",
        "date",
    ]
    checked = run("check", SLUG)
    assert "“{{ member.email }}” would be read as it stands" in checked.err
    assert "front-matter" not in checked.err


def update(folder: Path, word: object) -> None:
    (folder / "l2.docx").write_bytes(worded.saved(word))  # type: ignore[arg-type]


def brought(run: Run, folder: Path) -> None:
    (folder / "l.docx").write_bytes(worded.saved(worded.greeting(change=False)))
    assert run("new", SLUG, "--from", "l.docx", "--yes").code == 0


def test_a_newer_letter_keeps_what_the_author_added(run: Run, folder: Path) -> None:
    brought(run, folder)
    path = folder / "issues" / f"{SLUG}.en.md"
    own = '::: button href="https://www.ngen.ca/impact"\nSee what we built\n:::'
    edited = (
        text(folder)
        .replace("subject: A year", "subject: Our year")
        .replace("## What you", f"{own}\n\n## What you")
    )
    path.write_text(edited, encoding="utf-8")
    newer = worded.greeting(change=False)
    paragraph = next(one for one in newer.paragraphs if one.text == worded.ENGLISH[1])
    paragraph.runs[0].text = worded.ENGLISH[1].replace("tested", "tried")
    update(folder, newer)
    before = text(folder, "fr")
    unsure = run("letter", "update", SLUG, "l2.docx")
    assert unsure.code == 1
    assert "has [-tested-]{+tried+} all of us" in unsure.err
    assert text(folder) == edited
    done = run("letter", "update", SLUG, "l2.docx", "--yes")
    assert done.code == 0, done.err
    assert done.out.split() == [f"issues/{SLUG}.en.md"]
    assert text(folder) == edited.replace("tested all", "tried all")
    assert text(folder, "fr") == before
    same = run("letter", "update", SLUG, "l2.docx")
    assert same.code == 0
    assert "nothing new" in same.err


def test_a_conflict_is_shown_and_never_decided(run: Run, folder: Path) -> None:
    brought(run, folder)
    path = folder / "issues" / f"{SLUG}.en.md"
    edited = text(folder).replace("has tested all of us", "has worn us out")
    path.write_text(edited, encoding="utf-8")
    newer = worded.greeting(change=False)
    paragraph = next(one for one in newer.paragraphs if one.text == worded.ENGLISH[1])
    paragraph.runs[0].text = worded.ENGLISH[1].replace("tested", "tried")
    update(folder, newer)
    refused = run("letter", "update", SLUG, "l2.docx", "--yes")
    assert refused.code == 1
    assert "changed in the letter and in the issue" in refused.err
    assert text(folder) == edited
    assert run("letter", "update", SLUG, "l2.docx", "--yes", "--on-conflict", "letter").code == 0
    assert "has tried all of us" in text(folder)


def test_a_picture_is_remarked_on_as_long_as_the_issue_has_no_words_for_it(run: Run, folder: Path) -> None:
    def letter(*more: str, shades: tuple[int, ...] = (30, 90)) -> Word:
        word = worded.document(*worded.ENGLISH, *more)
        for shade in shades:
            word.add_picture(io.BytesIO(worded.picture(600, 300, shade=shade)))
        return word

    (folder / "l.docx").write_bytes(worded.saved(letter()))
    made = run("new", SLUG, "--from", "l.docx", "--yes")
    remark = "a picture has no words for who does not see it"
    assert (made.code, made.err.count(remark)) == (0, 2)
    first, second = re.findall(r"!\[\]\(([^)]+)\)", text(folder))
    path = folder / "issues" / f"{SLUG}.en.md"
    edited = text(folder).replace(f"![]({first})", f"![A robot arm at work]({first})")
    path.write_text(edited, encoding="utf-8")
    update(folder, letter("One more thing."))
    asked = run("letter", "update", SLUG, "l2.docx", "--yes")
    assert (asked.code, asked.err.count(remark)) == (0, 1)
    assert second in asked.err
    assert f"![A robot arm at work]({first})" in text(folder)
    path.write_text(text(folder).replace(f"![]({second})", f"![Its hand]({second})"), encoding="utf-8")
    update(folder, letter("One more thing.", "And another.", shades=(30, 90, 150)))
    again = run("letter", "update", SLUG, "l2.docx", "--yes")
    assert (again.code, again.err.count(remark)) == (0, 1), again.err
    (third,) = re.findall(r"!\[\]\(([^)]+)\)", text(folder))
    assert third in again.err


def test_an_issue_that_no_letter_made_is_not_updated(run: Run, folder: Path) -> None:
    update(folder, worded.greeting(change=False))
    refused = run("letter", "update", GREETING, "l2.docx", "--yes")
    assert refused.code == 1
    assert "was not brought in from a letter" in refused.err


def test_the_last_issue_again(run: Run, folder: Path) -> None:
    made = run("new", SLUG, "--from-last", "--template", "greeting")
    assert made.code == 0
    assert made.out.split() == [
        f"issues/{SLUG}.en.md",
        f"issues/{SLUG}.fr.md",
        f"issues/{SLUG}/jay-myers-dark.png",
        f"issues/{SLUG}/jay-myers.png",
    ]
    assert "date: 2021-12-16" in text(folder)
    checked = run("check", SLUG)
    assert "“Write here the subject” was left over" in checked.err
    assert "“Écrivez ici l’objet” was left over" in checked.err
    assert " error" not in checked.err
    none = run("new", "x", "--from-last", "--template", "plain")
    assert none.code == 1
    assert "no issue has the template plain" in none.err


@pytest.mark.parametrize("kind", ["docx", "html"])
def test_paper_shows_the_whole_issue_and_names_the_edition(run: Run, folder: Path, kind: str) -> None:
    done = run("proof", GREETING, f"--{kind}", "--out", f"paper.{kind}")
    assert done.code == 0
    edition = re.search(r"edition ([0-9a-f]{12})", done.err)
    assert edition
    data = (folder / f"paper.{kind}").read_bytes()
    if kind == "docx":
        word = Document(str(folder / "paper.docx"))
        shown = "\n".join(one.text for one in word.paragraphs) + "\n".join(
            cell.text for one in word.tables for cell in one._cells
        )
        assert len(word.inline_shapes) >= 4
        assert any(one.rId for one in word.part.rels.values() if one.reltype.endswith("/hyperlink"))
    else:
        shown = data.decode()
        assert 'src="data:image/png;base64,' in shown
        assert not re.search(r"""(?:src|href)="(?!data:|https://www\.ngen\.ca|mailto:)""", shown)
    for words in (
        edition[1],
        "A year of making it work",
        "Une année à se retrousser les manches",
        "[first_name]",
        "148 M$",
        "Ce que plus de 3 000 membres",
        "https://www.ngen.ca/impact",
        "2020-12-14 07:00",
    ):
        assert words in shown.replace("\u00a0", " ").replace("\u202f", " "), words


def test_paper_of_an_issue_that_cannot_be_made_is_refused(run: Run, folder: Path) -> None:
    path = folder / "issues" / f"{GREETING}.en.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("template: greeting", "template: none"), encoding="utf-8"
    )
    refused = run("proof", GREETING)
    assert refused.code == 1
    assert f"newsletter check {GREETING}" in refused.err
