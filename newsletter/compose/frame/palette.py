"""The palettes and fonts of the theme: colours that can be read upon one another, fonts that every reader has.

In: the values of theme.toml. Out: faults. Called by frame.judging. WCAG 2.1, 1.4.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

from newsletter.compose.frame.theme_faults import Fault, example
from newsletter.model.colour import IS_SEEN, READS, contrast, is_colour
from newsletter.model.finding import Severity
from newsletter.model.said import Said

MODES: Final = ("light", "dark")
COLOURS: Final = ("page", "card", "tint", "text", "quiet", "accent", "on_accent", "festive", "hairline")
#: every pair of colours that meets in a mail: a voice on a ground
PAIRS: Final = (
    *product(("text", "quiet", "accent", "festive"), ("page", "card", "tint")),
    ("on_accent", "accent"),
)
_GENERIC: Final = ("serif", "sans-serif", "monospace", "system-ui")


def colour_faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    """What is no colour, and every pair that cannot be read, in the light palette and in the dark one."""
    for mode in MODES:
        palette = values.get(mode)
        if isinstance(palette, Mapping):
            yield from _palette(mode, palette)


def _palette(mode: str, palette: Mapping[str, Any]) -> Iterator[Fault]:
    for name, colour in palette.items():
        if not is_colour(colour):
            message = Said(
                f"“{mode}.{name}” is no colour", f"«\u00a0{mode}.{name}\u00a0» n’est pas une couleur"
            )
            yield Fault((mode, name), message, example(f'{name} = "#0B5D5B"'))
    for voice, ground in PAIRS:
        one, other = palette.get(voice), palette.get(ground)
        if is_colour(one) and is_colour(other) and contrast(str(one), str(other)) < READS:
            yield _pair(mode, voice, ground, contrast(str(one), str(other)))


def _pair(mode: str, voice: str, ground: str, ratio: float) -> Fault:
    shown = int(ratio * 100) / 100  # never rounded up to what is asked
    message = Said(
        f"{mode}: “{voice}” on “{ground}” has a contrast of {shown}; text needs {READS}",
        f"{mode}\u00a0: le contraste de «\u00a0{voice}\u00a0» sur «\u00a0{ground}\u00a0» est de {_comma(shown)}; il faut {_comma(READS)} pour du texte",
    )
    darker = (mode == "light") is not (voice == "on_accent")
    hint = Said(
        f"Make “{voice}” {'darker' if darker else 'lighter'}, or change “{ground}”.",
        f"Rendez «\u00a0{voice}\u00a0» plus {'foncé' if darker else 'clair'}, ou changez «\u00a0{ground}\u00a0».",
    )
    return Fault((mode, voice), message, hint, Severity.ERROR if ratio < IS_SEEN else Severity.WARNING)


def _comma(number: float) -> str:
    return str(number).replace(".", ",")


def font_faults(fonts: object) -> Iterator[Fault]:
    """Lists of fonts that end a style, that end with nothing, or that name Times."""
    for name, stack in fonts.items() if isinstance(fonts, Mapping) else ():
        for message, hint, severity in _stack(f"fonts.{name}", stack):
            yield Fault(("fonts", name), message, hint, severity)


def _stack(name: str, stack: object) -> Iterator[tuple[Said, Said, Severity]]:
    if not isinstance(stack, str) or set(stack) & set("\"'\\;{}<>"):
        message = Said(
            f"“{name}” holds a sign that would end a style",
            f"«\u00a0{name}\u00a0» contient un signe qui fermerait un style",
        )
        hint = Said("Write names without quotation marks.", "Écrivez les noms sans guillemets.")
        yield message, hint, Severity.ERROR
        return
    families = [part.strip().lower() for part in stack.split(",")]
    if families[-1] not in _GENERIC:
        message = Said(
            f"“{name}” ends with no family that every reader has",
            f"«\u00a0{name}\u00a0» ne finit pas par une famille que tout le monde possède",
        )
        kinds = ", ".join(_GENERIC)
        yield (
            message,
            Said(f"End it with one of: {kinds}.", f"Terminez par l’une de celles-ci\u00a0: {kinds}."),
            Severity.ERROR,
        )
    if any(part.startswith("times") for part in families):
        message = Said(
            f"“{name}” names Times, which is what a mail without any type looks like",
            f"«\u00a0{name}\u00a0» nomme Times, l’allure d’un courriel sans typographie",
        )
        yield message, Said("Georgia is everywhere.", "Georgia est partout."), Severity.WARNING
