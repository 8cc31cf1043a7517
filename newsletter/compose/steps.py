"""The order of composing, read aloud: front matter, body, frame, MJML, styles, text, chunks.

In: a Request. Out: a Rendering. Called by the renderer's child (and by tests); never raises for what an author wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from newsletter.compose.body.blocks import Body
from newsletter.compose.body.completing import Completer
from newsletter.compose.body.read import MOST_CONDITIONS
from newsletter.compose.body.read import read as read_body
from newsletter.compose.findings import INVARIANT, LIMIT, TEMPLATE, WHEN, Findings
from newsletter.compose.frame.context import ContextMaker, Part, Position
from newsletter.compose.frontmatter.read import read as read_front
from newsletter.compose.images import Images
from newsletter.compose.joining import BETWEEN
from newsletter.compose.numbers import Numbers
from newsletter.compose.outline import outline
from newsletter.compose.parts import Email, EmailMaker
from newsletter.compose.request import Request
from newsletter.compose.slicing.cuts import Marker, Where
from newsletter.compose.slicing.markup import HtmlSlicer
from newsletter.compose.slicing.plain import PlainSlicer
from newsletter.compose.sponsors import read as read_sponsors
from newsletter.compose.tokens import Tokens
from newsletter.compose.typography.typeset import Typesetter, profile_of
from newsletter.compose.uses import all_images, body_images
from newsletter.compose.widths import shown_widths
from newsletter.model.edition import BOTH, Artwork, EditionText, Rendering
from newsletter.model.issue import Issue
from newsletter.model.outline import Outline
from newsletter.model.place import Place
from newsletter.model.publication import Sender
from newsletter.model.said import Said
from newsletter.model.sponsor import SponsorUse

Step = Callable[[str], None]
_TOO_MANY = Said(
    f"more than {MOST_CONDITIONS} different conditions, all languages together",
    f"plus de {MOST_CONDITIONS} conditions différentes, toutes langues réunies",
)
_SAME_CONDITIONS = Said(
    "Use the same conditions in each language.", "Employez les mêmes conditions dans chaque langue."
)
_LARGEST = 1_000_000  # characters of HTML: ten times what Gmail shows


def compose(request: Request, step: Step = lambda _path: None) -> Rendering:
    """An issue made into an email in all its languages. `step` is told which file is worked on, before each step."""
    request = request.cleaned()
    texts = [*(source.text for source in request.sources), *request.templates.values(), request.sponsors]
    tokens = Tokens(texts)
    findings = Findings(tokens.pattern)
    images = Images(request, tokens, findings)
    issue = read_front(request, findings)
    if issue is None:
        return _unmade(request, None, findings)
    bodies: dict[str, Body] = {}
    sponsors = read_sponsors(request.sponsors, findings)
    shown: list[SponsorUse] = []
    for language, text in issue.texts.items():
        step(text.path)
        typesetter = Typesetter(profile_of(language, request.publication.typography), tokens.pattern)
        completer = Completer(language, request.publication, sponsors, tokens, images, findings, shown)
        bodies[language] = read_body(text, tokens, images, findings, typesetter, completer)
    step(f"templates/{issue.template}.mjml")
    composer = _Composer(request, issue, bodies, tokens, images, findings, step, tuple(shown))
    known = f"{issue.template}.mjml" in request.templates
    rendering = composer.rendering() if known else composer.no_template()
    return replace(rendering, outlines=composer.outlines())


@dataclass(frozen=True, slots=True)
class _Composer:
    request: Request
    issue: Issue
    bodies: dict[str, Body]
    tokens: Tokens
    images: Images
    findings: Findings
    step: Step
    sponsors: tuple[SponsorUse, ...]

    def no_template(self) -> Rendering:
        if "template" not in self.issue.places:  # a wrong name in front matter is named there
            message = Said(
                f"there is no template “{self.issue.template}”",
                f"il n’y a pas de gabarit «\u00a0{self.issue.template}\u00a0»",
            )
            self.findings.error(TEMPLATE, message, Place(f"templates/{self.issue.template}.mjml"))
        return _unmade(self.request, self.issue, self.findings)

    def outlines(self) -> tuple[Outline, ...]:
        texts = self.issue.texts.items()
        return tuple(
            outline(self.issue, text, self.bodies[language], self.tokens, self.images)
            for language, text in texts
        )

    def rendering(self) -> Rendering:
        contexts = ContextMaker(self.request, self.issue, self.tokens, self.images, self.findings)
        maker = EmailMaker(
            self.request, self.issue, self.bodies, self.tokens, self.findings, contexts, self.images
        )
        emails = {name: maker.email(parts) for name, parts in self._all_parts().items()}
        made = {name: email for name, email in emails.items() if email is not None and self._bearable(email)}
        sources = _sources(self.request, self.issue, maker)
        uses = all_images(body_images(self.bodies, self.images), iter(maker.uses))
        if len(made) < len(emails):
            return Rendering(self.issue, None, self.findings.all(), uses, sources)
        self.images.fit(shown_widths((email.html for email in made.values()), self.tokens), self.step)
        numbers = Numbers(self.images, self._link_places(maker))
        marker = Marker(self.tokens, numbers, self.findings)
        texts = {name: self._text(name, email, marker, contexts) for name, email in made.items()}
        artwork = self._artwork(texts, numbers)
        for condition in () if self.findings.failed else numbers.conditions[MOST_CONDITIONS:]:
            self.findings.error(WHEN, _TOO_MANY, condition.place, hint=_SAME_CONDITIONS)
        return Rendering(
            self.issue,
            artwork,
            self.findings.all(),
            uses,
            sources,
            numbers.files,
            self.sponsors,
            inks=numbers.inks,
        )

    def _link_places(self, maker: EmailMaker) -> dict[tuple[str, str], Place]:
        """The issue's own lines count before a template's."""
        bodies = self.bodies.items()
        return {
            **maker.links,
            **{(language, url): place for language, body in bodies for url, place in body.links.items()},
        }

    def _all_parts(self) -> dict[str, tuple[Part, ...]]:
        languages = list(self.issue.texts)
        others = {
            language: next((other for other in languages if other != language), "") for language in languages
        }
        single: dict[str, tuple[Part, ...]] = {
            language: (Part(language, Position.ONLY, others[language]),) for language in languages
        }
        if len(languages) < 2:
            return single
        first, *further = languages
        both = (
            Part(first, Position.FIRST, others[first]),
            *(Part(language, Position.SECOND, others[language]) for language in further),
        )
        return {**single, BOTH.join(languages): both}

    def _bearable(self, email: Email) -> bool:
        if len(email.html) <= _LARGEST:
            return True
        self.findings.error(
            LIMIT,
            _too_long(len(email.html)),
            Place(f"templates/{self.issue.template}.mjml"),
        )
        return False

    def _text(self, name: str, email: Email, marker: Marker, contexts: ContextMaker) -> EditionText:
        texts = [self.issue.texts[language] for language in name.split(BOTH)]
        where = Where(name, email.html_starts)
        fronts = {
            key: BETWEEN.join(part for part in (contexts.front(text, key) for text in texts) if part)
            for key in ("subject", "preheader", "title")
        }
        plain = PlainSlicer(marker)
        return EditionText(
            language=name,
            subject=plain.subject(fronts["subject"], where),
            preheader=marker.shown(fronts["preheader"]),
            title=marker.shown(fronts["title"]),
            html=HtmlSlicer(marker).chunks(email.html, where),
            text=plain.chunks(email.text, Where(name, email.text_starts)),
        )

    def _artwork(self, texts: dict[str, EditionText], numbers: Numbers) -> Artwork:
        publication = self.request.publication
        names = {
            language: self.issue.sender_name.get(language) or name
            for language, name in publication.sender.name.items()
        }
        return Artwork(
            slug=self.issue.slug,
            template=self.issue.template,
            languages=tuple(self.issue.texts),
            texts=texts,
            slots=numbers.slots,
            links=numbers.links,
            conditions=numbers.conditions,
            images=numbers.images,
            sender=Sender(names, publication.sender.address),
            reply_to=publication.reply_to,
            tracking=self.issue.tracking,
            sponsors=tuple(sorted({use.key for use in self.sponsors})),
            hosted=numbers.hosted,
        )


def _sources(request: Request, issue: Issue, maker: EmailMaker) -> tuple[str, ...]:
    used = {text.path for text in issue.texts.values()}
    for frame in maker.frames.values():
        used |= frame.used
    used |= {f"templates/{name}" for name in request.templates if name.endswith(".toml")}
    return tuple(
        sorted(
            used
            | {
                path
                for path in (*request.images, *request.files)
                if path.startswith((f"issues/{issue.slug}/", "templates/"))
            }
        )
    )


def _too_long(characters: int) -> Said:
    spaced = f"{characters:,}".replace(",", "\u00a0")
    return Said(
        f"the email has {characters:,} characters of HTML", f"le courriel compte {spaced} caractères de HTML"
    )


def _unmade(request: Request, issue: Issue | None, findings: Findings) -> Rendering:
    sources = tuple(source.path for source in request.sources)
    if not findings.failed:
        message = Said("the email could not be made", "le courriel n’a pas pu être composé")
        findings.error(INVARIANT, message, Place(sources[0]) if sources else None)
    return Rendering(issue, None, findings.all(), (), sources)
