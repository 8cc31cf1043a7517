"""A text that was changed after it was translated.

In: how the translations stand to what the record beside the issue remembers. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, short, warning
from newsletter.model.finding import Finding
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said
from newsletter.model.translation import Standing, State

NAME = "translation-stale"
_BEFORE, _SHOWN = 2, 50  # words of what is the same; signs of what is not


def check(context: CheckContext) -> Iterator[Finding]:
    """Every translation was made from the text as it stands now. Spaces and the form of quotation marks do not count.

    Levels: error where the original was changed since; warning where it has no translation. Only for an issue whose translation is
    recorded (`newsletter translate` begins the record); what is recorded is the words themselves, so nothing but a person or a new
    document says that a translation is right again: `newsletter translate ISSUE --reviewed --by NAME`.
    """
    for translation in context.translations:
        for one in translation.standings:
            if one.state is State.STALE:
                yield error(NAME, _stale(one), _place(one), translation.language, hint=_again(context))
            elif one.state is State.MISSING:
                yield warning(NAME, _missing(one), one.source.place, translation.language)


def _place(one: Standing) -> Place:
    return one.target.place if one.target else one.source.place


def _stale(one: Standing) -> Said:
    before, now = _apart(one.memory.source if one.memory else "", one.source.text)
    where = one.source.place
    return Said(
        f"this translates “{before}”, and {where} says “{now}” now",
        f"ceci traduit «{NBSP}{before}{NBSP}», et {where} dit maintenant «{NBSP}{now}{NBSP}»",
    )


def _apart(before: str, now: str) -> tuple[str, str]:
    """Two texts from shortly before where they part, so that the difference is what one reads."""
    old, new = before.split(), now.split()
    same = next(
        (at for at, (one, two) in enumerate(zip(old, new, strict=False)) if one != two),
        min(len(old), len(new)),
    )
    start = max(same - _BEFORE, 0)
    lead = "… " if start else ""
    return lead + short(" ".join(old[start:]), _SHOWN), lead + short(" ".join(new[start:]), _SHOWN)


def _missing(one: Standing) -> Said:
    text = short(one.source.text, 50)
    return Said(
        f"this has no translation: {one.source.what}, “{text}”",
        f"ceci n’est pas traduit{NBSP}: {one.source.what}, «{NBSP}{text}{NBSP}»",
    )


def _again(context: CheckContext) -> Said:
    slug = context.artwork.slug
    command = f"newsletter translate {slug} --reviewed --by"
    return Said(
        f'Bring it up to date; then `{command} "NAME"` says that it is right.',
        f'Mettez-le à jour; `{command} "NOM"` dit ensuite qu’il est juste.',
    )
