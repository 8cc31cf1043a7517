"""The mailbox: the outbox's files and an emulator's messages, a page at a time; no name leads outside of it."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from newsletter.model.errors import NotFound, Unavailable
from newsletter.pipeline import mailbox
from newsletter.providers.outbox import shelf
from newsletter.settings import resolve
from tests.emulated import KEY, emulator
from tests.ledger import Bench
from tests.web_server import page, web_server

OUTBOX = "outbox"


def put(root: Path, slug: str, batch: int, count: int, subject: str = "A year", at: int = 0) -> Path:
    folder = root / "var" / "outbox" / slug / f"batch-{batch}-1-{batch:012x}"
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        source = f"From: NGen <n@ngen.example>\r\nTo: p{number}@reader.example\r\nSubject: {subject} {number}\r\n\r\nHello"
        (folder / f"{number:04}-p{number}@reader.example.eml").write_text(source, newline="")
    os.utime(folder, (at or batch, at or batch))
    return folder


def keys(desk: Bench, search: str = "") -> list[str]:
    """Every page, one after another."""
    found, after = [], ""
    while True:
        listed = mailbox.listing(desk.ctx, OUTBOX, search, after)
        found += [line.key for line in listed.lines]
        after = listed.after
        if not after:
            return found


def test_an_empty_workspace_has_an_empty_outbox(desk: Bench) -> None:
    assert mailbox.listing(desk.ctx, OUTBOX).lines == ()
    assert [box.name for box in mailbox.boxes(desk.ctx)] == [OUTBOX]


def test_pages_come_newest_first_and_hold_each_mail_once(desk: Bench) -> None:
    for batch in range(1, 6):
        put(desk.ctx.root, "greeting", batch, 17)
    first = mailbox.listing(desk.ctx, OUTBOX)
    assert (len(first.lines), first.total, first.at_least) == (shelf.PAGE, 85, False)
    assert first.lines[0].key.startswith("greeting/batch-5-1-")
    found = keys(desk)
    assert len(found) == len(set(found)) == 85


def test_a_search_finds_recipient_mailing_and_subject(desk: Bench) -> None:
    put(desk.ctx.root, "greeting", 1, 3)
    put(desk.ctx.root, "digest", 2, 3, "Janvier")
    assert len(keys(desk, "p2@reader")) == 2
    assert [key.partition("/")[0] for key in keys(desk, "DIGEST")] == ["digest"] * 3
    assert len(keys(desk, "janvier 1")) == 1
    assert keys(desk, "nobody") == []


def test_a_search_reads_so_many_headers_and_goes_on_from_there(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "HEADS", 10)
    put(desk.ctx.root, "greeting", 2, 25)
    put(desk.ctx.root, "digest", 1, 25, "Rare")
    first = mailbox.listing(desk.ctx, OUTBOX, "rare 7")
    assert (first.lines, first.searched, bool(first.after)) == ((), 10, True)
    assert [key.partition("/")[0] for key in keys(desk, "rare 7")] == ["digest"]


def test_many_mails_are_not_read_at_once(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for batch in range(1, 21):
        folder = desk.ctx.root / "var" / "outbox" / "greeting" / f"batch-{batch}-1-{batch:012x}"
        folder.mkdir(parents=True)
        for number in range(100):
            (folder / f"{number:04}-p{number}@reader.example.eml").touch()
    read: list[str] = []
    whole = shelf._read
    monkeypatch.setattr(shelf, "_read", lambda root, key, most: read.append(key) or whole(root, key, most))
    began = time.monotonic()
    assert mailbox.listing(desk.ctx, OUTBOX).total == 2_000
    assert len(read) == shelf.PAGE
    assert time.monotonic() - began < 2.0


@pytest.mark.parametrize(
    "key",
    [
        "../../secrets/instance.key",
        "greeting/../../../secrets/instance.key",
        "greeting/batch-1-1-000000000001/../../../../newsletter.toml",
        "/etc/passwd",
        "greeting/batch-1-1-000000000001/0001-p1@reader.example.eml\x00",
        "greeting/batch-1-1-000000000001/0001-..eml",
        "linked/batch-1-1-000000000001/0001-p1@reader.example.eml",
        "",
        "a" * 5000,
    ],
)
def test_no_key_leads_outside(desk: Bench, key: str) -> None:
    put(desk.ctx.root, "greeting", 1, 1)
    (desk.ctx.root / "var" / "outbox" / "linked").symlink_to(desk.ctx.root / "var" / "outbox" / "greeting")
    with pytest.raises(NotFound):
        mailbox.source(desk.ctx, OUTBOX, key)
    assert [line.mailing for line in mailbox.listing(desk.ctx, OUTBOX).lines] == ["greeting"]


def test_a_linked_mail_is_no_mail(desk: Bench) -> None:
    folder = put(desk.ctx.root, "greeting", 1, 1)
    (desk.ctx.root / "secret").write_text("Subject: secret\r\n\r\nkey", newline="")
    (folder / "0002-x@y.example.eml").symlink_to(desk.ctx.root / "secret")
    assert len(keys(desk)) == 1
    with pytest.raises(NotFound):
        mailbox.mail(desk.ctx, OUTBOX, f"greeting/{folder.name}/0002-x@y.example.eml")


def at(desk: Bench, url: str) -> Bench:
    environ = {"NEWSLETTER_SENDGRID_BASE_URL": url, "NEWSLETTER_PROVIDER": "sendgrid"}
    return replace(desk, ctx=replace(desk.ctx, settings=resolve({}, environ, {})))


def test_no_real_host_is_ever_a_box(desk: Bench) -> None:
    real = at(desk, "https://api.sendgrid.com")
    assert [box.name for box in mailbox.boxes(real.ctx)] == [OUTBOX]
    with pytest.raises(NotFound):
        mailbox.listing(real.ctx, "emulator")


@pytest.mark.enable_socket
def test_what_is_no_emulator_says_nothing(desk: Bench) -> None:
    with web_server({"*": page(b'{"total": "many", "messages": [7]}')}) as stranger:
        other = at(desk, stranger.url("").rstrip("/"))
        with pytest.raises(Unavailable):
            mailbox.listing(other.ctx, "emulator")
        with pytest.raises(NotFound):
            mailbox.mail(other.ctx, "emulator", "../report")
    with pytest.raises(Unavailable):
        mailbox.listing(other.ctx, "emulator")


@pytest.mark.enable_socket
def test_an_emulators_mails_are_listed_and_read(desk: Bench) -> None:
    body = {
        "from": {"email": "news@ngen.example", "name": "NGen"},
        "subject": "Une année {{n}}",
        "categories": ["greeting"],
        "headers": {"Feedback-ID": "7:ngen"},
        "content": [
            {"type": "text/plain", "value": "Bonjour"},
            {"type": "text/html", "value": "<html><body><p>Ce que les membres ont fait</p></body></html>"},
        ],
        "personalizations": [{"to": [{"email": f"p{n}@reader.example"}]} for n in range(30)],
    }
    with emulator("--senders", "@ngen.example") as running:
        answer = httpx.post(
            f"{running.url}/v3/mail/send",
            json=body,
            headers={"Authorization": f"Bearer {KEY}"},
            trust_env=False,
        )
        assert answer.status_code == 202, answer.text
        ctx = at(desk, running.url).ctx
        assert [box.name for box in mailbox.boxes(ctx)] == ["emulator", OUTBOX]
        first = mailbox.listing(ctx, "emulator")
        assert (first.total, len(first.lines), first.after) == (30, 25, "2")
        assert first.lines[0].snippet.startswith("Ce que les membres ont fait")
        assert len(mailbox.listing(ctx, "emulator", "", first.after).lines) == 5
        (found,) = mailbox.listing(ctx, "emulator", "p17@").lines
        mail = mailbox.mail(ctx, "emulator", found.key)
        assert (mail.line.to, mail.line.mailing, mail.header("feedback-id")) == (
            "p17@reader.example",
            "greeting",
            "7:ngen",
        )
        assert mail.html is not None
        assert "membres" in mail.html
