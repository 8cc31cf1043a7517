"""A tree of text made regular: what word processors and pages write by hand (bullets, empty paragraphs, doubled spaces) as what it means.

In: the tree of a body. Out: the same tree, mended; remarks. Called by letters.read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import html

from newsletter.letters.ooxml import short
from newsletter.letters.page import said, take_out
from newsletter.letters.value import Remark, Said

#: soft hyphens, zero-width spaces and marks, byte order marks, directional overrides: never seen, and they spoil a text
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\u180e\u202a-\u202e\u2066-\u2069\ufffc]")
_SPACES = re.compile("[\u2000-\u2006\u2008-\u200a\u205f\u3000\u000b]")
#: a no-break space is kept where French or a number wants it
_LOOSE = re.compile(r"(?<![\d«])[\u00a0\u202f](?![:;!?»%$€\d])")
_BULLET = re.compile(r"^\s*(?:[•●▪◦‣·∙■□➢►✓✔❖\uf0b7\uf0a7\uf0d8]\s*|[-–—*]\s+|o\t\s*)(?=\S)")
_DASHES = re.compile("[–—]")
_RULE = re.compile(r"\s*(?:[*_=~#–—-]\s*){3,}")
_NUMBER = re.compile(r"^\s*(?:\(?(\d{1,2})[.)]|(\d{1,2})\t)\s+(?=\S)")
_FIRST = "•●▪◦‣·∙■□➢►✓✔❖\uf0b7\uf0a7\uf0d8-–—*o"


def tidy(tree: Any) -> Iterator[Remark]:
    """Mend a tree in place."""
    yield from _characters(tree)
    for paragraph in list(tree.iter("p")):
        if _RULE.fullmatch("".join(paragraph.itertext())) and not len(paragraph):
            paragraph.tag, paragraph.text = "hr", None
    for paragraph in list(tree.iter("p", "div")):
        if paragraph.tag == "p" or not any(
            child.tag in {"p", "div", "ul", "ol", "table"} for child in paragraph
        ):
            _lines_apart(paragraph)
    for parent in [one for one in tree.iter() if any(child.tag == "p" for child in one)]:
        yield from _lists(parent)
    for parent in [one for one in tree.iter() if any(child.tag in {"ul", "ol"} for child in one)]:
        _lists_together(parent)


def _characters(tree: Any) -> Iterator[Remark]:
    counted = 0
    for element in tree.iter():
        if element.tag == "pre":
            continue
        for name in ("text", "tail"):
            text = getattr(element, name)
            if text:
                clean = _UNSEEN.sub("", text)
                counted += len(text) - len(clean)
                clean = _LOOSE.sub(" ", _SPACES.sub(" ", clean))
                setattr(element, name, clean if _keeps_lines(element) else clean.replace("\n", " "))
    if counted:
        yield Remark(
            Said.LEFT_OUT,
            f"{counted} unseen character{'s' if counted > 1 else ''} (soft hyphens, zero-width spaces)",
        )


def _keeps_lines(element: Any) -> bool:
    return element.tag == "pre" or any(one.tag == "pre" for one in element.iterancestors())


def _lines_apart(paragraph: Any) -> None:
    """A paragraph whose lines are points of a list is cut at its line breaks."""
    breaks = [child for child in paragraph if child.tag == "br"]
    if not breaks:
        return
    starts = [paragraph.text or "", *(one.tail or "" for one in breaks)]
    if sum(bool(_BULLET.match(text) or _NUMBER.match(text)) for text in starts) < 2:
        return
    lines: list[Any] = []
    for child in list(paragraph):
        if child.tag == "br":
            lines.append(html.Element("p"))
            lines[-1].text = child.tail
            paragraph.remove(child)
        elif lines:
            lines[-1].append(child)
    parent = paragraph.getparent()
    at = parent.index(paragraph) + 1
    parent[at:at] = lines
    if lines:
        lines[-1].tail, paragraph.tail = paragraph.tail, None


def _sign(paragraph: Any) -> tuple[str, str]:
    """What a paragraph begins with when it is a point made by hand: (`ul` or `ol`, the sign), else two empty texts."""
    if paragraph.tag != "p":
        return "", ""
    text = "".join(paragraph.itertext())
    if _BULLET.match(text):
        return "ul", _DASHES.sub("-", text.strip()[:1])
    found = _NUMBER.match(text)
    return ("ol", found[1] or found[2]) if found else ("", "")


def _lists(parent: Any) -> Iterator[Remark]:
    """Neighbouring points become one list; a single number stays what it is, for a heading or a date begins so, too."""
    children = list(parent)
    at = 0
    while at < len(children):
        kind, sign = _sign(children[at])
        points = [children[at]]
        while kind and at + len(points) < len(children):
            follower = children[at + len(points)]
            other, number = _sign(follower)
            going_on = other == kind and (kind == "ul" or int(number) == int(sign) + len(points))
            if not going_on:
                break
            points.append(follower)
        if kind == "ul" or (kind == "ol" and len(points) > 1):
            yield Remark(Said.CHANGED, f"a list made by hand ({sign}) is a list now", short(said(points[0])))
            _made(parent, kind, points)
        at += len(points)


def _made(parent: Any, kind: str, points: list[Any]) -> None:
    whole = html.Element(kind)
    parent.insert(parent.index(points[0]), whole)
    if kind == "ol" and (number := _sign(points[0])[1]) not in {"", "1"}:
        whole.set("start", number)
    first = _sign(points[0])[1]
    inner = None
    for point in points:
        sign = _sign(point)[1]
        _without_sign(point, _BULLET if kind == "ul" else _NUMBER)
        tail, point.tail, point.tag = point.tail, None, "li"
        if kind == "ul" and sign != first and len(whole):
            if inner is None:
                inner = html.Element("ul")
                whole[-1].append(inner)
            inner.append(point)
        else:
            inner = None
            whole.append(point)
        whole.tail = tail


def _without_sign(point: Any, pattern: re.Pattern[str]) -> None:
    """Take the sign off the first texts, wherever below it they stand."""
    rest = pattern.match("".join(point.itertext()))
    left = rest.end() if rest else 0
    for element, name in _texts(point):
        text = getattr(element, name) or ""
        setattr(element, name, text[left:])
        left -= min(left, len(text))


def _texts(element: Any) -> Iterator[tuple[Any, str]]:
    """Where the texts of an element stand, in the order of reading."""
    yield element, "text"
    for child in element:
        yield from _texts(child)
        yield child, "tail"


def _lists_together(parent: Any) -> None:
    """A list inside a list that stands beside its point goes into it (older programs write `<ul><li/><ul/></ul>`)."""
    for child in list(parent):
        if child.tag in {"ul", "ol"} and parent.tag in {"ul", "ol"}:
            before = child.getprevious()
            if before is not None and before.tag == "li":
                take_out(child)
                child.tail = None
                before.append(child)
