"""The features of CSS and HTML in a file of the author's, by their names at caniemail.com, and where they stand.

In: the text of a template, a style sheet or an issue. Out: Used values. Called by client_support.

What stands in a conditional rule (@media, @supports) is an addition by its nature, and a declaration behind another of the same
property has that one to fall back on: neither is listed. Jinja's own marks are blanked, sign by sign, so that places stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Used(NamedTuple):
    """One use: the feature, how it is written, its offset in the text, and what must stand in the mail for it to matter."""

    feature: str
    written: str
    at: int
    needle: str


#: properties that the data names together
GROUPS = {
    "css-left-right-top-bottom": "left right top bottom",
    "css-gap": "gap column-gap row-gap",
    "css-grid-template": "grid-template grid-template-areas grid-template-columns grid-template-rows",
    "css-column-layout-properties": "column-fill column-rule column-span column-width columns",
    "css-block-inline-size": "block-size",
    "css-margin-inline-block": "margin-inline margin-block",
    "css-margin-inline-start-end": "margin-inline-start margin-inline-end",
    "css-margin-block-start-end": "margin-block-start margin-block-end",
    "css-padding-inline-block": "padding-inline padding-block",
    "css-padding-inline-start-end": "padding-inline-start padding-inline-end",
    "css-padding-block-start-end": "padding-block-start padding-block-end",
    "css-border-inline-block": "border-inline border-block",
    "css-inset": "inset inset-inline inset-block",
}
_PROPERTIES = {name: feature for feature, names in GROUPS.items() for name in names.split()}
_PAIRS = {("display", "flex"): "css-display-flex", ("display", "inline-flex"): "css-display-flex",
          ("display", "grid"): "css-display-grid", ("display", "inline-grid"): "css-display-grid"}  # fmt: skip
_FUNCTIONS = {
    "calc": "css-unit-calc", "var": "css-variables", "clamp": "css-function-clamp", "min": "css-function-min", "max": "css-function-max",
    "light-dark": "css-function-light-dark", "linear-gradient": "css-linear-gradient", "radial-gradient": "css-radial-gradient",
    "conic-gradient": "css-conic-gradient", "rgba": "css-rgba", "oklch": "css-modern-color", "oklab": "css-modern-color",
    "lch": "css-modern-color", "lab": "css-modern-color", "hwb": "css-modern-color", "color-mix": "css-modern-color",
}  # fmt: skip
_UNITS = frozenset(["rem", "ch", "vh", "vw", "vmin", "vmax"])
_AT = frozenset(["import", "font-face", "keyframes"])
_TAGS = {
    **dict.fromkeys(
        ["progress", "meter", "dialog", "svg", "picture", "ruby", "base", "map", "bdi", "acronym"], ""
    ),
    "map": "image-maps",
}
_ATTRIBUTES = frozenset(["hidden", "popover", "srcset", "background"])

_JINJA = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("/*", "*/"))
_COMMENT = (("<!--", "-->"),)
_LEFT_OUT = re.compile(r"[^\n]")
_CONDITIONS = ("@media", "@supports", "@keyframes", "@font-face")
_SEGMENT = re.compile(r"([^{};]*)([{};]|\Z)")
_VALUE = re.compile(r"([a-z-]+)\(|(?<![\w#.-])-?\d*\.?\d+([a-z]+)\b", re.IGNORECASE)
_PSEUDO = re.compile(r"(::?)([a-z-]+)", re.IGNORECASE)
_STYLE = re.compile(r"<(/?)(?:mj-)?style\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\sstyle\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_TAG = re.compile(r"<([a-z][a-z0-9]*)\b([^<>]*)>", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w-])([a-z-]+)(?=\s*=|\s|/|$)", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")


def used(text: str, *, sheet: bool) -> Iterator[Used]:
    """Every use in a file. `sheet` is true for CSS, false for MJML and Markdown with HTML in it. Time grows with its length alone."""
    plain = _blank(text, *_JINJA)
    if sheet:
        yield from _rules(plain, 0)
        return
    plain = _blank(plain, *_COMMENT)
    for start, end in _sheets(plain):
        yield from _rules(plain[start:end], start)
    for found in _ATTRIBUTE.finditer(plain):
        group = 1 if found[1] is not None else 2
        yield from _declared(found[group], found.start(group))
    yield from _marked(plain)


def _blank(text: str, *marks: tuple[str, str]) -> str:
    """The text with what stands between marks blanked, line breaks kept; a mark that nothing closes is left."""
    pieces: list[str] = []
    for opens, closes in marks:
        at = 0
        while (start := text.find(opens, at)) >= 0 and (end := text.find(closes, start + len(opens))) >= 0:
            pieces += (text[at:start], _LEFT_OUT.sub(" ", text[start : end + len(closes)]))
            at = end + len(closes)
        text = "".join((*pieces, text[at:]))
        pieces.clear()
    return text


def _sheets(text: str) -> Iterator[tuple[int, int]]:
    """Where the insides of style elements begin and end."""
    begun = -1
    for found in _STYLE.finditer(text):
        if not found[1] and begun < 0:
            begun = found.end()
        elif found[1] and begun >= 0:
            yield begun, found.start()
            begun = -1


def _rules(text: str, base: int) -> Iterator[Used]:
    """A style sheet. The stack holds, of each open brace, whether it is a condition; `deep` counts those that are."""
    text = _QUOTED.sub(lambda found: _LEFT_OUT.sub(" ", found[0]), text)
    stack: list[bool] = []
    deep = begun = 0
    for found in _SEGMENT.finditer(text):
        words, at = found[1].strip(), base + found.start(1) + len(found[1]) - len(found[1].lstrip())
        if found[2] == "{":
            if not deep:
                yield from _opened(words, at)
            stack.append(words.startswith(_CONDITIONS))
            deep += stack[-1]
        elif found[2] == "}" or not found[2]:
            if not deep and stack:
                yield from _declared(text[begun : found.start(2)], base + begun)
            deep -= stack.pop() if stack else 0
        elif words.startswith("@"):
            yield from _opened(words, at)
        if found[2] != ";":
            begun = found.end()


def _opened(words: str, at: int) -> Iterator[Used]:
    """What stands before a brace: an at-rule, or selectors."""
    if words.startswith("@"):
        name = re.split(r"[\s(]", words[1:], maxsplit=1)[0]
        if name in _AT:
            yield Used(f"css-at-{name}", f"@{name}", at, f"@{name}")
        return
    for found in _PSEUDO.finditer(words):
        kind = "element" if found[1] == "::" or found[2] in {"before", "after"} else "class"
        yield Used(
            f"css-pseudo-{kind}-{found[2].lower()}",
            f"{found[1]}{found[2]}",
            at + found.start(),
            found[0].lower(),
        )


def _declared(text: str, base: int) -> Iterator[Used]:
    """The declarations of one rule, or of one style attribute."""
    seen: set[str] = set()
    for found in re.finditer(r"[^;]+", text):
        name, colon, value = found[0].partition(":")
        prop = name.strip().lower()
        if not colon or not re.fullmatch(r"[a-z-]+", prop) or prop in seen:
            continue
        seen.add(prop)
        at = base + found.start() + len(name) - len(name.lstrip())
        value = value.replace("!important", "").strip()
        shown = f"{prop}: {' '.join(value.split())}" if value else prop
        for feature, needle in dict(_of(prop, value)).items():
            yield Used(feature, shown, at, needle)


def _of(prop: str, value: str) -> Iterator[tuple[str, str]]:
    """Features, each with what of it stands in the mail."""
    yield _PROPERTIES.get(prop, f"css-{prop}"), f"{prop}:"
    pair = _PAIRS.get((prop, value.lower()))
    if pair:
        yield pair, f"{prop}:{value.lower()}"
    if prop in {"background", "background-image"} and "url(" in value.lower():
        yield "css-background-image", "url("
    for found in _VALUE.finditer(value):
        name = (found[1] or found[2]).lower()
        if found[1] and name in _FUNCTIONS:
            yield _FUNCTIONS[name], f"{name}("
        elif found[2] and name in _UNITS:
            yield f"css-unit-{name}", found[0].lower()


def _marked(text: str) -> Iterator[Used]:
    """Elements and attributes."""
    for found in _TAG.finditer(text):
        tag = found[1].lower()
        if tag in _TAGS:
            yield Used(f"html-{_TAGS[tag] or tag}", f"<{tag}>", found.start(), f"<{tag}")
        for name in _NAME.finditer(_QUOTED.sub(lambda quoted: " " * len(quoted[0]), found[2])):
            if name[1].lower() in _ATTRIBUTES:
                own = name[1].lower()
                yield Used(f"html-{own}", f"<{tag} {own}>", found.start(2) + name.start(), f" {own}")
