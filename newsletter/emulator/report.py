"""In: the history. Out: the assertions a test makes about a sender: duplicates, rule violations, ignored refusals, and so on.

Called by the control API and the inbox's traffic page. Everything is computed from the accepted bodies when asked.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import msgspec

from newsletter.emulator.history import History, Record
from newsletter.emulator.letter import Json, recipients
from newsletter.emulator.message import due_at, envelope_args
from newsletter.emulator.world import World

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_PHONE = re.compile(r"(?<!\S)(?:\+\d|\(?\d{3}\)?[ .-]\d{3}[ .-])[\d ().-]{4,}(?!\S)")
"""A number with a + or in groups; bare digits may well be an opaque id."""

_WORD = re.compile(r"\w+")


class Delivery(msgspec.Struct, kw_only=True):
    """One recipient of an accepted request. `due`: when it is to leave; `fate`: sent, waiting, cancelled, expired."""

    request: int
    envelope: int
    address: str
    delivery: str
    batch: str
    args: dict[str, str]
    categories: list[str]
    message_id: str
    at: float
    due: float
    fate: str


class Finding(msgspec.Struct, kw_only=True):
    """Something a sender should not do. `place` names the request, `what` the thing."""

    kind: str
    what: str
    requests: list[int]


def deliveries(world: World, first: int = 1, last: int | None = None) -> Iterator[Delivery]:
    """Everyone to whom accepted requests are addressed, in order, of requests `first`..`last` (index)."""
    history, options = world.history, world.options
    for record in history.accepted():
        if record.index < first or (last is not None and record.index > last):
            continue
        letter = history.letter(record.number)
        for place, envelope in enumerate(letter["personalizations"]):
            args, due = envelope_args(letter, envelope), due_at(record, letter, envelope)
            for _, person in recipients(envelope):
                yield Delivery(
                    request=record.index,
                    envelope=place,
                    address=person["email"],
                    delivery=args.get(options.delivery_arg, ""),
                    batch=args.get(options.batch_arg, ""),
                    args=args,
                    categories=record.categories,
                    message_id=record.message_id,
                    at=record.at,
                    due=due,
                    fate=world.scheduling.fate(record, due),
                )


def make_report(world: World, *, expected: list[str] | None = None, key: str = "") -> Json:
    """The whole report, of mail that was sent or is to be. `expected` delivery ids add `missing` and `unexpected`; `key` is looked for
    in bodies."""
    history, taken = world.history, list(deliveries(world))
    everyone = [each for each in taken if each.fate not in ("cancelled", "expired")]
    findings = [*_duplicates(everyone), *_conduct(history), *_remarks(history, key)]
    report: Json = {
        **_counts(history, everyone),
        "findings": findings,
        "duplicates": [each for each in findings if each.kind in ("delivery twice", "address twice")],
        "recipients_discarded": len(taken) - len(everyone),
        "after_cancel": [record.index for record in history.accepted() if record.after_cancel],
        "ok": not findings,
    }
    if expected is not None:
        report |= _against(expected, [each.delivery for each in everyone])
        report["ok"] = report["ok"] and not report["missing"] and not report["unexpected"]
    return report


def _counts(history: History, everyone: list[Delivery]) -> Json:
    sends = list(history.sends())
    return {
        "requests": len(sends),
        "accepted": len(history.accepted()),
        "recipients_accepted": len(everyone),
        "verdicts": Counter(record.verdict for record in sends),
        "statuses": Counter(str(record.status) for record in sends),
        "faults": Counter(record.fault for record in sends if record.fault),
        "concurrency_peak": history.concurrency_peak,
        "largest_request": max((record.personalizations for record in sends), default=0),
    }


def _against(expected: list[str], accepted: list[str]) -> Json:
    wanted, got = set(expected), set(accepted)
    return {"missing": sorted(wanted - got), "unexpected": sorted(got - wanted)}


def _duplicates(everyone: list[Delivery]) -> Iterator[Finding]:
    by_id: dict[str, list[int]] = defaultdict(list)
    by_address: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for each in everyone:
        if each.delivery:
            by_id[each.delivery].append(each.request)
        by_address[*each.categories, each.address.lower()].append(each.request)
    for name, requests in by_id.items():
        if len(requests) > 1:
            yield Finding(kind="delivery twice", what=name, requests=requests)
    for (*issue, address), requests in by_address.items():
        if len(requests) > 1:
            yield Finding(
                kind="address twice",
                what=f"{address} ({', '.join(issue) or 'no category'})",
                requests=requests,
            )


def _conduct(history: History) -> Iterator[Finding]:
    for record in history.sends():
        if record.after_refusal:
            yield Finding(kind="sent after 401 or 403", what=record.batch, requests=[record.index])
        if record.in_limit_window:
            yield Finding(kind="sent inside a rate-limit window", what=record.batch, requests=[record.index])
        if record.personalizations > 1000:
            yield Finding(
                kind="over 1000 personalizations", what=str(record.personalizations), requests=[record.index]
            )
        if record.verdict == "refused" and record.status == 400:
            what = "; ".join(f"{each.field}: {each.message}" for each in record.complaints[:3])
            yield Finding(kind="rule violated", what=what, requests=[record.index])


def _remarks(history: History, key: str) -> Iterator[Finding]:
    for record in history.accepted():
        letter = history.letter(record.number)
        for kind, what in _letter_remarks(record, letter):
            yield Finding(kind=kind, what=what, requests=[record.index])
        if key and key.encode() in history.body(record.number):
            yield Finding(kind="API key in the body", what="", requests=[record.index])


def _letter_remarks(record: Record, letter: Json) -> Iterator[tuple[str, str]]:
    """What the service takes, but a careful sender does not do; each kind once a request."""
    for name in record.categories:
        if _is_personal(name, set()):
            yield "personal data in a category", name
    if "sections" in letter:
        yield "retired feature", "sections"
    settings: Json = letter.get("mail_settings") or {}
    for name in ("bcc", "spam_check"):
        if name in settings:
            yield "retired feature", name
    for name, setting in settings.items():
        if name.startswith("bypass_") and setting.get("enable"):
            yield "bypass of suppressions", name
    yield from _once(_envelope_remarks(letter))


def _once(remarks: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for kind, what in remarks:
        if kind not in seen:
            seen.add(kind)
            yield kind, what


def _envelope_remarks(letter: Json) -> Iterator[tuple[str, str]]:
    tags_seen: set[tuple[str, ...]] = set()
    for place, envelope in enumerate(letter["personalizations"]):
        people = [person for _, person in recipients(envelope)]
        args = envelope_args(letter, envelope)
        known = set().union(*map(_private_words, people))
        # All values at once: the single ones are looked at only where something was found.
        if _is_personal(" ".join(args.values()), known):
            for name in (name for name, value in args.items() if _is_personal(value, known)):
                yield "personal data in custom_args", f"personalizations.{place}.custom_args.{name}"
        if any(mark in str(person.get("name", "")) for person in people for mark in ";,"):
            yield "name with ; or , (older limits page)", f"personalizations.{place}"
        tags: dict[str, str] = envelope.get("substitutions") or {}
        where = f"personalizations.{place}.substitutions"
        if tuple(tags) not in tags_seen:
            tags_seen.add(tuple(tags))
            yield from _tag_remarks(where, tuple(tags))
        joined = "\x00".join(tags.values())
        if any(tag and tag in joined for tag in tags):
            yield "a value contains a tag", where


def _tag_remarks(where: str, tags: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if any(" " in tag or set("<>&") & set(tag) for tag in tags):
        yield "tag with space or HTML-special character", where
    if any(one != other and one in other for one in tags for other in tags):
        yield "one tag is part of another", where


def _private_words(person: Json) -> set[str]:
    """Words that would give a person away: parts of the name, long parts of the address."""
    name, local = str(person.get("name") or "").lower(), str(person["email"]).lower().partition("@")[0]
    return {word for word in _WORD.findall(name) if len(word) > 2} | {
        word for word in _WORD.findall(local) if len(word) > 4
    }


def _is_personal(text: str, known: set[str]) -> bool:
    if "@" in text and _EMAIL.search(text):
        return True
    return _PHONE.search(text) is not None or not known.isdisjoint(_WORD.findall(text.lower()))
