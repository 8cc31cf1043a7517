"""The pages of a request for an approval: one person, on a phone, sees what would go out, and decides.

In: requests whose path holds the token of a request. Out: pages, mails in frames. Called by web.public.app.

GET and HEAD show, for programs follow the links of mails; only POST acts, and only on exactly what its page showed. It needs no account:
the token is the proof, for this person and this mailing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from newsletter.model.approval import Answer, Asked
from newsletter.model.errors import Explained
from newsletter.pipeline import (
    asking,
    conclude,
    considering,
    notice_facts,
    request_mail,
    request_words,
    reviewing,
)
from newsletter.pipeline.considering import Proposal
from newsletter.pipeline.context import Context
from newsletter.pipeline.memory import Memory
from newsletter.web import bodies
from newsletter.web.public import rich
from newsletter.web.public.pages import Voice, missing, notice, voice
from newsletter.web.public.reviewing_words import refusal

_KEPT = 8  #: mails that were shown last


class ApprovalPages:
    """The endpoints."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._looking = replace(ctx, memory=Memory())  # for showing; who says yes is counted anew
        self._shown: OrderedDict[tuple[int, str], Proposal] = (
            OrderedDict()
        )  # so that a page and its frame share one build
        self._lock = threading.Lock()

    async def approve(self, request: Request) -> Response:
        """`/a/<token>`. GET: what would go out. POST: an answer."""
        fields = await bodies.form(request) if request.method == "POST" else {}
        return await run_in_threadpool(self._answered, request, fields)

    async def mail(self, request: Request) -> Response:
        """`/a/<token>/mail/<language>`: the mail, for a frame."""
        return await run_in_threadpool(self._mail, request)

    def _answered(self, request: Request, fields: Mapping[str, str]) -> Response:
        asked = asking.by_token(self._ctx, request.path_params["token"])
        spoken_to = self._voice(request, fields, asked)
        if asked is None:
            return missing(spoken_to)
        if not asked.open or self._ctx.now() >= asked.expires_at:
            return self._over(spoken_to, asked)
        if fields.get("confirm") in {"approve", "change", "deputy"}:
            return self._act(request, spoken_to, asked, fields)
        return self._page(request, spoken_to, asked)

    def _act(self, request: Request, spoken_to: Voice, asked: Asked, fields: Mapping[str, str]) -> Response:
        try:
            return self._acted(spoken_to, asked, fields)
        except Explained as error:
            fresh = asking.by_token(self._ctx, request.path_params["token"])
            if fresh is None or not fresh.open:
                return self._over(spoken_to, fresh or asked)
            return self._page(request, spoken_to, fresh, fault=error, typed=fields.get("words", ""))

    def _acted(self, spoken_to: Voice, asked: Asked, fields: Mapping[str, str]) -> Response:
        words, ctx = spoken_to.words, self._ctx
        match fields["confirm"]:
            case "change":
                asking.change(ctx, asked, fields.get("words", ""))
                return notice(spoken_to, words["changed_title"], words["changed_lead"])
            case "deputy":
                made = asking.hand_over(ctx, asked, fields.get("deputy", ""))
                return notice(
                    spoken_to, words["deputy_title"], spoken_to.say("deputy_lead", person=made.person)
                )
            case _:
                asking.approve(ctx, asked, fields.get("shown", "") or "-")
                return self._approved(spoken_to, asked)

    def _approved(self, spoken_to: Voice, asked: Asked) -> Response:
        words, language = spoken_to.words, spoken_to.language
        missing_, names = asking.waiting_for(self._ctx, asked.campaign)
        if missing_:
            said = request_words.waiting(missing_, names, language)
            lead = spoken_to.say("approved_waits", waits=said)
        else:
            lead = spoken_to.say(
                "approved_lead", when=request_words.departs(self._ctx, asked.campaign, language)
            )
        return notice(spoken_to, words["approved_title"], lead)

    def _over(self, spoken_to: Voice, asked: Asked) -> Response:
        words, at = spoken_to.words, asked.answered_at
        moment = request_words.moment(self._ctx, at, spoken_to.language) if at else ""
        match asked.answer:
            case Answer.NONE:
                gone = self._ctx.now() >= asked.expires_at
                lead: str = words["answered_expired" if gone else "answered_ended"]
                return notice(spoken_to, words["expired_title"], lead, status=410)
            case kind:
                lead = spoken_to.say(f"answered_{kind.value}", at=moment, words=asked.words)
                return notice(spoken_to, words["answered_title"], lead)

    def _page(
        self,
        request: Request,
        spoken_to: Voice,
        asked: Asked,
        *,
        fault: Explained | None = None,
        typed: str = "",
    ) -> Response:
        try:
            seen = considering.proposal(self._looking, asked.campaign, asked=asked)
        except Explained as error:
            return self._nothing(spoken_to, error)
        language, words = spoken_to.language, spoken_to.words
        lead = (
            "approve_deputy_lead"
            if asked.deputy_for
            else "approve_lead"
            if asked.asked_by
            else "approve_again_lead"
        )
        text = self._text(request, seen, language)
        here = quote(request.path_params["token"], safe="")
        return rich.page(
            "approve.html",
            spoken_to,
            words["approve_again" if seen.was and seen.was not in seen.count.given else "approve_title"],
            status=_status(request, fault),
            mailing=notice_facts.title(seen.edition, language) if seen.edition else seen.campaign.slug,
            lead=spoken_to.say(lead, by=asked.asked_by, person=asked.person),
            fault=refusal(fault, language) if fault else "",
            again=_again(self._ctx, seen, language, words),
            facts=self._facts(seen, asked, spoken_to),
            errors=[one.told(language)[0] for one in seen.findings] if seen.edition is None else [],
            heading=request_mail.heading(self._ctx, seen, language),
            sections=sections(seen, language),
            folded=seen.since is not None,
            looking="text" in request.query_params,
            groups=_groups(seen, text, spoken_to),
            frame=f"{here}/mail/{quote(text)}?of={self._keep(asked, seen)}",
            waivers=[f"{one.finding.told(language)[0]} — {one.reason}" for one in seen.waived],
            ready=seen.ready,
            bar=_bar(seen, words),
            digest=seen.signed.digest if seen.signed else "",
            deputies=[one.name for one in asking.deputies(self._ctx, asked)],
            typed=typed,
            here=here,
            switch="?" + urlencode({"lang": spoken_to.other}),
        )

    def _nothing(self, spoken_to: Voice, error: Explained) -> Response:
        """It was approved by others, cancelled, or its time has passed."""
        words = spoken_to.words
        over = error.code in {"nothing-to-approve", "campaign-unknown"}
        lead = words["answered_ended"] if over else refusal(error, spoken_to.language)
        return notice(spoken_to, words["expired_title"], lead, status=410 if over else 409)

    def _facts(self, seen: Proposal, asked: Asked, spoken_to: Voice) -> list[tuple[str, str]]:
        words, language = spoken_to.words, spoken_to.language
        rule = request_words.recipients(seen.campaign.audience, language)
        reach = [
            request_words.audience(seen, language),
            request_words.compared_with(self._ctx, seen, language),
        ]
        count = seen.count
        found = [
            (words["approve_when"], request_words.when(seen, language)),
            (words["approve_to"], " ".join([f"{rule[:1].upper()}{rule[1:]}.", *filter(None, reach)])),
        ]
        if seen.edition:
            found.append((words["approve_subject"], notice_facts.subject(seen.edition, language)))
        found.append((words["approve_by"], seen.campaign.service))
        if count.needed > 1:
            counted = words["approve_counted"].format(given=len(count.given), needed=count.needed)
            names = ", ".join(one.person for one in count.given)
            found.append((words["approve_count"], f"{counted} ({names})" if names else counted))
        deadline = request_words.moment(self._ctx, asked.deadline, language)
        return [*found, (words["approve_deadline"], deadline)]

    def _text(self, request: Request, seen: Proposal, language: str) -> str:
        if seen.edition is None:
            return ""
        texts = seen.edition.artwork.texts
        asked = request.query_params.get("text", "")
        return next((one for one in (asked, language) if one in texts), next(iter(texts)))

    def _mail(self, request: Request) -> Response:
        asked = asking.by_token(self._ctx, request.path_params["token"])
        spoken_to = self._voice(request, {}, asked)
        if asked is None or not asked.open or self._ctx.now() >= asked.expires_at:
            return missing(spoken_to)
        try:
            seen = self._kept(request, asked)
        except Explained:
            return missing(spoken_to)
        language = request.path_params["language"]
        if seen.edition is None or language not in seen.edition.artwork.texts:
            return missing(spoken_to)
        files = considering.files_of(self._ctx, seen)
        html = reviewing.mail(self._ctx, seen.edition.artwork, files, language)
        return rich.mail(html, dark=request.query_params.get("scheme") == "dark")

    def _keep(self, asked: Asked, seen: Proposal) -> str:
        """What the page shows is what its frame shows; by the name of the edition."""
        if seen.edition is None:
            return ""
        with self._lock:
            self._shown[asked.number, seen.edition.id] = seen
            while len(self._shown) > _KEPT:
                self._shown.popitem(last=False)
        return seen.edition.id

    def _kept(self, request: Request, asked: Asked) -> Proposal:
        with self._lock:
            found = self._shown.get((asked.number, request.query_params.get("of", "")))
        return found or considering.proposal(self._looking, asked.campaign, asked=asked)

    def _voice(self, request: Request, fields: Mapping[str, str], asked: Asked | None) -> Voice:
        wanted = fields.get("lang") or request.query_params.get("lang", "")
        own = "" if asked is None else asked.language
        return voice(self._ctx.publication, wanted, own, request.headers.get("accept-language", ""))


