"""Arriving: a request becomes a visit, if everything about it is in order; an endpoint's answer becomes the browser's.

In: requests that the guard let through. Out: answers. Called by web.studio.app.

In this order, for a form: session, token, right, size, the one-time id; only then the endpoint runs. What a verb refuses becomes a
message on the page that the form stands on, with what was typed kept.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Match, Route

from newsletter.model.account import Right, Role
from newsletter.model.errors import Explained, NotFound
from newsletter.model.said import Said
from newsletter.pipeline import signing_in
from newsletter.pipeline.once import Answer
from newsletter.web import bodies
from newsletter.web.bodies import Parts
from newsletter.web.studio.cookies import Cookies, fresh_visitor, unescaped
from newsletter.web.studio.routing import Act, Anybody, Page, Stream, Way, address
from newsletter.web.studio.studio import Studio
from newsletter.web.studio.visit import Upload, Visit, inside
from newsletter.web.studio.words import LANGUAGES, preferred

log = logging.getLogger(__name__)

TOKEN, ONCE, FROM = "form-token", "form-once", "form-from"  # fields that the form macro puts in
_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_KEPT_BODY = 256 * 1024  #: characters of an answer that are remembered for a second post
_ROLE_OF = {Right.APPROVE: Role.APPROVER, Right.SEND: Role.SENDER, Right.ADMIN: Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Station:
    """A way with the section that it belongs to."""

    section: str
    way: Way


class Arrivals:
    """Makes endpoints of ways. `stations` is the whole table, so that a form's page can be drawn again."""

    def __init__(self, studio: Studio, cookies: Cookies) -> None:
        self.studio = studio
        self.cookies = cookies
        self._pages: list[tuple[Route, Station]] = []

    def route(self, station: Station) -> Route:
        """The route of a way."""
        methods = ["POST"] if isinstance(station.way, Act) else ["GET"]

        async def endpoint(request: Request) -> Response:
            return await self._arrive(request, station)

        made = Route(address(station.way), endpoint, methods=methods)
        if isinstance(station.way, Page):
            self._pages.append((made, station))
        return made

    async def _arrive(self, request: Request, station: Station) -> Response:
        way = station.way
        visit = await run_in_threadpool(self._visit, request, station)
        if isinstance(way, Act):
            return await self._posted(request, visit, way)
        refusal = self._unfit(visit, way)
        if refusal is None:
            refusal = await self._safely(visit, lambda: way.endpoint(visit))
        return self._finish(request, visit, refusal)

    # --- who it is ---

    def _visit(self, request: Request, station: Station) -> Visit:
        now = self.studio.ctx.now()
        session = self.cookies.session(request, now)
        who = signing_in.who(self.studio.ctx, session) if session else None
        visitor = session if who else self.cookies.visitor(request) or fresh_visitor()
        asked = request.query_params.get("lang", "")
        spoken = asked if asked in LANGUAGES else preferred(request.headers.get("accept-language", ""))
        return Visit(
            studio=self.studio,
            who=who,
            language=who.language if who else spoken,
            section=station.section,
            here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            token=self.cookies.token(visitor),
            path=dict(request.path_params),
            query=dict(request.query_params),
            partial=request.headers.get("hx-request") == "true",
            from_elsewhere=request.headers.get("sec-fetch-site") == "cross-site",
            network=request.client.host if request.client else "",
            origin=self.studio.ctx.settings.text("studio.base_url") or f"http://{request.headers['host']}",
            nonce=request.state.nonce,
            session=session if who else visitor,
            said=self.cookies.said(request),
        )

    @staticmethod
    def _unfit(visit: Visit, way: Way) -> Response | None:
        """Why this person may not come here; None when they may."""
        if isinstance(way.need, Anybody):
            return None
        if visit.who is None:
            return _nobody(visit, way)
        if not visit.who.may(way.need):
            role = _ROLE_OF.get(way.need, Role.AUTHOR)
            sentence = visit.w("frame_refused", role=visit.w(f"frame_role_{role}"))
            return told(visit, 403, "refused", sentence)
        return None

    # --- forms ---

    async def _posted(self, request: Request, visit: Visit, way: Act) -> Response:
        unknown = visit.who is None and not isinstance(way.need, Anybody)
        parts = Parts()
        if not unknown:
            parts = await bodies.parts(request, way.most, way.files)
        given = parts.fields.get(TOKEN) or request.headers.get("x-form-token", "")
        if unknown or not self.cookies.proves(self._whose(request, visit), given):
            return self._finish(request, visit, told(visit, 403, "stale"))
        visit = _filled(visit, parts)
        refusal = self._unfit(visit, way)
        if refusal is None:
            form = parts.fields.get(ONCE) or request.headers.get("x-form-id", "")
            refusal = await self._safely(visit, lambda: self._once(visit, way, form))
        return self._finish(request, visit, refusal)

    def _whose(self, request: Request, visit: Visit) -> str:
        return visit.session if visit.who else self.cookies.visitor(request)

    def _once(self, visit: Visit, way: Act, form: str) -> Response:
        if visit.who is None or not way.once:
            return way.endpoint(visit)
        if not _ID.fullmatch(form):
            return told(visit, 403, "stale")
        fresh: list[Response] = []

        def act() -> Answer:
            fresh.append(way.endpoint(visit))
            return _kept(fresh[0])

        answer = self.studio.once.run(visit.who.id, form, visit.here, act)
        return fresh[0] if fresh else _again(visit, answer)

    async def _safely(self, visit: Visit, answer: Callable[[], Response]) -> Response:
        """The answer, or what went wrong in words."""
        try:
            return await run_in_threadpool(answer)
        except Explained as error:
            return await run_in_threadpool(self._explained, visit, error)

    def _explained(self, visit: Visit, error: Explained) -> Response:
        status = 404 if isinstance(error, NotFound) else 409
        if visit.partial:
            return _message(visit, status, visit.explained(error))
        again = self._drawn_again(visit, error)
        if again is not None:
            again.status_code = status
            return again
        title = visit.w.frame_missing_title if status == 404 else visit.w.frame_wrong_title
        sentence, hint = visit.explained(error)
        return visit.page("told.html", status=status, title=title, sentence=sentence, hint=hint)

    def _drawn_again(self, visit: Visit, error: Explained) -> Response | None:
        """The page that a form stands on, with the message and what was typed; None where there is none."""
        if not visit.posted:
            return None
        asked = urlsplit(visit.here)
        for route, station in self._pages:
            match, scope = route.matches(
                {"type": "http", "method": "GET", "path": asked.path, "root_path": ""}
            )
            if match is Match.FULL:
                back = replace(
                    visit,
                    section=station.section,
                    path=scope["path_params"],
                    query=dict(QueryParams(asked.query)),
                    form={},
                    lists={},
                    files={},
                    trouble=error,
                    typed=visit.form,
                    ticked=visit.lists,
                    posted=False,
                )
                try:
                    return self._unfit(back, station.way) or station.way.endpoint(back)
                except Explained:
                    return None
        return None

    # --- the way back ---

    def _finish(self, request: Request, visit: Visit, answer: Response) -> Response:
        """Cookies on the answer; what endpoints wrote for us taken off it."""
        now = self.studio.ctx.now()
        if "x-session" in answer.headers:
            token = answer.headers["x-session"]
            del answer.headers["x-session"]
            if token:
                self.cookies.give_session(answer, token, now)
            else:
                self.cookies.end_session(answer)
        elif visit.who is not None:
            self.cookies.renew(request, answer, now)
        elif not self.cookies.visitor(request):
            self.cookies.give_visitor(answer, visit.session)
        if "x-said" in answer.headers:
            self.cookies.say(answer, unescaped(answer.headers))
            del answer.headers["x-said"]
        elif (
            visit.said
            and answer.status_code == 200
            and answer.media_type == "text/html"
            and not visit.partial
        ):
            self.cookies.was_said(answer)
        if "x-shown" in answer.headers:
            del answer.headers["x-shown"]
        return answer

    # --- what no route answers ---

    async def missing(self, request: Request, error: Exception) -> Response:
        """404 and its like, in words."""
        visit = await run_in_threadpool(
            self._visit, request, Station("", Page(request.url.path, _never, Right.LOOK))
        )
        status = error.status_code if isinstance(error, HTTPException) else 404
        kind = "too_much" if status == 413 else "missing"
        return self._finish(request, visit, told(visit, status, kind))

    async def away(self, request: Request, error: Exception) -> Response:
        """503: the database cannot be read, so that nobody can be known."""
        log.warning("the studio cannot answer: %s", error)
        spoken = preferred(request.headers.get("accept-language", ""))
        cannot = Said("the program cannot answer", "le programme ne peut pas répondre")
        told = error.said[0] if isinstance(error, Explained) else cannot
        again = Said("Try again in a moment.", "Réessayez dans un instant.").told(spoken)
        sentence = told.told(spoken)
        return PlainTextResponse(f"{sentence[:1].upper()}{sentence[1:]}. {again}\n", 503)

    async def broken(self, request: Request, error: Exception) -> Response:
        """500: what nobody foresaw."""
        log.error("a page of the studio broke", exc_info=error)
        visit = await run_in_threadpool(
            self._visit, request, Station("", Page(request.url.path, _never, Right.LOOK))
        )
        return told(visit, 500, "broken")


