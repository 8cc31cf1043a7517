"""Signing in: passwords, sessions, links, throttling; against a clock that is moved."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.model.account import Account, Right, Role
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.pipeline import accounts, passwords, signing_in
from newsletter.pipeline.accounts import LINK_LASTS
from newsletter.store import accounts as people
from newsletter.store import tables
from tests.databases import examples
from tests.mailed import Mailed, world

PASSWORD = "four words for nobody"
OTHER = "another four words here"
HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def mailed(tmp_path: Path, database: Path) -> Iterator[Mailed]:
    (tmp_path / "var").mkdir()
    shutil.copy(database, tmp_path / "var" / "newsletter.db")  # migrated already
    with world(tmp_path) as made:
        yield made


def token_of(made: accounts.Invitation | None) -> str:
    assert made is not None
    return made.path.rpartition("/")[2]


def first(mailed: Mailed, password: str = PASSWORD) -> str:
    """The first admin; the token of their session."""
    fresh = Account(0, "Ana", "ana@ngen.example", frozenset({Role.SENDER}), "fr")
    return accounts.accept_first(mailed.ctx, token_of(accounts.first_link(mailed.ctx)), fresh, password, HERE)


def add(mailed: Mailed, name: str = "Ben", *roles: Role) -> Account:
    email = f"{name.lower()}@ngen.example"
    made = accounts.add(mailed.ctx, name, email, roles or (Role.AUTHOR,))
    accounts.accept(mailed.ctx, token_of(made), PASSWORD, HERE)
    return accounts.named(mailed.ctx, email)


# --- the first account, and links ---


def test_the_first_admin_comes_by_a_link_that_works_once(mailed: Mailed) -> None:
    old, new = accounts.first_link(mailed.ctx), accounts.first_link(mailed.ctx)
    assert accounts.opened(mailed.ctx, token_of(old)).account is None
    fresh = Account(0, "  Ana\t Côté ", "Ana@NGen.example", frozenset(), "fr")
    session = accounts.accept_first(mailed.ctx, token_of(new), fresh, PASSWORD, HERE)
    found = signing_in.who(mailed.ctx, session)
    assert found is not None
    assert (found.name, found.email, found.roles) == ("Ana Côté", "Ana@ngen.example", {Role.ADMIN})
    assert not found.may(Right.SEND)
    assert not found.may(Right.APPROVE)
    with pytest.raises(NotFound):
        accounts.accept_first(
            mailed.ctx, token_of(new), replace(fresh, name="Eve", email="e@x.example"), PASSWORD, HERE
        )
    assert accounts.first_link(mailed.ctx) is None


def test_of_two_who_press_at_once_one_is_first(mailed: Mailed) -> None:
    token = token_of(accounts.first_link(mailed.ctx))
    done: list[str] = []

    def press(name: str) -> None:
        fresh = Account(0, name, f"{name}@ngen.example", frozenset())
        try:
            done.append(accounts.accept_first(mailed.ctx, token, fresh, PASSWORD, HERE))
        except NotFound:
            done.append("")

    threads = [threading.Thread(target=press, args=(name,)) for name in ("ana", "eve")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(map(bool, done)) == [False, True]
    assert len(accounts.every(mailed.ctx)) == 1


def test_a_link_ends_after_a_day_or_when_a_newer_one_is_made(mailed: Mailed) -> None:
    first(mailed)
    made = accounts.add(mailed.ctx, "Ben", "ben@ngen.example", [Role.AUTHOR])
    mailed.clock.forward(LINK_LASTS.total_seconds() - 1)
    assert accounts.opened(mailed.ctx, token_of(made)).account is not None
    mailed.clock.forward(1)
    with pytest.raises(NotFound):
        accounts.accept(mailed.ctx, token_of(made), PASSWORD, HERE)
    ben = accounts.named(mailed.ctx, "BEN@ngen.example")
    older, newer = accounts.link(mailed.ctx, ben.id), accounts.link(mailed.ctx, ben.id)
    with pytest.raises(NotFound):
        accounts.accept(mailed.ctx, token_of(older), PASSWORD, HERE)
    assert (
        signing_in.who(mailed.ctx, accounts.accept(mailed.ctx, token_of(newer), PASSWORD, HERE)) is not None
    )
    with pytest.raises(NotFound):
        accounts.accept(mailed.ctx, token_of(newer), OTHER, HERE)


def test_nothing_that_opens_a_door_stands_in_the_database(mailed: Mailed) -> None:
    session = first(mailed)
    made = accounts.add(mailed.ctx, "Ben", "ben@ngen.example", [Role.AUTHOR])
    held = repr(mailed.everything()).encode() + (mailed.ctx.root / "var" / "newsletter.db").read_bytes()
    for secret in (session, token_of(made), PASSWORD):
        assert secret.encode() not in held


# --- sessions ---


def test_a_session_ends_after_twelve_hours_whatever_is_done(mailed: Mailed) -> None:
    session = first(mailed)
    mailed.clock.forward(12 * 3600 - 1)
    assert signing_in.who(mailed.ctx, session) is not None
    mailed.clock.forward(1)
    assert signing_in.who(mailed.ctx, session) is None


@pytest.mark.parametrize("why", ["roles", "address", "password", "link", "end", "everywhere", "out"])
def test_a_session_ends_with_what_it_stood_on(mailed: Mailed, why: str) -> None:
    first(mailed)
    ben = add(mailed)
    session = signing_in.sign_in(mailed.ctx, ben.email, PASSWORD, HERE)
    other = signing_in.sign_in(mailed.ctx, ben.email, PASSWORD, THERE)
    match why:
        case "roles":
            accounts.change(mailed.ctx, ben.id, ben.name, ben.email, [Role.VIEWER])
        case "address":
            accounts.change(mailed.ctx, ben.id, ben.name, "benoit@ngen.example", ben.roles)
        case "password":
            fresh = accounts.change_password(mailed.ctx, ben, PASSWORD, OTHER, HERE)
            assert signing_in.who(mailed.ctx, fresh) is not None
        case "link":
            accounts.accept(mailed.ctx, token_of(accounts.link(mailed.ctx, ben.id)), OTHER, HERE)
        case "end":
            accounts.remove(mailed.ctx, ben.id)
        case "everywhere":
            assert signing_in.sign_out_everywhere(mailed.ctx, ben) == 3  # with that of the welcome
        case "out":
            signing_in.sign_out(mailed.ctx, session, ben)
    assert signing_in.who(mailed.ctx, session) is None
    assert (signing_in.who(mailed.ctx, other) is None) == (why != "out")


def test_another_name_ends_no_session(mailed: Mailed) -> None:
    first(mailed)
    ben = add(mailed)
    session = signing_in.sign_in(mailed.ctx, ben.email, PASSWORD, HERE)
    accounts.change(mailed.ctx, ben.id, "Benoît", ben.email, ben.roles)
    assert signing_in.who(mailed.ctx, session) is not None


def test_somebody_who_can_give_roles_is_always_left(mailed: Mailed) -> None:
    first(mailed)
    ana = accounts.named(mailed.ctx, "ana@ngen.example")
    for act in (
        lambda: accounts.remove(mailed.ctx, ana.id),
        lambda: accounts.change(mailed.ctx, ana.id, ana.name, ana.email, [Role.SENDER]),
    ):
        with pytest.raises(NotAllowed, match="nobody would be left"):
            act()
    add(mailed, "Ben", Role.ADMIN)
    accounts.remove(mailed.ctx, ana.id)


def test_names_and_addresses_are_one_persons(mailed: Mailed) -> None:
    first(mailed)
    ben = add(mailed)
    for name, email in (("BEN", "x@ngen.example"), ("Bén", "x@ngen.example"), ("Xavier", "Ben@NGEN.example")):
        with pytest.raises(NotAllowed, match="has this name or this address"):
            accounts.add(mailed.ctx, name, email, [Role.VIEWER])
    accounts.remove(mailed.ctx, ben.id)
    with pytest.raises(NotAllowed, match="has this name"):  # the log calls the one who left by it
        accounts.add(mailed.ctx, "Ben", "ben@ngen.example", [Role.VIEWER])
    accounts.add(mailed.ctx, "Ben C.", "ben@ngen.example", [Role.VIEWER])


def test_choosing_a_language_brings_no_role_back(mailed: Mailed) -> None:
    first(mailed)
    ben = add(mailed, "Ben", Role.SENDER)  # as the page knew him when it was asked
    accounts.change(mailed.ctx, ben.id, ben.name, ben.email, [Role.VIEWER])
    accounts.set_language(mailed.ctx, ben, "fr")
    after = accounts.find(mailed.ctx, ben.id)
    assert (after.roles, after.language) == ({Role.VIEWER}, "fr")


def test_whoever_sits_at_an_open_session_cannot_guess_its_password(mailed: Mailed) -> None:
    first(mailed)
    ben = add(mailed)
    codes = []
    for _ in range(5):
        with pytest.raises(NotAllowed) as told:
            accounts.change_password(mailed.ctx, ben, "a wrong password", OTHER, HERE)
        codes.append(told.value.code)
    assert codes == ["sign-in-wrong"] * 4 + ["sign-in-throttled"]


# --- passwords ---


def test_passwords_are_hashed_as_owasp_says(mailed: Mailed) -> None:
    first(mailed)
    with mailed.ctx.store.read() as db:
        found = people.by_email(db, "ana@ngen.example")
    assert found is not None
    assert found[1].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_of_other_parameters_is_made_anew_on_signing_in(mailed: Mailed) -> None:
    first(mailed)
    ben = add(mailed)
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with mailed.ctx.store.write() as db:
        people.set_password(db, ben.id, weak)
    signing_in.sign_in(mailed.ctx, ben.email, PASSWORD, HERE)
    with mailed.ctx.store.read() as db:
        kept = people.password_of(db, ben.id)
    assert kept != weak
    assert not passwords.outgrown(kept)
    signing_in.sign_in(mailed.ctx, ben.email, PASSWORD, HERE)


@pytest.mark.parametrize(
    "wrong", ["short", "x" * 201, "aaaaaaaaaaaaaaa", "ben@ngen.example", "Ben@ngen.example1", ""]
)
def test_passwords_that_are_too_easy_are_refused(wrong: str) -> None:
    with pytest.raises(NotAllowed):
        passwords.judge(wrong, "Ben", "ben@ngen.example")


@settings(max_examples=examples(25))
@given(st.text(max_size=210))
def test_no_text_breaks_the_judge(text: str) -> None:
    refused = ""
    try:
        passwords.judge(text, "Ben", "ben@ngen.example")
    except NotAllowed as error:
        refused = error.code
    assert refused in {"password-length", "password-plain", ""}
    assert refused == "password-length" or 12 <= len(text) <= 200


@pytest.mark.parametrize("stored", ["", "not a hash", "$argon2id$v=19$m=19456,t=2,p=1$x$y"])
def test_a_password_fits_nothing_that_is_no_hash(stored: str) -> None:
    assert not passwords.fits(PASSWORD, stored)
    assert not passwords.fits("nobody's password, never given to anybody", stored)


# --- guessing ---


def refused(mailed: Mailed, email: str, password: str, network: str = HERE) -> str:
    with pytest.raises(NotAllowed) as told:
        signing_in.sign_in(mailed.ctx, email, password, network)
    return told.value.code


@pytest.mark.ci
def test_an_unknown_address_is_answered_like_a_wrong_password(mailed: Mailed) -> None:
    first(mailed)
    ben = add(mailed)
    accounts.add(mailed.ctx, "New", "new@ngen.example", [Role.VIEWER])  # without a password yet

    def took(email: str) -> float:
        best = 1e9
        for network in range(4):
            begun = time.perf_counter()
            assert refused(mailed, email, "wrong wrong wrong", f"192.0.2.{network}") == "sign-in-wrong"
            best = min(best, time.perf_counter() - begun)
        return best

    known, unknown, unready = took(ben.email), took("nobody@ngen.example"), took("new@ngen.example")
    assert 0.5 < unknown / known < 2
    assert 0.5 < unready / known < 2


@pytest.mark.ci
def test_who_guesses_waits_ever_longer_and_strangers_lock_nobody_out(mailed: Mailed) -> None:
    first(mailed)
    ben = add(mailed)
    waited = []
    for _ in range(12):
        if refused(mailed, ben.email, "a wrong password") == "sign-in-throttled":
            seconds = 0
            while True:
                seconds += 1
                mailed.clock.forward(1)
                if refused(mailed, ben.email, "a wrong password") == "sign-in-wrong":
                    break
            waited.append(seconds)
    assert waited[:6] == [1, 2, 4, 8, 16, 32]
    # the right password does not help from there before its time, and at once from elsewhere
    assert refused(mailed, ben.email, PASSWORD) == "sign-in-throttled"
    assert signing_in.sign_in(mailed.ctx, ben.email, PASSWORD, THERE)
    mailed.clock.forward(timedelta(hours=1).total_seconds())
    assert signing_in.sign_in(mailed.ctx, ben.email, PASSWORD, HERE)
    for _ in range(3):  # forgiven: a typing mistake costs nothing now
        assert refused(mailed, ben.email, "a wrong password") == "sign-in-wrong"
    assert signing_in.sign_in(mailed.ctx, ben.email, PASSWORD, HERE)


@pytest.mark.ci
def test_one_network_that_tries_many_addresses_is_slowed_too(mailed: Mailed) -> None:
    first(mailed)
    codes = [refused(mailed, f"p{number}@ngen.example", "wrong wrong", "2001:db8::1") for number in range(21)]
    assert codes[:20] == ["sign-in-wrong"] * 20
    assert codes[20] == "sign-in-throttled"
    # neighbours of the same line of IPv6 are the same network, others are not
    assert refused(mailed, "q@ngen.example", "wrong wrong", "2001:db8::ffff") == "sign-in-throttled"
    assert refused(mailed, "q@ngen.example", "wrong wrong", "2001:db8:1::1") == "sign-in-wrong"


@pytest.mark.ci
def test_no_spelling_of_an_address_brings_further_guesses(mailed: Mailed) -> None:
    first(mailed)
    ben = add(mailed)
    spelled = [
        ben.email,
        ben.email.upper(),
        f"\u0301 {ben.email}",
        f"{ben.email} \u0301",
        f" \u0301 {ben.email}\u00a0\u0301",
    ]
    codes = [refused(mailed, email, "a wrong password") for email in spelled]
    assert codes == ["sign-in-wrong"] * 4 + ["sign-in-throttled"]


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("203.0.113.5", "203.0.113.5"),
        ("fe80::1%eth0", "fe80::/56"),
        ("2001:db8:0:ff::1", "2001:db8::/56"),
        ("", "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_which_network_an_address_is_of(address: str, near: str) -> None:
    assert signing_in.near_by(address) == near


@pytest.mark.ci
def test_a_hundred_at_one_time_are_counted_each(mailed: Mailed) -> None:
    first(mailed)
    ben = add(mailed)
    codes: list[str] = []

    def guess() -> None:
        try:
            signing_in.sign_in(mailed.ctx, ben.email, "a wrong password", HERE)
        except NotAllowed as error:
            codes.append(error.code)

    threads = [threading.Thread(target=guess) for _ in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(codes) == ["sign-in-throttled"] * 12 + ["sign-in-wrong"] * 4


def test_many_failures_everywhere_slow_everybody_a_little(mailed: Mailed) -> None:
    first(mailed)
    ben = add(mailed)
    slept: list[float] = []
    ctx = replace(mailed.ctx, sleep=slept.append)
    with mailed.ctx.store.write() as db:
        db.execute(
            tables.sign_in_failures.insert().values(key="everybody", failures=100, last_at=mailed.clock())
        )
    assert signing_in.sign_in(ctx, ben.email, PASSWORD, HERE)
    assert slept == [2.0]
    mailed.clock.forward(11 * 60)
    assert signing_in.sign_in(ctx, ben.email, PASSWORD, HERE)
    assert slept == [2.0]


def test_addresses_that_were_tried_are_not_kept(mailed: Mailed) -> None:
    refused(mailed, "private@elsewhere.example", "wrong wrong")
    rows = mailed.rows(tables.sign_in_failures)
    assert len(rows) == 3
    assert "private" not in repr(rows)
