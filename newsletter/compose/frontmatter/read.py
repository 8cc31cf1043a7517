"""The issue files of one slug as an Issue: front matter judged, bodies cut off, languages joined.

In: a Request. Out: an Issue, or None with findings. Called by compose.steps.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.compose.findings import FRONT_MATTER, Findings, near
from newsletter.compose.frontmatter.data_texts import data_texts
from newsletter.compose.frontmatter.only import only
from newsletter.compose.frontmatter.scalars import Written
from newsletter.compose.frontmatter.tree import Tree
from newsletter.compose.frontmatter.values import Judge, plain
from newsletter.compose.frontmatter.waivers import waivers
from newsletter.compose.request import Request, SourceText
from newsletter.model.issue import Data, Issue, IssueText
from newsletter.model.place import Place
from newsletter.model.said import Said

#: keys that each language has for itself
OWN = ("subject", "preheader", "title", "from", "language", "accept")
#: keys that hold for all languages; they may stand in either file, and are equal where they stand in both
SHARED = ("template", "date", "number", "audience", "schedule", "tracking", "archive", "data", "only")
TEXTS = (*OWN[:5], "template", "date", "number", "tracking", "archive")
_EDGE = "---"


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    language: str
    values: dict[str, Written]
    body: str
    body_line: int


def read(request: Request, findings: Findings) -> Issue | None:
    """The issue of a request; None when there is nothing to compose from."""
    judge = Judge(findings)
    files = [_file(source, request, judge, findings) for source in request.sources]
    chosen = _by_language(files, request, judge, findings)
    if not chosen:
        if not findings.failed:
            message = Said(
                f"there is no text for the issue “{request.slug}”",
                f"le numéro «\u00a0{request.slug}\u00a0» n’a aucun texte",
            )
            findings.error(FRONT_MATTER, message, Place(f"issues/{request.slug}.md"))
        return None
    shared = _shared(list(chosen.values()), findings)
    texts = {language: _text(file, judge) for language, file in chosen.items()}
    return Issue(
        slug=request.slug,
        template=_template(shared, request, judge),
        texts=texts,
        date=judge.day(shared["date"]) if "date" in shared else None,
        sender_name={
            language: judge.sender(file.values["from"])
            for language, file in chosen.items()
            if "from" in file.values
        },
        audience=judge.audience(shared["audience"]) if "audience" in shared else None,
        schedule=judge.schedule(shared["schedule"]) if "schedule" in shared else None,
        tracking=judge.mode(shared["tracking"]) if "tracking" in shared else None,
        archive=judge.yes("archive", shared["archive"]) if "archive" in shared else None,
        only=only(shared["only"], judge) if "only" in shared else None,
        data_texts=tuple(
            one
            for file in chosen.values()
            if "data" in file.values
            for one in data_texts(file.values["data"], request.publication.languages)
        ),
        data=_data([file.values["data"] for file in chosen.values() if "data" in file.values], judge),
        places=_places(chosen, shared),
        number=judge.text("number", shared["number"]) if "number" in shared else "",
        accepted=tuple(
            one
            for language, file in chosen.items()
            if "accept" in file.values
            for one in waivers(file.values["accept"], language, judge)
        ),
    )


def _file(source: SourceText, request: Request, judge: Judge, findings: Findings) -> _File:
    lines = source.text.split("\n")
    end = _end(lines, source.path, findings)
    values = Tree(lines[1:end], 2, source.path, TEXTS, findings).read() if 0 < end < len(lines) else {}
    for key in values.keys() - {*OWN, *SHARED}:
        judge.unknown(key, values[key], (*OWN, *SHARED))
    body_from = end + 1 if end else 0
    language = _language(source, values, request, judge)
    return _File(source.path, language, values, "\n".join(lines[body_from:]), body_from + 1)


def _end(lines: list[str], path: str, findings: Findings) -> int:
    """The index of the line that closes front matter; 0 when there is none."""
    if lines[0].rstrip() != _EDGE:
        message = Said(
            "the file does not begin with front matter",
            "le fichier ne commence pas par un en-tête entre deux lignes ---",
        )
        hint = Said(
            "Begin the file with ---, then `subject: …`, then ---.",
            "Commencez le fichier par ---, puis `subject: …`, puis ---.",
        )
        findings.error(FRONT_MATTER, message, Place(path, 1), hint=hint)
        return 0
    for index, line in enumerate(lines[1:], 1):
        if line.rstrip() == _EDGE:
            return index
    findings.error(
        FRONT_MATTER,
        Said("front matter is never closed", "l’en-tête du fichier n’est jamais fermé"),
        Place(path, 1),
        hint=Said(
            "Put --- on a line of its own after it.", "Mettez --- à la suite de l’en-tête, seul sur sa ligne."
        ),
    )
    return len(lines)


def _language(source: SourceText, values: dict[str, Written], request: Request, judge: Judge) -> str:
    known = request.publication.languages
    written = values.get("language")
    said = judge.text("language", written) if written else ""
    language = source.language or said or known[0]
    if written and said and said != language:
        judge.refuse(
            written,
            Said(
                f"the file's name says “{language}”, this line says “{said}”",
                f"le nom du fichier dit «\u00a0{language}\u00a0», cette ligne dit «\u00a0{said}\u00a0»",
            ),
            Said("Remove one of the two.", "Supprimez l’un des deux."),
        )
    if language not in known:
        place = written or Written("", Place(source.path, 1))
        names = ", ".join(known)
        judge.refuse(
            place,
            Said(
                f"“{language}” is not a language of the publication",
                f"«\u00a0{language}\u00a0» n’est pas une langue de la publication",
            ),
            near(language, known) or Said(f"It has: {names}.", f"Ses langues\u00a0: {names}."),
        )
    return language


def _by_language(files: list[_File], request: Request, judge: Judge, findings: Findings) -> dict[str, _File]:
    chosen: dict[str, _File] = {}
    for file in files:
        if file.language in chosen:
            other = chosen[file.language].path
            message = Said(
                f"{other} holds the text in “{file.language}” too",
                f"{other} contient aussi le texte en «\u00a0{file.language}\u00a0»",
            )
            hint = Said("Keep one file a language.", "Gardez un seul fichier par langue.")
            findings.error(FRONT_MATTER, message, Place(file.path, 1), hint=hint)
        else:
            chosen[file.language] = file
    return {language: chosen[language] for language in request.publication.languages if language in chosen}


def _shared(files: list[_File], findings: Findings) -> dict[str, Written]:
    shared: dict[str, Written] = {}
    for file in files:
        for key in SHARED:
            if key not in file.values:
                continue
            first = shared.setdefault(key, file.values[key])
            if key != "data" and plain(first) != plain(file.values[key]):
                message = Said(
                    f"“{key}” differs from {first.place}", f"«\u00a0{key}\u00a0» diffère de {first.place}"
                )
                findings.error(
                    FRONT_MATTER,
                    message,
                    file.values[key].place,
                    hint=Said(
                        "Keep it in one file, or make both equal.",
                        "Gardez-le dans un seul fichier, ou écrivez la même valeur dans les deux.",
                    ),
                )
    return shared


def _data(written: list[Written], judge: Judge) -> dict[str, Data]:
    data: dict[str, Data] = {}
    for part in written:
        for key, value in judge.data(part).items():
            if data.setdefault(key, value) != value:
                judge.refuse(
                    part,
                    Said(
                        f"data “{key}” differs between the language files",
                        f"la donnée «\u00a0{key}\u00a0» diffère d’un fichier de langue à l’autre",
                    ),
                    Said(
                        "Make both equal, or give it a value a language: `en: …`, `fr: …`.",
                        "Écrivez la même valeur dans les deux, "
                        "ou donnez une valeur par langue\u00a0: `en: …`, `fr: …`.",
                    ),
                )
    return data


def _template(shared: dict[str, Written], request: Request, judge: Judge) -> str:
    name = judge.text("template", shared["template"]) if "template" in shared else ""
    known = [
        path.removesuffix(".mjml") for path in request.templates if path.endswith(".mjml") and "/" not in path
    ]
    offered = [path for path in known if path != "base"]  # what the others are built on
    if name and name not in known:
        judge.refuse(
            shared["template"],
            Said(f"there is no template “{name}”", f"il n’y a pas de gabarit «\u00a0{name}\u00a0»"),
            near(name, offered) or _offered(offered),
        )
    return name or request.default_template


def _offered(names: list[str]) -> Said:
    listed = ", ".join(sorted(names))
    return Said(f"There are: {listed or 'none'}.", f"Gabarits offerts\u00a0: {listed or 'aucun'}.")


def _text(file: _File, judge: Judge) -> IssueText:
    subject, preheader, title = (
        judge.text(key, file.values[key]) if key in file.values else "" for key in OWN[:3]
    )
    return IssueText(
        file.language, file.path, subject, preheader, title or subject, file.body, file.body_line
    )


def _places(chosen: dict[str, _File], shared: dict[str, Written]) -> dict[str, Place]:
    places = {key: written.place for key, written in shared.items()}
    for language, file in chosen.items():
        places |= {f"{key}.{language}": file.values[key].place for key in OWN if key in file.values}
        places.setdefault(f"subject.{language}", Place(file.path, 1))
    return places
