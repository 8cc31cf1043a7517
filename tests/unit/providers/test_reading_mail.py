"""Mails of anybody, as a mail program shows them: nothing raises, nothing escapes, and nothing takes long."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.providers.reading import LARGEST, head, read, row
from tests.corpora import naughty_strings

PLAIN = (
    b"From: =?utf-8?q?NGen_=C3=A9?= <news@ngen.example>\r\nTo: Zo\xc3\xab <zoe@reader.example>\r\n"
    b"Subject: =?utf-8?b?VW5lIGFubsOpZQ==?=\r\nDate: Wed, 16 Dec 2020 09:00:00 -0500\r\n"
    b"List-Unsubscribe: <https://a.example/u/1>,\r\n <mailto:u@a.example>\r\n"
)


def made() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "NGen <news@ngen.example>", "a@b.example", "A year"
    mail.set_content("Bonjour à vous")
    mail.add_alternative(
        "<html><head><title>No</title><style>p{}</style></head><body><div>What&nbsp;members\u200c did&#847;</div>"
        "<p>Dear Zoë</p></body></html>",
        subtype="html",
    )
    mail.add_attachment(
        b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="../../etc/next shift.ics"
    )
    return mail.as_bytes()


def test_a_mail_is_shown_as_its_reader_sees_it() -> None:
    mail = read(PLAIN + b"\r\nHello", "k", "greeting")
    assert (mail.line.sender, mail.line.to, mail.line.subject) == (
        "NGen é",
        "zoe@reader.example",
        "Une année",
    )
    assert mail.line.at == datetime(2020, 12, 16, 14, tzinfo=UTC)
    assert mail.header("list-unsubscribe") == "<https://a.example/u/1>, <mailto:u@a.example>"
    assert (mail.text, mail.html, mail.line.snippet) == ("Hello", None, "Hello")


def test_parts_are_sorted_and_the_row_begins_with_the_preheader() -> None:
    mail = read(made(), "k", "")
    assert mail.line.snippet == "What members did Dear Zoë"
    assert mail.text is not None
    assert mail.text.strip() == "Bonjour à vous"
    (enclosed,) = mail.enclosures
    assert (enclosed.name, enclosed.media_type, enclosed.data) == (
        "next shift.ics",
        "text/calendar",
        b"BEGIN:VCALENDAR",
    )


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\x00\xff" * 500,
        b"Subject: =?utf-8?b?////?= =?nope?q?a?= =?utf-8?q?=E0?=\r\n\r\n",
        b"Subject: a\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/html; charset=idna\r\n\r\n<p>x",
        b"Content-Type: text/plain; charset=\"\xff\"; name*0*=zlib''%ff\r\nContent-Transfer-Encoding: uuencode\r\n\r\nbegin",
        b"Content-Transfer-Encoding: base64\r\nContent-Type: text/html\r\n\r\n!!!!",
        b"From: " + b"(" * 5000 + b"\r\nTo: " + b"<" * 5000 + b"\r\nDate: Mon, 99 Foo 99999 99:99:99\r\n\r\n",
        b"Date: Mon, 1 Jan 0001 00:00:00 +2359\r\n\r\n",
        b"Content-Type: message/rfc822\r\n\r\n" * 40,
        b"Content-Type: text/html\r\n\r\n<body>" + b"<style" * 3000,
        b"Content-Type: text/html\r\n\r\n<body>" + b"<!--" * 9000 + b"<" * 9000,
    ],
)
def test_what_nobody_should_write_is_read_as_far_as_it_can_be(source: bytes) -> None:
    began = time.monotonic()
    mail = read(source, "k", "")
    assert mail.source == source
    assert head(source, "k", "").key == row(source, "k", "").key == "k"
    assert time.monotonic() - began < 2.0


def test_a_mail_in_a_mail_without_end_shows_its_source_alone() -> None:
    nested = b"".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode() for n in range(400)
    )
    began = time.monotonic()
    mail = read(b"Subject: Deep\r\n" + nested, "k", "")
    assert (mail.fault, mail.line.subject, mail.html) == ("unreadable", "Deep", None)
    assert time.monotonic() - began < 1.0


def test_only_the_beginning_of_a_huge_mail_is_read() -> None:
    mail = read(PLAIN + b"\r\n" + b"a" * (LARGEST + 10), "k", "")
    assert mail.fault == "too-large"
    assert mail.text is not None
    assert len(mail.text) <= LARGEST


@given(st.binary(max_size=600))
def test_no_bytes_raise(noise: bytes) -> None:
    for source in (noise, PLAIN + noise, made() + noise, noise + made()):
        mail = read(source, "k", "m")
        assert "\x00" not in mail.line.subject
        assert all("\n" not in value for _, value in mail.headers)


def test_no_name_of_an_enclosed_file_leads_anywhere() -> None:
    for text in [
        "../../x",
        "C:\\Windows\\a.exe",
        ".bashrc",
        "a/b\\c",
        "\u202egnp.exe",
        'a"; x="b',
        *naughty_strings()[::12],
    ]:
        mail = EmailMessage()
        mail["Subject"] = "x"
        mail.set_content("x")
        mail.add_attachment(
            b"data", maintype="application", subtype="pdf", filename=" ".join(text.split())[:200]
        )
        try:
            source = mail.as_bytes()
        except (ValueError, UnicodeError):
            continue
        for one in read(source, "k", "").enclosures:
            assert one.name
            assert not one.name.startswith(".")
            assert not set(one.name) & set('/\\"\r\n;:\u202e')
