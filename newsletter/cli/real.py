"""Before real people get mail: `doctor` must find nothing wrong.

In: a Context. Out: nothing, or NotAllowed with what doctor found. Called by `send`, `schedule`, `approve`, `test`.
"""

from __future__ import annotations

from newsletter.pipeline.ready import require_ready as require_ready
