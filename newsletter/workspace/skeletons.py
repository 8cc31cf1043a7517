"""The first lines of a new issue, so that nobody begins with an empty page.

In: language, template, and what is known of the issue. Out: the text of an issue file. Called by scaffold.

Its sentences say "Write here" or "Écrivez ici": the check leftover-text remarks on each that is still there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

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

_RENEWAL = {
    "en": """\
Dear {{ member.first_name | default("member") }},

Write here, in two sentences, until when the membership runs and how long renewing takes.

## What you keep

- Write here what the reader would miss first
- Write here what comes next

::: button href="{website}"
Renew my membership
:::

Write here what happens to those who do nothing.
""",
    "fr": """\
Bonjour {{ member.first_name | default("à vous") }},

Écrivez ici, en deux phrases, la date de fin de l’adhésion et le temps qu’il faut pour la renouveler.

## Ce que vous gardez

- Écrivez ici ce qui manquerait d’abord à la lectrice ou au lecteur
- Écrivez ici la suite

::: button href="{website}"
Renouveler mon adhésion
:::

Écrivez ici ce qui arrive si l’on ne fait rien.
""",
}

_OBSERVANCE = {
    "en": """\
To all our members,

Write here what this day is for, in one sentence and in the words of those whom it honours.

Write here what your organization does on this day, and what it leaves out. No sponsor, no emoji, no exclamation mark.

Everyone on the team
""",
    "fr": """\
À tous nos membres,

Écrivez ici à quoi sert cette journée, en une phrase, avec les mots de celles et ceux qu’elle honore.

Écrivez ici ce que votre organisation fait ce jour-là, et ce qu’elle ne fait pas. Ni commanditaire, ni émoji, ni point d’exclamation.

Toute l’équipe
""",
}

_NOTICE = {
    "en": """\
Write here one or two sentences, if what stands above needs them. Else take this line out.
""",
    "fr": """\
Écrivez ici une ou deux phrases, si ce qui précède en a besoin. Sinon, supprimez cette ligne.
""",
}

_BODIES = {
    "digest": _DIGEST,
    "event": _EVENT,
    "renewal": _RENEWAL,
    "observance": _OBSERVANCE,
    "short-notice": _NOTICE,
}

#: what a template shows from `data:`, by name: one value, or one a language
_DATA: dict[str, dict[str, Any]] = {
    "renewal": {
        "renewal": {
            "by": "{date}",
            "amount": {"en": "Write here the amount", "fr": "Écrivez ici le montant"},
        },
        "ask": {
            "name": {"en": "Write here whom to ask", "fr": "Écrivez ici à qui s’adresser"},
            "email": "{contact}",
        },
    },
    "observance": {"day": {"en": "Write here the name of the day", "fr": "Écrivez ici le nom de la journée"}},
    "short-notice": {
        "notice": {
            "what": {"en": "Write here what happens", "fr": "Écrivez ici ce qui se passe"},
            "when": {"en": "Write here from when to when", "fr": "Écrivez ici de quand à quand"},
            "do": {"en": "Write here what the reader does", "fr": "Écrivez ici ce que l’on doit faire"},
        },
    },
}
_PREHEADERS = {
    "en": "Write here the sentence that stands beside the subject in the inbox.",
    "fr": "Écrivez ici la phrase qui suit l’objet dans la boîte de réception.",
}


@dataclass(frozen=True, slots=True)
class Begun:
    """What a new issue knows of itself: its languages, its day, where its links lead at first, and whom to write to."""

    languages: tuple[str, ...]
    title: str
    on: date
    website: str
    contact: str


def skeleton(language: str, template: str, begun: Begun) -> str:
    """An issue file to begin from; languages other than French begin in English. `data:` stands in the first language's file."""
    base = base_language(language)
    body = (
        _BODIES.get(template, _LETTER)[base]
        .replace("{event}", begun.on.isoformat())
        .replace("{website}", begun.website)
    )
    head = {
        "subject": begun.title,
        "preheader": _PREHEADERS[base],
        "title": begun.title,
        "template": template,
        "date": begun.on.isoformat(),
    }
    lines = [f"{key}: {one_line(value)}" for key, value in head.items()]
    if template in _DATA and language == begun.languages[0]:
        lines += ["data:", *_written(_DATA[template], begun, "  ")]
    return "---\n" + "\n".join(lines) + f"\n---\n\n{body}"


def base_language(language: str) -> str:
    """The language in which we have words: French, else English."""
    return "fr" if language.partition("-")[0] == "fr" else "en"


def _written(values: Mapping[str, Any], begun: Begun, margin: str) -> Iterator[str]:
    """The lines of `data:`: what has words by language gets one line for each language of the publication."""
    for key, value in values.items():
        if isinstance(value, str):
            filled = value.replace("{date}", begun.on.isoformat()).replace("{contact}", begun.contact)
            yield f"{margin}{key}: {filled}"
            continue
        spoken = value.keys() == _PREHEADERS.keys()
        inner = {name: value[base_language(name)] for name in begun.languages} if spoken else value
        yield f"{margin}{key}:"
        yield from _written(inner, begun, margin + "  ")


def one_line(text: str) -> str:
    """A value of front matter: a text key takes the rest of the line; quotes keep a text that would read as something else."""
    flat = " ".join(text.split())
    if flat[:1] in {'"', "'", "[", "{"}:
        return "'" + flat + "'" if "'" not in flat else '"' + flat + '"'
    return flat
