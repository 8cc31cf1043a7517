"""A test message from the issue's page.

In: a form with addresses and languages. Out: what was sent, or the page with what stands in the way. Called by web.studio.issues.
"""

from __future__ import annotations

from starlette.responses import Response

from newsletter.model.errors import NotAllowed
from newsletter.pipeline import accounts, trying
from newsletter.web.studio.issues.look import read
from newsletter.web.studio.issues.pane import reader_of
from newsletter.web.studio.visit import Visit


def send(visit: Visit) -> Response:
    """Send it; then back to the issue, with a message."""
    slug = str(visit.path["slug"])
    staff = tuple(one.email for one in accounts.every(visit.ctx))
    addressed = trying.Addressed(
        trying.addresses(visit.form.get("to", "")), staff, visit.form.get("meant") == "yes"
    )
    member, _ = reader_of(visit.ctx, read(visit.form))
    sent = trying.send(visit.ctx, slug, addressed, visit.many("languages"), member)
    if sent.findings:
        raise NotAllowed(
            visit.w.issues_test_refused,
            code="test-refused",
            hint=sent.findings[0].told(visit.language)[0],
        )
    said = visit.w("issues_test_sent", to=", ".join(sent.to), languages=", ".join(sent.languages))
    return visit.to(f"/issues/{slug}", said)
