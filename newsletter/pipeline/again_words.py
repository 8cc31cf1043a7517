"""The words of the notice that an approved mailing wants to be approved again, in English and French.

In: a title, a time, a number of people. Out: a Message. Called by pipeline.notice_words.
"""

from __future__ import annotations

from newsletter.model.notice import Message
from newsletter.planning.phrases import NBSP, recipients


def message(title: str, planned: str, people: int | None, command: str, language: str) -> Message:
    """The notice. `people`: how many would get it now, where that is why; None: the approval will be too old by then."""
    return (_french if language == "fr" else _english)(title, planned, people, command)


def _english(title: str, planned: str, people: int | None, command: str) -> Message:
    why = (
        f"{recipients(people, 'en')} would get it now, far from the number that was approved."
        if people is not None
        else "Its approval will be too old by then."
    )
    return Message(
        f"Please approve again: {title}",
        (
            f"“{title}” is planned for {planned}. {why}",
            "Unless it is approved again it does not go out: it is held at that time, and you are told.",
            f"To approve it again: {command}.",
        ),
    )


def _french(title: str, planned: str, people: int | None, command: str) -> Message:
    why = (
        f"Il s’adresserait maintenant à {recipients(people, 'fr')}, loin du nombre qui a été approuvé."
        if people is not None
        else "Son approbation sera alors trop ancienne."
    )
    return Message(
        f"À approuver de nouveau{NBSP}: {title}",
        (
            f"L’envoi «{NBSP}{title}{NBSP}» est prévu le {planned}. {why}",
            f"Sans nouvelle approbation, il ne part pas{NBSP}: il sera retenu à ce moment-là, et vous le saurez.",
            f"Pour l’approuver de nouveau{NBSP}: {command}.",
        ),
    )
