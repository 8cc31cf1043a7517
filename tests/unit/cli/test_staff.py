"""`newsletter staff`: from the first link to the last account, as typed in a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from newsletter import app, cli
from newsletter.pipeline import accounts, start


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    start.init(tmp_path / "news")
    monkeypatch.chdir(tmp_path / "news")
    return tmp_path / "news"


def run(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.main(words)
    told = capfd.readouterr()
    return code, told.out, told.err


def test_accounts_are_kept_from_the_terminal(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capfd, "staff", "list")
    assert (code, out) == (0, "")
    assert "staff link --first" in err
    code, first, _ = run(capfd, "staff", "link", "--first")
    assert code == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8026/welcome/[\w-]{43}\n", first)
    code, link, err = run(
        capfd, "staff", "add", "Zoé Côté", "zoe@ngen.example", "--role", "author", "--role", "admin"
    )
    assert (code, "once, within 24 hours" in err) == (0, True)
    token = link.strip().rpartition("/")[2]
    with app.opened(folder) as ctx:
        assert accounts.opened(ctx, token).account is not None
    code, _, err = run(capfd, "staff", "link", "--first")
    assert (code, "somebody has an account" in err) == (1, True)
    code, out, _ = run(capfd, "staff", "roles", "zoe@ngen.example", "admin", "sender")
    assert (code, out) == (0, "Zoé Côté: admin, sender\n")
    code, out, _ = run(capfd, "staff", "list", "--json")
    found = json.loads(out)["accounts"]
    assert found == [
        {
            "name": "Zoé Côté",
            "email": "zoe@ngen.example",
            "roles": ["admin", "sender"],
            "language": "en",
            "ready": False,
        }
    ]
    code, _, err = run(capfd, "staff", "remove", "zoe@ngen.example")
    assert (code, "nobody would be left" in err) == (1, True)
    run(capfd, "staff", "add", "Ben", "ben@ngen.example", "--role", "admin")
    assert run(capfd, "staff", "remove", "zoe@ngen.example")[0] == 0
    code, _, err = run(capfd, "staff", "link", "zoe@ngen.example")
    assert (code, "nobody of the staff" in err) == (1, True)


@pytest.mark.parametrize(
    "words",
    [["link"], ["link", "a@x.example", "--first"], ["add", "A", "a@x.example"], ["roles", "a@x.example"]],
)
def test_wrong_usage_is_said(folder: Path, capfd: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert run(capfd, "staff", *words)[0] == 2


def test_what_is_no_address_is_refused(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capfd, "staff", "add", "Ana", "no address", "--role", "viewer")
    assert (code, "not an email address" in err) == (1, True)
