"""The runner: one at a time, and never one that holds the lock and does nothing."""

from __future__ import annotations

import pytest

from newsletter.model.errors import StoreUnavailable
from newsletter.pipeline import due
from newsletter.worker.embedded import Runner
from tests.ledger import Bench


def test_one_runner_at_a_time(desk: Bench) -> None:
    first, second = Runner(desk.ctx), Runner(desk.ctx)
    assert first.start()
    assert not second.start()
    first.close()
    assert second.start()
    second.close()


def test_a_runner_that_cannot_begin_lets_another_try(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Runner(desk.ctx), Runner(desk.ctx)

    def busy(_ctx: object) -> None:
        raise StoreUnavailable("in use", code="database-locked", passing=True)

    with monkeypatch.context() as patch:
        patch.setattr(due, "recover", busy)
        with pytest.raises(StoreUnavailable):
            first.start()
    assert second.start()
    second.close()
