"""How to spoil the sample for sponsor-expired: a sponsor whose time has passed, has not come, is used up, or says nothing in French."""

from __future__ import annotations

from datetime import UTC, date, datetime

from newsletter.checks.occasion import Occasion
from tests.unit.checks.mutations import Edit, Workshop, body, planned, spoil

_PLANNED = datetime(2020, 12, 16, 14, tzinfo=UTC)
_SHOWN_TWICE = Occasion(date(2020, 12, 16), inserted={"sample-tool": 2})
_SHOW = body('::: sponsor name="sample-tool"\n:::')
_SPONSOR = """[sample-tool]
name = "Sample Tool & Die"
url = "https://sponsor.example/"
text.en = "Moulds for short runs."
"""
_FRENCH = 'text.fr = "Des moules pour petites séries."\n'


def _agreed(more: str) -> Edit:
    """A sponsors.toml whose sponsor has these terms."""

    def run(shop: Workshop) -> None:
        shop.put("sponsors.toml", _SPONSOR + more)

    return run


spoil("sponsor-expired", _agreed(f"{_FRENCH}until = 2020-12-15"), _SHOW, planned(_PLANNED))
spoil("sponsor-expired", _agreed(f"{_FRENCH}from = 2020-12-17"), _SHOW, planned(_PLANNED))
spoil("sponsor-expired", _agreed(f"{_FRENCH}insertions = 2"), _SHOW, planned(_PLANNED, _SHOWN_TWICE))
spoil("sponsor-expired", _agreed(""), _SHOW, planned(_PLANNED))
spoil("sponsor-expired", _agreed(f'{_FRENCH}logo.en = "logo.png"'), _SHOW, planned(_PLANNED))
