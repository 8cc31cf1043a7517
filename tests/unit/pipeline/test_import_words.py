"""What is said about rows is said in French too, whatever the row was."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.model.address import AddressFault, parse
from newsletter.model.said import NBSP
from newsletter.pipeline.import_plan import Options, plan
from newsletter.pipeline.import_words import in_words
from tests.mailed import world

ADDRESSES = [
    "", "a", "@x.ca", "a@", "a@@x.ca", "-a@x.ca", '"a"@x.ca', "a b@x.ca", "é@x.ca", "Ann <a@x.ca>", "mailto:a@x.ca", "a@x.ca,b@x.ca",
    "a\u200bb@x.ca", "a@[1.2.3.4]", "a@localhost", "a@x.1", "a@x..ca", "a@-.ca", "a..b@x.ca", "x" * 70 + "@x.ca", "a@" + "x" * 300 + ".ca",
    "a@x\u200b.ca",
]  # fmt: skip


@pytest.mark.parametrize("text", ADDRESSES)
def test_every_reason_against_an_address_is_told_in_french(text: str) -> None:
    with pytest.raises(AddressFault) as caught:
        parse(text)
    found = in_words(caught.value.message)
    assert found.fr, caught.value.message
    assert found.fr != found.en


def test_every_remark_of_a_file_is_told_in_french(tmp_path: Path) -> None:
    rows = [
        "email,province,language,timezone,tags,consent_basis,consent_date,consent_evidence,tracking_consent,,b",
        'info@x.ca,Narnia,Elvish,Mars/Base,"a, b",express,2019-01-01,,maybe,stray,',
        "a@x.ca,,,," + ";".join(f"t{n}" for n in range(120)) + ",purchase,,,,,",
        "b@x.ca,,,,,inquiry,2031-01-01,,,,",
        "c@x.ca,,,,,express,03/04/2020,form,,,",
        "d@x.ca,,,,,hearsay,,,,,",
        "e@x.ca,,,,,membership,2019-01-01,,,,\x07",
        "a@x.ca,,,,,,,,,,",
        "f@x.ca,,,,,,,,,,,too,many",
        "abuse@x.ca,,,,,,,,,,",
        "g@x.ca," + "x" * 1001 + ",,,,,,,,,",
        *(f"h{n}@x.ca,Land {n},,,,,,,,," for n in range(15)),
        'i@x.ca,"never closed',
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    with world(tmp_path / "w") as made:
        found = plan(made.ctx, path, Options())
    texts = [one.text for one in (*found.notes, *found.refused_rows, *found.repeated_rows)]
    assert len(texts) > 20
    for text in texts:
        assert in_words(text).fr, text


def test_what_nobody_knows_stands_as_it_is() -> None:
    assert in_words("something new").told("fr") == "something new"
    assert in_words("there is no @ in it").told("fr") == "il n’y a pas de @"
    assert in_words("the domain “x” has no dot").told("fr") == f"le domaine «{NBSP}x{NBSP}» n’a pas de point"
