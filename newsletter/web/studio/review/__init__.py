"""Review and approval: what reviewers say of an issue's blocks; what is signed of a mailing, who is asked, who said what.

In: visits. Out: pages, acts. Called by web.studio.sections.
"""

from __future__ import annotations

from newsletter.web.studio.review import approving, commenting
from newsletter.web.studio.routing import Way

ROUTES: tuple[Way, ...] = (*commenting.ROUTES, *approving.ROUTES)
