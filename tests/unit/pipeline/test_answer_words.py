"""What a provider answered is kept in English, and told in French all the same."""

from __future__ import annotations

import pytest

from newsletter.model.errors import ProviderError
from newsletter.model.said import Said, kept, recalled
from newsletter.pipeline import answer_words, conclude, reason_words
from newsletter.providers.answer import Answer, Broken, Sent
from newsletter.providers.sendgrid.outcome import judge, judge_broken
from tests.french import wrong

NBSP = "\u00a0"
COMPLAINTS = (
    b'{"errors":[{"message":"one","field":"from"},{"message":"two"},{"message":"three"},{"message":"four"}]}'
)


def answer(status: int, body: bytes = b"{}", *, complete: bool = True) -> Answer:
    return Answer(status, {}, body, complete=complete, sent=Sent.ALL)


def answers() -> list[ProviderError]:
    found = [judge_broken(Broken("reset", Sent.NOTHING)), judge_broken(Broken("reset", Sent.ALL))]
    for one in (
        answer(202, complete=False),
        answer(302),
        answer(429),
        answer(500),
        answer(401, b'{"errors":[{"message":"key revoked"}]}'),
        answer(401, b'{"errors":[{"message":"Maximum credits exceeded","field":null,"help":null}]}'),
        answer(400, COMPLAINTS),
        answer(413),
    ):
        with pytest.raises(ProviderError) as caught:
            judge(one, members=3)
        found.append(caught.value)
    return found


def test_every_answer_of_sendgrid_is_told_as_the_error_tells_it() -> None:
    found = answers()
    assert len(found) == 10
    for one in found:
        answered, step = one.said
        told = Said(f"{answered.en} ({step.en})", f"{answered.fr} ({step.fr})") if step else answered
        assert answered.fr
        assert answer_words.in_words(told.en) == told


def test_a_mailing_that_stands_still_says_why_in_french() -> None:
    told = reason_words.sentence("account: SendGrid refused (401): key revoked", "fr")
    assert f"SendGrid a refusé (401){NBSP}: key revoked." in told
    assert wrong(told) == ""
    error = Said("secrets/instance.key is missing", "secrets/instance.key manque")
    reason = f"{conclude.SETUP}{kept(error)}"
    assert reason_words.sentence(reason, "fr") == f"Il faut d’abord corriger ceci{NBSP}: {error.fr}."
    assert reason_words.sentence(reason, "en") == f"Something must be put right first: {error.en}."


def test_what_was_kept_comes_back_in_both_languages() -> None:
    both = Said("the first line\n    ^", "la première ligne\n    ^")
    assert recalled(kept(both)) == Said("the first line", "la première ligne")
    assert recalled("in English alone") == Said("in English alone", "")
    assert answer_words.told("no end after 20 seconds", "fr") == "pas de fin après 20 secondes"
    assert answer_words.told("nothing that is known", "fr") == "nothing that is known"
