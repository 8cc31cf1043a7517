"""The blocks in the pages, and what each is made of.

In: a page. Out: its text with every block as the code now says it. Called by docs.generate and the house tests.

A block stands between `<!-- made from the code: NAME -->` and `<!-- end -->`; what is written by hand stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from docs.generate import api, checks, codes, commands, components, tables

PAGES = Path(__file__).parents[1]
BLOCKS: dict[str, Callable[[], str]] = {
    "commands": commands.commands,
    "settings": tables.settings,
    "publication": tables.publication,
    "checks": checks.index,
    "forty-checks": checks.forty,
    "accepting": checks.waiver,
    "composing-checks": tables.composing_checks,
    "schedule-remarks": tables.schedule_remarks,
    "holidays": tables.holidays,
    "holiday-dates": tables.holiday_dates,
    "zones": tables.province_zones,
    "segment-fields": tables.segment_fields,
    "segment-grammar": tables.segment_grammar,
    "member-columns": tables.member_columns,
    "consent": tables.consent,
    "exclusions": tables.exclusions,
    "codes": codes.codes,
    "examinations": codes.examinations,
    "statuses": tables.statuses,
    "batch-states": tables.batch_states,
    "event-kinds": tables.event_kinds,
    "public-urls": tables.public_urls,
    "staff-urls": tables.staff_urls,
    "limits": tables.limits,
    "api-operations": api.operations,
    "api-shapes": api.shapes,
    "components": components.every,
    "component-pictures": components.index,
    **components.blocks(),
}
_BLOCK = re.compile(r"(<!-- made from the code: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(path: Path) -> str:
    """A page with its blocks as they should be. Raises KeyError for a block that nothing makes."""
    text = path.read_text(encoding="utf-8")
    return _BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]]().strip()}\n\n{found[3]}", text)


def used(path: Path) -> list[str]:
    """The names of the blocks of a page."""
    return [found[2] for found in _BLOCK.finditer(path.read_text(encoding="utf-8"))]