def told(visit: Visit, status: int, kind: str, sentence: str = "") -> Response:
    """A page that only says something."""
    title = visit.w(f"frame_{kind}_title")
    if visit.partial:
        return _message(visit, status, (sentence or visit.w(f"frame_{kind}"), ""))
    return visit.page(
        "told.html", status=status, title=title, sentence=sentence or visit.w(f"frame_{kind}"), hint=""
    )


def _nobody(visit: Visit, way: Way) -> Response:
    """The answer to who is not signed in."""
    if isinstance(way, Act):
        return told(visit, 403, "stale")
    if isinstance(way, Stream) or visit.partial:
        return Response(status_code=403, headers={"HX-Refresh": "true"})
    if visit.from_elsewhere:
        return visit.page("again.html", title=visit.w.frame_opening)
    return RedirectResponse(f"/sign-in?{QueryParams({'next': visit.here})}", 303)


def _message(visit: Visit, status: int, texts: tuple[str, str]) -> Response:
    """A message for htmx: it goes to its own place, whatever the request was for."""
    text = visit.draw("trouble.html", title="", texts=texts)
    headers = {"HX-Retarget": "#told", "HX-Reswap": "innerHTML"}
    return Response(text, status, headers, "text/html")


def _never(visit: Visit) -> Response:
    raise NotImplementedError


