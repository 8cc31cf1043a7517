"""Notices by SMTP, to a real server on this machine: TLS or nothing, one mail a person, hostile words, bounded waits."""

from __future__ import annotations

import time
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.channels.bounded import bounded
from newsletter.channels.contract import Undelivered
from newsletter.channels.smtp import Mailbox, Server, require_safe, written
from newsletter.model.errors import ConfigurationError
from newsletter.model.notice import Message, Person
from tests.corpora import naughty_strings
from tests.mail_server import Manner, Trust, mail_server, trust

pytestmark = pytest.mark.enable_socket

SENDER = Address("NGen", "alerts", "ngen.example")
MARIE = Person("Marie L’Heureux", "marie@ngen.example", "fr")
HELD = Message(
    "Retenu\u00a0: Vœux 2026",
    ("Un envoi est en attente de vous.", "Où\u00a0: ici."),
    "Retenir",
    "https://n.example/h/x",
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return trust(tmp_path_factory.mktemp("tls"))


def mailbox(port: int, security: str = "none", **more: object) -> Mailbox:
    options = {"account": "", "password": "", "trust": None} | more
    return Mailbox(Server("127.0.0.1", port, security, sender=SENDER, **options), MARIE)  # type: ignore[arg-type]


def fault(target: Mailbox) -> str:
    with pytest.raises(Undelivered) as raised:
        target.post((HELD,))
    assert raised.value.__cause__ is None
    return raised.value.what


def test_one_mail_that_a_person_can_read() -> None:
    with mail_server() as server:
        mailbox(server.port).post((HELD,))
    (mail,) = server.mails
    assert server.recipients == ["marie@ngen.example"]
    assert mail["Subject"] == "Retenu\u00a0: Vœux 2026"
    assert mail["To"] == "Marie L’Heureux <marie@ngen.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content().replace("\r\n", "\n")
    assert text.split("\n\n") == [
        "Un envoi est en attente de vous.",
        "Où\u00a0: ici.",
        "Retenir\nhttps://n.example/h/x\n",
    ]


def test_both_languages_stand_in_one_mail() -> None:
    english = Message("Held: Greetings 2026", ("A mailing waits for you.",))
    with mail_server() as server:
        mailbox(server.port).post((english, HELD))
    assert server.mails[0]["Subject"] == "Held: Greetings 2026 | Retenu\u00a0: Vœux 2026"
    assert server.mails[0].get_content().index("waits") < server.mails[0].get_content().index("attente")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_with_tls_and_a_password(certificate: Trust, security: str) -> None:
    tls = certificate.server
    manner = (
        Manner(password="pass word") if security == "starttls" else Manner(password="pass word", implicit=tls)
    )
    manner.tls = tls if security == "starttls" else None
    with mail_server(manner) as server:
        mailbox(server.port, security, account="ngen", password="pass word", trust=certificate.client).post(
            (HELD,)
        )
        assert len(server.mails) == 1
        wrong = mailbox(server.port, security, account="ngen", password="another", trust=certificate.client)
        assert fault(wrong) == "the server refuses user or password (535)"


def test_a_server_that_offers_no_tls_hears_neither_password_nor_notice(certificate: Trust) -> None:
    with mail_server(Manner(password="secret")) as server:
        told = fault(
            mailbox(server.port, "starttls", account="ngen", password="secret", trust=certificate.client)
        )
    assert told == "the server offers no encryption, or no way to sign in"
    assert all(line.upper().startswith(("EHLO", "QUIT")) for line in server.said)


def test_a_certificate_that_nobody_vouches_for(certificate: Trust) -> None:
    with mail_server(Manner(tls=certificate.server)) as server:
        assert "not trusted" in fault(mailbox(server.port, "starttls"))
    assert not server.mails


@pytest.mark.parametrize(
    ("command", "answer", "said"),
    [
        ("RCPT", "550 5.1.1 no such user marie", "the server refuses the address (550)"),
        ("MAIL", "451 later", "the server answered 451"),
        ("TAKEN", "552 too large", "the server answered 552"),
        ("EHLO", "421 secret: hunter2", "no conversation with the server"),
    ],
)
def test_what_a_server_refuses_is_said_without_its_words(command: str, answer: str, said: str) -> None:
    with mail_server(Manner(answers={command: answer, "HELO": answer})) as server:
        told = fault(mailbox(server.port))
    assert told.startswith(said) or told == "the server answered 421"
    assert "marie" not in told
    assert "hunter2" not in told


def test_nobody_at_home() -> None:
    with mail_server() as server:
        port = server.port
    assert fault(mailbox(port)) == "no conversation with the server (ConnectionRefusedError)"


@pytest.mark.parametrize("manner", [Manner(silent=True), Manner(drips=0.05)], ids=["silent", "drips"])
@pytest.mark.ci
def test_no_server_holds_us_up(manner: Manner) -> None:
    with mail_server(manner) as server:
        target, began = mailbox(server.port), time.monotonic()
        with pytest.raises(Undelivered, match="no end after"):
            bounded(lambda: target.post((HELD,)), 0.5)
        assert time.monotonic() - began < 5


@given(st.text(), st.text())
def test_no_word_becomes_a_header(subject: str, name: str) -> None:
    mail = written((Message(subject, (subject,)),), Person(name, "a@ngen.example", "en"), SENDER)
    assert set(mail.keys()) >= {"From", "To", "Subject"}
    head = bytes(mail).split(b"\r\n\r\n")[0]
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert sorted(names) == sorted(
        [
            b"From",
            b"To",
            b"Subject",
            b"Message-ID",
            b"Auto-Submitted",
            b"Content-Type",
            b"Content-Transfer-Encoding",
            b"MIME-Version",
        ]
    )


def test_hostile_subjects_arrive_as_one_line() -> None:
    hostile = "Greetings\r\nBcc: everyone@victim.example\r\n\r\n<script>"
    with mail_server() as server:
        mailbox(server.port).post((Message(hostile, (hostile, ".\r\n.\r\nMAIL FROM:<x@y>")),))
    (mail,) = server.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Greetings Bcc: everyone@victim.example <script>"
    assert server.recipients == ["marie@ngen.example"]


def test_no_word_of_a_name_or_subject_is_taken_for_code() -> None:
    """RFC 2047: what a mail program would take apart again, line ends included."""
    coded = "=?utf-8?q?Yes=0D=0ABcc:_a@victim.example?="
    mail = written((Message(coded, ("x",)),), Person(coded, "a@ngen.example", "en"), SENDER)
    head = bytes(mail).split(b"\r\n\r\n")[0]
    again = message_from_bytes(head + b"\r\n\r\n", policy=default)
    for name in ("Subject", "To"):
        assert "Bcc:_a@victim.example" in again[name], "as it was written"
        assert "utf-8?q?Yes=0D=0A" in again[name]


def test_the_strings_that_break_programs() -> None:
    for text in naughty_strings():
        assert bytes(written((Message(text, (text,)),), MARIE, SENDER))


def test_unencrypted_only_on_this_machine() -> None:
    require_safe("127.0.0.1", "none")
    require_safe("mail.example.org", "tls")
    with pytest.raises(ConfigurationError, match="only for a server on this machine"):
        require_safe("mail.example.org", "none")


def test_the_password_shows_itself_nowhere() -> None:
    assert "hunter2" not in repr(mailbox(25, account="ngen", password="hunter2"))
