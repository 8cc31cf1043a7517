"""What is accepted with a reason is set aside; one entry sets aside one finding, never a class of them.

In: findings, the issue's `accept:` entries. Out: the findings that remain, what was waived, remarks about the entries. Called by
pipeline.build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from newsletter.checks.context import error, short, warning
from newsletter.model.finding import Finding, Severity
from newsletter.model.said import NBSP, Said
from newsletter.model.waiver import Waived, Waiver

NAME = "waiver"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What remains, remarks about the entries included, and what was set aside."""

    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be accepted. `checks` are all names there are; `needed` says why some can never be accepted."""

    checks: frozenset[str]
    needed: Mapping[str, Said]
    sources: Mapping[str, str]


def apply(findings: Iterable[Finding], waivers: Iterable[Waiver], rules: Rules) -> Outcome:
    """Set aside what is accepted. An entry that names no check, a check that can never be accepted, several findings, or none,
    is remarked on at its own line and sets nothing aside."""
    found = list(findings)
    waived: dict[Finding, Waived] = {}
    remarks: list[Finding] = []
    for waiver in waivers:
        meant = [one for one in found if _meant(waiver, one, rules.sources)]
        fault = _fault(waiver, meant, rules)
        if fault:
            remarks.append(fault)
        else:
            waived.setdefault(meant[0], Waived(meant[0], waiver.reason))
    left = tuple(one for one in found if one not in waived)
    return Outcome((*left, *remarks), tuple(waived.values()))


def _meant(waiver: Waiver, finding: Finding, sources: Mapping[str, str]) -> bool:
    if finding.check != waiver.check:
        return False
    place = finding.place
    own_file = place is not None and place.file == waiver.place.file
    if finding.language not in {"", waiver.language} and not own_file:
        return False
    if waiver.line:
        return own_file and place is not None and place.line == waiver.line
    return not waiver.words or any(waiver.words.casefold() in text for text in _said(finding, sources))


def _said(finding: Finding, sources: Mapping[str, str]) -> Iterator[str]:
    """Where the words of an entry may stand: in the remark, in either language, or in the author's line."""
    yield finding.message.casefold()
    yield finding.french[0].casefold()
    place = finding.place
    lines = sources.get(place.file, "").split("\n") if place and place.line else []
    if place and 0 < place.line <= len(lines):
        yield lines[place.line - 1].casefold()


def _fault(waiver: Waiver, meant: list[Finding], rules: Rules) -> Finding | None:
    if waiver.check in rules.needed:
        return _never(waiver, rules.needed[waiver.check])
    if waiver.check not in rules.checks and not meant:
        return _unknown(waiver, rules.checks)
    if not meant:
        return _idle(waiver)
    if len(meant) > 1:
        return _several(waiver, meant)
    if waiver.check not in rules.checks and meant[0].severity is Severity.ERROR:
        why = Said("the email could not be made right", "le courriel n’a pas pu être composé correctement")
        return _never(waiver, why)
    return None


def _never(waiver: Waiver, why: Said) -> Finding:
    message = Said(
        f"“{waiver.check}” can never be accepted: {why.en}",
        f"«{NBSP}{waiver.check}{NBSP}» ne peut jamais être accepté{NBSP}: {why.fr}",
    )
    hint = Said(
        "Mend what it remarks on, and take this entry out.",
        "Corrigez ce qu’il relève et retirez cette ligne.",
    )
    return error(NAME, message, waiver.place, hint=hint)


def _unknown(waiver: Waiver, checks: frozenset[str]) -> Finding:
    near = get_close_matches(waiver.check, sorted(checks), n=1, cutoff=0.6)
    message = Said(
        f"there is no check “{waiver.check}”",
        f"aucune vérification ne s’appelle «{NBSP}{waiver.check}{NBSP}»",
    )
    hint = (
        Said(f"Did you mean “{near[0]}”?", f"Vouliez-vous dire «{NBSP}{near[0]}{NBSP}»?")
        if near
        else Said("`newsletter check` prints the names.", "`newsletter check` affiche les noms.")
    )
    return error(NAME, message, waiver.place, hint=hint)


def _idle(waiver: Waiver) -> Finding:
    message = Said(
        f"“{waiver.check}” is accepted here, but remarks on nothing",
        f"«{NBSP}{waiver.check}{NBSP}» est accepté ici, mais ne relève rien",
    )
    return warning(NAME, message, waiver.place, hint=Said("Take this entry out.", "Retirez cette ligne."))


def _several(waiver: Waiver, meant: list[Finding]) -> Finding:
    lines = ", ".join(f"{one.place}" if one.place else short(one.message) for one in meant[:4])
    message = Said(
        f"“{waiver.check}” makes {len(meant)} remarks; one entry accepts one",
        f"«{NBSP}{waiver.check}{NBSP}» fait {len(meant)} remarques; une ligne n’en accepte qu’une",
    )
    hint = Said(
        f'Say which: `{waiver.check} line 14: …` or `{waiver.check} "words of it": …`. There are: {lines}',
        f'Dites laquelle{NBSP}: `{waiver.check} line 14: …` ou `{waiver.check} "mots de la ligne": …`. '
        f"Il y a{NBSP}: {lines}",
    )
    return error(NAME, message, waiver.place, hint=hint)
