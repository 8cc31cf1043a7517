"""What starts, what is held, and that nothing of it stands in the way of anything else."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from newsletter import app, cli, workspace
from newsletter.compose import freeze as composing
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.errors import RefusalScope, Refused, StoreUnavailable, Unavailable, Uncertain
from newsletter.model.notice import NoticeKind
from newsletter.model.outbound import Receipt
from newsletter.pipeline import (
    control,
    due,
    foresee,
    freeze,
    notice_facts,
    notice_words,
    progress,
    reason_words,
    submit,
)
from newsletter.pipeline.context import Context
from newsletter.pipeline.schedule import Timetable
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.settings import resolve
from newsletter.store import editions, tables
from tests.faults.stage import SLUG, make_workspace
from tests.ledger import PUBLICATION, Bench, edition
from tests.seed import people, seed

SEGMENTS = "[ontario]\nwhere = 'province == \"ON\"'\n"


def two(desk: Bench) -> tuple[Campaign, Campaign]:
    """Two mailings that are due; the newer one is to people of Ontario."""
    (desk.ctx.root / "segments.toml").write_text(SEGMENTS, encoding="utf-8")
    seed(desk.ctx, people(6, language="en"))
    return desk.mailing(edition("good")), desk.mailing(edition("bad"), include=("ontario",))


def test_a_mailing_that_cannot_start_is_held_and_the_others_go_out(desk: Bench) -> None:
    good, bad = two(desk)
    (desk.ctx.root / "segments.toml").write_text("", encoding="utf-8")
    desk.start()
    assert desk.campaign(good.id).status is CampaignStatus.SENDING
    held = desk.campaign(bad.id)
    both = "there is no segment “ontario”\nil n’y a pas de segment «\u00a0ontario\u00a0»"
    assert (held.status, held.reason) == (CampaignStatus.HELD, f"setup: {both}")
    (desk.ctx.root / "segments.toml").write_text(SEGMENTS, encoding="utf-8")
    control.resume(desk.ctx, bad.id)
    desk.start()
    assert desk.campaign(bad.id).status is CampaignStatus.SENDING


def test_a_fault_of_ours_holds_one_mailing(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = two(desk)
    prepare = due.prepare
    monkeypatch.setattr(due, "prepare", lambda ctx, one: 1 / 0 if one.id == bad.id else prepare(ctx, one))
    desk.start()
    assert desk.campaign(good.id).status is CampaignStatus.SENDING
    assert desk.campaign(bad.id).reason == "setup: ZeroDivisionError while it was to be started"


def test_a_database_that_is_busy_holds_nothing(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = two(desk)

    def busy(*_: object) -> bool:
        raise StoreUnavailable("in use", code="database-locked", passing=True)

    with monkeypatch.context() as patch:
        patch.setattr(due, "prepare", busy)
        with pytest.raises(StoreUnavailable):
            desk.start()
    assert {desk.campaign(one.id).status for one in (good, bad)} == {CampaignStatus.SCHEDULED}


def test_what_comes_back_to_a_cancelled_mailing_is_cancelled(desk: Bench) -> None:
    """Killed between claim and commit, cancelled, started again: nobody stays pending for ever."""
    seed(desk.ctx, people(40))
    campaign = desk.mailing()
    desk.start()
    assert submit.claim_next(desk.ctx, "dead", None)
    control.cancel(desk.ctx, campaign.id)
    assert desk.books(campaign.id).pending == 20
    due.recover(desk.ctx)
    books = desk.books(campaign.id)
    assert (books.pending, books.cancelled, books.closed) == (0, 40, True)


def test_a_paused_mailing_whose_last_batch_died_stays_paused_and_is_held_when_it_goes_on(desk: Bench) -> None:
    seed(desk.ctx, people(5, language="en"))
    campaign = desk.mailing()
    desk.start()
    batch = submit.claim_next(desk.ctx, "dead", None)
    assert batch
    assert submit._begin(Desk(desk.ctx, "dead"), batch)
    control.pause(desk.ctx, campaign.id)
    due.recover(desk.ctx)
    assert desk.campaign(campaign.id).status is CampaignStatus.PAUSED
    assert desk.books(campaign.id).in_doubt == 5
    control.resume(desk.ctx, campaign.id)
    found = desk.campaign(campaign.id)
    assert (found.status, found.reason) == (CampaignStatus.HELD, "not-confirmed")
    assert not submit_next(Desk(desk.ctx, "me"))


# --- a program that has been running for days ---


@pytest.fixture
def long_since(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Context]]:
    """A Context opened on 1 December, as a `serve` has it, on whose clock it is the sixteenth by now."""
    folder = make_workspace(tmp_path / "workspace", 3)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NEWSLETTER_CLOCK", "2020-12-01T12:00:00Z")
    with ExitStack() as stack:
        ctx = app.build(app.locate(folder), stack)
        yield folder, replace(ctx, now=lambda: datetime(2020, 12, 16, 14, 0, 1, tzinfo=UTC))


def renamed(folder: Path) -> None:
    path = folder / "newsletter.toml"
    changed = path.read_text(encoding="utf-8").replace('en = "NGen, ', 'en = "NGen, 2nd floor, ')
    assert "2nd floor" in changed
    path.write_text(changed, encoding="utf-8")


def planned() -> int:
    return cli.main(
        ["schedule", SLUG, "--segment", "everyone", "--at", "2020-12-16 09:00", "--yes", "--json"]
    )


def standing(ctx: Context) -> tuple[CampaignStatus, str]:
    found = control.find(ctx, 1)
    return found.status, found.reason


def test_newsletter_toml_is_read_as_it_was_when_the_mailing_was_planned(
    long_since: tuple[Path, Context],
) -> None:
    folder, ctx = long_since
    renamed(folder)
    assert planned() == 0
    due.start_due(ctx)
    assert standing(ctx) == (CampaignStatus.SENDING, "")


def test_newsletter_toml_edited_afterwards_holds_the_mailing(long_since: tuple[Path, Context]) -> None:
    folder, ctx = long_since
    assert planned() == 0
    renamed(folder)
    due.start_due(ctx)
    assert standing(ctx) == (CampaignStatus.HELD, "text-differs")


def strict(ctx: Context) -> Context:
    """The same surroundings with a check that finds an error in what was approved."""
    tables_ = workspace.read_configuration(ctx.root)
    return replace(ctx, settings=resolve(tables_ | {"checks": {"size-clipped": {"most": 1}}}, {}, {}))


def test_an_error_that_is_new_since_the_approval_is_named_and_not_called_a_difference(
    long_since: tuple[Path, Context],
) -> None:
    _folder, ctx = long_since
    assert planned() == 0
    due.start_due(strict(ctx))
    status, reason = standing(ctx)
    assert status is CampaignStatus.HELD
    assert reason.startswith("new-error: size-clipped: the mail has ")
    english, french = (reason_words.sentence(reason, language) for language in ("en", "fr"))
    assert english.startswith(
        "The text is the approved one, but a check finds an error in it now: size-clipped: the mail has"
    )
    assert french.startswith("Le texte est celui qui a été approuvé")
    assert "le courriel compte" in french
    assert progress.told(reason).startswith("The text is the approved one")
    assert "\n" not in progress.told(reason)
    control.resume(ctx, 1)  # a person lets the approved text go out
    due.start_due(strict(ctx))
    assert standing(ctx) == (CampaignStatus.SENDING, "")


def test_what_will_hold_a_mailing_is_told_the_day_before(long_since: tuple[Path, Context]) -> None:
    folder, ctx = long_since
    assert planned() == 0
    before = replace(ctx, now=lambda: datetime(2020, 12, 15, 15, tzinfo=UTC))
    assert foresee._drift(before, 1) == ""
    assert foresee._drift(strict(before), 1).startswith("new-error: size-clipped")
    renamed(folder)
    assert foresee._drift(before, 1) == "text-differs"
    foresee.foresee(before)
    with ctx.store.read() as db:
        (told,) = [row for row in db.execute(select(tables.notices)) if row.kind == "day"]
    assert told.data["reason"] == "text-differs"
    for language, words in (("en", "it will be held then"), ("fr", "il sera alors retenu")):
        facts = notice_facts.gather(before, NoticeKind.DAY, 1, told.data, language)
        assert any(words in line for line in notice_words.message(NoticeKind.DAY, facts, language).paragraphs)


def test_an_issue_that_is_gone_holds_the_mailing(long_since: tuple[Path, Context]) -> None:
    folder, ctx = long_since
    assert planned() == 0
    (folder / "issues" / f"{SLUG}.md").unlink()
    due.start_due(ctx)
    status, reason = standing(ctx)
    assert status is CampaignStatus.HELD
    assert SLUG in reason


# --- what was accepted when it was approved ---


def accepting(folder: Path) -> Path:
    """A Christmas letter that names another holiday, on purpose."""
    path = folder / "issues" / f"{SLUG}.md"
    text = path.read_text(encoding="utf-8").replace("Dear ", "Until Canada Day, dear ")
    accept = "accept:\n  - holiday-name: The two are meant together.\n"
    path.write_text(text.replace("template: plain\n", f"template: plain\n{accept}"), encoding="utf-8")
    return path


def christmas(ctx: Context) -> Context:
    flags = ["--holiday", "christmas-day", "--at", "09:00", "--yes", "--json"]
    assert cli.main(["schedule", SLUG, "--segment", "everyone", *flags]) == 0
    return replace(ctx, now=lambda: datetime(2020, 12, 25, 14, 0, 1, tzinfo=UTC))


def test_what_was_accepted_for_its_day_does_not_hold_a_mailing_on_it(
    long_since: tuple[Path, Context],
) -> None:
    folder, ctx = long_since
    accepting(folder)
    ctx = christmas(ctx)
    with ctx.store.read() as db:
        (kept,) = editions.get(db, control.find(ctx, 1).edition).waived
    assert kept.finding.check == "holiday-name"
    due.start_due(ctx)
    assert standing(ctx) == (CampaignStatus.SENDING, "")


def test_what_was_accepted_for_its_day_does_not_hold_it_when_it_is_asked_for_again(
    long_since: tuple[Path, Context],
) -> None:
    folder, ctx = long_since
    accepting(folder)
    christmas(ctx)
    assert cli.main(["send", SLUG, "--segment", "everyone", "--yes"]) == 1  # it waits for its time
    assert standing(ctx) == (CampaignStatus.SCHEDULED, "")


def test_an_older_program_s_edition_is_the_same_text(
    long_since: tuple[Path, Context], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knew no hosted files and no sponsors, tied no numbers to their units, and had another id for that."""
    folder, ctx = long_since
    path = folder / "issues" / f"{SLUG}.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Dear ", "All 65 projects, "), encoding="utf-8")

    def older(edition: Edition) -> bytes:
        content = msgspec.json.encode(edition).replace("\u00a0".encode(), b" ")
        content = content.replace(b',"sponsors":[],"hosted":[]', b"").replace(b',"only":null', b"")
        return zlib.compress(content)

    monkeypatch.setattr(composing, "canonical", lambda artwork: b"old" + msgspec.json.encode(artwork))
    assert planned() == 0
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    with ctx.store.write() as db:
        kept = editions.get(db, control.find(ctx, 1).edition)
        assert b"hosted" not in zlib.decompress(older(kept))
        db.execute(tables.editions.update().values(content=older(kept)))
    due.start_due(ctx)
    assert standing(ctx) == (CampaignStatus.SENDING, "")


