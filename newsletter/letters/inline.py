"""The words of a paragraph as Markdown: emphasis that CommonMark reads as such, links that a mail may have, pictures by name.

In: an lxml element. Out: Markdown that gives back the same words, or less emphasis. Called by letters.blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from newsletter.letters.escaping import bare, escaped, opened, read_back
from newsletter.letters.ooxml import short
from newsletter.letters.value import Remark, Said

BREAK = "\n"
_BOLD, _ITALIC = {"b", "strong"}, {"i", "em", "cite", "var", "dfn"}
_OTHERS = {
    "s": "s",
    "del": "s",
    "strike": "s",
    "sub": "sub",
    "sup": "sup",
    "code": "code",
    "kbd": "code",
    "tt": "code",
    "samp": "code",
}
_BARE_LINK = re.compile(
    r"\b(?:https?://|www\.)[^\s<>\"“”«»\u00a0]+[^\s<>\"“”«».,;:!?)\]}'’\u00a0]|\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b"
)
_SAFE = re.compile(r"(?:https?://|mailto:|tel:|sms:)\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that look alike. `marks` are bold, italic, s, sub, sup, code; `picture` is a file's name."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Inline:
    """A paragraph's words. `markdown` and `plain` (without bold) may hold several lines; `text` is what is read."""

    markdown: str
    plain: str
    text: str
    bold: bool = False
    pictures: tuple[str, ...] = ()


class InlineReader:
    """Reads elements; `picture` gives a file's name for an img (empty: left out). What was changed is told in `remarks`."""

    def __init__(self, picture: Callable[[Any], str]) -> None:
        self._picture = picture
        self.remarks: list[Remark] = []

    def read(self, elements: list[Any | str]) -> Inline:
        """Neighbouring elements and texts as one paragraph."""
        runs = list(
            self._linked(_spaced(_joined(run for one in elements for run in self._runs(one, Run("")))))
        )
        text = "".join("" if run.picture else run.text for run in runs)
        words = [run for run in runs if run.text.strip()]
        bold = bool(words) and all("bold" in run.marks for run in words)
        unbold = [replace(run, marks=run.marks - {"bold"}) for run in runs]
        pictures = tuple(run.picture for run in runs if run.picture)
        return Inline(self._sound(runs, text), self._sound(unbold, text), text, bold, pictures)

    def _runs(self, one: Any | str, above: Run) -> Iterator[Run]:
        if isinstance(one, str):
            yield replace(above, text=one)
            return
        if one.tag == "br":
            yield Run(BREAK)
        elif one.tag == "img":
            if name := self._picture(one):
                yield Run((one.get("alt") or "").strip(), href=above.href, picture=name)
        else:
            own = self._marked(one, above)
            yield replace(own, text=one.text or "")
            for child in one:
                yield from self._runs(child, own)
                yield replace(own, text=child.tail or "")

    def _marked(self, one: Any, above: Run) -> Run:
        style = (one.get("style") or "").lower().replace(" ", "")
        marks = set(above.marks)
        if one.tag in _BOLD or re.search(r"font-weight:(bold|[6-9]00)", style):
            marks.add("bold")
        if (
            "font-weight:normal" in style
        ):  # Google Docs wraps whole documents in <b style="font-weight:normal">
            marks.discard("bold")
        if one.tag in _ITALIC or "font-style:italic" in style:
            marks.add("italic")
        if one.tag in _OTHERS:
            marks.add(_OTHERS[one.tag])
        href = self._href(one) if one.tag == "a" else ""
        return Run("", frozenset(marks), href or above.href)

    def _href(self, link: Any) -> str:
        href = re.sub(r"[\t\n\r]", "", (link.get("href") or "").strip())
        if not href or href.startswith("#"):
            return ""
        if (real := _unwrapped(href)) != href:
            self.remarks.append(
                Remark(
                    Said.CHANGED, "a link led through a mail filter; it leads to its own address now", real
                )
            )
            href = real
        if not _SAFE.match(href):
            what = "a link that no mail can have; its words stay"
            self.remarks.append(
                Remark(Said.LEFT_OUT, what, f"{short(''.join(link.itertext()), 40)} → {short(href)}")
            )
            return ""
        return quote(href, safe="%!#$&'*+,/:;=?@[]~-._")

    def _linked(self, runs: Iterator[Run]) -> Iterator[Run]:
        """Addresses that were typed and not linked become links."""
        for run in runs:
            at = 0
            for found in (
                () if run.href or run.picture or "code" in run.marks else _BARE_LINK.finditer(run.text)
            ):
                yield replace(run, text=run.text[at : found.start()])
                words = found.group()
                scheme = (
                    "mailto:"
                    if "@" in words and "/" not in words
                    else "https://"
                    if words.startswith("www.")
                    else ""
                )
                yield replace(run, text=words, href=quote(scheme + words, safe="%!#$&'*+,/:;=?@[]~-._"))
                at = found.end()
            yield replace(run, text=run.text[at:])

    def _sound(self, runs: list[Run], text: str) -> str:
        """The fullest form that gives the words back: with all marks, without those within bold, without any, wholly escaped."""
        wanted = bare(text)
        less = [replace(run, marks=run.marks & {"bold"}) for run in runs]
        none = [replace(run, marks=frozenset()) for run in runs]
        forms = ((runs, False), (runs, True), (less, False), (none, False), (none, True))
        written = (opened(_written(form, wholly=wholly).strip()) for form, wholly in forms)
        tried = list(_until(written, lambda markdown: read_back(markdown) == wanted))
        if len(tried) > 2 and any(run.marks for run in runs):
            what = "some emphasis within a word could not be kept"
            self.remarks.append(Remark(Said.CHANGED, what, short(text)))
        return tried[-1]


