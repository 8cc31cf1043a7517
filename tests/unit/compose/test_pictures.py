"""Pictures: made for the width at which they are shown, upright, in sRGB, with nothing in them but the picture; and hostile ones."""

from __future__ import annotations

import io
import random
import struct
import time
import zlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from newsletter.compose.pictures.bare import is_bare
from newsletter.compose.pictures.making import Picture, made
from newsletter.compose.pictures.reading import Unreadable, look
from newsletter.compose.steps import compose
from newsletter.compose.tokens import Kind, Tokens
from newsletter.compose.widths import PAGE, shown_widths
from newsletter.model.finding import Severity
from newsletter.renderer import wire
from newsletter.renderer.limits import picture_seconds
from tests.unit.compose.kit import framed, pixel, tiny, told

SECRET = "46.8139,-71.2080 Quebec"
CORNER = (220, 30, 30)


def written(picture: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def photo(width: int = 900, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Many colours, the same each time."""
    grain = Image.frombytes("L", (90, 60), random.Random(7).randbytes(5400)).resize((width, height))
    across = Image.linear_gradient("L").resize((width, height))
    round_ = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (grain, across, round_)).convert(mode)


def drawing(width: int = 900, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Few colours, with a red upper left corner."""
    picture = Image.new(mode, (width, height), (250, 250, 250, 255)[: len(mode)])
    ImageDraw.Draw(picture).rectangle((0, 0, width // 3, height // 3), fill=(*CORNER, 255)[: len(mode)])
    return picture


def make(content: bytes, widest: int = 10_000) -> Picture:
    return made("a.png", content, look("a.png", content), widest)


def shown(picture: Picture) -> Image.Image:
    with Image.open(io.BytesIO(picture.content)) as opened:
        opened.load()
        return opened.copy()


def near(one: Any, other: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=False))


# -- width --


def test_a_picture_is_twice_as_wide_as_it_is_shown_and_never_enlarged() -> None:
    large = make(written(photo(2400, 1600), "JPEG", quality=95), 1120)
    assert (large.format, large.width, large.height) == ("JPEG", 1120, 747)
    assert shown(large).size == (1120, 747)
    small = make(written(photo(300, 200), "JPEG"), 1120)
    assert (small.width, small.height) == (300, 200)


def test_the_widest_use_of_all_emails_counts() -> None:
    body = "![a](a.jpg)"
    templates = framed(
        '<mj-text>{{ content }}</mj-text><mj-image src="{{ image("a.jpg") }}" alt="" width="150px" />'
        '<mj-image src="{{ image("b.jpg") }}" alt="" width="100px" />'
    )
    picture = written(photo(2400, 1600), "JPEG", quality=90)
    images = {"issues/x/a.jpg": picture, "issues/x/b.jpg": picture}
    rendering = compose(tiny(body, templates=templates, images=images))
    assert rendering.artwork is not None
    sizes = {image.name: (image.width, image.height) for image in rendering.artwork.images}
    assert sizes == {"issues/x/a.jpg": (1100, 733), "issues/x/b.jpg": (200, 133)}
    for image in rendering.artwork.images:
        content = rendering.files[image.digest]
        assert len(content) == image.size < len(picture)
        assert shown(Picture(content, "", 0, 0)).size == (image.width, image.height)


def test_widths_are_read_where_pictures_stand() -> None:
    tokens = Tokens([])
    url = {name: tokens.url(Kind.IMAGE, name) for name in "abcdef"}
    html = (
        f'<img style="width:100%;max-width:900px" src="{url["a"]}" width="270">'
        f'<!--[if mso]><v:image style="width:500px;height:1px" src="{url["b"]}"/><![endif]-->'
        f'<td background="{url["c"]}" width="90">'
        f'<table class="mj-full-width-mobile"><td><img width="200" src="{url["d"]}">'
        f'</td></table><table><img alt="" src="{url["e"]}"></table>'
        f"<style>.x{{background:url({url['f']})}}</style>"
    )
    widths = shown_widths([html, html.replace('width="270"', 'width="300"')], tokens)
    assert widths == {"a": 300, "b": 500, "c": PAGE, "d": 480, "e": PAGE, "f": PAGE}


# -- what is taken out --


def exif(orientation: int = 1) -> bytes:
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010E] = SECRET
    notes.get_ifd(0x8825)[1] = "N"
    return notes.tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phones_photo_is_upright_and_tells_nobody_where_it_was_taken(orientation: int) -> None:
    upright = drawing(900, 600)
    undo = {
        2: 0,
        3: 3,
        4: 1,
        5: 5,
        6: 2,
        7: 6,
        8: 4,
    }  # Pillow's transpositions, so that a viewer sees it upright
    lying = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    content = written(lying, "JPEG", quality=95, exif=exif(orientation), comment=SECRET)
    facts = look("a.jpg", content)
    assert (facts.width, facts.height) == (900, 600)
    for widest in (10_000, 300):
        picture = made("a.jpg", content, facts, widest)
        seen = shown(picture)
        assert seen.size == (picture.width, picture.height) == ((900, 600) if widest > 900 else (300, 200))
        assert near(seen.getpixel((10, 10)), CORNER)
        assert near(seen.getpixel((seen.width - 10, 10)), (250, 250, 250))
        assert near(seen.getpixel((10, seen.height - 10)), (250, 250, 250))
        assert not seen.getexif()
        assert SECRET.encode() not in picture.content
        assert is_bare(picture.content, "JPEG")


def notes() -> PngInfo:
    info = PngInfo()
    info.add_text("Location", SECRET)
    info.add_itxt("XML:com.adobe.xmp", f"<x>{SECRET}</x>")
    return info


@pytest.mark.parametrize(
    "content",
    [
        written(drawing(), "PNG", pnginfo=notes(), exif=exif()),
        written(drawing(), "PNG") + SECRET.encode(),
        written(photo(), "JPEG", comment=SECRET),
        written(photo(), "JPEG") + SECRET.encode(),
        written(photo(), "JPEG", xmp=SECRET.encode()),
        written(drawing(), "GIF", comment=SECRET),
        written(photo(), "WEBP", exif=exif(), xmp=SECRET.encode()),
        written(photo(), "TIFF", tiffinfo={270: SECRET}),
    ],
    ids=["png", "png-behind", "jpeg-comment", "jpeg-behind", "jpeg-xmp", "gif", "webp", "tiff"],
)
def test_nothing_but_the_picture_is_sent(content: bytes) -> None:
    assert SECRET.encode() in content
    picture = make(content)
    assert SECRET.encode() not in picture.content
    assert is_bare(picture.content, picture.format)


# -- kinds --


def test_kinds_that_mail_programs_do_not_show_become_ones_that_they_do() -> None:
    for kind, expected in (("WEBP", "JPEG"), ("TIFF", "JPEG"), ("BMP", "JPEG"), ("AVIF", "JPEG")):
        picture = make(written(photo(400, 300), kind))
        assert (picture.format, shown(picture).format or expected) == (expected, expected), kind
    for kind in ("BMP", "TIFF", "GIF", "PNG"):
        assert (
            make(written(drawing(400, 300), kind, **({"comment": b"x"} if kind == "GIF" else {}))).format
            == "PNG"
        )


def test_a_converted_kind_is_remarked_and_one_that_cannot_be_read_says_what_to_do() -> None:
    rendering = compose(tiny("![a](a.webp)", images={"issues/x/a.webp": written(photo(90, 60), "WEBP")}))
    (finding,) = rendering.findings
    assert (finding.severity, str(finding.place)) == (Severity.INFO, "issues/x.md:4")
    assert "“issues/x/a.webp” is WEBP" in finding.message
    assert rendering.artwork is not None
    assert rendering.artwork.images[0].file_name.endswith(".jpg")
    for content, hint in (
        (b'<?xml version="1.0"?><svg xmlns="x"/>', "export it as PNG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "iPhone"),
        (b"8BPS\0\1", "Export it"),
        (b"GIF89a", "PNG, JPEG and GIF"),
    ):
        (finding,) = compose(tiny("![a](a.png)", images={"issues/x/a.png": content})).findings
        assert finding.severity is Severity.ERROR
        assert hint in finding.hint


def test_transparency_is_kept_and_one_that_hides_nothing_is_dropped() -> None:
    ghost = drawing(900, 600, "RGBA")
    ghost.putalpha(Image.linear_gradient("L").resize((900, 600)))
    picture = make(written(ghost, "PNG"), 300)
    assert (picture.format, shown(picture).mode) == ("PNG", "RGBA")
    assert shown(picture).getchannel("A").getextrema()[0] < 5
    palette = drawing(900, 600).quantize(4)
    palette.info["transparency"] = 0
    assert shown(make(written(palette, "PNG", transparency=0), 300)).has_transparency_data
    noted = written(palette, "PNG", transparency=0, pnginfo=notes())
    assert shown(make(noted, 300)).mode == "RGBA"
    assert make(written(photo(900, 600, "RGBA"), "PNG"), 300).format == "JPEG"


def test_cmyk_sixteen_bits_grey_palette_and_one_bit() -> None:
    red = Image.new("RGB", (64, 64), CORNER)
    cmyk = shown(make(written(red.convert("CMYK"), "JPEG", quality=95)))
    assert cmyk.mode == "RGB"
    assert near(cmyk.getpixel((9, 9)), CORNER, 40)
    deep = Image.new("I;16", (64, 64), 40_000)
    assert near((shown(make(written(deep, "PNG"))).convert("L").getpixel((9, 9)),), (156,), 1)
    assert shown(make(written(red.convert("L"), "JPEG"))).mode == "L"
    assert near(shown(make(written(red.quantize(4), "PNG"))).convert("RGB").getpixel((9, 9)), CORNER, 1)
    assert shown(make(written(red.convert("1"), "PNG"))).size == (64, 64)
    grey = Image.merge("LA", (red.convert("L"), red.convert("L")))
    assert shown(make(written(grey, "PNG", pnginfo=notes()))).mode == "LA"
    with pytest.raises(Unreadable, match="measurements"):
        make(written(Image.new("F", (8, 8), 0.5), "TIFF"))


def test_another_colour_space_is_brought_to_srgb() -> None:
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert b"rXYZ" in swapped
    profile = (
        swapped.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    )  # red is blue
    content = written(Image.new("RGB", (64, 64), (255, 0, 0)), "PNG", icc_profile=profile)
    picture = shown(make(content))
    assert near(picture.convert("RGB").getpixel((9, 9)), (0, 0, 255))
    assert "icc_profile" not in picture.info
    junk = written(Image.new("RGB", (64, 64), CORNER), "PNG", icc_profile=b"no profile")
    assert near(shown(make(junk)).convert("RGB").getpixel((9, 9)), CORNER, 1)


def test_a_gif_that_moves_stays_as_it_is_within_limits() -> None:
    frames = [Image.new("RGB", (40, 30), (90 * number, 0, 0)) for number in range(3)]
    content = written(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=90)
    picture = make(content, 10)
    assert (picture.content, picture.format, picture.width) == (content, "GIF", 40)
    many = [Image.new("RGB", (2, 2), (255 * (number % 2), 0, 0)) for number in range(501)]
    content = written(many[0], "GIF", save_all=True, append_images=many[1:])
    with pytest.raises(Unreadable, match="501 frames"):
        look("a.gif", content)
    apng = written(frames[0], "PNG", save_all=True, append_images=frames[1:])
    (finding,) = compose(tiny("![a](a.png)", images={"issues/x/a.png": apng})).findings
    assert (finding.severity, finding.hint) == (Severity.WARNING, "Save what moves as GIF.")


# -- size and sameness --


@pytest.mark.parametrize("widest", [10_000, 250])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
@pytest.mark.parametrize("source", [photo, drawing])
@pytest.mark.ci
def test_what_is_bare_never_grows_and_making_twice_changes_nothing(
    source: Any, mode: str, widest: int
) -> None:
    for kind, more in (("PNG", {"optimize": True}), ("JPEG", {"quality": 40})):
        if kind == "JPEG" and mode == "RGBA":
            continue
        content = written(source(450, 300).convert(mode), kind, **more)
        first = make(content, widest)
        assert len(first.content) <= len(content)
        assert first == make(content, widest), "the edition's id must be the same tomorrow"
        again = make(first.content, widest)
        assert len(again.content) <= len(first.content)
        assert again.width == first.width


def test_a_photo_saved_as_png_becomes_a_jpeg_and_a_drawing_does_not() -> None:
    picture = make(written(photo(), "PNG"))
    assert picture.format == "JPEG"
    assert len(picture.content) < len(written(photo(), "PNG")) / 3
    assert make(written(drawing(), "PNG", pnginfo=notes())).format == "PNG"


def test_what_was_made_crosses_the_pipe_and_what_stayed_does_not() -> None:
    kept, large = pixel(40, 20), written(photo(2400, 1600), "JPEG", quality=95)
    request = tiny("![a](a.png)\n\n![b](b.jpg)", images={"issues/x/a.png": kept, "issues/x/b.jpg": large})
    rendering = compose(request)
    sent = wire.encode_rendering(rendering, request)
    assert wire.decode_rendering(sent, request) == rendering
    assert rendering.artwork is not None, told(rendering)
    bytes_ = {image.name: rendering.files[image.digest] for image in rendering.artwork.images}
    assert bytes_["issues/x/a.png"] == kept
    assert bytes_["issues/x/b.jpg"] in sent
    assert large not in sent
    for altered in (sent.replace(bytes_["issues/x/b.jpg"][-40:], b"0" * 40), sent[:-1], b""):
        with pytest.raises(wire.Broken):
            wire.decode_rendering(altered, request)
    other = replace(request, images={**request.images, "issues/x/a.png": pixel(41, 20)})
    with pytest.raises(wire.Broken, match="not what its name says"):
        wire.decode_rendering(sent, other)
    assert kept not in sent


def test_large_pictures_may_take_their_time_and_bombs_may_not() -> None:
    photos = {f"issues/x/{number}.jpg": bytes(4 << 20) for number in range(12)}
    assert picture_seconds(tiny(images=photos)) == 6
    assert picture_seconds(tiny(images={"issues/x/bomb.png": bytes(100_000)})) == 0
    assert picture_seconds(tiny(images={str(number): bytes(10 << 20) for number in range(60)})) == 60


# -- hostile ones --


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says how large it is."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 5000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bomb(60_000, 60_000), "170 million pixels"),
        (bomb(8_000, 8_000), "8000 × 8000 pixels"),
        (bomb(1, 30_000), "1 × 30000 pixels"),
        (bomb(0, 10), "cannot be read|pixels"),
        (bomb(600, 600), "breaks off"),  # its data end long before its pixels do
        (written(photo(), "WEBP")[:2000], "breaks off|cannot be read"),
        (written(photo(), "TIFF")[:5000], "breaks off|cannot be read"),
        (written(photo(), "AVIF")[:500], "breaks off|cannot be read"),
        (written(photo(), "BMP")[:5000], "breaks off|cannot be read"),
        (written(photo(), "GIF")[:500], "breaks off|cannot be read"),
    ],
)
def test_bombs_absurd_sizes_and_halves(content: bytes, said: str) -> None:
    begun = time.process_time()
    with pytest.raises(Unreadable, match=said):
        make(content)
    assert time.process_time() - begun < 1


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"]), st.data())
def test_a_damaged_file_is_a_picture_or_an_explained_fault(kind: str, data: st.DataObject) -> None:
    content = bytearray(written(drawing(24, 16), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = make(bytes(content), 12)
    except Unreadable:
        return
    assert shown(picture).size == (picture.width, picture.height)
