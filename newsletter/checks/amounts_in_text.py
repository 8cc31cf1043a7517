"""Quantities in figures: numbers, amounts, shares, days and times that a text states, in a form that English and French share.

In: a text and its language. Out: quantities, with where they stand; what one text states and another does not. Called by parity checks.

“$148 million”, “148 M$” and “148 millions de dollars” are one quantity; so are “1:00 to 2:30 p.m.” and “de 13 h à 14 h 30”.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from newsletter.checks import number_words
from newsletter.checks.calendar_words import GAP, SPACE
from newsletter.checks.dates_in_text import mentions
from newsletter.checks.times_in_text import clocks

_PHONE = r"(?<![\w$])(?:\+?1[\s.-])?\(?\d{3}\)?[\s\u00a0.-]\d{3}[\s\u00a0.-]\d{4}(?!\d)"
#: what holds figures and states nothing: slots, addresses, telephone numbers, postal codes, round the clock
_SILENT = re.compile(
    r"\{\{[^{}]{0,300}\}\}|(?:https?://|www\.)\S+|(?<![\w-])[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/\S*|"
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|"
    rf"{_PHONE}|\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b|\b24/7\b|\b24\s?h(?:eures)?\ssur\s24\b|\b7\sjours\ssur\s7\b|\b7\sj/7\b"
)
_THIN = "\u00a0\u202f\u2009"
_FIGURES: Final = {
    "en": rf"\d{{1,3}}(?:[,{_THIN}]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)*",
    "fr": rf"\d{{1,3}}(?:[ {_THIN}]\d{{3}})+(?:,\d+)?|\d+(?:[.,]\d+)*",
}
_CURRENCY = r"(?:(?:CA|C|US|A)?\$(?:\s?(?:CAN?|US)\b)?|€|£|\b(?:CAD|USD|EUR)\b|\b(?:dollars?(?:\s(?:canadiens|américains|US))?|euros?)\b)"
_BEFORE = re.compile(rf"(?:(?:\b(?:CA|C|US|A))?\$|€|£|\b(?:CAD|USD|EUR)){GAP}$")
_AFTER = re.compile(
    rf"(?:{GAP}(?P<letter>k|K|MM|M|G|B|bn)(?={GAP}{_CURRENCY}|\b))?(?:[\s\u00a0\u202f-]+(?P<scale>thousand|mille|million|billion|trillion|milliard)s?\b)?"
    rf"(?:{GAP}\+)?(?:{GAP}(?:d[e’']{GAP})?(?P<currency>{_CURRENCY}))?(?:{GAP}(?P<percent>%|per{GAP}cent\b|pour{GAP}cent\b|p\.{GAP}100\b))?"
)
_LETTERS: Final = {"k": 3, "K": 3, "M": 6, "MM": 6, "G": 9, "B": 9, "bn": 9}
_SCALES: Final = {
    "en": {"thousand": 3, "mille": 3, "million": 6, "billion": 9, "trillion": 12, "milliard": 9},
    "fr": {"thousand": 3, "mille": 3, "million": 6, "milliard": 9, "billion": 12, "trillion": 18},
}
_RANGE = re.compile(
    rf"{GAP}(?:(?:to|and|or|through|à|et|ou){SPACE}(?:de{SPACE})?|[-–—]{GAP})(?:(?:CA|US)?\$)?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity: `keys` are its forms, any of which makes it the same as another's. `spelled`: it stands in words.

    `year` is None for a day whose year is not said; such a day is the same in any year.
    """

    text: str
    start: int
    end: int
    keys: frozenset[str]
    spelled: bool = False
    year: int | None = None
    value: Decimal = Decimal(0)
    power: int = 0
    unit: str = ""

    @property
    def weighty(self) -> bool:
        """True for money, shares, days and times: what a reader acts on."""
        return bool(self.unit)


