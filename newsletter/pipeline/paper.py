"""Paper: an issue in all its languages for readers on paper, with the digest by which a signed sheet is matched to what is sent.

In: a slug. Out: the bytes of a Word document or of an HTML file. Called by `proof`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from newsletter.audience.writing import to_text
from newsletter.compose.freeze import freeze
from newsletter.letters.paper import Paper, Sheet, tokens_of
from newsletter.model.artwork import Condition, MarkKind
from newsletter.model.edition import BOTH, Artwork, Edition
from newsletter.model.errors import NotAllowed
from newsletter.model.finding import Finding, Severity
from newsletter.model.member import Member
from newsletter.model.said import Said
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.build import Built, build
from newsletter.pipeline.proof import all_shown, proof, segments_of, used

_LABELS = {
    "en": {
        "subject": "Subject",
        "preheader": "Preheader",
        "from": "From",
        "fields": "Personal fields",
        "some": "Only for some",
    },
    "fr": {
        "subject": "Objet",
        "preheader": "Texte d’aperçu",
        "from": "Expéditeur",
        "fields": "Champs personnels",
        "some": "Pour certains seulement",
    },
}


@dataclass(frozen=True, slots=True)
class Printed:
    """The paper's bytes, the edition that they show, and the issue's remarks."""

    content: bytes
    edition: Edition
    findings: tuple[Finding, ...]


def printed(desk: Authoring, slug: str, kind: str) -> Printed:
    """The paper, `docx` or `html`. Raises NotFound, and NotAllowed for an issue that no mail can be made of."""
    built = build(desk, slug)
    artwork = built.rendering.artwork
    if artwork is None:
        raise NotAllowed(
            Said(
                f"no mail can be made of {slug} yet, so there is nothing to print",
                f"{slug} ne donne encore aucun courriel\u00a0: il n’y a donc rien à imprimer",
            ),
            code="proof-unmade",
            hint=Said(
                f"See what is to be mended: newsletter check {slug}",
                f"Voyez ce qu’il faut corriger\u00a0: newsletter check {slug}",
            ),
        )
    edition = freeze(replace(artwork, conditions=_frozen(desk, artwork)), desk.publication.key)
    paper = _paper(desk, built, edition)
    return Printed(_written(paper, kind), edition, built.findings)


def _written(paper: Paper, kind: str) -> bytes:
    if kind == "html":
        from newsletter.letters.paper_html import html_of

        return html_of(paper).encode()
    from newsletter.letters.paper_word import word_of  # python-docx: only who prints waits for it

    return word_of(paper)


def _frozen(desk: Authoring, artwork: Artwork) -> tuple[Condition, ...]:
    """As freezing has them: with the expressions that they stand for now, so that the digest is the same."""
    if not artwork.conditions:
        return ()
    segments = segments_of(desk)
    return tuple(
        replace(one, expression=to_text(segments.read(one.source, one.place))) for one in artwork.conditions
    )


def _paper(desk: Authoring, built: Built, edition: Edition) -> Paper:
    artwork = edition.artwork
    names = {image.file_name: built.rendering.files[image.digest] for image in artwork.images}
    sheets = tuple(_sheet(desk, edition, language) for language in artwork.languages)
    title = artwork.texts[artwork.languages[0]].title or built.slug
    mark = f"{edition.short} · {built.slug}"
    return Paper(title, tuple(_head(desk, built, edition)), sheets, names, mark)


def _head(desk: Authoring, built: Built, edition: Edition) -> Iterator[tuple[str, str]]:
    now = desk.now().astimezone(ZoneInfo(desk.publication.time_zone))
    errors = sum(one.severity is Severity.ERROR for one in built.findings)
    yield "Issue / Numéro", built.slug
    yield "Edition / Version", f"{edition.short}  ({edition.id})"
    yield "Printed / Imprimé", f"{now:%Y-%m-%d %H:%M} ({desk.publication.time_zone})"
    if errors:
        yield (
            "Not ready / Pas prêt",
            f"{errors} error{'s' if errors > 1 else ''} / erreur{'s' if errors > 1 else ''}",
        )


def _sheet(desk: Authoring, edition: Edition, language: str) -> Sheet:
    artwork = edition.artwork
    made = proof(desk, artwork, language, _named(artwork), answers=all_shown(artwork))
    base = desk.settings.text("web.base_url")

    def picture(source: str) -> str:
        name = source.rpartition("/")[2]
        return name if any(image.file_name == name for image in artwork.images) else ""

    own = f"{base}/"
    tokens = tokens_of(made.html, picture, artwork.languages, lambda href: href.startswith(own))
    return Sheet(language, tuple(_facts(edition, language, made.subject)), tokens)


def _named(artwork: Artwork) -> Member:
    """A reader whose every value is the name of its field, in brackets."""
    fields = {slot.field: f"[{slot.field}]" for slot in artwork.slots}
    own = {field: fields.pop(field) for field in list(fields) if field in Member._fields}
    return Member("reader@reader.example")._replace(**own, attributes=fields)  # type: ignore[arg-type]  # every value is text


def _facts(edition: Edition, language: str, subject: str) -> Iterator[tuple[str, str]]:
    artwork = edition.artwork
    text = artwork.texts[language]
    words = _LABELS["fr" if language.startswith("fr") else "en"]
    yield words["subject"], subject
    yield words["preheader"], text.preheader
    yield words["from"], f"{artwork.sender.name.get(language, '')} <{artwork.sender.address}>"
    slots = [artwork.slots[number] for number in used(text, MarkKind.SLOT)]
    if slots:
        yield (
            words["fields"],
            ", ".join(dict.fromkeys(f"[{slot.field}] → {slot.fallback or '–'}" for slot in slots)),
        )
    if artwork.conditions and BOTH not in language:
        yield words["some"], "; ".join(dict.fromkeys(one.source for one in artwork.conditions))
