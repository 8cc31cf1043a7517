"""Letters as people write them: lists and headings made by hand, mails pasted whole, wrapped lines, two languages in every way."""

from __future__ import annotations

import pytest

from newsletter.letters import Choices, Letter, Said, read
from newsletter.letters.dates import dateline
from newsletter.letters.tongues import language_of
from tests import worded
from tests.worded import ENGLISH, FRENCH

CHOICES = Choices(("en", "fr"))


def letter(name: str, text: str, only: str = "") -> Letter:
    return read(name, text.encode(), Choices(("en", "fr"), only=only))


def body(name: str, text: str) -> str:
    return letter(name, text).texts[0].body


def account(found: Letter, said: Said) -> str:
    return "\n".join(f"{one.what}: {one.text}" for one in found.remarks if one.said is said)


def test_a_document_as_an_office_sends_it() -> None:
    word = worded.document("News for all of our members")
    word.paragraphs[0].runs[0].bold = True
    for text in (
        "Ottawa, ON, December 16, 2020",
        "",
        "Dear  Member,",
        "This was a  year\u00ad like no other.  It was\u200b hard on all of you.",
    ):
        word.add_paragraph(text)
    word.add_paragraph().add_run("What comes next").bold = True
    word.add_paragraph("•\tOne thing that we do")
    word.add_paragraph("•\tAnother of the things")
    word.add_paragraph("o\tbelow the other")
    word.add_paragraph("1.\tFirst of the steps\n2.\tSecond of the steps")
    word.add_page_break()
    word.add_paragraph("“Smart” quotes – and dashes — stay; so does what’s ours…")
    word.add_paragraph("Sincerely,\nJay Myers\nChief Executive Officer\nj.myers@ngen.example")
    word.add_paragraph("P.S. See you at www.ngen.ca/spring.")
    word.add_paragraph("Page 1 of 2")
    found = read("l.docx", worded.saved(word), CHOICES)
    assert found.texts[0].title == "News for all of our members"
    assert str(found.day) == "2020-12-16"
    assert found.texts[0].body == (
        "Ottawa, ON, December 16, 2020\n\n"
        'Dear {{ member.first_name | default("member") }},\n\n'
        "This was a year like no other. It was hard on all of you.\n\n"
        "## What comes next\n\n"
        "- One thing that we do\n- Another of the things\n  - below the other\n\n"
        "<!-- another list -->\n\n"
        "1. First of the steps\n2. Second of the steps\n\n"
        "“Smart” quotes – and dashes — stay; so does what’s ours…\n\n"
        "Sincerely,\n\n"
        '::: signature name="Jay Myers" role="Chief Executive Officer"\n:::\n\n'
        "[j.myers@ngen.example](mailto:j.myers@ngen.example)\n\n"
        "P.S. See you at [www.ngen.ca/spring](https://www.ngen.ca/spring).\n"
    )
    assert "1 page break" in account(found, Said.LEFT_OUT)
    assert "2 unseen characters" in account(found, Said.LEFT_OUT)
    assert "Page 1 of 2" in account(found, Said.LEFT_OUT)
    assert "a list made by hand (•) is a list now" in account(found, Said.CHANGED)


def test_a_mail_that_was_pasted() -> None:
    found = letter(
        "a.txt",
        "From: Jay Myers <jay@ngen.example>\nSent: Monday, December 14, 2020\nTo: Communications\nSubject: RE: A year of work\n\n"
        "Hi all,\n\nthis is the letter that we want to send to all of our members before the holidays,\n"
        "with what they have done for the country in the year that comes to its end and with our\n"
        "thanks for it.\n\nCheers,\nJay Myers\n\nSent from my iPhone\n",
    )
    text = found.texts[0]
    assert text.title == "A year of work"
    assert "before the holidays, with what they" in text.body
    assert "with our thanks for it." in text.body
    assert '::: signature name="Jay Myers"' in text.body
    assert "the head of a mail: From: Jay Myers" in account(found, Said.LEFT_OUT)
    assert "Sent from my iPhone" in account(found, Said.LEFT_OUT)


