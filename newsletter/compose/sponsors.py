"""sponsors.toml: who pays to stand in the newsletter, with what, and for how long.

In: its text. Out: sponsors by key, and findings with the line for what cannot be used. Called by body.completing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from newsletter.compose.findings import COMPONENT, Findings, near
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.model.sponsor import SponsorUse
from newsletter.model.toml_words import explain

FILE: Final = "sponsors.toml"
#: texts: one for all languages, or a table of them
LOCAL: Final = ("name", "url", "text", "link", "logo", "alt")
_DATES = ("from", "until")
_COUNT = "insertions"
_KEYS = (*LOCAL, *_DATES, _COUNT)


@dataclass(frozen=True, slots=True)
class Sponsor:
    """One sponsor. `texts` hold a text for all languages, or one for each."""

    key: str
    texts: Mapping[str, str | Mapping[str, str]]
    begins: date | None
    ends: date | None
    most: int | None
    place: Place

    def said(self, what: str, language: str) -> str:
        """One of its texts in a language; empty when it has none."""
        value = self.texts.get(what, "")
        return value if isinstance(value, str) else value.get(language, "")

    def use(self, language: str, place: Place, *, written: bool) -> SponsorUse:
        """The sponsor as it stands at a place; `written` when the issue brings the text itself."""
        lacks_logo = "logo" in self.texts and not self.said("logo", language)
        lacks_text = not written and not self.said("text", language)
        missing = (*(("text",) if lacks_text else ()), *(("logo",) if lacks_logo else ()))
        return SponsorUse(
            self.key, language, place, self.begins, self.ends, self.most, missing, terms=self.place
        )


def read(text: str, findings: Findings) -> dict[str, Sponsor]:
    """The sponsors of a file, by key. What cannot be used becomes a finding, and is left out."""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is no TOMLDecodeError
        fault = explain(error)
        message = Said(
            f"this is not TOML: {fault.reason.en}", f"ceci n’est pas du TOML\u00a0: {fault.reason.fr}"
        )
        findings.error(COMPONENT, message, Place(FILE, fault.line or 1, fault.column))
        return {}
    reader = _Reader(text, findings)
    return {key: reader.sponsor(key, table) for key, table in tables.items() if reader.is_table(key, table)}


@dataclass(frozen=True, slots=True)
class _Reader:
    text: str
    findings: Findings

    def is_table(self, key: str, table: object) -> bool:
        if not isinstance(table, dict):
            message = Said(
                f"“{key}” belongs to no sponsor", f"«\u00a0{key}\u00a0» n’appartient à aucun commanditaire"
            )
            hint = Said(
                "Put it below a line with the sponsor's key in brackets: [sample-tool].",
                "Placez-le sous une ligne qui porte la clé "
                "du commanditaire entre crochets\u00a0: [sample-tool].",
            )
            self.findings.error(COMPONENT, message, self._line(key), hint=hint)
        return isinstance(table, dict)

    def sponsor(self, key: str, table: Mapping[str, Any]) -> Sponsor:
        for name in table.keys() - set(_KEYS):
            self._unknown(key, name)
        if not table.get("name"):
            message = Said(
                f"the sponsor “{key}” needs a name",
                f"le commanditaire «\u00a0{key}\u00a0» a besoin d’un nom (name)",
            )
            self.findings.error(COMPONENT, message, self._line(key))
        texts = {name: self._local(key, name, table[name]) for name in LOCAL if name in table}
        begins, ends = (self._date(key, name, table.get(name)) for name in _DATES)
        most = self._count(key, table.get(_COUNT))
        return Sponsor(key, texts, begins, ends, most, self._line(key))

    def _unknown(self, key: str, name: str) -> None:
        keys = ", ".join(_KEYS)
        hint = near(name, _KEYS) or Said(f"There are: {keys}.", f"Clés possibles\u00a0: {keys}.")
        message = Said(f"a sponsor has no “{name}”", f"un commanditaire n’a pas de «\u00a0{name}\u00a0»")
        self.findings.error(COMPONENT, message, self._line(key, name), hint=hint)

    def _local(self, key: str, name: str, value: object) -> str | Mapping[str, str]:
        if isinstance(value, str):
            return value
        if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
            return value
        self._refuse(
            key, name, Said("is a text, or a text for each language", "est un texte, ou un texte par langue")
        )
        return ""

    def _date(self, key: str, name: str, value: object) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        self._refuse(
            key,
            name,
            Said(
                "is a date without quotation marks: 2021-03-31",
                "est une date sans guillemets\u00a0: 2021-03-31",
            ),
        )
        return None

    def _count(self, key: str, value: object) -> int | None:
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
            return value
        self._refuse(key, _COUNT, Said("is a whole number above 0", "est un nombre entier plus grand que 0"))
        return None

    def _refuse(self, key: str, name: str, rule: Said) -> None:
        message = Said(
            f"“{name}” of the sponsor “{key}” {rule.en}",
            f"«\u00a0{name}\u00a0» du commanditaire «\u00a0{key}\u00a0» {rule.fr}",
        )
        self.findings.error(COMPONENT, message, self._line(key, name))

    def _line(self, key: str, name: str = "") -> Place:
        """The line of a sponsor's table, or of a key within it; the first line when it is written in another way."""
        lines = self.text.split("\n")
        header = re.compile(rf"\s*\[[\s\"']*{re.escape(key)}[\s\"']*\]")
        begin = next((at for at, line in enumerate(lines) if header.match(line)), -1)
        wanted = re.compile(rf"\s*[\"']?{re.escape(name or key)}[\"']?\s*[.=]")
        found = (
            begin + 1 + at
            for at, line in enumerate(lines[begin + 1 :])
            if (name or begin < 0) and wanted.match(line)
        )
        return Place(FILE, next(found, max(begin, 0)) + 1)
