"""A rehearsal hands the whole mailing to an emulator, with faults, and leaves no trace in the real workspace; a database moves house."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from newsletter import cli
from newsletter.store import Store
from tests import databases
from tests.faults.stage import NOTE

pytestmark = [pytest.mark.ci, pytest.mark.enable_socket]

SLUG = "note"
SEND = ("send", SLUG, "--segment", "everyone", "--rehearse")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with an issue and 25 members, some of whom must not be mailed."""
    folder = tmp_path / "work"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("NEWSLETTER_SEND_BATCH_SIZE", "5")
    assert cli.main(["init", str(folder)]) == 0
    (folder / f"issues/{SLUG}.en.md").write_text(NOTE, encoding="utf-8")
    lines = [f"m{n}@reader.example,M{n},en,express,form" for n in range(25)]
    text = "\n".join(["email,first_name,language,consent_basis,consent_evidence", *lines]) + "\n"
    (folder / "members.csv").write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    assert cli.main(["members", "import", "members.csv"]) == 0
    assert cli.main(["suppressions", "add", "m3@reader.example", "--reason", "manual"]) == 0
    return folder


def told(*arguments: str) -> tuple[int, dict[str, Any]]:
    said = io.StringIO()
    with redirect_stdout(said):
        code = cli.main([*arguments, "--json"])
    return code, json.loads(said.getvalue())


def trace(folder: Path) -> dict[str, str]:
    """Every file of the workspace and of what the machine remembers, the database by its content."""
    files = {}
    for root in (folder, folder.parent / "state"):
        for path in sorted(one for one in root.rglob("*") if one.is_file()):
            if path.name in {"rehearsal.lock", "newsletter.db-shm", "newsletter.db-wal"}:
                continue
            if path.name == "newsletter.db":
                with closing(sqlite3.connect(path)) as db:
                    text = "\n".join(db.iterdump()).encode()
            else:
                text = path.read_bytes()
            files[str(path)] = hashlib.sha256(text).hexdigest()
    return files


@pytest.mark.parametrize("faults", ["none", "busy", "unclear", "outage"])
def test_everybody_once_in_the_emulator_and_no_trace_here(place: Path, faults: str) -> None:
    before = trace(place)
    code, made = told(*SEND, "--faults", faults)
    assert (code, made["good"]) == (0, True)
    assert (made["candidates"], made["recipients"], made["accepted"]) == (25, 24, 24)
    assert (made["seen"]["people"], made["seen"]["twice"]) == (24, 0)
    assert made["batches"] == 5
    assert made["seen"]["requests"] >= 5
    assert trace(place) == before


def test_a_window_is_reckoned_and_not_waited_for(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2026-11-21T12:00:00Z")  # a Saturday
    monkeypatch.setenv("NEWSLETTER_SEND_RATE_PER_MINUTE", "2")
    window = ("--window", "weekdays 08:00-08:05")
    code, made = told(*SEND, *window)
    assert (code, made["accepted"], made["last_leaves"]) == (0, 24, "2026-11-25T08:02")
    assert cli.main([*SEND, *window]) == 0
    assert "the last would leave Wednesday 25 November 2026 at 8:02." in capsys.readouterr().out
    assert told(*SEND)[1]["last_leaves"] is None


def test_a_key_that_is_refused_is_shown_as_it_would_be(place: Path) -> None:
    before = trace(place)
    code, made = told(*SEND, "--faults", "refused")
    assert code == cli.OPEN
    assert (made["good"], made["status"]) == (False, "paused")
    assert made["pending"] + made["accepted"] == 24
    assert made["seen"]["twice"] == 0
    assert trace(place) == before


def test_a_fault_script_of_ones_own(place: Path) -> None:
    rule = {"action": "refuse_address", "address": "m7@*", "message": "not a mailbox"}
    (place / "mine.json").write_text(json.dumps({"rules": [rule]}), encoding="utf-8")
    _, made = told(*SEND, "--faults", "mine.json")
    assert (made["accepted"], made["rejected"]) == (23, 1)


def test_faults_that_are_not_known_are_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*SEND, "--faults", "storm"]) == cli.REFUSED
    assert "busy" in capsys.readouterr().err


def test_what_everybody_has_already_is_not_rehearsed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["send", SLUG, "--segment", "everyone", "--yes"]) == 0  # to the outbox
    assert cli.main(list(SEND)) == cli.REFUSED
    assert "--again" in capsys.readouterr().err
    code, made = told(*SEND, "--again", "a second look")
    assert (code, made["accepted"]) == (0, 24)


def test_what_is_planned_can_be_rehearsed_and_stays_planned(place: Path) -> None:
    planned = ("schedule", SLUG, "--segment", "everyone", "--at", "2099-12-22 09:00", "--yes")
    assert cli.main(list(planned)) == 0
    before = trace(place)
    code, made = told(*SEND)
    assert (code, made["accepted"]) == (0, 24)
    assert trace(place) == before


def test_what_a_killed_rehearsal_left_goes_with_the_next(place: Path) -> None:
    hang = {"action": "hang", "seconds": 60, "accepted": True}
    (place / "hang.json").write_text(json.dumps({"rules": [hang]}), encoding="utf-8")
    command = [sys.executable, "-m", "newsletter", *SEND, "--faults", "hang.json"]
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not list(place.glob("var/rehearsal-*/var/newsletter.db")) and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert list(place.glob("var/rehearsal-*"))
    assert told(*SEND)[0] == 0
    assert not list(place.glob("var/rehearsal-*"))


def test_a_database_moves_to_postgresql_and_the_old_one_sends_no_more(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert cli.main(["send", SLUG, "--segment", "everyone", "--yes"]) == 0
    _, before = told("report", "1")
    url = databases.url(tmp_path / "moved").render_as_string(hide_password=False)
    assert cli.main(["db", "migrate", "--to", url]) == 0
    assert "deliveries" in capsys.readouterr().out
    again = ("send", SLUG, "--segment", "everyone", "--again", "after moving", "--yes")
    assert cli.main(list(again)) == cli.REFUSED  # still the old database
    assert "claim" in capsys.readouterr().err
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", url)
    assert told("report", "1")[1] == before
    assert cli.main(list(again)) == 0
    assert told("report", "2")[1]["accepted"] == 24


def test_nothing_is_moved_over_what_is_there(
    place: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    there = f"sqlite:///{tmp_path / 'there.db'}"
    assert cli.main(["db", "migrate", "--to", there]) == 0
    assert cli.main(["db", "migrate", "--to", there]) == cli.REFUSED
    assert cli.main(["db", "migrate", "--from", "sqlite:///nowhere.db", "--to", there]) == cli.REFUSED
    assert "nowhere.db" in capsys.readouterr().err
    assert not Path("nowhere.db").exists()
    with Store.open(there).read() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM members").scalar() == 25
