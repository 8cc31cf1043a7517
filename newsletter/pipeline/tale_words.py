"""What a person's story says, sentence by sentence, in English and French.

In: reasons, sources and kinds as the ledger keeps them. Out: sentences. Called by pipeline.tale.
"""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType

from newsletter.audience import english, french
from newsletter.model.event import EventKind
from newsletter.model.member import ConsentBasis, SuppressionReason
from newsletter.model.said import NBSP, Said

_LIST = re.compile(r"import (?P<file>.*):(?P<line>\d+)", re.DOTALL)
_LONGEST = 300

BASES = MappingProxyType(
    {
        ConsentBasis.EXPRESS: Said("express, they said yes", "exprès, la personne a dit oui"),
        ConsentBasis.MEMBERSHIP: Said("by membership", "par adhésion"),
        ConsentBasis.PURCHASE: Said("by a purchase", "par un achat"),
        ConsentBasis.CONTRACT: Said("by a contract", "par un contrat"),
        ConsentBasis.INQUIRY: Said("by an inquiry", "par une demande de renseignements"),
        ConsentBasis.PUBLISHED: Said("by a published address", "par une adresse publiée"),
        ConsentBasis.B2B: Said(
            "between organizations that work together", "entre organisations qui font affaire"
        ),
    }
)
LISTED = MappingProxyType(
    {
        SuppressionReason.COMPLAINT: Said("marked a mail as spam", "a signalé un envoi comme pourriel"),
        SuppressionReason.ERASED: Said("asked to be forgotten", "a demandé l’effacement"),
        SuppressionReason.UNSUBSCRIBED: Said("unsubscribed", "désabonnement"),
        SuppressionReason.INVALID: Said("the address does not work", "adresse non valide"),
        SuppressionReason.MANUAL: Said("put there by staff", "ajout par le personnel"),
    }
)
WHY = MappingProxyType(
    {
        "suppressed": Said("on the do-not-mail list", "sur la liste d’exclusion"),
        "unsubscribed": Said("unsubscribed", "désabonnement"),
        "no-consent": Said("no consent on file", "aucun consentement au dossier"),
        "consent-expired": Said("consent has ended", "consentement échu"),
        "already-had-it": Said("already had this issue", "avait déjà reçu ce numéro"),
        "time-passed": Said("the time had passed in their zone", "l’heure était passée dans son fuseau"),
    }
)
_SOURCES = MappingProxyType(
    {
        "entered by hand": Said("entered by hand", "saisi à la main"),
        "moved from an earlier address": Said(
            "brought over from an earlier address", "repris d’une adresse antérieure"
        ),
        "asked us": Said("they asked us", "demande faite au personnel"),
        "one-click": Said(
            "the unsubscribe button of their mail program", "le bouton de désabonnement de la messagerie"
        ),
        "page": Said("the link in a mailing", "le lien d’un envoi"),
    }
)
EVENTS = MappingProxyType(
    {
        EventKind.DROPPED: Said("The mail service dropped it", "Le service d’envoi l’a écarté"),
        EventKind.DEFERRED: Said(
            "The receiving server asked to wait", "Le serveur du destinataire a demandé d’attendre"
        ),
        EventKind.DELIVERED: Said("Delivered to the receiving server", "Livré au serveur du destinataire"),
        EventKind.BOUNCED: Said("Bounced", "Refusé par la boîte"),
        EventKind.COMPLAINED: Said("Marked as spam", "Signalé comme pourriel"),
        EventKind.UNSUBSCRIBED: Said(
            "Unsubscribed on the mail service’s page", "Désabonnement sur la page du service d’envoi"
        ),
    }
)
MAIL = MappingProxyType(
    {
        "planned": Said("Among the recipients; its time has not come yet.", "Parmi les destinataires; son heure n’est pas venue."),
        "ready": Said("Among the recipients; about to be handed over.", "Parmi les destinataires; sur le point d’être remis."),
        "retry_wait": Said("It was surely not taken, and is tried again.", "Il n’a certainement pas été pris; un nouvel essai suivra."),
        "in_doubt": Said("Whether it was taken is not confirmed.", "Il n’est pas confirmé qu’il a été pris."),
        "held": Said("Whether it was taken is not known: it waits for a person.", "On ne sait pas s’il a été pris\u00a0: une personne doit décider."),
        "cancelled": Said("The mailing was cancelled before it was handed over.", "L’envoi a été annulé avant la remise."),
        "expired": Said("Its time had passed before it was handed over.", "Son heure était passée avant la remise."),
        "rejected": Said("The mail service refused it.", "Le service d’envoi l’a refusé."),
    }
)  # fmt: skip
MAIL_ALIKE = MappingProxyType({"claimed": "ready", "in_flight": "ready", "split": "ready"})


def short(text: str) -> str:
    """A text of others, in one line and of bearable length."""
    flat = re.sub(r"[^\S\u00a0]+", " ", text).strip()
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"


def source(text: str) -> Said:
    """Where something is known from."""
    if text in _SOURCES:
        return _SOURCES[text]
    found = _LIST.fullmatch(text)
    if found is None:
        return Said(short(text), short(text))
    name, line = short(found["file"]), found["line"]
    return Said(f"the list {name}, line {line}", f"la liste {name}, ligne {line}")


def of_list(text: str) -> str:
    """The name of the list that a source is, empty for any other."""
    found = _LIST.fullmatch(text)
    return short(found["file"]) if found else ""


def day(value: date) -> Said:
    """A day as both languages write it."""
    return Said(english.long_day(value), french.long_day(value))


def with_details(sentence: Said, *details: tuple[Said, Said | str]) -> Said:
    """A sentence and what belongs to it, as `Proof: form 12.`"""
    en, fr = [f"{sentence.en}."], [f"{sentence.fr}."]
    for label, text in details:
        told = text if isinstance(text, Said) else Said(short(text), short(text))
        if told:
            en.append(f"{label.en}: {told.en.rstrip('.')}.")
            fr.append(f"{label.fr}{NBSP}: {told.fr.rstrip('.')}.")
    return Said(" ".join(en), " ".join(fr))


PROOF = Said("Proof", "Preuve")
FROM = Said("Known from", "Source")
BY = Said("By", "Par")
ANSWER = Said("The answer", "Réponse")
