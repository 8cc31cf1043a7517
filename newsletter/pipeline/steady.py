"""Steady: long work without the collector walking over the whole program again and again.

In: nothing. Out: a context. Called by pipeline.importing and the runner.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def steady() -> Iterator[None]:
    """Keep the collector off what was there before: it would walk over all of the program for each page or batch, a fifth of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
