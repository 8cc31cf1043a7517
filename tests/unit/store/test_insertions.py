"""How often a sponsor was shown: each issue that began to go out counts once; what is only planned does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.compose.freeze import freeze
from newsletter.model.edition import Edition
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


def test_mailings_that_began_to_go_out_are_counted(tmp_path: Path, made: Path) -> None:
    with bench(tmp_path, made) as one:
        one.mailing(showing("january", "tools"))
        one.mailing(showing("february", "tools", "optics"))
        assert shown(one) == {}
        one.start()
        one.mailing(showing("march", "tools"))  # planned only
        assert shown(one) == {"tools": 2, "optics": 1}
        assert shown(one, "february") == {"tools": 1}, "the mailing itself does not count against itself"
        with one.ctx.store.read() as db:
            assert not sponsors.shown(db, "another", ("next", ""))


def test_an_edition_from_before_there_were_sponsors_shows_none(tmp_path: Path, made: Path) -> None:
    with bench(tmp_path, made) as one:
        one.mailing(edition("old"))
        one.start()
        assert shown(one) == {}
