"""The archive: a list of what went out, each issue as a page of its own, and a feed; for everybody.

In: requests that name an issue. Out: pages, Atom (RFC 4287). Called by web.public.app.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from babel.dates import format_date
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from newsletter.pipeline.archive import Archive, Entry, Shown, Told
from newsletter.pipeline.context import Context
from newsletter.web.public.online import line, policy, with_line
from newsletter.web.public.pages import SAFE, Voice, render, voice
from newsletter.web.public.words import WORDS, spoken

_FEED = 20  #: issues in a feed


class ArchivePages:
    """The endpoints."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._archive = Archive(ctx)
        self._policy = policy(ctx.settings.text("web.base_url"))

    async def issues(self, request: Request) -> Response:
        """`/archive`: what went out, the newest first."""
        self._require_open()
        entries = await run_in_threadpool(self._archive.entries)
        asked, accept = request.query_params.get("lang", ""), request.headers.get("accept-language", "")
        spoken_to = voice(self._ctx.publication, asked, "", accept)
        page = render(
            "archive.html",
            spoken_to,
            spoken_to.say("archive_title"),
            years=list(self._years(entries, spoken_to)),
            feed=self._archive.address(f"{spoken_to.language}.atom"),
            indexed=self._archive.indexed,
        )
        page.headers.update(self._headers())
        return self._findable(page)

    async def issue(self, request: Request) -> Response:
        """`/archive/<issue>` and `/archive/<issue>/<language>`: the mail as it went out, with nobody's data in it."""
        wished = request.query_params.get("lang", "") or request.path_params.get("language", "")
        shown = await run_in_threadpool(self._archive.page, request.path_params["name"], wished)
        if shown is None:
            raise HTTPException(404)
        body = with_line(shown.html, line(shown.over, self._back(shown)), shown.language)
        headers = self._headers() | {
            "Content-Security-Policy": self._policy,
            "Content-Language": shown.language,
        }
        return self._findable(HTMLResponse(body, headers=headers))

    async def feed(self, request: Request) -> Response:
        """`/archive/<language>.atom`: the newest issues for feed readers."""
        self._require_open()
        language = request.path_params["language"]
        if language not in self._ctx.publication.languages:
            raise HTTPException(404)
        entries = await run_in_threadpool(self._archive.entries)
        own = [entry for entry in entries if language in entry.texts][:_FEED]
        body = self._atom(own, language)
        return self._findable(Response(body, media_type="application/atom+xml", headers=self._headers()))

    def _require_open(self) -> None:
        if not self._archive.open:
            raise HTTPException(404)

    def _headers(self) -> dict[str, str]:
        return SAFE | {"Cache-Control": "no-cache"}

    def _findable(self, response: Response) -> Response:
        """Search engines are let in only where the newsletter's staff said so."""
        if self._archive.indexed:
            del response.headers["X-Robots-Tag"]
        return response

    def _years(self, entries: list[Entry], spoken_to: Voice) -> Iterator[tuple[int, list[dict[str, str]]]]:
        for year, of_it in groupby(entries, key=lambda entry: entry.sent_at.year):
            yield year, [self._row(entry, spoken_to) for entry in of_it]

    def _row(self, entry: Entry, spoken_to: Voice) -> dict[str, str]:
        language, told = _in(entry, spoken_to.language)
        words = WORDS.get(language, {})
        return {
            "href": self._archive.address(entry.name, language),
            "language": language,
            "only": words.get("archive_only", "") if language != spoken_to.language else "",
            "title": told.title,
            "preheader": told.preheader,
            "day": entry.sent_at.date().isoformat(),
            "date": _long(entry.sent_at, spoken_to.language),
        }

    def _back(self, shown: Shown) -> Markup:
        """The way from an issue to the others; the mail's own line "View online" leads here, and is not shown again."""
        words = WORDS[spoken([shown.language])[0]]
        here = self._archive.address(shown.entry.name, shown.language)
        return Markup(
            '<style>a[href="{here}"] {{ visibility: hidden; }}</style><p class="nl-way"><a href="{list}?lang={lang}">{said}</a></p>'
        ).format(here=here, list=self._archive.address(), lang=shown.language, said=words["archive_back"])

    def _atom(self, entries: list[Entry], language: str) -> str:
        publication = self._ctx.publication
        here = self._archive.address(f"{language}.atom")
        newest = entries[0].sent_at if entries else datetime.fromtimestamp(0, tz=self._ctx.now().tzinfo)
        parts = [self._atom_entry(entry, entry.texts[language], language) for entry in entries]
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(language)}>\n'
            f"<id>{escape(here)}</id>\n<title>{escape(publication.name[language])}</title>\n"
            f"<updated>{newest.isoformat()}</updated>\n"
            f"<author><name>{escape(publication.sender.name[language])}</name></author>\n"
            f'<link rel="self" type="application/atom+xml" href={quoteattr(here)}/>\n'
            f'<link rel="alternate" type="text/html" href={quoteattr(self._archive.address())}/>\n'
            f"{''.join(parts)}</feed>\n"
        )

    def _atom_entry(self, entry: Entry, told: Told, language: str) -> str:
        href = self._archive.address(entry.name, language)
        return (
            f"<entry>\n<id>{escape(href)}</id>\n<title>{escape(told.title)}</title>\n"
            f"<updated>{entry.sent_at.isoformat()}</updated>\n"
            f'<link rel="alternate" type="text/html" hreflang={quoteattr(language)} href={quoteattr(href)}/>\n'
            f"<summary>{escape(told.preheader)}</summary>\n</entry>\n"
        )


def _in(entry: Entry, language: str) -> tuple[str, Told]:
    """An issue in a reader's language, or in its own first one."""
    chosen = language if language in entry.texts else next(iter(entry.texts))
    return chosen, entry.texts[chosen]


def _long(moment: datetime, language: str) -> str:
    return format_date(moment.date(), "long", locale=f"{language}_CA")
