"""Addresses: which are accepted, in which two forms, and what is said of the others."""

from __future__ import annotations

import time
from xml.etree import ElementTree

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.address import MAX_LENGTH, Address, AddressFault, Role, parse, role
from tests.corpora import naughty_strings, shared


def verdicts() -> list[tuple[str, str, str]]:
    root = ElementTree.parse(shared("corpora/isemail/tests.xml")).getroot()
    return [
        (
            # The corpus writes control characters as their pictures (U+2400 + the character).
            "".join(
                chr(ord(c) - 0x2400) if 0x2400 <= ord(c) <= 0x2421 else c
                for c in one.findtext("address") or ""
            ),
            one.findtext("category") or "",
            one.findtext("diagnosis") or "",
        )
        for one in root.findall("test")
    ]


def accepted(text: str) -> bool:
    try:
        parse(text)
    except AddressFault:
        return False
    return True


def test_the_corpus_of_isemail() -> None:
    found = verdicts()
    assert len(found) == 164
    for text, category, diagnosis in found:
        if category == "ISEMAIL_ERR":
            assert not accepted(text), text
        elif category == "ISEMAIL_VALID_CATEGORY":
            assert accepted(text) == ("." in text.partition("@")[2]), (
                text
            )  # test@io: no dot, and so nothing we mail
        elif category == "ISEMAIL_DNSWARN":
            assert accepted(text), text
        elif (
            text == text.strip()
        ):  # comments, quoted and literal forms, numbers for domains: for no newsletter
            assert not accepted(text), (text, diagnosis)


@pytest.mark.parametrize(
    ("text", "sent", "compared"),
    [
        ("Jay.Myers+News@NGen.CA", "Jay.Myers+News@ngen.ca", "jay.myers+news@ngen.ca"),
        ("  a@b.ca ", "a@b.ca", "a@b.ca"),
        ("a@Éxample.ca", "a@xn--xample-9ua.ca", "a@xn--xample-9ua.ca"),
        ("a@faß.de", "a@xn--fa-hia.de", "a@xn--fa-hia.de"),  # IDNA 2008: not fass.de
        ("A@XN--FA-HIA.de", "A@xn--fa-hia.de", "a@xn--fa-hia.de"),
        ("a@x。ca", "a@x.ca", "a@x.ca"),  # UTS 46 maps the ideographic full stop
        ("o'brien@x.ca", "o'brien@x.ca", "o'brien@x.ca"),
        ("c--n@c--n.com", "c--n@c--n.com", "c--n@c--n.com"),
    ],
)
def test_both_forms(text: str, sent: str, compared: str) -> None:
    assert parse(text) == Address(sent, compared)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no address"),
        ("jay", "no @"),
        ("@x.ca", "nothing before"),
        ("a@", "nothing after"),
        ("a@b@c.ca", "more than one @"),
        ("a b@c.ca", "space"),
        ("-oQ@c.ca", "dash"),
        ("a..b@c.ca", "cannot stand before"),
        (".a@c.ca", "cannot stand before"),
        ("é@c.ca", "accents"),
        ("Jay <jay@c.ca>", "without a name"),
        ("a@b.ca, c@d.ca", "one address only"),
        ('"a b"@c.ca', "quoted"),
        ("a@[192.0.2.1]", "by number"),
        ("a@192.0.2.1", "does not end as a domain"),
        ("a@localhost", "no dot"),
        ("a@b_c.ca", "no domain name"),
        ("a@-b.ca", "no domain name"),
        ("a@ab--cd.ca", "no domain name"),
        ("a@xn--a.ca", "no domain name"),
        ("a@b.ca.", "no domain name"),
        ("a\u200b@b.ca", "U+200B"),
        ("a@b\u202e.ca", "U+202E"),
        ("a@b.ca\r\nBcc: x@y.ca", "invisible"),
        ("a@b.ca\x00", "invisible"),
        ("a" * 65 + "@b.ca", "64"),
        (f"a@{'b' * 64}.ca", "no domain name"),
        (f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.ca", str(MAX_LENGTH)),
    ],
)
def test_the_reason_says_what_is_wrong(text: str, part: str) -> None:
    with pytest.raises(AddressFault, match=part.replace("+", r"\+")):
        parse(text)


def test_naughty_strings_are_refused_or_harmless() -> None:
    for text in naughty_strings():
        for tried in (text, f"{text}@example.ca", f"a@{text}", f"a@{text}.ca"):
            if accepted(tried):
                found = parse(tried).text
                assert found.isascii()
                assert found.isprintable()
                assert " " not in found


ASCII = st.characters(min_codepoint=33, max_codepoint=126)


LOCALS = st.text(ASCII, min_size=1, max_size=20).filter(lambda local: not local.startswith(("-", '"')))
DOMAINS = st.from_regex(r"[a-zA-Z0-9-]{1,9}\.([a-z-]{0,3}\.)?[a-zA-Z-][a-z0-9-]{0,4}", fullmatch=True)


@given(LOCALS, DOMAINS)
def test_the_short_way_agrees_with_email_validator(local: str, domain: str) -> None:
    text = f"{local}@{domain}"
    try:
        theirs = validate_email(text, check_deliverability=False, globally_deliverable=False).ascii_email
    except EmailNotValidError:
        assert not accepted(text)
    else:
        assert parse(text).text == theirs


@given(st.text(max_size=40))
def test_what_is_accepted_is_plain_and_stays_as_it_is(text: str) -> None:
    if accepted(text):
        found = parse(text)
        assert parse(found.text) == found
        assert parse(found.matching).matching == found.matching
        assert found.text.isascii()
        assert not found.text.startswith("-")


def test_hostile_lengths_take_no_time() -> None:
    start = time.process_time()
    for text in (
        "a" * 10**6,
        "a." * 10**6 + "@b.ca",
        "a@" + "b." * 10**6,
        "@" * 10**6,
        "é" * 10**6,
        "a@" + "é" * 10**6,
    ):
        assert not accepted(text)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abuse@x.ca", Role.REFUSED),
        ("No-Reply@x.ca", Role.REFUSED),
        ("ne-pas-repondre+x@x.ca", Role.REFUSED),
        ("postmaster@x.ca", Role.REFUSED),
        ("info@x.ca", Role.FUNCTION),
        ("Ventes@x.ca", Role.FUNCTION),
        ("renseignements@x.ca", Role.FUNCTION),
        ("jay@x.ca", Role.PERSON),
        ("information.desk@x.ca", Role.PERSON),
    ],
)
def test_addresses_of_functions(text: str, expected: Role) -> None:
    assert role(parse(text)) is expected
