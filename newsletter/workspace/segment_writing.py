"""segments.toml, changed in one place: everything else of the file stays as staff wrote it, comments and order too.

In: the text of the file, one segment. Out: the new text; the file replaced whole. Called by pipeline.segment_editing
and segment_removing.

The new text is read again before it is written: unless it says just what was wanted, and the same as before of all other segments,
nothing is written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from newsletter.model.errors import NotAllowed
from newsletter.model.place import Place
from newsletter.model.predicate import EVERYONE
from newsletter.model.said import Said
from newsletter.workspace.segments import NAME, SEGMENTS_FILE
from newsletter.workspace.texts import TEXT_LIMIT, read_text
from newsletter.workspace.translation import digest_of, replace_text

_HEADER = re.compile(r"[ \t]*\[\s*(?:\"([^\"]*)\"|'([^']*)'|([\w-]+))\s*\][ \t]*(?:#.*)?")
_KEY = re.compile(r"[ \t]*(\w+)[ \t]*=[ \t]*")
_VALUE = re.compile(r"\"\"\"(?:[^\\]|\\.)*?\"\"\"+|'''.*?'''+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'", re.DOTALL)
_PLAIN = re.compile(r"[^'\x00-\x1f\x7f]*")


def save_segment(root: Path, name: str, values: Mapping[str, str]) -> None:
    """Write one segment's `where` and `label` (an empty label is left out). A segment that is not there comes to the end.

    Raises NotAllowed when the file cannot be changed so, or was changed just now; ConfigurationError, AuthorError when it cannot be read.
    """
    _rewrite(root, lambda text: with_segment(text, name, values))


def rename_segment(root: Path, name: str, fresh: str) -> None:
    """Give a segment of the file another name. Raises as `save_segment`."""
    _rewrite(root, lambda text: with_name(text, name, fresh))


def remove_segment(root: Path, name: str) -> None:
    """Take a segment out of the file. Raises as `save_segment`."""
    _rewrite(root, lambda text: without_segment(text, name))


def _rewrite(root: Path, change: Callable[[str], str]) -> None:
    before = digest_of(root, SEGMENTS_FILE)
    text = "" if before is None else read_text(root, root / SEGMENTS_FILE)
    changed = change(text)
    if len(changed.encode()) > TEXT_LIMIT:
        raise _refused(
            Said(f"{SEGMENTS_FILE} would be larger than 1 MB", f"{SEGMENTS_FILE} dépasserait 1\u00a0Mo")
        )
    replace_text(root, SEGMENTS_FILE, changed, before)


def with_name(text: str, name: str, fresh: str) -> str:
    """The text of segments.toml with a segment under another name, at its place. Raises NotAllowed where that cannot be done safely."""
    _require_name(fresh)
    was = _read(text)
    header, _, _ = _table(text, name)
    line_end = _line_end(text, header)
    changed = text[:header] + text[header:line_end].replace(name, fresh, 1) + text[line_end:]
    if list(_read(changed).items()) != [(fresh if key == name else key, value) for key, value in was.items()]:
        raise _by_hand(name)
    return changed


def without_segment(text: str, name: str) -> str:
    """The text of segments.toml without a segment; remarks that stand above it or the next one stay. Raises NotAllowed as above."""
    was = _read(text)
    header, start, end = _table(text, name)
    rest = _behind_keys(text[start:end]).lstrip("\n")
    changed = text[:header] + rest + text[end:]
    if list(_read(changed).items()) != [(key, value) for key, value in was.items() if key != name]:
        raise _by_hand(name)
    return changed


def _behind_keys(body: str) -> str:
    """What stands behind the last key of a table: blank lines, remarks on what comes next."""
    at, last = 0, 0
    while at < len(body):
        after = _after(body, at, _line_end(body, at))
        if _KEY.match(body, at):
            last = after
        at = after
    return body[last:]


def with_segment(text: str, name: str, values: Mapping[str, str]) -> str:
    """The text of segments.toml with this segment as wanted. Raises NotAllowed where that cannot be done safely."""
    _require_name(name)
    wanted = {key: value for key, value in values.items() if value or key == "where"}
    was = _read(text)
    changed = _changed(text, name, values) if name in was else _appended(text, name, wanted)
    if _read(changed) != was | {name: wanted}:
        raise _by_hand(name)
    return changed


def _require_name(name: str) -> None:
    if not NAME.fullmatch(name) or name == EVERYONE:
        raise NotAllowed(
            Said(
                f"“{name}” cannot be the name of a segment",
                f"«\u00a0{name}\u00a0» ne peut être le nom d’un segment",
            ),
            code="segment-name",
            hint=Said(
                "Use small letters, digits, hyphens; `everyone` is built in.",
                "Employez des minuscules, des chiffres, des traits d’union; `everyone` est intégré.",
            ),
        )


def _by_hand(name: str) -> NotAllowed:
    return _refused(
        Said(
            f"the segment “{name}” is written in a way that can only be changed in the file itself",
            f"le segment «\u00a0{name}\u00a0» est écrit d’une façon qui ne se change que dans le fichier lui-même",
        )
    )


def _read(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        raise _refused(
            Said(f"{SEGMENTS_FILE} is not well-formed", f"{SEGMENTS_FILE} est mal formé")
        ) from None


def _appended(text: str, name: str, wanted: Mapping[str, str]) -> str:
    ahead = text.rstrip("\n") + "\n\n" if text.strip() else text
    keys = [f"{key} = {toml_text(wanted[key])}" for key in ("label", "where") if key in wanted]
    return ahead + "\n".join([f"[{name}]", *keys, ""])


def _changed(text: str, name: str, values: Mapping[str, str]) -> str:
    _, start, end = _table(text, name)
    body = text[start:end]
    for key, value in values.items():
        body = _with_key(body, key, value)
    return text[:start] + body + text[end:]


def _table(text: str, name: str) -> tuple[int, int, int]:
    """Where a table's header begins, and where the lines below it begin and end; an empty table where there is no such header."""
    found: tuple[int, int] | None = None
    at = 0
    while at < len(text):
        line_end = _line_end(text, at)
        header = _HEADER.fullmatch(text[at:line_end])
        if header:
            if found is not None:
                return *found, at
            if name in header.groups():
                found = (at, min(line_end + 1, len(text)))
            at = line_end + 1
        else:
            at = _after(text, at, line_end)
    return (*found, len(text)) if found else (len(text), len(text), len(text))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _after(text: str, at: int, line_end: int) -> int:
    """Where the next line that begins a key or a table may stand: a text of several lines is passed over whole."""
    key = _KEY.match(text, at)
    value = _VALUE.match(text, key.end()) if key else None
    return _line_end(text, value.end()) + 1 if value else line_end + 1


