"""review, comments, approve as a person types them: what is said, what is refused; two people before `send --yes` sends."""

from __future__ import annotations

import getpass
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter import app, cli
from newsletter.pipeline import build, commenting, reviewing
from tests.faults.stage import SLUG, make_workspace

Read = pytest.CaptureFixture[str]
LETTER = b"From: Ann Lee <ann@ngen.example>\r\nDate: Wed, 16 Dec 2020 08:00:00 -0500\r\n\r\nYes, send it.\r\n"
TWO = """
approvers = ["Ann Lee <ann@ngen.example>", "Line Roy <line@ngen.example> fr"]

[approval]
people = 2

"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("review") / "workspace", 4)


@pytest.fixture
def folder(tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(prepared, tmp_path / "workspace")
    monkeypatch.chdir(tmp_path / "workspace")
    monkeypatch.setenv("NEWSLETTER_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-16T14:00:00Z")
    return tmp_path / "workspace"


def two(folder: Path) -> None:
    path = folder / "newsletter.toml"
    path.write_text(TWO + path.read_text(encoding="utf-8"), encoding="utf-8")


def run(capsys: Read, *arguments: str) -> tuple[int, str, str]:
    code = cli.main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def asked(capsys: Read, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(capsys, *arguments, "--json")
    return code, json.loads(out)


def say(folder: Path) -> None:
    with app.opened(folder) as ctx:
        built = build.build(ctx, SLUG)
        outline = reviewing.outline_of(built, "en")
        assert outline
        last = len(outline.pieces) - 1
        block = (last, outline.pieces[last].digest)
        commenting.say(ctx, outline, block, ("Ann \x1b[31mLee", "Is this the link?\nReally?"), SLUG)


@pytest.mark.ci
def test_a_link_for_reviewers_and_what_they_said(folder: Path, capsys: Read) -> None:
    code, made = asked(capsys, "review", SLUG, "--expires", "2d")
    assert (code, made["issue"]) == (0, SLUG)
    assert datetime.fromisoformat(made["expires_at"]).date() == datetime(2020, 12, 18, tzinfo=UTC).date()
    assert made["url"].startswith("http://127.0.0.1:8025/r/")
    assert run(capsys, "review", SLUG, "--expires", "soon")[0] == 2
    assert run(capsys, "review", SLUG, "--expires", "9999w")[0] == 1
    assert asked(capsys, "review", SLUG, "--revoke") == (0, {"issue": SLUG, "revoked": 1})
    say(folder)
    code, out, _ = run(capsys, "comments", SLUG)
    assert code == 0
    assert "Ann [31mLee: Is this the link? Really?" in out
    assert "[first name]" in out
    assert "1 comment open. Open comments stand in the way of an approval." in out
    code, _, said = run(capsys, "send", SLUG, "-s", "everyone", "--yes")
    assert (code, "1 comment on it is open" in said) == (1, True)
    path = folder / "issues" / f"{SLUG}.md"
    path.write_text(
        path.read_text(encoding="utf-8").replace("see [our site]", "look at [our site]"), encoding="utf-8"
    )
    (found,) = asked(capsys, "comments", SLUG)[1]["comments"]
    assert (found["standing"], found["open"]) == ("changed", True)
    assert "Nothing is open." in run(capsys, "comments", SLUG, "--resolve", "1", "--word", "It is.")[1]
    assert run(capsys, "comments", SLUG, "--reopen", "1", "--resolve", "1")[0] == 2
    assert run(capsys, "comments", SLUG, "--resolve", "7")[0] == 1


@pytest.mark.ci
def test_two_people_before_it_goes_out(folder: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    two(folder)
    code, out, _ = run(capsys, "send", SLUG, "-s", "everyone", "--yes")
    assert code == cli.OPEN
    assert "Mailing 1 is approved by you. Waits for the approval of Ann Lee or Line Roy." in out
    assert run(capsys, "send", SLUG, "-s", "everyone", "--yes")[0] == cli.OPEN, (
        "the same person is one person"
    )
    assert not list((folder / "var" / "outbox").rglob("*.eml"))
    (folder / "reply.eml").write_bytes(LETTER)
    assert run(capsys, "approve", "1", "--for", "Ann Lee", "--yes")[0] == 2, "no evidence"
    (folder / "note.txt").write_text("yes", encoding="utf-8")
    refused = run(capsys, "approve", "1", "--for", "Ann Lee", "--evidence", "note.txt", "--yes")
    assert (refused[0], "neither a letter" in refused[2]) == (1, True)
    code, out, _ = run(capsys, "approve", "1", "--for", "Ann Lee", "--evidence", "reply.eml", "--yes")
    assert (code, "Mailing 1 is approved." in out) == (0, True)
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-16T14:05:00Z")
    assert run(capsys, "send", SLUG, "-s", "everyone", "--yes")[0] == 0
    assert len(list((folder / "var" / "outbox").rglob("*.eml"))) == 4
    told = asked(capsys, "report", "1")[1]["approvals"]
    assert [(one["person"], one["how"]) for one in told] == [
        (getpass.getuser(), "terminal"),
        ("Ann Lee", "paper"),
    ]
    statement = " ".join(run(capsys, "report", "1")[1].split())
    assert (
        f"Ann Lee, 16 December 2020, 9:00, on paper, recorded by {getpass.getuser()}; reply.eml" in statement
    )


def test_asking_wants_people_and_a_mail_server(folder: Path, capsys: Read) -> None:
    run(capsys, "schedule", SLUG, "-s", "everyone", "--at", "2020-12-18 09:00", "--json")
    refused = run(capsys, "approve", "1", "--ask")
    assert (refused[0], "nobody is named who may be asked" in refused[2]) == (1, True)
    two(folder)
    refused = run(capsys, "approve", "1", "--ask")
    assert (refused[0], "notices.smtp_host" in refused[2]) == (1, True)
    path = folder / "newsletter.toml"
    path.write_text(
        path.read_text(encoding="utf-8") + '\n[notices]\nsmtp_host = "127.0.0.1"\nsmtp_security = "none"\n',
        encoding="utf-8",
    )
    assert "is not among those who may be asked" in run(capsys, "approve", "1", "--ask", "--to", "Nobody")[2]
    code, out, _ = run(capsys, "approve", "1", "--ask", "--to", "Line Roy", "--deadline", "2020-12-17 16:00")
    assert code == 0
    assert (
        "Line Roy <line@ngen.example> is asked by email, to answer by Thursday 17 December 2020 at 16:00."
        in out
    )
    assert run(capsys, "approve", "1", "--to", "Line Roy")[0] == 2
