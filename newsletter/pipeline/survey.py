"""Survey: what the personal fields of a mail come to over the real members that it would go to now.

In: an edition, an audience. Out: a Survey. Called by `check --audience`, `send`, `schedule`, `approve`. Nothing of it is kept.

The largest mail is found without composing one for each member: the store says whose values weigh most, and a variant that cannot come to
more than what is known is passed over. Only where a value stands in an address, or is filtered, is every row of values weighed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from newsletter.compose.freeze import freeze
from newsletter.dispatch.filling import Compiled, Filler, compile_message, fields_of
from newsletter.dispatch.values import escape, slot_text
from newsletter.dispatch.variants import Variant, chosen, strictest
from newsletter.model.artwork import Mark, MarkKind, SlotContext
from newsletter.model.campaign import AudienceRule
from newsletter.model.edition import Artwork, Edition
from newsletter.model.errors import Explained
from newsletter.model.issue import Issue
from newsletter.model.publication import TrackingMode
from newsletter.model.survey import Largest, SlotSurvey, Survey
from newsletter.model.token import sign
from newsletter.pipeline import audience, lanes
from newsletter.pipeline.context import Context
from newsletter.pipeline.recalling import recalled
from newsletter.store import Connection, gathering, surveying
from newsletter.store.surveying import Group, Weight

_TOKENS = sign(bytes(32), 0, 0)
_EVERYONE = AudienceRule(("everyone",), ())
_NO_OCCASION = 0  # nobody had anything on it: a survey is of everybody whom the issue is for
_ADDRESSES = frozenset({SlotContext.URL, SlotContext.PLAIN_URL})


def of_issue(ctx: Context, issue: Issue | None, artwork: Artwork) -> Survey | None:
    """The survey of an issue over the audience that it names (else everyone); None where its segments cannot be read.

    That is a fault of its own (pipeline.faults); here it only means that nobody can be counted.
    """
    return of_audience(ctx, issue.audience if issue and issue.audience else _EVERYONE, artwork)


def of_audience(ctx: Context, rule: AudienceRule, artwork: Artwork) -> Survey | None:
    """The same over an audience that somebody named."""
    try:
        rules = audience.resolve(ctx, rule)
        conditions = audience.frozen(ctx, artwork.conditions)
    except Explained:
        return None
    edition = freeze(replace(artwork, conditions=conditions), ctx.publication.key)
    with ctx.store.read() as db:  # gathers in temporary tables: looking changes nothing and waits for nobody
        return taken(ctx, db, edition, rule, wanted_of(ctx, edition, rules, _NO_OCCASION, 1))[1]


def wanted_of(
    ctx: Context, edition: Edition, rules: audience.Rules, occasion: int, copy: int
) -> gathering.Wanted:
    """What is gathered to count an edition's readers."""
    artwork = edition.artwork
    return gathering.Wanted(
        campaign=0,
        occasion=occasion,
        copy=copy,
        include=rules.include,
        exclude=rules.exclude,
        conditions=audience.conditions(artwork.conditions),
        languages=artwork.languages,
        bilingual=artwork.bilingual,
        tracking=strictest(ctx.publication.tracking, artwork.tracking),
        fields=fields_of(edition),
        today=ctx.now().date(),
        lanes=lanes.domains(ctx),
    )


def taken(
    ctx: Context, db: Connection, edition: Edition, rule: AudienceRule, wanted: gathering.Wanted
) -> tuple[gathering.Counts, Survey]:
    """The same as `take`; whoever only looks gets what was counted a moment ago for this text. A text that nobody had yet is counted for its
    checks and for its plan alike."""
    text = hashlib.sha256(msgspec.msgpack.encode(edition.artwork)).digest()
    key = ("survey", text, rule, wanted.occasion, wanted.copy)
    return recalled(ctx, key, lambda: take(ctx, db, edition, wanted))


def take(
    ctx: Context, db: Connection, edition: Edition, wanted: gathering.Wanted
) -> tuple[gathering.Counts, Survey]:
    """Who would be mailed, and what their values come to. The audience is gathered once, and forgotten."""
    counts = gathering.tally(db, wanted)
    groups = surveying.groups(db, wanted.fields)
    slots = tuple(_slots(db, edition.artwork, wanted.fields, groups))
    largest, measured = _largest(ctx, db, edition, wanted.fields, groups)
    gathering.drop(db)
    zones = len({zone or ctx.publication.time_zone for zone, _province in counts.zones})
    return counts, Survey(counts.mailed, zones, slots, largest, measured)


