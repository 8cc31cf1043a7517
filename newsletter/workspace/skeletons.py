"""The first lines of a new issue, so that nobody begins with an empty page.

In: language, template, title, date. Out: the text of an issue file. Called by scaffold.

Its sentences say "Write here" or "Écrivez ici": the check leftover-text remarks on each that is still there.
"""

from __future__ import annotations

from datetime import date

_LETTER = {
    "en": """\
Dear {{ member.first_name | default("friend") }},

Write here what you would tell one reader in person: the news first, then why it matters to them.

## Write here a heading that says something

Write here two or three short paragraphs. [Name your links]({website}) after what they lead to.

Warmly,

The team
""",
    "fr": """\
Bonjour {{ member.first_name | default("à vous") }},

Écrivez ici ce que vous diriez de vive voix à une lectrice ou à un lecteur : la nouvelle d’abord, puis ce qu’elle change pour eux.

## Écrivez ici un intertitre qui dit quelque chose

Écrivez ici deux ou trois courts paragraphes. [Nommez vos liens]({website}) d’après ce qu’ils ouvrent.

Cordialement,

L’équipe
""",
}

_DIGEST = {
    "en": """\
Dear {{ member.first_name | default("friend") }},

Write here one sentence that says what this month was about.

::: lead title="Write here the headline of the main story" href="{website}"
Write here two or three sentences of the story.
:::

::: teaser title="Write here a second headline" href="{website}"
Write here one or two lines.
:::
""",
    "fr": """\
Bonjour {{ member.first_name | default("à vous") }},

Écrivez ici une phrase qui résume le mois.

::: lead title="Écrivez ici le titre de la nouvelle principale" href="{website}"
Écrivez ici deux ou trois phrases de la nouvelle.
:::

::: teaser title="Écrivez ici un deuxième titre" href="{website}"
Écrivez ici une ou deux lignes.
:::
""",
}

_EVENT = {
    "en": """\
Dear {{ member.first_name | default("friend") }},

Write here why this event is worth an hour of the reader's day.

::: event date="{event}" place="Write here the place" href="{website}" title="Write here the name of the event"
Write here what happens there, and who it is for.
:::
""",
    "fr": """\
Bonjour {{ member.first_name | default("à vous") }},

Écrivez ici pourquoi cette rencontre vaut une heure de la journée.

::: event date="{event}" place="Écrivez ici le lieu" href="{website}" title="Écrivez ici le nom de l’événement"
Écrivez ici ce qui s’y passera, et pour qui.
:::
""",
}

_BODIES = {"digest": _DIGEST, "event": _EVENT}
_PREHEADERS = {
    "en": "Write here the sentence that stands beside the subject in the inbox.",
    "fr": "Écrivez ici la phrase qui suit l’objet dans la boîte de réception.",
}


def skeleton(language: str, template: str, title: str, on: date, website: str) -> str:
    """An issue file to begin from; languages other than French begin in English. `website` is where its links lead at first."""
    base = "fr" if language.partition("-")[0] == "fr" else "en"
    body = (
        _BODIES.get(template, _LETTER)[base].replace("{event}", on.isoformat()).replace("{website}", website)
    )
    head = {
        "subject": title,
        "preheader": _PREHEADERS[base],
        "title": title,
        "template": template,
        "date": on.isoformat(),
    }
    lines = "\n".join(f"{key}: {_one_line(value)}" for key, value in head.items())
    return f"---\n{lines}\n---\n\n{body}"


def _one_line(text: str) -> str:
    """A text key takes the rest of the line; quotes keep a text that would read as something else."""
    flat = " ".join(text.split())
    if flat[:1] in {'"', "'", "[", "{"}:
        return "'" + flat + "'" if "'" not in flat else '"' + flat + '"'
    return flat
