"""Golden cases: one trait of composing each. A defect of the compiler or of the inliner that is cured here, a place where blocks may stand.

In: tests/golden/cases/<case>/: issue.md (or issue.en.md and issue.fr.md), templates/ that replace the bare ones of the kit, images/.
Out: edition.html (without what is the same in all), edition.txt, findings.txt. Marks stand as words in ⟨ ⟩.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.compose.request import Request, SourceText
from newsletter.compose.steps import compose
from newsletter.model.artwork import Chunks, Mark, MarkKind
from newsletter.model.edition import BOTH, Artwork
from tests.unit.compose.kit import BARE, PUBLICATION, told

HERE = Path(__file__).parent / "cases"
CASES = sorted(path.name for path in HERE.iterdir() if path.is_dir())
_SAME = re.compile(
    r"<!DOCTYPE html>.*?</title>|<!--\[if !mso\]><!--><meta.*?<!--\[if lte mso 11\]>.*?<!\[endif\]-->",
    re.DOTALL,
)
_COLUMNS = re.compile(
    r'<style type="text/css">@media only screen and \(min-width:480px\).*?</style>|<style media="screen and.*?</style>'
    r'|<style type="text/css">@media only screen and \(max-width:479px\).*?</style>',
    re.DOTALL,
)
_BREAK = re.compile(r"(</(?:td|tr|table|tbody|div|p|h\d|head|style)>|<!\[endif\]-->)(?=<)")


def shown(artwork: Artwork, chunks: Chunks) -> str:
    """Chunks with marks as words."""
    return "".join(piece if isinstance(piece, str) else f"⟨{_word(artwork, piece)}⟩" for piece in chunks)


def _word(artwork: Artwork, mark: Mark) -> str:
    match mark.kind:
        case MarkKind.SLOT:
            slot = artwork.slots[mark.number]
            return f"{slot.field} or {slot.fallback!r} as {mark.context}"
        case MarkKind.LINK:
            return f"link {artwork.links[mark.number].url}"
        case MarkKind.FILE:
            return f"file {artwork.hosted[mark.number].name}"
        case MarkKind.IMAGE:
            return f"image {artwork.images[mark.number].name}"
        case MarkKind.WHEN | MarkKind.END:
            return f"{mark.kind} {artwork.conditions[mark.number].source}"
        case _:
            return mark.kind.value


def request(case: str) -> Request:
    """The request of a case."""
    folder = HERE / case
    sources = tuple(
        SourceText(
            f"issues/x{path.name.removeprefix('issue')}",
            path.stem.partition(".")[2],
            path.read_text(encoding="utf-8"),
        )
        for path in sorted(folder.glob("issue*.md"))
    )
    templates = {
        path.relative_to(folder / "templates").as_posix(): path.read_bytes().decode()
        for path in sorted((folder / "templates").rglob("*"))
        if path.is_file()
    }
    images = {f"issues/x/{path.name}": path.read_bytes() for path in (folder / "images").glob("*")}
    return Request("x", sources, {**BARE, **templates}, images, PUBLICATION)


@pytest.mark.parametrize("case", CASES)
def test_case(case: str, golden: Callable[[Path, str], None]) -> None:
    rendering = compose(request(case))
    golden(HERE / case / "findings.txt", f"{told(rendering)}\n".lstrip("\n"))
    if rendering.artwork is None:
        assert not (HERE / case / "edition.html").exists()
        return
    name = BOTH.join(rendering.artwork.languages)
    text = rendering.artwork.texts[name]
    html = _COLUMNS.sub("", _SAME.sub("", shown(rendering.artwork, text.html)))
    golden(HERE / case / "edition.html", _BREAK.sub(r"\1\n", html) + "\n")
    golden(HERE / case / "edition.txt", shown(rendering.artwork, text.text))
