"""The pages of one reader: unsubscribe, preferences, the mail in the browser.

In: requests whose path holds the reader's own token. Out: pages. Called by web.public.app.

GET changes nothing: link scanners follow every link. Only POST acts, and it needs no cookie: the token is the proof. Whoever has
it was sent the mail, or was shown it by someone who was.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from newsletter.model.event import HitKind
from newsletter.model.token import Purpose, read
from newsletter.pipeline.context import Context
from newsletter.pipeline.hits import Hits, Seen
from newsletter.pipeline.leave import Standing, leave, prefer, standing
from newsletter.pipeline.view import Views
from newsletter.web import bodies
from newsletter.web.public.online import line, policy, with_line
from newsletter.web.public.pages import SAFE, Voice, missing, notice, render, voice
from newsletter.web.public.words import WORDS

ONE_CLICK = "One-Click"  #: RFC 8058 section 3.1
_BOTH = "both"


class ReaderPages:
    """The endpoints, with what they share."""

    def __init__(self, ctx: Context, hits: Hits) -> None:
        self._ctx = ctx
        self._hits = hits
        self._views = Views(ctx)
        self._view_policy = policy(ctx.settings.text("web.base_url"))

    def _number(self, request: Request) -> int | None:
        return read(request.path_params["token"], Purpose.OWN, self._ctx.keys.tokens)

    def voice(self, request: Request, own: str = "", asked: str = "") -> Voice:
        """In which language this request is answered."""
        asked = asked or request.query_params.get("lang", "")
        return voice(self._ctx.publication, asked, own, request.headers.get("accept-language", ""))

    async def unsubscribe(self, request: Request) -> Response:
        """GET: a page that asks. POST: done, by the mail program's own button (RFC 8058) or by the page's."""
        number = self._number(request)
        if number is None:
            return missing(self.voice(request))
        if request.method == "POST":
            return await self._leave(request, number)
        found = await run_in_threadpool(standing, self._ctx, number)
        if found is None or found.test:
            return self._nobody(request, found)
        if request.method == "GET":
            self._look(request, number)
        spoken_to = self.voice(request, found.language)
        return _done(spoken_to, found) if found.left else _ask(request, spoken_to, found)

    def _look(self, request: Request, number: int) -> None:
        """That this page was looked at tells of a machine, where the mail's links were followed at the same moment."""
        client = request.client.host if request.client else ""
        agent = request.headers.get("user-agent", "")
        self._hits.add(Seen(self._ctx.now(), HitKind.LEAVE, number, agent=agent, address=client))

    def _nobody(self, request: Request, found: Standing | None) -> HTMLResponse:
        """What is said where there is nobody to act on: a test message, or a mailing that is not in the books."""
        spoken_to = self.voice(request)
        if found is None:
            lead = spoken_to.say("unknown_lead")
            return notice(spoken_to, spoken_to.say("unknown_title"), lead, status=404)
        return notice(spoken_to, spoken_to.say("test_title"), spoken_to.say("test_lead"))

    async def _leave(self, request: Request, number: int) -> Response:
        fields = await bodies.form(request)
        by_program = fields.get("List-Unsubscribe", "").lower() == ONE_CLICK.lower()
        if not by_program and fields.get("confirm") != "yes":
            return await self._unclear(request, number)
        found = await run_in_threadpool(leave, self._ctx, number, "one-click" if by_program else "page")
        if by_program:
            return _brief(found)
        if found is None or found.test:
            return self._nobody(request, found)
        return _done(self.voice(request, found.language, fields.get("lang", "")), found)

    async def _unclear(self, request: Request, number: int) -> Response:
        found = await run_in_threadpool(standing, self._ctx, number)
        if found is None or found.test:
            return self._nobody(request, found)
        return _ask(request, self.voice(request, found.language), found, "unclear")

    async def preferences(self, request: Request) -> Response:
        """GET: what is kept of a reader's wishes. POST: keep them, where the page's own form says so."""
        number = self._number(request)
        if number is None:
            return missing(self.voice(request))
        if request.method == "POST":
            return await self._keep(request, number)
        found = await run_in_threadpool(standing, self._ctx, number)
        return self._preferences(request, found)

    async def _keep(self, request: Request, number: int) -> Response:
        fields = await bodies.form(request)
        if fields.get("confirm") != "yes":  # an empty form would take back a wish not to be measured
            found = await run_in_threadpool(standing, self._ctx, number)
            return self._preferences(request, found, status=400)
        found = await run_in_threadpool(self._prefer, number, fields)
        return self._preferences(request, found, asked=fields.get("lang", ""), saved=True)

    def _prefer(self, number: int, fields: Mapping[str, str]) -> Standing | None:
        language = fields.get("language")
        chosen = "" if language == _BOTH else language
        return prefer(self._ctx, number, language=chosen, measured=fields.get("quiet") != "yes")

    def _preferences(
        self,
        request: Request,
        found: Standing | None,
        *,
        asked: str = "",
        saved: bool = False,
        status: int = 200,
    ) -> Response:
        if found is None or found.test:
            return self._nobody(request, found)
        spoken_to = self.voice(request, found.language, asked)
        title = spoken_to.say("prefer_title" if status == 200 else "unclear_title")
        if not found.known:
            return notice(spoken_to, spoken_to.say("prefer_title"), spoken_to.say("prefer_gone"))
        return render(
            "preferences.html",
            spoken_to,
            title,
            status=status,
            lead=spoken_to.say("prefer_lead", address=found.address),
            standing=found,
            saved=saved,
            choices=self._choices(spoken_to, found),
            here=_token(request),
            unsubscribe=f"../u/{_token(request)}?lang={spoken_to.language}",
            leave=spoken_to.say("prefer_leave"),
        )

    def _choices(self, spoken_to: Voice, found: Standing) -> list[tuple[str, str, bool]]:
        """The languages that can be chosen: value, label, whether it is the present one. None where there is only one."""
        languages = self._ctx.publication.languages
        if len(languages) == 1:
            return []
        choices = [
            (one, WORDS[one]["language"] if one in WORDS else one, one == found.own_language)
            for one in languages
        ]
        both = (_BOTH, str(spoken_to.say("prefer_both")), found.own_language not in languages)
        return [*choices, both]

    async def own(self, request: Request) -> Response:
        """Where the footer of an issue in the archive leads: nobody's own page, so nothing can be done here."""
        spoken_to = self.voice(request)
        return notice(
            spoken_to, spoken_to.say("own_title"), spoken_to.say("own_lead"), more=[spoken_to.say("own_more")]
        )

    async def view(self, request: Request) -> Response:
        """The mail in the browser: no scripts, no forms, nothing but what the mail itself shows."""
        number = self._number(request)
        if number is None:
            return missing(self.voice(request))
        if number == 0:
            return self._nobody(request, Standing(test=True))
        page = await run_in_threadpool(self._views.page, number, request.query_params.get("lang", ""))
        if page is None:
            return self._nobody(request, None)
        body = with_line(page.html, line(page.over))
        return HTMLResponse(body, headers=SAFE | {"Content-Security-Policy": self._view_policy})


