"""Languages of mails by their own names.

In: nothing. Out: a table. Called by the preview and the studio.
"""

from __future__ import annotations

from typing import Final

NAMES: Final = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "de": "Deutsch",
    "it": "Italiano",
    "pt": "Português",
}
