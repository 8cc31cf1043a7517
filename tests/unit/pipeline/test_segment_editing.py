"""Segments changed from the studio: weighed as they are written, saved into the staff's own file, never over somebody else's change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.model.campaign import AudienceRule
from newsletter.model.errors import AuthorError, NotAllowed, NotFound
from newsletter.model.segment_row import RowTest, SegmentRow, SegmentRows
from newsletter.pipeline import segment_editing as editing
from newsletter.pipeline import segment_removing as removing
from newsletter.pipeline import segments
from newsletter.pipeline.members import Changes, add
from newsletter.store import series, tables
from tests.mailed import ANA, START, Mailed, hand_over, world

FILE = """# Ours.
[ontario]
label = "Ontario"
where = 'province == "ON"'   # two letters

[nested]
where = 'in segment "ontario" and (language == "fr" or "a" in tags)'

[broken]
where = "province =="
"""


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        (tmp_path / "segments.toml").write_text(FILE, encoding="utf-8")
        yield made


def file(mailed: Mailed) -> str:
    return (mailed.ctx.root / "segments.toml").read_text(encoding="utf-8")


def test_rows_or_text(mailed: Mailed) -> None:
    draft = editing.opened(mailed.ctx, "ontario")
    assert draft.rows == SegmentRows((SegmentRow("province", RowTest.IS, ("ON",)),))
    nested = editing.opened(mailed.ctx, "nested")
    assert (nested.rows, nested.fault) == (None, "")
    assert nested.where == 'in segment "ontario" and (language == "fr" or "a" in tags)'
    assert editing.opened(mailed.ctx, "broken").fault
    with pytest.raises(NotFound):
        editing.opened(mailed.ctx, "ontari")
    with pytest.raises(NotAllowed):
        editing.opened(mailed.ctx, "everyone")


def test_a_change_is_saved_and_nothing_else_is(mailed: Mailed) -> None:
    draft = editing.opened(mailed.ctx, "ontario")
    rows = SegmentRows(
        (SegmentRow("province", RowTest.IS, ("Ontario", "qué")), SegmentRow("company", RowTest.KNOWN))
    )
    where = editing.written(rows)
    assert where == 'province in ["ON", "QC"] and company is not empty'
    assert editing.save(mailed.ctx, "ontario", "Ontario", where, draft.seal) is None
    assert file(mailed) == FILE.replace(
        'province == "ON"\'', 'province in ["ON", "QC"] and company is not empty\''
    )
    (line,) = mailed.rows(tables.audit)
    assert (line["act"], line["subject"]) == ("segment-save", "ontario")


def test_somebody_elses_change_is_shown_and_kept(mailed: Mailed) -> None:
    draft = editing.opened(mailed.ctx, "ontario")
    theirs = FILE.replace('"ON"', '"MB"')
    (mailed.ctx.root / "segments.toml").write_text(theirs, encoding="utf-8")
    found = editing.save(mailed.ctx, "ontario", "Ontario", 'province == "QC"', draft.seal)
    assert found is not None
    assert found.where == 'province == "MB"'
    assert file(mailed) == theirs
    assert editing.save(mailed.ctx, "ontario", "Ontario", 'province == "QC"', found.seal) is None
    assert 'province == "QC"' in file(mailed)


def test_a_change_of_another_segment_is_no_conflict(mailed: Mailed) -> None:
    draft = editing.opened(mailed.ctx, "ontario")
    (mailed.ctx.root / "segments.toml").write_text(FILE + '\n[more]\nwhere = "everyone"\n', encoding="utf-8")
    assert editing.save(mailed.ctx, "ontario", "", 'province == "QC"', draft.seal) is None
    assert "[more]" in file(mailed)


def test_a_new_name_over_one_that_is_there_is_a_conflict(mailed: Mailed) -> None:
    assert editing.save(mailed.ctx, "ontario", "", "everyone") is not None
    assert editing.save(mailed.ctx, "new", "New", "everyone") is None
    with pytest.raises(NotFound):
        editing.save(mailed.ctx, "gone", "", "everyone", "0" * 32)
    assert editing.name_for(mailed.ctx, "Ontario") == "ontario-2"
    assert editing.name_for(mailed.ctx, "Aérospatiale & Cie") == "aerospatiale-cie"
    assert editing.name_for(mailed.ctx, "«»") == "segment"
    assert editing.name_for(mailed.ctx, "Everyone") == "everyone-1"


@pytest.mark.parametrize(
    "where", ['in segment "new"', 'provnce == "ON"', "", "ontario", 'in segment "nowhere"', "province =="]
)
def test_what_cannot_be_read_is_not_saved(mailed: Mailed, where: str) -> None:
    with pytest.raises((AuthorError, NotFound)):
        editing.save(mailed.ctx, "new", "", where)
    assert file(mailed) == FILE


def test_a_circle_through_another_segment_is_not_saved(mailed: Mailed) -> None:
    draft = editing.opened(mailed.ctx, "ontario")
    with pytest.raises(AuthorError, match="names itself"):
        editing.save(mailed.ctx, "ontario", "Ontario", 'in segment "nested"', draft.seal)


def test_weighing_names_whom_it_misses(mailed: Mailed) -> None:
    add(mailed.ctx, "a@x.ca", Changes({"province": "ON", "language": "fr"}))
    add(mailed.ctx, "b@x.ca", Changes({"language": "fr"}))
    found = editing.weigh(mailed.ctx, 'province in ["ON", "QC"] and language == "fr"')
    assert (found.count, found.missing) == (1, {"province": 1})
    assert found.said.en == "Members in Ontario or Quebec who read French."
    assert found.said.fr == "Les membres de l’Ontario ou du Québec qui lisent le français."


def test_where_it_is_used(mailed: Mailed) -> None:
    hand_over(mailed, (ANA,))
    with mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(include=["everyone"], exclude=["ontario"]))
    found = removing.uses(mailed.ctx, "ontario")
    assert [one.id for one in found.mailings] == [mailed.campaign]
    assert found.segments == ("nested",)
    assert removing.uses(mailed.ctx, "broken") == removing.Uses()


def test_what_is_offered(mailed: Mailed) -> None:
    add(mailed.ctx, "a@x.ca", Changes(attributes={"sector": "b"}, tags=frozenset({"Aero"})))
    found = editing.choices(mailed.ctx, "nested")
    assert "sector" in found.texts
    assert found.offered["tags"] == ("Aero",)
    assert found.segments == ("ontario", "broken")


def test_what_is_used_keeps_its_name_and_the_refusal_names_the_place(mailed: Mailed) -> None:
    for act in (
        lambda: removing.remove(mailed.ctx, "ontario"),
        lambda: removing.rename(mailed.ctx, "ontario", "on"),
    ):
        with pytest.raises(NotAllowed, match="used by the segment “nested”") as raised:
            act()
        assert (raised.value.code, str(raised.value.place)) == ("segment-used", "segments.toml:4")
    hand_over(mailed, (ANA,))
    with mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(include=["nested"], status="scheduled"))
    with pytest.raises(NotAllowed, match=f"used by mailing {mailed.campaign} ") as raised:
        removing.remove(mailed.ctx, "nested")
    assert file(mailed) == FILE
    with mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(status="finished", ended_at=START))
    removing.rename(mailed.ctx, "nested", "over")
    assert file(mailed) == FILE.replace("[nested]", "[over]")
    removing.remove(mailed.ctx, "over")
    removing.rename(mailed.ctx, "ontario", "on")
    assert list(segments.defined(mailed.ctx).by_name) == ["on", "broken"]
    assert "# Ours." in file(mailed)
    assert "# two letters" in file(mailed)
    acts = [
        (row["act"], row["subject"]) for row in mailed.rows(tables.audit) if row["act"].startswith("segment-")
    ]
    assert acts == [("segment-rename", "nested"), ("segment-remove", "over"), ("segment-rename", "ontario")]


def test_an_open_series_keeps_a_segment_and_an_issue_that_names_it_is_told(mailed: Mailed) -> None:
    wanted = series.Wanted("ngen", "greeting", AudienceRule(("broken",)), "sendgrid", False, {}, "")
    with mailed.ctx.store.write() as db:
        number = series.put(db, wanted, mailed.ctx.now(), mailed.ctx.now(), "tester")
    with pytest.raises(NotAllowed, match=rf"used by series {number} \(greeting\)"):
        removing.remove(mailed.ctx, "broken")
    with mailed.ctx.store.write() as db:
        series.end(db, number, mailed.ctx.now(), "tester")
    issue = mailed.ctx.root / "issues" / "2020-12-20-named.en.md"
    issue.parent.mkdir(exist_ok=True)
    issue.write_text("---\nsubject: x\n---\n::: when broken\nHello\n:::\n", encoding="utf-8")
    assert removing.uses(mailed.ctx, "broken") == removing.Uses(issues=("2020-12-20-named",))
    removing.remove(mailed.ctx, "broken")
    assert "[broken]" not in file(mailed)


@pytest.mark.parametrize("fresh", ["everyone", "nested", "Ontario!", "", "a b"])
def test_a_name_that_cannot_be_is_refused(mailed: Mailed, fresh: str) -> None:
    with pytest.raises(NotAllowed):
        removing.rename(mailed.ctx, "broken", fresh)
    with pytest.raises(NotFound):
        removing.remove(mailed.ctx, "nowhere")
    assert file(mailed) == FILE
