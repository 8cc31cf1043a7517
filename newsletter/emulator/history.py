"""In: API requests as they come, get a verdict and end. Out: a durable, ordered log with the accepted bodies.

Called by server.py and accept.py to write, by control, report, inbox and events to read.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal

import msgspec

from newsletter.emulator.answers import Complaint
from newsletter.emulator.journal import Entry, Journal
from newsletter.emulator.letter import read_plain

SEND = "/v3/mail/send"

Verdict = Literal["open", "accepted", "sandbox", "refused", "fault", "served"]
"""`accepted` is said only once the request is in the journal; `fault` means not accepted because of a script."""


class Record(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One API request. `status` is what was answered, 0 for nothing; `at` is emulated Unix seconds of arrival.

    `number` counts all API requests, `index` those with the same method and path (both from 1). `concurrency`
    is the number of mail send requests under way at arrival, this one included. `schedule` is the service's batch id, by which mail
    is paused and cancelled; `judged_at`: when the whole request was judged; `after_cancel`: it was cancelled already by then.
    """

    number: int
    index: int
    at: float
    method: str = "POST"
    path: str = SEND
    connection: int = 0
    verdict: Verdict = "open"
    status: int = 0
    fault: str = ""
    complaints: list[Complaint] = []
    message_id: str = ""
    sha256: str = ""
    size: int = 0
    personalizations: int = 0
    batch: str = ""
    schedule: str = ""
    judged_at: float = 0.0
    after_cancel: bool = False
    categories: list[str] = []
    concurrency: int = 0
    key: str = ""
    after_refusal: bool = False
    in_limit_window: bool = False

    @property
    def is_send(self) -> bool:
        """True for a mail send request."""
        return self.method == "POST" and self.path == SEND


class History:
    """All requests since the state folder was new."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.records: list[Record] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._places: dict[int, int] = {}
        self._accepted: dict[int, Record] = {}
        self._under_way = 0
        self.concurrency_peak = 0
        self.last_at = 0.0
        self.on_accepted: list[Callable[[Record], None]] = []
        self.notes: dict[str, list[Any]] = defaultdict(list)
        self._recover()
        self.body = lru_cache(maxsize=4)(self._body)
        self.letter = lru_cache(maxsize=4)(self._letter)

    def _recover(self) -> None:
        for place, entry in self._journal.entries():
            self.last_at = max(self.last_at, entry.get("at", 0.0))
            if entry["kind"] == "request":
                self._recover_request(place, msgspec.convert(entry["record"], Record))
            else:
                self.notes[entry["kind"]].append(entry["value"])

    def _recover_request(self, place: int, record: Record) -> None:
        while len(self.records) < record.number:
            # A request that was under way when the process died left no entry: keep its number free.
            self.records.append(
                Record(number=len(self.records) + 1, index=0, at=record.at, fault="process ended")
            )
        self.records[record.number - 1] = record
        key = (record.method, record.path)
        self._counts[key] = max(self._counts[key], record.index)
        if record.verdict == "accepted":
            # The first entry of an accepted request holds the body; the one at its end only the answer.
            self._places.setdefault(record.number, place)
            self._accepted[record.index] = record

    def begin(self, method: str, path: str, *, at: float, connection: int) -> Record:
        """A request's head has arrived."""
        self._counts[method, path] += 1
        record = Record(
            number=len(self.records) + 1,
            index=self._counts[method, path],
            at=at,
            method=method,
            path=path,
            connection=connection,
        )
        self.records.append(record)
        if record.is_send:
            self._under_way += 1
            record.concurrency = self._under_way
            self.concurrency_peak = max(self.concurrency_peak, self._under_way)
        return record

    def accept(self, record: Record, body: bytes) -> None:
        """Write record and body to the journal. Only after this may a 202 leave."""
        record.verdict = "accepted"
        if not self._is_current(record):
            return
        self._places[record.number] = self._journal.append(self._entry(record), body)
        self._accepted[record.index] = record
        for told in self.on_accepted:
            told(record)

    def end(self, record: Record) -> None:
        """The request is over, answered or not."""
        if record.is_send:
            self._under_way -= 1
        if self._is_current(record):
            self._journal.append(self._entry(record))

    def _is_current(self, record: Record) -> bool:
        """False for a request that began before a reset: it belongs to what was forgotten."""
        return record.number <= len(self.records) and self.records[record.number - 1] is record

    def _entry(self, record: Record) -> Entry:
        self.last_at = max(self.last_at, record.at)
        return {"kind": "request", "at": record.at, "record": record}

    def note(self, kind: str, value: Any, at: float) -> None:
        """Keep something that is not a request; `notes` holds it after a restart."""
        self._journal.append({"kind": kind, "at": at, "value": value})

    def accepted(self) -> list[Record]:
        """Accepted mail send requests in the order of acceptance."""
        return list(self._accepted.values())

    def sends(self) -> Iterator[Record]:
        """Every mail send request, whatever became of it."""
        return (record for record in self.records if record.is_send)

    def find(self, index: int) -> Record | None:
        """The accepted mail send request with this index."""
        return self._accepted.get(index)

    def _body(self, number: int) -> bytes:
        return self._journal.body(self._places[number])

    def _letter(self, number: int) -> dict[str, Any]:
        letter: dict[str, Any] = read_plain(self.body(number))
        return letter

    def clear(self) -> None:
        """Forget everything, on disk too."""
        self._journal.clear()
        self.body.cache_clear()
        self.letter.cache_clear()
        self.records.clear()
        self._counts.clear()
        self._places.clear()
        self._accepted.clear()
        self.notes.clear()
        self.concurrency_peak = self._under_way


def fingerprint(text: str) -> str:
    """Enough of a digest to tell keys apart in a log that must not hold them."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
