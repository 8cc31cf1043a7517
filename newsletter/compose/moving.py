"""Blocks of an issue moved up and down: in one language's file, and the blocks that stand for them in the others.

In: texts with their outlines, a line. Out: the texts anew. Pure. Called by pipeline.moving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.compose.body.fences import Fence, cut
from newsletter.compose.translation.likeness import Item, beside, same_facts
from newsletter.compose.translation.writing import Sheet
from newsletter.model.outline import FRONT


@dataclass(frozen=True, slots=True)
class Block:
    """A block that stands for itself: lines `first` to `last` of its file, counted from 1."""

    first: int
    last: int
    item: Item


@dataclass(frozen=True, slots=True)
class Moved:
    """`texts` by language, only those that changed; `line` is where the block now begins; `alone` are languages in which nothing stands
    for it at the same place."""

    texts: Mapping[str, str]
    line: int
    alone: tuple[str, ...] = ()


def blocks(sheet: Sheet) -> tuple[Block, ...]:
    """The blocks of a file, in order. What stands inside a component or a conditional block moves with it."""
    lines = sheet.text.split("\n")
    ends = _ends(sheet, lines)
    found: list[Block] = []
    for piece in sheet.outline.pieces:
        first = piece.place.line
        if piece.kind in FRONT or (found and first <= found[-1].last):
            continue
        last = ends.get(first, first + piece.source.count("\n"))
        item = Item(f"{piece.kind}:{piece.name}:{piece.level}", "\n".join(lines[first - 1 : last]))
        found.append(Block(first, last, item))
    return tuple(found)


def _ends(sheet: Sheet, lines: Sequence[str]) -> dict[int, int]:
    """The last line of every fence at the margin, by its first."""
    begin = next((piece.place.line for piece in sheet.outline.pieces if piece.kind not in FRONT), 0)
    body = list(lines[begin - 1 :]) if begin else []
    return {
        begin + item.line: begin + item.end - (not item.closed or _on_one_line(body[item.line]))
        for item in cut(body)[0]
        if isinstance(item, Fence)
    }


def _on_one_line(line: str) -> bool:
    return line.rstrip().endswith(":::")


def moved(sheets: Mapping[str, Sheet], language: str, line: int, step: int) -> Moved | None:
    """The block at a line one place up (-1) or down (1), in every language. None where there is nothing to move, or nowhere to go."""
    here = blocks(sheets[language])
    index = next((at for at, block in enumerate(here) if block.first <= line <= block.last), None)
    if index is None or not 0 <= index + step < len(here):
        return None
    first = min(index, index + step)
    text, lines = _swapped(sheets[language].text, here[first], here[first + 1])
    texts = {language: text}
    alone = []
    for other, sheet in sheets.items():
        if other != language:
            there = blocks(sheet)
            pair = _pair(here, there, first)
            if pair is None:
                alone.append(other)
            else:
                texts[other] = _swapped(sheet.text, there[pair], there[pair + 1])[0]
    return Moved(texts, lines[0] if step < 0 else lines[1], tuple(alone))


def _pair(here: Sequence[Block], there: Sequence[Block], first: int) -> int | None:
    """Which two neighbours there stand for these two."""
    pairs = beside([block.item for block in here], [block.item for block in there], same_facts)
    one, two = pairs.get(first), pairs.get(first + 1)
    return one if one is not None and two == one + 1 else None


def _swapped(text: str, one: Block, two: Block) -> tuple[str, tuple[int, int]]:
    """The text with two blocks exchanged, and the first lines of the second and the first."""
    lines = text.split("\n")
    before, after = lines[: one.first - 1], lines[two.last :]
    between = lines[one.last : two.first - 1]
    mine, theirs = lines[one.first - 1 : one.last], lines[two.first - 1 : two.last]
    if not any(not line.strip() for line in between):  # neighbours without an empty line would run together
        between = [*between, ""] if between else [""]
    whole = [*before, *theirs, *between, *mine, *after]
    return "\n".join(whole), (one.first, one.first + len(theirs) + len(between))
