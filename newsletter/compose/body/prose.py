"""Prose of one issue file: slots, links and images settled, with places in the author's file.

In: line ranges. Out: Prose. Called by body.read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from markdown_it.token import Token

from newsletter.compose.body.blocks import ImageSeen, Prose
from newsletter.compose.body.markdown import html, is_comment, is_mark, parsed, parsed_line
from newsletter.compose.body.slots import Reader
from newsletter.compose.body.tables import dress
from newsletter.compose.body.tying import prose_tied
from newsletter.compose.findings import IMAGE, LINK, RAW_HTML, Findings
from newsletter.compose.images import Images
from newsletter.compose.typography.typeset import Typesetter
from newsletter.compose.urls import judged
from newsletter.model.issue import IssueText
from newsletter.model.place import Place
from newsletter.model.said import Said

_WIDEST = 600
_NO_IMAGE = Said(
    "A name with spaces stands in angle brackets: ![…](<my picture.png>).",
    "Un nom qui contient des espaces se met entre chevrons\u00a0: ![…](<mon image.png>).",
)
_NO_LINK = Said(
    "The address stands close behind the words, without spaces: [words](https://…). "
    "What is meant as it stands goes between backticks.",
    "L’adresse suit les mots de près, sans espace\u00a0: [mots](https://…). "
    "Ce qui doit rester tel quel se met entre accents graves.",
)
#: Markdown that came to nothing: `[a](b c)`, `[a] (https://b)`, `(a)[https://b]`, a bracket that is never closed
_UNMADE = re.compile(
    r"!?\[[^\[\]]*\]\(\S.*?\)|!?\[[^\[\]]*\](?:[ \t]+\(|\()(?:https?:|www\.|mailto:)\S*|\([^()]*\)\[(?:https?:|www\.)\S*"
)


def _stretch(child: Token) -> str | None:
    """What a token says to its neighbours: text, a line's end, a word that stays as it is, or nothing."""
    if child.type == "text":
        return child.content
    if child.type in {"softbreak", "hardbreak"}:
        return "\n"
    return None if child.type in {"code_inline", "image"} else ""


