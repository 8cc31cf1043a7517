"""Text that cannot be told from its ground.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.colours import Colour, contrast
from newsletter.checks.context import CheckContext, error, short, warning
from newsletter.checks.looks import Look, Run
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said, decimal

NAME = "contrast"

_LARGE, _LARGE_BOLD = 24, 18.66  #: CSS pixels (18 and 14 points: WCAG 2.1)
_HINT = Said(
    "Make one of the two colours darker or lighter; the colours stand in templates/theme.toml.",
    "Rendez l’une des deux couleurs plus foncée ou plus claire; elles se trouvent dans templates/theme.toml.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Text stands out from its ground, on a light screen and in the mail's own dark colours (WCAG 2.1, 1.4.3).

    Levels: error under a ratio of `least`; warning under `text`, or under `large` for letters of 24 px, or 18.66 px bold. The colours
    are those of the final HTML; a ground that is a picture or a gradient is not judged.
    """
    for language in context.pages:
        seen: set[tuple[Colour, Colour]] = set()
        for run in context.runs[language] if BOTH not in language else ():
            for look, dark in ((run.light, False), (run.dark, True)):
                if (
                    look is None
                    or look.text is None
                    or look.ground is None
                    or (look.text, look.ground) in seen
                ):
                    continue
                ratio = contrast(look.text, look.ground)
                if ratio < _wanted(context, look):
                    seen.add((look.text, look.ground))
                    yield _finding(context, run, look, ratio, language, dark=dark)


def _wanted(context: CheckContext, look: Look) -> float:
    large = look.size >= _LARGE or (look.bold and look.size >= _LARGE_BOLD)
    return context.number(f"{NAME}.large" if large else f"{NAME}.text")


def _finding(
    context: CheckContext, run: Run, look: Look, ratio: float, language: str, *, dark: bool
) -> Finding:
    shown, told = short(run.words, 40), decimal(ratio, 1)
    colours = f"{_hex(look.text)}, {_hex(look.ground)}"
    screen = Said(" on a dark screen", " en mode sombre") if dark else Said("", "")
    message = Said(
        f"“{shown}” has a contrast of {told.en}:1 with its ground{screen.en} ({colours})",
        f"«{NBSP}{shown}{NBSP}» a un contraste de {told.fr}{NBSP}:{NBSP}1 avec son fond{screen.fr} ({colours})",
    )
    make = error if ratio < context.number(f"{NAME}.least") else warning
    place = context.where(run.words, language) or context.template
    return make(NAME, message, place, language, hint=_HINT)


def _hex(colour: Colour | None) -> str:
    return "#{:02X}{:02X}{:02X}".format(*(colour or (0, 0, 0)))
