"""What templates are handed: tables, authors' texts, and personal fields that are recorded and never known.

In: names and values. Out: objects that Jinja can write, and that refuse to be compared, tested or cut. Called by frame.guard,
frame.context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NoReturn

from markupsafe import Markup

from newsletter.compose.body.slots import SlotFault, checked, made
from newsletter.compose.findings import near
from newsletter.compose.tokens import Tokens
from newsletter.model.artwork import SlotFilter
from newsletter.model.member import FIELDS
from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said, said

#: what was tried with a value that is filled in later, in French
_TRIED: Final = {
    "calculated with": "utilisé dans un calcul",
    "called": "appelé",
    "compared": "comparé",
    "counted": "compté",
    "cut": "coupé",
    "formatted": "mis en forme",
    "gone through": "parcouru",
    "handed to a function": "transmis à une fonction",
    "looked up": "utilisé comme clé",
    "made a number": "converti en nombre",
    "shown as code": "affiché comme du code",
    "taken apart": "décomposé",
    "tested": "testé",
    "used as a key": "utilisé comme clé",
    "an argument of": "un argument de",
    "asked for": "interrogé sur",
    "changed by": "modifié par",
    "tested with": "testé par",
}


def tried(what: str) -> str:
    """What was tried (`compared`, `changed by “upper”`), in French."""
    verb, _, name = what.partition(" “")
    return f"{_TRIED[verb]} «\u00a0{name.removesuffix('”')}\u00a0»" if name else _TRIED[verb]


class Misuse(Exception):
    """A template did something with a value that is filled in later, which cannot work: the sentence and the next step."""

    def __init__(self, message: Said | str, hint: Said | str = NOTHING) -> None:
        super().__init__(str(message))
        self.message = said(message)
        self.hint = said(hint)


class Text(str):
    """A text that an author wrote. A template may ask whether it is there, even where it holds a slot."""

    __slots__ = ()


class Inline(Markup):
    """HTML of one line that an author wrote: as Text, a template may ask whether it is there."""

    __slots__ = ()


class Table(Mapping[str, Any]):
    """Named values, read as `table.name`. A missing name is undefined, and says what may have been meant."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self.table_name = name
        self._values = dict(values)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def complaint(self, key: object) -> Said:
        """What to say when a name is not there."""
        hint = near(str(key), self._values)
        return Said(
            f"{self.table_name} has no “{key}”" + (f". {hint.en}" if hint else ""),
            f"{self.table_name} ne contient pas «\u00a0{key}\u00a0»" + (f". {hint.fr}" if hint else ""),
        )


def _refused(what: str) -> Any:
    def refuse(field: Field, *_arguments: object) -> NoReturn:
        raise field.misuse(what)

    return refuse


class Field:
    """A personal field in a template. Writing it records a slot; everything else is refused with the reason."""

    __slots__ = ("_member", "_name", "_steps")
    __hash__ = _refused("looked up")

    def __init__(self, member: Member, name: str, steps: tuple[SlotFilter, ...] = ()) -> None:
        self._member = member
        self._name = name
        self._steps = steps

    def misuse(self, what: str) -> Misuse:
        """The error for a use that cannot work, because the member is not known when the template runs."""
        hint = Said(
            'Use “::: when …” in the issue for different readers, or default("…") for those without a value.',
            "Utilisez «\u00a0::: when …\u00a0» dans le numéro pour des lecteurs différents, "
            'ou default("…") pour ceux qui n’ont pas de valeur.',
        )
        message = Said(
            f"member.{self._name} is filled in for each reader later; it cannot be {what} here",
            f"member.{self._name} est rempli plus tard pour chaque lecteur; "
            f"il ne peut pas être {tried(what)} ici",
        )
        return Misuse(message, hint)

    def filtered(self, name: str, arguments: tuple[Any, ...]) -> Field:
        """The field with one more filter; raises Misuse when it is not on the closed list."""
        try:
            step = checked("default" if name == "d" else name, arguments)
            made(self._name, (*self._steps, step))
        except SlotFault as fault:
            raise Misuse(fault.message, fault.hint) from None
        return Field(self._member, self._name, (*self._steps, step))

    def __str__(self) -> str:
        return self._member.record(self._name, self._steps)

    def __html__(self) -> Markup:
        return Markup(str(self))  # noqa: S704  # letters and digits; the value is escaped when it is filled in

    def __add__(self, other: object) -> str:
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + str(self)

    def __repr__(self) -> str:
        raise self.misuse("shown as code")

    __format__ = _refused("formatted")
    __bool__ = _refused("tested")
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refused("compared")
    __iter__ = __contains__ = __reversed__ = _refused("gone through")
    __len__ = _refused("counted")
    __getitem__ = _refused("cut")
    __call__ = _refused("called")
    __int__ = __float__ = __index__ = __complex__ = __round__ = _refused("made a number")
    __neg__ = __pos__ = __abs__ = __invert__ = _refused("calculated with")
    __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refused("calculated with")
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _refused("calculated with")
    __and__ = __or__ = __xor__ = __matmul__ = __lshift__ = __rshift__ = _refused("calculated with")


class Member:
    """`member` in a template: each name is a Field."""

    __slots__ = ("_tokens", "_where")

    def __init__(self, tokens: Tokens, where: Callable[[], Place]) -> None:
        self._tokens = tokens
        self._where = where

    def record(self, name: str, steps: tuple[SlotFilter, ...]) -> str:
        """The token of a field that is written; its slot remembers the template's line."""
        return self._tokens.slot(made(name, steps, self._where()))

    def field(self, name: str) -> Field:
        """The field of a name."""
        if not name.isidentifier() or name.startswith("_") or name in {"tags", "consent", "id", "value"}:
            message = Said(
                f"member.{name} is not a text that can be shown",
                f"member.{name} n’est pas un texte qui peut être affiché",
            )
            raise Misuse(message, near(name, FIELDS))
        return Field(self, name)

    def __repr__(self) -> str:
        message = Said(
            "“member” alone is nothing that can be shown",
            "«\u00a0member\u00a0» seul n’a rien à afficher",
        )
        hint = Said("Name a field: member.first_name.", "Nommez un champ\u00a0: member.first_name.")
        raise Misuse(message, hint)

    __str__ = __repr__
    __bool__ = __repr__


class Opaque:
    """Blocks in a template: written, they are a token that is expanded where it stands."""

    __slots__ = ("_token", "what")

    def __init__(self, token: str, what: str) -> None:
        self._token = token
        self.what = what

    def __str__(self) -> str:
        return self._token

    def __html__(self) -> Markup:
        return Markup(self._token)  # noqa: S704  # letters and digits

    def __repr__(self) -> str:
        french = "un bloc" if self.what == "a block" else "le contenu"
        raise Misuse(
            Said(
                f"{self.what} cannot be shown as code",
                f"{french} ne peut pas être affiché comme du code",
            )
        )
