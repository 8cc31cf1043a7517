"""Pages on which a mail is looked at: wider than a letter, with frames, and one small script that measures them.

In: what somebody should see. Out: responses. Called by web.public.reviewing and approving.

The mail stands in a frame whose own policy runs nothing and loads nothing (its pictures are within it); the page's script, allowed by
its digest, only gives the frame the height of its mail. Without it the frame scrolls.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode

from markupsafe import Markup
from starlette.responses import HTMLResponse

from newsletter.web.public import pages
from newsletter.web.public.pages import SAFE, Voice
from newsletter.web.showing.frame import framed

_STYLE = "\n".join((pages.LOOK / name).read_text(encoding="utf-8") for name in ("style.css", "rich.css"))
_SCRIPT = (pages.LOOK / "rich.js").read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()


POLICY = (
    f"default-src 'none'; style-src 'sha256-{_digest(_STYLE)}'; script-src 'sha256-{_digest(_SCRIPT)}'; img-src data:; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: no script, no request: what a hostile text could bring along stays words
MAIL = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'none'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)


def page(template: str, voice: Voice, title: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page with the wider style."""
    script = Markup(_SCRIPT)  # noqa: S704 - our own script
    answer = pages.render(template, voice, title, status=status, style_text=_STYLE, script=script, **values)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def mail(html: str, *, dark: bool) -> HTMLResponse:
    """A mail, for a frame of such a page."""
    shown = framed(html, dark=dark, images_from="https://nowhere.invalid")
    return HTMLResponse(
        shown, headers=SAFE | {"Content-Security-Policy": MAIL, "X-Frame-Options": "SAMEORIGIN"}
    )
