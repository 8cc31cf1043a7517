"""A new workspace and a new issue: complete, and never over what is there."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsletter import workspace
from newsletter.compose.steps import compose
from newsletter.model.errors import AuthorError, ConfigurationError, NotAllowed, NotFound
from newsletter.workspace import scaffold
from tests.unit.compose.kit import preview_text, request_from, told
from tests.unit.workspace.folder import make

DAY = date(2021, 3, 1)


def test_a_new_workspace_holds_all_that_is_needed(tmp_path: Path) -> None:
    target = tmp_path / "new" / "letters"
    assert workspace.make_workspace(target) == (
        "newsletter.toml",
        "segments.toml",
        "issues",
        "templates",
        ".gitignore",
    )
    assert workspace.read_publication(workspace.read_configuration(target)).key == "ngen"
    assert workspace.list_issues(target)
    assert "base.mjml" in workspace.read_theme(target).texts
    assert workspace.read_segments(target) is not None
    assert (target / ".gitignore").read_text(encoding="utf-8").split("\n").count("secrets/") == 1
    assert workspace.read_keys(target, "", fresh=False)
    assert not (target / "var").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "issues").mkdir()
    with pytest.raises(NotAllowed, match="issues is there already"):
        workspace.make_workspace(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["issues"]


def test_an_existing_folder_and_its_gitignore_are_kept(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n", encoding="utf-8")
    written = workspace.make_workspace(tmp_path)
    assert ".gitignore" not in written
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine\n"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(NotAllowed, match="cannot be written"):
        workspace.make_workspace(tmp_path / "file" / "below")


def test_the_sample_comes_from_the_installed_package_when_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "newsletter"
    starter = make(package / "_starter", **{"segments.toml": "", "issues__.hidden": "x"})
    monkeypatch.setattr(scaffold.resources, "files", lambda _name: package)
    assert scaffold.starter() == starter
    workspace.make_workspace(tmp_path / "w")
    assert not (tmp_path / "w" / "issues" / ".hidden").exists()
    shutil.rmtree(starter)
    with pytest.raises(ConfigurationError, match="Install"):
        scaffold.starter()


def test_a_new_issue_in_every_language(tmp_path: Path) -> None:
    root = make(tmp_path)
    publication = workspace.read_publication(workspace.read_configuration(root))
    made = workspace.make_issue(root, publication, "2021-03-01-spring-news", "letter", "", DAY)
    assert made == ("issues/2021-03-01-spring-news.en.md", "issues/2021-03-01-spring-news.fr.md")
    text = (root / made[1]).read_text(encoding="utf-8")
    assert text.startswith("---\nsubject: Spring news\n")
    assert "template: letter\ndate: 2021-03-01\n" in text
    assert "Bonjour {{ member.first_name" in text
    with pytest.raises(NotAllowed, match="already"):
        workspace.make_issue(root, publication, "2021-03-01-spring-news", "letter", "", DAY)


@pytest.mark.parametrize(
    ("template", "languages"),
    [
        *(
            (template, ("en", "fr"))
            for template in ("letter", "digest", "event", "renewal", "observance", "short-notice")
        ),
        ("renewal", ("fr", "en")),
        ("short-notice", ("fr",)),
    ],
)
@pytest.mark.ci
def test_every_template_has_a_beginning_that_can_be_composed(
    tmp_path: Path, template: str, languages: tuple[str, ...]
) -> None:
    root = tmp_path / "w"
    workspace.make_workspace(root)
    publication = workspace.read_publication(workspace.read_configuration(root))
    publication = replace(publication, languages=languages)
    workspace.make_issue(root, publication, "x", template, "Spring", DAY)
    request = replace(request_from(root, "x"), publication=publication)
    if len(languages) == 1:
        request = replace(
            request, sources=tuple(replace(one, language=languages[0]) for one in request.sources)
        )
    rendering = compose(request)
    assert not rendering.findings, told(rendering)
    for language in languages:
        text = preview_text(rendering, language)
        assert ("Écrivez ici" if language == "fr" else "Write here") in text
        assert ("Write here" if language == "fr" else "Écrivez ici") not in text


def test_a_new_issue_refuses_bad_names_and_unknown_templates(tmp_path: Path) -> None:
    root = make(tmp_path)
    publication = workspace.read_publication(workspace.read_configuration(root))
    with pytest.raises(AuthorError):
        workspace.make_issue(root, publication, "../x", "letter", "", DAY)
    with pytest.raises(NotFound, match="Did you mean letter"):
        workspace.make_issue(root, publication, "x", "leter", "", DAY)


def test_a_new_issue_never_follows_a_link(tmp_path: Path) -> None:
    root = make(tmp_path / "w")
    shutil.rmtree(root / "issues")
    (tmp_path / "elsewhere").mkdir()
    (root / "issues").symlink_to(tmp_path / "elsewhere")
    publication = workspace.read_publication(workspace.read_configuration(root))
    with pytest.raises(AuthorError):
        workspace.make_issue(root, publication, "x", "letter", "", DAY)
