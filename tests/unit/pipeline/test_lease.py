"""Restored and copied databases: nothing leaves them until a person claims, and then nobody is mailed twice."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter import host
from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import ConfigurationError, NotAllowed, Superseded
from newsletter.model.hold import CLAIMED
from newsletter.model.lease import Tenure
from newsletter.model.outbound import Receipt
from newsletter.pipeline import claim, control, due, hold, lease, settle, submit
from newsletter.pipeline.context import Context
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import Store, tables
from newsletter.worker.embedded import Runner
from newsletter.workspace.state import read_lease, state_file
from tests.databases import only_sqlite
from tests.ledger import Bench
from tests.seed import people, seed
from tests.timed import never_differs, planned

pytestmark = only_sqlite

SMALL = {"NEWSLETTER_SEND_BATCH_SIZE": "5"}
small = pytest.mark.parametrize("environ", [SMALL], indirect=True)


def database(desk: Bench) -> Path:
    return desk.ctx.root / "var" / "newsletter.db"


def backup(desk: Bench, name: str = "backup.db") -> Path:
    target = desk.ctx.root / name
    with sqlite3.connect(database(desk)) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    return target


def restore(desk: Bench, saved: Path) -> None:
    """The backup is put back in place of the database, as after a lost disk."""
    desk.ctx.store.close()
    for path in database(desk).parent.glob("newsletter.db*"):
        path.unlink()
    shutil.copy(saved, database(desk))
    object.__setattr__(desk.ctx, "store", Store.open_file(database(desk)))


@contextmanager
def elsewhere(desk: Bench, folder: Path) -> Iterator[Bench]:
    """The same workspace in another folder of this machine: the same user, the same state folder, the same provider."""
    shutil.copytree(desk.ctx.root, folder, ignore=shutil.ignore_patterns("newsletter.db*", "state"))
    (folder / "var").mkdir(exist_ok=True)
    shutil.copy(backup(desk, "copied.db"), folder / "var" / "newsletter.db")
    store = Store.open_file(folder / "var" / "newsletter.db")
    ctx: Context = replace(desk.ctx, root=folder, store=store)
    try:
        yield Bench(ctx, desk.witness, desk.clock)
    finally:
        store.close()


def send_all(desk: Bench) -> None:
    worker = Desk(desk.ctx, "me")
    due.start_due(desk.ctx)
    while submit_next(worker):
        pass


def running(desk: Bench, count: int = 20) -> int:
    seed(desk.ctx, people(count, language="en"))
    campaign = desk.mailing().id
    desk.start()
    assert submit_next(Desk(desk.ctx, "me"))
    return campaign


def refused(desk: Bench) -> NotAllowed:
    with pytest.raises(NotAllowed) as raised:
        Runner(desk.ctx).start()
    assert raised.value.code == "not-claimed"
    assert "newsletter claim" in raised.value.hint
    return raised.value


# --- a fresh workspace never asks ---


def test_a_fresh_database_is_free_and_stays_so_until_something_is_approved(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    assert lease.look(desk.ctx).tenure is Tenure.FREE
    runner = Runner(desk.ctx)
    assert runner.start()
    runner.close()
    assert lease.look(desk.ctx).tenure is Tenure.FREE
    desk.mailing()
    assert lease.look(desk.ctx).tenure is Tenure.OURS


@small
def test_every_call_is_counted_before_it_is_made(desk: Bench) -> None:
    seen: list[int] = []

    def answer(_body: object) -> Receipt:
        kept = read_lease(lease.folder(desk.ctx), desk.ctx.instance, str(desk.ctx.root.resolve()))
        assert kept is not None
        seen.append(kept.counter)
        return Receipt("ok")

    desk.witness.answer = answer
    running(desk)
    send_all(desk)
    assert seen == sorted(set(seen))
    assert len(seen) == 4
    found = lease.look(desk.ctx)
    assert found.known is not None
    assert found.kept is not None
    assert found.known.counter == found.kept.counter >= seen[-1]


# --- what is refused ---


@small
def test_a_restored_backup_sends_nothing(desk: Bench) -> None:
    campaign = running(desk)
    saved = backup(desk)
    send_all(desk)
    taken = len(desk.witness.taken)
    restore(desk, saved)
    assert "a backup was put back" in refused(desk).message
    with pytest.raises(NotAllowed):
        submit_next(Desk(desk.ctx, "me"))
    assert len(desk.witness.taken) == taken
    assert desk.campaign(campaign).status is CampaignStatus.SENDING, "nothing of it was changed"


@small
def test_a_runner_that_lives_while_a_backup_is_put_back_ends(desk: Bench) -> None:
    """The look is in the transaction that lets a batch leave, whoever looked before."""
    running(desk)
    saved = backup(desk)
    assert submit_next(Desk(desk.ctx, "me"))
    restore(desk, saved)
    taken = len(desk.witness.taken)
    batch = submit.claim_next(desk.ctx, "me", None)
    assert batch
    with pytest.raises(NotAllowed):
        submit._begin(Desk(desk.ctx, "me"), batch)
    assert len(desk.witness.taken) == taken
    runner = Runner(desk.ctx)
    with pytest.raises(NotAllowed, match="put back"):
        runner.run(lambda: False)


def test_a_backup_from_before_a_cancel_is_old(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    never_differs(monkeypatch)
    seed(desk.ctx, people(5))
    campaign = planned(desk, 1).id
    saved = backup(desk)
    control.cancel(desk.ctx, campaign)
    restore(desk, saved)
    assert desk.campaign(campaign).status is CampaignStatus.SCHEDULED
    refused(desk)


def test_a_backup_from_before_a_reader_left_is_old_once_a_runner_worked(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who unsubscribed since would be mailed: nobody did anything else, but a program was there to send."""
    never_differs(monkeypatch)
    seed(desk.ctx, people(5))
    planned(desk, 1)
    saved = backup(desk)
    runner = Runner(desk.ctx)
    assert runner.start()
    runner.close()
    restore(desk, saved)
    refused(desk)


