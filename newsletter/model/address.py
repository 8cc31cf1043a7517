"""An email address, in the form that is sent to and the form that is compared.

In: text as a person typed it. Out: an Address, or AddressFault with the reason. Called by audience, pipeline, web.

Accepted is what can be mailed everywhere: the dot-atom of RFC 5321 section 4.1.2 before the @, in ASCII, and a domain name
with at least one dot after it (RFC 1035; others by IDNA 2008 with UTS 46, through email-validator). Quoted and literal forms,
comments and display names are refused, and so is a leading dash, which mail programs may take for an option.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from newsletter.model.errors import NewsletterError
from newsletter.model.said import Said, quoted

MAX_LENGTH, MAX_LOCAL = 254, 64  # RFC 3696 erratum 1690; RFC 5321 section 4.5.3.1.1

_TOO_LONG = Said(f"it is longer than {MAX_LENGTH} characters", f"elle dépasse {MAX_LENGTH} caractères")

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"(?!-){_ATEXT}(?:\.{_ATEXT})*")
_DOTS = ".。．｡"  # all that UTS 46 takes for one
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?")


class Address(NamedTuple):
    """`text` is what mail is sent to: local part as written, domain in lower-case ASCII. `matching` is the whole in lower
    case: two addresses with one matching form are one mailbox to us. Dots and plus signs are never folded away."""

    text: str
    matching: str


class AddressFault(NewsletterError):
    """Text that is not an address we can mail; `message` is the reason, ready for a list of refused rows."""

    def __init__(self, reason: Said) -> None:
        super().__init__(reason, code="address")


class Role(StrEnum):
    """Whether an address is a person's or a function's."""

    PERSON = "person"
    FUNCTION = "function"  #: info@, ventes@: often genuine in an association; noted
    REFUSED = "refused"  #: abuse@, postmaster@, noreply@: nobody reads a newsletter there, and complaints start there


_REFUSED = frozenset((
    "abuse", "postmaster", "mailer-daemon", "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply",
    "nepasrepondre", "ne-pas-repondre", "ne_pas_repondre", "noresponse",
))  # fmt: skip
_FUNCTIONS = frozenset((
    "accounts", "achats", "accueil", "admin", "administration", "billing", "bonjour", "bureau", "careers",
    "communications", "compta", "comptabilite", "contact", "direction", "emplois", "events", "evenements",
    "facturation", "feedback", "general", "hello", "help", "hr", "info", "information", "infos", "inquiries", "it",
    "jobs", "mail", "marketing", "media", "medias", "news", "office", "orders", "privacy", "purchasing", "reception",
    "renseignements", "rh", "root", "sales", "secretariat", "security", "service", "soutien", "support", "team",
    "ventes", "webmaster",
))  # fmt: skip


def parse(text: str) -> Address:
    """The address in a text. Spaces around it are ignored. Raises AddressFault."""
    text = text.strip(" ")
    local, _, domain = text.rpartition("@")
    if len(text) > MAX_LENGTH or _LOCAL.fullmatch(local) is None:
        raise AddressFault(_why_not(text))
    ascii_domain = _ascii_domain(domain)
    if len(local) > MAX_LOCAL:
        raise AddressFault(
            Said(
                f"the part before the @ is longer than {MAX_LOCAL} characters",
                f"la partie avant le @ dépasse {MAX_LOCAL} caractères",
            )
        )
    if len(local) + 1 + len(ascii_domain) > MAX_LENGTH:
        raise AddressFault(_TOO_LONG)
    return Address(f"{local}@{ascii_domain}", f"{local.lower()}@{ascii_domain}")


def role(address: Address) -> Role:
    """Whether nobody, a function or a person is behind an address, by its local part (without +detail)."""
    local = address.matching.partition("@")[0].partition("+")[0]
    if local in _REFUSED:
        return Role.REFUSED
    return Role.FUNCTION if local in _FUNCTIONS else Role.PERSON


def _why_not(text: str) -> Said:
    """The reason that helps most, for a text whose part before the @ is no dot-atom."""
    if len(text) > MAX_LENGTH:
        return _TOO_LONG
    local, at, _ = text.rpartition("@")
    hidden = _hidden(text)
    reasons = (
        (not text, Said("there is no address", "il n’y a pas d’adresse")),
        (bool(hidden), _invisible(hidden)),
        (
            "<" in text or ">" in text,
            Said(
                "write the address alone, without a name and < >", "écrivez l’adresse seule, sans nom ni < >"
            ),
        ),
        (
            local.lower().startswith("mailto:"),
            Said(
                "write the address alone, without mailto:",
                "écrivez l’adresse seule, sans «\u00a0mailto\u00a0»",
            ),
        ),
        ("," in text or ";" in text, Said("write one address only", "écrivez une seule adresse")),
        (not at, Said("there is no @ in it", "il n’y a pas de @")),
        (not local, Said("there is nothing before the @", "il n’y a rien avant le @")),
        ("@" in local, Said("there is more than one @ in it", "il y a plus d’un @")),
        (local.startswith("-"), Said("it begins with a dash", "elle commence par un tiret")),
        (
            local.startswith('"'),
            Said("quoted addresses are not accepted", "les adresses entre guillemets ne sont pas acceptées"),
        ),
        (any(sign.isspace() for sign in text), Said("it holds a space", "elle contient une espace")),
        (
            not local.isascii(),
            Said(
                "accents and other special letters before the @ cannot be delivered everywhere",
                "les accents et autres lettres spéciales avant le @ ne passent pas partout",
            ),
        ),
    )
    shown = quoted(local)
    other = Said(f"{shown.en} cannot stand before an @", f"{shown.fr} ne peut précéder un @")
    return next((reason for found, reason in reasons if found), other)


def _invisible(sign: str) -> Said:
    return Said(f"it holds an invisible character ({sign})", f"elle contient un caractère invisible ({sign})")


def _hidden(text: str) -> str:
    """The first character that nobody sees, as U+200B; empty when there is none."""
    kinds = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return next((f"U+{ord(sign):04X}" for sign in text if unicodedata.category(sign) in kinds), "")


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str:
    """A domain name in lower-case ASCII. Raises AddressFault."""
    if _DOMAIN.fullmatch(domain) is None or "--" in domain:
        return _encoded_domain(domain)
    return domain.lower()


def _encoded_domain(domain: str) -> str:
    """As above, for names beyond plain ASCII: mapped by UTS 46, each label encoded and checked by IDNA 2008."""
    if not domain:
        raise AddressFault(Said("there is nothing after the @", "il n’y a rien après le @"))
    if domain.startswith("["):
        raise AddressFault(
            Said("addresses by number are not accepted", "les adresses par numéro ne sont pas acceptées")
        )
    if not any(dot in domain for dot in _DOTS):
        raise AddressFault(
            Said(f"the domain “{domain}” has no dot", f"le domaine «\u00a0{domain}\u00a0» n’a pas de point")
        )
    encoded = _checked(domain)
    if encoded.rpartition(".")[2][0].isdigit():
        raise AddressFault(
            Said(
                f"“{encoded}” does not end as a domain does (.ca, .com)",
                f"«\u00a0{encoded}\u00a0» ne finit pas comme un domaine (.ca, .com)",
            )
        )
    return encoded


def _checked(domain: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # 50 ms to import: only where it is needed

    if hidden := _hidden(domain):
        raise AddressFault(
            Said(
                f"it holds an invisible character ({hidden})",
                f"elle contient un caractère invisible ({hidden})",
            )
        )
    try:
        found = validate_email(f"a@{domain}", check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        raise AddressFault(
            Said(f"“{domain}” is no domain name", f"«\u00a0{domain}\u00a0» n’est pas un nom de domaine")
        ) from None
    return found.ascii_domain.lower()
