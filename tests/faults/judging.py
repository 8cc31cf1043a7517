"""The seven laws of the witness (W1–W7, docs/explanation/ledger.md), each judged from the emulator's log and never from our own tables.

In: the log of the far end, and what the driver of a test knows (who was told that they had left, and when; which text was approved).
Out: violations, in words. Called by tests/faults. W3 and W5 compare the log with the books (`newsletter report --json`).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Any

from newsletter.dispatch.filling import compile_message
from newsletter.dispatch.variants import Variant
from newsletter.model.edition import Edition
from newsletter.model.publication import Publication, TrackingMode
from tests.emulated import Emulated

#: in a link or in the address of a picture, what tells readers (or groups of them) apart
_TOKEN = re.compile(r"((?:/c/[0-9a-f]{12}-\d+|/o)/)[\w-]+")


@dataclass(frozen=True)
class Log:
    """What the far end wrote down. `copies`: everyone it accepted; `requests`: every request to send, in the order of arrival."""

    emulated: Emulated
    copies: list[dict[str, Any]]
    requests: list[dict[str, Any]]

    @classmethod
    def read(cls, emulated: Emulated) -> Log:
        """As it stands now."""
        requests = emulated.ask("GET", "/requests")["requests"]
        return cls(
            emulated,
            emulated.ask("GET", "/deliveries")["deliveries"],
            [one for one in requests if one["path"] == "/v3/mail/send"],
        )

    @cached_property
    def taken(self) -> list[dict[str, Any]]:
        """Requests that were accepted."""
        return [one for one in self.requests if one["verdict"] == "accepted"]

    @cached_property
    def texts(self) -> dict[int, str]:
        """The digest of the content of each accepted request, by its index."""
        found = {}
        for one in self.taken:
            body = self.emulated.ask("GET", f"/requests/{one['index']}/body")
            parts = {part["type"]: part["value"] for part in body["content"]}
            subject = body.get("subject") or body["personalizations"][0]["subject"]
            found[one["index"]] = digest(subject, parts["text/plain"], parts["text/html"])
        return found

    def addresses(self) -> Counter[str]:
        """How many copies each address got."""
        return Counter(copy["address"].lower() for copy in self.copies)


def digest(*texts: str) -> str:
    """Of a message's content, whoever reads it."""
    whole = "\0".join(_TOKEN.sub(r"\1*", text) for text in texts)
    return hashlib.sha256(whole.encode()).hexdigest()


def approved(edition: Edition, publication: Publication, base_url: str) -> dict[str, set[str]]:
    """What an edition says, by language: the digests of all that its readers may be sent."""
    found: dict[str, set[str]] = {language: set() for language in edition.artwork.texts}
    answers = ["".join(each) for each in product("01", repeat=len(edition.artwork.conditions))]
    for language, each, mode in product(found, answers, TrackingMode):
        track = "x" if mode is not TrackingMode.INDIVIDUAL else None
        message = compile_message(
            edition, Variant(language, each, mode), publication, base_url, track=track
        ).message
        templates = (message.subject, message.text, message.html)
        found[language].add(
            digest(
                *(
                    "".join(part if isinstance(part, str) else message.tags[part] for part in parts)
                    for parts in templates
                )
            )
        )
    return found


