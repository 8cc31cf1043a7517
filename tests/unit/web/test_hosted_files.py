"""Hosted files on the public listener: the right type and name, nothing that runs, and frozen with the edition."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from newsletter.compose import freeze as composing
from newsletter.model.hosted import HostedFile
from newsletter.pipeline.hosting import with_files
from newsletter.store import editions
from newsletter.web.public.app import Public
from tests.mailed import GIF, Mailed, edition, world

PDF = b"%PDF-1.7\nThe programme"
ICS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
PLAN = HostedFile(
    sha256(PDF).hexdigest(), "application/pdf", len(PDF), "Programme d'été.pdf", "issues/x/p.pdf"
)
DATE = HostedFile(sha256(ICS).hexdigest(), "text/calendar", len(ICS), 'a "b".ics'.replace('"', "-"))


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Mailed]:
    with world(tmp_path) as made:
        frozen = composing.freeze(replace(edition().artwork, hosted=(PLAN, DATE)), "ngen")
        with made.ctx.store.write() as db:
            files = {PLAN.digest: PDF, DATE.digest: ICS, sha256(GIF).hexdigest(): GIF}
            editions.put(db, frozen, files, made.clock())
            assert editions.get(db, frozen.id) == frozen
        yield made


def ask(mailed: Mailed, path: str, **headers: str) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(Public(mailed.ctx), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://news.test") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(call())


def test_a_pdf_is_shown_and_keeps_its_name(mailed: Mailed) -> None:
    answer = ask(mailed, f"/f/{PLAN.address}")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"Programme d_ete.pdf\"; filename*=UTF-8''Programme%20d%27%C3%A9t%C3%A9.pdf"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "script" not in answer.headers["content-security-policy"]
    assert "immutable" in answer.headers["cache-control"]
    again = ask(mailed, f"/f/{PLAN.address}", **{"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_anything_else_is_saved_and_runs_nowhere(mailed: Mailed) -> None:
    answer = ask(mailed, f"/f/{DATE.address}")
    assert answer.content == ICS
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="a -b-.ics"')
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "path",
    [
        PLAN.address.replace("Programme", "Invoice"),  # a name that we never gave
        PLAN.address.replace(".pdf", ".exe"),
        PLAN.address.replace(".pdf", ".ics"),
        DATE.address.split("/")[0] + "/" + PLAN.address.split("/")[1],
        "0" * 24 + "/a.pdf",
        "../i/a.pdf",
        "%2e%2e/a.pdf",
        PLAN.address.split("/")[0],
        PLAN.address.split("/")[0] + "/",
    ],
)
def test_what_no_edition_has_is_not_there(mailed: Mailed, path: str) -> None:
    answer = ask(mailed, f"/f/{path}")
    assert answer.status_code == 404
    assert PDF not in answer.content


def test_bytes_come_from_the_folder_and_a_change_in_between_is_told(mailed: Mailed, tmp_path: Path) -> None:
    from newsletter.model.edition import Rendering

    desk = replace(mailed.ctx, root=tmp_path)
    folder = tmp_path / "issues" / "x"
    folder.mkdir(parents=True)
    artwork = replace(edition().artwork, hosted=(PLAN,))
    (folder / "p.pdf").write_bytes(PDF)
    assert with_files(desk, Rendering(None, artwork, ())).files == {PLAN.digest: PDF}
    (folder / "p.pdf").write_bytes(PDF + b"!")
    (finding,) = with_files(desk, Rendering(None, artwork, ())).findings
    assert (finding.message, str(finding.place)) == ("was changed while it was read", "issues/x/p.pdf")
    (folder / "p.pdf").unlink()
    (finding,) = with_files(desk, Rendering(None, artwork, ())).findings
    assert "cannot be read" in finding.message