def test_a_page_that_word_saved() -> None:
    sign = "<span style='font-family:Symbol'><span>·<span>&nbsp;&nbsp;&nbsp; </span></span></span>"
    page = (
        f"<p class=MsoListParagraph>{sign}First thing for all of you</p><p class=MsoListParagraph>{sign}<b>Second</b> thing</p>"
        "<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>Call 1-800-555-0199.</p><p>* * *</p>"
        "<p>- one dash</p><p>– another dash</p><p>Happy Holidays!</p><p>Jay Myers</p><p>CEO, NGen</p>"
    )
    assert body("a.html", page) == (
        "- First thing for all of you\n- **Second** thing\n\nCall 1-800-555-0199.\n\n::: divider :::\n\n"
        '- one dash\n- another dash\n\nHappy Holidays!\n\n::: signature name="Jay Myers" role="CEO, NGen"\n:::\n'
    )


def test_short_lines_of_an_address_are_not_joined() -> None:
    made = body(
        "a.txt",
        "We are here for all of you:\nNGen\n100 Sample Street\nHamilton, Ontario\n\nCome and see us in the new year, all of you.",
    )
    assert "NGen\\\n100 Sample Street\\\nHamilton, Ontario" in made


def test_links_through_a_mail_filter_lead_home_again() -> None:
    safe = (
        "https://can01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.ngen.ca%2Fimpact&data=05%7C01"
    )
    found = letter("a.html", f'<p>This is what <a href="{safe}">we have done</a> with all of you.</p>')
    assert "[we have done](https://www.ngen.ca/impact)" in found.texts[0].body
    assert "led through a mail filter" in account(found, Said.CHANGED)


def test_the_table_that_holds_a_mail_in_its_place_is_no_table() -> None:
    page = (
        '<table role="presentation"><tr><td style="font-size:0px"><h1>The news</h1><p>This is for all of you.</p></td>'
        "<td><p>And this is for those who are with us.</p></td></tr><tr><td>And here is the end.</td><td>So it is.</td></tr></table>"
    )
    made = letter("a.html", page)
    assert made.texts[0].title == "The news"
    assert "|" not in made.texts[0].body


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("December 16, 2020", "2020-12-16"),
        ("Wednesday, December 16th, 2020", "2020-12-16"),
        ("16 December 2020", "2020-12-16"),
        ("Le 16 décembre 2020", "2020-12-16"),
        ("Hamilton, le mercredi 16 décembre 2020", "2020-12-16"),
        ("1er janvier 2021", "2021-01-01"),
        ("Date : 2020-12-16", "2020-12-16"),
        ("Dec. 16, 2020", "2020-12-16"),
        ("February 30, 2020", None),
        ("We met on December 16, 2020 in Hamilton", None),
        ("12/16/2020", None),
    ],
)
def test_a_date_line_is_nothing_but_a_date(line: str, day: str | None) -> None:
    found = dateline(line)
    assert (str(found.day) if found else None) == day


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("Dear [Name],", 'Dear {{ member.first_name | default("friend") }},'),
        ("Dear «First_Name»,", 'Dear {{ member.first_name | default("friend") }},'),
        ("Dear NGen member,", 'Dear {{ member.first_name | default("NGen member") }},'),
        ("Dear Jay,", "Dear Jay,"),
        ("Dear members,", "Dear members,"),
        ("Cher membre,", 'Bonjour {{ member.first_name | default("à vous") }},'),
        ("Bonjour [prénom],", 'Bonjour {{ member.first_name | default("à vous") }},'),
        ("Chers membres,", "Chers membres,"),
        ("Bonjour,", "Bonjour,"),
    ],
)
def test_a_salutation_becomes_a_field_only_where_it_means_everyone(line: str, made: str) -> None:
    text = FRENCH[0] if line[0] in "BC" else ENGLISH[0]
    found = letter("a.txt", f"{line}\n\n{text}")
    assert found.texts[0].body.split("\n\n")[0] == made
    assert line in account(found, Said.CHANGED if "{{" in made else Said.FOUND)


