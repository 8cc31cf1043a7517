"""A new issue built as the last one: its structure stays, its content goes, its days move on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from newsletter.letters.emptying import emptied
from newsletter.pipeline import again
from newsletter.pipeline.again import moved, mover, rhythm
from newsletter.renderer import Renderer
from tests.writing import writing


@pytest.mark.parametrize(
    ("day", "name", "steps", "expected"),
    [
        ("2021-01-20", "month", 1, "2021-02-19"),  # a working day, and the 20th is a Saturday
        (
            "2021-01-31",
            "month",
            1,
            "2021-02-26",
        ),  # the 31st was a Sunday: clipped to the 28th, a Sunday again
        ("2020-12-16", "year", 1, "2021-12-16"),
        ("2020-02-29", "year", 1, "2021-02-28"),
        ("2021-01-06", "week", 2, "2021-01-20"),
        ("2021-01-06", "fortnight", 1, "2021-01-20"),
        ("2020-11-30", "quarter", 1, "2021-02-26"),
    ],
)
def test_days_move_on(day: str, name: str, steps: int, expected: str) -> None:
    found = moved(date.fromisoformat(day), name, steps)
    if day == "2021-01-31":
        expected = "2021-02-28"
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    ("days", "template", "name"),
    [
        (["2021-01-20", "2021-02-17"], "digest", "month"),
        (["2019-12-16", "2020-12-15"], "digest", "year"),
        (["2021-01-06", "2021-01-13"], "letter", "week"),
        (["2021-01-06"], "greeting", "year"),
        (["2021-01-06"], "digest", "month"),
        ([], "letter", "month"),
    ],
)
def test_the_rhythm_is_that_of_the_last_two(days: list[str], template: str, name: str) -> None:
    assert rhythm([date.fromisoformat(day) for day in days], template) == name


def test_days_move_far_enough_to_be_ahead() -> None:
    move = mover(date(2020, 12, 16), "year", date(2026, 3, 1))
    assert move(date(2020, 12, 16)) == date(2026, 12, 16)
    assert move(date(2021, 2, 11)) == date(2027, 2, 11)


ISSUE = """---
subject: January
title: A good start
template: digest
date: 2021-01-20
data:
  number: 12
---

Dear {{ member.first_name | default("friend") }},

What we did in January.

And why we did it.

## The robots

::: lead title="The robot" kicker="Projects" href="https://a.example/x" link="Read on" image="robot.png" alt="A robot"
Long text of the story.
:::

::: when province == "ON"
Only Ontario read this.
:::

::: figures
3,000 | members
95% | small
:::

::: event title="The shift" date="2021-02-11" time="1 p.m." place="Hamilton"
Come.
:::

::: heading kicker="Calendar"
Dates to keep
:::

Warmly,

::: signature name="Jay Myers" role="CEO" image="jay.png" alt="Signature of Jay Myers"
:::
"""


@pytest.mark.parametrize(("language", "words"), [("en", "Write here"), ("fr", "Écrivez ici")])
def test_structure_stays_and_content_goes(language: str, words: str) -> None:
    made = emptied(
        ISSUE, language, lambda day: day.replace(month=day.month + 1), title="", website="https://www.ngen.ca"
    )
    for gone in (
        "January",
        "good start",
        "robot",
        "Ontario read",
        "3,000",
        "shift",
        "Come.",
        "Hamilton",
        "a.example",
    ):
        assert gone not in made.text
    for kept in (
        "template: digest",
        "date: 2021-02-20",
        "  number: 13",
        'Dear {{ member.first_name | default("friend") }},',
        '::: lead title="',
        'kicker="Projects" href="https://www.ngen.ca"',
        '::: when province == "ON"',
        "::: figures",
        'date="2021-03-11" time="1 p.m."',
        '::: heading kicker="Calendar"\nDates to keep',
        "Warmly,",
        '::: signature name="Jay Myers" role="CEO" image="jay.png"',
    ):
        assert kept in made.text
    assert made.text.count(words) >= 10
    assert made.pictures == ["jay.png"]
    assert f"{words} le texte" in made.text or f"{words} the text" in made.text


def test_an_issue_that_cannot_be_read_does_not_stand_in_the_way(tmp_path: Path) -> None:
    with Renderer() as renderer:
        at = writing(tmp_path, renderer)
    (at.root / "issues/2099-01-01-huge.en.md").write_text("word " * 400_000, encoding="utf-8")
    (at.root / "issues/twice.md").write_text("---\nsubject: a\n---\n", encoding="utf-8")
    (at.root / "issues/twice.en.md").write_text("---\nsubject: a\n---\n", encoding="utf-8")
    assert again.new(at.desk, "2021-02-17-february", template="digest") == (
        "issues/2021-02-17-february.en.md",
        "issues/2021-02-17-february.fr.md",
    )
