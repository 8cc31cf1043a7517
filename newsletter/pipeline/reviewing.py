"""Reviewing: an issue as it is now, block by block, with what was said of each.

In: an issue. Out: its blocks and comments in each language; its mail for a frame. Called by `comments`, the studio, the public pages.
"""

from __future__ import annotations

import re
import threading
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsletter.compose import anchoring
from newsletter.compose.anchoring import Standing as Standing  # the shells know it from here
from newsletter.model.comment import Comment
from newsletter.model.edition import Artwork
from newsletter.model.outline import Outline
from newsletter.pipeline import build, commenting
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.build import Built
from newsletter.pipeline.context import Context
from newsletter.pipeline.personas import BY_KEY
from newsletter.pipeline.proof import all_shown, proof

_FRESH = timedelta(seconds=3)
_FIELD = re.compile(r"\{\{\s*member\.(?:attributes\.)?(\w+)[^{}]*\}\}")


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment, the answers to it, and how the block stands that it was about. `words`: how that began then."""

    head: Comment
    answers: tuple[Comment, ...]
    standing: Standing
    words: str


@dataclass(slots=True)
class Block:
    """One block of a text. `kind` is that of the piece; `name` says which component it is."""

    index: int
    digest: str
    kind: str
    name: str
    words: str
    threads: list[Thread] = field(default_factory=list)

    @property
    def open(self) -> int:
        """How many of its comments nobody resolved."""
        return sum(thread.head.open for thread in self.threads)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One language of an issue: its blocks in the author's order; `gone`: what was said of blocks that are no more."""

    language: str
    blocks: tuple[Block, ...]
    gone: tuple[Thread, ...]

    @property
    def open(self) -> int:
        """How many comments nobody resolved."""
        return sum(block.open for block in self.blocks) + sum(thread.head.open for thread in self.gone)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An issue under review. `sheets` is empty while it cannot be composed."""

    slug: str
    title: str
    sheets: tuple[Sheet, ...]
    artwork: Artwork | None
    files: dict[str, bytes]

    @property
    def open(self) -> int:
        """How many comments nobody resolved, in all languages."""
        return sum(sheet.open for sheet in self.sheets)

    def titled(self, language: str) -> str:
        """Its title in a language, else in any."""
        texts = self.artwork.texts if self.artwork else {}
        return (texts[language].title if language in texts else "") or self.title

    def sheet(self, language: str) -> Sheet | None:
        """The sheet of a language, else the first."""
        found = (one for one in self.sheets if one.language == language)
        return next(found, self.sheets[0] if self.sheets else None)


class Shelf:
    """Issues as they were last built, so that a page and the frames within it share one build. Safe for several threads."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lock = threading.Lock()
        self._built: dict[str, tuple[datetime, Built]] = {}

    def built(self, slug: str) -> Built:
        """An issue, built within the last seconds. Raises NotFound."""
        with self._lock:  # one build at a time: the renderer is one process
            now = self._ctx.now()
            at, known = self._built.get(slug, (None, None))
            if known is None or at is None or not timedelta(0) <= now - at < _FRESH:
                known = build.build(self._ctx, slug)
                self._built = {slug: (now, known)}
            return known


def review(ctx: Context, slug: str, built: Built | None = None) -> Reviewed:
    """An issue with everything that was said of it. Raises NotFound."""
    shown = built or build.build(ctx, slug)
    rendering = shown.rendering
    said = commenting.of_issue(ctx, slug)
    sheets = tuple(_sheet(outline, said) for outline in rendering.outlines)
    return Reviewed(slug, _title(rendering.artwork) or slug, sheets, rendering.artwork, rendering.files)


def _title(artwork: Artwork | None) -> str:
    if artwork is None:
        return ""
    return next((text.title for text in artwork.texts.values() if text.title), "")


def _sheet(outline: Outline, said: Sequence[Comment]) -> Sheet:
    blocks = {
        index: Block(index, piece.digest, piece.kind.value, piece.name, spelled(anchoring.begins(piece)))
        for index, piece in enumerate(outline.pieces)
        if anchoring.commentable(piece)
    }
    gone: list[Thread] = []
    for head in said:
        if head.thread is None and head.language == outline.language:
            found = anchoring.find(head.anchor, outline.pieces)
            answers = tuple(one for one in said if one.thread == head.number)
            thread = Thread(head, answers, found.standing, spelled(head.anchor.words))
            kept = found.standing is not Standing.GONE and found.index in blocks
            (blocks[found.index].threads if kept else gone).append(thread)
    return Sheet(outline.language, tuple(blocks.values()), tuple(gone))


def spelled(words: str) -> str:
    """Words with their personal fields as somebody reads them who writes no templates: [first name]."""
    return _FIELD.sub(lambda found: f"[{found[1].replace('_', ' ')}]", words)


def outline_of(built: Built, language: str) -> Outline | None:
    """The outline of one language."""
    return next((one for one in built.rendering.outlines if one.language == language), None)


def mail(desk: Authoring, artwork: Artwork, files: dict[str, bytes], language: str) -> str:
    """The HTML of a text for a frame that loads nothing: a sample reader's, every block shown, its pictures within it."""
    person = BY_KEY["french" if language == "fr" else "usual"]
    made = proof(desk, artwork, language, person, answers=all_shown(artwork))
    html, base = made.html, desk.settings.text("web.base_url")
    for image in artwork.images:
        if data := files.get(image.digest):
            inline = f"data:{image.media_type};base64,{b64encode(data).decode()}"
            html = html.replace(f"{base}/i/{image.file_name}", inline)
    return html
