"""F18: keys and settings that change in the middle of a send, and programs that know different ones. Judged from the emulator's log."""

from __future__ import annotations

import json
import re
from base64 import b64encode

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.model.token import Purpose, read
from newsletter.pipeline import control, due
from newsletter.pipeline.context import Context
from newsletter.pipeline.submit import Desk, submit_next
from tests.emulated import KEY
from tests.faults.conftest import PEOPLE
from tests.faults.inside import approved, mailing, once, requests, work
from tests.faults.stage import Stage

pytestmark = [pytest.mark.ci, pytest.mark.fault("F18")]

NEW_KEY = "SG.another-key.canary-9876543210"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])")


def begun(ctx: Context) -> None:
    """The first batch is out."""
    approved(ctx)
    due.start_due(ctx)
    assert submit_next(Desk(ctx, "one slot"))


def rekeyed(stage: Stage, **changes: object) -> str:
    """The file of keys with these in it; what it held before."""
    path = stage.folder / "secrets" / "instance.key"
    before = path.read_text(encoding="utf-8")
    path.write_text(json.dumps(json.loads(before) | changes), encoding="utf-8")
    return before


def key(letter: bytes) -> str:
    return b64encode(letter * 32).decode()


def rotated(stage: Stage) -> None:
    """A second key, which signs from now on."""
    path = stage.folder / "secrets" / "instance.key"
    held = json.loads(path.read_text(encoding="utf-8"))
    rekeyed(stage, tokens=held["tokens"] | {"2": key(b"t")}, current=2)


def tokens(stage: Stage) -> list[str]:
    """The token by which each copy that was taken leaves."""
    found = stage.emulated.ask("GET", "/messages?full=1&size=1000")["messages"]
    return [_TOKEN.findall(one["headers"]["List-Unsubscribe"])[0] for one in found]


def test_the_key_of_the_links_is_rotated_in_the_middle(stage: Stage) -> None:
    """What is under way goes on as it began; every link of it, old or new, still leads to its reader."""
    with stage.context() as ctx:
        begun(ctx)
    rotated(stage)
    with stage.context() as ctx:
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE
        numbers = {read(token, Purpose.OWN, ctx.keys.tokens) for token in tokens(stage)}
        assert (len(numbers), None in numbers) == (PEOPLE, False)


def test_a_program_that_does_not_know_the_new_key_sends_nothing_signed_with_it(stage: Stage) -> None:
    """It has run since before: it says so, loses nobody, and a program that knows both goes on."""
    with stage.context() as old:
        rotated(stage)
        with stage.context() as ctx:
            approved(ctx)
        work(old)
        assert requests(stage) == []
        paused = mailing(old)
        assert paused.status is CampaignStatus.PAUSED
        assert "key" in paused.reason
        assert "KeyError" not in paused.reason
    with stage.context() as ctx:
        control.resume(ctx, 1)
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE


@pytest.mark.parametrize(
    "changed",
    [{"suppression": key(b"s")}, pytest.param({"tokens": {"1": key(b"t")}}, marks=pytest.mark.faults)],
    ids=["of those who left", "of links"],
)
def test_another_installations_keys(stage: Stage, changed: dict[str, object]) -> None:
    """With those, who left could be mailed again: refused, in the middle of a send as well."""
    with stage.context() as ctx:
        begun(ctx)
    before = rekeyed(stage, **changed)
    done = stage.run("work", "--once")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "is not the key that this database was made with" in done.stderr
    assert len(requests(stage)) == 1
    (stage.folder / "secrets" / "instance.key").write_text(before, encoding="utf-8")
    with stage.context() as ctx:
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE


def test_the_providers_key_is_changed_in_the_middle(stage: Stage) -> None:
    """Who has the old one is refused: all of it pauses, nobody is rejected; with the new one it goes on."""
    with stage.context() as ctx:
        begun(ctx)
        stage.emulated.ask("PUT", "/account", {"key": NEW_KEY})
        try:
            work(ctx)
            assert mailing(ctx).status is CampaignStatus.PAUSED
            assert len(requests(stage)) == 2
            stage.extra["SENDGRID_API_KEY"] = NEW_KEY
            with stage.context() as anew:
                control.resume(anew, 1)
                work(anew)
                assert once(stage, anew, PEOPLE).accepted == PEOPLE
        finally:
            stage.emulated.ask("PUT", "/account", {"key": KEY})


@pytest.mark.parametrize("other", ["outbox", pytest.param("emulator", marks=pytest.mark.faults)])
def test_the_provider_is_switched_in_the_middle(stage: Stage, other: str) -> None:
    """A mailing keeps the one that it was approved for; the other one is for the next."""
    with stage.context() as ctx:
        begun(ctx)
    stage.extra["NEWSLETTER_PROVIDER"] = other
    with stage.context() as ctx:
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE
    assert not (stage.folder / "var" / "outbox").exists()


def test_workers_with_other_sizes_and_paces_share_one_mailing(stage: Stage) -> None:
    """Each with settings of its own, in turn: who is in which batch was decided before the first of them."""
    with stage.context() as ctx:
        begun(ctx)
    for size, slots in (("3", "1"), ("1000", "4"), ("1", "2")):
        stage.extra |= {"NEWSLETTER_SEND_BATCH_SIZE": size, "NEWSLETTER_SEND_SLOTS": slots}
        with stage.context() as ctx:
            assert submit_next(Desk(ctx, f"with {size}"))
    with stage.context() as ctx:
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE
    assert [one["personalizations"] for one in requests(stage)] == [10] * (PEOPLE // 10)


@pytest.mark.parametrize("meant", [False, True], ids=["a mistake", "a new address"])
def test_a_machine_whose_links_would_lead_elsewhere(stage: Stage, meant: bool) -> None:
    """It hands nothing over: half of the readers could not leave. Put right, or resumed by it with a person's word, it goes on."""
    with stage.context() as ctx:
        begun(ctx)
    stage.extra["NEWSLETTER_WEB_BASE_URL"] = "https://elsewhere.example"
    with stage.context() as other:
        work(other)
        paused = mailing(other)
        assert (paused.status, len(requests(stage))) == (CampaignStatus.PAUSED, 1)
        assert "web.base_url" in paused.reason
    if not meant:
        del stage.extra["NEWSLETTER_WEB_BASE_URL"]
    with stage.context() as ctx:
        control.resume(ctx, 1)
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE
    found = stage.emulated.ask("GET", "/messages?full=1&size=1000")["messages"]
    elsewhere = ["//elsewhere.example/" in one["headers"]["List-Unsubscribe"] for one in found]
    assert sum(elsewhere) == (PEOPLE - 10 if meant else 0)
