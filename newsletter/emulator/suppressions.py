"""In: bounces, complaints and unsubscribes as they happen. Out: why an address would not be tried again.

Called by events.py, trackers.py and the control API. The account's own lists, fed by its own mail.
"""

from collections.abc import Mapping
from typing import Any, Literal

from newsletter.emulator.letter import Json
from newsletter.emulator.rules_extras import is_on

List = Literal["bounces", "blocks", "invalid_emails", "spam_reports", "unsubscribes"]

_REASONS: dict[List, tuple[str, str]] = {
    "unsubscribes": ("Unsubscribed Address", "bypass_unsubscribe_management"),
    "bounces": ("Bounced Address", "bypass_bounce_management"),
    "spam_reports": ("Spam Reporting Address", "bypass_spam_management"),
    "invalid_emails": ("Invalid", "bypass_bounce_management"),
}
"""Reason in the dropped event, and the mail setting that gets past it. Blocks do not suppress later mail."""


class Suppressions:
    """Lists of addresses with the emulated second of entry."""

    def __init__(self) -> None:
        self.lists: dict[List, dict[str, float]] = {
            "bounces": {},
            "blocks": {},
            "invalid_emails": {},
            "spam_reports": {},
            "unsubscribes": {},
        }
        self.groups: dict[int, dict[str, float]] = {}
        self.told: dict[tuple[List, str], dict[str, str]] = {}

    def add(self, name: List, address: str, at: float, event: Mapping[str, object] | None = None) -> None:
        """Put an address on a list; the first date stays. `reason` and `status` of the event are kept with it."""
        lower = address.lower()
        if lower not in self.lists[name]:
            self.lists[name][lower] = at
            self.told[name, lower] = {key: str((event or {}).get(key) or "") for key in ("reason", "status")}

    def add_to_group(self, group: int, address: str, at: float) -> None:
        """Put an address on an unsubscribe group's list."""
        self.groups.setdefault(group, {}).setdefault(address.lower(), at)

    def remove_from_group(self, group: int, address: str) -> None:
        """Take an address off a group's list."""
        self.groups.get(group, {}).pop(address.lower(), None)

    def remove(self, address: str) -> None:
        """Take an address off every list."""
        for entries in (*self.lists.values(), *self.groups.values()):
            entries.pop(address.lower(), None)

    def reason(self, address: str, letter: Json) -> str:
        """Why mail to this address is dropped; empty if it is not. Bypass settings of the message count."""
        settings = letter.get("mail_settings")
        if is_on(settings, "bypass_list_management"):
            return ""
        lower = address.lower()
        group = (letter.get("asm") or {}).get("group_id")
        if group is not None and lower in self.groups.get(group, {}):
            return "Unsubscribed Address"
        for name, (reason, bypass) in _REASONS.items():
            if lower in self.lists[name] and not is_on(settings, bypass):
                return reason
        return ""

    def to_json(self) -> dict[str, Any]:
        """Every list, addresses sorted."""
        return {
            **{name: sorted(entries) for name, entries in self.lists.items()},
            "groups": {str(group): sorted(entries) for group, entries in self.groups.items()},
        }

    def clear(self) -> None:
        """Empty every list."""
        for entries in (*self.lists.values(), *self.groups.values()):
            entries.clear()
        self.told.clear()
