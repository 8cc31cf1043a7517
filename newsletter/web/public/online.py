"""A mail as a page: the headers that keep it harmless, and the one line above it that is not the mail's own.

In: the mail's HTML, what is over of it. Out: HTML. Called by web.public.reader, web.public.archive.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markupsafe import Markup

from newsletter.pipeline.online import Over
from newsletter.web.public.words import WORDS

_BODY = re.compile(r"<body\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_STYLE = Markup("""<style>
.nl-line { margin: 0; padding: 12px 20px; border-bottom: 1px solid #DDD6CB; background: #FFFFFF; color: #1F2A30; text-align: center;
  font: 14px/22px -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
.nl-line p { margin: 0; }
.nl-line p.nl-over { max-width: 480px; margin: 0 auto; font-weight: 600; text-wrap: balance; }
.nl-line a, .nl-line a:visited { display: inline-block; padding: 5px 0; color: #0B5D5B; text-underline-offset: 2px; }
@media (prefers-color-scheme: dark) {
  .nl-line { border-color: #333C42; background: #1D2327; color: #ECE8E1; }
  .nl-line a, .nl-line a:visited { color: #6CC5BE !important; }
}
@media print { .nl-way { display: none; } }
</style>""")


def policy(base_url: str) -> str:
    """The Content-Security-Policy of a mail in the browser: no scripts, no forms, nothing but what the mail itself shows."""
    public = urlsplit(base_url)
    return (
        f"default-src 'none'; img-src 'self' {public.scheme}://{public.netloc} https: data:; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
    )


def line(over: Over, way: Markup | None = None) -> Markup:
    """What stands above the mail: a way back, and what has taken place; nothing where there is neither."""
    sentences = [
        Markup('<p class="nl-over" lang="{0}">{1}</p>').format(language, _said(language, titles, over))
        for language, titles in over.titles.items()
    ]
    parts = [*([way] if way else []), *sentences]
    return Markup("").join(parts)


def _said(language: str, titles: tuple[str, ...], over: Over) -> str:
    words = WORDS.get(language, WORDS["en"])
    key = "over_one" if len(titles) == 1 else "over_many"
    named = [title for title in titles if title and "{{" not in title]
    if over.all or len(named) < len(titles):
        return words[key]
    return words[f"{key}_named"].format(titles="; ".join(named))


def with_line(html: str, said: Markup, language: str = "en") -> str:
    """The mail with that line above everything else."""
    body = _BODY.search(html) if said else None
    if body is None:
        return html
    bar = Markup('<div class="nl-line" lang="{0}" dir="ltr">{1}{2}</div>').format(language, _STYLE, said)
    return f"{html[: body.end()]}{bar}{html[body.end() :]}"
