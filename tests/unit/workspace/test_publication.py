"""newsletter.toml: every key checked, every mistake with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter import workspace
from newsletter.model.errors import ConfigurationError
from newsletter.model.publication import Publication, TrackingMode
from newsletter.workspace.publication import read_publication
from tests.corpora import naughty_strings
from tests.unit.workspace.folder import SETTINGS, make


def read(root: Path) -> Publication:
    return workspace.read_publication(workspace.read_configuration(root))


def test_a_text_for_all_languages_or_one_for_each(tmp_path: Path) -> None:
    publication = read(make(tmp_path))
    assert publication.name == {"en": "News", "fr": "Nouvelles"}
    assert publication.sender.name == {"en": "NGen", "fr": "NGen"}
    assert publication.tracking is TrackingMode.AGGREGATE
    assert publication.calendar == "CA-ON"
    assert publication.reason is None


def test_the_sample_workspace_is_sound() -> None:
    publication = read(workspace.find(Path(__file__).parent))
    assert publication.languages == ("en", "fr")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('key = "ngen"', 'key = "N Gen"', 4, "publication.key is 'N Gen'"),
        ('key = "ngen"\n', "", 3, "publication.key is missing"),
        ('key = "ngen"', 'key = "ngen"\nlist-id = "x"', 5, "Did you mean list_id"),
        ('"news.ngen.example"', '"<news.ngen.example>"', 5, "without brackets"),
        ('["en", "fr"]', '["en", "FR"]', 6, "languages holds 'FR'"),
        ('["en", "fr"]', '["en", "en"]', 6, "once"),
        ('["en", "fr"]', '"en"', 6, "list of texts"),
        ('["en", "fr"]', "[]", 6, "missing"),
        ('["en", "fr"]', '["en", "fr", "es"]', 8, "no text for the language 'es'"),
        ('"America/Toronto"', '"America/Torono"', 7, "Did you mean America/Toronto"),
        ('"America/Toronto"', '"EST5EDT4"', 7, "no time zone"),
        ('name = { en = "News", fr = "Nouvelles" }', 'name = { en = "News", de = "x" }', 8, "not a key"),
        ('name = { en = "News", fr = "Nouvelles" }', "name = 3", 8, "must be a text"),
        ('name = { en = "News", fr = "Nouvelles" }', 'name = "a\\nb"', 8, "one line"),
        ('"100 Sample Street, Hamilton"', '""', 9, "no text"),
        ('"100 Sample Street, Hamilton"', '"a\\u0000b"', 9, "control"),
        ('name = "NGen"', 'name = "Hi {{ member.first_name }}"', 13, "personal field"),
        ('name = "NGen"', 'nam = "NGen"', 13, "Did you mean name"),
        ('address = "news@ngen.example"', 'address = "NGen <news@ngen.example>"', 14, "plain address"),
        ('address = "news@ngen.example"', 'address = "a@b.ca, c@d.ca"', 14, "plain address"),
        ('address = "news@ngen.example"', 'address = "news@ngén.example"', 14, "plain address"),
        ('address = "news@ngen.example"', "address = 3", 14, "text in quotes"),
        ("[publication.sender]", 'tracking = "agregate"\n[publication.sender]', 12, "Did you mean aggregate"),
        ("[publication.sender]", 'website = "www.ngen.ca"\n[publication.sender]', 12, "whole address"),
        ("[publication.sender]", 'website = "https://[ngen"\n[publication.sender]', 12, "whole address"),
        ("[publication.sender]", 'staff = ["nobody"]\n[publication.sender]', 12, "plain address"),
        ("[publication.sender]", 'calendar = "Ontario"\n[publication.sender]', 12, "CA-ON"),
    ],
)
def test_mistakes_name_key_line_and_next_step(
    old: str, new: str, line: int, words: str, tmp_path: Path
) -> None:
    assert old in SETTINGS
    root = make(tmp_path, **{"newsletter.toml": SETTINGS.replace(old, new, 1)})
    with pytest.raises(ConfigurationError, match=words.replace("[", r"\[")) as caught:
        read(root)
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == ("newsletter.toml", line)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = \n", 1),
        ("\n\n[x\n", 3),
        ("a = 1\na = 2\n", 2),
        ('a = """never closed', 1),
        ("a = " + "9" * 5000, 0),
        ("a = " + "[" * 2000, 0),
    ],
)
def test_a_file_that_is_not_well_formed(text: str, line: int, tmp_path: Path) -> None:
    root = make(tmp_path, **{"newsletter.toml": text})
    with pytest.raises(ConfigurationError, match="well-formed") as caught:
        workspace.read_configuration(root)
    assert caught.value.place is not None
    assert caught.value.place.line == line


def test_a_file_without_a_publication(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"\[publication\]"):
        read(make(tmp_path, **{"newsletter.toml": 'provider = "outbox"'}))


def test_lines_of_keys_in_texts_of_several_lines(tmp_path: Path) -> None:
    content = '[publication]\ncontact = """\nkey = "no"\n"""\n"list_id" = 3\n'
    tables = workspace.read_configuration(make(tmp_path, **{"newsletter.toml": content}))
    assert tables.place("publication.key").line == 1
    assert tables.place("publication.list_id").line == 5


def test_naughty_values(tmp_path: Path) -> None:
    tables = workspace.read_configuration(make(tmp_path))
    table = dict(tables["publication"])  # type: ignore[call-overload]
    for words in naughty_strings():
        for key in (
            "key",
            "name",
            "list_id",
            "time_zone",
            "postal_address",
            "website",
            "reply_to",
            "tracking",
            "calendar",
        ):
            _read_or_refused({"publication": {**table, key: words}})


def _read_or_refused(tables: dict[str, object]) -> None:
    try:
        made = read_publication(tables)
    except ConfigurationError:
        return
    assert "\n" not in made.name["en"]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["key", "name", "sender", "languages", "staff", "contact", "time_zone"]), _json
    )
)
@pytest.mark.ci
def test_any_table_is_read_or_refused(table: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        read_publication({"publication": table})