@pytest.mark.parametrize(
    ("closing", "component"),
    [
        (
            "Warmly,\n\nJay Myers\n\nChief Executive Officer",
            'name="Jay Myers" role="Chief Executive Officer"',
        ),
        ("Best regards,\nDr. Ana de la Cruz, P.Eng.", 'name="Dr. Ana de la Cruz" role="P.Eng."'),
        ("Thank you,\nThe NGen team", 'name="The NGen team"'),
        ("Cordialement,\nL’équipe de NGen", 'name="L’équipe de NGen"'),
        (
            "Veuillez agréer, Madame, Monsieur, mes salutations distinguées.\nÉloïse Roy\nPrésidente",
            'name="Éloïse Roy" role="Présidente"',
        ),
    ],
)
def test_signatures(closing: str, component: str) -> None:
    text = FRENCH[0] if closing[0] in "CV" else ENGLISH[0]
    assert f"::: signature {component}\n:::" in body("a.txt", f"{text}\n\n{closing}\n")


def test_a_name_breaks_out_of_no_attribute() -> None:
    made = body(
        "a.txt", f'{ENGLISH[0]}\n\nWarmly,\nJay Myers\nHead of "x" {{{{ member.email }}}} image="a.png"\n'
    )
    assert 'role="Head of ”x” { { member.email } } image=”a.png”"\n:::' in made


EN, FR = "\n\n".join(ENGLISH), "\n\n".join(FRENCH)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (f"{EN}\n\n{FR}", "one below the other"),
        (f"{FR}\n\n{EN}", "one below the other"),
        (f"{ENGLISH[0]}\n\n{FRENCH[0]}\n\n{ENGLISH[1]}\n\n{FRENCH[1]}", "in 4 turns"),
    ],
)
def test_two_languages_are_parted(text: str, how: str) -> None:
    found = letter("a.txt", text)
    assert found.how_parted == how
    assert [one.language for one in found.texts] == ["en", "fr"]
    for made, expected in zip(found.texts, (ENGLISH, FRENCH), strict=True):
        assert [part.strip() for part in made.body.split("\n\n")] == list(expected)


def test_two_columns_are_parted() -> None:
    word = worded.document()
    table = word.add_table(2, 2)
    for row, pair in enumerate(zip(ENGLISH, FRENCH, strict=True)):
        for column, text in enumerate(pair):
            table.cell(row, column).text = text
    found = read("a.docx", worded.saved(word), CHOICES)
    assert found.how_parted == "beside each other"
    assert [one.body.strip().split("\n\n") for one in found.texts] == [list(ENGLISH), list(FRENCH)]


def test_a_heading_in_both_languages_goes_to_both() -> None:
    found = letter(
        "a.html", f"<h1>Season’s greetings / Meilleurs vœux</h1><p>{ENGLISH[0]}</p><p>{FRENCH[0]}</p>"
    )
    assert [one.title for one in found.texts] == ["Season’s greetings", "Meilleurs vœux"]


def test_a_quotation_parts_nothing_and_is_told() -> None:
    found = letter("a.txt", f"{EN}\n\n{EN}\n\nNous sommes avec vous pour toute l’année.")
    assert [one.language for one in found.texts] == ["en"]
    assert "a paragraph in “fr”" in account(found, Said.TO_DO)


def test_one_language_on_request() -> None:
    found = letter("a.txt", f"{EN}\n\n{FR}", only="en")
    assert [one.language for one in found.texts] == ["en"]
    assert FRENCH[1] in found.texts[0].body


@pytest.mark.parametrize(
    ("text", "language"), [(ENGLISH[0], "en"), (FRENCH[1], "fr"), ("NGen 2020", ""), ("L’équipe d’ici", "fr")]
)
def test_languages_are_told_by_their_small_words(text: str, language: str) -> None:
    assert language_of(text, ("en", "fr")) == language
