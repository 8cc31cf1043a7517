"""Notices by SMTP, with the standard library, to one person at a time.

In: the address of a server, a person, a message. Out: it was taken, or Undelivered. Called by pipeline.notices through the registry.

Nothing is sent, and no password shown, before TLS with a certificate that the system trusts; only this machine itself may do
without. RFC 5321, RFC 3207, RFC 5322.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from newsletter.channels.contract import Undelivered
from newsletter.model.errors import ConfigurationError
from newsletter.model.notice import Message, Person
from newsletter.model.said import Said

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WAIT = 10.0  #: seconds for each step of the conversation

_ENCODED = re.compile(r"=(?=\?)")  # would begin a word in code (RFC 2047), which mail programs take apart
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Server:
    """Where and as whom. `security` is starttls, tls or none. `trust` replaces the system's certificates (for tests)."""

    host: str
    port: int
    security: str
    account: str
    password: str
    sender: Address
    trust: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One person, reached by a server."""

    server: Server
    person: Person

    @property
    def name(self) -> str:
        """The channel and the address."""
        return f"smtp {self.person.address}"

    @property
    def languages(self) -> tuple[str, ...]:
        """The person's own."""
        return (self.person.language,)

    def post(self, messages: tuple[Message, ...]) -> None:
        """Send one mail. Raises Undelivered."""
        mail = written(messages, self.person, self.server.sender)
        with _explained(), _connected(self.server) as smtp:
            if self.server.account:
                smtp.login(self.server.account, self.server.password)
            smtp.send_message(mail, self.server.sender.addr_spec, [self.person.address])


def require_safe(host: str, security: str) -> None:
    """Raises ConfigurationError where a password or a notice would cross a network unencrypted."""
    if security == "none" and host not in LOOPBACK:
        raise ConfigurationError(
            Said(
                "notices.smtp_security: `none` is only for a server on this machine",
                "notices.smtp_security\u00a0: `none` ne convient qu’à un serveur de cet ordinateur",
            ),
            code="notices-plain",
            hint=Said(
                "Use `starttls` (port 587) or `tls` (port 465).",
                "Utilisez `starttls` (port 587) ou `tls` (port 465).",
            ),
        )


def written(messages: tuple[Message, ...], person: Person, sender: Address) -> EmailMessage:
    """The mail: plain text, both languages one after the other where both are wanted; a page beside it, where one message has one."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    local, _, domain = person.address.rpartition("@")
    mail["To"] = Address(_header(person.name), local, domain)
    mail["Subject"] = _header(" | ".join(message.subject for message in messages))[:250]
    mail["Message-ID"] = make_msgid(domain=sender.domain)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5: holiday replies stay away
    mail.set_content(
        "\n\n— — —\n\n".join(_text(message) for message in messages) + "\n", cte="quoted-printable"
    )
    if len(messages) == 1 and messages[0].html:
        mail.add_alternative(messages[0].html, subtype="html", cte="quoted-printable")
    return mail


def _text(message: Message) -> str:
    lines = [_one_line(paragraph) for paragraph in message.paragraphs]
    if message.url:
        lines.append(f"{message.action}\n{message.url}")
    return "\n\n".join(lines)


def _header(text: str) -> str:
    """Text for a header, which every mail program shows as these very words."""
    return _ENCODED.sub("= ", _one_line(text))


def _one_line(text: str) -> str:
    """Text that cannot begin a header or a line of its own."""
    return _CONTROLS.sub(" ", text).strip()


@contextmanager
def _connected(server: Server) -> Iterator[smtplib.SMTP]:
    trust = (server.trust or ssl.create_default_context()) if server.security != "none" else None
    smtp: smtplib.SMTP
    if server.security == "tls":
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=WAIT, context=trust)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=WAIT)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=trust)  # raises where the server (or somebody between) offers none
            smtp.ehlo()
        yield smtp
        with suppress(smtplib.SMTPException, OSError):  # the mail was taken; how they part says nothing of it
            smtp.quit()
    finally:
        smtp.close()


@contextmanager
def _explained() -> Iterator[None]:
    """What goes wrong, without a server's words that could repeat a secret."""
    what = ""
    try:
        yield
    except smtplib.SMTPNotSupportedError:
        what = "the server offers no encryption, or no way to sign in"
    except smtplib.SMTPAuthenticationError as error:
        what = f"the server refuses user or password ({error.smtp_code})"
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _ in error.recipients.values()}
        what = f"the server refuses the address ({', '.join(map(str, sorted(codes)))})"
    except smtplib.SMTPResponseException as error:
        what = f"the server answered {error.smtp_code}"
    except ssl.SSLCertVerificationError as error:
        what = f"the server's certificate is not trusted ({error.verify_message})"
    except (smtplib.SMTPException, OSError, UnicodeError, ValueError) as error:
        what = f"no conversation with the server ({type(error).__name__})"
    if what:  # raised here, not in a handler: the library's error, whose frames hold the password, must not hang on ours
        raise Undelivered(what)
