"""Watching: a save is seen at once, and nothing else is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import pytest
import watchfiles

from newsletter import workspace
from tests.unit.workspace.folder import ISSUE, make


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[tuple[Path, Queue[str]]]:
    """A watched workspace and the paths that were seen to change."""
    root = make(tmp_path)
    stop, queue = threading.Event(), Queue[str]()

    def run() -> None:
        for changed in workspace.watch(root, stop):
            for path in changed:
                queue.put(path)

    thread = threading.Thread(target=run)
    thread.start()
    _await_start(root, queue)
    yield root, queue
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def _await_start(root: Path, queue: Queue[str]) -> None:
    """Touch a file until both watchers report: they start when the operating system lets them."""
    wanted = {"issues/started.md", "newsletter.toml"}
    for _ in range(100):
        (root / "issues" / "started.md").write_text("x", encoding="utf-8")
        (root / "newsletter.toml").touch()
        try:
            while wanted:
                wanted.discard(queue.get(timeout=0.1))
        except Empty:
            continue
        break
    assert not wanted
    while True:
        try:
            queue.get(timeout=0.4)
        except Empty:
            return


@pytest.mark.parametrize(
    "path", ["issues/greeting.en.md", "templates/letter.mjml", "issues/greeting/a.png", "newsletter.toml"]
)
def test_a_save_is_seen_within_a_blink(path: str, seen: tuple[Path, Queue[str]]) -> None:
    root, queue = seen
    begun = time.monotonic()
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(ISSUE, encoding="utf-8")
    # In a folder made in the same instant, the folder is what is seen.
    assert queue.get(timeout=5) in {path, str(Path(path).parent)}
    assert time.monotonic() - begun < 1


def test_an_editor_that_replaces_the_file(seen: tuple[Path, Queue[str]]) -> None:
    root, queue = seen
    for _ in range(2):  # the second save would be lost if the file itself were watched
        (root / ".draft").write_text("x", encoding="utf-8")
        (root / ".draft").replace(root / "newsletter.toml")
        assert queue.get(timeout=5) == "newsletter.toml"


def test_what_does_not_go_into_a_mail_is_not_seen(seen: tuple[Path, Queue[str]]) -> None:
    root, queue = seen
    (root / "var").mkdir()
    for path in ("var/x.db", "issues/.greeting.en.md.swp", "issues/greeting.en.md~", "notes.txt"):
        (root / path).write_text("x", encoding="utf-8")
    (root / "issues" / "last.md").write_text("x", encoding="utf-8")
    assert queue.get(timeout=5) == "issues/last.md"


def test_where_the_system_watches_no_more_files_it_is_looked_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watchfiles.watch

    def limited(*paths: Path, force_polling: bool | None, **options: Any) -> Iterator[Any]:
        if not force_polling:
            raise OSError("OS file watch limit reached")
        return watched(*paths, force_polling=True, poll_delay_ms=20, **options)

    monkeypatch.setattr(watchfiles, "watch", limited)
    root, stop, queue = make(tmp_path), threading.Event(), Queue[str]()

    def run() -> None:
        for changed in workspace.watch(root, stop):
            for path in changed:
                queue.put(path)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        _await_start(root, queue)
    finally:
        stop.set()
        thread.join(10)
