"""hold, release, reschedule, claim as a person types them: exit codes, refusals, what is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from newsletter import app, cli
from newsletter.pipeline import control
from tests.faults.stage import SLUG, make_workspace

Read = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("hold") / "workspace", 4)


@pytest.fixture
def folder(tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(prepared, tmp_path / "workspace")
    monkeypatch.chdir(tmp_path / "workspace")
    monkeypatch.setenv("NEWSLETTER_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-16T14:00:00Z")
    return tmp_path / "workspace"


def run(capsys: Read, *arguments: str) -> tuple[int, str, str]:
    code = cli.main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def asked(capsys: Read, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(capsys, *arguments, "--json")
    return code, json.loads(out)


def planned(capsys: Read, at: str = "2020-12-17 09:00") -> None:
    assert run(capsys, "schedule", SLUG, "-s", "everyone", "--at", at, "--yes")[0] == 0


def test_everybody_who_asks_is_told(folder: Path, capsys: Read) -> None:
    planned(capsys)
    code, out, _ = run(capsys, "hold", "--reason", "A mourning day", "--until", "2020-12-18 18:00")
    assert code == 0
    told = "Everything is held since 16 December 2020, 9:00 (America/Toronto) until 18 December 2020, 18:00"
    assert told in out
    assert "1 mailing stopped." in out
    for command in (("campaigns",), ("report", "1"), ("doctor",)):
        assert told in run(capsys, *command)[1], command
    assert told in run(capsys, "schedule", SLUG, "-s", "everyone", "--at", "2020-12-20 09:00", "--dry-run")[2]
    for command in (("campaigns",), ("report", "1")):
        assert asked(capsys, *command)[1]["hold"]["reason"] == "A mourning day"
    code, found = asked(capsys, "send", SLUG, "-s", "everyone", "--yes")
    assert (code, found["error"]["code"]) == (1, "everything-held")
    assert "A mourning day" in found["error"]["message"]


def test_release_shows_and_then_lets_go_one_by_one(folder: Path, capsys: Read) -> None:
    planned(capsys)
    run(capsys, "hold", "--reason", "x")
    code, out, _ = run(capsys, "release")
    assert code == 0
    assert "The hold has ended. 1 mailing to be looked at again" in out
    assert "→ newsletter release 1   or   newsletter reschedule 1 --at …   or   newsletter cancel 1" in out
    assert asked(capsys, "campaigns")[1]["campaigns"][0]["status"] == "held"
    code, out, _ = run(capsys, "release", "1")
    assert (code, "Mailing 1 waits for its time" in out) == (0, True)
    assert run(capsys, "release", "1")[0] == 1
    assert run(capsys, "release", "--late")[0] == 2
    assert run(capsys, "release")[1] == "No hold stood. No mailing waits.\n"


@pytest.mark.parametrize("until", ["2020-12-16 08:59", "tomorrow", "2020-12-17", "18:00"])
def test_an_end_that_cannot_be_meant_holds_nothing(folder: Path, capsys: Read, until: str) -> None:
    assert run(capsys, "hold", "--reason", "x", "--until", until)[0] == 1
    assert "hold" not in asked(capsys, "campaigns")[1]
    assert run(capsys, "hold")[0] == 2, "a reason is wanted"


def test_another_time_waits_for_a_yes(folder: Path, capsys: Read) -> None:
    planned(capsys)
    code, out, err = run(capsys, "reschedule", "1", "--at", "2020-12-18 10:00")
    assert (code, "waits for approval: newsletter approve 1" in out) == (0, True)
    assert "Other time  4 people" in err
    assert asked(capsys, "campaigns")[1]["campaigns"][0]["status"] == "draft"
    assert run(capsys, "approve", "1", "--yes")[0] == 0
    assert asked(capsys, "campaigns")[1]["campaigns"][0]["due_at"] == "2020-12-18T15:00:00Z"
    code, found = asked(capsys, "reschedule", "1", "--at", "2020-12-19 10:00", "--dry-run")
    assert (code, found["moved"], found["local"], found["status"]) == (0, 4, "2020-12-19T10:00", "scheduled")
    holiday = ("--holiday", "christmas-day", "--offset", "-3 working days", "--at", "09:00")
    code, found = asked(capsys, "reschedule", "1", *holiday, "--yes")
    assert (found["local"], found["status"]) == ("2020-12-22T09:00", "scheduled")


def test_who_approves_is_shown_what_is_accepted(folder: Path, capsys: Read) -> None:
    path = folder / "issues" / f"{SLUG}.md"
    head, rest = path.read_text(encoding="utf-8").split("\nsubject: ", 1)
    accept = "accept:\n  - subject-length: The members know it by this word."
    path.write_text(f"{head}\nsubject: News\n{accept}\n{rest.partition(chr(10))[2]}", encoding="utf-8")
    found = asked(capsys, "check", SLUG)[1]
    assert [one["reason"] for one in found["accepted"]] == ["The members know it by this word."]
    planned(capsys)
    run(capsys, "reschedule", "1", "--at", "2020-12-18 10:00")
    code, _, err = run(capsys, "approve", "1", "--yes")
    assert (code, "accepted" in err, "The members know it by this word." in err) == (0, True, True)
    statement = " ".join(run(capsys, "report", "1")[1].split())
    assert "subject-length: the subject has only 4 characters. The members know it by this word." in statement


@pytest.mark.parametrize(("typed", "status"), [("3\n", "sending"), ("4\n", "held")])
def test_the_rest_of_a_mailing_that_has_begun(
    folder: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch, typed: str, status: str
) -> None:
    monkeypatch.setenv("NEWSLETTER_SEND_BATCH_SIZE", "1")
    begun()
    code, _, err = run(capsys, "reschedule", "1", "--at", "2020-12-18 10:00")
    assert code == 0
    assert "Have it  1 people" in err
    assert "Other time  3 people" in err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_args, **_options: typed)
    assert run(capsys, "approve", "1")[0] == (0 if status == "sending" else 1)
    assert asked(capsys, "campaigns")[1]["campaigns"][0]["status"] == status


def begun() -> None:
    """A mailing of which one of four people has it, paused."""
    from newsletter.pipeline import approve, build, due, plan
    from newsletter.pipeline.freeze import freeze
    from newsletter.pipeline.submit import Desk, submit_next

    with app.opened() as ctx:
        frozen = freeze(ctx, build.find(ctx, SLUG, Path.cwd()))
        assert frozen.edition
        ask = plan.Ask(frozen.edition, plan.AudienceRule(("everyone",)), "outbox")
        campaign = plan.plan(ctx, ask, frozen.files).campaign
        approve.approve(ctx, campaign.id, plan.count(ctx, ask).zones)
        due.start_due(ctx)
        assert submit_next(Desk(ctx, "me"))
        control.pause(ctx, campaign.id)


def test_a_claim_is_shown_typed_and_told(
    folder: Path, capsys: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run(capsys, "claim") == (0, "", run(capsys, "claim")[2]), "a fresh workspace never asks"
    planned(capsys)
    shutil.copytree(folder, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    for command in (("send", SLUG, "-s", "everyone", "--yes"), ("work", "--once"), ("resume", "1")):
        code, _, err = run(capsys, *command)
        assert (code, "newsletter claim" in err) == (1, True), command
    assert run(capsys, "doctor")[0] == 1
    code, _, err = run(capsys, "claim")
    assert code == 1
    assert f"{folder}, counter 1" in err
    assert str(tmp_path / "copy") in err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_args, **_options: "yes")
    assert run(capsys, "claim")[0] == 1
    monkeypatch.setattr("click.prompt", lambda *_args, **_options: "claim")
    code, out, _ = run(capsys, "claim")
    assert (code, "1 mailing held" in out) == (0, True)
    assert run(capsys, "doctor")[0] == 0
    monkeypatch.chdir(folder)
    assert run(capsys, "work", "--once")[0] == 1
