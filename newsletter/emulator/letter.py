"""In: the bytes of a mail send request. Out: a Letter with proven types, a quick verdict, or plain JSON for the long look.

Called by accept.py for each request, and by everything that later reads accepted bodies back.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from newsletter.emulator.addresses import SHAPE
from newsletter.emulator.options import SubstitutionLimit

ARGS_BYTES = 10_000
"""custom_args, message level merged with personalization: the mail send reference (the error page says 50,000)."""

Json = dict[str, Any]


class Person(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """An address, perhaps with a name."""

    email: str
    name: str = ""


class Personalization(msgspec.Struct, gc=False, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The envelope of one message, with the types that the service wants."""

    to: list[Person]
    cc: list[Person] = []
    bcc: list[Person] = []
    from_: Any = UNSET
    subject: str | UnsetType = UNSET
    headers: dict[str, str] = {}
    substitutions: dict[str, str] = {}
    dynamic_template_data: Any = UNSET
    custom_args: dict[str, str] = {}
    send_at: Any = UNSET

    def people(self) -> list[Person]:
        """Everyone in to, cc and bcc, in that order."""
        return [*self.to, *self.cc, *self.bcc]


class Letter(msgspec.Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A whole request. What is Any is judged by the rules, which work on plain JSON."""

    personalizations: list[Personalization]
    from_: Any = UNSET
    reply_to: Any = UNSET
    reply_to_list: Any = UNSET
    subject: Any = UNSET
    content: Any = UNSET
    attachments: Any = UNSET
    template_id: Any = UNSET
    sections: Any = UNSET
    headers: Any = UNSET
    categories: Any = UNSET
    custom_args: Any = UNSET
    send_at: Any = UNSET
    batch_id: Any = UNSET
    asm: Any = UNSET
    ip_pool_name: Any = UNSET
    mail_settings: Any = UNSET
    tracking_settings: Any = UNSET

    def message(self) -> Json:
        """Everything but the personalizations, as plain JSON."""
        names = ((name, name.rstrip("_")) for name in self.__struct_fields__ if name != "personalizations")
        return {key: value for name, key in names if (value := getattr(self, name)) is not UNSET}


_typed = msgspec.json.Decoder(Letter)
_plain = msgspec.json.Decoder()
_addresses = re.compile(rf"(?:{SHAPE}\n)*")


def read_typed(body: bytes) -> Letter | None:
    """The Letter, or None where any type, key or byte is not as it should be."""
    try:
        return _typed.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def read_plain(body: bytes) -> Any:
    """Any JSON value. msgspec.DecodeError (also for what is nested too deep), UnicodeDecodeError."""
    try:
        return _plain.decode(body)
    except RecursionError as error:
        raise msgspec.DecodeError("nested too deep") from error


class Glance:
    """A quick look that can only say "nothing wrong" or "look closer": about 2 µs a personalization.

    Character counts stand in for byte counts at four bytes each, so the byte limits are never passed unseen.
    """

    def __init__(self, limit: SubstitutionLimit) -> None:
        self._limit = limit
        self._header_names: set[tuple[str, ...]] = set()

    def finds_nothing(self, letter: Letter, *, needs_subject: bool, args_bytes: int) -> bool:
        """True only if the rules would find nothing in the personalizations."""
        people = letter.personalizations
        if not 0 < len(people) <= 1000 or not all(map(_is_common, people)):
            return False
        if needs_subject and not all(person.subject for person in people):
            return False
        return (
            self._substitutions_fit(people)
            and _args_fit(people, ARGS_BYTES - args_bytes)
            and self._headers_fit(people)
            and _addresses_are_plain([person.to[0].email for person in people])
        )

    def remember(self, names: tuple[str, ...]) -> None:
        """The rules found nothing against these header names in this order."""
        if len(self._header_names) < 1000:
            self._header_names.add(names)

    def _substitutions_fit(self, people: list[Personalization]) -> bool:
        limit = self._limit
        each = limit.personalization_bytes or 30 * 1024 * 1024
        total = 0
        for person in people:
            tags = person.substitutions
            size = 4 * (len("".join(tags)) + len("".join(tags.values())))
            if size > each or len(tags) > limit.items:
                return False
            total += size
        return limit.request_bytes is None or total <= limit.request_bytes

    def _headers_fit(self, people: list[Personalization]) -> bool:
        values: list[str] = []
        for person in people:
            if person.headers:
                if tuple(person.headers) not in self._header_names:
                    return False
                values += person.headers.values()
        joined = "".join(values)
        return "\r" not in joined and "\n" not in joined


def _addresses_are_plain(addresses: list[str]) -> bool:
    lines = "\n".join(addresses) + "\n"
    # Below 65 characters no length limit of ADDRESS can be passed; a line feed inside an address would make two lines.
    short = max(map(len, addresses)) < 65 and lines.count("\n") == len(addresses)
    return short and _addresses.fullmatch(lines) is not None


def _is_common(person: Personalization) -> bool:
    return (
        len(person.to) == 1
        and not person.cc
        and not person.bcc
        and person.from_ is UNSET
        and person.send_at is UNSET
        and person.dynamic_template_data is UNSET
        and person.subject != ""
    )


def _args_fit(people: list[Personalization], room: int) -> bool:
    for person in people:
        args = person.custom_args
        if args and (4 * (len("".join(args)) + len("".join(args.values()))) > room or not all(args.values())):
            return False
    return room >= 0


def recipients(personalization: Json) -> Iterator[tuple[str, Json]]:
    """("to" | "cc" | "bcc", person) for everyone in one plain personalization, in that order."""
    for field in ("to", "cc", "bcc"):
        for person in personalization.get(field) or ():
            yield field, person
