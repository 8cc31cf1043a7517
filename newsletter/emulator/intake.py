"""In: the head and the whole body of a mail send request. Out: the service's answer; an accepted request is in the journal.

Called by exchange.py. Acceptance is all or nothing: one complaint refuses the request.
"""

import hashlib
from dataclasses import replace

import msgspec

from newsletter.emulator.account import Account, bearer, too_many, used_up
from newsletter.emulator.answers import BARE, Answer, Complaint, refusal, say
from newsletter.emulator.clock import Clock
from newsletter.emulator.dice import token
from newsletter.emulator.history import History, Record, fingerprint
from newsletter.emulator.http1 import Head
from newsletter.emulator.letter import Glance, Json, Letter, read_plain
from newsletter.emulator.options import SUBSTITUTION_LIMITS, Options
from newsletter.emulator.rules import Ground, Pad, is_text, size_in_bytes
from newsletter.emulator.rules_envelope import examine, is_dynamic, needs_subject
from newsletter.emulator.rules_extras import is_on
from newsletter.emulator.rules_message import check_message

UNVERIFIED = "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved."


class _Refusal(msgspec.Struct):
    errors: list[Complaint]


class Intake:
    """Judges mail send requests."""

    def __init__(self, options: Options, account: Account, history: History, clock: Clock) -> None:
        self._options, self._account, self._history, self._clock = options, account, history, clock
        self.limit = options.limit()
        self.errors: str = options.errors
        self._glance = Glance(self.limit)

    def use(self, limit: str | None, errors: str | None) -> None:
        """Change the substitution limit (by name) and the form of errors while running; None changes nothing."""
        self.errors = errors or self.errors
        if limit:
            self.limit = SUBSTITUTION_LIMITS[limit]
            self._glance = Glance(self.limit)

    def answer(self, record: Record, head: Head, body: bytes, letter: Letter | None) -> Answer:
        """Judge, record, answer. `letter` is read_typed(body)."""
        answer = self._limited() or self._account.objection(head, "mail.send") or _wrong_type(head)
        answer = answer or self._telling(self._judge(record, body, letter))
        if answer.status in (401, 403):
            self._account.refused = True
        if record.verdict == "open":
            record.verdict = "refused"
            record.complaints = record.complaints or msgspec.json.decode(answer.body, type=_Refusal).errors
        return answer

    def describe(self, record: Record, head: Head, body: bytes, letter: Letter | None) -> None:
        """Note in the record what the request holds, before anything is decided."""
        record.size, record.key = len(body), fingerprint(bearer(head))
        record.sha256 = hashlib.sha256(body).hexdigest()
        if letter is not None:
            record.personalizations = len(letter.personalizations)
            record.batch = self._batch_of(letter)
            record.schedule = letter.batch_id if is_text(letter.batch_id) else ""
            record.categories = (
                list(filter(is_text, letter.categories)) if isinstance(letter.categories, list) else []
            )

    def _batch_of(self, letter: Letter) -> str:
        shared = letter.custom_args if isinstance(letter.custom_args, dict) else {}
        first = letter.personalizations[0].custom_args if letter.personalizations else {}
        return str({**shared, **first}.get(self._options.batch_arg, ""))

    def _limited(self) -> Answer | None:
        bucket, now = self._account.bucket, self._clock.now()
        if bucket is None or bucket.take():
            return None
        self._account.limited_until = max(self._account.limited_until, bucket.closed_until)
        return too_many(now, bucket.closed_until - now if bucket.rule.header else None)

    def _telling(self, answer: Answer) -> Answer:
        """A good answer that took the window's last token says so, where the bucket tells."""
        bucket = self._account.bucket
        if bucket is None or not bucket.rule.told or bucket.closed_until <= self._clock.now():
            return answer
        self._account.limited_until = max(self._account.limited_until, bucket.closed_until)
        return replace(answer, headers=(*answer.headers, *used_up(bucket.closed_until)))

    def _judge(self, record: Record, body: bytes, letter: Letter | None) -> Answer:
        try:
            message, complaints = self._look(body, letter)
        except UnicodeDecodeError:
            return self._refuse(record, [Complaint("Invalid UTF8 in request.")])
        except msgspec.DecodeError:
            return self._refuse(record, [BARE])
        if complaints:
            return self._refuse(record, complaints)
        if not self._account.verifies(message["from"]["email"]):
            record.complaints = [Complaint(UNVERIFIED, "from")]
            return refusal(403, *record.complaints)
        return self._accept(record, body, message)

    def _look(self, body: bytes, letter: Letter | None) -> tuple[Json, list[Complaint]]:
        ground = Ground(self.limit, self._clock.now(), self._account.groups, self._account.pools)
        message = letter.message() if letter else {}
        if letter and self._glance_is_enough(letter, message):
            pad = Pad()
            check_message(pad, message, ground)
            return message, pad.complaints
        plain = read_plain(body)
        complaints = examine(plain, ground)
        if letter and not complaints:
            for each in letter.personalizations:
                self._glance.remember(tuple(each.headers))
        return plain, complaints

    def _glance_is_enough(self, letter: Letter, message: Json) -> bool:
        args = message.get("custom_args", {})
        return (
            isinstance(args, dict)
            and not is_dynamic(message)
            and self._glance.finds_nothing(
                letter, needs_subject=needs_subject(message), args_bytes=size_in_bytes(args)
            )
        )

    def _refuse(self, record: Record, complaints: list[Complaint]) -> Answer:
        record.complaints = complaints[:50]
        return refusal(400, *([BARE] if self.errors == "bare" else complaints))

    def _accept(self, record: Record, body: bytes, message: Json) -> Answer:
        record.message_id = token(self._options.seed, "message", record.index)
        if is_on(message.get("mail_settings"), "sandbox_mode"):
            record.verdict = "sandbox"
            return Answer(200, headers=(("X-Message-Id", record.message_id),))
        self._history.accept(record, body)
        return Answer(202, headers=(("X-Message-Id", record.message_id),))


def _wrong_type(head: Head) -> Answer | None:
    kind = head.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or head.headers.get("content-encoding", "identity").lower() != "identity":
        # gzip is for accounts for which support has switched it on.
        return say(415, "Content-Type should be application/json.")
    return None
