"""`serve`, `report` and `why` as they are called: a workspace on disk, exit codes, one JSON object; `serve` in its own process."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from newsletter import app, cli
from newsletter.store import editions, tables
from tests.mailed import ANA, GIF, KEYS, Clock, Mailed, Signer, edition, hand_over
from tests.unit.workspace.folder import make

ROOT = Path(__file__).resolve().parents[3]
_KEY = json.dumps(
    {
        "suppression": base64.b64encode(KEYS.suppression).decode(),
        "tokens": {str(number): base64.b64encode(key).decode() for number, key in KEYS.tokens.items()},
        "current": KEYS.current,
    }
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one mailing that was handed over."""
    make(tmp_path)
    monkeypatch.setenv("NEWSLETTER_INSTANCE_KEY", _KEY)
    monkeypatch.chdir(tmp_path)
    with app.opened(tmp_path) as ctx:
        frozen = edition()
        mailed = Mailed(ctx, Clock(), Signer(), frozen)
        with ctx.store.write() as db:
            editions.put(db, frozen, {frozen.artwork.images[0].digest: GIF}, mailed.clock())
        hand_over(mailed)
    return tmp_path


def test_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", "1"]) == 0
    assert "3 people, once each; 0 not mailed, and why; 0 unexplained." in capsys.readouterr().out
    assert cli.main(["report", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["campaign"], found["issue"], found["accepted"]) == (1, "2020-12-16-holiday-greeting", 3)


def test_report_of_what_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["report", "77", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "campaign-unknown"
    assert cli.main(["report", "x"]) == 2


def test_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["why", ANA.email]) == 0
    told = capsys.readouterr().out
    assert "Ana is a member" in told
    assert "Mailing 1, 2020-12-16-holiday-greeting: mailed" in told
    assert cli.main(["why", "nobody@example.org", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["member"], found["campaigns"][0]["outcome"]) == (False, "absent")
    assert cli.main(["why", "nonsense"]) == 1


def test_no_mail_server_steers_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with app.opened(folder) as ctx:
        told = {"occurred_at": ctx.now(), "received_at": ctx.now(), "delivery_id": 1}
        with ctx.store.write() as db:
            db.execute(
                tables.events.insert().values(
                    **told,
                    provider="sendgrid",
                    event_id="e",
                    kind="bounced",
                    reason="550 \x1b]0;owned\x07 no \x9b2J",
                )
            )
    assert cli.main(["why", ANA.email]) == 0
    out = capsys.readouterr().out
    assert "bounced: 550 ]0;owned no 2J" in out
    assert not {"\x1b", "\x07", "\x9b"} & set(out)


class Serving:
    """`newsletter serve` in a process of its own, on free ports."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        environment = {"PYTHONPATH": str(ROOT), "NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY": signer.public}
        self.signer = signer
        self.process = subprocess.Popen(
            [sys.executable, "-m", "newsletter", "serve", "--port", "0", "--staff-port", "0"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
        )
        assert self.process.stdout
        lines = [self.process.stdout.readline() for _ in range(3)]
        self.public, self.staff, self.first = (line.split(": ")[1].strip() for line in lines)

    def end(self) -> tuple[int, str]:
        """Ask it to end; its exit code and what it said on stderr."""
        self.process.send_signal(signal.SIGTERM)
        _, told = self.process.communicate(timeout=30)
        return self.process.returncode, told


@pytest.fixture
def serving(folder: Path) -> Iterator[Serving]:
    made = Serving(folder, Signer())
    yield made
    if made.process.poll() is None:
        made.process.kill()
        made.process.communicate()


def rows(folder: Path, table: Any) -> list[Any]:
    """What another process sees in the database meanwhile."""
    with app.opened(folder) as ctx, ctx.store.read() as db:
        return list(db.execute(table.select()))


@pytest.mark.ci
def test_serve_answers_applies_hooks_and_ends_on_a_signal(folder: Path, serving: Serving) -> None:
    mailed = Mailed(None, Clock(), serving.signer, edition(), deliveries={ANA.email: 1})
    with httpx.Client(trust_env=False, timeout=20) as client:
        assert client.get(f"{serving.public}/.well-known/newsletter").status_code == 200
        assert client.get(serving.staff).headers["location"] == "/sign-in?next=%2F"
        assert serving.first.startswith(f"{serving.staff}/welcome/")
        assert "The first account" in client.get(serving.first).text
        path = f"{serving.public}/u/{mailed.tokens(ANA.email).own}"
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).text == "Unsubscribed.\n"
        assert len(rows(folder, tables.suppressions)) == 1
        headers, body = serving.signer.hook([mailed.event("delivered", ANA.email)])
        assert (
            client.post(f"{serving.public}/hooks/sendgrid", headers=headers, content=body).status_code == 200
        )
    ends = time.monotonic() + 20
    while not rows(folder, tables.events):  # the runner beside the pages applies it
        assert time.monotonic() < ends
        time.sleep(0.1)
    code, told = serving.end()
    assert (code, "Traceback" in told) == (0, False), told


def test_serve_on_a_taken_port(folder: Path, serving: Serving, capsys: pytest.CaptureFixture[str]) -> None:
    port = serving.public.rpartition(":")[2]
    assert cli.main(["serve", "--port", port, "--staff-port", "0"]) == 1
    assert "cannot be listened on" in capsys.readouterr().err
