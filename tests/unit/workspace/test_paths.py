"""Paths and names: nothing leaves the workspace, whatever is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import workspace
from newsletter.model.errors import AuthorError, ConfigurationError, NewsletterError, NotFound
from newsletter.workspace.paths import inside, is_slug
from tests.corpora import naughty_strings
from tests.unit.workspace.folder import ISSUE, make

TRAVERSAL = [
    "../x", "..", ".", "/etc/passwd", "..\\x", "a/../../x", "issues/../../x.md", "x\0.md", "x.md\0", "~/x", "C:\\x", "\\\\host\\x",
    "%2e%2e/x", "....//x", "con", "NUL", "com1", "x/", "x ", " x", "x.", "-x", "_x", "X", "é", "x" * 81, "", "x\n", "issues/",
]  # fmt: skip


def test_the_nearest_workspace_upwards(tmp_path: Path) -> None:
    root = make(tmp_path / "outer")
    inner = make(root / "inner")
    assert workspace.find(inner / "issues") == inner.resolve()
    assert workspace.find(root / "templates") == root.resolve()


def test_no_workspace_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"newsletter init") as caught:
        workspace.find(tmp_path)
    assert caught.value.code == "workspace-missing"


@pytest.mark.parametrize("name", ["a", "0", "2020-12-16-greeting", "x" * 80, "console", "nul-x"])
def test_names_of_issues(name: str) -> None:
    assert is_slug(name)


@pytest.mark.parametrize("name", TRAVERSAL)
def test_names_that_no_issue_has(name: str, tmp_path: Path) -> None:
    assert not is_slug(name)
    root = make(tmp_path)
    with pytest.raises(NewsletterError):
        workspace.find_issue(root, name, root)
    with pytest.raises(NotFound):
        workspace.read_issue(root, name)


def test_naughty_names(tmp_path: Path) -> None:
    root = make(tmp_path)
    for name in naughty_strings():
        if not is_slug(name):
            with pytest.raises(NewsletterError):
                workspace.find_issue(root, name, root)
        else:
            with pytest.raises(NotFound):
                workspace.find_issue(root, name, root)


@given(st.text())
def test_a_name_is_plain_or_refused(name: str) -> None:
    assert not is_slug(name) or (name.isascii() and not set(name) & set("./\\: \0") and name == name.lower())


@pytest.mark.parametrize(
    "given_name",
    [
        "greeting",
        "greeting.en.md",
        "issues/greeting.en.md",
        "./issues/greeting.fr.md",
        "greeting.md",
        "greeting.fr",
    ],
)
def test_an_issue_by_slug_file_or_path(given_name: str, tmp_path: Path) -> None:
    root = make(tmp_path)
    assert workspace.find_issue(root, given_name, root) == "greeting"


def test_an_issue_by_a_path_from_where_one_stands(tmp_path: Path) -> None:
    root = make(tmp_path)
    assert workspace.find_issue(root, "greeting.en.md", root / "issues") == "greeting"
    assert workspace.find_issue(root, "../issues/greeting.en.md", root / "templates") == "greeting"
    assert workspace.find_issue(root, str(root / "issues" / "greeting.en.md"), Path("/")) == "greeting"


def test_a_file_of_the_same_name_elsewhere_is_not_the_issue(tmp_path: Path) -> None:
    root = make(tmp_path / "w")
    other = tmp_path / "issues" / "greeting.en.md"
    other.parent.mkdir()
    other.write_text(ISSUE, encoding="utf-8")
    with pytest.raises(AuthorError):
        workspace.find_issue(root, str(other), root)


def test_an_unknown_issue_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="Did you mean greeting"):
        workspace.find_issue(make(tmp_path), "greting", tmp_path)


@pytest.mark.parametrize("linked", ["issues/greeting.en.md", "templates/letter.mjml", "issues", "templates"])
def test_links_are_refused(linked: str, tmp_path: Path) -> None:
    root = make(tmp_path / "w")
    outside = tmp_path / "outside"
    (root / linked).rename(outside)
    (root / linked).symlink_to(outside)
    read = (
        workspace.read_theme if "templates" in linked else lambda root: workspace.read_issue(root, "greeting")
    )
    with pytest.raises(AuthorError, match="link") as caught:
        read(root)
    assert caught.value.code == "path-link"


def test_a_workspace_behind_a_link_is_fine(tmp_path: Path) -> None:
    make(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert workspace.read_issue(workspace.find(tmp_path / "link"), "greeting")


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x"])
def test_inside(path: str, tmp_path: Path) -> None:
    with pytest.raises(AuthorError):
        inside(tmp_path, tmp_path / path)
