"""From one place of an issue to the next: its text, review, day, approval and mailing lead to each other, and the desk to what is waited for."""

from __future__ import annotations

import re

import pytest

from newsletter.model.account import Role
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import proposal
from tests.browser.studio import GREETING, Studio

pytestmark = pytest.mark.enable_socket

ISSUE, REVIEW = f"/issues/{GREETING}", f"/issues/{GREETING}/review"
DAY = "/schedule?month=2020-12&day=2020-12-16#day"


def planned(studio: Studio, *, approved: bool = False) -> None:
    wish = ScheduleWish(at="2020-12-16 09:00", zone="member")
    timed = proposal.timed(studio.ctx, proposal.Wanted(GREETING, wish, ("everyone",)))
    proposal.make(studio.ctx, proposal.propose(studio.ctx, timed), approved=approved)


def strip(studio: Studio, path: str, role: Role = Role.AUTHOR) -> tuple[list[str], str]:
    """Where the strip of a page leads, and which place it marks as this one."""
    with studio.client(role) as client:
        page = client.get(path).text
    (nav,) = re.findall(r'<nav class="tabs places".*?</nav>', page, re.DOTALL)
    links = re.findall(r'<a href="([^"]+)"( aria-current="page")?', nav)
    return [url.replace("&amp;", "&") for url, _ in links], next((url for url, now in links if now), "")


def test_an_issue_that_nobody_planned_leads_to_its_review_and_to_planning(studio: Studio) -> None:
    writing = [ISSUE, REVIEW, f"/schedule/plan?issue={GREETING}"]
    for here in (ISSUE, REVIEW):
        assert strip(studio, here) == (writing, here)
    assert strip(studio, ISSUE, Role.VIEWER) == (writing[:2], ISSUE), "who may only look plans nothing"


@pytest.mark.ci
def test_every_place_of_a_planned_mailing_leads_to_all_others(studio: Studio) -> None:
    planned(studio)
    every = [ISSUE, REVIEW, DAY, "/mailings/1/approval", "/mailings/1"]
    for here in (ISSUE, REVIEW, "/mailings/1/approval", "/mailings/1"):
        assert strip(studio, here) == (every, here)


@pytest.mark.ci
def test_what_waits_for_approval_leads_there_from_everywhere(studio: Studio) -> None:
    planned(studio)
    pages = ("/", ISSUE, REVIEW, DAY.partition("#")[0], "/mailings/1")
    for role, name, url in (
        (Role.AUTHOR, "Ask for approval", "/mailings/1/approval#ask"),
        (Role.APPROVER, "Read and approve", "/mailings/1/approval"),
    ):
        for path in pages:
            with studio.client(role) as client:
                page = client.get(path).text
            buttons = re.findall(r'<a class="button[^"]*" href="([^"]+)">([^<]+)', page)
            assert (url, name) in buttons, (path, role, buttons)


@pytest.mark.ci
def test_what_is_approved_is_not_asked_for_again(studio: Studio) -> None:
    planned(studio, approved=True)
    with studio.client(Role.APPROVER) as client:
        for path in ("/", ISSUE, REVIEW, DAY.partition("#")[0], "/mailings/1"):
            assert "Read and approve" not in client.get(path).text, path
