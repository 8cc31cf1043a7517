"""From the folder to the reader: pictures and files go into the edition, and stay there when their originals are gone."""

from __future__ import annotations

import asyncio
import io
import shutil
from pathlib import Path

import httpx
import pytest
from PIL import Image

from newsletter.compose import freeze as composing
from newsletter.pipeline import build
from newsletter.pipeline.personas import worst
from newsletter.pipeline.proof import all_shown, proof
from newsletter.renderer import Renderer
from newsletter.store import editions
from newsletter.web.public.app import Public
from tests.mailed import world
from tests.writing import GREETING, writing

PDF = b"%PDF-1.7\nThe programme"


def jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    notes = Image.Exif()
    notes[0x010E] = "taken at home"
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG", exif=notes)
    return out.getvalue()


@pytest.mark.ci
def test_pictures_and_files_outlive_their_originals(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    with Renderer() as renderer:
        desk = writing(tmp_path / "w", renderer)
        folder = desk.root / "issues" / GREETING
        (folder / "hall.jpg").write_bytes(jpeg(3000, 2000))
        (folder / "programme.pdf").write_bytes(PDF)
        for language in ("en", "fr"):
            more = "\n\n![The hall](hall.jpg)\n\nSee [the programme](programme.pdf).\n"
            desk.change(desk.issue(language), lambda text: text + more)  # noqa: B023  # it is used at once
        built = build.build(desk.desk, GREETING)
    artwork = built.rendering.artwork
    assert artwork is not None
    (file,) = artwork.hosted
    (hall,) = (image for image in artwork.images if image.name.endswith("hall.jpg"))
    assert hall.width <= 1280
    edition = composing.freeze(artwork, "ngen")
    member = worst(())
    text = proof(desk.desk, artwork, "en", member, answers=all_shown(artwork)).html
    assert f"/f/{file.address}" in text
    shutil.rmtree(desk.root)

    (tmp_path / "m").mkdir()
    with world(tmp_path / "m") as mailed:
        with mailed.ctx.store.write() as db:
            editions.put(db, edition, built.rendering.files, mailed.clock())

        async def get(path: str) -> httpx.Response:
            transport = httpx.ASGITransport(Public(mailed.ctx))
            async with httpx.AsyncClient(transport=transport, base_url="http://news.test") as client:
                return await client.get(path)

        assert asyncio.run(get(f"/f/{file.address}")).content == PDF
        answer = asyncio.run(get(f"/i/{hall.file_name}"))
        assert (answer.headers["content-type"], len(answer.content)) == ("image/jpeg", hall.size)
        assert b"taken at home" not in answer.content
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert picture.size == (hall.width, hall.height)
