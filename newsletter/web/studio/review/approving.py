"""The approval of a mailing: what is signed, who is asked, who has said what, and everybody's yes since the first.

In: visits. Out: pages, acts. Called by web.studio.review.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.approval import Approval, Asked, How, Yes
from newsletter.model.errors import Explained, NotAllowed, NotFound
from newsletter.model.said import Said
from newsletter.pipeline import (
    asking,
    commenting,
    conclude,
    considering,
    control,
    evidence,
    notice_facts,
    places,
    request_mail,
    request_words,
    reviewing,
    schedule,
    signing,
)
from newsletter.pipeline.considering import Proposal
from newsletter.web.public import rich
from newsletter.web.public.approving import sections
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.visit import Visit

_GONE = frozenset({"nothing-to-approve", "campaign-late"})
_FILE = 12 * 1024 * 1024


def approval(visit: Visit) -> Response:
    """`/mailings/7/approval`."""
    number = visit.path["number"]
    found = control.find(visit.ctx, number)
    seen = _seen(visit, number)
    known, trouble = _approvers(visit)
    count = signing.count(visit.ctx, number) if seen is None else seen.count
    missing, names = asking.waiting_for(visit.ctx, number) if trouble is None else (count.missing, [])
    text = _text(visit, seen)
    return visit.page(
        "review/approval.html",
        title=_title(visit, seen) or considering.title(visit.ctx, found, visit.language),
        campaign=found,
        places=places.places(visit.ctx, found.slug, found),
        seen=seen,
        waits=request_words.waiting(missing, names, visit.language) if seen and missing else "",
        again=_again(visit, seen),
        facts=_facts(visit, seen),
        heading=request_mail.heading(visit.ctx, seen, visit.language) if seen and seen.edition else "",
        sections=sections(seen, visit.language) if seen else [],
        waivers=[(one.finding.told(visit.language)[0], one.reason) for one in seen.waived] if seen else [],
        errors=[one.told(visit.language)[0] for one in seen.findings] if seen and not seen.edition else [],
        frame=f"/mailings/{number}/approval/mail/{quote(text)}" if text else "",
        texts=_texts(visit, seen, text),
        asked=[(one, _mails(visit, one)) for one in reversed(asking.of_campaign(visit.ctx, number))],
        history=[(one, _given(visit, one)) for one in reversed(signing.history(visit.ctx, number))],
        approvers=known,
        trouble_approvers=trouble,
        comments=commenting.open_on(visit.ctx, found.slug) if seen else 0,
        counted=bool(seen and any(one.person == visit.account.name for one in seen.count.given)),
    )


def _seen(visit: Visit, number: int) -> Proposal | None:
    """What would be approved; None where there is nothing to approve."""
    try:
        return considering.proposal(visit.ctx, number, visit.account.name)
    except NotAllowed as error:
        if error.code in _GONE:
            return None
        raise


def _again(visit: Visit, seen: Proposal | None) -> str:
    if seen is None:
        return ""
    if seen.again == conclude.TEXT_DIFFERS:
        return visit.w.review_why_text
    return request_words.again(visit.ctx, seen, visit.language)


def _title(visit: Visit, seen: Proposal | None) -> str:
    return notice_facts.title(seen.edition, visit.language) if seen and seen.edition else ""


def _approvers(visit: Visit) -> tuple[list[tuple[str, str, bool]], Explained | None]:
    """Who may be asked: name, address, whether only as a deputy; or why that cannot be said."""
    try:
        return [(one.name, one.address, one.deputy) for one in asking.approvers(visit.ctx)], None
    except Explained as error:
        return [], error


def _facts(visit: Visit, seen: Proposal | None) -> list[tuple[str, str]]:
    if seen is None or seen.edition is None:
        return []
    w, language = visit.w, visit.language
    rule = request_words.recipients(seen.campaign.audience, language)
    compared = request_words.compared_with(visit.ctx, seen, language)
    return [
        (w.review_when, request_words.when(seen, language)),
        (
            w.review_to,
            f"{rule[:1].upper()}{rule[1:]}. {request_words.audience(seen, language)} {compared}".strip(),
        ),
        (w.review_subject, notice_facts.subject(seen.edition, language)),
        (w.review_by, seen.campaign.service),
        (w.review_edition, seen.edition.short),
    ]


def _text(visit: Visit, seen: Proposal | None) -> str:
    if seen is None or seen.edition is None:
        return ""
    texts = seen.edition.artwork.texts
    asked = visit.query.get("text", "")
    return next((one for one in (asked, visit.language) if one in texts), next(iter(texts)))


def _texts(visit: Visit, seen: Proposal | None, shown: str) -> list[tuple[str, str, bool]]:
    if seen is None or seen.edition is None:
        return []
    return [
        (
            visit.w(f"review_text_{one}") if one in {"en", "fr"} else one,
            "?" + urlencode({"text": one}) + "#mail",
            one == shown,
        )
        for one in seen.edition.artwork.languages
    ]


def _mails(visit: Visit, asked: Asked) -> list[tuple[str, str]]:
    """The mails of a request: their kind and how far each got."""
    return [
        (one.kind, one.state)
        for one in asking.mails(visit.ctx, asked.campaign)
        if one.request_id == asked.number
    ]


def _given(visit: Visit, one: Approval) -> str:
    return request_words.given(visit.ctx, one, visit.language)


def mail(visit: Visit) -> Response:
    """The mail that would go out, for a frame."""
    seen = considering.proposal(visit.ctx, visit.path["number"])
    language = visit.path["language"]
    if seen.edition is None or language not in seen.edition.artwork.texts:
        raise NotFound(Said("there is no such text", "ce texte n’existe pas"), code="review-text")
    html = reviewing.mail(visit.ctx, seen.edition.artwork, considering.files_of(visit.ctx, seen), language)
    return rich.mail(html, dark=visit.query.get("scheme") == "dark")


def approve(visit: Visit) -> Response:
    """Approve what the page showed; the number of people is typed."""
    number = visit.path["number"]
    people = "".join(sign for sign in visit.form.get("typed", "") if sign.isdigit())
    if people != visit.form.get("people", "-"):
        raise NotAllowed(
            visit.w.review_typed_wrong, code="not-confirmed", hint=visit.w.review_typed_wrong_hint
        )
    words = commenting.cleaned(visit.form.get("words", ""), asking.WORDS)
    yes = Yes(How.STUDIO, visit.account.name, visit.form.get("shown") or "-", words)
    considering.say_yes(visit.ctx, number, yes)
    return _back(visit, _outcome(visit, number))


def _outcome(visit: Visit, number: int) -> str:
    missing, names = asking.waiting_for(visit.ctx, number)
    if missing:
        return f"{visit.w.review_thanks} {request_words.waiting(missing, names, visit.language)}"
    return f"{visit.w.review_approved} {request_words.departs(visit.ctx, number, visit.language)}"


def ask(visit: Visit) -> Response:
    """Ask people by email."""
    names = list(visit.many("who"))
    if not names:
        raise NotAllowed(visit.w.review_nobody_chosen, code="approver-none")
    until = visit.form.get("deadline", "").strip().replace("T", " ")
    deadline = schedule.moment_named(visit.ctx, until) if until else None
    made = asking.ask(visit.ctx, visit.path["number"], names, deadline)
    return _back(visit, visit.w("review_asked_now", n=len(made)))


def withdraw(visit: Visit) -> Response:
    """Somebody's answer is not waited for any more."""
    asking.withdraw(visit.ctx, visit.path["number"], visit.path["request"])
    return _back(visit, visit.w.review_withdrawn)


