"""Answering: a request with an idempotency key acts once; whoever sends it again gets the first answer.

In: whose request, its key, the digest of what it asks, the act. Out: status and body. Called by the API.

As with the studio's forms (pipeline.once): the key is written down, committed, before the act; the answer after it. Where the program
ended between the two, nobody knows what was done: that is said, and nothing is done again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said
from newsletter.pipeline.context import Context
from newsletter.store import access as answers

KEPT = timedelta(days=2)  #: how long an answer is remembered
_UNFINISHED = timedelta(minutes=2)  #: after so long, an act that has not ended was cut off

UNDONE = 503  #: the status that says that nothing was done

Answer = tuple[int, str]


class KeyReused(NotAllowed):
    """The same key came with another request."""


class StillActing(NotAllowed):
    """The first request with this key is being acted on now."""


def once(
    ctx: Context, access: int, key: str, digest: bytes, act: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """Act, or give the first answer (True: it is that one). What was surely undone (503) may be sent again with its key.

    Raises KeyReused, StillActing, NotAllowed where a first act is not known to have ended.
    """
    now = ctx.now()
    with ctx.store.write() as db:
        answers.forget(db, now - KEPT)
        fresh = answers.begin(db, access, key, digest, now)
    if not fresh:
        return _before(ctx, access, key, digest), True
    answer = act()  # what it raises was foreseen by nobody: the key stays, for nobody knows what was done
    with ctx.store.write() as db:
        if answer[0] == UNDONE:
            answers.withdraw(db, access, key)
        else:
            answers.answer(db, access, key, ctx.now(), answer)
    return answer, False


def _before(ctx: Context, access: int, key: str, digest: bytes) -> Answer:
    with ctx.store.read() as db:
        found = answers.given(db, access, key)
    if found is None:
        raise StillActing(
            Said("it was withdrawn just now", "la demande vient d’être retirée"),
            code="idempotency-busy",
            hint=Said("Send it again.", "Envoyez-la de nouveau."),
        )
    if found.digest != digest:
        raise KeyReused(
            Said(
                "this Idempotency-Key was sent with another request",
                "cette clé Idempotency-Key a déjà servi pour une autre demande",
            ),
            code="idempotency-reused",
            hint=Said(
                "Take a new key for each thing that is to be done.",
                "Prenez une nouvelle clé pour chaque chose à faire.",
            ),
        )
    if found.ended_at is not None:
        return found.status, found.answer
    if ctx.now() - found.begun_at < _UNFINISHED:
        raise StillActing(
            Said(
                "the first request with this Idempotency-Key is still being acted on",
                "la première demande avec cette clé Idempotency-Key est encore en traitement",
            ),
            code="idempotency-busy",
            hint=Said(
                "Ask again in a moment, with the same key.", "Redemandez dans un instant, avec la même clé."
            ),
        )
    raise NotAllowed(
        Said(
            "this was asked for before, and the program ended before it could say whether it was done",
            "ceci a déjà été demandé, et le programme s’est arrêté avant de pouvoir dire si c’est fait",
        ),
        code="idempotency-unfinished",
        hint=Said(
            "Nothing was done now. Look whether it was done before you send it with a new key.",
            "Rien n’a été fait cette fois. Vérifiez si c’est fait avant de l’envoyer avec une nouvelle clé.",
        ),
    )
