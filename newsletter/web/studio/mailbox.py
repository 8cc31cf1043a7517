"""Mailbox: what the outbox and the emulator hold, as a mail reader.

In: visits. Out: pages. Called by web.studio.sections.
"""

from __future__ import annotations

from newsletter.web.studio.routing import Way

ROUTES: tuple[Way, ...] = ()
