"""Only the refused, only late joiners, those whom a stopped mailing did not reach: one issue, one ledger, everyone once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from newsletter.model.approval import How, Yes
from newsletter.model.campaign import AudienceRule, BatchState, Campaign, CampaignStatus, Progress
from newsletter.model.edition import Edition
from newsletter.model.errors import NotAllowed, RefusalScope, Refused, Unavailable, Uncertain
from newsletter.model.outbound import Receipt
from newsletter.model.sequel import SequelKind
from newsletter.pipeline import (
    approve,
    considering,
    control,
    correct,
    due,
    plan,
    sequels,
    settle,
    signing,
    submit,
    whole,
)
from newsletter.pipeline.freeze import Frozen
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import tables
from tests.ledger import Bench, edition
from tests.seed import people, seed
from tests.timed import never_differs

SMALL = {"NEWSLETTER_SEND_BATCH_SIZE": "5"}
pytestmark = [
    pytest.mark.usefixtures("_same_text"),
    pytest.mark.parametrize("environ", [SMALL], indirect=True),
]


@pytest.fixture
def _same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    never_differs(monkeypatch)


def send_all(desk: Bench) -> None:
    worker = Desk(desk.ctx, "me")
    due.start_due(desk.ctx)
    while submit_next(worker):
        pass


def go(desk: Bench, number: int, frozen: object = None) -> Campaign:
    """Approve a draft that completes another, with another text if one is given, and send it."""
    found = desk.campaign(number)
    text = frozen or sequels.edition_of(desk.ctx, found)
    plan.keep(desk.ctx, text, {})
    ask = approve.ask_of(desk.ctx, found, text)
    approve.approve(desk.ctx, number, plan.count(desk.ctx, ask).zones, edition=text.id if frozen else None)
    send_all(desk)
    return desk.campaign(number)


def begun(desk: Bench, number: int, kind: SequelKind) -> Campaign:
    return sequels.begin(desk.ctx, sequels.offer(desk.ctx, number, kind))


def refusing(*bad: str) -> object:
    def answer(body: object) -> Receipt:
        named = tuple(n for n, (_, address) in enumerate(body.people) if address in bad)  # type: ignore[attr-defined]
        if named:
            raise Refused("400", code="x", scope=RefusalScope.MEMBERS, members=named)
        return Receipt("ok")

    return answer


def total(desk: Bench, number: int) -> whole.Whole:
    found = whole.whole(desk.ctx, number)
    assert found.total.books.faults() == []
    return found


BAD = ("p3@reader.example", "p11@reader.example")


def test_only_the_refused_are_tried_again_and_the_account_stays_one(desk: Bench) -> None:
    seed(desk.ctx, people(20, language="en"))
    desk.witness.answer = refusing(*BAD)
    number = desk.mailing().id
    send_all(desk)
    assert desk.books(number).rejected == 2
    desk.witness.answer = refusing(BAD[0])
    retry = begun(desk, number, SequelKind.RETRY)
    assert begun(desk, number, SequelKind.RETRY).id == retry.id, "two clicks, one mailing"
    found = go(desk, retry.id)
    assert found.status is CampaignStatus.FINISHED
    assert desk.books(retry.id).candidates == 2
    assert desk.witness.copies() == {
        f"p{n}@reader.example": 1 for n in range(20) if f"p{n}@reader.example" != BAD[0]
    }
    books = total(desk, number).total.books
    assert (books.candidates, books.prepared, books.accepted, books.rejected) == (20, 20, 19, 1)
    desk.witness.answer = refusing()
    go(
        desk, begun(desk, number, SequelKind.RETRY).id
    )  # of the chain, the last: whom that could not reach either
    assert set(desk.witness.copies().values()) == {1}
    assert total(desk, retry.id).total.books.accepted == 20
    with pytest.raises(NotAllowed, match="nobody"):
        sequels.offer(desk.ctx, number, SequelKind.RETRY)


def test_who_may_have_it_after_all_is_not_tried_again(desk: Bench) -> None:
    """A call of which nobody knows what became, then a person's yes to send again, then a refusal: they may have it."""
    seed(desk.ctx, people(3, language="en"))
    number = desk.mailing().id

    def lost(body: object) -> Receipt:
        desk.witness.take(body)  # type: ignore[arg-type]
        raise Uncertain("time-out", code="x")

    desk.witness.answer = lost
    send_all(desk)
    settle.decide(desk.ctx, number, settle.Decision.AGAIN)
    desk.witness.answer = refusing("p0@reader.example")
    send_all(desk)
    assert desk.books(number).rejected == 1
    assert desk.witness.copies()["p0@reader.example"] == 1
    with pytest.raises(NotAllowed, match="nobody"):
        sequels.offer(desk.ctx, number, SequelKind.RETRY)


