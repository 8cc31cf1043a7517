"""Build: an issue's files become an email and its findings. The same for check, build, preview, freeze.

In: a slug. Out: Built. Called by the shells and freeze.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsletter import workspace
from newsletter.checks import dictionaries, waiving
from newsletter.checks.context import CheckContext, Filled
from newsletter.checks.occasion import Occasion
from newsletter.compose import inline_fast
from newsletter.compose.request import Request, SourceText
from newsletter.dispatch.variants import strictest
from newsletter.model.artwork import Link
from newsletter.model.edition import Artwork, Rendering
from newsletter.model.errors import AuthorError, ConfigurationError, Explained
from newsletter.model.finding import Finding, Severity, has_errors
from newsletter.model.issue import Issue
from newsletter.model.link_result import LinkResult
from newsletter.model.said import Said
from newsletter.model.survey import Survey
from newsletter.model.translation import Translation
from newsletter.model.waiver import Waived
from newsletter.pipeline import occasion as occasions
from newsletter.pipeline import personas, spam
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.faults import audience_faults, condition_faults
from newsletter.pipeline.hosting import with_files
from newsletter.pipeline.proof import all_shown, fault, proof
from newsletter.pipeline.tracked import standing_now
from newsletter.planning import when
from newsletter.settings import LOOPBACK_HOSTS

UNREADABLE = "unreadable"  #: the check that a file's own faults are reported under
SCHEDULE = "schedule"
_MORNING = time(9)
Surveyor = Callable[[Issue | None, Artwork], Survey | None]
#: asks where links lead; results by address
Asker = Callable[[Iterable[Link]], Mapping[str, LinkResult]]


@dataclass(frozen=True, slots=True)
class Built:
    """An issue, composed and checked. `send_at` is when its dates were judged to be read; `sources` the texts that went in, by
    path relative to the workspace."""

    slug: str
    rendering: Rendering
    findings: tuple[Finding, ...]
    send_at: datetime
    sources: dict[str, str]
    waived: tuple[Waived, ...] = ()  #: remarks that the issue accepts (`accept:`), with their reasons
    survey: Survey | None = None  #: of the real audience, where it was asked for
    links: Mapping[str, LinkResult] = field(
        default_factory=dict
    )  #: what links answered, where they were asked

    @property
    def sound(self) -> bool:
        """True when it may be frozen."""
        return self.rendering.artwork is not None and not has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class Unsaved:
    """An issue as somebody is writing it just now: `texts`, by path, stand in for its files (or are files that are not there yet)."""

    slug: str
    texts: Mapping[str, str]


def issues(desk: Authoring) -> tuple[workspace.IssueName, ...]:
    """Every issue of the workspace, newest name first."""
    return workspace.list_issues(desk.root)


def strays(desk: Authoring) -> tuple[str, ...]:
    """Files beside the issues whose names no issue may have: nobody looks at them. A README is none of them."""
    return tuple(path for path in workspace.strays(desk.root) if Path(path).stem.lower() != "readme")


def find(desk: Authoring, given: str, here: Path) -> str:
    """The slug of an issue as somebody typed it: slug, file or path. Raises NotFound with the nearest names."""
    return workspace.find_issue(desk.root, given, here)


def build(  # noqa: PLR0913 - what is asked beyond the folder is asked each by itself
    desk: Authoring,
    issue: str | Unsaved,
    *,
    send_at: datetime | None = None,
    occasion: Occasion | None = None,
    survey: Surveyor | None = None,
    ask: Asker | None = None,
    filtered: bool = False,
) -> Built:
    """Read, compose and check an issue, as it is saved (its slug) or as it is being written. Dates are judged against `send_at`, else against the issue's own schedule or date.

    `occasion` is what it is planned for; without one and without `send_at`, the issue's own schedule says. `survey` counts the real
    audience, where there is a database to ask: the checks then know who sees a fallback, and how large the largest mail is.
    `ask` asks where the links lead, over the network; `filtered` lets the spam filter of the settings judge it.
    Raises NotFound for a slug that no issue has; every other fault of its files is a finding.
    """
    from newsletter.checks import catalog  # all checks: 4 MB, and those who only send never need them

    slug = issue if isinstance(issue, str) else issue.slug
    try:
        request, sources = read(desk, issue)
    except AuthorError as error:
        finding = fault(error, UNREADABLE)
        return Built(slug, Rendering(None, None, (finding,)), (finding,), send_at or desk.now(), {})
    _read_dictionaries(desk)  # this process has nothing else to do while the other one renders
    rendering = with_files(desk, desk.renderer().render(request))
    planned, own, remarks = _planned(desk, rendering.issue, send_at)
    found = [*rendering.findings, *remarks, *audience_faults(desk, rendering.issue)]
    surveyed: Survey | None = None
    links = ask(rendering.artwork.links) if ask and rendering.artwork else {}
    if rendering.artwork is not None:
        found += condition_faults(desk, rendering.artwork.conditions)
        surveyed = survey(rendering.issue, rendering.artwork) if survey else None
        translations, faults = _translations(desk, rendering, slug)
        context = _context(desk, rendering, rendering.artwork, planned, sources, occasion or own)
        marks = spam.judged(desk, rendering.artwork, planned) if filtered else {}
        context = replace(context, survey=surveyed, translations=translations, links=links, spam=marks)
        found += [*faults, *catalog.run(context)]
    accepted = rendering.issue.accepted if rendering.issue else ()
    outcome = waiving.apply(dict.fromkeys(found), accepted, catalog.rules(sources))
    findings = catalog.ordered(outcome.findings)
    return Built(slug, rendering, findings, planned, sources, outcome.waived, surveyed, links)


def _read_dictionaries(desk: Authoring) -> None:
    wanted = [name for name in dictionaries.LANGUAGES if name in desk.publication.languages]
    if dictionaries.words.cache_info().currsize < len(wanted):
        Thread(target=lambda: [dictionaries.words(name) for name in wanted], daemon=True).start()


def picture(desk: Authoring, issue: Unsaved, language: str) -> Rendering:
    """One text of an issue ("en", "en+fr") made as quickly as can be: no check is run. Raises NotFound, AuthorError."""
    request, _sources = read(desk, issue)
    return with_files(desk, desk.renderer().render(replace(request, wanted=(language,))))


def read(desk: Authoring, issue: str | Unsaved) -> tuple[Request, dict[str, str]]:
    """All that an issue may be made of, and its texts by path. Raises NotFound, AuthorError, ConfigurationError."""
    slug, texts = (issue, {}) if isinstance(issue, str) else (issue.slug, dict(issue.texts))
    files = workspace.read_issue(desk.root, slug, texts)
    theme = workspace.read_theme(desk.root)
    most = desk.settings.whole("files.megabytes") << 20
    request = Request(
        slug=slug,
        sources=tuple(SourceText(file.path, file.language, file.text) for file in files),
        templates=theme.texts,
        images=theme.images | workspace.read_images(desk.root, slug),
        publication=desk.publication,
        sponsors=workspace.read_sponsors(desk.root),
        files=workspace.read_files(desk.root, slug, most),
        largest_file=most,
        fast=_fast(desk),
    )
    sources = {file.path: file.text for file in files}
    return request, sources | {f"templates/{path}": text for path, text in theme.texts.items()}


def _fast(desk: Authoring) -> bool:
    wanted = desk.settings.text("render.inliner") == "css-inline"
    if wanted and not inline_fast.installed():
        raise ConfigurationError(
            Said(
                "render.inliner is css-inline, which is not installed",
                "render.inliner vaut css-inline, qui n’est pas installé",
            ),
            code="inliner-missing",
            hint=Said(
                "Install it (`pip install 'newsletter[fast]'`), or leave the setting out.",
                "Installez-le (`pip install 'newsletter[fast]'`), ou omettez ce paramètre.",
            ),
        )
    return wanted


def _context(
    desk: Authoring,
    rendering: Rendering,
    artwork: Artwork,
    planned: datetime,
    sources: dict[str, str],
    occasion: Occasion | None,
) -> CheckContext:
    return CheckContext(
        rendering=rendering,
        artwork=artwork,
        publication=desk.publication,
        planned_at=planned,
        filled=dict(_filled(desk, artwork)),
        sources=sources,
        occasion=occasion,
        public_host=_public_host(desk),
        limits=desk.settings.thresholds,
    )


def _public_host(desk: Authoring) -> str:
    host = urlsplit(desk.settings.text("web.base_url")).hostname or ""
    return "" if host in LOOPBACK_HOSTS else host


def _translations(
    desk: Authoring, rendering: Rendering, slug: str
) -> tuple[tuple[Translation, ...], tuple[Finding, ...]]:
    """How the translations stand that are recorded; a record that cannot be read is a finding."""
    try:
        return standing_now(desk, slug, rendering.outlines), ()
    except Explained as error:
        return (), (fault(error, UNREADABLE),)


def _filled(desk: Authoring, artwork: Artwork) -> Iterable[tuple[str, Filled]]:
    """Every text as the reader with the longest values gets it, measured as it will be and with every block shown."""
    member = personas.worst(slot.field for slot in artwork.slots)
    tracking = strictest(desk.publication.tracking, artwork.tracking)
    for language in artwork.texts:
        made = proof(desk, artwork, language, member, answers=all_shown(artwork), tracking=tracking)
        yield language, Filled(made.subject, made.html, made.text)


def _planned(
    desk: Authoring, issue: Issue | None, send_at: datetime | None
) -> tuple[datetime, Occasion | None, tuple[Finding, ...]]:
    """When the issue is to be read, in the publication's zone, what for, and what is wrong with its own schedule."""
    zone = ZoneInfo(desk.publication.time_zone)
    now = desk.now().astimezone(zone)
    if send_at is not None:
        return send_at.astimezone(zone), None, ()
    if issue is None:
        return now, None, ()
    remarks: tuple[Finding, ...] = ()
    if issue.schedule is not None:
        try:
            plan = when.plan(
                issue.schedule,
                zone=desk.publication.time_zone,
                calendar=desk.publication.calendar,
                now=desk.now(),
            )
        except Explained as error:
            remarks = (_schedule_fault(error),)
        else:
            at = plan.local.replace(tzinfo=ZoneInfo(plan.zone)).astimezone(zone)
            return at, occasions.of_plan(plan), ()
    return (datetime.combine(issue.date, _MORNING, zone) if issue.date else now), None, remarks


def _schedule_fault(error: Explained) -> Finding:
    # An issue that went out last year is not wrong; only scheduling it again is.
    past = error.code == "schedule-past"
    return replace(fault(error, SCHEDULE), severity=Severity.WARNING if past else Severity.ERROR)
