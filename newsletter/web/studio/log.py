"""The log of everything that somebody did, in sentences.

In: visits. Out: a page. Called by web.studio.sections.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.pipeline import log
from newsletter.web.studio.routing import Page, Way
from newsletter.web.studio.visit import Visit
from newsletter.web.studio.words import Words, table

_MAILINGS = frozenset(
    {
        "absence-proven",
        "approve",
        "cancel",
        "correct",
        "draft",
        "export-receipt",
        "hold",
        "look-again",
        "pause",
        "plan",
        "release",
        "reschedule",
        "resume",
        "settle",
    }
)


def key(act: str) -> str:
    """The word of an act's sentence."""
    return "log_" + act.replace("-", "_").replace(" ", "_")


def sentence(w: Words, line: log.Line) -> str:
    """One line of the log, for people."""
    known = key(line.act)
    values = {"actor": line.actor, "subject": line.subject, "reason": str(line.detail.get("reason", ""))}
    if known in table():
        return w(known, **values)
    return w("log_other", act=line.act, **values).strip()


def where(line: log.Line) -> str:
    """The page of what a line is about; empty where there is none."""
    return f"/mailings/{line.subject}" if line.act in _MAILINGS and line.subject.isdigit() else ""


def shown(visit: Visit) -> Response:
    """Who did what, newest first; by person, act and subject."""
    wanted = {name: visit.query.get(name, "")[:200] for name in ("who", "what", "about")}
    before = visit.query.get("before", "")
    asked = log.Asked(
        wanted["who"], wanted["what"], wanted["about"], int(before[:18]) if before.isdecimal() else None
    )
    found = log.read(visit.ctx, asked)
    rows = [(line, sentence(visit.w, line), where(line)) for line in found.lines]
    older = f"/settings/log?{urlencode(wanted | {'before': found.older})}" if found.older else ""
    return visit.page(
        "settings/log.html",
        title=visit.w.settings_title,
        rows=rows,
        found=found,
        wanted=wanted,
        older=older,
        act_name=lambda act: _named(visit.w, act),
    )


def _named(w: Words, act: str) -> str:
    """An act as the filter lists it: its sentence without the one who did it."""
    known = key(act)
    if known not in table():
        return act
    bare = w(known, actor="", subject="…", reason="…").strip(" .")
    return bare[:1].upper() + bare[1:]


ROUTES: tuple[Way, ...] = (Page("/settings/log", shown, need=Right.LOOK),)
