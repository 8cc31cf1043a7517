"""Translations of texts of `data:`, each put where its language stands: over the one that is there, beside the original, or, where one
value held for all languages, in a version of its own.

In: an issue file's text, texts by the steps that lead to them. Out: edits; what is lacking for a whole. Called by writing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from newsletter.compose.frontmatter.data_texts import is_versions, is_words
from newsletter.compose.frontmatter.spelling import (
    behind,
    block,
    entry,
    flow,
    item,
    listed,
    quote_of,
    scalar,
    several,
)
from newsletter.compose.frontmatter.spots import Form, Spot, data_spot
from newsletter.compose.translation.edits import Edit
from newsletter.model.issue import Data

Steps = tuple[str, ...]


class Tongues(NamedTuple):
    """From which language into which, and all that the publication has."""

    source: str
    target: str
    all: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataEdits:
    """The edits of one file; `lacking` are texts without which a new branch would be half in the other language."""

    edits: list[Edit] = field(default_factory=list)
    lacking: list[Steps] = field(default_factory=list)


class _Reached(NamedTuple):
    """How far steps lead: the last value that is there, the way to it, what lies behind it, and whether a language was chosen."""

    spot: Spot
    trail: Steps
    rest: Steps
    spoken: bool


class _Branch(NamedTuple):
    holder: Spot
    step: str
    model: Spot
    way: Steps  # of names, to the model


def data_edits(text: str, wanted: Mapping[Steps, str], tongues: Tongues) -> DataEdits:
    """What puts texts into the `data:` of a file; a text whose first key is not there is another file's."""
    root = data_spot(text)
    made = DataEdits()
    branches: dict[tuple[Steps, str], tuple[_Branch, dict[Steps, str]]] = {}
    for steps, words in wanted.items() if root else ():
        assert root is not None  # noqa: S101 - else there is nothing to go through
        found = _reach(root, steps, tongues.target, tongues.all)
        if not found.rest:
            made.edits.extend(_over(text, found, words, tongues))
        elif branch := _branch(root, found, steps, tongues):
            known = branches.setdefault((found.trail, found.rest[0]), (branch, {}))
            known[1][steps[len(branch.way) :]] = words
    for branch, given in branches.values():
        made.edits.extend(_inserted(text, branch, given))
        made.lacking.extend((*branch.way, *one) for one in _worded(branch.model, ()) if one not in given)
    return made


def _reach(root: Spot, steps: Steps, language: str, languages: tuple[str, ...]) -> _Reached:
    """A text with steps to go is as good as nothing there: it is replaced as a whole."""
    trail: Steps = ()
    spot, left, spoken = root, steps, False
    while True:
        chooses = bool(trail) and not spoken and is_versions(spot.content, languages)
        if not chooses and not left:
            return _Reached(spot, trail, (), spoken)
        step, behind_it = (language, left) if chooses else (left[0], left[1:])
        child = spot.child(step)
        if child is None or (isinstance(child.content, str) and behind_it):
            return _Reached(spot, trail, (step, *behind_it), spoken or chooses)
        spot, trail, left, spoken = child, (*trail, step), behind_it, spoken or chooses


def _branch(root: Spot, found: _Reached, steps: Steps, tongues: Tongues) -> _Branch | None:
    """The branch of the original that the other language lacks; None where the original is not in this file, or built otherwise."""
    whole = _reach(root, steps, tongues.source, tongues.all)
    depth = len(found.trail) + 1
    there = found.spot.child(found.rest[0])
    filled = there is not None and isinstance(there.content, str) and there.content.strip()
    if whole.rest or not found.spoken or depth > len(whole.trail) or filled:
        return None
    model = root
    for step in whole.trail[:depth]:
        model = model.child(step) or model
    behind_it = len(whole.trail) - depth
    return _Branch(found.spot, found.rest[0], model, steps[: len(steps) - behind_it])


