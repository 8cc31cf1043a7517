"""An issue's text saved while others write: nobody's words are lost, and nothing leaves the issue's folder."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from newsletter.model.errors import AuthorError, NotFound
from newsletter.pipeline import illustrating, writing
from newsletter.pipeline.writing import Choice, Stale
from newsletter.store.tables import audit
from newsletter.workspace import saving, uploads
from tests.corpora import naughty_strings
from tests.ledger import Bench
from tests.unit.workspace.folder import ISSUE, make

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def at(desk: Bench) -> Bench:
    make(desk.ctx.root)
    return desk


def acts(at: Bench, act: str) -> int:
    with at.ctx.store.read() as db:
        return len(db.execute(select(audit.c.id).where(audit.c.act == act)).all())


def test_both_languages_are_opened_in_order(at: Bench) -> None:
    opened = writing.open_issue(at.ctx, "greeting")
    assert [text_open.language for text_open in opened] == ["en", "fr"]
    assert [text_open.text for text_open in opened] == [ISSUE, ISSUE]


def test_a_language_without_a_file_is_empty_and_made_by_the_first_save(at: Bench) -> None:
    (at.ctx.root / "issues/greeting.fr.md").unlink()
    french = writing.open_issue(at.ctx, "greeting")[1]
    assert (french.text, french.digest) == ("", "")
    writing.save(at.ctx, "greeting", "fr", "---\nsubject: Bonjour\n---\n", "")
    assert (
        (at.ctx.root / "issues/greeting.fr.md")
        .read_text(encoding="utf-8")
        .startswith("---\nsubject: Bonjour")
    )


def test_what_is_saved_is_on_disk_whole(at: Bench) -> None:
    text_open = writing.open_issue(at.ctx, "greeting")[0]
    saved = writing.save(at.ctx, "greeting", "en", "---\r\nsubject: Été\r\n---\r\n", text_open.digest)
    path = at.ctx.root / text_open.path
    assert path.read_bytes() == "---\nsubject: Été\n---\n".encode()
    assert saved.digest == saving.load(at.ctx.root, text_open.path).digest
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []


def test_an_edit_from_elsewhere_is_never_overwritten(at: Bench) -> None:
    text_open = writing.open_issue(at.ctx, "greeting")[0]
    path = at.ctx.root / text_open.path
    path.write_text(ISSUE + "\nFrom elsewhere.\n", encoding="utf-8")
    with pytest.raises(Stale) as refused:
        writing.save(at.ctx, "greeting", "en", ISSUE + "\nMine.\n", text_open.digest)
    assert refused.value.theirs.text.endswith("From elsewhere.\n")
    assert path.read_text(encoding="utf-8").endswith("From elsewhere.\n")


def test_the_same_words_from_two_tabs_are_no_conflict(at: Bench) -> None:
    text_open = writing.open_issue(at.ctx, "greeting")[0]
    fresh = ISSUE + "\nOnce.\n"
    first = writing.save(at.ctx, "greeting", "en", fresh, text_open.digest)
    assert writing.save(at.ctx, "greeting", "en", fresh, text_open.digest) == first


def test_two_tabs_at_once_one_wins_and_the_other_is_told(at: Bench) -> None:
    text_open = writing.open_issue(at.ctx, "greeting")[0]
    told: list[str] = []

    def tab(number: int) -> None:
        try:
            writing.save(at.ctx, "greeting", "en", f"{ISSUE}\nTab {number}.\n", text_open.digest)
        except Stale as error:
            told.append(error.theirs.text)

    tabs = [threading.Thread(target=tab, args=(number,)) for number in range(8)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    there = (at.ctx.root / text_open.path).read_text(encoding="utf-8")
    assert len(told) == 7
    assert set(told) == {there}


@pytest.mark.parametrize("choice", list(Choice))
def test_a_conflict_ends_as_chosen_and_loses_nothing(at: Bench, choice: Choice) -> None:
    text_open = writing.open_issue(at.ctx, "greeting")[0]
    path = at.ctx.root / text_open.path
    theirs, mine = ISSUE + "\nTheirs.\n", ISSUE + "\nMine.\n"
    path.write_text(theirs, encoding="utf-8")
    seen = saving.load(at.ctx.root, text_open.path).digest
    settled = writing.settle(at.ctx, "greeting", "en", mine, seen, choice)
    kept, aside = (theirs, mine) if choice is Choice.THEIRS else (mine, theirs)
    assert (path.read_text(encoding="utf-8"), settled.text) == (kept, kept)
    assert [one.read_text(encoding="utf-8") for one in (at.ctx.root / "var/replaced").iterdir()] == [aside]


def test_a_conflict_that_changed_once_more_is_shown_once_more(at: Bench) -> None:
    text_open = writing.open_issue(at.ctx, "greeting")[0]
    with pytest.raises(Stale):
        writing.settle(at.ctx, "greeting", "en", "mine", "0" * 64, Choice.MINE)
    assert (at.ctx.root / text_open.path).read_text(encoding="utf-8") == ISSUE


def test_five_megabytes_are_refused_and_the_file_stays(at: Bench) -> None:
    text_open = writing.open_issue(at.ctx, "greeting")[0]
    with pytest.raises(AuthorError, match="larger than 1 MB"):
        writing.save(at.ctx, "greeting", "en", "a" * (5 << 20), text_open.digest)
    assert (at.ctx.root / text_open.path).read_text(encoding="utf-8") == ISSUE


@pytest.mark.parametrize("language", ["de", "../../x", "", "en/../../x", "\0"])
def test_only_the_issues_own_languages_are_written(at: Bench, language: str) -> None:
    with pytest.raises(NotFound):
        writing.save(at.ctx, "greeting", language, "x", "")
    with pytest.raises(NotFound):
        writing.save(at.ctx, "../greeting", "en", "x", "")


def test_a_link_to_elsewhere_is_not_written_through(at: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("theirs", encoding="utf-8")
    path = at.ctx.root / "issues/greeting.en.md"
    path.unlink()
    path.symlink_to(outside)
    with pytest.raises(AuthorError, match="link"):
        writing.open_issue(at.ctx, "greeting")
    assert outside.read_text(encoding="utf-8") == "theirs"


def test_writing_on_is_one_act_in_the_audit_log(at: Bench) -> None:
    digest = writing.open_issue(at.ctx, "greeting")[0].digest
    for number in range(5):
        digest = writing.save(at.ctx, "greeting", "en", f"{ISSUE}\n{number}\n", digest).digest
    assert acts(at, "write") == 1


# --- pictures ---


def test_a_dropped_picture_becomes_a_file_under_a_safe_name(at: Bench) -> None:
    made = illustrating.add(at.ctx, "greeting", "../../Équipe & Cie <b>.EXE.jpg", PNG)
    assert made.name == "equipe-cie-b-exe.png"
    assert (at.ctx.root / "issues/greeting" / made.name).read_bytes() == PNG
    assert made.markdown('A "team"') == '::: image src="equipe-cie-b-exe.png" alt="A “team”"\n:::\n'
    assert acts(at, "picture") == 1


def test_no_picture_is_written_over_another(at: Bench) -> None:
    names = [illustrating.add(at.ctx, "greeting", "a.png", PNG + bytes([n])).name for n in (1, 2, 1)]
    assert names == ["a.png", "a-2.png", "a.png"]
    assert illustrating.listed(at.ctx, "greeting") == ("a-2.png", "a.png")


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload=alert(1)>", b"<html>", b"RIFF0000WEBP", PNG + b"0" * (10 << 20)]
)
def test_what_is_no_picture_or_too_large_is_not_kept(at: Bench, data: bytes) -> None:
    with pytest.raises(AuthorError):
        illustrating.add(at.ctx, "greeting", "a.png", data)
    assert not (at.ctx.root / "issues/greeting").exists()


def safe(name: str) -> bool:
    stem = uploads.safe_stem(name)
    signs = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    return 0 < len(stem) <= 48 and stem == stem.strip("-") and set(stem) <= signs


@given(st.text(max_size=300))
def test_every_file_name_becomes_a_safe_one(name: str) -> None:
    assert safe(name)


def test_so_does_every_naughty_one() -> None:
    assert all(safe(name) for name in naughty_strings())
