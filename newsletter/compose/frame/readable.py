"""What can be read, the same at every build: texts, numbers, dates, and lists of these.

In: values on their way into a text, a filter or a function. Out: the value, or Misuse. Called by frame.environment, frame.guard.

Anything else that a template can get hold of (a function, a cycler, a namespace) would show its address in memory.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from jinja2 import Undefined
from jinja2.runtime import LoopContext

from newsletter.compose.frame.values import Member, Misuse
from newsletter.model.said import Said

_PLAIN = (str, int, float, date, Decimal, Undefined, Member, range, type(None))
GROUPS = (list, tuple, set, frozenset, KeysView, ValuesView, ItemsView)


def settled(value: Any) -> Any:
    """The value; what can be gone through only once (`list | map(…)`) as a list."""
    return list(value) if isinstance(value, Iterator) and not isinstance(value, LoopContext) else value


def readable(value: Any) -> Any:
    """The value, settled; raises Misuse when it is, or holds, nothing that can be read."""
    value = settled(value)
    for part in _strangers(value):
        kind = type(part).__name__
        raise Misuse(
            Said(
                f"this is a {kind}, which cannot be written",
                f"ceci est de type {kind}, ce qui ne peut pas être écrit",
            ),
            Said("Add | join, or | list, or call it.", "Ajoutez | join ou | list, ou appelez-le."),
        )
    return value


def writable(value: Any) -> Any:
    """The value, when there is something to read."""
    if value is None:
        raise Misuse(
            Said("there is nothing to write here", "il n’y a rien à écrire ici"),
            Said("Ask first: {% if … %}.", "Vérifiez d’abord\u00a0: {% if … %}."),
        )
    return readable(value)


def _strangers(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for part in chain.from_iterable(value.items()):
            yield from _strangers(part)
    elif isinstance(value, GROUPS):
        for part in value:
            yield from _strangers(part)
    elif not isinstance(value, _PLAIN) and not hasattr(value, "__html__"):
        yield value
