"""sponsors.toml: texts by language, terms, and faults that name their line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from newsletter.compose.findings import Findings
from newsletter.compose.request import Request
from newsletter.compose.sponsors import read
from newsletter.compose.steps import compose
from tests.unit.compose.kit import complaints, framed, pixel, preview, preview_text, tiny

LOOKS = framed(
    "{{ content }}",
    **{
        "components/sponsor.mjml": "<mj-section><mj-column><mj-text>Sponsored {{ block.attributes.name }} "
        "{{ block.attributes.alt }} {{ block.attributes.href }} {{ block.attributes.link }} {{ block.content }}</mj-text></mj-column></mj-section>",
        "components/sponsor.txt": "Sponsored {{ block.attributes.name }} {{ block.attributes.href }}\n{{ block.text }}",
    },
)
TOOLS = """[tools]
name = "Sample Tools"
url = "https://tools.example/"
text.en = "Cut in *five* days."
text.fr = "Taillés en cinq jours."
link = "See the tools"
from = 2021-01-01
until = 2021-06-30
insertions = 6
"""


def asked(body: str, sponsors: str = TOOLS, french: str | None = None) -> Request:
    request = tiny(body, templates=LOOKS, french=french, images={"templates/images/logo.png": pixel()})
    return replace(request, sponsors=sponsors)


def test_a_key_brings_text_link_and_terms() -> None:
    rendering = compose(asked("::: sponsor name=tools :::", french="::: sponsor name=tools :::"))
    assert not rendering.findings
    page = preview(rendering, "en")
    for part in ("Sponsored Sample Tools", "<em>five</em>", "https://tools.example/", "See the tools"):
        assert part in page
    assert "Taillés en cinq jours." in preview_text(rendering, "fr")
    use = rendering.sponsors[0]
    assert (use.key, use.begins, use.ends, use.most) == ("tools", date(2021, 1, 1), date(2021, 6, 30), 6)
    assert [one.language for one in rendering.sponsors] == ["en", "fr"]
    assert rendering.artwork is not None
    assert rendering.artwork.sponsors == ("tools",)


def test_the_issue_speaks_before_the_file() -> None:
    rendering = compose(asked('::: sponsor name=tools href="https://tools.example/now"\nOnly today.\n:::'))
    page = preview(rendering, "en")
    assert "https://tools.example/now" in page
    assert "Only today." in page
    assert "five" not in page


def test_a_sponsor_of_the_issue_alone_is_no_key() -> None:
    rendering = compose(asked('::: sponsor name="Sample Tools & Die" href="https://x.example"\nHello.\n:::'))
    assert not rendering.findings
    assert rendering.sponsors == ()


def test_what_is_missing_is_known_by_language() -> None:
    toml = TOOLS.replace('text.fr = "Taillés en cinq jours."\n', 'logo.fr = "logo.png"\n')
    rendering = compose(asked("::: sponsor name=tools :::", toml, french="::: sponsor name=tools :::"))
    assert [use.missing for use in rendering.sponsors] == [("logo",), ("text",)]


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[tools", "sponsors.toml:1:"),
        ("a = " + "[" * 100_000, "sponsors.toml:1:"),
        ('[tools]\nname = "A"\ninsertions = ' + "9" * 5_000, "sponsors.toml:1: this is not TOML"),
        ('[tools]\nname = "A"\nuntill = 2021-01-01', "sponsors.toml:3: a sponsor has no “untill”"),
        ('\n[tools]\nurl = "https://a.example"', "sponsors.toml:2: the sponsor “tools” needs a name"),
        ('[tools]\nname = "A"\nuntil = "soon"', "sponsors.toml:3: “until” of the sponsor “tools” is a date"),
        (
            '[tools]\nname = "A"\ninsertions = 0',
            "sponsors.toml:3: “insertions” of the sponsor “tools” is a whole",
        ),
        ('[tools]\nname = "A"\ninsertions = true', "sponsors.toml:3: “insertions”"),
        ('[tools]\nname = "A"\ntext = 3', "sponsors.toml:3: “text” of the sponsor “tools” is a text"),
        ('name = "A"', "sponsors.toml:1: “name” belongs to no sponsor"),
    ],
)
def test_a_fault_names_its_line(toml: str, told: str) -> None:
    assert any(one.startswith(told) for one in complaints(asked("Hello", toml))), complaints(
        asked("Hello", toml)
    )


@pytest.mark.parametrize(
    ("body", "severity", "message", "hint"),
    [
        (
            "::: sponsor name=tool :::",
            "error",
            "sponsors.toml has no “tool”, and the sponsor has no text here",
            "Did you mean “tools”?",
        ),
        (
            "::: sponsor name=tool\nHello.\n:::",
            "warning",
            "sponsors.toml has no “tool”",
            "Did you mean “tools”?",
        ),
        (
            '::: sponsor name="Optics Inc." :::',
            "error",
            "sponsors.toml has no “Optics Inc.”, and the sponsor has no text here",
            "Add [Optics Inc.] to sponsors.toml, or write the sponsor's text here.",
        ),
    ],
)
def test_a_key_that_is_not_there_is_noticed(body: str, severity: str, message: str, hint: str) -> None:
    (one,) = compose(asked(body)).findings
    assert (one.severity, str(one.message), str(one.hint)) == (severity, message, hint)


def test_a_logo_that_is_not_there_names_the_file() -> None:
    assert complaints(asked("::: sponsor name=tools :::", TOOLS + 'logo = "none.png"\n')) == [
        "sponsors.toml:1: there is no image “none.png”"
    ]


def test_an_address_that_mail_programs_block_is_refused() -> None:
    toml = TOOLS.replace("https://tools.example/", "javascript:alert(1)")
    assert complaints(asked("::: sponsor name=tools :::", toml)) == [
        "sponsors.toml:1: “javascript:alert(1)” begins with javascript:, which mail programs block"
    ]


def test_nothing_is_no_fault() -> None:
    findings = Findings()
    assert read("", findings) == {}
    assert findings.all() == ()
