"""Audience: names of segments and expressions become conditions that the store can select by.

In: an audience rule, the conditions of an edition. Out: predicates as SQL. Called by plan, prepare, freeze.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.audience.evaluating import matches
from newsletter.audience.parsing import parse
from newsletter.audience.writing import to_text
from newsletter.model.artwork import Condition
from newsletter.model.campaign import AudienceRule
from newsletter.model.member import Member
from newsletter.pipeline.context import Context
from newsletter.pipeline.segments import defined
from newsletter.store.gathering import SqlCondition
from newsletter.store.segments import compile_predicate


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is in and who is out, as SQL over members."""

    include: tuple[SqlCondition, ...]
    exclude: tuple[SqlCondition, ...]


def resolve(ctx: Context, rule: AudienceRule) -> Rules:
    """The segments of a rule, read as they are now. Raises NotFound or AuthorError that names the segment."""
    segments = defined(ctx)
    return Rules(
        tuple(compile_predicate(segments.predicate(name)) for name in rule.include),
        tuple(compile_predicate(segments.predicate(name)) for name in rule.exclude),
    )


def frozen(ctx: Context, conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """The conditions of an issue with the expressions that they stand for now: a segment edited later changes no edition."""
    if not conditions:
        return ()
    segments = defined(ctx)
    return tuple(
        replace(condition, expression=to_text(segments.read(condition.source, condition.place)))
        for condition in conditions
    )


def conditions(found: Sequence[Condition]) -> tuple[SqlCondition, ...]:
    """The frozen conditions of an edition as SQL."""
    return tuple(compile_predicate(parse(condition.expression)) for condition in found)


def answers(ctx: Context, found: Sequence[Condition], member: Member) -> str:
    """What one member's answers to the conditions are: one 0 or 1 for each, by the reference evaluator."""
    if not found:
        return ""
    segments = defined(ctx)
    said = (matches(segments.read(one.expression or one.source, one.place), member) for one in found)
    return "".join("1" if yes else "0" for yes in said)


def frozen_answers(found: Sequence[Condition], member: Member) -> str:
    """The same for the conditions of an edition: a segment that was edited or taken away since changes nothing."""
    return "".join("1" if matches(parse(one.expression), member) else "0" for one in found)
