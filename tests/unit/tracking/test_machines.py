"""Who was a person: each rule at its threshold and one step short of it, and what a later visit tells of earlier ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.event import HitKind, Reader
from newsletter.tracking.machines import Rule, Verdict, Visit, alone, by_speed
from newsletter.tracking.window import Judged, Window

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
HUMAN = (Reader.HUMAN, None)


def click(at: float, link: int = 0, number: int = 1, **more: object) -> Visit:
    base = Visit(
        at, HitKind.CLICK, number, personal=True, link=link, links=9, agent=CHROME, network=b"n", device=b"d"
    )
    return replace(base, **more)


def verdict(one: Judged) -> tuple[Reader, Rule | None]:
    return one.verdict.reader, one.verdict.rule


def judge(*visits: Visit) -> list[tuple[Reader, Rule | None]]:
    window = Window()
    return [verdict(one) for one in [window.judge(visit)[0] for visit in visits]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, HUMAN),
        ({"head": True}, (Reader.MACHINE, Rule.HEAD)),
        ({"prefetch": True}, (Reader.MACHINE, Rule.PREFETCH)),
        ({"agent": "curl/8"}, (Reader.MACHINE, Rule.LIBRARY)),
        ({"agent": "Mimecast"}, (Reader.MACHINE, Rule.SCANNER)),
        ({"agent": ""}, (Reader.UNKNOWN, Rule.NO_AGENT)),
        ({"agent": "", "kind": HitKind.OPEN}, (Reader.MACHINE, Rule.NO_AGENT)),
        ({"agent": "Mozilla/5.0", "kind": HitKind.OPEN}, (Reader.UNKNOWN, Rule.PRIVACY)),
        ({"agent": "Mozilla/5.0"}, (Reader.UNKNOWN, Rule.PRIVACY)),
        ({"agent": "x (via ggpht.com GoogleImageProxy)", "kind": HitKind.OPEN}, HUMAN),
    ],
)
def test_one_visit_alone(changes: dict[str, object], expected: tuple[Reader, Rule | None]) -> None:
    one = alone(replace(click(0), **changes))
    assert (one.reader, one.rule) == expected


def test_three_links_in_ten_seconds_are_a_burst_and_give_the_first_two_away() -> None:
    assert judge(click(0, 0), click(5, 1), click(10, 2)) == [(Reader.MACHINE, Rule.BURST)] * 3
    assert judge(click(0, 0), click(5, 1), click(10.1, 2)) == [HUMAN] * 3
    assert judge(click(0, 0), click(5, 1), click(10, 1)) == [HUMAN] * 3


def test_all_links_in_a_minute_are_a_sweep() -> None:
    visits = [click(at, link, links=4) for link, at in enumerate((0, 20, 40, 60))]
    assert judge(*visits) == [(Reader.MACHINE, Rule.SWEEP)] * 4
    assert judge(*(replace(visit, links=5) for visit in visits)) == [HUMAN] * 4


def test_both_links_of_a_small_mail_may_be_a_persons() -> None:
    assert judge(click(0, 0, links=2), click(9, 1, links=2)) == [HUMAN] * 2


def test_five_readers_of_one_network_are_a_gateway() -> None:
    visits = [click(float(number), number=number, device=bytes([number])) for number in range(1, 6)]
    assert judge(*visits[:4]) == [HUMAN] * 4
    assert judge(*visits) == [(Reader.MACHINE, Rule.GATEWAY)] * 5
    spread = [replace(visit, at=visit.number * 16.0) for visit in visits]
    assert judge(*spread) == [HUMAN] * 5
    assert judge(*(replace(visit, network=bytes([visit.number])) for visit in visits)) == [HUMAN] * 5


def test_gmails_proxy_is_no_gateway() -> None:
    agent = "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"
    opens = [click(0, number=number, kind=HitKind.OPEN, agent=agent) for number in range(20)]
    assert judge(*opens) == [HUMAN] * 20


def test_where_a_token_names_nobody_devices_tell_readers_apart() -> None:
    shared = [
        click(0, link, personal=False, network=bytes([link]), device=bytes([link])) for link in range(3)
    ]
    assert judge(*shared) == [HUMAN] * 3
    one_device = [replace(visit, network=b"n", device=b"d") for visit in shared]
    assert judge(*one_device) == [(Reader.MACHINE, Rule.BURST)] * 3
    unknown_network = [replace(visit, network=b"", device=b"d") for visit in shared]
    assert judge(*unknown_network) == [HUMAN] * 3


def test_where_a_token_names_nobody_five_clicks_on_one_link_from_one_network_are_a_gateway() -> None:
    shared = [click(number, personal=False, device=bytes([number])) for number in range(5)]
    assert judge(*shared) == [(Reader.MACHINE, Rule.GATEWAY)] * 5
    assert judge(*shared[:4]) == [HUMAN] * 4


@pytest.mark.parametrize("leave_first", [True, False])
def test_content_and_the_unsubscribe_page_at_once_are_a_machine(leave_first: bool) -> None:
    leave = click(3, kind=HitKind.LEAVE)
    visits = [leave, click(4)] if leave_first else [click(0), leave]
    window = Window()
    judged = [window.judge(visit)[0] for visit in visits]
    assert verdict(judged[1 if leave_first else 0]) == (Reader.MACHINE, Rule.EXIT)
    late = Window()
    kept = [late.judge(visit)[0] for visit in (click(0), replace(leave, at=5.1))]
    assert verdict(kept[0]) == HUMAN


def test_a_colleague_who_leaves_says_nothing_of_me() -> None:
    assert judge(click(0, number=1), click(1, number=2, kind=HitKind.LEAVE))[0] == HUMAN


def test_earlier_hits_are_named_when_they_change_and_only_then() -> None:
    window = Window()
    first, _ = window.judge(click(0, 0))
    second, changed = window.judge(click(1, 1))
    assert changed == []
    _, changed = window.judge(click(2, 2))
    assert {id(one) for one in changed} == {id(first), id(second)}
    _, changed = window.judge(click(3, 3))
    assert changed == []


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-3600, HUMAN),
        (-30, (Reader.MACHINE, Rule.FAST)),
        (0, (Reader.MACHINE, Rule.FAST)),
        (9.9, (Reader.MACHINE, Rule.FAST)),
        (10, (Reader.UNKNOWN, Rule.QUICK)),
        (59.9, (Reader.UNKNOWN, Rule.QUICK)),
        (60, HUMAN),
    ],
)
def test_how_soon_after_delivery(seconds: float, expected: tuple[Reader, Rule | None]) -> None:
    one = by_speed(seconds)
    assert (one.reader, one.rule) == expected


def test_the_stronger_verdict_stands() -> None:
    machine, unknown, human = (
        Verdict(Reader.MACHINE, Rule.HEAD),
        Verdict(Reader.UNKNOWN, Rule.QUICK),
        Verdict(Reader.HUMAN),
    )
    for one, other, expected in (
        (human, machine, machine),
        (machine, human, machine),
        (unknown, human, unknown),
        (human, unknown, unknown),
    ):
        assert one.or_stronger(other) is expected
    assert machine.or_stronger(Verdict(Reader.MACHINE, Rule.FAST)) is machine


visits = st.builds(
    Visit,
    at=st.floats(0, 300),
    kind=st.sampled_from(HitKind),
    number=st.integers(1, 6),
    personal=st.booleans(),
    link=st.integers(0, 4),
    links=st.integers(0, 5),
    head=st.booleans(),
    prefetch=st.booleans(),
    agent=st.sampled_from([CHROME, "", "Mozilla/5.0", "curl/8"]),
    network=st.sampled_from([b"", b"a", b"b"]),
    device=st.sampled_from([b"x", b"y"]),
)


@given(st.lists(visits, max_size=60), st.integers(1, 20))
def test_the_window_is_bounded_and_a_verdict_never_softens(seen: list[Visit], capacity: int) -> None:
    window = Window(capacity)
    strength = {Reader.HUMAN: 0, Reader.UNKNOWN: 1, Reader.MACHINE: 2}
    known: list[tuple[Judged, int]] = []
    for visit in sorted(seen, key=lambda one: one.at):
        judged, _ = window.judge(visit)
        known = [(one, max(least, strength[one.verdict.reader])) for one, least in known]
        assert all(strength[one.verdict.reader] >= least for one, least in known)
        known.append((judged, strength[judged.verdict.reader]))
        assert len(window) <= capacity
