"""`python -m docs.generate`: renew the blocks of every page; with `--check`, only say which are stale.

In: the pages under docs/. Out: the pages; exit 1 when `--check` found a stale one. Called by `make docs`.
"""

from __future__ import annotations

import sys

from docs.generate import checks
from docs.generate.pages import PAGES, renewed


def main(arguments: list[str]) -> int:
    """Renew, or check; the exit code."""
    stale = {
        path: text
        for path in PAGES.rglob("*.md")
        if (text := renewed(path)) != path.read_text(encoding="utf-8")
    }
    wanted = checks.pages()
    stale |= {
        path: text
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    left = [path for path in checks.FOLDER.glob("*.md") if path not in wanted]
    for path in left:
        print(f"{path.relative_to(PAGES.parent)} belongs to no check")
        if "--check" not in arguments:
            path.unlink()
    for path, text in stale.items():
        path.parent.mkdir(exist_ok=True)
        print(path.relative_to(PAGES.parent))
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    return int("--check" in arguments and bool(stale or left))


sys.exit(main(sys.argv[1:]))
