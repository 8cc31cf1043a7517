"""Every operation of the API, in the order of the document.

In: nothing. Out: operations. Called by web.api.app and web.api.document.
"""

from __future__ import annotations

from newsletter.web.api import campaigns, issues, people

OPERATIONS = (*issues.OPERATIONS, *campaigns.OPERATIONS, *people.OPERATIONS)
