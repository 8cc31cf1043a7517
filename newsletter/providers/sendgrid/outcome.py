"""What an answer of Mail Send means: taken, surely not taken, or unknown.

In: an Answer, or Broken. Out: a Receipt, or Refused, Unavailable, Uncertain. Called by provider.py; pure.

There is no idempotency key, so the rule is strict (house.md 5): *surely not taken* is only what failed before the first byte of
the body, and a complete refusal that SendGrid documents. Every 5xx, every torn or foreign answer is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import parsedate_to_datetime

import msgspec

from newsletter.model.errors import ProviderError, RefusalScope, Refused, Unavailable, Uncertain
from newsletter.model.outbound import Receipt
from newsletter.model.said import NOTHING, Said
from newsletter.providers.answer import Answer, Broken, Sent

#: documented refusals; with 3xx, which is not followed
REFUSALS = frozenset({400, 401, 403, 404, 405, 413, 415})
ACCOUNT = frozenset({401, 403})
BUSY = 429
LONGEST_WAIT = 3600.0  #: seconds; what the provider asks beyond that is asked again

_LOOK = Said("Look at sendgrid.base_url.", "Regardez sendgrid.base_url.")
#: what to do about a refusal, by its status
HINTS = {
    # One of the published limits is for a whole request, and the service does not always name it.
    400: Said(
        "If this comes back for every request, set sendgrid.substitution_bytes to 50000.",
        "Si cela revient à chaque demande, donnez à sendgrid.substitution_bytes la valeur 50000.",
    ),
    404: _LOOK,
    405: _LOOK,
    413: Said("Set send.batch_size to a smaller number.", "Donnez à send.batch_size un nombre plus petit."),
}
#: what to do when the account has no mails left, which is answered with 401 (sendgrid-nodejs issue 1032)
CREDITS = Said(
    "Buy more mails at SendGrid, or wait until they are renewed.",
    "Achetez d’autres envois chez SendGrid, ou attendez qu’ils soient renouvelés.",
)
_NO_CREDITS = "maximum credits exceeded"
_POSITION = re.compile(r"personalizations[.\[/](\d{1,4})(?:\D|$)")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class _Complaint(msgspec.Struct):
    """One error of a refusal; the service leaves out or nulls what it does not know."""

    message: object = None
    field: object = None


class _Refusal(msgspec.Struct):
    errors: list[_Complaint] = []


def judge(answer: Answer, *, members: int, sandbox: bool = False) -> Receipt:
    """The receipt of an answer, or the error that it means. `members`: how many were in the request."""
    if _is_torn(answer):
        raise Uncertain(
            Said(
                f"SendGrid's answer ({answer.status}) is torn; the request may have been taken",
                f"la réponse de SendGrid ({answer.status}) est tronquée; la demande a peut-être été prise",
            ),
            code="provider-unclear",
            status=answer.status,
        )
    if answer.status == (200 if sandbox else 202):
        return Receipt(answer.headers.get("x-message-id", ""), answer.status, _rest(answer))
    raise _error(answer, members)


def judge_broken(broken: Broken) -> ProviderError:
    """What an exchange without an answer means: only how far the body got decides."""
    if broken.sent is Sent.NOTHING:
        return Unavailable(
            Said(
                f"SendGrid could not be reached ({broken.what}); nothing was handed over",
                f"SendGrid n’a pu être joint ({broken.what}); rien n’a été remis",
            ),
            code="provider-unreachable",
        )
    return Uncertain(
        Said(
            f"the connection to SendGrid broke ({broken.what}); the request may have been taken",
            f"la connexion à SendGrid s’est rompue ({broken.what}); la demande a peut-être été prise",
        ),
        code="provider-unclear",
    )


def _is_torn(answer: Answer) -> bool:
    """An answer that may have been cut, or that says yes to a request that did not all go out."""
    if answer.status < 300:
        return not answer.complete or answer.sent is not Sent.ALL
    # Without a length or chunks, only JSON that ends shows that the answer is whole.
    return not answer.complete and _refusal(answer.body) is None


def _error(answer: Answer, members: int) -> ProviderError:
    status = answer.status
    if status == BUSY:
        return Unavailable(
            Said(
                "SendGrid asks to wait (429, too many requests)",
                "SendGrid demande d’attendre (429, trop de demandes)",
            ),
            code="provider-busy",
            retry_after=wait_of(answer),
            status=status,
        )
    if status in REFUSALS or 300 <= status < 400:
        return _refused(answer, members)
    return Uncertain(
        Said(
            f"SendGrid answered {status}, which does not say whether the request was taken",
            f"SendGrid a répondu {status}, ce qui ne dit pas si la demande a été prise",
        ),
        code="provider-unclear",
        retry_after=wait_of(answer),
        status=status,
    )


def _refused(answer: Answer, members: int) -> Refused:
    status = answer.status
    complaints = _refusal(answer.body) or []
    said = _said(complaints)
    if 300 <= status < 400:
        text = Said(
            f"SendGrid answered with a redirect ({status}), which is not followed",
            f"SendGrid a répondu par une redirection ({status}), qui n’est pas suivie",
        )
        return Refused(text, code="account-refused", scope=RefusalScope.ACCOUNT, status=status)
    text = Said(f"SendGrid refused ({status}){said.en}", f"SendGrid a refusé ({status}){said.fr}")
    if status in ACCOUNT:
        scope = RefusalScope.ACCOUNT
        if _NO_CREDITS in said.en.lower():
            return Refused(text, code="credits-used-up", scope=scope, status=status, hint=CREDITS)
        return Refused(text, code="account-refused", scope=scope, status=status)
    named = _positions(complaints, members) if status == 400 else ()
    if named:
        scope = RefusalScope.MEMBERS
        return Refused(text, code="recipient-refused", scope=scope, members=named, status=status)
    hint = HINTS.get(status, NOTHING)
    return Refused(text, code="request-refused", scope=RefusalScope.REQUEST, status=status, hint=hint)


def _refusal(body: bytes) -> list[_Complaint] | None:
    """The errors of a refusal in SendGrid's form; None when it is something else (HTML from the edge, half a document)."""
    try:
        return msgspec.json.decode(body, type=_Refusal).errors
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _positions(complaints: Sequence[_Complaint], members: int) -> tuple[int, ...]:
    """The recipients that the paths `personalizations.N.…` name, in order."""
    found = {
        int(match[1])
        for complaint in complaints
        if isinstance(complaint.field, str) and (match := _POSITION.match(complaint.field))
    }
    return tuple(sorted(position for position in found if position < members))


