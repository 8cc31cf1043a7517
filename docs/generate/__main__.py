"""`python -m docs.generate`: renew the blocks of every page; with `--check`, only say which are stale.

In: the pages under docs/. Out: the pages; exit 1 when `--check` found a stale one. Called by `make docs`.
"""

from __future__ import annotations

import sys

from docs.generate.pages import PAGES, renewed


def main(arguments: list[str]) -> int:
    """Renew, or check; the exit code."""
    stale = {
        path: text
        for path in PAGES.rglob("*.md")
        if (text := renewed(path)) != path.read_text(encoding="utf-8")
    }
    for path, text in stale.items():
        print(path.relative_to(PAGES.parent))
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    return int("--check" in arguments and bool(stale))


sys.exit(main(sys.argv[1:]))
