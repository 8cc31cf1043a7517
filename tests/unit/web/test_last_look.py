"""The last look at a draft, and what is approved by it: exactly what the page showed, by whom and how; judged from the emulator's log."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from newsletter.model.account import Role
from newsletter.model.campaign import AudienceRule
from newsletter.pipeline import approve, correct, due, freeze, plan, signing
from newsletter.pipeline.submit import Desk, submit_next
from tests.browser.studio import GREETING, Client, Studio

pytestmark = [pytest.mark.enable_socket, pytest.mark.ci]
_SHOWN = re.compile(r'name="shown" value="([0-9a-f]{64})"')
FIRST = "issues/2020-12-16-holiday-greeting.en.md"


def edit(studio: Studio, sentence: str) -> None:
    """Somebody saves the issue."""
    path = studio.root / FIRST
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{sentence}\n", encoding="utf-8")


def by_fives(studio: Studio) -> None:
    values = dict(studio.ctx.settings.values) | {"send.batch_size": 5, "send.rate_per_minute": 0}
    studio.ctx = replace(studio.ctx, settings=replace(studio.ctx.settings, values=values))


def sent_in_part(studio: Studio) -> int:
    """A mailing of which some people have it; its number."""
    frozen = freeze.freeze(studio.ctx, GREETING)
    assert frozen.edition
    ask = plan.Ask(frozen.edition, AudienceRule(("everyone",)), "sendgrid")
    number = plan.plan(studio.ctx, ask, frozen.files).campaign.id
    approve.approve(studio.ctx, number, plan.count(studio.ctx, ask).zones)
    due.start_due(studio.ctx)
    assert submit_next(Desk(studio.ctx, "test"))
    return number


def send_all(studio: Studio) -> None:
    due.start_due(studio.ctx)
    while submit_next(Desk(studio.ctx, "test")):
        studio.clock.forward(3)


def mailed(studio: Studio) -> list[str]:
    """To whom the emulator was given a mail."""
    return [str(row["address"]) for row in studio.emulated.ask("GET", "/deliveries")["deliveries"]]


def go(client: Client, number: int, page: str, people: str) -> int:
    data = {"typed": people, "shown": _SHOWN.findall(page)[0]}
    return client.post(f"/mailings/{number}/go", data, on=f"/mailings/{number}/go").status_code


def test_a_text_that_was_saved_after_the_last_look_does_not_leave(studio: Studio) -> None:
    by_fives(studio)
    first = sent_in_part(studio)
    had = len(mailed(studio))
    number = correct.correct(studio.ctx, first).sequel.id
    edit(studio, "The date is the 18th.")
    with studio.client(Role.APPROVER) as sender:
        page = sender.get(f"/mailings/{number}/go").text
        left = str(39 - had)
        edit(studio, "Half a sentence that nobody has seen, and")
        assert go(sender, number, page, left) == 409
        assert signing.history(studio.ctx, number) == []
        send_all(studio)
        assert len(mailed(studio)) == had, "nothing left"
        page = sender.get(f"/mailings/{number}/go").text
        assert (
            sender.post(f"/mailings/{number}/go", {"typed": left}, on=f"/mailings/{number}/go").status_code
            == 409
        )
        assert go(sender, number, page, left) == 303
        assert go(sender, number, page, left) == 409, "a second tab finds it approved"
    (kept,) = signing.history(studio.ctx, number)
    assert (kept.person, kept.how.value, kept.people) == ("Approver", "studio", int(left))
    send_all(studio)
    assert len(mailed(studio)) == len(set(mailed(studio))) == 39