def quantities(text: str, language: str) -> tuple[Quantity, ...]:
    """What a text states in figures, in order. `language` decides what a comma and “billion” mean."""
    left = _SILENT.sub(_blank, text).replace("\t", "|")  # a cell's figure has no unit in the next cell
    found: list[Quantity] = []
    for mention in mentions(left):
        for day in mention.days:
            key = frozenset({f"{day.month:02}-{day.day:02} day"})
            found.append(Quantity(mention.text, mention.start, mention.end, key, year=day.year, unit="day"))
    left = _without(left, [(quantity.start, quantity.end) for quantity in found])
    seen = clocks(left)
    for clock in seen:
        found.extend(_time(clock.text, clock.start, clock.end, time, sure=clock.sure) for time in clock.times)
    left = _without(left, [(clock.start, clock.end) for clock in seen])
    found.extend(_ranged(list(_numbers(left, language)), left))
    return tuple(sorted(found, key=lambda quantity: quantity.start))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text of the same length with stretches of it blank; the spans are in order."""
    pieces: list[str] = []
    behind = 0
    for start, end in spans:
        if start >= behind:
            pieces += (text[behind:start], "\n" * (end - start))
            behind = end
    return "".join([*pieces, text[behind:]])


def _time(text: str, start: int, end: int, minutes: int, *, sure: bool) -> Quantity:
    """A time of day; one that may be a length (“3 h”, “1 h 30”) is its hours, or its minutes, as well."""
    keys = {f"{minutes % 1440 // 60:02}:{minutes % 60:02}"}
    if not sure:
        keys |= {f"{minutes}", f"{Decimal(minutes) / 60:f}"}
    return Quantity(text, start, end, frozenset(keys), unit="time" if sure else "")


def _numbers(text: str, language: str) -> Iterator[Quantity]:
    figures = _FIGURES.get(language, _FIGURES["en"])
    for match in re.finditer(
        rf"(?<![\w.,])(?:(?P<figures>{figures})(?!\d)|(?i:(?P<words>{number_words.WORDS}))(?!\w))", text
    ):
        before = _BEFORE.search(text, max(0, match.start() - 8), match.start())
        after = _AFTER.match(text, match.end())
        if after is None:
            continue
        start, end = before.start() if before else match.start(), after.end()
        yield _number(match, before.group() if before else "", after, language, text[start:end].strip())


def _number(match: re.Match[str], before: str, after: re.Match[str], language: str, written: str) -> Quantity:
    spelled = match["figures"] is None
    values = [Decimal(number_words.value(match["words"]))] if spelled else _values(match["figures"], language)
    unit = "%" if after["percent"] else _unit(before + (after["currency"] or ""))
    letter = after["letter"] if unit else None  # `M` and `k` are millions and thousands of money alone
    power = _LETTERS.get(letter or "", 0) + _SCALES[language if language == "fr" else "en"].get(
        after["scale"] or "", 0
    )
    keys = frozenset(_key(value, power, unit) for value in values)
    return Quantity(
        written, match.start(), match.end(), keys, spelled, value=values[0], power=power, unit=unit
    )


def _values(figures: str, language: str) -> list[Decimal]:
    """What figures may stand for. A version (1.2.3) is no number: its parts count, one after the other."""
    if figures.count(".") > 1 or (language == "fr" and figures.count(",") > 1):
        return [Decimal(re.sub(r"\D", "", figures))]
    if language != "fr":
        return [Decimal(re.sub(rf"[,{_THIN}]", "", figures))]
    plain = re.sub(rf"[ {_THIN}]", "", figures)
    values = [Decimal(plain.replace(",", "."))]
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", plain):  # the English way, left in French
        values.append(Decimal(plain.replace(",", "")))
    return values


def _unit(written: str) -> str:
    """One name for each currency: dollars are those of Canada, but for those that say otherwise."""
    if "€" in written or "eur" in written.lower():
        return "€"
    if "£" in written:
        return "£"
    if not written.strip():
        return ""
    return "US$" if "US" in written or "américain" in written else "$"


def _key(value: Decimal, power: int, unit: str) -> str:
    return f"{(value.scaleb(power)).normalize():f} {unit}".strip()


def _ranged(found: list[Quantity], text: str) -> Iterator[Quantity]:
    """“5 à 10 millions de dollars”: the first number may be of what the last is of."""
    for quantity, following in pairwise([*found, None]):
        if quantity is None:
            continue
        between = text[quantity.end : following.start] if following else ""
        if following and following.unit + "0" * following.power and _RANGE.fullmatch(between):
            keys = {
                _key(quantity.value, quantity.power or following.power, quantity.unit or following.unit),
                _key(quantity.value, quantity.power, quantity.unit or following.unit),
            }
            yield replace(quantity, keys=quantity.keys | keys)
        else:
            yield quantity


def differences(
    left: Sequence[Quantity], right: Sequence[Quantity]
) -> tuple[tuple[Quantity, ...], tuple[Quantity, ...]]:
    """What only one of two texts states. A number in words may answer one in figures, and need not be answered."""
    first, unanswered = _matched(_figures(left), right)
    second, _words = _matched(_figures(unanswered), [quantity for quantity in left if quantity.spelled])
    return tuple(first), tuple(second)


def _figures(found: Iterable[Quantity]) -> list[Quantity]:
    return [quantity for quantity in found if not quantity.spelled]


def _matched(
    wanted: Iterable[Quantity], offered: Iterable[Quantity]
) -> tuple[list[Quantity], list[Quantity]]:
    """Those of `wanted` that nothing answers, and those of `offered` that answer nothing. Figures answer before words."""
    pool: dict[str, list[Quantity]] = defaultdict(list)
    free = {id(quantity): quantity for quantity in offered}
    for quantity in sorted(free.values(), key=lambda quantity: (not quantity.spelled, -quantity.start)):
        for key in quantity.keys:
            pool[key].append(quantity)
    left: list[Quantity] = []
    for quantity in wanted:
        met = next(_candidates(quantity, pool, free), None)
        if met is None:
            left.append(quantity)
        else:
            del free[id(met)]
    return left, list(free.values())


def _candidates(
    quantity: Quantity, pool: dict[str, list[Quantity]], free: Mapping[int, Quantity]
) -> Iterator[Quantity]:
    for key in sorted(quantity.keys):
        kept = pool.get(key, [])
        while kept and id(kept[-1]) not in free:
            kept.pop()
        yield from (
            other
            for other in reversed(kept)
            if id(other) in free and (None in {quantity.year, other.year} or quantity.year == other.year)
        )
