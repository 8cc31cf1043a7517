"""The judge itself: each law is shown a log that breaks it, and one that does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from tests.emulated import Emulated
from tests.faults.judging import Known, Log, digest, violations, w6
from tests.faults.tally import Tally

BOOKS: dict[str, Any] = {
    "issue": "note", "candidates": 2, "excluded": {}, "prepared": 2, "pending": 0, "skipped": {}, "cancelled": 0, "expired": 0,
    "accepted": 2, "rejected": 0, "in_doubt": 0, "held": 0, "delivered": 0,
}  # fmt: skip
APPROVED = {"en": {digest("S", "T", "H")}, "fr": {digest("F", "T", "H")}}


@dataclass
class Bodies:
    """An emulator of which only the bodies are asked for."""

    subjects: dict[int, str] = field(default_factory=dict)

    def ask(self, _method: str, path: str) -> dict[str, Any]:
        subject = self.subjects.get(int(path.split("/")[2]), "S")
        content = [{"type": "text/plain", "value": "T"}, {"type": "text/html", "value": "H"}]
        return {"subject": subject, "content": content}


def log(*copies: tuple[str, str, int], subjects: dict[int, str] | None = None) -> Log:
    """Copies: delivery, address, number of the request; the request arrives at that second."""
    rows = [
        {"delivery": delivery, "address": address, "request": at, "at": float(at), "categories": ["note"]}
        for delivery, address, at in copies
    ]
    requests = [
        {"index": at, "at": float(at), "verdict": "accepted"} for at in sorted({row[2] for row in copies})
    ]
    return Log(cast("Emulated", Bodies(subjects or {})), rows, requests)


def known(**more: Any) -> Known:
    return Known(people={"a@x.example": "en", "b@x.example": "en"}, texts=APPROVED, **more)


GOOD = (("1", "a@x.example", 1), ("2", "b@x.example", 2))


def test_a_log_in_order_breaks_no_law() -> None:
    settled = known(
        left={"b@x.example": 1.5}, told={"1", "2"}, begins=0.5, expires=3.0, cancelled=1.5
    )  # told while the request that holds b may have been on its way
    assert violations(log(*GOOD), settled, [BOOKS | {"delivered": 2}]) == []


@pytest.mark.parametrize(
    ("law", "copies", "knows", "books"),
    [
        ("W1", (*GOOD, ("1", "c@x.example", 3)), {}, BOOKS),
        ("W1", (*GOOD, ("3", "A@x.example", 3)), {}, BOOKS | {"accepted": 3, "prepared": 3, "candidates": 3}),
        ("W2", GOOD, {"left": {"b@x.example": 0.5}}, BOOKS),
        ("W2", (*GOOD, ("3", "c@x.example", 9)), {"left": {"c@x.example": 6.5}, "slots": 2}, BOOKS),
        ("W3", GOOD[:1], {}, BOOKS),
        ("W3", GOOD, {}, BOOKS | {"accepted": 1, "pending": 1}),
        ("W3", GOOD, {}, BOOKS | {"prepared": 3}),
        ("W3", GOOD, {}, BOOKS | {"candidates": 3}),
        ("W3", (GOOD[0], ("2", "z@x.example", 2)), {}, BOOKS),
        ("W5", GOOD, {"told": {"1"}}, BOOKS),
        ("W7", GOOD, {"begins": 1.5}, BOOKS),
        ("W7", GOOD, {"expires": 0.5}, BOOKS),
        ("W7", (*GOOD, ("3", "c@x.example", 3)), {"cancelled": 1.5}, BOOKS),
    ],
)
def test_each_law_is_seen_broken(
    law: str, copies: tuple[tuple[str, str, int], ...], knows: dict[str, Any], books: dict[str, Any]
) -> None:
    assert [found for found in violations(log(*copies), known(**knows), [books]) if found.startswith(law)]


@pytest.mark.parametrize("subject", ["F", "what nobody approved"], ids=["another language", "another text"])
def test_a_text_that_was_not_approved_for_this_reader_is_seen(subject: str) -> None:
    found = violations(log(*GOOD, subjects={2: subject}), known(), [BOOKS])
    assert len(found) == 1
    assert found[0].startswith("W4")


def test_doing_it_again_is_seen() -> None:
    before = log(*GOOD)
    assert list(w6(before, before, BOOKS, BOOKS)) == []
    assert list(w6(before, log(*GOOD, ("3", "c@x.example", 3)), BOOKS, BOOKS))
    assert list(w6(before, before, BOOKS, BOOKS | {"held": 1}))


def test_tokens_of_readers_are_no_part_of_a_text_and_links_are() -> None:
    link = "http://x.example/c/0123456789ab-0/"
    assert digest(f"{link}AQGABmDucatRiCJg8BY6YmTzH1xUa6w4JMo") == digest(f"{link}x")
    assert digest(f"{link}x") != digest("http://x.example/c/0123456789ab-1/x")


def test_counts_of_two_processes_are_added() -> None:
    one, two = Tally(), Tally()
    one.died("F1", "answered:1")
    one.judged("F1", 0)
    two.died("F1", "answered:1")
    two.died("F1", "answered:3")
    two.seed("F2", "7")
    two.judged("F2", 3)
    one.merge(two.plain())
    assert one.line() == "faults: kill points 2, seeds 1, deaths 3, runs 2, violations 3 (F1 1, F2 1)"
    assert one.by_fault()["F2"] == {"points": 0, "seeds": 1, "deaths": 0, "runs": 1, "violations": 3}
