"""A small SMTP server on a socket of this machine, as polite or as broken as a test wants it.

In: a manner. Out: what was said, and the mails that were taken. Called by the tests of notices.
"""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True)
class Trust:
    """A certificate for this machine: the server's side, and a client's that trusts it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def trust(folder: Path, days: int = 1) -> Trust:
    """A fresh self-signed certificate, in `server.pem`, good for so many days from now (or until so many ago)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(private + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return Trust(server, ssl.create_default_context(cadata=pem.decode()))


@dataclass
class Manner:
    """How the server behaves. `answers` replaces its answer to a command, by the command's first word."""

    tls: ssl.SSLContext | None = None  #: for STARTTLS; None: it offers none
    implicit: ssl.SSLContext | None = None  #: TLS from the first byte
    password: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    silent: bool = False  #: takes the connection and never says a word
    drips: float = 0.0  #: seconds between two bytes of the greeting


@dataclass
class MailServer:
    """What came of it."""

    manner: Manner
    said: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    port: int = 0
    closing: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def mail_server(manner: Manner | None = None) -> Iterator[MailServer]:
    """The server, on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = MailServer(manner or Manner(), port=listener.getsockname()[1])
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=_visit, args=(made, connection), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield made
    finally:
        made.closing.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def _visit(server: MailServer, connection: socket.socket) -> None:
    with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
        line = stack.enter_context(connection)
        line.settimeout(20)
        if server.manner.implicit:
            line = stack.enter_context(server.manner.implicit.wrap_socket(line, server_side=True))
        if server.manner.silent:
            server.closing.wait(20)
            return
        visit = _Visit(server, line)
        stack.callback(visit.close)
        visit.talk()


class _Visit:
    def __init__(self, server: MailServer, line: socket.socket) -> None:
        self.server = server
        self.line = line
        self.file: BinaryIO = line.makefile("rb")
        self.secure = server.manner.implicit is not None

    def close(self) -> None:
        self.file.close()
        self.line.close()

    def talk(self) -> None:
        self._greet()
        while text := self.file.readline().decode("utf-8", "replace").rstrip("\r\n"):
            self.server.said.append(text)
            word = text.split(" ")[0].split(":")[0].upper()
            if not self._answer(word, text):
                return

    def _greet(self) -> None:
        greeting = b"220 here\r\n"
        if not self.server.manner.drips:
            self.line.sendall(greeting)
            return
        for byte in b"220-" + b"x" * 4000:
            if self.server.closing.is_set():
                return
            self.line.sendall(bytes([byte]))
            time.sleep(self.server.manner.drips)

    def _say(self, text: str) -> bool:
        self.line.sendall(text.encode() + b"\r\n")
        return not text.startswith(("221", "421"))

    def _answer(self, word: str, text: str) -> bool:
        if word in self.server.manner.answers:
            return self._say(self.server.manner.answers[word])
        match word:
            case "EHLO":
                return self._say(self._features())
            case "STARTTLS" if self.server.manner.tls and not self.secure:
                return self._secured(self.server.manner.tls)
            case "DATA":
                return self._take()
            case _:
                return self._say(self._plain(word, text))

    def _secured(self, tls: ssl.SSLContext) -> bool:
        self._say("220 go on")
        self.file.close()
        self.line = tls.wrap_socket(self.line, server_side=True)
        self.file = self.line.makefile("rb")
        self.secure = True
        return True

    def _plain(self, word: str, text: str) -> str:
        if word == "RCPT":
            self.server.recipients.append(text.partition("<")[2].partition(">")[0])
        if word == "AUTH":
            return "235 welcome" if self._knows(text) else "535 5.7.8 no"
        return "221 bye" if word == "QUIT" else "250 ok"

    def _features(self) -> str:
        lines = ["here", "SMTPUTF8", "8BITMIME"]
        if self.server.manner.tls and not self.secure:
            lines.append("STARTTLS")
        if self.server.manner.password and self.secure:
            lines.append("AUTH PLAIN")
        return "\r\n".join(f"250-{line}" for line in lines[:-1]) + f"\r\n250 {lines[-1]}"

    def _knows(self, text: str) -> bool:
        given = base64.b64decode(text.split(" ")[-1]).split(b"\0")[-1].decode()
        return bool(self.secure and given == self.server.manner.password)

    def _take(self) -> bool:
        self._say("354 go ahead")
        lines = []
        while (line := self.file.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        mail = message_from_bytes(b"".join(lines), policy=default)
        assert isinstance(mail, EmailMessage)
        self.server.mails.append(mail)
        return self._say(self.server.manner.answers.get("TAKEN", "250 taken"))
