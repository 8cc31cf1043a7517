"""Predicates in plain words, for people who do not read expressions, in English and French.

In: a predicate, the names of provinces. Out: one sentence in both languages. Called by pipeline.segments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from newsletter.audience import english, french
from newsletter.model.predicate import And, Everyone, Not, Or, Predicate, Text, TextTest
from newsletter.model.said import Said

Leaf = Callable[[Predicate, bool, Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class _Tongue:
    """How a language puts clauses together; `provinces` names each as it stands behind “in”, or in French with its “de”."""

    leaf: Leaf
    frame: str
    everyone: str
    both: str
    either: str
    beyond: str
    provinces: Mapping[str, str]


def told(predicate: Predicate, provinces: Mapping[str, Said] = {}) -> Said:
    """One sentence, such as “Members in Quebec or Ontario who read French and who consented after 2019.”

    `provinces` names each code: in English as it stands behind “in”, in French with its “de” (`du Québec`).
    """
    codes = {code.lower(): name for code, name in provinces.items()}
    return Said(
        _sentence(
            predicate,
            _Tongue(
                english.leaf, "Members {}.", "All members.", "and", ", or ", "except those ({})",
                {code: name.en for code, name in codes.items()},
            ),
        ),
        _sentence(
            predicate,
            _Tongue(
                french.leaf, "Les membres {}.", "Tous les membres.", "et", ", ou ", "sauf les membres ({})",
                {code: name.fr for code, name in codes.items()},
            ),
        ),
    )  # fmt: skip


def sentence(predicate: Predicate, provinces: Mapping[str, Said] = {}) -> str:
    """The same in English."""
    return told(predicate, provinces).en


def _sentence(predicate: Predicate, tongue: _Tongue) -> str:
    return tongue.everyone if predicate == Everyone() else tongue.frame.format(_clause(predicate, tongue))


def _clause(predicate: Predicate, tongue: _Tongue) -> str:
    match predicate:
        case And(parts):
            return _all(parts, tongue)
        case Or(parts):
            return tongue.either.join(_part(part, And, tongue) for part in parts)
        case Not(And() | Or() | Not() as part):
            return tongue.beyond.format(_clause(part, tongue))
        case Not(part):
            return tongue.leaf(part, True, tongue.provinces)  # noqa: FBT003 - a callable knows no names
        case _:
            return tongue.leaf(predicate, False, tongue.provinces)  # noqa: FBT003


def _all(parts: Sequence[Predicate], tongue: _Tongue) -> str:
    """`A and B`, `A, B and C`; where somebody lives comes first, and without a comma: `in Ontario who read French`."""
    home = next((part for part in parts if _is_place(part, tongue)), None)
    rest = [_part(part, Or, tongue) for part in parts if part is not home]
    last = f" {tongue.both} ".join([", ".join(rest[:-1]), rest[-1]] if len(rest) > 1 else rest)
    return f"{_clause(home, tongue)} {last}" if home is not None else last


def _is_place(part: Predicate, tongue: _Tongue) -> bool:
    if not isinstance(part, Text) or part.field != "province" or part.test is not TextTest.EQUALS:
        return False
    return all(value.lower() in tongue.provinces for value in part.values)


def _part(part: Predicate, bracketed: type, tongue: _Tongue) -> str:
    return f"({_clause(part, tongue)})" if isinstance(part, bracketed) else _clause(part, tongue)
