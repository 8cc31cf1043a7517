"""Secrets and keys: private, never guessed, never replaced in silence."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsletter import workspace
from newsletter.model.errors import ConfigurationError

posix = pytest.mark.skipif(os.name != "posix", reason="Windows decides by the folder's rights")


def secret(root: Path, name: str, text: str, mode: int = 0o600) -> Path:
    folder = root / "secrets"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_secrets_by_setting_name(tmp_path: Path) -> None:
    secret(tmp_path, "sendgrid.key", "SG.abc\n")
    secret(tmp_path, "instance.key", "{}")
    secret(tmp_path, "notes.txt", "x")
    assert workspace.read_secrets(tmp_path) == {"sendgrid.api_key": "SG.abc"}
    assert workspace.read_secrets(tmp_path / "nowhere") == {}


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o601])
def test_a_secret_that_others_can_read(mode: int, tmp_path: Path) -> None:
    secret(tmp_path, "sendgrid.key", "SG.abc", mode)
    with pytest.raises(ConfigurationError, match="chmod 600") as caught:
        workspace.read_secrets(tmp_path)
    assert "SG.abc" not in str(caught.value)


def test_keys_are_made_once_for_a_fresh_database(tmp_path: Path) -> None:
    made = workspace.read_keys(tmp_path, "", fresh=True)
    assert workspace.read_keys(tmp_path, "", fresh=True) == made
    assert workspace.read_keys(tmp_path, "", fresh=False) == made
    assert len(made.suppression) == len(made.signing) == 32
    assert made.suppression != made.signing
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["instance.key"]


@posix
def test_the_key_file_is_private(tmp_path: Path) -> None:
    workspace.read_keys(tmp_path, "", fresh=True)
    path = tmp_path / "secrets" / "instance.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        workspace.read_keys(tmp_path, "", fresh=False)


def test_many_processes_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: workspace.read_keys(tmp_path, "", fresh=True).suppression, range(64)))
    assert len(set(made)) == 1


def test_a_missing_key_beside_an_old_database_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="mailed again") as caught:
        workspace.read_keys(tmp_path, "", fresh=False)
    assert caught.value.code == "key-missing"
    assert not (tmp_path / "secrets").exists()


def test_keys_given_by_the_environment(tmp_path: Path) -> None:
    made = workspace.read_keys(tmp_path / "a", "", fresh=True)
    text = (tmp_path / "a" / "secrets" / "instance.key").read_text(encoding="utf-8")
    assert workspace.read_keys(tmp_path / "b", text, fresh=False) == made
    assert not (tmp_path / "b").exists()


GOOD = {"suppression": "A" * 43 + "=", "tokens": {"1": "A" * 43 + "="}, "current": 1}


@pytest.mark.parametrize(
    "raw",
    [
        "", "x", "[]", "null", "3", "{}", "[" * 100_000,
        json.dumps(GOOD | {"suppression": "AAAA"}),
        json.dumps(GOOD | {"suppression": 3}),
        json.dumps(GOOD | {"suppression": "é" * 44}),
        json.dumps(GOOD | {"tokens": {}}),
        json.dumps(GOOD | {"tokens": []}),
        json.dumps(GOOD | {"tokens": {"256": "A" * 43 + "="}, "current": 256}),
        json.dumps(GOOD | {"current": 2}),
        json.dumps(GOOD | {"current": None}),
    ],
)  # fmt: skip
def test_damaged_keys_are_refused_and_not_shown(raw: str, tmp_path: Path) -> None:
    secret(tmp_path, "instance.key", raw)
    with pytest.raises(ConfigurationError, match="damaged") as caught:
        workspace.read_keys(tmp_path, "", fresh=True)
    assert "AAAA" not in str(caught.value)
    assert (tmp_path / "secrets" / "instance.key").read_text(encoding="utf-8") == raw
