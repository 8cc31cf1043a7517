"""HTML, ours or a stranger's, as a small tree of text: scripts, styles, furniture and what is hidden are taken out, and told.

In: HTML as text. Out: the tree of its body; remarks; its title. Called by letters.read. Nothing is fetched.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from newsletter.letters.ooxml import short
from newsletter.letters.value import Remark, Said
from newsletter.letters.word import PICTURE
from newsletter.model.errors import AuthorError
from newsletter.model.place import Place
from newsletter.model.said import Said as Told
from newsletter.model.said import whole

MOST_ELEMENTS = 20_000
MOST_SIGNS = 400_000  #: of text: a hundred pages
DEEPEST = 100
_MOST_PICTURES = 100

_UNSEEN = {"script", "style", "head", "template", "link", "meta", "title", "base", "noscript"}
_NO_TEXT = {
    "iframe": "a frame of another page",
    "object": "an embedded object",
    "embed": "an embedded object",
    "applet": "an embedded object",
    "svg": "a drawing (SVG): save it as PNG and put that in",
    "math": "a formula: write it as text",
    "video": "a video: put in a picture that links to it",
    "audio": "a recording: link to it",
    "canvas": "a drawing",
    "map": "an image map",
}
_ASKED = {"form", "button", "input", "select", "textarea", "dialog"}
_PARTS = {
    "nav": "navigation",
    "header": "the head of the page",
    "footer": "the foot of the page",
    "aside": "what stood beside the text",
}
_ROLES = {
    "navigation": "navigation",
    "banner": "the head of the page",
    "contentinfo": "the foot of the page",
    "search": "a search field",
    "complementary": "what stood beside the text",
    "dialog": "a dialogue",
    "alertdialog": "a dialogue",
}
_NAMED = re.compile(
    r"\b(cookie|consent|gdpr|onetrust|breadcrumb|navbar|site-?nav|skip-?(?:link|to)|share-?(?:bar|buttons?)|social-?(?:share|links)|newsletter-?signup)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(slots=True)
class Page:
    """The body's tree, the bytes of pictures that the page carries itself, the account, and the title that the page gives."""

    tree: Any
    pictures: list[bytes] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    title: str = ""


def read_page(name: str, text: str, *, ours: bool) -> Page:
    """A page. `ours` for what mammoth made: it carries pictures by number and no furniture. Raises AuthorError for one too large."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    if not text.strip():
        return Page(html.fromstring("<div></div>"))
    try:
        root = html.document_fromstring(
            text,
            parser=html.HTMLParser(huge_tree=False, no_network=True, remove_comments=True, remove_pis=True),
        )
    except (etree.ParserError, ValueError):
        return Page(html.fromstring("<div></div>"))
    _judge(name, root)
    title = "" if ours else " ".join((root.findtext(".//title") or "").split())
    body = root.find("body")
    page = Page(body if body is not None else root, title=title)
    page.remarks += _unseen(page.tree)
    if not ours:
        page.remarks += _furniture(page.tree)
        page.remarks += _pictures(page)
    return page


def _judge(name: str, root: Any) -> None:
    count = depth = signs = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        signs += len(element.text or "") + len(element.tail or "") if event == "start" else 0
        limits = (
            (count > MOST_ELEMENTS, _more(MOST_ELEMENTS, "elements", "éléments")),
            (
                depth > DEEPEST,
                Told(
                    f"elements nested deeper than {DEEPEST}",
                    f"des éléments imbriqués à plus de {DEEPEST} niveaux",
                ),
            ),
            (signs > MOST_SIGNS, _more(MOST_SIGNS, "characters", "caractères")),
        )
        if much := next((words for over, words in limits if over), None):
            raise AuthorError(
                Told(f"holds {much.en}", f"la page contient {much.fr}"),
                code="letter-too-large",
                place=Place(name),
                hint=Told(
                    "Bring the letter alone: copy its text into a new document.",
                    "Apportez la lettre seule\u00a0: copiez son texte dans un nouveau document.",
                ),
            )


def _more(most: int, english: str, french: str) -> Told:
    number = whole(most)
    return Told(f"more than {number.en} {english}", f"plus de {number.fr} {french}")


def said(element: Any) -> str:
    """The text below an element on one line."""
    return " ".join("".join(element.itertext()).split())


def take_out(element: Any) -> None:
    """Remove an element, and keep the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _tags(tree: Any) -> list[Any]:
    return [one for one in tree.iter() if isinstance(one.tag, str) and one is not tree]


def _unseen(tree: Any) -> Iterator[Remark]:
    """What no reader would see, or no mail can show."""
    gone = [element for element in _tags(tree) if element.tag in _UNSEEN]
    for element in gone:
        take_out(element)
    for tag in ("script", "style"):
        if count := sum(element.tag == tag for element in gone):
            yield Remark(Said.LEFT_OUT, f"{count} {tag}{'s' if count > 1 else ''}")
    for element in _tags(tree):
        hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
        if element.tag in _NO_TEXT:
            source = element.get("src") or element.get("data") or said(element)
            yield Remark(Said.LEFT_OUT, _NO_TEXT[element.tag], short(source))
            take_out(element)
        elif hidden:
            yield from [Remark(Said.LEFT_OUT, "hidden text", short(said(element)))] if said(element) else []
            take_out(element)


def _furniture(tree: Any) -> Iterator[Remark]:
    """Navigation, banners, forms. A header inside an article belongs to it, unless it is a banner."""
    for element in _tags(tree):
        what = _what(element)
        if what and element.getparent() is not None:
            if said(element):
                yield Remark(Said.LEFT_OUT, what, short(said(element), 90))
            take_out(element)


def _what(element: Any) -> str:
    role = _ROLES.get((element.get("role") or "").lower(), "")
    if role:
        return role
    if element.tag in _ASKED:
        return "a form"
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.tag not in {"body", "main", "article"} and _NAMED.search(names):
        return "furniture of the page"
    within = any(one.tag in {"article", "main"} for one in element.iterancestors())
    return "" if element.tag in {"header", "footer"} and within else _PARTS.get(element.tag, "")


def _pictures(page: Page) -> Iterator[Remark]:
    for image in list(page.tree.iter("img")):
        source = (image.get("src") or "").strip()
        carried = _DATA.fullmatch(source)
        if carried and len(page.pictures) < _MOST_PICTURES:
            try:
                page.pictures.append(base64.b64decode(re.sub(r"\s+", "", carried[1]), validate=True))
                image.set("src", f"{PICTURE}{len(page.pictures) - 1}")
                continue
            except (binascii.Error, ValueError):
                source = "data:"
        if source[:5] == "data:":
            source = "a picture inside the page that cannot be read"
        alt = image.get("alt") or ""
        yield Remark(
            Said.TO_DO,
            "a picture was not fetched: save it and put the file in",
            short(f"{alt} ({source})" if alt else source, 120),
        )
        take_out(image)
