"""Mailings: their list; one of them while it goes out, with *Stop*; what is not confirmed; stop and correct; the report; the receipt.

In: visits. Out: pages, acts, live lines. Called by web.studio.sections and desk.
"""

from newsletter.web.studio.mailing.acts import ROUTES as ACTS
from newsletter.web.studio.mailing.completing import ROUTES as COMPLETING
from newsletter.web.studio.mailing.listing import ROUTES as LISTING
from newsletter.web.studio.mailing.listing import listed as listed
from newsletter.web.studio.mailing.one import ROUTES as ONE
from newsletter.web.studio.mailing.receipt import ROUTES as RECEIPT
from newsletter.web.studio.routing import Way

ROUTES: tuple[Way, ...] = (*LISTING, *ONE, *ACTS, *COMPLETING, *RECEIPT)
