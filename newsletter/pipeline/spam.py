"""What a SpamAssassin on this machine says of an email: asked only where the settings name it.

In: an artwork. Out: a score for each text in one language. Called by build, for `check` and before a mailing is planned or approved.

The very bytes that `build` writes as .eml go to its input; nothing goes over the network (`-L`: its local rules alone).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from newsletter.model.edition import BOTH, Artwork
from newsletter.model.errors import NewsletterError
from newsletter.model.spam import SpamPoints, SpamRule, Unjudged
from newsletter.pipeline import personas
from newsletter.pipeline.proof import all_shown, proof

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.pipeline.authoring import Authoring

#: what each program is called with; both read a mail and write a report with the points of each rule
COMMANDS: Final = {"spamassassin": ("-L", "-t"), "spamc": ("-R",)}
_MOST: Final = 1 << 20  # bytes of an answer that are read
_TOTAL: Final = re.compile(r"^(-?\d+(?:\.\d+)?)/\d+(?:\.\d+)?\s*$|\((-?\d+(?:\.\d+)?) points,", re.MULTILINE)
_RULE: Final = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s+([A-Z][A-Z0-9_]{2,60})\s+(\S.*)$", re.MULTILINE)
_HANDED_ON: Final = ("PATH", "HOME", "LANG", "TMPDIR")


def judged(desk: Authoring, artwork: Artwork, send_at: datetime) -> Mapping[str, SpamPoints]:
    """A score by language; none where `spam.program` is empty. What goes wrong is a score without points, never an error."""
    program = desk.settings.text("spam.program")
    if not program:
        return {}
    path = shutil.which(program)
    if path is None:
        return {artwork.languages[0]: SpamPoints(program, why=Unjudged.ABSENT)}
    names = [name for name in artwork.texts if BOTH not in name]
    return {name: _asked(desk, program, path, _message(desk, artwork, name, send_at)) for name in names}


def _message(desk: Authoring, artwork: Artwork, language: str, send_at: datetime) -> bytes:
    from newsletter.providers.outbox import message

    made = proof(desk, artwork, language, personas.USUAL, answers=all_shown(artwork))
    host = desk.publication.sender.address.partition("@")[2]
    try:
        return message.build(
            made.message,
            made.recipient,
            date=int(send_at.timestamp()),
            message_id=f"{artwork.slug}.{language}.check@{host}",
        )
    except NewsletterError:  # a mail that does not read back has a remark of its own
        return b""


def _asked(desk: Authoring, program: str, path: str, content: bytes) -> SpamPoints:
    environment = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    try:
        answer = subprocess.run(  # noqa: S603 - one of two known programs, with arguments of ours
            [path, *COMMANDS[program]],
            input=content,
            capture_output=True,
            timeout=max(desk.settings.whole("spam.seconds"), 1),
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return SpamPoints(program, why=Unjudged.TIME)
    except OSError:
        return SpamPoints(program, why=Unjudged.ANSWER)
    return read(program, answer.stdout[-_MOST:].decode("utf-8", "replace"))


def read(program: str, answer: str) -> SpamPoints:
    """What a report says: `5.4/5.0` (spamc) or `(5.4 points, 5.0 required)` (spamassassin), and a line for each rule."""
    totals = [found[1] or found[2] for found in _TOTAL.finditer(answer)]
    if not totals:
        return SpamPoints(program, why=Unjudged.ANSWER)
    report = answer[answer.rfind("pts rule name") :] if "pts rule name" in answer else ""
    rules = tuple(SpamRule(float(one[1]), one[2], one[3].strip()) for one in _RULE.finditer(report))
    return SpamPoints(program, float(totals[-1]), rules)
