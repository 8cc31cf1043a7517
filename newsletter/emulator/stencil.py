"""In: the message level of an accepted request. Out: its parts cut into pieces: text, tracked links, places to fill.

Called by message.py once per request. Everything that SendGrid adds to a message is added here: footers, the pixel,
rewritten links. Links are found before substitution, so a link that is a tag is not tracked (click tracking page).
"""

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from newsletter.emulator.rules_extras import is_on

MAX_LINKS = 1000
"""Tracked links per email (tracking page)."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A tracked link. `url` is the author's, tags and all."""

    index: int
    url: str
    part: Literal["html", "text"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place for an address that is made for each recipient."""

    name: Literal["open", "unsubscribe", "group", "preferences"]


Piece = str | Link | Mark
Cut = Callable[["re.Match[str]"], Sequence[Piece] | None]


@dataclass(frozen=True, slots=True)
class Stencil:
    """Both parts in pieces; None for a part that the message lacks."""

    html: tuple[Piece, ...] | None
    text: tuple[Piece, ...] | None
    links: tuple[Link, ...]
    subscription: bool
    group: int | None
    opens: bool
    clicks: bool


def make_stencil(letter: Json, account_tracking: Iterable[str]) -> Stencil:
    """Apply mail settings, tracking settings and asm of a request. `account_tracking`: what is on unless stated."""
    tracking = letter.get("tracking_settings") or {}
    on = {
        name: is_on(tracking, f"{name}_tracking", name in tuple(account_tracking))
        for name in ("click", "open", "subscription")
    }
    parts = {block["type"].lower(): block["value"] for block in reversed(letter.get("content") or [])}
    numbers = iter(range(MAX_LINKS))
    markup, text = _markup(letter, parts.get("text/html"), on), _text(letter, parts.get("text/plain"), on)
    if on["click"]:
        markup = markup and _cut_each(markup, _HREF, lambda match: _tracked(match, numbers, "html"))
        if (tracking.get("click_tracking") or {}).get("enable_text"):
            text = text and _cut_each(text, _BARE, lambda match: _tracked(match, numbers, "text"))
    links = [piece for piece in (*(markup or ()), *(text or ())) if isinstance(piece, Link)]
    group = (letter.get("asm") or {}).get("group_id")
    return Stencil(
        _frozen(markup),
        _frozen(text),
        tuple(links),
        on["subscription"],
        group,
        on["open"],
        on["click"],
    )


def _frozen(pieces: Sequence[Piece] | None) -> tuple[Piece, ...] | None:
    return None if pieces is None else tuple(pieces)


_HREF = re.compile(
    r"""(?P<lead><a(?=\s)(?P<before>[^>]*?)\shref=(?P<quote>["']))(?P<url>https?://[^"']*)(?P=quote)""",
    re.IGNORECASE,
)
_BARE = re.compile(r"""(?P<lead>)(?P<before>)(?P<url>https?://[^\s<>"]*[^\s<>".,;:!?)\]])""", re.IGNORECASE)
_OPTED_OUT = re.compile(r"""clicktracking\s*=\s*["']?off""", re.IGNORECASE)


def _tracked(
    match: "re.Match[str]", numbers: Iterable[int], part: Literal["html", "text"]
) -> Sequence[Piece] | None:
    if _OPTED_OUT.search(match["before"]):
        return None
    index = next(iter(numbers), None)
    if index is None:
        return None
    url = html.unescape(match["url"]) if part == "html" else match["url"]
    return match["lead"], Link(index, url, part), match[0][match.end("url") - match.start() :]


def _cut_each(pieces: Sequence[Piece], pattern: re.Pattern[str], cut: Cut) -> list[Piece]:
    done: list[Piece] = []
    for piece in pieces:
        done += _cut(piece, pattern, cut) if isinstance(piece, str) else [piece]
    return done


def _cut(text: str, pattern: re.Pattern[str], cut: Cut) -> list[Piece]:
    done: list[Piece] = []
    start = 0
    for match in pattern.finditer(text):
        pieces = cut(match)
        if pieces is not None:
            done += [text[start : match.start()], *pieces]
            start = match.end()
    return [piece for piece in (*done, text[start:]) if piece != ""]


def _markup(letter: Json, source: str | None, on: dict[str, bool]) -> list[Piece] | None:
    if source is None:
        return None
    footer = (letter.get("mail_settings") or {}).get("footer") or {}
    if footer.get("enable"):
        source = _before_end(source, footer.get("html", ""))
    source = _with_campaign(letter, source)
    pieces: list[Piece] = [source]
    if on["subscription"]:
        pieces = _with_subscription(letter, source, "html")
    pieces = _with_group(letter, pieces, "html")
    return _with_pixel(letter, pieces) if on["open"] else pieces


def _text(letter: Json, source: str | None, on: dict[str, bool]) -> list[Piece] | None:
    if source is None:
        return None
    footer = (letter.get("mail_settings") or {}).get("footer") or {}
    if footer.get("enable"):
        source += "\n" + footer.get("text", "")
    pieces: list[Piece] = [source]
    if on["subscription"]:
        pieces = _with_subscription(letter, source, "text")
    return _with_group(letter, pieces, "text")


def _before_end(source: str, extra: str) -> str:
    place = source.lower().rfind("</body>")
    place = len(source) if place < 0 else place
    return source[:place] + extra + source[place:]


def _with_campaign(letter: Json, source: str) -> str:
    settings = (letter.get("tracking_settings") or {}).get("ganalytics") or {}
    query = "&amp;".join(
        f"{name}={quote(value)}" for name, value in settings.items() if name.startswith("utm_")
    )
    if not settings.get("enable") or not query:
        return source

    def extend(match: "re.Match[str]") -> str:
        url, hash_sign, rest = match["url"].partition("#")
        return f"{match['lead']}{url}{'&amp;' if '?' in url else '?'}{query}{hash_sign}{rest}{match['quote']}"

    return _HREF.sub(extend, source)


_SUBSCRIPTION = {
    "html": "<p>If you'd like to unsubscribe and stop receiving these emails <% click here %>.</p>",
    "text": "\n\nIf you'd like to unsubscribe and stop receiving these emails click here: <% %>.",
}


def _with_subscription(letter: Json, source: str, part: Literal["html", "text"]) -> list[Piece]:
    settings = (letter.get("tracking_settings") or {}).get("subscription_tracking") or {}
    mark = Mark("unsubscribe")
    if tag := settings.get("substitution_tag"):
        return _cut(source, re.compile(re.escape(tag)), lambda _: (mark,))
    wording = settings.get(part) or _SUBSCRIPTION[part]
    extended = _before_end(source, wording) if part == "html" else source + wording
    if part == "text":
        return _cut(extended, _SLOT, lambda _: (mark,))
    return _cut(
        extended, _SLOT, lambda match: ('<a href="', mark, f'">{match["words"].strip() or "unsubscribe"}</a>')
    )


_SLOT = re.compile(r"<%(?!asm_)(?P<words>.*?)%>", re.DOTALL)
_ASM = re.compile(r"<%asm_(?P<what>group_unsubscribe|preferences|global_unsubscribe)(?:_raw)?_url%>")
_ASM_MARKS: dict[str, Mark] = {
    "group_unsubscribe": Mark("group"),
    "preferences": Mark("preferences"),
    "global_unsubscribe": Mark("unsubscribe"),
}
_GROUP: dict[str, str] = {
    "html": '<p><a href="<%asm_group_unsubscribe_raw_url%>">Unsubscribe From This List</a> | '
    '<a href="<%asm_preferences_raw_url%>">Manage Email Preferences</a></p>',
    "text": "\n\nUnsubscribe From This List: <%asm_group_unsubscribe_raw_url%>\n"
    "Manage Email Preferences: <%asm_preferences_raw_url%>",
}


def _with_group(letter: Json, pieces: list[Piece], part: Literal["html", "text"]) -> list[Piece]:
    if not letter.get("asm"):
        return pieces
    if not any(isinstance(piece, str) and _ASM.search(piece) for piece in pieces):
        last = pieces[-1] if isinstance(pieces[-1], str) else ""
        pieces = [*(pieces[:-1] if last else pieces), _before_end(last, _GROUP[part])]
    return _cut_each(pieces, _ASM, lambda match: (_ASM_MARKS[match["what"]],))


def _with_pixel(letter: Json, pieces: list[Piece]) -> list[Piece]:
    settings = (letter.get("tracking_settings") or {}).get("open_tracking") or {}
    pixel: tuple[Piece, ...] = ('<img src="', Mark("open"), '" alt="" width="1" height="1" border="0">')
    if tag := settings.get("substitution_tag"):
        return _cut_each(pieces, re.compile(re.escape(tag)), lambda _: pixel)
    last = pieces[-1] if isinstance(pieces[-1], str) else ""
    place = last.lower().rfind("</body>")
    place = len(last) if place < 0 else place
    return [*(pieces[:-1] if last else pieces), last[:place], *pixel, last[place:]]
