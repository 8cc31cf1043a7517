"""The pictures of the components' pages: each example as it is written there, light on a desktop and dark on a phone.

In: docs/reference/components/. Out: docs/pictures/components/<name>.png, at most 40 kB each. Called by `make pictures`:
python -m tests.browser.component_pictures [NAME …].
"""

from __future__ import annotations

import argparse
import io
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from newsletter.compose.components import CATALOGUE
from newsletter.compose.freeze import freeze
from newsletter.compose.request import Request, SourceText
from newsletter.compose.steps import compose
from newsletter.dispatch.marking import marked
from newsletter.model.edition import Rendering
from newsletter.pipeline.testing import BANNERS
from tests.browser.chromium import chromium, open_page
from tests.browser.mails import ISSUES, ROOT, sample
from tests.unit.compose.kit import preview, request_from

PAGES = ROOT / "docs/reference/components"
PICTURES = ROOT / "docs/pictures/components"
#: what every mail has around its components, and the one part of the frame that shows it
FRAME = {"utility-row": "top", "masthead": "masthead", "footer": "footer", "test-banner": "heading"}
LARGEST = 40_000
_BLOCKS = ("top", "masthead", "scene", "heading", "body", "closing", "footer")
_EXAMPLE = re.compile(r"^## Example\n\n```markdown\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
_FRONT = (
    "---\nsubject: A component\ntitle: A good start\ntemplate: alone\ndate: 2021-01-20\nnumber: 12\n---\n"
)
_AIR = '<mj-section><mj-column><mj-text font-size="1px" line-height="20px">&#160;</mj-text></mj-column></mj-section>'
_AIRED = f"{{% block body %}}{_AIR}{{{{ content }}}}{_AIR}{{% endblock %}}"
_GAP = 24


def example(name: str) -> str:
    """What the page of a component shows as its example."""
    found = _EXAMPLE.search((PAGES / f"{name}.md").read_text(encoding="utf-8"))
    assert found is not None, f"{name}.md has no example"
    return found[1]


@cache
def _workspace() -> Request:
    return sample(request_from(ROOT, ISSUES["digest"]))


def composed(body: str, shown: str = "body") -> Rendering:
    """A body composed in a frame of which one part alone is shown; in both languages, so that there is a way to the other."""
    request = _workspace()
    hidden = "".join(f"{{% block {block} %}}{{% endblock %}}" for block in _BLOCKS if block != shown)
    alone = '{% extends "base.mjml" %}\n' + hidden + (_AIRED if shown == "body" else "")
    sources = tuple(
        SourceText(f"issues/x.{language}.md", language, _FRONT + body) for language in ("en", "fr")
    )
    templates = request.templates | {"alone.mjml": alone}
    return compose(replace(request, sources=sources, templates=templates))


def pictured(browser: Browser, name: str) -> bytes:
    """The picture of one page, as PNG."""
    rendering = composed("Some text." if name in FRAME else example(name), FRAME.get(name, "body"))
    assert rendering.artwork is not None, rendering.findings
    if name == "test-banner":
        rendering = replace(rendering, artwork=marked(freeze(rendering.artwork, "x"), "en", BANNERS).artwork)
    page = preview(rendering, "en")
    shots = [_shot(browser, page, width, scheme) for width, scheme in ((648, "light"), (375, "dark"))]
    sheet = Image.new(
        "RGB",
        (sum(one.width for one in shots) + 3 * _GAP, max(one.height for one in shots) + 2 * _GAP),
        "#B9BEC1",
    )
    left = _GAP
    for one in shots:
        sheet.paste(one, (left, _GAP))
        left += one.width + _GAP
    return _small(sheet)


def _shot(browser: Browser, page_html: str, width: int, scheme: str) -> Image.Image:
    with open_page(browser, page_html, width, scheme=scheme) as page:
        page.set_viewport_size({"width": width, "height": 60})
        return Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")


def _small(sheet: Image.Image) -> bytes:
    """As a PNG of few colours: as many as fit."""
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        few = sheet.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
        if len(out.getvalue()) < LARGEST:
            break
    return out.getvalue()


def main() -> None:
    """Take all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description="Pictures of the components' pages.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    names = parser.parse_args().names or [*CATALOGUE, *FRAME]
    PICTURES.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name in names:
            content = pictured(browser, name)
            path: Path = PICTURES / f"{name}.png"
            path.write_bytes(content)
            print(f"{path.relative_to(ROOT)}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
