"""Composing as a whole: both languages, the same bytes for the same input, and an edition named by its content."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.freeze import canonical, freeze
from newsletter.compose.request import Request, cleaned
from newsletter.compose.steps import compose
from newsletter.compose.tokens import LENGTH, Kind, Tokens
from newsletter.model.artwork import Mark, MarkKind
from newsletter.model.edition import Artwork, Rendering
from newsletter.model.finding import Finding, Severity
from newsletter.model.publication import TrackingMode
from newsletter.model.waiver import Waived
from tests.unit.compose.kit import (
    PUBLICATION,
    complaints,
    framed,
    pixel,
    preview,
    preview_text,
    request_from,
    tiny,
    told,
)

ROOT = Path(__file__).parents[3]


def artwork(rendering: Rendering) -> Artwork:
    assert rendering.artwork is not None, told(rendering)
    return rendering.artwork


def two(**templates: str) -> Request:
    return tiny(
        "Hello [site](https://ngen.example)",
        front="subject: Hi\npreheader: Soon\ntitle: A title\nfrom: The team",
        french="Bonjour [site](https://ngen.example)",
        french_front="subject: Allô\npreheader: Bientôt\ntitle: Un titre",
        templates=templates,
    )


def test_two_languages_make_three_emails() -> None:
    made = artwork(compose(two()))
    assert list(made.texts) == ["en", "fr", "en+fr"]
    assert (made.languages, made.bilingual) == (("en", "fr"), "en+fr")
    assert [text.subject for text in made.texts.values()] == [("Hi",), ("Allô",), ("Hi | Allô",)]
    assert [text.preheader for text in made.texts.values()] == ["Soon", "Bientôt", "Soon | Bientôt"]
    assert [text.title for text in made.texts.values()] == ["A title", "Un titre", "A title | Un titre"]
    assert made.sender.name == {"en": "The team", "fr": "Nouvelles"}


def test_the_second_language_of_an_email_says_which_it_is() -> None:
    rendering = compose(two())
    html = preview(rendering, "en+fr")
    assert html.startswith('<!DOCTYPE html>\n<html lang="en" dir="ltr"')
    first, second = html.split('<div lang="fr" dir="ltr" id="fr">')
    assert "Hello" in first
    assert "Bonjour" not in first.split("</head>")[1].replace("Bientôt", "")
    assert "Bonjour" in second
    assert 'Soon | <span lang="fr" dir="ltr">Bientôt</span>' in first
    assert "<title>A title | Un titre</title>" in html
    assert preview(rendering, "fr").startswith('<!DOCTYPE html>\n<html lang="fr" dir="ltr"')
    assert preview_text(rendering, "en+fr") == (
        f"Hello site [1]\n\n[1] https://ngen.example\n\n{'=' * 72}\n\nBonjour site [1]\n\n[1] https://ngen.example\n"
    )


def test_an_issue_in_three_languages() -> None:
    request = two()
    publication = replace(
        PUBLICATION,
        languages=("en", "fr", "ar"),
        **{key: {**getattr(PUBLICATION, key), "ar": "x"} for key in ("name", "postal_address", "contact")},
        sender=replace(PUBLICATION.sender, name={**PUBLICATION.sender.name, "ar": "x"}),
    )
    arabic = replace(
        request.sources[0],
        path="issues/x.ar.md",
        language="ar",
        text="---\nsubject: مرحبا\n---\n[مرحبا](https://ngen.example)",
    )
    templates = {
        **request.templates,
        "words.toml": request.templates["words.toml"] + '[ar]\nhello = "x"\nimage = "x"\n',
    }
    rendering = compose(
        replace(request, sources=(*request.sources, arabic), publication=publication, templates=templates)
    )
    made = artwork(rendering)
    assert list(made.texts) == ["en", "fr", "ar", "en+fr+ar"]
    html = preview(rendering, "en+fr+ar")
    assert '<div lang="fr" dir="ltr" id="fr">' in html
    assert '<div lang="ar" dir="rtl" id="ar">' in html
    assert [link.language for link in made.links] == ["en", "fr", "ar"]
    assert made.texts["en+fr+ar"].subject == ("Hi | Allô | مرحبا",)
    assert preview(rendering, "ar").startswith('<!DOCTYPE html>\n<html lang="ar" dir="rtl"')


def test_a_rule_of_the_templates_own_is_not_taken_for_the_next_language() -> None:
    title = "A title that is quite a bit longer than the seventy-two columns of a line"
    request = tiny(
        "[a](https://ngen.example)", front=f"subject: {title}", french="[a](https://ngen.example)",
        templates={"base.txt": "{{ issue.title | underline('=') }}\n\n{{ content }}"},
    )  # fmt: skip
    both = artwork(compose(request)).texts["en+fr"]
    assert [piece.number for piece in both.text if isinstance(piece, Mark)] == [0, 1]


def test_a_template_knows_its_language_and_position() -> None:
    letter = framed(
        "<mj-text>{{ position }}/{{ language }}/{{ other_language }}/{{ words.hello }}/{{ issue.title }}</mj-text>"
    )["letter.mjml"]
    rendering = compose(two(**{"letter.mjml": letter}))
    assert "only/en/fr/Hello/A title" in preview(rendering, "en")
    assert "only/fr/en/Bonjour/Un titre" in preview(rendering, "fr")
    both = preview(rendering, "en+fr")
    assert "first/en/fr/Hello/A title" in both
    assert "second/fr/en/Bonjour/Un titre" in both


def test_data_is_read_in_the_language_of_the_text_and_may_hold_slots() -> None:
    front = (
        "subject: Hi\ndata:\n  venue:\n    en: Hall {{ member.company | default('A') }}\n    fr: Salle\n  list: [x, y]\n  items: z\n"
        "  deep:\n    keys: v"
    )
    letter = framed(
        "<mj-text>{{ data.venue }} {{ data.list | join('+') }} {{ data.items }} {{ data.deep.keys }}</mj-text>"
    )["letter.mjml"]
    request = tiny(front=front, french="", templates={"letter.mjml": letter})
    rendering = compose(request)
    assert "Hall A x+y z v" in preview(rendering, "en")
    assert "Salle x+y z v" in preview(rendering, "fr")


def test_a_look_may_ask_for_what_is_inside_even_if_it_is_a_personal_field_alone() -> None:
    asking = "{% if block.content %}[{{ block.content }}]{% endif %}{% for row in block.rows if row[0] %}({{ row[0] }}){% endfor %}"
    templates = {
        **{f"components/{name}.txt": asking for name in ("button", "callout", "figures")},
        "components/button.mjml": f"<mj-text>{asking}</mj-text>",
        "components/figures.mjml": f"<mj-section><mj-column><mj-text>{asking}</mj-text></mj-column></mj-section>",
    }
    field = '{{ member.first_name | default("friend") }}'
    body = f"::: button href=https://ngen.example\n{field}\n:::\n::: callout\n{field}\n:::\n::: figures\n{field} | {field}\n:::"
    rendering = compose(tiny(body, templates=templates))
    assert told(rendering) == ""
    assert preview_text(rendering, "en") == "[friend]\n\n[friend]\n\n(friend)\n"
    assert "(friend)" in preview(rendering, "en")


def test_dates_and_numbers_are_written_in_the_language_of_the_text() -> None:
    inner = "<mj-text>{{ issue.date | longdate }} / {{ issue.date | fulldate }} / {{ '2021-01-20 13:30' | dateformat('d MMM, HH:mm') }} / {{ 3000 | number }}</mj-text>"
    request = tiny(front="subject: Hi\ndate: 2020-12-16", french="", templates=framed(inner))
    rendering = compose(request)
    assert "December 16, 2020 / Wednesday, December 16, 2020 / 20 Jan, 13:30 / 3,000" in preview(
        rendering, "en"
    ).replace(".", "")
    assert "16 décembre 2020 / mercredi 16 décembre 2020 / 20 janv., 13:30 / 3\u00a0000" in preview(
        rendering, "fr"
    )


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ("{{ 'soon' | longdate }}", "“soon” is not a date"),
        ("{{ 'many' | number }}", "“many” is not a number"),
        ("{{ image('gone.png') }}", "there is no image “gone.png”"),
        ("{{ words.helo }}", "words.toml [en] has no “helo”. Did you mean “hello”?"),
        ("{{ theme.light.acent }}", "theme.light has no “acent”. Did you mean “accent”?"),
        ("{{ publication.nam }}", "publication has no “nam”. Did you mean “name”?"),
        ("{{ issue.date }}", "there is nothing to write here"),
    ],
)
def test_a_template_that_asks_for_what_is_not_there_is_told_its_line(inner: str, message: str) -> None:
    assert f"templates/letter.mjml:2: {message}" in complaints(
        tiny(templates=framed(f"\n<mj-text>{inner}</mj-text>"))
    )


@pytest.mark.parametrize(
    ("files", "told_of"),
    [
        ({"theme.toml": "a = 1\nb = = 2"}, "templates/theme.toml:2:5: this is not TOML: Invalid value"),
        ({"words.toml": "[en"}, "templates/words.toml:1: this is not TOML"),
        (
            {"letter.mjml": "{% extends 'basis.mjml' %}"},
            "templates/letter.mjml:1: there is no template “basis.mjml”.",
        ),
        ({"base.txt": "\n{{ nothing }}"}, "templates/base.txt:2: 'nothing' is undefined"),
        ({"inline.css": "\n{{ nothing }}"}, "templates/inline.css:2: 'nothing' is undefined"),
    ],
)
def test_a_fault_in_any_file_of_the_theme_is_told_with_its_line(files: dict[str, str], told_of: str) -> None:
    assert any(one.startswith(told_of) for one in complaints(tiny(templates=files)))


def test_a_template_that_is_not_there() -> None:
    request = replace(tiny(), default_template="gone")
    assert complaints(request) == ["templates/gone.mjml: there is no template “gone”"]
    rendering = compose(tiny(front="subject: Hi\ntemplate: lettr"))
    assert rendering.artwork is None
    assert [finding.hint for finding in rendering.findings] == ["Did you mean “letter”?"]


def test_a_rendering_names_the_files_that_went_into_it() -> None:
    rendering = compose(
        tiny(
            "::: button href=https://ngen.example\nx\n:::",
            templates={"unused.mjml": ""},
            images={"issues/x/a.png": pixel()},
        )
    )
    assert rendering.sources == (
        "issues/x.md",
        "issues/x/a.png",
        "templates/components/button.mjml",
        "templates/components/button.txt",
        "templates/letter.mjml",
        "templates/theme.toml",
        "templates/words.toml",
    )


def test_images_that_are_used_come_along_by_digest_and_no_others() -> None:
    content = pixel()
    rendering = compose(
        tiny("![a](a.png)", images={"issues/x/a.png": content, "issues/x/b.png": pixel(9, 9)})
    )
    digest = hashlib.sha256(content).hexdigest()
    assert rendering.files == {digest: content}
    assert artwork(rendering).images[0].file_name == f"{digest[:24]}.png"


def test_issue_wide_wishes_reach_the_artwork() -> None:
    made = artwork(compose(tiny(front="subject: Hi\ntracking: off")))
    assert (made.tracking, made.template, made.slug, made.reply_to) == (
        TrackingMode.OFF,
        "letter",
        "x",
        PUBLICATION.reply_to,
    )


def test_every_page_ends_with_its_pixel_and_says_which_colours_it_has() -> None:
    html = artwork(compose(tiny())).texts["en"].html
    assert html[-2:] == (Mark(MarkKind.PIXEL), "</body></html>")
    assert (
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        in str(html[0])
    )


# -- the same input gives the same bytes ------------------------------------------------------------------------------------

BODIES = st.lists(
    st.sampled_from(
        [
            "Text {{ member.first_name | default('x') }}",
            "[a](https://ngen.example/a)",
            "![p](a.png)",
            "::: when members\nIn\n:::",
            "::: figures\n1 | {{ member.company }}\n:::",
            "é \u00a0 ❤️",
            "# Head",
        ]
    ),
    max_size=5,
).map("\n\n".join)


@pytest.mark.ci
@given(BODIES)
def test_the_same_input_gives_the_same_bytes(body: str) -> None:
    request = tiny(body, french=body, images={"issues/x/a.png": pixel()})
    first, second = compose(request), compose(request)
    assert msgspec.msgpack.encode(first) == msgspec.msgpack.encode(second)
    assert freeze(artwork(first), "k").id == freeze(artwork(second), "k").id


@given(BODIES, BODIES)
@pytest.mark.ci
def test_what_differs_for_a_reader_differs_in_its_digest(one: str, other: str) -> None:
    def made(body: str) -> Artwork:
        return artwork(compose(tiny(body, images={"issues/x/a.png": pixel()})))

    assert (canonical(made(one)) == canonical(made(other))) is (made(one) == made(other))


@pytest.mark.ci
def test_hash_seeds_and_fresh_processes_change_nothing() -> None:
    script = (
        "from pathlib import Path\nfrom newsletter.compose.freeze import freeze\nfrom newsletter.compose.steps import compose\n"
        "from tests.unit.compose.kit import request_from\nprint(freeze(compose(request_from(Path(), '2021-01-20-january-digest')).artwork, 'k').id)"
    )
    ids = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        made = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        ids.add(made.stdout)
    assert len(ids) == 1


def test_an_edition_is_named_by_its_content_and_reads_back_the_same() -> None:
    made = artwork(compose(two()))
    edition = freeze(made, "ngen")
    assert edition.id == hashlib.sha256(canonical(made)).hexdigest()
    assert (edition.publication, edition.waived, edition.short) == ("ngen", (), edition.id[:12])
    assert freeze(made, "other").id == edition.id
    waived = (Waived(Finding("subject-length", Severity.WARNING, "long"), "the minister’s title"),)
    accepted = freeze(made, "ngen", waived)
    assert accepted.waived == waived
    assert accepted.id not in {edition.id, freeze(made, "ngen", (Waived(waived[0].finding, "another"),)).id}
    other = Finding("subject-length", Severity.WARNING, "another remark of the same check")
    assert accepted.id != freeze(made, "ngen", (Waived(other, waived[0].reason),)).id
    assert msgspec.json.decode(canonical(made), type=Artwork) == made


# -- tokens ------------------------------------------------------------------------------------------------------------------


def test_a_source_that_holds_the_beginning_of_a_token_gets_another_salt() -> None:
    plain = Tokens(["source"])
    hostile = Tokens([f"source {plain.opening.upper()}"])
    assert hostile.opening != plain.opening
    body = f"Text {plain.opening}0123456789ab and {{{{ member.first_name | default('x') }}}}"
    assert f"{plain.opening}0123456789ab and x" in preview(compose(tiny(body)), "en")


@given(st.lists(st.text(max_size=5), unique=True, max_size=50))
def test_tokens_have_one_length_and_none_is_part_of_another(keys: list[str]) -> None:
    tokens = Tokens(keys)
    made = [tokens.put(Kind.RAW, key, key) for key in keys]
    assert {len(token) for token in made} <= {LENGTH}
    assert len(set(made)) == len(keys)
    assert tokens.found("".join(made)) == made
    assert tokens.damaged("".join(made)) == []
    for token in made:
        assert token.isalnum()
        assert token == token.lower()
        assert tokens.damaged(token[:-1]) == [token[:-1]]
        assert tokens.damaged(token.upper()) != []


@given(st.text())
def test_cleaning_is_done_once_and_for_all(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert "\r" not in once
    assert "\ufeff" not in once


# -- the repository's own issues -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug", ["2020-12-16-holiday-greeting", "2021-01-20-january-digest", "2021-01-27-next-shift"]
)
def test_the_issues_of_the_repository_are_composed_without_a_remark(slug: str) -> None:
    rendering = compose(request_from(ROOT, slug))
    assert told(rendering) == ""
    made = artwork(rendering)
    for text in made.texts.values():
        kinds = {piece.kind for piece in text.html if isinstance(piece, Mark)}
        assert kinds >= {
            MarkKind.UNSUBSCRIBE,
            MarkKind.PREFERENCES,
            MarkKind.VIEW,
            MarkKind.PIXEL,
            MarkKind.IMAGE,
            MarkKind.LINK,
        }
