"""One row of a member file as a member: cells cleaned, values in our spelling, consent judged.

In: records and the columns that the header named. Out: a Row, or a Refusal with the reason; notes about values that we do not
know. Called by pipeline.importing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from newsletter.audience import accepted, cells
from newsletter.audience.columns import STATUS, Columns
from newsletter.audience.consent import ONGOING, Unproven, judge
from newsletter.audience.notes import Notes
from newsletter.audience.records import Record
from newsletter.model.address import Address, AddressFault, Role, parse, role
from newsletter.model.folding import fold
from newsletter.model.member import COLUMNS, Consent, ConsentBasis, Member, SuppressionReason, TrackingConsent
from newsletter.model.said import said

MAX_VALUE, MAX_TAG, MAX_TAGS = 1000, 100, 100
_KEPT = 4096
_PRECEDENCE = list(SuppressionReason)
_NO_TAGS: frozenset[str] = frozenset()
_UNKNOWN = TrackingConsent.UNKNOWN


class Row(NamedTuple):
    """One row that can be taken. `unproven` is the code of why claimed consent was not; `leaving` what a status column says
    against mailing."""

    line: int
    address: Address
    member: Member
    leaving: SuppressionReason | None = None
    unproven: str = ""


class Refusal(NamedTuple):
    """One row that cannot be taken, and why."""

    line: int
    email: str
    reason: str


@dataclass(frozen=True, slots=True)
class Defaults:
    """What is taken where a row brings none, and the surroundings. `zones` maps a time zone's name in lower case to its own."""

    today: date
    basis: ConsentBasis | None = None
    evidence: str = ""
    zones: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """Reads the rows of one file. `notes` fills as it goes.

    A file has few different provinces, languages, grounds and tags, and many rows: what was read once is kept.
    """

    def __init__(self, columns: Columns, defaults: Defaults) -> None:
        self.columns = columns
        self.defaults = defaults
        self.notes = Notes()
        # A column that the file lacks is read from the empty cell that ends every row.
        self.email = columns.at["email"]
        self.pick = itemgetter(*(columns.at.get(name, -1) for name in COLUMNS[1:]))
        self._further = columns.attributes
        self._asides = columns.statuses or columns.left or columns.nameless
        self._places: dict[tuple[str, str, str], tuple[str, str, str]] = {}
        self._grounds: dict[tuple[str, str, bool], Consent] = {}

    def read(self, record: Record) -> Row | Refusal:
        """The member in a row. Of several faults the first is told."""
        values, fault = ([], record.fault) if record.fault else self._clean(record.cells, record.line)
        if fault:
            return Refusal(record.line, self._email_in(record.cells), fault)
        email = values[self.email]
        try:
            address = parse(email)
        except AddressFault as error:
            return Refusal(record.line, email[:254], error.message)
        found = role(address)
        if found is not Role.PERSON:
            if found is Role.REFUSED:
                return Refusal(record.line, email, "nobody reads a newsletter at this address")
            self.notes.add("roles", "addresses of functions, such as info@", record.line)
        return self._row(record.line, address, values)

    def _row(self, line: int, address: Address, values: list[str]) -> Row:
        first, last, company, province, language, zone, tags, basis, on, evidence, tracking = self.pick(
            values
        )
        consent, unproven = self._grounds.get((basis, on, not evidence)), ""
        if consent is None:
            consent, unproven = self._consent(basis, on, evidence, line)
        elif evidence and evidence != consent.evidence:
            consent = Consent(consent.basis, consent.on, evidence, consent.expires_on)
        place = province, language, zone
        province, language, zone = self._places.get(place) or self._place(place, line)
        attributes = {name: values[n] for name, n in self._further if values[n]} if self._further else {}
        leaving = self._aside(values, attributes, line) if self._asides else None
        member = Member(
            address.text,
            first,
            last,
            company,
            province,
            language,
            zone,
            self._tags(tags, line) if tags else _NO_TAGS,
            attributes,
            consent,
            self._tracking(tracking, line) if tracking else _UNKNOWN,
        )
        return Row(line, address, member, leaving, unproven)

    def _clean(self, raw: list[str], line: int) -> tuple[list[str], str]:
        """The cells of a row, one for each column and an empty one at the end; or what is wrong with the row."""
        width = self.columns.width
        if len(raw) > width and any(raw[width:]):
            return [], f"{len(raw)} cells for {width} columns: a separator without quotation marks?"
        joined = ",".join(raw)
        if cells.is_plain(joined):
            values = raw[:width]
            if " ," in joined or ", " in joined or joined[:1] == " " or joined[-1:] == " ":
                values = [value.strip() for value in values]
        else:
            values = [cells.clean(cell) for cell in raw[:width]]
            if cells.holds_controls(joined):
                self.notes.add("control", "invisible control characters were taken out", line)
        if "'" in joined:
            values = [cells.unguarded(value) for value in values]
        values.extend([""] * (width + 1 - len(values)))
        return values, self._too_long(values) if len(joined) > MAX_VALUE else ""

    def _too_long(self, values: list[str]) -> str:
        for name, value in zip(self.columns.names, values, strict=False):
            if len(value) > MAX_VALUE and name:
                return f"{name} is longer than {MAX_VALUE:,} characters"
        return ""

    def _email_in(self, raw: list[str]) -> str:
        return cells.clean(raw[self.email])[:254] if self.email < len(raw) else ""

    def _consent(self, basis: str, on: str, evidence: str, line: int) -> tuple[Consent | None, str]:
        """The consent that a row claims, or the code of what is missing in it. Of evidence it only matters whether there is any."""
        claimed = self._claimed(basis, on, evidence)
        if isinstance(claimed, Unproven):
            value = basis if claimed.code == "unknown-basis" else ""
            self.notes.add(claimed.code, f"{claimed.reason.en}: kept, not mailable", line, value)
            return None, claimed.code
        if claimed and claimed.on and claimed.basis in ONGOING:
            self.notes.add(
                "ended",
                "the consent date of a membership or contract is read as the day on which it ended",
                line,
            )
        elif claimed and len(self._grounds) < _KEPT:
            self._grounds[basis, on, not evidence] = claimed
        return claimed, ""

    def _claimed(self, basis: str, on: str, evidence: str) -> Consent | Unproven | None:
        found = accepted.basis(basis) if basis else self.defaults.basis
        if found is None:
            unknown = Unproven(
                "unknown-basis", said(f"“{basis[:60]}” is no ground of consent that is known here")
            )
            return unknown if basis else None
        day = accepted.day(on) if on else None
        if on and day is None:
            unclear = f"the consent date is unclear, such as “{on[:30]}” (write 2020-12-16)"
            return Unproven("unclear-date", said(unclear))
        # What was said of one ground proves no other.
        fits = self.defaults.basis in {None, found}
        return judge(found, day, evidence or (self.defaults.evidence if fits else ""), self.defaults.today)

    def _aside(self, values: list[str], attributes: dict[str, str], line: int) -> SuppressionReason | None:
        """What columns say against mailing, the strongest of it. A status that says nothing of mailing is kept as it stands."""
        found = {SuppressionReason.UNSUBSCRIBED for n in self.columns.left if accepted.left(values[n])}
        for text in (values[n] for n in self.columns.statuses if values[n]):
            if reason := accepted.status(text):
                found.add(reason)
            elif not accepted.subscribed(text):
                attributes.setdefault(STATUS, text)
        for n in self.columns.nameless:
            if values[n]:
                said = f"column {_letters(n)} has no name: what stands there was not read"
                self.notes.add("nameless", said, line, _letters(n))
        return min(found, key=_PRECEDENCE.index, default=None)

    def _place(self, place: tuple[str, str, str], line: int) -> tuple[str, str, str]:
        """Province, language and time zone in our spelling. What is not known here is noted for every row."""
        province, language, zone = place
        known = (
            accepted.province(province),
            accepted.language(language),
            self.defaults.zones.get(zone.lower()),
        )
        found = (
            self._spelt("province", province, known[0], line),
            self._spelt("language", language, known[1], line),
            self._spelt("time zone", zone, known[2], line),
        )
        sure = all(ours or not text for ours, text in zip(known, place, strict=True))
        if sure and len(self._places) < _KEPT:
            self._places[place] = found
        return found

    def _spelt(self, column: str, text: str, ours: str | None, line: int) -> str:
        if ours is None and text:
            said = f"{column} “{text[:60]}” is not one that is known here; kept as written"
            self.notes.add(column, said, line, text)
        return text if ours is None else ours

    def _tracking(self, text: str, line: int) -> TrackingConsent:
        found = accepted.tracking(text)
        if found is None:
            said = f"tracking_consent “{text[:60]}” says neither granted nor refused"
            self.notes.add("tracking", said, line, text)
        return found or TrackingConsent.UNKNOWN

    def _tags(self, text: str, line: int) -> frozenset[str]:
        found, left_out = read_tags(text)
        if left_out:
            self.notes.add("tags", f"only the first {MAX_TAGS} tags were taken", line)
        if "," in text and ";" not in text:
            said = f"“{text[:60]}” was taken for one tag; separate tags by semicolons"
            self.notes.add("tag", said, line, text)
        return found


def _letters(column: int) -> str:
    """A column (from 0) as spreadsheets name it: A, B … Z, AA."""
    first, last = divmod(column, 26)
    return (_letters(first - 1) if first else "") + chr(ord("A") + last)


@lru_cache(maxsize=_KEPT)
def read_tags(text: str) -> tuple[frozenset[str], int]:
    """The tags in a cell, `a; b; c`, each once, whatever its case; and how many were too many."""
    found: dict[str, str] = {}
    for tag in text.split(";"):
        folded = fold(tag)
        if folded:
            found.setdefault(folded, tag.strip()[:MAX_TAG].strip())
    tags = list(found.values())
    return frozenset(tags[:MAX_TAGS]), len(tags[MAX_TAGS:])
