"""The names of WordprocessingML, and a few looks at its trees.

In: elements of a Word document. Out: their texts and places. Called by letters.changes, letters.boxes, letters.notes_in, letters.word.
ECMA-376 part 1, 17.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EMBED, LINKED, BY_ID = f"{{{_R}}}embed", f"{{{_R}}}link", f"{{{_R}}}id"
_SHORT = 60


def w(name: str) -> str:
    """A name of WordprocessingML, as lxml spells it."""
    return f"{{{_W}}}{name}"


def local(element: Any) -> str:
    """A tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def value(element: Any, name: str = "val") -> str:
    """An attribute `w:…`; empty when it is not there."""
    return str(element.get(w(name)) or "") if element is not None else ""


def text_in(element: Any) -> str:
    """All text below an element, what is marked as deleted included, on one line."""
    pieces = []
    for one in element.iter():
        name = local(one)
        if name in {"t", "delText"}:
            pieces.append(one.text or "")
        elif name in {"tab", "br", "cr"} or (name == "p" and pieces):
            pieces.append(" ")
    return " ".join("".join(pieces).split())


def short(text: str, most: int = _SHORT) -> str:
    """The beginning of a text."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def around(element: Any, name: str = "p") -> Any:
    """The nearest element of a name above (or this one); None when there is none."""
    while element is not None and element.tag != w(name):
        element = element.getparent()
    return element


def numbered(tree: Any) -> dict[Any, int]:
    """The paragraphs of a tree by their number, from 1."""
    return {paragraph: number for number, paragraph in enumerate(tree.iter(w("p")), 1)}


def remove(element: Any) -> None:
    """Take an element out; lxml would take the text behind it along, but WordprocessingML has none there."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def unwrap(element: Any) -> None:
    """Put an element's children in its place."""
    parent = element.getparent()
    at = parent.index(element)
    for offset, child in enumerate(list(element)):
        parent.insert(at + offset, child)
    parent.remove(element)


def every(tree: Any, *names: str) -> Iterator[Any]:
    """The elements of some names, gathered first, so that the tree may be changed on the way."""
    return iter(list(tree.iter(*(w(name) for name in names))))
