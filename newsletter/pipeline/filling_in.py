"""Filling in: what stands above an issue's text, as a form of fields.

In: the texts of an issue by language. Out: values by field; the texts with other values. Nothing is written. Called by the studio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from newsletter.compose.frontmatter.setting import Value, changed, on_one_line, values
from newsletter.model.errors import AuthorError
from newsletter.model.place import Place
from newsletter.model.publication import TrackingMode
from newsletter.model.said import Said

OWN: Final = ("subject", "preheader", "title", "from")
#: fields that hold for every language; a dot leads into a group of lines
SHARED: Final = (
    "template",
    "date",
    "number",
    "audience.include",
    "audience.exclude",
    "schedule.at",
    "schedule.holiday",
    "schedule.offset",
    "schedule.zone",
    "schedule.expires",
    "tracking",
)
TRACKING: Final = tuple(mode.value for mode in TrackingMode)
_ALONE: Final = {"audience": "include", "schedule": "at"}  # what a group means that is written on one line
_LONGEST = 2000  #: characters of one value


@dataclass(frozen=True, slots=True)
class FrontValues:
    """`own` by language and field; `shared` by field. A field that is not written is empty."""

    own: Mapping[str, Mapping[str, str]]
    shared: Mapping[str, str]


def read(texts: Mapping[str, str]) -> FrontValues:
    """The values of an issue's texts."""
    found = {language: values(text) for language, text in texts.items()}
    own = {language: {key: _flat(one.get(key)) for key in OWN} for language, one in found.items()}
    return FrontValues(own, {name: _shared(found, name) for name in SHARED})


def _shared(found: Mapping[str, Mapping[str, Value]], name: str) -> str:
    group, _, key = name.partition(".")
    for one in found.values():
        if group in one:
            value = _group(group, one[group]).get(key, "") if key else one[group]
            return _flat(value)
    return ""


def _group(group: str, value: Value) -> dict[str, str]:
    return {_ALONE[group]: value} if isinstance(value, str) else dict(value)


def _flat(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


def fill(
    texts: Mapping[str, str], own: Mapping[str, Mapping[str, str]], shared: Mapping[str, str]
) -> dict[str, str]:
    """The texts with these values; what is not named, or is as it was, keeps its very letters.

    A shared field goes into the file that has it, else into the first. Raises AuthorError for what cannot be written.
    """
    made = dict(texts)
    for language, given in own.items():
        if language in made:
            known = {key: _checked(key, value) for key, value in given.items() if key in OWN}
            made[language] = _with(made[language], known)
    for name, value in _groups(shared).items():
        homes = [language for language, text in made.items() if name in values(text)] or list(made)[:1]
        for language in homes:
            made[language] = _with(made[language], {name: value})
    return made


def _groups(shared: Mapping[str, str]) -> dict[str, Value]:
    """Shared fields as keys of the file: those with a dot belong together."""
    flat: dict[str, Value] = {}
    groups: dict[str, dict[str, str]] = {}
    for name in SHARED:
        if name not in shared:
            continue
        group, _, key = name.partition(".")
        if key:
            groups.setdefault(group, {})[key] = _checked(name, shared[name])
        else:
            flat[name] = _checked(name, shared[name])
    return {**flat, **groups}


def _checked(name: str, value: str) -> str:
    flat = on_one_line(value)
    if len(flat) > _LONGEST:
        raise AuthorError(
            Said(
                f"“{name}” is longer than {_LONGEST} characters",
                f"«\u00a0{name}\u00a0» dépasse {_LONGEST} caractères",
            ),
            code="front-value",
            hint=Said(
                "Shorten it: this is one line above the text.",
                "Raccourcissez\u00a0: ce n’est qu’une ligne au-dessus du texte.",
            ),
        )
    return flat


def _with(text: str, wanted: Mapping[str, Value]) -> str:
    now = values(text)
    fresh: dict[str, Value] = {}
    for key, value in wanted.items():
        if isinstance(value, str):
            if value != _flat(now.get(key)):
                fresh[key] = value
            continue
        before = _group(key, now.get(key, {}))
        whole = {name: one for name, one in (before | dict(value)).items() if one}
        if whole != {name: one for name, one in before.items() if one}:
            fresh[key] = whole
    return _proven(changed(text, fresh), fresh) if fresh else text


def _proven(text: str, wanted: Mapping[str, Value]) -> str:
    """The text, once it was read again and says what was meant."""
    found = values(text)
    for key, value in wanted.items():
        if (found.get(key) or "") != (value or ""):
            raise AuthorError(
                Said(
                    f"“{key}” cannot be written with this value",
                    f"«\u00a0{key}\u00a0» ne peut pas s’écrire avec cette valeur",
                ),
                code="front-value",
                place=Place("", 0),
                hint=Said(
                    "Write it into the text of the file itself, above the second line of three hyphens.",
                    "Écrivez-le dans le fichier lui-même, au-dessus de la deuxième ligne de trois traits d’union.",
                ),
            )
    return text
