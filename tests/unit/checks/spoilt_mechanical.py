"""How to spoil the sample for the mechanical checks: links, pictures, looks, structure, subject."""

from __future__ import annotations

import io
import random
from base64 import b64encode
from datetime import date
from functools import cache

from PIL import Image

from newsletter.checks.occasion import Occasion
from newsletter.model.publication import Sender
from tests.unit.checks.mutations import (
    ENGLISH,
    FRENCH,
    Edit,
    Workshop,
    body,
    edits,
    front,
    picture,
    publication,
    spoil,
    subject,
    swap,
)

_BASE, _FOOTER, _THEME = "templates/base.mjml", "templates/parts/footer.mjml", "templates/theme.toml"
_IN_FOOTER = '<mj-text css-class="quiet gutter" mj-class="small" padding="0px {{ theme.gutter + 80 }}px 0px {{ theme.gutter }}px">\n'
_INLINE, _HEAD = "templates/inline.css", "templates/head.css"
_FOOT = ".foot { margin: 0 0 10px; font-size: {{ theme.size.small }}px;"


def both(words: str, english: str, french: str) -> Edit:
    """A paragraph with a link: `words` says %s where the words of each language stand."""
    return body(words % english, words % french)


def footer(html: str) -> Edit:
    """Something more in the footer of every mail."""
    return swap(_FOOTER, _IN_FOOTER, _IN_FOOTER + html + "\n")


def preheader(english: str) -> Edit:
    """Another preheader in English."""
    return swap(ENGLISH, "What more than 3,000 members made possible in 2020, and our best wishes.", english)


@cache
def drawn(
    kind: str,
    width: int = 40,
    height: int = 20,
    *,
    frames: int = 1,
    noisy: bool = False,
    mode: str = "RGB",
    rests: bool = False,
) -> bytes:
    """A picture: still or moving, flat or of noise that cannot be pressed small."""
    dice = random.Random(4)
    made = []
    for number in range(frames):
        one = Image.new(
            mode, (width, height), tuple([number * 40 % 255] * len(Image.new(mode, (1, 1)).getbands()))
        )
        if noisy:
            one = Image.frombytes(mode, (width, height), dice.randbytes(width * height * len(one.getbands())))
        made.append(one.convert("P") if kind == "GIF" else one)
    file = io.BytesIO()
    more = {"save_all": True, "append_images": made[1:], "duration": 200} if frames > 1 else {}
    more |= {} if rests or frames == 1 else {"loop": 0}
    made[0].save(file, kind, **more)
    return file.getvalue()


def shown(name: str, content: bytes) -> Edit:
    """A picture of the issue, shown in both languages as wide as the text (536 pixels)."""
    block = f'::: image src="{name}" alt="%s"\n:::'
    return edits(picture(name, content), both(block, "A drawing", "Un dessin"))


def only(english: str, french: str) -> Edit:
    """No other text than this."""

    def run(shop: Workshop) -> None:
        for path, words in ((ENGLISH, english), (FRENCH, french)):
            head = shop.text(path).split("---\n")[1]
            shop.put(path, f"---\n{head}---\n\n{words}\n")

    return run


def last_year(shop: Workshop) -> None:
    """The same text went out a year ago."""
    shop.occasion = Occasion(
        date(2020, 12, 16), greeting=True, last=shop.built().rendering.artwork, last_day=date(2019, 12, 16)
    )


_DOT = b64encode(drawn("PNG", 1, 1)).decode()

spoil("image-alt", picture("a.png", drawn("PNG", 600, 60)), body("![](a.png)"))
_LINK = "[%s](https://www.ngen.ca/more)"

