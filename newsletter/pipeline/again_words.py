"""The words of two notices, in English and French: a mailing wants to be approved again; somebody who was asked wants a change.

In: a title, a time, a number of people; or who said what. Out: a Message. Called by pipeline.notice_words.
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


def change(title: str, person: str, words: str, slug: str, language: str) -> Message:
    """What somebody who was asked to approve wants changed."""
    said = " ".join(words.split())
    if language == "fr":
        return Message(
            f"{person} demande une modification{NBSP}: {title}",
            (
                f"{person} n’a pas approuvé «{NBSP}{title}{NBSP}» et demande ceci{NBSP}: {said}",
                "C’est maintenant un commentaire ouvert du numéro, qui empêche toute approbation.",
                f"Pour le lire et le régler{NBSP}: newsletter comments {slug}.",
            ),
        )
    return Message(
        f"{person} asks for a change: {title}",
        (
            f"{person} did not approve “{title}” and asks for this: {said}",
            "It is an open comment on the issue now, and stands in the way of any approval.",
            f"To read and resolve it: newsletter comments {slug}.",
        ),
    )
