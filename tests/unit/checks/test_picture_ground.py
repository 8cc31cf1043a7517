"""Pictures without a ground of their own, on light and on dark screens: judged by the pixels of what is sent."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from newsletter.compose.pictures.inking import ink
from newsletter.compose.steps import compose
from tests.unit.checks.spoilt_words import signs
from tests.unit.compose.kit import tiny


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_the_colours_of_what_is_drawn() -> None:
    found = ink(signs((250, 250, 250)))
    assert found
    ((colour, share), *_rest) = found.colours
    assert all(240 <= part <= 255 for part in colour)
    assert share > 0.9


@pytest.mark.parametrize(
    "content",
    [
        png(Image.new("RGB", (50, 20), (0, 0, 0))),
        png(Image.new("RGBA", (50, 20), (0, 0, 0, 255))),
        png(Image.new("RGBA", (50, 20), (0, 0, 0, 0))),
        b"no picture",
        signs((0, 0, 0))[:200],
    ],
    ids=["opaque", "opaque alpha", "nothing drawn", "no picture", "broken off"],
)
def test_a_picture_with_a_ground_or_nothing_on_it_has_none(content: bytes) -> None:
    assert ink(content) is None


def test_a_palette_with_a_see_through_colour_counts() -> None:
    made = Image.new("P", (40, 20), 0)
    made.putpalette([0, 0, 0, 255, 255, 255] + [0] * 762)
    made.paste(1, (5, 5, 20, 15))
    file = io.BytesIO()
    made.save(file, "PNG", transparency=0)
    found = ink(file.getvalue())
    assert found
    assert found.colours[0][0] == (240, 240, 240)


def test_it_is_measured_where_pictures_are_opened_and_crosses_the_pipe() -> None:
    from newsletter.renderer import wire

    request = tiny(
        "![Our mark](mark.png)", front="subject: Hello", images={"issues/x/mark.png": signs((8, 8, 8))}
    )
    rendering = compose(request)
    (one,) = rendering.inks.values()
    assert one.colours[0][0] == (16, 16, 16)
    assert wire.decode_rendering(wire.encode_rendering(rendering, request), request).inks == rendering.inks
