"""Which events count against their mailing, by what SendGrid's events say."""

from __future__ import annotations

import pytest

from newsletter.model.event import Trouble
from newsletter.providers.sendgrid.events import _event
from newsletter.tracking.troubles import trouble_of
from tests.ledger import START


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"event": "bounce", "type": "bounce", "status": "5.1.1"}, Trouble.HARD),
        ({"event": "bounce", "type": "bounce", "bounce_classification": "Invalid Address"}, Trouble.HARD),
        ({"event": "bounce", "type": "bounce", "status": "5.2.2"}, None),
        ({"event": "bounce", "type": "bounce", "status": "5.7.1"}, Trouble.POLICY),
        ({"event": "bounce", "type": "blocked", "bounce_classification": "Reputation"}, Trouble.POLICY),
        ({"event": "bounce", "type": "blocked", "bounce_classification": "Frequency/Volume"}, Trouble.POLICY),
        ({"event": "deferred", "response": "421 4.7.28 unusual rate"}, Trouble.POLICY),
        ({"event": "deferred", "response": "451 4.3.2 try again later"}, None),
        ({"event": "deferred", "response": "450 4.7.1 Greylisted, try again in 300 s"}, None),
        ({"event": "deferred", "response": "451 4.7.1 Graylisting in action"}, None),
        ({"event": "dropped", "reason": "Bounced Address"}, None),
        ({"event": "dropped", "reason": "Spam Content (if Spam Checker app enabled)"}, Trouble.POLICY),
        ({"event": "dropped", "reason": "Recipient List over Package Quota"}, Trouble.CREDITS),
        ({"event": "spamreport"}, Trouble.COMPLAINT),
        ({"event": "unsubscribe"}, None),
        ({"event": "delivered", "response": "250 5.7.1 fine"}, None),
        ({"event": "processed"}, None),
        ({"event": "something new", "status": "5.7.1"}, None),
    ],
)
def test_what_an_event_says_against_its_mailing(fields: dict[str, object], expected: Trouble | None) -> None:
    assert trouble_of(_event(fields, START)) is expected
