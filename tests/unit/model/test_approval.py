"""By which names two approvals are two people's."""

from __future__ import annotations

import pytest

from newsletter.model.approval import person_key


@pytest.mark.parametrize(
    "other",
    [
        "zoé côté",
        "Zoe Cote",
        "  Zoé\u00a0 Côté ",
        "Zoe\u0301 Co\u0302te\u0301",
        "Zo\u200bé C\u00adôté",
        "ZOÉ CÔTÉ\u202e",
    ],
)
def test_one_person_spelled_otherwise_is_no_second_one(other: str) -> None:
    assert person_key(other) == person_key("Zoé Côté")


def test_two_people_are_two() -> None:
    assert (
        len({person_key(name) for name in ("Zoé Côté", "Zoé Coté-Roy", "Z. Côté", "王伟", "王芳", "")}) == 6
    )
