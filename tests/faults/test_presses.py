"""F26: one button, pressed by everybody at once: double clicks, two tabs, a form that is posted again, two approvers. Judged from the
emulator's log.

(Forms that act once in general: tests/unit/web/test_studio_forms.py; real double clicks in a browser: tests/browser/test_story.py.)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.model.account import Role
from newsletter.model.campaign import AudienceRule, CampaignStatus
from newsletter.pipeline import control, freeze, plan, signing
from newsletter.store import accounts
from tests.browser.studio import GREETING, Client, Studio, served
from tests.emulated import Emulated

pytestmark = [pytest.mark.enable_socket, pytest.mark.ci, pytest.mark.fault("F26")]
_SHOWN = re.compile(r'name="shown" value="([0-9a-f]{64})"')
TABS = 2
_APART = ("forms", "sessions", "audit", "meta")  #: what a press and a round of the runner note of themselves


@pytest.fixture
def studio(tmp_path: Path, far_end: Emulated) -> Iterator[Studio]:
    with served(tmp_path, far_end, NEWSLETTER_SEND_RATE_PER_MINUTE="0") as made:
        yield made


def drafted(studio: Studio) -> tuple[int, int]:
    """A mailing that waits for a yes, and for how many it is."""
    frozen = freeze.freeze(studio.ctx, GREETING)
    assert frozen.edition
    ask = plan.Ask(frozen.edition, AudienceRule(("everyone",)), "sendgrid")
    return plan.plan(studio.ctx, ask, frozen.files).campaign.id, plan.count(studio.ctx, ask).mailed


def form(client: Client, path: str, people: int) -> dict[str, str]:
    """The form as one tab has it."""
    page = client.get(path).text
    return client.form(path) | {"typed": str(people), "shown": _SHOWN.findall(page)[0]}


def press(client: Client, path: str, data: dict[str, str]) -> int:
    return client.http.post(path, data=data, headers={"origin": client.origin}).status_code


def copies(studio: Studio) -> Counter[str]:
    return Counter(row["address"] for row in studio.emulated.ask("GET", "/deliveries")["deliveries"])


def test_two_people_in_two_tabs_each_press_twice(studio: Studio) -> None:
    """Eight yeses at once: one counts, and two runners send it once; the forms again afterwards change nothing."""
    second = replace(studio.accounts[Role.SENDER], roles=frozenset({Role.SENDER, Role.APPROVER}))
    with studio.ctx.store.write() as db:
        accounts.change(db, second)
    number, people = drafted(studio)
    path = f"/mailings/{number}/go"
    with ExitStack() as stack:
        both = (Role.APPROVER, Role.SENDER) * TABS
        clients = [stack.enter_context(studio.client(role)) for role in both]
        forms = [(client, form(client, path, people)) for client in clients]
        presses = [one for one in forms for _ in range(2)]
        with ThreadPoolExecutor(len(presses)) as pool:
            answers = list(pool.map(lambda one: press(one[0], path, one[1]), presses))
        assert set(answers) <= {303, 409}
        assert answers.count(303) == 2, "the tab that counted, and its own second press"
        assert len(signing.history(studio.ctx, number)) == 1
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: studio.work(), range(2)))
        studio.work()
        assert control.find(studio.ctx, number).status is CampaignStatus.FINISHED
        assert (len(copies(studio)), set(copies(studio).values())) == (people, {1})
        before = studio.everything(*_APART)
        assert {press(client, path, data) for client, data in forms} <= {303, 409}
        studio.work()
        assert studio.everything(*_APART) == before
    assert sum(copies(studio).values()) == people