class Section:
    """What changed in one language, as a page shows it."""

    def __init__(
        self, language: str, name: str, changes: list[tuple[str, object]], also: tuple[str, ...]
    ) -> None:
        self.language, self.name, self.changes, self.also = language, name, changes, also


def sections(seen: Proposal, language: str) -> list[Section]:
    """What changed, language by language, then what is of none."""
    if seen.difference is None:
        return []
    found = [
        Section(
            one.language,
            _capital(request_words.language_name(one.language, language)),
            [(request_mail.label(change, language), change) for change in one.changes],
            request_mail.told(one, language),
        )
        for one in seen.difference.languages
    ]
    also = request_mail.beside(seen, language)
    return [*found, *([Section("", "", [], also)] if also else [])]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _groups(
    seen: Proposal, text: str, spoken_to: Voice
) -> list[tuple[str, list[tuple[str, str, bool]], str]]:
    if seen.edition is None or len(seen.edition.artwork.languages) < 2:
        return []
    items = [
        (
            _capital(request_words.language_name(one, one)) if one in {"en", "fr"} else one,
            "?" + urlencode({"lang": spoken_to.language, "text": one}) + "#mail",
            one == text,
        )
        for one in seen.edition.artwork.languages
    ]
    return [(spoken_to.words["review_languages"], items, "text")]


def _again(ctx: Context, seen: Proposal, language: str, words: Mapping[str, str]) -> str:
    if seen.again == conclude.TEXT_DIFFERS:
        return words["approve_text"]
    return request_words.again(ctx, seen, language)


def _bar(seen: Proposal, words: Mapping[str, str]) -> str:
    """Why nobody can approve it now."""
    if seen.comments:
        kind = "one" if seen.comments == 1 else "many"
        return words[f"approve_comments_{kind}"].format(count=seen.comments)
    return "" if seen.edition is None else words["approve_nobody"]


def _status(request: Request, fault: Explained | None) -> int:
    if fault is not None:
        return 409
    return 400 if request.method == "POST" else 200
