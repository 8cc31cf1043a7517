"""What files say in many spellings, in ours: provinces, languages, grounds of consent, yes and no, status.

In: the text of a cell. Out: our value, or None when the text is none of those we know. Called by rows and by `members add`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from newsletter.model.folding import fold
from newsletter.model.member import ConsentBasis, SuppressionReason, TrackingConsent

_LETTERS = re.compile(r"[\W_]+")


def compact(text: str) -> str:
    """Letters and digits only, folded: "Ont." and "ONT" are both `ont`."""
    return _LETTERS.sub("", fold(text))


def _table(spellings: Mapping[str, str]) -> dict[str, str]:
    return {compact(one): value for value, many in spellings.items() for one in (value, *many.split(","))}


_PROVINCES = _table({
    "AB": "Alberta,Alta,Alb",
    "BC": "British Columbia,Colombie-Britannique,CB,C.-B.,Brit. Col.",
    "MB": "Manitoba,Man",
    "NB": "New Brunswick,Nouveau-Brunswick,N.-B.",
    "NL": "Newfoundland and Labrador,Newfoundland & Labrador,Newfoundland,Terre-Neuve-et-Labrador,Terre-Neuve,T.-N.-L.,NF,NFLD,Labrador",
    "NS": "Nova Scotia,Nouvelle-Écosse,N.-É.",
    "NT": "Northwest Territories,Territoires du Nord-Ouest,T.N.-O.,NWT",
    "NU": "Nunavut,Nun",
    "ON": "Ontario,Ont",
    "PE": "Prince Edward Island,Île-du-Prince-Édouard,Î.-P.-É.,PEI",
    "QC": "Quebec,Québec,PQ,Que,Qué,P.Q.",
    "SK": "Saskatchewan,Sask",
    "YT": "Yukon,Yukon Territory,Territoire du Yukon,Yn,YK",
})  # fmt: skip

_LANGUAGES = _table({
    "en": "English,anglais,anglaise,eng,Inglés",
    "fr": "French,français,française,fra,fre,francais (Canada),Francês",
    "es": "Spanish,espagnol,español,spa",
    "de": "German,allemand,Deutsch,deu,ger",
    "it": "Italian,italien,italiano,ita",
    "pt": "Portuguese,portugais,português,por",
    "zh": "Chinese,chinois,中文,zho,chi,Mandarin,Cantonese",
    "iu": "Inuktitut,iku",
    "cr": "Cree,cri,cre",
})  # fmt: skip
# ISO 639-1, all two-letter codes
_CODES = frozenset(
    re.findall(
        "..",
        "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteufafffifjfofrfygagdglgngu"
        "gvhahehihohrhthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmgmhmimkmlmnmrms"
        "mtmynanbndnenlnnnonrnvnyocojomorospapiplpsptqurmrnrorurwsascsdsesgsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotr"
        "tstttwtyugukuruzvevivowawoxhyiyozazhzu",
    )
)
_REGIONAL = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]{2,8})*")

_BASES = {
    spelling: ConsentBasis(value)
    for spelling, value in _table({
        "express": "exprès,explicit,explicite,opt-in,opted in,consentement exprès,express consent",
        "membership": "member,membre,adhésion,adhérent,implied_member",
        "purchase": "achat,client,customer,implied_purchase",
        "contract": "contrat,implied_contract",
        "inquiry": "enquiry,demande,demande de renseignements,application,implied_inquiry",
        "published": "publié,publiée,adresse publiée,implied_published",
        "b2b": "business to business,interentreprises,exempt_b2b,entreprise à entreprise",
    }).items()
}  # fmt: skip

_TRACKING = {
    spelling: TrackingConsent(value)
    for spelling, value in _table({
        "granted": "yes,oui,true,vrai,1,y,o,accordé,accepted,accepté",
        "refused": "no,non,false,faux,0,n,refusé,declined",
        "unknown": "inconnu",
    }).items()
}  # fmt: skip

_STATUS = {
    spelling: SuppressionReason(value)
    for spelling, value in _table({
        "unsubscribed": "unsubscribe,désabonné,désabonnée,désinscrit,désinscrite,opted out,opt-out,optout,withdrawn,retiré,retirée",
        "complaint": "complained,spam,plainte,spam report,abuse",
        "invalid": "bounced,hard bounce,bounce,cleaned,invalide,rebond,undeliverable,non distribuable",
        "manual": "suppressed,blocked,blocklisted,do not mail,do not contact,do not email,excluded,exclu,exclue,ne pas contacter",
    }).items()
}  # fmt: skip

_SUBSCRIBED = frozenset({"subscribed", "confirmed", "optedin", "optin", "abonne", "abonnee", "inscrit", "inscrite", "confirme", "confirmee"})  # fmt: skip
_NO = _SUBSCRIBED | {
    "",
    "0",
    "no",
    "non",
    "false",
    "faux",
    "n",
    "f",
    "none",
    "null",
    "nil",
    "never",
    "jamais",
    "na",
}
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")


@lru_cache(maxsize=4096)
def province(text: str) -> str | None:
    """The two letters of a Canadian province or territory."""
    return _PROVINCES.get(compact(text))


@lru_cache(maxsize=4096)
def language(text: str) -> str | None:
    """A language as its ISO 639-1 code, without a region: `fr` for fr-CA and français."""
    regional = _REGIONAL.fullmatch(fold(text))
    if regional and regional.group(1) in _CODES:
        return regional.group(1)
    return _LANGUAGES.get(compact(text))


@lru_cache(maxsize=1024)
def basis(text: str) -> ConsentBasis | None:
    """The ground of consent."""
    return _BASES.get(compact(text))


@lru_cache(maxsize=1024)
def tracking(text: str) -> TrackingConsent | None:
    """Whether one's own reading may be measured."""
    return _TRACKING.get(compact(text)) if text else TrackingConsent.UNKNOWN


@lru_cache(maxsize=1024)
def status(text: str) -> SuppressionReason | None:
    """What a column `status` says against mailing; None for all that says nothing against it."""
    return _STATUS.get(compact(text))


@lru_cache(maxsize=1024)
def subscribed(text: str) -> bool:
    """Whether a column `status` says no more than that nothing stands against mailing."""
    return compact(text) in _SUBSCRIBED


@lru_cache(maxsize=1024)
def left(text: str) -> bool:
    """Whether a column `unsubscribed` says so: everything but a clear no does, a date too."""
    return compact(text) not in _NO


@lru_cache(maxsize=4096)
def day(text: str) -> date | None:
    """A day written year first. 03/04/2020 is two days to two people, and none here."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
