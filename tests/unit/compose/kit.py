"""A bench for composing: from a folder on disk to what one reader would see.

How to use it, from the repository's root:

    .venv/bin/python - <<'EOF'
    from pathlib import Path
    from newsletter.compose.steps import compose
    from tests.unit.compose.kit import preview, preview_text, request_from, told

    rendering = compose(request_from(Path(), "2020-12-16-holiday-greeting"))
    print(told(rendering))                                        # every finding: file:line:column: message
    Path("/tmp/en.html").write_text(preview(rendering, "en"))     # "en", "fr" or "en+fr"; marks shown as sample values
    print(preview_text(rendering, "en+fr"))
    EOF

`request_from(root, slug)` reads a workspace as the program does. `preview(rendering, language)` fills slots with their fallbacks (or
with `values`), shows conditional blocks (`hide=` numbers leaves them out), links as their authors wrote them, pages of the reader's own as
https://news.example/v/me, and images as data URLs, so that the file stands alone.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from newsletter import workspace
from newsletter.compose.request import Request, SourceText
from newsletter.model.artwork import Chunks, Mark, MarkKind, SlotContext
from newsletter.model.edition import Rendering

_PAGES = {MarkKind.VIEW: "v", MarkKind.UNSUBSCRIBE: "u", MarkKind.PREFERENCES: "p"}


def request_from(root: Path, slug: str) -> Request:
    """The request that the program makes of a workspace."""
    root = root.resolve()
    theme = workspace.read_theme(root)
    sources = tuple(
        SourceText(file.path, file.language, file.text) for file in workspace.read_issue(root, slug)
    )
    publication = workspace.read_publication(workspace.read_configuration(root))
    images = {**workspace.read_images(root, slug), **theme.images}
    return Request(slug, sources, theme.texts, images, publication)


def told(rendering: Rendering) -> str:
    """The findings, one a line."""
    return "\n".join(
        f"{finding.severity}: {finding.place}: [{finding.check}] {finding.message} {finding.hint}".rstrip()
        for finding in rendering.findings
    )


def preview(
    rendering: Rendering,
    language: str,
    values: Mapping[str, str] | None = None,
    hide: frozenset[int] = frozenset(),
) -> str:
    """The HTML as one reader would see it."""
    assert rendering.artwork is not None, told(rendering)
    return filled(rendering, rendering.artwork.texts[language].html, values or {}, hide)


def preview_text(
    rendering: Rendering,
    language: str,
    values: Mapping[str, str] | None = None,
    hide: frozenset[int] = frozenset(),
) -> str:
    """The plain text as one reader would see it."""
    assert rendering.artwork is not None, told(rendering)
    return filled(rendering, rendering.artwork.texts[language].text, values or {}, hide)


def filled(
    rendering: Rendering, chunks: Chunks, values: Mapping[str, str], hide: frozenset[int] = frozenset()
) -> str:
    """Chunks with every mark shown."""
    pieces: list[str] = []
    hidden: int | None = None
    for piece in chunks:
        if isinstance(piece, Mark) and piece.kind is MarkKind.WHEN and piece.number in hide:
            hidden = piece.number
        elif isinstance(piece, Mark) and piece.kind is MarkKind.END and piece.number == hidden:
            hidden = None
        elif hidden is None:
            pieces.append(piece if isinstance(piece, str) else _shown(rendering, piece, values))
    return "".join(pieces)


def _shown(rendering: Rendering, mark: Mark, values: Mapping[str, str]) -> str:
    artwork = rendering.artwork
    assert artwork is not None
    if mark.kind is MarkKind.SLOT:
        slot = artwork.slots[mark.number]
        return _escaped(values.get(slot.field) or slot.fallback or "", mark.context)
    if mark.kind is MarkKind.LINK:
        url = artwork.links[mark.number].url
        return url if mark.context is SlotContext.PLAIN_URL else html.escape(url)
    if mark.kind is MarkKind.IMAGE:
        image = artwork.images[mark.number]
        return f"data:{image.media_type};base64,{base64.b64encode(rendering.files[image.digest]).decode()}"
    return f"https://news.example/{_PAGES[mark.kind]}/me" if mark.kind in _PAGES else ""


def _escaped(value: str, context: SlotContext) -> str:
    if context in {SlotContext.URL, SlotContext.PLAIN_URL}:
        return quote(value, safe="")
    return html.escape(value) if context in {SlotContext.TEXT, SlotContext.ATTRIBUTE} else value