def _filled(visit: Visit, parts: Parts) -> Visit:
    ours = {TOKEN, ONCE, FROM}
    stands_on = parts.fields.get(FROM, "")
    return replace(
        visit,
        form={name: value for name, value in parts.fields.items() if name not in ours},
        lists=parts.lists,
        files={name: Upload(*file) for name, file in parts.files.items()},
        here=stands_on if inside(stands_on) else "/",
        posted=True,
    )


def _kept(answer: Response) -> Answer:
    """What is remembered of an answer, for a second post of the same form."""
    if "x-shown" in answer.headers or "x-session" in answer.headers:
        return {"once": True}
    if 300 <= answer.status_code < 400:
        return {"to": answer.headers["location"], "said": unescaped(answer.headers)}
    body = bytes(answer.body)
    if len(body) > _KEPT_BODY:
        return {"once": True}
    return {
        "status": answer.status_code,
        "type": answer.media_type or "",
        "body": body.decode("utf-8", "replace"),
    }


def _again(visit: Visit, answer: Answer) -> Response:
    """The answer to a second post."""
    if "to" in answer:
        return visit.to(str(answer["to"]), str(answer["said"]))
    if "body" in answer:
        return Response(str(answer["body"]), int(str(answer["status"])), media_type=str(answer["type"]))
    return told(visit, 409, "wrong", visit.w.frame_done_once)
