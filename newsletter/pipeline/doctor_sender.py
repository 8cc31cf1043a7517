"""What of the newsletter's own words a real mailing needs: a postal address and a list's name that are not those of a sample.

In: a Context. Out: Examinations. Called by pipeline.doctor.
"""

from __future__ import annotations

import re

from newsletter.model.examination import Examination, Health
from newsletter.model.said import Said
from newsletter.pipeline.context import Context
from newsletter.providers.rules import is_reserved

# RFC 2919 section 2: labels joined by dots, ASCII, at most 255 characters.
_LIST_ID = re.compile(r"(?=.{3,255}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
# The address of a new workspace, and its like.
_SAMPLE = re.compile(r"\b(sample|example|exemple)\b|L0L ?0L0|\b123 (main|fake) st", re.IGNORECASE)


def postal_address(ctx: Context) -> Examination:
    """Whether every language has the address that the law asks for, and not that of a sample."""
    lacking = [
        language
        for language in ctx.publication.languages
        if not ctx.publication.postal_address.get(language, "").strip()
    ]
    if lacking:
        return Examination(
            "postal-address",
            Health.ERROR,
            Said(
                f"The postal address is missing ({', '.join(lacking)}); the law asks for one in every mailing.",
                f"L’adresse postale manque ({', '.join(lacking)}); la loi en exige une dans chaque envoi.",
            ),
            Said(
                "Set postal_address under [publication] in newsletter.toml.",
                "Définissez postal_address sous [publication] dans newsletter.toml.",
            ),
        )
    if any(_SAMPLE.search(address) for address in ctx.publication.postal_address.values()):
        return Examination(
            "postal-address",
            Health.WARNING,
            Said("The postal address looks like a sample.", "L’adresse postale ressemble à un exemple."),
            Said(
                "Set your own postal_address under [publication] in newsletter.toml.",
                "Mettez votre propre postal_address sous [publication] dans newsletter.toml.",
            ),
        )
    return Examination(
        "postal-address",
        Health.OK,
        Said("Every mailing bears a postal address.", "Chaque envoi porte une adresse postale."),
    )


def list_id(name: str, *, official: bool) -> Examination:
    """Whether mail programs can take it for the name of a list (RFC 2919 section 2)."""
    sample = official and is_reserved(f"@{name}")
    if _LIST_ID.fullmatch(name) and not sample:
        return Examination(
            "list-id",
            Health.OK,
            Said(
                f"Mail programs know the newsletter as {name}.",
                f"Les programmes de courriel connaissent l’infolettre sous le nom de {name}.",
            ),
        )
    return Examination(
        "list-id",
        Health.ERROR,
        Said(f"{name} is a name for examples.", f"{name} est un nom pour les exemples.")
        if sample
        else Said(f"{name!r} is no list-id.", f"{name!r} n’est pas un list-id."),
        Said(
            "Set list_id under [publication] in newsletter.toml to words joined by dots that end in a domain of yours.",
            "Donnez à list_id, sous [publication] dans newsletter.toml, des mots joints par des points qui finissent par un domaine à vous.",
        ),
    )
