"""What was asked of a provider about a call in doubt, and what it answered, in words.

In: an Inquiry. Out: English and French. Called by settle, passage and the studio.
"""

from __future__ import annotations

from types import MappingProxyType

from newsletter.model.inquiry import Inquiry, Question, Reply
from newsletter.model.said import NBSP, Said

QUESTIONS = MappingProxyType(
    {
        Question.LOOK_UP: Said("looked up in the service’s log", "recherche dans le journal du service"),
        Question.REVOKE: Said("the service was told to revoke it", "révocation demandée au service"),
        Question.CONFIRM: Said("asked whether the revocation stands", "vérification de la révocation"),
        Question.RELEASE: Said(
            "the revocation, which stops nothing more, was ended",
            "fin de la révocation, qui n’arrête plus rien",
        ),
    }
)
REPLIES = MappingProxyType(
    {
        Reply.ACCEPTED: Said("it was taken, and is on its way", "il a été pris, et il est en route"),
        Reply.TAKEN: Said(
            "it was taken; whether it was discarded cannot be seen",
            "il a été pris; on ne voit pas s’il a été écarté",
        ),
        Reply.REVOKED: Said("it is revoked", "il est révoqué"),
        Reply.ABSENT: Said(
            "nothing is known of it there, which is no proof", "il y est inconnu, ce qui n’est pas une preuve"
        ),
        Reply.STANDING: Said("it is not revoked", "il n’est pas révoqué"),
        Reply.FULL: Said(
            "no room: as many are revoked as the service allows",
            f"plus de place{NBSP}: le service n’en révoque pas davantage",
        ),
        Reply.RELEASED: Said("done", "c’est fait"),
        Reply.UNAVAILABLE: Said("no answer could be had", "aucune réponse n’a pu être obtenue"),
        Reply.LOST: Said("the answer is not known", "la réponse n’est pas connue"),
    }
)
_DISCARDED = Said("it was taken, and discarded", "il a été pris, puis écarté")


def told(one: Inquiry) -> Said:
    """One inquiry, as the rest of a sentence that begins with its time."""
    question, reply = QUESTIONS[one.question], REPLIES[one.reply]
    if (one.question, one.reply) == (Question.LOOK_UP, Reply.REVOKED):
        reply = _DISCARDED
    detail = f" ({one.detail})" if one.detail else ""
    return Said(f"{question.en}: {reply.en}{detail}", f"{question.fr}{NBSP}: {reply.fr}{detail}")
