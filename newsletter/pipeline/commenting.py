"""Commenting: somebody without an account says what they think of a block; staff answer, resolve, reopen.

In: a review link's token or a person, words. Out: links and comments in the store, each act audited. Called by `review`, `comments`,
the studio, the public pages.

An open comment stands in the way of an approval (pipeline.signing). The token of a link is a proof; its row says until when.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from newsletter.compose import anchoring
from newsletter.model import page_token
from newsletter.model.comment import BODY, NAME, Anchor, Comment, ReviewLink
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.outline import Outline
from newsletter.model.page_token import PagePurpose
from newsletter.model.said import Said, alike
from newsletter.pipeline.context import Context
from newsletter.store import audit, comments

LASTS = timedelta(days=14)  #: how long a review link works, unless somebody says otherwise
LONGEST = timedelta(days=180)
_WINDOW, _MOST = timedelta(minutes=10), 20  #: so many comments by one link within so long
_ALL = 1000  #: comments on one issue
# Controls, and the signs that turn the direction of what follows them: a comment stays within its own lines.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def make_link(ctx: Context, slug: str, lasts: timedelta = LASTS) -> tuple[ReviewLink, str]:
    """A new review link of an issue that is there, and its address. Raises NotAllowed for a time that is none."""
    now = ctx.now()
    if not timedelta(0) < lasts <= LONGEST:
        raise NotAllowed(
            Said(
                f"a review link works for at most {LONGEST.days} days",
                f"un lien de révision fonctionne au plus {LONGEST.days} jours",
            ),
            code="review-expires",
            hint=alike("newsletter review ISSUE --expires 14d"),
        )
    with ctx.store.write() as db:
        number = comments.make_link(db, ctx.publication.key, slug, now, ctx.actor, now + lasts)
        audit.note(
            db, now, ctx.actor, "review link", slug, {"link": number, "until": (now + lasts).isoformat()}
        )
        made = comments.link(db, number)
    if made is None:
        raise LookupError(number)
    return made, url(ctx, made)


def url(ctx: Context, link: ReviewLink) -> str:
    """The address of a review link."""
    token = page_token.sign(ctx.keys.signing, ctx.keys.current, PagePurpose.REVIEW, link.number)
    return f"{ctx.settings.text('web.base_url')}/r/{token}"


def links(ctx: Context, slug: str) -> list[ReviewLink]:
    """The review links of an issue that work now, newest first."""
    with ctx.store.read() as db:
        return [one for one in comments.links(db, ctx.publication.key, slug) if one.lives(ctx.now())]


def revoke(ctx: Context, slug: str) -> int:
    """No review link of an issue works any more; how many did. What was said stays."""
    now = ctx.now()
    with ctx.store.write() as db:
        ended = comments.revoke(db, ctx.publication.key, slug, now, ctx.actor)
        if ended:
            audit.note(db, now, ctx.actor, "revoke review links", slug, {"links": ended})
    return ended


def by_token(ctx: Context, token: str) -> ReviewLink | None:
    """The link that a token is of, alive or not; None when it is not ours."""
    number = page_token.read(token, PagePurpose.REVIEW, ctx.keys.tokens)
    if number is None:
        return None
    with ctx.store.read() as db:
        return comments.link(db, number)


def of_issue(ctx: Context, slug: str) -> list[Comment]:
    """All comments on an issue, oldest first."""
    with ctx.store.read() as db:
        return comments.of_issue(db, ctx.publication.key, slug)


def open_on(ctx: Context, slug: str) -> int:
    """How many comments on an issue nobody resolved."""
    with ctx.store.read() as db:
        return comments.open_on(db, ctx.publication.key, slug)


def cleaned(text: str, most: int) -> str:
    """What somebody wrote, in one form, without controls, and no longer than `most` characters."""
    flat = _UNWANTED.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    return re.sub(r"\n{3,}", "\n\n", flat).strip()[:most].rstrip()


def say(
    ctx: Context,
    outline: Outline,
    block: tuple[int, str],
    words: tuple[str, str],
    slug: str,
    link: ReviewLink | None = None,
) -> Comment:
    """A comment on a block of a text, by its index and digest. `words`: who says what; with a `link` it came by that one.

    Raises NotAllowed for words or a name that are missing, for a block that is no more, and for too many at once.
    """
    index = _index(outline, *block)
    if index is None:
        raise NotAllowed(
            Said(
                "the text has changed since you opened this page",
                "le texte a changé depuis que vous avez ouvert cette page",
            ),
            code="comment-block",
            hint=Said(
                "Look at it as it is now, and say it again.",
                "Regardez-le tel qu’il est maintenant, puis dites-le de nouveau.",
            ),
        )
    return _keep(ctx, slug, (outline.language, anchoring.anchor(outline, index)), words, link)


def _index(outline: Outline, index: int, digest: str) -> int | None:
    """Where the block is: what was edited before it does not matter."""
    found = [n for n, piece in enumerate(outline.pieces) if piece.digest == digest]
    return min(found, key=lambda n: abs(n - index), default=None)


def answer(ctx: Context, thread: int, words: tuple[str, str], link: ReviewLink | None = None) -> Comment:
    """An answer to a comment. `words`: who says what. Raises NotFound (of another issue too, where it comes by a link), NotAllowed."""
    found = _thread(ctx, thread)
    if link is not None and link.slug != found.slug:
        raise _unknown(thread)
    return _keep(ctx, found.slug, (found.language, found.anchor), words, link, thread)


def _keep(
    ctx: Context,
    slug: str,
    about: tuple[str, Anchor],
    words: tuple[str, str],
    link: ReviewLink | None,
    thread: int | None = None,
) -> Comment:
    now = ctx.now()
    name, body = " ".join(cleaned(words[0], NAME).split()), cleaned(words[1], BODY)
    _require_said(name, body)
    made = Comment(0, slug, thread, link.number if link else None, *about, name, body, now)
    with ctx.store.write() as db:
        if link is not None:
            _require_alive(comments.link(db, link.number), now)
            _require_room(comments.since(db, link.number, now - _WINDOW), _MOST)
        _require_room(len(comments.of_issue(db, ctx.publication.key, slug)), _ALL)
        number = comments.put(db, ctx.publication.key, made)
        actor = "review-link" if link else ctx.actor
        audit.note(db, now, actor, "comment", slug, {"comment": number, "author": name, "thread": thread})
        kept = comments.get(db, ctx.publication.key, number)
    if kept is None:
        raise LookupError(number)
    return kept


def _require_said(name: str, body: str) -> None:
    if not name:
        raise NotAllowed(
            Said("a comment wants a name", "un commentaire demande un nom"),
            code="comment-name",
            hint=Said("Say who you are.", "Dites qui vous êtes."),
        )
    if not body:
        raise NotAllowed(
            Said("a comment wants words", "un commentaire demande des mots"),
            code="comment-empty",
            hint=Said("Say what you think.", "Dites ce que vous en pensez."),
        )


def _require_alive(link: ReviewLink | None, now: datetime) -> None:
    if link is None or not link.lives(now):
        raise NotAllowed(
            Said("this review link does not work any more", "ce lien de révision ne fonctionne plus"),
            code="review-over",
            hint=Said(
                "Ask whoever sent it to you for another.",
                "Demandez-en un autre à la personne qui vous l’a envoyé.",
            ),
        )


def _require_room(so_far: int, most: int) -> None:
    if so_far >= most:
        raise NotAllowed(
            Said("too many comments at once", "trop de commentaires à la fois"),
            code="comments-many",
            hint=Said(
                "Wait some minutes; nothing that you said before is lost.",
                "Attendez quelques minutes; rien de ce que vous avez déjà dit n’est perdu.",
            ),
        )


def resolve(ctx: Context, thread: int, word: str = "") -> Comment:
    """A comment is settled, with a word where it helps."""
    return _settle(ctx, thread, ctx.now(), cleaned(word, BODY))


def reopen(ctx: Context, thread: int) -> Comment:
    """A comment is not settled after all."""
    return _settle(ctx, thread, None, "")


def _settle(ctx: Context, thread: int, at: datetime | None, word: str) -> Comment:
    now = ctx.now()
    _thread(ctx, thread)
    with ctx.store.write() as db:
        if comments.settle(db, thread, at, ctx.actor, word):
            act = "resolve comment" if at else "reopen comment"
            audit.note(db, now, ctx.actor, act, str(thread), {"word": word} if word else None)
    return _thread(ctx, thread)


def _thread(ctx: Context, number: int) -> Comment:
    with ctx.store.read() as db:
        found = comments.get(db, ctx.publication.key, number)
    if found is None or found.thread is not None:
        raise _unknown(number)
    return found


def _unknown(number: int) -> NotFound:
    return NotFound(
        Said(f"there is no comment {number}", f"il n’y a pas de commentaire {number}"),
        code="comment-unknown",
        hint=Said("`newsletter comments ISSUE` lists them.", "`newsletter comments NUMÉRO` les énumère."),
    )