def _slots(
    db: Connection, artwork: Artwork, fields: Sequence[str], groups: Sequence[Group]
) -> Iterator[SlotSurvey]:
    """Each slot in each text, over those who are shown it: a conditional block may hide it from the others."""
    longest = {field: surveying.longest(db, field) for field in fields}
    seen: Counter[tuple[str, int]] = Counter()
    empty: Counter[tuple[str, int]] = Counter()
    for group in groups:
        for number in _shown(artwork, group):
            seen[group.language, number] += group.members
            empty[group.language, number] += group.empty[fields.index(artwork.slots[number].field)]
    for (language, number), members in sorted(seen.items()):
        slot = artwork.slots[number]
        value = longest[slot.field].get(language, "")
        yield SlotSurvey(
            slot.field, language, slot.place, slot.fallback, members, empty[language, number], value
        )


def _shown(artwork: Artwork, group: Group) -> set[int]:
    text = artwork.texts[group.language]
    chunks = (*text.subject, *text.html, *text.text)
    marks = (piece for piece in chosen(chunks, group.answers) if isinstance(piece, Mark))
    return {mark.number for mark in marks if mark.kind is MarkKind.SLOT}


@dataclass(frozen=True, slots=True)
class _Variant:
    """A variant that occurs, made ready: its literal bytes of HTML, what its values weigh, and the most that it can come to."""

    group: Group
    compiled: Compiled
    literal: int
    weights: tuple[Weight, ...]
    reckoned: bool  #: true where the store weighs values as they stand in the mail
    bound: int


def _largest(
    ctx: Context, db: Connection, edition: Edition, fields: Sequence[str], groups: Sequence[Group]
) -> tuple[Largest | None, int]:
    best: Largest | None = None
    measured = 0
    variants = [_variant(ctx, edition, fields, group) for group in groups]
    for variant in sorted(variants, key=lambda one: -one.bound):
        if best is not None and best.size >= variant.bound:
            break
        size, filled = _measure(db, variant, fields)
        measured += filled
        if best is None or size > best.size:
            best = Largest(variant.group.language, size)
    return best, measured


def _variant(ctx: Context, edition: Edition, fields: Sequence[str], group: Group) -> _Variant:
    tracking = TrackingMode(group.tracking)
    compiled = compile_message(
        edition,
        Variant(group.language, group.answers, tracking),
        ctx.publication,
        ctx.settings.text("web.base_url"),
    )
    parts = compiled.message.html
    tokens = [part for part in parts if isinstance(part, int) and compiled.needs[part].what < 0]
    literal = sum(len(part.encode()) for part in parts if isinstance(part, str))
    literal += len(_TOKENS.own) * len(tokens)
    weights = tuple(_weights(compiled))
    growth = _growth(compiled)
    bound = literal + _most(weights, fields, group, growth)
    return _Variant(group, compiled, literal, weights, growth == 1, bound)


def _weights(compiled: Compiled) -> Iterator[Weight]:
    """What stands in the HTML for each value, and how often."""
    for part, number in _times(compiled).items():
        need = compiled.needs[part]
        if need.what >= 0:
            slot = compiled.slots[need.what]
            yield Weight(slot.field, number, len(escape(slot_text(slot, ""), need.context).encode()))


def _times(compiled: Compiled) -> Counter[int]:
    return Counter(part for part in compiled.message.html if isinstance(part, int))


def _growth(compiled: Compiled) -> int:
    """How many bytes a byte of a value may become: three in an address; letters that change their case may grow as well."""
    needs = [compiled.needs[part] for part in _times(compiled)]
    slots = [(compiled.slots[need.what], need.context) for need in needs if need.what >= 0]
    return 3 if any(context in _ADDRESSES or slot.filters for slot, context in slots) else 1


def _most(weights: Sequence[Weight], fields: Sequence[str], group: Group, growth: int) -> int:
    total = 0
    for weight in weights:
        place = fields.index(weight.field)
        without = weight.without if group.empty[place] else 0
        total += weight.times * max(without, group.heaviest[place] * growth)
    return total


def _measure(db: Connection, variant: _Variant, fields: Sequence[str]) -> tuple[int, int]:
    """The largest mail of a variant, and how many were filled for it."""
    filler, times = Filler(variant.compiled, fields), tuple(_times(variant.compiled).items())
    own = [(part, number) for part, number in times if variant.compiled.needs[part].what >= 0]
    rows: Iterable[list[str]]
    if variant.reckoned:
        rows = [surveying.heaviest(db, variant.group, variant.weights, fields)]
    else:
        rows = surveying.values(db, variant.group, fields)
    largest = filled = 0
    for values in rows:
        made = filler.recipient(0, "", values, _TOKENS).values
        largest = max(largest, sum(len(made[part].encode()) * number for part, number in own))
        filled += 1
    return variant.literal + largest, filled
