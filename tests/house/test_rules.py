"""The rules of the house that a machine can hold: length, openings, words, arrows, addresses, licences."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from newsletter.web.preview import words as preview_words
from newsletter.web.public import words as public_words
from tests.house.playing import ROOT

MODULES = sorted((ROOT / "newsletter").rglob("*.py"))
PAGE = 350


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    """The files of the project: those in git, or all but what running leaves behind where there is no git."""
    if shutil.which("git") and (ROOT / ".git").exists():
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
        return [path for part in done.stdout.split("\0") if part and (path := ROOT / part).is_file()]
    from tests.budget import files

    return list(files(ROOT))


def opening(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def only_names(path: Path) -> bool:
    """A package's own module that holds nothing but names."""
    return (
        path.name in {"__init__.py", "__main__.py"}
        and len(path.read_text(encoding="utf-8").splitlines()) < 15
    )


# --- modules ---


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_fits_on_its_page_and_says_what_it_is(path: Path) -> None:
    if "versions" in path.parts:
        return  # a migration is the history of a schema: as long as it is, and never changed
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= PAGE, "cut it in two"
    said = opening(path)
    assert said
    if not only_names(path):
        assert "In:" in said, "what comes in?"
        assert "Out:" in said, "what goes out?"
        assert re.search(r"\b(Called|Made by|Started by)\b", said), "who calls it?"


def test_most_modules_are_short() -> None:
    lengths = sorted(
        len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES if not only_names(path)
    )
    assert lengths[len(lengths) // 2] <= 130


def test_arrows_point_down() -> None:
    """The contracts of import-linter, as pyproject.toml has them."""
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.ci
@pytest.mark.parametrize(
    "command",
    [["ruff", "format", "--check", "."], ["ruff", "check", "."], ["mypy"]],
    ids=["format", "lint", "types"],
)
def test_tools_find_nothing(command: list[str]) -> None:
    program = Path(sys.executable).parent / command[0]
    done = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_nothing_is_left_open() -> None:
    for path in [*MODULES, *(ROOT / "tests").rglob("*.py")]:
        if path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"#.*\b(FIXME|XXX)\b|#\s*TODO\b|pass  # stub|mark\.xfail\b", text), name(
                path
            )


def test_only_one_module_asks_which_system_this_is() -> None:
    """POSIX-only calls stand in newsletter/host.py (the emulator imports nothing of ours)."""
    calls = re.compile(
        r"\bos\.(fork|geteuid|getuid|chown|killpg|setsid|fchmod)\b|^\s*import (fcntl|resource|pwd|grp)\b",
        re.MULTILINE,
    )
    found = [name(path) for path in MODULES if calls.search(path.read_text(encoding="utf-8"))]
    assert [path for path in found if "emulator" not in path] == ["newsletter/host.py"]


# --- words ---

#: words to be avoided that have another, plain meaning here, too: a machine cannot tell
ALSO_PLAIN = {
    "body", "category", "check", "chunk", "contact", "draft", "element", "email", "failed", "filter", "group", "history",
    "job", "label", "list", "lock", "message", "output", "page", "partial", "post", "query", "queue", "read", "receipt",
    "received", "response", "run", "sample", "sandbox", "send", "sent", "size", "slot", "status", "tag", "try", "version", "warning",
    "webhook", "wrapper",
}  # fmt: skip


def glossary() -> Iterator[tuple[str, list[str]]]:
    """Each word of the glossary, with the words to be avoided for it."""
    for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 6 and cells[1] not in {"word in code", "---"}:
            bare = re.sub(r"\([^)]*\)", "", cells[3])
            yield cells[1], [word.strip() for word in bare.split(",") if word.strip()]


def avoided() -> set[str]:
    return {word for _, words in glossary() for word in words}


def identifiers(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.arg(arg=found) | ast.Name(id=found, ctx=ast.Store()):
                yield found


def parts(identifier: str) -> str:
    return " ".join(part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier))


def test_every_row_of_the_glossary_is_whole() -> None:
    rows = list(glossary())
    assert len(rows) > 70
    assert len({word for word, _ in rows}) == len(rows)


def test_exceptions_are_still_words_to_avoid() -> None:
    assert not ALSO_PLAIN - avoided()


def test_no_avoided_word_names_anything() -> None:
    words = re.compile(
        rf"\b({'|'.join(sorted(word.replace('-', ' ') for word in avoided() - ALSO_PLAIN))})\b"
    )
    for path in MODULES:
        if "emulator" not in path.parts:  # it speaks SendGrid's language
            for identifier in identifiers(path):
                assert not words.search(parts(identifier)), f"{name(path)}: {identifier}"


