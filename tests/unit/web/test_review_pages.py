"""The pages of reviewers and approvers over HTTP: whoever only looks changes nothing; who is not shown it does not approve it; hostile
words stay words; revoked and expired is over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from newsletter.model.account import Role
from newsletter.model.approval import Answer
from newsletter.model.campaign import AudienceRule
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import accounts, asking, commenting, control, plan, requests_sent, schedule, signing
from newsletter.pipeline.freeze import freeze
from newsletter.store import tables
from tests.browser.studio import GREETING, Studio, served
from tests.emulated import Emulated

pytestmark = [pytest.mark.enable_socket, pytest.mark.ci]

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}%00\u202e'
_SHOWN = re.compile(r'name="shown" value="([0-9a-f]{64})"')
_BLOCK = re.compile(r'name="block" value="([0-9]+\.[0-9a-f]{16})"')


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, far: Emulated) -> Iterator[Studio]:
    """One studio for all of these; two people must approve."""
    folder: Path = tmp_path_factory.mktemp("review")
    with served(
        folder,
        far,
        NEWSLETTER_APPROVERS="Ann Lee <ann@ngen.example>, Line Roy <line@ngen.example> fr",
        NEWSLETTER_APPROVAL_PEOPLE="2",
        NEWSLETTER_NOTICES_SMTP_HOST="127.0.0.1",
        NEWSLETTER_NOTICES_SMTP_SECURITY="none",
    ) as studio:
        yield studio


def get(url: str, method: str = "GET") -> httpx.Response:
    return httpx.request(method, url, trust_env=False, timeout=60)


def post(url: str, **data: str) -> httpx.Response:
    return httpx.post(url, data=data, trust_env=False, timeout=60)


def test_a_review_link(made: Studio) -> None:
    _, url = commenting.make_link(made.ctx, GREETING)
    before = made.everything()
    page = get(url)
    assert (page.status_code, get(url, "HEAD").status_code) == (200, 200)
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    mail = get(f"{url}/mail/en")
    assert "sandbox" in mail.headers["content-security-policy"]
    assert "script-src 'none'" in mail.headers["content-security-policy"]
    assert "/i/" not in mail.text, "its pictures are within it"
    assert made.everything() == before
    block = _BLOCK.findall(page.text)[0]
    said = {"act": "say", "text": "en", "block": block, "lang": "en"}
    assert post(url, **said, name="", body="x").status_code == 400
    answer = post(url, **said, name=HOSTILE, body=HOSTILE)
    assert answer.status_code == 303
    assert "httponly" in answer.headers["set-cookie"].lower()
    shown = get(url).text
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "49" not in re.sub(r"[0-9a-f]{16}", "", shown).partition("7*7")[2][:3]
    for wrong in ("", "9.zz", "0." + "0" * 16, "x" * 500, "1e9.a"):
        assert post(url, **{**said, "block": wrong}, name="Ann", body="x").status_code == 400
    for wrong in ("-1", "t999999", "x", "9" * 400):
        assert post(url, act="answer", thread=wrong, name="Ann", body="x").status_code == 400
    assert post(url, **said, name="Ann", body="x" * 70_000).status_code == 413
    (kept,) = commenting.of_issue(made.ctx, GREETING)
    commenting.resolve(made.ctx, kept.number)
    commenting.revoke(made.ctx, GREETING)
    assert get(url).status_code == 410
    assert get(f"{url}/mail/en").status_code == 404
    assert post(url, **said, name="Ann", body="x").status_code == 410
    assert get(url[:-3] + "AAA").status_code == 404


def planned(made: Studio, at: str) -> int:
    table = schedule.timetable(made.ctx, ScheduleWish(at=at))
    frozen = freeze(made.ctx, GREETING, schedule.instant(table))
    assert frozen.edition
    ask = plan.Ask(frozen.edition, AudienceRule(("everyone",)), "sendgrid", when=table, again=at)
    return plan.plan(made.ctx, ask, frozen.files).campaign.id


def test_requests_for_an_approval(made: Studio) -> None:
    number = planned(made, "2020-12-16 09:00")
    ann, line = asking.ask(made.ctx, number, ["Ann Lee", "line@ngen.example"])
    urls = [asking.url(made.ctx, one) for one in (ann, line)]
    before = made.everything()
    for url in urls:
        page = get(url)
        assert (page.status_code, get(url, "HEAD").status_code) == (200, 200)
        assert get(f"{url}/mail/fr").status_code == 200
        assert get(f"{url}/mail/de").status_code == 404
    assert post(urls[0]).status_code == 400, "no word of what to do"
    assert made.everything() == before
    assert post(urls[0], confirm="approve").status_code == 409, "nothing was shown"
    assert post(urls[0], confirm="approve", shown="0" * 64).status_code == 409
    assert made.everything("editions", "images") == {
        name: rows for name, rows in before.items() if name not in {"editions", "images"}
    }
    shown = _SHOWN.findall(get(urls[0]).text)[0]
    said = post(urls[0], confirm="approve", shown=shown)
    assert "Waits for the approval of Line Roy." in said.text
    assert control.find(made.ctx, number).status.value == "draft"
    again = post(urls[0], confirm="approve", shown=shown)
    assert "You have answered this" in again.text
    assert len(signing.history(made.ctx, number)) == 1
    control_text = get(urls[1]).text
    assert "1 sur 2 (Ann Lee)" in control_text
    assert (
        "Approuv" in post(urls[1], confirm="approve", shown=_SHOWN.findall(control_text)[0], lang="fr").text
    )
    assert control.find(made.ctx, number).status.value == "scheduled"
    assert [one.how.value for one in signing.history(made.ctx, number)] == ["email", "email"]


def test_a_request_ends(made: Studio) -> None:
    number = planned(made, "2020-12-17 09:00")
    (ann,) = asking.ask(made.ctx, number, ["Ann Lee"])
    url = asking.url(made.ctx, ann)
    (again,) = asking.ask(made.ctx, number, ["Ann Lee"])
    assert get(url).status_code == 410, "asked anew: the earlier link is over"
    fresh = asking.url(made.ctx, again)
    assert post(fresh, confirm="deputy", deputy="Somebody Else").status_code == 409
    assert post(fresh, confirm="change", words=" \n").status_code == 409
    handed = post(fresh, confirm="deputy", deputy="Line Roy")
    assert "Line Roy is asked now" in handed.text
    line = asking.of_campaign(made.ctx, number)[-1]
    assert (line.person, line.deputy_for, line.asked_by) == ("Line Roy", again.number, "Ann Lee")
    assert [one.answer for one in asking.of_campaign(made.ctx, number)][-3:-1] == [Answer.NONE, Answer.DEPUTY]
    control.cancel(made.ctx, number)
    assert get(asking.url(made.ctx, line)).status_code == 410
    noted = [row["act"] for row in made.rows(tables.audit) if row["subject"] == str(number)]
    assert noted[-4:] == ["ask for approval", "ask for approval", "ask for approval", "cancel"]


def test_a_link_is_over_after_its_time(made: Studio) -> None:
    number = planned(made, "2020-12-18 09:00")
    (ann,) = asking.ask(made.ctx, number, ["Ann Lee"])
    url = asking.url(made.ctx, ann)
    was = made.clock.at
    try:
        made.clock.forward(timedelta(days=5).total_seconds())
        assert get(url).status_code == 410
        assert post(url, confirm="approve", shown="0" * 64).status_code == 410
    finally:
        made.clock.at = was
    control.cancel(made.ctx, number)


def test_whoever_may_not_approve_any_more_cannot_by_the_link_either(made: Studio) -> None:
    """The account ends, another role, another address: the link of before is over, and nothing more is mailed to them."""
    number = planned(made, "2020-12-21 09:00")
    people = [
        accounts.add(made.ctx, f"P{n}", f"p{n}@ngen.example", [Role.APPROVER]).account for n in range(3)
    ]
    asked = asking.ask(made.ctx, number, [one.name for one in people if one])
    urls = [asking.url(made.ctx, one) for one in asked]
    shown = [_SHOWN.findall(get(url).text)[0] for url in urls]
    ends, changes, moves = (one for one in people if one)
    accounts.remove(made.ctx, ends.id)
    accounts.change(made.ctx, changes.id, changes.name, changes.email, [Role.AUTHOR])
    accounts.change(made.ctx, moves.id, moves.name, "elsewhere@ngen.example", moves.roles)
    before = made.everything()
    for url, digest in zip(urls, shown, strict=True):
        assert get(url).status_code == 410
        assert get(f"{url}/mail/en").status_code == 404
        for said in (
            {"confirm": "approve", "shown": digest},
            {"confirm": "change", "words": "x"},
            {"confirm": "deputy", "deputy": "Ann Lee"},
        ):
            assert post(url, **said).status_code == 410, said
    assert made.everything() == before
    requests_sent.deliver(made.ctx)
    known = {one.number for one in asked}
    mails = [one for one in asking.mails(made.ctx, number) if one.request_id in known]
    assert {one.state for one in mails} == {"outdated"}
    control.cancel(
        made.ctx, number
    )  # else the next test plans this very mailing again, and these three are asked about it
    for one in (changes, moves):
        accounts.remove(made.ctx, one.id)