def _said(complaints: Sequence[_Complaint]) -> Said:
    """The first errors in the service's own words, on one line, without what could disturb a terminal."""
    texts = []
    for complaint in complaints[:3]:
        where = f"{complaint.field}: " if isinstance(complaint.field, str) and complaint.field else ""
        texts.append(f"{where}{complaint.message}"[:200])
    rest, told = len(complaints) - 3, _UNSEEN.sub(" ", "; ".join(texts))
    more = Said(f" … and {rest} more", f" … et {rest} de plus") if rest > 0 else NOTHING
    return Said(f": {told}{more.en}", f"\u00a0: {told}{more.fr}") if texts else NOTHING


def wait_of(answer: Answer) -> float | None:
    """Seconds to wait, from Retry-After (RFC 9110 section 10.2.3) or X-RateLimit-Reset (Unix seconds), by the server's clock."""
    after, reset = answer.headers.get("retry-after", ""), answer.headers.get("x-ratelimit-reset", "")
    if after.isascii() and after.isdigit():
        return min(float(after), LONGEST_WAIT)
    now, until = _instant(answer.headers.get("date", "")), _instant(after)
    if until is None and reset.isascii() and reset.isdigit():
        until = float(reset)
    if now is None or until is None:
        return None
    return min(max(until - now, 0.0), LONGEST_WAIT)


def _rest(answer: Answer) -> float:
    """Seconds to wait after a request that was taken: it was the last of its window (X-RateLimit-Remaining)."""
    asked = answer.headers.get("x-ratelimit-remaining", "").strip() == "0" or "retry-after" in answer.headers
    return (wait_of(answer) or 0.0) if asked else 0.0


def _instant(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
