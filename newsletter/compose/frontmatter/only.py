"""`only:` of front matter: a named person's reason for leaving a language out.

In: the written value. Out: OneLanguage, or None with findings at the author's lines. Called by frontmatter.read.

    only:
      language: en
      by: Marie Roy
      reason: The clinic itself is held in English only.
"""

from __future__ import annotations

from newsletter.compose.frontmatter.scalars import Written
from newsletter.compose.frontmatter.values import Judge
from newsletter.model.one_language import SHORTEST, OneLanguage
from newsletter.model.said import NBSP, Said

_KEYS = ("language", "by", "reason")
_HINT = Said(
    "Below `only:` stand three lines: `language: en`, `by: First and last name`, `reason: …`.",
    f"Sous `only:` viennent trois lignes{NBSP}: `language: en`, `by: Prénom et nom`, `reason: …`.",
)


def only(written: Written, judge: Judge) -> OneLanguage | None:
    """The reason, when it is whole: a language, a person's name, some words."""
    content = written.content
    if not isinstance(content, dict):
        judge.refuse(
            written,
            Said(
                "“only” needs a language, a person's name and their reason",
                f"«{NBSP}only{NBSP}» demande une langue, le nom d’une personne et sa raison",
            ),
            _HINT,
        )
        return None
    for key in content.keys() - set(_KEYS):
        judge.unknown(key, content[key], _KEYS)
    values = {key: judge.text(key, content[key]) if key in content else "" for key in _KEYS}
    languages = tuple(name.strip() for name in values["language"].split(",") if name.strip())
    fault = _fault(languages, values["by"], values["reason"])
    if fault:
        judge.refuse(written, fault, _HINT)
        return None
    return OneLanguage(languages, " ".join(values["by"].split()), values["reason"], written.place)


def _fault(languages: tuple[str, ...], by: str, reason: str) -> Said | None:
    if not languages:
        return Said("“only” does not say which language", f"«{NBSP}only{NBSP}» ne dit pas quelle langue")
    if len(by.split()) < 2 or not any(sign.isalpha() for sign in by):
        return Said(
            "“only” wants the first and last name of the person who decided it",
            f"«{NBSP}only{NBSP}» veut le prénom et le nom de la personne qui en a décidé",
        )
    if len(reason.split()) < SHORTEST:
        return Said(
            f"“only” wants a reason of at least {SHORTEST} words",
            f"«{NBSP}only{NBSP}» veut une raison d’au moins {SHORTEST} mots",
        )
    return None
