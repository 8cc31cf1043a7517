"""What a provider or a channel answered, in the languages of staff: it is kept in English, as evidence.

In: the reason of a batch or of a mailing, as it was kept. Out: the same in English and French. Called by reason_words, the studio.

The service's own words stand within it as they came. What no pattern knows stands as it is.
"""

from __future__ import annotations

import re

from newsletter.model.said import NBSP, Said, recalled, said
from newsletter.providers.sendgrid.outcome import CREDITS, HINTS

_PROVIDERS = (
    (
        r"SendGrid's answer \((\d+)\) is torn; the request may have been taken",
        "la réponse de SendGrid ({}) est tronquée; la demande a peut-être été prise",
    ),
    (
        r"SendGrid could not be reached \((.*)\); nothing was handed over",
        "SendGrid n’a pu être joint ({}); rien n’a été remis",
    ),
    (
        r"the connection to SendGrid broke \((.*)\); the request may have been taken",
        "la connexion à SendGrid s’est rompue ({}); la demande a peut-être été prise",
    ),
    (
        r"SendGrid asks to wait \(429, too many requests\)",
        "SendGrid demande d’attendre (429, trop de demandes)",
    ),
    (
        r"SendGrid answered (\d+), which does not say whether the request was taken",
        "SendGrid a répondu {}, ce qui ne dit pas si la demande a été prise",
    ),
    (
        r"SendGrid answered with a redirect \((\d+)\), which is not followed",
        "SendGrid a répondu par une redirection ({}), qui n’est pas suivie",
    ),
    (r"SendGrid refused \((\d+)\)", "SendGrid a refusé ({})"),
    (r"SendGrid refused \((\d+)\): (.*)", f"SendGrid a refusé ({{}}){NBSP}: {{}}"),
    (r"(\w+) while the parcel was handed over", "{} pendant la remise des courriels"),
    (r"the outbox cannot be written: (.*)", f"la boîte d’envoi ne peut pas être écrite{NBSP}: {{}}"),
    (r"(\w+) has suspended the account: (.*)", f"{{}} a suspendu le compte{NBSP}: {{}}"),
    (r"(\w+) while it was to be started", "{} au moment du départ"),
    (r"(\w+) while batch (\d+) was made ready", "{} pendant la préparation de l’appel {}"),
    (
        r"a backup was put back: it may have left after that backup was made",
        f"une sauvegarde a été rétablie{NBSP}: il est peut-être parti après cette sauvegarde",
    ),
    (r"nobody of it can be sent to", "on ne peut écrire à personne d’entre eux"),
)
_CHANNELS = (
    (r"no answer from (\w+) \((.*)\)", "aucune réponse de {} ({})"),
    (r"(teams|slack) answered (\d+)", "{} a répondu {}"),
    (r"the server answered (\d+)", "le serveur a répondu {}"),
    (
        r"the server offers no encryption, or no way to sign in",
        "le serveur n’offre ni chiffrement ni façon de s’identifier",
    ),
    (
        r"the server refuses user or password \((.*)\)",
        "le serveur refuse l’utilisateur ou le mot de passe ({})",
    ),
    (r"the server refuses the address \((.*)\)", "le serveur refuse l’adresse ({})"),
    (
        r"the server's certificate is not trusted \((.*)\)",
        "le certificat du serveur n’est pas digne de confiance ({})",
    ),
    (r"no conversation with the server \((.*)\)", "aucun échange avec le serveur ({})"),
    (r"no end after (\d+) seconds", "pas de fin après {} secondes"),
    (
        r"the issue has errors: there is nothing to show",
        f"le numéro contient des erreurs{NBSP}: il n’y a rien à montrer",
    ),
)
_FRENCH = [(re.compile(pattern, re.DOTALL), french) for pattern, french in (*_PROVIDERS, *_CHANNELS)]
_MORE, _MORE_FRENCH = re.compile(r" … and (\d+) more$"), r" … et \1 de plus"


def told(kept: str, language: str) -> str:
    """What was kept, in one language: as it was written there, else by these words."""
    both = recalled(kept)
    return (both if both.fr else in_words(both.en)).told(language)


def in_words(text: str) -> Said:
    """What was kept, in both languages: the answer, and the step that may stand behind it."""
    hint = next((one for one in (*HINTS.values(), CREDITS) if text.endswith(f" ({one.en})")), None)
    bare = text.removesuffix(f" ({hint.en})") if hint else text
    found = next((made for pattern, french in _FRENCH if (made := _filled(pattern, french, bare))), "")
    if not found:
        return said(text)
    step = f" ({hint.fr})" if hint else ""
    return Said(text, f"{_MORE.sub(_MORE_FRENCH, found)}{step}")


def _filled(pattern: re.Pattern[str], french: str, text: str) -> str:
    match = pattern.fullmatch(text)
    return french.format(*match.groups()) if match else ""
