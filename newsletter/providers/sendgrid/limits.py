"""What SendGrid takes in one Mail Send request, and whether a batch keeps to it.

In: an OutboundBatch. Out: nothing, or Refused or ConfigurationError that says which limit. Called by send.py before anything is
posted. Source: Mail Send reference and its page of errors; where pages disagree, the strictest number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from os.path import commonprefix

from newsletter.model.errors import ConfigurationError, RefusalScope, Refused
from newsletter.model.outbound import OutboundBatch, OutboundMessage, Recipient
from newsletter.model.readers import Readers, gathered
from newsletter.model.said import NOTHING, Said, whole
from newsletter.providers.rules import Fault, is_reserved, require_message, require_recipients

MAX_RECIPIENTS = 1000
MAX_SUBSTITUTIONS = 150
MAX_SUBSTITUTION_BYTES = 10_000  #: of one recipient: tags and values
MAX_CATEGORY = 255
MAX_REQUEST_BYTES = 30 * 1024 * 1024
_WIDEST = 4  #: bytes of a character in UTF-8

#: headers that SendGrid writes itself, in lower case, and Bcc
RESERVED_HEADERS = frozenset(
    {
        "bcc",
        "cc",
        "content-transfer-encoding",
        "content-type",
        "date",
        "dkim-signature",
        "from",
        "mime-version",
        "received",
        "reply-to",
        "subject",
        "to",
        "x-sg-eid",
        "x-sg-id",
    }
)

_NOT_IN_TAGS = set(" <>&")


def require(batch: OutboundBatch, *, official: bool) -> None:
    """Raise Refused or ConfigurationError (providers.contract) unless SendGrid can take the batch as it is.

    `official`: the host is SendGrid's own, where addresses that can never receive mail only harm the sender's name.
    """
    message = batch.message
    _require_message(message, official=official)
    if (
        not 0 < len(batch.instance) <= 64
    ):  # custom_args, with three numbers: far below SendGrid's 10,000 bytes
        raise _unsendable(
            Said(
                "the id of this installation is empty or longer than 64 characters",
                "l’identifiant de cette installation est vide ou dépasse 64 caractères",
            )
        )
    tags = sum(map(len, message.tags))
    if _all_keep(batch, tags, official=official):
        require_recipients(batch, MAX_RECIPIENTS, RESERVED_HEADERS)
        return

    def more(_position: int, recipient: Recipient) -> Said:
        if official and is_reserved(recipient.address):
            return Said(
                "the address is reserved for examples and never receives mail",
                "l’adresse est réservée aux exemples et ne reçoit jamais de courriel",
            )
        if tags + _size(recipient.values) > MAX_SUBSTITUTION_BYTES:
            return Said(
                f"personal values of more than {MAX_SUBSTITUTION_BYTES} bytes",
                f"des valeurs personnelles de plus de {MAX_SUBSTITUTION_BYTES} octets",
            )
        return NOTHING

    require_recipients(batch, MAX_RECIPIENTS, RESERVED_HEADERS, _and_no_tags(batch, more))


@lru_cache(maxsize=16)
def _require_message(message: OutboundMessage, *, official: bool) -> None:
    """All batches of a variant have one message: it is looked at once, for it is 40 kB long."""
    require_message(message, RESERVED_HEADERS)
    if fault := _message_fault(message, official=official):
        raise _unsendable(fault)


def _unsendable(fault: Said) -> ConfigurationError:
    return ConfigurationError(
        Said(
            f"SendGrid cannot send this message: {fault.en}",
            f"SendGrid ne peut pas envoyer ce message\u00a0: {fault.fr}",
        ),
        code="message-unsendable",
    )


def _all_keep(batch: OutboundBatch, tags: int, *, official: bool) -> bool:
    """True when nobody of a batch is at fault. One look at all of them costs a tenth of one at each."""
    groups = gathered(batch.recipients)
    if official and any(map(is_reserved, _domains(groups))):
        return False
    # No reader's values are longer than the longest of each column together.
    longest = max(
        (sum(max(map(len, column), default=0) for column in group.values) for group in groups), default=0
    )
    if tags + longest * _WIDEST > MAX_SUBSTITUTION_BYTES:
        return False
    return not any(_in_values(batch.message.tags, group) for group in groups)


def _domains(groups: Sequence[Readers]) -> set[str]:
    return {address.rpartition("@")[2] for group in groups for address in group.addresses}


def _in_values(tags: Sequence[str], readers: Readers) -> bool:
    """Whether a tag stands in a value. What all tags begin with is looked for first, and almost never found."""
    if commonprefix(tags) not in readers.text:  # noqa: RUF071 - characters are what is compared
        return False
    return any(tag in readers.text for tag in tags)


def weigh(message: OutboundMessage, recipient: Recipient) -> int:
    """Bytes of substitutions that a recipient adds to a request: tags and values, in UTF-8."""
    return sum(len(tag.encode()) for tag in message.tags) + _size(recipient.values)


def _size(values: tuple[str, ...]) -> int:
    joined = "".join(values)
    return len(joined) if joined.isascii() else len(joined.encode())


def _message_fault(message: OutboundMessage, *, official: bool) -> Said:
    """SendGrid's own rules for what all recipients share; NOTHING when they are kept."""
    if official and is_reserved(message.sender_address):
        return Said(
            "the sender's address is reserved for examples",
            "l’adresse de l’expéditeur est réservée aux exemples",
        )
    if not message.category.isascii() or len(message.category) > MAX_CATEGORY:
        return Said(
            f"its category is not plain ASCII of at most {MAX_CATEGORY} characters",
            f"sa catégorie n’est pas de l’ASCII simple d’au plus {MAX_CATEGORY} caractères",
        )
    return _tags_fault(message)


