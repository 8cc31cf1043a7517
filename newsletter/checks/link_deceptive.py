"""Links whose words promise another place than the one they lead to.

In: the links of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, short
from newsletter.checks.links import authored, host_of, place_of, same_owner
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "link-deceptive"

_TOP = "com|ca|org|net|quebec|edu|gov|info|biz|io|fr|uk|us|eu|de|app|dev|example"
_SHOWN = re.compile(
    rf"(?:https?://|(?=www\.))?((?:[\w-]+\.)+(?:{_TOP}))(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)
_MAILBOX = re.compile(r"[^@\s<>]+@[^@\s<>.]+(?:\.[^@\s<>.]+)+")
_HINT = Said(
    "Show the address that it leads to, or words instead of an address.",
    "Montrez l’adresse à laquelle il mène, ou des mots plutôt qu’une adresse.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """A link whose words look like an address leads to that address: the contrary is how readers are robbed, and what filters look for.

    Level: error, for words that name another host or mailbox than the link's, and for a host that mixes letters of several alphabets
    (UTS 39).
    """
    for language, _text, page in context.texts:
        for element, href in authored(page):
            message = _fault(element.text.strip("<>()[] "), href)
            if message:
                place = place_of(context, href, element.text, language)
                yield error(NAME, message, place, language, hint=_HINT)


def _fault(words: str, href: str) -> Said | None:
    host = host_of(href)
    shown = _SHOWN.fullmatch(words.rstrip(".,;:"))
    if host and shown and not same_owner(shown[1], host):
        return _told(words, host)
    if href.lower().startswith("mailto:") and _MAILBOX.fullmatch(words):
        target = href[len("mailto:") :].partition("?")[0]
        if words.lower() not in target.lower():
            return _told(words, target)
    if _mixed(host):
        return Said(
            f"the host of “{short(href)}” mixes letters of several alphabets",
            f"l’hôte de «{NBSP}{short(href)}{NBSP}» mêle les lettres de plusieurs alphabets",
        )
    return None


def _told(words: str, target: str) -> Said:
    return Said(
        f"a link says “{short(words)}”, but leads to {short(target)}",
        f"un lien affiche «{NBSP}{short(words)}{NBSP}», mais mène à {short(target)}",
    )


def _mixed(host: str) -> bool:
    """True when one label of a host has letters of several alphabets."""
    for label in host.split("."):
        try:
            text = label.encode("ascii").decode("idna") if label.startswith("xn--") else label
        except UnicodeError:
            return True
        names = (unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
        if len({"CJK" if name in {"HIRAGANA", "KATAKANA"} else name for name in names}) > 1:
            return True
    return False
