"""What may stand in an email, whoever takes it: addresses, header lines, values.

In: parts of an OutboundBatch. Out: what is wrong, as half a sentence ("" when nothing is). Called by every provider's encode,
so that no value of a member becomes a header, a second recipient or somebody else's text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from newsletter.model.errors import ConfigurationError, RefusalScope, Refused
from newsletter.model.outbound import OutboundBatch, OutboundMessage, Recipient, Template
from newsletter.model.readers import Readers, gathered
from newsletter.model.said import NOTHING, Said

#: one header line, name and value, in bytes (RFC 5322 section 2.1.1 allows 998)
MAX_HEADER = 990
#: an address, in characters (RFC 5321 section 4.5.3.1.3 allows a path of 256 with its brackets)
MAX_ADDRESS = 254

_ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 5322 dot-atom, ASCII. No leading dash: a mail program downstream might take it for an option.
_ADDRESS = re.compile(rf"(?!-)(?=[^@]{{1,64}}@){_ATOMS}(?:\.{_ATOMS})*@{_LABEL}(?:\.{_LABEL})*")
_HEADER_NAME = re.compile(r"[!-9;-~]+")  # RFC 5322 section 3.6.8
_HEADER_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_RESERVED = re.compile(r"(?:.*[@.])?(?:(?:invalid|test|example|localhost)|example\.(?:com|net|org))\.?")
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}

_CONTROLS = Said(
    "holds a control character or a line break", "contient un caractère de contrôle ou un saut de ligne"
)
_ENCODED = Said("holds an encoded word (=?)", "contient un mot encodé (=?)")
_TWICE = Said("the address is in this batch already", "l’adresse est déjà dans ce lot")

Fault = Callable[[int, Recipient], Said]


def address_fault(address: str) -> Said:
    """What is wrong with an address; it must be plain ASCII (international domains in their xn-- form)."""
    if len(address) <= MAX_ADDRESS and _ADDRESS.fullmatch(address):
        return NOTHING
    return Said("the address is not one that can be mailed", "on ne peut écrire à cette adresse")


def is_reserved(address: str) -> bool:
    """True for names that never receive mail (RFC 2606, RFC 6761): .invalid, .test, .example, .localhost, example.com …"""
    return _RESERVED.fullmatch(address.rpartition("@")[2].lower()) is not None


def line_fault(text: str) -> Said:
    """What is wrong with text that stands in a header: it is one line, and no encoded word (RFC 2047) hides in it."""
    if not (text.isascii() and text.isprintable()) and any(unicodedata.category(c) in _UNSEEN for c in text):
        return _CONTROLS
    return _ENCODED if "=?" in text else NOTHING


@lru_cache(maxsize=64)
def _names_fault(names: tuple[str, ...], reserved: frozenset[str]) -> Said:
    for name in names:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in reserved:
            return Said(f"the header {name!r} may not be set", f"l’en-tête {name!r} ne peut être défini")
    twice = len({name.lower() for name in names}) < len(names)
    return Said("a header is set twice", "un en-tête est défini deux fois") if twice else NOTHING


def headers_fault(headers: Mapping[str, str], reserved: frozenset[str]) -> Said:
    """What is wrong with a set of headers. `reserved` names, in lower case, are the provider's or ours to write."""
    if fault := _names_fault(tuple(headers), reserved):
        return fault
    for name, value in headers.items():
        if (
            not _HEADER_VALUE.fullmatch(value)
            or "=?" in value
            or len(name) + len(value) + len(": ") > MAX_HEADER
        ):
            wrong = _header_fault(value)
            return Said(f"the header {name} {wrong.en}", f"l’en-tête {name} {wrong.fr}")
    return NOTHING


def _header_fault(value: str) -> Said:
    if not value or not value.isascii() or value != value.strip():
        return Said(
            "needs a value in ASCII, without spaces around it",
            "demande une valeur en ASCII, sans espaces autour",
        )
    return line_fault(value) or Said("is too long", "est trop long")


def fill(template: Template, values: Sequence[str]) -> str:
    """A template with values (or tags) in place."""
    return "".join(part if isinstance(part, str) else values[part] for part in template)


def refuse_revocable(batch: OutboundBatch, name: str) -> None:
    """For providers that cannot revoke. Raises ConfigurationError for a batch that is to be revocable: it would leave at once."""
    if batch.revocable is not None:
        raise ConfigurationError(
            Said(
                f"{name} cannot take back what it was handed",
                f"{name} ne peut pas reprendre ce qui lui a été remis",
            ),
            code="revocable-unsupported",
            hint=Said("Set send.revocable to no.", "Donnez à send.revocable la valeur no."),
        )


def require_message(message: OutboundMessage, reserved: frozenset[str]) -> None:
    """Raise ConfigurationError for a message that nobody can be sent."""
    literal = "".join(part for part in message.subject if isinstance(part, str))
    faults = {
        Said("the sender's address", "l’adresse de l’expéditeur"): address_fault(message.sender_address),
        Said("the reply-to address", "l’adresse de réponse"): (
            address_fault(message.reply_to) if message.reply_to else NOTHING
        ),
        Said("the sender's name", "le nom de l’expéditeur"): line_fault(message.sender_name),
        Said("the subject", "l’objet"): line_fault(literal) or _content_fault(message.subject),
        Said("the text part", "la partie en texte"): _content_fault(message.text),
        Said("the HTML part", "la partie en HTML"): _content_fault(message.html),
        Said("the headers", "les en-têtes"): headers_fault(message.headers, reserved),
    }
    for what, fault in faults.items():
        if fault:
            raise ConfigurationError(
                Said(
                    f"this message cannot be sent: {what.en}: {fault.en}",
                    f"ce message ne peut pas être envoyé\u00a0: {what.fr}\u00a0: {fault.fr}",
                ),
                code="message-unsendable",
                hint=Said(
                    "Mend it in newsletter.toml or in the issue, and freeze the issue again.",
                    "Corrigez-le dans newsletter.toml ou dans le numéro, puis figez le numéro de nouveau.",
                ),
            )


