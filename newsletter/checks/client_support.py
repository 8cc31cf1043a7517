"""CSS and HTML that the readers' mail programs do not know.

In: the files that an email was made of, and the email. Out: findings. Called by catalog.

What MJML makes is its own affair: only what an author wrote is looked at, and only where it arrived in the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsletter.checks.context import CheckContext, info, short, warning
from newsletter.checks.css_features import Used, used
from newsletter.checks.support import Lack, lack, matrix, mix, shown
from newsletter.model.finding import Finding
from newsletter.model.place import Place
from newsletter.model.said import Said

NAME = "client-support"

#: what a mail does without and stays whole: corners, shadows, motion, finer type, hints to screen readers and browsers
GRACEFUL = frozenset(
    f"css-{name}"
    for name in [
        "border-radius",
        "box-shadow",
        "text-shadow",
        "transition",
        "animation",
        "cursor",
        "color-scheme",
        "accent-color",
        "user-select",
        "resize",
        "outline",
        "outline-offset",
        "hyphens",
        "hyphenate-character",
        "hyphenate-limit-chars",
        "text-wrap",
        "text-wrap-mode",
        "overflow-wrap",
        "word-wrap",
        "word-break",
        "white-space",
        "white-space-collapse",
        "word-spacing",
        "letter-spacing",
        "orphans",
        "widows",
        "font-kerning",
        "font-stretch",
        "font-size-adjust",
        "tab-size",
        "text-decoration-color",
        "text-decoration-line",
        "text-decoration-style",
        "text-decoration-thickness",
        "text-decoration-skip-ink",
        "text-underline-offset",
        "text-underline-position",
        "text-emphasis",
        "text-emphasis-position",
        "text-justify",
        "text-overflow",
        "border-spacing",
        "sytem-ui",
        "scroll-snap",
        "table-layout",
        "pseudo-class-hover",
        "pseudo-class-active",
        "pseudo-class-focus",
        "pseudo-class-focus-visible",
        "pseudo-class-focus-within",
        "pseudo-class-visited",
        "pseudo-class-link",
        "pseudo-class-target",
        "pseudo-class-lang",
        "box-sizing",
        "filter",
        "backdrop-filter",
        "min-height",
        "min-width",
        "opacity",
    ]
) | frozenset(("html-srcset", "html-picture", "html-bdi", "html-ruby"))

_SHEETS = (".css",)


def check(context: CheckContext) -> Iterator[Finding]:
    """The templates, style sheets and texts use nothing that too many readers' mail programs lack.

    Level: warning from `share` percent of readers on (`mix` says which mail programs they have; the default is a guess for
    organisations in Canada: put your own there); info for an entry of `mix` that cannot be read. From the data of caniemail.com
    that ships with the program, whose date the remark names. Not remarked on: what MJML itself makes, what stands in @media or @supports, a value with a fallback
    before it in the same rule, what a mail stays whole without (round corners, shadows …), and the features named in `allowed`.
    """
    shares, wrong = mix(context.words(f"{NAME}.mix"))
    for entry in wrong:
        yield info(
            NAME,
            Said(f"the mix names “{entry}”, which is no mail program with a share", f"la répartition nomme «\u00a0{entry}\u00a0», qui n’est pas un logiciel de courriel avec sa part"),
            Place("newsletter.toml"),
            hint=Said("Write it as outlook.windows=20.", "Écrivez-le ainsi\u00a0: outlook.windows=20."),
        )  # fmt: skip
    most = context.number(f"{NAME}.share")
    skipped = GRACEFUL | set(context.words(f"{NAME}.allowed"))
    for feature, uses in _uses(context).items():
        lacking = lack(feature, shares)
        if feature not in skipped and lacking.clients and lacking.percent >= most:
            path, use = uses[0]
            yield _finding(context, path, use, lacking, len(uses) - 1)


def _uses(context: CheckContext) -> dict[str, list[tuple[str, Used]]]:
    """Every use that arrived in the mail, by feature."""
    mails = [re.sub(r"\s*:\s*", ":", filled.html.lower()) for filled in context.filled.values()]
    found: dict[str, list[tuple[str, Used]]] = {}
    for path in _made_of(context):
        for use in _known(context.sources[path], sheet=path.endswith(_SHEETS)):
            if any(_stands(use.needle, mail) for mail in mails):
                found.setdefault(use.feature, []).append((path, use))
    return found


@lru_cache(maxsize=64)
def _known(text: str, *, sheet: bool) -> tuple[Used, ...]:
    """The uses in a file that the data knows of; templates are the same at every save of an issue."""
    return tuple(use for use in used(text, sheet=sheet) if use.feature in matrix().features)


def _stands(needle: str, mail: str) -> bool:
    """`position:` does not stand in `background-position:`."""
    at = mail.find(needle)
    while at >= 0:
        if not (at and needle[0].isalnum() and (mail[at - 1].isalnum() or mail[at - 1] in "_-")):
            return True
        at = mail.find(needle, at + 1)
    return False


def _made_of(context: CheckContext) -> list[str]:
    """The files that went into this mail, the author's own first."""
    files = [
        path
        for path in context.rendering.sources
        if path in context.sources and not path.endswith((".toml", ".txt"))
    ]
    return sorted(files, key=lambda path: (not path.startswith("issues/"), path))


def _finding(context: CheckContext, path: str, use: Used, lacking: Lack, others: int) -> Finding:
    text = context.sources[path]
    start = text.rfind("\n", 0, use.at) + 1
    place = Place(path, text.count("\n", 0, use.at) + 1, use.at - start + 1)
    names = [shown(client) for client in lacking.clients]
    listed, more = ", ".join(names[:3]), len(names) - 3
    written, date = short(use.written, 50), matrix().date
    english = f"“{written}” does nothing in {listed}" + (f" and {more} more" if more > 0 else "")
    french = f"«\u00a0{written}\u00a0» reste sans effet dans {listed}" + (
        f" et {more} autres" if more > 0 else ""
    )
    further = (f"; {others} more of it" if others else "", f"; {others} autres fois" if others else "")
    message = Said(
        f"{english}: {lacking.percent:.0f}% of readers (data from {date}{further[0]})",
        f"{french}\u00a0: {lacking.percent:.0f}\u00a0% des lecteurs (données du {date}{further[1]})",
    )
    url = f"caniemail.com/features/{use.feature}"
    hint = Said(
        f"See that the mail is whole without it, or take it out; {url}",
        f"Voyez que le courriel tienne sans cela, ou retirez-le; {url}",
    )
    return warning(NAME, message, place, hint=hint)
