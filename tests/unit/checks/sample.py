"""A sound email in two languages, for the checks' tests to spoil in one place at a time."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape

from newsletter.checks.context import CheckContext, Filled
from newsletter.checks.page import sample
from newsletter.model.artwork import Chunks, Image, Link, Mark, MarkKind, Slot, SlotContext
from newsletter.model.edition import Artwork, EditionText, ImageUse, Rendering
from newsletter.model.issue import Issue, IssueText
from newsletter.model.place import Place
from newsletter.model.publication import Publication, Sender

PUBLICATION = Publication(
    key="ngen",
    name={"en": "News", "fr": "Nouvelles"},
    sender=Sender({"en": "NGen", "fr": "NGen"}, "news@ngen.example"),
    postal_address={
        "en": "NGen, 100 Sample Street,\nHamilton, Ontario  L0L 0L0",
        "fr": "NGen, 100, rue Sample, Hamilton (Ontario)  L0L 0L0",
    },
    contact={"en": "news@ngen.example", "fr": "news@ngen.example"},
    list_id="news.ngen.example",
    languages=("en", "fr"),
    time_zone="America/Toronto",
)

# What MJML and premailer make: conditional comments, CSS with closing braces, a hidden preheader, spacers, twins of pictures.
HTML = """<!DOCTYPE html>
<html lang="{lang}" dir="ltr"><head><title>{title}</title>
<style type="text/css">@media (max-width:480px){{.a{{width:100%!important}}}} @media(prefers-color-scheme:dark){{.b{{color:#fff}}}}</style>
<meta name="color-scheme" content="light dark"><!--[if mso]><noscript><xml><o:OfficeDocumentSettings></o:OfficeDocumentSettings></xml></noscript><![endif]-->
</head><body style="word-spacing:normal;color:#1F2A30">
<div lang="{lang}" dir="ltr" style="display: none; font-size:1px">{preheader}</div>
<div lang="{lang}" dir="ltr">
<!--[if mso | IE]><table><tr><td><a href="">{{{{ outlook }}}}</a><![endif]-->
<!--[if !mso]><!--><table role="presentation"><tr><td style="font-size:0px">&nbsp;</td></tr></table><!--<![endif]-->
<h1>{title}</h1>
<p>Dear \x00slot\x00,</p>
<p>{body}</p>
<img src="\x00image\x00" alt="A workshop at night" width="536"><img src="\x00image\x00" alt="" style="display:none" width="536">
<p><a href="\x00link\x00">{label}</a> <a href="mailto:{contact}">{contact}</a></p>
<p>{about}</p>
<p>{address}</p>
<p><a href="\x00view\x00">{view}</a> <a href="\x00unsubscribe\x00">{leave}</a></p>
</div>\x00pixel\x00</body></html>"""

WORDS = {
    "en": {
        "title": "A year of making it work",
        "preheader": "What members made possible in 2020.",
        "body": "Thank you for your ingenuity, your patience and your hard work.",
        "label": "See what our members are building",
        "contact": "news@ngen.example",
        "address": "NGen<br>100 Sample Street<br>Hamilton, Ontario&nbsp; L0L 0L0",
        "view": "View online",
        "leave": "Unsubscribe",
        "about": "We bring together the people and the companies who make things in this country, large and small, in every province. "
        "Our members build machines, parts, medicines and food. They teach one another what works. When one of them has a problem, "
        "another has often solved it before. This letter tells what they did, and where you can meet them next.",
    },
    "fr": {
        "title": "Une année à réussir ensemble",
        "preheader": "Ce que les membres ont rendu possible en 2020.",
        "body": "Merci de votre ingéniosité, de votre patience et de votre travail.",
        "label": "Voir ce que construisent nos membres",
        "contact": "news@ngen.example",
        "address": "NGen, 100, rue Sample, Hamilton (Ontario) L0L 0L0",
        "view": "Voir en ligne",
        "leave": "Se désabonner",
        "about": "Nous réunissons les personnes et les entreprises qui fabriquent quelque chose dans ce pays, grandes et petites, dans toutes "
        "les provinces. Nos membres construisent des machines, des pièces, des médicaments et des aliments. Ils apprennent les uns des "
        "autres. Quand l’un a un problème, un autre l’a souvent déjà résolu. Cette lettre raconte ce qu’ils ont fait.",
    },
}
TEXT = "{title}\n\nDear \x00plain\x00,\n\n{body}\n\n{label}: \x00plain-link\x00\n\n{about}\n{address}\n{contact}\n{view}\n{leave}: \x00plain-leave\x00\n"
MARKS = {
    "slot": Mark(MarkKind.SLOT, 0, SlotContext.TEXT),
    "plain": Mark(MarkKind.SLOT, 0, SlotContext.PLAIN),
    "image": Mark(MarkKind.IMAGE, 0, SlotContext.URL),
    "link": Mark(MarkKind.LINK, 0, SlotContext.URL),
    "plain-link": Mark(MarkKind.LINK, 0, SlotContext.PLAIN_URL),
    "plain-leave": Mark(MarkKind.UNSUBSCRIBE, 0, SlotContext.PLAIN_URL),
    "view": Mark(MarkKind.VIEW, 0, SlotContext.URL),
    "unsubscribe": Mark(MarkKind.UNSUBSCRIBE, 0, SlotContext.URL),
    "pixel": Mark(MarkKind.PIXEL),
    "when": Mark(MarkKind.WHEN, 0),
    "end": Mark(MarkKind.END, 0),
    "bare-slot": Mark(MarkKind.SLOT, 1, SlotContext.TEXT),
}


def chunks(text: str) -> Chunks:
    """Text with marks between NULs as chunks."""
    parts = text.split("\x00")
    return tuple(MARKS[part] if index % 2 else part for index, part in enumerate(parts) if index % 2 or part)


def edition_text(language: str, **spoiled: str) -> EditionText:
    """One language; `html`, `text`, `subject`, or any word of WORDS may be spoiled."""
    words = WORDS[language] | {"lang": language} | spoiled
    plain = words | {
        "address": words["address"].replace("<br>", ", ").replace("&nbsp;", " "),
        "about": textwrap.fill(words["about"], 72),
        "body": _plain(words["body"]),
    }
    return EditionText(
        language=language,
        subject=chunks(spoiled.get("subject", words["title"])),
        preheader=words["preheader"],
        title=words["title"],
        html=chunks(spoiled.get("html", HTML).format(**words)),
        text=chunks(spoiled.get("text", TEXT).format(**plain)),
    )


def _plain(html: str) -> str:
    """A paragraph as the plain text has it: links behind their words, no tags."""
    linked = re.sub(r'<a href="([^"]*)">(.*?)</a>', r"\2: \1", html)
    return unescape(re.sub(r"</?(?:a|em|b|p)\b[^<>]*>", "", linked))


def source(language: str, **spoiled: str) -> str:
    """The issue file that the text could have come from."""
    words = WORDS[language] | spoiled
    return (
        f"---\nsubject: {words['title']}\npreheader: {words['preheader']}\ntemplate: greeting\ndate: 2020-12-16\n---\n\n"
        f'Dear {{{{ member.first_name | default("friend") }}}},\n\n{words["body"]}\n\n[{words["label"]}](https://www.ngen.ca/impact)\n'
    )


def context(
    *,
    slots: tuple[Slot, ...] = (),
    links: tuple[Link, ...] | None = None,
    uses: tuple[ImageUse, ...] = (),
    planned_at: datetime = datetime(2020, 12, 16, 14, tzinfo=UTC),
    both: bool = False,
    **spoiled: str,
) -> CheckContext:
    """A sound context, but for what is `spoiled` in the English text."""
    texts = {"en": edition_text("en", **spoiled), "fr": edition_text("fr")}
    if both:
        texts["en+fr"] = _both(texts["en"], texts["fr"])
    image = Image("ab" * 32, "image/png", 1072, 400, 9000, "templates/images/skyline.png")
    link = Link("https://www.ngen.ca/impact", "See", "", Place("issues/greeting.en.md", 12))
    artwork = Artwork(
        slug="greeting",
        template="greeting",
        languages=("en", "fr"),
        texts=texts,
        slots=(Slot("first_name", "friend", place=Place("issues/greeting.en.md", 8)), *slots),
        links=(link,) if links is None else links,
        conditions=(),
        images=(image,),
        sender=PUBLICATION.sender,
        reply_to="",
        tracking=None,
    )
    paths = {language: f"issues/greeting.{language}.md" for language in ("en", "fr")}
    issue = Issue(
        slug="greeting",
        template="greeting",
        texts={code: IssueText(code, paths[code], "", "", "", "", 7) for code in paths},
        date=date(2020, 12, 16),
        places={
            "subject.en": Place(paths["en"], 2),
            "subject.fr": Place(paths["fr"], 2),
            "date": Place(paths["en"], 5),
        },
    )
    return CheckContext(
        rendering=Rendering(issue, artwork, (), uses),
        artwork=artwork,
        publication=PUBLICATION,
        planned_at=planned_at,
        filled={name: _filled(text, artwork) for name, text in texts.items()},
        sources={
            paths["en"]: source("en", **spoiled),
            paths["fr"]: source("fr"),
            "templates/greeting.mjml": "<mjml>",
        },
    )


def _both(first: EditionText, second: EditionText) -> EditionText:
    part = (*chunks('<div lang="fr" dir="ltr">'), *_inside(second.html), "</div></body></html>")
    return replace(
        first,
        language="en+fr",
        subject=(*first.subject, " | ", *second.subject),
        html=(*(_open(first.html)), *part),
        text=(*first.text, *second.text),
    )


def _inside(html: Chunks) -> Chunks:
    """What stands in the body, as composing joins it."""
    first = html[0] if isinstance(html[0], str) else ""
    body = first[first.index("<div") :]
    return (
        body,
        *(piece.replace("</body></html>", "") if isinstance(piece, str) else piece for piece in html[1:]),
    )


def _open(html: Chunks) -> Chunks:
    return tuple(piece.replace("</body></html>", "") if isinstance(piece, str) else piece for piece in html)


def _filled(text: EditionText, artwork: Artwork) -> Filled:
    subject = "".join(piece for piece in text.subject if isinstance(piece, str))
    return Filled(subject, sample(text.html, artwork), sample(text.text, artwork))
