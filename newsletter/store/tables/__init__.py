"""The tables. Every constraint is named; states are checked; nothing in the ledger cascades.

In: nothing. Out: SQLAlchemy Core tables and their metadata. Called by the other modules of store and by the migrations.
"""

from newsletter.store.tables.access import access_tokens as access_tokens
from newsletter.store.tables.access import api_answers as api_answers
from newsletter.store.tables.accounts import account_links as account_links
from newsletter.store.tables.accounts import accounts as accounts
from newsletter.store.tables.accounts import sign_in_failures as sign_in_failures
from newsletter.store.tables.accounts import staff_sessions as staff_sessions
from newsletter.store.tables.accounts import used_forms as used_forms
from newsletter.store.tables.base import Id as Id
from newsletter.store.tables.base import meta as meta
from newsletter.store.tables.base import metadata as metadata
from newsletter.store.tables.calendar import holiday_changes as holiday_changes
from newsletter.store.tables.calendar import holiday_days as holiday_days
from newsletter.store.tables.calendar import holiday_words as holiday_words
from newsletter.store.tables.feedback import TROUBLED as TROUBLED
from newsletter.store.tables.feedback import audit as audit
from newsletter.store.tables.feedback import events as events
from newsletter.store.tables.feedback import facts as facts
from newsletter.store.tables.feedback import hits as hits
from newsletter.store.tables.feedback import hooks as hooks
from newsletter.store.tables.holding import holds as holds
from newsletter.store.tables.intake import intakes as intakes
from newsletter.store.tables.ledger import HOLDS as HOLDS
from newsletter.store.tables.ledger import attempts as attempts
from newsletter.store.tables.ledger import batches as batches
from newsletter.store.tables.ledger import campaigns as campaigns
from newsletter.store.tables.ledger import deliveries as deliveries
from newsletter.store.tables.ledger import editions as editions
from newsletter.store.tables.ledger import exclusions as exclusions
from newsletter.store.tables.ledger import images as images
from newsletter.store.tables.ledger import occasions as occasions
from newsletter.store.tables.ledger import sequels as sequels
from newsletter.store.tables.ledger import variants as variants
from newsletter.store.tables.ledger import waves as waves
from newsletter.store.tables.people import attribute_names as attribute_names
from newsletter.store.tables.people import consents as consents
from newsletter.store.tables.people import member_tags as member_tags
from newsletter.store.tables.people import members as members
from newsletter.store.tables.people import suppressions as suppressions
from newsletter.store.tables.review import approvals as approvals
from newsletter.store.tables.review import comments as comments
from newsletter.store.tables.review import evidence as evidence
from newsletter.store.tables.review import request_mails as request_mails
from newsletter.store.tables.review import requests as requests
from newsletter.store.tables.review import review_links as review_links
from newsletter.store.tables.settling import inquiries as inquiries
from newsletter.store.tables.specimens import specimens as specimens
from newsletter.store.tables.staff import notices as notices
from newsletter.store.tables.staff import occurrences as occurrences
from newsletter.store.tables.staff import series as series
