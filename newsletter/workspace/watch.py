"""Watching the workspace: which files staff just saved.

In: the workspace's root and an event that ends it. Out: sets of changed paths, some hundredths of a second after the save.
Called by pipeline for the preview.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from newsletter.workspace.paths import ISSUES, SETTINGS_FILE, TEMPLATES
from newsletter.workspace.segments import SEGMENTS_FILE
from newsletter.workspace.sponsors import SPONSORS_FILE

if TYPE_CHECKING:
    import watchfiles

#: milliseconds: an editor's several writes of one save come as one change
_STEP, _DEBOUNCE = 10, 60
_TOP = {SETTINGS_FILE, SEGMENTS_FILE, SPONSORS_FILE, ISSUES, TEMPLATES}


def watch(root: Path, stop: threading.Event) -> Iterator[frozenset[str]]:
    """Paths (relative, POSIX) that changed since the last time, until `stop` is set."""
    changes: SimpleQueue[frozenset[str]] = SimpleQueue()
    # The folders are watched in depth; the top only by name, as var/ and .venv/ lie there too.
    folders = [root / name for name in (ISSUES, TEMPLATES) if (root / name).is_dir()]
    threads = [_watching(root, [root], stop, changes, deep=False)]
    if folders:
        threads.append(_watching(root, folders, stop, changes, deep=True))
    while not stop.is_set():
        try:
            yield changes.get(timeout=0.2)
        except Empty:
            continue
    for thread in threads:
        thread.join()


def _watching(
    root: Path, paths: list[Path], stop: threading.Event, changes: SimpleQueue[frozenset[str]], *, deep: bool
) -> threading.Thread:
    import watchfiles  # only the preview waits for it to be imported

    def wanted(_change: watchfiles.Change, path: str) -> bool:
        relative = Path(path).relative_to(root)
        hidden = any(part.startswith(".") or part.endswith("~") for part in relative.parts)
        return not hidden and (deep or relative.name in _TOP)

    def follow(*, polling: bool) -> None:
        for found in watchfiles.watch(
            *paths,
            watch_filter=wanted,
            stop_event=stop,
            recursive=deep,
            step=_STEP,
            debounce=_DEBOUNCE,
            raise_interrupt=False,
            rust_timeout=500,
            force_polling=polling or None,
        ):
            changes.put(frozenset(Path(path).relative_to(root).as_posix() for _, path in found))

    def run() -> None:
        try:
            follow(polling=False)
        except (
            OSError,
            RuntimeError,
        ):  # the system watches no more files (inotify's limit): look again and again instead
            follow(polling=True)

    thread = threading.Thread(target=run, name="watch", daemon=True)
    thread.start()
    return thread
