"""A mail's HTML as it stands in a frame of the preview.

In: the filled HTML. Out: the same, made to show one colour scheme, with images of this server. Called by the preview's routes.

The preview page cannot tell a frame which colour scheme to prefer, so the mail's own media queries are answered here: in a dark
frame `prefers-color-scheme: dark` always holds. Nothing else of the mail is changed.
"""

from __future__ import annotations

import re

_QUERY = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)", re.IGNORECASE)
_SCHEMES = re.compile(r'(<meta name="(?:supported-)?color-schemes?" content=")[^"]*(")', re.IGNORECASE)
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
_ALWAYS, _NEVER = "(min-width:0px)", "(max-width:0px)"

#: a click in a frame asks for a new window, and the sandbox allows none: the mail stays where it is
_BASE = '<base target="_blank">'


def framed(html: str, *, dark: bool, images_from: str, at: str = "") -> str:
    """The HTML for a frame. `images_from` is the address under which the mail looks for its images; here they lie at `at`/i/."""
    wanted = "dark" if dark else "light"
    html = _QUERY.sub(lambda found: _ALWAYS if found.group(1).lower() == wanted else _NEVER, html)
    html = _SCHEMES.sub(lambda found: f"{found.group(1)}only {wanted}{found.group(2)}", html)
    html = html.replace(f"{images_from}/i/", f"{at}/i/").replace(f"{images_from}/f/", f"{at}/f/")
    return _HEAD.sub(lambda found: found.group() + _BASE, html, count=1)


def policy(origin: str, *, images: bool) -> str:
    """The Content-Security-Policy of a mail in a frame: its own styles, its own images, nothing else; no script at all."""
    pictures = f"{origin} data:" if images else "'none'"
    return (
        f"default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; script-src 'none'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
    )
