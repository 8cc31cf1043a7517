"""How much of a subject is seen.

In: the subjects of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, warning
from newsletter.checks.subject_missing import subject_text
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import Said

NAME = "subject-length"

_SAY = Said("Say what the mail is about.", "Dites de quoi parle le courriel.")


def check(context: CheckContext) -> Iterator[Finding]:
    """The subject is long enough to say something, and short enough to be seen.

    Level: warning under `least`, over `most` and over `longest` characters (phones show about 40, Gmail about 70; RFC 5322 s. 2.1.1 advises
    lines of 78 at most). Personal fields count with their fallback. The joined subject of a mail in both languages may be longer.
    """
    for language, text, _page in context.texts:
        subject = subject_text(text.subject, context.artwork).strip()
        if BOTH in language or not subject.strip(" |-–—"):
            continue
        place = context.key("subject", language)
        for message, hint in _judge(len(subject), context):
            yield warning(NAME, message, place, language, hint=hint)


def _judge(length: int, context: CheckContext) -> Iterator[tuple[Said, Said]]:
    least, most, longest = (context.number(f"{NAME}.{own}") for own in ("least", "most", "longest"))
    if length < least:
        plural = "" if length == 1 else "s"
        yield (
            Said(
                f"the subject has only {length} character{plural}",
                f"l’objet n’a que {length} caractère{plural}",
            ),
            _SAY,
        )
    elif length > most:
        who = (
            ("mail programs", "les logiciels de courriel")
            if length > longest
            else ("phones", "les téléphones")
        )
        message = Said(
            f"the subject has {length} characters, more than {who[0]} show",
            f"l’objet compte {length} caractères, plus que n’en montrent {who[1]}",
        )
        yield (
            message,
            Said(
                f"Bring it under {most:g}, the important words first.",
                f"Ramenez-le sous {most:g}, les mots importants d’abord.",
            ),
        )
