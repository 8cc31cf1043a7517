"""The record beside an issue of what its translations were made from: issues/<slug>/translation.toml.

In: the workspace's root, a slug. Out: memories by language; files written whole or not at all. Called by pipeline.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from newsletter.model.errors import ConfigurationError, NotAllowed
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.model.translation import Memory, State
from newsletter.workspace.configuration import Tables, read_tables
from newsletter.workspace.paths import ISSUES, inside
from newsletter.workspace.texts import TEXT_LIMIT, read_bytes

RECORD = "translation.toml"
_HEAD = """\
# What each translation of this issue was made from, and who said that it is right. `newsletter translate` writes this file:
# keep it with the issue (in git, too), and change the texts in the issue's own files.
"""
_KEYS = ("shape", "source", "text", "by", "on")
_NAMES = {"shape": "what", "source": "from", "text": "to"}


def record_path(slug: str) -> str:
    """Where the record of an issue lies, relative to the workspace."""
    return f"{ISSUES}/{slug}/{RECORD}"


def read_record(root: Path, slug: str) -> dict[str, tuple[Memory, ...]] | None:
    """What is remembered, by language; None where nothing has been recorded yet. Raises ConfigurationError, AuthorError."""
    path = root / record_path(slug)
    if not path.exists() and not path.is_symlink():
        return None
    tables = read_tables(root, path)
    return {
        language: tuple(_memory(tables, language, entry) for entry in _entries(tables, language))
        for language in tables
    }


def _entries(tables: Tables, language: str) -> list[object]:
    entries = tables[language]
    if not isinstance(entries, list):
        raise _fault(tables, language)
    return entries


def _memory(tables: Tables, language: str, entry: object) -> Memory:
    if not isinstance(entry, Mapping):
        raise _fault(tables, language)
    values = {key: entry.get(_NAMES.get(key, key), "") for key in _KEYS}
    if not all(isinstance(value, str) for value in values.values()):
        raise _fault(tables, language)
    try:
        state = State(str(entry.get("state", "")))
    except ValueError:
        raise _fault(tables, language) from None
    return Memory(state=state, **values)


def _fault(tables: Tables, language: str) -> ConfigurationError:
    return ConfigurationError(
        Said(
            f"[[{language}]] is not what `newsletter translate` wrote",
            f"[[{language}]] n’est pas ce que `newsletter translate` a écrit",
        ),
        code="translation-record",
        place=Place(tables.name),
        hint=Said(
            "Take the file from a backup, or from git; without it every translation counts as not recorded.",
            "Reprenez le fichier d’une copie de sécurité ou de git; sans lui, aucune traduction n’est consignée.",
        ),
    )


def record_text(record: Mapping[str, Sequence[Memory]]) -> str:
    """The record as a file."""
    entries = [_entry(language, memory) for language, memories in record.items() for memory in memories]
    return "\n".join([_HEAD, *entries])


def _entry(language: str, memory: Memory) -> str:
    values = {
        "what": memory.shape,
        "state": memory.state.value,
        "by": memory.by,
        "on": memory.on,
        "from": memory.source,
        "to": memory.text,
    }
    lines = (f"{key} = {_string(value)}" for key, value in values.items() if value)
    return "\n".join([f"[[{language}]]", *lines, ""])


def _string(text: str) -> str:
    """A TOML text; one of several lines stands on as many, so that a difference can be read."""
    safe = "".join(_sign(sign) for sign in text.replace("\\", "\\\\").replace('"', '\\"'))
    return f'"""\n{safe}"""' if "\n" in safe else f'"{safe}"'


def _sign(sign: str) -> str:
    return sign if sign in {"\n", "\t"} or (ord(sign) >= 32 and ord(sign) != 127) else f"\\u{ord(sign):04x}"


def replace_text(root: Path, name: str, text: str, before: str | None) -> None:
    """Write a text file whole. `before` is the digest that the file had (None: there was none): raises NotAllowed when that is not so
    any more. What is replaced stays in var/replaced/."""
    path = inside(root, root / name)
    there = _unchanged(root, name, before)
    if there is not None:
        _keep(root, name, there, read_bytes(root, path, TEXT_LIMIT))
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, text.encode())


def replace_texts(root: Path, texts: Mapping[str, str], before: Mapping[str, str | None]) -> None:
    """Write several files as `replace_text` does: none of them where one was changed meanwhile."""
    for name in texts:
        _unchanged(root, name, before[name])
    for name, text in texts.items():
        replace_text(root, name, text, before[name])


def _unchanged(root: Path, name: str, before: str | None) -> str | None:
    there = digest_of(root, name)
    if there != before:
        raise NotAllowed(
            Said(
                f"{name} was changed while this ran: nothing was written",
                f"{name} a été modifié entre-temps\u00a0: rien n’a été écrit",
            ),
            code="file-changed",
            hint=Said(
                "Save it, close it in other programs, and run the command again.",
                "Enregistrez-le, fermez-le dans les autres programmes, puis relancez la commande.",
            ),
        )
    return there


def digest_of(root: Path, name: str) -> str | None:
    """The digest of a file's bytes; None where there is none."""
    path = inside(root, root / name)
    return hashlib.sha256(read_bytes(root, path, TEXT_LIMIT)).hexdigest() if path.exists() else None


def _keep(root: Path, name: str, digest: str, data: bytes) -> None:
    kept = inside(root, root / "var" / "replaced" / f"{digest[:12]}-{Path(name).name}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        _write(kept, data)


def _write(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(temporary).chmod(path.stat().st_mode & 0o777)
        else:
            Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
