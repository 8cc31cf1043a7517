"""init, new, check, build, settings as they are called: exit codes, one JSON object, nothing written that was not asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter import app, cli
from newsletter.cli import COMMANDS
from newsletter.renderer import Renderer
from newsletter.settings import SETTINGS
from newsletter.store import tables
from tests.writing import GREETING, copied

NONE = {"error": 0, "warning": 0, "info": 0}
FILE = f"issues/{GREETING}.en.md"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renderer: Renderer) -> Path:
    """The sample workspace, entered. All its commands share one renderer: starting it is what takes long."""
    monkeypatch.setattr(app, "_renderer", lambda _settings, _stack: lambda: renderer)
    for name in list(os.environ):
        if name.startswith(("NEWSLETTER_", "SENDGRID_")) and name != "NEWSLETTER_SHARED":
            monkeypatch.delenv(name)
    monkeypatch.chdir(copied(tmp_path))
    return tmp_path


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Exit code and the one JSON object on stdout."""
    capsys.readouterr()
    code = cli.main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.ci
def test_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(capsys, "check", GREETING) == (
        0,
        {"issue": GREETING, "counts": NONE, "findings": [], "accepted": []},
    )
    edit(folder, "subject: A year of making it work", "subject: News")
    code, report = called(capsys, "check", GREETING)
    assert code == 0  # a warning stops nothing
    assert report["findings"] == [
        {
            "check": "subject-length",
            "severity": "warning",
            "language": "en",
            "file": FILE,
            "line": 2,
            "column": 1,
            "message": "the subject has only 4 characters",
            "hint": "Say what the mail is about.",
            "message_fr": "l’objet n’a que 4 caractères",
            "hint_fr": "Dites de quoi parle le courriel.",
        }
    ]
    edit(folder, "subject: News\n", "")
    code, report = called(capsys, "check", FILE)
    assert (code, report["findings"][0]["severity"]) == (1, "error")


