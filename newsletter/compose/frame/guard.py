"""The guard: a value that holds something filled in later passes whole, or the template stops with file and line.

In: values on their way through filters, tests, operators, comparisons. Out: the value, or Misuse. Called by frame.environment.

Plain proxies are not enough: a macro, a set block or a concatenation turns a field into text, and that text can be compared, cut
or changed in silence. So every such operation is compiled into a call of this guard, which also looks into texts and lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from newsletter.compose.frame.readable import GROUPS, readable, settled
from newsletter.compose.frame.values import Field, Inline, Member, Misuse, Opaque, Text, tried
from newsletter.compose.tokens import Tokens
from newsletter.model.said import Said

#: filters that hand a text on whole: they escape it, strip spaces around it, or choose between values
_PASS = frozenset({"e", "escape", "safe", "forceescape", "string", "trim"})
#: the same, with arguments; `columns` is the width of what slots will show, and tells nothing of a member
_PASS_WITH = frozenset({"default", "d", "indent", "wrap", "underline", "columns", "heading", "tied"})
#: filters that take a list's items whole; a text would be taken apart by them
_PASS_LISTS = frozenset(
    {"join", "list", "first", "last", "length", "count", "batch", "slice", "reverse", "items", "aligned"}
    | {"map", "select", "reject", "selectattr", "rejectattr"}
)
#: filters that record a step on a field itself
_RECORDED = frozenset({"default", "d", "upper", "lower", "title", "capitalize", "trim", "truncate"})
#: filters that change nothing about a field: its value is always escaped when it is filled in
_SAME = frozenset({"e", "escape", "safe", "forceescape", "string"})
#: filters that choose by the truth of items, or of an attribute of theirs, when no test is named
_CHOOSE = frozenset({"select", "reject"})
_CHOOSE_BY = frozenset({"selectattr", "rejectattr"})


class Guard:
    """Looks for what is filled in later."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def carries(self, value: object) -> bool:
        """True when a value is, or holds anywhere, something that is filled in later."""
        if isinstance(value, str):
            return self._tokens.within(value)
        if isinstance(value, (Field, Opaque, Member)):
            return True
        if isinstance(value, Mapping):
            return any(self.carries(part) for pair in value.items() for part in pair)
        return isinstance(value, GROUPS) and any(self.carries(part) for part in value)

    def whole(self, value: Any, what: str) -> Any:
        """The value, unless it holds something filled in later; `what` says in the past tense what was tried."""
        value = settled(value)
        if self.carries(value):
            raise self.misuse(value, what)
        return value

    def parts(self, value: Any, what: str) -> Any:
        """The value, unless its parts would be pieces of something filled in later; a list of whole ones is good."""
        if isinstance(value, (str, Field, Member, Opaque)):
            return self.whole(value, what)
        return value

    def rows(self, value: Any, what: str) -> Any:
        """The value, unless it or one of its items, which are to be taken apart, is a text with something filled in later."""
        value = self.parts(settled(value), what)
        if isinstance(value, GROUPS):
            for row in value:
                self.parts(row, "taken apart")
        return value

    def truth(self, value: Any) -> Any:
        """The value of a truth test. A text with more in it than slots is true for every reader; so is what an author wrote."""
        if isinstance(value, (Field, Member)):
            raise self.misuse(value, "tested")
        if isinstance(value, str) and not isinstance(value, (Text, Inline)) and self._only_tokens(value):
            raise self.misuse(value, "tested")
        return value

    def _only_tokens(self, text: str) -> bool:
        return self._tokens.within(text) and not self._tokens.pattern.sub("", text).strip()

    def misuse(self, value: object, what: str) -> Misuse:
        """The error for a use that cannot work."""
        if isinstance(value, Field):
            return value.misuse(what)
        hint = Said(
            "Write it as it is, or change it where it begins: member.first_name | upper.",
            "Écrivez-le tel quel, ou modifiez-le là où il commence\u00a0: member.first_name | upper.",
        )
        message = Said(
            f"a text with something that is filled in later cannot be {what} here",
            f"un texte dont une partie est remplie plus tard ne peut pas être {tried(what)} ici",
        )
        return Misuse(message, hint)

    def filter(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A filter that cannot alter what is filled in later."""
        skipped = _environment_arguments(function)

        @wraps(function)
        def guarded(*arguments: Any, **named: Any) -> Any:
            value, *rest = (readable(argument) for argument in arguments[skipped:])
            named = {key: readable(argument) for key, argument in named.items()}
            further = (*rest, *named.values())
            if isinstance(value, Field):
                return self._field(name, value, further)
            self._chosen(name, value, further, arguments[:skipped])
            if not self._passes(name, value, further):
                self.whole([value, *further], f"changed by “{name}”")
            return function(*arguments[:skipped], value, *rest, **named)

        return guarded

    def _chosen(self, name: str, value: Any, further: tuple[Any, ...], surroundings: tuple[Any, ...]) -> None:
        """Refuse the truth tests that some filters make by themselves."""
        if name in {"default", "d"} and any(part is True for part in further):
            self.truth(value)
        elif isinstance(value, GROUPS) and name in _CHOOSE and not further:
            for item in value:
                self.truth(item)
        elif isinstance(value, GROUPS) and name in _CHOOSE_BY and len(further) == 1:
            environment = surroundings[0].environment
            for item in value:
                self.truth(environment.getattr(item, str(further[0])))

    def _passes(self, name: str, value: object, rest: tuple[Any, ...]) -> bool:
        if name in _PASS_LISTS:
            return not isinstance(value, (str, Opaque))
        return name in _PASS_WITH or (name in _PASS and not rest)

    def _field(self, name: str, value: Field, rest: tuple[Any, ...]) -> Any:
        if name in _RECORDED:
            self.whole(list(rest), f"an argument of “{name}”")
            # Jinja's second argument of default, "also when empty", is what a slot always does.
            literal = tuple(part for part in rest if part is not True) if name in {"default", "d"} else rest
            return value.filtered(name, literal)
        if name in _SAME and not rest:
            return value
        raise value.misuse(f"changed by “{name}”")

    def test(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A test that refuses what is filled in later."""
        skipped = _environment_arguments(function)

        @wraps(function)
        def guarded(*arguments: Any, **named: Any) -> Any:
            self.whole([*arguments[skipped:], *named.values()], f"tested with “is {name}”")
            return function(*arguments, **named)

        return guarded


def _environment_arguments(function: Callable[..., Any]) -> int:
    """1 when Jinja hands the function its environment or context first (jinja2.pass_environment and the like), else 0."""
    return int(getattr(function, "jinja_pass_arg", None) is not None)
