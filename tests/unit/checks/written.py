"""An issue as somebody writes it, in one language or two, for the checks that read the author's own words.

In: bodies in Markdown. Out: the findings of one check. Called by the tests of dates, times and parity.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from newsletter.checks import catalog
from newsletter.checks.context import CheckContext
from newsletter.compose.steps import compose
from newsletter.model.finding import Finding
from tests.unit.checks.sample import context
from tests.unit.compose.kit import BARE, pixel, tiny

PLANNED = datetime(2021, 1, 27, 14, tzinfo=UTC)
_EVENT = {
    f"components/{name}.{ending}": "<mj-text>x</mj-text>" if ending == "mjml" else "x"
    for name in ("event", "teaser", "quote", "rows", "heading", "signature")
    for ending in ("mjml", "txt")
} | {
    f"components/{name}.mjml": "<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>"
    for name in ("event", "teaser")
}


def read(
    english: str,
    french: str | None = None,
    *,
    front: str = "subject: Hello",
    french_front: str = "subject: Bonjour",
    planned: datetime = PLANNED,
) -> CheckContext:
    """A context whose outlines are those of an issue with these bodies."""
    request = tiny(
        english,
        front=front,
        french=french,
        french_front=french_front,
        templates={**BARE, **_EVENT},
        images={"issues/x/robot.png": pixel(), "issues/x/serre.png": pixel()},
    )
    rendering = compose(request)
    assert rendering.outlines
    return replace(context(planned_at=planned), rendering=rendering)


def remarks(check: str, english: str, french: str | None = None, **more: object) -> list[Finding]:
    """The findings of one check, in order."""
    (run,) = (one.run for one in catalog.CHECKS if one.name == check)
    return list(run(read(english, french, **more)))  # type: ignore[arg-type]
