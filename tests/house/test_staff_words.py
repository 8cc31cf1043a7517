"""Staff meet the words of the glossary's last column and no others: in templates, in the tables of words, in the sentences of verbs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.staff_words import every, sentences, strange, template

#: where such a word stands with reason
REASONED = {
    "newsletter/web/api/": "what programs are told, in the words of the code",
    "newsletter/audience/accepted.py": "words that are read in files of members; nobody is shown them",
    "newsletter/checks/link_tracking.py": "campaign tags (utm_campaign) are called so by everybody who counts clicks",
    "newsletter/pipeline/leave.py": "the proof that is kept of an unsubscription: its number is what a complaint is answered with",
    "newsletter/pipeline/passage.py": "the same numbers, for whoever has to find them in the database",
    "newsletter/pipeline/answer_words.py": "patterns of what the program wrote down, which are told in French",
    "newsletter/pipeline/submit.py": "what broke within the program, for whoever mends it",
}


def test_staff_meet_no_word_of_the_code() -> None:
    found = [(place, strange(text), text) for place, text in every()]
    assert len(found) > 3000, "everything is looked at: templates, tables, sentences"
    wrong = [one for one in found if one[1]]
    assert [one for one in wrong if not one[0].startswith(tuple(REASONED))] == []
    assert [place for place in REASONED if not any(one[0].startswith(place) for one in wrong)] == []


def test_templates_words_and_verbs_are_among_what_is_looked_at() -> None:
    places = {place.partition(":")[0] for place, _ in every()}
    for wanted in (
        "web/studio/look/desk/desk.html",
        "web/studio/look/mailing/receipt.jinja",
        "web/studio/words/mailing.py",
        "web/public/review_words.py",
        "web/preview/words.py",
        "pipeline/notice_words.py",
        "pipeline/request_words.py",
        "pipeline/request_mail.py",
        "pipeline/reason_words.py",
        "pipeline/tale_words.py",
        "pipeline/control.py",
        "checks/translation_stale.py",
        "planning/words.py",
    ):
        assert f"newsletter/{wanted}" in places, wanted


@pytest.mark.parametrize(
    ("planted", "word"),
    [
        ('TABLE = {"x": ("This campaign is over.", "Cet envoi est terminé.")}', "campaign"),
        ('TABLE = {"x": ("This mailing is over.", "Cette campagne est terminée.")}', "campagne"),
        ('raise NotAllowed(f"mailing {n} has a batch that waits", code="x")', "batch"),
        ('said = Said("nothing is in doubt here", "rien n’est en doute ici")', "in doubt"),
        ('x = f"{n} abonnés de la liste noire"', "abonnés"),
    ],
)
def test_a_planted_word_is_found_in_a_module(tmp_path: Path, planted: str, word: str) -> None:
    path = tmp_path / "planted.py"
    path.write_text(
        f'"""A campaign in a description is none."""\nlog.info("batch %d of a campaign")\nkey = "campaign"\n{planted}\n',
        encoding="utf-8",
    )
    found = [strange(text) for _, text in sentences(path)]
    assert word in set().union(*found)
    assert all(line == 4 for line, text in sentences(path) if strange(text))


@pytest.mark.parametrize(
    ("planted", "word"),
    [
        ("<p>{{ w.mailing_title }} — your campaign</p>", "campaign"),
        ('<button aria-label="Release this batch">x</button>', "batch"),
        ('<img alt="Deux vagues">', "vagues"),
    ],
)
def test_a_planted_word_is_found_in_a_template(tmp_path: Path, planted: str, word: str) -> None:
    path = tmp_path / "planted.html"
    path.write_text(
        f'{{# a campaign in a remark is none #}}\n{{{{ campaign.id }}}}<a href="/campaigns">x</a>\n{planted}\n',
        encoding="utf-8",
    )
    assert [(line, strange(text)) for line, text in template(path) if strange(text)] == [(3, {word})]
