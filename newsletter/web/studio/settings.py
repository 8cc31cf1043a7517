"""Settings: who may do what, and what newsletter.toml says.

In: visits. Out: pages, acts. Called by web.studio.sections.
"""

from __future__ import annotations

from newsletter.web.studio.routing import Way

ROUTES: tuple[Way, ...] = ()
