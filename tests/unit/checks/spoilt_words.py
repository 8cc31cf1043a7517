"""How to spoil the sample for the checks of words, of grounds under pictures, of spam, and for what composing says of fields and styles."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image, ImageDraw

from tests.unit.checks.mutations import Edit, Workshop, body, edits, picture, spoil, subject, swap

_FOOTER, _INLINE = "templates/parts/footer.mjml", "templates/inline.css"
_BLOCK = '::: image src="mark.png" alt="%s"\n:::'
#: what a SpamAssassin 4.0 prints below the mail (`spamassassin -L -t`), as far as it is read
REPORT = """Content preview:  Dear friend, [...]

Content analysis details:   (%s points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
 0.0 HTML_MESSAGE           BODY: HTML included in message
 0.7 HTML_FONT_LOW_CONTRAST BODY: HTML font color similar or
                            identical to background
%s

"""


def signs(colour: tuple[int, int, int]) -> bytes:
    """A picture of signs in one colour, without a ground."""
    made = Image.new("RGBA", (536, 120), (0, 0, 0, 0))
    ImageDraw.Draw(made).rectangle((40, 30, 300, 90), fill=(*colour, 255))
    file = io.BytesIO()
    made.save(file, "PNG")
    return file.getvalue()


def mark(colour: tuple[int, int, int]) -> Edit:
    """Such a picture in both languages."""
    return edits(picture("mark.png", signs(colour)), body(_BLOCK % "Our mark", _BLOCK % "Notre marque"))


def spam_filter(folder: Path, program: str, answer: str, seconds: float = 0.0) -> Path:
    """A program of that name that reads a mail and prints an answer."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / program
    path.write_text(
        f"#!{sys.executable} -S\nimport sys, time\nmail = sys.stdin.buffer.read()\nassert b'MIME-Version' in mail\n"
        f"time.sleep({seconds})\nprint({answer!r})\n"
    )
    path.chmod(0o755)
    return folder


def scored(points: str, rule: str) -> Edit:
    """A spam filter on this machine that gives every mail so many points."""

    def run(shop: Workshop) -> None:
        shop.spam = spam_filter(shop.writing.root / "bin", "spamassassin", REPORT % (points, rule))

    return run


def no_filter(shop: Workshop) -> None:
    """A spam filter is set, and not there."""
    shop.spam = shop.writing.root / "nothing"


spoil("spelling", body("We recieve your letters with joy.", "Vous les avez reçues avec joie."))
spoil("spelling", body("They were thankful for it.", "Ils ont apprécié ce developpement."))
spoil("spelling", subject("Thnak you for a year of making it work"))
spoil(
    "inclusive-words",
    body("The chairman of the board spoke.", "La personne qui préside le conseil a parlé."),
)
spoil(
    "inclusive-words",
    body("Business people met in Hamilton.", "Des hommes d’affaires se sont réunis à Hamilton."),
)
spoil("picture-ground", mark((10, 14, 18)))
spoil("picture-ground", mark((255, 255, 255)))
for _tags in (
    "?utm_source=news&utm_source=mail&utm_medium=email&utm_campaign=x",
    "?utm_source=",
    "#top?utm_source=news",
):
    spoil(
        "link-tracking",
        body(
            f"[The other page](https://other.example/a{_tags})",
            f"[L’autre page](https://other.example/a{_tags})",
        ),
    )
spoil(
    "link-tracking",
    body("[Write](mailto:a@ngen.ca?utm_source=news)", "[Écrivez](mailto:a@ngen.ca?utm_source=news)"),
)
spoil("spam-score", scored("5.4", " 4.7 FREE_MONEY             BODY: Talks about free money"))
spoil("spam-score", scored("3.2", " 2.5 SUBJ_ALL_CAPS          Subject is all capitals"))
spoil("spam-score", no_filter)

# What composing itself says of fields, styles and sizes.
# A field that is nearly one of ours; one that cannot be read at all stays as text, and is an unresolved-placeholder as well.
spoil(
    "slot-syntax",
    body(
        'Dear {{ member.first_nam | default("friend") }}, thank you.',
        'Bonjour {{ member.first_nam | default("à vous") }}, merci.',
    ),
)
spoil("style", swap(_INLINE, ".title {", ".title:hover { color: #123456; }\n.title {"))
spoil("style", swap(_FOOTER, "<mj-column>", "<mj-column><mj-text><style>p { color: red }</style></mj-text>"))
spoil(
    "limit",
    swap(_FOOTER, "<mj-column>", "<mj-column><mj-text>" + "<b>" * 70 + "x" + "</b>" * 70 + "</mj-text>"),
)
spoil("file-missing", body("[The paper](paper.pdf)", "[Le document](document.pdf)"))
spoil("invariant", swap(_FOOTER, "<mj-column>", "<mj-column><mj-raw><!--[if mso]></mj-raw>"))
spoil(
    "schedule",
    swap(
        "issues/2020-12-16-holiday-greeting.en.md",
        "date: 2020-12-16\n",
        "date: 2020-12-16\nschedule:\n  at: 2021-02-30 09:00\n",
    ),
)
spoil("unreadable", lambda shop: shop.put("issues/2020-12-16-holiday-greeting.en.md", b"\xff\xfea\x00"))
