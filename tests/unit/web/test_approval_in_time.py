"""What the worker does about approvals while time passes: reminders, a deputy, and a request to whoever approved too long ago; each by a
mail that a real SMTP server took, each once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from newsletter.model.approval import Yes
from newsletter.model.campaign import AudienceRule, CampaignStatus
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import asking, considering, control, plan, schedule
from newsletter.pipeline.freeze import freeze
from newsletter.worker.courier import Courier
from tests.browser.studio import GREETING, Studio, served
from tests.emulated import Emulated
from tests.mail_server import MailServer, mail_server

pytestmark = [pytest.mark.enable_socket, pytest.mark.ci]

_SHOWN = re.compile(r'name="shown" value="([0-9a-f]{64})"')
_LINK = re.compile(r"https?://\S+")


@pytest.fixture
def post() -> Iterator[MailServer]:
    """The mail server of notices."""
    with mail_server() as made:
        yield made


@pytest.fixture
def made(tmp_path: Path, far: Emulated, post: MailServer) -> Iterator[Studio]:
    """A studio in which an approval is good for one day."""
    with served(
        tmp_path,
        far,
        NEWSLETTER_APPROVERS="Ann Lee <ann@ngen.example>",
        NEWSLETTER_APPROVAL_DEPUTIES="Jay Myers <jay@ngen.example>",
        NEWSLETTER_APPROVAL_DAYS="1",
        NEWSLETTER_NOTICES_SMTP_HOST="127.0.0.1",
        NEWSLETTER_NOTICES_SMTP_PORT=str(post.port),
        NEWSLETTER_NOTICES_SMTP_SECURITY="none",
    ) as studio:
        yield studio


def planned(made: Studio, whom: str) -> int:
    """The greeting, for 47 hours from now."""
    table = schedule.timetable(made.ctx, ScheduleWish(at="2020-12-16 09:00"))
    frozen = freeze(made.ctx, GREETING, schedule.instant(table))
    assert frozen.edition, frozen.findings
    ask = plan.Ask(frozen.edition, AudienceRule((whom,)), "sendgrid", when=table)
    return plan.plan(made.ctx, ask, frozen.files).campaign.id


def approve(url: str) -> None:
    shown = _SHOWN.findall(httpx.get(url, trust_env=False, timeout=60).text)[0]
    answer = httpx.post(
        url, data={"confirm": "approve", "shown": shown, "lang": "en"}, trust_env=False, timeout=60
    )
    assert answer.status_code == 200


def test_the_worker_asks_reminds_and_asks_again(made: Studio, post: MailServer) -> None:
    old, fresh = planned(made, "everyone"), planned(made, "ontario")
    considering.say_yes(made.ctx, old, Yes(person="Ann Lee"))
    asking.ask(made.ctx, fresh, ["Ann Lee"])
    courier = Courier(made.ctx)

    def after(hours: float) -> list[tuple[str, str, str]]:
        """Who was mailed in two rounds then, and what: address, subject, link."""
        known = len(post.mails)
        made.clock.forward(hours * 3600)
        courier.round()
        courier.round()
        found = []
        for mail in post.mails[known:]:
            body = mail.get_body(("plain",))
            assert body
            text = body.get_content()
            subject = str(mail["Subject"]).partition(":")[0]
            found.append((str(mail["To"]).partition("<")[2][:3], subject, _LINK.findall(text)[-1]))
        return sorted(found)

    assert [one[:2] for one in after(0)] == [("ann", "Please approve")]
    (again, reminder) = after(24)
    assert (again[:2], reminder[:2]) == (("ann", "Please approve again"), ("ann", "Reminder"))
    assert "more than 1 day before it goes out" in httpx.get(again[2], trust_env=False, timeout=60).text
    approve(again[2])
    assert considering.state(made.ctx, old) == "nothing-to-approve"
    assert [one[:2] for one in after(11)] == [("jay", "Please approve")], "the deputy, and nobody again"
    last, deputy = after(7)
    assert (last[:2], deputy[:2]) == (("ann", "Last reminder"), ("jay", "Reminder"))
    approve(deputy[2])
    assert after(1) == []
    assert {control.find(made.ctx, one).status for one in (old, fresh)} == {CampaignStatus.SCHEDULED}
