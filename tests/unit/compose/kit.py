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

`tiny(body, …)` makes the smallest request there is, for a test of one thing.
`request_from(root, slug)` reads a workspace as the program does. `preview(rendering, language)` fills slots with their fallbacks (or
with `values`), shows conditional blocks (`hide=` numbers leaves them out), links as their authors wrote them, pages of the reader's own as
https://news.example/v/me, and images as data URLs, so that the file stands alone.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from PIL import Image

from newsletter import workspace
from newsletter.compose.request import Request, SourceText
from newsletter.compose.steps import compose
from newsletter.model.artwork import Chunks, Mark, MarkKind, SlotContext
from newsletter.model.edition import Rendering
from newsletter.model.hosted import HEAD, FileFact
from newsletter.model.publication import Publication, Sender

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
    return Request(slug, sources, theme.texts, images, publication, sponsors=workspace.read_sponsors(root))


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
    if mark.kind is MarkKind.FILE:
        return f"https://news.example/f/{artwork.hosted[mark.number].address}"
    return f"https://news.example/{_PAGES[mark.kind]}/me" if mark.kind in _PAGES else ""


def _escaped(value: str, context: SlotContext) -> str:
    if context in {SlotContext.URL, SlotContext.PLAIN_URL}:
        return quote(value, safe="")
    return html.escape(value) if context in {SlotContext.TEXT, SlotContext.ATTRIBUTE} else value


PUBLICATION = Publication(
    key="test",
    name={"en": "News", "fr": "Nouvelles"},
    sender=Sender({"en": "News", "fr": "Nouvelles"}, "news@ngen.example"),
    postal_address={"en": "100 Sample Street", "fr": "100, rue Sample"},
    contact={"en": "news@ngen.example", "fr": "news@ngen.example"},
    list_id="news.ngen.example",
    languages=("en", "fr"),
    time_zone="America/Toronto",
)
BARE = {
    "letter.mjml": "<mjml><mj-body>{{ content }}</mj-body></mjml>",
    "words.toml": '[en]\nhello = "Hello"\nimage = "Image"\n[fr]\nhello = "Bonjour"\nimage = "Image"\n',
    "theme.toml": 'width = 600\n[light]\naccent = "#0B5D5B"\n',
    "components/button.mjml": '<mj-button href="{{ block.attributes.href }}">{{ block.content }}</mj-button>',
    "components/button.txt": "{{ block.text }}: {{ block.attributes.href }}",
    "components/callout.mjml": "<mj-text>{{ block.attributes.title }} {{ block.content }}</mj-text>",
    "components/callout.txt": "{{ block.attributes.title }}\n{{ block.text }}",
    "components/figures.mjml": "<mj-section>{% for row in block.rows %}<mj-column><mj-text>{{ row[0] }} {{ row[1] }}</mj-text></mj-column>"
    "{% endfor %}</mj-section>",
    "components/figures.txt": "{% for row in block.rows %}{{ row[0] }} {{ row[1] }}\n{% endfor %}",
    "components/image.mjml": '<mj-image src="{{ image(block.attributes.src) }}" alt="{{ block.attributes.alt }}" />',
    "components/image.txt": "[{{ block.attributes.alt }}]",
}


def pixel(width: int = 4, height: int = 2, color: str = "#0B5D5B") -> bytes:
    """A PNG of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return out.getvalue()


def tiny(
    body: str = "Hello",
    *,
    front: str = "subject: Hi",
    french: str | None = None,
    french_front: str = "subject: Allô",
    templates: Mapping[str, str] | None = None,
    images: Mapping[str, bytes] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Request:
    """The smallest request: one issue `x`, a bare template; `templates` replaces or adds files."""
    english = SourceText(
        "issues/x.en.md" if french is not None else "issues/x.md",
        "en" if french is not None else "",
        f"---\n{front}\n---\n{body}",
    )
    sources = (english,)
    if french is not None:
        sources = (english, SourceText("issues/x.fr.md", "fr", f"---\n{french_front}\n---\n{french}"))
    facts = {
        path: FileFact(hashlib.sha256(content).hexdigest(), len(content), content[:HEAD])
        for path, content in (files or {}).items()
    }
    templates = {**BARE, **(templates or {})}
    return Request("x", sources, templates, dict(images or {}), PUBLICATION, files=facts)


def framed(inner: str, **more: str) -> dict[str, str]:
    """Templates whose letter holds one column with MJML in it."""
    letter = f"<mjml><mj-body><mj-section><mj-column>{inner}</mj-column></mj-section></mj-body></mjml>"
    return {"letter.mjml": letter, **more}


def complaints(request: Request) -> list[str]:
    """The findings of a request as `place: message`."""
    return [f"{finding.place}: {finding.message}" for finding in compose(request).findings]
