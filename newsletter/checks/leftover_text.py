"""Words that were never meant for readers, and years of the issue that this one was copied from.

In: the texts of an email, the planned time. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.checks.context import CheckContext, error, short, warning
from newsletter.checks.page import Page
from newsletter.model.edition import EditionText
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said, quoted

NAME = "leftover-text"

_FINISH = Said("Finish it or take it out.", "Terminez-le ou retirez-le.")
_REPLACE = Said("Replace it with your own words.", "Remplacez-le par vos propres mots.")
_BEGIN = Said(
    "Begin each point with “- ”.", f"Commencez chaque point par «{NBSP}-{NBSP}», suivi d’une espace."
)
_CLOSE = Said(
    "They stand close to the words, on both sides: **words**.",
    f"Elles se collent aux mots, des deux côtés{NBSP}: **mots**.",
)


class Leftover(NamedTuple):
    """A form of words, whether it is surely a mistake, whether it begins a sentence that is to be quoted, and whether it may stand in code."""

    pattern: re.Pattern[str]
    sure: bool = True
    sentence: bool = False
    sample: bool = False


_BLANKS = (
    r"link|lien|url|image|picture|photo|logo|title|titre|text|texte|name|nom|first ?name|prénom|date|time|heure|place|lieu|company|"
    r"entreprise|placeholder|insert\b[^\]]*|insérer?\b[^\]]*|your\b[^\]]*|votre\b[^\]]*|x+|\?+|_+|"
    r"to come|à venir|tk|tbd|tbc|todo|à confirmer|à compléter|à faire|draft|brouillon|name of\b[^\]]*|nom d[eu’'][^\]]*|"
    r"e-?mail|courriel|address|adresse|phone|téléphone|speaker|sponsor|quote|citation|caption|légende|summary|résumé"
)
LEFTOVERS = (
    Leftover(re.compile(r"\blorem ipsum\b|\bdolor sit amet\b|\bconsectetur adipisc", re.IGNORECASE)),
    Leftover(re.compile(r"\b(?:TODO|FIXME|XXX+|À COMPLÉTER|À FAIRE|À TRADUIRE)\b")),
    Leftover(re.compile(r"\b(?:DRAFT|BROUILLON|ÉBAUCHE)\b|^(?:Draft|Brouillon|Ébauche)[\s\u00a0]*[:–-]")),
    Leftover(re.compile(rf"\[(?:{_BLANKS})\]", re.IGNORECASE)),
    Leftover(re.compile(r"\[(?:Check me|À vérifier)\b"), sentence=True),
    Leftover(
        re.compile(r"\b(?:insert|your) text here\b|\b(?:votre texte|texte à insérer) ici\b", re.IGNORECASE)
    ),
    Leftover(
        re.compile(
            r"\binsert\s(?:an?|the|your|image|picture|photo|text|link|logo|quote|name|title|date)\b[^.!?\n]{0,40}\bhere\b|"
            r"\bins[ée]re[rz]\s(?:une?|les?|la|l[’']|votre|vos|ici|image|photo|texte|lien|nom|titre|date)\b[^.!?\n]{0,40}\bici\b|"
            r"\bplaceholder text\b|\bdummy text\b|\btexte (?:fictif|provisoire)\b",
            re.IGNORECASE,
        )
    ),
    Leftover(re.compile(r"\bFirst ?[Nn]ame,? Last ?[Nn]ame\b|\bPrénom,? Nom\b|^(?:Untitled|Sans titre)$")),
    Leftover(
        re.compile(r"\bexample\.(?:com|net|org)\b|\bexemple\.(?:com|ca|org)\b", re.IGNORECASE), sample=True
    ),
    Leftover(re.compile(r"\b(?:TBD|TBC|À CONFIRMER)\b"), sure=False),
    Leftover(re.compile(r"\bWrite here\b|\bÉcrivez ici\b"), sure=False, sentence=True),
    Leftover(re.compile(r"^(?:Copy of|Copie de)\b|\((?:copy|copie)(?: \d+)?\)", re.IGNORECASE), sure=False),
)
_BULLET = re.compile(r"^[ \t]*[•●▪◦‣·][ \t\u00a0]*\S.*$", re.MULTILINE)
_STARS = re.compile(r"\*\*(?!\*)[^*\s]{0,30}")
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*((?:19|20)\d\d)(?:\s*[-–]\s*((?:19|20)\d\d))?", re.IGNORECASE
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Nothing is left over from writing or from an earlier issue.

    Level: error for lorem ipsum, TODO, XXX, DRAFT, BROUILLON, À FAIRE, À COMPLÉTER, `[link]`, `[à venir]` and other blanks in brackets, "insert the
    quote here", "First name Last name", `[Check me …]` and `[À vérifier …]` of a teaser that nobody read yet, example.com (but not in code, where
    it is a sample); warning
    for TBD, TBC, À CONFIRMER, the sentences of a new issue ("Write here …"), "Copy of …", bullets (•) and stars (`**`) that Markdown made nothing of, a copyright year other than that of the planned day.
    Looks at subject, preheader, title, text, links and alternative texts.
    """
    for language, text, page in context.texts:
        seen: set[str] = set()
        code = " ".join(page.code)
        for part in _parts(context, language, text, page):
            for leftover, found in _found(part, code):
                words = _around(part, found) if leftover.sentence else found.group()
                if words not in seen:
                    seen.add(words)
                    yield _finding(context, words, found.group(), language, sure=leftover.sure)
        yield from _years(context, page, language)
        yield from _pasted(context, page, language)


