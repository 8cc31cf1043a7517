"""What two mail programs leave out of an email: an approximation by published rules, not a picture of the programs.

In: filled HTML, the CSS properties that a program does not know. Out: HTML. Pure. Called by pipeline.approximating.

Gmail keeps a style block of at most 16 KB, drops one that holds a nested at-rule, and knows neither `prefers-color-scheme` nor
attribute selectors nor `@font-face`; for accounts of other providers it drops every style block (rendering research 6). Outlook on
Windows draws with Word: it reads what stands in `[if mso]`, not what stands in `[if !mso]`, and no background picture without VML.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

GMAIL_BYTES: Final = 16 * 1024
_STYLE: Final = re.compile(r"(<style\b[^>]*>)(.*?)(</style\s*>)", re.IGNORECASE | re.DOTALL)
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_INLINE: Final = re.compile(r'(\sstyle=")([^"]*)(")', re.IGNORECASE)
_CONDITIONAL: Final = re.compile(r"<!--\[if\s+([^\]]*)\]>(.*?)<!\[endif\]-->", re.IGNORECASE | re.DOTALL)
_REVEALED: Final = re.compile(
    r"<!--\[if\s+([^\]]*)\]>\s*(?:<!-->|-->)(.*?)<!--\s*<!\[endif\]-->", re.IGNORECASE | re.DOTALL
)
_VML: Final = re.compile(r"<(/?)(v|o|w):[a-z]+\b[^>]*>", re.IGNORECASE)
_PICTURE: Final = re.compile(r"url\(", re.IGNORECASE)


def gmail(html: str, *, other_account: bool = False) -> str:
    """As Gmail shows it in a browser; `other_account`: in Gmail's app, with an address of another provider."""
    kept = 0

    def style(found: re.Match[str]) -> str:
        nonlocal kept
        rules = _gmail_rules(found[2])
        kept += len(found[2].encode())
        if other_account or rules is None or kept > GMAIL_BYTES:
            return ""
        return f"{found[1]}{rules}{found[3]}"

    return _STYLE.sub(style, _without_comments(html))


def _gmail_rules(css: str) -> str | None:
    """The rules that are kept; None when the whole block is dropped."""
    blocks = _blocks(_COMMENT.sub("", css))
    if any(head.startswith("@") and "@" in body for head, body in blocks):
        return None
    return "\n".join(_kept(head, body) for head, body in blocks if _gmail_knows(head))


def _gmail_knows(head: str) -> bool:
    return "prefers-color-scheme" not in head and not head.startswith("@font-face") and "[" not in head


def _kept(head: str, body: str) -> str:
    if not head.startswith("@"):
        return f"{head}{{{body}}}"
    inside = (f"{rule[1].strip()}{{{rule[2]}}}" for rule in _RULE.finditer(body) if "[" not in rule[1])
    return f"{head}{{{' '.join(inside)}}}"


def _blocks(css: str) -> list[tuple[str, str]]:
    """The top-level rules of a style block: what stands before the braces, and within."""
    found, depth, begun, opened = [], 0, 0, 0
    for at, sign in enumerate(css):
        if sign == "{":
            opened = at if depth == 0 else opened
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
            if depth == 0:
                found.append((css[begun:opened].strip(), css[opened + 1 : at]))
                begun = at + 1
        elif sign == ";" and depth == 0:
            begun = at + 1
    return found


def outlook(html: str, unknown: Collection[str]) -> str:
    """As Outlook on Windows structures it. `unknown` are CSS properties that it does not know."""
    shown = _REVEALED.sub(lambda found: found[2] if _is_for_word(found[1]) else "", html)
    shown = _CONDITIONAL.sub(lambda found: found[2] if _is_for_word(found[1]) else "", shown)
    shown = _VML.sub(
        "", _without_comments(shown)
    )  # a browser draws no shapes of Word's: what stands in them is shown
    lost = frozenset(unknown)
    shown = _STYLE.sub(lambda found: found[1] + _word_rules(found[2], lost) + found[3], shown)
    return _INLINE.sub(lambda found: found[1] + _declared(found[2], lost) + found[3], shown)


def _is_for_word(condition: str) -> bool:
    """`mso`, `gte mso 9`, `mso | IE` are; `!mso` and `lt mso 12` are not."""
    plain = condition.lower().replace(" ", "")
    return "mso" in plain and not plain.startswith(("!", "(!", "lt"))


def _word_rules(css: str, lost: frozenset[str]) -> str:
    """Word knows no media query: what stands in one is not there."""
    return "\n".join(
        f"{head}{{{_declared(body, lost)}}}"
        for head, body in _blocks(_COMMENT.sub("", css))
        if not head.startswith("@")
    )


def _declared(declarations: str, lost: frozenset[str]) -> str:
    parts = (part.strip() for part in declarations.split(";"))
    return ";".join(part for part in parts if part and _word_knows(part, lost))


def _word_knows(declaration: str, lost: frozenset[str]) -> bool:
    name, _, value = declaration.partition(":")
    return name.strip().lower() not in lost and not _PICTURE.search(value)


def _without_comments(html: str) -> str:
    return re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
