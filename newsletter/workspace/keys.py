"""Secrets and the instance's keys: files under secrets/ that nobody else may read.

In: the workspace's root. Out: secrets by setting name, and the Keys of this instance. Called by app.
"""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from newsletter import host
from newsletter.model.errors import ConfigurationError
from newsletter.model.keys import Keys
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.workspace.paths import shown

FOLDER = "secrets"
KEY_FILE = "instance.key"
_LIMIT = 16 << 10
_BYTES = 32


def read_secrets(root: Path) -> dict[str, str]:
    """Every file `secrets/<name>.key` but the instance's own, as the setting `<name>.api_key`; with a dot in its name
    (`secrets/notices.webhook_url.key`) as the setting of that name.

    Raises ConfigurationError for a file that others on this machine can read.
    """
    folder = root / FOLDER
    if not folder.is_dir():
        return {}
    files = sorted(path for path in folder.glob("*.key") if path.name != KEY_FILE and path.is_file())
    return {_setting(path.stem): _read_private(root, path) for path in files}


def _setting(name: str) -> str:
    return name if "." in name else f"{name}.api_key"


def read_keys(root: Path, given: str, *, fresh: bool) -> Keys:
    """The instance's keys: those `given` by the environment, else of secrets/instance.key, which is made for a fresh database.

    Raises ConfigurationError when the file is missing beside an old database, open to others, or damaged.
    """
    if given:
        return _parsed(given, None)
    path = root / FOLDER / KEY_FILE
    if not path.exists():
        if not fresh:
            raise ConfigurationError(
                Said(
                    "secrets/instance.key is missing, and the database was made with it",
                    "secrets/instance.key manque, et la base de données a été faite avec lui",
                ),
                code="key-missing",
                hint=Said(
                    "Bring the file back from the machine or backup that the database came from. A new key would not know the "
                    "addresses of those who left: they could be mailed again, and links in mails already sent would stop working.",
                    "Rapportez le fichier de l’ordinateur ou de la sauvegarde d’où vient la base de données. Une nouvelle clé ne reconnaîtrait pas les adresses des personnes parties\u00a0: elles pourraient recevoir de nouveau des courriels, et les liens des courriels déjà envoyés ne fonctionneraient plus.",
                ),
            )
        _create(path)
    return _parsed(_read_private(root, path), Place(shown(root, path)))


def _read_private(root: Path, path: Path) -> str:
    place = Place(shown(root, path))
    if not host.is_private(path):
        raise ConfigurationError(
            Said("can be read by others on this machine", "peut être lu par d’autres sur cet ordinateur"),
            code="secret-open",
            place=place,
            hint=Said(f"Close it: chmod 600 {place.file}", f"Fermez-le\u00a0: chmod 600 {place.file}"),
        )
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_LIMIT).strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            Said("cannot be read as text", "ne peut pas être lu comme du texte"),
            code="secret-unreadable",
            place=place,
        ) from None


def _parsed(text: str, place: Place | None) -> Keys:
    """Keys from their JSON form. No part of the text goes into the error."""
    try:
        raw = json.loads(text)
        keys = Keys(
            suppression=b64decode(raw["suppression"], validate=True),
            tokens={int(number): b64decode(key, validate=True) for number, key in raw["tokens"].items()},
            current=int(raw["current"]),
        )
        sound = all(len(key) == _BYTES for key in (keys.suppression, *keys.tokens.values()))
        if not sound or keys.current not in keys.tokens or not all(0 <= n <= 255 for n in keys.tokens):
            raise ValueError("wrong length or number")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ConfigurationError(
            Said("the instance's keys are damaged", "les clés de cette installation sont endommagées"),
            code="key-damaged",
            place=place,
            hint=Said(
                "Bring secrets/instance.key (or NEWSLETTER_INSTANCE_KEY) back from a backup; do not make a new one.",
                "Rétablissez secrets/instance.key (ou NEWSLETTER_INSTANCE_KEY) d’une sauvegarde; n’en créez pas de nouvelle.",
            ),
        ) from None
    return keys


def _create(path: Path) -> None:
    """Write new keys so that no other process ever reads half of them, and the first of two writers wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {
        "about": "The keys of this instance. Keep a copy in a safe place: without it, links in mails already sent stop working, "
        "and people who left could be mailed again.",
        "suppression": b64encode(secrets.token_bytes(_BYTES)).decode(),
        "tokens": {"1": b64encode(secrets.token_bytes(_BYTES)).decode()},
        "current": 1,
    }
    draft = path.with_name(f".{KEY_FILE}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        host.publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)
