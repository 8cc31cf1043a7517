"""Segments by name: looked up, resolved into one another, never in a circle."""

from __future__ import annotations

import pytest

from newsletter.audience.faults import SegmentFault
from newsletter.audience.segments import Segment, Segments
from newsletter.audience.writing import to_text
from newsletter.model.errors import AuthorError, NotFound
from newsletter.model.place import Place


def segments(**where: str) -> Segments:
    return Segments(
        {
            name: Segment(name, text, "", Place("segments.toml", n))
            for n, (name, text) in enumerate(where.items(), 1)
        },
        {"sector"},
    )


FEW = segments(
    ontario='province == "ON"',
    central='in segment "ontario" or province == "QC"',
    aero='"aerospace" in tags and in segment "central"',
    rest='not in segment "aero" and in segment "everyone"',
    a='in segment "b"',
    b='not in segment "a"',
    own='in segment "own"',
    broken='provnce == "ON"',
    uses_broken='in segment "broken"',
    gone='in segment "ontaro"',
)


@pytest.mark.parametrize(
    ("source", "expression"),
    [
        ("ontario", 'province == "ON"'),
        (" ontario ", 'province == "ON"'),
        ("everyone", "everyone"),
        ("central", 'province == "ON" or province == "QC"'),
        ("aero", '"aerospace" in tags and (province == "ON" or province == "QC")'),
        ("rest", 'not ("aerospace" in tags and (province == "ON" or province == "QC")) and everyone'),
        ('sector == "x" and in segment "ontario"', 'sector == "x" and province == "ON"'),
    ],
)
def test_names_and_expressions_resolve(source: str, expression: str) -> None:
    assert to_text(FEW.read(source)) == expression


@pytest.mark.parametrize(
    ("name", "code", "place", "part"),
    [
        ("a", "segment-circle", "segments.toml:6", "a → b → a"),
        ("own", "segment-circle", "segments.toml:7", "own → own"),
        ("uses_broken", "segment-expression", "segments.toml:8", "province"),
    ],
)
def test_faults_name_file_and_line(name: str, code: str, place: str, part: str) -> None:
    with pytest.raises(AuthorError, match=part) as caught:
        FEW.predicate(name)
    assert caught.value.code == code
    assert str(caught.value.place) == place


@pytest.mark.parametrize("source", ["ontaro", "gone"])
def test_an_unknown_name_offers_the_nearest(source: str) -> None:
    with pytest.raises(NotFound) as caught:
        FEW.read(source)
    assert "ontario" in caught.value.hint


def test_a_mistake_in_one_segment_stops_no_other() -> None:
    assert FEW.predicate("ontario")
    with pytest.raises(SegmentFault):
        FEW.predicate("broken")


def test_segments_that_double_at_each_step_end_in_a_fault() -> None:
    where = {f"s{n}": f'in segment "s{n + 1}" and not in segment "s{n + 1}"' for n in range(30)}
    with pytest.raises(AuthorError, match="conditions"):
        segments(**where, s30='province == "ON"').predicate("s0")


def test_a_long_chain_ends_in_a_fault() -> None:
    where = {f"s{n}": f'in segment "s{n + 1}"' for n in range(1_000)}
    with pytest.raises(AuthorError, match="deep"):
        segments(**where, s1000="everyone").predicate("s0")
