"""Rules of what people are told: errors in both languages wherever they are raised, and French that is set as in Canada.

In: the source of the program, as trees. Out: the lines where a sentence is missing or ill set. The command line is apart: what it alone
says is English.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from newsletter.model.said import NBSP
from tests.french import wrong
from tests.house.playing import ROOT

SOURCE = ROOT / "newsletter"
#: the command line, and the SendGrid on this machine, which speaks as the service does
APART = {"cli", "emulator"}
ROOTS = {"Explained"}
#: what makes a sentence of both languages
SAYS = {"Said", "Told", "alike", "quoted", "kept"}
#: what stands alike in both: commands, options, addresses
PLAIN = re.compile(r"`?(newsletter|--?\w|GET )|\{")
#: functions and names that make a value of a sentence fit a language, and are no value themselves
FITTING = {"NBSP", "_NBSP"}
#: whose remarks show one value in two forms, and have tests of their own (unit/pipeline/test_said_in_french.py)
REMARKS = {"compose", "checks", "renderer"}
#: what is no French: code, addresses, signs of the language of segments and of blocks
QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"|https?://\S+|::: \w+|:::|!=|!\[.*\)|@media \(.*\)", re.DOTALL)
ILL_SET = re.compile(
    r"[^\W\d_]:(\s|$)|[\s\u00a0][;!?](\s|$)|[^\W\d_] :|«[^\u00a0]|[^\u00a0]»|[a-zà-ÿ]'[a-zà-ÿ]"
)
#: a file that says nothing is not looked at: there are hundreds
SPEAKS = re.compile(rb"Said|Told|code=").search
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Module:
    """One file: its tree, and who stands where."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = ast.parse(path.read_bytes())
        self.functions: list[Function] = []
        self.calls: list[ast.Call] = []
        self.classes: list[ast.ClassDef] = []
        self.settings: list[ast.Assign | ast.AnnAssign] = []
        for node in ast.walk(self.tree):
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.functions.append(node)
                case ast.Call():
                    self.calls.append(node)
                case ast.ClassDef():
                    self.classes.append(node)
                case ast.Assign() | ast.AnnAssign():
                    self.settings.append(node)

    def around(self, node: ast.expr) -> Function | None:
        """The innermost function that a place stands in."""
        there = [one for one in self.functions if one.lineno <= node.lineno <= (one.end_lineno or 0)]
        return max(there, key=lambda one: one.lineno, default=None)

    def line(self, node: ast.expr) -> str:
        return f"{self.path.relative_to(ROOT)}:{node.lineno}"


@lru_cache(maxsize=1)
def modules() -> tuple[Module, ...]:
    """Everything that speaks to people, but the command line."""
    files = sorted(SOURCE.rglob("*.py"))
    spoken = [
        path for path in files if path.relative_to(SOURCE).parts[0] not in APART and SPEAKS(path.read_bytes())
    ]
    return tuple(Module(path) for path in spoken)


@lru_cache(maxsize=1)
def errors() -> frozenset[str]:
    """The names of all errors that explain themselves."""
    known = set(ROOTS)
    classes = [one for module in modules() for one in module.classes]
    for _ in range(4):
        known |= {one.name for one in classes if {ast.unparse(base) for base in one.bases} & known}
    return frozenset(known)


