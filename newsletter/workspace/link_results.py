"""What links answered, kept under var/: asked once, and not again at every check.

In: the workspace's root, results. Out: the results that were kept. Called by pipeline.asking_links.

A damaged file is an empty one: it holds nothing that cannot be asked again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from newsletter.model.link_result import LinkResult

_MOST = 2_000
_LARGEST = 8_000_000  #: bytes


def read(root: Path) -> dict[str, LinkResult]:
    """By URL."""
    path = _file(root)
    try:
        if path.stat().st_size > _LARGEST:
            return {}
        found = msgspec.json.decode(path.read_bytes(), type=list[LinkResult])
    except (OSError, msgspec.MsgspecError):
        return {}
    return {result.url: result for result in found if result.at.tzinfo is not None}


def keep(root: Path, results: Mapping[str, LinkResult]) -> None:
    """Keep the latest of them; whole or not at all. Raises OSError."""
    latest = sorted(results.values(), key=lambda result: result.at, reverse=True)[:_MOST]
    path = _file(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".links-", delete=False) as draft:
        try:
            draft.write(msgspec.json.encode(latest))
        except OSError:
            with suppress(OSError):
                Path(draft.name).unlink()
            raise
    Path(draft.name).replace(path)


def _file(root: Path) -> Path:
    return root / "var" / "links.json"