def test_no_avoided_word_is_shown() -> None:
    shown = re.compile(
        r"\b(subscribers?|black-?list\w*|block-?list\w*|blasts?|brands?|opt-in|fan-out|merge tags?|shortcodes?)\b",
        re.IGNORECASE,
    )
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / "newsletter/web").rglob("*.html")]
    for page in pages:
        if page.name != "glossary.md":
            assert not shown.search(page.read_text(encoding="utf-8")), name(page)
    for path in (*(ROOT / "newsletter/cli").glob("*.py"), *(ROOT / "newsletter/web").rglob("*.py")):
        for line, text in texts(path):
            assert not shown.search(text), f"{name(path)}:{line}"


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module that are no descriptions of code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in described:
            yield node.lineno, node.value


def test_every_word_stands_in_english_and_french() -> None:
    assert public_words.WORDS["en"].keys() == public_words.WORDS["fr"].keys()
    for key in public_words.WORDS["en"]:
        english, french = (public_words.WORDS[language][key] for language in ("en", "fr"))
        assert all((english, french)), key
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", french)), key
    for key, pair in preview_words._TABLE.items():
        assert [bool(text) for text in pair] == [True, True], key
        assert set(re.findall(r"\{\w+\}", pair[0])) == set(re.findall(r"\{\w+\}", pair[1])), key


# --- what no file may hold ---


def test_no_file_names_a_registry_a_cdn_or_a_machine() -> None:
    forbidden = re.compile(
        rb"files\.pythonhosted|pypi\.org|--index-url|--extra-index-url|registry\.npmjs"
        rb"|cdn\.jsdelivr|unpkg\.com|cdnjs\.|fonts\.googleapis|fonts\.gstatic|googletagmanager"
        rb"|/home/\w+/|/Users/\w+/|/root/\w"
    )
    here = str(ROOT).encode()
    for path in tracked():
        if path == Path(__file__) or path.name == "Makefile":
            continue  # this list; and `make lock`, which names the flag that keeps addresses out
        data = path.read_bytes()
        found = forbidden.search(data)
        assert found is None, f"{name(path)}: {found[0]!r}"
        assert here not in data or len(here) < 6, name(path)


def test_no_secret_is_in_a_file() -> None:
    """A real key has 22 and 43 characters behind SG."""
    for path in tracked():
        assert not re.search(rb"SG\.[\w-]{22}\.[\w-]{43}", path.read_bytes()), name(path)


def test_pages_and_mails_load_nothing_from_elsewhere() -> None:
    loading = re.compile(
        r"""(?:<script[^>]+src=|<link[^>]+href=|@import\s+|url\()\s*["']?(?:https?:)?//""", re.IGNORECASE
    )
    for folder in ("newsletter", "templates"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".html", ".css", ".js", ".mjml", ".svg"}:
                assert not loading.search(path.read_text(encoding="utf-8")), name(path)


# --- dependencies ---

ALLOWED = re.compile(r"MIT|BSD|Apache|PSF|Python Software|ISC|MPL|Mozilla|Unlicense|LGPL|HPND|Zlib|CMU")


def test_licences_of_what_is_installed_are_allowed() -> None:
    for found in metadata.distributions():
        said = [
            found.metadata.get("License-Expression"),
            (found.metadata.get("License") or "").split("\n")[0],
        ]
        said += [line for line in found.metadata.get_all("Classifier") or [] if line.startswith("License ::")]
        text = " ".join(part for part in said if part)
        assert ALLOWED.search(text), f"{found.metadata['Name']}: {text}"
        assert not re.search(r"(?<!L)GPL|General Public", re.sub(r"LGPL|Lesser General Public", "", text)), (
            text
        )


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_every_dependency_by_digest(lock: str) -> None:
    import tomllib

    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in text.splitlines()
        if re.match(r"[\w.-]+==", line)
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {re.split(r"[=<>~!; ]", one)[0].lower() for one in project["project"]["dependencies"]}
    assert wanted <= pinned
    for block in re.split(r"\n(?=[\w.-]+==)", text)[1:]:
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_ci_demands_what_a_developer_may_lack() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert all(
        f"{demand}=1" in script for demand in ("REQUIRE_CONTRACTS", "REQUIRE_BROWSER", "REQUIRE_POSTGRES")
    )
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.ci
def test_no_test_needs_what_lies_beside_the_repository_to_be_found() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "--collect-only",
            "-q",
            "-p",
            "no:cacheprovider",
            "-n",
            "0",
            "tests",
        ],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("REQUIRE_")}
        | {"NEWSLETTER_SHARED": str(ROOT / "absent")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
