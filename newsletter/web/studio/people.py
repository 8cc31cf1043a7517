"""Recipients: members, one member's story, the import of lists, segments.

In: visits. Out: pages. Called by web.studio.sections.
"""

from __future__ import annotations

from newsletter.web.studio.routing import Way

ROUTES: tuple[Way, ...] = ()
