"""Files that any mail program reads as they were meant."""

from __future__ import annotations

import quopri
import re
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.model.errors import ConfigurationError, HookRejected, Refused, Unavailable
from newsletter.model.event import HookRequest
from newsletter.model.examination import Circumstances, Health
from newsletter.model.outbound import OutboundMessage, Recipient
from newsletter.providers.conformance import sample_batch, sample_message, sample_recipient
from newsletter.providers.outbox.message import Altered, build, quoted
from newsletter.providers.outbox.provider import Outbox
from newsletter.providers.rules import line_fault
from tests.corpora import naughty_strings

ID = "4f2a9c1e.12.7001.0@news.ngen.ca"
DATE = 1_608_127_200
NAMES = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "Feedback-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Content-Type",
]

any_text = st.one_of(
    st.deferred(lambda: st.sampled_from(naughty_strings())),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=120),
)


def built(message: OutboundMessage, values: tuple[str, ...] = ()) -> tuple[bytes, EmailMessage]:
    """The bytes of a mail, and the mail as Python's modern reader sees it."""
    reader = sample_recipient(1, len(message.tags))
    raw = build(message, replace(reader, values=values or reader.values), date=DATE, message_id=ID)
    mail = cast(EmailMessage, BytesParser(policy=policy.default).parsebytes(raw))
    assert not mail.defects
    return raw, mail


def content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def test_a_mail_as_a_mail_program_reads_it() -> None:
    raw, mail = built(sample_message())
    assert list(mail.keys()) == NAMES
    assert mail["From"].addresses[0].display_name == "NGen – la grappe"
    assert mail["From"].addresses[0].addr_spec == "news@news.ngen.ca"
    assert [address.addr_spec for address in mail["To"].addresses] == ["reader1@members.ngen.ca"]
    assert mail["Subject"] == "Vœux de NGen, Ann 1"
    assert mail["Date"].datetime == datetime(2020, 12, 16, 14, 0, tzinfo=UTC)
    assert mail["Message-ID"] == f"<{ID}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert content(mail, "plain").startswith("Bonjour Ann 1\n")
    assert content(mail, "html").startswith("<p>Bonjour Ann 1 ")
    assert raw == built(sample_message())[0]


def test_a_long_unsubscribe_address_stays_whole() -> None:
    """Python's own writer makes an encoded word of it, which no mail program acts on."""
    reader = sample_recipient(1)
    url = (
        f"<https://news.ngen.ca/u/{'x' * 300}>, <mailto:{'y' * 60}@ngen.ca?subject=unsubscribe%20{'z' * 40}>"
    )
    reader = replace(reader, headers={"List-Unsubscribe": url})
    raw = build(sample_message(), reader, date=DATE, message_id=ID)
    assert b"=?utf-8?q?" not in raw.lower()
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    assert mail["List-Unsubscribe"] == url


@given(any_text, any_text, any_text)
@example("a\r\nBcc: x@ngen.ca", "=?utf-8?q?a=0D=0ABcc:_x?=", "\u2028")
@example('"a" <b@c.ca>, d', "x" * 400, "é" * 300)
@example("a  b", " a ", "\t")
@example("\\", '"', "(comment) a")
@example("Re: (no subject)", "a, b; c: d <e@f>", "ﬀ\ufeff\u200b")
def test_whatever_the_texts_the_header_holds_the_same_names_and_one_reader(
    subject: str, name: str, value: str
) -> None:
    """What encode lets through reads back as meant; what it does not is refused. Never a further header."""
    message = replace(
        sample_message(), subject=(subject, 0), sender_name=name, text=(value, 0), html=(value, 1)
    )
    if line_fault(subject + value) or line_fault(name):
        return
    raw, mail = built(message, (value, "t"))
    assert list(mail.keys()) == NAMES
    assert str(mail["Subject"]) == subject + value
    shown = mail["From"].addresses[0].display_name
    # Python 3.11 leaves the space between two encoded words of a name, which RFC 2047 section 6.2 drops.
    assert shown == name or (not name.isascii() and shown.replace(" ", "") == name.replace(" ", ""))
    assert len(mail["From"].addresses) == len(mail["To"].addresses) == 1
    assert lines_of(content(mail, "plain")) == lines_of(value + value)
    assert_lines(raw)


def assert_lines(raw: bytes) -> None:
    """RFC 5322 section 2.1.1: CRLF only, no line over 998; bodies within 76."""
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    head, _, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert raw.isascii()


@given(st.text(st.characters(exclude_categories=("Cs",))))
@example("a" * 75 + "\n")
@example("trailing \n and tab\t\nlast ")
@example("=\r\n=\n.\n\nFrom here\n--=_x")
@example("x\ry\r\nz\n")
def test_quoted_printable_keeps_every_line(text: str) -> None:
    raw = quoted(text)
    assert lines_of(quopri.decodestring(raw).decode()) == lines_of(text)
    assert all(len(line) <= 76 for line in raw.split(b"\r\n"))
    assert not re.search(rb"[ \t](\r\n|$)", raw)


