"""How pages are drawn: one environment, the filters of its templates, the files that pages load.

In: templates and files of look/ and vendor/. Out: HTML; files by name. Called by studio.

Templates escape by themselves; a name that is not there raises. Numbers and dates follow the language of the interface.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from newsletter.web.studio.words import LOCALES

HERE = Path(__file__).parent
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_NBSP = "\u00a0"
_KILO = 1000


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load. `version` changes with its content."""

    data: bytes
    media_type: str
    version: str


@cache
def assets() -> Mapping[str, Asset]:
    """All of them, by the path under /look/."""
    found: dict[str, Asset] = {}
    for folder in ("look", "vendor"):
        for path in sorted((HERE / folder).rglob("*")):
            if path.suffix in _TYPES:
                data = path.read_bytes()
                name = path.relative_to(HERE / folder).as_posix()
                version = hashlib.sha256(data).hexdigest()[:12]
                found[name] = Asset(data, _TYPES[path.suffix], version)
    return found


def asset(name: str) -> str:
    """The address of a file of look/ or vendor/, which changes with its content."""
    return f"/look/{name}?v={assets()[name].version}"


def fresh_id() -> str:
    """The id of a form that is drawn now."""
    return secrets.token_urlsafe(18)


@cache
def environment(zone: ZoneInfo) -> Environment:
    """The environment of all templates; moments are told in this zone."""
    made = Environment(
        loader=FileSystemLoader(HERE / "look"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        count=_told(count), percent=_told(percent), day=_told(day), size=_told(size), sentence=sentence
    )
    made.filters["moment"] = _told(lambda value, language: moment(value, language, zone))
    made.filters["hour"] = _told(lambda value, language: hour(value, language, zone))
    made.globals.update(asset=asset, has_asset=assets().__contains__, fresh_id=fresh_id)
    return made


def _told(make: Callable[[Any, str], str]) -> Callable[..., str]:
    """A filter that knows the language of the page; nothing is told of None."""

    @pass_context
    def told(context: Context, value: Any) -> str:
        return "" if value is None else make(value, str(context["language"]))

    return told


def count(value: float, language: str) -> str:
    """`2,911`, `2 911`."""
    return format_decimal(value, locale=LOCALES[language])


def percent(value: float, language: str) -> str:
    """A share: `12.3%`, `12,3 %`."""
    pattern = f"#,##0.#{_NBSP}%" if language == "fr" else "#,##0.#%"
    return format_percent(value, format=pattern, locale=LOCALES[language])


def day(value: date | datetime, language: str) -> str:
    """`Wednesday 16 December 2020`, `mercredi 16 décembre 2020`."""
    return format_date(value, _day_pattern(value, language), locale=LOCALES[language])


def _day_pattern(value: date, language: str) -> str:
    first = language == "fr" and value.day == 1
    return "EEEE 1'er' MMMM y" if first else "EEEE d MMMM y"


def hour(value: datetime, language: str, zone: ZoneInfo) -> str:
    """`9:05`, `9 h 05`."""
    there = value.astimezone(zone)
    if language != "fr":
        return f"{there.hour}:{there:%M}"
    return f"{there.hour}{_NBSP}h" + (f"{_NBSP}{there:%M}" if there.minute else "")


def moment(value: datetime, language: str, zone: ZoneInfo) -> str:
    """`16 December 2020, 9:05`, `16 décembre 2020, 9 h 05`."""
    there = value.astimezone(zone)
    pattern = "1'er' MMMM y" if language == "fr" and there.day == 1 else "d MMMM y"
    told = format_datetime(there, pattern, locale=LOCALES[language])
    return f"{told}, {hour(value, language, zone)}"


def size(value: int, language: str) -> str:
    """Bytes for reading: `812 KB`, `1.2 MB`; `812 ko`, `1,2 Mo`."""
    units = ("o", "ko", "Mo", "Go") if language == "fr" else ("B", "KB", "MB", "GB")
    number, step = float(value), 0
    while number >= _KILO and step < len(units) - 1:
        number, step = number / _KILO, step + 1
    shown = round(number, 1 if step > 1 and number < 10 else 0)
    return f"{format_decimal(shown, locale=LOCALES[language])}{_NBSP}{units[step]}"


def sentence(text: object) -> str:
    """A text with a capital at its beginning and a full stop at its end."""
    told = str(text).strip()
    if not told:
        return ""
    closed = told[-1] in ".!?…"
    return f"{told[:1].upper()}{told[1:]}{'' if closed else '.'}"