def _found(part: str, code: str) -> Iterator[tuple[Leftover, re.Match[str]]]:
    for leftover in LEFTOVERS:
        for found in leftover.pattern.finditer(part):
            if not (leftover.sample and found.group() in code):
                yield leftover, found


def _parts(context: CheckContext, language: str, text: EditionText, page: Page) -> Iterator[str]:
    yield context.filled[language].subject
    yield text.preheader
    yield text.title
    yield page.text
    yield from (link.url for link in context.artwork.links if link.language in {language, ""})
    for element in page.elements:
        yield element.attributes.get("alt", "")


def _around(part: str, found: re.Match[str]) -> str:
    """The sentence's beginning, so that several such places are told apart."""
    return short(part[found.start() : found.start() + 60], 40)


def _finding(context: CheckContext, words: str, found: str, language: str, *, sure: bool) -> Finding:
    place = context.where(words.rstrip("…"), language) or context.where(found, language) or context.template
    shown = quoted(short(words))
    if sure:
        message = Said(f"{shown.en} looks unfinished", f"{shown.fr} semble inachevé")
        return error(NAME, message, place, language, hint=_FINISH)
    message = Said(f"{shown.en} was left over", f"{shown.fr} est un reste")
    return warning(NAME, message, place, language, hint=_REPLACE)


def _pasted(context: CheckContext, page: Page, language: str) -> Iterator[Finding]:
    """Lists and bold words as word processors write them: Markdown runs such lines into one, and keeps such stars."""
    issue = context.rendering.issue
    body = issue.texts[language].body if issue and language in issue.texts else ""
    if bullet := _BULLET.search(body):
        shown = quoted(bullet.group().strip()[:1])
        message = Said(
            f"{shown.en} makes no list: its lines would run into one",
            f"{shown.fr} ne fait pas de liste{NBSP}: ses lignes n’en feraient qu’une",
        )
        place = context.where(bullet.group().strip(), language) or context.template
        yield warning(NAME, message, place, language, hint=_BEGIN)
    code = " ".join(page.code)
    stars = next((found.group() for found in _STARS.finditer(page.text) if found.group() not in code), None)
    if stars and "**" in body.replace("\\*", ""):
        shown = quoted(short(stars.strip(), 30))
        message = Said(
            f"the stars of {shown.en} would be read as they stand",
            f"les étoiles de {shown.fr} se liraient telles quelles",
        )
        place = context.where(stars.strip(), language) or context.where("**", language) or context.template
        yield warning(NAME, message, place, language, hint=_CLOSE)


def _years(context: CheckContext, page: Page, language: str) -> Iterator[Finding]:
    year = context.planned_at.year
    for found in _COPYRIGHT.finditer(page.text):
        stated = int(found.group(2) or found.group(1))
        if stated != year:
            place = context.where(found.group(), language) or context.template
            shown = quoted(found.group())
            message = Said(
                f"{shown.en}, but the mail goes out in {year}", f"{shown.fr}, mais le courriel part en {year}"
            )
            yield warning(NAME, message, place, language)
