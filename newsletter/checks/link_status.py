"""Links that were asked, and what came of it.

In: the links of an email, and their results where somebody asked for them. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from newsletter.checks.context import CheckContext, short
from newsletter.model.artwork import Link
from newsletter.model.finding import Finding, Severity
from newsletter.model.link_result import LinkResult, without_part

NAME = "link-status"

#: statuses with which servers send programs away, and let people in
UNSURE = frozenset({401, 402, 403, 405, 406, 418, 429, 451, 503, 999})


class Told(NamedTuple):
    """What is said of a link: severity, sentence, hint."""

    severity: Severity
    message: str
    hint: str = ""


_WHY = {
    "name": ("leads nowhere: there is no such host", "Was the name misspelt?"),
    "connect": ("leads to a host where nobody answers", "Open it yourself; was the address misspelt?"),
    "time": ("was not answered in time", "Open it yourself, or ask again later."),
    "answer": ("is answered with something that is no web page", "Open it yourself."),
    "size": ("is answered without an end", "Open it yourself."),
    "redirects": ("redirects without an end, or to nowhere", "Link to the page itself."),
    "refused": (
        "was not asked: it leads to what is not on the public Internet",
        "Link to a page that every reader can reach.",
    ),
}


def check(context: CheckContext) -> Iterator[Finding]:
    """With `--links`: every link is answered.

    Level: warning for an answer of 4xx or 5xx, no such host, nobody there, a certificate that browsers refuse, no answer in time,
    redirects without an end; info for a page that moved for good, for a story whose address now leads to the site's first page, and for an answer that servers give to
    programs only (403, 429 …). Personal links, our own pages and addresses that sign off are not asked.
    """
    seen: set[tuple[str, str]] = set()
    for link in context.artwork.links:
        result = context.links.get(without_part(link.url))
        if result is None or (link.url, link.language) in seen:
            continue
        seen.add((link.url, link.language))
        told = judged(result)
        if told:
            yield _finding(context, link, told)


def _finding(context: CheckContext, link: Link, told: Told) -> Finding:
    place = link.place or context.where(link.url, link.language) or context.template
    message = f"“{short(link.url)}” {told.message}"
    return Finding(NAME, told.severity, message, place, link.language, told.hint)


def judged(result: LinkResult) -> Told | None:
    """What is to be said of a result; None when all is well, or nobody asked."""
    if result.skip:
        return None
    if result.why:
        return _unreached(result)
    return _moved(result) if result.well else _refused(result)


def _unreached(result: LinkResult) -> Told:
    if result.why == "tls":
        detail = f" ({result.detail})" if result.detail else ""
        message = f"shows a certificate that browsers refuse{detail}"
        return Told(Severity.WARNING, message, "Readers would see a warning: tell whoever runs the site.")
    message, hint = _WHY.get(result.why, ("was not answered", "Open it yourself."))
    return Told(Severity.WARNING, message, hint)


def _refused(result: LinkResult) -> Told:
    if result.status in UNSURE:
        message = f"answers {result.status} to programs, which says little"
        return Told(Severity.INFO, message, "Open it yourself.")
    if result.status in {404, 410}:
        return Told(
            Severity.WARNING,
            f"leads to a page that is not there ({result.status})",
            "Mend the address, or take the link away.",
        )
    return Told(
        Severity.WARNING, f"is answered with {result.status}", "Open it yourself, or ask again later."
    )


def _moved(result: LinkResult) -> Told | None:
    if _to_the_front(result):
        message = f"now leads to the first page of {urlsplit(result.final).hostname}"
        return Told(Severity.INFO, message, "Is the story still there? Link to it.")
    if result.moved_to:
        return Told(
            Severity.INFO, f"moved for good to {short(result.moved_to, 200)}", "Write the new address."
        )
    return None


def _to_the_front(result: LinkResult) -> bool:
    """A site that sends what it no longer has to its first page: it says 200, and readers find nothing."""
    asked, final = urlsplit(result.url), urlsplit(result.final)
    deep = asked.path.strip("/").count("/") >= 1
    return (
        bool(result.steps)
        and deep
        and final.path.strip("/") in {"", "en", "fr", "index.html"}
        and not final.query
    )
