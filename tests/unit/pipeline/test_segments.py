"""Segments of a workspace: listed, explained, one mistake hiding no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.model.errors import AuthorError, NotFound
from newsletter.model.member import ConsentBasis
from newsletter.pipeline import members, segments
from newsletter.pipeline.members import Changes, Grounds
from tests.mailed import Mailed, world

SEGMENTS = """
[ontario]
where = 'province == "ON"'
label = "Ontario / L’Ontario"

[aero]
where = '"aerospace" in tags and in segment "ontario"'

[small]
where = 'size == "10"'

[broken]
where = 'provnce == "ON"'
"""


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        (tmp_path / "segments.toml").write_text(SEGMENTS, encoding="utf-8")
        yield made


def add(mailed: Mailed, name: str, province: str, language: str, *tags: str, consent: bool = True) -> None:
    grounds = Grounds(ConsentBasis.EXPRESS, None, "form") if consent else None
    fields = {"province": province, "language": language}
    members.add(mailed.ctx, f"{name}@x.ca", Changes(fields=fields, tags=frozenset(tags), consent=grounds))


def test_an_explanation_adds_up(mailed: Mailed) -> None:
    add(mailed, "a", "ON", "en", "aerospace")
    add(mailed, "b", "ON", "fr", "Aerospace", consent=False)
    add(mailed, "c", "ON", "")
    add(mailed, "d", "", "fr", "aerospace")
    add(mailed, "e", "QC", "fr")
    members.unsubscribe(mailed.ctx, "a@x.ca", "by phone")
    found = segments.explain(mailed.ctx, "aero")
    assert (found.count, found.mailable) == (2, 0)
    assert found.excluded == {"unsubscribed": 1, "no-consent": 1}
    assert found.missing == {"province": 1, "tags": 2}
    assert found.expression == '"aerospace" in tags and province == "ON"'
    assert found.sentence == "Members in Ontario tagged “aerospace”."
    everyone = segments.explain(mailed.ctx, "everyone")
    assert (everyone.count, everyone.mailable) == (5, 3)
    assert everyone.languages == {"": 1, "fr": 2}
    assert segments.explain(mailed.ctx, 'language == "fr"').count == 3


def test_one_mistake_hides_no_other(mailed: Mailed) -> None:
    add(mailed, "a", "ON", "en")
    lines = {line.name: line for line in segments.listed(mailed.ctx)}
    assert {name: line.count for name, line in lines.items()} == {
        "everyone": 1, "ontario": 1, "aero": 0, "small": None, "broken": None,
    }  # fmt: skip
    assert "segments.toml:13" in lines["broken"].fault
    assert "Did you mean province?" in lines["broken"].fault
    assert lines["ontario"].label == "Ontario / L’Ontario"


def test_a_column_of_an_import_becomes_a_field(mailed: Mailed) -> None:
    with pytest.raises(AuthorError, match="size"):
        segments.explain(mailed.ctx, "small")
    members.add(mailed.ctx, "a@x.ca", Changes(attributes={"size": "10"}))
    assert segments.explain(mailed.ctx, "small").count == 1
    assert "size" in segments.fields(mailed.ctx)


def test_unknown_names(mailed: Mailed) -> None:
    with pytest.raises(NotFound) as caught:
        segments.explain(mailed.ctx, "ontaro")
    assert "ontario" in caught.value.hint


def test_no_segments_at_all(mailed: Mailed) -> None:
    (mailed.ctx.root / "segments.toml").unlink()
    assert [line.name for line in segments.listed(mailed.ctx)] == ["everyone"]
