"""Which language a sentence is in, by its small words: English or French.

In: a text and the language that it should be in. Out: the sentences that are in the other. Called by other_language.

Names, quotations and titles are taken out first: “Bank of the West”, « The Next Shift ».
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from newsletter.checks.calendar_words import listed

#: words that make sentences of one language and mean nothing in the other
_SMALL: Final = {
    "en": frozenset(
        listed(
            "the and of to with for from that this these those are is was were will would have has had you your our we they "
            "their its by at be been not which what when where who how more than into about can could should us he she his "
            "her there if because between through it's we're you're don't let's my do does did while after before during "
            "all any each every other both such only also"
        )
    ),
    "fr": frozenset(
        listed(
            "le la les des du et est un une de que qui dans par sur avec nous vous votre vos nos notre au aux ce cette ces "
            "cet il elle ils elles ont sont ne pas leur leurs se à en où mais donc être avoir été fait pour plus sans sous "
            "entre chez dont lors afin ainsi comme tout toute tous toutes très y d l qu s n c j m jusqu lorsqu puisqu je tu "
            "ma mes sa ses ton ta"
        )
    ),
}
#: words of buttons and labels, which have no small words
_LABELS: Final = {
    "en": frozenset(
        listed(
            "learn read register join see click here download watch sign up now online news upcoming meet discover find "
            "free today tomorrow new next deadline apply save seat place place speakers agenda schedule members projects "
            "skills calendar events"
        )
    ),
    "fr": frozenset(
        listed(
            "savoir lire suite inscription inscrivez inscrire découvrir voir télécharger ici ligne nouvelles gratuit demain "
            "aujourd réserver prochaine prochain membres projets compétences calendrier activités membre visionner "
            "consulter"
        )
    ),
}
_NAME: Final = re.compile(
    r"\b[A-ZÀ-Ý][\w’'-]*(?:(?:[ \u00a0](?:of|the|for|and|in|to|on|de|du|des|la|le|les|et|pour|à|&|d’|l’))*[ \u00a0][A-ZÀ-Ý0-9][\w’'-]*)+"
)
_QUOTED: Final = re.compile(
    r"“[^“”]{0,400}”|«[^«»]{0,400}»|\"[^\"\n]{0,400}\"|\{\{[^{}]{0,300}\}\}|https?://\S+|"
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,255}|(?<![\w-])[\w-]{1,63}\.[a-z]{2,24}\b\S*"
)
_END: Final = re.compile(r"(?<=[.!?…;])\s+|\n|\s[–—]\s|\u00a0?:\s")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’]s\b|['’](?:re|t|ll|ve)\b)?", re.UNICODE)
_LEAST: Final = 2  # small words that a short sentence needs
_SURE: Final = 4


class Foreign(NamedTuple):
    """A sentence in the other language. `sure`: several of its small words say so, and none says otherwise."""

    text: str
    sure: bool


def foreign(text: str, language: str) -> Iterator[Foreign]:
    """The sentences of a text that are not in its language ("en" or "fr"; nothing is known of others)."""
    other = {"en": "fr", "fr": "en"}.get(language)
    if other is None:
        return
    for sentence in _END.split(text):
        words = _words(sentence)
        theirs, ours = _count(words, _SMALL[other]), _count(words, _SMALL[language])
        if theirs >= _LEAST and theirs > 3 * ours and 5 * theirs >= len(words):
            yield Foreign(sentence.strip(), theirs >= _SURE and ours == 0)


def label(text: str, language: str) -> bool:
    """True for a label that stands in another language's text as well, and is in `language`: “Learn more”, “Online”."""
    other = {"en": "fr", "fr": "en"}.get(language, "")
    words = _words(text)
    ours = _count(words, _SMALL.get(language, frozenset()) | _LABELS.get(language, frozenset()))
    theirs = _count(words, _SMALL.get(other, frozenset()) | _LABELS.get(other, frozenset()))
    return 0 < len(words) <= 2 * ours and theirs < ours


def _words(sentence: str) -> list[str]:
    plain = _QUOTED.sub(" ", sentence)
    first = _NAME.match(plain.lstrip())
    # A sentence begins with a capital: its first word alone is no name.
    plain = (
        plain
        if first and first.end() == len(plain.strip()) and plain.count(" ") < 2
        else _NAME.sub(" ", plain)
    )
    return [word.replace("’", "'").lower() for word in _WORD.findall(plain)]


def _count(words: list[str], known: frozenset[str]) -> int:
    return sum(word in known for word in words)
