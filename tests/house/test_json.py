"""docs/reference/json.md names every key that `--json` prints, and no other; every command with `--json` stands in it."""

from __future__ import annotations

import importlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click
import pytest

from newsletter.cli import COMMANDS
from tests.house.playing import PEOPLE, newsletter, workspace
from tests.mail_server import mail_server
from tests.web_server import page, web_server

pytestmark = pytest.mark.timeout(600)  # the first of them plays every command

PAGE = Path(__file__).parents[2] / "docs/reference/json.md"
SLUG = "2020-12-16-holiday-greeting"
CALLS: dict[str, tuple[str, ...]] = {
    "build": ("build", SLUG),
    "translate": ("translate", SLUG),
    "teaser": ("teaser", "PAGE", SLUG),
    "members import": ("members", "import", "members.csv"),
    "members add": ("members", "add", "new@reader.example", "--basis", "express", "--evidence", "form"),
    "members edit": ("members", "edit", "new@reader.example", "--company", "New Tool"),
    "members show": ("members", "show", "new@reader.example"),
    "members unsubscribe": ("members", "unsubscribe", "new@reader.example"),
    "members list": ("members", "list"),
    "check": ("check", SLUG, "--audience"),
    "token add": ("token", "add", "crm-sync", "--scope", "look"),
    "token list": ("token", "list"),
    "segments": ("segments",),
    "segments list": ("segments", "list"),
    "staff list": ("staff", "list"),
    "segments explain": ("segments", "explain", "ontario"),
    "segments save": ("segments", "save", "east", 'province == "NS"'),
    "segments rename": ("segments", "rename", "east", "atlantic"),
    "segments remove": ("segments", "remove", "atlantic"),
    "suppressions import": ("suppressions", "import", "gone.csv"),
    "suppressions add": ("suppressions", "add", "never@reader.example"),
    "suppressions list": ("suppressions", "list"),
    "test": ("test", SLUG, "--to", "me@reader.example"),
    "schedule": ("schedule", SLUG, "-s", "quebec", "--at", "2020-12-17 09:00", "--every", "year", "--yes"),
    "send": ("send", SLUG, "-s", "ontario", "--yes"),
    "holidays": ("holidays", "--year", "2021"),
    "holidays confirm": ("holidays", "confirm", "lunar-new-year"),
    "calendar": ("calendar",),
    "settle": ("settle", "2"),
    "campaigns": ("campaigns",),
    "series list": ("series", "list"),
    "notices test": ("notices", "test"),
    "notices": ("notices",),
    "report": ("report", "2"),
    "late": ("late", "2", "--yes"),
    "retry": ("retry", "2", "--yes"),
    "correct": ("correct", "2", "--tell"),
    "review": ("review", SLUG),
    "comments": ("comments", SLUG),
    "why": ("why", PEOPLE[0]),
    "doctor": ("doctor",),
    "settings": ("settings",),
    "reschedule": ("reschedule", "1", "--at", "2020-12-18 09:00", "--yes"),
    "hold": ("hold", "--reason", "a mistake"),
    "release": ("release",),
    "claim": ("claim",),
    "series end": ("series", "end", "1"),
}


def _joined(folder: Path) -> None:
    """Somebody joined the audience of mailing 2 since."""
    proof = ("--basis", "express", "--evidence", "form")
    newsletter(folder, "members", "add", "late@reader.example", "--province", "ON", *proof)


def _refused(folder: Path) -> None:
    """The provider refused one person of mailing 2: the outbox itself never does."""
    with closing(sqlite3.connect(folder / "var/newsletter.db")) as db, db:
        db.execute(
            "UPDATE deliveries SET state = 'rejected', holds = 0 WHERE id = (SELECT min(id) FROM deliveries WHERE campaign_id = 2)"
        )


BEFORE = {"late": _joined, "retry": _refused}  #: what happened in the workspace before a command is called


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each command prints, in one workspace, in this order."""
    folder = workspace(tmp_path_factory.mktemp("json"))
    (folder / "gone.csv").write_text("email\ngone@reader.example\n", encoding="utf-8")
    story = page(b'<html lang="en"><title>A story</title></html>')
    with mail_server() as server, web_server({"*": story}) as web:
        with (folder / "newsletter.toml").open("a", encoding="utf-8") as file:
            file.write(
                '\n[notices]\nchannel = ["smtp"]\npeople = ["Jay <jay@ngen.example>"]\n'
                f'smtp_host = "127.0.0.1"\nsmtp_port = {server.port}\nsmtp_security = "none"\n'
                '\n[links]\nloopback = "yes"\n'
            )
        found = {}
        for name, call in CALLS.items():
            BEFORE.get(name, lambda _folder: None)(folder)
            words = (web.url() if word == "PAGE" else word for word in call)
            found[name] = json.loads(newsletter(folder, *words, "--json").stdout)
        return found


def sections() -> dict[str, dict[str, str]]:
    """The documented keys of each command, with what is said of them."""
    found: dict[str, dict[str, str]] = {}
    for title, body in re.findall(
        r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    ):
        keys = {
            key: said
            for cell, said in re.findall(r"^\| (`.+?) \| (.+) \|$", body, re.MULTILINE)
            for key in re.findall(r"`([\w\[\]{}]+)`", cell)
        }
        found |= dict.fromkeys(title.split(", "), keys)
    return found


def with_json(command: click.Command, path: str) -> Iterator[str]:
    """The paths of the commands that have `--json`."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from with_json(inner, f"{path} {name}")
    if any("--json" in option.opts for option in command.params):
        yield path


def test_every_command_with_json_is_described() -> None:
    found = {
        path
        for name, entry in COMMANDS.items()
        for path in with_json(importlib.import_module(f"newsletter.cli.{entry.module}").command, name)
    }
    assert found == set(sections()) == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_the_keys_are_those_described(answers: dict[str, dict[str, Any]], name: str) -> None:
    described = {key.rstrip("[]{}"): key for key in sections()[name]}
    found = answers[name]
    assert "error" not in found, found
    assert set(found) == set(described)
    for key, value in found.items():
        form = (
            "[]" if isinstance(value, list) else "{}" if isinstance(value, dict) and key != "member" else ""
        )
        assert described[key] == key + form, key
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = re.findall(r"`(\w+)`", sections()[name][described[key]])
            assert not inner or key == "findings" or set(value[0]) == set(inner), key
