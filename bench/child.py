"""One candidate, once, in a process of its own.

In: suite, candidate, folder, units. Out: its Reading as the last line of the output. Called by bench.__main__.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench.catalogue import SUITES


def main() -> None:
    """`python -m bench.child SUITE CANDIDATE FOLDER SIZE`."""
    suite, name, folder, size = sys.argv[1:]
    chosen = next(one for one in SUITES[suite]().candidates if one.name == name)
    print(chosen.run(Path(folder), int(size)).as_json())


main()
