"""The two ways in which programs read a mail, and mails as lists of what they say, so that two compilers can be compared.

In: HTML. Out: HTML for Outlook on Windows, HTML for every other program, comparable lines. Called by the tests of this folder. Rendering
research 2: colours, numbers, spaces, the order of attributes and made-up ids mean nothing.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_NOT_FOR_IT = re.compile(r"<!--\[if !mso[^\]]*\]><!-->.*?<!--<!\[endif\]-->", re.DOTALL)
_FOR_IT = re.compile(r"<!--\[if [^\]]*(?:mso|IE)[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MADE_UP = re.compile(r"(?<![a-z0-9])(?:[0-9a-f]{16}|0{8}|(?=[a-z]*[0-9])[a-z0-9]{16})(?![a-z0-9])")
_IMPORTANT = re.compile(r"\s*!\s*important")
_ZERO = re.compile(r"(?<![\w.#-])0(?:px|%|em)(?![\w.])")
_LONG_NUMBER = re.compile(r"\d+\.\d{4,}")
_COMMA = re.compile(r",\s*")
_RULE = re.compile(r"\s*([{};:,>~+()])\s*")


def outlook(html: str) -> str:
    """HTML as Word reads it."""
    return _COMMENT.sub("", _FOR_IT.sub(lambda match: match[1], _NOT_FOR_IT.sub("", html)))


def others(html: str) -> str:
    """HTML as every other program reads it."""
    shown = re.sub(r"<!--\[if !mso[^\]]*\]><!-->|<!--<!\[endif\]-->", "", html)
    return _COMMENT.sub("", shown)


def lines(html: str) -> list[str]:
    """What a mail says, one element, text or rule a line."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.lines


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A start tag with its attributes in the order of their names."""
        said = sorted(filter(None, (_attribute(name, value or "") for name, value in attrs)))
        self.lines.append(f"<{' '.join([tag, *said])}>")
        self.in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        """An end tag."""
        self.lines.append(f"</{tag}>")
        self.in_style = False

    def handle_data(self, data: str) -> None:
        """Text, or the rules of a style block in the order of their selectors."""
        if self.in_style:
            self.lines += [_same(rule) for rule in sorted(_rules(data))]
        elif text := " ".join(data.split()):
            self.lines.append(_same(text))


def _rules(css: str) -> list[str]:
    """Flat rules, each with the condition around it."""
    around: list[str] = []
    found: list[str] = []
    pending = ""
    for piece in re.split(r"([{}])", _RULE.sub(r"\1", " ".join(css.split()))):
        if piece == "{":
            around.append(pending)
        elif piece == "}":
            if pending:
                found.append(f"{' '.join(around)}{{{pending.rstrip(';')}}}")
            del around[-1:]
        pending = piece.strip() if piece not in "{}" else ""
    return found


def _attribute(name: str, value: str) -> str:
    if name == "style":
        value = _style(value)
    elif name == "class":
        value = " ".join(sorted(value.split()))
    return f'{name}="{_same(" ".join(value.split()))}"' if value or name == "alt" else ""


def _style(value: str) -> str:
    pairs = (part.partition(":") for part in value.split(";"))
    parts = {name.strip().lower(): _COMMA.sub(",", said.strip()) for name, _, said in pairs if said}
    return ";".join(f"{name}:{_ZERO.sub('0', said)}" for name, said in sorted(parts.items()))


def _same(text: str) -> str:
    without_ids = _MADE_UP.sub("ID", _IMPORTANT.sub("!important", text))
    short = _LONG_NUMBER.sub(lambda match: f"{float(match[0]):.3f}", without_ids)
    return re.sub(r"#[0-9A-Fa-f]{3,8}\b", lambda match: match[0].lower(), short)
