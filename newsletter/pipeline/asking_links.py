"""Where the links of an issue lead: asked through the safe fetcher, several at a time, and kept.

In: the links of an artwork. Out: a result for each address; var/links.json is renewed. Called by cli.check with `--links`.

HEAD first, and GET (without reading) where HEAD is not answered well. Never asked, and never followed to by a redirect: this program's own
pages, and addresses at which a GET may sign somebody off. Never asked: links that differ by reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import ada_url

from newsletter.fetching.contract import Answer, Limits, Unfetched, Why
from newsletter.model.artwork import Link
from newsletter.model.link_result import LinkResult, Skip, Step, without_part
from newsletter.workspace import link_results

if TYPE_CHECKING:
    from newsletter.fetching.fetcher import Fetcher
    from newsletter.pipeline.authoring import Authoring
    from newsletter.settings import Settings

MOST = 500  #: links of one run
_AGAIN = timedelta(minutes=10)  #: after so long, what went wrong is asked again
_LEAVING = re.compile(
    r"unsub|un-sub|opt-?_?out|d[eé]sabonn|d[eé]sinscri|d%C3%A9sabonn|remove-?me|email-?pref|/preferences?\b",
    re.IGNORECASE,
)


def fetcher_of(settings: Settings) -> Fetcher:
    """The fetcher as the settings have it."""
    from newsletter.fetching.fetcher import Fetcher  # TLS takes its time: only who asks waits for it

    ours = settings.text("web.base_url")
    return Fetcher(
        Limits(seconds=max(settings.whole("links.seconds"), 1)),
        loopback=settings.text("links.loopback") == "yes",
        barred=lambda url: _skip(url, ours) is not None,
    )


def ask(
    desk: Authoring, links: Iterable[Link], *, refresh: bool = False, fetcher: Fetcher | None = None
) -> dict[str, LinkResult]:
    """A result for each address, by address without its fragment; what is fresh enough is not asked again."""
    kept = {} if refresh else link_results.read(desk.root)
    wanted = dict.fromkeys(without_part(link.url) for link in links if not link.personal)
    found = {
        without_part(link.url): _skipped(desk, link.url, Skip.PERSONAL) for link in links if link.personal
    }
    due: list[str] = []
    for url in wanted:
        if skip := _skip(url, desk.settings.text("web.base_url")):
            found[url] = _skipped(desk, url, skip)
        elif (known := kept.get(url)) and _fresh(desk, known):
            found[url] = known
        else:
            due.append(url)
    asked = _asked(desk, due[:MOST], fetcher or fetcher_of(desk.settings))
    if asked:
        link_results.keep(desk.root, {**link_results.read(desk.root), **asked})
    return {**found, **asked, **{url: _skipped(desk, url, Skip.MANY) for url in due[MOST:]}}


def _skip(url: str, ours: str) -> Skip | None:
    """Read as browsers do; what they cannot read is left to the fetcher, which says so."""
    try:
        parsed = ada_url.URL(url)
    except (ValueError, UnicodeError):
        return None
    if parsed.host == _host(ours):
        return Skip.OURS
    return Skip.LEAVING if _LEAVING.search(f"{parsed.pathname}{parsed.search}") else None


def _skipped(desk: Authoring, url: str, skip: Skip) -> LinkResult:
    return LinkResult(without_part(url), desk.now(), skip=skip.value)


def _fresh(desk: Authoring, known: LinkResult) -> bool:
    hours = timedelta(hours=desk.settings.whole("links.fresh_hours"))
    age = desk.now() - known.at
    return timedelta(0) <= age < (hours if known.well else min(_AGAIN, hours))


def _asked(desk: Authoring, urls: Sequence[str], fetcher: Fetcher) -> dict[str, LinkResult]:
    """Several at a time, and of one host never more than it should bear."""
    lanes = list(_lanes(urls, max(desk.settings.whole("links.per_host"), 1)))
    if not lanes:
        return {}
    workers = min(max(desk.settings.whole("links.at_once"), 1), len(lanes))
    with ThreadPoolExecutor(workers, thread_name_prefix="link") as pool:
        lane_results = pool.map(lambda lane: [_one(desk, url, fetcher) for url in lane], lanes)
        return {result.url: result for results in lane_results for result in results}


def _lanes(urls: Sequence[str], per_host: int) -> Iterable[list[str]]:
    """The links of a host in so many rows; each row is asked one by one."""
    hosts: dict[str, list[str]] = {}
    for url in urls:
        hosts.setdefault(_host(url), []).append(url)
    return (lane for found in hosts.values() for start in range(per_host) if (lane := found[start::per_host]))


def _host(url: str) -> str:
    try:
        return ada_url.URL(url).host
    except (ValueError, UnicodeError):
        return ""


def _one(desk: Authoring, url: str, fetcher: Fetcher) -> LinkResult:
    try:
        answer = _head_then_get(url, fetcher)
    except Unfetched as error:
        steps = tuple(Step(hop.status, hop.url) for hop in error.hops)
        if error.why is Why.BARRED and steps:
            skip = _skip(steps[-1].url, desk.settings.text("web.base_url")) or Skip.LEAVING
            return replace(_skipped(desk, url, skip), steps=steps)
        return LinkResult(url, desk.now(), why=error.why.value, detail=error.detail, steps=steps)
    steps = tuple(Step(hop.status, hop.url) for hop in answer.hops)
    return LinkResult(url, desk.now(), answer.status, final=answer.url, steps=steps)


def _head_then_get(url: str, fetcher: Fetcher) -> Answer:
    """Many servers answer HEAD wrongly or not at all: only a good answer to it counts."""
    try:
        answer = fetcher.head(url)
    except Unfetched as error:
        if error.why not in {Why.ANSWER, Why.TIME}:
            raise
        return fetcher.touch(url)
    return answer if 200 <= answer.status < 300 else fetcher.touch(url)
