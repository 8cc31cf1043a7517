"""Issues: their list, the editor beside the live preview, remarks, test messages.

In: visits. Out: pages. Called by web.studio.sections.
"""

from __future__ import annotations

from typing import Final

from newsletter.model.account import Right
from newsletter.web.studio.issues import drafting, editor, keeping, listing, mails, testing
from newsletter.web.studio.routing import Act, Page, Stream, Way

_TEXTS: Final = 4 << 20  #: bytes of a form that brings every language
_PICTURE: Final = 11 << 20
_LETTERS: Final = 54 << 20

ROUTES: tuple[Way, ...] = (
    Page("/issues", listing.page, need=Right.LOOK),
    Page("/issues/new", listing.new, need=Right.WRITE),
    Act("/issues/new", listing.begin, need=Right.WRITE, most=_LETTERS, files=2),
    Page("/issues/at/i/{name}", mails.image, need=Right.LOOK),
    Page("/issues/at/f/{key}/{name}", mails.hosted, need=Right.LOOK),
    Page("/issues/{slug}", editor.page, need=Right.LOOK),
    Page("/issues/{slug}/mail/{key}", mails.mail, need=Right.LOOK),
    Stream("/issues/{slug}/live", keeping.live, need=Right.LOOK),
    Act("/issues/{slug}/save", editor.save, need=Right.WRITE, most=_TEXTS),
    Act("/issues/{slug}/settle", editor.settle, need=Right.WRITE, most=_TEXTS),
    Act("/issues/{slug}/keep", keeping.keep, need=Right.WRITE, most=_TEXTS, once=False),
    Act("/issues/{slug}/keep-settled", keeping.settle, need=Right.WRITE, most=_TEXTS, once=False),
    Act("/issues/{slug}/show", drafting.show, need=Right.WRITE, most=_TEXTS, once=False),
    Act("/issues/{slug}/remarks", drafting.remarks, need=Right.WRITE, most=_TEXTS, once=False),
    Act("/issues/{slug}/move", drafting.move, need=Right.WRITE, most=_TEXTS, once=False),
    Act("/issues/{slug}/fill", drafting.fill, need=Right.WRITE, most=_TEXTS, once=False),
    Act("/issues/{slug}/form", drafting.form, need=Right.WRITE, most=_TEXTS, once=False),
    Act("/issues/{slug}/picture", drafting.picture, need=Right.WRITE, most=_PICTURE, files=1),
    Act("/issues/{slug}/test", testing.send, need=Right.WRITE),
)
