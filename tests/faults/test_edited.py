"""F17: texts, translation, template, theme, picture and segment are written over in a loop while the mailing goes out; its process dies in the middle, too."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.conftest import PEOPLE
from tests.faults.engines import on_postgresql_too
from tests.faults.stage import NOTE, ROOT, SLUG, Stage, make_workspace

pytestmark = [pytest.mark.ci, pytest.mark.fault("F17")]

SIGNED = """
::: signature name="Jay Myers" role="NGen" image="jay-myers.png" alt="Jay Myers"
:::
"""
ENGLISH = NOTE.replace("only: {language: en, by: Ann Lee, reason: A note for one office}\n", "") + SIGNED
FRENCH = (
    """---
subject: Un mot sur notre travail
preheader: Quelques lignes, et ce qui en vient.
title: Un mot
---

Bonjour {{ member.first_name | default("à vous") }}, voyez [notre site](https://www.ngen.ca).
"""
    + SIGNED
)
SEGMENTS = '[readers]\nlabel = "Readers"\nwhere = \'language == "en" or language == "fr"\'\n'
PICTURE = "jay-myers.png"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with an issue in two languages, its picture, and readers of both."""
    folder = make_workspace(tmp_path_factory.mktemp("edited") / "workspace", 0)
    issues = folder / "issues"
    (issues / f"{SLUG}.md").unlink()
    (issues / f"{SLUG}.en.md").write_text(ENGLISH, encoding="utf-8")
    (issues / f"{SLUG}.fr.md").write_text(FRENCH, encoding="utf-8")
    (issues / SLUG).mkdir()
    shutil.copy(ROOT / "issues" / "2020-12-16-holiday-greeting" / PICTURE, issues / SLUG / PICTURE)
    (folder / "segments.toml").write_text(SEGMENTS, encoding="utf-8")
    lines = ["email,first_name,language,consent_basis,consent_evidence"]
    lines += [
        f"p{number}@reader.example,Pat{number},{language(number)},express,form" for number in range(PEOPLE)
    ]
    (folder / "members.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def language(number: int) -> str:
    return "fr" if number % 2 else "en"


def others(folder: Path) -> list[tuple[Path, list[bytes]]]:
    """Files of the workspace, each with what it is in turn: something else, something broken, nothing."""
    issues, templates = folder / "issues", folder / "templates"
    english, french = issues / f"{SLUG}.en.md", issues / f"{SLUG}.fr.md"
    theme, template = templates / "theme.toml", templates / "plain.mjml"
    wrong = ENGLISH.replace("A word", "Another word").encode()
    return [
        (english, [wrong, b"---\nsubject: [\n", b""]),
        (french, [FRENCH.replace("Un mot", "Un autre mot").encode(), b"\xff\xfe", b""]),
        (template, [template.read_bytes().replace(b"Dear", b"Hi"), b"<mjml>", b""]),
        (theme, [theme.read_bytes().replace(b"#0B5D5B", b"#5B0B0B"), b"width = 'wide'"]),
        (issues / SLUG / PICTURE, [b"no picture", b""]),
        (folder / "segments.toml", [b'[readers]\nlabel = "Nobody"\nwhere = \'language == "de"\'\n', b"["]),
    ]


@contextmanager
def editor(stage: Stage) -> Iterator[set[str]]:
    """Somebody who, from the first request on, writes over one file after the other without a pause; the names of what was written."""
    written: set[str] = set()
    over = threading.Event()
    chance = random.Random(17)
    files = others(stage.folder)

    def write() -> None:
        assert stage.emulated.ask("GET", "/holds/k?wait=60")["held"], "the request never came"
        for path, contents in files:
            path.write_bytes(contents[0])
        stage.emulated.ask("POST", "/holds/k/release", {"then": "accept"})
        while not over.wait(0.002):
            path, contents = chance.choice(files)
            path.write_bytes(chance.choice(contents))
            written.add(path.name)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        over.set()
        thread.join()


@on_postgresql_too("concluded:3")
@pytest.mark.parametrize("point", ["never:1", "concluded:3"])
def test_what_is_edited_goes_into_no_copy(stage: Stage, point: str) -> None:
    """The recipients are written down when the first request comes; nothing of what is edited from then on is in any copy."""
    assert stage.run("members", "import", "members.csv").returncode == 0
    stage.known.people = {f"p{number}@reader.example": language(number) for number in range(PEOPLE)}
    stage.plan("readers")
    rule = {"action": "hold", "id": "k", "at": "received", "request": 1}
    latency = {"low": 0.02, "high": 0.05}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule], "latency": latency})
    with editor(stage) as written:
        deaths = stage.work(point=point)
    assert deaths == (0 if point.startswith("never") else 1)
    assert len(written) == 6, "each of the files was written over"
    report = stage.settled()
    assert (report["accepted"], report["languages"]) == (PEOPLE, {"en": 25, "fr": 25})
