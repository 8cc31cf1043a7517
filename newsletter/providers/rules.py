"""What may stand in an email, whoever takes it: addresses, header lines, values.

In: parts of an OutboundBatch. Out: what is wrong, as half a sentence ("" when nothing is). Called by every provider's encode,
so that no value of a member becomes a header, a second recipient or somebody else's text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from newsletter.model.errors import ConfigurationError, RefusalScope, Refused
from newsletter.model.outbound import OutboundBatch, OutboundMessage, Recipient, Template

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

Fault = Callable[[int, Recipient], str]


def address_fault(address: str) -> str:
    """What is wrong with an address; it must be plain ASCII (international domains in their xn-- form)."""
    if len(address) <= MAX_ADDRESS and _ADDRESS.fullmatch(address):
        return ""
    return "the address is not one that can be mailed"


def is_reserved(address: str) -> bool:
    """True for names that never receive mail (RFC 2606, RFC 6761): .invalid, .test, .example, .localhost, example.com …"""
    return _RESERVED.fullmatch(address.rpartition("@")[2].lower()) is not None


def line_fault(text: str) -> str:
    """What is wrong with text that stands in a header: it is one line, and no encoded word (RFC 2047) hides in it."""
    if not (text.isascii() and text.isprintable()) and any(unicodedata.category(c) in _UNSEEN for c in text):
        return "holds a control character or a line break"
    return "holds an encoded word (=?)" if "=?" in text else ""


@lru_cache(maxsize=64)
def _names_fault(names: tuple[str, ...], reserved: frozenset[str]) -> str:
    for name in names:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in reserved:
            return f"the header {name!r} may not be set"
    return "a header is set twice" if len({name.lower() for name in names}) < len(names) else ""


def headers_fault(headers: Mapping[str, str], reserved: frozenset[str]) -> str:
    """What is wrong with a set of headers. `reserved` names, in lower case, are the provider's or ours to write."""
    if fault := _names_fault(tuple(headers), reserved):
        return fault
    for name, value in headers.items():
        if (
            not _HEADER_VALUE.fullmatch(value)
            or "=?" in value
            or len(name) + len(value) + len(": ") > MAX_HEADER
        ):
            return f"the header {name} {_header_fault(value)}"
    return ""


def _header_fault(value: str) -> str:
    if not value or not value.isascii() or value != value.strip():
        return "needs a value in ASCII, without spaces around it"
    return line_fault(value) or "is too long"


def fill(template: Template, values: Sequence[str]) -> str:
    """A template with values (or tags) in place."""
    return "".join(part if isinstance(part, str) else values[part] for part in template)


def require_message(message: OutboundMessage, reserved: frozenset[str]) -> None:
    """Raise ConfigurationError for a message that nobody can be sent."""
    literal = "".join(part for part in message.subject if isinstance(part, str))
    faults = {
        "the sender's address": address_fault(message.sender_address),
        "the reply-to address": address_fault(message.reply_to) if message.reply_to else "",
        "the sender's name": line_fault(message.sender_name),
        "the subject": line_fault(literal) or _content_fault(message.subject),
        "the text part": _content_fault(message.text),
        "the HTML part": _content_fault(message.html),
        "the headers": headers_fault(message.headers, reserved),
    }
    for what, fault in faults.items():
        if fault:
            raise ConfigurationError(
                f"this message cannot be sent: {what}: {fault}",
                code="message-unsendable",
                hint="Mend it in newsletter.toml or in the issue, and freeze the issue again.",
            )


def _content_fault(template: Template) -> str:
    if not any(isinstance(part, int) or part.strip() for part in template):
        return "is empty"
    return next((f for part in template if isinstance(part, str) and (f := _text_fault(part))), "")


def _text_fault(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:  # neither JSON nor an email can hold it
        return "holds half a character (a lone surrogate)"
    return ""


def require_recipients(batch: OutboundBatch, limit: int, reserved: frozenset[str], more: Fault) -> None:
    """Raise Refused for a batch too large (REQUEST), or for the positions of those who cannot be sent to (MEMBERS).

    `more` adds a provider's own rules. No address stands in the error: it goes to logs.
    """
    if not 0 < len(batch.recipients) <= limit:
        raise Refused(
            f"a batch of {len(batch.recipients)} recipients; from 1 to {limit} go into one call",
            code="batch-size",
            scope=RefusalScope.REQUEST,
        )
    rows = batch.recipients
    subject = tuple(part for part in batch.message.subject if isinstance(part, int))
    sound = _all_sound(rows, reserved)
    seen: set[str] = set()
    faults: dict[int, str] = {}
    for position, row in enumerate(rows):
        fault = "" if sound else _values_fault(row) or headers_fault(row.headers, reserved)
        fault = fault or _recipient_fault(batch.message, row, subject) or more(position, row)
        key = row.address.lower()
        fault = fault or ("the address is in this batch already" if key in seen else "")
        seen.add(key)
        if fault:
            faults[position] = fault
    if faults:
        raise _refused(batch, faults)


def _all_sound(rows: Sequence[Recipient], reserved: frozenset[str]) -> bool:
    """True when no value and no header of anybody is at fault. One look at all of them costs a third of one at each; only where it
    finds something are they looked at one by one."""
    names = {tuple(row.headers) for row in rows}
    lines = list(chain.from_iterable(row.headers.values() for row in rows))
    longest = max(map(len, chain.from_iterable(names)), default=0) + max(map(len, lines), default=0)
    return (
        not _text_fault("".join(chain.from_iterable(row.values for row in rows)))
        and not any(_names_fault(each, reserved) for each in names)
        and all(map(_HEADER_VALUE.fullmatch, lines))
        and "=?" not in "\n".join(lines)
        and longest + len(": ") <= MAX_HEADER
    )


def _values_fault(recipient: Recipient) -> str:
    fault = _text_fault("".join(recipient.values))
    return f"a value {fault}" if fault else ""


def _recipient_fault(message: OutboundMessage, recipient: Recipient, subject: Sequence[int]) -> str:
    if len(recipient.values) != len(message.tags):
        return f"{len(recipient.values)} values for {len(message.tags)} places"
    for place in subject:
        if fault := line_fault(recipient.values[place]):
            return f"a value for the subject {fault}"
    return address_fault(recipient.address)


def _refused(batch: OutboundBatch, faults: Mapping[int, str]) -> Refused:
    first = next(iter(faults))
    others = f" ({len(faults)} such recipients)" if len(faults) > 1 else ""
    return Refused(
        f"delivery {batch.recipients[first].delivery}: {faults[first]}{others}",
        code="recipient-unsendable",
        scope=RefusalScope.MEMBERS,
        members=tuple(faults),
    )
