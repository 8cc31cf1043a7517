"""What else a Word document holds that no mail can show, or that was never meant to be read: taken out, and told.

In: a Package whose changes, boxes and comments are settled. Out: remarks; the trees without them. Called by letters.word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsletter.letters.ooxml import (
    BY_ID,
    EMBED,
    LINKED,
    around,
    every,
    local,
    remove,
    short,
    text_in,
    value,
    w,
)
from newsletter.letters.packed import Package
from newsletter.letters.value import Remark, Said

_OFF = {"0", "false", "none"}
_GRAPHICS = {
    "chart": "a chart",
    "diagram": "a diagram (SmartArt)",
    "wordprocessingGroup": "a group of shapes",
}
_RECKONED = {"DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "PAGE", "NUMPAGES", "FILENAME", "AUTHOR"}


def oddments(package: Package, tree: Any) -> Iterator[Remark]:
    """Everything of the text that cannot be carried over."""
    yield from _edges(package)
    yield from hidden(tree)
    yield from _unfilled(tree)
    yield from _objects(tree)
    yield from _linked(package, tree)
    yield from _contents(tree)
    yield from _fields(tree)
    yield from _looks(tree)


def _edges(package: Package) -> Iterator[Remark]:
    for kind in ("header", "footer"):
        texts = dict.fromkeys(short(text_in(tree), 90) for tree in package.related(kind).values())
        for text in texts:
            if text:
                yield Remark(Said.LEFT_OUT, f"the {kind} of its pages", text)


def _on(run: Any, name: str) -> bool:
    mark = run.find(f"{w('rPr')}/{w(name)}")
    return mark is not None and value(mark) not in _OFF


def hidden(tree: Any) -> Iterator[Remark]:
    """Hidden words, which Word shows to nobody and a mail would show to everybody; of the notes, too."""
    for run in every(tree, "r"):
        if _on(run, "vanish"):
            text = text_in(run)
            remove(run)
            if text:
                yield Remark(Said.LEFT_OUT, "hidden text", short(text))


def _unfilled(tree: Any) -> Iterator[Remark]:
    """Content controls that nobody filled in: Word shows "Click or tap here to enter text." """
    for control in every(tree, "sdt"):
        properties = control.find(w("sdtPr"))
        if properties is not None and properties.find(w("showingPlcHdr")) is not None:
            yield Remark(Said.LEFT_OUT, "a field of a form that nobody filled in", short(text_in(control)))
            remove(control)


def _objects(tree: Any) -> Iterator[Remark]:
    for element in every(tree, "object", "altChunk"):
        what = "an embedded object" if local(element) == "object" else "an embedded document"
        yield Remark(Said.LEFT_OUT, what, _near(element))
        remove(element)
    for data in [one for one in tree.iter() if local(one) == "graphicData"]:
        kind = _GRAPHICS.get(str(data.get("uri", "")).rpartition("/")[2])
        drawing = around(data, "drawing")
        if kind and drawing is not None and drawing.getparent() is not None:
            yield Remark(
                Said.TO_DO, f"{kind} was left out: save it as a picture and put that in", _near(data)
            )
            remove(drawing)
    for formula in [one for one in tree.iter() if local(one) == "oMath"]:
        said = " ".join("".join(one.text or "" for one in formula.iter() if local(one) == "t").split())
        yield Remark(Said.TO_DO, "a formula was left out: write it as text", said)
        remove(formula)


def _linked(package: Package, tree: Any) -> Iterator[Remark]:
    """Pictures that lie elsewhere are not fetched, neither from the web nor from a disk."""
    here = {relation.get("Id") for relation in package.relations() if _lies_here(package, relation)}
    for picture in [one for one in tree.iter() if local(one) in {"blip", "imagedata"}]:
        if not picture.get(LINKED) and {picture.get(EMBED), picture.get(BY_ID)} & here:
            continue
        yield Remark(
            Said.TO_DO, "a picture that only a link leads to was left out: put the file in", _near(picture)
        )
        drawing = around(picture, "drawing")
        remove(drawing if drawing is not None else picture)  # of a VML shape the words may stay


def _lies_here(package: Package, relation: Any) -> bool:
    target = relation.get("Target") or ""
    return (relation.get("TargetMode") != "External" and f"word/{target}" in package.media) or target.lstrip(
        "/"
    ) in package.media


def _contents(tree: Any) -> Iterator[Remark]:
    lines = [
        one
        for one in every(tree, "p")
        if value(one.find(f"{w('pPr')}/{w('pStyle')}")).upper().startswith("TOC")
    ]
    if lines:
        yield Remark(Said.LEFT_OUT, "a table of contents", short(text_in(lines[0])))
    for line in lines:
        remove(line)


def _fields(tree: Any) -> Iterator[Remark]:
    for field in every(tree, "instrText", "fldSimple"):
        words = (field.text or "" if local(field) == "instrText" else value(field, "instr")).split()
        if words and words[0].upper() in _RECKONED:
            what = f"Word reckons {words[0].upper()} here; the text stands as it was saved"
            yield Remark(Said.TO_DO, what, _near(field))


def _looks(tree: Any) -> Iterator[Remark]:
    marked = [text_in(run) for run in every(tree, "r") if _on(run, "highlight")]
    for text in _joined(marked):
        yield Remark(Said.TO_DO, "marked with colour: is it finished?", text)
    underlined = [
        text_in(run) for run in every(tree, "r") if _on(run, "u") and around(run, "hyperlink") is None
    ]
    for text in _joined(underlined):
        yield Remark(Said.LEFT_OUT, "the line under words, for readers take it for a link", text)
    breaks = sum(value(one, "type") == "page" for one in every(tree, "br"))
    if breaks:
        yield Remark(Said.LEFT_OUT, f"{breaks} page break{'s' if breaks > 1 else ''}")


def _joined(texts: list[str]) -> Iterator[str]:
    if said := " … ".join(text for text in texts if text.strip()):
        yield short(said, 90)


def _near(element: Any) -> str:
    paragraph = around(element)
    said = text_in(paragraph) if paragraph is not None else ""
    return f"near “{short(said)}”" if said else ""
