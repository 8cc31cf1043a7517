"""Rules of the studio that a machine can hold: words in both languages, used and known; vendored files unchanged; routes with rights."""

from __future__ import annotations

import ast
import hashlib
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.pipeline.exporting import Export
from newsletter.web.api.table import OPERATIONS
from newsletter.web.studio import sections
from newsletter.web.studio.drawing import environment
from newsletter.web.studio.log import key as key_of
from newsletter.web.studio.routing import Act, Anybody
from newsletter.web.studio.words import LANGUAGES, tables, words
from newsletter.web.studio.words import table as known_words
from tests.house.playing import ROOT
from tests.house.reaching_audit import writes_log

STUDIO = ROOT / "newsletter/web/studio"
TEMPLATES = sorted((STUDIO / "look").rglob("*.html"))
#: pages that anybody may ask for
OPEN = {"/sign-in", "/welcome/{token}"}
_USED = re.compile(r"\bw\.([a-z]\w*)|\bw\(\s*['\"]([a-z]\w*)['\"]")


def used(path: Path) -> Iterator[str]:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for one, other in _USED.findall(text):
        yield one or other


def test_every_word_stands_in_both_languages_under_its_section() -> None:
    for section, table in tables().items():
        for key, pair in table.items():
            assert key.startswith(f"{section}_"), key
            assert len(pair) == len(LANGUAGES), key
            assert all(pair), key
            fields = [sorted(re.findall(r"\{\w+\}", text)) for text in pair]
            assert fields[0] == fields[1], key


def test_french_is_typeset_as_in_canada() -> None:
    for table in tables().values():
        for key, (_, french) in table.items():
            assert not re.search(r"[^\u00a0\u202f]:(\s|$)", french), key
            assert not re.search(r"\s[;!?]", french), key
            assert not re.search(r"«[^\u00a0\u202f]|[^\u00a0\u202f]»", french), key
            assert "'" not in french, key


def test_every_word_that_pages_ask_for_is_known() -> None:
    known = words("en")
    for path in [*TEMPLATES, *STUDIO.glob("*.py")]:
        for key in used(path):
            if key.endswith("_"):
                continue  # put together there
            assert any(hasattr(known, name) for name in (key, f"{key}_one")), f"{path.name}: {key}"
    for key in [key for table in tables().values() for key in table]:
        if key.endswith("_one"):
            assert hasattr(known, f"{key[:-4]}_many"), key


def acts() -> Iterator[str]:
    """Every act that stands as a text in a line of the log."""
    for path in sorted((ROOT / "newsletter/pipeline").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.note":
                yield from (str(one.value) for one in node.args[3:4] if isinstance(one, ast.Constant))


def test_every_act_has_its_sentence_in_the_log() -> None:
    """In words/log.py: `log_ACT`, with `{actor}` and `{subject}`."""
    known = known_words()
    found = set(acts())
    assert len(found) > 25
    assert [act for act in sorted(found) if key_of(act) not in known] == []


#: acts that write no line, and why
UNLOGGED = {
    "/issues/{slug}/show": "draws the picture of what is being typed; nothing is kept",
    "/issues/{slug}/remarks": "the same, of its remarks",
    "/issues/{slug}/move": "gives the moved text back to the editor; keeping it is logged",
    "/issues/{slug}/fill": "the same, of a block that is filled in",
    "/issues/{slug}/form": "the same, of the front matter as a form",
    "/recipients/new-segment/draw": "draws the rows of a segment that is being put together",
    "/recipients/segments/{name}/draw": "the same, of one that stands",
    "/recipients/weigh-segment": "counts who a segment would be for",
    "/settings/health": "asks whether all is well; nothing is kept or sent",
}


def test_every_act_leaves_a_line_in_the_log_or_says_why_not() -> None:
    found = {way.path: writes_log(way.endpoint) for _, way in sections.every() if isinstance(way, Act)}
    assert len(found) > 60
    assert sorted(path for path, written in found.items() if not written) == sorted(UNLOGGED)
    unsafe = {one.name: writes_log(one.endpoint) for one in OPERATIONS if one.unsafe}
    assert len(unsafe) > 10
    assert all(unsafe.values()), unsafe


def test_what_writes_no_line_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An act that leads to the log through other modules and through a class; and one that does not."""
    planted = (
        "from newsletter.store import audit\nfrom newsletter.pipeline import hold\n"
        "class One:\n    def go(self):\n        self._deep()\n    def _deep(self):\n        audit.note()\n"
        "def through(v):\n    return One().go()\ndef elsewhere(v):\n    hold.hold(v)\ndef silent(v):\n    return hold\n"
    )
    (tmp_path / "planted_acts.py").write_text(planted, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    found = importlib.import_module("planted_acts")
    assert [writes_log(one) for one in (found.through, found.elsewhere, found.silent)] == [True, True, False]


def test_every_export_has_its_sentence_in_the_log() -> None:
    assert [one.value for one in Export if key_of(one.value) not in known_words()] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(STUDIO).as_posix())
def test_templates_keep_to_the_policy(path: Path) -> None:
    """No inline script, no inline style, no handler: the browser would refuse them."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]+src=)|<style|\sstyle=|\son\w+=|javascript:|hx-on|\bjs:", text)
    assert not re.search(r"\|\s*safe\b", text), "what is safe is Markup before it comes here"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(STUDIO).as_posix())
def test_templates_can_be_read(path: Path) -> None:
    look = environment(ZoneInfo("America/Toronto"))
    look.get_template(path.relative_to(STUDIO / "look").as_posix())


def test_vendored_files_are_unchanged_and_named() -> None:
    folder = STUDIO / "vendor"
    listed = tomllib.loads((folder / "VENDORED.toml").read_text(encoding="utf-8"))
    named = {"VENDORED.toml"}
    for name, one in listed.items():
        assert one["version"] in one["file"], name
        assert one["licence"], name
        assert one["source"], name
        assert (folder / one["licence_file"]).read_text(encoding="utf-8").strip(), name
        digest = hashlib.sha256((folder / one["file"]).read_bytes()).hexdigest()
        assert digest == one["sha256"], name
        named |= {one["file"], one["licence_file"]}
    assert {path.name for path in folder.iterdir()} == named


def test_every_route_needs_a_right_and_stands_once() -> None:
    seen = set()
    for _, way in sections.every():
        kind = (way.path, isinstance(way, Act))
        assert kind not in seen, way.path
        seen.add(kind)
        if isinstance(way.need, Anybody):
            assert way.path in OPEN, way.path
