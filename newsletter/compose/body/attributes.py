"""The attributes of a fence: `title="A story" href=https://… side=left`, judged by the catalogue.

In: what stands behind a component's name. Out: all attributes of the catalogue, with findings for the wrong ones. Called by
body.read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from newsletter.compose.body.pairs import Pair, Unreadable, pairs
from newsletter.compose.body.slots import Reader
from newsletter.compose.components import Attribute, Component, Kind
from newsletter.compose.findings import COMPONENT, Findings, near
from newsletter.compose.images import Images
from newsletter.compose.typography.typeset import Typesetter
from newsletter.compose.urls import judged
from newsletter.model.place import Place
from newsletter.model.said import Said

_YES = {"yes": "yes", "no": "", "": ""}


@dataclass(frozen=True, slots=True)
class AttributeReader:
    """Judges the attributes of one issue's components."""

    slots: Reader
    images: Images
    findings: Findings
    on_link: Callable[[str, Place], None]
    typesetter: Typesetter

    def read(self, component: Component, text: str, at: Place) -> dict[str, str]:
        """All attributes of a component; `at` is the place of the text's first character."""
        written = self._written(component, text, at)
        values: dict[str, str] = {}
        for name, rule in component.attributes.items():
            pair = written.get(name)
            if pair is None:
                values[name] = rule.choices[0] if rule.choices else ""
                if rule.required:
                    message = Said(
                        f'{component.name} needs {name}="…"', f'{component.name} a besoin de {name}="…"'
                    )
                    self.findings.error(COMPONENT, message, at)
            else:
                values[name] = self._value(component, rule, pair, at)
        return values

    def _written(self, component: Component, text: str, at: Place) -> dict[str, Pair]:
        written: dict[str, Pair] = {}
        try:
            for pair in pairs(text):
                place = _moved(at, pair.at)
                if pair.name not in component.attributes:
                    self._unknown(component, pair.name, place)
                elif pair.name in written:
                    message = Said(
                        f"“{pair.name}” stands here a second time",
                        f"«\u00a0{pair.name}\u00a0» figure ici une deuxième fois",
                    )
                    self.findings.error(COMPONENT, message, place)
                else:
                    written[pair.name] = pair
        except Unreadable as problem:
            message = Said("this cannot be read as attributes", "ceci ne se lit pas comme des attributs")
            hint = Said(
                'Write name="value"; close every quote.', 'Écrivez nom="valeur"; fermez tous les guillemets.'
            )
            self.findings.error(COMPONENT, message, _moved(at, problem.at), hint=hint)
        return written

    def _unknown(self, component: Component, name: str, place: Place) -> None:
        known = ", ".join(component.attributes)
        hint = near(name, component.attributes) or Said(
            f"It has: {known or 'none'}.", f"Ses attributs\u00a0: {known or 'aucun'}."
        )
        message = Said(
            f"{component.name} has no attribute “{name}”",
            f"{component.name} n’a pas d’attribut «\u00a0{name}\u00a0»",
        )
        self.findings.error(COMPONENT, message, place, hint=hint)

    def _value(self, component: Component, rule: Attribute, pair: Pair, at: Place) -> str:
        place = _moved(at, pair.at)
        if rule.kind is Kind.TEXT:
            text = self.slots.replace(pair.value, lambda offset: _moved(at, pair.value_at + offset))
            return self.typesetter.text(text)
        if rule.kind is Kind.URL:
            url = self.slots.replace(pair.value, lambda offset: _moved(at, pair.value_at + offset))
            return self._link(url, place)
        if rule.kind in {Kind.IMAGE, Kind.FILE}:
            known = self.images if rule.kind is Kind.IMAGE else self.images.hosted
            return pair.value if not pair.value or known.url(pair.value, place) else ""
        if rule.kind is Kind.DATE:
            return self._date(pair, place)
        allowed = _YES if rule.kind is Kind.YES else {choice: choice for choice in rule.choices}
        if pair.value.lower() in allowed:
            return allowed[pair.value.lower()]
        choices = [choice for choice in allowed if choice]
        names = ", ".join(choices)
        hint = near(pair.value, choices) or Said(f"One of: {names}.", f"Au choix\u00a0: {names}.")
        message = Said(
            f"{component.name} has no {pair.name} “{pair.value}”",
            f"{component.name} n’admet pas «\u00a0{pair.value}\u00a0» pour {pair.name}",
        )
        self.findings.error(COMPONENT, message, place, hint=hint)
        return choices[0]

    def _link(self, url: str, place: Place) -> str:
        hosted = self.images.hosted.link(url, place)
        if hosted is not None:
            return hosted
        clean = judged(url, place, self.findings, self.slots.tokens)
        if clean:
            self.on_link(clean, place)
        return clean

    def _date(self, pair: Pair, place: Place) -> str:
        try:
            datetime.fromisoformat(pair.value)
        except ValueError:
            message = Said(f"“{pair.value}” is not a date", f"«\u00a0{pair.value}\u00a0» n’est pas une date")
            hint = Said(
                "Write it as 2021-01-20, or 2021-01-20 13:00.",
                "Écrivez-la sous la forme 2021-01-20 ou 2021-01-20 13:00.",
            )
            self.findings.error(COMPONENT, message, place, hint=hint)
            return ""
        return pair.value


def _moved(place: Place, offset: int) -> Place:
    return Place(place.file, place.line, place.column + offset)
