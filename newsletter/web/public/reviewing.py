"""The pages of a review link: an issue as it is now, and what people say of its blocks.

In: requests whose path holds a review link's token. Out: pages, mails in frames. Called by web.public.app.

GET shows; POST says something. It needs no account: the token is the proof, and the name is what the person says it is. A cookie keeps
the name, for this link's pages only.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from newsletter.model.comment import NAME, ReviewLink
from newsletter.model.errors import Explained, NotFound
from newsletter.model.said import Said
from newsletter.pipeline import commenting, request_words, reviewing
from newsletter.pipeline.context import Context
from newsletter.pipeline.reviewing import Reviewed
from newsletter.web import bodies
from newsletter.web.public import rich
from newsletter.web.public.pages import SAFE, Voice, missing, notice, voice
from newsletter.web.public.reviewing_words import refusal

_COOKIE = "reviewer"
_FORM = 64 * 1024  # a comment of 2,000 signs, each spelled as twelve
_NAMES = {"en": "English", "fr": "Français"}
_MANY = {"comments-many": 429}


class ReviewPages:
    """The endpoints."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._shelf = reviewing.Shelf(ctx)

    async def review(self, request: Request) -> Response:
        """`/r/<token>`. GET: the issue and its comments. POST: one more."""
        fields = await bodies.form(request, _FORM) if request.method == "POST" else {}
        return await run_in_threadpool(self._review, request, fields)

    async def mail(self, request: Request) -> Response:
        """`/r/<token>/mail/<language>`: the mail, for a frame."""
        return await run_in_threadpool(self._mail, request)

    def _review(self, request: Request, fields: Mapping[str, str]) -> Response:
        spoken_to = self._voice(request, fields)
        link = commenting.by_token(self._ctx, request.path_params["token"])
        if link is None:
            return missing(spoken_to)
        if not link.lives(self._ctx.now()):
            return _over(spoken_to)
        if request.method == "POST":
            return self._say(request, spoken_to, link, fields)
        return self._page(request, spoken_to, link)

    def _say(
        self, request: Request, spoken_to: Voice, link: ReviewLink, fields: Mapping[str, str]
    ) -> Response:
        name = fields.get("name", "").strip() or _name(request)
        try:
            number = self._kept(link, fields, name)
        except Explained as error:
            return self._page(request, spoken_to, link, fault=error, fields=fields)
        shown = urlencode({"lang": spoken_to.language, "text": fields.get("text", ""), "said": number})
        answer = RedirectResponse(f"{_here(request)}?{shown}#c{number}", 303, SAFE)
        kept = quote(commenting.cleaned(name, NAME))
        base = urlsplit(self._ctx.settings.text("web.base_url"))
        path = f"{base.path}/r/{_here(request)}"
        secure = base.scheme == "https"
        answer.set_cookie(
            _COOKIE, kept, max_age=180 * 86400, path=path, secure=secure, httponly=True, samesite="strict"
        )
        return answer

    def _kept(self, link: ReviewLink, fields: Mapping[str, str], name: str) -> int:
        words = (name, fields.get("body", ""))
        if fields.get("act") == "answer":
            thread = fields.get("thread", "").removeprefix("t")
            number = int(thread) if thread.isascii() and thread.isdigit() and len(thread) < 16 else 0
            said = commenting.answer(self._ctx, number, words, link)
            return said.thread or said.number
        index, _, digest = fields.get("block", "").partition(".")
        outline = reviewing.outline_of(self._shelf.built(link.slug), fields.get("text", ""))
        if outline is None:
            raise NotFound(Said("no such language", "cette langue n’existe pas"), code="comment-block")
        where = int(index) if index.isascii() and index.isdigit() and len(index) < 6 else 0
        return commenting.say(self._ctx, outline, (where, digest), words, link.slug, link).number

    def _page(
        self,
        request: Request,
        spoken_to: Voice,
        link: ReviewLink,
        *,
        fault: Explained | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Response:
        typed = fields or {}
        try:
            found = reviewing.review(self._ctx, link.slug, self._shelf.built(link.slug))
        except NotFound:
            return _over(spoken_to)
        asked = typed.get("text") or request.query_params.get("text", "")
        sheet = found.sheet(asked or spoken_to.language)
        person = _name(request)
        until = request_words.moment(self._ctx, link.expires_at, spoken_to.language)
        choice = _Choice(request, spoken_to.language, sheet.language if sheet else "")
        return rich.page(
            "review.html",
            spoken_to,
            spoken_to.words["review_title"],
            status=_MANY.get(fault.code, 400) if fault else 200,
            lead=spoken_to.say("review_lead", issue=found.titled(spoken_to.language), until=until),
            sheet=sheet if found.artwork else None,
            groups=choice.groups(found, spoken_to),
            frame=choice.frame,
            phone=choice.phone,
            shown=choice.text,
            switch=choice.url(lang=spoken_to.other),
            here=_here(request),
            waiting=_waiting(found, spoken_to),
            said=spoken_to.words["review_said"] if "said" in request.query_params and not fault else "",
            fault=refusal(fault, spoken_to.language) if fault else "",
            person=person,
            say_as=spoken_to.say("review_as", person=person),
            open=typed.get("block") or typed.get("thread") or "",
            typed_name=typed.get("name", "")[:NAME],
            typed_body=typed.get("body", ""),
            moment=lambda at: request_words.moment(self._ctx, at, spoken_to.language),
        )

    def _mail(self, request: Request) -> Response:
        spoken_to = self._voice(request, {})
        link = commenting.by_token(self._ctx, request.path_params["token"])
        if link is None or not link.lives(self._ctx.now()):
            return missing(spoken_to)
        try:
            built = self._shelf.built(link.slug)
        except NotFound:
            return missing(spoken_to)
        artwork, language = built.rendering.artwork, request.path_params["language"]
        if artwork is None or language not in artwork.texts:
            return missing(spoken_to)
        html = reviewing.mail(self._ctx, artwork, built.rendering.files, language)
        return rich.mail(html, dark=request.query_params.get("scheme") == "dark")

    def _voice(self, request: Request, fields: Mapping[str, str]) -> Voice:
        asked = fields.get("lang") or request.query_params.get("lang", "")
        return voice(self._ctx.publication, asked, "", request.headers.get("accept-language", ""))


class _Choice:
    """How the mail is looked at: in which language, how wide, in which colours."""

    def __init__(self, request: Request, language: str, text: str) -> None:
        query = request.query_params
        self.text = text
        self.phone = query.get("width", "") == "phone"
        self.dark = query.get("scheme", "") == "dark"
        self._here = _here(request)
        self._language = language

    @property
    def frame(self) -> str:
        """The address of the mail."""
        return f"{self._here}/mail/{self.text}?scheme={'dark' if self.dark else 'light'}"

    def url(self, **other: str) -> str:
        """This page, looked at otherwise."""
        now = {
            "lang": self._language,
            "text": self.text,
            "width": "phone" if self.phone else "desktop",
            "scheme": "dark" if self.dark else "light",
        }
        return "?" + urlencode(now | other)

    def groups(self, found: Reviewed, spoken_to: Voice) -> list[tuple[str, list[tuple[str, str, bool]], str]]:
        """What can be chosen, and what is."""
        words = spoken_to.words
        texts = [
            (_NAMES.get(one.language, one.language), self.url(text=one.language), one.language == self.text)
            for one in found.sheets
        ]
        widths = [("desktop", not self.phone), ("phone", self.phone)]
        schemes = [("light", not self.dark), ("dark", self.dark)]
        return [
            *([(words["review_languages"], texts, "text")] if len(texts) > 1 else []),
            (
                words["review_width"],
                [(words[f"review_{name}"], self.url(width=name), on) for name, on in widths],
                "width",
            ),
            (
                words["review_scheme"],
                [(words[f"review_{name}"], self.url(scheme=name), on) for name, on in schemes],
                "scheme",
            ),
        ]


def _here(request: Request) -> str:
    return quote(request.path_params["token"], safe="")


def _name(request: Request) -> str:
    return " ".join(commenting.cleaned(unquote(request.cookies.get(_COOKIE, "")), NAME).split())


def _waiting(found: Reviewed, spoken_to: Voice) -> str:
    kind = "none" if not found.open else "one" if found.open == 1 else "many"
    return spoken_to.words[f"review_open_{kind}"].format(count=found.open)


def _over(spoken_to: Voice) -> Response:
    words = spoken_to.words
    return notice(spoken_to, words["review_over_title"], words["review_over_lead"], status=410)
