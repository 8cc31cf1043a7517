"""The codes of errors, and the examinations of `doctor`, as they stand in the source.

In: the modules of the package, read and not run. Out: Markdown. Called by docs.generate.pages and the house tests.

A code is a text given as `code=…`, also through a helper of the same module that takes it as a parameter. What a sentence says of
the case at hand is shown as `…`.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from docs.generate.tables import row

SOURCE = Path(__file__).parents[2] / "newsletter"
#: what gives a sentence in both languages, the English first
_BOTH = {"Said", "Told", "alike"}
#: where the sentence is made elsewhere, or is different each time
SENTENCES = {
    "cancel-right": "who may neither approve nor send cancels drafts only",
    "send-right": "somebody with the right to approve and to send does the rest",
    "address": "what is wrong with the address",
    "segment-expression": "what is wrong with the expression, with a caret under the spot",
    "setting-invalid": "the setting, its value (a secret's never), and what was expected",
    "approver-none": "nobody was chosen who is to be asked",
    "evidence-wanted": "a yes from elsewhere wants a name and a file that proves it",
    "submit-crashed": "the program failed while a parcel was handed over; nobody knows what was taken",
    "schedule-day": "what stands under `day`, and that it is not known",
    "schedule-every": "what stands under `every`, and that it is not known",
    "schedule-window": "what stands under `window`, and why it is no sending window",
    "send-window": "why send.window is no sending window, or leaves no hour",
    "schedule-expires": "what stands under `expires`, and that it is not known",
    "members-header": "what is wrong with the first line of the file",
    "send-domains": "which item cannot be read, and why",
    "credits-used-up": "The account has no mails left at SendGrid. Nobody is rejected; the mailing pauses",
    "account-refused": "SendGrid refuses the account: the key, a permission, or a redirect. Nobody is rejected; the mailing pauses",
    "text-refused": "the text that is to be approved has errors, which come first",
    "recipient-refused": "SendGrid refused these recipients by name",
    "request-refused": "SendGrid refused the whole request, without naming anybody",
    "request-too-large": "one call would be larger than SendGrid takes",
    "recipient-unsendable": "these recipients can never be sent to, and why",
    "members-too-large": "a line or cell of the file is larger than anything real",
    "everything-held": "since when everything is held, by whom and why",
    "translation-document": "why a table that came back cannot be read",
    "letter-unreadable": "what keeps the letter from being read",
    "letter-none": "no letter was chosen to begin an issue with",
    "test-refused": "a test was not sent because the issue has errors; the first of them",
    "fetch": "the address, and why nothing came from it",
    "evidence-missing": "how they asked for it, or why, is to be said",
    "segment-file": "why segments.toml cannot be changed safely",
    "import-no-file": "a file is to be chosen first",
    "toml-form": "what is wrong with the form of the file",
}


@dataclass(frozen=True)
class Said:
    """One place that raises a code: the sentence and the next step, as templates."""

    code: str
    sentence: str
    hint: str


def codes() -> str:
    """Every code with its sentences."""
    lines = [row("code", "it says", "what to do"), row("---", "---", "---")]
    for code, found in sorted(by_code().items()):
        sentences = [SENTENCES[code]] if code in SENTENCES else _each(one.sentence for one in found)
        hints = _each(one.hint for one in found)
        lines.append(row(f"`{code}`", "<br>".join(sentences), "<br>".join(hints)))
    return "\n".join(lines)


def _each(texts: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text.strip(" ….:,")))


@cache
def by_code() -> dict[str, list[Said]]:
    """All codes of the package."""
    found: defaultdict[str, list[Said]] = defaultdict(list)
    for path in sorted(SOURCE.rglob("*.py")):
        if "emulator" not in path.relative_to(SOURCE).parts:
            for said in _module(path).said():
                found[said.code].append(said)
    return dict(found)


def examinations() -> str:
    """What `doctor` looks at, and what it may find."""
    lines = [row("examination", "what it may find"), row("---", "---")]
    found: defaultdict[str, list[str]] = defaultdict(list)
    for folder in ("pipeline", "providers"):
        for path in sorted((SOURCE / folder).rglob("*.py")):
            module = _module(path)
            for call in module.calls("Examination"):
                name = module.constant(call.args[0])
                found[name].append(module.template(call.args[2], call))
    lines += [row(f"`{name}`", "<br>".join(_each(iter(said)))) for name, said in sorted(found.items())]
    return "\n".join(lines)


def _module(path: Path) -> _Module:
    """A module, which may take sentences from another of its name: `publication` from `publication_words`."""
    beside = path.with_name(f"{path.stem}_words.py")
    words = _constants(_tree(beside)) if beside.exists() else {}
    return _Module(_tree(path), words)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: said
        for node in tree.body
        if isinstance(node, ast.Assign) and (said := _constant(node.value))
        for target in node.targets
        if isinstance(target, ast.Name)
    }


class _Module:
    """One module's tree, with what encloses what. `words` are the sentences of the module beside it."""

    def __init__(self, tree: ast.Module, words: Mapping[str, str]) -> None:
        self.tree = tree
        self.words = words
        self.outer: dict[ast.AST, ast.FunctionDef] = {}
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for inner in ast.walk(function):
                    self.outer[inner] = function  # the innermost comes last
        self.constants = _constants(tree)

    def calls(self, name: str) -> Iterator[ast.Call]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _called(node) == name:
                yield node

    def constant(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value)
        return self.constants.get(node.id, "") if isinstance(node, ast.Name) else ""

    def said(self) -> Iterator[Said]:
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call):
                continue
            code = next((one.value for one in node.keywords if one.arg == "code"), None)
            if isinstance(code, ast.Constant):
                yield Said(str(code.value), self._sentence(node, node), self._hint(node))
            elif isinstance(code, ast.Name | ast.JoinedStr):
                yield from self._through_helper(code, node)

    def _through_helper(self, code: ast.Name | ast.JoinedStr, made: ast.Call) -> Iterator[Said]:
        """`code` comes from a parameter: every call of the function around it in this module gives one."""
        helper = self.outer.get(made)
        if helper is None:
            return
        prefix, name = _prefix_and_name(code)
        parameters = [argument.arg for argument in helper.args.args if argument.arg not in {"self", "cls"}]
        if name not in parameters:
            return
        place = parameters.index(name)
        defaults = dict(zip(reversed(parameters), reversed(helper.args.defaults), strict=False))
        for call in self.calls(helper.name):
            given = next((one.value for one in call.keywords if one.arg == name), None)
            if given is None:
                given = call.args[place] if len(call.args) > place else defaults.get(name)
            if isinstance(given, ast.Constant):
                sentence = 1 if parameters[0] == "key" else 0
                yield Said(prefix + str(given.value), self._sentence(call, call, sentence), self._hint(call))

    def _sentence(self, call: ast.Call, near: ast.AST, place: int = 0) -> str:
        return self.template(call.args[place], near) if len(call.args) > place else ""

    def _hint(self, call: ast.Call) -> str:
        hint = next((one.value for one in call.keywords if one.arg == "hint"), None)
        return self.template(hint, call) if hint is not None else ""

    def template(self, node: ast.expr, near: ast.AST) -> str:
        """A sentence with … for what differs; of one in both languages, the English."""
        match _english(node):
            case ast.Constant(value=str() as text):
                return text
            case ast.JoinedStr(values=parts):
                return "".join(self.template(part, near) for part in parts)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.template(left, near) + self.template(right, near)
            case ast.BoolOp(values=choices):
                return self.template(choices[-1], near)
            case ast.IfExp(body=body, orelse=orelse):
                choices = (self.template(body, near), self.template(orelse, near))
                return " / ".join(filter(None, choices))
            case other:
                return self._named(other, near)

    def _named(self, node: ast.expr, near: ast.AST) -> str:
        """The same, for what only names a sentence."""
        match node:
            case ast.Call(func=ast.Name(id="perhaps"), args=[_, otherwise]):
                return f"Did you mean …? / {self.template(otherwise, near)}"
            case ast.Attribute(value=ast.Name(id="words"), attr=name):
                return self.words.get(name, "…")
            case ast.Name(id="NOTHING" | "SILENT"):
                return ""
            case ast.Name(id=name):
                return self._assigned(name, near)
        return "…"

    def _assigned(self, name: str, near: ast.AST) -> str:
        if name in self.constants:
            return self.constants[name]
        function = self.outer.get(near)
        values = [
            node.value
            for node in ast.walk(function or ast.Module([], []))
            if isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
        ]
        texts = [
            value
            for value in values
            if isinstance(value, ast.Constant | ast.JoinedStr | ast.IfExp | ast.BoolOp)
            or (isinstance(value, ast.Call) and _called(value) in {*_BOTH, "perhaps"})
        ]
        line = getattr(near, "lineno", 0)
        before = sorted((one for one in texts if one.lineno <= line), key=lambda one: one.lineno)
        last = before or texts  # what was assigned last before it is said
        return self.template(last[-1], near) if last else "…"


def _english(node: ast.expr) -> ast.expr:
    match node:
        case ast.Call(func=ast.Name(id=name), args=[english, *_]) if name in _BOTH:
            return english
        case _:
            return node


def _constant(node: ast.expr) -> str:
    """A text, or the English of a sentence in both languages, that a module's constant holds."""
    match node:
        case (
            ast.Constant(value=str() as text)
            | ast.Call(func=ast.Name(id="Said" | "alike"), args=[ast.Constant(value=str() as text), *_])
        ):
            return text
        case _:
            return ""


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _prefix_and_name(code: ast.Name | ast.JoinedStr) -> tuple[str, str]:
    if isinstance(code, ast.Name):
        return "", code.id
    prefix = "".join(str(part.value) for part in code.values if isinstance(part, ast.Constant))
    names = [
        part.value.id
        for part in code.values
        if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name)
    ]
    return prefix, names[0] if names else ""
