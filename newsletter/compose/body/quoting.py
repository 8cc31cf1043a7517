"""Words from elsewhere written into an issue file, so that they stay words.

In: plain text. Out: the same, written so that neither directives, slots, attributes, links nor Markdown can come of it. Called by
pipeline.teaser.
"""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\\`*_\[\]<>&~|]")
_BEGINS = re.compile(r"(\s*)([#+\-=:>]|\d{1,9}(?=[.)]))")
_LINKED = re.compile(r"\] ?\(")  # even escaped it looks like a link that went wrong, and is remarked on
_BRACES = re.compile(r"\{(?=[{%#])|(?<=[}%#])\}")


def prose(text: str) -> str:
    """Text as one paragraph of Markdown."""
    flat = _LINKED.sub("] – (", " ".join(text.split()))
    escaped = _SIGNS.sub(r"\\\g<0>", _apart(flat))
    begins = _BEGINS.match(escaped)
    if begins is None:
        return escaped
    at = begins.end()
    if begins[2].isdigit():
        return f"{escaped[:at]}\\{escaped[at:]}"
    return f"{begins[1]}\\{escaped[begins.start(2) :]}"


def attribute(text: str) -> str:
    """Text as a value with its quotation marks: `"…"`."""
    flat = " ".join(_apart(text).split())
    flat = re.sub(r'"([^"]*)"', r"“\1”", flat).replace('"', "″")
    return f'"{flat}"'


def address(url: str) -> str:
    """An address as a value with its quotation marks; the WHATWG serialiser leaves braces as they are."""
    return '"' + url.replace('"', "%22").replace("{", "%7B").replace("}", "%7D") + '"'


def _apart(text: str) -> str:
    """With a space inside the pairs of braces that would open and close slots."""
    return _BRACES.sub(lambda found: "{ " if found[0] == "{" else " }", text)
