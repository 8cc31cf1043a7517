"""A teaser from a web page: its title, summary and picture, and the page in the newsletter's other languages.

In: a URL, perhaps an issue. Out: a block for each language, marked so that it cannot go out unread. Called by cli.teaser.

What a page says is words from a stranger: they are quoted so that nothing of them is read as Markdown, directive, slot or attribute.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ada_url

from newsletter.compose.body import quoting
from newsletter.fetching import page
from newsletter.fetching.contract import Unfetched, Why
from newsletter.model.errors import NewsletterError
from newsletter.model.said import Said
from newsletter.pipeline.asking_links import fetcher_of
from newsletter.workspace import pictures

if TYPE_CHECKING:
    from newsletter.fetching.fetcher import Fetcher
    from newsletter.fetching.page import PageFacts
    from newsletter.pipeline.authoring import Authoring

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_ACCEPT = "text/html,application/xhtml+xml;q=0.9"
_PICTURES = "image/png,image/jpeg,image/gif;q=0.8"
_PICTURE_OCTETS = 8_000_000
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|_hs\w+|msclkid", re.IGNORECASE)

CHECK_ME = Said("[Check me: from {host}]", "[À vérifier, tiré de {host}]")
CHECK_WORDS = Said(
    "[Check me: from {host}, of which no English page was found; translate]",
    "[À vérifier, tiré de {host}, dont aucune page en français n’a été trouvée; à traduire]",
)
CHECK_ALT = Said("[Check me: what does the picture show?]", "[À vérifier, ce que montre l’image]")
_LINK = Said("Read the story", "Lire l’article")


@dataclass(frozen=True, slots=True)
class Teaser:
    """One block. `found` is false where the page does not stand in that language; `remark` says what else is to be known."""

    language: str
    url: str
    facts: PageFacts
    found: bool
    picture: str = ""
    remark: Said | None = None

    @property
    def markdown(self) -> str:
        """The block as it stands in an issue file."""
        host = ada_url.URL(self.url).hostname
        mark = (CHECK_ME if self.found else CHECK_WORDS).told(self.language).replace("{host}", host)
        values = {"title": quoting.attribute(self.facts.title or host), "href": quoting.address(self.url)}
        values["link"] = quoting.attribute(_LINK.told(self.language))
        if self.picture:
            values["image"] = quoting.attribute(self.picture)
            values["alt"] = quoting.attribute(self.facts.alt or CHECK_ALT.told(self.language))
        pairs = " ".join(f"{name}={value}" for name, value in values.items())
        return f"::: teaser {pairs}\n{mark} {quoting.prose(self.facts.summary)}".rstrip() + "\n:::\n"

    def as_json(self) -> dict[str, object]:
        """What `--json` shows."""
        return {
            "language": self.language,
            "url": self.url,
            "title": self.facts.title,
            "summary": self.facts.summary,
            "image": self.picture or None,
            "image_url": self.facts.image or None,
            "found": self.found,
            "remark": self.remark.en if self.remark else None,
            "markdown": self.markdown,
        }


def teasers(
    desk: Authoring, url: str, slug: str = "", *, fetcher: Fetcher | None = None
) -> tuple[Teaser, ...]:
    """A block for each of the newsletter's languages; with an issue, the picture is put into its folder.

    Raises NewsletterError (code `fetch`) when the page itself cannot be had.
    """
    fetcher = fetcher or fetcher_of(desk.settings)
    first = _page(fetcher, url, desk.publication.languages[0])
    spoken = (
        first.facts.language
        if first.facts.language in desk.publication.languages
        else desk.publication.languages[0]
    )
    made = [
        _in(desk, fetcher, language, replace(first, language=spoken))
        for language in desk.publication.languages
    ]
    if not slug:
        return tuple(made)
    kept: dict[str, tuple[str, Said | None]] = {}
    return tuple(_illustrated(desk, fetcher, one, slug, kept) for one in made)


def _in(desk: Authoring, fetcher: Fetcher, language: str, first: Teaser) -> Teaser:
    """The page in a language: the one that was asked for, or what it names as its other self."""
    if language == first.language:
        return first
    other = first.facts.alternates.get(language, "")
    if other:
        try:
            found = _page(fetcher, other, language)
        except NewsletterError:
            pass
        else:
            if found.facts.language in {language, ""}:
                return replace(
                    found, facts=replace(found.facts, image=found.facts.image or first.facts.image)
                )
    return replace(first, language=language, found=False)


def _page(fetcher: Fetcher, url: str, language: str) -> Teaser:
    try:
        answer = fetcher.get(url, accept=_ACCEPT, language=language)
    except Unfetched as error:
        raise _fault(url, _WHY[error.why], error.detail) from None
    if not 200 <= answer.status < 300:
        raise _fault(url, Said(f"the server answers {answer.status}", f"le serveur répond {answer.status}"))
    if answer.media_type not in _HTML:
        raise _fault(url, Said("this is no web page", "ce n’est pas une page web"), answer.media_type[:60])
    facts = page.read(answer.body, answer.charset, answer.url)
    return Teaser(language, _address(facts.canonical, answer.url), facts, found=True)


_WHY = {
    Why.REFUSED: Said(
        "only pages of the public Internet are asked", "seules les pages de l’Internet public sont demandées"
    ),
    Why.NAME: Said("there is no such host", "cet hôte n’existe pas"),
    Why.CONNECT: Said("nobody answers there", "personne n’y répond"),
    Why.TLS: Said("the certificate is not trusted", "le certificat n’est pas digne de confiance"),
    Why.TIME: Said("no answer in time", "aucune réponse à temps"),
    Why.ANSWER: Said("the answer cannot be read", "la réponse est illisible"),
    Why.SIZE: Said("the page is too large", "la page est trop volumineuse"),
    Why.REDIRECTS: Said(
        "it redirects without an end, or to nowhere", "elle redirige sans fin, ou vers nulle part"
    ),
}


def _fault(url: str, why: Said, detail: str = "") -> NewsletterError:
    more = f" ({detail})" if detail else ""
    return NewsletterError(
        Said(f"{page.clean(url)[:200]}: {why.en}{more}", f"{page.clean(url)[:200]}\u00a0: {why.fr}{more}"),
        code="fetch",
        hint=Said(
            "Open the address in a browser; a teaser can also be written by hand: ::: teaser",
            "Ouvrez l’adresse dans un navigateur; une accroche peut aussi s’écrire à la main\u00a0: ::: teaser",
        ),
    )


def _address(canonical: str, url: str) -> str:
    """Where readers are sent: the page's own word where it stays on its host, without the marks of somebody's campaign."""
    here = ada_url.URL(url)
    chosen = ada_url.URL(canonical) if canonical else here
    if chosen.hostname != here.hostname or (here.protocol == "https:" != chosen.protocol):
        chosen = here
    kept = [part for part in chosen.search.removeprefix("?").split("&") if part and not _TRACKING.match(part)]
    chosen.search = "&".join(kept)
    return chosen.href


def _illustrated(
    desk: Authoring, fetcher: Fetcher, teaser: Teaser, slug: str, kept: dict[str, tuple[str, Said | None]]
) -> Teaser:
    image = teaser.facts.image
    if not image:
        return teaser
    if image not in kept:
        kept[image] = _picture(desk, fetcher, image, slug, teaser.facts.title)
    name, remark = kept[image]
    return replace(teaser, picture=name, remark=remark)


def _picture(desk: Authoring, fetcher: Fetcher, image: str, slug: str, title: str) -> tuple[str, Said | None]:
    """The picture's name in the issue's folder, or why there is none: a teaser does without."""
    larger = replace(fetcher, limits=replace(fetcher.limits, octets=_PICTURE_OCTETS))
    try:
        answer = larger.get(image, accept=_PICTURES)
    except Unfetched as error:
        return "", Said(
            f"the picture was not had: {_WHY[error.why].en}",
            f"l’image n’a pu être obtenue\u00a0: {_WHY[error.why].fr}",
        )
    if not 200 <= answer.status < 300:
        return "", Said(
            f"the picture was not had: the server answers {answer.status}",
            f"l’image n’a pu être obtenue (réponse {answer.status})",
        )
    if not pictures.kind_of(answer.body):
        return "", Said(
            "the picture is no PNG, JPEG or GIF: save it as one of them yourself",
            "l’image n’est ni PNG, ni JPEG, ni GIF; enregistrez-la vous-même sous l’un de ces formats",
        )
    return pictures.add_picture(desk.root, slug, _stem(title), answer.body), None


def _stem(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", plain))[:40].strip("-") or "picture"
