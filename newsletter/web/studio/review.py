"""Review: review links, comments, requests for approval.

In: visits. Out: pages. Called by web.studio.sections.
"""

from __future__ import annotations

from newsletter.web.studio.routing import Way

ROUTES: tuple[Way, ...] = ()
