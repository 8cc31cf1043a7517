"""Personal fields in an author's text: `{{ member.first_name | default("friend") | upper }}`.

In: text. Out: the same with opaque tokens, and findings for what is no slot. Called by body.prose, compose.steps.

The whole grammar:  {{ member.NAME  ( | FILTER [ ( LITERAL [, LITERAL] ) ] )* }}   LITERAL: "text", 'text', “text”, «text» or a whole
number. `default` comes first, and gives what stands there when the member has no such value; the other filters change what is
shown, fallback included. A backslash before the braces (`\\{{`) keeps them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from newsletter.compose.findings import SLOT, Findings, near
from newsletter.compose.tokens import Kind, Tokens
from newsletter.model.artwork import Slot, SlotFilter
from newsletter.model.member import FIELDS
from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said

#: the closed list: how many arguments each takes. `dispatch` applies them.
FILTERS = {"default": 1, "upper": 0, "lower": 0, "title": 0, "capitalize": 0, "trim": 0, "truncate": 1}
_NUMERIC = {"truncate"}
_NOT_TEXT = {"tags", "consent", "tracking_consent", "id", "value"}

_OPEN = re.compile(r"(\\*)\{\{")
_NAME = re.compile(r"\s*member\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)\s*")
_STEP = re.compile(r"\|\s*([A-Za-z_]\w*)\s*")
_END = re.compile(r"\}\}")
_LITERAL = re.compile(
    r"\s*(?:\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|“([^”\n]*)”|«[\s\u00a0\u202f]*([^»\n]*?)[\s\u00a0\u202f]*»|(\d{1,6}))\s*"
)


class SlotFault(Exception):
    """What is wrong with a slot, and the next step."""

    def __init__(self, message: Said, hint: Said = NOTHING) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Fault:
    """What looks like a slot and is none: as written, with what is to be said of it."""

    spelling: str
    message: Said
    hint: Said


@dataclass(frozen=True, slots=True)
class Reader:
    """Replaces the slots of texts by tokens; `spellings` remembers how each was written."""

    tokens: Tokens
    findings: Findings
    spellings: dict[str, str] = field(default_factory=dict)

    def replace(self, text: str, place_at: Callable[[int], Place]) -> str:
        """A text with each slot as a token; `place_at` gives the place of an offset. A wrong slot stays, with a finding.

        The text is no Markdown, which takes the backslash of `\\{{` away by itself: it is taken away here.
        """
        return self.told(self.marked(text, place_at, kept=""))

    def marked(self, text: str, place_at: Callable[[int], Place], kept: str = "\\") -> str:
        """A text with each slot as a token, and each wrong one as well: `told` or `written` says what becomes of them.

        `kept` stands where the backslash of `\\{{` was.
        """
        pieces: list[str] = []
        position = 0
        while (match := _OPEN.search(text, position)) is not None:
            begin = match.end() - 2
            if len(match[1]) % 2:
                pieces += (text[position : begin - 1], kept, "{{")
                position = match.end()
            else:
                pieces.append(text[position:begin])
                token, position = self._token(text, begin, place_at(begin))
                pieces.append(token)
        return "".join([*pieces, text[position:]])

    def _token(self, text: str, begin: int, place: Place) -> tuple[str, int]:
        try:
            slot, end = parse(text, begin, place)
        except SlotFault as fault:
            close = text.find("}}", begin)
            end = close + 2 if close >= 0 else begin + 2
            value = Fault(text[begin:end], fault.message, fault.hint)
            return self.tokens.put(Kind.FAULT, f"{place} {text[begin:end]}", value, place), end
        token = self.tokens.slot(slot)
        self.spellings.setdefault(token, text[begin:end])
        self._judge(slot, place)
        return token, end

    def _judge(self, slot: Slot, place: Place) -> None:
        if slot.field not in FIELDS and (hint := near(slot.field, FIELDS)):
            message = Said(
                f"member.{slot.field} is not a usual field",
                f"member.{slot.field} n’est pas un champ habituel",
            )
            self.findings.warning(SLOT, message, place, hint=hint)

    def told(self, text: str) -> str:
        """A text whose wrong slots stand as they were written, each with its finding."""

        def shown(match: re.Match[str]) -> str:
            meaning = self.tokens.meaning(match[0])
            if not isinstance(meaning.value, Fault):
                return match[0]
            self.findings.error(SLOT, meaning.value.message, meaning.place, hint=meaning.value.hint)
            return meaning.value.spelling

        return self.tokens.pattern.sub(shown, text) if self.tokens.within(text) else text

    def written(self, text: str) -> str:
        """A text with all slots as they were written: in code, braces are only braces."""

        def spelled(match: re.Match[str]) -> str:
            value = self.tokens.meaning(match[0]).value
            return value.spelling if isinstance(value, Fault) else self.spellings.get(match[0], match[0])

        return self.tokens.pattern.sub(spelled, text) if self.tokens.within(text) else text


def parse(text: str, begin: int, place: Place | None = None) -> tuple[Slot, int]:
    """The slot that opens at an offset, and the offset behind it; raises SlotFault."""
    name = _NAME.match(text, begin + 2)
    if name is None:
        raise SlotFault(
            Said("this is not a personal field", "ceci n’est pas un champ personnel"),
            Said(
                'Write {{ member.first_name | default("friend") }}.',
                'Écrivez {{ member.first_name | default("à vous") }}.',
            ),
        )
    if name[1] in _NOT_TEXT:
        raise SlotFault(
            Said(
                f"member.{name[1]} is not a text that can be shown",
                f"member.{name[1]} n’est pas un texte que l’on peut montrer",
            )
        )
    position = name.end()
    steps: list[SlotFilter] = []
    while (step := _STEP.match(text, position)) is not None:
        arguments, position = _arguments(text, step.end())
        steps.append(checked(step[1], arguments))
    end = _END.match(text, position)
    if end is None:
        raise SlotFault(
            Said(
                "this personal field is not closed as it should be",
                "ce champ personnel n’est pas fermé comme il se doit",
            ),
            Said(
                "Close it with }} on the same line; filters come after |.",
                "Fermez-le par }} sur la même ligne; les filtres viennent après |.",
            ),
        )
    return made(name[1], tuple(steps), place), end.end()


def made(field: str, steps: tuple[SlotFilter, ...], place: Place | None = None) -> Slot:
    """A slot from its filters; `default` becomes the fallback, and must come first."""
    if any(step.name == "default" for step in steps[1:]):
        form = f'member.{field} | default("…") | … .'
        raise SlotFault(
            Said("default(…) comes first", "default(…) vient en premier"),
            Said(f"Write {form}", f"Écrivez {form}"),
        )
    if steps and steps[0].name == "default":
        return Slot(field, str(steps[0].arguments[0]), steps[1:], place)
    return Slot(field, None, steps, place)


def checked(name: str, arguments: tuple[str | int, ...]) -> SlotFilter:
    """A filter of the closed list with arguments that suit it; raises SlotFault."""
    if name not in FILTERS:
        names = ", ".join(FILTERS)
        raise SlotFault(
            Said(
                f"there is no filter “{name}” for personal fields",
                f"il n’y a pas de filtre «\u00a0{name}\u00a0» pour les champs personnels",
            ),
            near(name, FILTERS) or Said(f"There are: {names}.", f"Filtres offerts\u00a0: {names}."),
        )
    if len(arguments) != FILTERS[name]:
        raise SlotFault(_wrong_count(name, len(arguments)))
    if name in _NUMERIC and not all(isinstance(argument, int) and argument > 0 for argument in arguments):
        raise SlotFault(Said(f"{name} takes a number above 0", f"{name} prend un nombre plus grand que 0"))
    return SlotFilter(name, arguments)


def _wrong_count(name: str, given: int) -> Said:
    takes = (
        Said("takes no argument", "ne prend aucun argument"),
        Said("takes one argument", "prend un argument"),
    )[FILTERS[name]]
    return Said(f"{name} {takes.en}, and has {given}", f"{name} {takes.fr}, et en a {given}")


def _arguments(text: str, position: int) -> tuple[tuple[str | int, ...], int]:
    if text[position : position + 1] != "(":
        return (), position
    position += 1
    arguments: list[str | int] = []
    while (literal := _LITERAL.match(text, position)) is not None:
        arguments.append(_value(literal))
        position = literal.end() + 1
        if text[literal.end() : position] == ")":
            return tuple(arguments), _spaces(text, position)
        if text[literal.end() : position] != ",":
            break
    if text[position : position + 1] == ")" and not arguments:
        return (), _spaces(text, position + 1)
    raise SlotFault(
        Said("the filter's argument cannot be read", "l’argument du filtre est illisible"),
        Said(
            'Put texts in quotes: default("friend").',
            'Mettez les textes entre guillemets\u00a0: default("à vous").',
        ),
    )


def _spaces(text: str, position: int) -> int:
    match = re.compile(r"\s*").match(text, position)
    return match.end() if match else position


def _value(literal: re.Match[str]) -> str | int:
    if literal[5] is not None:
        return int(literal[5])
    if literal[3] is not None or literal[4] is not None:
        return literal[3] or literal[4] or ""
    return re.sub(r"\\(.)", r"\1", literal[1] if literal[1] is not None else literal[2])