def _token(request: Request) -> str:
    """The token of this page, as the target of a relative link: the public address may have a path of its own before it."""
    return quote(request.path_params["token"], safe="")


def _ask(request: Request, spoken_to: Voice, found: Standing, why: str = "") -> HTMLResponse:
    lead = spoken_to.say("unclear_lead") if why else spoken_to.say("ask_lead", address=found.address)
    return render(
        "ask.html",
        spoken_to,
        spoken_to.say(f"{why or 'ask'}_title"),
        status=400 if why else 200,
        lead=lead,
        here=_token(request),
        preferences=f"../p/{_token(request)}?lang={spoken_to.language}",
    )


def _done(spoken_to: Voice, found: Standing) -> HTMLResponse:
    return notice(
        spoken_to,
        spoken_to.say("done_title"),
        spoken_to.say("done_lead", address=found.address),
        more=(spoken_to.say("done_more"), spoken_to.say("done_back")),
    )


def _brief(found: Standing | None) -> PlainTextResponse:
    """The answer to a mail program: 200, a few bytes, no redirect (RFC 8058 section 3.1)."""
    if found is None:
        return PlainTextResponse("This mailing is not in our records.\n", 404, SAFE)
    text = "This was a test message: nobody was unsubscribed.\n" if found.test else "Unsubscribed.\n"
    return PlainTextResponse(text, headers=SAFE)