def test_a_header_that_reads_otherwise_is_refused() -> None:
    """The last look: were a rule forgotten, the mail would still not be written."""
    reader = sample_recipient(1)
    for headers in (
        {"X-A": "a\r\nBcc: x@ngen.ca"},
        {"X-A": "a\r\n\r\nbody"},
        {"X A": "b"},
        {"X-A": " padded"},
    ):
        with pytest.raises(Altered):
            build(sample_message(), replace(reader, headers=headers), date=DATE, message_id=ID)


@pytest.mark.parametrize(("spoiled", "error"), [({2}, Refused), ({1, 2, 3}, ConfigurationError)])
def test_an_altered_mail_is_left_out_and_an_altered_message_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoiled: set[int], error: type[Exception]
) -> None:
    def writer(message: OutboundMessage, recipient: Recipient, **how: Any) -> bytes:
        if recipient.delivery - 7000 in spoiled:
            raise Altered("altered", code="email-altered")
        return build(message, recipient, **how)

    monkeypatch.setattr("newsletter.providers.outbox.provider.build", writer)
    with pytest.raises(error) as refused:
        Outbox(tmp_path).encode(sample_batch(3))
    if isinstance(refused.value, Refused):
        assert refused.value.members == (1,)


class TestFolder:
    def test_a_folder_for_each_batch_named_in_the_receipt(self, tmp_path: Path) -> None:
        outbox = Outbox(tmp_path)
        receipt = outbox.submit(outbox.encode(sample_batch(3)))
        folder = tmp_path / receipt.reference
        assert receipt.reference.startswith("var/outbox/2020-12-16-holiday-greeting/batch-12-1-")
        assert sorted(path.name for path in folder.iterdir()) == [
            f"{n:04}-reader{n}@members.ngen.ca.eml" for n in (1, 2, 3)
        ]

    def test_the_same_parcel_twice_stands_there_once(self, tmp_path: Path) -> None:
        outbox = Outbox(tmp_path)
        parcel = outbox.encode(sample_batch(2))
        assert outbox.submit(parcel) == outbox.submit(parcel)
        assert len(list(tmp_path.rglob("*.eml"))) == 2

    def test_test_copies_share_a_number_and_not_a_file(self, tmp_path: Path) -> None:
        outbox = Outbox(tmp_path)
        readers = tuple(replace(sample_recipient(n), delivery=0, address=f"same{n}@ngen.ca") for n in (1, 2))
        outbox.submit(outbox.encode(replace(sample_batch(), batch=0, recipients=readers)))
        mails = [BytesParser().parsebytes(path.read_bytes()) for path in tmp_path.rglob("*.eml")]
        assert len({mail["Message-ID"] for mail in mails}) == 2

    def test_what_a_crash_left_is_no_mail(self, tmp_path: Path) -> None:
        outbox = Outbox(tmp_path)
        parcel = outbox.encode(sample_batch(2))
        folder = msgspec.msgpack.decode(parcel.body)["path"]
        final = tmp_path / "var/outbox" / folder
        left = final.with_name(f".{final.name}.part")
        left.mkdir(parents=True)
        (left / "0001-half.eml").write_text("half")
        outbox.submit(parcel)
        assert not left.exists()
        assert len(list(tmp_path.rglob("*.eml"))) == 2

    @pytest.mark.parametrize("category", ["../../etc", "/abs", "", "..", "é à", "a/b\\c:d*?", "x" * 300])
    def test_a_category_never_leaves_the_outbox(self, tmp_path: Path, category: str) -> None:
        outbox = Outbox(tmp_path)
        message = replace(sample_message(), category=category)
        receipt = outbox.submit(outbox.encode(sample_batch(1, message)))
        assert (tmp_path / receipt.reference).resolve().parent.parent == tmp_path / "var/outbox"

    def test_a_folder_that_cannot_be_written_took_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "var").write_text("a file where the folder should be")
        outbox = Outbox(tmp_path)
        with pytest.raises(Unavailable):
            outbox.submit(outbox.encode(sample_batch(1)))
        (found,) = outbox.examine(Circumstances("a@ngen.ca", "http://127.0.0.1/hooks/outbox", None))
        assert found.state is Health.ERROR

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
    def test_a_full_disk_took_nothing(self, tmp_path: Path) -> None:
        import resource

        outbox = Outbox(tmp_path)
        parcel = outbox.encode(sample_batch(2))
        folder = tmp_path / "var/outbox" / msgspec.msgpack.decode(parcel.body)["path"]
        folder.parent.mkdir(parents=True)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
        try:
            with pytest.raises(Unavailable):
                outbox.submit(parcel)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, ignored)
        assert not list(tmp_path.rglob("*.eml"))
        assert list(folder.parent.iterdir()) == []


def test_examine_says_that_nobody_gets_mail(tmp_path: Path) -> None:
    (found,) = Outbox(tmp_path).examine(Circumstances("a@ngen.ca", "http://127.0.0.1/hooks/outbox", None))
    assert found.state is Health.OK
    assert "nobody" in found.sentence


def test_it_has_no_events() -> None:
    with pytest.raises(HookRejected, match="outbox sends no events"):
        Outbox(Path()).read_events(HookRequest({}, b"[]", datetime(2020, 1, 1, tzinfo=UTC)))
