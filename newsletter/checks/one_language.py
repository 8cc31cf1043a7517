"""An issue in fewer languages than its publication has.

In: the issue, the publication. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error
from newsletter.model.finding import Finding
from newsletter.model.one_language import OneLanguage
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said

NAME = "one-language"


def check(context: CheckContext) -> Iterator[Finding]:
    """The issue is written in every language of the publication, or a named person says why not (`only:` in front matter).

    Level: error. It cannot be accepted by `accept:`, which names nobody. What `only:` says is shown before a mailing is approved, frozen
    with the text, written into the audit log, and told by `report` and `why`.
    """
    issue = context.rendering.issue
    if issue is None:
        return
    written = tuple(issue.texts)
    missing = [name for name in context.publication.languages if name not in issue.texts]
    place = Place(next(iter(issue.texts.values())).path, 1)
    if issue.only is None:
        if missing:
            yield error(NAME, _lacks(written, missing), place, hint=_HINT)
    elif set(issue.only.languages) != set(written) or not missing:
        yield error(NAME, _other(issue.only, written), issue.only.place)


_HINT = Said(
    "Write the other language (`newsletter translate` helps), or let the person who decides it say why: `only:` with `language:`, "
    "`by:` and `reason:` in front matter.",
    "Écrivez l’autre langue (`newsletter translate` y aide), ou que la personne qui en décide dise pourquoi: `only:` avec `language:`, "
    "`by:` et `reason:` en tête du fichier.".replace("pourquoi:", f"pourquoi{NBSP}:"),
)


def _lacks(written: tuple[str, ...], missing: list[str]) -> Said:
    there, lacking = ", ".join(written), ", ".join(missing)
    return Said(
        f"the issue is in {there} only: {lacking} is missing, and nobody says why",
        f"le numéro n’existe qu’en {there}{NBSP}: il manque {lacking}, et personne ne dit pourquoi",
    )


def _other(only: OneLanguage, written: tuple[str, ...]) -> Said:
    said, there = ", ".join(only.languages), ", ".join(written)
    return Said(
        f"“only” speaks of {said}, and the issue is in {there}",
        f"«{NBSP}only{NBSP}» parle de {said}, et le numéro est en {there}",
    )
