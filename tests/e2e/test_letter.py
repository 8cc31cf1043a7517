"""A Word letter becomes a checked bilingual mailing that arrives: the whole way by the commands that an officer types."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document

from newsletter import app, cli
from newsletter.pipeline import control
from tests import worded
from tests.emulated import KEY, Emulated, emulator

ROOT = Path(__file__).parents[2]
SLUG = "2020-12-16-wishes"
CSV = """email,first_name,language,province,consent_basis,consent_date,consent_evidence
ann@reader.example,Ann,en,ON,express,2020-01-02,form
benoit@reader.example,Benoît,fr,QC,membership,,register
"""


@pytest.fixture(scope="module")
def far_end() -> Iterator[Emulated]:
    with emulator() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, far_end: Emulated, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("newsletter.toml", "segments.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "members.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "letter.docx").write_bytes(worded.saved(worded.greeting()))
    for name, value in {
        "NEWSLETTER_CLOCK": "2020-12-16T14:00:00Z",
        "NEWSLETTER_PROVIDER": "sendgrid",
        "NEWSLETTER_SENDGRID_BASE_URL": far_end.url,
        "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": far_end.webhook_key,
        "NEWSLETTER_SEND_RATE_PER_MINUTE": "0",
        "SENDGRID_API_KEY": KEY,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_from_word_to_the_inbox(
    folder: Path, far_end: Emulated, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str, code: int = 0) -> str:
        capsys.readouterr()
        assert cli.main(arguments) == code, capsys.readouterr().err
        return capsys.readouterr().out

    run("new", SLUG, "--from", "letter.docx", "--yes", code=1)
    assert not (folder / "issues").exists()
    run("new", SLUG, "--from", "letter.docx", "--accept-changes", "--yes")
    english = folder / "issues" / f"{SLUG}.en.md"
    mended = english.read_text(encoding="utf-8").replace("$148 million |", "**$148 million** |")
    assert "**$148" in mended
    english.write_text(mended, encoding="utf-8")
    findings = json.loads(run("check", SLUG, "--json"))["findings"]
    assert [one for one in findings if one["severity"] == "error"] == []
    run("proof", SLUG, "--docx", "--out", "paper.docx")
    run("members", "import", "members.csv")
    run("schedule", SLUG, "--segment", "everyone", "--at", "2020-12-16 10:00")
    run("approve", "1", "--yes")
    with app.opened() as ctx:
        approved = control.find(ctx, 1).edition
    paper = Document(str(folder / "paper.docx"))
    assert approved in "".join(cell.text for table in paper.tables for cell in table._cells)
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-16T15:00:30Z")
    run("work", "--once")
    taken = far_end.ask("GET", "/deliveries")["deliveries"]
    assert {row["address"] for row in taken} == {"ann@reader.example", "benoit@reader.example"}
