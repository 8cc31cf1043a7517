"""The pictures in git are what templates/art draws, in light and in dark: the command in templates/art/README.md was run after a change."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
ART = ROOT / "templates/art"
DRAWINGS = sorted(path.stem for path in ART.glob("*.svg"))
PICTURES = {
    path.stem: path
    for path in [*(ROOT / "templates/images").glob("*.png"), *(ROOT / "issues").rglob("*.png")]
}

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def difference(drawn: Image.Image, kept: Image.Image) -> float:
    """Mean difference of two pictures on grey, in 256ths."""
    flat = [
        Image.alpha_composite(Image.new("RGBA", one.size, "#808080"), one.convert("RGBA")).convert("RGB")
        for one in (drawn, kept)
    ]
    return max(ImageStat.Stat(ImageChops.difference(*flat)).mean)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_are_what_is_drawn(browser: Browser, scheme: str) -> None:
    page = browser.new_page(device_scale_factor=2, viewport={"width": 640, "height": 480})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for name in DRAWINGS:
        page.set_content("<body style='margin:0'>" + (ART / f"{name}.svg").read_text(encoding="utf-8"))
        drawn = Image.open(io.BytesIO(page.locator("svg").screenshot(omit_background=True)))
        with Image.open(PICTURES[name + ("-dark" if scheme == "dark" else "")]) as kept:
            assert drawn.size == kept.size, name
            assert difference(drawn, kept) < 1, name


def test_the_command_in_the_readme_renders_every_drawing() -> None:
    command = re.findall(r"```sh\n(.*?)```", (ART / "README.md").read_text(encoding="utf-8"), re.DOTALL)[0]
    assert all(f'"{name}":' in command for name in DRAWINGS)
    assert DRAWINGS
