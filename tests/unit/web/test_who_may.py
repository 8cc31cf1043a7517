"""Who may let a mailing go, and to what they say yes: an approver alone, to the very text that the page showed."""

from __future__ import annotations

import re

import pytest

from newsletter.model.account import Role
from newsletter.model.campaign import AudienceRule
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import accounts, control, plan, schedule, signing
from newsletter.pipeline.freeze import freeze
from tests.browser.studio import GREETING, MEMBERS, Studio

pytestmark = [pytest.mark.enable_socket, pytest.mark.ci]

_FIELD = re.compile(
    r'name="(form-[a-z]+|shown|edition|chosen|issue|by|date|time|zone|include)" value="([^"]*)"'
)


@pytest.fixture
def made(studio: Studio) -> Studio:
    """One of its own: each approves, or sees that it cannot."""
    return studio


def drafted(made: Studio, at: str) -> int:
    table = schedule.timetable(made.ctx, ScheduleWish(at=at))
    frozen = freeze(made.ctx, GREETING, schedule.instant(table))
    assert frozen.edition
    ask = plan.Ask(frozen.edition, AudienceRule(("everyone",)), "sendgrid", when=table, again=at)
    return plan.plan(made.ctx, ask, frozen.files).campaign.id


def edited(made: Studio) -> None:
    for path in sorted(made.root.glob(f"issues/{GREETING}*.md")):
        path.write_text(path.read_text(encoding="utf-8") + "\n\nOne more line.\n", encoding="utf-8")


def test_who_may_send_approves_nothing_by_the_last_look(made: Studio) -> None:
    number = drafted(made, "2020-12-16 09:00")
    for role in (Role.SENDER, Role.ADMIN, Role.AUTHOR):
        with made.client(role) as client:
            page = client.get(f"/mailings/{number}/go").text
            assert 'name="typed"' not in page
            assert "role of an approver does the rest" in page
            answer = client.post(f"/mailings/{number}/go", {"typed": str(MEMBERS - 1)})
            assert answer.status_code == 403
    assert signing.history(made.ctx, number) == []


def test_the_last_look_approves_the_text_that_it_showed(made: Studio) -> None:
    number = drafted(made, "2020-12-17 09:00")
    path = f"/mailings/{number}/go"
    with made.client(Role.APPROVER) as client:
        page = client.get(path).text
        fields, typed = (
            dict(_FIELD.findall(page)),
            re.findall(r"([0-9]+) people get it", re.sub(r"<[^>]+>", "", page)),
        )
        edited(made)
        said = fields | {"typed": typed[0]}
        answer = client.http.post(path, data=said, headers={"origin": made.url})
        assert (answer.status_code, "not any more what you were shown" in answer.text) == (409, True)
        assert signing.history(made.ctx, number) == []
        fresh = dict(_FIELD.findall(answer.text)) | {"typed": typed[0]}
        assert fresh["shown"] != fields["shown"]
        assert client.http.post(path, data=fresh, headers={"origin": made.url}).status_code == 303
    (given,) = signing.history(made.ctx, number)
    assert (given.how.value, given.person, given.digest) == ("studio", "Approver", fresh["shown"])
    assert control.find(made.ctx, number).status.value == "scheduled"


def test_planning_and_approving_at_once_is_to_the_text_that_was_shown(made: Studio) -> None:
    query = f"?issue={GREETING}&by=date&date=2020-12-18&time=09:00&chosen=yes&include=everyone"
    with made.client(Role.APPROVER) as client:
        fields = dict(_FIELD.findall(client.get(f"/schedule/plan{query}").text)) | {"approve": "yes"}
        edited(made)
        answer = client.http.post("/schedule/plan", data=fields, headers={"origin": made.url})
        assert (answer.status_code, "changed while you were looking" in answer.text) == (409, True)
        fresh = dict(_FIELD.findall(client.get(f"/schedule/plan{query}").text)) | {"approve": "yes"}
        assert client.http.post("/schedule/plan", data=fresh, headers={"origin": made.url}).status_code == 303
    number = max(one.id for one in control.every(made.ctx))
    assert signing.history(made.ctx, number)[-1].how.value == "studio"
    assert signing.history(made.ctx, number)[-1].edition == fresh["edition"]


def test_a_live_line_tells_nothing_more_once_its_session_is_over(made: Studio) -> None:
    one = made.accounts[Role.VIEWER]
    with made.client(Role.VIEWER) as client, client.http.stream("GET", f"/issues/{GREETING}/live") as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if line.startswith("data:"))
        while next(lines):  # to the end of what it told
            pass
        accounts.change(made.ctx, one.id, one.name, one.email, [Role.AUTHOR])
        edited(made)
        assert [line for line in lines if line] == []
