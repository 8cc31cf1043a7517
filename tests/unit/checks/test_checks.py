"""Every check: silent on a sound email, outspoken on each way to spoil it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.checks import catalog, link_malformed, page, size_clipped
from newsletter.checks.context import CheckContext, Filled
from newsletter.model.artwork import Link, Slot
from newsletter.model.edition import ImageUse
from newsletter.model.finding import Finding, Severity
from newsletter.model.issue import IssueText
from newsletter.model.place import Place
from newsletter.model.survey import SlotSurvey, Survey
from tests.corpora import naughty_strings
from tests.unit.checks.sample import HTML, TEXT, context, edition_text, source

ERROR, WARNING = Severity.ERROR, Severity.WARNING


def found(check: str, **spoiled: Any) -> list[Finding]:
    """The findings of one check on an email spoiled in its English text."""
    return [finding for finding in catalog.run(context(**spoiled)) if finding.check == check]


def only(check: str, **spoiled: Any) -> Finding:
    """The one finding that an email has."""
    (finding,) = catalog.run(context(**spoiled))
    assert finding.check == check
    return finding


def at(line: int, column: int = 0) -> Place:
    return Place("issues/greeting.en.md", line, column)


@pytest.mark.parametrize("both", [False, True])
def test_a_sound_email_has_no_findings(both: bool) -> None:
    assert catalog.run(context(both=both)) == ()


@pytest.mark.parametrize(
    "left",
    [
        "{{ first_name }}",
        "{{",
        "{% if x %}",
        "{# note #}",
        "%%FIRSTNAME%%",
        "*|FNAME|*",
        "<%= name %>",
        "${name}",
        "zq01ab23cd45ef678901",
        "zq01ab00q",
    ],
)
def test_a_placeholder_that_is_left(left: str) -> None:
    shown = left.replace("<", "&lt;").replace(">", "&gt;")
    finding = only("unresolved-placeholder", body=f"Hello {shown} and more")
    assert finding.severity is ERROR
    assert left in finding.message
    assert finding.language == "en"
    assert finding.place in {at(10, 7), Place("templates/greeting.mjml")}


def test_a_placeholder_in_the_subject_or_an_attribute() -> None:
    assert only("unresolved-placeholder", subject="A year {{ x }} for you").severity is ERROR
    assert found("unresolved-placeholder", html=HTML.replace("A workshop at night", "{{{{ alt }}}}"))


def test_code_is_shown_as_written() -> None:
    assert not found("unresolved-placeholder", body="Write <code>{{ member.company }}</code> there")


def test_a_placeholder_in_both_languages_is_reported_once_each_with_its_file() -> None:
    sound = context(both=True, body="Hello {{ x }}")
    findings = catalog.run(sound)
    assert [(finding.language, str(finding.place)) for finding in findings] == [
        ("en", "issues/greeting.en.md:10:7")
    ]


def test_a_slot_without_fallback() -> None:
    slots = (Slot("company", place=at(10, 4)),)
    finding = only("slot-without-fallback", slots=slots, body="Hello \x00bare-slot\x00")
    assert (finding.severity, finding.place) == (ERROR, at(10, 4))
    assert 'member.company | default("your company")' in finding.hint


def test_a_slot_without_fallback_says_how_many_of_the_real_audience_would_see_the_hole() -> None:
    sound = context(slots=(Slot("company", place=at(10, 4)),), body="Hello \x00bare-slot\x00")
    counted = SlotSurvey("company", "en", at(10, 4), None, 4103, 1312, "Sample Tool & Die")
    other = replace(counted, language="fr", fallback=7)
    surveyed = replace(sound, survey=Survey(4103, 6, (other, counted), None))
    (finding,) = (one for one in catalog.run(surveyed) if one.check == "slot-without-fallback")
    assert finding.message == "“company” leaves a hole for 1,312 of 4,103 members (32%)"
    assert finding.french[0] == (
        "«\u00a0company\u00a0» laisse un vide chez 1\u00a0312 membres sur 4\u00a0103 (32\u00a0%)"
    )


@pytest.mark.parametrize("slot", [Slot("company", ""), Slot("company", "all"), Slot("email")])
def test_a_slot_that_cannot_be_empty_or_says_what_stands_there(slot: Slot) -> None:
    assert not found("slot-without-fallback", slots=(slot,), body="Hello \x00bare-slot\x00")


@pytest.mark.parametrize(
    "html",
    [
        HTML.replace('<a href="\x00unsubscribe\x00">{leave}</a>', ""),
        HTML.replace('<a href="\x00unsubscribe\x00">', '<a style="display:none" href="\x00unsubscribe\x00">'),
        HTML.replace("{leave}", ""),
        HTML.replace(
            '<a href="\x00unsubscribe\x00">{leave}</a>',
            '\x00when\x00<a href="\x00unsubscribe\x00">out</a>\x00end\x00',
        ),
        HTML.replace('<p><a href="\x00view', '<!--[if mso]><p><a href="\x00view').replace(
            "{leave}</a></p>", "{leave}</a></p><![endif]-->"
        ),
    ],
    ids=["absent", "hidden", "wordless", "conditional", "outlook-only"],
)
def test_no_way_out_in_the_html(html: str) -> None:
    finding = only("unsubscribe-missing", html=html)
    assert (finding.severity, finding.language) == (ERROR, "en")


def test_no_way_out_in_the_plain_text() -> None:
    assert (
        "plain text"
        in only("unsubscribe-missing", text=TEXT.replace("{leave}: \x00plain-leave\x00", "")).message
    )


def test_the_postal_address_is_found_however_it_is_set() -> None:
    assert not found(
        "postal-address-missing", address="ngen – 100 SAMPLE STREET; Hamilton<br>Ontario · L0L&nbsp;0L0"
    )


@pytest.mark.parametrize(
    "address",
    ["", "NGen, 100 Sample Street, Hamilton", "NGen, 1100 Sample Street, Hamilton, Ontario L0L 0L0"],
)
def test_the_postal_address_is_missing(address: str) -> None:
    findings = found("postal-address-missing", address=address)
    assert [finding.severity for finding in findings] == [ERROR, ERROR]  # one for each part


@pytest.mark.parametrize(
    ("kilobytes", "severity"), [(89, None), (91, WARNING), (101, WARNING), (102, ERROR), (300, ERROR)]
)
def test_the_size_at_which_gmail_cuts(kilobytes: int, severity: Severity | None) -> None:
    sound = context()
    large = {**sound.filled, "en": Filled("s", "é" * (kilobytes * 512), sound.filled["en"].text)}
    spoiled = replace(sound, filled=large)
    findings = list(size_clipped.check(spoiled))
    assert [finding.severity for finding in findings] == ([severity] if severity else [])


@pytest.mark.parametrize(
    "href",
    [
        "", " ", "#", "#nowhere", "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "www.ngen.ca", "ngen.ca/impact", "impact.html", "/impact", "../x", "news@ngen.example", "htp://ngen.ca", "https//ngen.ca",
        "https:/ngen.ca", "https:ngen.ca", "https://", "https:///x", "https://ngen.ca:port/", "https://[::1", "https://ngen ca/",
        "https://ngen.ca\\x", "https://https://ngen.ca", "https://https//ngen.ca", "https://ngen", "http://localhost:3000/",
        "http://127.0.0.1/", "http://10.0.0.4/", "http://[::1]/", "http://0x7f.1/", "https://wiki.intranet/", "https://x.local/",
        "https://ngen.ca/a(b", "https://ngen.ca/)", "https://ngen.ca/https://other.ca", "mailto:", "mailto:jay", "mailto:jay@ngen",
        "tel:", "tel:jay", "%2F%2Fngen.ca",
    ],
)  # fmt: skip
def test_links_that_lead_nowhere(href: str) -> None:
    escaped = href.replace("&", "&amp;").replace('"', "&quot;")
    findings = found("link-malformed", body=f'See <a href="{escaped}">the page</a> there')
    assert [finding.severity for finding in findings] == [ERROR]
    assert findings[0].place is not None


@pytest.mark.parametrize(
    "href",
    [
        "https://www.ngen.ca", "http://ngen.ca/", "https://ngen.ca/impact?a=1&b=2#c", "https://ngen.ca/(2020)/[x]", "https://dev.to/x",
        "https://fr.wikipedia.org/wiki/Noël_(fête)", "https://café.ca/", "https://xn--caf-dma.ca/é%20x", "HTTPS://NGEN.CA/",
        "mailto:news@ngen.example", "mailto:a@b.ca,c@d.ca?subject=Hi%20there", "tel:+1-416-555-0123", "sms:+14165550123",
        "#part", "https://8.8.8.8/", "https://ngen.ca:8443/x",
    ],
)  # fmt: skip
def test_links_that_can_lead_somewhere(href: str) -> None:
    escaped = href.replace("&", "&amp;")
    assert not found("link-malformed", body=f'See <a id="part" href="{escaped}">the page</a>')


@pytest.mark.parametrize(
    "href", ["https://staging.ngen.ca/", "https://user@ngen.ca/", "https://ngen.ca/impact."]
)
def test_links_that_look_wrong(href: str) -> None:
    assert only("link-malformed", body=f'See <a href="{href}">it</a>').severity is WARNING


def test_a_link_is_reported_at_the_authors_line() -> None:
    links = (Link("http://localhost/x", "See", "en", at(12, 40)),)
    findings = found("link-malformed", links=links)
    assert {finding.place for finding in findings} == {at(12, 40)}


def test_a_link_without_an_address() -> None:
    finding = only("link-malformed", body="See <a>the page</a> there")
    assert finding.severity is ERROR
    assert "the page" in finding.message
    assert not found("link-malformed", body='See <a id="x"></a><a name="y">this</a>')


def test_a_link_is_told_apart_from_the_same_words_elsewhere() -> None:
    body = 'At www.ngen.ca there is more, see <a href="www.ngen.ca">it</a>'
    assert only("link-malformed", body=body).place == at(10, body.index("href") + 1)


def test_what_markdown_takes_for_emphasis_is_found_in_the_source() -> None:
    sound = context(body="*|FNAME|*")
    texts = {**sound.artwork.texts, "en": edition_text("en", body="<em>|FNAME|</em>")}
    assert sound.rendering.issue is not None
    issue = replace(
        sound.rendering.issue,
        texts={
            **sound.rendering.issue.texts,
            "en": IssueText("en", "issues/greeting.en.md", "", "", "", "\n*|FNAME|*\n", 7),
        },
    )
    artwork = replace(sound.artwork, texts=texts)
    spoiled = replace(sound, artwork=artwork, rendering=replace(sound.rendering, issue=issue))
    assert [(f.check, f.place) for f in catalog.run(spoiled)] == [("unresolved-placeholder", at(10, 1))]


@given(
    st.text()
    | st.sampled_from(["https://", "http:", "mailto:", "tel:", "#"]).flatmap(
        lambda start: st.text().map(start.__add__)
    )
)
def test_any_address_is_judged(href: str) -> None:
    blank = page.Page((), "", ())
    fault = link_malformed.fault_of(href, blank)
    assert fault is None or fault.message


@pytest.mark.parametrize(
    ("use", "severity"),
    [
        (ImageUse("a.png", None, "en", at(9)), ERROR),
        (ImageUse("a.png", "", "en", at(9)), ERROR),
        (ImageUse("a.png", "  ", "en", at(9)), ERROR),
        (ImageUse("a.png", "IMG_2041.jpg", "en", at(9)), WARNING),
        (ImageUse("a.png", "image", "en", at(9)), WARNING),
        (ImageUse("a.png", "x" * 126, "en", at(9)), WARNING),
    ],
)
def test_pictures_without_words(use: ImageUse, severity: Severity) -> None:
    finding = only("image-alt", uses=(use,))
    assert (finding.severity, finding.place) == (severity, at(9))


def test_pictures_with_words_or_without_need_of_them() -> None:
    uses = (ImageUse("a.png", "A robot arm", "en"), ImageUse("b.png", "", "en", decorative=True))
    assert not found("image-alt", uses=uses)


def test_a_picture_of_the_template_without_alt() -> None:
    finding = only("image-alt", html=HTML.replace(' alt="A workshop at night"', ""))
    assert "templates/images/skyline.png" in finding.message


def test_a_linked_picture_needs_words() -> None:
    html = HTML.replace(
        '<img src="\x00image\x00" alt="A workshop at night"',
        '<a href="\x00link\x00"><img src="\x00image\x00" alt=""',
    )
    (finding,) = found("image-alt", html=html.replace('alt="" width="536"><img', 'alt=""></a><img'))
    assert "link" in finding.message


@pytest.mark.parametrize(
    ("subject", "check", "severity"),
    [
        ("", "subject-missing", ERROR),
        ("   ", "subject-missing", ERROR),
        (" | ", "subject-missing", ERROR),
        ("News", "subject-length", WARNING),
        ("x" * 61, "subject-length", WARNING),
        ("x" * 90, "subject-length", WARNING),
    ],
)
def test_subjects(subject: str, check: str, severity: Severity) -> None:
    finding = only(check, subject=subject)
    assert (finding.severity, finding.place) == (severity, at(2))


def test_a_slot_counts_in_the_subject() -> None:
    assert not found("subject-missing", subject="For \x00slot\x00, with thanks")


@pytest.mark.parametrize(
    "html",
    [
        HTML.replace('<html lang="{lang}" dir="ltr">', "<html>"),
        HTML.replace('<html lang="{lang}"', '<html lang="und"'),
        HTML.replace('<html lang="{lang}"', '<html lang="fr"'),
        HTML.replace('<html lang="{lang}" dir="ltr">', '<html lang="{lang}">'),
        HTML.replace('<div lang="{lang}" dir="ltr">', "<div>"),
    ],
)
def test_languages_that_are_not_stated(html: str) -> None:
    findings = found("html-lang", html=html)
    assert findings
    assert {finding.severity for finding in findings} == {ERROR}


def test_a_form_of_the_language_is_the_language() -> None:
    assert not found("html-lang", html=HTML.replace('lang="{lang}"', 'lang="en-CA"'))


def test_a_bilingual_mail_states_its_second_language() -> None:
    sound = context(both=True)
    both = sound.artwork.texts["en+fr"]
    silent = tuple(
        piece.replace('lang="fr"', 'lang="en"') if isinstance(piece, str) else piece for piece in both.html
    )
    texts = {**sound.artwork.texts, "en+fr": replace(both, html=silent)}
    artwork = replace(sound.artwork, texts=texts)
    spoiled = replace(sound, artwork=artwork)
    assert [(finding.check, finding.language) for finding in catalog.run(spoiled)] == [("html-lang", "en+fr")]


@pytest.mark.parametrize(
    "words",
    ["Lorem ipsum dolor", "TODO: names", "XXX", "DRAFT", "[link]", "[Lien]", "[insert name]", "see example.com/x",
     "À COMPLÉTER", "BROUILLON", "[votre nom]", "À FAIRE", "[to come]", "[à venir]", "[nom de la personne]", "insert the quote here",
     "insérez la citation ici", "First name Last name", "Prénom Nom", "Dolor sit amet", "exemple.com/x", "dummy text"],
)  # fmt: skip
def test_words_that_are_left_over(words: str) -> None:
    finding = only("leftover-text", body=f"Before {words} after.")
    assert (finding.severity, finding.place and finding.place.line) == (ERROR, 10)


@pytest.mark.parametrize(
    "words",
    [
        "Todo el mundo",
        "We drafted it",
        "[1]",
        "[NGen] News",
        "news@ngen.example",
        "exxxample",
        "He was drafted [sic]",
        "À VENIR",
        "the insert that you find here. Here",
        "Write it as <code>name@example.com</code>",
        "her first name, and last name",
    ],
)
def test_words_that_only_look_left_over(words: str) -> None:
    assert not found("leftover-text", body=words)


@pytest.mark.parametrize("words", ["Place: TBD", "Heure À CONFIRMER"])
def test_words_that_may_be_meant(words: str) -> None:
    assert only("leftover-text", body=words).severity is WARNING


def test_the_sentences_of_a_new_issue_are_remarked_on() -> None:
    finding = only("leftover-text", body="Write here what you would tell one reader.")
    assert (finding.severity, finding.place) == (WARNING, at(10, 1))


def test_dates_are_judged_against_the_planned_day_not_today() -> None:
    body = "© 2020 NGen"
    assert not found("leftover-text", body=body, planned_at=datetime(2020, 12, 16, tzinfo=UTC))
    (year,) = found("leftover-text", body=body, planned_at=datetime(2021, 1, 6, tzinfo=UTC))
    assert (year.severity, str(year.place)) == (WARNING, "issues/greeting.en.md:10:1")
    (day,) = found("dateline", body=body, planned_at=datetime(2021, 1, 6, tzinfo=UTC))
    assert (day.severity, str(day.place)) == (WARNING, "issues/greeting.en.md:5")
    assert not found("leftover-text", body="© 2014–2020 NGen")


def test_a_check_that_fails_is_a_finding_and_stops_nobody() -> None:
    def broken(_context: CheckContext) -> list[Finding]:
        raise ZeroDivisionError("a mistake")

    checks = (catalog.Check("broken", broken), *catalog.CHECKS)
    findings = catalog.run(context(subject=""), checks)
    assert {finding.check for finding in findings} == {"broken", "subject-missing"}
    assert all(finding.severity is ERROR for finding in findings)


def test_a_remark_in_every_language_is_made_once() -> None:
    remarks = [Finding("c", ERROR, "m", None, language) for language in ("en", "fr", "en+fr")]
    assert list(catalog.merged(remarks, ("en", "fr"))) == [Finding("c", ERROR, "m")]
    assert list(catalog.merged(remarks[1:], ("en", "fr"))) == [remarks[1]]
    assert list(catalog.merged(remarks[2:], ("en", "fr"))) == [remarks[2]]


def test_findings_come_by_file_and_line() -> None:
    shuffled = [Finding("c", ERROR, "m", place) for place in (None, at(9), at(2), Place("issues/a.md", 30))]
    assert [finding.place for finding in catalog.ordered(shuffled)] == [
        Place("issues/a.md", 30),
        at(2),
        at(9),
        None,
    ]


def test_every_check_has_a_description_that_states_its_levels() -> None:
    for check in catalog.CHECKS:
        assert "Level" in check.reference, check.name
        assert f"## {check.name}\n" in catalog.reference()
    assert len({check.name for check in catalog.CHECKS}) == len(catalog.CHECKS)


@pytest.mark.ci
def test_no_text_can_break_a_check() -> None:
    for words in naughty_strings():
        if "\x00" in words:
            continue
        everywhere = dict.fromkeys(("body", "label", "subject", "title", "preheader", "address"), words)
        for finding in catalog.run(context(both=True, **everywhere)):
            assert "this check failed" not in finding.message


@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=("Cs",))))
def test_no_html_can_break_a_check(html: str) -> None:
    spoiled = context(
        html=HTML.replace("{body}", "\x00slot\x00").replace("<p>", html.replace("{", "").replace("}", ""))
    )
    assert not any("this check failed" in finding.message for finding in catalog.run(spoiled))


def test_the_sources_hold_what_the_sample_says() -> None:
    assert source("en").splitlines()[7].startswith("Dear")


@pytest.mark.parametrize("left", ["«FirstName»", "«Prénom»", "{FirstName}", "{first_name}", "<<First Name>>"])
def test_a_mail_merge_field_would_be_read_as_it_stands(left: str) -> None:
    shown = left.replace("<", "&lt;").replace(">", "&gt;").replace("{", "{{").replace("}", "}}")
    finding = only("unresolved-placeholder", html=HTML.replace("</p>", f" {shown}</p>", 1))
    assert finding.severity is ERROR
    assert left in finding.message


@pytest.mark.parametrize("said", ["« Prénom »", "the «Oui» of March", "a {set}", "a < b << c"])
def test_what_only_looks_like_a_mail_merge_field_is_left_alone(said: str) -> None:
    shown = said.replace("<", "&lt;").replace("{", "{{").replace("}", "}}")
    assert catalog.run(context(html=HTML.replace("</p>", f" {shown}</p>", 1))) == ()


def test_a_link_without_words_is_told() -> None:
    (finding,) = found(
        "link-malformed", html=HTML.replace("</p>", ' <a href="https://www.ngen.ca/unseen"></a></p>', 1)
    )
    assert (finding.severity, "has no words" in finding.message) == (WARNING, True)
