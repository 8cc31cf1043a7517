"""The issue files of one slug as an Issue: front matter judged, bodies cut off, languages joined.

In: a Request. Out: an Issue, or None with findings. Called by compose.steps.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.compose.findings import FRONT_MATTER, Findings, near
from newsletter.compose.frontmatter.scalars import Written
from newsletter.compose.frontmatter.tree import Tree
from newsletter.compose.frontmatter.values import Judge, plain
from newsletter.compose.frontmatter.waivers import waivers
from newsletter.compose.request import Request, SourceText
from newsletter.model.issue import Data, Issue, IssueText
from newsletter.model.place import Place

#: keys that each language has for itself
OWN = ("subject", "preheader", "title", "from", "language", "accept")
#: keys that hold for all languages; they may stand in either file, and are equal where they stand in both
SHARED = ("template", "date", "audience", "schedule", "tracking", "data")
_TEXTS = (*OWN[:5], "template", "date", "tracking")
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
            message = f"there is no text for the issue “{request.slug}”"
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
        data=_data([file.values["data"] for file in chosen.values() if "data" in file.values], judge),
        places=_places(chosen, shared),
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
    values = Tree(lines[1:end], 2, source.path, _TEXTS, findings).read() if 0 < end < len(lines) else {}
    for key in values.keys() - {*OWN, *SHARED}:
        judge.unknown(key, values[key], (*OWN, *SHARED))
    body_from = end + 1 if end else 0
    language = _language(source, values, request, judge)
    return _File(source.path, language, values, "\n".join(lines[body_from:]), body_from + 1)


def _end(lines: list[str], path: str, findings: Findings) -> int:
    """The index of the line that closes front matter; 0 when there is none."""
    if lines[0].rstrip() != _EDGE:
        hint = "Begin the file with ---, then `subject: …`, then ---."
        findings.error(FRONT_MATTER, "the file does not begin with front matter", Place(path, 1), hint=hint)
        return 0
    for index, line in enumerate(lines[1:], 1):
        if line.rstrip() == _EDGE:
            return index
    findings.error(
        FRONT_MATTER,
        "front matter is never closed",
        Place(path, 1),
        hint="Put --- on a line of its own after it.",
    )
    return len(lines)


def _language(source: SourceText, values: dict[str, Written], request: Request, judge: Judge) -> str:
    known = request.publication.languages
    written = values.get("language")
    said = judge.text("language", written) if written else ""
    language = source.language or said or known[0]
    if written and said and said != language:
        judge.refuse(
            written, f"the file's name says “{language}”, this line says “{said}”", "Remove one of the two."
        )
    if language not in known:
        place = written or Written("", Place(source.path, 1))
        judge.refuse(
            place,
            f"“{language}” is not a language of the publication",
            near(language, known) or f"It has: {', '.join(known)}.",
        )
    return language


def _by_language(files: list[_File], request: Request, judge: Judge, findings: Findings) -> dict[str, _File]:
    chosen: dict[str, _File] = {}
    for file in files:
        if file.language in chosen:
            message = f"{chosen[file.language].path} holds the text in “{file.language}” too"
            findings.error(FRONT_MATTER, message, Place(file.path, 1), hint="Keep one file a language.")
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
                message = f"“{key}” differs from {first.place}"
                findings.error(
                    FRONT_MATTER,
                    message,
                    file.values[key].place,
                    hint="Keep it in one file, or make both equal.",
                )
    return shared


def _data(written: list[Written], judge: Judge) -> dict[str, Data]:
    data: dict[str, Data] = {}
    for part in written:
        for key, value in judge.data(part).items():
            if data.setdefault(key, value) != value:
                judge.refuse(
                    part,
                    f"data “{key}” differs between the language files",
                    "Make both equal, or give it a value a language: `en: …`, `fr: …`.",
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
            f"there is no template “{name}”",
            near(name, offered) or f"There are: {', '.join(sorted(offered)) or 'none'}.",
        )
    return name or request.default_template


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
