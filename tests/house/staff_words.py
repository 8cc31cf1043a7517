"""What staff read, gathered from everywhere it is written; and the words that they are not to meet there.

In: the repository. Out: texts with their places. Called by the house's test of words.

Code has its own words for things (house.md 3); staff know them by those of the glossary's last column. A text is a word of a table, what
stands between the tags of a template, or a sentence in a module of `pipeline`, `checks`, `audience` or `web` (keys, addresses and
descriptions of code are none).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.playing import ROOT

#: words of code, and words that the glossary avoids, which have another form on screen: English, French
ENGLISH = re.compile(
    r"\b(campaigns?|editions?|renderings?|findings?|slots?|suppress(?:ions?|ed)|deliver(?:y|ies)|waves?|batch(?:es)?|in doubt|in_doubt"
    r"|subscribers?|blasts?|brands?|block-?lists?|black-?lists?|opt-?in|merge tags?|shortcodes?|payloads?|snapshots?|webhooks?)\b",
    re.IGNORECASE,
)
FRENCH = re.compile(
    r"\b(campagnes?|éditions?|rendus?|constats?|emplacements?|livraisons?|vagues?|lots?|en doute|abonnés?|marques? commerciales?"
    r"|listes? noires?|instantanés?|suppression d’adresse)\b",
    re.IGNORECASE,
)
FOLDERS = ("pipeline", "checks", "audience", "planning", "web", "channels")
_TAGS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
_SHOWN = re.compile(r"\b(?:alt|title|aria-label|placeholder)=\"([^\"{]+)\"")
_SENTENCE = re.compile(r"[^\W\d_]+['’]?[^\W\d_]*[,:;]? [^\W\d_]")
_QUOTED = re.compile(r"`[^`]*`|\{[^{}]*\}|https?://\S+")


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """The sentences of a module: texts of more than one word, without what is quoted from the terminal."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    logged = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")
    )
    unseen = {id(part) for node in logged for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else " … " for part in node.values
            )
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and not {id(node)} & (described | inside)
        ):
            text = node.value
        else:
            continue
        if _SENTENCE.search(text):
            yield node.lineno, _QUOTED.sub(" ", text)


def template(path: Path) -> Iterator[tuple[int, str]]:
    """What a template says by itself."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        yield number, " ".join([_TAGS.sub(" ", line), *_SHOWN.findall(line)])


def every() -> Iterator[tuple[str, str]]:
    """All texts: where each stands, and what it says."""
    pages = (path for kind in ("*.html", "*.jinja") for path in (ROOT / "newsletter/web").rglob(kind))
    for path in sorted(pages):
        for line, text in template(path):
            yield f"{path.relative_to(ROOT)}:{line}", text
    for folder in FOLDERS:
        for path in sorted((ROOT / "newsletter" / folder).rglob("*.py")):
            for line, text in sentences(path):
                yield f"{path.relative_to(ROOT)}:{line}", text


def strange(text: str) -> set[str]:
    """The words of a text that staff are not to meet."""
    return {found[0].lower() for words in (ENGLISH, FRENCH) for found in words.finditer(text)}
