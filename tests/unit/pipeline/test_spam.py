"""A spam filter on this machine: asked where the settings name it, its report read, its absence said and nothing more.

The real program is asked where it is installed; else small programs that speak as it does.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.model.finding import Finding, Severity
from newsletter.model.spam import Unjudged
from newsletter.pipeline import spam
from newsletter.pipeline.build import build
from newsletter.renderer import Renderer
from newsletter.settings import resolve
from tests.unit.checks.spoilt_words import REPORT, spam_filter
from tests.writing import GREETING, Writing, writing


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, renderer: Renderer) -> Writing:
    return writing(tmp_path, renderer)


def asked(at: Writing, program: str, *, seconds: int = 20, filtered: bool = True) -> list[Finding]:
    desk = replace(at.desk, settings=resolve({"spam": {"program": program, "seconds": seconds}}, {}, {}))
    return [one for one in build(desk, GREETING, filtered=filtered).findings if one.check == "spam-score"]


@pytest.mark.ci
@pytest.mark.parametrize(
    ("points", "severity"),
    [("-1.2", None), ("2.9", None), ("3.0", Severity.WARNING), ("4.9", Severity.WARNING), ("5.0", Severity.ERROR), ("17.3", Severity.ERROR)],
)  # fmt: skip
def test_points_and_levels(
    at: Writing, monkeypatch: pytest.MonkeyPatch, points: str, severity: Severity | None
) -> None:
    answer = REPORT % (
        points,
        " 2.5 SUBJ_ALL_CAPS          Subject is all capitals\n-0.1 DKIM_VALID             Signed",
    )
    monkeypatch.setenv("PATH", str(spam_filter(at.root / "bin", "spamassassin", answer)))
    found = asked(at, "spamassassin")
    assert [one.severity for one in found] == ([severity, severity] if severity else [])  # in each language
    if severity:
        assert found[0].message.startswith(f"SpamAssassin gives {points} points")
        assert f"{points.replace('.', ',')} points" in found[0].french[0]
        assert "SUBJ_ALL_CAPS 2.5 (Subject is all capitals)" in found[0].hint
        assert "DKIM_VALID" not in found[0].hint


def test_spamc_speaks_in_its_own_way(at: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(spam_filter(at.root / "bin", "spamc", "6.1/5.0\n" + REPORT % ("6.1", ""))))
    assert {one.severity for one in asked(at, "spamc")} == {Severity.ERROR}


def test_nobody_is_asked_who_is_not_named(at: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(spam_filter(at.root / "bin", "spamassassin", REPORT % ("9.9", ""))))
    assert asked(at, "") == []
    assert asked(at, "spamassassin", filtered=False) == []


def test_a_filter_that_is_not_there_is_said_and_fails_nothing(
    at: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(at.root))
    (one,) = asked(at, "spamassassin")
    assert (one.severity, one.message) == (
        Severity.INFO,
        "spamassassin is not on this machine: nothing is known of its score",
    )
    assert one.french[0] == "spamassassin n’est pas sur cette machine\u00a0: sa note est inconnue"


@pytest.mark.ci
def test_a_filter_that_is_slow_or_says_something_else(at: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(spam_filter(at.root / "bin", "spamassassin", "x", seconds=30)))
    assert {one.severity for one in asked(at, "spamassassin", seconds=1)} == {Severity.INFO}
    spam_filter(at.root / "bin", "spamassassin", "Traceback: no rules were found\n\x00\x07")
    assert {one.message.partition(" ")[2] for one in asked(at, "spamassassin")} == {
        "answered what cannot be read: nothing is known of its score"
    }


def test_reports_are_read_whatever_stands_in_them() -> None:
    assert spam.read("spamc", "").why is Unjudged.ANSWER
    assert spam.read("spamc", "0/0\n").points == 0
    assert (
        spam.read("spamassassin", "X-Spam-Status: No, score=1.0\n(2.5 points, 5.0 required)\n").points == 2.5
    )
    assert (
        spam.read("spamassassin", "the author wrote (99 points, really)\n\n" + REPORT % ("0.7", "")).points
        == 0.7
    )


@pytest.mark.skipif(shutil.which("spamassassin") is None, reason="SpamAssassin is not installed")
@pytest.mark.ci
def test_the_real_program_gives_our_greeting_few_points(at: Writing) -> None:
    assert asked(at, "spamassassin", seconds=60) == []
