"""The line after the subject in the inbox.

In: the preheaders of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, warning
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "preheader-missing"

_VIEW = re.compile(
    r"(view|read|see|open)\b.{0,30}\b(browser|online|web)|(voir|lire|afficher|ouvrir)\b.{0,30}\b(navigateur|en ligne|web)",
    re.IGNORECASE,
)
_ADD = Said(
    "Add a line `preheader: …`: it stands after the subject in the inbox; without it mail programs show whatever comes first.",
    f"Ajoutez une ligne `preheader: …`{NBSP}: elle suit l’objet dans la boîte de réception; sans elle, on y voit ce qui vient en premier.",
)
_FILL = Said(
    "Say what the subject leaves open, in {least:g} to {most:g} characters.",
    "Dites ce que l’objet laisse ouvert, en {least:g} à {most:g} caractères.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Every language has a preheader, of a length that inboxes show.

    Level: warning, when there is none, when it only says where to view the mail, under `least` and over `most` characters. The text in
    both languages is not measured.
    """
    least, most = context.number(f"{NAME}.least"), context.number(f"{NAME}.most")
    fill = Said(_FILL.en.format(least=least, most=most), _FILL.fr.format(least=least, most=most))
    for language, text, _page in context.texts:
        if BOTH in language:
            continue
        preheader = " ".join(text.preheader.split())
        place = context.key("preheader", language)
        if not preheader or (_VIEW.match(preheader) and len(preheader) < most):
            message = Said(
                "there is no preheader that says anything", "aucun pré-en-tête ne dit quoi que ce soit"
            )
            yield warning(NAME, message, place, language, hint=_ADD)
        elif not least <= len(preheader) <= most:
            message = Said(
                f"the preheader has {len(preheader)} characters",
                f"le pré-en-tête compte {len(preheader)} caractères",
            )
            yield warning(NAME, message, place, language, hint=fill)