spoil("subject-style", subject("EVERYTHING THAT MEMBERS MADE in 2020"))
spoil("subject-style", subject("A year of making it work!!"))
spoil("subject-style", subject("Re: a year of making it work"))
spoil("subject-style", subject("A year of making it work 🎄🎁"))
spoil("subject-style", subject("Last chance for a year of making"))
spoil(
    "preheader-missing",
    swap(
        ENGLISH, "preheader: What more than 3,000 members made possible in 2020, and our best wishes.\n", ""
    ),
)
spoil("preheader-missing", preheader("Too short"))
spoil("preheader-missing", preheader("View this mail in your browser, if it looks odd"))
spoil(
    "preheader-equals-subject",
    preheader("A year of “making it work”: again!"),
    subject("A year of making it work – again"),
)
spoil(
    "title-missing", swap(_BASE, "<mj-title>{{ issue.title }}</mj-title>", "<mj-title>Newsletter</mj-title>")
)
spoil("link-insecure", both("[%s](http://www.ngen.ca/more)", "More of it", "D’autres encore"))
spoil("link-shortener", both("[%s](https://bit.ly/3xYz)", "More of it", "D’autres encore"))
spoil("link-shortener", both("[%s](https://8.8.8.8/more)", "More of it", "D’autres encore"))
spoil("link-deceptive", body("[www.ngen.ca/prize](https://evil.example/prize)"))
spoil("link-deceptive", body("[jay@ngen.example](mailto:other@evil.example)"))
spoil("link-deceptive", both("[%s](https://www.ngеn.ca/more)", "More of it", "D’autres encore"))
spoil("link-text-generic", both(_LINK, "Click here", "Cliquez ici"))
spoil("link-text-generic", body("[Jay Myers](https://www.ngen.ca/one) [Jay Myers](https://www.ngen.ca/two)"))
spoil(
    "link-tracking", both("[%s](https://www.ngen.ca/more?utm_source=news)", "More of it", "D’autres encore")
)
spoil(
    "link-tracking", both("[%s](https://other.example/?to=jay@ngen.example)", "More of it", "D’autres encore")
)
spoil(
    "link-tracking",
    both("[%s](https://other.example/?to={{ member.email }})", "More of it", "D’autres encore"),
)
spoil("image-format", footer('<img src="https://other.example/a.png" alt="NGen" width="96" />'))
spoil("image-format", footer('<img src="https://other.example/a.webp" alt="NGen" width="96" />'))
spoil("image-format", footer(f'<img src="data:image/png;base64,{_DOT}" alt="NGen" width="96" />'))
spoil("image-weight", shown("noise.png", drawn("PNG", 600, 500, noisy=True, mode="L")))
spoil("image-weight", shown("noise.jpg", drawn("JPEG", 600, 900, noisy=True)))
spoil("image-weight", shown("noise.gif", drawn("GIF", 600, 150, frames=3, noisy=True, rests=True)))
# A picture that moves is the one that goes out as wide as its author made it.
spoil("image-size", shown("wide.gif", drawn("GIF", 2400, 100, frames=3, rests=True)))
spoil("image-size", shown("narrow.png", drawn("PNG", 60, 20)))
spoil("image-animated", shown("moving.gif", drawn("GIF", 600, 40, frames=3)))
spoil("heading-order", body("#### Deep", "#### Profond"))
spoil("table-role", footer('<table role="table"><tr><td>Data</td></tr></table>'))
spoil("contrast", swap(_INLINE, _FOOT, f"{_FOOT} color: #B0B0B0;"))
spoil("contrast", swap(_HEAD, '"color", theme.dark.quiet),\n  (["a"', '"color", "#40484C"),\n  (["a"'))
spoil("font-size", swap(_INLINE, _FOOT, _FOOT.replace("{{ theme.size.small }}", "11")))
spoil("tap-target", swap(_INLINE, "padding: 12px 28px", "padding: 2px 28px"))
spoil("dark-mode", edits(swap(_THEME, 'text = "#1F2A30"', 'text = "#000000"')))
spoil(
    "outlook-traps",
    footer('<img src="{{ image(\'logo.png\') }}" alt="NGen" width="96" style="margin:40px" />'),
)
spoil(
    "head-css",
    swap(
        _HEAD,
        "@media only screen",
        "@supports (display: grid) { @media print { .x { color: red; } } }\n@media only screen",
    ),
)
spoil("form-or-script", footer("<button>Vote</button>"))
spoil("duplicate-id", footer('<p id="twice">A</p><p id="twice">B</p>'))
spoil("html-nesting", swap(_FOOTER, "<mj-column>", "<mj-column><mj-raw>Lost words</mj-raw>"))
spoil("mojibake", body("The cafÃ© is open.", "Le cafÃ© est ouvert."))
spoil(
    "invisible-characters", body("Well\u200b\u200b\u200b\u200b done.", "Bien\u200b\u200b\u200b\u200b fait.")
)
spoil("from-domain", publication(sender=Sender({"en": "NGen", "fr": "NGen"}, "ngen.news@gmail.com")))
spoil("from-domain", publication(reply_to="news@other.example"))
spoil("from-domain", front("from: NGen 🎄"))
spoil("text-parity", swap("templates/components/button.txt", "{{ block.attributes.href }}", "-"))
spoil("word-count", body(("word " * 80 + ". ") * 12, ("mot " * 80 + ". ") * 12))
spoil("image-only", only("Happy holidays.", "Joyeuses Fêtes."))
spoil("last-years-text", last_year)
spoil("text-lines", swap("templates/base.txt", "{{ words.who | wrap }}", "{{ words.who }} {{ words.who }}"))
