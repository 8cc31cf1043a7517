"""What `check --links` says of where links lead, beside the remarks.

In: results by address. Out: a line for people, a list for programs. Called by cli.check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from newsletter.model.link_result import LinkResult, Skip
from newsletter.model.said import Said

if TYPE_CHECKING:
    from newsletter.pipeline.authoring import Desk
    from newsletter.pipeline.build import Asker

_SKIPPED: dict[str, Said] = {
    Skip.PERSONAL: Said("personal", "personnels"),
    Skip.OURS: Said("our own pages", "nos propres pages"),
    Skip.LEAVING: Said("they may sign somebody off", "ils pourraient désabonner quelqu’un"),
    Skip.MANY: Said("too many", "trop nombreux"),
}


def asker(desk: Desk, *, refresh: bool) -> Asker:
    """Asks links through the safe fetcher."""
    from newsletter.pipeline import asking_links

    fetcher = asking_links.fetcher_of(desk.settings)
    return lambda asked: asking_links.ask(desk, asked, refresh=refresh, fetcher=fetcher)


def as_json(results: Mapping[str, LinkResult]) -> list[dict[str, object]]:
    """What became of each address, by address."""
    return [results[url].as_json() for url in sorted(results)]


def summary(results: Mapping[str, LinkResult], language: str) -> str:
    """`links asked: 11, well: 10; not asked: 1 (personal)`."""
    asked = [result for result in results.values() if not result.skip]
    well = sum(result.well for result in asked)
    skipped = Counter(result.skip for result in results.values() if result.skip)
    told = Said(
        f"links asked: {len(asked)}, answered well: {well}",
        f"liens vérifiés\u00a0: {len(asked)}, dont {well} sans problème",
    ).told(language)
    counts = ", ".join(
        f"{count} ({_SKIPPED[skip].told(language)})" for skip, count in sorted(skipped.items())
    )
    return told + (
        Said(f"; not asked: {counts}", f"; non vérifiés\u00a0: {counts}").told(language) if counts else ""
    )
