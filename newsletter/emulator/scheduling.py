"""In: batch ids that were made, and their status (pause, cancel, none) over time. Out: what becomes of mail that has a `send_at`.

Called by api_scheduled.py, which changes them; by events, the inbox, the logs and the report, which ask.
Source: tsg_mail_v3 (batch), tsg_scheduled_sends_v3, the page on cancelling scheduled sends.
"""

from dataclasses import dataclass, field
from typing import Literal

import msgspec

from newsletter.emulator.clock import Clock
from newsletter.emulator.dice import token
from newsletter.emulator.history import History, Record

Status = Literal["pause", "cancel"]
Fate = Literal["sent", "waiting", "cancelled", "expired"]

SURE = 600.0
"""Seconds before `send_at` until which a pause or a cancellation is sure to work."""

LONGEST = 72 * 3600.0
"""Seconds for which paused mail is kept past its time."""

BATCH_LASTS = 10 * 86_400.0
"""Seconds for which a batch id can be used."""


class Manner(msgspec.Struct, forbid_unknown_fields=True):
    """What the documents leave open. `most`: batches that may be paused or cancelled at one time. `late`: a status that is set less
    than ten minutes ahead still works. `arrivals`: a status covers requests that arrive after it was set."""

    most: int = 10
    late: bool = False
    arrivals: bool = True


class Change(msgspec.Struct, array_like=True):
    """A status that was set (again), or lifted (empty), at an emulated second."""

    at: float
    status: str


@dataclass(slots=True)
class _Batch:
    made_at: float
    changes: list[Change] = field(default_factory=list)


class Scheduling:
    """Batch ids and what stands about them; kept in the journal."""

    def __init__(self, history: History, clock: Clock, seed: int) -> None:
        self._history, self._clock, self._seed = history, clock, seed
        self._batches: dict[str, _Batch] = {}
        self.manner = Manner()
        for note in history.notes["scheduling"]:
            self._take(note["id"], note["status"], note["at"])

    def make(self) -> str:
        """A new batch id: 32 characters."""
        name = token(self._seed, "batch", len(self._batches), size=24)
        self._note(name, None)
        return name

    def knows(self, name: str) -> bool:
        """True for a batch id that was made here and can still be used."""
        batch = self._batches.get(name)
        return batch is not None and self._clock.now() < batch.made_at + BATCH_LASTS

    def set(self, name: str, status: str) -> None:
        """Pause or cancel a batch, or lift that (empty)."""
        self._note(name, status)

    def status(self, name: str) -> str:
        """What stands about a batch: pause, cancel, or nothing."""
        batch = self._batches.get(name)
        return batch.changes[-1].status if batch and batch.changes else ""

    def standing(self) -> list[tuple[str, str]]:
        """Every batch that is paused or cancelled, with that."""
        return [(name, status) for name in self._batches if (status := self.status(name))]

    def see(self, record: Record) -> None:
        """Note when a request is judged, and whether its batch was cancelled before."""
        record.judged_at = self._clock.now()
        record.after_cancel = self.status(record.schedule) == "cancel"

    def fate(self, record: Record, due: float) -> Fate:
        """What became of mail of a request that was due at an emulated second, by now."""
        now = self._clock.now()
        if now < due:
            return "waiting"
        changes = self._working(record, due)
        status = changes[-1].status if changes else ""
        if status == "cancel":
            return "cancelled"
        return self._after_pause(record, due, now) if status == "pause" else "sent"

    def _working(self, record: Record, due: float) -> list[Change]:
        """The changes that hold for a request when it is due."""
        batch = self._batches.get(record.schedule)
        if batch is None or due <= record.judged_at:
            return []  # without a batch id, or to be sent at once: nothing can stop it
        last = due if self.manner.late else due - SURE
        known = [change for change in batch.changes if change.at <= last]
        if not self.manner.arrivals:
            known = [change for change in known if change.at >= record.judged_at]
        return known

    def _after_pause(self, record: Record, due: float, now: float) -> Fate:
        """Paused when it was due: kept until it is lifted or cancelled, 72 hours at most."""
        later = [
            change for change in self._batches[record.schedule].changes if due < change.at <= due + LONGEST
        ]
        decided = next((change.status for change in later if change.status != "pause"), None)
        if decided is not None:
            return "cancelled" if decided == "cancel" else "sent"
        return "waiting" if now < due + LONGEST else "expired"

    def _note(self, name: str, status: str | None) -> None:
        now = self._clock.now()
        self._take(name, status, now)
        self._history.note("scheduling", {"id": name, "status": status, "at": now}, now)

    def _take(self, name: str, status: str | None, at: float) -> None:
        if status is None:
            self._batches[name] = _Batch(at)
        else:
            self._batches.setdefault(name, _Batch(at)).changes.append(Change(at, status))

    def clear(self) -> None:
        """Forget every batch; go by the documents again."""
        self._batches.clear()
        self.manner = Manner()