def called(call: ast.Call) -> str:
    """The last part of what is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def given(call: ast.Call) -> list[ast.expr]:
    """Message and hint of an error as they are handed in."""
    return [*call.args[:1], *(one.value for one in call.keywords if one.arg in {"message", "hint"})]


def texts(expression: ast.expr) -> Iterator[ast.expr]:
    """Texts in one language that an expression may come to; what is said in both is none."""
    match expression:
        case ast.Constant(value=str(text)) if text:
            yield expression
        case ast.JoinedStr() | ast.BinOp():
            yield expression
        case ast.IfExp(body=one, orelse=other):
            yield from (*texts(one), *texts(other))
        case ast.BoolOp(values=several):
            yield from (found for one in several for found in texts(one))


def names(expression: ast.expr) -> Iterator[str]:
    """The variables that an expression may come to."""
    match expression:
        case ast.Name(id=name):
            yield name
        case ast.IfExp(body=one, orelse=other):
            yield from (*names(one), *names(other))
        case ast.BoolOp(values=several):
            yield from (found for one in several for found in names(one))


def alone(module: Module, call: ast.Call) -> Iterator[ast.expr]:
    """Texts of one language that reach an error: written there, in a variable, or by whoever calls the function around it."""
    ahead = [(one, call) for one in given(call)]
    seen: set[int] = set()
    while ahead:
        expression, place = ahead.pop()
        if id(expression) not in seen:
            seen.add(id(expression))
            yield from texts(expression)
            for name in names(expression):
                ahead += [(one, place) for one in _set(module, place, name)]
                ahead += _handed(module, place, name)


def _set(module: Module, place: ast.expr, name: str) -> Iterator[ast.expr]:
    """What a variable is set to, in the function around a place or in the module."""
    function = module.around(place)
    for one in module.settings:
        within = function is not None and function.lineno <= one.lineno <= (function.end_lineno or 0)
        if one.value is not None and (within or one.col_offset == 0):
            for target in one.targets if isinstance(one, ast.Assign) else [one.target]:
                yield from _parts(target, one.value, name)


def _parts(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, of_it in zip(target.elts, value.elts, strict=False):
            yield from _parts(one, of_it, name)


def _handed(module: Module, place: ast.expr, name: str) -> list[tuple[ast.expr, ast.Call]]:
    """What callers within the module hand to a parameter of the function around a place."""
    function = module.around(place)
    if function is None:
        return []
    positions = [one.arg for one in function.args.args if one.arg not in {"self", "cls"}]
    found = []
    for call in module.calls:
        if called(call) == function.name:
            found += [(one.value, call) for one in call.keywords if one.arg == name]
            if name in positions and positions.index(name) < len(call.args):
                found.append((call.args[positions.index(name)], call))
    return found


def test_every_error_is_told_in_both_languages() -> None:
    looked, left = 0, set()
    for module in modules():
        for call in module.calls:
            if called(call) in errors():
                looked += 1
                left |= {module.line(one) for one in alone(module, call)}
    assert looked > 350
    assert sorted(left) == []


@lru_cache(maxsize=1)
def sentences() -> tuple[tuple[str, ast.expr, ast.expr], ...]:
    """Every pair that is written out: where, its English, its French."""
    return tuple(_pairs())


def _pairs() -> Iterator[tuple[str, ast.expr, ast.expr]]:
    for module in modules():
        for call in module.calls:
            if called(call) in {"Said", "Told"} and len(call.args) == 2:
                english, french = call.args
                if isinstance(english, ast.JoinedStr | ast.Constant) and isinstance(
                    french, ast.JoinedStr | ast.Constant
                ):
                    yield module.line(call), english, french


def written(expression: ast.expr) -> str:
    """A sentence with `X` for each value in it."""
    if isinstance(expression, ast.Constant):
        return str(expression.value)
    assert isinstance(expression, ast.JoinedStr)
    parts = []
    for one in expression.values:
        if isinstance(one, ast.FormattedValue):
            fits = isinstance(one.value, ast.Name) and one.value.id in FITTING
            parts.append(NBSP if fits else "X")
        else:
            parts.append(written(one))
    return "".join(parts)


def values(expression: ast.expr) -> set[str]:
    """The variables that a sentence shows, whatever fits them to a language."""
    functions = {id(one.func) for one in ast.walk(expression) if isinstance(one, ast.Call)}
    own = {
        target.id
        for one in ast.walk(expression)
        if isinstance(one, ast.comprehension) and isinstance(target := one.target, ast.Name)
    }
    shown = {one.id for one in ast.walk(expression) if isinstance(one, ast.Name) and id(one) not in functions}
    return {
        one for one in shown - own - FITTING if one.islower() and not one.startswith(("english", "french"))
    }


def test_french_is_not_english() -> None:
    """Two words may be the same in both: keywords, values, names."""
    same = [
        where
        for where, english, french in sentences()
        if written(english) == written(french) and len(re.findall(r"[a-z]{2,}", written(english))) > 2
    ]
    assert same == []


def test_what_is_alike_is_no_sentence() -> None:
    for module in modules():
        for call in module.calls:
            if called(call) == "alike" and isinstance(call.args[0], ast.JoinedStr | ast.Constant):
                text = written(call.args[0])
                assert PLAIN.match(text) or " " not in text or text == "X minutes", module.line(call)


def test_both_languages_show_the_same_values() -> None:
    apart = [
        f"{where}: {sorted(values(english) ^ values(french))}"
        for where, english, french in sentences()
        if values(english) != values(french) and where.split("/")[1] not in REMARKS
    ]
    assert apart == []


def test_french_is_set_as_in_canada() -> None:
    ill = []
    for where, english, french in sentences():
        bare = QUOTED.sub("Y", written(french))
        if written(english) and (not bare or ILL_SET.search(bare) or wrong(bare)):
            ill.append(f"{where}: {bare}")
    assert ill == []


PLANTED = """
HINT = "in English alone"

def refuse(why, hint=Said("a", "b")):
    return NotAllowed(why, code="x", hint=hint)

def act(much):
    raise refuse(f"{much} is too much", HINT if much else Said("c", "d"))

def fine():
    raise refuse(Said("e", "f"))
"""


def test_a_sentence_in_english_alone_is_found_wherever_it_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "planted.py"
    path.write_text(PLANTED, encoding="utf-8")
    module = Module(path)
    found = [one for call in module.calls if called(call) == "NotAllowed" for one in alone(module, call)]
    assert sorted(one.lineno for one in found) == [2, 8]
