"""A greeting every year, over five years of a moving clock: a draft each time, never sent without its own approval, never silent."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import app, cli
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.finding import Finding
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import (
    approve,
    control,
    due,
    foresee,
    freeze,
    last_time,
    notices,
    plan,
    series,
)
from newsletter.pipeline.context import Context
from newsletter.pipeline.schedule import instant
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.planning import when
from newsletter.planning.plan import LocalPlan
from newsletter.store import series as rows
from newsletter.store import tables
from tests.faults.stage import SLUG, make_workspace
from tests.told import Listener, listening

DRAFT, SCHEDULED, HELD = CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.HELD
CHRISTMAS = ("--holiday", "christmas-day", "--offset", "-3 working days", "--at", "09:00", "--every", "year")
#: three working days before Christmas, by the calendar of Ontario
DAYS = ["2026-12-22", "2027-12-22", "2028-12-20", "2029-12-20", "2030-12-20", "2031-12-22"]


@dataclass
class Years:
    """A program that runs for years, its clock, and who listens."""

    folder: Path
    ctx: Context
    clock: list[datetime]
    patch: pytest.MonkeyPatch
    jay: Listener = field(default_factory=Listener)

    def command(self, *arguments: str) -> int:
        """A command that a person types now."""
        self.patch.setenv("NEWSLETTER_CLOCK", self.clock[0].isoformat())
        return cli.main(list(arguments))

    def schedule(self, *when: str) -> None:
        assert self.command("schedule", SLUG, "-s", "everyone", *when, "--yes", "--json") == 0

    def until(self, day: str, step: timedelta = timedelta(days=5)) -> None:
        """The worker looks after its affairs until an hour after a day's mailing: now and then at first, more often towards the end."""
        end = datetime.fromisoformat(f"{day}T14:10:00+00:00")
        with listening(self.patch, self.jay):
            while True:
                self.round()
                if self.clock[0] >= end:
                    break
                far = end - self.clock[0] > timedelta(days=35)
                self.clock[0] = min(self.clock[0] + (timedelta(days=20) if far else step), end)
            self.clock[0] += series.LOOK
            self.round()

    def round(self) -> None:
        series.attend(self.ctx)
        due.hold_late(self.ctx)
        due.start_due(self.ctx)
        worker = Desk(self.ctx, "me")
        while submit_next(worker):
            pass
        foresee.foresee(self.ctx)
        notices.deliver(self.ctx)

    def approve(self, campaign: int) -> None:
        """What `newsletter approve` does, without another process for the renderer."""
        found, table = approve.waiting(self.ctx, campaign), approve.timetable_of(self.ctx, campaign)
        assert table
        edition = freeze.freeze(self.ctx, SLUG, instant(table)).edition
        assert edition
        counts = plan.count(self.ctx, approve.ask_of(self.ctx, found, edition))
        plan.keep(self.ctx, edition, {})
        approve.approve(self.ctx, campaign, counts.zones, edition=edition.id)

    def campaigns(self) -> list[Campaign]:
        return sorted(control.every(self.ctx), key=lambda one: one.occurrence)

    def mails(self) -> int:
        return len(list((self.folder / "var" / "outbox").rglob("*.eml")))

    def subjects(self, beginning: str) -> list[str]:
        return [subject for subject in self.jay.subjects if subject.startswith(beginning)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two members, made once."""
    return make_workspace(tmp_path_factory.mktemp("series") / "workspace", 2)


@pytest.fixture
def years(tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Years]:
    folder = shutil.copytree(made, tmp_path / "workspace")
    monkeypatch.chdir(folder)
    clock = [datetime(2026, 11, 2, 15, tzinfo=UTC)]
    monkeypatch.setenv("NEWSLETTER_CLOCK", clock[0].isoformat())
    # Each is approved as soon as it is planned, months ahead: what becomes of so old an approval is told in test_approving.
    monkeypatch.setenv("NEWSLETTER_APPROVAL_DAYS", "0")
    with ExitStack() as stack:
        ctx = app.build(app.locate(folder), stack)
        yield Years(folder, replace(ctx, now=lambda: clock[0]), clock, monkeypatch)


def edit(years: Years, year: int) -> None:
    """The letter of that year."""
    path = years.folder / "issues" / f"{SLUG}.md"
    text = path.read_text(encoding="utf-8").partition("\nThis was")[0]
    path.write_text(f"{text}\nThis was {'more than ' * (year - 2025)}a good year.\n", encoding="utf-8")


@pytest.mark.ci
def test_five_years_each_with_its_own_approval(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    for number, day in enumerate(DAYS[:5]):
        years.until(day)
        now = years.campaigns()
        assert [one.occurrence for one in now] == DAYS[: number + 2]
        assert [one.status for one in now] == [CampaignStatus.FINISHED] * (number + 1) + [DRAFT]
        assert years.mails() == 2 * (number + 1)
        edit(years, 2027 + number)
        years.clock[0] += timedelta(days=200)
        years.approve(now[-1].id)
    assert len({one.edition for one in years.campaigns()[1:5]}) == 4
    (shown,) = series.listed(years.ctx)
    assert (shown.campaign, shown.status, shown.occurrences) == (years.campaigns()[-1].id, SCHEDULED, 6)
    assert shown.next_at == datetime(2031, 12, 22, 9)
    assert len(years.subjects("Finished")) == 5


@pytest.mark.ci
def test_not_approved_it_is_held_and_told_and_next_year_comes_all_the_same(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    years.until("2026-12-22")
    for number, day in enumerate(DAYS[1:4], 2):
        years.until(day, timedelta(hours=20))
        held = years.campaigns()[number - 1]
        assert (held.occurrence, held.status, held.reason) == (day, HELD, "not-approved")
        assert len(years.subjects("Held")) == number - 1
        assert len(years.subjects("Please approve")) == 3 * (number - 1)
        with pytest.raises(NotAllowed) as raised:
            control.resume(years.ctx, held.id)
        assert raised.value.code == "not-approved"
    assert years.mails() == 2, "only what was approved went out"
    years.clock[0] += timedelta(days=310)
    years.round()
    assert [one.status for one in years.campaigns()][-2:] == [HELD, DRAFT], "made at the latest 60 days ahead"


def test_held_for_want_of_an_approval_it_can_still_be_approved_the_same_day(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    years.until("2026-12-22")
    years.until("2027-12-22")
    held = years.campaigns()[1]
    assert held.status is HELD
    years.clock[0] += timedelta(hours=2)
    years.approve(held.id)
    years.round()
    assert control.find(years.ctx, held.id).status is CampaignStatus.FINISHED
    assert years.mails() == 4


@pytest.mark.ci
def test_held_and_too_late_it_stays_where_it_is(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    years.until("2027-12-24")
    held = years.campaigns()[1]
    assert held.status is HELD
    assert years.command("approve", str(held.id), "--yes") == 1
    control.cancel(years.ctx, held.id)
    assert control.find(years.ctx, held.id).status is CampaignStatus.CANCELLED


@pytest.mark.ci
def test_the_twenty_ninth_of_february(years: Years) -> None:
    years.clock[0] = datetime(2027, 11, 2, 15, tzinfo=UTC)
    years.schedule("--at", "2028-02-29 09:00", "--every", "year")
    for day in ("2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"):
        years.until(day)
        years.approve(years.campaigns()[-1].id)
    assert [one.occurrence for one in years.campaigns()] == [
        "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29", "2033-02-28",
    ]  # fmt: skip
    assert years.mails() == 10


def test_a_machine_that_slept_for_years_tells_what_was_missed_and_goes_on(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    years.until("2026-12-23")
    control.cancel(years.ctx, years.campaigns()[-1].id)
    years.clock[0] = datetime(2029, 3, 1, tzinfo=UTC)
    with listening(years.patch, years.jay):
        years.round()
        years.round()
    assert [one.occurrence for one in years.campaigns()] == [DAYS[0], DAYS[1], DAYS[3]]
    (missed,) = [message for message in years.jay.heard if message.subject.startswith("Missed")]
    assert "Wednesday 20 December 2028" in missed.paragraphs[0]
    assert years.mails() == 2


@pytest.mark.ci
def test_a_killed_look_is_made_good_by_the_next(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    years.until("2026-12-22")
    with years.ctx.store.write() as db:  # killed after the draft was written, before it was linked
        db.execute(tables.occurrences.delete().where(tables.occurrences.c.occurrence == DAYS[1]))
    years.approve(years.campaigns()[-1].id)
    years.clock[0] += timedelta(hours=2)
    years.round()
    assert [(one.occurrence, one.status) for one in years.campaigns()] == [
        (DAYS[0], CampaignStatus.FINISHED),
        (DAYS[1], SCHEDULED),
    ]
    (shown,) = series.listed(years.ctx)
    assert shown.campaign == years.campaigns()[1].id


@pytest.mark.ci
def test_an_issue_with_errors_is_told_and_tried_again(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    years.until("2026-12-21")
    path = years.folder / "issues" / f"{SLUG}.md"
    good = path.read_text(encoding="utf-8")
    years.until("2026-12-22", timedelta(minutes=30))
    made = years.campaigns()[-1]
    assert made.status is DRAFT
    control.cancel(years.ctx, made.id)
    path.write_text(good + "\nTODO: write this\n", encoding="utf-8")
    years.until("2027-11-01")
    (shown,) = series.listed(years.ctx)
    assert "TODO" in shown.trouble
    assert len(years.subjects("Not prepared yet")) == 1
    path.unlink()
    years.until("2027-11-03")
    assert len(years.subjects("Not prepared yet")) == 1, "each occurrence once"
    path.write_text(good, encoding="utf-8")
    years.until("2027-11-05")
    (shown,) = series.listed(years.ctx)
    assert (shown.trouble, shown.status) == ("", DRAFT)


@pytest.mark.ci
def test_the_same_series_asked_for_again_is_one_and_another_time_replaces_it(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    years.schedule(*CHRISTMAS)
    years.until("2026-12-22")
    assert len(series.listed(years.ctx)) == 1
    years.schedule("--holiday", "new-years-day", "--at", "10:00", "--every", "year")
    with years.ctx.store.read() as db:
        found = {one.occurrence: one.status for one in rows.of_series(db, 1)}
    assert found == {DAYS[0]: "finished", DAYS[1]: "cancelled", "2027-01-01": "scheduled"}
    assert len(series.listed(years.ctx)) == 1


def test_it_ends(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    years.until("2026-12-22")
    draft = years.campaigns()[-1]
    assert series.end(years.ctx, 1) == ([draft.id], [])
    years.until("2029-01-01", timedelta(days=60))
    assert [one.status.value for one in years.campaigns()] == ["finished", "cancelled"]
    assert series.listed(years.ctx) == []
    with pytest.raises(NotAllowed):
        series.end(years.ctx, 1)
    for number in (2, 0, -1, 2**70):
        with pytest.raises(NotFound):
            series.end(years.ctx, number)


@pytest.mark.ci
def test_what_is_approved_still_goes_out_when_a_series_ends(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    assert series.end(years.ctx, 1) == ([], [1])
    years.until("2027-01-10")
    assert [one.status.value for one in years.campaigns()] == ["finished"]


def test_a_plan_of_one_day_is_no_series(years: Years) -> None:
    years.schedule("--at", "2026-12-21 09:00")
    assert series.listed(years.ctx) == []


def test_a_plain_draft_that_nobody_approved_is_held_and_can_be_planned_anew(years: Years) -> None:
    years.schedule("--at", "2026-12-21 09:00")
    with years.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(status="draft", due_at=None))
    years.until("2026-12-21")
    (held,) = years.campaigns()
    assert (held.status, held.reason) == (HELD, "not-approved")
    years.schedule("--at", "2026-12-23 09:00")
    years.until("2026-12-23")
    (again,) = years.campaigns()
    assert (again.id, again.status) == (held.id, CampaignStatus.FINISHED)


# --- what the checks say of next year's draft ---


def judged(years: Years, campaign: int) -> list[Finding]:
    table = approve.timetable_of(years.ctx, campaign)
    assert table
    occasion = last_time.occasion(years.ctx, SLUG, table, campaign)
    return [
        one
        for one in freeze.freeze(years.ctx, SLUG, instant(table), occasion).findings
        if one.check in {"last-years-text", "dateline", "holiday-name"}
    ]


def test_last_years_text_is_remarked_on_until_it_is_written_anew(years: Years) -> None:
    years.schedule(*CHRISTMAS)
    years.until("2026-12-22")
    draft = years.campaigns()[-1]
    (found,) = judged(years, draft.id)
    assert (found.check, found.message) == ("last-years-text", "this is the text that went out on 2026-12-22")
    path = years.folder / "issues" / f"{SLUG}.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nHappy Canada Day!\n", encoding="utf-8")
    (found,) = judged(years, draft.id)
    assert found.check == "holiday-name"


@pytest.mark.ci
def test_next_years_greeting_can_be_tried_in_october(
    years: Years, capsys: pytest.CaptureFixture[str]
) -> None:
    years.schedule(*CHRISTMAS)
    years.until("2026-12-22")
    years.clock[0] = datetime(2027, 10, 4, 15, tzinfo=UTC)
    edit(years, 2027)
    path = years.folder / "issues" / f"{SLUG}.md"
    text = path.read_text(encoding="utf-8").replace(
        "template: plain\n", "template: plain\ndate: 2027-12-22\n"
    )
    path.write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert years.command("test", SLUG, "--to", "me@reader.example", "--json") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["planned_for"] == "2027-12-22T09:00"
    assert years.command("test", SLUG, "--to", "me@reader.example") == 0
    told = capsys.readouterr()
    assert "dateline" not in told.err, "dates are judged against the planned day"
    assert "on 2027-12-22" in told.out
    assert [one.status for one in years.campaigns()][-1] is DRAFT


@pytest.mark.ci
def test_it_stands_in_the_lists(years: Years, capsys: pytest.CaptureFixture[str]) -> None:
    years.schedule(*CHRISTMAS, "--zone", "member")
    years.until("2026-12-22", timedelta(days=1))
    capsys.readouterr()
    assert years.command("campaigns", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    (one,) = shown["series"]
    assert (one["series"], one["issue"], one["next"]) == (1, SLUG, "2027-12-22T09:00")
    assert (one["zone"], one["status"], one["campaign"]) == ("member", "draft", 2)
    assert [row["occurrence"] for row in shown["campaigns"]] == [DAYS[1], DAYS[0]]
    assert years.command("campaigns") == 0
    assert (
        "Every year (series 1): note to everyone; next 2027-12-22 09:00, each reader's own time"
        in capsys.readouterr().out
    )
    assert years.command("series", "end", "1") == 0
    assert years.command("series", "list") == 0
    assert "No series." in capsys.readouterr().out


def test_a_series_is_recorded_only_for_what_was_planned(years: Years) -> None:
    assert years.command("schedule", SLUG, "-s", "everyone", *CHRISTMAS, "--dry-run", "--json") == 0
    assert series.listed(years.ctx) == []


# --- which day comes next ---


def after(wish: ScheduleWish, start: datetime, count: int) -> list[LocalPlan]:
    """The first occurrences of a wish, each found from the day of the one before, as the worker does."""
    plans = [when.plan(wish, zone="America/Toronto", calendar="CA-ON", now=start)]
    while len(plans) < count:
        last = SimpleNamespace(occurrence=plans[-1].occurrence)
        plans.append(when.plan(wish, zone="America/Toronto", calendar="CA-ON", now=series._after(last)))
    return plans


@given(
    st.dates(date(2026, 1, 1), date(2034, 12, 31)),
    st.times().map(lambda time: f"{time:%H:%M}"),
    st.sampled_from(["member", "America/St_Johns", "Pacific/Kiritimati", "Etc/GMT+12"]),
)
def test_a_day_comes_once_every_year(day: date, hour: str, zone: str) -> None:
    wish = ScheduleWish(at=f"{day} {hour}", zone=zone, every="year")
    found = after(wish, datetime(2025, 6, 1, tzinfo=UTC), 6)
    assert [one.day.year for one in found] == list(range(day.year, day.year + 6))
    assert {(one.day.month, one.day.day) for one in found} <= {(day.month, day.day), (2, 28)}


@given(
    st.sampled_from(
        ["christmas-day", "new-years-day", "canada-day", "labour-day", "easter-sunday", "family-day"]
    ),
    st.sampled_from(["", "-3 working days", "+1 day", "-2 weeks", "-30 working days"]),
    st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
)
def test_a_holiday_comes_once_every_year(key: str, offset: str, start: datetime) -> None:
    found = after(ScheduleWish(holiday=key, at="09:00", offset=offset, every="year"), start, 6)
    feasts = [one.holiday.day.year for one in found if one.holiday]
    assert feasts == list(range(feasts[0], feasts[0] + 6))
    assert len({one.occurrence for one in found}) == 6
