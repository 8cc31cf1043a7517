"""Readers: the recipients of a batch by columns, for what is done to a thousand at once.

In: numbers, addresses, one list for each value, header lines in pieces. Out: a sequence of Recipients. Made by dispatch.filling;
read by providers, which look at a column in one go and make a Recipient only of whom they must name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from typing import overload

from newsletter.model.outbound import Recipient

Piece = str | Sequence[str]  #: text that all share (a str), or a column


@dataclass(frozen=True)
class Readers(Sequence[Recipient]):
    """`values[i]` has what `OutboundMessage.tags[i]` stands for, a text for each reader. A header's line is its pieces in a row.
    All columns are of one length. Raises ValueError where they are not."""

    deliveries: Sequence[int]
    addresses: Sequence[str]
    values: tuple[Sequence[str], ...]
    headers: Mapping[str, tuple[Piece, ...]]

    def __post_init__(self) -> None:
        if wrong := {len(column) for column in (self.addresses, *self.values, *self.lined)} - {len(self)}:
            raise ValueError(f"columns of {wrong.pop()} beside {len(self)} deliveries")

    @cached_property
    def lined(self) -> list[Sequence[str]]:
        """The columns in header lines."""
        pieces = chain.from_iterable(self.headers.values())
        return [piece for piece in pieces if not isinstance(piece, str)]

    @cached_property
    def text(self) -> str:
        """All values of all readers, with a sign between that stands in no sound value: to be looked through in one go."""
        return "\0".join(chain.from_iterable(self.values))

    def lines(self, name: str) -> list[str]:
        """A header's line of each reader."""
        pieces = self.headers[name]
        columns = [[piece] * len(self) if isinstance(piece, str) else piece for piece in pieces]
        return list(map("".join, zip(*columns, strict=True)))

    def parts(self, size: int) -> Iterator[Readers]:
        """The same readers, so many at a time. A column that stands in two places is still one."""
        columns = {id(column): column for column in (self.addresses, *self.values, *self.lined)}
        for start in range(0, len(self), size):
            cut = {key: column[start : start + size] for key, column in columns.items()}
            yield Readers(
                self.deliveries[start : start + size],
                cut[id(self.addresses)],
                tuple(cut[id(column)] for column in self.values),
                {
                    name: tuple(piece if isinstance(piece, str) else cut[id(piece)] for piece in pieces)
                    for name, pieces in self.headers.items()
                },
            )

    def __len__(self) -> int:
        return len(self.deliveries)

    @overload
    def __getitem__(self, place: int) -> Recipient: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Recipient, ...]: ...
    def __getitem__(self, place: int | slice) -> Recipient | tuple[Recipient, ...]:
        return tuple(self)[place]

    def __iter__(self) -> Iterator[Recipient]:
        count, names = len(self), tuple(self.headers)
        values = zip(*self.values, strict=True) if self.values else iter([()] * count)
        lines = zip(*map(self.lines, names), strict=True) if names else iter([()] * count)
        headers = [dict(zip(names, each, strict=True)) for each in lines]
        return map(Recipient, self.deliveries, self.addresses, values, headers)


def gathered(recipients: Sequence[Recipient]) -> list[Readers]:
    """Recipients by columns; those in a row whose headers have the same names (and who have as many values) go together."""
    if isinstance(recipients, Readers):
        return [recipients]
    alike = groupby(recipients, key=lambda one: (tuple(one.headers), len(one.values)))
    return [_columns(names, list(rows)) for (names, _), rows in alike]


def _columns(names: tuple[str, ...], rows: Sequence[Recipient]) -> Readers:
    return Readers(
        [row.delivery for row in rows],
        [row.address for row in rows],
        tuple(zip(*[row.values for row in rows], strict=True)),
        {name: ([row.headers[name] for row in rows],) for name in names},
    )
