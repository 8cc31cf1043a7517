"""Steady: long work without the collector walking over the whole program again and again.

In: nothing. Out: a context. Called by pipeline.importing and the runner.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 10_000  #: new objects between two looks; a hook or a batch makes thousands, which all live until it is written


@contextmanager
def steady() -> Iterator[None]:
    """Keep the collector off what was there before, and let it look less often: it would walk over all of the program for each page,
    hook or batch, a fifth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
