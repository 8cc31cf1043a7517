"""How to spoil the sample for the first checks, for composing's own remarks, and for `accept:`."""

from __future__ import annotations

from datetime import UTC, date, datetime

from newsletter.checks.occasion import NamedDay, Occasion
from tests.unit.checks.mutations import ENGLISH, body, front, planned, publication, spoil, subject, swap

_CHRISTMAS = NamedDay("Christmas", ("Christmas", "Noël"))
_EASTER = NamedDay("Easter", ("Easter", "Pâques"))
_FOR_CHRISTMAS = Occasion(date(2020, 12, 16), named=_CHRISTMAS, others=(_EASTER,), greeting=True)
_PLANNED = datetime(2020, 12, 16, 14, tzinfo=UTC)
_FOOTER = "templates/parts/footer.mjml"

spoil("subject-missing", swap(ENGLISH, "subject: A year of making it work\n", ""))
spoil("unresolved-placeholder", body("%%COMPANY%%"))
spoil("slot-without-fallback", body("{{ member.company }}"))
spoil("leftover-text", body("TODO"))
spoil("dateline", swap(ENGLISH, "date: 2020-12-16", "date: 2020-12-17"), planned(_PLANNED))
spoil("holiday-name", body("Happy Easter!", "Joyeuses Pâques!"), planned(_PLANNED, _FOR_CHRISTMAS))
spoil("link-malformed", body("[The partner](www.partner.example)", "[Le partenaire](www.partner.example)"))
spoil("html-lang", swap("templates/base.mjml", 'lang="{{ language }}"', 'lang="de"'))
spoil(
    "unsubscribe-missing",
    swap(_FOOTER, '<a class="way" href="{{ links.unsubscribe }}">{{ words.unsubscribe }}</a>', ""),
)
spoil(
    "postal-address-missing",
    publication(postal_address={"en": "1 Other Street", "fr": "1, rue Autre"}),
    swap(_FOOTER, "{{ publication.postal_address | tied }}", ""),
)
spoil("size-clipped", body("**a** " * 1200))

spoil("front-matter", front("templat: greeting"))
spoil("component", body("::: figure\n:::"))
spoil("when", body("::: when ((\nBonjour\n:::"))
spoil("raw-html", body("<marquee>Bonjour</marquee>"))
spoil("image-missing", body("![A drawing](nowhere.png)", "![Un dessin](nowhere.png)"))
spoil("template", swap("templates/greeting.mjml", "{%", "{{ nobody }}{%"))
spoil("mjml", swap(_FOOTER, "<mj-column>", '<mj-column colour="red">'))

spoil("waiver", front("accept:\n  - contrast: Nothing here wants this."))
spoil("waiver", front("accept:\n  - contrats: The name is misspelt here."))
spoil("waiver", front("accept:\n  - unsubscribe-missing: We would rather keep them."))

spoil("subject-length", subject("News"))
spoil(
    "subject-length",
    subject("A year of making it work, told by everybody who had a hand in it, at home and abroad"),
)
