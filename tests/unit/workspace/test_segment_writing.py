"""segments.toml is the staff's: one segment changes, everything else stays to the letter; what cannot be done safely is not done."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.errors import NotAllowed
from newsletter.workspace import read_segments, save_segment
from newsletter.workspace.segment_writing import toml_text, with_name, with_segment, without_segment

FILE = '''# Ours: do not sort.

[ontario]   # the big one
label = "Ontario"   # shown to staff
where = 'province == "ON"'  # two letters
# a remark below

# Québec comes second
[quebec]
where = """
province == "QC"
"""

["a-third"]
where = "everyone"'''


def test_only_the_values_change(tmp_path: Path) -> None:
    (tmp_path / "segments.toml").write_text(FILE, encoding="utf-8")
    save_segment(tmp_path, "ontario", {"where": 'province in ["ON", "MB"]', "label": "L’Ontario & co"})
    text = (tmp_path / "segments.toml").read_text(encoding="utf-8")
    assert text == FILE.replace("'province == \"ON\"'", '\'province in ["ON", "MB"]\'').replace(
        '"Ontario"', '"L’Ontario & co"'
    )
    assert list(read_segments(tmp_path)) == ["ontario", "quebec", "a-third"]
    kept = [path.read_text(encoding="utf-8") for path in (tmp_path / "var" / "replaced").iterdir()]
    assert kept == [FILE]


def test_a_text_of_several_lines_a_label_that_comes_and_one_that_goes() -> None:
    text = with_segment(FILE, "quebec", {"where": 'language == "fr"', "label": "Québec"})
    assert '[quebec]\nlabel = "Québec"\nwhere = \'language == "fr"\'\n\n["a-third"]' in text
    assert "# Québec comes second\n" in text
    gone = with_segment(text, "ontario", {"where": "everyone", "label": ""})
    assert tomllib.loads(gone)["ontario"] == {"where": "everyone"}
    assert '[ontario]   # the big one\nwhere = "everyone"  # two letters\n# a remark below\n' in gone


def test_a_new_segment_comes_to_the_end(tmp_path: Path) -> None:
    save_segment(tmp_path, "first", {"where": "everyone", "label": ""})
    save_segment(tmp_path, "second", {"where": '"x" in tags', "label": "X"})
    text = (tmp_path / "segments.toml").read_text(encoding="utf-8")
    assert text == '[first]\nwhere = "everyone"\n\n[second]\nlabel = "X"\nwhere = \'"x" in tags\'\n'


@pytest.mark.parametrize(
    "text",
    [
        'ontario = { where = "everyone" }',
        'ontario.where = "everyone"',
        '[ontario]\nwhere = "everyone"\nextra = { a = 1 }\n',
        '[ontario]\n"where" = "everyone"',
        "[ontario",
    ],
)
def test_what_cannot_be_changed_safely_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "segments.toml").write_text(text, encoding="utf-8")
    with pytest.raises(NotAllowed):
        save_segment(tmp_path, "ontario", {"where": 'province == "ON"', "label": ""})
    assert (tmp_path / "segments.toml").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["", "everyone", "Ontario", "a]b", "a\nb", "../x", "x" * 65])
def test_names_that_no_segment_may_have(name: str) -> None:
    with pytest.raises(NotAllowed):
        with_segment("", name, {"where": "everyone"})


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_kept_and_hurts_no_other_segment(where: str, label: str) -> None:
    wanted = {"where": where, "label": label}
    if any(0xD800 <= ord(sign) < 0xE000 for sign in where + label):
        return
    for name in ("ontario", "quebec", "new"):
        found = tomllib.loads(with_segment(FILE, name, wanted))
        assert found[name]["where"] == where
        assert found[name].get("label", "") == label
        for other in {"ontario", "quebec", "a-third"} - {name}:
            assert found[other] == tomllib.loads(FILE)[other]


@given(st.text(max_size=40).filter(lambda text: text.isprintable()))
def test_texts_of_toml(text: str) -> None:
    assert tomllib.loads(f"a = {toml_text(text)}") == {"a": text}


def test_one_is_taken_out_and_remarks_stay() -> None:
    assert without_segment(FILE, "ontario") == FILE.replace(
        '[ontario]   # the big one\nlabel = "Ontario"   # shown to staff\nwhere = \'province == "ON"\'  # two letters\n',
        "",
    )
    left = without_segment(FILE, "quebec")
    assert "# Québec comes second" in left
    assert 'province == "QC"' not in left
    assert without_segment(FILE, "a-third").rstrip().endswith('"""')


def test_one_is_renamed_at_its_place() -> None:
    assert with_name(FILE, "ontario", "on") == FILE.replace("[ontario]", "[on]")
    assert with_name(FILE, "a-third", "third") == FILE.replace('["a-third"]', '["third"]')


def test_what_is_written_otherwise_is_changed_by_hand() -> None:
    inline = 'ontario = { where = "everyone" }\n'
    for change in (lambda: without_segment(inline, "ontario"), lambda: with_name(inline, "ontario", "on")):
        with pytest.raises(NotAllowed) as raised:
            change()
        assert raised.value.code == "segment-file"
