"""Text boxes and comments of a Word document: listed, then put in line, dropped or taken out, as their bringer decided.

In: trees. Out: OpenPoints, remarks; the trees without them. Called by letters.word. ECMA-376 part 1, 17.13.4 and 14.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsletter.letters.ooxml import (
    EMBED,
    around,
    every,
    local,
    numbered,
    remove,
    short,
    text_in,
    unwrap,
    value,
    w,
)
from newsletter.letters.value import OpenPoint, Remark, Said

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HOSTS = {"AlternateContent", "drawing", "pict"}


def one_form(tree: Any) -> None:
    """Keep one of the forms in which Word writes a drawing twice: the newer one, where it holds a picture or a text box."""
    for both in list(tree.iter(f"{_MC}AlternateContent")):
        choice, fallback = both.find(f"{_MC}Choice"), both.find(f"{_MC}Fallback")
        known = choice is not None and (
            fallback is None
            or choice.find(f".//{w('txbxContent')}") is not None
            or any(one.get(EMBED) for one in choice.iter())
        )
        for form in list(both):
            if form is not (choice if known else fallback):
                remove(form)
        for form in list(both):
            unwrap(form)
        unwrap(both)


def boxes(tree: Any, where: str = "") -> Iterator[OpenPoint]:
    """Every text box that holds text or a picture, outermost ones."""
    numbers = numbered(tree)
    for box in _outermost(tree):
        paragraph = around(box.getparent())
        pictures = any(one.get(EMBED) for one in box.iter())
        text = short(text_in(box), 90) or ("a picture" if pictures else "")
        if text:
            near = short(_beside(paragraph, box))
            yield OpenPoint(
                "text box", f"text box{where and ', '}{where}", text, "", numbers.get(paragraph, 0), near
            )


def _outermost(tree: Any) -> list[Any]:
    found = every(tree, "txbxContent")
    return [box for box in found if around(box.getparent(), "txbxContent") is None]


def _beside(paragraph: Any, box: Any) -> str:
    """The words of a paragraph without those of its box; else those of the next one."""
    if paragraph is None:
        return ""
    inside = text_in(box)
    own = text_in(paragraph).replace(inside, " ")
    following = paragraph.getnext()
    return own if own.strip() or following is None else text_in(following)


def settle_boxes(tree: Any, *, inline: bool) -> Iterator[Remark]:
    """Put the content of each text box behind the paragraph that it hangs on, or take it out; either is told."""
    for box in _outermost(tree):
        text = short(text_in(box), 90)
        if inline:
            paragraph = around(box.getparent())
            for child in reversed(list(box)):
                if paragraph is not None:
                    paragraph.addnext(child)
            yield Remark(Said.CHANGED, "a text box stands in the line of the text now", text)
        else:
            yield Remark(Said.LEFT_OUT, "a text box", text)
        _take_out(box)


def _take_out(box: Any) -> None:
    host = box
    while host.getparent() is not None and local(host.getparent()) not in {"r", "p", "body"}:
        host = host.getparent()
    remove(host if local(host) in _HOSTS else box)


def comments(tree: Any, notes: Any, where: str = "") -> Iterator[OpenPoint]:
    """Every comment that the text refers to, with its author; `notes` is the tree of the comments, or None."""
    numbers = numbered(tree)
    known = {value(one, "id"): one for one in (notes.iter(w("comment")) if notes is not None else ())}
    for mark in every(tree, "commentReference"):
        comment = known.get(value(mark, "id"))
        paragraph = around(mark)
        who = value(comment, "author") if comment is not None else ""
        text = short(text_in(comment), 90) if comment is not None else ""
        near = short(text_in(paragraph)) if paragraph is not None else ""
        yield OpenPoint(
            "comment", f"comment{where and ', '}{where}", text, who, numbers.get(paragraph, 0), near
        )


def drop_comments(tree: Any, points: list[OpenPoint]) -> Iterator[Remark]:
    """Take the comments out; each is told."""
    for mark in every(tree, "commentReference", "commentRangeStart", "commentRangeEnd"):
        remove(mark)
    for point in points:
        yield Remark(Said.LEFT_OUT, f"a comment by {point.who or 'somebody'}", point.text)