def _with_key(body: str, key: str, value: str) -> str:
    at = 0
    while at < len(body):
        line_end = _line_end(body, at)
        found = _KEY.match(body, at)
        if found and found.group(1) == key:
            old = _VALUE.match(body, found.end())
            if old is None:
                break
            if not value and key != "where":
                return body[:at] + body[_line_end(body, old.end()) + 1 :]
            return body[: found.end()] + toml_text(value) + body[old.end() :]
        at = _after(body, at, line_end)
    return f"{key} = {toml_text(value)}\n{body}" if value else body


def toml_text(text: str) -> str:
    """A text as TOML: within single quotation marks where nothing in it needs escaping, as expressions have double ones."""
    if '"' in text and _PLAIN.fullmatch(text):
        return f"'{text}'"
    safe = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(sign if sign >= " " and sign != "\x7f" else f"\\u{ord(sign):04x}" for sign in safe)
        + '"'
    )


def _refused(message: Said) -> NotAllowed:
    return NotAllowed(
        message,
        code="segment-file",
        place=Place(SEGMENTS_FILE),
        hint=Said(
            f"Change it in {SEGMENTS_FILE} with a text editor; nothing was written.",
            f"Modifiez-le dans {SEGMENTS_FILE} avec un éditeur de texte; rien n’a été écrit.",
        ),
    )
