"""The words of notices, in English and French, for somebody who reads them on a phone.

In: what a notice tells of. Out: a Message. Called by pipeline.notices.

French of Canada: a no-break space before a colon and inside « », none before ; ! ?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from newsletter.model.campaign import Books
from newsletter.model.notice import Message, NoticeKind
from newsletter.model.said import recalled
from newsletter.pipeline import again_words, conclude, reason_words, undecided_words
from newsletter.planning.phrases import NBSP, clock, long_day, number, recipients, zone_name


@dataclass(frozen=True, slots=True)
class Facts:
    """What a notice tells of. Times are naive and by the clock of `zone`; `first` is when the first readers get it."""

    number: int = 0
    slug: str = ""
    title: str = ""
    subject: str = ""
    local: datetime | None = None
    first: datetime | None = None
    zone: str = ""
    readers_time: bool = False
    people: int | None = None
    reason: str = ""
    books: Books = field(default_factory=Books)
    url: str = ""
    since: datetime | None = None
    waiting: tuple[str, ...] = ()
    days: tuple[datetime, ...] = ()
    person: str = ""
    change: str = ""
    undecided: int = 0


def message(kind: NoticeKind, facts: Facts, language: str) -> Message:
    """A notice in words. `language` is en or fr."""
    if facts.change:
        return again_words.change(facts.title, facts.person, facts.change, facts.slug, language)
    if facts.undecided:
        command = _commands(facts, "settle")
        return undecided_words.message(facts.title, facts.undecided, command, facts.url, language)
    return (_FRENCH if language == "fr" else _ENGLISH)[kind](facts)


def _when(moment: datetime | None, language: str) -> str:
    if moment is None:
        return "now" if language == "en" else "maintenant"
    at = "at" if language == "en" else "à"
    return f"{long_day(moment.date(), language)} {at} {clock(moment.time(), language)}"


def _where(facts: Facts, language: str) -> str:
    if facts.readers_time:
        return ", in each reader’s own time" if language == "en" else ", à l’heure de chaque destinataire"
    return f", {zone_name(facts.zone, language)}" if facts.zone else ""


def _planned(facts: Facts, language: str) -> str:
    return f"{_when(facts.local, language)}{_where(facts, language)}"


def _commands(facts: Facts, *verbs: str) -> str:
    return ", ".join(f"newsletter {verb} {facts.number}" for verb in verbs)


def _way_on(facts: Facts, language: str) -> str:
    said, verb = reason_words.way_on(facts.reason, language)
    return f"{said}{NBSP if language == 'fr' else ''}: {_commands(facts, verb)}"


# --- English ---


def _approval_en(facts: Facts) -> Message:
    if facts.reason in conclude.CONFIRM:
        return again_words.message(
            facts.title, _planned(facts, "en"), facts.people, _commands(facts, "approve"), "en"
        )
    return Message(
        f"Please approve: {facts.title}",
        (
            f"“{facts.title}” is planned for {_when(facts.local, 'en')}{_where(facts, 'en')}. It waits for your approval.",
            "Without one it does not go out: it is held at that time, and you are told.",
            f"To look at it first: newsletter test {facts.slug} --to YOUR-ADDRESS. To approve it: {_commands(facts, 'approve')}.",
        ),
    )


def _ahead_en(facts: Facts, subject: str) -> Message:
    people = f", to {recipients(facts.people, 'en')}" if facts.people is not None else ""
    told = [
        f"“{facts.title}” goes out on {_when(facts.local, 'en')}{_where(facts, 'en')}{people}.",
    ]
    if facts.first and facts.first != facts.local:
        told.append(f"The first of them get it on {_when(facts.first, 'en')}, {zone_name(facts.zone, 'en')}.")
    if facts.reason:
        told.append(f"As things stand, it will be held then. {reason_words.sentence(facts.reason, 'en')}")
    told.append(f"Subject of the mail: {facts.subject}")
    told.append(
        "Is something not right? Hold it: nobody new gets it then, and nothing is lost. The link works on a phone."
    )
    return Message(subject, tuple(told), "Hold this mailing", facts.url)


def _day_en(facts: Facts) -> Message:
    return _ahead_en(facts, f"Goes out {_when(facts.first or facts.local, 'en')}: {facts.title}")


def _hour_en(facts: Facts) -> Message:
    return _ahead_en(facts, f"Goes out within the hour: {facts.title}")


def _held_en(facts: Facts) -> Message:
    return Message(
        f"Held: {facts.title}",
        (
            f"“{facts.title}” waits for you. {reason_words.sentence(facts.reason, 'en')}",
            "Nobody new gets it until a person decides.",
            f"How it stands: {_commands(facts, 'report')}. {_way_on(facts, 'en')}. To end it: {_commands(facts, 'cancel')}.",
        ),
    )


def _paused_en(facts: Facts) -> Message:
    return Message(
        f"Paused: {facts.title}",
        (
            f"“{facts.title}” is paused. {reason_words.sentence(facts.reason, 'en')}",
            "Nobody new gets it meanwhile. What was handed over before cannot be called back.",
            f"To let it go on: {_commands(facts, 'resume')}. To end it: {_commands(facts, 'cancel')}.",
        ),
    )


def _finished_en(facts: Facts) -> Message:
    books = facts.books
    return Message(
        f"Finished: {facts.title}, {recipients(books.accepted, 'en')}",
        (
            f"“{facts.title}” is finished. Handed over to the mail service: {recipients(books.accepted, 'en')}, of "
            f"{number(books.candidates, 'en')} in the segment. What the receiving servers say follows in the report.",
            *reason_words.not_mailed(books, "en"),
            "The books are closed: nobody is missing, and nobody waits.",
            f"The report: {_commands(facts, 'report')}.",
        ),
    )


def _silent_en(facts: Facts) -> Message:
    return Message(
        "Nothing is being sent: the newsletter program is silent",
        (
            f"The part of the program that sends has shown no sign of life since {_when(facts.since, 'en')}, "
            f"{zone_name(facts.zone, 'en')}.",
            f"These mailings wait for it: {'; '.join(facts.waiting)}.",
            "Nobody gets anything twice because of it. Ask whoever looks after the computer to start newsletter serve (or newsletter "
            "work) again.",
        ),
    )


def _trouble_en(facts: Facts) -> Message:
    return Message(
        f"Not prepared yet: {facts.title}, {long_day(facts.local.date(), 'en') if facts.local else ''}",
        (
            f"“{facts.title}” comes back on {_when(facts.local, 'en')}, and its draft could not be made: {recalled(facts.reason).en}",
            "It is tried again by itself. Without a draft that you approve it does not go out.",
            f"To see what is wrong: newsletter check {facts.slug}.",
        ),
    )


def _missed_en(facts: Facts) -> Message:
    days = ", ".join(long_day(day.date(), "en") for day in facts.days)
    return Message(
        f"Missed: {facts.title}",
        (
            f"“{facts.title}” was to come back on {days}, and there was no draft of it by then: the program was not running, or the "
            "issue had errors. It did not go out, and it does not go out late.",
            "The next one is prepared as a draft.",
        ),
    )


# --- French ---


def _quoted(title: str) -> str:
    return f"«{NBSP}{title}{NBSP}»"


def _approval_fr(facts: Facts) -> Message:
    if facts.reason in conclude.CONFIRM:
        return again_words.message(
            facts.title, _planned(facts, "fr"), facts.people, _commands(facts, "approve"), "fr"
        )
    return Message(
        f"À approuver{NBSP}: {facts.title}",
        (
            f"L’envoi {_quoted(facts.title)} est prévu le {_when(facts.local, 'fr')}{_where(facts, 'fr')}. Il attend votre approbation.",
            f"Sans elle, il ne part pas{NBSP}: il sera retenu à ce moment-là, et vous le saurez.",
            f"Pour le voir d’abord{NBSP}: newsletter test {facts.slug} --to VOTRE-ADRESSE. Pour l’approuver{NBSP}: "
            f"{_commands(facts, 'approve')}.",
        ),
    )


def _ahead_fr(facts: Facts, subject: str) -> Message:
    people = f" Il s’adresse à {recipients(facts.people, 'fr')}." if facts.people is not None else ""
    told = [
        f"L’envoi {_quoted(facts.title)} part le {_when(facts.local, 'fr')}{_where(facts, 'fr')}.{people}"
    ]
    if facts.first and facts.first != facts.local:
        told.append(
            f"Les premiers le reçoivent le {_when(facts.first, 'fr')}, {zone_name(facts.zone, 'fr')}."
        )
    if facts.reason:
        told.append(f"En l’état, il sera alors retenu. {reason_words.sentence(facts.reason, 'fr')}")
    told.append(f"Objet du courriel{NBSP}: {facts.subject}")
    told.append(
        f"Quelque chose ne va pas? Retenez-le{NBSP}: plus personne ne le recevra, et rien ne sera perdu. Le lien fonctionne sur un "
        "téléphone."
    )
    return Message(subject, tuple(told), "Retenir cet envoi", facts.url)


def _day_fr(facts: Facts) -> Message:
    return _ahead_fr(facts, f"Part le {_when(facts.first or facts.local, 'fr')}{NBSP}: {facts.title}")


def _hour_fr(facts: Facts) -> Message:
    return _ahead_fr(facts, f"Part dans moins d’une heure{NBSP}: {facts.title}")


def _held_fr(facts: Facts) -> Message:
    return Message(
        f"Retenu{NBSP}: {facts.title}",
        (
            f"L’envoi {_quoted(facts.title)} est en attente de vous. {reason_words.sentence(facts.reason, 'fr')}",
            "Plus personne ne le reçoit avant que quelqu’un décide.",
            f"Où il en est{NBSP}: {_commands(facts, 'report')}. {_way_on(facts, 'fr')}. Pour y mettre fin{NBSP}: "
            f"{_commands(facts, 'cancel')}.",
        ),
    )


def _paused_fr(facts: Facts) -> Message:
    return Message(
        f"En pause{NBSP}: {facts.title}",
        (
            f"L’envoi {_quoted(facts.title)} est en pause. {reason_words.sentence(facts.reason, 'fr')}",
            "Plus personne ne le reçoit pour l’instant. Ce qui a déjà été remis ne peut pas être rappelé.",
            f"Pour continuer{NBSP}: {_commands(facts, 'resume')}. Pour y mettre fin{NBSP}: {_commands(facts, 'cancel')}.",
        ),
    )


def _finished_fr(facts: Facts) -> Message:
    books = facts.books
    return Message(
        f"Terminé{NBSP}: {facts.title}, {recipients(books.accepted, 'fr')}",
        (
            f"L’envoi {_quoted(facts.title)} est terminé. Remis au service d’envoi{NBSP}: {recipients(books.accepted, 'fr')}, sur "
            f"{number(books.candidates, 'fr')} du segment. La réponse des serveurs suivra dans le rapport.",
            *reason_words.not_mailed(books, "fr"),
            f"Le décompte est fermé{NBSP}: personne ne manque, personne n’attend.",
            f"Le rapport{NBSP}: {_commands(facts, 'report')}.",
        ),
    )


def _silent_fr(facts: Facts) -> Message:
    return Message(
        f"Rien ne part{NBSP}: le programme de l’infolettre est muet",
        (
            f"La partie du programme qui envoie n’a plus donné signe de vie depuis le {_when(facts.since, 'fr')}, "
            f"{zone_name(facts.zone, 'fr')}.",
            f"Ces envois l’attendent{NBSP}: {'; '.join(facts.waiting)}.",
            "Personne ne recevra rien en double pour autant. Demandez à la personne qui s’occupe de l’ordinateur de relancer newsletter "
            "serve (ou newsletter work).",
        ),
    )


def _trouble_fr(facts: Facts) -> Message:
    return Message(
        f"Pas encore préparé{NBSP}: {facts.title}, {long_day(facts.local.date(), 'fr') if facts.local else ''}",
        (
            f"L’envoi {_quoted(facts.title)} revient le {_when(facts.local, 'fr')}, et son ébauche n’a pas pu être faite{NBSP}: "
            f"{recalled(facts.reason).told('fr')}",
            "Un nouvel essai se fera tout seul. Sans une ébauche que vous approuvez, il ne part pas.",
            f"Pour voir ce qui ne va pas{NBSP}: newsletter check {facts.slug}.",
        ),
    )


def _missed_fr(facts: Facts) -> Message:
    days = ", ".join(f"le {long_day(day.date(), 'fr')}" for day in facts.days)
    return Message(
        f"Manqué{NBSP}: {facts.title}",
        (
            f"L’envoi {_quoted(facts.title)} devait revenir {days}, et il n’y avait pas d’ébauche{NBSP}: le programme ne "
            "fonctionnait pas, ou le numéro contenait des erreurs. Il n’est pas parti, et ne partira pas en retard.",
            "Le prochain est préparé comme ébauche.",
        ),
    )


_Words = Mapping[NoticeKind, Callable[[Facts], Message]]
_ENGLISH: _Words = MappingProxyType(
    {
        NoticeKind.APPROVAL: _approval_en,
        NoticeKind.DAY: _day_en,
        NoticeKind.HOUR: _hour_en,
        NoticeKind.HELD: _held_en,
        NoticeKind.PAUSED: _paused_en,
        NoticeKind.FINISHED: _finished_en,
        NoticeKind.SILENT: _silent_en,
        NoticeKind.TROUBLE: _trouble_en,
        NoticeKind.MISSED: _missed_en,
    }
)
_FRENCH: _Words = MappingProxyType(
    {
        NoticeKind.APPROVAL: _approval_fr,
        NoticeKind.DAY: _day_fr,
        NoticeKind.HOUR: _hour_fr,
        NoticeKind.HELD: _held_fr,
        NoticeKind.PAUSED: _paused_fr,
        NoticeKind.FINISHED: _finished_fr,
        NoticeKind.SILENT: _silent_fr,
        NoticeKind.TROUBLE: _trouble_fr,
        NoticeKind.MISSED: _missed_fr,
    }
)
