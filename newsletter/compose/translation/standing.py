"""How every text of an issue stands to its translation, by what the record remembers.

In: the parts of two languages, the record. Out: a Translation. Called by pipeline.translating, pipeline.build.

The record keeps both texts of each pair, so that either file may be edited, by hand, in any order: pairs are found again by their
words. A translation is stale as long as its source is not the one remembered, whatever happened to the translation meanwhile: that
it is right again is said by a person (`translate --reviewed`), or by a document that was made from the new source.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.compose.translation.likeness import Item, beside, same_facts, same_words
from newsletter.model.outline import digest
from newsletter.model.translation import DATA, Memory, Part, Standing, State, Translation


def stands(
    languages: tuple[str, str], source: Sequence[Part], target: Sequence[Part], record: Sequence[Memory]
) -> Translation:
    """How a language stands to the one that it is translated from: (from, to), the parts of both, what is remembered."""
    source = [part for part in source if part.text.strip()]
    pairs, memories = _paired(source, target, record)
    standings = []
    for index, part in enumerate(source):
        translated = target[pairs[index]] if index in pairs else None
        memory = memories.get(index)
        standings.append(Standing(part, translated, _state(part, translated, memory), memory))
    return Translation(*languages, tuple(standings))


def _paired(
    source: Sequence[Part], target: Sequence[Part], record: Sequence[Memory]
) -> tuple[dict[int, int], dict[int, Memory]]:
    """Which target each source has, and what is remembered of it: by index of the source. Texts of `data:` have names."""
    pairs, memories = _of_data(source, target, record)
    first, second = _others(source), _others(target)
    prose = [one for one in record if not one.shape.startswith(DATA)]
    found, known = _of_prose([source[at] for at in first], [target[at] for at in second], prose)
    pairs |= {first[one]: second[other] for one, other in found.items()}
    return pairs, memories | {first[one]: memory for one, memory in known.items()}


def _others(parts: Sequence[Part]) -> list[int]:
    return [index for index, part in enumerate(parts) if not part.in_data]


def _of_data(
    source: Sequence[Part], target: Sequence[Part], record: Sequence[Memory]
) -> tuple[dict[int, int], dict[int, Memory]]:
    """Each is found by its name, wherever it was moved to; entries of one list are remembered by their words."""
    named = {part.name: index for index, part in enumerate(target) if part.in_data}
    pairs = {
        index: named[part.name] for index, part in enumerate(source) if part.in_data and part.name in named
    }
    memories: dict[int, Memory] = {}
    for shape in dict.fromkeys(part.shape for part in source if part.in_data):
        own = [index for index, part in enumerate(source) if part.shape == shape]
        known = [one for one in record if one.shape == shape]
        old = [Item(shape, one.source) for one in known]
        now = beside(old, _items([source[index] for index in own]), same_words)
        memories |= {own[at]: known[index] for index, at in now.items()}
    return pairs, memories


def _of_prose(
    source: Sequence[Part], target: Sequence[Part], record: Sequence[Memory]
) -> tuple[dict[int, int], dict[int, Memory]]:
    now = beside([Item(one.shape, one.source) for one in record], _items(source), same_words)
    then = beside([Item(one.shape, one.text) for one in record], _items(target), same_words)
    memories = {at: record[index] for index, at in now.items()}
    pairs = {at: then[index] for index, at in now.items() if index in then and record[index].text}
    rest = [index for index in range(len(source)) if index not in pairs]
    free = [index for index in range(len(target)) if index not in set(pairs.values())]
    by_shape = beside(
        [_items(source)[index] for index in rest], [_items(target)[at] for at in free], same_facts
    )
    for first, second in by_shape.items():
        if _between(rest[first], free[second], pairs):
            pairs[rest[first]] = free[second]
    return pairs, memories


def _items(parts: Sequence[Part]) -> list[Item]:
    return [Item(part.shape, part.text) for part in parts]


def _between(source: int, target: int, pairs: dict[int, int]) -> bool:
    """True when a pair crosses none of the others: what was recorded says where the new ones may lie."""
    return all((first < source) == (second < target) for first, second in pairs.items())


def _state(source: Part, target: Part | None, memory: Memory | None) -> State:
    if target is None or not target.text.strip():
        return State.MISSING
    if memory is None or not memory.text:
        return State.DRAFT
    if digest(memory.source) != digest(source.text) and not target.shared:
        return State.STALE  # (a value that is one for all languages changed in both)
    same = digest(memory.text) == digest(target.text)
    return State.REVIEWED if memory.state is State.REVIEWED and same else State.DRAFT


def remembered(translation: Translation) -> tuple[Memory, ...]:
    """The record as it has to be kept: what is stale keeps its old source, and the words that it had."""
    return tuple(_kept(one) for one in translation.standings if one.target is not None)


def _kept(one: Standing) -> Memory:
    text = one.target.text if one.target else ""
    if one.state is State.STALE and one.memory is not None:
        return one.memory
    by, on = (one.memory.by, one.memory.on) if one.memory and one.memory.state is one.state else ("", "")
    return Memory(one.source.shape, one.source.text, text, one.state, by, on)


def reviewed(translation: Translation, by: str, on: str) -> tuple[Memory, ...]:
    """The record after a person said that every translation there is is right as it stands."""
    return tuple(
        Memory(one.source.shape, one.source.text, one.target.text, State.REVIEWED, by, on)
        if one.state is not State.REVIEWED
        else _kept(one)
        for one in translation.standings
        if one.target is not None and one.target.text.strip()
    )
