"""Write out: an issue as files to look at, keep, or open in a mail program.

In: a Built, a member, a folder. Out: .html, .txt, .eml for each text, and build.json. Called by `build`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

from newsletter.model.artwork import MarkKind
from newsletter.model.edition import Artwork
from newsletter.model.errors import NewsletterError, NotAllowed
from newsletter.model.finding import Finding
from newsletter.model.member import Member
from newsletter.model.said import Said, system
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.build import Built
from newsletter.pipeline.proof import Proof, answers_for, fault, links_in, proof, used
from newsletter.providers.outbox import message

SUMMARY = "build.json"


@dataclass(frozen=True, slots=True)
class Written:
    """The files by name, by language what build.json says of each text, and what went wrong on the way."""

    files: tuple[str, ...]
    languages: dict[str, dict[str, object]]
    findings: tuple[Finding, ...]


def write_out(desk: Authoring, built: Built, member: Member, out: Path) -> Written:
    """Write every text, filled for a member; with findings too. Raises NotAllowed when the folder cannot be written."""
    files: dict[str, bytes] = {}
    languages: dict[str, dict[str, object]] = {}
    faults: list[Finding] = []
    artwork = built.rendering.artwork
    if artwork is not None:
        answers = answers_for(desk, artwork, member)
        for language in artwork.texts:
            made = proof(desk, artwork, language, member, answers=answers)
            name = f"{built.slug}.{language}"
            files |= {f"{name}.html": made.html.encode(), f"{name}.txt": made.text.encode()}
            try:
                files[f"{name}.eml"] = _email(desk, built, made)
            except NewsletterError as error:
                faults.append(replace(fault(error, "email"), language=language))
            languages[language] = _summary(artwork, made)
    files[SUMMARY] = (json.dumps(languages, ensure_ascii=False, indent=2) + "\n").encode()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (out / name).write_bytes(data)
    except OSError as error:
        raise NotAllowed(
            Said(
                f"{error.filename} cannot be written: {error.strerror}",
                f"{error.filename} ne peut pas être écrit\u00a0: {system(error).fr}",
            ),
            code="out-unwritable",
            hint=Said("Name another folder with --out.", "Indiquez un autre dossier avec --out."),
        ) from None
    return Written(tuple(files), languages, tuple(faults))


def _email(desk: Authoring, built: Built, made: Proof) -> bytes:
    host = desk.publication.sender.address.partition("@")[2]
    return message.build(
        made.message,
        made.recipient,
        date=int(built.send_at.timestamp()),
        message_id=f"{built.slug}.{made.language.replace('+', '-')}.build@{host}",
    )


def _summary(artwork: Artwork, made: Proof) -> dict[str, object]:
    """What build.json says of one text; `bytes` and `digest` (SHA-256) are those of its .html file."""
    html = made.html.encode()
    text = artwork.texts[made.language]
    slots = [artwork.slots[number] for number in used(text, MarkKind.SLOT)]
    return {
        "subject": made.subject,
        "preheader": text.preheader,
        "bytes": len(html),
        "slots": [{"field": slot.field, "fallback": slot.fallback} for slot in slots],
        "links": [{"url": link.url, "label": link.label} for link in links_in(artwork, made.language)],
        "digest": hashlib.sha256(html).hexdigest(),
    }
