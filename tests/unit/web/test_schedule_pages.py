"""The pages of Schedule and Mailbox without a browser: who may what, nothing written by looking, once by a double click."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from newsletter.model.account import Role
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import ready
from newsletter.settings import resolve
from newsletter.store import tables
from tests.browser.studio import GREETING, Studio
from tests.ledger import Bench

pytestmark = pytest.mark.enable_socket

FIELDS = {
    "issue": GREETING,
    "by": "holiday",
    "holiday": "CA-ON/christmas-day:2020",
    "side": "before",
    "steps": "3",
    "unit": "working day",
    "time": "09:00",
    "zone": "member",
    "include": "everyone",
}
PLAN = f"/schedule/plan?{urlencode(FIELDS | {'chosen': 'yes'})}"
EDITION = re.compile(r'name="edition" value="([0-9a-f]{64})"')
PAGES = (
    "/schedule",
    "/schedule?month=2020-12&day=2020-12-25",
    "/schedule?month=9999-99&day=x",
    "/schedule/series",
    "/schedule/holidays?calendar=CA-XX",
    "/mailbox",
    "/mailbox?box=outbox&q=x&after=../../etc",
)


def statuses(studio: Studio) -> list[str]:
    return [row["status"] for row in studio.rows(tables.campaigns)]


def untouched(studio: Studio) -> dict[str, Any]:
    return studio.everything("staff_sessions", "hits")


@pytest.mark.ci
def test_looking_writes_nothing_and_planning_needs_its_right(studio: Studio) -> None:
    before = untouched(studio)
    with studio.client(Role.VIEWER) as viewer:
        assert [viewer.get(page).status_code for page in PAGES] == [200] * len(PAGES)
        assert viewer.get(PLAN).status_code == 403
        assert viewer.post("/schedule/plan", FIELDS).status_code == 403
        assert viewer.get("/mailbox/read/outbox/../../newsletter.toml").status_code == 404
        assert viewer.get("/mailbox/source/nowhere/1.0.0").status_code == 404
    with studio.client(Role.AUTHOR) as author:
        page = author.get(PLAN)
        assert "Goes out Tuesday 22 December 2020 at 9:00 in each reader&#39;s own time." in page.text
        assert "39 people, 6 time groups." in page.text
        for bad in (
            "side=sideways",
            "steps=-9",
            "time=25:99",
            "holiday=../x",
            "date=2020-99-99&by=date",
            "steps=" + "9" * 500,
        ):
            assert author.get(f"{PLAN}&{bad}").status_code == 200, bad
    assert untouched(studio) == before


@pytest.mark.ci
def test_an_author_plans_once_and_only_an_approver_approves(studio: Studio) -> None:
    with studio.client(Role.AUTHOR) as author:
        hidden = author.form(PLAN)
        first = author.http.post(
            "/schedule/plan", data=hidden | FIELDS | {"approve": "yes"}, headers={"origin": author.origin}
        )
        second = author.http.post(
            "/schedule/plan", data=hidden | FIELDS | {"approve": "yes"}, headers={"origin": author.origin}
        )
        assert [first.status_code, second.status_code] == [303, 303]
        assert (
            first.headers["location"]
            == second.headers["location"]
            == "/schedule?month=2020-12&day=2020-12-22"
        )
        assert statuses(studio) == ["draft"], "an author's wish to approve is not heard"
    with studio.client(Role.APPROVER) as approver:
        shown = {"edition": EDITION.findall(approver.get(PLAN).text)[0]}
        path = studio.root / "issues" / f"{GREETING}.en.md"
        written = path.read_text(encoding="utf-8")
        path.write_text(f"{written}\n\nHalf a sentence that nobody has seen, and\n", encoding="utf-8")
        said = approver.post("/schedule/plan", FIELDS | {"approve": "yes"} | shown, on=PLAN)
        assert said.status_code == 409
        assert "changed while you were looking" in said.text
        assert statuses(studio) == ["draft"], "what was saved since nobody has seen"
        path.write_text(written, encoding="utf-8")
        assert approver.post("/schedule/plan", FIELDS | {"approve": "yes"}, on=PLAN).status_code == 409
        assert (
            approver.post("/schedule/plan", FIELDS | {"approve": "yes"} | shown, on=PLAN).status_code == 303
        )
        assert statuses(studio) == ["scheduled"], "the same mailing, approved"
        assert [row["how"] for row in studio.rows(tables.approvals)] == ["studio"]
    with studio.client(Role.AUTHOR) as author:
        move = {"date": "2020-12-18", "time": "10:00", "zone": "member"}
        assert author.post("/schedule/1/move", move, on="/schedule/1/move").status_code == 303
        assert statuses(studio) == ["draft"], "another time wants approval again"
        assert author.post("/schedule/1/cancel", on="/schedule/1/cancel").status_code == 303
        assert statuses(studio) == ["cancelled"]
        assert author.post("/schedule/1/move", move, on="/schedule").status_code == 409


@pytest.mark.ci
def test_a_sending_window_is_chosen_where_the_mailing_is_planned(studio: Studio) -> None:
    late = FIELDS | {"window": "mon-thu 10:00-17:00"}
    with studio.client(Role.AUTHOR) as author:
        page = author.get(f"{PLAN}&{urlencode({'window': late['window']})}").text
        assert "It leaves within these hours only: Monday to Thursday, 10:00 to 17:00." in page
        group = page.partition("Newfoundland Time")[2][:200]
        assert "10:00" in group, "the time groups wait for it"
        weekend = author.get(f"{PLAN}&window=sat,+sun").text
        assert "lies in the quiet hours or outside the sending window" in weekend, "a greeting of a Tuesday"
        wrong = author.get(f"{PLAN}&window=weekdays+25:00").text
        assert "&#39;weekdays 25:00&#39; is no sending window" in wrong
        assert "Write for example &#34;weekdays 08:00-17:00&#34;" in wrong
        assert author.post("/schedule/plan", late, on=PLAN).status_code == 303
        (row,) = studio.rows(tables.campaigns)
        assert row["schedule"]["plan"]["window"] == late["window"]
        assert 'value="mon-thu 10:00-17:00"' in author.get("/schedule/plan?" + urlencode(late)).text


@pytest.mark.parametrize(
    ("typed", "passes"),
    [
        ("2911", True),
        ("2,911", True),
        ("2\u202f911", True),
        ("2912", False),
        ("", False),
        ("\u0662911", False),
        ("9" * 400, False),
    ],
)
def test_real_people_want_their_number_typed(desk: Bench, typed: str, passes: bool) -> None:
    environ = {"NEWSLETTER_PROVIDER": "sendgrid", "SENDGRID_API_KEY": "SG.x"}
    real = replace(desk.ctx, settings=resolve({}, environ, {}))
    assert real.settings.official
    if passes:
        ready.require_typed(real, 2911, typed)
    else:
        with pytest.raises(NotAllowed):
            ready.require_typed(real, 2911, typed)
    ready.require_typed(desk.ctx, 2911, typed)  # nobody real: nothing is asked for
