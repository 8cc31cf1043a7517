"""The state file: what this machine remembers of a database, outside of it and of the workspace.

In: a folder, the id of an instance, a Lease. Out: the Lease that was kept. Called by pipeline.lease.

A backup of database and workspace does not hold it, and a copy on another machine does not find it: so each is recognised.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec

from newsletter import host
from newsletter.model.errors import ConfigurationError
from newsletter.model.lease import Lease
from newsletter.model.said import Said, system

_SECTOR = 512  #: bytes that a disk writes all or not at all


def read_lease(folder: Path, instance: str, place: str) -> Lease | None:
    """What is kept for a workspace's folder (`place`); None: nothing. Raises ConfigurationError for a file that cannot be read."""
    path = state_file(folder, instance, place)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Lease)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise _fault(path, Said("read", "lu"), error) from error


def keep_lease(folder: Path, instance: str, place: str, lease: Lease) -> None:
    """Keep it durably: on the disk when this returns. Raises ConfigurationError."""
    path = state_file(folder, instance, place)
    record = msgspec.json.encode(lease)
    record = record.ljust(-(-len(record) // _SECTOR) * _SECTOR)
    try:
        if _overwritten(path, record):
            return
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _replace(folder, path, record)
    except OSError as error:
        raise _fault(path, Said("written", "écrit"), error) from error


def _overwritten(path: Path, record: bytes) -> bool:
    """Write over a record of the same length: done for every batch, a third of the time of a new file. Of one sector a disk writes
    all or nothing."""
    try:
        with path.open("r+b", buffering=0) as file:
            if len(record) > _SECTOR or os.fstat(file.fileno()).st_size != len(record):
                return False
            file.write(record)
            host.flush(file.fileno())
    except FileNotFoundError:
        return False
    return True


def _replace(folder: Path, path: Path, record: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{path.stem}-", delete=False) as draft:
        try:
            draft.write(record)
            draft.flush()
            os.fsync(draft.fileno())
        except OSError:
            Path(draft.name).unlink()
            raise
    Path(draft.name).replace(path)


def state_file(folder: Path, instance: str, place: str) -> Path:
    """Where it is kept: a copy of a workspace that was never sent from is a workspace of its own."""
    digest = hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return folder / f"{instance}-{digest}.json"


def _fault(path: Path, what: Said, error: Exception) -> ConfigurationError:
    damaged = Said("it is damaged", "il est endommagé")
    said = system(error) if isinstance(error, OSError) and error.strerror else damaged
    return ConfigurationError(
        Said(
            f"the state file {path} cannot be {what.en}: {said.en}",
            f"le fichier d’état {path} ne peut pas être {what.fr}\u00a0: {said.fr}",
        ),
        code="state-file",
        hint=Said(
            "Nothing is sent without it: it tells a restored or copied database. Set NEWSLETTER_STATE_DIR to a folder of this "
            "machine that lasts; a damaged file is taken away, then `newsletter claim`.",
            "Rien ne part sans lui\u00a0: il révèle une base de données rétablie ou copiée. Donnez à NEWSLETTER_STATE_DIR un dossier durable de cet ordinateur; retirez un fichier endommagé, puis `newsletter claim`.",
        ),
    )
