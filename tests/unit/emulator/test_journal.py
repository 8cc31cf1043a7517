"""What was accepted survives: a torn last entry, a restart, kill -9 in the middle of traffic."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import httpx
import pytest

from newsletter.emulator.history import History
from newsletter.emulator.journal import FileJournal, open_journal
from tests.unit.emulator.samples import KEY, NOW, crowd, emulator, good

Form = Literal["file", "sqlite"]
both = pytest.mark.parametrize("form", ["file", "sqlite"])


@both
def test_entries_come_back_in_order(tmp_path: Path, form: Form) -> None:
    journal = open_journal(tmp_path, form)
    bodies = [b"", b"\n\n{}\n", bytes(range(256)) * 40, "é".encode() * 1000]
    places = [journal.append({"kind": "x", "n": number}, body) for number, body in enumerate(bodies)]
    for _ in range(2):
        assert [(place, entry["n"]) for place, entry in journal.entries()] == list(
            zip(places, range(4), strict=True)
        )
        assert [journal.body(place) for place in reversed(places)] == bodies[::-1]
        journal.close()
        journal = open_journal(tmp_path, form)
    journal.clear()
    assert list(journal.entries()) == []
    place = journal.append({"kind": "y"}, b"after")
    assert journal.body(place) == b"after"
    journal.close()


def test_a_torn_last_entry_is_cut_off(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path)
    first = journal.append({"kind": "x"}, b"whole")
    journal.append({"kind": "x"}, b"torn in the middle")
    journal.close()
    path = tmp_path / "journal.log"
    whole = path.read_bytes()
    for end in range(len(whole) - 1, whole.index(b"whole") + len(b"whole"), -1):
        path.write_bytes(whole[:end])
        journal = FileJournal(tmp_path)
        assert [place for place, _ in journal.entries()] == [first]
        again = journal.append({"kind": "x"}, b"again")
        assert (journal.body(first), journal.body(again)) == (b"whole", b"again")
        journal.close()


@both
def test_a_restart_goes_on_where_it_was(tmp_path: Path, form: Form) -> None:
    with emulator(state=tmp_path, journal=form) as client:
        client.ask("PUT", "/clock", {"now": "2020-12-16T14:00:00Z"})
        sent = [client.send(crowd(3, start=start)).headers["x-message-id"] for start in (0, 3)]
        assert client.send({}).status_code == 400
        before = client.ask("GET", "/requests"), client.ask("GET", "/deliveries")
        key = client.running.webhook_public_key
    with emulator(state=tmp_path, journal=form) as client:
        assert (client.ask("GET", "/requests"), client.ask("GET", "/deliveries")) == before
        third = client.send(crowd(1, start=6)).headers["x-message-id"]
        assert len({*sent, third}) == 3
        assert client.log()[-1]["index"] == 4
        assert client.ask("GET", "/clock")["unix"] >= NOW
        assert client.running.webhook_public_key == key


def test_the_body_is_kept_byte_for_byte(tmp_path: Path) -> None:
    content = json.dumps(good(subject="Élodie"), ensure_ascii=False, indent=3).encode()
    with emulator(state=tmp_path) as client:
        client.request("POST", "/v3/mail/send", content=content, headers={"Content-Type": "application/json"})
        record = client.log()[0]
        assert record["sha256"] == hashlib.sha256(content).hexdigest()
        assert client.get("/_emulator/requests/1/body").content == content


@contextmanager
def process(*flags: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """An emulator in a process of its own."""
    command = [sys.executable, "-m", "newsletter.emulator", "--port", "0", "--key", KEY, *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        try:
            yield running, json.loads(running.stdout.readline())
        finally:
            running.kill()


@both
def test_kill_9_loses_nothing_that_was_accepted(tmp_path: Path, form: Form) -> None:
    taken: list[str] = []
    with process("--state", str(tmp_path), "--journal", form) as (running, hello):

        def send(start: int) -> None:
            with httpx.Client(
                base_url=hello["url"], trust_env=False, headers={"Authorization": f"Bearer {KEY}"}
            ) as far:
                for number in range(10_000):
                    try:
                        answer = far.post("/v3/mail/send", json=crowd(2, start=start + 2 * number))
                    except httpx.HTTPError:
                        return
                    taken.append(answer.headers["x-message-id"])
                    if len(taken) == 60:
                        enough.set()

        enough = threading.Event()
        threads = [threading.Thread(target=send, args=(100_000 * number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        assert enough.wait(20)
        running.send_signal(signal.SIGKILL)
        for thread in threads:
            thread.join()
    journal = open_journal(tmp_path, form)
    kept = [record.message_id for record in History(journal).accepted()]
    journal.close()
    assert set(taken) <= set(kept)
    assert len(kept) == len(set(kept))
    assert len(kept) - len(taken) <= 3


def test_a_key_is_never_written_down(tmp_path: Path) -> None:
    with emulator(state=tmp_path) as client:
        client.send()
        client.send(headers={"Authorization": "Bearer SG.secret-of-another"})
        assert KEY not in json.dumps(client.ask("GET", "/requests"))
    written = (tmp_path / "journal.log").read_bytes()
    assert KEY.encode() not in written
    assert b"secret-of-another" not in written


def test_what_readers_did_at_sendgrids_links_outlives_a_restart(tmp_path: Path) -> None:
    body = good()
    body["tracking_settings"] = {"open_tracking": {"enable": True}, "subscription_tracking": {"enable": True}}
    with emulator(state=tmp_path) as client:
        client.send(body)
        links = client.ask("GET", "/messages/1.0.0")["headers"]["List-Unsubscribe"]
        path = links.partition("<http://")[2].partition("/")[2].rstrip(">")
        client.request("POST", f"/{path}")
        client.request("POST", f"/{path}")
        before = [each["sg_event_id"] for each in client.events()]
    with emulator(state=tmp_path) as client:
        assert client.ask("GET", "/suppressions")["unsubscribes"] == ["ann@example.com"]
        client.request("POST", f"/{path}")
        after = [each["sg_event_id"] for each in client.events()]
    assert after[:2] == before
    assert len(set(after)) == 3


@pytest.mark.parametrize(
    "flags", [["--behaviour", "absent.json"], ["--faults", "absent.toml"], ["--readers", "absent.json"]]
)
def test_a_file_that_is_not_there_ends_with_one_line(flags: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "newsletter.emulator", "--port", "0", *flags], capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("emulator: ")
    assert "Traceback" not in ended.stderr


def test_it_says_one_line_and_ends_on_sigterm(tmp_path: Path) -> None:
    with process("--state", str(tmp_path)) as (running, hello):
        assert set(hello) == {"url", "webhook_public_key", "inbox", "control"}
        assert httpx.get(hello["inbox"], trust_env=False).status_code == 200
        running.terminate()
        assert running.wait(10) == 0
        assert running.stdout
        assert running.stdout.read() == ""