def _content_fault(template: Template) -> Said:
    if not any(isinstance(part, int) or part.strip() for part in template):
        return Said("is empty", "est vide")
    return next((f for part in template if isinstance(part, str) and (f := _text_fault(part))), NOTHING)


def _text_fault(text: str) -> Said:
    try:
        text.encode()
    except UnicodeEncodeError:  # neither JSON nor an email can hold it
        return Said(
            "holds half a character (a lone surrogate)",
            "contient la moitié d’un caractère (une demi-paire isolée)",
        )
    return NOTHING


def require_recipients(
    batch: OutboundBatch, limit: int, reserved: frozenset[str], more: Fault | None = None
) -> None:
    """Raise Refused for a batch too large (REQUEST), or for the positions of those who cannot be sent to (MEMBERS).

    `more` adds a provider's own rules. No address stands in the error: it goes to logs.
    """
    if not 0 < len(batch.recipients) <= limit:
        raise Refused(
            Said(
                f"a batch of {len(batch.recipients)} recipients; from 1 to {limit} go into one call",
                f"un lot de {len(batch.recipients)} destinataires; un appel en prend de 1 à {limit}",
            ),
            code="batch-size",
            scope=RefusalScope.REQUEST,
        )
    rows = batch.recipients
    subject = tuple(part for part in batch.message.subject if isinstance(part, int))
    groups = gathered(rows)
    sound = _all_sound(groups, reserved)
    if sound and more is None and _all_mailable(groups, batch.message, subject):
        return
    seen: set[str] = set()
    faults: dict[int, Said] = {}
    for position, row in enumerate(rows):
        fault = NOTHING if sound else _values_fault(row) or headers_fault(row.headers, reserved)
        fault = fault or _recipient_fault(batch.message, row, subject)
        fault = fault or (more(position, row) if more else NOTHING)
        key = row.address.lower()
        fault = fault or (_TWICE if key in seen else NOTHING)
        seen.add(key)
        if fault:
            faults[position] = fault
    if faults:
        raise _refused(batch, faults)


def _all_sound(groups: Sequence[Readers], reserved: frozenset[str]) -> bool:
    """True when no value and no header of anybody is at fault. One look at a column costs a fraction of one at each text; only where
    it finds something are they looked at one by one."""
    return all(
        not _text_fault(group.text)
        and not _names_fault(tuple(group.headers), reserved)
        and all(_lines_sound(group, name) for name in group.headers)
        for group in groups
    )


def _lines_sound(readers: Readers, name: str) -> bool:
    """True when a header's line is sound for every reader: where words of letters and digits stand in a sound text, so is the whole."""
    pieces = readers.headers[name]
    columns = [piece for piece in pieces if not isinstance(piece, str)]
    form = "".join(piece if isinstance(piece, str) else "x" for piece in pieces)
    longest = len(name) + len(": ") + len(form) + sum(max(map(len, column), default=0) for column in columns)
    if longest <= MAX_HEADER and _line_sound(form) and all(map(_words, columns)):
        return True
    lines = set(readers.lines(name))
    return len(name) + len(": ") + max(map(len, lines)) <= MAX_HEADER and all(map(_line_sound, lines))


def _line_sound(text: str) -> bool:
    return _HEADER_VALUE.fullmatch(text) is not None and "=?" not in text


def _words(column: Sequence[str]) -> bool:
    text = "".join(column)
    return all(column) and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def _all_mailable(groups: Sequence[Readers], message: OutboundMessage, subject: Sequence[int]) -> bool:
    """True when every address is sound and there once, every place has its value, and those of the subject are lines."""
    if any(len(group.values) != len(message.tags) for group in groups):
        return False
    addresses = [address for group in groups for address in group.addresses]
    return (
        max(map(len, addresses)) <= MAX_ADDRESS
        and all(map(_ADDRESS.fullmatch, addresses))
        and len(set(map(str.lower, addresses))) == len(addresses)
        and not any(
            line_fault(value) for group in groups for place in subject for value in set(group.values[place])
        )
    )


def _values_fault(recipient: Recipient) -> Said:
    fault = _text_fault("".join(recipient.values))
    return Said(f"a value {fault.en}", f"une valeur {fault.fr}") if fault else NOTHING


def _recipient_fault(message: OutboundMessage, recipient: Recipient, subject: Sequence[int]) -> Said:
    if len(recipient.values) != len(message.tags):
        found, places = len(recipient.values), len(message.tags)
        return Said(f"{found} values for {places} places", f"{found} valeurs pour {places} emplacements")
    for place in subject:
        if fault := line_fault(recipient.values[place]):
            return Said(f"a value for the subject {fault.en}", f"une valeur de l’objet {fault.fr}")
    return address_fault(recipient.address)


def _refused(batch: OutboundBatch, faults: Mapping[int, Said]) -> Refused:
    first = next(iter(faults))
    delivery, fault = batch.recipients[first].delivery, faults[first]
    more = len(faults) > 1
    others = Said(f" ({len(faults)} such recipients)", f" ({len(faults)} destinataires en tout)")
    return Refused(
        Said(
            f"delivery {delivery}: {fault.en}{others.en if more else ''}",
            f"livraison {delivery}\u00a0: {fault.fr}{others.fr if more else ''}",
        ),
        code="recipient-unsendable",
        scope=RefusalScope.MEMBERS,
        members=tuple(faults),
    )
