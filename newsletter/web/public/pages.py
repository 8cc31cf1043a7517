"""How a public page is written: words, template, style, and the headers that keep it safe.

In: what a reader should be told. Out: a response. Called by web.public.reader, web.public.app, web.public.hot.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from newsletter.model.publication import Publication
from newsletter.web.public.words import WORDS, preferred, spoken

LOOK = Path(__file__).parent / "look"
_STYLE = (LOOK / "style.css").read_text(encoding="utf-8")
_STYLE_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

#: what every answer carries: not kept, not framed, not indexed, and no word of it to the next site
SAFE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(LOOK),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True, slots=True)
class Voice:
    """In which language a reader is spoken to, and by whom. `other` is the language to switch to, empty where there is none."""

    language: str
    other: str
    words: Mapping[str, str]
    name: str
    contact: str
    postal_address: str
    website: str

    def say(self, key: str, **values: str) -> Markup:
        """A sentence with its values, safe to stand in HTML. An address is set apart; without one there is a sentence of its own."""
        address = values.pop("address", None)
        if address is not None:
            key = key if address else f"{key}_bare"
            values["address"] = Markup('<span class="address">{}</span>').format(address)
        return Markup(self.words[key]).format(name=self.name, contact=self.written_to(), **values)  # noqa: S704 - our own words

    def written_to(self) -> Markup | str:
        """How to write to somebody: a link, where it is an address."""
        link = Markup('<a href="mailto:{0}">{0}</a>')
        return link.format(self.contact) if "@" in self.contact and " " not in self.contact else self.contact


def voice(publication: Publication, asked: str, own: str, accept: str) -> Voice:
    """The language asked for by the switch, else the reader's own, else the browser's, else the publication's first."""
    languages = spoken(publication.languages)
    language = next((one for one in (asked, own) if one in languages), "") or preferred(accept, languages)
    # A publication in none of the languages that are spoken here still has a name in its own.
    named = language if language in publication.languages else publication.languages[0]
    return Voice(
        language=language,
        other=next((one for one in languages if one != language), ""),
        words=WORDS[language],
        name=publication.name[named],
        contact=publication.contact[named],
        postal_address=publication.postal_address[named],
        website=publication.website,
    )


def render(
    template: str, voice: Voice, title: str, *, status: int = 200, style_text: str = _STYLE, **values: object
) -> HTMLResponse:
    """A page. `title` stands in the tab and as its heading; `style_text` is our own style sheet."""
    text = (
        _environment()
        .get_template(template)
        .render(
            title=title,
            language=voice.language,
            other=voice.other,
            words=voice.words,
            name=voice.name,
            postal_address=voice.postal_address,
            contact=voice.written_to(),
            style=Markup(style_text),  # noqa: S704 - our own style sheet
            **values,
        )
    )
    headers = SAFE | {"Content-Security-Policy": POLICY, "Content-Language": voice.language}
    return HTMLResponse(text, status, headers)


def notice(
    voice: Voice, title: str, lead: str, *, status: int = 200, more: Sequence[str] = (), home: str = ""
) -> HTMLResponse:
    """A page that only tells something."""
    return render("notice.html", voice, title, status=status, lead=lead, more=more, home=home)


def missing(voice: Voice) -> HTMLResponse:
    """404, for everything that is not there. It repeats nothing of what was asked for."""
    return notice(
        voice, voice.say("missing_title"), voice.say("missing_lead"), status=404, home=voice.website
    )


def trouble(voice: Voice) -> HTMLResponse:
    """503, when something of ours is wrong."""
    page = notice(voice, voice.say("trouble_title"), voice.say("trouble_lead"), status=503)
    page.headers["Retry-After"] = "120"
    return page
