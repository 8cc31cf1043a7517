"""Zones: which zone a reader lives in, and which instant a local time is there.

In: a member's zone and province, local times. Out: zones, and instants in UTC. Called by when and waves.

The rules are those of the `tzdata` package, never the machine's own, which may be years old: the same plan then gives the same
instants everywhere, and TZDATA_VERSION can be stored beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache

import tzdata  # type: ignore[import-untyped]  # data, with one constant
import whenever

from newsletter.model.errors import AuthorError
from newsletter.model.said import NBSP, Said, quoted
from newsletter.planning.provinces import province_named
from newsletter.planning.spelling import did_you_mean, fold

FIRST_ZONE = "Etc/GMT-14"  #: where every local time comes first (the sign is POSIX's: it is UTC+14)
_NAMING = Said(
    "Give an IANA name such as America/Toronto, or `member` for each reader's own time.",
    "Donnez un nom IANA comme America/Toronto, ou `member` pour l’heure de chaque lecteur.",
)
TZDATA_VERSION = f"tzdata {tzdata.IANA_VERSION}"
whenever.reset_tzpath(())
whenever.clear_tzcache()


class Shift(StrEnum):
    """What the clocks did to a local time."""

    GAP = "gap"  #: they went forward over it: the mail leaves as much later as they jumped
    OVERLAP = "overlap"  #: they went back over it, so it comes twice: the first counts


@dataclass(frozen=True, slots=True)
class Moment:
    """A local time in a zone. `at` is the instant in UTC; `wall` what the clock there shows then."""

    at: datetime
    wall: datetime
    shift: Shift | None = None


class Guess(StrEnum):
    """Where a reader's zone was taken from, when it was not their own."""

    PROVINCE = "province"
    PUBLICATION = "publication"


@dataclass(frozen=True, slots=True)
class ReaderZone:
    """The zone that counts for a reader. `unknown`: their row names one that does not exist."""

    zone: str
    guess: Guess | None = None
    unknown: bool = False


@cache
def all_zones() -> dict[str, str]:
    """Every IANA zone by its name in lower case. `Factory`, a clock that nobody has set, is not one."""
    return {name.lower(): name for name in sorted(whenever.available_timezones() - {"Factory"})}


def known_zone(text: str) -> str | None:
    """The zone of this name, whatever its case; None when there is none."""
    return all_zones().get(text.strip().lower())


def zone_named(text: str) -> str:
    """The zone that an author named. Raises AuthorError (`schedule-zone`) with near names when it does not exist."""
    zone = known_zone(text)
    if zone:
        return zone
    message = Said(
        f"zone: there is no time zone {text.strip()!r}.",
        f"zone{NBSP}: il n’y a pas de fuseau horaire {quoted(text.strip()).fr}.",
    )
    raise AuthorError(message, code="schedule-zone", hint=_near(text) or _NAMING)


def _near(text: str) -> Said:
    city = fold(text)
    province = province_named(text)
    if province:
        return _meant(province.zone)
    same_city = [name for name in all_zones().values() if fold(name.rpartition("/")[2]) == city]
    if same_city:
        return _meant(same_city[0])
    return did_you_mean(text, [*all_zones().values(), "member"])


def _meant(zone: str) -> Said:
    return Said(f"Did you mean {zone}?", f"Vouliez-vous dire {zone}?")


def reader_zone(timezone: str, province: str, publication: str) -> ReaderZone:
    """A reader's zone: their own, else that of most people in their province, else the publication's."""
    own = known_zone(timezone)
    if own:
        return ReaderZone(own)
    unknown = bool(timezone.strip())
    home = province_named(province)
    if home:
        return ReaderZone(home.zone, Guess.PROVINCE, unknown)
    return ReaderZone(publication, Guess.PUBLICATION, unknown)


def moment(local: datetime, zone: str) -> Moment:
    """The one instant of a naive local time in a zone: a gap moves it later, of an overlap the first counts."""
    plain = whenever.PlainDateTime(local)
    shift = None
    try:
        plain.assume_tz(zone, disambiguation="raise")
    except whenever.SkippedTime:
        shift = Shift.GAP
    except whenever.RepeatedTime:
        shift = Shift.OVERLAP
    there = plain.assume_tz(zone, disambiguation="compatible")
    return Moment(there.to_instant().to_stdlib(), there.to_plain().to_stdlib(), shift)


def wall_clock(at: datetime, zone: str) -> datetime:
    """What the clock in a zone shows at an instant, as a naive local time."""
    return whenever.Instant(at.astimezone(UTC)).to_tz(zone).to_plain().to_stdlib()
