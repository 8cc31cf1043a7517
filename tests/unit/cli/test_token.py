"""`newsletter token`: made, listed, revoked; the secret shown once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsletter import app, cli
from newsletter.model.account import Right
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import access
from tests.writing import copied


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(copied(tmp_path))
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-16T12:00:00Z")
    return tmp_path


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = cli.main(list(words))
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_secret_is_shown_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, secret, told = called(
        capsys, "token", "add", "crm sync", "--scope", "look", "--scope", "write", "--days", "30"
    )
    assert code == 0
    assert secret.startswith("nlk_")
    assert "It ends on 2021-01-15" in told
    code, listed, _ = called(capsys, "token", "list")
    assert listed.split() == ["crm", "sync", "valid", "until", "2021-01-15", "look,", "write"]
    assert secret.strip() not in listed
    found = json.loads(called(capsys, "token", "list", "--json")[1])["tokens"]
    assert [(one["name"], one["scopes"], one["valid"]) for one in found] == [
        ("crm sync", ["look", "write"], True)
    ]
    with app.opened() as ctx:
        opened = access.enter(ctx, secret.strip())
        assert opened
        assert opened.scopes == {Right.LOOK, Right.WRITE}
    assert called(capsys, "token", "revoke", "CRM Sync")[0] == 0
    assert "revoked" in called(capsys, "token", "list")[1]
    with app.opened() as ctx:
        assert access.enter(ctx, secret.strip()) is None
    assert called(capsys, "token", "revoke", "crm sync")[0] != 0
    assert called(capsys, "token", "add", "crm sync", "--scope", "look")[0] == 0, "the name is free again"


def test_what_is_no_token_is_refused(folder: Path) -> None:
    with app.opened() as ctx:
        access.add(ctx, "one", [Right.LOOK])
        for name, scopes, days, code in (
            ("ONE", [Right.LOOK], 1, "token-exists"), ("", [Right.LOOK], 1, "token-name"), ("x" * 61, [Right.LOOK], 1, "token-name"),
            ("a\x07b", [Right.LOOK], 1, "token-name"), ("two", [], 1, "token-scopes"), ("two", [Right.LOOK], 0, "token-days"),
            ("two", [Right.LOOK], 731, "token-days"),
        ):  # fmt: skip
            with pytest.raises(NotAllowed) as caught:
                access.add(ctx, name, scopes, days)
            assert caught.value.code == code
        for text in ("", "nlk_", "x" * 100_000, "nlk_" + "é" * 43, "nlk_" + "a" * 43):
            assert access.enter(ctx, text) is None
