"""In: a rendered Message. Out: the bytes of an .eml file (RFC 5322), as a mail program opens it.

Called by the control API and the inbox for download and for the view of the source.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from newsletter.emulator.letter import Json
from newsletter.emulator.message import Message


def to_eml(message: Message) -> bytes:
    """The whole message with both parts."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _addresses([message.sender])
    mail["To"] = _addresses(message.to)
    if message.cc:
        mail["Cc"] = _addresses(message.cc)
    if message.reply_to:
        mail["Reply-To"] = _addresses(message.reply_to)
    mail["Subject"] = " ".join(message.subject.splitlines())
    mail["Date"] = formatdate(message.due, usegmt=True)
    for name, value in message.headers.items():
        mail[name] = value
    if "message-id" not in {name.lower() for name in message.headers}:
        mail["Message-ID"] = f"<{message.message_id}@ismtpd0001p1.emulator.invalid>"
    _add_parts(mail, message)
    return mail.as_bytes()


def _addresses(people: list[Json]) -> tuple[Address, ...]:
    return tuple(
        Address(_one_line(person.get("name", "")), addr_spec=_one_line(person["email"])) for person in people
    )


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())


def _add_parts(mail: EmailMessage, message: Message) -> None:
    if message.text is not None:
        mail.set_content(message.text)
        if message.html is not None:
            mail.add_alternative(message.html, subtype="html")
            # Drawn boundaries would make the same message another file each time.
            mail.set_boundary(f"=_part_{message.message_id}_{message.id}")
    elif message.html is not None:
        mail.set_content(message.html, subtype="html")
