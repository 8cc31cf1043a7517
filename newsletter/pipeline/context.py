"""What every verb is handed: the workspace, the store, the clock, and what makes providers and renderings.

In: nothing. Out: the type. Called by every verb; filled by app, the only place that reads the clock or the environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever only writes issues waits for neither database nor renderer to be imported
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from newsletter.model.keys import Keys
    from newsletter.model.publication import Publication
    from newsletter.pipeline.memory import Memory
    from newsletter.providers.contract import Provider
    from newsletter.renderer import Renderer
    from newsletter.settings import Settings
    from newsletter.store import Store


@dataclass(frozen=True)
class Context:
    """The surroundings of a verb. `renderer()` and `provider(name)` make what they give on first use; `sleep` waits for
    seconds (handed in, so that a set clock and tests need not wait)."""

    root: Path
    settings: Settings
    publication: Publication
    store: Store
    keys: Keys
    instance: str
    actor: str
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    renderer: Callable[[], Renderer]
    provider: Callable[[str], Provider]
    memory: Memory | None = None  #: of counts, for those who only look (pipeline.recalling)

    @property
    def var(self) -> Path:
        """Where runtime files live."""
        return self.root / "var"
