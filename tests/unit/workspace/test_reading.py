"""Files as staff save them: encodings, line ends, sizes; issues, themes, segments."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import workspace
from newsletter.model.errors import AuthorError, ConfigurationError, NotFound
from newsletter.workspace import paths, texts
from newsletter.workspace.texts import normalised
from tests.unit.workspace.folder import ISSUE, make

NAME = "issues/x.md"


def test_windows_line_ends_marks_and_accents() -> None:
    decomposed = unicodedata.normalize("NFD", "Été")
    data = b"\xef\xbb\xbf" + f"a\r\n{decomposed}\rc\n".encode()
    assert normalised(data, NAME) == "a\nÉté\nc\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "latin-1", "cp1252"])
def test_other_encodings_name_the_line(encoding: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    with pytest.raises(AuthorError, match="UTF-8") as caught:
        normalised(mark + "a\nÉté\n".encode(encoding), NAME)
    assert caught.value.place is not None
    assert caught.value.place.line == (1 if "16" in encoding else 2)


def test_control_characters_name_line_and_column() -> None:
    with pytest.raises(AuthorError) as caught:
        normalised(b"abc\nab\x0bc", NAME)
    assert str(caught.value.place) == "issues/x.md:2:3"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_place(data: bytes) -> None:
    try:
        text = normalised(data, NAME)
    except AuthorError as error:
        place = error.place
        assert place is not None
        return
    assert "\r" not in text
    assert unicodedata.is_normalized("NFC", text)
    assert normalised(text.encode(), NAME) == text


def test_issues_by_language(tmp_path: Path) -> None:
    root = make(
        tmp_path,
        **{
            "issues__a.md": ISSUE,
            "issues__Not a slug.md": ISSUE,
            "issues__README.md": "x",
            "issues__.hidden.md": "x",
        },
    )
    assert [(issue.slug, list(issue.files)) for issue in workspace.list_issues(root)] == [
        ("greeting", ["en", "fr"]),
        ("a", [""]),
    ]
    assert workspace.strays(root) == ("issues/Not a slug.md", "issues/README.md")
    assert [file.language for file in workspace.read_issue(root, "a")] == [""]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Mon numéro d'été 2026", "mon-numero-d-ete-2026"),
        ("News.md", "news"),
        ("新年", "2020-12-16-greeting"),
    ],
)
def test_a_name_that_cannot_be_is_answered_with_one_that_can(typed: str, offered: str) -> None:
    assert paths.slug_rule(typed).hint.endswith(offered)


def test_one_file_beside_another_with_a_language(tmp_path: Path) -> None:
    root = make(tmp_path, **{"issues__greeting.md": ISSUE})
    with pytest.raises(AuthorError) as caught:
        workspace.read_issue(root, "greeting")
    assert str(caught.value.place) == "issues/greeting.md"


def test_an_issue_that_went_away(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        workspace.read_issue(make(tmp_path), "gone")


def test_a_workspace_without_issues(tmp_path: Path) -> None:
    assert workspace.list_issues(tmp_path) == ()
    assert workspace.read_theme(tmp_path).texts == {}


def test_files_that_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(
        tmp_path, **{"issues__big.md": b"x" * (texts.TEXT_LIMIT + 1), "issues__greeting__a.png": b"12345"}
    )
    with pytest.raises(AuthorError, match="larger than 1 MB"):
        workspace.read_issue(root, "big")
    monkeypatch.setattr("newsletter.workspace.issues.IMAGE_LIMIT", 4)
    with pytest.raises(AuthorError, match="larger"):
        workspace.read_images(root, "greeting")


def test_images_beside_an_issue_and_a_theme(tmp_path: Path) -> None:
    root = make(
        tmp_path,
        **{
            "issues__greeting__a.PNG": b"1",
            "issues__greeting__deep__b.jpg": b"2",
            "issues__greeting__notes.txt": "x",
            "issues__greeting__.c.png": b"3",
            "templates__images__logo.png": b"4",
            "templates__art__logo.svg": "<svg>",
            "templates__parts__footer.mjml": "<mj-raw>",
            "templates__theme.toml": "",
        },
    )
    assert workspace.read_images(root, "greeting") == {
        "issues/greeting/a.PNG": b"1",
        "issues/greeting/deep/b.jpg": b"2",
    }
    theme = workspace.read_theme(root)
    assert sorted(theme.texts) == ["letter.mjml", "parts/footer.mjml", "theme.toml"]
    assert theme.images == {"templates/images/logo.png": b"4"}
    assert workspace.template_names(root) == ("letter",)


def test_names_with_accents_taken_apart_are_found_as_they_are_written(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "éloïse.png")
    root = make(tmp_path, **{f"issues__greeting__{name}": b"1", f"templates__images__{name}": b"2"})
    assert workspace.read_images(root, "greeting") == {"issues/greeting/éloïse.png": b"1"}
    assert workspace.read_theme(root).images == {"templates/images/éloïse.png": b"2"}


@pytest.mark.parametrize("where", ["issues/greeting", "templates", "templates/images"])
def test_a_name_that_is_no_text_is_told(where: str, tmp_path: Path) -> None:
    root = make(tmp_path)
    folder = root / where
    folder.mkdir(parents=True, exist_ok=True)
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.png")).write_bytes(b"x")
        Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.mjml")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")

    def read() -> None:
        workspace.read_images(root, "greeting")
        workspace.read_theme(root)

    with pytest.raises(AuthorError, match=r"the name of .*caf\?\.(png|mjml) is not readable text"):
        read()


def test_segments(tmp_path: Path) -> None:
    content = '# who\n[ontario]\nlabel = "Ontario"\nwhere = "province == \'ON\'"\n\n[aerospace]\nwhere = \'"aerospace" in tags\'\n'
    found = workspace.read_segments(make(tmp_path, **{"segments.toml": content}))
    assert [(name, segment.label, str(segment.place)) for name, segment in found.items()] == [
        ("ontario", "Ontario", "segments.toml:4"),
        ("aerospace", "", "segments.toml:7"),
    ]
    assert workspace.read_segments(tmp_path / "issues") == {}


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("[a]\nwher = 'x'\n", 2, "Did you mean where"),
        ("[a]\nlabel = 'x'\n", 1, "no `where`"),
        ("[a]\nwhere = 3\n", 2, "text"),
        ("a = 'x'\n", 1, "table"),
        ("[everyone]\nwhere = 'x'\n", 1, "everyone"),
        ("['A b']\nwhere = 'x'\n", 1, "name"),
        ("\n[a\n", 2, "well-formed"),
    ],
)
def test_segments_that_are_wrong(content: str, line: int, words: str, tmp_path: Path) -> None:
    root = make(tmp_path, **{"segments.toml": content})
    with pytest.raises(ConfigurationError, match=words) as caught:
        workspace.read_segments(root)
    assert caught.value.place is not None
    assert (caught.value.place.file, caught.value.place.line) == ("segments.toml", line)