@pytest.mark.ci
def test_check_of_all_issues(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = called(capsys, "check")
    assert code == 0
    assert GREETING in [issue["issue"] for issue in report["issues"]]
    edit(folder, "Thank you", "TODO")
    assert cli.main(["check"]) == 1
    assert f"{FILE}:36:1: error" in capsys.readouterr().err


def test_check_from_a_folder_below(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "issues")
    assert cli.main(["check", f"{GREETING}.fr.md"]) == 0


@pytest.mark.parametrize("name", ["nothing", "../x", "/etc/passwd", "holiday-greeting", "x y", ""])
def test_an_issue_that_is_not_there(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if name:
        code, report = called(capsys, "check", name)
        assert code == 1
        assert report["error"]["code"] in {"issue-unknown", "issue-name"}


def test_no_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check"]) == 1
    assert "newsletter init" in capsys.readouterr().err
    assert cli.main(["check", "--nonsense"]) == 2


def test_build(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = called(capsys, "build", GREETING, "--out", "out")
    assert code == 0
    assert sorted(report["files"]) == sorted(path.name for path in (folder / "out").iterdir())
    assert report["languages"] == json.loads((folder / "out" / "build.json").read_text(encoding="utf-8"))
    edit(folder, "Thank you", "TODO")
    assert cli.main(["build", GREETING, "--out", "again"]) == 1
    assert (folder / "again" / f"{GREETING}.en.html").exists()


@pytest.mark.ci
def test_check_and_build_make_no_database_and_write_nothing_else(folder: Path) -> None:
    before = set(folder.rglob("*"))
    assert cli.main(["check"]) == 0
    assert cli.main(["build", GREETING, "--out", "out"]) == 0
    assert {path for path in folder.rglob("*") if "out" not in path.parts} == before
    assert cli.main(["build", GREETING]) == 0
    assert sorted(path.name for path in (folder / "var").iterdir()) == ["build"]


def test_build_as_a_member(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    csv = folder / "members.csv"
    csv.write_text("email,first_name,consent_basis\nzoe@reader.example,Zoé,b2b\n", encoding="utf-8")
    assert cli.main(["members", "import", str(csv)]) == 0
    code, report = called(capsys, "build", GREETING, "--out", "out", "--as", "ZOE@reader.example")
    assert (code, report["as"]) == (0, "zoe@reader.example")
    assert "Dear Zoé," in (folder / "out" / f"{GREETING}.en.txt").read_text(encoding="utf-8")
    code, report = called(capsys, "build", GREETING, "--as", "nobody@reader.example")
    assert (code, report["error"]["code"]) == (1, "member-unknown")


@pytest.mark.ci
def test_init_then_everything_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["init", "my letters"]) == 0
    said = capsys.readouterr().out
    assert 'cd "my letters"' in said
    monkeypatch.chdir(tmp_path / "my letters")
    assert cli.main(["check"]) == 0
    assert cli.main(["init", "."]) == 1
    with app.opened() as ctx, ctx.store.read() as db:
        assert db.execute(tables.members.select()).all() == []


@pytest.mark.ci
def test_new(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        cli.main(["new", "2021-03-01-spring", "--template", "digest", "--title", "Innovation: Canada 2021"])
        == 0
    )
    assert capsys.readouterr().out.split() == [
        "issues/2021-03-01-spring.en.md",
        "issues/2021-03-01-spring.fr.md",
    ]
    for template in ("letter", "greeting", "event", "plain"):
        assert (
            cli.main(["new", f"a-{template}", "--template", template, "--title", "A first look at it"]) == 0
        )
    code, report = called(capsys, "check")
    assert code == 0, report
    found = {one["issue"]: {finding["check"] for finding in one["findings"]} for one in report["issues"]}
    for slug in ("2021-03-01-spring", "a-letter", "a-greeting", "a-event", "a-plain"):
        assert found[slug] == {"leftover-text"}
    assert cli.main(["new", "2021-03-01-spring"]) == 1
    assert cli.main(["new", "Not A Slug"]) == 1
    assert cli.main(["new"]) == 2


def test_settings(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.canary")
    monkeypatch.setenv("NEWSLETTER_SEND_BATCH_SIZE", "500")
    code, report = called(capsys, "settings")
    assert code == 0
    by_name = {entry["name"]: entry for entry in report["settings"]}
    assert list(by_name) == [setting.name for setting in SETTINGS]
    assert by_name["sendgrid.api_key"]["value"] == "****"
    assert by_name["send.batch_size"] | {"help": ""} == {
        "name": "send.batch_size",
        "value": 500,
        "origin": "NEWSLETTER_SEND_BATCH_SIZE",
        "variable": "NEWSLETTER_SEND_BATCH_SIZE",
        "help": "",
    }
    assert cli.main(["settings"]) == 0
    said = capsys.readouterr().out
    assert "SG.canary" not in said + json.dumps(report)
    assert all(setting.name in said for setting in SETTINGS)


def test_a_broken_settings_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "newsletter.toml").write_text("[publication\n", encoding="utf-8")
    code, report = called(capsys, "check", GREETING)
    assert (code, report["error"]["place"]) == (1, "newsletter.toml:1:13")


@pytest.mark.parametrize("name", ["init", "new", "check", "build", "preview", "settings"])
def test_the_help_of_the_list_is_the_commands_own(name: str) -> None:
    command = cli.command.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help == COMMANDS[name].help


@pytest.mark.ci
def test_a_file_that_nobody_looks_at_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("Numéro d’été.md", "README.md"):
        (folder / "issues" / name).write_text("---\nsubject: Bonjour\n---\n", encoding="utf-8")
    assert cli.main(["check"]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "not looked at" in line]
    assert told == ["issues/Numéro d’été.md: not looked at, for an issue cannot have this name"]


def test_check_counts_no_audience_where_there_is_no_database(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = called(capsys, "check", GREETING, "--audience")
    assert code == cli.REFUSED
    assert report["error"]["code"] == "no-database"
    assert not (folder / "var").exists()


def test_check_counts_the_real_audience(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = "email,first_name,language,consent_basis,consent_evidence\n"
    people += "".join(f"p{n}@reader.example,{'' if n % 2 else 'Éloïse'},fr,express,form\n" for n in range(4))
    (folder / "m.csv").write_text(people, encoding="utf-8")
    assert cli.main(["members", "import", "m.csv"]) == 0
    code, report = called(capsys, "check", GREETING, "--audience")
    assert code == 0
    audience = report["audience"]
    assert (audience["members"], audience["zones"]) == (4, 1)
    (slot,) = audience["slots"]
    assert (slot["field"], slot["language"], slot["shown"], slot["fallback"]) == (
        "first_name",
        "fr",
        "à vous",
        2,
    )
    assert (slot["longest"], slot["longest_length"], slot["line"]) == ("Éloïse", 6, 7)
    assert audience["largest"]["language"] == "fr"
    assert 10_000 < audience["largest"]["bytes"] < 102 * 1024
    capsys.readouterr()
    assert cli.main(["check", GREETING, "--audience", "--language", "fr"]) == 0
    said = capsys.readouterr().err
    assert "Destinataires\u00a0: 4 membres, 1 fuseau horaire" in said
    assert "2 sur 4 (50\u00a0%) voient «\u00a0à vous\u00a0»" in said