def test_a_reason_that_is_taken_back_holds_the_mailing(long_since: tuple[Path, Context]) -> None:
    folder, ctx = long_since
    path = accepting(folder)
    ctx = christmas(ctx)
    path.write_text(path.read_text(encoding="utf-8").replace("meant together", "the same"), encoding="utf-8")
    due.start_due(ctx)
    assert standing(ctx) == (CampaignStatus.HELD, "text-differs")


# --- a gentle start, in its time ---


def gentle(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """Planned for later: it begins in the runner, with nobody before a terminal."""
    seed(desk.ctx, people(60, language="en"))
    object.__setattr__(desk.ctx, "publication", replace(PUBLICATION, staff=("staff@ngen.example",)))
    monkeypatch.setattr(freeze, "differs", lambda *_: False)
    at = desk.clock[0].replace(tzinfo=None)
    plan = LocalPlan(local=at, zone="UTC", readers_time=False, expiry=Expiry.NEVER)
    return desk.mailing(gentle=True, when=Timetable(plan, desk.clock[0] - timedelta(days=1)))


def to_staff(desk: Bench) -> int:
    return desk.witness.copies()["staff@ngen.example"]


def test_a_gentle_start_is_shown_to_the_staff_first_also_by_the_runner(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = gentle(desk, monkeypatch)
    desk.start()
    assert to_staff(desk) == len(desk.witness.taken) == 2  # in each language
    assert submit_next(Desk(desk.ctx, "me"))
    assert desk.books(campaign.id).accepted == 50
    desk.start()
    assert to_staff(desk) == 2


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Refused("key revoked", code="x", scope=RefusalScope.ACCOUNT), CampaignStatus.HELD),
        (Unavailable("429", code="x"), CampaignStatus.SENDING),
        (Uncertain("time-out", code="x"), CampaignStatus.SENDING),
    ],
    ids=["refused", "away", "lost"],
)
def test_staff_who_cannot_be_shown_it(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, answer: Exception, status: CampaignStatus
) -> None:
    campaign = gentle(desk, monkeypatch)

    def given(_body: object) -> Receipt:
        raise answer

    desk.witness.answer = given
    desk.start()
    assert desk.campaign(campaign.id).status is status
    assert desk.books(campaign.id).accepted == 0


def test_a_runner_that_starts_ends_nothing_that_has_not_begun(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    campaign = desk.mailing()
    control.pause(desk.ctx, campaign.id)
    due.recover(desk.ctx)
    assert desk.campaign(campaign.id).status is CampaignStatus.PAUSED


@pytest.mark.parametrize("how", ["paused", "held"])
def test_send_does_not_wait_for_days_for_a_planned_mailing(
    long_since: tuple[Path, Context], how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, ctx = long_since
    assert planned() == 0
    found = control.find(ctx, 1)
    if how == "paused":
        control.pause(ctx, 1)
    else:
        due.hold(ctx, found, "text-differs")
    before = standing(ctx)
    capsys.readouterr()
    assert cli.main(["send", SLUG, "--segment", "everyone", "--yes"]) == 1
    assert "planned for 2020-12-16 14:00 UTC" in capsys.readouterr().err
    assert standing(ctx) == before
