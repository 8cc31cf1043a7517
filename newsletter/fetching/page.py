"""What a web page says of itself: title, summary, picture, language, and where it stands in other languages.

In: the bytes of a page that anybody may have written. Out: PageFacts, plain text without controls. Called by pipeline.teaser.

Only attributes and texts of the head's elements are read, in one pass over a tree that libxml2 limits in depth; nothing is run,
loaded or followed. Sources: Open Graph (ogp.me), cards of X, schema.org in JSON-LD, HTML's own elements, in that order.
"""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import ada_url
from lxml import etree

_MOST_ELEMENTS = 60_000
_MOST_JSON = 200_000  #: characters of one JSON-LD block
_DEEPEST = 20
_LONGEST = {"title": 160, "summary": 320, "alt": 125}
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
#: what WHATWG reads for these names, and the encodings that may be asked for at all
_READ_AS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
}
_KNOWN = re.compile(
    r"utf-?(8|16|16-?le|16-?be)|iso-?8859-?\d{1,2}|windows-?125\d|cp125\d|mac-?roman|koi8-?[ru]|gb18030|gbk|gb2312|big5|shift[_-]jis|euc-(jp|kr)"
)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A page's own words, each on one line and of bearable length. URLs are absolute http(s); empty: it says nothing.

    `alternates` maps languages ("en", "fr") to addresses.
    """

    title: str = ""
    summary: str = ""
    image: str = ""
    alt: str = ""
    language: str = ""
    canonical: str = ""
    alternates: dict[str, str] = field(default_factory=dict)


def read(body: bytes, charset: str, url: str) -> PageFacts:
    """The facts of a page that came from `url`. Never raises for what stands in it."""
    found = _gathered(_decoded(body, charset))
    ld = _first_story(found.ld)
    title = _words(found.meta, "og:title", "twitter:title") or _text(ld.get("headline")) or found.title
    summary = _words(found.meta, "og:description", "twitter:description", "description") or _text(
        ld.get("description")
    )
    image = _words(
        found.meta, "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"
    )
    site = _words(found.meta, "og:site_name")
    return PageFacts(
        title=cut(without_site(clean(title), clean(site)), _LONGEST["title"]),
        summary=cut(clean(summary), _LONGEST["summary"]),
        image=absolute(image or _picture(ld.get("image")), url),
        alt=cut(clean(_words(found.meta, "og:image:alt", "twitter:image:alt")), _LONGEST["alt"]),
        language=_language(found.language or _words(found.meta, "og:locale")),
        canonical=absolute(found.canonical, url),
        alternates={
            language: address
            for language, href in found.alternates
            if language and (address := absolute(href, url))
        },
    )


def clean(text: str) -> str:
    """Text on one line, without controls, marks of direction, or signs that nobody sees."""
    kept = "".join(
        sign if sign.isprintable() else " " if sign.isspace() else ""
        for sign in unicodedata.normalize("NFC", text)
    )
    return " ".join(kept.split())


def cut(text: str, most: int) -> str:
    """A text of so many characters at most, cut between words."""
    if len(text) <= most:
        return text
    short = text[: most - 1]
    return (short.rsplit(" ", 1)[0] if " " in short[most // 2 :] else short).rstrip(" ,;:–-") + "…"


def without_site(title: str, site: str) -> str:
    """`A story | The site` → `A story`."""
    if site:
        for sign in ("|", "-", "–", "—", "·", ":", "•", "»"):
            title = title.removesuffix(f" {sign} {site}")
    return title


def absolute(href: str, base: str) -> str:
    """An address that a page names; empty unless it is http(s) and holds no name or password."""
    if not href.strip() or len(href) > 4_000:
        return ""
    try:
        url = ada_url.URL(href.strip(), base=base)
    except (ValueError, UnicodeError):
        return ""
    plain = url.protocol in {"http:", "https:"} and not url.username and not url.password
    return url.href if plain else ""


@dataclass(slots=True)
class _Gathered:
    meta: dict[str, str] = field(default_factory=dict)
    title: str = ""
    language: str = ""
    canonical: str = ""
    alternates: list[tuple[str, str]] = field(default_factory=list)
    ld: list[str] = field(default_factory=list)


def _gathered(text: str) -> _Gathered:
    found = _Gathered()
    for element in _elements(text):
        match element.tag:
            case "html":
                found.language = element.get("lang") or element.get("xml:lang") or ""
            case "meta":
                name = (element.get("property") or element.get("name") or "").strip().lower()
                found.meta.setdefault(name, element.get("content") or "")
            case "title":
                found.title = found.title or (element.text or "")
            case "link":
                _link(element, found)
            case "script":
                if (element.get("type") or "").strip().lower() == "application/ld+json" and len(
                    found.ld
                ) < 10:
                    found.ld.append(element.text or "")
    return found


def _link(element: Any, found: _Gathered) -> None:
    relations = (element.get("rel") or "").lower().split()
    href = element.get("href") or ""
    if "canonical" in relations:
        found.canonical = found.canonical or href
    if "alternate" in relations and element.get("hreflang") and len(found.alternates) < 100:
        found.alternates.append((_language(element.get("hreflang")), href))


def _elements(text: str) -> Iterator[Any]:
    """The elements of a page in order, as far as one looks."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, recover=True, remove_comments=True
    )
    data = text.encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):  # empty, or nothing in it that is a page
        return
    if root is None:
        return
    for number, element in enumerate(root.iter()):
        if number >= _MOST_ELEMENTS:
            return
        if isinstance(element.tag, str):
            yield element


def _decoded(body: bytes, charset: str) -> str:
    """Text: by its byte order mark, the header, the page's own word, else UTF-8 where it is such, else as browsers do."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    said = _META_CHARSET.search(body[:4096])
    for name in (charset, said[1].decode("ascii") if said else ""):
        codec = _codec(name)
        if codec:
            return body.decode(codec, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _codec(name: str) -> str:
    """Python's name of an encoding of text; empty for what is none, or none that pages have."""
    plain = name.strip().lower()
    plain = _READ_AS.get(plain, plain)
    try:
        return codecs.lookup(plain).name if _KNOWN.fullmatch(plain) else ""
    except LookupError:
        return ""


def _words(meta: dict[str, str], *names: str) -> str:
    return next((meta[name] for name in names if meta.get(name, "").strip()), "")


def _language(text: str | None) -> str:
    """`fr-CA`, `fr_CA` → `fr`; empty for what is no language."""
    match = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", (text or "").strip())
    return match[0].lower() if match else ""


def _first_story(blocks: list[str]) -> dict[str, Any]:
    """The first thing in JSON-LD that has a headline."""
    for block in blocks:
        if len(block) > _MOST_JSON:
            continue
        try:
            value = json.loads(block)
        except (ValueError, RecursionError):
            continue
        for item in _items(value, 0):
            if _text(item.get("headline")):
                return item
    return {}


def _items(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        yield from _items(value.get("@graph"), depth + 1)
    elif isinstance(value, list):
        for item in value[:100]:
            yield from _items(item, depth + 1)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _picture(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return _text(value.get("url")) if isinstance(value, dict) else _text(value)
