"""`newsletter send --rehearse`: the whole send, to the real audience, against the emulator; nothing of it in the real books.

In: what `send` was asked, faults. Out: how it went and how long the real one takes, as text or JSON. Called by cli.send.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli import asking, running
from newsletter.cli.output import counted, json_out, spaced
from newsletter.cli.rehearsal_stage import FAULTS, Stage, stage
from newsletter.model.errors import NotFound
from newsletter.pipeline import approve, asked, build, plan, rehearsal
from newsletter.pipeline.freeze import freeze
from newsletter.pipeline.progress import progress
from newsletter.pipeline.rehearsal import Rehearsed
from newsletter.worker.embedded import Runner

_PATIENCE = 20.0  #: seconds for events to prove what was not confirmed
_PROVIDER = "sendgrid"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, as `send` takes it."""

    issue: str
    segments: tuple[str, ...]
    excluded: tuple[str, ...]
    again: str
    faults: str
    window: str
    gentle: bool
    at_once: bool

    def earnest(self, place: app.Place) -> rehearsal.Earnest:
        """How the real one would leave. The rehearsal itself waits for no window."""
        gently = self.gentle or (place.settings.official and not self.at_once)
        return rehearsal.Earnest(place.settings, gently, self.window)


def rehearse(wanted: Wanted, *, as_json: bool) -> int:
    """Rehearse one send; 0 when everybody would have it once, 3 when a person would be asked, 1 when the issue has errors."""
    place = app.locate()
    _require_faults(wanted.faults)
    if not as_json:
        click.echo("A rehearsal: in a copy of the books, against the emulator. Nobody is mailed.", err=True)
    with stage(place, wanted.faults) as played:
        rehearsal.alone(played.ctx)
        slug = build.find(played.ctx, _inside(wanted.issue, place.root, played.ctx.root), played.ctx.root)
        frozen = freeze(played.ctx, slug)
        if not as_json:
            asking.show_frozen(played.ctx, frozen)
        if frozen.edition is None or frozen.issue is None:
            click.echo("It would not be sent: the errors above come first.", err=True)
            return cli.REFUSED
        answers = asked.settle(played.ctx, frozen.issue, wanted.segments, wanted.excluded)
        ask = plan.Ask(frozen.edition, answers.audience, _PROVIDER, again=wanted.again)
        ask = replace(ask, again=rehearsal.again(played.ctx, ask))
        counts, survey = plan.surveyed(played.ctx, ask)
        if not as_json:
            asking.show(answers, ask.edition, counts, ["now"], survey)
        asking.require_somebody(counts)
        planned = plan.plan(played.ctx, ask, frozen.files)
        approve.approve(played.ctx, planned.campaign.id, counts.zones)
        made = _play(played, planned.campaign.id, wanted, place)
    _told(made, place.settings.whole("send.rate_per_minute"), as_json=as_json)
    return cli.DONE if made.good else cli.OPEN


def _require_faults(faults: str) -> None:
    if faults not in FAULTS and not Path(faults).is_file():
        raise NotFound(
            f"there are no faults {faults!r}",
            code="faults-unknown",
            hint=f"Name one of {', '.join(FAULTS)}, or a file (docs/reference/emulator.md).",
        )


def _inside(given: str, root: Path, copy: Path) -> str:
    """What was typed, seen from the copy."""
    path = Path.cwd() / given
    return str(copy / path.relative_to(root)) if path.exists() and path.is_relative_to(root) else given


def _play(played: Stage, campaign: int, wanted: Wanted, place: app.Place) -> Rehearsed:
    begun = time.monotonic()
    running.run_to_end(played.ctx, campaign, quiet=True)
    took = time.monotonic() - begun
    _settle(played, campaign)
    return rehearsal.rehearsed(played.ctx, campaign, played.seen(), took, wanted.earnest(place))


def _settle(played: Stage, campaign: int) -> None:
    """What is not confirmed is proven by events, as in earnest, where they come."""
    until = time.monotonic() + _PATIENCE

    def clear() -> bool:
        books = progress(played.ctx, campaign).books
        return not (books.in_doubt or books.held) or time.monotonic() > until

    played.flush()
    runner = Runner(played.ctx, only=campaign)
    if not clear() and runner.start():
        try:
            runner.run(clear)
        finally:
            runner.close()


def _told(made: Rehearsed, rate: int, *, as_json: bool) -> None:
    if as_json:
        json_out(made.as_json())
        return
    for line in _lines(made, rate):
        click.echo(line)


def _lines(made: Rehearsed, rate: int) -> Iterator[str]:
    seen = made.seen
    yield click.style(_verdict(made), bold=True)
    yield (
        f"  {counted(made.recipients, 'recipient')}: {spaced(made.accepted)} handed over, {spaced(made.skipped)} skipped, "
        f"{spaced(made.rejected)} refused, {spaced(made.unclear)} not confirmed, {spaced(made.pending)} still to go."
    )
    yield (
        f"  {counted(made.variants, 'text')}, {counted(made.batches, 'group')} of recipients, {counted(seen.requests, 'request')}, "
        f"{seen.size / 1e6:.1f} MB. It counts as {counted(made.recipients, 'mail')} with the provider."
    )
    pace = f" at {spaced(rate)} a minute" if rate else ""
    yield f"  {made.seconds:.1f} s here, without waiting; your account{pace} takes {_long(max(made.paced, made.seconds))}."
    if last := made.last("en"):
        yield f"  Within its window, sent now, the last would leave {last}."
    met = [f"{name} × {number}" for name, number in seen.faults.items()]
    if seen.refused:
        met.append(f"{counted(seen.refused, 'request')} refused")
    if met:
        yield f"  Met on the way: {', '.join(met)}."
    if made.sentence:
        yield f"  It would stand still here: {made.sentence}"
    for remark in seen.remarks:
        yield f"  The emulator remarks: {remark}."


def _verdict(made: Rehearsed) -> str:
    seen = made.seen
    if made.good:
        return f"Everyone once: the emulator took {spaced(seen.people)} people, nobody twice."
    twice = f", {spaced(seen.twice)} of them twice" if seen.twice else ", nobody twice"
    return (
        f"It would wait for you ({made.status.value}): the emulator took {spaced(seen.people)} people{twice}."
    )


def _long(seconds: float) -> str:
    """A duration for reading."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"about {max(round(seconds), 1)} s"
    hours, minutes = divmod(minutes, 60)
    return f"about {hours} h {minutes} min" if hours else f"about {minutes} min"
