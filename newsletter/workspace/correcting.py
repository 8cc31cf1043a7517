"""The short correction to those who have a mailing that was stopped: the first lines of its issue.

In: language, title and day of what they have. Out: the text of an issue file. Called by pipeline.correct.

What is to be filled in says "Write here" or "Écrivez ici": it cannot be approved while one of these is left (pipeline.sequels).
"""

from __future__ import annotations

from datetime import date

from newsletter.workspace.skeletons import base_language, one_line

UNFILLED = ("Write here", "Écrivez ici")  #: how what is to be filled in begins

_SUBJECTS = {"en": "Correction: {title}", "fr": "Correction\N{NO-BREAK SPACE}: {title}"}
_PREHEADERS = {
    "en": "Write here in one sentence what is right.",
    "fr": "Écrivez ici en une phrase ce qui est exact.",
}
_BODIES = {
    "en": """\
Dear {{ member.first_name | default("friend") }},

::: correction title="Write here what was wrong" date="{day}"
Write here what is right, in one or two sentences.
:::

Please excuse the mistake. Nothing else has changed.
""",
    "fr": """\
Bonjour {{ member.first_name | default("à vous") }},

::: correction title="Écrivez ici ce qui était inexact" date="{day}"
Écrivez ici ce qui est exact, en une ou deux phrases.
:::

Veuillez excuser cette erreur. Le reste du message est inchangé.
""",
}


def correction(language: str, title: str, day: date, today: date, only: str = "") -> str:
    """An issue to begin from. `day`: when the mailing went out; `only`: the line that allows one language, as front matter has it."""
    base = base_language(language)
    subject = _SUBJECTS[base].format(title=title)
    head = [
        f"subject: {one_line(subject)}",
        f"preheader: {_PREHEADERS[base]}",
        f"title: {one_line(subject)}",
        "template: plain",
        f"date: {today.isoformat()}",
        *([only] if only else []),
    ]
    return "---\n" + "\n".join(head) + "\n---\n\n" + _BODIES[base].replace("{day}", day.isoformat())
