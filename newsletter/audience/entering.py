"""What a person types about one member, made as an import would make it.

In: fields, attributes, tags as typed. Out: the same, cleaned and in our spelling. Called by pipeline.members.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from newsletter.audience import accepted, cells
from newsletter.audience.columns import LEFT, STATUS, attribute_name, meaning
from newsletter.audience.rows import MAX_VALUE, read_tags
from newsletter.model.errors import NotAllowed
from newsletter.model.folding import fold
from newsletter.model.member import FIELDS
from newsletter.model.said import NOTHING, Said, whole

_SPELLINGS = {"province": accepted.province, "language": accepted.language}


def fields(typed: Mapping[str, str], zones: Mapping[str, str]) -> dict[str, str]:
    """Text fields by name. `zones` maps a time zone's name in lower case to its own. Raises NotAllowed."""
    found = {name: _text(name, text) for name, text in typed.items()}
    for name in found.keys() & _SPELLINGS.keys():
        found[name] = _SPELLINGS[name](found[name]) or found[name]
    zone = found.get("timezone")
    if zone:
        if zone.lower() not in zones:
            raise NotAllowed(
                Said(
                    f"there is no time zone “{zone}”", f"il n’y a pas de fuseau horaire «\u00a0{zone}\u00a0»"
                ),
                code="member-zone",
                hint=Said("Write it as America/Toronto.", "Écrivez-le ainsi\u00a0: America/Toronto."),
            )
        found["timezone"] = zones[zone.lower()]
    return found


def attributes(typed: Mapping[str, str]) -> dict[str, str]:
    """Further fields by name. Raises NotAllowed for a name under which nothing could find them."""
    for name, text in typed.items():
        _check_meaning(name, text)
        if not name or name in FIELDS or attribute_name(name) != name:
            raise NotAllowed(
                Said(
                    f"“{name}” cannot be the name of an attribute",
                    f"«\u00a0{name}\u00a0» ne peut pas être le nom d’un champ",
                ),
                code="attribute-name",
                hint=Said(f"Take {attribute_name(name)}.", f"Prenez {attribute_name(name)}.")
                if name not in FIELDS and attribute_name(name)
                else NOTHING,
            )
    return {name: _text(name, text) for name, text in typed.items()}


def _check_meaning(name: str, text: str) -> None:
    """Columns of these names say who left, also when our own export is imported."""
    found = meaning(name)
    if found == LEFT or (found == STATUS and (name != STATUS or accepted.status(text))):
        raise NotAllowed(
            Said(
                f"“{name}” says who left, and cannot be set here",
                f"«\u00a0{name}\u00a0» dit qui est parti, et ne peut être changé ici",
            ),
            code="attribute-left",
            hint=Said(
                "`newsletter members unsubscribe` and `newsletter suppressions add` keep somebody from being mailed.",
                "`newsletter members unsubscribe` et `newsletter suppressions add` empêchent d’écrire à quelqu’un.",
            ),
        )


def tags(have: Collection[str], add: Collection[str], remove: Collection[str]) -> frozenset[str]:
    """The tags that are left: compared folded, each once."""
    gone = {fold(tag) for tag in remove}
    typed = (cells.clean(tag).replace(";", " ") for tag in add)
    known = {fold(tag): tag for tag in [*(tag for text in typed for tag in read_tags(text)[0]), *have]}
    return frozenset(tag for folded, tag in known.items() if folded not in gone)


def _text(name: str, text: str) -> str:
    found = cells.clean(text)
    if len(found) > MAX_VALUE:
        raise NotAllowed(
            Said(
                f"{name} is longer than {MAX_VALUE:,} characters",
                f"{name} dépasse {whole(MAX_VALUE).fr} caractères",
            ),
            code="member-too-long",
        )
    return found
