"""What stands beside the editor: the preview pane, the remarks, the languages beside one another, what changed since approval.

In: an issue as it is saved or being written, a look. Out: values for templates. Called by editor and drafting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from babel.dates import format_datetime

from newsletter.model.edition import BOTH
from newsletter.model.errors import Explained
from newsletter.model.finding import Finding, Severity
from newsletter.model.translation import State, Translation
from newsletter.pipeline import approximating, changing, tracked, trying
from newsletter.pipeline.build import Built, Unsaved
from newsletter.pipeline.personas import USUAL
from newsletter.pipeline.proof import all_shown, proof
from newsletter.web.showing.marking import Mark
from newsletter.web.showing.page import facts_of
from newsletter.web.studio.issues.drawn import drawn
from newsletter.web.studio.issues.look import Look
from newsletter.web.studio.issues.pane import Frame, choices, frame, named, outlined, pane, reader_of
from newsletter.web.studio.visit import Visit

_ORDER = list(Severity)
_BEHIND = frozenset({State.STALE, State.MISSING})
APPROVED = "approved"  #: in place of a picture's key: the version that was approved last


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding with its field, if its line stands above the text."""

    finding: Finding
    message: str
    hint: str
    field: str = ""


def shown(visit: Visit, issue: Unsaved, language: str, look: Look) -> dict[str, Any]:
    """The preview pane for one text."""
    ctx, slug = visit.ctx, issue.slug
    picture = drawn(visit.studio).picture(ctx, issue, language)
    member, trouble = reader_of(ctx, look)
    values: dict[str, Any] = {
        "look": look,
        "shown": language,
        "pane": pane(ctx, slug, picture, language, look),
        "choices": choices(),
        "reader_trouble": trouble,
        "member": member,
        "data_date": approximating.dated(),
        "url": lambda **changes: look.url(f"/issues/{slug}", **changes),
        "named": named,
        "beside": (),
        "behind": False,
        "pairs": (),
        "changes": None,
    }
    if look.tab == "languages":
        values |= _languages(visit, issue, look)
    if look.tab == "changes":
        values |= {"changes": _changes(visit, issue, language, look)}
    return values


def _languages(visit: Visit, issue: Unsaved, look: Look) -> dict[str, Any]:
    built = drawn(visit.studio).build(visit.ctx, issue)
    pairs = _pairs(visit, issue, built)
    frames: list[Frame] = []
    for outline in built.rendering.outlines:
        picture = drawn(visit.studio).picture(visit.ctx, issue, outline.language)
        if picture.good is not None:
            marks = drawn(visit.studio).keep_marks(tuple(_marks(pairs, outline.language)))
            label = named(outline.language)
            made = frame(issue.slug, picture.key, outline.language, look, label=label)
            frames.append(outlined(made, marks))
    behind = any(one.state in _BEHIND for translation in pairs for one in translation.standings)
    return {"beside": frames, "pairs": pairs, "behind": behind}


def _marks(pairs: tuple[Translation, ...], language: str) -> Iterator[Mark]:
    """What is outlined in one language: its stale texts; in the one that is translated from, what they stand for and what is missing."""
    for translation in pairs:
        for one in translation.standings:
            if one.state is State.STALE and translation.language == language and one.target is not None:
                yield Mark(one.target.text, "stale")
            elif one.state in _BEHIND and translation.source == language:
                yield Mark(one.source.text, "missing" if one.state is State.MISSING else "source")


def _pairs(visit: Visit, issue: Unsaved, built: Built) -> tuple[Translation, ...]:
    try:
        return tracked.beside(visit.ctx, issue.slug, built.rendering.outlines)
    except Explained:  # the record cannot be read: a remark says so
        return ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since the approved version: words by language, and both pictures."""

    approved: changing.Approved
    differences: tuple[changing.Difference, ...]
    before: Frame
    now: Frame


def _changes(visit: Visit, issue: Unsaved, language: str, look: Look) -> Changes | None:
    found = changing.approved(visit.ctx, issue.slug)
    now = drawn(visit.studio).build(visit.ctx, issue).rendering.artwork
    if found is None or now is None:
        return None
    picture = drawn(visit.studio).picture(visit.ctx, issue, language)
    return Changes(
        found,
        changing.differences(visit.ctx, found.edition.artwork, now, USUAL),
        frame(issue.slug, APPROVED, language, look, name="before", label=visit.w.pane_approved_version),
        frame(issue.slug, picture.key, language, look, name="now", label=visit.w.pane_as_now),
    )


def remarked(visit: Visit, issue: Unsaved) -> dict[str, Any]:
    """The remarks on an issue, what is counted of it, and the tests that went out of it."""
    built = drawn(visit.studio).build(visit.ctx, issue)
    listed = sorted(built.findings, key=lambda finding: _ORDER.index(finding.severity))
    return {
        "built": built,
        "remarks": [_remark(finding, visit.language, built) for finding in listed],
        "waived": [(one, _remark(one.finding, visit.language, built)) for one in built.waived],
        "facts": _facts(visit, built),
        "standing": _standing(visit, issue, built),
        "tried": trying.tried(visit.ctx, issue.slug, built),
    }


def _remark(finding: Finding, language: str, built: Built) -> Remark:
    message, hint = finding.told(language)
    return Remark(finding, message, hint, _field(finding, built))


def _field(finding: Finding, built: Built) -> str:
    """The field of the form that a remark is about: the key whose line it names."""
    issue, place = built.rendering.issue, finding.place
    if issue is None or place is None:
        return ""
    return next(
        (
            key.split(".")[0]
            for key, at in issue.places.items()
            if (at.file, at.line) == (place.file, place.line) and at.line > 1
        ),
        "",
    )


def _facts(visit: Visit, built: Built) -> object:
    artwork = built.rendering.artwork
    if artwork is None:
        return None
    language = artwork.languages[0]
    made = proof(visit.ctx, artwork, language, USUAL, answers=all_shown(artwork))
    locale = "fr_CA" if visit.language == "fr" else "en_CA"
    pattern = "d MMM y, H 'h' mm" if visit.language == "fr" else "d MMM y, H:mm"
    return facts_of(artwork, language, made, format_datetime(built.send_at, pattern, locale=locale))


def _standing(visit: Visit, issue: Unsaved, built: Built) -> dict[str, int]:
    """How many texts of each other language are stale or missing."""
    found: dict[str, int] = {}
    for one in _pairs(visit, issue, built):
        counted = one.counted()
        found[one.language] = counted[State.STALE] + counted[State.MISSING]
    return found


def together(languages: tuple[str, ...]) -> str:
    """The name of the bilingual text."""
    return BOTH.join(languages)