def test_a_copied_workspace_refuses_until_it_is_claimed_and_then_the_other_one_does(
    desk: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never_differs(monkeypatch)
    seed(desk.ctx, people(5))
    campaign = planned(desk, 1).id
    with elsewhere(desk, tmp_path / "copy") as copy:
        assert lease.look(copy.ctx).tenure is Tenure.PATH
        assert str(desk.ctx.root) in refused(copy).message
        done = claim.claim(copy.ctx)
        assert done.held == (campaign,)
        desk.later(hours=1)
        assert str(copy.ctx.root) in refused(desk).message
        with pytest.raises(NotAllowed):
            send_all(desk)
        assert not desk.witness.taken
        hold.release(copy.ctx, campaign, late=True)
        send_all(copy)
        assert set(desk.witness.copies().values()) == {1}
        with pytest.raises(NotAllowed):
            send_all(desk)
        assert set(desk.witness.copies().values()) == {1}


def test_copies_of_a_workspace_that_was_never_sent_from_are_their_own(desk: Bench, tmp_path: Path) -> None:
    """As a prepared workspace that is copied for each use: nothing in it could go out by itself."""
    seed(desk.ctx, people(5))
    with elsewhere(desk, tmp_path / "copy") as copy:
        for one in (desk, copy):
            one.mailing()
            send_all(one)
            assert lease.look(one.ctx).tenure is Tenure.OURS
    assert len(desk.witness.taken) == 10


def test_a_claim_can_be_taken_back(desk: Bench, tmp_path: Path) -> None:
    running(desk, 5)
    with elsewhere(desk, tmp_path / "copy") as copy:
        claim.claim(copy.ctx)
        refused(desk)
        claim.claim(desk.ctx)
        assert lease.look(desk.ctx).tenure is Tenure.OURS
        refused(copy)


@small
def test_two_machines_with_one_database(desk: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a database server: once the second one claimed, the first one's next batch stays."""
    campaign = running(desk)
    second = replace(
        desk.ctx,
        settings=replace(
            desk.ctx.settings, values={**desk.ctx.settings.values, "state_dir": str(tmp_path / "b")}
        ),
    )
    batch = submit.claim_next(desk.ctx, "first", None)
    assert batch
    with monkeypatch.context() as patch:
        patch.setattr(lease, "_machine", lambda: ("second", "second.example"))
        assert lease.look(second).tenure is Tenure.MACHINE
        claim.claim(second)
        hold.release(second, campaign)
    with pytest.raises(NotAllowed):
        submit._begin(Desk(desk.ctx, "first"), batch)
    assert desk.campaign(campaign).status is CampaignStatus.SENDING, (
        "what goes on there is not paused from here"
    )
    assert "second.example" in refused(desk).message
    with monkeypatch.context() as patch:
        patch.setattr(lease, "_machine", lambda: ("second", "second.example"))
        send_all(Bench(second, desk.witness, desk.clock))
    assert desk.books(campaign).accepted == 20
    assert set(desk.witness.copies().values()) == {1}


def test_what_the_machine_remembered_is_gone(desk: Bench) -> None:
    running(desk, 5)
    shutil.rmtree(lease.folder(desk.ctx))
    assert lease.look(desk.ctx).tenure is Tenure.ABSENT
    refused(desk)
    claim.claim(desk.ctx)
    assert lease.look(desk.ctx).tenure is Tenure.OURS


# --- claimed ---


@small
def test_after_a_claim_nobody_is_mailed_twice_and_events_still_prove(desk: Bench) -> None:
    campaign = running(desk)
    saved = backup(desk)
    send_all(desk)
    assert desk.books(campaign).accepted == 20
    restore(desk, saved)
    done = claim.claim(desk.ctx)
    assert done.found.tenure is Tenure.BEHIND
    assert (done.held, done.doubted) == ((campaign,), (campaign,))
    held = desk.campaign(campaign)
    assert (held.status, held.reason) == (CampaignStatus.HELD, "not-confirmed")
    control.resume(desk.ctx, campaign)
    send_all(desk)
    assert set(desk.witness.copies().values()) == {1}
    assert desk.books(campaign).in_doubt == 15
    for number, attempt, delivery, _ in desk.witness.taken[5:]:
        desk.event(number, attempt, delivery=delivery)
    assert settle.settle(desk.ctx).unclear == 0
    books = desk.books(campaign)
    assert (books.accepted, books.closed) == (20, True)
    rows = [row for row in desk.rows(tables.audit) if row.act == "claim"]
    assert [(row.actor, row.detail["was"]) for row in rows] == [("tester", "behind")]


@small
def test_a_person_may_know_that_it_is_a_backup_where_the_machine_cannot(desk: Bench) -> None:
    campaign = running(desk)
    shutil.rmtree(lease.folder(desk.ctx))
    assert claim.claim(desk.ctx, restored=True).doubted == (campaign,)
    assert desk.books(campaign).in_doubt == 15


@small
def test_a_moved_workspace_goes_on_when_a_person_lets_it(desk: Bench) -> None:
    """Nothing says that anything left since: what is under way waits for a look, and is not in doubt."""
    campaign = running(desk)
    shutil.rmtree(lease.folder(desk.ctx))
    done = claim.claim(desk.ctx)
    assert (done.held, done.doubted) == ((campaign,), ())
    assert desk.campaign(campaign).reason.startswith(CLAIMED)
    hold.release(desk.ctx, campaign)
    send_all(desk)
    assert desk.books(campaign).accepted == 20
    assert set(desk.witness.copies().values()) == {1}


def test_there_is_nothing_to_claim_where_it_may_send(desk: Bench) -> None:
    running(desk, 5)
    with pytest.raises(NotAllowed) as raised:
        claim.claim(desk.ctx)
    assert raised.value.code == "nothing-to-claim"


@small
def test_a_copy_can_still_be_stopped(desk: Bench) -> None:
    campaign = running(desk)
    shutil.rmtree(lease.folder(desk.ctx))
    hold.hold(desk.ctx, "x")
    control.cancel(desk.ctx, campaign)
    assert lease.look(desk.ctx).tenure is Tenure.ABSENT


# --- the state file ---


@small
def test_nothing_leaves_while_the_counter_cannot_be_kept(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = running(desk)

    def full(*_: object) -> None:
        raise ConfigurationError("no space left", code="state-file")

    with monkeypatch.context() as patch:
        patch.setattr(lease, "keep_lease", full)
        assert submit_next(Desk(desk.ctx, "me"))
        assert len(desk.witness.taken) == 5
        assert desk.books(campaign).pending == 15
    desk.later(minutes=10)
    send_all(desk)
    assert desk.books(campaign).accepted == 20


def test_a_damaged_state_file_is_no_leave_to_send(desk: Bench) -> None:
    running(desk, 5)
    path = state_file(lease.folder(desk.ctx), desk.ctx.instance, str(desk.ctx.root.resolve()))
    path.write_bytes(b"{")
    with pytest.raises(ConfigurationError) as raised:
        lease.require(desk.ctx)
    assert raised.value.code == "state-file"
    assert str(path) in raised.value.message


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert host.state_home() == tmp_path
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert host.state_home() == tmp_path / "me" / ".local" / "state"
    monkeypatch.setenv("HOME", "")
    assert host.state_home().is_absolute()
    digest, name = host.machine()
    assert name
    assert digest in {"", host.machine()[0]}


def test_another_slot_that_counts_on_meanwhile_makes_no_database_look_old(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runner looks whether it may send while its slots hand over, and write down that they did."""
    seed(desk.ctx, people(5, language="en"))
    desk.mailing()
    known, others = lease.leases.known, iter([True])

    def overtaken(*asked: object) -> object:
        found = known(*asked)  # type: ignore[arg-type]
        if next(others, False):
            with desk.ctx.store.write() as db:
                counted = lease.step(desk.ctx, db)
            lease.keep(desk.ctx, counted)
        return found

    monkeypatch.setattr(lease.leases, "known", overtaken)
    lease.require(desk.ctx)
    assert next(others, None) is None


def test_a_program_that_a_newer_one_has_left_behind_may_not_send(desk: Bench) -> None:
    """Also one that has nothing to write down: a machine that only waits for its part."""
    lease.require(desk.ctx)
    with desk.ctx.store.write() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Superseded):
        lease.require(desk.ctx)
