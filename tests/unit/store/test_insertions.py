"""How often a sponsor is shown: each issue that began to go out, or is approved, counts once; a draft does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.compose.freeze import freeze
from newsletter.model.campaign import AudienceRule
from newsletter.model.edition import Edition
from newsletter.pipeline import control, plan
from newsletter.store import sponsors
from tests.ledger import Bench, bench, edition, template


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("made"))


def showing(slug: str, *keys: str) -> Edition:
    return freeze(replace(edition(slug).artwork, sponsors=keys), "ngen")


def shown(one: Bench, slug: str = "next", occurrence: str = "") -> dict[str, int]:
    with one.ctx.store.read() as db:
        return dict(sponsors.shown(db, "ngen", (slug, occurrence)))


def test_mailings_that_went_out_or_are_approved_are_counted(tmp_path: Path, made: Path) -> None:
    with bench(tmp_path, made) as one:
        one.mailing(showing("january", "tools"))
        february = one.mailing(showing("february", "tools", "optics"))
        draft = plan.Ask(showing("march", "tools"), AudienceRule(("everyone",)), "witness")
        plan.plan(one.ctx, draft, {})
        assert shown(one) == {"tools": 2, "optics": 1}, (
            "approved ones count before they leave; a draft does not"
        )
        cancelled = one.mailing(showing("april", "tools"))
        assert shown(one) == {"tools": 3, "optics": 1}
        control.cancel(one.ctx, cancelled.id)
        one.start()
        assert one.campaign(february.id).started_at
        assert shown(one) == {"tools": 2, "optics": 1}
        assert shown(one, "february") == {"tools": 1}, "the mailing itself does not count against itself"
        with one.ctx.store.read() as db:
            assert not sponsors.shown(db, "another", ("next", ""))


def test_an_edition_from_before_there_were_sponsors_shows_none(tmp_path: Path, made: Path) -> None:
    with bench(tmp_path, made) as one:
        one.mailing(edition("old"))
        one.start()
        assert shown(one) == {}
