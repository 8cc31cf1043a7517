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
from newsletter.model.said import NOTHING, Said, perhaps
from newsletter.workspace import publication_words as words
from newsletter.workspace.configuration import Tables
from newsletter.workspace.paths import LANGUAGE, SETTINGS_FILE

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_LIST_ID = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_CALENDAR = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85]")
_LINE_END = re.compile(r"[\n\t\u2028\u2029]")
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
            words.ABSENT,
            code="publication-missing",
            place=Place(SETTINGS_FILE),
            hint=words.INIT,
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
            key=self.matching("key", _KEY, words.KEY),
            name=self.localized("name", one_line=True),
            sender=self.sender(),
            postal_address=self.localized("postal_address"),
            contact=self.localized("contact"),
            list_id=self.matching(
                "list_id",
                _LIST_ID,
                words.LIST_ID,
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
                words.CALENDAR,
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
                hint = perhaps(
                    near, Said(f"Known here: {', '.join(known)}.", f"Connus ici\u00a0: {', '.join(known)}.")
                )
                inner = f"{path}.{key}".removeprefix("publication.")
                raise self.fault(
                    inner,
                    words.UNKNOWN,
                    hint,
                    "publication-key",
                )

    def text(self, key: str, table: Mapping[str, object] | None = None, path: str = "") -> str:
        """A text, stripped; empty when the key is absent."""
        value = (self.table if table is None else table).get(key, "")
        if not isinstance(value, str):
            raise self.fault(path or key, words.QUOTED)
        if _CONTROL.search(value):
            raise self.fault(
                path or key,
                words.CONTROL,
            )
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fault(
                key,
                words.TEXTS,
            )
        return tuple(item.strip() for item in value)

    def matching(self, key: str, pattern: re.Pattern[str], form: Said, default: str = "") -> str:
        """A text of a given form."""
        text = self.text(key) or default
        if not text:
            raise self.fault(
                key, words.MISSING, Said(f"Write {form.en}.", f"Écrivez {form.fr}."), "publication-missing"
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
                words.MISSING,
                words.WRITE_LANGUAGES,
                "publication-missing",
            )
        wrong = [code for code in languages if not LANGUAGE.fullmatch(code)]
        if wrong:
            raise self.fault(
                "languages",
                Said(f"holds {wrong[0]!r}", f"contient {wrong[0]!r}"),
                words.A_LANGUAGE,
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
            raise self.fault(path, words.MISSING, code="publication-missing")
        if isinstance(value, str):
            value = dict.fromkeys(self.languages, value)
        if not isinstance(value, Mapping):
            raise self.fault(
                path,
                words.EACH,
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
                raise self.fault(path, words.ONE_LINE)
        return texts

    def sender(self) -> Sender:
        """Who the mail is from. A member's field has no place there (Gmail's sender rules)."""
        value = self.table.get("sender")
        if not isinstance(value, Mapping):
            hint = words.WRITE_SENDER
            raise self.fault(
                "sender",
                words.NO_TABLE,
                hint,
                "publication-missing",
            )
        self.only_known(value, ("name", "address"), "publication.sender")
        name = self.localized("name", value, "sender.name", one_line=True)
        if any("{{" in text or "{%" in text for text in name.values()):
            raise self.fault(
                "sender.name",
                words.NO_FIELD,
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
                words.PLAIN,
            )
        return text

    def zone(self) -> str:
        """An IANA time zone."""
        text = self.text("time_zone")
        if not text:
            raise self.fault(
                "time_zone",
                words.MISSING,
                words.WRITE_ZONE,
                "publication-missing",
            )
        known = _zones()
        if text not in known:
            near = get_close_matches(text, known, n=1)
            hint = perhaps(
                near,
                words.IANA,
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
                words.WHOLE,
            )
        return text

    def typography(self) -> dict[str, str]:
        """How languages are set, where somebody chose: `{ fr = "fr-FR" }`."""
        table = self.table.get("typography", {})
        if not isinstance(table, Mapping):
            raise self.fault(
                "typography",
                words.TYPOGRAPHY,
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
            hint = perhaps(
                near,
                Said(
                    f"Write one of {', '.join(TrackingMode)}.",
                    f"Écrivez l’un de\u00a0: {', '.join(TrackingMode)}.",
                ),
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
