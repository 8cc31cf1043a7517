"""Why a mailing stands still, as staff read it: sentences, never a code."""

from __future__ import annotations

import pytest

from newsletter.pipeline import conclude, control
from newsletter.pipeline.progress import told


@pytest.mark.parametrize("code", [conclude.TEXT_DIFFERS, conclude.LATE, conclude.NOT_CONFIRMED])
def test_every_code_has_its_sentence(code: str) -> None:
    assert told(code).endswith(".")
    assert code not in told(code)


def test_a_person_who_paused_is_named_with_the_reason_given() -> None:
    assert (
        told(f"{control.PERSON}typing mistake on page 2") == "A person paused it: typing mistake on page 2."
    )


def test_what_is_words_already_stays() -> None:
    assert told("the provider refuses the whole request") == "the provider refuses the whole request"