def _over(text: str, found: _Reached, words: str, tongues: Tongues) -> Iterator[Edit]:
    spot = found.spot
    if not isinstance(spot.content, str):
        return
    yield _replaced(text, spot, words) if found.spoken else _parted(text, spot, words, tongues)


def _replaced(text: str, spot: Spot, words: str) -> Edit:
    """The form that a value had is kept: its quotes, its block, its fold."""
    raw = text[spot.start : spot.end]
    quote = quote_of(raw)
    if spot.form is Form.FLOW:
        return Edit(spot.start, spot.end, flow(words, quote))
    if spot.form is Form.ITEM:
        return Edit(spot.lead, spot.end, f" {listed(words, quote)}")
    if spot.form is Form.BLOCK:
        mark, *lines = raw.split("\n")
        margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        return Edit(
            spot.start, spot.end, block(words, margin or spot.indent + 2, mark.strip()) or scalar(words)
        )
    return Edit(spot.lead, spot.end, " " + (several(words, spot.indent + 2) or scalar(words, quote)))


def _parted(text: str, spot: Spot, words: str, tongues: Tongues) -> Edit:
    """One value for all becomes a version for each: the new one, and what all had."""
    raw = text[spot.start : spot.end]
    if spot.form is Form.FLOW:
        inner = (f"{one}: {flow(words) if one == tongues.target else raw}" for one in tongues.all)
        return Edit(spot.start, spot.end, "{" + ", ".join(inner) + "}")
    item_at = spot.indent + (spot.start - spot.begin)
    indent = item_at if spot.form is Form.ITEM else spot.indent + 2
    deeper = raw.replace("\n", "\n  ")
    lines = [
        entry(one, words, indent) if one == tongues.target else f"{' ' * indent}{one}: {deeper}"
        for one in tongues.all
    ]
    if spot.form is Form.ITEM:
        return Edit(spot.start, spot.end, "\n".join(lines).lstrip(" "))
    return Edit(spot.lead, spot.end, "\n" + "\n".join(lines))


def _inserted(text: str, branch: _Branch, given: Mapping[Steps, str]) -> Iterator[Edit]:
    """A branch as the original has it, with the translations in it, at the end of what holds it."""
    value = _filled(branch.model, (), given)
    holder, step = branch.holder, branch.step
    there = holder.child(step)
    if there is not None:
        yield _instead(there, value)
        return
    children = list(holder.content.values() if isinstance(holder.content, dict) else holder.content)
    last = children[-1] if children else None
    if not isinstance(last, Spot):
        return
    named = isinstance(holder.content, dict)
    if last.form is Form.FLOW:
        yield Edit(last.end, last.end, f", {step}: {flow(value)}" if named else f", {flow(value)}")
    else:
        line = entry(step, value, last.indent) if named else item(value, last.indent)
        yield Edit(last.end, last.end, f"\n{line}")


def _instead(there: Spot, value: Data) -> Edit:
    """Over a version that is empty."""
    if there.form is Form.FLOW:
        return Edit(there.start, there.end, flow(value))
    if there.form is Form.ITEM:
        return Edit(there.lead, there.end, item(value, 0)[1:])
    return Edit(there.lead, there.end, behind(value, there.indent))


def _filled(model: Spot, way: Steps, given: Mapping[Steps, str]) -> Data:
    content = model.content
    if isinstance(content, str):
        return given.get(way, content)
    if isinstance(content, dict):
        return {key: _filled(part, (*way, key), given) for key, part in content.items()}
    return [_filled(part, (*way, str(number)), given) for number, part in enumerate(content, 1)]


def _worded(model: Spot, way: Steps) -> Iterator[Steps]:
    content = model.content
    if isinstance(content, str):
        if is_words(content, alone=False):
            yield way
        return
    pairs = (
        content.items()
        if isinstance(content, dict)
        else ((str(at), one) for at, one in enumerate(content, 1))
    )
    for key, part in pairs:
        yield from _worded(part, (*way, key))
