"""A command waits for no library that it does not need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

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
    "import json, sys; {code}; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
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
