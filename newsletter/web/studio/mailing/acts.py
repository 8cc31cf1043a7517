"""What a person does to one mailing: stop it, let it go on, end it, decide what is not confirmed.

In: forms. Out: acts of the verbs, then the mailing's page. Called by web.studio.mailing.

Stopping is one click. Whatever lets mail leave wants the number typed: of those whom it would reach.
"""

from __future__ import annotations

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import control, hold, lease, record, settle
from newsletter.pipeline.watching import watch
from newsletter.web.studio.mailing.one import forget
from newsletter.web.studio.routing import Act, Way
from newsletter.web.studio.visit import Visit


def require_typed(visit: Visit, people: int) -> None:
    """The number as it was shown, by hand. Raises NotAllowed."""
    typed = "".join(character for character in visit.form.get("typed", "") if character.isdecimal())
    if typed == str(people):
        return
    raise NotAllowed(
        visit.w("mailing_not_typed", n=people), code="not-confirmed", hint=visit.w.mailing_not_typed_step
    )


def _number(visit: Visit) -> int:
    return int(visit.path["number"])


def _back(visit: Visit, said: str = "") -> Response:
    forget(visit)
    return visit.to(f"/mailings/{_number(visit)}", said)


def stop(visit: Visit) -> Response:
    """Nothing new leaves, at once."""
    control.pause(visit.ctx, _number(visit), visit.form.get("reason", ""))
    now = watch(visit.ctx, _number(visit))
    return _back(visit, visit.w("mailing_stopped", n=now.taken, rest=now.pending))


def resume(visit: Visit) -> Response:
    """It goes on, with the text that was approved."""
    lease.require(visit.ctx)
    require_typed(visit, watch(visit.ctx, _number(visit)).pending)
    control.resume(visit.ctx, _number(visit))
    return _back(visit, visit.w.mailing_goes_on)


def cancel(visit: Visit) -> Response:
    """What has not been handed over never is."""
    control.cancel(visit.ctx, _number(visit))
    now = watch(visit.ctx, _number(visit))
    return _back(visit, visit.w("mailing_ended", n=now.taken))


def release(visit: Visit) -> Response:
    """Let out of a hold on everything, by itself; late where its time was missed meanwhile and a person says so."""
    lease.require(visit.ctx)
    require_typed(visit, watch(visit.ctx, _number(visit)).pending)
    hold.release(visit.ctx, _number(visit), late=visit.form.get("late") == "yes")
    return _back(visit, visit.w.mailing_goes_on)


def look_again(visit: Visit) -> Response:
    """Take what has come in, and see what it proves."""
    record.apply_new(visit.ctx)
    found = settle.look(visit.ctx, _number(visit))
    said = visit.w("settling_proven", n=found.accepted) if found.accepted else visit.w.settling_nothing_new
    return _back(visit, said)


def assume(visit: Visit) -> Response:
    """Count what may have been taken as handed over; nobody gets two copies."""
    settle.decide(visit.ctx, _number(visit), settle.Decision.ASSUME, _batch(visit))
    return _back(visit, visit.w.settling_assumed)


def again(visit: Visit) -> Response:
    """Hand it over once more; some may get two copies."""
    lease.require(visit.ctx)
    only = _batch(visit)
    cases = settle.cases(visit.ctx, _number(visit))
    require_typed(visit, sum(case.people for case in cases if only in (None, case.batch)))
    settle.decide(visit.ctx, _number(visit), settle.Decision.AGAIN, only)
    return _back(visit, visit.w.settling_once_more)


def _batch(visit: Visit) -> int | None:
    given = visit.form.get("batch", "")
    if not given:
        return None
    return int(given) if given.isdecimal() and len(given) < 19 else 0  # of no batch: never of all


ROUTES: tuple[Way, ...] = (
    Act("/mailings/{number:int}/stop", stop, need=Right.WRITE),
    Act("/mailings/{number:int}/resume", resume, need=Right.SEND),
    Act("/mailings/{number:int}/cancel", cancel, need=Right.WRITE),
    Act("/mailings/{number:int}/release", release, need=Right.SEND),
    Act("/mailings/{number:int}/look", look_again, need=Right.WRITE),
    Act("/mailings/{number:int}/assume", assume, need=Right.SEND),
    Act("/mailings/{number:int}/again", again, need=Right.SEND),
)
