"""Once: double click, two tabs, replay, restart: the act runs once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.model.account import Account, Role
from newsletter.model.errors import Explained, NotAllowed, NotFound
from newsletter.pipeline.once import Once
from newsletter.store import accounts, tables
from tests.mailed import Mailed, world

FORM = "f" * 24


@pytest.fixture
def mailed(tmp_path: Path, database: Path) -> Iterator[Mailed]:
    (tmp_path / "var").mkdir()
    shutil.copy(database, tmp_path / "var" / "newsletter.db")  # migrated already
    with world(tmp_path) as made:
        with made.ctx.store.write() as db:
            for name in ("Ana", "Ben"):
                fresh = Account(0, name, f"{name}@ngen.example", frozenset({Role.SENDER}))
                accounts.put(db, fresh, made.clock(), "tester")
        yield made


class Counted:
    """An act that counts itself; it may wait for its leave, and may fail."""

    def __init__(self, leave: threading.Event | None = None, error: Exception | None = None) -> None:
        self.times = 0
        self.begun = threading.Event()
        self._leave, self._error = leave, error

    def __call__(self) -> dict[str, object]:
        self.times += 1
        self.begun.set()
        if self._leave:
            assert self._leave.wait(20)
        if self._error:
            raise self._error
        return {"to": f"/made/{self.times}", "said": "Fait."}


def test_the_second_gets_the_answer_of_the_first(mailed: Mailed) -> None:
    act, once = Counted(), Once(mailed.ctx)
    answers = [once.run(1, FORM, "/x", act) for _ in range(3)]
    assert answers == [{"to": "/made/1", "said": "Fait."}] * 3
    assert Once(mailed.ctx).run(1, FORM, "/x", act) == answers[0]  # after a restart
    assert act.times == 1
    assert once.run(2, FORM, "/x", act)["to"] == "/made/2", "another person's form is another form"


def test_who_presses_while_the_first_is_under_way_waits_for_it(mailed: Mailed) -> None:
    leave = threading.Event()
    act, once = Counted(leave), Once(mailed.ctx)
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.append(once.run(1, FORM, "/x", act))) for _ in range(8)
    ]
    for one in threads:
        one.start()
    assert act.begun.wait(20)
    assert answers == []
    leave.set()
    for one in threads:
        one.join(20)
    assert answers == [{"to": "/made/1", "said": "Fait."}] * 8
    assert act.times == 1


@pytest.mark.parametrize("kind", [NotAllowed, NotFound])
def test_a_refusal_is_refused_again_without_trying(mailed: Mailed, kind: type[Explained]) -> None:
    act, once = Counted(error=kind("no", code="some-code", hint="Do that.")), Once(mailed.ctx)
    for _ in range(2):
        with pytest.raises(kind) as told:
            once.run(1, FORM, "/x", act)
        assert (told.value.message, told.value.code, told.value.hint) == ("no", "some-code", "Do that.")
    assert act.times == 1


@pytest.mark.parametrize("restarted", [False, True])
def test_of_an_act_that_never_ended_nobody_says_that_it_did(mailed: Mailed, *, restarted: bool) -> None:
    act, once = Counted(error=RuntimeError("the power went")), Once(mailed.ctx)
    with pytest.raises(RuntimeError):
        once.run(1, FORM, "/x", act)
    with pytest.raises(NotAllowed, match="ended before it could say") as told:
        (Once(mailed.ctx) if restarted else once).run(1, FORM, "/x", act)
    assert told.value.code == "form-unfinished"
    assert act.times == 1


def test_it_is_written_down_before_the_act_begins(mailed: Mailed) -> None:
    seen: list[object] = []

    def act() -> dict[str, object]:
        seen.extend(mailed.rows(tables.used_forms))
        return {"to": "/", "said": ""}

    Once(mailed.ctx).run(1, FORM, "/x", act)
    assert [(row["form"], row["ended_at"]) for row in seen] == [(FORM, None)]  # type: ignore[index]


def test_forms_are_forgotten_when_no_session_can_hold_them_any_more(mailed: Mailed) -> None:
    once = Once(mailed.ctx)
    once.run(1, FORM, "/x", Counted())
    mailed.clock.forward(47 * 3600)
    once.run(1, "g" * 24, "/x", Counted())
    assert len(mailed.rows(tables.used_forms)) == 2
    mailed.clock.forward(2 * 3600)
    once.run(1, "h" * 24, "/x", Counted())
    assert [row["form"][0] for row in mailed.rows(tables.used_forms)] == ["g", "h"]
