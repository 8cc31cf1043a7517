"""Once: a form acts once, however often it is posted: double click, two tabs, a replayed request, after a restart.

In: whose form, its id, what to do. Out: the answer, the first's for all others. Called by the studio.

The id is written down, committed, before the act begins; the answer after it. A second post waits for the first and gets its
answer. Where the program ended between the two, nobody knows what was done: that is said, and nothing is done again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Event, Lock

from newsletter.model.errors import Explained, NotAllowed, NotFound
from newsletter.model.said import Said, said
from newsletter.pipeline.context import Context
from newsletter.store import forms

KEPT = timedelta(days=2)  #: how long a used form is remembered: longer than any session
PATIENCE = 120.0  #: seconds that a second post waits for the first

Answer = Mapping[str, object]


class Once:
    """The forms that are acted on now in this process; what was acted on before is in the database."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lock = Lock()
        self._under_way: dict[tuple[int, str], Event] = {}

    def run(self, account: int, form: str, path: str, act: Callable[[], Answer]) -> Answer:
        """Act, or give the answer of whoever acted first with this form. Raises what the act raised; NotAllowed where a first
        act is not known to have ended."""
        key = (account, form)
        with self._lock:
            mine = Event()
            first = self._under_way.setdefault(key, mine)
        if first is not mine:
            first.wait(PATIENCE)
            return self._before(account, form)
        try:
            with self._ctx.store.write() as db:
                now = self._ctx.now()
                fresh = forms.begin(db, account, form, path, now)
                forms.forget(db, now - KEPT)
            return self._act(account, form, act) if fresh else self._before(account, form)
        finally:
            with self._lock:
                self._under_way.pop(key, None)
            mine.set()

    def _act(self, account: int, form: str, act: Callable[[], Answer]) -> Answer:
        try:
            answer = act()
        except Explained as error:
            missing = isinstance(error, NotFound)
            message, hint = ((one.en, one.fr) for one in error.said)
            told = {"message": message, "code": error.code, "hint": hint, "missing": missing}
            self._end(account, form, {"error": told})
            raise
        self._end(account, form, answer)
        return answer

    def _end(self, account: int, form: str, answer: Answer) -> None:
        with self._ctx.store.write() as db:
            forms.end(db, account, form, self._ctx.now(), json.dumps(answer))

    def _before(self, account: int, form: str) -> Answer:
        with self._ctx.store.read() as db:
            used = forms.get(db, account, form)
        if used is None or used.ended_at is None:
            raise NotAllowed(
                Said(
                    "this was asked for before, and the program ended before it could say whether it was done",
                    "ceci a déjà été demandé, et le programme s’est arrêté avant de pouvoir dire si c’est fait",
                ),
                code="form-unfinished",
                hint=Said(
                    "Nothing was done now. Look whether it shows below before you try again.",
                    "Rien n’a été fait cette fois. Vérifiez ci-dessous si c’est fait avant de recommencer.",
                ),
            )
        answer: dict[str, object] = json.loads(used.answer)
        told = answer.get("error")
        if isinstance(told, dict):
            kind = NotFound if told["missing"] else NotAllowed
            raise kind(_said(told["message"]), code=told["code"], hint=_said(told["hint"]))
        return answer


def _said(kept: list[str] | str) -> Said:
    """A sentence as it was kept: a pair, or in English alone by an older version."""
    return said(kept) if isinstance(kept, str) else Said(*kept)
