"""What each column of a file becomes, as a person decided: one of ours, a further field, or nothing.

In: the columns as they were guessed, choices by position or by header. Out: Columns to read by; what can be chosen. Called by
pipeline.importing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from newsletter.audience.columns import LEFT, STATUS, Columns, attribute_name
from newsletter.model.errors import AuthorError
from newsletter.model.folding import fold
from newsletter.model.member import COLUMNS
from newsletter.model.place import Place
from newsletter.model.said import Said, quoted

#: what a column can become, beside our columns
FURTHER, NOTHING = "+", ""
TARGETS = (*COLUMNS, STATUS, LEFT, FURTHER, NOTHING)
_SEVERAL = frozenset({STATUS, LEFT, FURTHER, NOTHING})


def guessed(columns: Columns) -> dict[int, str]:
    """What each column with a header is taken for when nobody decides, by position."""
    ours = frozenset(TARGETS)
    return {
        n: name if name in ours else FURTHER for n, (header, name) in enumerate(columns.understood) if header
    }


def chosen(columns: Columns, choices: Mapping[int, str], place: Place) -> Columns:
    """The columns as a person decided; what is not named stays as it was guessed.

    Raises AuthorError for two columns of one kind, none with the address, or a choice that there is not.
    """
    names = list(columns.names)
    for n, target in choices.items():
        if not 0 <= n < columns.width or target not in TARGETS or not columns.headers[n]:
            raise AuthorError(
                Said(
                    f"column {n + 1} cannot become “{target}”",
                    f"la colonne {n + 1} ne peut devenir «\u00a0{target}\u00a0»",
                ),
                code="members-mapping",
                place=place,
            )
        names[n] = target
    _check(names, columns.headers, place)
    taken: list[str] = []
    for n, name in enumerate(names):
        names[n] = _further(columns.headers[n], [*taken, *names[n + 1 :]]) if name == FURTHER else name
        taken.append(names[n])
    return replace(
        columns,
        at={name: n for n, name in enumerate(names) if name in COLUMNS},
        attributes=tuple((name, n) for n, name in enumerate(names) if name and name not in TARGETS),
        names=tuple(names),
        statuses=tuple(n for n, name in enumerate(names) if name == STATUS),
        left=tuple(n for n, name in enumerate(names) if name == LEFT),
    )


def by_header(columns: Columns, choices: Mapping[str, str], place: Place) -> dict[int, str]:
    """Choices by the header of a column, whatever its case. Raises AuthorError for a header that the file does not have."""
    found = {fold(header): n for n, header in reversed(list(enumerate(columns.headers))) if header}
    for header in choices:
        if fold(header) not in found:
            there = [quoted(name) for name in columns.headers[:12] if name]
            english, french = (", ".join(one.told(tongue) for one in there) for tongue in ("en", "fr"))
            raise AuthorError(
                Said(
                    f"no column is called “{header}”", f"aucune colonne ne s’appelle «\u00a0{header}\u00a0»"
                ),
                code="members-mapping",
                place=place,
                hint=Said(f"There are: {english}.", f"Il y a\u00a0: {french}."),
            )
    return {found[fold(header)]: target for header, target in choices.items()}


def _check(names: list[str], headers: tuple[str, ...], place: Place) -> None:
    for name in names:
        if names.count(name) > 1 and name in COLUMNS:
            both = [quoted(headers[n]) for n, one in enumerate(names) if one == name]
            message = Said(
                f"{' and '.join(one.en for one in both)} cannot both be {name}",
                f"{' et '.join(one.fr for one in both)} ne peuvent devenir le même champ, {name}",
            )
            raise AuthorError(message, code="members-mapping", place=place)
    if "email" not in names:
        raise AuthorError(
            Said("no column holds the address", "aucune colonne ne contient l’adresse"),
            code="members-no-email",
            place=place,
            hint=Said("Choose the one that does.", "Choisissez celle qui la contient."),
        )


def _further(header: str, taken: list[str]) -> str:
    """The name of a further field, which no other column has; empty where a header leaves none."""
    name = attribute_name(header)
    if name in {STATUS, LEFT}:
        name = f"{name}_"
    number, free = 2, name
    while free and free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
