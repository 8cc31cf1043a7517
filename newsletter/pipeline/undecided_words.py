"""The words of a notice, in English and French: what is not confirmed has waited a day for somebody to decide.

In: a title, how many people, where to decide. Out: a Message. Called by pipeline.notice_words.
"""

from __future__ import annotations

from newsletter.model.notice import Message
from newsletter.planning.phrases import NBSP, recipients


def message(title: str, people: int, command: str, url: str, language: str) -> Message:
    """The notice. `url`: the mailing's page in the studio, where there is one that others reach."""
    return (_french if language == "fr" else _english)(title, people, command, url)


def _english(title: str, people: int, command: str, url: str) -> Message:
    return Message(
        f"Please decide: {title}, {recipients(people, 'en')} not confirmed",
        (
            f"“{title}”: whether {recipients(people, 'en')} got it is not known, and has waited a day for a decision.",
            "Nobody is mailed twice meanwhile, and nothing happens by itself. You count them as handed over, or hand it over to them once "
            "more; what is known and what is recommended stands beside the choice.",
            f"To decide: {command}, or the mailing’s page in the studio.",
        ),
        "Decide" if url else "",
        url,
    )


def _french(title: str, people: int, command: str, url: str) -> Message:
    return Message(
        f"À trancher{NBSP}: {title}, {recipients(people, 'fr')} à confirmer",
        (
            f"L’envoi «{NBSP}{title}{NBSP}»{NBSP}: on ne sait pas s’il est parvenu à {recipients(people, 'fr')}, et une décision est attendue "
            "depuis un jour.",
            "Personne ne le reçoit deux fois entre-temps, et rien ne se fait tout seul. Vous pouvez compter ces personnes comme servies, "
            "ou leur remettre l’envoi une fois de plus; ce que l’on sait et ce qui est recommandé figurent à côté du choix.",
            f"Pour trancher{NBSP}: {command}, ou la page de l’envoi dans le studio.",
        ),
        "Trancher" if url else "",
        url,
    )