class ProseReader:
    """Reads the prose of one file. `links` and `images_seen` gather what it meets; `lines` are the file's with slots as tokens."""

    def __init__(
        self, text: IssueText, slots: Reader, images: Images, findings: Findings, typesetter: Typesetter
    ) -> None:
        self._path = text.path
        self._first = text.body_line
        self._slots = slots
        self._images = images
        self._findings = findings
        self._typesetter = typesetter
        self.lines = [
            slots.marked(line, self._placer(index)) for index, line in enumerate(text.body.split("\n"))
        ]
        env: dict[str, Any] = {}
        parsed("\n".join(self.lines), env)
        self._env = {
            "references": env.get("references", {})
        }  # `[name]: https://…` may stand in any part of the body
        self.links: dict[str, Place] = {}
        self.images_seen: list[ImageSeen] = []

    def place(self, index: int, column: int = 0) -> Place:
        """The place of a line (index from 0) of the body."""
        return Place(self._path, self._first + index, column)

    def _placer(self, index: int) -> Callable[[int], Place]:
        return lambda offset: self.place(index, offset + 1)

    def tokens(self, start: int, end: int) -> list[Token]:
        """The settled tokens of the lines from `start` to before `end`."""
        found = parsed("\n".join(self.lines[start:end]), dict(self._env))
        for token in found:
            if token.map:
                token.map = [token.map[0] + start, token.map[1] + start]
        return [settled for token in found for settled in self._settled(token)]

    def prose(self, tokens: list[Token], index: int, *, names: bool = False) -> Prose:
        """Prose from settled tokens that begin at a line. `names`: the first column of a table names its rows."""
        dress(tokens, names=names)
        return Prose(tuple(tokens), prose_tied(html(tokens)), self.place(index, 1))

    def told(self, text: str, index: int) -> Prose:
        """Markdown that stands in no issue file (a sponsor's text), as if it stood at a line of this one."""
        found = parsed(text, {})
        for token in found:
            token.map = [index, index + 1]
        return self.prose([settled for token in found for settled in self._settled(token)], index)

    def line(self, text: str, index: int) -> Prose:
        """One line of prose (slots as tokens) without a paragraph around it."""
        tokens = parsed_line(text, dict(self._env))
        for token in tokens:
            token.map = [index, index + 1]
        return self.prose([settled for token in tokens for settled in self._settled(token)], index)

    def _settled(self, token: Token) -> Iterator[Token]:
        index = token.map[0] if token.map else 0
        if token.type == "html_block":
            yield from self._html_block(token, index)
            return
        if token.type == "inline":
            token.children = list(self._children(token.children or [], index))
            self._set(token.children)
        elif token.type in {"fence", "code_block"}:
            token.content = self._slots.written(token.content)
        yield token

    def _html_block(self, token: Token, index: int) -> Iterator[Token]:
        if is_comment(token.content):
            return
        self._raw(token.content, self.place(index, 1))
        content = self._slots.told(token.content.strip())
        shown = Token("text", "", 0, content=content)
        yield Token("paragraph_open", "p", 1, map=token.map, block=True)
        yield Token("inline", "", 0, map=token.map, content=content, children=[shown], block=True)
        yield Token("paragraph_close", "p", -1, block=True)

    def _raw(self, content: str, place: Place) -> None:
        short = self._slots.written(content).strip().split("\n")[0][:40]
        message = Said(f"HTML is shown as text: {short}", f"le HTML s’affiche comme du texte\u00a0: {short}")
        hint = Said(
            "Write Markdown, or a component; put code between backticks.",
            "Écrivez du Markdown, ou un composant; mettez le code entre accents graves.",
        )
        self._findings.warning(RAW_HTML, message, place, hint=hint)

    def _children(self, children: list[Token], index: int) -> Iterator[Token]:
        depth = 0
        for child in children:
            index += child.type in {"softbreak", "hardbreak"}
            depth += child.nesting if child.type.startswith("link_") else 0
            if child.type == "html_inline" and is_comment(child.content):
                continue
            if child.type == "text":
                self._unmade(child.content, self.place(index))
            self._child(child, self.place(index), linked=depth > 0)
            yield child

    def _set(self, children: list[Token]) -> None:
        """A paragraph's texts as their language is set, read as one across emphasis and links."""
        stretches = [_stretch(child) for child in children]
        for child, text in zip(children, self._typesetter.run(stretches), strict=True):
            if child.type == "text":
                child.content = text

    def _unmade(self, text: str, place: Place) -> None:
        """What was to be a link or an image, and would be read with all its brackets."""
        for match in _UNMADE.finditer(text):
            image = match[0].startswith("!")
            check, hint = (IMAGE, _NO_IMAGE) if image else (LINK, _NO_LINK)
            kind = Said("an image", "une image") if image else Said("a link", "un lien")
            words = self._slots.written(match[0])
            message = Said(
                f"“{words}” is written like {kind.en}, and is none",
                f"«\u00a0{words}\u00a0» s’écrit comme {kind.fr}, mais n’en est pas {'une' if image else 'un'}",
            )
            self._findings.error(check, message, place, hint=hint)

    def _child(self, child: Token, place: Place, *, linked: bool) -> None:
        if child.type == "code_inline":
            child.content = self._slots.written(child.content)
            return
        if child.type == "html_inline" and not is_mark(child.content):
            self._raw(child.content, place)
            child.type = "text"
        self._tell(child)
        if child.type == "link_open":
            self._link(child, place)
        elif child.type == "image":
            self._image(child, place, linked=linked)

    def _tell(self, child: Token) -> None:
        """Wrong slots in texts, targets, titles and alt texts become findings."""
        child.content = self._slots.told(child.content)
        child.attrs = {
            name: self._slots.told(value) if isinstance(value, str) else value
            for name, value in child.attrs.items()
        }
        for inner in child.children or []:
            inner.content = self._slots.told(inner.content)

    def _link(self, child: Token, place: Place) -> None:
        target = str(child.attrs.get("href", ""))
        hosted = self._images.hosted.link(target, place)
        url = judged(target, place, self._findings, self._slots.tokens) if hosted is None else ""
        if hosted:
            child.attrs["href"] = hosted
        elif url:
            child.attrs["href"] = url
            self.links.setdefault(url, place)
        else:
            child.attrs.pop("href", None)

    def _image(self, child: Token, place: Place, *, linked: bool) -> None:
        name = str(child.attrs.get("src", ""))
        url = self._images.url(name, place)
        path = self._images.path(name)
        child.content = alt = self._typesetter.text(child.content)
        child.children = [Token("text", "", 0, content=alt)]
        if "title" in child.attrs:
            child.attrs["title"] = self._typesetter.text(str(child.attrs["title"]))
        child.meta = {"name": name, "alt": alt}
        self.images_seen.append(ImageSeen(path or name, alt or None, place, linked))
        child.attrs["src"] = url
        image = self._images.measured(path) if path else None
        if image:
            child.attrs["width"] = str(min(image.width, _WIDEST))
