"""Translate: how an issue's other language stands, a table for a translator, and what comes back of it.

In: an issue, a language, a Word document. Out: standings; documents; the issue's files and the record, written whole. Called
by `translate`; the record is read by build.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale

from newsletter import workspace
from newsletter.compose.frame.filters import locale_for
from newsletter.compose.request import Request, SourceText, cleaned
from newsletter.compose.translation import remarks
from newsletter.compose.translation.document import Column, document
from newsletter.compose.translation.exchange import Brought, Change, brought, rows
from newsletter.compose.translation.parts import data_parts, parts
from newsletter.compose.translation.standing import remembered, reviewed, stands
from newsletter.compose.translation.writing import Sheet, Writer
from newsletter.model.errors import AuthorError, NotAllowed, NotFound
from newsletter.model.finding import Finding, has_errors
from newsletter.model.outline import Outline, digest
from newsletter.model.place import Place
from newsletter.model.said import Said, system
from newsletter.model.translation import Memory, Part, Standing, State, Translation
from newsletter.pipeline import build
from newsletter.pipeline.authoring import Authoring

Record = Mapping[str, Sequence[Memory]]


@dataclass(frozen=True, slots=True)
class Work:
    """An issue as somebody translates it. `target` is None as long as there is no file in that language; `recorded` says whether
    anything was remembered before; `digests` are those of the files that may be written, None for one that is not there."""

    slug: str
    request: Request
    translation: Translation
    source: Sheet
    target: Sheet | None
    record: Record | None
    digests: Mapping[str, str | None]

    @property
    def path(self) -> str:
        """The file of the translation, relative to the workspace."""
        return (
            self.target.outline.path if self.target else f"issues/{self.slug}.{self.translation.language}.md"
        )

    @property
    def recorded(self) -> bool:
        """True when this language's translation is tracked."""
        return self.translation.language in (self.record or {})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a document came to. `files` are those that change, and `difference` is a unified diff of them; `written` is false where an
    error forbids it, where nothing changed, or for a rehearsal."""

    work: Work
    findings: tuple[Finding, ...]
    changes: Mapping[int, Change] = field(default_factory=dict)
    difference: tuple[str, ...] = ()
    written: bool = False
    files: tuple[str, ...] = ()


def look(desk: Authoring, slug: str, language: str = "") -> Work:
    """How an issue stands in a language. Raises NotFound, NotAllowed, AuthorError (also where the record cannot be read)."""
    request, _sources = build.read(desk, slug)
    source, target = _languages(desk, slug, request, language)
    record = workspace.read_record(desk.root, slug)
    outlines = _outlines(desk, request, source)
    known = (record or {}).get(target, ())
    sheets = {name: Sheet(_text(request, one.path), one) for name, one in outlines.items()}
    translated = sheets.get(target)
    translation = stands(
        (source, target),
        parts(sheets[source].outline),
        _parts(outlines, source, target),
        known,
    )
    path = translated.outline.path if translated else f"issues/{slug}.{target}.md"
    names = (path, workspace.record_path(slug), *(one.path for one in request.sources))
    digests = {name: workspace.digest_of(desk.root, name) for name in names}
    return Work(slug, request, translation, sheets[source], translated, record, digests)


def _languages(desk: Authoring, slug: str, request: Request, language: str) -> tuple[str, str]:
    source, *others = desk.publication.languages
    if not others:
        raise NotAllowed(
            Said(
                f"the publication has one language, {source}: there is nothing to translate into",
                f"l’infolettre n’a qu’une langue, {source}\u00a0: il n’y a rien vers quoi traduire",
            ),
            code="translation-language",
            hint=Said(
                "`languages` in newsletter.toml says which there are.",
                "`languages` dans newsletter.toml dit lesquelles il y a.",
            ),
        )
    wanted = language or others[0]
    if wanted not in others:
        raise NotFound(
            Said(
                f"an issue is not translated into {wanted!r}", f"un numéro ne se traduit pas vers {wanted!r}"
            ),
            code="translation-language",
            hint=Said(
                f"From {source} into {' or '.join(others)}.", f"De {source} vers {' ou '.join(others)}."
            ),
        )
    alone = next((one for one in request.sources if not one.language), None)
    if alone is not None:
        raise NotAllowed(
            Said(
                f"{alone.path} has no language in its name: there is no room beside it",
                f"{alone.path} n’a pas de langue dans son nom\u00a0: il n’y a pas de place à côté",
            ),
            code="translation-name",
            hint=Said(f"Rename it issues/{slug}.{source}.md.", f"Renommez-le issues/{slug}.{source}.md."),
        )
    return source, wanted


def _outlines(desk: Authoring, request: Request, source: str) -> dict[str, Outline]:
    found = {one.language: one for one in desk.renderer().render(request).outlines}
    if source not in found:
        raise AuthorError(
            Said(f"the text in {source} cannot be read", f"le texte en {source} ne peut pas être lu"),
            code="translation-source",
            place=Place(request.sources[0].path),
            hint=Said(
                f"newsletter check {request.slug} says why.",
                f"`newsletter check {request.slug}` dit pourquoi.",
            ),
        )
    return found


def _parts(outlines: Mapping[str, Outline], source: str, language: str) -> tuple[Part, ...]:
    """The texts of a language; of one that has no file yet, those that stand in the original's `data:`."""
    return parts(outlines[language]) if language in outlines else data_parts(outlines[source], language)


