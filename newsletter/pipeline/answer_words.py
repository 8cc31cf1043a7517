"""What a provider answered, in the languages of staff: the ledger keeps it in English, as evidence.

In: the reason of a batch or of a mailing, as it was kept. Out: the same in English and French. Called by reason_words, the studio.

The service's own words stand within it as they came. What no pattern knows stands as it is.
"""

from __future__ import annotations

import re

from newsletter.model.said import NBSP, Said, said

_FRENCH = tuple(
    (re.compile(pattern, re.DOTALL), french)
    for pattern, french in (
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
        (r"(\w+) while the parcel was handed over", "{} pendant la remise du lot"),
        (r"the outbox cannot be written: (.*)", f"la boîte d’envoi ne peut pas être écrite{NBSP}: {{}}"),
        (r"(\w+) has suspended the account: (.*)", f"{{}} a suspendu le compte{NBSP}: {{}}"),
        (r"(\w+) while it was to be started", "{} au moment du départ"),
        (r"(\w+) while batch (\d+) was made ready", "{} pendant la préparation du lot {}"),
        (
            r"a backup was put back: it may have left after that backup was made",
            f"une sauvegarde a été rétablie{NBSP}: il est peut-être parti après cette sauvegarde",
        ),
        (r"nobody of it can be sent to", "on ne peut écrire à personne de ce lot"),
    )
)
_MORE = re.compile(r" … and (\d+) more(?=$| \()")


def in_words(text: str) -> Said:
    """What was kept, in both languages."""
    found = next((made for pattern, french in _FRENCH if (made := _filled(pattern, french, text))), "")
    return Said(text, _MORE.sub(r" … et \1 de plus", found)) if found else said(text)


def _filled(pattern: re.Pattern[str], french: str, text: str) -> str:
    match = pattern.fullmatch(text)
    return french.format(*match.groups()) if match else ""