def _until(forms: Iterator[str], good: Callable[[str], bool]) -> Iterator[str]:
    for form in forms:
        yield form
        if good(form):
            return


def _unwrapped(href: str) -> str:
    """The address behind Outlook's "safe link"."""
    parts = urlsplit(href) if href.lower().startswith("https://") else None
    if parts is not None and (parts.hostname or "").endswith(".safelinks.protection.outlook.com"):
        return parse_qs(parts.query).get("url", [href])[0]
    return href


def _joined(runs: Iterator[Run]) -> list[Run]:
    """Neighbours that look alike as one; Word cuts words into many runs. Spaces between alike ones take their look."""
    joined: list[Run] = []
    for run in runs:
        if not run.text and not run.picture:
            continue
        last = joined[-1] if joined else None
        if last and not run.picture and not last.picture and (last.marks, last.href) == (run.marks, run.href):
            joined[-1] = replace(last, text=last.text + run.text)
        else:
            joined.append(run)
    return joined


def _spaced(runs: list[Run]) -> Iterator[Run]:
    """One space where there were several, none at the ends of lines."""
    before = BREAK
    for run in runs:
        if run.picture:
            before = "x"
            yield run
            continue
        text = re.sub(r"[ \t]*\n[ \t\n]*", BREAK, re.sub(r"[ \t]+", " ", run.text))
        if before.endswith((" ", BREAK)):
            text = text.lstrip(" " if before.endswith(" ") else " \n")
        if text:
            before = text
            yield replace(run, text=text)


def _written(runs: list[Run], *, wholly: bool) -> str:
    out = []
    for href, part in groupby(runs, key=lambda run: run.href):
        inner = _marks(list(part), ("bold", "italic", "s"), wholly=wholly)
        lead, core, trail = _ends(inner)
        target = f"<{href}>" if re.search(r"[()]", href) else href
        out.append(f"{lead}[{core}]({target}){trail}" if href and core else inner)
    return "".join(out)


_SIGNS = {"bold": "**", "italic": "*", "s": "~~"}


def _marks(runs: list[Run], order: tuple[str, ...], *, wholly: bool) -> str:
    if not order:
        return "".join(_plain(run, wholly=wholly) for run in runs)
    mark, *rest = order
    out = []
    for on, part in groupby(runs, key=lambda run: mark in run.marks):
        inner = _marks(list(part), tuple(rest), wholly=wholly)
        lead, core, trail = _ends(inner)
        out.append(f"{lead}{_SIGNS[mark]}{core}{_SIGNS[mark]}{trail}" if on and core else inner)
    return "".join(out)


def _ends(inner: str) -> tuple[str, str, str]:
    """Spaces stand outside of marks: CommonMark reads no emphasis that begins or ends with one."""
    if not inner.strip(" \n\u00a0\\"):
        return inner, "", ""
    begin = len(inner) - len(inner.lstrip(" \n\u00a0"))
    stripped = inner.rstrip(" \n\u00a0")
    if stripped.endswith("\\") and inner[len(stripped) :].startswith("\n"):
        stripped = stripped[:-1]
    if inner[begin : begin + 2] == "\\\n":
        begin += 2
    return inner[:begin], inner[begin : len(stripped)], inner[len(stripped) :]


def _plain(run: Run, *, wholly: bool) -> str:
    if run.picture:
        name = f"<{run.picture}>" if " " in run.picture else run.picture
        return f"![{escaped(' '.join(run.text.split()), wholly=True)}]({name})"
    if "code" in run.marks and "`" not in run.text and run.text.strip() and BREAK not in run.text:
        return f"`{run.text}`"
    text = BREAK.join(escaped(line, wholly=wholly) for line in run.text.split(BREAK)).replace(BREAK, "\\\n")
    for mark in ("sub", "sup"):
        if mark in run.marks and text.strip():
            text = f"<{mark}>{text}</{mark}>"
    return text