@dataclass
class Known:
    """What the driver of a test knows. Instants are emulated Unix seconds, as the log has them.

    `people`: addresses of the audience with the language of each. `copies`: how many mailings each may get. `left`: when each was told
    that they had left. `texts`: what was approved. `cancelled`: when a cancel (or hold) was answered. `told`: deliveries of whose delivery
    an event was acknowledged. `slots`: how many requests may be under way. `slack`: with several, how long a committed request may take to arrive.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    copies: int = 1
    left: dict[str, float] = field(default_factory=dict)
    texts: dict[str, set[str]] = field(default_factory=dict)
    cancelled: float | None = None
    begins: float | None = None
    expires: float | None = None
    told: set[str] = field(default_factory=set)
    slots: int = 1
    slack: float = 2.0

    def whoever(self) -> Known:
        """The same, where who the audience is cannot be said: nobody is a stranger then."""
        return replace(self, people={})


def w1(log: Log, known: Known) -> Iterator[str]:
    """Nobody gets two copies, by delivery and by address."""
    for who, count in Counter(str(copy["delivery"]) for copy in log.copies).items():
        if count > 1:
            yield f"W1: delivery {who} twice ({count})"
    for who, count in log.addresses().items():
        if count > known.copies:
            yield f"W1: {who} twice ({count} copies)"


def w2(log: Log, known: Known) -> Iterator[str]:
    """Nobody who was told that they had left, before the request that holds them was committed to leave, gets one.

    With one request under way at a time it was committed after the one before it had arrived; else it arrived within `slack`.
    """
    arrivals = sorted(one["at"] for one in log.requests)
    for copy in log.copies:
        told = known.left.get(copy["address"].lower())
        if told is not None and told < _committed(copy["at"], arrivals, known):
            yield f"W2: {copy['address']} had left {copy['at'] - told:.3f} s before request {copy['request']} arrived"


def _committed(arrived: float, arrivals: list[float], known: Known) -> float:
    """An instant before which a request was surely not committed to leave."""
    if known.slots > 1:
        return arrived - known.slack
    return max((one for one in arrivals if one < arrived), default=float("-inf"))


def w3(log: Log, known: Known, books: Mapping[str, Any]) -> Iterator[str]:
    """The account closes: everybody of the audience was taken once, or is accounted for."""
    taken = len({str(copy["delivery"]) for copy in log.copies if _of(copy, books)})
    skipped, unclear = sum(books["skipped"].values()), books["in_doubt"] + books["held"]
    if books["accepted"] > taken:
        yield f"W3: the books say {books['accepted']} handed over, the log {taken}"
    if taken > books["accepted"] + unclear:
        yield f"W3: {taken} were taken, and the books know of {books['accepted']} and {unclear} unclear"
    sums = (
        skipped,
        books["cancelled"],
        books["expired"],
        books["accepted"],
        books["rejected"],
        unclear,
        books["pending"],
    )
    if books["prepared"] != sum(sums):
        yield f"W3: {books['prepared']} prepared are not {sums}"
    if books["candidates"] != books["prepared"] + sum(books["excluded"].values()):
        yield f"W3: {books['candidates']} candidates are not {books['prepared']} and {books['excluded']}"
    strangers = {copy["address"].lower() for copy in log.copies} - set(known.people)
    if known.people and strangers:
        yield f"W3: {sorted(strangers)[:3]} are nobody of the audience"


def _of(copy: Mapping[str, Any], books: Mapping[str, Any]) -> bool:
    """A copy of this mailing: a delivery's category is its issue."""
    return books["issue"] in copy["categories"]


def w4(log: Log, known: Known) -> Iterator[str]:
    """Every copy is of the approved edition, in the reader's language."""
    if not known.texts:
        return
    language = {text: name for name, texts in known.texts.items() for text in texts}
    for copy in log.copies:
        text = language.get(log.texts[copy["request"]])
        if text is None:
            yield f"W4: request {copy['request']} says what nobody approved"
        elif known.people.get(copy["address"].lower(), text) != text:
            yield f"W4: {copy['address']} got the text in {text}"


def w5(log: Log, known: Known, books: Mapping[str, Any]) -> Iterator[str]:
    """What was acknowledged stands: each event in the books, and whoever left is still away."""
    ours = {str(copy["delivery"]) for copy in log.copies if _of(copy, books)}
    told = len(known.told & ours)
    if books["delivered"] < told:
        yield f"W5: {told} deliveries were told and acknowledged, the books know {books['delivered']}"


def w6(before: Log, after: Log, books: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[str]:
    """Doing again what was done posts nothing and changes no books."""
    if len(after.requests) != len(before.requests):
        yield f"W6: {len(after.requests) - len(before.requests)} requests more, for nothing new"
    changed = {name for name in books if books[name] != again[name]}
    if changed:
        yield f"W6: {sorted(changed)} changed in the books"


def w7(log: Log, known: Known) -> Iterator[str]:
    """Nothing arrives before its time or after its end; after a cancel was answered at most what was under way."""
    for one in log.taken:
        if known.begins is not None and one["at"] < known.begins:
            yield f"W7: request {one['index']} came {known.begins - one['at']:.3f} s before its time"
        if (
            known.expires is not None
            and _committed(one["at"], [a["at"] for a in log.requests], known) > known.expires
        ):
            yield f"W7: request {one['index']} came after its time"
    if known.cancelled is not None:
        late = [one["index"] for one in log.taken if one["at"] > known.cancelled]
        if len(late) > known.slots:
            yield f"W7: requests {late} came after the cancel"


def violations(log: Log, known: Known, books: Iterable[Mapping[str, Any]]) -> list[str]:
    """What W1–W5 and W7 find; W6 wants a second look (`w6`)."""
    found = [*w1(log, known), *w2(log, known), *w4(log, known), *w7(log, known)]
    for one in books:
        found += [*w3(log, known, one), *w5(log, known, one)]
    return found
