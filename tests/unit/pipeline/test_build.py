"""Build: the same email and findings for check, build, preview and freeze, whatever state the files are in."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.compose import inline_fast
from newsletter.model.errors import AuthorError, ConfigurationError, NotFound
from newsletter.model.finding import Severity
from newsletter.pipeline import build
from newsletter.renderer import Renderer
from newsletter.settings import resolve
from tests.corpora import naughty_strings
from tests.writing import GREETING, NOW, ROOT, Writing, writing

ERROR, WARNING = Severity.ERROR, Severity.WARNING
ONLY = "only: {language: en, by: Ann Lee, reason: A trial in one language}\n"
FILE = f"issues/{GREETING}.en.md"


PREHEADER = "preheader: What stands after the subject in the inbox.\n"
#: a paragraph with which a mail says enough beside its picture
ENOUGH = (
    "We bring together the people who make things in this country, large and small, in every province. " * 3
)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, renderer: Renderer) -> Writing:
    return writing(tmp_path, renderer)


def checks(at: Writing, slug: str = GREETING) -> list[tuple[str, str, str]]:
    """Check, severity and place of each finding."""
    return [(f.check, f.severity.value, str(f.place or "")) for f in build.build(at.desk, slug).findings]


@pytest.mark.parametrize("name", sorted({path.name.split(".")[0] for path in (ROOT / "issues").glob("*.md")}))
def test_the_sample_issues_have_no_errors(name: str, at: Writing) -> None:
    built = build.build(at.desk, name)
    assert built.sound
    assert [finding for finding in built.findings if finding.severity is ERROR] == []


def test_the_same_files_give_the_same_artwork(at: Writing) -> None:
    assert (
        build.build(at.desk, GREETING).rendering.artwork == build.build(at.desk, GREETING).rendering.artwork
    )


def test_it_does_not_matter_how_a_file_was_saved(at: Writing) -> None:
    expected = build.build(at.desk, GREETING).rendering.artwork
    for path in (at.issue("en"), at.issue("fr"), at.root / "templates" / "parts" / "footer.mjml"):
        text = unicodedata.normalize("NFD", path.read_text(encoding="utf-8")).replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert build.build(at.desk, GREETING).rendering.artwork == expected


def test_every_issue_is_listed_newest_first(at: Writing) -> None:
    slugs = [name.slug for name in build.issues(at.desk)]
    assert slugs == sorted(slugs, reverse=True)
    assert GREETING in slugs
    assert build.find(at.desk, FILE, at.root) == GREETING


@pytest.mark.parametrize(
    ("old", "new", "check", "line"),
    [
        ("subject: A year of making it work\n", "", "subject-missing", 1),
        ("Thank you for your", "Hello {{ x }} for your", "unresolved-placeholder", 36),
        ("Thank you for your", "Hello *|FNAME|* for your", "unresolved-placeholder", 36),
        ("Thank you for your", "Hello %%name%% for your", "unresolved-placeholder", 36),
        (' | default("friend")', "", "slot-without-fallback", 9),
        ("Thank you for your", "Lorem ipsum for your", "leftover-text", 36),
        ("Thank you for your", "TODO for your", "leftover-text", 36),
        ("](https://www.ngen.ca)", "](http://localhost:8000/x)", "link-malformed", 38),
        ("](https://www.ngen.ca)", "](htps://www.ngen.ca)", "link-malformed", 38),
        ("](https://www.ngen.ca)", "]()", "link-malformed", 38),
        (' alt="Signature of Jay Myers"', "", "image-alt", 42),
    ],
)
@pytest.mark.ci
def test_faults_are_named_at_the_authors_line(old: str, new: str, check: str, line: int, at: Writing) -> None:
    at.edit(old, new)
    found = [(name, severity, place) for name, severity, place in checks(at) if name == check]
    assert [severity for _, severity, _ in found] == ["error"]
    assert found[0][2].split(":")[:2] == [FILE, str(line)]
    assert not build.build(at.desk, GREETING).sound


def test_a_template_without_a_way_out_or_an_address(at: Writing) -> None:
    footer = at.root / "templates" / "parts" / "footer.mjml"
    at.change(
        footer,
        lambda text: text.replace("links.unsubscribe", "links.view").replace(
            "publication.postal_address", "publication.name"
        ),
    )
    found = {(check, place) for check, severity, place in checks(at) if severity == "error"}
    template = "templates/greeting.mjml"
    assert {("unsubscribe-missing", template), ("postal-address-missing", template)} <= found


@pytest.mark.ci
def test_a_mail_that_gmail_would_cut(at: Writing) -> None:
    at.edit("Thank you for your", "Paragraph after paragraph.\n\n" * 1200 + "Thank you for your")
    assert ("size-clipped", "error") in {(check, severity) for check, severity, _ in checks(at)}


def test_an_unknown_segment_of_a_conditional_block(at: Writing) -> None:
    at.edit("Warmly,", "::: when nobody-knows\nHello\n:::\n\nWarmly,")
    assert [severity for check, severity, place in checks(at) if check == "when" and ":40" in place] == [
        "error"
    ]


def test_a_segments_file_that_cannot_be_read_is_a_finding(at: Writing) -> None:
    at.edit("Warmly,", "::: when ontario\nHello\n:::\n\nWarmly,")
    (at.root / "segments.toml").write_text("[ontario\n", encoding="utf-8")
    assert ("when", "error", "segments.toml:1:9") in checks(at)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff\xfea", f"{FILE}:1"),
        (b"---\nsubject: caf\xe9\n---\n", f"{FILE}:2"),
        (b"a\x00b", f"{FILE}:1:2"),
        (b"x" * (1 << 21), FILE),
    ],
)
def test_a_file_that_is_no_text_is_a_finding(content: bytes, place: str, at: Writing) -> None:
    at.issue().write_bytes(content)
    assert checks(at) == [("unreadable", "error", place)]


def test_an_issue_without_a_template_makes_no_email(at: Writing) -> None:
    at.edit("template: greeting", "template: greting")
    built = build.build(at.desk, GREETING)
    assert built.rendering.artwork is None
    assert [(f.severity, str(f.place)) for f in built.findings] == [(ERROR, f"{FILE}:5:1")]


def test_an_unknown_issue(at: Writing) -> None:
    with pytest.raises(NotFound):
        build.build(at.desk, "nothing")
    for name in naughty_strings():
        if name.strip() and not name.isascii():
            with pytest.raises((AuthorError, NotFound)):
                build.find(at.desk, name, at.root)


@pytest.mark.ci
def test_naughty_texts_never_stop_a_build(at: Writing) -> None:
    naughty = [text for text in naughty_strings() if "\x00" not in text]
    body = "\n\n".join(text for text in naughty if text.isprintable())
    front = "\n".join(["---", "subject: " + " ".join(naughty[10].split()), "template: letter", "---"])
    (at.root / "issues" / "naughty.md").write_text(f"{front}\n\n{body}\n", encoding="utf-8")
    built = build.build(at.desk, "naughty")
    assert built.findings
    assert not any("this check failed" in finding.message for finding in built.findings)
    for text in naughty[::25]:
        front = "\n".join(
            ["---", f"subject: {text}", f"preheader: {text}", f"title: {text}", "template: letter", "---"]
        )
        (at.root / "issues" / "naughty.md").write_text(f"{front}\n\nHello.\n", encoding="utf-8")
        build.build(at.desk, "naughty")


# --- the planned time ---


def test_dates_are_judged_against_the_issues_own_date(at: Writing) -> None:
    assert build.build(at.desk, GREETING).send_at.isoformat() == "2020-12-16T09:00:00-05:00"


def test_dates_are_judged_against_the_schedule(at: Writing) -> None:
    schedule = "schedule:\n  at: 2021-01-06 10:30\n"
    at.edit("date: 2020-12-16\n", f"date: 2020-12-16\n{schedule}")
    built = build.build(at.desk, GREETING)
    assert built.send_at.isoformat() == "2021-01-06T10:30:00-05:00"
    assert [(f.check, f.severity, f.place and f.place.line) for f in built.findings] == [
        ("dateline", WARNING, 6)
    ]


def test_dates_are_judged_against_the_time_that_was_asked_for(at: Writing) -> None:
    built = build.build(at.desk, GREETING, send_at=datetime(2022, 1, 1, 3, tzinfo=UTC))
    assert built.send_at.isoformat() == "2021-12-31T22:00:00-05:00"
    assert [f.check for f in built.findings] == ["dateline"]


def test_without_any_date_it_is_now(at: Writing) -> None:
    at.edit("date: 2020-12-16\n", "")
    assert build.build(at.desk, GREETING).send_at == NOW


def test_a_schedule_in_the_past_is_a_warning_one_that_cannot_be_read_an_error(at: Writing) -> None:
    at.edit("date: 2020-12-16\n", "date: 2020-12-16\nschedule:\n  at: 2020-12-01 09:00\n")
    assert ("schedule", "warning") in {(check, severity) for check, severity, _ in checks(at)}
    at.edit("at: 2020-12-01 09:00", "at: sometime")
    assert "error" in {severity for _, severity, _ in checks(at)}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to(at: Writing) -> None:
    for path in (at.root, *at.root.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert build.build(at.desk, GREETING).sound


def test_nothing_is_written(at: Writing) -> None:
    before = sorted(at.root.rglob("*"))
    build.build(at.desk, GREETING)
    assert sorted(at.root.rglob("*")) == before


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("nobodyknows", "there is no segment “nobodyknows”"),
        ("{include: [everyone], exclude: [ontaro]}", "there is no segment “ontaro”"),
        ("\n  include: [ontario", "there is no segment “[ontario”"),
    ],
)
def test_an_audience_that_names_no_segment_is_told_before_the_day_of_sending(
    at: Writing, written: str, message: str
) -> None:
    path = at.issue("en")
    path.write_text(
        path.read_text(encoding="utf-8").replace("---\n", f"---\naudience: {written}\n", 1), encoding="utf-8"
    )
    found = build.build(at.desk, GREETING).findings
    assert [(one.severity, str(one.place), one.message) for one in found] == [(ERROR, f"{FILE}:2:1", message)]


def test_a_field_of_a_conditional_block_that_is_nearly_a_usual_one_is_told(at: Writing) -> None:
    path = at.issue("en")
    path.write_text(
        path.read_text(encoding="utf-8")
        + '\n::: when provnce == "ON" or membership == "gold"\nHello.\n:::\n',
        encoding="utf-8",
    )
    found = [one for one in build.build(at.desk, GREETING).findings if one.check == "when"]
    assert [(one.severity, one.message, one.hint) for one in found] == [
        (WARNING, "“provnce” is not a usual field", "Did you mean province?")
    ]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("• one\n• two", "“•” makes no list: its lines would run into one"),
        ("**bold **text", "the stars of “**bold” would be read as they stand"),
        ("xx TBD yy", "“TBD” was left over"),
        ("\\*\\*Taxes not included. 1 • 2", ""),
        ("`**kwargs`", ""),
    ],
)
def test_what_a_word_processor_left_is_told_with_its_line(at: Writing, written: str, message: str) -> None:
    path = at.root / "issues" / "pasted.md"
    path.write_text(
        f"---\nsubject: A fine subject\n{PREHEADER}{ONLY}---\n\n{written}\n\n{ENOUGH}\n", encoding="utf-8"
    )
    found = build.build(at.desk, "pasted").findings
    assert [(one.message, one.place and one.place.line) for one in found] == (
        [(message, 7)] if message else []
    )


@pytest.mark.parametrize("written", ["[NGen, News]", '"Hello'])
def test_a_subject_that_cannot_be_read_is_not_told_to_be_missing_as_well(at: Writing, written: str) -> None:
    path = at.root / "issues" / "wrong.md"
    path.write_text(f"---\nsubject: {written}\n{PREHEADER}{ONLY}---\n\n{ENOUGH}\n", encoding="utf-8")
    (found,) = build.build(at.desk, "wrong").findings
    assert (found.check, found.severity, found.place and found.place.line) == ("front-matter", ERROR, 2)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("nope.png", "Put it into issues/pictured/ or templates/images/."),
        ("skylin.png", "Did you mean “skyline.png”?"),
        ("skyline.jpg", "Did you mean “skyline.png”?"),
    ],
)
def test_a_missing_image_is_answered_with_one_of_a_like_name(at: Writing, written: str, hint: str) -> None:
    path = at.root / "issues" / "pictured.md"
    path.write_text(f"---\nsubject: A fine subject\n---\n\n![A view]({written})\n", encoding="utf-8")
    found = [one for one in build.build(at.desk, "pictured").findings if one.check == "image-missing"]
    assert [one.hint for one in found] == [hint]


def _faster(at: Writing) -> Writing:
    at.desk = replace(at.desk, settings=resolve({"render": {"inliner": "css-inline"}}, {}, {}))
    return at


def test_the_faster_inliner_is_a_setting(at: Writing) -> None:
    careful, fast = build.build(at.desk, GREETING), build.build(_faster(at).desk, GREETING)
    assert fast.findings == careful.findings
    assert fast.sound
    assert fast.rendering.artwork is not None
    html = "".join(piece for piece in fast.rendering.artwork.texts["en"].html if isinstance(piece, str))
    assert "font-size: 0px;" in html, "premailer shortens it"


def test_an_inliner_that_is_not_installed_is_told(at: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline_fast, "find_spec", lambda _name: None)
    build.build(at.desk, GREETING)
    with pytest.raises(ConfigurationError, match="css-inline, which is not installed") as raised:
        build.build(_faster(at).desk, GREETING)
    assert "newsletter[fast]" in str(raised.value.hint)
