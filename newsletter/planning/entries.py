"""An entry of the catalogue: a holiday's key, our names for it, and where its day comes from.

In: nothing. Out: the type, and the three forms of rule that entries use. Called by catalogue and feasts.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday or observance. `also` are further names that people write. `announced` are days set by hand, by year.

    `since` is the first year of the rule. With a `source`, the day is announced or can be checked there.
    `feast`: another calendar gives the day, so that a person confirms it before a mailing goes out for it. `sighted`: it hangs
    on the moon being seen, and stays an estimate until then. `evening`: it begins on the evening before.
    """

    key: str
    english: str
    french: str
    package: str = ""
    rule: str = ""
    since: int = 0
    also: tuple[str, ...] = ()
    announced: dict[int, tuple[int, int]] = field(default_factory=dict)
    source: str = ""
    feast: bool = False
    sighted: bool = False
    evening: bool = False

    def name(self, language: str) -> str:
        """The name in English or French; English for any other language."""
        return self.french if language == "fr" else self.english

    @property
    def names(self) -> tuple[str, ...]:
        """Everything by which a person may call it."""
        return tuple(name for name in (self.key, self.english, self.french, self.package, *self.also) if name)


def fixed(month: int, day: int) -> str:
    """The rule of a day that stands in the calendar."""
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}"


def nth(month: int, weekday: str) -> str:
    """The rule of a weekday of a month: `2SU` is the second Sunday."""
    return f"FREQ=YEARLY;BYMONTH={month};BYDAY={weekday}"


def easter(days: int) -> str:
    """The rule of a day so many days after Easter Sunday."""
    return f"FREQ=YEARLY;BYEASTER={days}"