def test_who_left_or_bounced_hard_is_not_tried_again(desk: Bench) -> None:
    seed(desk.ctx, people(10, language="en"))
    desk.witness.answer = refusing(*BAD, "p4@reader.example")
    number = desk.mailing().id
    send_all(desk)
    with desk.ctx.store.write() as db:
        key = db.execute(
            select(tables.members.c.address_key).where(tables.members.c.email == BAD[0])
        ).scalar_one()
        row = {"address_key": key, "reason": "invalid", "at": desk.clock[0]}
        db.execute(tables.suppressions.insert().values(row))
    desk.witness.answer = refusing()
    go(desk, (retry := begun(desk, number, SequelKind.RETRY)).id)
    assert desk.books(retry.id).excluded == {"suppressed": 1}
    assert BAD[0] not in desk.witness.copies()
    books = total(desk, number).total.books
    assert (books.candidates, books.accepted, books.rejected) == (10, 9, 0)


def test_whose_mail_was_put_off_blocked_or_bounced_is_not_tried_again(desk: Bench) -> None:
    """Taken is taken: what is put off may still arrive, and a second copy would be one too many (house.md 5: only who was cancelled,
    skipped, rejected or came too late gives the place up)."""
    seed(desk.ctx, people(4, language="en"))
    number = desk.mailing().id
    send_all(desk)
    with desk.ctx.store.write() as db:
        for rank, address in ((Progress.DEFERRED, "p0"), (Progress.BOUNCED, "p1"), (Progress.DROPPED, "p2")):
            chosen = tables.deliveries.c.address == f"{address}@reader.example"
            db.execute(tables.deliveries.update().where(chosen).values(progress=rank.rank))
    with pytest.raises(NotAllowed) as raised:
        sequels.offer(desk.ctx, number, SequelKind.RETRY)
    assert raised.value.code == "nobody-refused"
    assert "still trying" in (raised.value.hint or "")


def test_late_joiners_only(desk: Bench) -> None:
    seed(desk.ctx, people(10, language="en"))
    desk.witness.answer = refusing(BAD[0])
    number = desk.mailing().id
    send_all(desk)
    desk.witness.answer = refusing()
    seed(desk.ctx, people(13, language="en")[10:])
    late = begun(desk, number, SequelKind.LATE)
    go(desk, late.id)
    assert set(desk.witness.copies()) == {f"p{n}@reader.example" for n in range(13)} - {BAD[0]}
    assert set(desk.witness.copies().values()) == {1}
    assert desk.books(late.id).candidates == 3
    books = total(desk, late.id).total.books
    assert (books.candidates, books.accepted, books.rejected) == (13, 12, 1)
    again = sequels.offer(desk.ctx, number, SequelKind.LATE)
    assert plan.count(desk.ctx, again.ask).mailed == 0
    assert desk.mailing().id == number, "the same send stays the first one"


def test_a_mailing_that_is_going_out_is_not_completed(desk: Bench) -> None:
    seed(desk.ctx, people(20, language="en"))
    number = desk.mailing().id
    with pytest.raises(NotAllowed, match="nobody has it yet"):
        sequels.offer(desk.ctx, number, SequelKind.LATE)
    due.start_due(desk.ctx)
    submit_next(Desk(desk.ctx, "me"))
    with pytest.raises(NotAllowed, match="not at its end"):
        sequels.offer(desk.ctx, number, SequelKind.LATE)


def test_a_retry_that_was_interrupted_is_carried_on(desk: Bench) -> None:
    seed(desk.ctx, people(20, language="en"))
    desk.witness.answer = refusing(*BAD)
    number = desk.mailing().id
    send_all(desk)
    desk.witness.answer = refusing()
    retry = begun(desk, number, SequelKind.RETRY)
    approve.approve(desk.ctx, retry.id, {})
    due.start_due(desk.ctx)
    open_ = sequels.offer(desk.ctx, number, SequelKind.RETRY).open
    assert open_ is not None
    assert (open_.id, open_.status) == (retry.id, CampaignStatus.SENDING)


