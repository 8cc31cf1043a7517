"""The page of a *Hold* link: one member of the staff, on a phone, holds one mailing.

In: requests whose path holds the token of a notice. Out: pages. Called by web.public.app.

GET shows, for programs follow the links of chats and mails; only POST holds. It needs no cookie: the token is the proof.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from newsletter.pipeline import holding
from newsletter.pipeline.context import Context
from newsletter.pipeline.holding import Hold, Standing
from newsletter.web import bodies
from newsletter.web.public.pages import Voice, missing, notice, render, voice


class HoldPages:
    """The endpoint."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def hold(self, request: Request) -> Response:
        """`/h/<token>`. GET: a page that asks. POST, by its button: the mailing is held."""
        token = request.path_params["token"]
        fields = await bodies.form(request) if request.method == "POST" else {}
        spoken_to = self._voice(request, fields.get("lang", ""))
        acts = fields.get("confirm") == "yes"
        found = await run_in_threadpool(holding.standing, self._ctx, token, spoken_to.language)
        if found is None:
            return missing(spoken_to)
        if not acts or found.state is not Hold.CAN:
            return self._told(request, spoken_to, found, asked=request.method == "POST" and not acts)
        after = await run_in_threadpool(holding.hold, self._ctx, token, spoken_to.language)
        return _held(spoken_to, after, "held_lead") if after else missing(spoken_to)

    def _voice(self, request: Request, asked: str) -> Voice:
        asked = asked or request.query_params.get("lang", "")
        return voice(self._ctx.publication, asked, "", request.headers.get("accept-language", ""))

    def _told(self, request: Request, spoken_to: Voice, found: Standing, *, asked: bool) -> HTMLResponse:
        match found.state:
            case Hold.CAN:
                return _ask(request, spoken_to, found, status=400 if asked else 200)
            case Hold.HELD:
                return _held(spoken_to, found, "held_before_lead")
            case Hold.OVER:
                return _ended(spoken_to, found, "over")
            case Hold.EXPIRED:
                return _ended(spoken_to, found, "expired", status=410)


def _ask(request: Request, spoken_to: Voice, found: Standing, *, status: int) -> HTMLResponse:
    return render(
        "hold.html",
        spoken_to,
        spoken_to.say("hold_title"),
        status=status,
        found=found,
        moved=_moved(spoken_to, found),
        here=quote(request.path_params["token"], safe=""),
    )


def _moved(spoken_to: Voice, found: Standing) -> str:
    if not found.handed_over:
        return ""
    return spoken_to.say("hold_moved", moved=found.handed_over)


def _held(spoken_to: Voice, found: Standing, lead: str) -> HTMLResponse:
    if found.state is not Hold.HELD:  # it came to its end while the button was pressed
        return _ended(spoken_to, found, "over")
    more = [found.title, _moved(spoken_to, found), spoken_to.say("held_more", number=str(found.number))]
    return notice(
        spoken_to,
        spoken_to.say("held_title"),
        spoken_to.say(lead),
        more=[line for line in more if line],
    )


def _ended(spoken_to: Voice, found: Standing, kind: str, *, status: int = 200) -> HTMLResponse:
    more = [found.title, *([_moved(spoken_to, found)] if kind == "over" and found.handed_over else [])]
    title, lead = spoken_to.say(f"{kind}_title"), spoken_to.say(f"{kind}_lead")
    return notice(spoken_to, title, lead, status=status, more=more)
