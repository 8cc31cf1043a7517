"""The outbox as a provider: a batch becomes a folder of .eml files under var/outbox.

In: an OutboundBatch. Out: files, a Receipt that names their folder. Called by providers.registry.

A folder appears whole or not at all: its files are written beside it, then it is renamed. Its name holds the digest of what it
holds, so the same batch and attempt, handed over twice, stands there once.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

import msgspec

from newsletter.model.errors import ConfigurationError, HookRejected, RefusalScope, Refused, Unavailable
from newsletter.model.event import Event, HookRequest
from newsletter.model.examination import Circumstances, Examination, Health
from newsletter.model.outbound import Capabilities, OutboundBatch, OutboundMessage, Parcel, Receipt, Recipient
from newsletter.model.said import NOTHING, Said, system
from newsletter.providers.outbox.message import Altered, build
from newsletter.providers.rules import refuse_revocable, require_message, require_recipients

FOLDER = PurePosixPath("var/outbox")
MAX_RECIPIENTS = 100  #: whole emails are held in memory: some 10 MB

#: headers that are written here, in lower case, and Bcc
RESERVED_HEADERS = frozenset(
    {
        "bcc",
        "cc",
        "content-transfer-encoding",
        "content-type",
        "date",
        "from",
        "message-id",
        "mime-version",
        "reply-to",
        "sender",
        "subject",
        "to",
    }
)


class _Folder(msgspec.Struct):
    """A parcel: a folder below var/outbox, and its files by name."""

    path: str
    files: dict[str, bytes]


class Outbox:
    """Mail as files. It answers at once, refuses what no mail program should get, and knows no events."""

    name = "outbox"

    def __init__(self, root: Path) -> None:
        self._root = root
        self.capabilities = Capabilities(max_recipients=MAX_RECIPIENTS)

    def __repr__(self) -> str:
        return f"Outbox({self._root / FOLDER})"

    def encode(self, batch: OutboundBatch) -> Parcel:
        """As the contract says: the folder's path and files, as MessagePack."""
        require_message(batch.message, RESERVED_HEADERS)
        refuse_revocable(batch, self.name)
        require_recipients(batch, MAX_RECIPIENTS, RESERVED_HEADERS, lambda _, __: NOTHING)
        files: dict[str, bytes] = {}
        altered: list[int] = []
        for position, recipient in enumerate(batch.recipients):
            try:
                files[_file_name(position, recipient.address)] = _email(batch, position, recipient)
            except Altered:
                altered.append(position)
        if altered:
            raise _altered(batch, altered)
        body = msgspec.msgpack.encode(_Folder(_folder_name(batch, files), files))
        return Parcel(body, hashlib.sha256(body).hexdigest(), len(batch.recipients))

    def weigh(self, message: OutboundMessage, recipient: Recipient) -> int:
        """Nothing: only the number is limited."""
        return 0

    def submit(self, parcel: Parcel) -> Receipt:
        """As the contract says. A full disk or a folder that may not be written is Unavailable: nothing of it stands there."""
        folder = msgspec.msgpack.decode(parcel.body, type=_Folder)
        reference = str(FOLDER / folder.path)
        final = self._root / FOLDER / folder.path
        try:
            if not final.is_dir():
                _write(final, folder.files)
        except OSError as error:
            raise Unavailable(
                Said(
                    f"the outbox cannot be written: {error.strerror}",
                    f"la boîte d’envoi ne peut pas être écrite\u00a0: {system(error).fr}",
                ),
                code="outbox-unwritable",
            ) from error
        return Receipt(reference, 200)

    def verify(self, request: HookRequest) -> None:
        """Always HookRejected."""
        self.read_events(request)

    def read_events(self, request: HookRequest) -> Sequence[Event]:
        """Always HookRejected."""
        raise HookRejected(
            Said("the outbox sends no events", "la boîte d’envoi n’envoie pas d’événements"),
            code="hook-unknown",
        )

    def examine(self, circumstances: Circumstances) -> Sequence[Examination]:
        """Whether the folder can be written."""
        folder = self._root / FOLDER
        probe = folder / ".probe"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            sentence = Said(
                f"{FOLDER} cannot be written: {error.strerror}.",
                f"{FOLDER} ne peut pas être écrit\u00a0: {system(error).fr}.",
            )
            return [
                Examination(
                    "outbox",
                    Health.ERROR,
                    sentence,
                    Said(
                        "Give this user the right to write there.",
                        "Donnez à cet utilisateur le droit d’y écrire.",
                    ),
                )
            ]
        return [
            Examination(
                "outbox",
                Health.OK,
                Said(
                    f"Mail goes to files under {FOLDER}; nobody gets any.",
                    f"Les courriels vont dans des fichiers sous {FOLDER}; personne n’en reçoit.",
                ),
            )
        ]

    def close(self) -> None:
        """Nothing to give back."""


def _email(batch: OutboundBatch, position: int, recipient: Recipient) -> bytes:
    """The position keeps test copies, which share the delivery number 0, apart."""
    local = f"{batch.instance}.{batch.batch}.{recipient.delivery}.{position}"
    domain = batch.message.sender_address.rpartition("@")[2]
    return build(batch.message, recipient, date=batch.message_date, message_id=f"{local}@{domain}")


def _altered(batch: OutboundBatch, positions: Sequence[int]) -> Refused | ConfigurationError:
    if (
        len(positions) == len(batch.recipients) > 1
    ):  # not one of them: it is the message, and nobody is to blame
        return ConfigurationError(
            Said(
                "no email of this message would read as it was meant",
                "aucun courriel de ce message ne se relirait tel qu’il a été écrit",
            ),
            code="message-unsendable",
        )
    delivery = batch.recipients[positions[0]].delivery
    return Refused(
        Said(
            f"delivery {delivery}: its email would not read as it was meant ({len(positions)} in all)",
            f"livraison {delivery}\u00a0: son courriel ne se relirait pas tel qu’il a été écrit ({len(positions)} en tout)",
        ),
        code="recipient-unsendable",
        scope=RefusalScope.MEMBERS,
        members=positions,
    )


def _file_name(position: int, address: str) -> str:
    return f"{position + 1:04}-{re.sub(r'[^A-Za-z0-9@._+-]', '_', address)[:80]}.eml"


def _folder_name(batch: OutboundBatch, files: dict[str, bytes]) -> str:
    slug = re.sub(r"[^a-z0-9-]+", "-", batch.message.category.lower()).strip("-")[:80] or "mail"
    digest = hashlib.sha256(msgspec.msgpack.encode(files)).hexdigest()[:12]
    return f"{slug}/batch-{batch.batch}-{batch.attempt}-{digest}"


def _write(final: Path, files: dict[str, bytes]) -> None:
    partial = final.with_name(f".{final.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        for name, content in files.items():
            (partial / name).write_bytes(content)
        partial.rename(final)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        with suppress(OSError):
            if final.is_dir():  # another worker was first, with the same bytes
                return
        raise
