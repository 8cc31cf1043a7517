"""Subjects that look like spam.

In: the subjects of an email, the sender's names. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, warning
from newsletter.checks.subject_missing import subject_text
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "subject-style"

_LONG_WORD = 4  #: shorter ones may be abbreviations: AGM, ROI, PME
_REPLY = re.compile(r"(re|fwd?|tr|rép)\s*:", re.IGNORECASE)
_MANY = re.compile(r"[!?]{2,}|!.*!")
_MODIFIERS = frozenset("\u200d\ufe0e\ufe0f")


def check(context: CheckContext) -> Iterator[Finding]:
    """The subject is written as a person writes, and filters let such pass.

    Level: warning, when more than `capitals` percent of its words (of four letters or more) are in capitals, for several exclamation
    marks, more than `emoji` emoji or nothing else, a false "Re:" or "Fwd:" (Gmail's sender rules), and a phrase of the list `phrases`.
    """
    for language, text, _page in context.texts:
        if BOTH in language:
            continue
        subject = subject_text(text.subject, context.artwork).strip()
        place = context.key("subject", language)
        for message, hint in _faults(subject, context):
            yield warning(NAME, message, place, language, hint=hint)


def _faults(subject: str, context: CheckContext) -> Iterator[tuple[Said, Said]]:
    if _loud(subject) > context.number(f"{NAME}.capitals"):
        yield (
            Said("the subject shouts in capitals", "l’objet crie en majuscules"),
            Said("Write it in small letters.", "Écrivez-le en minuscules."),
        )
    if _MANY.search(subject):
        yield (
            Said(
                "the subject has several exclamation or question marks",
                "l’objet a plusieurs points d’exclamation ou d’interrogation",
            ),
            Said("One is enough, none is better.", "Un seul suffit; aucun, c’est mieux."),
        )
    if _REPLY.match(subject):
        yield (
            Said(
                "the subject pretends to be an answer or to be forwarded",
                "l’objet feint une réponse ou un transfert",
            ),
            Said(
                "Take the beginning out: mail providers forbid it.",
                f"Retirez ce début{NBSP}: les fournisseurs de courriel l’interdisent.",
            ),
        )
    yield from _emoji(subject, context.number(f"{NAME}.emoji"))
    folded = subject.casefold().replace("’", "'")
    for phrase in context.words(f"{NAME}.phrases"):
        if re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", folded):
            yield (
                Said(
                    f"“{phrase}” in the subject is what spam says",
                    f"«{NBSP}{phrase}{NBSP}», dans l’objet, est ce que dit un pourriel",
                ),
                Said("Say it in other words.", "Dites-le autrement."),
            )


def _loud(subject: str) -> float:
    words = [word for word in re.findall(r"[^\W\d_]+", subject) if len(word) >= _LONG_WORD]
    return 100 * sum(word.isupper() for word in words) / len(words) if words else 0


def _emoji(subject: str, most: float) -> Iterator[tuple[Said, Said]]:
    marks = [sign for sign in subject if unicodedata.category(sign) == "So"]
    rest = [sign for sign in subject if sign not in marks and sign not in _MODIFIERS and not sign.isspace()]
    if marks and not rest:
        yield (
            Said("the subject holds nothing but emoji", "l’objet ne contient que des émojis"),
            Said("Say in words what the mail is about.", "Dites en mots de quoi parle le courriel."),
        )
    elif len(marks) > most:
        yield (
            Said(f"the subject has {len(marks)} emoji", f"l’objet compte {len(marks)} émojis"),
            Said(
                f"Keep {most:g} at most: screen readers speak each by its name.",
                f"Gardez-en {most:g} au plus{NBSP}: les lecteurs d’écran énoncent le nom de chacun.",
            ),
        )