def paper(visit: Visit) -> Response:
    """Record what somebody said elsewhere, with what proves it."""
    number, name = visit.path["number"], " ".join(visit.form.get("name", "").split())
    upload = visit.files.get("evidence")
    if not name or upload is None or not upload.data:
        raise NotAllowed(visit.w.review_paper_wants, code="evidence-wanted")
    digest = evidence.keep(visit.ctx, upload.name, upload.data)
    shown = visit.form.get("shown") or "-"
    considering.say_yes(visit.ctx, number, Yes(How.PAPER, name, shown, evidence=digest))
    return _back(visit, _outcome(visit, number))


def proof(visit: Visit) -> Response:
    """The file that proves an approval, to be saved: the browser never shows it as a page."""
    found = signing.evidence(visit.ctx, visit.path["approval"])
    if found is None:
        raise NotFound(Said("there is no such file", "ce fichier n’existe pas"), code="evidence-unknown")
    name, kind, data = found
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type=kind, headers=headers)


def _back(visit: Visit, said: str) -> Response:
    return visit.to(f"/mailings/{visit.path['number']}/approval", said)


_HERE = "/mailings/{number:int}/approval"
ROUTES: tuple[Way, ...] = (
    Page(_HERE, approval, need=Right.LOOK),
    Page(f"{_HERE}/mail/{{language}}", mail, need=Right.LOOK),
    Page(f"{_HERE}/evidence/{{approval:int}}", proof, need=Right.LOOK),
    Act(_HERE, approve, need=Right.APPROVE),
    Act(f"{_HERE}/ask", ask, need=Right.WRITE),
    Act(f"{_HERE}/{{request:int}}/withdraw", withdraw, need=Right.WRITE),
    Act(f"{_HERE}/paper", paper, need=Right.APPROVE, most=_FILE, files=1),
)
