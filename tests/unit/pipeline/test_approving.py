"""Who approved exactly what, whose yes counts, and when it is asked for again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from newsletter.model.approval import How, Yes
from newsletter.model.campaign import AudienceRule, Campaign, CampaignStatus
from newsletter.model.comment import Comment
from newsletter.model.errors import NotAllowed
from newsletter.model.outline import Outline, Piece, PieceKind, digest
from newsletter.model.place import Place
from newsletter.model.sequel import Sequel, SequelKind
from newsletter.pipeline import (
    approve,
    asking,
    commenting,
    conclude,
    considering,
    control,
    foresee,
    notices,
    plan,
    reminding,
    renewing,
    request_words,
    reschedule,
    signing,
)
from newsletter.pipeline.schedule import Timetable
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.zones import wall_clock
from newsletter.store import tables
from tests.ledger import Bench, edition
from tests.seed import people, seed
from tests.timed import never_differs
from tests.told import Listener, listening

SEGMENT = "[english]\nwhere = \"language == 'en'\"\n"
DRAFT, SCHEDULED, HELD = CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.HELD
TWO = pytest.mark.parametrize("environ", [{"NEWSLETTER_APPROVAL_PEOPLE": "2"}], indirect=True)
BOTH = [
    {
        "NEWSLETTER_APPROVAL_PEOPLE": "2",
        "NEWSLETTER_APPROVERS": "Ann Lee <ann@ngen.example>, Line Roy <line@ngen.example> fr",
    }
]


def ahead(desk: Bench, **delta: float) -> Timetable:
    """A mailing for so long from now, by the clock of Toronto."""
    local = wall_clock(desk.clock[0] + timedelta(**delta), "America/Toronto")
    plan_ = LocalPlan(local=local, zone="America/Toronto", readers_time=False, expiry=Expiry.NEVER)
    return Timetable(plan_, desk.clock[0])


def draft(desk: Bench, when: Timetable | None = None, word: str = "") -> tuple[Campaign, plan.Ask]:
    ask = plan.Ask(edition(word=word), AudienceRule(("everyone",)), "witness", when=when)
    return plan.plan(desk.ctx, ask, {}).campaign, ask


def say_yes(desk: Bench, number: int, ask: plan.Ask, person: str, **yes: str) -> Campaign:
    zones = plan.count(desk.ctx, ask).zones
    return approve.approve(desk.ctx, number, zones, yes=Yes(How.EMAIL, person, **yes))


def test_one_persons_yes_is_kept_with_all_that_it_is_to(desk: Bench) -> None:
    seed(desk.ctx, people(12))
    campaign = desk.mailing()
    (kept,) = signing.history(desk.ctx, campaign.id)
    assert (kept.person, kept.how, kept.people, kept.recorded_by) == ("tester", How.TERMINAL, 12, "tester")
    assert kept.signed["edition"] == campaign.edition
    assert (kept.signed["include"], kept.signed["provider"], kept.signed["schedule"]) == (
        ["everyone"],
        "witness",
        None,
    )
    assert desk.campaign(campaign.id).status is SCHEDULED
    noted = [row for row in desk.rows(tables.audit) if row.act == "approve"]
    assert [row.detail["sha256"] for row in noted] == [kept.digest]


@TWO
def test_with_two_people_nobody_approves_alone(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    campaign, ask = draft(desk)
    assert say_yes(desk, campaign.id, ask, "Ann Lee").status is DRAFT
    assert say_yes(desk, campaign.id, ask, "  ann   LEE ").status is DRAFT, (
        "one person is one, however spelled"
    )
    desk.start()
    assert desk.witness.copies() == {}
    count = signing.count(desk.ctx, campaign.id)
    assert (count.missing, [one.person for one in count.given]) == (1, ["Ann Lee"])
    done = say_yes(desk, campaign.id, ask, "Line Roy")
    assert done.status is SCHEDULED
    with desk.ctx.store.read() as db:
        row = db.execute(tables.campaigns.select()).one()
    assert row.approved_by == "Ann Lee, Line Roy"


@pytest.mark.parametrize("environ", BOTH, indirect=True)
def test_it_says_for_whom_it_waits(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    campaign, ask = draft(desk)
    say_yes(desk, campaign.id, ask, "Ann Lee")
    missing, names = asking.waiting_for(desk.ctx, campaign.id)
    assert (missing, names) == (1, ["Line Roy"])
    assert request_words.waiting(missing, names, "en") == "Waits for the approval of Line Roy."
    assert request_words.waiting(1, ["Ann", "Bo", "Cy"], "en") == "Waits for the approval of Ann, Bo or Cy."
    assert (
        request_words.waiting(2, ["Ann", "Bo", "Cy"], "en")
        == "Waits for the approval of 2 of: Ann, Bo or Cy."
    )
    assert request_words.waiting(2, ["Ann Lee", "Line Roy"], "fr") == (
        "Attend encore 2 approbations\u00a0: Ann Lee et Line Roy."
    )


@TWO
def test_a_yes_to_another_text_or_time_does_not_count(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    campaign, ask = draft(desk, ahead(desk, days=2))
    say_yes(desk, campaign.id, ask, "Ann Lee")
    again, ask = draft(desk, ahead(desk, days=3))
    assert again.id != campaign.id or again.status is DRAFT
    assert say_yes(desk, again.id, ask, "Line Roy").status is DRAFT
    _, other = draft(desk, ahead(desk, days=3), word="-mended")
    assert say_yes(desk, again.id, other, "Jay Myers").status is DRAFT
    assert say_yes(desk, again.id, other, "Line Roy").status is SCHEDULED


def test_what_was_not_shown_is_not_approved(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    campaign, ask = draft(desk)
    with pytest.raises(NotAllowed) as raised:
        say_yes(desk, campaign.id, ask, "Ann Lee", shown="0" * 64)
    assert raised.value.code == "approval-shown"
    assert signing.history(desk.ctx, campaign.id) == []
    with desk.ctx.store.read() as db:
        row = db.execute(tables.campaigns.select()).one()
        shown = signing.signed(desk.ctx, db, row).digest
    assert say_yes(desk, campaign.id, ask, "Ann Lee", shown=shown).status is SCHEDULED


def test_the_recipients_beside_those_of_the_mailing_before(desk: Bench) -> None:
    """142 new, 38 left, and who is not mailed: in both languages."""
    seed(desk.ctx, people(10))
    first = desk.mailing()
    desk.start()
    everybody = people(13)
    seed(desk.ctx, everybody[10:])
    with desk.ctx.store.write() as db:
        db.execute(tables.members.delete().where(tables.members.c.email == "p0@reader.example"))
        db.execute(
            tables.members.update()
            .where(tables.members.c.email == "p1@reader.example")
            .values(consent_expires_on=desk.clock[0].date() - timedelta(days=1))
        )
    ask = plan.Ask(edition("next"), AudienceRule(("everyone",)), "witness", when=ahead(desk, days=2))
    campaign = plan.plan(desk.ctx, ask, {}).campaign
    found = considering.compared(desk.ctx, desk.campaign(campaign.id), ask)
    assert found
    assert (found.campaign, found.people, found.new, found.left) == (first.id, 10, 3, 2)
    counts = plan.count(desk.ctx, ask)
    assert found.people + found.new - found.left == counts.mailed
    was = SimpleNamespace(people=9, at=desk.clock[0])
    seen = SimpleNamespace(compared=found, counts=counts, people=counts.mailed, was=was)
    assert request_words.compared_with(desk.ctx, seen, "en") == (  # type: ignore[arg-type]
        "New and left: since “Hello” of Wednesday 16 December 2020, which was for 10 people. "
        "Approved on Wednesday 16 December 2020 for 9 people: 2 more now."
    )
    assert request_words.audience(seen, "en") == "11 people: 3 new, 2 left, 1 not mailed: consent had ended."  # type: ignore[arg-type]
    assert request_words.audience(seen, "fr") == (  # type: ignore[arg-type]
        "11\u00a0personnes\u00a0: 3 nouvelles, 2 parties, 1 sans envoi\u00a0: consentement échu."
    )
    was.people, found = 12, replace(found, new=0, left=0)
    seen.compared = found
    assert request_words.compared_with(desk.ctx, seen, "fr") == (  # type: ignore[arg-type]
        "Exactement les personnes de l’envoi «\u00a0Hello\u00a0» du mercredi 16 décembre 2020. "
        "Approuvé le mercredi 16 décembre 2020 pour 12\u00a0personnes\u00a0: 1 de moins maintenant."
    )


def test_what_a_mailing_is_compared_with(desk: Bench) -> None:
    """The last one of the same issue to the same people; a mailing that nobody got, or that only completes another, is none."""
    (desk.ctx.root / "segments.toml").write_text(SEGMENT, encoding="utf-8")
    seed(desk.ctx, people(10))
    asks = plan.Ask(edition("greeting"), AudienceRule(("everyone",)), "witness", when=ahead(desk, days=9))
    number = plan.plan(desk.ctx, asks, {}).campaign.id

    def beside() -> tuple[int, int, int] | None:
        found = considering.compared(desk.ctx, desk.campaign(number), asks)
        return None if found is None else (found.campaign, found.people, found.new)

    assert beside() is None
    gone = desk.mailing(edition("greeting"), again="for nobody")
    desk.start()
    control.cancel(desk.ctx, gone.id)
    assert beside() is None, "nobody got it"
    other = desk.mailing(edition("other"))
    desk.later(hours=1)
    desk.start()
    assert beside() == (other.id, 10, 0), "another issue to the same people"
    some = desk.mailing(edition("greeting"), ("english",), again="to some")
    desk.later(hours=1)
    desk.start()
    assert desk.books(some.id).prepared < 10
    assert beside() == (other.id, 10, 0), "the same issue to others comes after that"
    mine = desk.mailing(edition("greeting"), again="to all")
    desk.start()
    assert beside() == (mine.id, 10, 0)
    late = replace(asks, sequel=Sequel(SequelKind.LATE, mine.id, mine.id))
    assert considering.compared(desk.ctx, desk.campaign(number), late) is None


def comment_on(desk: Bench, slug: str) -> Comment:
    piece = Piece(PieceKind.SUBJECT, Place("x.md", 2), "Good news", "Good news", digest("Good news"))
    outline = Outline("en", "x.md", (piece,))
    return commenting.say(desk.ctx, outline, (0, piece.digest), ("Ann", "Really?"), slug)


def test_an_open_comment_stands_in_the_way(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    campaign, ask = draft(desk)
    said = comment_on(desk, campaign.slug)
    with pytest.raises(NotAllowed) as raised:
        say_yes(desk, campaign.id, ask, "Ann Lee")
    assert raised.value.code == "comments-open"
    assert commenting.resolve(desk.ctx, said.number, "It is so.").resolution == "It is so."
    commenting.reopen(desk.ctx, said.number)
    with pytest.raises(NotAllowed):
        say_yes(desk, campaign.id, ask, "Ann Lee")
    commenting.resolve(desk.ctx, said.number)
    assert say_yes(desk, campaign.id, ask, "Ann Lee").status is SCHEDULED


# --- approved again ---


@pytest.fixture
def unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    never_differs(monkeypatch)


@pytest.mark.usefixtures("unchanged")
def test_an_old_approval_is_asked_for_again_and_the_mailing_held_without(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(desk.ctx, people(5))
    jay = Listener()
    when = ahead(desk, days=40)
    number = desk.mailing(when=when).id
    assert signing.again_from(desk.ctx, desk.campaign(number)) == desk.clock[0] + timedelta(days=10)
    with listening(monkeypatch, jay):
        for days in (31, 2.5, 4.5, 1.5):
            desk.later(days=days)
            foresee.foresee(desk.ctx)
            foresee.foresee(desk.ctx)
            notices.deliver(desk.ctx)
    again = [one for one in jay.subjects if one.startswith("Please approve again")]
    assert len(again) == 3, "a week, three days and a day before, once each"
    desk.later(hours=12, minutes=1)
    desk.start()
    held = desk.campaign(number)
    assert (held.status, held.reason) == (HELD, conclude.APPROVAL_OLD)
    with pytest.raises(NotAllowed) as raised:
        control.resume(desk.ctx, number)
    assert raised.value.code == "not-approved"
    ask = plan.Ask(edition(), AudienceRule(("everyone",)), "witness", when=when)
    approve.approve(desk.ctx, number, plan.count(desk.ctx, ask).zones)
    desk.start()
    assert desk.campaign(number).status is CampaignStatus.SENDING


MAILED = [
    {
        "NEWSLETTER_APPROVERS": "Ann Lee <ann@ngen.example>, Line Roy <line@ngen.example> fr",
        "NEWSLETTER_APPROVAL_DEPUTIES": "Jay Myers <jay@ngen.example>",
        "NEWSLETTER_NOTICES_SMTP_HOST": "127.0.0.1",
        "NEWSLETTER_NOTICES_SMTP_SECURITY": "none",
    }
]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("environ", MAILED, indirect=True)
def test_who_approved_is_asked_again_once_before_its_time_and_once_when_it_is_held(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    campaign, ask = draft(desk, ahead(desk, days=40))
    say_yes(desk, campaign.id, ask, "Line Roy")

    def asked() -> list[str]:
        renewing.sweep(desk.ctx)
        renewing.sweep(desk.ctx)
        reminding.sweep(desk.ctx)
        return [one.person for one in asking.of_campaign(desk.ctx, campaign.id) if one.open]

    desk.later(days=32)
    assert asked() == [], "eight days before nobody is asked yet"
    desk.later(days=1, hours=1)
    assert asked() == ["Line Roy"], "who approved it, not everybody who may"
    (first,) = asking.of_campaign(desk.ctx, campaign.id)
    assert (first.asked_by, first.deadline) == ("", desk.clock[0] + timedelta(hours=48))
    desk.later(days=7)
    desk.start()
    assert desk.campaign(campaign.id).reason == conclude.APPROVAL_OLD
    asked()
    assert asked() == ["Line Roy"]
    *_, last = asking.of_campaign(desk.ctx, campaign.id)
    due = desk.campaign(campaign.id).due_at
    assert due
    assert (last.number > first.number, last.deadline) == (True, due + timedelta(minutes=240)), (
        "while it can still go out by itself"
    )
    say_yes(desk, campaign.id, ask, "Line Roy")
    assert asked() == [], "it is approved: nobody is waited for"
    desk.start()
    assert desk.campaign(campaign.id).status is CampaignStatus.SENDING


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("environ", MAILED, indirect=True)
def test_a_count_that_is_off_is_asked_about_and_one_that_is_too_late_is_not(desk: Bench) -> None:
    seed(desk.ctx, people(10))
    number = desk.mailing(when=ahead(desk, days=5)).id
    seed(desk.ctx, people(12)[10:])
    desk.later(days=2, hours=13)
    assert renewing.sweep(desk.ctx) == 2, (
        "nobody of those who may be asked approved it: all of them, no deputy"
    )
    assert {one.person for one in asking.of_campaign(desk.ctx, number)} == {"Ann Lee", "Line Roy"}
    desk.later(days=2, hours=12)
    desk.start()
    assert desk.campaign(number).reason == conclude.COUNT_OFF
    desk.later(hours=4)
    reminding.sweep(desk.ctx)
    assert renewing.sweep(desk.ctx) == 0, "its time has passed for good: staff plan it anew"


@pytest.mark.usefixtures("unchanged")
def test_it_can_be_approved_again_ahead_of_its_time(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    when = ahead(desk, days=40)
    number = desk.mailing(when=when).id
    desk.later(days=20)
    assert approve.waiting(desk.ctx, number).status is SCHEDULED
    zones = plan.count(desk.ctx, approve.ask_of(desk.ctx, desk.campaign(number), edition())).zones
    assert approve.approve(desk.ctx, number, zones).status is SCHEDULED
    with pytest.raises(NotAllowed):
        approve.waiting(desk.ctx, number)
    desk.later(days=20, minutes=1)
    desk.start()
    assert desk.campaign(number).status is CampaignStatus.SENDING


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("more", "held"), [(1, False), (2, True)])
def test_a_count_that_is_off_by_more_than_a_tenth(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, more: int, held: bool
) -> None:
    seed(desk.ctx, people(10))
    number = desk.mailing(when=ahead(desk, days=5)).id
    everybody = people(10 + more)
    seed(desk.ctx, everybody[10:])
    jay = Listener()
    desk.later(days=2, hours=13)
    with listening(monkeypatch, jay):
        foresee.foresee(desk.ctx)
        notices.deliver(desk.ctx)
    asked = [one for one in jay.heard if "again" in one.subject]
    assert len(asked) == held
    if held:
        assert "12 recipients would get it now" in asked[0].paragraphs[0]
        assert approve.waiting(desk.ctx, number).id == number
    desk.later(days=2, hours=11, minutes=1)
    desk.start()
    found = desk.campaign(number)
    assert (found.status, found.reason) == (
        (HELD, conclude.COUNT_OFF) if held else (CampaignStatus.SENDING, "")
    )


@pytest.mark.usefixtures("unchanged")
def test_one_that_was_approved_before_approvals_were_kept_goes_out(desk: Bench) -> None:
    seed(desk.ctx, people(10))
    number = desk.mailing(when=ahead(desk, days=5)).id
    with desk.ctx.store.write() as db:
        db.execute(tables.approvals.delete())
    desk.later(days=5, minutes=1)
    desk.start()
    assert desk.campaign(number).status is CampaignStatus.SENDING


@TWO
@pytest.mark.usefixtures("unchanged")
def test_both_must_approve_again_ahead_of_its_time(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    campaign, ask = draft(desk, ahead(desk, days=40))
    for person in ("Ann Lee", "Line Roy"):
        say_yes(desk, campaign.id, ask, person)
    desk.later(days=20)
    say_yes(desk, campaign.id, ask, "Ann Lee")
    assert approve.waiting(desk.ctx, campaign.id).status is SCHEDULED, "one of them is not enough"
    say_yes(desk, campaign.id, ask, "Line Roy")
    with pytest.raises(NotAllowed):
        approve.waiting(desk.ctx, campaign.id)


@TWO
def test_half_an_approval_of_another_text_lets_neither_out(desk: Bench) -> None:
    """Held for its text, a mailing keeps the approved one until two people took the new."""
    seed(desk.ctx, people(5))
    campaign, ask = draft(desk)
    for person in ("Ann Lee", "Line Roy"):
        say_yes(desk, campaign.id, ask, person)
    plan.hold_different(desk.ctx, campaign)
    other = desk.keep(edition(word="-mended"))
    zones = plan.count(desk.ctx, ask).zones
    done = approve.approve(desk.ctx, campaign.id, zones, edition=other, yes=Yes(person="Ann Lee"))
    assert (done.status, done.edition) == (HELD, campaign.edition)
    assert [one.person for one in signing.count(desk.ctx, campaign.id).given] == ["Ann Lee"]
    done = approve.approve(desk.ctx, campaign.id, zones, edition=other, yes=Yes(person="Line Roy"))
    assert (done.status, done.edition) == (SCHEDULED, other)


@TWO
@pytest.mark.usefixtures("unchanged")
def test_the_new_time_of_the_rest_wants_two_people_as_well(desk: Bench) -> None:
    seed(desk.ctx, people(30))
    campaign, ask = draft(desk, ahead(desk, hours=2))
    for person in ("Ann Lee", "Line Roy"):
        say_yes(desk, campaign.id, ask, person)
    desk.later(hours=2)
    desk.start()
    move = reschedule.look(desk.ctx, campaign.id, ahead(desk, days=1))
    reschedule.reschedule(desk.ctx, move)
    assert reschedule.approve_rest(desk.ctx, campaign.id, Yes(person="Ann Lee")).status is HELD
    assert reschedule.begun(desk.campaign(campaign.id))
    assert (
        reschedule.approve_rest(desk.ctx, campaign.id, Yes(person="Line Roy")).status
        is CampaignStatus.SENDING
    )


def says(desk: Bench, where: str) -> None:
    (desk.ctx.root / "segments.toml").write_text(f"[some]\nwhere = '{where}'\n", encoding="utf-8")


@pytest.mark.usefixtures("unchanged")
def test_a_segment_that_says_something_else_than_was_approved_holds_the_mailing(desk: Bench) -> None:
    """As many people, but others: their number tells nobody."""
    seed(desk.ctx, people(12))
    says(desk, 'province == "ON"')
    when = ahead(desk, days=5)
    number = desk.mailing(when=when, include=("some",)).id
    says(desk, 'province  ==  "ON"')
    with pytest.raises(NotAllowed):
        approve.waiting(desk.ctx, number)
    says(desk, 'province == "QC"')
    assert approve.waiting(desk.ctx, number).id == number, "it can be approved again ahead of its time"
    desk.later(days=5, minutes=1)
    desk.start()
    held = desk.campaign(number)
    assert (held.status, held.reason) == (HELD, conclude.SEGMENT_DIFFERS)
    assert desk.witness.copies() == {}
    with pytest.raises(NotAllowed):
        control.resume(desk.ctx, number)
    ask = plan.Ask(edition(), AudienceRule(("some",)), "witness", when=when)
    approve.approve(desk.ctx, number, plan.count(desk.ctx, ask).zones)
    desk.start()
    assert desk.campaign(number).status is CampaignStatus.SENDING
    kept = signing.history(desk.ctx, number)
    assert [one.signed["segments"] for one in kept] == [
        {"some": 'province == "ON"'},
        {"some": 'province == "QC"'},
    ]


@TWO
def test_two_yeses_to_a_segment_that_was_edited_between_are_not_two(desk: Bench) -> None:
    seed(desk.ctx, people(12))
    says(desk, 'province == "ON"')
    ask = plan.Ask(edition(), AudienceRule(("some",)), "witness")
    number = plan.plan(desk.ctx, ask, {}).campaign.id
    assert say_yes(desk, number, ask, "Ann Lee").status is DRAFT
    says(desk, 'province == "QC"')
    assert say_yes(desk, number, ask, "Line Roy").status is DRAFT
    assert say_yes(desk, number, ask, "Ann Lee").status is SCHEDULED
