"""The reasons and languages of the ledger in plain English, as staff read them.

In: a reason, a language, as they are stored. Out: words. Called by report, why, staff pages.
"""

from __future__ import annotations

from types import MappingProxyType

from newsletter.model.edition import BOTH

REASONS = MappingProxyType(
    {
        "suppressed": "on the do-not-mail list",
        "unsubscribed": "unsubscribed",
        "no-consent": "no consent on file",
        "consent-expired": "consent had ended",
        "already-had-it": "already had this issue",
        "time-passed": "the time had passed in their zone",
    }
)
LANGUAGES = MappingProxyType({"en": "English", "fr": "French"})


def language(name: str) -> str:
    """A language of a mailing in words: `fr` is French, `en+fr` both languages in one mail."""
    return "both languages" if BOTH in name else LANGUAGES.get(name, name)


def plain(reason: str) -> str:
    """A reason in words; one that is words already stays as it is."""
    return REASONS.get(reason, reason or "no reason given")
