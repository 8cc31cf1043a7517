"""Why a mailing stands still, and who was not mailed, in sentences of both languages.

In: a reason as the ledger keeps it; books. Out: sentences. Called by pipeline.notice_words and the pages of the *Hold* link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from newsletter.model.campaign import Books
from newsletter.model.hold import CLAIMED, HELD_BY
from newsletter.model.member import Exclusion
from newsletter.pipeline import answer_words, conclude, control
from newsletter.planning.phrases import NBSP, number

THE_LINK = "the link in a notice"  #: whom a pause by the *Hold* link names
_SHORT = 300
_SPACES = re.compile(r"[^\S\u00a0]+")  # a no-break space is typography

_KNOWN = MappingProxyType(
    {
        conclude.LATE: (
            "Its time passed while nothing was running.",
            "Son heure est passée alors que rien ne fonctionnait.",
        ),
        conclude.TEXT_DIFFERS: (
            "The issue’s files differ from the version that was approved.",
            "Les fichiers du numéro diffèrent de la version approuvée.",
        ),
        conclude.NOT_CONFIRMED: (
            "It is not confirmed whether some people got it. Nobody is mailed twice meanwhile.",
            "Il n’est pas confirmé que tout le monde l’a reçu. Personne ne le reçoit deux fois entre-temps.",
        ),
        conclude.NOT_APPROVED: (
            "Nobody approved it in time.",
            "Personne ne l’a approuvé à temps.",
        ),
        conclude.APPROVAL_OLD: (
            "Its approval had grown too old by its time.",
            "Son approbation était trop ancienne à l’heure prévue.",
        ),
        conclude.COUNT_OFF: (
            "Far more or far fewer people would get it than when it was approved.",
            "Le nombre de destinataires n’est plus du tout celui qui a été approuvé.",
        ),
        conclude.SEGMENT_DIFFERS: (
            "A segment of it says something else than when it was approved.",
            "Un de ses segments ne dit plus ce qui a été approuvé.",
        ),
        conclude.RESCHEDULED: (
            "Those who do not have it got another time, which waits for approval.",
            "Les personnes qui ne l’ont pas reçu ont une nouvelle heure, qui attend une approbation.",
        ),
    }
)
_BEGINNINGS = MappingProxyType(
    {
        control.PERSON: ("By a person: {}.", f"Par une personne{NBSP}: {{}}."),
        HELD_BY: ("Everything was held: {}.", f"Tout a été retenu{NBSP}: {{}}."),
        CLAIMED: ("The database was claimed: {}.", f"La base de données a été reprise{NBSP}: {{}}."),
        "account: ": (
            "Something is wrong with the account at the mail service: {}.",
            f"Le compte auprès du service d’envoi pose problème{NBSP}: {{}}.",
        ),
        f"{conclude.REFUSED_WHOLE}: ": (
            "The mail service refuses it for everybody: {}.",
            f"Le service d’envoi le refuse pour tout le monde{NBSP}: {{}}.",
        ),
        conclude.TROUBLE: ("Too much came back: {}.", f"Trop de retours{NBSP}: {{}}."),
        conclude.NEW_ERROR: (
            "The text is the approved one, but a check finds an error in it now: {}.",
            f"Le texte est celui qui a été approuvé, mais une vérification y relève maintenant une erreur{NBSP}: {{}}.",
        ),
        conclude.SETUP: (
            "Something must be put right first: {}.",
            f"Il faut d’abord corriger ceci{NBSP}: {{}}.",
        ),
    }
)
_RESUME = ("To let it go out", "Pour le laisser partir", "resume")
_WAYS = MappingProxyType(
    {
        conclude.NOT_APPROVED: (
            "To approve it, on the same day only",
            "Pour l’approuver, le jour même seulement",
            "approve",
        ),
        conclude.TEXT_DIFFERS: ("To approve the new text", "Pour approuver le nouveau texte", "approve"),
        conclude.NOT_CONFIRMED: ("To clear it up", "Pour régler la question", "settle"),
        conclude.APPROVAL_OLD: ("To approve it again", "Pour l’approuver de nouveau", "approve"),
        conclude.COUNT_OFF: ("To approve it again", "Pour l’approuver de nouveau", "approve"),
        conclude.SEGMENT_DIFFERS: ("To approve it again", "Pour l’approuver de nouveau", "approve"),
        conclude.RESCHEDULED: ("To approve the new time", "Pour approuver la nouvelle heure", "approve"),
    }
)
_RELEASE = ("To let it go on", "Pour le laisser reprendre", "release")
_LINK = ("By a person, with the link in a notice.", "Par une personne, avec le lien d’un avis.")
_NOT_MAILED = MappingProxyType(
    {
        Exclusion.SUPPRESSED.value: ("on the do-not-mail list", "sur la liste d’exclusion"),
        Exclusion.UNSUBSCRIBED.value: ("unsubscribed", "désabonnés"),
        Exclusion.NO_CONSENT.value: ("no consent on file", "sans consentement au dossier"),
        Exclusion.CONSENT_EXPIRED.value: ("consent had ended", "consentement échu"),
        Exclusion.ALREADY_HAD_IT.value: ("already had this issue", "avaient déjà reçu ce numéro"),
        Exclusion.TIME_PASSED.value: (
            "the time had passed in their zone",
            "l’heure était passée dans leur fuseau",
        ),
        "rejected": ("refused by the mail service", "refusés par le service d’envoi"),
        "cancelled": ("cancelled before their turn", "annulés avant leur tour"),
        "expired": ("their time had passed", "leur heure était passée"),
    }
)


def sentence(reason: str, language: str) -> str:
    """A reason as one sentence. What no table knows stands as it is, shortened."""
    place = language == "fr"
    if reason == f"{control.PERSON}{THE_LINK}":
        return _LINK[place]
    if reason in _KNOWN:
        return _KNOWN[reason][place]
    for beginning, sentences in _BEGINNINGS.items():
        if reason.startswith(beginning):
            return sentences[place].format(
                _short(answer_words.told(reason.removeprefix(beginning), language))
            )
    return f"{_short(answer_words.told(reason, language))}." if reason else ""


def way_on(reason: str, language: str) -> tuple[str, str]:
    """What a person may do so that a held mailing goes on, and the command that does it."""
    kept = reason.startswith((HELD_BY, CLAIMED))  # `resume` would not ask whether its time was missed
    english, french, verb = _RELEASE if kept else _WAYS.get(reason, _RESUME)
    return (french if language == "fr" else english), verb


def _short(text: str) -> str:
    flat = _SPACES.sub(" ", text).strip().rstrip(".")
    return flat if len(flat) <= _SHORT else flat[: _SHORT - 1] + "…"


def not_mailed(books: Books, language: str) -> Iterator[str]:
    """One sentence with everybody who got nothing, by reason; none where there is nobody."""
    found = whom_not(books, language)
    if not found:
        return
    said = ", ".join(f"{number(count, language)} {why}" for why, count in found)
    total = number(sum(count for _, count in found), language)
    yield f"Not mailed: {total} ({said})." if language == "en" else f"Sans envoi{NBSP}: {total} ({said})."


def whom_not(books: Books, language: str) -> list[tuple[str, int]]:
    """Everybody who got nothing: the reason in words, how many; the most frequent first."""
    counted = dict(books.excluded)
    for why, count in books.skipped.items():
        counted[why] = counted.get(why, 0) + count
    counted |= {"rejected": books.rejected, "cancelled": books.cancelled, "expired": books.expired}
    return excluded_words(counted, language)


def excluded_words(counted: Mapping[str, int], language: str) -> list[tuple[str, int]]:
    """Why people are not mailed, in words, and how many each, most first."""
    found = sorted(
        ((count, why) for why, count in counted.items() if count), key=lambda one: (-one[0], one[1])
    )
    return [(why_not(why, language), count) for count, why in found]


def apart(books: Books, language: str) -> list[str]:
    """The same as parts of a sentence: 61 not mailed: consent had ended."""
    gap, word = (NBSP, "sans envoi") if language == "fr" else ("", "not mailed")
    return [f"{number(count, language)} {word}{gap}: {why}" for why, count in whom_not(books, language)]


def why_not(reason: str, language: str) -> str:
    """Why somebody is not mailed, in words for a list."""
    if reason in _NOT_MAILED:
        return _NOT_MAILED[reason][language == "fr"]
    return _short(answer_words.told(reason, language))