def _text(request: Request, path: str) -> str:
    return cleaned(next(one.text for one in request.sources if one.path == path))


def table(desk: Authoring, work: Work) -> bytes:
    """The Word document for a translator. From now on the issue is tracked."""
    made = document(work.slug, _columns(desk, work.translation), rows(work.translation), desk.now())
    if not work.recorded:
        _remember(desk, work, remembered(work.translation))
    return made


def _columns(desk: Authoring, translation: Translation) -> tuple[Column, Column]:
    """The languages as they call themselves, English and Français, as they are written in the publication's country."""
    first, second = (
        locale_for(code, desk.publication.calendar) for code in (translation.source, translation.language)
    )
    return _column(first, translation.source), _column(second, translation.language)


def _column(locale: Locale, language: str) -> Column:
    name = Locale(locale.language).get_display_name(locale) or language
    return Column(name.capitalize(), str(locale).replace("_", "-"))


def take(desk: Authoring, work: Work, data: bytes, *, by: str = "", rehearsal: bool = False) -> Outcome:
    """What a document brings, written into the issue's files and the record: all of it, or nothing.

    Raises NotAllowed when a file changed while this ran, AuthorError for what is no such document.
    """
    found, remarked = _read(work, data)
    if has_errors(remarked):
        return Outcome(work, remarked, found.changes)
    texts, faults = _written(desk, work, found.changes)
    after, more = (None, faults) if faults else _proven(desk, work, texts, found.changes, by)
    difference = tuple(_difference(work, texts))
    outcome = Outcome(work, (*remarked, *more), found.changes, difference, files=tuple(texts))
    if after is None or rehearsal or has_errors(outcome.findings):
        return outcome
    workspace.replace_texts(desk.root, texts, work.digests)
    _remember(desk, work, after)
    return replace(outcome, written=bool(found.changes))


def _read(work: Work, data: bytes) -> tuple[Brought, tuple[Finding, ...]]:
    from newsletter.compose.translation.returned import DocumentFault, returned

    try:
        came = returned(data)
    except DocumentFault as fault:
        raise AuthorError(fault.said, code="translation-document", hint=fault.hint) from None
    found = brought(work.translation, came.rows)
    return found, (*came.findings, *found.findings)


