"""A command waits for no library that it does not need."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter import cli

_HEAVY = (
    "sqlalchemy",
    "alembic",
    "httpx",
    "rich",
    "starlette",
    "uvicorn",
    "jinja2",
    "mjml",
    "premailer",
    "watchfiles",
    "cryptography",
)
_LOADED = (
    "import json, sys; {code};"
    " print(json.dumps(sorted({{name.split('.')[0] for name, one in sys.modules.items() if one}})))"
)


def loaded(code: str) -> set[str]:
    """The packages that are imported once a piece of code has run."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED.format(code=code)], stdout=subprocess.PIPE, text=True, check=True
    )
    return set(json.loads(done.stdout.strip().splitlines()[-1]))


def test_the_help_imports_click_and_nothing_heavy() -> None:
    found = loaded("from newsletter.cli import main; main(['--help'])")
    assert "click" in found
    assert not found & {*_HEAVY, "msgspec", "sendgrid"}


@pytest.mark.parametrize("name", ["check", "build", "new"])
def test_who_writes_waits_for_no_database_and_no_provider(name: str) -> None:
    """The compiler and premailer are the child's to import, while we import the checks."""
    code = f"import newsletter.cli.{name}, newsletter.pipeline.build, newsletter.pipeline.write_out"
    assert not loaded(code) & {*_HEAVY, "sendgrid"}


@pytest.mark.parametrize("name", ["campaigns", "report", "series", "why"])
def test_who_looks_at_mailings_waits_for_no_provider(name: str) -> None:
    code = f"import newsletter.cli.{name}; newsletter.cli.{name}.command"
    assert not loaded(code) & {"httpx", "rich", "pygments", "starlette", "cryptography", "sendgrid"}


def test_whoever_speaks_http_is_brought_no_command_line_with_it() -> None:
    found = loaded("import newsletter.providers.http")
    assert "httpx" in found
    assert not found & {"rich", "pygments", "click"}


def test_the_help_starts_within_six_times_bare_python() -> None:
    resource = pytest.importorskip("resource", reason="processes are reckoned otherwise here")

    def spent(*arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return float(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    bare = min(spent("-c", "pass") for _ in range(7))
    helped = min(spent("-m", "newsletter", "--help") for _ in range(7))
    assert helped < 6 * bare


def test_files_and_pipes_get_utf8_whatever_the_code_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    monkeypatch.setattr(sys, "argv", ["newsletter", "check", "œuvre ─ 会"])
    monkeypatch.setattr(cli, "main", lambda: print(sys.argv[-1]))
    with pytest.raises(SystemExit):
        cli.run()
    sys.stdout.flush()
    assert written.getvalue().decode("utf-8").strip() == "œuvre ─ 会"


def test_a_code_page_that_was_asked_for_ends_in_no_traceback() -> None:
    code = "import sys; from newsletter import cli; cli.main = lambda: print('é ─'); cli.run()"
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=True,
    )
    assert found.stdout.strip() == b"\xe9 ?"


def test_what_the_system_refuses_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["init", str(tmp_path / "news")]) == 0
    monkeypatch.chdir(tmp_path / "news")
    (tmp_path / "news/var").write_text("a file where a folder should be", encoding="utf-8")
    capsys.readouterr()
    assert cli.main(["campaigns", "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["error"]["code"] == "system"
    assert "var: File exists" in told.err


def test_a_port_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["emulator", "--port", "99999"]) == 1
    assert "the emulator cannot start" in capsys.readouterr().err
