"""The columns of a member file: which of ours each one is, whatever it is called, in English or French.

In: the cells of the first line. Out: a Mapping of positions, and what became of each column. Called by rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.audience.accepted import compact
from newsletter.audience.cells import clean
from newsletter.audience.parsing import ALIASES, KEYWORDS
from newsletter.model.errors import AuthorError
from newsletter.model.folding import fold
from newsletter.model.member import COLUMNS
from newsletter.model.place import Place
from newsletter.model.predicate import DATE_FIELDS
from newsletter.model.said import Said

MAX_COLUMNS = 200  #: with a name
_WIDEST = 16_384  # as a spreadsheet: empty columns at its right edge are written out
MAX_NAME = 60
#: columns in which a file says who left: that becomes a suppression. Any number of them counts
STATUS, LEFT = "status", "unsubscribed"
#: what we work out ourselves
_OURS = frozenset({"consentexpireson"})

_SPELLINGS = {
    "email": "e-mail,mail,email address,e-mail address,courriel,adresse courriel,adresse de courriel,adresse électronique,mél,adresse e-mail,adresse mail",
    "first_name": "first name,first,given name,prénom,prénoms",
    "last_name": "last name,last,surname,family name,nom,nom de famille",
    "company": "company name,organization,organisation,organization name,employer,entreprise,nom de l'entreprise,société,compagnie,organisme,employeur",
    "province": "province/territory,province or territory,state/province,province/state,province ou territoire,province/territoire,prov.",
    "language": "lang,preferred language,language preference,locale,langue,langue préférée,langue de correspondance,langue de préférence",
    "timezone": "time zone,tz,fuseau horaire,fuseau",
    "tags": "tag,labels,étiquettes,étiquette,mots-clés",
    "consent_basis": "basis,consent type,grounds,grounds of consent,fondement,fondements,base de consentement,base du consentement,fondement du consentement,type de consentement",
    "consent_date": "consent on,date of consent,date de consentement,date du consentement",
    "consent_evidence": "evidence,consent proof,proof of consent,preuve,preuve de consentement,preuve du consentement",
    "tracking_consent": "tracking,consentement au suivi,suivi",
    STATUS: "statut,subscription status,member status,email status",
    LEFT: "unsubscribe,unsubscribed at,unsubscribe date,opt out,opted out,désabonné,désabonnée,désabonnement,désinscrit,do not mail,do not email",
}
_KNOWN = {compact(one): name for name, many in _SPELLINGS.items() for one in (name, *many.split(","))}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each of our columns is in a row (0-based), and the attributes. `names` is what each column was read as, in
    order: ours, the name of an attribute, or empty when it is not read. `statuses` and `left` are the columns that say who
    left, `nameless` those without a header."""

    width: int
    at: dict[str, int]
    attributes: tuple[tuple[str, int], ...]
    names: tuple[str, ...]
    headers: tuple[str, ...]
    statuses: tuple[int, ...] = ()
    left: tuple[int, ...] = ()
    nameless: tuple[int, ...] = ()

    @property
    def known(self) -> frozenset[str]:
        """The names among `names` that are no attributes."""
        return frozenset(self.names) & _SPELLINGS.keys()

    @property
    def understood(self) -> list[tuple[str, str]]:
        """Pairs of the header as written and the name that it was read as."""
        return list(zip(self.headers, self.names, strict=True))


def read_header(cells: Sequence[str], place: Place, *, decided: bool = False) -> Columns:
    """What the first line says. Raises AuthorError when no column holds the address (unless a person has `decided` which one does),
    or when there are too many."""
    if any("\0" in cell for cell in cells):
        hint = Said("Save it as CSV UTF-8.", "Enregistrez-le en CSV UTF-8.")
        problem = Said(
            "the file is in no encoding that is known here", "le fichier est dans un encodage inconnu ici"
        )
        raise AuthorError(problem, code="members-encoding", place=place, hint=hint)
    headers = tuple(" ".join(clean(cell).split()) for cell in cells)
    named = len([header for header in headers if header])
    if named > MAX_COLUMNS or len(headers) > _WIDEST:
        raise AuthorError(
            Said(
                f"the file has {named if named > MAX_COLUMNS else len(headers)} columns; {MAX_COLUMNS} are the most",
                f"le fichier a {named if named > MAX_COLUMNS else len(headers)} colonnes; le maximum est de {MAX_COLUMNS}",
            ),
            code="members-columns",
            place=place,
        )
    names: list[str] = []
    for header in headers:
        names.append(_name(header, names))
    if "email" not in names and not decided:
        raise _no_address(headers, place)
    return Columns(
        len(headers),
        {name: n for n, name in enumerate(names) if name in COLUMNS},
        tuple((name, n) for n, name in enumerate(names) if name and name not in _SPELLINGS),
        tuple(names),
        headers,
        _where(names, STATUS),
        _where(names, LEFT),
        _where(headers, ""),
    )


def _where(texts: Sequence[str], wanted: str) -> tuple[int, ...]:
    return tuple(n for n, text in enumerate(texts) if text == wanted)


def meaning(header: str) -> str:
    """Which of our columns a header names, `status` and `unsubscribed` among them; empty for any other."""
    return _KNOWN.get(compact(header), "")


def attribute_name(header: str) -> str:
    """The name under which slots and segments find a further column: `Numéro de membre` becomes `numero_de_membre`."""
    name = re.sub(r"\W+", "_", fold(header)).strip("_")[:MAX_NAME].strip("_")
    if name[:1].isdigit():
        name = f"n_{name}"
    reserved = name in KEYWORDS or name in ALIASES or name in COLUMNS or name in DATE_FIELDS
    return f"{name}_" if reserved else name


def _name(header: str, taken: Sequence[str]) -> str:
    known = meaning(header)
    if known and (known in {STATUS, LEFT} or known not in taken):
        return known
    name = attribute_name(header)
    if not name or compact(header) in _OURS:
        return ""
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _no_address(headers: Sequence[str], place: Place) -> AuthorError:
    if any("@" in header for header in headers):
        hint = Said(
            "The first line must hold the names of the columns; it seems to hold a member.",
            "La première ligne doit contenir les noms des colonnes; elle semble contenir un membre.",
        )
    else:
        found = ", ".join(f"“{header[:MAX_NAME]}”" for header in headers[:12] if header)
        hint = Said(
            f"Name one column email, or courriel. Found: {found or 'no names'}.",
            f"Nommez une colonne email, ou courriel. Noms trouvés\u00a0: {found or 'aucun'}.",
        )
    return AuthorError(
        Said("no column holds the address", "aucune colonne ne contient l’adresse"),
        code="members-no-email",
        place=place,
        hint=hint,
    )
