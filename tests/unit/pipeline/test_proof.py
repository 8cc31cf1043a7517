"""Proofs and written files: filled for a sample reader or a member, never with a token left, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from newsletter.model.errors import NotAllowed
from newsletter.model.member import Member
from newsletter.model.publication import TrackingMode
from newsletter.pipeline import build, personas, proof
from newsletter.pipeline.write_out import write_out
from newsletter.renderer import Renderer
from tests.corpora import naughty_strings
from tests.writing import GREETING, Writing, writing

TOKEN = re.compile(r"zq[0-9a-f]{4,}")
WHEN = '::: when province == "ON"\nOnly in Ontario.\n:::\n\nWarmly,'


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, renderer: Renderer) -> Writing:
    return writing(tmp_path, renderer)


def test_a_proof_is_filled_and_links_stand_as_written(at: Writing) -> None:
    artwork = build.build(at.desk, GREETING).rendering.artwork
    assert artwork is not None
    for language in artwork.texts:
        for persona in personas.PERSONAS:
            made = proof.proof(at.desk, artwork, language, persona.member, answers="")
            for part in (made.subject, made.html, made.text):
                assert not TOKEN.search(part)
                assert ".invalid" not in part
            assert "https://www.ngen.ca/impact" in made.html
            assert "/c/" not in made.text
            assert "<b onmouseover" not in made.html


def test_the_nameless_reader_gets_the_fallback(at: Writing) -> None:
    artwork = build.build(at.desk, GREETING).rendering.artwork
    assert artwork is not None
    made = proof.proof(at.desk, artwork, "en", personas.BY_KEY["nameless"], answers="")
    assert "Dear friend," in made.text


def test_the_size_is_measured_with_tracking(at: Writing) -> None:
    artwork = build.build(at.desk, GREETING).rendering.artwork
    assert artwork is not None
    plain = proof.proof(at.desk, artwork, "en", personas.USUAL, answers="")
    tracked = proof.proof(
        at.desk, artwork, "en", personas.worst(()), answers="", tracking=TrackingMode.AGGREGATE
    )
    assert "/c/" in tracked.html
    assert "/o/" in tracked.html
    assert len(tracked.html) > len(plain.html)


def test_conditional_blocks_are_answered_for_the_reader(at: Writing) -> None:
    at.edit("Warmly,", WHEN)
    artwork = build.build(at.desk, GREETING).rendering.artwork
    assert artwork is not None
    assert proof.all_shown(artwork) == "1"
    for reader, shown in (("usual", True), ("french", False), ("nameless", False)):
        member = personas.BY_KEY[reader]
        answers = proof.answers_for(at.desk, artwork, member)
        made = proof.proof(at.desk, artwork, "en", member, answers=answers)
        assert ("Only in Ontario." in made.text, "Only in Ontario." in made.html) == (shown, shown)


def test_no_value_of_a_member_leaves_its_place(at: Writing) -> None:
    artwork = build.build(at.desk, GREETING).rendering.artwork
    assert artwork is not None
    bare = proof.proof(at.desk, artwork, "en", Member("a@b.example"), answers="").html
    tags = re.findall(r"<[^>]+>", bare)
    for text in naughty_strings():
        made = proof.proof(at.desk, artwork, "en", Member("a@b.example", first_name=text), answers="")
        assert re.findall(r"<[^>]+>", made.html) == tags, text


def test_files_for_every_text(at: Writing, tmp_path: Path) -> None:
    built = build.build(at.desk, GREETING)
    written = write_out(at.desk, built, personas.USUAL, tmp_path / "out" / "deep")
    names = {
        f"{GREETING}.{language}.{ending}"
        for language in ("en", "fr", "en+fr")
        for ending in ("html", "txt", "eml")
    }
    assert (
        set(written.files)
        == names | {"build.json"}
        == {path.name for path in (tmp_path / "out" / "deep").iterdir()}
    )
    summary = json.loads((tmp_path / "out" / "deep" / "build.json").read_text(encoding="utf-8"))
    assert set(summary) == {"en", "fr", "en+fr"}
    for language, entry in summary.items():
        html = (tmp_path / "out" / "deep" / f"{GREETING}.{language}.html").read_bytes()
        assert entry["bytes"] == len(html)
        assert entry["digest"] == hashlib.sha256(html).hexdigest()
        assert b"Alex" in html
    assert summary["en"]["subject"] == "A year of making it work"
    assert summary["en"]["slots"] == [{"field": "first_name", "fallback": "friend"}]
    assert {link["url"] for link in summary["fr"]["links"]} >= {"https://www.ngen.ca/impact"}
    assert summary["en+fr"]["subject"] == f"{summary['en']['subject']} | {summary['fr']['subject']}"


def test_the_email_is_what_another_reader_reads(at: Writing, tmp_path: Path) -> None:
    write_out(at.desk, build.build(at.desk, GREETING), personas.BY_KEY["french"], tmp_path / "o")
    email = message_from_bytes((tmp_path / "o" / f"{GREETING}.fr.eml").read_bytes(), policy=policy.default)
    assert email["Subject"] == "Une année à se retrousser les manches"
    assert email["To"] == "eloise@lecteur.example"
    assert email["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    kinds = [part.get_content_type() for part in email.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    text = email.get_body(("plain",))
    assert text is not None
    assert "Éloïse" in text.get_content()


def test_the_same_input_gives_the_same_bytes(at: Writing, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_out(at.desk, build.build(at.desk, GREETING), personas.USUAL, tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_files_are_written_with_findings_too(at: Writing, tmp_path: Path) -> None:
    at.edit("Thank you for your", "TODO {{ x }} for your")
    written = write_out(at.desk, build.build(at.desk, GREETING), personas.USUAL, tmp_path / "o")
    assert len(written.files) == 10
    at.edit("template: greeting", "template: nothing")
    written = write_out(at.desk, build.build(at.desk, GREETING), personas.USUAL, tmp_path / "p")
    assert written.files == ("build.json",)
    assert json.loads((tmp_path / "p" / "build.json").read_text(encoding="utf-8")) == {}


def test_a_folder_that_cannot_be_written(at: Writing, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(NotAllowed, match="--out"):
        write_out(at.desk, build.build(at.desk, GREETING), personas.USUAL, tmp_path / "file" / "o")
