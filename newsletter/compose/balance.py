"""Whether a stretch of HTML opens and closes the same things, for readers inside and outside conditional comments.

In: HTML. Out: what is not balanced, in words. Called by slicing (cut-marks), mjml.judge (content of ending tags).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsletter.compose.scan import VOID, Span, What, scan
from newsletter.model.said import NOTHING, Said


def imbalance(html: str) -> Said:
    """What is left open or closed too often; empty when the stretch is balanced in both views.

    Outlook reads what stands in `<!--[if mso]> … <![endif]-->` between the rest; every other program reads only the rest.
    """
    found = unpaired(html)
    return found[0] if found else NOTHING


def unpaired(html: str) -> tuple[Said, int] | None:
    """The same with the offset of the tag that has no counterpart; None when the stretch is balanced in both views."""
    spans = list(scan(html))
    outside = _unpaired(span for span in spans if not span.hidden)
    return outside or _unpaired(_outlook(html, spans))


def _outlook(html: str, spans: list[Span]) -> Iterator[Span]:
    """The spans that Outlook reads: with hidden ones for it, without those between `<!--[if !mso]><!-->` and `<!--<![endif]-->`."""
    skipping = other = False
    for span in spans:
        text = html[span.start : span.end]
        if span.what is What.COMMENT and "[if !mso" in text:
            skipping = True
        elif span.what is What.COMMENT and "<![endif]" in text:
            skipping = False
        elif span.what is What.CONDITION:
            other = "mso" not in text
        elif not skipping and not (span.hidden and other):
            yield span


def _unpaired(spans: Iterable[Span]) -> tuple[Said, int] | None:
    opened: list[Span] = []
    for span in spans:
        if span.what is What.OPEN and not span.empty and span.tag not in VOID:
            opened.append(span)
        elif span.what is What.CLOSE and span.tag not in VOID:
            if not opened or opened[-1].tag != span.tag:
                return _alone(span, opened)
            opened.pop()
    return _open(opened[-1]) if opened else None


def _alone(span: Span, opened: list[Span]) -> tuple[Said, int]:
    if all(one.tag != span.tag for one in opened):
        return Said(f"</{span.tag}> closes nothing", f"</{span.tag}> ne ferme rien"), span.start
    return _open(opened[-1])


def _open(span: Span) -> tuple[Said, int]:
    return Said(f"<{span.tag}> is not closed", f"<{span.tag}> n’est pas fermé"), span.start