def _written(
    desk: Authoring, work: Work, changes: Mapping[int, Change]
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """The files that change, by path, with their new texts."""
    writer = Writer(work.translation, work.source, changes, tuple(desk.publication.languages))
    before = _before(work)
    texts = {path: writer.data(text) for path, text in before.items() if path != work.path}
    if work.target:
        texts[work.path] = writer.into(work.target)
    elif writer.beyond_data:
        texts[work.path] = writer.made()
    findings = tuple(dict.fromkeys(writer.findings))
    return {path: text for path, text in texts.items() if text != before.get(path)}, findings


def _before(work: Work) -> dict[str, str]:
    """The issue's files as they are, by path."""
    return {one.path: cleaned(one.text) for one in work.request.sources}


def _proven(
    desk: Authoring, work: Work, texts: Mapping[str, str], changes: Mapping[int, Change], by: str
) -> tuple[tuple[Memory, ...] | None, tuple[Finding, ...]]:
    """The record as it will be, once the new files were read again and every text in them is the one that was meant."""
    if not changes:
        return remembered(work.translation), ()
    memories = _memories(work, changes, by, _today(desk))
    again = _again(desk, work, texts, [memory for memory in memories if memory is not None])
    faults = []
    for index, one in enumerate(work.translation.standings):
        change = changes.get(index)
        wanted = change.text if change else one.target.text if one.target else None
        if not _same(again.standings[index : index + 1], one.source, wanted):
            faults.append(remarks.unread(index + 1, one.source, wanted or one.source.text))
    return tuple(memory for memory in memories if memory is not None), tuple(faults)


def _again(desk: Authoring, work: Work, texts: Mapping[str, str], memories: Sequence[Memory]) -> Translation:
    """How the new files stand, read as every other."""
    source, language = work.translation.source, work.translation.language
    new = {one.path: replace(one, text=texts.get(one.path, one.text)) for one in work.request.sources}
    if work.path in texts:
        new[work.path] = SourceText(work.path, language, texts[work.path])
    outlines = _outlines(desk, replace(work.request, sources=tuple(new.values())), source)
    return stands((source, language), parts(outlines[source]), _parts(outlines, source, language), memories)


def _same(found: Sequence[Standing], source: Part, wanted: str | None) -> bool:
    """True when an original is what it was, and its translation what was meant."""
    if not found or digest(found[0].source.text) != digest(source.text):
        return False
    target = found[0].target
    return wanted is None or (target is not None and digest(target.text) == digest(wanted))


def _memories(work: Work, changes: Mapping[int, Change], by: str, on: str) -> list[Memory | None]:
    kept = iter(remembered(work.translation))
    memories: list[Memory | None] = []
    for index, one in enumerate(work.translation.standings):
        own = next(kept) if one.target is not None else None
        change = changes.get(index)
        if change:
            own = Memory(one.source.shape, change.base, change.text, State.DRAFT, by, on)
        memories.append(own)
    return memories


def review(desk: Authoring, work: Work, by: str) -> Work:
    """A person says that every translation there is is right as it stands. Raises NotAllowed without a name."""
    if not by.strip():
        raise NotAllowed(
            Said("a review is a person's: whose?", "une révision est celle d’une personne\u00a0: laquelle?"),
            code="translation-reviewer",
            hint=Said('--reviewed --by "First and last name"', '--reviewed --by "Prénom et nom"'),
        )
    _remember(desk, work, reviewed(work.translation, " ".join(by.split()), _today(desk)))
    return look(desk, work.slug, work.translation.language)


def _remember(desk: Authoring, work: Work, memories: Sequence[Memory]) -> None:
    record = {**(work.record or {}), work.translation.language: tuple(memories)}
    name = workspace.record_path(work.slug)
    text = workspace.record_text(record)
    before = work.digests[name]
    if before is not None and record == work.record:
        return
    workspace.replace_text(desk.root, name, text, before)


def _today(desk: Authoring) -> str:
    return desk.now().astimezone(ZoneInfo(desk.publication.time_zone)).date().isoformat()


def _difference(work: Work, texts: Mapping[str, str]) -> Iterator[str]:
    before = _before(work)
    for path, text in texts.items():
        old = before[path].split("\n") if path in before else []
        yield from difflib.unified_diff(old, text.split("\n"), path, path, lineterm="", n=1)


def read_document(path: Path) -> bytes:
    """The bytes of a document somewhere on disk, at most as many as one may have. Raises NotFound."""
    from newsletter.compose.translation.returned import LARGEST

    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise NotFound(
            Said(
                f"{path} cannot be read: {error.strerror}",
                f"{path} ne peut pas être lu\u00a0: {system(error).fr}",
            ),
            code="translation-document",
            hint=Said("Look at its name and place.", "Regardez son nom et son dossier."),
        ) from None
