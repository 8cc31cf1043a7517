"""The second channel from end to end: settings, a trial, a notice by real SMTP, its Hold link pressed over HTTP, the mailing held."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.faults.stage import ROOT, SLUG, make_workspace
from tests.mail_server import MailServer, mail_server

pytestmark = pytest.mark.enable_socket

ENVIRON = {"PYTHONPATH": str(ROOT), "NEWSLETTER_CLOCK": "2020-12-16T13:30:00Z", "PYTHONIOENCODING": "utf-8"}


def environ() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("NEWSLETTER_", "SENDGRID"))
    }
    return kept | ENVIRON


def newsletter(folder: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "newsletter", *arguments],
        cwd=folder,
        env=environ(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == code, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def told(server: MailServer, beginning: str) -> str:
    """The text of the notice whose subject begins so; waits for it."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for mail in list(server.mails):
            if str(mail["Subject"]).startswith(beginning):
                return str(mail.get_content())
        time.sleep(0.1)
    raise AssertionError(f"{beginning}: {[mail['Subject'] for mail in server.mails]}")


@pytest.mark.ci
def test_from_the_settings_to_the_held_mailing(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "workspace", 5)
    with mail_server() as server:
        with (folder / "newsletter.toml").open("a", encoding="utf-8") as file:
            file.write(
                '\n[notices]\nchannel = ["smtp"]\npeople = ["Jay <jay@ngen.example>", "Zoé <zoe@ngen.example> fr"]\n'
                f'smtp_host = "127.0.0.1"\nsmtp_port = {server.port}\nsmtp_security = "none"\n'
            )
        wish = ("schedule", SLUG, "-s", "everyone", "--at", "2020-12-16 09:20", "--json")
        before = json.loads(newsletter(folder, *wish, "--dry-run"))
        assert any("never tried" in line for line in before["notices"])
        assert before["warnings"] == []
        assert "smtp jay@ngen.example: taken" in newsletter(folder, "notices", "test")
        assert [str(mail["Subject"]).split(":")[0] for mail in server.mails] == ["Test", "Essai\u00a0"]
        planned = json.loads(newsletter(folder, *wish, "--yes"))
        assert not any("channel" in line for line in planned["notices"])
        serving = subprocess.Popen(
            [sys.executable, "-m", "newsletter", "serve", "--port", "0", "--staff-port", "0"],
            cwd=folder,
            env=environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert serving.stdout
            public = serving.stdout.readline().split()[-1]
            reading = threading.Thread(target=serving.stdout.read, daemon=True)
            reading.start()
            notice = told(server, "Goes out within the hour: A word")
            assert "to 5 recipients" in notice.replace("\r\n", " ")
            assert "Objet du courriel" in told(server, "Part dans moins d’une heure")
            path = re.findall(r"/h/\S+", notice)[0]
            with httpx.Client(base_url=public, trust_env=False, timeout=20) as client:
                assert "Hold this mailing?" in client.get(path).text
                assert "It is held" in client.post(path, data={"confirm": "yes", "lang": "en"}).text
            assert "with the link in a notice" in told(server, "Paused: A word").replace("\r\n", " ")
        finally:
            serving.send_signal(signal.SIGTERM)
            serving.wait(30)
            reading.join(10)
            serving.stdout.close()
        (one,) = json.loads(newsletter(folder, "campaigns", "--json"))["campaigns"]
        assert (one["status"], one["reason"]) == ("paused", "person: the link in a notice")
        listed = json.loads(newsletter(folder, "notices", "--json"))
        assert listed["tried_at"]
        assert [(row["kind"], row["state"]) for row in listed["notices"]] == [
            ("paused", "delivered"),
            ("hour", "delivered"),
        ]
        assert not list((folder / "var" / "outbox").rglob("*.eml")), "nobody got it"
