"""What every email promises is asserted when it is made: each promise is broken here, and seen to be caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.compose import parts
from newsletter.compose.finish import finished
from newsletter.compose.invariants import bare_tables, broken
from newsletter.compose.steps import compose
from newsletter.model.finding import Severity
from tests.unit.compose.kit import framed, preview, tiny

BODY = "Hello `{{ not a field }}`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
TEMPLATES = framed(
    "<mj-text>{{ content }}</mj-text><mj-table><tr><td>x</td></tr></mj-table>"
    '<mj-image src="https://ngen.example/a.png" alt="" width="100px" />'
)
REQUEST = tiny(BODY, templates=TEMPLATES, french=BODY)

BREAKS: list[tuple[str, str, str]] = [
    # (what is replaced, by what, what is said)
    ("<!DOCTYPE html>", "<!doctype html>", "the doctype is not there"),
    ("<!DOCTYPE html>", "", "the doctype is not there"),
    ("<![endif]-->", "", "a conditional comment for Outlook is not closed, or is closed twice"),
    ("<!--[if mso | IE]>", "<!--[if mso]><!--[if IE]>", "a conditional comment for Outlook is not closed, or is closed twice"),
    ('src="https://ngen.example/a.png"', 'src="{{ image }}"', "an address holds a placeholder that nobody will fill in"),
    ('src="https://ngen.example/a.png"', "src='https://x/%7B%7Bid%7D%7D'", "an address holds a placeholder that nobody will fill in"),
    (' role="presentation"', "", "a table is neither marked as layout nor has headings"),
    ("<th", "<td", "a table is neither marked as layout nor has headings"),
    ('<html lang="en"', "<html", "<html> does not say its language and direction"),
    ('dir="ltr"', 'dir="auto"', "<html> does not say its language and direction"),
    ('role="article" lang="en" dir="ltr"', 'role="article"', "a part of the body does not say its language and direction"),
    ("</body>", "<p>late</p></body>", "a part of the body does not say its language and direction"),
    ('name="color-scheme"', 'name="colour-scheme"', "the email does not say that it has colours for light and dark"),
    ('name="supported-color-schemes"', 'name="x"', "the email does not say that it has colours for light and dark"),
]  # fmt: skip


def made(language: str = "en") -> str:
    html: list[str] = []
    real = parts.broken
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "broken", lambda text: html.append(text) or real(text))
        rendering = compose(REQUEST)
    assert not rendering.findings
    return html[["en", "fr", "en+fr"].index(language)]


MADE = {language: made(language) for language in ("en", "en+fr")}


@pytest.mark.parametrize("language", MADE)
def test_what_is_made_keeps_every_promise(language: str) -> None:
    assert list(broken(MADE[language])) == []


@pytest.mark.parametrize(("old", "new", "said"), BREAKS)
def test_each_promise_can_be_broken_and_is_caught(old: str, new: str, said: str) -> None:
    for html in MADE.values():
        assert old in html
        assert said in [str(one) for one in broken(html.replace(old, new))]


@pytest.mark.parametrize(("old", "new", "said"), BREAKS)
def test_a_broken_promise_is_a_finding_that_lets_no_email_through(
    old: str, new: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inlined: Callable[..., str] = parts.inlined
    monkeypatch.setattr(parts, "inlined", lambda *given, **named: inlined(*given, **named).replace(old, new))
    rendering = compose(REQUEST)
    assert rendering.artwork is None
    found = {
        (finding.check, finding.severity, finding.message, str(finding.place))
        for finding in rendering.findings
    }
    assert ("invariant", Severity.ERROR, said, "templates/letter.mjml:1") in found


def test_a_table_of_data_keeps_its_meaning_and_one_of_layout_gets_a_role() -> None:
    html = preview(compose(REQUEST), "en")
    assert html.count("<th ") + html.count("<th>") == 2
    data = html[html.rfind("<table", 0, html.index("<thead")) :]
    assert "presentation" not in data[: data.index(">")]
    assert not list(bare_tables(html))


def test_tables_within_tables_are_told_apart() -> None:
    outer = '<table><tr><td><table role="none"><td></td></table></td></tr></table>'
    assert [outer[:at] for at in bare_tables(outer)] == ["<table"]
    inner = "<table role='presentation'><td><table class='x'><td></table></table>"
    assert [inner[:at][-9:] for at in bare_tables(inner)] == ["class='x'"]
    assert list(bare_tables("<table><thead><tr><th>a</th></tr></thead></table>")) == []
    assert list(bare_tables("<table><td><table><th></th></table></td></table>")) == [6]
    assert list(bare_tables("<table><td>")) == [6]
    assert finished("<table><td></table>", "en") == '<table role="presentation"><td></table>'