def _tags_fault(message: OutboundMessage) -> Said:
    tags = message.tags
    if len(tags) > MAX_SUBSTITUTIONS:
        return Said(
            f"{len(tags)} personal places; SendGrid takes {MAX_SUBSTITUTIONS}. Use fewer different ones",
            f"{len(tags)} champs personnels; SendGrid en prend {MAX_SUBSTITUTIONS}. Employez-en moins de différents",
        )
    if any(not tag.isascii() or not tag or _NOT_IN_TAGS & set(tag) for tag in tags):
        return Said(
            "a tag is empty or holds a sign that SendGrid may encode",
            "un repère est vide ou contient un signe que SendGrid peut encoder",
        )
    if any(one in other for i, one in enumerate(tags) for j, other in enumerate(tags) if i != j):
        return Said(
            "one tag is a part of another, and the order of replacement is not defined",
            "un repère fait partie d’un autre, et l’ordre de remplacement n’est pas défini",
        )
    texts = "\0".join(
        p for t in (message.subject, message.text, message.html) for p in t if isinstance(p, str)
    )
    own = Said("a tag stands in the author's own text", "un repère se trouve dans le texte même de l’auteur")
    return own if any(tag in texts for tag in tags) else NOTHING


def _and_no_tags(batch: OutboundBatch, more: Fault) -> Fault:
    """`more`, and a value that holds a tag, which SendGrid might replace again with somebody's data.

    One search over all values joined costs far less than one for each; only a hit is traced to its recipient.
    """
    everything = "\0".join(chain.from_iterable(recipient.values for recipient in batch.recipients))
    found = tuple(tag for tag in batch.message.tags if tag in everything)
    if not found:
        return more

    def with_tags(position: int, recipient: Recipient) -> Said:
        if any(tag in value for tag in found for value in recipient.values):
            return Said(
                "a personal value holds one of the message's own tags",
                "une valeur personnelle contient l’un des repères du message",
            )
        return more(position, recipient)

    return with_tags


def require_size(body: bytes, weight: int, max_weight: int) -> None:
    """Raise Refused (REQUEST) for a request too large; half of it will do."""
    if len(body) >= MAX_REQUEST_BYTES:
        raise _too_much(
            Said(
                f"a request of {len(body):,} bytes; SendGrid takes less than {MAX_REQUEST_BYTES:,}",
                f"une demande de {whole(len(body)).fr} octets; SendGrid en prend moins de {whole(MAX_REQUEST_BYTES).fr}",
            )
        )
    if max_weight and weight > max_weight:
        raise _too_much(
            Said(
                f"{weight:,} bytes of personal values; sendgrid.substitution_bytes is {max_weight:,}",
                f"{whole(weight).fr} octets de valeurs personnelles; sendgrid.substitution_bytes vaut {whole(max_weight).fr}",
            )
        )


def _too_much(message: Said) -> Refused:
    return Refused(message, code="request-too-large", scope=RefusalScope.REQUEST)
