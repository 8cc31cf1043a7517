"""The Jinja environment: immutable sandbox, strict, autoescaping, with the guard in every operation.

In: templates by path, the tokens of this composing. Out: rendered texts with line marks, or TemplateFault with file and line. Called
by frame.render.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from datetime import date
from types import CodeType, FrameType
from typing import Any, Final, cast

from jinja2 import BaseLoader, StrictUndefined, Template, TemplateNotFound, nodes, pass_context
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from markupsafe import Markup

from newsletter.compose.findings import near
from newsletter.compose.frame.guard import Guard
from newsletter.compose.frame.marks import marked
from newsletter.compose.frame.readable import readable, writable
from newsletter.compose.frame.rewriting import Rewriter
from newsletter.compose.frame.values import Inline, Member, Misuse, Opaque, Table
from newsletter.compose.tokens import Tokens
from newsletter.model.place import Place
from newsletter.model.said import Said

ROOT: Final = "templates/"
_DEEPEST: Final = 20
_LONGEST: Final = 1_000_000  # characters or items that one `*` may make
_HIGHEST: Final = 64  # exponent
#: of a date, what is the same on every day and in every time zone
_OF_A_DATE: Final = frozenset(
    {"year", "month", "day", "weekday", "isoweekday", "isocalendar", "isoformat", "replace", "toordinal"}
)
_LAWLESS: Final = ("random", "pprint", "xmlattr", "urlize", "tojson")
BREAK_THE_CIRCLE: Final = Said("Break the circle.", "Rompez le cercle.")
_UNREAD: Final = Said(
    "Nobody would read a mail of that length.", "Personne ne lirait un courriel de cette longueur."
)
_SAME_EVERY_DAY: Final = Said(
    "A mail is the same on whatever day it is built. "
    'Write {{ issue.date | longdate }}, or | dateformat("d MMM").',
    "Un courriel est le même, quel que soit le jour où il est construit. "
    'Écrivez {{ issue.date | longdate }}, ou | dateformat("d MMM").',
)
_kept: OrderedDict[tuple[str, int, str], CodeType] = (
    OrderedDict()
)  # compiled templates: the same source, the same code


class MapLoader(BaseLoader):
    """Templates from a mapping. `used` gathers what was asked for."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self.templates = templates
        self.names = tuple(sorted(templates))
        self.used: set[str] = set()

    def load(
        self,
        environment: Any,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  # Jinja's name
    ) -> Template:
        """The compiled template of a path."""
        if name not in self.templates:
            hint = near(name, self.names)
            message = Said(
                f"there is no template “{name}”. {hint.en}".strip(),
                f"il n’y a pas de gabarit «\u00a0{name}\u00a0». {hint.fr}".strip(),
            )
            raise TemplateNotFound(name, _carried(message))
        self.used.add(name)
        code = self._code(environment, name)
        return Template.from_code(environment, code, globals or {}, lambda: True)

    def _code(self, environment: TemplateEnvironment, name: str) -> CodeType:
        number = self.names.index(name)
        key = (name, number, self.templates[name])
        if key not in _kept:
            source = self.templates[name]
            if name.endswith((".mjml", ".css")):
                source = marked(environment, source, name, number)
            _kept[key] = environment.compile(source, name, ROOT + name)
        _kept.move_to_end(key)
        while len(_kept) > 512:
            _kept.popitem(last=False)
        return _kept[key]


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Jinja, with nothing in it that could alter what is filled in later, or give two results for one input."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self, loader: MapLoader, tokens: Tokens, filters: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(
            loader=loader,
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name and name.endswith(".mjml")),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            finalize=written,
            optimized=False,  # a constant reckoned out when compiling would hold one language's dates for all
        )
        self.guard = Guard(tokens)
        self.guard_truth, self.guard_whole = self.guard.truth, self.guard.whole
        self.guard_parts, self.guard_rows = self.guard.parts, self.guard.rows
        self.guard_writable = writable
        self.filters.update(filters)
        for name in _LAWLESS:
            self.filters.pop(name, None)
        self.filters = {name: self.guard.filter(name, function) for name, function in self.filters.items()}
        self.tests = {
            name: self.guard.test(name, cast("Callable[..., Any]", function))
            for name, function in self.tests.items()
        }
        self.globals.pop("lipsum", None)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = Rewriter().visit(super()._parse(source, name, filename))
        return tree

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002  # Jinja's name
        running = list(templates_running())
        if len(running) > _DEEPEST:
            circle = " → ".join(dict.fromkeys([*reversed(running[:6]), name]))
            message = Said(
                f"templates include one another without end: {circle}",
                f"des gabarits s’incluent les uns les autres sans fin\u00a0: {circle}",
            )
            raise Misuse(message, BREAK_THE_CIRCLE)
        return super()._load_template(name, globals)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`."""
        if isinstance(obj, Member):
            return obj.field(attribute)
        if isinstance(obj, Table):
            return self._entry(obj, attribute)
        if isinstance(obj, date) and attribute not in _OF_A_DATE:
            message = Said(
                f"a date has no “{attribute}” in templates",
                f"dans les gabarits, une date n’a pas de «\u00a0{attribute}\u00a0»",
            )
            raise Misuse(message, _SAME_EVERY_DAY)
        if not isinstance(obj, Opaque):
            self.guard.parts(obj, f"asked for “{attribute}”")
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`obj[argument]`."""
        self.guard.whole(argument, "used as a key")
        if isinstance(obj, Member):
            return obj.field(str(argument))
        if isinstance(obj, Table):
            return self._entry(obj, argument)
        return super().getitem(self.guard.parts(obj, "cut"), argument)

    def _entry(self, table: Table, key: Any) -> Any:
        if key in table:
            return table[key]
        return self.undefined(_carried(table.complaint(key)))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  # Jinja's signature
        """`obj(…)`: macros and containers take what is filled in later, other functions do not."""
        if not __self._keeps(__obj):
            args = tuple(readable(value) for value in args)
            kwargs = {name: readable(value) for name, value in kwargs.items()}
            __self.guard.whole([*args, *kwargs.values()], "handed to a function")
        return super().call(__context, __obj, *args, **kwargs)

    def _keeps(self, function: Any) -> bool:
        own = function is writable or getattr(function, "__self__", None) is self.guard
        return own or isinstance(function, (Macro, LoopContext)) or function is dict or function is Namespace

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """`left operator right`: only + keeps what is filled in later whole, and nothing may grow without bound."""
        if operator != "+":
            self.guard.whole([left, right], "calculated with")
            _bounded(operator, left, right)
        result = super().call_binop(context, operator, left, right)
        return Markup(result) if isinstance(result, Inline) else result  # noqa: S704  # no longer the author's alone

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """`-arg`."""
        return super().call_unop(context, operator, self.guard.whole(arg, "calculated with"))


def _bounded(operator: str, left: Any, right: Any) -> None:
    if operator == "*" and not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
        sequence, times = (right, left) if isinstance(left, int) else (left, right)
        if isinstance(times, int) and len(sequence) * times > _LONGEST:
            raise Misuse(_too_long(len(sequence) * times), _UNREAD)
    if operator == "**" and isinstance(right, (int, float)) and abs(right) > _HIGHEST:
        high = f"{right:,}"
        raise Misuse(Said(f"{high} is too high an exponent", f"l’exposant {_spaced(high)} est trop grand"))
    if operator == "%" and isinstance(left, str):
        raise Misuse(
            Said("“%” does not write texts here", "«\u00a0%\u00a0» n’écrit pas de textes ici"),
            Said("Join them with ~.", "Joignez-les avec ~."),
        )


def _too_long(number: int) -> Said:
    shown = f"{number:,}"
    return Said(
        f"this makes {shown} characters or items", f"ceci produit {_spaced(shown)} caractères ou éléments"
    )


def _spaced(number: str) -> str:
    """A number with the no-break spaces of French between its thousands."""
    return number.replace(".", ";").replace(",", "\u00a0").replace(";", ",")


def _carried(message: Said) -> str:
    """Both languages through an exception of Jinja, which hands its message on as it is."""
    return cast("str", message)


@pass_context  # so that Jinja does not reckon constants out when it compiles
def written(_context: Context, value: Any) -> Any:
    """What `{{ … }}` writes."""
    return writable(value)


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # the only way to the running template's line
    while frame is not None:
        yield frame
        frame = frame.f_back


def templates_running() -> Iterator[str]:
    """The names of the templates that are running, the innermost first, once for each of their frames."""
    for frame in _frames():
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            yield template.name


def running_place() -> Place:
    """The line of the innermost template that is running."""
    for frame in _frames():
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return Place(ROOT + template.name, template.get_corresponding_lineno(frame.f_lineno))
    return Place("")
