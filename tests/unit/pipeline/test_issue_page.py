"""What the issue page asks for besides saving: blocks that move, a form above the text, the palette, quick pictures, changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.compose import moving as composing
from newsletter.compose.components import CATALOGUE
from newsletter.model.errors import AuthorError, NotAllowed
from newsletter.model.finding import Severity
from newsletter.pipeline import approximating, build, changing, filling_in, moving, palette
from newsletter.pipeline.build import Unsaved
from newsletter.pipeline.personas import BY_KEY, PERSONAS, USUAL
from newsletter.pipeline.proof import all_shown, proof
from newsletter.renderer import Renderer
from tests.writing import GREETING, Writing, writing

EN, FR = f"issues/{GREETING}.en.md", f"issues/{GREETING}.fr.md"
#: a picture that the palette's lines name
PIXEL = (Path(__file__).parents[3] / "issues/2021-01-20-january-digest/bench.png").read_bytes()


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as made:
        yield made


@pytest.fixture
def at(tmp_path: Path, renderer: Renderer) -> Writing:
    return writing(tmp_path, renderer)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory, renderer: Renderer) -> Writing:
    """A workspace that no test changes."""
    return writing(tmp_path_factory.mktemp("still"), renderer)


def texts(at: Writing) -> dict[str, str]:
    return {path: (at.root / path).read_text(encoding="utf-8") for path in (EN, FR)}


def order(text: str, *words: str) -> list[str]:
    return sorted(words, key=text.index)


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


# --- what is not saved yet ---


def test_what_is_being_written_is_built_and_no_file_is_touched(still: Writing) -> None:
    before = texts(still)
    written = {EN: before[EN].replace("A year of making it work", "Another subject")}
    made = build.picture(still.desk, Unsaved(GREETING, written), "en")
    assert made.artwork is not None
    assert set(made.artwork.texts) == {"en"}
    shown = proof(still.desk, made.artwork, "en", USUAL, answers=all_shown(made.artwork))
    assert shown.subject == "Another subject"
    assert texts(still) == before


def test_a_picture_is_the_very_text_of_the_whole_build(still: Writing) -> None:
    whole = build.build(still.desk, GREETING).rendering.artwork
    assert whole is not None
    for language in whole.texts:
        quick = build.picture(still.desk, Unsaved(GREETING, {}), language).artwork
        assert quick is not None
        one, other = (
            proof(still.desk, artwork, language, USUAL, answers=all_shown(artwork))
            for artwork in (whole, quick)
        )
        assert (one.html, one.text, one.subject) == (other.html, other.text, other.subject)


def test_a_language_that_has_no_file_yet_can_be_looked_at(at: Writing) -> None:
    french = (at.root / FR).read_text(encoding="utf-8")
    (at.root / FR).unlink()
    made = build.picture(at.desk, Unsaved(GREETING, {FR: french}), "fr")
    assert made.artwork is not None
    assert "fr" in made.artwork.texts


@pytest.mark.parametrize(
    "text", ["", "---\n", "\0", "{{" * 500, "::: " * 500, "<script>alert(1)</script>" * 50]
)
@pytest.mark.ci
def test_whatever_stands_there_while_one_types_gives_findings_not_faults(still: Writing, text: str) -> None:
    built = build.build(still.desk, Unsaved(GREETING, {EN: text}))
    assert any(finding.severity is Severity.ERROR for finding in built.findings)


# --- blocks ---


def test_a_block_moves_down_in_both_languages_and_back(still: Writing) -> None:
    before = texts(still)
    line = line_of(before[EN], "::: figures")
    moved = moving.move(still.desk, Unsaved(GREETING, before), "en", line=line, down=True)
    assert moved.alone == ()
    assert set(moved.texts) == {"en", "fr"}
    assert order(moved.texts["en"], "::: figures", "## What you set in motion") == [
        "## What you set in motion",
        "::: figures",
    ]
    assert order(moved.texts["fr"], "::: figures", "## Ce que vous avez mis en marche") == [
        "## Ce que vous avez mis en marche",
        "::: figures",
    ]
    assert line_of(moved.texts["en"], "::: figures") == moved.line
    unsaved = Unsaved(GREETING, {EN: moved.texts["en"], FR: moved.texts["fr"]})
    back = moving.move(still.desk, unsaved, "fr", line=line_of(moved.texts["fr"], "::: figures"), down=False)
    assert back.texts == {"en": before[EN], "fr": before[FR]}


def test_every_block_of_every_sample_moves_without_losing_a_line(still: Writing) -> None:
    for name in sorted({path.name.split(".")[0] for path in (still.root / "issues").glob("*.md")}):
        request, _ = build.read(still.desk, name)
        outlines = still.desk.renderer().render(request).outlines
        by_path = {source.path: source.text for source in request.sources}
        sheets = {one.language: moving.Sheet(by_path[one.path], one) for one in outlines}
        for language, sheet in sheets.items():
            found = composing.blocks(sheet)
            assert found
            for block in found[:-1]:
                moved = composing.moved(sheets, language, block.first, 1)
                assert moved is not None
                for other, text in moved.texts.items():
                    assert sorted(text.split("\n")) == sorted(sheets[other].text.split("\n"))
                    assert text != sheets[other].text
                assert (
                    moved.texts[language].split("\n")[moved.line - 1]
                    == sheet.text.split("\n")[block.first - 1]
                )


def test_a_conditional_block_moves_whole(at: Writing) -> None:
    at.edit("## Room for", '::: when province == "ON"\nOnly there.\n\nTwice.\n:::\n\n## Room for')
    written = texts(at)
    line = line_of(written[EN], "Twice.")
    moved = moving.move(at.desk, Unsaved(GREETING, written), "en", line=line, down=True)
    assert (
        '## Room for the next generation\n\n::: when province == "ON"\nOnly there.\n\nTwice.\n:::\n\nNone'
        in moved.texts["en"]
    )
    assert moved.alone == ("fr",)  # nothing there stands for it


@pytest.mark.parametrize(("words", "down"), [("Dear {{", False), ("::: signature", True), ("subject:", True)])
def test_where_nothing_can_move_nothing_does(still: Writing, words: str, down: bool) -> None:
    written = texts(still)
    with pytest.raises(NotAllowed):
        moving.move(still.desk, Unsaved(GREETING, written), "en", line=line_of(written[EN], words), down=down)


# --- the form above the text ---


def by_language(at: Writing) -> dict[str, str]:
    found = texts(at)
    return {"en": found[EN], "fr": found[FR]}


def test_the_form_shows_what_is_written(still: Writing) -> None:
    form = filling_in.read(by_language(still))
    assert form.own["en"]["subject"] == "A year of making it work"
    assert form.own["fr"]["from"] == ""
    assert form.shared["template"] == "greeting"
    assert form.shared["date"] == "2020-12-16"


def test_only_what_was_changed_is_written(still: Writing) -> None:
    before = by_language(still)
    form = filling_in.read(before)
    same = filling_in.fill(before, form.own, form.shared)
    assert same == before
    changed = filling_in.fill(
        before, {"fr": {"subject": "Un autre objet : le nôtre"}}, {"template": "letter"}
    )
    assert changed["fr"] == before["fr"].replace(
        "Une année à se retrousser les manches", "Un autre objet : le nôtre", 1
    )
    assert changed["en"] == before["en"].replace("template: greeting", "template: letter")


HARD = [
    '"quoted"',
    "[a, b]",
    "{x: y}",
    "'",
    "a: b # c",
    "---",
    "| x",
    "{{ member.first_name }}",
    "- a",
    "  spaces  ",
    "\\",
    "é\nè",
]


@pytest.mark.parametrize("value", HARD)
def test_every_value_comes_back_as_it_was_typed(value: str) -> None:
    made = filling_in.fill(
        {"en": "---\nsubject: x\n---\n\nHello.\n"}, {"en": {"subject": value, "from": value}}, {}
    )
    form = filling_in.read(made)
    assert form.own["en"]["subject"] == " ".join(value.split())
    assert form.own["en"]["from"] == " ".join(value.split())
    assert made["en"].endswith("---\n\nHello.\n")


def test_groups_comments_and_unknown_lines_stay(tmp_path: Path) -> None:
    text = "---\n# why\nsubject: x\nschedule:\n  at: 2020-12-16 09:00\n  every: year\n\n# who\naudience: [a, b]\ndata:\n  k: v\n---\nBody\n"
    form = filling_in.read({"en": text})
    assert form.shared["audience.include"] == "a, b"
    assert form.shared["schedule.at"] == "2020-12-16 09:00"
    made = filling_in.fill(
        {"en": text}, {}, {"schedule.zone": "member", "audience.exclude": "c", "audience.include": "a, b"}
    )
    assert made["en"] == text.replace("  every: year\n", "  every: year\n  zone: member\n").replace(
        "audience: [a, b]", "audience:\n  include: a, b\n  exclude: c"
    )
    assert (
        filling_in.fill(made, {}, {"audience.include": "", "audience.exclude": ""})["en"].count("audience")
        == 0
    )


def test_a_file_without_front_matter_gets_one() -> None:
    made = filling_in.fill({"en": "Hello.\n"}, {"en": {"subject": "News"}}, {})
    assert made["en"] == "---\nsubject: News\n---\n\nHello.\n"


def test_a_value_without_end_is_refused() -> None:
    with pytest.raises(AuthorError, match="longer than"):
        filling_in.fill({"en": ""}, {"en": {"subject": "x" * 3000}}, {})


# --- the palette ---


def test_every_component_is_in_the_palette_in_both_languages() -> None:
    assert [entry.key for entry in palette.entries()] == list(CATALOGUE)
    for entry in (*palette.entries(), *palette.SNIPPETS):
        for said in (entry.name, entry.purpose, entry.lines):
            assert said.en
            assert said.fr


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_palettes_lines_can_be_read_as_they_are(at: Writing, language: str) -> None:
    folder = at.root / "issues" / GREETING
    (folder / "picture.png").write_bytes(PIXEL)
    (folder / "guide.pdf").write_bytes(b"%PDF-1.4\n" + b"x" * 500)
    written = texts(at)
    path = EN if language == "en" else FR
    head = written[path].split("\n---\n", 1)[0] + "\n---\n\n"
    both = (*palette.entries(), *palette.SNIPPETS)
    body = "\n\n".join(entry.lines.told(language) for entry in both)
    made = build.picture(at.desk, Unsaved(GREETING, {**written, path: head + body}), language)
    assert [str(one.place) + one.message for one in made.findings if one.severity is Severity.ERROR] == []
    outline = next(one for one in made.outlines if one.language == language)
    assert {piece.name for piece in outline.pieces if piece.name} == set(CATALOGUE)


# --- approximations ---


def filled(at: Writing, language: str = "en") -> str:
    artwork = build.picture(at.desk, Unsaved(GREETING, {}), language).artwork
    assert artwork is not None
    return proof(at.desk, artwork, language, BY_KEY["markup"], answers=all_shown(artwork)).html


def test_gmail_keeps_widths_and_drops_colour_schemes(still: Writing) -> None:
    html = filled(still)
    assert "prefers-color-scheme" in html
    shown = approximating.approximate(html, approximating.GMAIL)
    assert "prefers-color-scheme" not in shown
    assert re.search(r"@media[^{]*max-width|@media[^{]*min-width", shown)
    assert "<style" not in approximating.approximate(html, approximating.GMAIL_OTHER)


def test_outlook_gets_the_branch_that_is_meant_for_it(still: Writing) -> None:
    shown = approximating.approximate(filled(still), approximating.OUTLOOK)
    assert "[if" not in shown
    assert "border-radius" not in shown
    assert "@media" not in shown
    assert shown.count("<table") > filled(still).replace("<!--[if mso", "<!--").count("<table") // 2
    assert "A year of making it work" in shown


def test_the_approximations_say_how_old_their_data_is() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", approximating.dated())
    assert {"border-radius", "position", "background-image"} <= approximating.unknown_to_outlook()
    assert "width" not in approximating.unknown_to_outlook()
    assert approximating.approximate("<p>x</p>", "unknown") == "<p>x</p>"


@pytest.mark.parametrize(
    "html", ["", "<!--[if mso]>", "<style>@media{", "<style>a{b}}}}{{{</style>", "<!--" * 999, "}" * 9999]
)
def test_approximations_take_any_html(html: str) -> None:
    for program in approximating.PROGRAMS:
        approximating.approximate(html, program)


# --- changes ---


def test_what_changed_is_told_word_by_word(at: Writing) -> None:
    before = build.build(at.desk, GREETING).rendering.artwork
    at.edit("This was a year like no other.", "This was a good year.")
    at.edit("subject: A year", "subject: One year")
    now = build.build(at.desk, GREETING).rendering.artwork
    assert before is not None
    assert now is not None
    english, french = changing.differences(at.desk, before, now, USUAL)
    assert [(run.kind, run.text) for run in english.subject][:2] == [("gone", "A"), ("new", "One")]
    gone = " ".join(run.text for run in english.text if run.kind == "gone")
    assert "like no other." in gone
    assert french.same
    assert not english.same


def test_long_stretches_that_stayed_are_cut_out() -> None:
    runs = changing.runs("word " * 400 + "old " + "word " * 400, "word " * 400 + "new " + "word " * 400)
    told = list(changing.shortened(tuple(runs)))
    assert [run.text for run in told if run.kind] == ["old", "new"]
    assert sum(len(run.text) for run in told) < 500


def test_the_personas_are_the_worst_cases() -> None:
    assert {"nameless", "long", "markup", "rtl"} <= {persona.key for persona in PERSONAS}
