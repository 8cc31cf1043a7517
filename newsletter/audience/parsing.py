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
from newsletter.model.said import NBSP, NOTHING, Said, quoted

#: words that no attribute may be called, because they have a meaning here
KEYWORDS = frozenset(
    {"and", "or", "not", "in", "is", "empty", "contains", "starts", "ends", "with", "everyone", "segment"}
)
ALIASES = {"consent_date": "consent_on", "tag": TAGS, "firstname": "first_name", "lastname": "last_name"}
MAX_TERMS, MAX_DEPTH, MAX_CHOICES = 200, 40, 500  # SQLite takes expressions 1,000 deep

_A_TAG, _A_TEXT = Said("a tag", "une étiquette"), Said("a text", "un texte")
_CONDITION = Said('A condition is: province == "ON".', f'Une condition s’écrit{NBSP}: province == "ON".')
_FIELDS = Said(
    "`newsletter segments list` lists the fields.", "`newsletter segments list` donne la liste des champs."
)
_DATED = Said(
    f"Only {' and '.join(DATE_FIELDS)} can be before or after a day.",
    f"Seuls {' et '.join(DATE_FIELDS)} peuvent précéder ou suivre un jour.",
)
_COMPARISONS = Said(
    "A comparison is ==, !=, in, contains, starts with, ends with, or is empty.",
    "Une comparaison s’écrit `==`, `!=`, `in`, `contains`, `starts with`, `ends with` ou `is empty`.",
)
_EMPTY = Said(
    "For members without it write: is empty.",
    f"Pour les membres qui n’en ont pas, écrivez{NBSP}: `is empty`.",
)
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

    def expect(self, word: str, meaning: Said) -> None:
        if not self.accept(word):
            raise self.fault(Said(f"{meaning.en} is missing here", f"il manque ici {meaning.fr}"))

    def fault(self, problem: Said, token: Token | None = None, hint: Said = NOTHING) -> SegmentFault:
        return SegmentFault(problem, self.text, (token or self.token).offset, hint=hint)

    # the grammar

    def parse(self) -> Predicate:
        if self.token.kind is Kind.END:
            raise self.fault(
                Said("the expression is empty", "l’expression est vide"),
                hint=Said("everyone stands for all members.", "everyone désigne tous les membres."),
            )
        found = self.any()
        left = self.token
        if left.kind is not Kind.END:
            shown = quoted(left.text)
            message = Said(f"{shown.en} cannot follow here", f"{shown.fr} ne peut pas suivre ici")
            raise self.fault(
                message, hint=Said("Join conditions by and, or.", "Joignez les conditions par and ou or.")
            )
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
            raise self.fault(Said("the expression is nested too deeply", "l’expression a trop de niveaux"))
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
            message = Said("a closing parenthesis is missing", "il manque une parenthèse fermante")
            raise self.fault(message, start if self.token.kind is Kind.END else None)
        return inner

    def leaf(self) -> Predicate:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise self.fault(
                Said(
                    f"the expression has more than {MAX_TERMS} conditions",
                    f"l’expression compte plus de {MAX_TERMS} conditions",
                )
            )
        if self.accept(EVERYONE):
            return Everyone()
        if self.accept("in", "segment"):
            return InSegment(self.string(Said("the segment's name", "le nom du segment")))
        if self.token.kind is Kind.STRING:
            return self.tagged()
        return self.field_test()

    def tagged(self) -> Predicate:
        tag = self.string(_A_TAG)
        negated = self.accept("not")
        self.expect("in", Said("in tags", "in tags"))
        name = self.take()
        if ALIASES.get(name.text.lower(), name.text.lower()) != TAGS:
            example = f'{name.text} contains "{tag}".'
            hint = Said(f"Write {example}", f"Écrivez {example}") if name.kind is Kind.NAME else NOTHING
            message = Said("only tags can stand after in here", "seul tags peut suivre in ici")
            raise self.fault(message, name, hint)
        return Not(Tagged(tag)) if negated else Tagged(tag)

    def field_test(self) -> Predicate:
        token = self.take()
        if token.kind is not Kind.NAME or token.text.lower() in KEYWORDS:
            raise self.fault(_no_condition(token.text), token, _CONDITION)
        field = self.field(token)
        if self.accept("is"):
            negated = self.accept("not")
            self.expect("empty", Said("empty", "empty"))
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
        shown = quoted(token.text)
        message = Said(f"there is no field {shown.en}", f"il n’y a pas de champ {shown.fr}")
        raise self.fault(message, token, near or _FIELDS)

    def tags_test(self) -> Predicate:
        negated = self.accept("not")
        if not self.accept("contains"):
            raise self.fault(
                Said("tags are tested by in", "les étiquettes (tags) se vérifient avec in"),
                hint=Said('Write "aerospace" in tags.', 'Écrivez "aerospace" in tags.'),
            )
        tag = Tagged(self.string(_A_TAG))
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
        return Text(field, TextTest.EQUALS, (self.string(_A_TEXT),))

    def part_test(self, field: str) -> Predicate:
        test = _TESTS.get(self.word)
        if test is None:
            dated = self.word in {"<", "<=", ">", ">="}
            message = Said(
                f"a comparison is expected after {field}", f"une comparaison est attendue après {field}"
            )
            raise self.fault(message, hint=_DATED if dated else _COMPARISONS)
        word = self.take().text.lower()
        if word != "contains":
            self.expect("with", Said("with", "with"))
        return Text(field, test, (self.string(_A_TEXT),))

    def choice(self, field: str) -> Predicate:
        self.expect("[", Said("a list in square brackets", "une liste entre crochets"))
        values = [self.string(_A_TEXT)]
        while self.accept(",") and self.word != "]":
            values.append(self.string(_A_TEXT))
        if len(values) > MAX_CHOICES:
            raise self.fault(
                Said(
                    f"the list has more than {MAX_CHOICES} texts",
                    f"la liste compte plus de {MAX_CHOICES} textes",
                )
            )
        self.expect("]", Said("a comma or a closing square bracket", "une virgule ou un crochet fermant"))
        return Text(field, TextTest.EQUALS, tuple(values))

    def day_test(self, field: str) -> Predicate:
        sign = self.word
        if sign == "!=":
            self.take()
            return Not(Day(field, DayTest.ON, self.day()))
        if sign not in set(DayTest):
            signs = "<, <=, ==, !=, >="
            raise self.fault(
                Said(f"{signs} or > is expected after {field}", f"{signs} ou > est attendu après {field}")
            )
        self.take()
        return Day(field, DayTest(sign), self.day())

    # values

    def string(self, meaning: Said) -> str:
        token = self.take()
        if token.kind not in {Kind.STRING, Kind.BARE}:
            hint = _in_marks(token.text) if token.kind is Kind.NAME else NOTHING
            message = Said(f"{meaning.en} is expected here", f"on attend ici {meaning.fr}")
            raise self.fault(message, token, hint)
        if not fold(token.text):
            raise self.fault(Said("the text is empty", "le texte est vide"), token, _EMPTY)
        return token.text

    def day(self) -> date:
        token = self.take()
        try:
            return date.fromisoformat(token.text if len(token.text) == 10 else "")
        except ValueError:
            message = Said(
                "a day such as 2020-12-16 is expected here", "on attend ici un jour, comme 2020-12-16"
            )
            raise self.fault(message, token) from None


def _no_condition(words: str) -> Said:
    if not words:
        return Said(
            "the expression ends where a condition is expected",
            "l’expression finit là où une condition est attendue",
        )
    shown = quoted(words)
    return Said(
        f"{shown.en} stands where a condition is expected",
        f"{shown.fr} se trouve là où une condition est attendue",
    )


def _in_marks(words: str) -> Said:
    return Said(f'Write it in quotation marks: "{words}".', f'Écrivez-le entre guillemets{NBSP}: "{words}".')


def _contrary(predicate: Predicate) -> Predicate:
    return predicate.part if isinstance(predicate, Not) else Not(predicate)
