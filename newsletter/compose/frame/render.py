"""Templates of one language rendered: a text, or a finding with file and line.

In: a template's path and values. Out: the rendered text with line marks, or None. Called by frame.looks, compose.parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from newsletter.compose.body.wrapping import Wrapper
from newsletter.compose.findings import LIMIT, TEMPLATE, Findings
from newsletter.compose.frame.environment import BREAK_THE_CIRCLE, ROOT, MapLoader, TemplateEnvironment
from newsletter.compose.frame.filters import (
    date_filters,
    locale_for,
    number_filter,
    shaping_filters,
    text_filters,
    zone_filter,
)
from newsletter.compose.frame.jinja_words import in_french
from newsletter.compose.frame.values import Misuse
from newsletter.compose.request import Request
from newsletter.compose.tokens import Tokens
from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said

_UNDEFINED = Said("a name is not defined", "un nom n’est pas défini")
_ENDLESS = Said(
    "templates or macros call one another without end",
    "des gabarits ou des macros s’appellent les uns les autres sans fin",
)
_TOO_MUCH = Said(
    "this makes more text than there is memory for", "ceci produit plus de texte que la mémoire n’en contient"
)


class Frame:
    """The templates of a request, rendered in one language."""

    def __init__(self, request: Request, tokens: Tokens, findings: Findings, language: str) -> None:
        locale = locale_for(language, request.publication.calendar)
        self._loader = MapLoader(request.templates)
        filters = {
            **date_filters(locale),
            "number": number_filter(locale),
            "zonename": zone_filter(locale),
            **text_filters(Wrapper(tokens)),
            **shaping_filters(),
        }
        self._environment = TemplateEnvironment(self._loader, tokens, filters)
        self._findings = findings

    @property
    def files(self) -> tuple[str, ...]:
        """Paths by the numbers in line marks."""
        return tuple(ROOT + name for name in self._loader.names)

    @property
    def used(self) -> set[str]:
        """Paths of the templates that were asked for."""
        return {ROOT + name for name in self._loader.used}

    def has(self, name: str) -> bool:
        """True when there is such a template."""
        return name in self._loader.templates

    def run(self, name: str, values: Mapping[str, Any]) -> str:
        """The rendered template; raises whatever the template raises (for a template inside another)."""
        return self._environment.get_template(name).render(values)

    def rendered(self, name: str, values: Mapping[str, Any], place: Place | None = None) -> str | None:
        """The rendered template; None, with a finding, when it fails. `place` is named when no template's line is known."""
        try:
            return self.run(name, values)
        except Exception as error:  # noqa: BLE001  # a template can raise anything; each becomes a finding with its line
            self._report(error, _template_place(error) or place or Place(ROOT + name, 1))
            return None

    def _report(self, error: Exception, place: Place) -> None:
        check = LIMIT if isinstance(error, (RecursionError, MemoryError, OverflowError)) else TEMPLATE
        message, hint = _explained(error)
        self._findings.error(check, message, place, hint=hint)


def _template_place(error: Exception) -> Place | None:
    """The innermost template line of an error."""
    if isinstance(error, TemplateSyntaxError):
        return Place(ROOT + (error.name or ""), error.lineno)
    place = None
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file.startswith(ROOT):
            place = Place(file, traceback.tb_lineno)
        traceback = traceback.tb_next
    return place


def _explained(error: Exception) -> tuple[Said, Said]:
    """The sentence for an author, and the next step."""
    match error:
        case Misuse():
            told = error.message, error.hint
        case TemplateSyntaxError():
            told = _both("the template cannot be read", "le gabarit ne peut pas être lu", error), NOTHING
        case TemplateNotFound() | UndefinedError():
            told = _missing(error.message), NOTHING
        case SecurityError():
            told = _both("not allowed in a template", "interdit dans un gabarit", error), NOTHING
        case RecursionError():
            told = _ENDLESS, BREAK_THE_CIRCLE
        case MemoryError():
            told = _TOO_MUCH, NOTHING
        case _:
            told = _both("the template failed", "le gabarit a échoué", error), NOTHING
    return told


def _both(english: str, french: str, error: Exception) -> Said:
    """A sentence, and behind it what Jinja or Python says."""
    own = str(error.message if isinstance(error, TemplateSyntaxError) else error)
    return Said(f"{english}: {own}", f"{french}\u00a0: {in_french(own)}")


def _missing(message: object) -> Said:
    """A name that is not there: our own sentence in both languages, or Jinja's."""
    if isinstance(message, Said):
        return message
    return Said(str(message), in_french(str(message))) if message else _UNDEFINED
