"""The [publication] table of newsletter.toml: every key checked, every mistake with its line.

In: the tables of newsletter.toml. Out: a Publication. Called by app.

A text for readers is one text for all languages, or a table with one for each: `name = { en = "News", fr = "Nouvelles" }`.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from urllib.parse import urlsplit

from newsletter.model.errors import ConfigurationError
from newsletter.model.place import Place
from newsletter.model.publication import (
    AS_WRITTEN,
    PROFILES,
    Localized,
    Publication,
    Sender,
    TrackingMode,
)
from newsletter.model.said import NOTHING, Said
from newsletter.workspace.configuration import Tables
from newsletter.workspace.paths import LANGUAGE, SETTINGS_FILE

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_LIST_ID = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_CALENDAR = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85]")
_LINE_END = re.compile(r"[\n\t\u2028\u2029]")
_KEY_FORM = Said(
    "small letters, digits and hyphens, at most 31",
    "des minuscules, des chiffres et des traits d’union, 31 au plus",
)
_MISSING = Said("is missing", "manque")
_KNOWN = (
    "key", "name", "sender", "postal_address", "contact", "list_id", "languages", "time_zone", "website", "reply_to",
    "unsubscribe_mailbox", "reason", "calendar", "tracking", "staff", "typography",
)  # fmt: skip
_MOST_LANGUAGES = 8


def read_publication(tables: Mapping[str, object]) -> Publication:
    """The publication that newsletter.toml describes. Raises ConfigurationError that names the key and its line."""
    table = tables.get("publication")
    if not isinstance(table, Mapping):
        raise ConfigurationError(
            Said("has no [publication] table", "n’a pas de tableau [publication]"),
            code="publication-missing",
            place=Place(SETTINGS_FILE),
            hint=Said(
                "`newsletter init` in an empty folder makes a complete example to copy from.",
                "`newsletter init` dans un dossier vide fait un exemple complet à copier.",
            ),
        )
    return _Reader(tables, table).publication()


class _Reader:
    """Takes values out of one table, by name and kind."""

    def __init__(self, tables: Mapping[str, object], table: Mapping[str, object]) -> None:
        self.tables = tables
        self.table = table
        self.languages: tuple[str, ...] = ()

    def publication(self) -> Publication:
        """Every key in turn; `languages` first, as the others' texts depend on it."""
        self.only_known(self.table, _KNOWN, "publication")
        self.languages = self.read_languages()
        return Publication(
            key=self.matching("key", _KEY, _KEY_FORM),
            name=self.localized("name", one_line=True),
            sender=self.sender(),
            postal_address=self.localized("postal_address"),
            contact=self.localized("contact"),
            list_id=self.matching(
                "list_id",
                _LIST_ID,
                Said(
                    "an identifier such as news.example.org, without brackets",
                    "un identifiant comme news.example.org, sans crochets",
                ),
            ),
            languages=self.languages,
            time_zone=self.zone(),
            website=self.website(),
            reply_to=self.address("reply_to"),
            unsubscribe_mailbox=self.address("unsubscribe_mailbox"),
            reason=self.localized("reason") if "reason" in self.table else None,
            calendar=self.matching(
                "calendar",
                _CALENDAR,
                Said("a calendar such as CA-ON", "un calendrier comme CA-ON"),
                default="CA-ON",
            ),
            tracking=self.tracking(),
            staff=tuple(self.checked_address(text, "staff") for text in self.texts("staff")),
            typography=self.typography(),
        )

    def fault(
        self, key: str, message: Said, hint: Said = NOTHING, code: str = "publication-value"
    ) -> ConfigurationError:
        """An error at a key of this table."""
        path = f"publication.{key}" if key else "publication"
        place = self.tables.place(path) if isinstance(self.tables, Tables) else Place(SETTINGS_FILE)
        return ConfigurationError(
            Said(f"{path} {message.en}", f"{path} {message.fr}"), code=code, place=place, hint=hint
        )

    def only_known(self, table: Mapping[str, object], known: tuple[str, ...], path: str) -> None:
        """Refuse a key that means nothing, with the nearest that does."""
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = (
                    Said(f"Did you mean {near[0]}?", f"Vouliez-vous dire {near[0]}?")
                    if near
                    else Said(f"Known here: {', '.join(known)}.", f"Connus ici\u00a0: {', '.join(known)}.")
                )
                inner = f"{path}.{key}".removeprefix("publication.")
                raise self.fault(
                    inner,
                    Said("is not a key that is known here", "n’est pas une clé connue ici"),
                    hint,
                    "publication-key",
                )

    def text(self, key: str, table: Mapping[str, object] | None = None, path: str = "") -> str:
        """A text, stripped; empty when the key is absent."""
        value = (self.table if table is None else table).get(key, "")
        if not isinstance(value, str):
            raise self.fault(
                path or key, Said("must be a text in quotes", "doit être un texte entre guillemets")
            )
        if _CONTROL.search(value):
            raise self.fault(
                path or key,
                Said("holds an invisible control character", "contient un caractère de contrôle invisible"),
            )
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fault(
                key,
                Said(
                    'must be a list of texts: ["a", "b"]', 'doit être une liste de textes\u00a0: ["a", "b"]'
                ),
            )
        return tuple(item.strip() for item in value)

    def matching(self, key: str, pattern: re.Pattern[str], form: Said, default: str = "") -> str:
        """A text of a given form."""
        text = self.text(key) or default
        if not text:
            raise self.fault(
                key, _MISSING, Said(f"Write {form.en}.", f"Écrivez {form.fr}."), "publication-missing"
            )
        if not pattern.fullmatch(text):
            raise self.fault(
                key, Said(f"is {text!r}: expected {form.en}", f"vaut {text!r}\u00a0: on attend {form.fr}")
            )
        return text

    def read_languages(self) -> tuple[str, ...]:
        """The languages, each once."""
        languages = self.texts("languages")
        if not languages:
            raise self.fault(
                "languages",
                _MISSING,
                Said('Write ["en", "fr"].', 'Écrivez ["en", "fr"].'),
                "publication-missing",
            )
        wrong = [code for code in languages if not LANGUAGE.fullmatch(code)]
        if wrong:
            raise self.fault(
                "languages",
                Said(f"holds {wrong[0]!r}", f"contient {wrong[0]!r}"),
                Said(
                    'A language is a code such as "en" or "fr".', 'Une langue est un code comme "en" ou "fr".'
                ),
            )
        if len(set(languages)) != len(languages) or len(languages) > _MOST_LANGUAGES:
            raise self.fault(
                "languages",
                Said(
                    f"must name each language once, and at most {_MOST_LANGUAGES}",
                    f"doit nommer chaque langue une fois, et {_MOST_LANGUAGES} au plus",
                ),
            )
        return languages

    def localized(
        self, key: str, table: Mapping[str, object] | None = None, path: str = "", *, one_line: bool = False
    ) -> Localized:
        """A text in every language: one for all, or a table that holds each."""
        path = path or key
        value = (self.table if table is None else table).get(key)
        if value is None:
            raise self.fault(path, _MISSING, code="publication-missing")
        if isinstance(value, str):
            value = dict.fromkeys(self.languages, value)
        if not isinstance(value, Mapping):
            raise self.fault(
                path,
                Said(
                    "must be a text, or a table with a text for each language",
                    "doit être un texte, ou un tableau avec un texte par langue",
                ),
            )
        self.only_known(value, self.languages, f"publication.{path}")
        texts = {code: self.text(code, value, f"{path}.{code}") for code in self.languages}
        for code, text in texts.items():
            if not text:
                raise self.fault(
                    path,
                    Said(
                        f"has no text for the language {code!r}", f"n’a pas de texte pour la langue {code!r}"
                    ),
                    code="publication-missing",
                )
            if one_line and _LINE_END.search(text):
                raise self.fault(path, Said("must stand on one line", "doit tenir sur une ligne"))
        return texts

    def sender(self) -> Sender:
        """Who the mail is from. A member's field has no place there (Gmail's sender rules)."""
        value = self.table.get("sender")
        if not isinstance(value, Mapping):
            hint = Said(
                'Write [publication.sender] with `name` and `address = "news@example.org"`.',
                'Écrivez [publication.sender] avec `name` et `address = "news@example.org"`.',
            )
            raise self.fault(
                "sender",
                Said("is missing, or is not a table", "manque, ou n’est pas un tableau"),
                hint,
                "publication-missing",
            )
        self.only_known(value, ("name", "address"), "publication.sender")
        name = self.localized("name", value, "sender.name", one_line=True)
        if any("{{" in text or "{%" in text for text in name.values()):
            raise self.fault(
                "sender.name",
                Said(
                    "cannot hold a personal field: mailbox providers reject such senders",
                    "ne peut contenir de champ personnel\u00a0: les messageries rejettent de tels expéditeurs",
                ),
            )
        address = self.text("address", value, "sender.address")
        return Sender(name, self.checked_address(address, "sender.address"))

    def address(self, key: str) -> str:
        """An optional address."""
        text = self.text(key)
        return self.checked_address(text, key) if text else ""

    def checked_address(self, text: str, path: str) -> str:
        """An ASCII address, or an error."""
        if not _ADDRESS.fullmatch(text) or ".." in text or text.startswith((".", "-")):
            raise self.fault(
                path,
                Said(f"holds {text!r}", f"contient {text!r}"),
                Said(
                    "Write one plain address such as news@example.org.",
                    "Écrivez une adresse simple, comme news@example.org.",
                ),
            )
        return text

    def zone(self) -> str:
        """An IANA time zone."""
        text = self.text("time_zone")
        if not text:
            raise self.fault(
                "time_zone",
                _MISSING,
                Said('Write "America/Toronto".', 'Écrivez "America/Toronto".'),
                "publication-missing",
            )
        known = _zones()
        if text not in known:
            near = get_close_matches(text, known, n=1)
            hint = (
                Said(f"Did you mean {near[0]}?", f"Vouliez-vous dire {near[0]}?")
                if near
                else Said(
                    'Write an IANA name: "America/Toronto".', 'Écrivez un nom IANA\u00a0: "America/Toronto".'
                )
            )
            raise self.fault(
                "time_zone",
                Said(
                    f"is {text!r}, which is no time zone", f"vaut {text!r}, qui n’est pas un fuseau horaire"
                ),
                hint,
            )
        return text

    def website(self) -> str:
        """The organisation's own site."""
        text = self.text("website")
        if text and not _is_web_address(text):
            raise self.fault(
                "website",
                _is(text),
                Said(
                    "Write a whole address: https://www.example.org",
                    "Écrivez une adresse complète\u00a0: https://www.example.org",
                ),
            )
        return text

    def typography(self) -> dict[str, str]:
        """How languages are set, where somebody chose: `{ fr = "fr-FR" }`."""
        table = self.table.get("typography", {})
        if not isinstance(table, Mapping):
            raise self.fault(
                "typography",
                Said('must be a table: { fr = "fr-CA" }', 'doit être un tableau\u00a0: { fr = "fr-CA" }'),
            )
        self.only_known(table, self.languages, "publication.typography")
        return {language: self.profile(language, table) for language in table}

    def profile(self, language: str, table: Mapping[str, object]) -> str:
        """One language's profile."""
        path = f"typography.{language}"
        text = self.text(language, table, path)
        known = (*PROFILES.get(language.partition("-")[0], ()), AS_WRITTEN)
        if text not in known:
            raise self.fault(
                path,
                _is(text),
                Said(f"Write one of {', '.join(known)}.", f"Écrivez l’un de\u00a0: {', '.join(known)}."),
            )
        return text

    def tracking(self) -> TrackingMode:
        """What is learnt of readers."""
        text = self.text("tracking") or TrackingMode.AGGREGATE.value
        try:
            return TrackingMode(text)
        except ValueError:
            near = get_close_matches(text, list(TrackingMode), n=1)
            hint = (
                Said(f"Did you mean {near[0]}?", f"Vouliez-vous dire {near[0]}?")
                if near
                else Said(
                    f"Write one of {', '.join(TrackingMode)}.",
                    f"Écrivez l’un de\u00a0: {', '.join(TrackingMode)}.",
                )
            )
            raise self.fault("tracking", _is(text), hint) from None


def _is(text: str) -> Said:
    return Said(f"is {text!r}", f"vaut {text!r}")


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())  # reads the whole folder of zones: 30 ms


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:  # an unclosed bracket in the host
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
