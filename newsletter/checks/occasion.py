"""What a mailing is planned for, as the checks see it.

In: nothing. Out: values that pipeline fills. Called by pipeline.occasion; read by dateline, holiday_name and last_years_text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from newsletter.model.edition import Artwork


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A holiday and everything by which people call it, in both languages."""

    name: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a mailing is to be read, and for what.

    `day` is the local day of the send. `elsewhere`: zones in which it is another day when it arrives. `named`: the holiday that it is
    scheduled for; `near`: those of the same days, which a greeting may name; `others`: all further ones. `greeting`: it is scheduled for
    a holiday, or comes back every year. `last`: what was sent the time before, on `last_day`. `inserted`: in how many other mailings each sponsor was shown.
    """

    day: date
    elsewhere: tuple[tuple[str, date], ...] = ()
    greeting: bool = False
    named: NamedDay | None = None
    near: tuple[NamedDay, ...] = ()
    others: tuple[NamedDay, ...] = ()
    last: Artwork | None = None
    last_day: date | None = None
    inserted: Mapping[str, int] = field(default_factory=dict)
