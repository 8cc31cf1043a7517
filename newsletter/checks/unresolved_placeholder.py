"""Placeholders that would reach readers as they stand.

In: the texts of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, short
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "unresolved-placeholder"

_FIELDS = (
    r"(?:first|last|full|member|company|organi[sz]ation)?[ _]?name|pr[ée]nom|nom(?:[ _]de[ _]famille)?|e-?mail|courriel|company|"
    r"entreprise|soci[ée]t[ée]|civilit[ée]|salutation"
)
_FORMS = re.compile(
    r"\{\{[^{}]*\}\}|\{\{|\}\}|\{%[^%]*%\}|\{%|%\}|\{#.*?#\}"  # ours, and Jinja's
    r"|%%[A-Za-z_][\w.-]*%%|\*\|[A-Za-z_][\w:.-]*\|\*|<%=?[^%]*%>|\$\{[^{}]*\}"  # other programs'
    rf"|«(?i:{_FIELDS})»|<<(?i:{_FIELDS})>>|(?<![{{$])\{{(?i:{_FIELDS})\}}(?!\}})"  # mail merge: Word, and templates of others
    r"|zq[0-9a-f]{6,}q?(?![0-9a-z])"  # opaque tokens of compose and dispatch
)
_STARRED = re.compile(
    r"\*\|[A-Za-z_][\w:.-]*\|\*"
)  # Markdown takes its stars for emphasis: looked for in the source
_AFTER = 6  #: characters behind a placeholder that help to find its line
_HINT = Said(
    'A personal field is written {{ member.first_name | default("friend") }}; in templates, values stand in {{ … }}.',
    'Un champ personnel s’écrit {{ member.first_name | default("à vous") }}; dans un gabarit, les valeurs se mettent entre {{ … }}.',
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Nothing is left in any part that should have been filled in: `{{ … }}`, `{% … %}`, `%%name%%`, `*|NAME|*`, `<%= … %>`,
    `${…}`, a mail-merge field («FirstName», `{FirstName}`, `<<First Name>>`), or a token of the program's own.

    Level: error. Looks at subject, preheader, title, visible text, attributes, and the plain text, before and after filling with a
    member's values. What stands in code (between backticks) is shown as written and left alone.
    """
    for language, text, page in context.texts:
        filled = context.filled[language]
        attributes = [value for element in page.elements for value in element.attributes.values()]
        code = " ".join(page.code)
        seen: set[str] = set()
        written = (found.group() for found in _STARRED.finditer(_body(context, language)))
        for part in (
            filled.subject,
            text.preheader,
            text.title,
            page.text,
            *attributes,
            filled.text,
            *written,
        ):
            for found in _FORMS.finditer(part):
                words = found.group()
                if words not in seen and words not in code:
                    seen.add(words)
                    yield _finding(context, words, part[found.start() : found.end() + _AFTER], language)


def _body(context: CheckContext, language: str) -> str:
    issue = context.rendering.issue
    return issue.texts[language].body if issue and language in issue.texts else ""


def _finding(context: CheckContext, words: str, around: str, language: str) -> Finding:
    # A lone {{ also begins every good field: what follows tells them apart.
    place = context.where(around, language) or context.where(words, language) or context.template
    message = Said(
        f"“{short(words)}” would be read as it stands", f"«{NBSP}{short(words)}{NBSP}» se lirait tel quel"
    )
    return error(NAME, message, place, language, hint=_HINT)