def stopped(desk: Bench, batches: int = 2) -> int:
    seed(desk.ctx, people(20, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    for _ in range(batches):
        assert submit_next(Desk(desk.ctx, "me"))
    return number


def test_stop_and_correct_everyone_once(desk: Bench) -> None:
    number = stopped(desk)
    done = correct.correct(desk.ctx, number, "a wrong date")
    assert done.stopped.status is CampaignStatus.CANCELLED
    assert (done.books.accepted, done.books.cancelled, done.books.pending) == (10, 10, 0)
    assert correct.correct(desk.ctx, number).sequel.id == done.sequel.id, "two clicks, one correction"
    send_all(desk)
    assert len(desk.witness.taken) == 10, "nothing leaves before it is approved"
    had = set(desk.witness.copies())
    with pytest.raises(NotAllowed, match="nothing was corrected"):
        go(desk, done.sequel.id)
    with pytest.raises(NotAllowed, match="nothing was corrected"):
        approve.approve(desk.ctx, done.sequel.id, {}, edition=edition().id)
    found = go(desk, done.sequel.id, edition(word="-mended"))
    assert found.edition == edition(word="-mended").id
    assert set(desk.witness.copies().values()) == {1}
    assert len(desk.witness.copies()) == 20
    assert not had & {a for _, _, _, a in desk.witness.taken[10:]}
    whole_ = total(desk, number)
    books = whole_.total.books
    assert [part.books.accepted for part in whole_.parts] == [10, 10]
    assert (books.candidates, books.prepared, books.accepted, books.cancelled) == (20, 20, 20, 0)
    assert whole_.closed
    assert whole_.total.unexplained == 0


def test_a_correction_can_be_stopped_and_corrected_too(desk: Bench) -> None:
    number = stopped(desk, 1)
    first = correct.correct(desk.ctx, number).sequel
    text = edition(word="-mended")
    plan.keep(desk.ctx, text, {})
    approve.approve(desk.ctx, first.id, {}, edition=text.id)
    due.start_due(desk.ctx)
    submit_next(Desk(desk.ctx, "me"))
    second = correct.correct(desk.ctx, number)  # the first number still names the mailing
    assert second.stopped.id == first.id
    go(desk, second.sequel.id, edition(word="-right"))
    assert set(desk.witness.copies().values()) == {1}
    books = total(desk, number).total.books
    assert (books.candidates, books.accepted, books.cancelled) == (20, 20, 0)


def test_who_left_meanwhile_gets_nothing_and_is_explained(desk: Bench) -> None:
    number = stopped(desk)
    done = correct.correct(desk.ctx, number)
    with desk.ctx.store.write() as db:
        had = set(desk.witness.copies())
        rest = sorted({f"p{n}@reader.example" for n in range(20)} - had)
        key = db.execute(
            select(tables.members.c.address_key).where(tables.members.c.email == rest[0])
        ).scalar_one()
        row = {"address_key": key, "reason": "unsubscribed", "at": desk.clock[0]}
        db.execute(tables.suppressions.insert().values(row))
        db.execute(tables.members.delete().where(tables.members.c.email == rest[1]))
    go(desk, done.sequel.id, edition(word="-mended"))
    books = total(desk, number).total.books
    assert (books.candidates, books.accepted, books.excluded, books.cancelled) == (
        20,
        18,
        {"unsubscribed": 1},
        1,
    )


def test_a_correction_waits_for_what_is_under_way(desk: Bench) -> None:
    """Who is in the air when it is stopped is counted to the first text; if it comes back refused, they get the corrected one."""
    seed(desk.ctx, people(20, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    worker = Desk(desk.ctx, "me")
    batch = submit.claim_next(desk.ctx, "me", None)
    flight = submit._begin(worker, batch)
    assert flight
    done = correct.correct(desk.ctx, number)
    assert done.under_way
    go(desk, done.sequel.id, edition(word="-mended"))
    assert desk.campaign(done.sequel.id).status is CampaignStatus.SCHEDULED
    assert not desk.witness.taken
    with desk.ctx.store.write() as db:
        submit.conclude.conclude(desk.ctx, db, flight, Unavailable("429", code="x"))
    send_all(desk)
    assert set(desk.witness.copies().values()) == {1}
    assert len(desk.witness.copies()) == 20
    assert total(desk, number).total.books.accepted == 20


def test_who_is_in_doubt_keeps_the_place(desk: Bench) -> None:
    seed(desk.ctx, people(10, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)

    def lost(body: object) -> Receipt:
        desk.witness.take(body)  # type: ignore[arg-type]
        raise Uncertain("time-out", code="x")

    desk.witness.answer = lost
    submit_next(Desk(desk.ctx, "me"))
    desk.witness.answer = refusing()
    done = correct.correct(desk.ctx, number)
    go(desk, done.sequel.id, edition(word="-mended"))
    assert set(desk.witness.copies().values()) == {1}
    books = total(desk, number).total.books
    assert (books.candidates, books.accepted, books.in_doubt) == (10, 5, 5)
    assert not total(desk, number).closed
    settle.decide(desk.ctx, number, settle.Decision.ASSUME)
    assert total(desk, number).closed


def test_stopped_by_mistake_the_rest_get_the_same_text(desk: Bench) -> None:
    number = stopped(desk)
    first = correct.correct(desk.ctx, number)
    same = correct.correct(desk.ctx, number, unchanged=True)
    assert same.sequel.id == first.sequel.id
    go(desk, same.sequel.id)
    assert len(desk.witness.copies()) == 20
    assert set(desk.witness.copies().values()) == {1}


def test_there_is_nothing_to_correct_before_and_after(desk: Bench) -> None:
    seed(desk.ctx, people(5, language="en"))
    number = desk.mailing().id
    with pytest.raises(NotAllowed, match="nobody has it yet"):
        correct.correct(desk.ctx, number)
    send_all(desk)
    with pytest.raises(NotAllowed, match="nobody is left"):
        correct.correct(desk.ctx, number)
    assert desk.campaign(number).status is CampaignStatus.FINISHED


def test_those_who_have_it_are_told_by_an_issue_of_its_own(desk: Bench) -> None:
    number = stopped(desk)
    had = set(desk.witness.copies())
    done = correct.correct(desk.ctx, number)
    told = correct.tell(desk.ctx, number)
    assert told.fresh
    assert [path.rsplit("/", 1)[1] for path in told.files] == [
        "greeting-correction.en.md",
        "greeting-correction.fr.md",
    ]
    assert correct.tell(desk.ctx, number).sequel.id == told.sequel.id
    with pytest.raises(NotAllowed, match="nothing was corrected"):
        go(desk, told.sequel.id)
    go(desk, done.sequel.id, edition(word="-mended"))
    go(desk, told.sequel.id, edition("greeting-correction"))
    assert {a for a, n in desk.witness.copies().items() if n == 2} == had
    assert desk.books(told.sequel.id).accepted == 10
    found = total(desk, number)
    assert (found.total.books.accepted, len(found.parts), len(found.told)) == (20, 2, 1)


def test_another_sequel_waits_while_one_is_open(desk: Bench) -> None:
    number = stopped(desk)
    done = correct.correct(desk.ctx, number)
    with pytest.raises(NotAllowed, match="completes this one already"):
        sequels.offer(desk.ctx, number, SequelKind.LATE)
    control.cancel(desk.ctx, done.sequel.id)
    again = correct.correct(desk.ctx, number)
    assert again.sequel.id != done.sequel.id
    go(desk, again.sequel.id, edition(word="-mended"))
    assert total(desk, number).total.books.accepted == 20
    assert sequels.family(desk.ctx, done.sequel.id) == [number, done.sequel.id, again.sequel.id]


def test_a_retry_and_a_late_joiner_get_the_corrected_text(desk: Bench) -> None:
    seed(desk.ctx, people(20, language="en"))
    desk.witness.answer = refusing(*[f"p{n}@reader.example" for n in range(3)])
    number = desk.mailing().id
    due.start_due(desk.ctx)
    worker = Desk(desk.ctx, "me")
    while not desk.books(number).rejected and submit_next(worker):
        pass
    assert desk.books(number).rejected
    desk.witness.answer = refusing()
    go(desk, correct.correct(desk.ctx, number).sequel.id, edition(word="-mended"))
    offered = sequels.offer(desk.ctx, number, SequelKind.RETRY)
    assert offered.ask.edition.id == edition(word="-mended").id
    go(desk, sequels.begin(desk.ctx, offered).id)
    assert total(desk, number).total.books.accepted == 20
    assert set(desk.witness.copies().values()) == {1}


def test_an_audience_rule_that_is_gone_keeps_no_correction_back(desk: Bench) -> None:
    (desk.ctx.root / "segments.toml").write_text("[some]\nwhere = 'language == \"en\"'\n", encoding="utf-8")
    seed(desk.ctx, people(10, language="en"))
    ask = plan.Ask(edition(), AudienceRule(("some",)), "witness")
    number = plan.plan(desk.ctx, ask, {}).campaign.id
    approve.approve(desk.ctx, number, {})
    due.start_due(desk.ctx)
    submit_next(Desk(desk.ctx, "me"))
    (desk.ctx.root / "segments.toml").write_text("", encoding="utf-8")
    go(desk, correct.correct(desk.ctx, number).sequel.id, edition(word="-mended"))
    assert total(desk, number).total.books.accepted == 10
    with desk.ctx.store.read() as db:
        states = set(db.execute(select(tables.batches.c.state)).scalars())
    assert states == {BatchState.ACCEPTED.value, BatchState.CANCELLED.value}


def files_say(patch: pytest.MonkeyPatch, text: Edition) -> None:
    """What freezing the files gives; there are none here."""
    patch.setattr(considering, "freeze", lambda *_: Frozen(None, text, (), {}))


@pytest.mark.parametrize("kind", [SequelKind.CORRECTED, SequelKind.REST, SequelKind.TOLD])
def test_an_approver_is_shown_those_whom_it_is_for_and_signs_their_number(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, kind: SequelKind
) -> None:
    """5 have it, 15 do not, 3 joined since: none of the three is counted, nor those who have it already."""
    number = stopped(desk, 1)
    seed(desk.ctx, people(23, language="en")[20:])
    done = correct.correct(desk.ctx, number, unchanged=kind is SequelKind.REST)
    slug = "greeting-correction" if kind is SequelKind.TOLD else "greeting"
    draft = correct.tell(desk.ctx, number).sequel if kind is SequelKind.TOLD else done.sequel
    wanted = 5 if kind is SequelKind.TOLD else 15
    files_say(monkeypatch, edition(slug, word="-mended"))
    seen = considering.proposal(desk.ctx, draft.id, "Ann Lee")
    assert seen.counts
    assert (seen.people, seen.counts.excluded, seen.compared) == (wanted, {}, None)
    assert seen.signed
    considering.say_yes(desk.ctx, draft.id, Yes(How.STUDIO, "Ann Lee", seen.signed.digest))
    assert [one.people for one in signing.history(desk.ctx, draft.id)] == [wanted]
    had = len(desk.witness.taken)
    send_all(desk)
    assert len(desk.witness.taken) - had == wanted


def test_the_second_person_approves_the_text_that_the_others_have(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody works at the files meanwhile: late joiners get what was approved, not that."""
    values = {**desk.ctx.settings.values, "approval.people": 2}
    desk.ctx = replace(desk.ctx, settings=replace(desk.ctx.settings, values=values))
    seed(desk.ctx, people(4, language="en"))
    first = desk.mailing()
    approve.approve(desk.ctx, first.id, {}, yes=Yes(person="Ann Lee"))
    send_all(desk)
    seed(desk.ctx, people(6, language="en")[4:])
    late = begun(desk, first.id, SequelKind.LATE)
    approve.approve(desk.ctx, late.id, {})
    files_say(monkeypatch, edition(word="-half-written"))
    seen = considering.proposal(desk.ctx, late.id, "Ann Lee")
    assert seen.edition
    assert (seen.edition.id, seen.people) == (first.edition, 2)
    assert (
        considering.say_yes(desk.ctx, late.id, Yes(How.EMAIL, "Ann Lee")).status is CampaignStatus.SCHEDULED
    )
    send_all(desk)
    assert sum(desk.witness.copies().values()) == 6


def test_each_mailing_that_was_wrong_has_a_short_correction_of_its_own(desk: Bench) -> None:
    """A second copy (or another year's mailing) is wrong as well: who was told of the first is told of this one too."""
    seed(desk.ctx, people(6, language="en"))
    first = desk.mailing().id
    send_all(desk)
    told = correct.tell(desk.ctx, first)
    go(desk, told.sequel.id, edition("greeting-correction"))
    assert set(desk.witness.copies().values()) == {2}
    second = desk.mailing(again="the date was wrong").id
    send_all(desk)
    more = correct.tell(desk.ctx, second)
    assert more.fresh, "what was said of the first is not said of this one"
    assert correct.tell(desk.ctx, second).sequel.id == more.sequel.id
    found = go(desk, more.sequel.id, edition(more.sequel.slug))
    assert desk.books(found.id).accepted == 6
    assert set(desk.witness.copies().values()) == {4}


def test_a_short_correction_that_was_cancelled_is_taken_up_again(desk: Bench) -> None:
    number = stopped(desk)
    correct.correct(desk.ctx, number)
    first = correct.tell(desk.ctx, number)
    control.cancel(desk.ctx, first.sequel.id)
    again = correct.tell(desk.ctx, number)
    assert (again.fresh, again.files, again.sequel.slug) == (False, first.files, first.sequel.slug)
    assert again.sequel.id != first.sequel.id


def told_with_one_refused(desk: Bench) -> tuple[int, int]:
    """A mailing, and its short correction, which the provider refused for p0."""
    seed(desk.ctx, people(6, language="en"))
    number = desk.mailing().id
    send_all(desk)
    told = correct.tell(desk.ctx, number).sequel
    desk.witness.answer = refusing("p0@reader.example")
    go(desk, told.id, edition("greeting-correction"))
    desk.witness.answer = refusing()
    return number, told.id


def test_whom_the_short_correction_was_refused_for_get_that_one_and_not_the_mailing_again(
    desk: Bench,
) -> None:
    number, told = told_with_one_refused(desk)
    retry = begun(desk, told, SequelKind.RETRY)
    found = go(desk, retry.id)
    assert found.edition == desk.campaign(told).edition
    assert set(desk.witness.copies().values()) == {2}
    books = total(desk, number).total.books
    assert (books.candidates, books.accepted, books.rejected) == (6, 6, 0)
    (part,) = total(desk, number).told
    assert (part.books.candidates, part.books.accepted, part.books.rejected) == (6, 6, 0)
    own = total(desk, told)
    assert [one.report.campaign.id for one in own.parts] == [told, retry.id]
    assert own.closed
    assert sequels.family(desk.ctx, retry.id) == [number, told, retry.id]


def test_a_short_correction_that_is_stopped_and_corrected_touches_no_other_books(desk: Bench) -> None:
    seed(desk.ctx, people(20, language="en"))
    number = desk.mailing().id
    send_all(desk)
    told = correct.tell(desk.ctx, number).sequel
    text = edition("greeting-correction")
    plan.keep(desk.ctx, text, {})
    approve.approve(desk.ctx, told.id, {}, edition=text.id)
    due.start_due(desk.ctx)
    submit_next(Desk(desk.ctx, "me"))
    again = correct.correct(desk.ctx, told.id).sequel
    go(desk, again.id, edition("greeting-correction", word="-right"))
    assert set(desk.witness.copies().values()) == {2}
    books = total(desk, number).total.books
    assert (books.candidates, books.accepted, books.cancelled) == (20, 20, 0)
    (part,) = total(desk, number).told
    assert (part.books.accepted, part.books.cancelled) == (20, 0)
    seed(desk.ctx, people(21, language="en")[20:])
    late = sequels.offer(desk.ctx, number, SequelKind.LATE)
    assert late.ask.edition.artwork.slug == "greeting", "late joiners get the mailing, not what corrects it"
    with pytest.raises(NotAllowed, match="short correction"):
        sequels.offer(desk.ctx, told.id, SequelKind.LATE)


def test_a_short_correction_is_counted_before_its_text_is_there(desk: Bench) -> None:
    number = stopped(desk)
    correct.correct(desk.ctx, number)
    told = correct.tell(desk.ctx, number).sequel
    ask = approve.ask_of(desk.ctx, told, sequels.edition_of(desk.ctx, told))
    assert plan.count(desk.ctx, ask).mailed == 10
