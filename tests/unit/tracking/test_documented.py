"""The rules are published: every one has its line in the docs, and no line is of a rule that is gone."""

from __future__ import annotations

import re
from pathlib import Path

from newsletter.tracking.machines import Rule

PAGE = Path(__file__).resolve().parents[3] / "docs/explanation/tracking.md"


def test_every_rule_has_its_line() -> None:
    table = PAGE.read_text(encoding="utf-8").split("| rule | says | when |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == {rule.value for rule in Rule}
