"""Whether a sentence is said in the French of Canada, and not in English.

In: a finding, or an English sentence with its French. Out: what is wrong with it, in words; "" when nothing is. Called by tests.
"""

from __future__ import annotations

import re
from typing import Final

from newsletter.model.finding import Finding

#: English words that no French sentence holds; what authors wrote stands between quotation marks or backticks, and does not count
_ENGLISH: Final = frozenset(
    [
        "the",
        "and",
        "of",
        "to",
        "with",
        "from",
        "that",
        "this",
        "these",
        "those",
        "is",
        "are",
        "was",
        "were",
        "will",
        "would",
        "have",
        "has",
        "had",
        "your",
        "they",
        "their",
        "it",
        "its",
        "by",
        "be",
        "been",
        "not",
        "which",
        "when",
        "where",
        "who",
        "how",
        "more",
        "than",
        "into",
        "about",
        "could",
        "should",
        "she",
        "because",
        "between",
        "through",
        "does",
        "did",
        "while",
        "after",
        "before",
        "during",
        "cannot",
        "must",
        "write",
        "take",
        "give",
        "keep",
        "mend",
        "save",
        "name",
        "names",
        "it's",
        "there",
        "here",
        "what",
    ]
)
_OWN: Final = re.compile(
    r"«[^»]*»|`[^`]*`|\"[^\"]*\"|\{\{.*?\}\}|\{%.*?%\}|<[^>]*>|“[^”]*”|\([^()]*\)|\[[^\]]*\]|[\w./-]+\.(?:toml|md|mjml|css|txt|png|eml|com)\b|"
    r"\w+:\s*\{.*?\}|https?://\S+|\n.*",
    re.DOTALL,
)
_FRANCE: Final = re.compile(r"[^\W\d_] :| [;!?]|« | »")


def in_french(found: Finding) -> str:
    """What is wrong with the French of a finding."""
    message, hint = found.french
    if not message or message == found.message:
        return f"{found.check}: not said in French: {found.message}"
    if bool(found.hint) != bool(hint):
        return f"{found.check}: the hint is not said in French: {found.hint}"
    return wrong(message) or wrong(hint)


def wrong(french: str) -> str:
    """What is wrong with a French sentence: English words, or the spaces of France."""
    english = [word for word in re.findall(r"[a-z']+", _OWN.sub(" ", french).lower()) if word in _ENGLISH]
    if len(english) > 1:
        return f"English within: {french}"
    spaced = _FRANCE.search(_OWN.sub("X", french))
    return f"spaces as in France: {french}" if spaced else ""
