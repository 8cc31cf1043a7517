"""The grammar of segments.

In: `province == "ON" and "aerospace" in tags and not (language in ["fr", "en"])`. Out: a predicate, or SegmentFault with the
spot and a suggestion. Called by pipeline for segments.toml, for `when` blocks and for the studio.

    any       = all { "or" all }
    all       = one { "and" one }
    one       = "not" one | "(" any ")" | "everyone" | "in segment" TEXT | TEXT ["not"] "in" "tags" | FIELD test
    test      = ("==" | "!=") TEXT | ["not"] "in" "[" TEXT { "," TEXT } "]" | "is" ["not"] "empty"
              | ["not"] ("contains" | "starts with" | "ends with") TEXT | ("<" | "<=" | "==" | "!=" | ">=" | ">") DAY
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from newsletter.audience.faults import SegmentFault, did_you_mean
from newsletter.audience.lexing import Kind, Token, tokens
from newsletter.model.folding import fold
from newsletter.model.place import Place
from newsletter.model.predicate import (
    DATE_FIELDS,
    EVERYONE,
    TAGS,
    TEXT_FIELDS,
    And,
    Day,
    DayTest,
    Everyone,
    InSegment,
    Known,
    Not,
    Or,
    Predicate,
    Tagged,
    Text,
    TextTest,
)

#: words that no attribute may be called, because they have a meaning here
KEYWORDS = frozenset(
    {"and", "or", "not", "in", "is", "empty", "contains", "starts", "ends", "with", "everyone", "segment"}
)
ALIASES = {"consent_date": "consent_on", "tag": TAGS, "firstname": "first_name", "lastname": "last_name"}
MAX_TERMS, MAX_DEPTH, MAX_CHOICES = 200, 40, 500  # SQLite takes expressions 1,000 deep

_TESTS = {"contains": TextTest.CONTAINS, "starts": TextTest.STARTS, "ends": TextTest.ENDS}


def parse(text: str, *, attributes: Collection[str] | None = None, place: Place | None = None) -> Predicate:
    """The predicate that an expression says. `attributes` are the names known besides the fields: any other name is then a
    fault; None: every name is taken. `place` is where the expression stands. Raises SegmentFault."""
    try:
        return _Parser(text, attributes).parse()
    except SegmentFault as fault:
        if place is None:
            raise
        raise fault.at(place) from None


class _Parser:
    def __init__(self, text: str, attributes: Collection[str] | None) -> None:
        self.text = text
        self.attributes = attributes
        self.tokens = tokens(text)
        self.index = 0
        self.terms = 0
        self.depth = 0

    # words

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    @property
    def word(self) -> str:
        """The keyword or sign that is next; empty for anything else."""
        return self.token.text.lower() if self.token.kind in {Kind.NAME, Kind.SIGN} else ""

    def take(self) -> Token:
        token = self.token
        self.index = min(self.index + 1, len(self.tokens) - 1)
        return token

    def accept(self, *words: str) -> bool:
        """Take these words when they are next."""
        following = self.tokens[self.index : self.index + len(words)]
        found = [token.text.lower() for token in following if token.kind in {Kind.NAME, Kind.SIGN}]
        if found != list(words):
            return False
        self.index += len(words)
        return True

    def expect(self, word: str, meaning: str) -> None:
        if not self.accept(word):
            raise self.fault(f"{meaning} is missing here")

    def fault(self, problem: str, token: Token | None = None, hint: str = "") -> SegmentFault:
        return SegmentFault(problem, self.text, (token or self.token).offset, hint=hint)

    # the grammar

    def parse(self) -> Predicate:
        if self.token.kind is Kind.END:
            raise self.fault("the expression is empty", hint="everyone stands for all members.")
        found = self.any()
        left = self.token
        if left.kind is not Kind.END:
            raise self.fault(f"“{left.text}” cannot follow here", hint="Join conditions by and, or.")
        return found

    def any(self) -> Predicate:
        return self.chain("or", self.all, Or)

    def all(self) -> Predicate:
        return self.chain("and", self.one, And)

    def chain(self, word: str, part: Callable[[], Predicate], made: type[And] | type[Or]) -> Predicate:
        parts = [part()]
        while self.accept(word):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        return made(tuple(inner for p in parts for inner in (p.parts if isinstance(p, made) else (p,))))

    def one(self) -> Predicate:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault("the expression is nested too deeply")
        try:
            return self.nested() or self.leaf()
        finally:
            self.depth -= 1

    def nested(self) -> Predicate | None:
        if self.accept("not"):
            return Not(self.one())
        start = self.token
        if not self.accept("("):
            return None
        inner = self.any()
        if not self.accept(")"):
            raise self.fault(
                "a closing parenthesis is missing", start if self.token.kind is Kind.END else None
            )
        return inner

    def leaf(self) -> Predicate:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise self.fault(f"the expression has more than {MAX_TERMS} conditions")
        if self.accept(EVERYONE):
            return Everyone()
        if self.accept("in", "segment"):
            return InSegment(self.string("the segment's name"))
        if self.token.kind is Kind.STRING:
            return self.tagged()
        return self.field_test()

    def tagged(self) -> Predicate:
        tag = self.string("a tag")
        negated = self.accept("not")
        self.expect("in", "in tags")
        name = self.take()
        if ALIASES.get(name.text.lower(), name.text.lower()) != TAGS:
            hint = f'Write {name.text} contains "{tag}".' if name.kind is Kind.NAME else ""
            raise self.fault("only tags can stand after in here", name, hint)
        return Not(Tagged(tag)) if negated else Tagged(tag)

    def field_test(self) -> Predicate:
        token = self.take()
        if token.kind is not Kind.NAME or token.text.lower() in KEYWORDS:
            shown = f"“{token.text}” stands" if token.text else "the expression ends"
            raise self.fault(
                f"{shown} where a condition is expected", token, 'A condition is: province == "ON".'
            )
        field = self.field(token)
        if self.accept("is"):
            negated = self.accept("not")
            self.expect("empty", "empty")
            return Known(field) if negated else Not(Known(field))
        if field == TAGS:
            return self.tags_test()
        return self.day_test(field) if field in DATE_FIELDS else self.text_test(field)

    def field(self, token: Token) -> str:
        """The field or attribute that a name stands for."""
        name = fold(token.text)
        name = ALIASES.get(name, name)
        known = (*TEXT_FIELDS, *DATE_FIELDS, TAGS)
        if name in known or self.attributes is None or name in self.attributes:
            return name
        near = did_you_mean(name, [*known, *self.attributes])
        raise self.fault(
            f"there is no field “{token.text}”", token, near or "`newsletter segments list` lists the fields."
        )

    def tags_test(self) -> Predicate:
        negated = self.accept("not")
        if not self.accept("contains"):
            raise self.fault("tags are tested by in", hint='Write "aerospace" in tags.')
        tag = Tagged(self.string("a tag"))
        return Not(tag) if negated else tag

    def text_test(self, field: str) -> Predicate:
        if self.accept("=="):
            return self.equals(field)
        if self.accept("!="):
            return _contrary(self.equals(field))
        negated = self.accept("not")
        found = self.choice(field) if self.accept("in") else self.part_test(field)
        return Not(found) if negated else found

    def equals(self, field: str) -> Predicate:
        if self.token.kind is Kind.STRING and not fold(self.token.text):
            self.take()
            return Not(Known(field))
        return Text(field, TextTest.EQUALS, (self.string("a text"),))

    def part_test(self, field: str) -> Predicate:
        test = _TESTS.get(self.word)
        if test is None:
            dated = self.word in {"<", "<=", ">", ">="}
            hint = (
                f"Only {' and '.join(DATE_FIELDS)} can be before or after a day."
                if dated
                else ("A comparison is ==, !=, in, contains, starts with, ends with, or is empty.")
            )
            raise self.fault(f"a comparison is expected after {field}", hint=hint)
        word = self.take().text.lower()
        if word != "contains":
            self.expect("with", "with")
        return Text(field, test, (self.string("a text"),))

    def choice(self, field: str) -> Predicate:
        self.expect("[", "a list in square brackets")
        values = [self.string("a text")]
        while self.accept(",") and self.word != "]":
            values.append(self.string("a text"))
        if len(values) > MAX_CHOICES:
            raise self.fault(f"the list has more than {MAX_CHOICES} texts")
        self.expect("]", "a comma or a closing square bracket")
        return Text(field, TextTest.EQUALS, tuple(values))

    def day_test(self, field: str) -> Predicate:
        sign = self.word
        if sign == "!=":
            self.take()
            return Not(Day(field, DayTest.ON, self.day()))
        if sign not in set(DayTest):
            raise self.fault(f"<, <=, ==, !=, >= or > is expected after {field}")
        self.take()
        return Day(field, DayTest(sign), self.day())

    # values

    def string(self, meaning: str) -> str:
        token = self.take()
        if token.kind not in {Kind.STRING, Kind.BARE}:
            hint = f'Write it in quotation marks: "{token.text}".' if token.kind is Kind.NAME else ""
            raise self.fault(f"{meaning} is expected here", token, hint)
        if not fold(token.text):
            raise self.fault("the text is empty", token, "For members without it write: is empty.")
        return token.text

    def day(self) -> date:
        token = self.take()
        try:
            return date.fromisoformat(token.text if len(token.text) == 10 else "")
        except ValueError:
            raise self.fault("a day such as 2020-12-16 is expected here", token) from None


def _contrary(predicate: Predicate) -> Predicate:
    return predicate.part if isinstance(predicate, Not) else Not(predicate)
