"""Whatever composing remarks, it says in French too: set as French is set in Canada, and never the English over again."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from newsletter.compose.invariants import broken
from newsletter.compose.request import Request, SourceText
from newsletter.compose.steps import compose
from newsletter.model.edition import Rendering
from tests.unit.compose.kit import pixel, tiny

FRONT = """  indented: x
title: 'never closed
\tsubject: tab
subject: Hi
subject: Hi again
not a key
preheader: [a, b]
template: leter
titel: x
date: 16 December
from: Hello {{ member.first_name }}
tracking: som
schedule:
  at: [a]
  year: 20x
  wen: now
audience:
  include:
    a: b
data: text
only: en
accept:
  - nothing"""
BODY = """[words](javascript:x) [words] (https://ngen.example) ![x](my picture.png) ![x](none.png) ![x](anim.svg)

<div>HTML</div>

{{ member.first_nam }} {{ member.tags }} {{ other }} {{ member.first_name | uper }} {{ member.first_name | upper(1) }}
{{ member.first_name | truncate(0) }} {{ member.first_name | upper | default("x") }} {{ member.first_name ? }}
{{ member.first_name | default(x) }} [a]({{ member.first_name }}://x) [f](paper.pdf) [g](empty.pdf) [h](false.pdf) [i](movie.exe)

![x](broken.png) ![x](https://ngen.example/a.png) ![x](photo.heic) ![x](words.png)

::: callot
Text
:::

::: callout kind=infos titel="x" title="a" title="b"
Text
::: button href=https://ngen.example
x
:::
:::

::: button "x
:::

::: figures
1 | 2 | 3
:::

::: figures
:::

::: divider
Text
:::

::: table
Text
:::

::: two-up
Text
:::

::: image src=none.png decorative=yes alt="x"
:::

::: event title="x" date=tomorrow
Text
:::

::: event title="x" date=9999-12-31 zone=America/Nowhere ics=yes
Text
:::

::: sponsor name=nobody
:::

::: when
Text
:::

::: when members
::: when province == "ON"
Text
:::
:::

:::

::: quote
Never closed
"""
SPONSORS = 'top = 1\n[clinic]\nnam = "x"\nfrom = "2021-03-31"\ninsertions = 0\ntext = 1\n'
FILES = {"issues/x/empty.pdf": b"", "issues/x/false.pdf": b"no PDF", "issues/x/movie.exe": b"MZ"}
PICTURES = {
    "issues/x/broken.png": pixel()[:-20],
    "issues/x/anim.svg": b"<svg/>",
    "issues/x/photo.heic": b"\0\0\0\x18ftypheic",
    "issues/x/words.png": b"words",
}


_TEXT = "<mj-text>x</mj-text>"
_SECTION = f"<mj-section><mj-column>{_TEXT}</mj-column></mj-section>"
#: looks for every component that the body names: of the theme other tests speak
LOOKS = {
    **{f"components/{name}.mjml": _TEXT for name in ("quote", "divider", "table")},
    **{f"components/{name}.mjml": _SECTION for name in ("two-up", "event", "sponsor")},
    **{f"components/{name}.txt": "x" for name in ("quote", "divider", "table", "two-up", "event", "sponsor")},
}


def _written(text: str) -> Request:
    """A request whose file says this, front matter and all."""
    return replace(tiny(), sources=(SourceText("issues/x.md", "", text),))


ISSUES = {
    "front matter": tiny(front=FRONT),
    "no front matter": _written("Hello"),
    "open front matter": _written("---\nsubject: Hi"),
    "no text": replace(tiny(), sources=()),
    "two languages": tiny(
        front="subject: Hi\ndate: 2020-12-16\nlanguage: fr\ndata:\n  a: b",
        french="Bonjour",
        french_front="subject: Allô\ndate: 2020-12-17\ndata:\n  a: c",
    ),
    "body": replace(tiny(BODY, images=PICTURES, files=FILES, templates=LOOKS), sponsors=SPONSORS),
    "sponsors": replace(tiny(), sponsors="[clinic"),
    "conditions": tiny("\n\n".join(f"::: when province == '{n}'\nx\n:::" for n in range(20))),
    "component without a text": tiny("::: quote\nx\n:::", templates={"components/quote.mjml": _TEXT}),
}
_MADE = {name: compose(request) for name, request in ISSUES.items()}
#: how many different remarks each set brings at least: a set that broke nothing would prove nothing
FEWEST = {
    "front matter": 18,
    "no front matter": 1,
    "open front matter": 1,
    "no text": 1,
    "two languages": 3,
    "body": 52,
    "sponsors": 1,
    "conditions": 1,
    "component without a text": 1,
}


@pytest.mark.parametrize("name", ISSUES)
def test_every_remark_has_its_french(name: str) -> None:
    rendering: Rendering = _MADE[name]
    assert len({one.message for one in rendering.findings}) >= FEWEST[name]
    for one in rendering.findings:
        message, hint = one.french
        assert message, one.message
        assert message != one.message
        assert bool(hint) == bool(one.hint), one.hint
        for sentence in (message, hint):
            assert not re.search(r"\s[;!](?:\s|$)|«(?!\u00a0)|(?<!\u00a0)»", sentence), sentence
            assert not re.search(r"\w\s\?$| : |[a-zé]'[a-zé]|[“”]", sentence), sentence


def test_a_promise_that_is_not_kept_is_told_in_french() -> None:
    told = list(broken("<html><body><table><tr><td></td></tr></table><a href='{{ x }}'></a><!--[if mso]>"))
    assert len(told) == 6
    assert all(one.fr and "'" not in one.fr and one.fr != one.en for one in told)
