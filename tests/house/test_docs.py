"""The documents are current: blocks made from the code, links, commands that are shown, what must be named."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from docs.generate import codes, tables
from docs.generate.checks import pages as check_pages
from docs.generate.pages import BLOCKS, renewed, used
from newsletter.checks.catalog import CHECKS
from newsletter.cli import COMMANDS, SECTIONS
from newsletter.settings import SETTINGS
from newsletter.web.studio.words import table
from tests.house.playing import ROOT, newsletter

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
TRIED = [ROOT / "README.md", ROOT / "docs/tutorial/first-greeting.md", ROOT / "docs/howto/import-members.md"]


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


@pytest.mark.parametrize("path", PAGES, ids=names(PAGES))
def test_blocks_are_as_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == renewed(path), "stale: run `make docs`"


def test_every_block_stands_in_one_page() -> None:
    assert sorted(name for path in PAGES for name in used(path)) == sorted(BLOCKS)


def anchors(text: str) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=names(PAGES))
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(
        r"^```.*?^```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found.read_text(encoding="utf-8")), target


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "docs/index.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen:
            seen.add(page)
            links = re.findall(r"\]\(([^)#\s]+\.md)", page.read_text(encoding="utf-8"))
            waiting += [(page.parent / link).resolve() for link in links if ":" not in link]
    assert {path for path in PAGES if path.parent != ROOT} <= seen


def every_command(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from every_command(inner, f"{path} {name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_the_same_everywhere(name: str) -> None:
    found = importlib.import_module(f"newsletter.cli.{COMMANDS[name].module}").command
    assert (found.help or "").strip() == COMMANDS[name].help
    page = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    for path, command in every_command(found, f"newsletter {name}"):
        assert f"# `{path}`\n" in page
        for option in command.params:
            assert not isinstance(option, click.Option) or f"{option.opts[-1]}" in page
        assert command.help, path


def test_every_command_has_a_section_of_the_help() -> None:
    modules = {entry.module for section in SECTIONS.values() for entry in section.values()}
    defined = {
        path.stem
        for path in (ROOT / "newsletter/cli").glob("*.py")
        if re.search(r"^def command\(|^command = ", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert defined - {"__init__"} == modules


def test_every_setting_and_check_is_described() -> None:
    settings = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert all(f"`{one.name}`" in settings and one.help.endswith(".") for one in SETTINGS)
    checks = (ROOT / "docs/reference/checks.md").read_text(encoding="utf-8")
    assert all(f"(checks/{one.name}.md)" in checks and one.reference for one in CHECKS)
    assert all(path.read_text(encoding="utf-8") == text for path, text in check_pages().items())
    assert {path.stem for path in (ROOT / "docs/reference/checks").glob("*.md")} == {
        one.name for one in CHECKS
    }


def test_every_code_has_a_sentence() -> None:
    """Every code that a program may meet is listed with what it says; a code is small words joined by hyphens."""
    found = codes.by_code()
    assert len(found) > 80
    for code, said in found.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code), code
        assert codes.SENTENCES.get(code) or any(one.sentence.strip(" ….") for one in said), code


def test_every_code_in_the_source_was_found() -> None:
    """A second look, by text: what stands as `code="…"` is in the list."""
    written = set()
    for path in (ROOT / "newsletter").rglob("*.py"):
        if "emulator" not in path.parts:
            written |= set(re.findall(r'\bcode="([^"{]+)"', path.read_text(encoding="utf-8")))
    assert written <= set(codes.by_code())


def test_every_table_of_words_is_complete() -> None:
    """A new status, reason or kind without its words makes the generator fail, not be left out."""
    for make in (tables.statuses, tables.batch_states, tables.event_kinds, tables.exclusions, tables.consent):
        assert "|  |" not in make(), make.__name__


# --- what is shown in a terminal is tried ---


def steps(page: Path) -> Iterator[tuple[str, str]]:
    """The blocks of a page in order: (`console`, lines), or (a file's path, its content)."""
    for info, body in re.findall(
        r"^```(\w+(?: \S+)?)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    ):
        kind, _, path = info.partition(" ")
        if kind == "console" or path:
            yield path or kind, body


def commands(body: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines that it is shown to print."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, *lines = part.rstrip("\n").split("\n")
        yield command, [line for line in lines if line.strip()]


def printed(shown: str, output: str) -> bool:
    """Whether a line was printed; … stands for anything."""
    pattern = r"\s+".join(".*".join(re.escape(bit) for bit in word.split("…")) for word in shown.split())
    return re.search(pattern, output) is not None


@pytest.mark.parametrize("page", TRIED, ids=names(TRIED))
def test_commands_that_are_shown_do_what_is_shown(page: Path, tmp_path: Path) -> None:
    folder = tmp_path
    tried = 0
    for kind, body in steps(page):
        if kind != "console":
            (folder / kind).write_text(body, encoding="utf-8")
            continue
        for command, lines in commands(body):
            program, *arguments = shlex.split(command)
            tried += 1
            if program == "cd":
                folder = folder / arguments[0]
                assert folder.is_dir()
                continue
            assert program == "newsletter", f"only newsletter and cd are tried: {command}"
            done = newsletter(folder, *arguments)
            for line in lines:
                assert printed(line, done.stdout + done.stderr), (
                    f"{command}\nnot printed: {line}\n{done.stdout}{done.stderr}"
                )
    assert tried


def test_the_tutorial_of_the_studio_says_what_stands_there() -> None:
    """Every word that is to be pressed, chosen or read stands in the studio, in the English of its pages."""
    page = ROOT / "docs/tutorial/in-the-studio.md"
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    pressed = {" ".join(one.split()) for one in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", text)}
    known = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(english)) for english, _ in table().values()]
    assert len(pressed) > 30
    names = {"français"}  # a language by its own name
    assert [
        one for one in sorted(pressed - names) if not any(re.fullmatch(each, one) for each in known)
    ] == []


def test_help_is_quick_because_it_imports_little() -> None:
    """`newsletter --help` imports none of the large libraries."""
    code = "import sys; from newsletter.cli import main; main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(re.findall(r"'([\w.]+)'", done.stderr))
    large = {
        "sqlalchemy",
        "httpx",
        "rich",
        "starlette",
        "alembic",
        "jinja2",
        "mjml",
        "babel",
        "holidays",
        "cryptography",
    }
    assert "click" in loaded
    assert not loaded & large
    assert all(name in done.stdout for name in COMMANDS)


def test_pictures_are_small() -> None:
    large: dict[str, Any] = {
        path.name: path.stat().st_size
        for path in (ROOT / "docs/pictures").iterdir()
        if path.stat().st_size > 150_000
    }
    assert not large
