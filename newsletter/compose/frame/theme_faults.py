"""One remark on the theme, before it has a line, and sentences that several of them share.

In: nothing. Out: values. Called by frame.judging, frame.theme_names, frame.palette.
"""

from __future__ import annotations

from typing import NamedTuple

from newsletter.compose.frame.toml_lines import Path
from newsletter.model.finding import Severity
from newsletter.model.said import NOTHING, Said


class Fault(NamedTuple):
    """One remark: what of the theme it is about, the sentence, the next step."""

    path: Path
    message: Said
    hint: Said = NOTHING
    severity: Severity = Severity.ERROR


def example(written: str) -> Said:
    """How it may be written."""
    return Said(f"For example: {written}", f"Par exemple\u00a0: {written}")
