"""The states that a mail is in when somebody reads it: everything that differs from the designer's own screen.

In: the repository's issues and templates. Out: HTML by name of the state. Called by contact_sheet and test_states.

Dark inversion is simulated as the preview does it (rendering research, 6): mail programs that recolour on their own turn light grounds and lines
and dark words (partial), or every colour (full), in LCH, with a fifth of the chroma taken away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from markupsafe import Markup

from newsletter.compose.happenings import happenings
from newsletter.compose.request import Request
from newsletter.compose.steps import compose
from newsletter.model.edition import Rendering
from newsletter.pipeline.online import over
from newsletter.web.public.online import line, with_line
from newsletter.web.public.words import WORDS
from tests.browser.mails import request_for
from tests.unit.compose.kit import preview, told

#: 120 characters, with a long word in them
LONG_TITLE = "What more than three thousand members learned about interchangeability, patience and one another in a year like no other"
RTL_NAME = {"first_name": "عبد الرحمن", "last_name": "الخوارزمي"}
LONG_NAME = {"first_name": "Wolfeschlegelsteinhausenbergerdorff-Kpakpando"}

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_KEYS = re.compile(r"^(title|preheader): (.*)$", re.MULTILINE)
_ATTRIBUTE = re.compile(r'\b(title|link|kicker|role|place)="([^"]+)"')
_WORDS = re.compile(r"^(?!:::|\||#|- |$).+$", re.MULTILINE)
_PADDING = "notamment, bien entendu et quoi qu’il en soit"


def state(name: str) -> tuple[str, str]:
    """The HTML of a state, and the language in which it is written."""
    make, language = STATES[name]
    return make(), language


@cache
def _composed(request_key: str, change: Callable[[str], str]) -> Rendering:
    request = request_for(request_key)
    rendering = compose(_changed(request, change))
    assert not rendering.findings, told(rendering)
    return rendering


def _changed(request: Request, change: Callable[[str], str]) -> Request:
    return replace(
        request, sources=tuple(replace(source, text=change(source.text)) for source in request.sources)
    )


def _same(text: str) -> str:
    return text


def _without_pictures(text: str) -> str:
    return re.sub(r' (?:image|alt)="[^"]*"', "", text)


def _with_teasers(count: int) -> Callable[[str], str]:
    """The digest with so many teasers; where there are more than it holds, they begin again."""

    def change(text: str) -> str:
        teasers = re.findall(r"::: teaser.*?\n:::\n\n", text, re.DOTALL)
        first = text.index(teasers[0])
        bare = text
        for teaser in teasers:
            bare = bare.replace(teaser, "")
        wanted = "".join(teasers[number % len(teasers)] for number in range(count))
        return bare[:first] + wanted + bare[first:]

    return change


def _with_long_title(text: str) -> str:
    return re.sub(r"^title: .*$", f"title: {LONG_TITLE}", text, flags=re.MULTILINE)


def _a_quarter_longer(text: str) -> str:
    """Every sentence, title and label of a text a quarter longer: French is, beside English, and this is longer yet."""
    head = _FRONT.match(text)
    assert head is not None
    front = _KEYS.sub(lambda line: f"{line[1]}: {_longer(line[2])}", head[0])
    body = _ATTRIBUTE.sub(lambda one: f'{one[1]}="{_longer(one[2])}"', text[head.end() :])
    return front + _WORDS.sub(lambda line: line[0] if "{{" in line[0] else _longer(line[0]), body)


def _longer(words: str) -> str:
    wanted = max(1, len(words) // 4)
    padding = ""
    for word in _PADDING.split() * (1 + wanted // len(_PADDING)):
        if len(padding) >= wanted:
            break
        padding += f" {word}"
    return words + padding


def _made(
    template: str,
    language: str,
    change: Callable[[str], str] = _same,
    values: dict[str, str] | None = None,
) -> tuple[Callable[[], str], str]:
    return lambda: preview(_composed(template, change), language, values), language


def _online(
    template: str, language: str, *, before: bool = False, way: bool = False
) -> tuple[Callable[[], str], str]:
    """The mail as a page: what is over is said above it, and in the archive, where the other issues are."""

    def make() -> str:
        rendering = _composed(template, _same)
        told = [one for one in happenings(rendering.outlines, "America/Toronto") if one.language in language]
        day = datetime(2021, 1, 1, tzinfo=UTC) if before else datetime(2021, 2, 13, tzinfo=UTC)
        words = WORDS[language.split("+")[0]]
        back = Markup('<p class="nl-way"><a href="https://news.example/archive">{}</a></p>').format(
            words["archive_back"]
        )
        said = line(over(tuple(told), day), back if way else None)
        return with_line(preview(rendering, language), said, language.split("+")[0])

    return make, language


STATES: dict[str, tuple[Callable[[], str], str]] = {
    "no-image": _made("digest", "en", _without_pictures),
    **{f"teasers-{count}": _made("digest", "en", _with_teasers(count)) for count in (1, 2, 3, 5)},
    "teasers-5-fr": _made("digest", "fr", _with_teasers(5)),
    "long-title": _made("greeting", "en", _with_long_title),
    "long-title-digest-fr": _made("digest", "fr", _with_long_title),
    "french-longer": _made("digest", "fr", _a_quarter_longer),
    "french-longer-renewal": _made("renewal", "fr", _a_quarter_longer),
    "no-first-name": _made("greeting", "fr"),
    # what stands online is the mail itself, with the fallbacks where nobody is known; it is still read when its events are over
    "page-online": _online("plain", "fr", before=True),
    "ended-event": _online("event", "en"),
    "ended-event-bilingual": _online("event", "en+fr"),
    "ended-event-digest": _online("digest", "fr"),
    "archive-page": _online("greeting", "en", way=True),
    "archive-page-fr": _online("event", "fr", way=True),
    "right-to-left-name": _made("greeting", "en", values=RTL_NAME),
    "long-name": _made("event", "fr", values=LONG_NAME),
    "bilingual": _made("renewal", "en+fr"),
    "bilingual-digest": _made("digest", "en+fr"),
}

#: recolours the page as a mail program that knows no colour scheme does: argument "partial" or "full"
INVERT = """mode => {
  const linear = part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const gamma = part => part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055;
  const read = colour => colour.match(/[\\d.]+/g).map(Number);
  const toLab = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map(part => linear(part / 255));
    const bend = part => part > 0.008856 ? Math.cbrt(part) : (903.3 * part + 16) / 116;
    const [x, y, z] = [(0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b,
      (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089].map(bend);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const toRgb = ([l, a, b]) => {
    const y = (l + 16) / 116;
    const unbend = part => part ** 3 > 0.008856 ? part ** 3 : (116 * part - 16) / 903.3;
    const [X, Y, Z] = [unbend(y + a / 500) * 0.9505, unbend(y), unbend(y - b / 200) * 1.089];
    return [3.2406 * X - 1.5372 * Y - 0.4986 * Z, -0.9689 * X + 1.8758 * Y + 0.0415 * Z, 0.0557 * X - 0.204 * Y + 1.057 * Z]
      .map(part => Math.round(255 * Math.min(1, Math.max(0, gamma(part)))));
  };
  const turned = (colour, isGround) => {
    const [red, green, blue, alpha = 1] = read(colour);
    if (alpha === 0) return null;
    const [l, a, b] = toLab([red, green, blue]);
    const turns = mode === 'full' || (isGround ? l >= 50 : l < 50);
    if (!turns) return null;
    const light = l >= 50 ? 50 - (l - 50) * 0.75 : 50 + (50 - l) * 0.75;
    return `rgb(${toRgb([light, a * 0.8, b * 0.8]).join(',')})`;
  };
  const changes = [];
  for (const one of [document.documentElement, ...document.body.querySelectorAll('*'), document.body]) {
    const style = getComputedStyle(one);
    const ground = one === document.documentElement ? turned('rgb(255,255,255)', true) : turned(style.backgroundColor, true);
    changes.push([one, ground, turned(style.color, false), turned(style.borderTopColor, true), turned(style.borderLeftColor, true)]);
  }
  for (const [one, ground, words, top, left] of changes) {
    if (ground) one.style.setProperty('background-color', ground, 'important');
    if (words) one.style.setProperty('color', words, 'important');
    if (top) one.style.setProperty('border-top-color', top, 'important');
    if (left) one.style.setProperty('border-left-color', left, 'important');
  }
}"""

#: type twice as large, as a reader's own setting makes it: sizes and line heights, and nothing else
TWICE = """() => {
  const sizes = [...document.body.querySelectorAll('*')].map(one => {
    const style = getComputedStyle(one);
    return [one, parseFloat(style.fontSize), parseFloat(style.lineHeight)];
  });
  for (const [one, size, line] of sizes) {
    one.style.setProperty('font-size', `${2 * size}px`, 'important');
    if (line) one.style.setProperty('line-height', `${2 * line}px`, 'important');
  }
}"""
