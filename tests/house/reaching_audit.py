"""Which functions write a line of the audit log, themselves or by what they call: read from the source, not by running it.

In: a function of ours. Out: whether the log is written on some way through it. Called by the house's test of acts.

A call is followed where its name leads to one function of ours: a module's own, one that it imported, or `module.function`. A method
is followed by its name, within modules that the caller imports.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

LOG = ("newsletter.store.audit", "note")
Place = tuple[str, str]  #: a module, a name in it


@cache
def _module(name: str) -> tuple[dict[str, ast.AST], dict[str, Place]]:
    """The functions of a module by name (methods as well), and what its imports are called."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return {}, {}
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    functions: dict[str, ast.AST] = {}
    imported: dict[str, Place] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            functions.setdefault(node.name, node)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("newsletter"):
            imported |= {(one.asname or one.name): (node.module, one.name) for one in node.names}
    return functions, imported


def _as_module(place: Place) -> str:
    """The module that an imported name is, or empty."""
    name = ".".join(place)
    try:
        return name if importlib.util.find_spec(name) else ""
    except ModuleNotFoundError:
        return ""


def _called(module: str, node: ast.AST) -> Iterator[Place]:
    functions, imported = _module(module)
    for found in ast.walk(node):
        if isinstance(found, ast.Name) and found.id in functions:
            yield module, found.id
        elif isinstance(found, ast.Name) and found.id in imported and not _as_module(imported[found.id]):
            yield imported[found.id]
        elif isinstance(found, ast.Attribute) and isinstance(found.value, ast.Name):
            place = imported.get(found.value.id)
            if place and (target := _as_module(place)):
                yield target, found.attr
            elif found.value.id == "self" and found.attr in functions:
                yield module, found.attr


def writes_log(function: Callable[..., Any]) -> bool:
    """True when some way through a function leads to a line of the log."""
    waiting, seen = [(function.__module__, function.__name__)], set[Place]()
    while waiting:
        place = waiting.pop()
        if place == LOG:
            return True
        if place in seen:
            continue
        seen.add(place)
        functions, imported = _module(place[0])
        if place[1] in functions:
            waiting += _called(place[0], functions[place[1]])
        elif place[1] in imported:  # a package hands it on
            waiting.append(imported[place[1]])
    return False
