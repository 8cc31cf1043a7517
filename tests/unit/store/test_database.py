"""One database, many who write: each waits for its turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from newsletter.store import Store
from newsletter.store.database import get_meta, set_meta


def test_writers_of_one_process_lose_no_step(tmp_path: Path) -> None:
    store = Store.open_file(tmp_path / "a.db")

    def count(_: int) -> None:
        with store.write() as db:
            set_meta(db, "count", str(int(get_meta(db, "count") or 0) + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(200)))
    with store.read() as db:
        assert get_meta(db, "count") == "200"
    store.close()
