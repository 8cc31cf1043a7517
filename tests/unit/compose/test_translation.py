"""Translation without a disk: parts, pairs, states, the table there and back, hostile documents."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.compose.steps import compose
from newsletter.compose.translation.document import Column, document
from newsletter.compose.translation.exchange import Came, Change, Row, brought, rows
from newsletter.compose.translation.parts import parts
from newsletter.compose.translation.returned import LARGEST, DocumentFault, returned
from newsletter.compose.translation.standing import remembered, reviewed, stands
from newsletter.compose.translation.writing import Sheet, Writer, quoted
from newsletter.model.finding import Severity
from newsletter.model.translation import Memory, State, Translation
from tests.unit.compose.kit import tiny

COLUMNS = Column("English", "en-CA"), Column("Français", "fr-CA")
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ENGLISH = """\
Dear {{ member.first_name | default("friend") }},

## Two dates

::: teaser title="A story" kicker="News" href="https://a.example/en" link="Read on"
It says [more](https://a.example/more).

And a second paragraph.
:::

- One
- Two

::: when members
Only for members.
:::

Warmly,
"""
FRENCH = """\
Bonjour {{ member.first_name | default("à vous") }},

## Deux dates

::: teaser title="Une histoire" kicker="Nouvelles" href="https://a.example/fr" link="Lire la suite"
Elle en dit [plus](https://a.example/plus).

Et un second paragraphe.
:::

- Un
- Deux

::: when members
Pour les membres seulement.
:::

Chaleureusement,
"""
FRONT, FRENCH_FRONT = (
    "subject: Hello\npreheader: What is new",
    "subject: Bonjour\npreheader: Ce qui est nouveau",
)


def sheets(english: str, french: str | None, front: tuple[str, str] = (FRONT, FRENCH_FRONT)) -> list[Sheet]:
    request = tiny(english, french=french, front=front[0], french_front=front[1])
    outlines = compose(request).outlines
    return [Sheet(source.text, one) for source, one in zip(request.sources, outlines, strict=True)]


def standing(english: Sheet, french: Sheet | None, record: tuple[Memory, ...] = ()) -> Translation:
    return stands(("en", "fr"), parts(english.outline), parts(french.outline) if french else (), record)


@pytest.fixture(scope="module")
def both() -> list[Sheet]:
    return sheets(ENGLISH, FRENCH)


@pytest.fixture(scope="module")
def record(both: list[Sheet]) -> tuple[Memory, ...]:
    return reviewed(standing(*both), "Marie Roy", "2026-11-02")


def states(translation: Translation) -> dict[str, State]:
    return {one.source.text: one.state for one in translation.standings}


def test_every_text_is_a_part_and_paired_with_its_translation(both: list[Sheet]) -> None:
    pairs = [
        (one.source.what, one.source.text, one.target.text) for one in standing(*both).standings if one.target
    ]
    assert pairs == [
        ("subject", "Hello", "Bonjour"),
        ("preheader", "What is new", "Ce qui est nouveau"),
        ("paragraph", 'Dear {{ member.first_name | default("friend") }},', 'Bonjour {{ member.first_name | default("à vous") }},'),
        ("heading", "Two dates", "Deux dates"),
        ("teaser · title", "A story", "Une histoire"),
        ("teaser · kicker", "News", "Nouvelles"),
        ("teaser · link", "Read on", "Lire la suite"),
        (
            "teaser",
            "It says [more](https://a.example/more).\n\nAnd a second paragraph.",
            "Elle en dit [plus](https://a.example/plus).\n\nEt un second paragraphe.",
        ),
        ("list", "- One\n- Two", "- Un\n- Deux"),
        ("paragraph", "Only for members.", "Pour les membres seulement."),
        ("paragraph", "Warmly,", "Chaleureusement,"),
    ]  # fmt: skip


def test_every_span_is_the_text_itself(both: list[Sheet]) -> None:
    for sheet in both:
        for part in parts(sheet.outline):
            if part.start >= 0:
                piece = sheet.outline.pieces[part.piece]
                assert piece.source[part.start : part.end] == part.text
                line = sheet.text.split("\n")[part.place.line - 1]
                assert line[part.place.column - 1 :].startswith(part.text.split("\n")[0])


def test_what_a_person_reviewed_is_reviewed(both: list[Sheet], record: tuple[Memory, ...]) -> None:
    again = standing(*both, record)
    assert set(states(again).values()) == {State.REVIEWED}
    assert remembered(again) == record


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        (lambda text: text.replace("Two dates", "Three dates"), {"Three dates": State.STALE}),
        (lambda text: text.replace('title="A story"', 'title="Another one"'), {"Another one": State.STALE}),
        (lambda text: text.replace("## Two dates", "A new paragraph.\n\n## Two dates"), {"A new paragraph.": State.MISSING}),
        (lambda text: text.replace("## Two dates\n\n", ""), {}),
        (lambda text: text.replace("- Two", "- Two\n- Three"), {"- One\n- Two\n- Three": State.STALE}),
        (lambda text: text.replace("Dear", "  Dear").replace('"friend"', "“friend”"), {}),  # spaces and quotes do not count
        (lambda text: text.replace("https://a.example/en", "https://a.example/other"), {}),  # no text of readers'
    ],
)  # fmt: skip
def test_what_changed_since_is_known_of_each_text(
    both: list[Sheet], record: tuple[Memory, ...], edit: Callable[[str], str], changed: dict[str, State]
) -> None:
    english, french = sheets(edit(ENGLISH), FRENCH)
    found = {
        text: state
        for text, state in states(standing(english, french, record)).items()
        if state is not State.REVIEWED
    }
    assert found == changed


def test_a_translation_that_was_edited_too_stays_stale_until_somebody_says_it_is_right(
    record: tuple[Memory, ...],
) -> None:
    english, french = sheets(
        ENGLISH.replace("Two dates", "Three dates"), FRENCH.replace("Deux dates", "Trois dates")
    )
    now = standing(english, french, record)
    assert states(now)["Three dates"] is State.STALE
    stale = remembered(now)
    assert states(standing(english, french, stale))["Three dates"] is State.STALE  # to look is not to review
    said = reviewed(now, "Marie Roy", "2026-11-03")
    assert states(standing(english, french, said))["Three dates"] is State.REVIEWED


def test_an_edited_translation_is_a_draft_again(record: tuple[Memory, ...]) -> None:
    english, french = sheets(ENGLISH, FRENCH.replace("Chaleureusement", "Cordialement"))
    assert states(standing(english, french, record))["Warmly,"] is State.DRAFT


def came(translation: Translation, **texts: str) -> list[Came]:
    """The table as it comes back, with other texts in some rows: `r4="…"` for row 4."""
    return [
        Came(number, row.key, row.source, texts.get(f"r{number}", row.target))
        for number, row in enumerate(rows(translation), 1)
    ]


def test_a_changed_row_changes_that_text_and_no_other(both: list[Sheet]) -> None:
    translation = standing(*both)
    found = brought(
        translation,
        came(
            translation,
            r4="Deux rendez-vous",
            r5="L’autre « histoire »",
            r8="Un [lien](https://b.example).\n\nFin.",
        ),
    )
    assert not found.findings
    text = Writer(translation, both[0], found.changes).into(both[1])
    expected = (
        both[1]
        .text.replace("## Deux dates", "## Deux rendez-vous")
        .replace('title="Une histoire"', 'title="L’autre « histoire »"')
        .replace(
            "Elle en dit [plus](https://a.example/plus).\n\nEt un second paragraphe.",
            "Un [lien](https://b.example).\n\nFin.",
        )
    )
    assert text == expected


def test_a_new_file_is_made_of_the_source_and_holds_what_is_translated() -> None:
    (english,) = sheets(ENGLISH, None)
    translation = standing(english, None)
    assert set(states(translation).values()) == {State.MISSING}
    table = came(translation, r1="Bonjour", r3='Bonjour {{ member.first_name | default("à vous") }},', r5="Une histoire", r6="Nouvelles",
                 r7="Lire", r8="Elle en dit [plus](https://a.example/plus).")  # fmt: skip
    found = brought(translation, table)
    assert not found.findings
    writer = Writer(translation, english, found.changes)
    made = writer.made()
    assert not writer.findings
    assert made.startswith("---\nsubject: Bonjour\n---\n\nBonjour {{")
    assert 'title="Une histoire" kicker="Nouvelles" href="https://a.example/en" link="Lire"' in made
    assert "Warmly" not in made
    assert "Two dates" not in made


def test_a_block_of_which_only_a_part_is_translated_is_not_written() -> None:
    (english,) = sheets(ENGLISH, None)
    translation = standing(english, None)
    found = brought(translation, came(translation, r1="Bonjour", r5="Une histoire"))
    writer = Writer(translation, english, found.changes)
    writer.made()
    assert [str(one.message)[:6] for one in writer.findings] == ["row 6:", "row 7:", "row 8:"]


@pytest.mark.parametrize(
    ("gone", "row", "given", "wanted"),
    [
        ("## Deux dates\n\n", "r4", "Deux dates", FRENCH),
        (' kicker="Nouvelles"', "r6", "Nouvelles", FRENCH.replace(' kicker="Nouvelles"', "").replace('suite"', 'suite" kicker="Nouvelles"')),
        ("::: when members\nPour les membres seulement.\n:::\n\n", "r10", "Pour les membres seulement.", FRENCH),
        ("\n\nChaleureusement,", "r11", "Chaleureusement,", None),
    ],
)  # fmt: skip
def test_what_the_other_file_lacks_is_put_in_where_it_belongs(
    gone: str, row: str, given: str, wanted: str | None
) -> None:
    english, french = sheets(ENGLISH, FRENCH.replace(gone, ""))
    translation = standing(english, french)
    found = brought(translation, came(translation, **{row: given}))
    assert not found.findings
    text = Writer(translation, english, found.changes).into(french).split("---\n", 2)[2].strip()
    if wanted is not None:
        assert text == wanted.strip()
    after = sheets(ENGLISH, text)
    assert standing(*after).counted()[State.MISSING] == 0


def test_the_lack_of_a_key_is_filled_in_front_matter() -> None:
    english, french = sheets(ENGLISH, FRENCH, (FRONT, "subject: Bonjour"))
    translation = standing(english, french)
    found = brought(translation, came(translation, r2="[Nouveau] et plus"))
    text = Writer(translation, english, found.changes).into(french)
    assert text.startswith('---\nsubject: Bonjour\npreheader: "[Nouveau] et plus"\n---\n')


@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff"), max_size=40
    )
)
@pytest.mark.ci
def test_any_text_can_stand_in_front_matter(text: str) -> None:
    text = " ".join(text.split())
    _english, french = sheets(
        "Hello", "Bonjour", (FRONT, f"subject: {quoted(text)}" if text else "subject: x")
    )
    assert french.outline.pieces[0].text == (text or "x").strip(" \t")


# What comes back is not always what went out


def told(translation: Translation, table: list[Came]) -> list[tuple[Severity, str]]:
    return [(one.severity, one.message.split(": ")[0]) for one in brought(translation, table).findings]


def test_lost_doubled_and_added_rows_are_told(both: list[Sheet]) -> None:
    translation = standing(*both)
    table = came(translation)
    assert told(translation, table[:-1]) == [
        (
            Severity.WARNING,
            "the document has no row for 1 of the texts, paragraph at issues/x.en.md:22:1 first; they stay as they are",
        )
    ]
    assert told(translation, [*table, Came(12, table[3].key, "x", "y")]) == [(Severity.ERROR, "row 12")]
    assert told(translation, [*table, Came(12, "", "", "un texte ajouté")]) == [(Severity.ERROR, "row 12")]
    assert told(translation, [*table, Came(12, "", " ", "")]) == []


def test_the_column_that_is_only_for_reading_is_not_read_back(both: list[Sheet]) -> None:
    translation = standing(*both)
    table = came(translation, r4="Deux rendez-vous")
    table[3] = Came(4, table[3].key, "Two days", "Deux rendez-vous")
    found = brought(translation, table)
    assert [one.severity for one in found.findings] == [Severity.WARNING]
    assert "Two days" in found.findings[0].message
    assert found.changes == {3: Change(3, "Deux rendez-vous", "Two dates")}


def test_a_source_that_went_on_leaves_its_translation_stale(both: list[Sheet]) -> None:
    table = came(standing(*both), r4="Deux rendez-vous")
    english, french = sheets(ENGLISH.replace("Two dates", "Two dates and a half"), FRENCH)
    now = standing(english, french)
    found = brought(now, table)
    assert [one.severity for one in found.findings] == [Severity.WARNING]
    change = found.changes[3]
    assert change.base == "Two dates"
    memory = Memory("heading 2", change.base, change.text, State.DRAFT)
    after = sheets(
        ENGLISH.replace("Two dates", "Two dates and a half"), FRENCH.replace("Deux dates", "Deux rendez-vous")
    )
    assert states(standing(*after, (memory,)))["Two dates and a half"] is State.STALE


def test_what_was_changed_on_both_sides_is_never_written(both: list[Sheet]) -> None:
    table = came(standing(*both), r4="Deux rendez-vous")
    english, french = sheets(ENGLISH, FRENCH.replace("Deux dates", "Deux jours"))
    found = brought(standing(english, french), table)
    assert [(one.severity, one.place and one.place.line) for one in found.findings] == [(Severity.ERROR, 7)]
    assert "Deux jours" in found.findings[0].message
    assert not found.changes


def test_what_was_changed_in_the_file_alone_stays(both: list[Sheet]) -> None:
    english, french = sheets(ENGLISH, FRENCH.replace("Deux dates", "Deux jours"))
    found = brought(standing(english, french), came(standing(*both)))
    assert not found.findings
    assert not found.changes


def test_an_emptied_translation_takes_nothing_away(both: list[Sheet]) -> None:
    translation = standing(*both)
    found = brought(translation, came(translation, r11=""))
    assert [one.severity for one in found.findings] == [Severity.WARNING]
    assert not found.changes


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        ("Bonjour,", [Severity.ERROR]),
        ('Bonjour {{ member.prenom | default("à vous") }},', [Severity.ERROR, Severity.WARNING]),
        ("Bonjour {{ member.first_name | default(«\u00a0vous\u00a0») }},", []),
        ("Bonjour {{ member.first_name }} [ici](https://a.example),", [Severity.WARNING]),
    ],
)
def test_personal_fields_and_links_are_counted(
    both: list[Sheet], text: str, severities: list[Severity]
) -> None:
    translation = standing(*both)
    found = brought(translation, came(translation, r3=text))
    assert [one.severity for one in found.findings] == severities
    assert all(
        one.message.startswith("row 3: ") and one.french[0].startswith("ligne 3\u00a0: ")
        for one in found.findings
    )


# The document

LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=30).filter(str.strip),
    min_size=1, max_size=4,
)  # fmt: skip
TEXTS = st.builds(lambda lines, joint: joint.join(lines), LINES, st.sampled_from(["\n", "\n\n", " "]))


@settings(max_examples=15)
@given(st.lists(st.tuples(TEXTS, TEXTS | st.just("")), min_size=1, max_size=6))
def test_a_document_gives_back_every_text_as_it_was(pairs: list[tuple[str, str]]) -> None:
    table = [
        Row(f"{number}-{'0' * 8}-{'1' * 8}", "paragraph", State.DRAFT, source, target)
        for number, (source, target) in enumerate(pairs, 1)
    ]
    back = returned(document("x", COLUMNS, table, AT))
    assert not back.findings
    assert [(one.key, one.source, one.target) for one in back.rows] == [
        (row.key, row.source.strip("\n"), row.target.strip("\n")) for row in table
    ]


def test_out_and_in_again_changes_nothing(both: list[Sheet], record: tuple[Memory, ...]) -> None:
    translation = standing(*both, record)
    back = returned(document("x", COLUMNS, rows(translation), AT))
    found = brought(translation, back.rows)
    assert not found.findings
    assert not found.changes


@pytest.fixture(scope="module")
def paper(both: list[Sheet]) -> bytes:
    return document("x", COLUMNS, rows(standing(*both)), AT)


def rezipped(
    data: bytes,
    edit: Callable[[str], str],
    name: str = "word/document.xml",
    extra: dict[str, str] | None = None,
) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item.filename)
            new.writestr(item.filename, edit(content.decode()) if item.filename == name else content)
        for path, text in (extra or {}).items():
            new.writestr(path, text)
    return made.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_AUTHOR = 'w:author="Luc" w:id="1"'


@pytest.mark.parametrize(
    ("put", "words"),
    [
        (f"<w:ins {_AUTHOR}><w:r><w:t>ajout</w:t></w:r></w:ins>", "tracked insertion: “ajout” (Luc)"),
        (f"<w:del {_AUTHOR}><w:r><w:delText>perdu</w:delText></w:r></w:del>", "tracked deletion: “perdu” (Luc)"),
        (f"<w:moveFrom {_AUTHOR}><w:r><w:t>ailleurs</w:t></w:r></w:moveFrom>", "tracked deletion: “ailleurs” (Luc)"),
        ("<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>boîte</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>", "not read: “boîte”"),
        ("<w:r><w:footnoteReference w:id='2'/></w:r>", "a text box, note or picture"),
        ("<w:r><w:sym w:font='Wingdings' w:char='F04A'/></w:r>", "a text box, note or picture"),
    ],
)  # fmt: skip
def test_what_is_not_settled_in_a_document_is_named_and_stops_it(paper: bytes, put: str, words: str) -> None:
    changed = rezipped(
        paper, lambda xml: re.sub(r"(<w:t[^>]*>Chaleureusement,</w:t></w:r>)", rf"\1{put}", xml)
    )
    findings = returned(changed).findings
    assert any(one.severity is Severity.ERROR and words in one.message for one in findings), findings


def test_comments_are_named_and_stop_it(paper: bytes) -> None:
    comments = f'<w:comments {W}><w:comment w:id="0" w:author="Luc"><w:p><w:r><w:t>Vraiment?</w:t></w:r></w:p></w:comment></w:comments>'
    findings = returned(rezipped(paper, str, extra={"word/comments.xml": comments})).findings
    assert [(one.severity, "Vraiment?" in one.message) for one in findings] == [(Severity.ERROR, True)]


def test_text_outside_of_the_table_is_told(paper: bytes) -> None:
    body = "<w:p><w:r><w:t>Une question</w:t></w:r></w:p><w:sectPr"
    findings = returned(rezipped(paper, lambda xml: xml.replace("<w:sectPr", body, 1))).findings
    assert [(one.severity, "Une question" in one.message) for one in findings] == [(Severity.WARNING, True)]


def test_a_split_cell_loses_nothing_in_silence(paper: bytes, both: list[Sheet]) -> None:
    cell = "<w:tc><w:p><w:r><w:t>encore</w:t></w:r></w:p></w:tc></w:tr>"
    back = returned(rezipped(paper, lambda xml: xml[: (at := xml.rindex("</w:tr>"))] + cell + xml[at + 7 :]))
    assert "encore" in back.rows[-1].target
    found = brought(standing(*both), back.rows)
    assert [one.severity for one in found.findings] == [Severity.ERROR, Severity.WARNING]


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'


@pytest.mark.parametrize(
    "spoil",
    [
        lambda paper: b"",
        lambda paper: b"PK\x03\x04" + b"\0" * 100,
        lambda paper: paper[: len(paper) // 2],
        lambda paper: paper + b"\0" * LARGEST,
        lambda paper: rezipped(paper, lambda xml: BOMB + xml.split("?>", 1)[1]),
        lambda paper: rezipped(paper, lambda xml: xml[:-20]),
        lambda paper: rezipped(paper, lambda xml: xml + " " * 40_000_000),
        lambda paper: rezipped(paper, lambda xml: "<a>" * 10_000 + "</a>" * 10_000),
        lambda paper: rezipped(
            paper, lambda xml: xml.replace("<w:tbl>", "<w:tbx>").replace("</w:tbl>", "</w:tbx>")
        ),
        lambda paper: b"%PDF-1.7",
    ],
)
def test_a_hostile_document_is_refused_at_little_cost(paper: bytes, spoil: Callable[[bytes], bytes]) -> None:
    data = spoil(paper)
    begun = time.process_time()
    with pytest.raises(DocumentFault):
        returned(data)
    assert time.process_time() - begun < 5


@pytest.mark.ci
def test_a_very_long_issue_is_still_laid_beside_its_record() -> None:
    from newsletter.compose.translation.likeness import Item, beside, same_words

    old = [Item("paragraph", f"text {number}") for number in range(3_000)]
    new = [Item("paragraph", f"text {number}") for number in range(1, 3_000, 2)]
    begun = time.process_time()
    pairs = beside(old, new, same_words)
    assert time.process_time() - begun < 5
    assert all(old[first] == new[second] for first, second in pairs.items())
    assert len(pairs) == len(new)
