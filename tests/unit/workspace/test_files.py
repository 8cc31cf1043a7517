"""Files beside an issue: facts without bytes, read anew only when they change, never through a link."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from newsletter.model.errors import AuthorError
from newsletter.model.hosted import HEAD
from newsletter.workspace import read_file, read_files


def folder(root: Path) -> Path:
    made = root / "issues" / "x"
    made.mkdir(parents=True)
    return made


def test_facts_of_what_is_no_image_and_no_text(tmp_path: Path) -> None:
    here = folder(tmp_path)
    content = b"%PDF-" + b"x" * 5000
    (here / "plan.pdf").write_bytes(content)
    (here / "deep").mkdir()
    (here / "deep" / "a.docx").write_bytes(b"PK")
    for name in ("photo.png", "note.md", ".hidden.pdf", "~$plan.docx"):
        (here / name).write_bytes(b"x")
    found = read_files(tmp_path, "x", 10_000)
    assert list(found) == ["issues/x/deep/a.docx", "issues/x/plan.pdf"]
    fact = found["issues/x/plan.pdf"]
    assert (fact.digest, fact.size, fact.head) == (sha256(content).hexdigest(), 5005, content[:HEAD])
    assert read_file(tmp_path, "issues/x/plan.pdf", 10_000) == content


def test_one_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    here = folder(tmp_path)
    with (here / "large.pdf").open("wb") as file:
        file.truncate(1 << 34)  # a hole: sixteen gigabytes that take no room
    fact = read_files(tmp_path, "x", 1 << 20)["issues/x/large.pdf"]
    assert (fact.digest, fact.size) == ("", 1 << 34)


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = folder(tmp_path) / "a.pdf"
    path.write_bytes(b"one")
    before = read_files(tmp_path, "x", 100)["issues/x/a.pdf"].digest
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))
    assert read_files(tmp_path, "x", 100)["issues/x/a.pdf"].digest != before


def test_links_and_crowds_are_refused(tmp_path: Path) -> None:
    here = folder(tmp_path)
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"%PDF-")
    (here / "a.pdf").symlink_to(secret)
    with pytest.raises(AuthorError, match="link to somewhere else"):
        read_files(tmp_path, "x", 100)
    (here / "a.pdf").unlink()
    for number in range(201):
        (here / f"{number}.pdf").write_bytes(b"")
    with pytest.raises(AuthorError, match="more than 200 files"):
        read_files(tmp_path, "x", 100)
    assert read_files(tmp_path, "none", 100) == {}
