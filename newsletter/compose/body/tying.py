"""Words that must not part at the end of a line: a number and its unit, a day and its month, a postal code, COVID-19, the last two
words of a heading.

In: text or HTML. Out: the same with no-break spaces and hyphens, unchanged a second time. Called by body.prose, frame.looks and frame.filters;
for HTML alone: plain text is wrapped by its own rules. Tags, code, addresses and tokens stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

TIE = "\u00a0"
_LONGEST = (
    12  #: characters that may be tied at a heading's end: more would be cut where a phone shows large type
)
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-zA-Z0-9]+)")
_HEADING = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(("code", "pre", "kbd"))

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
)
#: words that follow a number without belonging to it
_PASSING = (
    "a|an|and|as|at|by|for|from|has|have|he|if|in|into|is|it|of|on|or|our|so|than|that|the|their|then|they|to|was|we|were|when|"
    "which|who|will|with|you|your|au|aux|avec|ce|ces|dans|de|des|dont|du|en|est|et|il|ils|la|le|les|mais|nous|où|ou|par|pour|"
    "puis|que|qui|sans|se|si|son|sont|sur|un|une|vous|à"
)
#: a number, in figures: not a part of an address, a code or a longer word
_NUMBER = r"(?<![^\s(«“‘\[])[$€£]?\d(?:[\d.,:\u00a0\u202f]*\d)?\+?"
_RULES = (
    re.compile(rf"(?<!\w)(?:{_MONTHS}) (?=\d{{1,4}}\b)"),  # February 11
    re.compile(rf"(?<![\w./-])\d{{1,2}}(?:er|st|nd|rd|th)? (?=(?:{_MONTHS})\b)"),  # 11 février
    re.compile(r"(?<![\w.,/])\d{1,3}(?: (?=\d{3}(?!\d)))"),  # 3 000
    re.compile(r"(?<!\w)(?:No\.|no|n°|Nº|nº|p\.|pp\.|Suite|bureau|Room|salle) (?=\d)"),
    re.compile(r"(?<=\d) (?=(?:[ap]\.m\.|[$€£%°]|M\$|k\$|G\$|[MGk][oB]\b|[kcm]?m[²³]?\b|kg\b|h\b|min\b))"),
    re.compile(r"(?<=\bh) (?=\d\d\b)"),  # 9 h 30
    re.compile(
        rf"{_NUMBER} (?=(?!(?:{_PASSING})\b)[a-zàâçéèêëîïôûùüœ-]{{1,10}}(?![\w@./]))"
    ),  # 65 projects, $148 million
)
#: Canadian and American postal codes, and the word before them: alone on a line they are nobody's address
_POSTAL = re.compile(r"(?<=\S) {1,2}(?=(?:[A-Z]\d[A-Z][ \u00a0]?\d[A-Z]\d|[A-Z]{2} \d{5}(?:-\d{4})?)(?!\w))")
_POSTAL_PARTS = re.compile(
    r"(?<!\w)[A-Z]\d[A-Z] (?=\d[A-Z]\d(?!\w))|(?<!\w)[A-Z]{2} (?=\d{5}(?:-\d{4})?(?!\w))"
)
#: COVID-19, A-320: the hyphen is a part of the name
_NAMED = re.compile(r"(?<![\w./@\\-])[A-Z]{1,10}-(?=\d{1,4}(?![\w@-]|[./]\w))")
HYPHEN = "\u2011"
_YEAR = re.compile(r"(?:19|20)\d\d ")


def tied(text: str) -> str:
    """Text or HTML whose numbers keep their units."""
    return _each(text, _numbers)


def headed(text: str) -> str:
    """A heading whose numbers keep their units and whose last word does not stand alone, where there are three words or more."""
    return _last_pair(tied(text))


def prose_tied(html: str) -> str:
    """The HTML of prose: headings as headings, the rest as text."""
    pieces = _TAG.split(html)
    start = 0
    opened = -1
    out: list[str] = []
    for index, piece in enumerate(pieces):
        name = _NAME.match(piece) if index % 2 else None
        if name and name[1].lower() in _HEADING:
            if piece.startswith("</") and opened >= 0:
                out.append(headed("".join(pieces[start:index])))
            else:
                out.append(tied("".join(pieces[start:index])))
            opened = -1 if piece.startswith("</") else index
            out.append(piece)
            start = index + 1
    out.append(tied("".join(pieces[start:])))
    return "".join(out)


def _each(html: str, change: Callable[[str], str]) -> str:
    """HTML with each of its texts changed, but what stands in code."""
    silent = 0
    pieces = _TAG.split(html)
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            pieces[index] = piece if silent else change(piece)
        elif (name := _NAME.match(piece)) and name[1].lower() in _SILENT:
            silent = max(0, silent + (-1 if piece.startswith("</") else 1))
    return "".join(pieces)


def _numbers(text: str) -> str:
    if not any(character.isdigit() for character in text):
        return text
    before = ""
    while before != text:  # one tie can make the next: each turn leaves fewer spaces
        before = text
        for rule in _RULES:
            text = rule.sub(_tie, text)
    text = _POSTAL_PARTS.sub(_tie, _POSTAL.sub(TIE, text))
    return _NAMED.sub(lambda match: match[0][:-1] + HYPHEN, text)


def _tie(match: re.Match[str]) -> str:
    whole = match[0]
    return whole if _YEAR.fullmatch(whole) else whole[:-1] + TIE


def _last_pair(html: str) -> str:
    """A tie instead of the last space, where what stands around it is short."""
    if "<code" in html:
        return html
    words = _TAG.sub("", html).split(" ")
    if len([word for word in words if word]) < 3 or not words[-1]:
        return html
    before, last = words[-2], words[-1]
    if TIE in last or "&nbsp;" in last or not before or len(before) + len(last) > _LONGEST:
        return html
    pieces = _TAG.split(html)
    for index in range(len(pieces) - 1, -1, -1):
        if index % 2 == 0 and " " in pieces[index]:
            head, _, tail = pieces[index].rpartition(" ")
            pieces[index] = head + TIE + tail
            break
    return "".join(pieces)
