"""What is said about rows of a file, in the languages of staff: the reasons are written in English where they are found.

In: a reason of a refused row, a note about a taken one. Out: the same in English and French. Called by the studio.

A reason that no pattern knows stands as it is: it is told in English rather than not at all.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from newsletter.model.said import NBSP, Said, said

_COLUMNS = MappingProxyType(
    {"province": "la province", "language": "la langue", "time zone": "le fuseau horaire"}
)
_Q = f"«{NBSP}{{}}{NBSP}»"
_FRENCH = tuple(
    (re.compile(pattern, re.DOTALL), french)
    for pattern, french in (
        # what model.address says
        (r"there is no address", "il n’y a pas d’adresse"),
        (r"it holds an invisible character \((.*)\)", "elle contient un caractère invisible ({})"),
        (r"write the address alone, without a name and < >", "écrivez l’adresse seule, sans nom ni < >"),
        (
            r"write the address alone, without mailto:",
            "écrivez l’adresse seule, sans «" + NBSP + "mailto" + NBSP + "»",
        ),
        (r"write one address only", "écrivez une seule adresse"),
        (r"there is no @ in it", "il n’y a pas de @"),
        (r"there is nothing before the @", "il n’y a rien avant le @"),
        (r"there is nothing after the @", "il n’y a rien après le @"),
        (r"there is more than one @ in it", "il y a plus d’un @"),
        (r"it begins with a dash", "elle commence par un tiret"),
        (r"quoted addresses are not accepted", "les adresses entre guillemets ne sont pas acceptées"),
        (r"it holds a space", "elle contient une espace"),
        (
            r"accents and other special letters before the @ cannot be delivered everywhere",
            "les accents et autres lettres spéciales avant le @ ne passent pas partout",
        ),
        (r"“(.*)” cannot stand before an @", _Q + " ne peut précéder un @"),
        (
            r"the part before the @ is longer than (\d+) characters",
            "la partie avant le @ dépasse {} caractères",
        ),
        (r"addresses by number are not accepted", "les adresses par numéro ne sont pas acceptées"),
        (r"the domain “(.*)” has no dot", "le domaine " + _Q + " n’a pas de point"),
        (
            r"“(.*)” does not end as a domain does \(\.ca, \.com\)",
            _Q + " ne finit pas comme un domaine (.ca, .com)",
        ),
        (r"“(.*)” is no domain name", _Q + " n’est pas un nom de domaine"),
        (r"it is longer than (\d+) characters", "elle dépasse {} caractères"),
        # what audience.rows says of a refused row
        (r"nobody reads a newsletter at this address", "personne ne lit d’infolettre à cette adresse"),
        (r"suppressed \(erased\)", "la personne a demandé l’effacement"),
        (r"a quotation mark is opened and never closed", "un guillemet est ouvert et jamais fermé"),
        (
            r"(\d+) cells for (\d+) columns: a separator without quotation marks\?",
            "{} cellules pour {} colonnes" + NBSP + ": un séparateur sans guillemets?",
        ),
        (r"(\S+) is longer than (.*) characters", "{} dépasse {} caractères"),
        (
            r"stands in line (\d+) too; the later line counts",
            "se trouve aussi à la ligne {}; la dernière ligne compte",
        ),
        # what it notes of a row that was taken
        (r"addresses of functions, such as info@", "adresses de fonction, comme info@"),
        (
            r"invisible control characters were taken out",
            "des caractères de contrôle invisibles ont été retirés",
        ),
        (
            r"the consent date of a membership or contract is read as the day on which it ended",
            "la date de consentement d’une adhésion ou d’un contrat est lue comme le jour où il a pris fin",
        ),
        (
            r"express consent without evidence: kept, not mailable",
            "consentement exprès sans preuve" + NBSP + ": conservé, sans envoi",
        ),
        (r"(\w+) without its day: kept, not mailable", "{} sans date" + NBSP + ": conservé, sans envoi"),
        (
            r"a consent date that lies ahead: kept, not mailable",
            "date de consentement à venir" + NBSP + ": conservé, sans envoi",
        ),
        (
            r"“(.*)” is no ground of consent that is known here: kept, not mailable",
            _Q + " n’est pas une base de consentement connue ici" + NBSP + ": conservé, sans envoi",
        ),
        (
            r"the consent date is unclear, such as “(.*)” \(write 2020-12-16\): kept, not mailable",
            "la date de consentement n’est pas claire, comme "
            + _Q
            + " (écrivez 2020-12-16)"
            + NBSP
            + ": conservé, sans envoi",
        ),
        (
            r"column (\w+) has no name: what stands there was not read",
            "la colonne {} n’a pas de nom" + NBSP + ": son contenu n’a pas été lu",
        ),
        (
            r"tracking_consent “(.*)” says neither granted nor refused",
            "l’accord à la mesure " + _Q + " ne dit ni oui ni non",
        ),
        (r"only the first (\d+) tags were taken", "seules les {} premières étiquettes ont été prises"),
        (
            r"“(.*)” was taken for one tag; separate tags by semicolons",
            _Q + " a été pris pour une seule étiquette; séparez-les par des points-virgules",
        ),
    )
)
_PLACE = re.compile(
    r"(province|language|time zone) “(.*)” is not one that is known here; kept as written", re.DOTALL
)
_MORE = ", and further ones like it"


def in_words(text: str) -> Said:
    """A reason or a note in both languages."""
    bare, more = text.removesuffix(_MORE), text.endswith(_MORE)
    french = _french(bare)
    return Said(text, f"{french}{' et autres semblables' if more else ''}") if french else said(text)


def _french(text: str) -> str:
    place = _PLACE.fullmatch(text)
    if place:
        quoted = _Q.format(place[2])
        return f"{_COLUMNS[place[1]]} {quoted} n’est pas connue ici; la valeur est conservée telle quelle"
    for pattern, french in _FRENCH:
        found = pattern.fullmatch(text)
        if found:
            return french.format(*found.groups())
    return ""
