"""What a setting's value may be: readers of the text of the environment, or of the value of newsletter.toml.

In: a value. Out: the typed one, or ValueError with what was expected. Called by newsletter.settings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from math import inf
from urllib.parse import urlsplit

from newsletter.model.said import Said
from newsletter.model.thresholds import Limit

OFFICIAL_HOSTS = ("api.sendgrid.com", "api.eu.sendgrid.com")
LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")

_PLAIN_URL = re.compile(r"[A-Za-z0-9:/.\[\]_~%-]*")

Value = str | int | float | bool | tuple[str, ...] | datetime | None


class Unfit(ValueError):
    """A value that a setting cannot have; `said` tells why, in both languages."""

    def __init__(self, english: str, french: str) -> None:
        super().__init__(english)
        self.said = Said(english, french)


class Secret:
    """A value that never shows itself; `reveal()` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret(****)" if self._value else "Secret()"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)

    def reveal(self) -> str:
        """The value itself."""
        return self._value


def text(value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise Unfit("text expected", "un texte est attendu")
    return value.strip()


def whole(value: object) -> int:
    """A whole number of zero or more."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Unfit("a whole number expected", "un nombre entier est attendu")
    number = int(value)
    if number < 0:
        raise Unfit("zero or more expected", "zéro ou plus est attendu")
    return number


def one_or_two(value: object) -> int:
    """1 or 2."""
    number = whole(value)
    if number not in {1, 2}:
        raise Unfit("1 or 2 expected", "1 ou 2 est attendu")
    return number


def share(value: object) -> float:
    """A number between 0 and 1."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit("a number between 0 and 1 expected", "un nombre entre 0 et 1 est attendu")
    number = float(value)
    if not 0 <= number <= 1:
        raise Unfit("a number between 0 and 1 expected", "un nombre entre 0 et 1 est attendu")
    return number


def items(value: object) -> tuple[str, ...]:
    """A list of texts."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise Unfit(
        "a list of texts expected (in the environment: separated by commas)",
        "une liste de textes est attendue (dans l’environnement, séparés par des virgules)",
    )


def like(default: Limit) -> Callable[[object], Value]:
    """What reads a threshold: of the kind that its default has."""
    if isinstance(default, tuple):
        return items
    return whole if isinstance(default, int) else positive


def positive(value: object) -> float:
    """A number of zero or more."""
    if isinstance(value, bool) or not isinstance(value, int | float | str) or not 0 <= float(value) < inf:
        raise Unfit("a number of zero or more expected", "un nombre de zéro ou plus est attendu")
    return float(value)


def secret(value: object) -> Secret:
    """A secret."""
    return Secret(text(value))


def instant(value: object) -> datetime | None:
    """A moment, aware; None when it is empty."""
    if isinstance(value, datetime):
        moment = value
    else:
        written = text(value)
        if not written:
            return None
        moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def base_url(value: object) -> str:
    """A URL with nothing behind its path; https, but for this machine."""
    url = text(value).rstrip("/")
    if not _PLAIN_URL.fullmatch(
        url
    ):  # it stands in headers, where a sign beyond these would stop every email
        raise Unfit(
            "plain letters, digits and signs of a URL expected; a name with accents in its xn-- form",
            "des lettres, chiffres et signes simples d’une URL sont attendus; un nom accentué, dans sa forme xn--",
        )
    parts = urlsplit(url)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.query
        or parts.fragment
        or parts.username
        or parts.port == 0
    ):
        raise Unfit(
            "a URL such as https://news.example.org expected",
            "une URL comme https://news.example.org est attendue",
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise Unfit(
            "https expected (http only for 127.0.0.1)", "https est attendu (http pour 127.0.0.1 seulement)"
        )
    return url


def base_url_or_none(value: object) -> str:
    """A URL without a path, or nothing."""
    url = base_url(value) if text(value) else ""
    if url and urlsplit(url).path:
        raise Unfit(
            "an address without a path expected, such as https://studio.example.org",
            "une adresse sans chemin est attendue, comme https://studio.example.org",
        )
    return url


def sendgrid_url(value: object) -> str:
    """An official host, or this machine."""
    url = base_url(value)
    parts = urlsplit(url)
    official = (
        parts.scheme == "https" and parts.hostname in OFFICIAL_HOSTS and parts.port is None and not parts.path
    )
    if not official and parts.hostname not in LOOPBACK_HOSTS:
        raise Unfit(
            f"one of {', '.join('https://' + h for h in OFFICIAL_HOSTS)}, or a loopback address, expected",
            f"l’une de ces valeurs est attendue\u00a0: {', '.join('https://' + h for h in OFFICIAL_HOSTS)}, ou une adresse de bouclage",
        )
    return url


def words(*known: str) -> Callable[[object], tuple[str, ...]]:
    """A list of some of these words."""

    def read(value: object) -> tuple[str, ...]:
        found = items(value)
        if wrong := [word for word in found if word not in known]:
            raise Unfit(
                f"{wrong[0]!r} is not one of {', '.join(known)}",
                f"{wrong[0]!r} n’est pas parmi {', '.join(known)}",
            )
        return tuple(dict.fromkeys(found))

    return read


def word(*known: str) -> Callable[[object], str]:
    """One of these words."""

    def read(value: object) -> str:
        if text(value) not in known:
            raise Unfit(
                f"one of {', '.join(known)} expected",
                f"l’une de ces valeurs est attendue\u00a0: {', '.join(known)}",
            )
        return text(value)

    return read


def hook_url(value: object) -> Secret:
    """A URL that is itself the permission to post there: it is kept like a password, and never stands in an error."""
    url = text(value)
    parts = urlsplit(url)
    plain = url.isascii() and url.isprintable() and " " not in url
    loopback = parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    if url and not (
        plain and parts.hostname and not parts.username and (parts.scheme == "https" or loopback)
    ):
        raise Unfit(
            "an https URL expected (http only for 127.0.0.1)",
            "une URL https est attendue (http pour 127.0.0.1 seulement)",
        )
    return Secret(url)
