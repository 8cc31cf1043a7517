"""The survey of a real audience: what it says is what comes of filling a mail for each member, one by one."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.compose.freeze import freeze
from newsletter.dispatch.filling import compile_message, fields_of, fill_recipient, text_of
from newsletter.dispatch.variants import Variant
from newsletter.model.artwork import Condition, Mark, MarkKind, Slot, SlotContext, SlotFilter
from newsletter.model.campaign import AudienceRule
from newsletter.model.edition import Edition
from newsletter.model.publication import TrackingMode
from newsletter.model.survey import Survey
from newsletter.model.token import sign
from newsletter.pipeline import audience, survey
from newsletter.store.tables import member_tags, members
from tests.databases import POSTGRES, examples, only_sqlite
from tests.ledger import PUBLICATION, Bench, edition
from tests.seed import people, seed

EVERYONE = AudienceRule(("everyone",), ())
VALUES = ["", "Pat", "Éloïse", 'O\'Neil & "Co" <b>', "Straße", "Маша", "x" * 90, "  ", "&&&&"]
TOKENS = sign(bytes(32), 0, 0)


def mail(*slots: Slot, blocks: tuple[Condition, ...] = (), address: bool = True) -> Edition:
    """A mail whose HTML shows each slot: twice as text, once in an address; the last one within the last block."""
    made = edition(conditions=blocks).artwork
    texts = {}
    for language, text in made.texts.items():
        html: list[str | Mark] = ["<p>"]
        for number in range(len(slots)):
            inside = blocks and number == len(slots) - 1
            html += [Mark(MarkKind.WHEN, 0)] if inside else []
            html += [Mark(MarkKind.SLOT, number, SlotContext.TEXT)] * 2
            if address:
                html += [
                    ' <a href="https://a.example/?',
                    Mark(MarkKind.SLOT, number, SlotContext.URL),
                    '">x</a>',
                ]
            html += [" long" * 20, Mark(MarkKind.END, 0)] if inside else []
        texts[language] = replace(
            text, html=(*html, "é" if language == "fr" else "ee", "</p>", Mark(MarkKind.PIXEL))
        )
    return freeze(replace(made, slots=slots, texts=texts), "ngen")


def taken(desk: Bench, one: Edition, rule: AudienceRule = EVERYONE) -> Survey:
    wanted = survey.wanted_of(desk.ctx, one, audience.resolve(desk.ctx, rule), 0, 1)
    with desk.ctx.store.write() as db:
        return survey.take(desk.ctx, db, one, wanted)[1]


def filled(desk: Bench, one: Edition, member: dict[str, Any], answers: str = "") -> int:
    """The bytes of HTML that a member gets, the way that every mail is filled."""
    language = member["language"] if member["language"] in {"en", "fr"} else "en+fr"
    compiled = compile_message(
        one,
        Variant(language, answers, TrackingMode.AGGREGATE),
        PUBLICATION,
        desk.ctx.settings.text("web.base_url"),
    )
    merge = {field: str(member.get(field, "")) for field in fields_of(one)}
    recipient = fill_recipient(compiled, 0, "", merge, TOKENS)
    return len(text_of(compiled.message.html, recipient.values).encode())


def refill(desk: Bench, wanted: list[dict[str, Any]]) -> None:
    with desk.ctx.store.write() as db:
        for table in (member_tags, members):
            db.execute(table.delete())
    seed(desk.ctx, wanted)


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(*[st.sampled_from(VALUES)] * 2, st.sampled_from(["en", "fr", "", "de"])),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([(), (SlotFilter("upper"),), (SlotFilter("truncate", (5,)),)]),
    st.booleans(),
    st.booleans(),
)
def test_the_largest_mail_is_that_of_filling_everybody(
    desk: Bench,
    found: list[tuple[str, str, str]],
    filters: tuple[SlotFilter, ...],
    block: bool,
    address: bool,
) -> None:
    wanted = [
        {
            "email": f"p{number}@reader.example",
            "first_name": first,
            "company": company,
            "language": language,
            "province": "ON" if number % 2 else "QC",
        }
        for number, (first, company, language) in enumerate(found)
    ]
    refill(desk, wanted)
    blocks = (Condition('province == "ON"', 'province == "ON"'),) if block else ()
    one = mail(
        Slot("first_name", "dear friend", filters), Slot("company", None), blocks=blocks, address=address
    )
    said = taken(desk, one)
    sizes = [
        filled(desk, one, member, ("1" if member["province"] == "ON" else "0") if block else "")
        for member in wanted
    ]
    assert said.members == len(wanted)
    assert said.largest is not None
    assert said.largest.size == max(sizes)
    seen = [slot for slot in said.slots if slot.field == "first_name"]
    assert sum(slot.fallback for slot in seen) == sum(not member["first_name"].strip() for member in wanted)
    assert max((len(slot.longest) for slot in seen), default=0) == max(
        len(member["first_name"].strip()) for member in wanted
    )


def test_a_block_hides_its_slot_from_the_others(desk: Bench) -> None:
    seed(desk.ctx, people(12, company=""))
    blocks = (Condition('province == "ON"', 'province == "ON"'),)
    said = taken(desk, mail(Slot("first_name", "friend"), Slot("company", None), blocks=blocks))
    companies = [slot for slot in said.slots if slot.field == "company"]
    assert sum(slot.members for slot in companies) == 4
    assert sum(slot.fallback for slot in companies) == 4
    assert {slot.shown for slot in companies} == {None}
    assert sum(slot.members for slot in said.slots if slot.field == "first_name") == 12


def test_who_is_excluded_counts_nowhere(desk: Bench) -> None:
    seed(
        desk.ctx,
        [*people(3), {"email": "no@reader.example", "first_name": "Longest of all", "consent_basis": ""}],
    )
    said = taken(desk, mail(Slot("first_name", "friend")))
    assert said.members == 3
    assert all(slot.longest.startswith("Pat") for slot in said.slots)


def test_nobody_has_no_largest_mail(desk: Bench) -> None:
    said = taken(desk, mail(Slot("first_name", "friend")))
    assert (said.members, said.slots, said.largest) == (0, (), None)


def test_zones_are_counted(desk: Bench) -> None:
    seed(
        desk.ctx,
        [
            {"email": "a@b.example", "timezone": "America/Vancouver"},
            {"email": "b@b.example"},
            {"email": "c@b.example", "timezone": "America/Toronto"},
        ],
    )
    assert taken(desk, mail(Slot("first_name", "friend"))).zones == 2


@only_sqlite
def test_nothing_is_kept(desk: Bench) -> None:
    seed(desk.ctx, people(3))
    taken(desk, mail(Slot("first_name", "friend")))
    with desk.ctx.store.read() as db:
        tables = db.exec_driver_sql("SELECT count(*) FROM occasions").scalar_one()
        left = db.exec_driver_sql("SELECT count(*) FROM sqlite_temp_master").scalar_one()
    assert (tables, left) == (0, 0)


@pytest.mark.ci
def test_tens_of_thousands_are_surveyed_in_seconds(desk: Bench) -> None:
    everybody = 20_000 if POSTGRES else 60_000
    for begun in range(0, everybody, 20_000):
        seed(desk.ctx, [one | {"email": f"q{begun}{one['email']}"} for one in people(20_000)])
    for address in (False, True):
        start = time.process_time()
        said = taken(desk, mail(Slot("first_name", "friend"), Slot("company", "us"), address=address))
        assert said.members == everybody
        assert time.process_time() - start < 10
