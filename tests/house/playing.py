"""A workspace and commands in processes of their own, for what documents promise.

In: a folder. Out: a workspace with members, and what commands print. Called by the house tests.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.faults.nursery import nursery

ROOT = Path(__file__).parents[2]
PEOPLE = ("ana@reader.example", "luc@reader.example", "sam@reader.example", "kim@reader.example")
_MEMBERS = """email,first_name,province,language,tags,consent_basis,consent_evidence
ana@reader.example,Ana,ON,en,aerospace,express,form
luc@reader.example,Luc,QC,fr,,express,form
sam@reader.example,Sam,BC,,,express,form
kim@reader.example,Kim,ON,en,,,
no-address,,,,,,
"""


def newsletter(folder: Path, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    """One command; its exit code is as expected. The clock stands at the day of the sample greeting."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("NEWSLETTER_", "SENDGRID"))
    }
    environ = kept | {"PYTHONPATH": str(ROOT), "NEWSLETTER_CLOCK": "2020-12-16T14:00:00Z"}
    child = nursery().start(folder, environ, list(arguments))
    out, err = child.communicate(timeout=100)
    assert child.returncode is not None
    assert code is None or child.returncode == code, f"{arguments}: {child.returncode}\n{out}\n{err}"
    return subprocess.CompletedProcess(arguments, child.returncode, out, err)


def workspace(parent: Path) -> Path:
    """A new workspace with four members, of whom three may be mailed."""
    folder = parent / "workspace"
    newsletter(parent, "init", str(folder))
    (folder / "members.csv").write_text(_MEMBERS, encoding="utf-8")
    newsletter(folder, "members", "import", "members.csv")
    return folder
