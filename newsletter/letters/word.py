"""A Word document becomes HTML: what must be decided is listed or settled first, on the XML; mammoth turns the rest.

In: the bytes of a .docx, Choices. Out: Turned. Called by letters.read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from newsletter.letters import boxes, changes
from newsletter.letters.oddments import hidden, oddments
from newsletter.letters.ooxml import local
from newsletter.letters.packed import Package, unpack
from newsletter.letters.value import Choices, OpenPoint, Remark, Said
from newsletter.model.errors import AuthorError
from newsletter.model.place import Place
from newsletter.model.said import Said as Told

#: a picture in the HTML: `picture:N`, N its place in Turned.pictures
PICTURE = "picture:"
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='List Bullet 2'] => ul|ol > li > ul > li:fresh
p[style-name='List Number 2'] => ul|ol > li > ol > li:fresh
"""
_BODIES = ("footnotes", "endnotes")


@dataclass(slots=True)
class Turned:
    """A document as HTML, with the bytes of its pictures, what is still to be decided, and the account."""

    html: str = ""
    pictures: list[bytes] = field(default_factory=list)
    points: list[OpenPoint] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    title: str = ""


def turn(name: str, data: bytes, choices: Choices) -> Turned:
    """A Word document as HTML; empty HTML while something is to be decided. Raises AuthorError."""
    package = unpack(name, data)
    turned = Turned(title=_title(package))
    for where, tree in _bodies(package):
        boxes.one_form(tree)
        _settle(package, tree, where, choices, turned)
    if turned.points:
        return turned
    for where, tree in _bodies(package):
        turned.remarks += hidden(tree) if where else oddments(package, tree)
    try:
        turned.html = _html(package, turned)
    except Exception as error:  # noqa: BLE001 - whatever a damaged document makes the library raise, its bringer gets a sentence
        raise AuthorError(
            Told(
                f"is damaged ({type(error).__name__})", f"le document est endommagé ({type(error).__name__})"
            ),
            code="letter-unreadable",
            place=Place(name),
            hint=Told(
                "Open it in Word and save it again.", "Ouvrez-le dans Word et enregistrez-le de nouveau."
            ),
        ) from None
    return turned


def _bodies(package: Package) -> Iterator[tuple[str, Any]]:
    yield "", package.trees[package.main]
    for kind in _BODIES:
        for tree in package.related(kind).values():
            yield f"in the {kind}", tree


def _settle(package: Package, tree: Any, where: str, choices: Choices, turned: Turned) -> None:
    """Comments and boxes are listed before changes are settled, while their paragraphs still have their numbers."""
    notes = next(iter(package.related("comments").values()), None)
    changed = list(changes.listed(tree, where))
    said = list(boxes.comments(tree, notes, where))
    boxed = list(boxes.boxes(tree, where))
    if choices.changes and changed:
        changes.settle(tree, accept=choices.changes == "accept")
        done = "accepted" if choices.changes == "accept" else "rejected"
        turned.remarks += [
            Remark(
                Said.CHANGED,
                f"a change by {one.who or 'somebody'} was {done}: {one.what}",
                one.text or one.near,
            )
            for one in changed
        ]
    if choices.comments:
        turned.remarks += boxes.drop_comments(tree, said)
    if choices.boxes:
        turned.remarks += boxes.settle_boxes(tree, inline=choices.boxes == "inline")
    turned.points += changed if not choices.changes else []
    turned.points += said if not choices.comments else []
    turned.points += boxed if not choices.boxes else []


def _title(package: Package) -> str:
    """The title that the document's properties give."""
    core = package.trees.get("docProps/core.xml")
    found = (one.text or "" for one in (core if core is not None else ()) if local(one) == "title")
    return " ".join(next(found, "").split())


def _html(package: Package, turned: Turned) -> str:
    import mammoth  # type: ignore[import-untyped]  # it has no types; heavy, so it is imported where it is used

    def kept(image: Any) -> dict[str, str]:
        with image.open() as file:
            turned.pictures.append(file.read())
        return {"src": f"{PICTURE}{len(turned.pictures) - 1}"}

    result = mammoth.convert_to_html(
        io.BytesIO(package.written()),
        style_map=_STYLES,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=mammoth.images.img_element(kept),
    )
    html: str = result.value
    return html
