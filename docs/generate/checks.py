"""The reference of the checks: an index, a page for each, and which of the forty of the research each one is.

In: the catalogue, the thresholds, the source of the checks. Out: Markdown. Called by docs.generate.pages and docs.generate.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from docs.generate.tables import row, table
from newsletter.checks import catalog, waiving
from newsletter.checks.catalog import Check
from newsletter.compose import findings
from newsletter.model.said import NBSP
from newsletter.model.thresholds import THRESHOLDS

FOLDER = Path(__file__).parents[1] / "reference" / "checks"
#: what preflight looks at, in the order of its rank, and the checks that do
FORTY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("placeholder or token left", ("unresolved-placeholder",)),
    ("personal field without fallback; who sees it", ("slot-without-fallback", "personalization")),
    ("the way out, visible, in both parts", ("unsubscribe-missing",)),
    ("postal address", ("postal-address-missing",)),
    ("size as the worst member gets it", ("size-clipped",)),
    ("styles that Gmail drops", ("head-css",)),
    ("links that lead nowhere", ("link-malformed",)),
    ("links without https", ("link-insecure",)),
    ("shorteners, bare numbers, letters of several alphabets", ("link-shortener", "link-deceptive")),
    ("links that look like another address", ("link-deceptive",)),
    ("what links answer (`check --links`)", ("link-status",)),
    ("alternative text", ("image-alt",)),
    ("subject: there, and its length", ("subject-missing", "subject-length")),
    (
        "preheader: there, its length, not the subject again",
        ("preheader-missing", "preheader-equals-subject"),
    ),
    ("plain text says the same", ("text-parity",)),
    ("lines of the plain text", ("text-lines",)),
    ("`lang` and `dir`", ("html-lang",)),
    ("`<title>`", ("title-missing",)),
    ("tables: frame or data", ("table-role",)),
    ("headings in order", ("heading-order",)),
    ("contrast, light and dark", ("contrast",)),
    ("size of letters", ("font-size",)),
    ("height of buttons", ("tap-target",)),
    ("words of links", ("link-text-generic",)),
    ("weight of pictures", ("image-weight",)),
    ("pixels of pictures", ("image-size",)),
    ("format of pictures", ("image-format",)),
    ("pictures that move", ("image-animated",)),
    ("hardly more than a picture", ("image-only",)),
    ("what mail programs support (caniemail)", ("client-support",)),
    ("traps of Outlook", ("outlook-traps",)),
    ("no overflow at 320 and 375 px", ("tests/browser",)),
    ("dark screens, pictures on their grounds", ("dark-mode", "picture-ground")),
    ("forms, scripts, frames, styles from elsewhere", ("form-or-script",)),
    ("campaign tags, people in addresses", ("link-tracking",)),
    ("dates, days of the week, years", ("date-weekday", "date-past", "dateline", "leftover-text")),
    ("style of the subject", ("subject-style",)),
    (
        "ids, nesting, encoding, invisible signs",
        ("duplicate-id", "html-nesting", "mojibake", "invisible-characters"),
    ),
    ("leftovers", ("leftover-text",)),
    (
        "spelling, inclusive words, length and readability, spam score",
        ("spelling", "inclusive-words", "word-count", "spam-score"),
    ),
    ("the text is the approved one; the sender’s domain", ("from-domain", "approval")),
)
#: where what no check of the catalogue does is done
ELSEWHERE = {
    "tests/browser": "every template is measured in a browser by the tests",
    "approval": "a mailing whose text differs from the approved one is held",
}


def index() -> str:
    """Every check in its order, with its page and its first sentence."""
    rows = (
        (f"[`{one.name}`](checks/{one.name}.md)", ", ".join(_levels(one)), _paragraphs(one)[0])
        for one in catalog.CHECKS
    )
    return table(("check", "levels", "what it looks at"), rows)


def forty() -> str:
    """The rows of the research, and who does each."""
    rows = []
    for number, (what, names) in enumerate(FORTY, 1):
        rows.append((str(number) if number <= 40 else "+", what, ", ".join(map(_doer, names))))
    return table(("", "what", "check"), rows)


def _doer(name: str) -> str:
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    if name in {one.name for one in catalog.CHECKS}:
        return f"[`{name}`](checks/{name}.md)"
    known = {value for value in vars(findings).values() if isinstance(value, str)}
    return f"`{name}`" if name in known else f"`{name}` (not in the catalogue)"


def pages() -> dict[Path, str]:
    """The page of every check, by its path."""
    return {FOLDER / f"{one.name}.md": page(one) for one in catalog.CHECKS}


def page(one: Check) -> str:
    """One check: what it asks, its thresholds, what it says in both languages, whether it can be accepted."""
    parts = [f"# `{one.name}`", *_paragraphs(one)]
    limits = [limit for limit in THRESHOLDS if limit.check == one.name]
    if limits:
        parts += ["## Thresholds", f"In `newsletter.toml`, under `[checks.{one.name}]`:", _limits(one.name)]
    said = list(dict.fromkeys(_said(one)))
    if said:
        parts += [
            "## What it says",
            "Remarks and what to do, in English and French; `…` is what the case at hand says.",
            table(("English", "français"), said),
        ]
    parts += ["## Accepting it", _accepting(one), "[All checks](../checks.md)"]
    return "\n\n".join(parts) + "\n"


def _accepting(one: Check) -> str:
    if one.needed:
        return f"It can never be accepted: {one.needed.en}."
    return (
        "One remark of it can be accepted with a reason, in front matter:\n\n```\naccept:\n"
        f'  - {one.name}: Why it may stay as it is.\n  - {one.name} "words of the line": Why this one may stay.\n```'
    )


def _limits(check: str) -> str:
    lines = [row("key", "default", "meaning"), row("---", "---", "---")]
    for one in THRESHOLDS:
        if one.check == check:
            default = ", ".join(one.default) if isinstance(one.default, tuple) else f"{one.default:g}"
            lines.append(row(f"`{one.name.partition('.')[2]}`", f"`{default}`", one.help))
    return "\n".join(lines)


def _paragraphs(one: Check) -> list[str]:
    return [_outside_code(" ".join(part.split())) for part in one.reference.split("\n\n")]


def _outside_code(text: str) -> str:
    """Tags that are spoken of, shown as they are; what stands between backticks is anyway."""
    parts = text.split("`")
    return "`".join(
        part.replace("<", "&lt;") if number % 2 == 0 else part for number, part in enumerate(parts)
    )


def _levels(one: Check) -> list[str]:
    told = one.reference.partition("Level")[2]
    return [level for level in ("error", "warning", "info") if re.search(rf"\b{level}\b", told)]


def _said(one: Check) -> Iterator[tuple[str, str]]:
    """Every sentence of the check's own module in both languages."""
    tree = ast.parse(Path(inspect.getfile(one.run)).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Said"
            and len(node.args) == 2
        ):
            english, french = (_template(argument) for argument in node.args)
            if english.strip(" …:,;") and not english.startswith(
                (" ", ":", ";")
            ):  # those are parts of others
                yield _safe(english), _safe(french)


def _safe(sentence: str) -> str:
    """A sentence as Markdown shows it: tags and braces as they are."""
    return sentence.replace("<", "&lt;").replace("*", "\\*").replace("[", "\\[")


def _template(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_template(part) for part in parts)
        case ast.FormattedValue(value=ast.Name(id="NBSP")):
            return NBSP
        case _:
            return "…"


def waiver() -> str:
    """What `accept:` does, as the code says it."""
    never = ", ".join(f"`{one.name}`" for one in catalog.CHECKS if one.needed)
    described = " ".join((inspect.getdoc(waiving.apply) or "").split())
    return f"{described}\n\nNever accepted: {never}."
