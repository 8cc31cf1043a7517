"""What an answer means, and what a refused family concludes: a table, and a simulated provider."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.dispatch.batching import halves
from newsletter.dispatch.outcome import (
    CAMPAIGN_LIMIT,
    Act,
    Family,
    Meaning,
    Part,
    Waiting,
    budget,
    meaning,
    review,
)
from newsletter.model.errors import RefusalScope, Refused, Unavailable, Uncertain
from newsletter.model.outbound import Receipt


def refused(scope: RefusalScope, members: tuple[int, ...] = ()) -> Refused:
    return Refused("no", code="x", scope=scope, members=members)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Receipt("id"), Meaning.ACCEPTED),
        (Uncertain("?", code="x"), Meaning.IN_DOUBT),
        (Unavailable("later", code="x"), Meaning.AGAIN),
        (refused(RefusalScope.ACCOUNT), Meaning.ACCOUNT),
        (refused(RefusalScope.REQUEST), Meaning.REFUSED),
        (refused(RefusalScope.MEMBERS, (3,)), Meaning.NAMED),
        (refused(RefusalScope.MEMBERS), Meaning.REFUSED),  # nobody was named after all
    ],
)
def test_meaning(answer: object, expected: Meaning) -> None:
    assert meaning(answer) is expected  # type: ignore[arg-type]


@dataclass
class Simulated:
    """One batch on a provider that refuses requests holding a bad recipient, naming them or not."""

    size: int
    bad: frozenset[int]
    names: bool = False
    insisted: bool = False
    elsewhere: bool = False
    parts: dict[int, tuple[list[int], int, Waiting | None]] = field(default_factory=dict)
    requests: int = 0
    accepted: list[int] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    paused: bool = False
    last: int = 0

    def add(self, people: list[int], depth: int, waiting: Waiting | None) -> None:
        self.last += 1
        self.parts[self.last] = (people, depth, waiting)

    def run(self) -> Simulated:
        self.add(list(range(self.size)), 0, None)
        while not self.paused:
            ready = [number for number, part in self.parts.items() if part[2] is None]
            if not ready:
                break
            self.post(min(ready))
            self.review()
        return self

    def post(self, number: int) -> None:
        people, depth, _ = self.parts.pop(number)
        self.requests += 1
        found = [person for person in people if person in self.bad]
        if not found:
            self.accepted += people
        elif not self.names:
            self.parts[number] = (people, depth, Waiting.REFUSED)
        elif len(found) == len(people):
            self.parts[number] = (people, depth, Waiting.NAMED)
        else:
            self.add([person for person in people if person not in self.bad], depth + 1, None)
            self.add(found, depth + 1, Waiting.NAMED)

    def review(self) -> None:
        family = Family(
            size=self.size,
            requests=self.requests,
            parts=tuple(Part(n, len(p), d, w) for n, (p, d, w) in self.parts.items()),
            proven=bool(self.accepted),
            elsewhere=self.elsewhere,
            insisted=self.insisted,
            campaign_refusals=0 if self.accepted else self.requests,
        )
        for act, number in review(family):
            people, depth, _ = self.parts[number]
            if act is Act.PAUSE:
                self.paused = True
                continue
            del self.parts[number]
            if act is Act.SPLIT:
                for half in halves(len(people)):
                    self.add([people[n] for n in half], depth + 1, None)
            else:
                (self.rejected if act is Act.REJECT else self.held).extend(people)


@given(st.integers(2, 1000), st.data())
def test_one_bad_address_rejects_one_person(size: int, data: st.DataObject) -> None:
    bad = data.draw(st.integers(0, size - 1))
    done = Simulated(size, frozenset({bad})).run()
    assert done.rejected == [bad]
    assert sorted(done.accepted) == [person for person in range(size) if person != bad]
    assert done.requests <= 2 * math.log2(size) + 10


@given(st.integers(1, 1000), st.sets(st.integers(0, 999), max_size=40), st.booleans())
def test_nobody_good_is_rejected_and_nobody_is_lost(size: int, chosen: set[int], names: bool) -> None:
    bad = frozenset(person for person in chosen if person < size)
    done = Simulated(size, bad, names=names).run()
    waiting = [person for people, _, _ in done.parts.values() for person in people]
    assert set(done.rejected) <= bad
    assert sorted(done.accepted + done.rejected + done.held + waiting) == list(range(size))
    assert done.requests <= budget(size)
    if done.paused:
        assert not done.accepted
        assert not done.rejected


@given(st.integers(1, 1000), st.booleans())
def test_a_provider_that_refuses_everything_rejects_nobody(size: int, names: bool) -> None:
    done = Simulated(size, frozenset(range(size)), names=names).run()
    assert done.paused
    assert done.rejected == done.held == done.accepted == []
    assert done.requests <= 7


def test_named_recipients_are_rejected_once_the_rest_was_accepted() -> None:
    done = Simulated(1000, frozenset({3, 700}), names=True).run()
    assert (sorted(done.rejected), done.requests) == ([3, 700], 2)


def test_a_lone_recipient_who_was_named_is_rejected_when_others_of_the_variant_were_accepted() -> None:
    assert Simulated(1, frozenset({0}), names=True, elsewhere=True).run().rejected == [0]
    assert Simulated(1, frozenset({0}), names=True).run().paused


def test_after_a_person_insisted_what_is_refused_as_a_whole_is_held_while_others_go_out() -> None:
    done = Simulated(8, frozenset(range(8)), insisted=True, elsewhere=True).run()
    assert sorted(done.held) == list(range(8))
    assert not done.paused


def test_after_a_person_insisted_whom_no_other_can_clear_waits_for_their_decision() -> None:
    """A mailing to one refused person: nothing else of it can prove the request sound, and to pause again would never end."""
    family = Family(1, 1, (Part(1, 1, 0, Waiting.NAMED),), proven=False, last=True)
    assert review(family) == [(Act.PAUSE, 1)], "nobody has looked at it yet"
    assert review(replace(family, insisted=True)) == [(Act.HOLD, 1)]
    insisted = replace(family, insisted=True, last=False)
    assert review(insisted) == [], "others may tell"
    assert review(replace(insisted, campaign_refusals=CAMPAIGN_LIMIT)) == [(Act.PAUSE, 1)], "they did"


def test_many_small_batches_pause_the_campaign_as_well() -> None:
    part = Part(1, 1, 0, Waiting.REFUSED)
    other = Part(2, 1, 0, None)
    family = Family(
        size=2, requests=1, parts=(part, other), proven=False, campaign_refusals=CAMPAIGN_LIMIT - 1
    )
    assert review(family) == []
    assert review(replace(family, campaign_refusals=CAMPAIGN_LIMIT)) == [(Act.PAUSE, 1)]
