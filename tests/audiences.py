"""Members and predicates by chance, for tests of segments, consent and imports; small alphabets, so that they meet."""

from __future__ import annotations

from datetime import date
from functools import cache

from hypothesis import strategies as st

from newsletter.audience import cells
from newsletter.audience.consent import expires_on
from newsletter.audience.rows import MAX_TAG
from newsletter.model.folding import fold
from newsletter.model.member import Consent, ConsentBasis, Member, TrackingConsent
from newsletter.model.predicate import (
    DATE_FIELDS,
    TAGS,
    TEXT_FIELDS,
    And,
    Day,
    DayTest,
    Everyone,
    Known,
    Not,
    Or,
    Predicate,
    Tagged,
    Text,
    TextTest,
)
from tests.corpora import naughty_strings

ATTRIBUTES = ("sector", "numero", "メール")
DAYS = [date(2018, 12, 16), date(2019, 2, 28), date(2020, 2, 29), date(2020, 12, 16), date(2021, 6, 30)]

#: words that differ by case, accents, ligatures, spaces, LIKE's own signs
WORDS = [
    "Québec", "quebec", "QUÉBEC", "Montréal", "ON", "on", "œuvre", "OEUVRE", "Straße", "STRASSE", "a%b", "a_b", "axb", "100%",
    "a/b", "İzmir", "izmir", "l’été", "l'ete", "a  b", "a b", "'; DROP TABLE members; --", '"', "\\", "ﬁn", "fin", "٣", "x" * 60,
]  # fmt: skip


@cache
def _naughty() -> tuple[str, ...]:
    return tuple(text for text in map(cells.clean, naughty_strings()) if text)


def texts() -> st.SearchStrategy[str]:
    """Values as a store holds them: cleaned, often empty."""
    return st.one_of(st.just(""), st.sampled_from(WORDS), st.text(max_size=6).map(cells.clean))


def hostile() -> st.SearchStrategy[str]:
    """As texts, with the Big List of Naughty Strings."""
    return st.one_of(texts(), st.deferred(lambda: st.sampled_from(_naughty())))


def literals() -> st.SearchStrategy[str]:
    """Texts that an expression can hold: not empty once folded, no control characters."""
    found = st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=4))
    return found.map(cells.clean).filter(fold)


def consents() -> st.SearchStrategy[Consent | None]:
    days = st.one_of(st.none(), st.sampled_from(DAYS))

    def made(basis: ConsentBasis, on: date | None, evidence: str) -> Consent:
        return Consent(basis, on, evidence, expires_on(basis, on))

    found = st.builds(made, st.sampled_from(ConsentBasis), days, st.sampled_from(["form", "card", "café"]))
    return st.one_of(st.none(), found)


def members(values: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Member]:
    """Members with a few values each; all have one address, which the test replaces."""
    text = texts() if values is None else values
    tags = st.lists(text.map(lambda tag: cells.clean(tag.replace(";", " "))[:MAX_TAG].strip()), max_size=3)
    return st.builds(
        Member,
        email=st.just("a@example.ca"),
        first_name=text,
        last_name=text,
        company=text,
        province=text,
        language=text,
        timezone=text,
        tags=tags.map(lambda found: frozenset({fold(tag): tag for tag in found if fold(tag)}.values())),
        attributes=st.dictionaries(st.sampled_from(ATTRIBUTES), text.filter(bool), max_size=2),
        consent=consents(),
        tracking_consent=st.sampled_from(TrackingConsent),
        id=st.just(0),
    )


def predicates() -> st.SearchStrategy[Predicate]:
    """Resolved predicates of every kind, nested a little."""
    names = st.sampled_from([*TEXT_FIELDS, *ATTRIBUTES])
    tests = st.sampled_from([TextTest.CONTAINS, TextTest.STARTS, TextTest.ENDS])
    leaves = st.one_of(
        st.just(Everyone()),
        st.builds(
            Text, names, st.just(TextTest.EQUALS), st.lists(literals(), min_size=1, max_size=3).map(tuple)
        ),
        st.builds(Text, names, tests, literals().map(lambda text: (text,))),
        st.builds(Tagged, literals()),
        st.builds(Day, st.sampled_from(DATE_FIELDS), st.sampled_from(DayTest), st.sampled_from(DAYS)),
        st.builds(Known, st.one_of(names, st.just(TAGS), st.sampled_from(DATE_FIELDS))),
    )
    return st.recursive(leaves, _joined, max_leaves=8)


def _joined(inner: st.SearchStrategy[Predicate]) -> st.SearchStrategy[Predicate]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        inner.map(Not),
        several.map(lambda parts: And(_flat(parts, And))),
        several.map(lambda parts: Or(_flat(parts, Or))),
    )


def _flat(parts: list[Predicate], kind: type[And] | type[Or]) -> tuple[Predicate, ...]:
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))
