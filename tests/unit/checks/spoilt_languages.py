"""How to spoil the sample for the checks of its two languages: one of them missing, or left behind by the other."""

from __future__ import annotations

from newsletter.model.translation import Memory, State
from newsletter.pipeline import translating
from newsletter.workspace import record_path, record_text
from tests.unit.checks.mutations import ENGLISH, FRENCH, Workshop, front, spoil, swap
from tests.writing import GREETING

_ONLY = "only: {language: en, by: Marie Roy, reason: The clinic is in English only}"


def recorded(shop: Workshop) -> None:
    """The greeting's French is reviewed, as it stands."""
    desk = shop.writing.desk
    translating.review(desk, translating.look(desk, GREETING), "Marie Roy")


def without_french(shop: Workshop) -> None:
    """There is no French file."""
    (shop.writing.root / FRENCH).unlink()


def with_more(shop: Workshop) -> None:
    """The record knows a text in French that nothing in the French file is like: it was taken out."""
    shop.put(FRENCH, shop.text(FRENCH).replace("Chaleureusement,\n\n", ""))


def unreadable(shop: Workshop) -> None:
    """The record was edited by hand, and is none any more."""
    shop.put(
        record_path(GREETING),
        record_text({"fr": (Memory("", "a", "b", State.DRAFT),)}).replace("draft", "fine"),
    )


spoil("one-language", without_french)
spoil("one-language", front(_ONLY))
spoil("one-language", front(_ONLY.replace("language: en", "language: fr")), without_french)
spoil("front-matter", front(_ONLY.replace("Marie Roy", "Marie")))
spoil("front-matter", front("only: en"))
spoil("translation-stale", recorded, swap(ENGLISH, "a peaceful holiday", "a quiet holiday"))
spoil(
    "translation-stale",
    recorded,
    swap(ENGLISH, "subject: A year of making it work", "subject: A year of work"),
)
spoil("translation-stale", recorded, with_more)
spoil("unreadable", unreadable)
