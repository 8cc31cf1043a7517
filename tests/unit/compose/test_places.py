"""An error planted on each kind of line is told at exactly that line: front matter, Markdown, directive, template, look, include, macro,
the child of an extended template, style sheets, plain-text templates, words and theme.

In the sources below, ‸ marks where the error stands (its line, and its column where the finding has one), and ¶ where lines may be put in
before it: each case is tried without, with one and with many.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from newsletter.compose.request import Request, SourceText
from newsletter.compose.steps import compose
from newsletter.model.errors import AuthorError
from newsletter.workspace import read_theme
from tests.unit.compose.kit import BARE, PUBLICATION, told

HERE, MORE = "‸", "¶"
ISSUE = "issues/x.md"
BODY = "---\nsubject: Hi\n---\nHello\n"


@dataclass(frozen=True)
class Planted:
    """Sources by path, and what is said. `column`: whether the finding has one."""

    name: str
    said: str
    sources: dict[str, str]
    column: bool = True
    filler: str = "\n"
    more: dict[str, str] = field(default_factory=dict)


def letter(inner: str) -> str:
    return (
        f"<mjml>\n<mj-body>\n<mj-section><mj-column>\n{inner}\n</mj-column></mj-section>\n</mj-body>\n</mjml>"
    )


CASES = [
    # -- the issue's file --
    Planted("front-matter-key", "sender_nam", {ISSUE: "---\nsubject: Hi\n¶‸sender_nam: A\n---\nHello"}),
    Planted("front-matter-value", "date", {ISSUE: "---\nsubject: Hi\n¶‸date: tomorrow\n---\nHello"}),
    Planted("front-matter-slot", "member.frist_name", {ISSUE: '---\n¶subject: "Hi ‸{{ member.frist_name }}"\n---\nHello'}),
    Planted("front-matter-slot-behind-spaces", "member.frist_name", {ISSUE: "---\nsubject: Hi\n¶preheader:   See ‸{{ member.frist_name }}\n---\nHello"}),
    Planted("markdown-slot", "member.frist_name", {ISSUE: f"{BODY}¶Dear ‸{{{{ member.frist_name }}}}"}),
    Planted("markdown-link", "javascript", {ISSUE: f"{BODY}¶\n‸[x](javascript:alert)"}, column=False),
    Planted("markdown-image", "gone.png", {ISSUE: f"{BODY}¶\n‸![x](gone.png)"}, column=False),
    Planted("markdown-file", "gone.pdf", {ISSUE: f"{BODY}¶\n‸[x](gone.pdf)"}, column=False),
    Planted("markdown-html", "HTML is shown", {ISSUE: f"{BODY}¶\n‸<div>x</div>"}),
    Planted("directive-name", "buton", {ISSUE: f"{BODY}¶\n‸::: buton\nGo\n:::"}),
    Planted("directive-attribute", "hrf", {ISSUE: f"{BODY}¶\n::: button ‸hrf=https://a.example\nGo\n:::"}),
    Planted("directive-value", "javascript", {ISSUE: f"{BODY}¶\n::: button ‸href=javascript:x\nGo\n:::"}),
    Planted("directive-row", "cells", {ISSUE: f"{BODY}¶\n::: figures\n1 | one\n‸2 | two | three\n:::"}, column=False),
    Planted("directive-open", "closed", {ISSUE: f"{BODY}¶\n‸::: callout\nNever closed"}),
    Planted("condition", "when", {ISSUE: f"{BODY}¶\n‸::: when\nx\n:::"}),
    # -- templates --
    Planted("template-attribute", "colr", {"letter.mjml": letter('¶<mj-text\n  ‸colr="red">x</mj-text>')}),
    Planted("template-value", "redd", {"letter.mjml": letter('¶<mj-text ‸color="redd">x</mj-text>')}),
    Planted("template-element", "no element <mj-txt>", {"letter.mjml": letter("¶ ‸<mj-txt>x</mj-txt>")}),
    Planted("template-nesting", "cannot stand in", {"letter.mjml": letter("¶ ‸<mj-column></mj-column>")}),
    Planted("template-never-closed", "never closed", {"letter.mjml": letter("¶ ‸<mj-text>x")}),
    Planted("template-html", "<p> is not closed", {"letter.mjml": letter("¶<mj-text>a\n b ‸<p>x</mj-text>")}),
    Planted("template-html-behind-the-body", "<script>", {"letter.mjml": letter("<mj-text><p>a</p>¶{{ content }} b\n ‸<script></script></mj-text>")}),
    Planted("template-html-before-the-body", "<script>", {"letter.mjml": letter("¶<mj-text>‸<script></script>{{ content }}</mj-text>")}),
    Planted("template-name", "issue has no “titel”", {"letter.mjml": letter("¶\n‸<mj-text>{{ issue.titel }}</mj-text>")}, column=False),
    Planted("template-syntax", "cannot be read", {"letter.mjml": letter("¶\n‸{% if %}")}, column=False),
    Planted("template-member", "member", {"letter.mjml": letter("¶\n‸{% if member.first_name %}x{% endif %}")}, column=False),
    Planted("template-behind-expressions", "wrong", {"letter.mjml": letter('{% set a = "x" %}\n{# over\nlines #}¶{% for n in [1] %}\n<mj-text css-class="{{ a }}" ‸wrong="{{ n }}">x</mj-text>{% endfor %}')}),
    Planted("image-of-a-template", "gone.png", {"letter.mjml": letter('¶\n‸<mj-image src="{{ image("gone.png") }}" alt="" />')}, column=False),
    # -- what templates are made of --
    Planted(
        "look", "hrf", {"components/button.mjml": '¶<mj-button ‸hrf="x">{{ block.content }}</mj-button>'},
        more={ISSUE: f"{BODY}\n::: button href=https://a.example\nGo\n:::"},
    ),
    Planted(
        "look-name", "has no “hrf”", {"components/button.mjml": "¶\n‸<mj-button href=\"{{ block.attributes.hrf }}\">x</mj-button>"}, column=False,
        more={ISSUE: f"{BODY}\n::: button href=https://a.example\nGo\n:::"},
    ),
    Planted(
        "look-of-text", "has no “hrf”", {"components/button.txt": "¶‸{{ block.attributes.hrf }}"}, column=False,
        more={ISSUE: f"{BODY}\n::: button href=https://a.example\nGo\n:::"},
    ),
    Planted("jinja-include", "wrong", {"part.mjml": '¶<mj-text ‸wrong="1">x</mj-text>'}, more={"letter.mjml": letter('{% include "part.mjml" %}')}),
    Planted("mj-include", "wrong", {"part.mjml": '¶ <mj-text ‸wrong="1">x</mj-text>'}, more={"letter.mjml": letter('<mj-include path="part.mjml" />')}),
    Planted("mj-include-in-an-include", "wrong", {"c.mjml": '¶<mj-text ‸wrong="1">x</mj-text>'}, more={"letter.mjml": letter('<mj-include path="b.mjml" />'), "b.mjml": '\n<mj-include path="c.mjml" />'}),
    Planted("mj-include-of-html", "<script>", {"part.html.mjml": "¶<p>a</p> ‸<script></script>"}, more={"letter.mjml": letter('<mj-include path="part.html.mjml" type="html" />')}),
    Planted("mj-include-that-is-not-there", "gone.mjml", {"letter.mjml": letter('¶ ‸<mj-include path="gone.mjml" />')}),
    Planted("macro", "wrong", {"macros.mjml": '{% macro box(x) %}¶<mj-text>{{ x }}</mj-text>\n <mj-text ‸wrong="1">x</mj-text>{% endmacro %}'}, more={"letter.mjml": letter('{% from "macros.mjml" import box %}{{ box("a") }}')}),
    Planted("call-of-a-macro", "wrong", {"letter.mjml": letter('{% from "macros.mjml" import box %}¶{% call box() %}\n<mj-text ‸wrong="1">x</mj-text>{% endcall %}')}, more={"macros.mjml": "{% macro box() %}<mj-divider />{{ caller() }}{% endmacro %}"}),
    Planted("child-of-an-extended-template", "wrong", {"letter.mjml": '{% extends "base.mjml" %}¶{% block body %}\n <mj-text ‸wrong="1">x</mj-text>{% endblock %}'}, more={"base.mjml": letter("{% block body %}{% endblock %}")}),
    Planted("extended-template", "wrong", {"base.mjml": letter('{% block body %}{% endblock %}¶<mj-text ‸wrong="1">x</mj-text>')}, more={"letter.mjml": '{% extends "base.mjml" %}{% block body %}\n\n<mj-divider />{% endblock %}'}),
    # -- styles, words, theme --
    Planted("inline-css", "cannot be inlined", {"inline.css": "{% if true %}\n.a { color: red }\n{% endif %}¶  ‸a:hover { color: red }"}, more={"letter.mjml": letter("<mj-divider />")}),
    Planted("head-css", "nested", {"head.css": "{% for n in [1, 2] %}\n.a { color: red }\n{% endfor %}¶.b {\n  ‸.c { color: red } }"}, more={"letter.mjml": letter("").replace("<mj-body>", '<mj-head><mj-style>\n{% include "head.css" %}</mj-style></mj-head><mj-body>')}),
    Planted("head-css-by-mj-include", "nested", {"head.css": "{{ theme.width }}px {}¶.b {\n  ‸.c { color: red } }"}, more={"letter.mjml": letter("").replace("<mj-body>", '<mj-head><mj-include path="head.css" type="css" /></mj-head><mj-body>')}),
    Planted("theme", "TOML", {"theme.toml": 'width = 600\n¶height = ‸= 3\n[light]\naccent = "#000000"'}),
    Planted("words", "TOML", {"words.toml": '[en]\nhello = "x"\n¶bad ‸bad\n'}),
    Planted("plain-text-template", "has no “titel”", {"letter.txt": "Hello\n¶‸{{ issue.titel }}"}, column=False),
]  # fmt: skip


def planted(case: Planted, lines: int) -> tuple[Request, str, int, int]:
    """The request, and the file, line and column of its error."""
    sources: dict[str, str] = {}
    place = ("", 0, 0)
    for path, text in case.sources.items():
        text = text.replace(MORE, "\n" + case.filler * lines)
        if HERE in text:
            before = text[: text.index(HERE)]
            file = path if path.startswith("issues/") else f"templates/{path}"
            place = (file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        sources[path] = text.replace(HERE, "")
    sources = {"letter.mjml": letter("{{ content }}"), ISSUE: BODY, **case.more, **sources}
    issue = SourceText(ISSUE, "", sources.pop(ISSUE))
    return Request("x", (issue,), {**BARE, **sources}, {}, PUBLICATION), *place


@pytest.mark.parametrize("lines", [0, 1, 40])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_planted_error_is_told_where_it_stands(case: Planted, lines: int) -> None:
    request, file, line, column = planted(case, lines)
    rendering = compose(request)
    found = [finding for finding in rendering.findings if case.said in f"{finding.message} {finding.hint}"]
    assert found, told(rendering)
    places = {(one.place.file, one.place.line) for one in found if one.place}
    assert places == {(file, line)}, told(rendering)
    columns = {one.place.column for one in found if one.place}
    assert columns == {column} if case.column else columns <= {0, 1, column}, (told(rendering), column)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_without_the_error_there_is_no_such_finding(case: Planted) -> None:
    """Each case is its error alone: the bare request of the same kind says nothing of the sort."""
    request, *_ = planted(Planted("none", "", {}, more={}), 0)
    assert not [one for one in compose(request).findings if case.said in one.message]


@pytest.mark.parametrize(
    "path",
    ["../secrets/instance.key", "/etc/passwd", "%2e%2e/secrets", "parts/../../x.mjml", "..\\x.mjml", "file:///etc/passwd", "https://a.example/x.mjml", "", ".", "part.mjml\0"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["mjml", "html", "css"])
def test_nothing_outside_the_templates_is_included(path: str, kind: str) -> None:
    source = letter(f'<mj-include path="{path}" type="{kind}" />')
    request = Request("x", (SourceText(ISSUE, "", BODY),), {**BARE, "letter.mjml": source}, {}, PUBLICATION)
    (finding,) = compose(request).findings
    assert "to include" in finding.message or "mj-raw" in finding.message
    assert str(finding.place) == "templates/letter.mjml:4:1"


def test_jinja_includes_nothing_outside_either() -> None:
    for path in ("../x.mjml", "/etc/passwd", "%2e%2e/x.mjml"):
        source = letter(f'\n{{% include "{path}" %}}')
        request = Request(
            "x", (SourceText(ISSUE, "", BODY),), {**BARE, "letter.mjml": source}, {}, PUBLICATION
        )
        found = compose(request).findings
        assert [str(one.place) for one in found] == ["templates/letter.mjml:5"]
        assert "there is no template" in found[0].message


@pytest.mark.parametrize("folder", [False, True])
def test_a_link_among_the_templates_is_refused(folder: bool, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.mjml").write_text("<mj-text>secret</mj-text>")
    templates = tmp_path / "w" / "templates"
    templates.mkdir(parents=True)
    if folder:
        (templates / "parts").symlink_to(outside)
        assert "secret" not in str(read_theme(tmp_path / "w").texts)
    else:
        (templates / "part.mjml").symlink_to(outside / "secret.mjml")
        with pytest.raises(AuthorError, match="link to somewhere else"):
            read_theme(tmp_path / "w")


def test_includes_have_a_depth() -> None:
    chain = {f"a{n}.mjml": f'<mj-include path="a{n + 1}.mjml" />' for n in range(30)}
    chain["a30.mjml"] = "<mj-text>deep</mj-text>"
    source = letter('<mj-include path="a0.mjml" />')
    request = Request(
        "x", (SourceText(ISSUE, "", BODY),), {**BARE, **chain, "letter.mjml": source}, {}, PUBLICATION
    )
    (finding,) = compose(request).findings
    assert "without end" in finding.message
    assert str(finding.place) == "templates/a9.mjml:1:1"
