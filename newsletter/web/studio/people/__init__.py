"""Recipients: members, one member's story, the do-not-mail list, the import of lists, segments.

In: visits. Out: pages. Called by web.studio.sections.
"""

from __future__ import annotations

from newsletter.web.studio.people import importing, listed, members, segments, story
from newsletter.web.studio.routing import Way

ROUTES: tuple[Way, ...] = (
    *members.ROUTES,
    *listed.ROUTES,
    *importing.ROUTES,
    *segments.ROUTES,
    *story.ROUTES,
)
