"""Tracked changes of a Word document: listed with who and what, then accepted or rejected; libraries do either in silence.

In: the tree of a part. Out: OpenPoints; the tree without changes. Called by letters.word. ECMA-376 part 1, 17.13.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsletter.letters.ooxml import around, every, local, numbered, remove, short, text_in, unwrap, w
from newsletter.letters.value import OpenPoint

_WORDS = {
    "ins": "inserted",
    "del": "deleted",
    "moveFrom": "moved away",
    "moveTo": "moved here",
    "cellIns": "cell inserted",
    "cellDel": "cell deleted",
    "cellMerge": "cells merged",
}
_CAME, _WENT = ("ins", "moveTo", "cellIns"), ("del", "moveFrom", "cellDel")
_FORMER = (
    *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange", "tblGridChange"),
    *("tblPrExChange", "numberingChange", "cellMerge"),
)
_RANGES = tuple(f"{kind}Range{end}" for kind in ("moveFrom", "moveTo") for end in ("Start", "End"))
_AS_TEXT = {"delText": "t", "delInstrText": "instrText"}


def listed(tree: Any, where: str = "") -> Iterator[OpenPoint]:
    """Every tracked change; the many of one paragraph's form, or of a paragraph and its mark, are one. `where` names the part."""
    numbers = numbered(tree)
    seen: set[tuple[object, ...]] = set()
    for element in every(tree, *_WORDS, *_FORMER):
        paragraph = around(element)
        who, said = element.get(w("author")) or "", _said(element)
        mark = local(element.getparent()) == "rPr"
        key = (paragraph, who, said) if mark or said == "format changed" else (element,)
        if key in seen:
            continue
        seen |= {key, (paragraph, who, said)}
        near = short(text_in(paragraph)) if paragraph is not None else ""
        what = f"{said}, {where}" if where else said
        yield OpenPoint("change", what, short(_about(element)), who, numbers.get(paragraph, 0), near)


def _said(element: Any) -> str:
    name = local(element)
    kind = local(element.getparent())
    if name not in _WORDS:
        return "format changed"
    return f"row {_WORDS[name]}" if kind == "trPr" else _WORDS[name]


def _about(element: Any) -> str:
    kind = local(element.getparent())
    if kind == "trPr":
        return text_in(around(element, "tr"))
    if kind == "tcPr":
        return text_in(around(element, "tc"))
    return "" if kind == "rPr" else text_in(element)


def settle(tree: Any, *, accept: bool) -> None:
    """Accept or reject every change of a part."""
    came, went = (_CAME, _WENT) if accept else (_WENT, _CAME)
    _former(tree, accept=accept)
    for row in every(tree, "trPr"):
        _row(row, came, went)
    for cell in every(tree, "tcPr"):
        _cell(cell, came, went)
    joined = [paragraph for paragraph in every(tree, "p") if _marked(paragraph, went)]
    for element in every(tree, *went[:2]):
        remove(element)
    for element in every(tree, *came[:2]):
        remove(element) if local(element.getparent()) == "rPr" else unwrap(element)
    for paragraph in joined:
        _join(paragraph)
    for element in every(tree, *_RANGES):
        remove(element)
    for element in every(tree, *_AS_TEXT):
        element.tag = w(_AS_TEXT[local(element)])


def _former(tree: Any, *, accept: bool) -> None:
    """Changes of form: the former properties stand inside the present ones."""
    for element in every(tree, *_FORMER):
        parent = element.getparent()
        if not accept and parent is not None and len(element) and element[0].tag == parent.tag:
            marks = [one for one in parent if local(one) in _WORDS]
            parent[:] = [*marks, *element[0]]
        else:
            remove(element)


def _row(properties: Any, came: tuple[str, ...], went: tuple[str, ...]) -> None:
    for mark in [one for one in properties if local(one) in _WORDS]:
        if local(mark) in went:
            remove(properties.getparent())
            return
        if local(mark) in came:
            remove(mark)


def _cell(properties: Any, came: tuple[str, ...], went: tuple[str, ...]) -> None:
    for mark in [one for one in properties if local(one) in {"cellIns", "cellDel"}]:
        remove(properties.getparent() if local(mark) in went else mark)


def _marked(paragraph: Any, kinds: tuple[str, ...]) -> bool:
    """True when the end of a paragraph is among the changes."""
    mark = paragraph.find(f"{w('pPr')}/{w('rPr')}")
    return mark is not None and any(local(one) in kinds for one in mark)


def _join(paragraph: Any) -> None:
    """A paragraph whose end is gone flows into the next, whose form is kept."""
    following = paragraph.getnext()
    content = [child for child in paragraph if child.tag != w("pPr")]
    if following is None or following.tag != w("p"):
        if not content and paragraph.getparent() is not None and local(paragraph.getparent()) != "tc":
            remove(paragraph)
        return
    at = 1 if len(following) and following[0].tag == w("pPr") else 0
    for offset, child in enumerate(content):
        following.insert(at + offset, child)
    remove(paragraph)
