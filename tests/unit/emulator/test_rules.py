"""Every rule of mail send, one request that keeps it and one that breaks it: the long look, and the quick look before it."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.emulator.account import Account
from newsletter.emulator.answers import BARE
from newsletter.emulator.clock import Clock
from newsletter.emulator.history import History
from newsletter.emulator.intake import Intake
from newsletter.emulator.letter import read_typed
from newsletter.emulator.options import SUBSTITUTION_LIMITS, Options
from newsletter.emulator.rules import Ground
from newsletter.emulator.rules_envelope import examine
from tests.unit.emulator.samples import NOW, Body, crowd, first, good

STRICT = Ground(SUBSTITUTION_LIMITS["10k"], NOW)


def fields(body: Any, ground: Ground = STRICT) -> list[str | None]:
    """The paths of all complaints."""
    return [each.field for each in examine(body, ground)]


def people(count: int, field: str = "to") -> list[Body]:
    return [{"email": f"p{number}-{field}@example.com"} for number in range(count)]


KEPT: dict[str, Body] = {
    "the sample": good(),
    "1000 personalizations": crowd(1000),
    "1000 recipients in one": first(to=people(500), cc=people(250, "cc"), bcc=people(250, "bcc")),
    "the same address in two personalizations": good(personalizations=good()["personalizations"] * 2),
    "150 tags": first(substitutions={f"%{number}%": "x" for number in range(150)}),
    "10,000 bytes of tags": first(substitutions={"%x%": "y" * 9_997}),
    "10,000 bytes of merged args": first(custom_args={"nl_d": "y" * (10_000 - 4 - len("nl_bb1nl_ii1"))}),
    "an arg that overrides a big one": good(custom_args={"nl_d": "y" * 9_000}),
    "ten categories of 255 characters": good(
        categories=[f"{number}".ljust(255, "x") for number in range(10)]
    ),
    "send_at in 72 hours": good(send_at=int(NOW) + 72 * 3600),
    "send_at in the past": good(send_at=1),
    "send_at of a personalization": first(send_at=int(NOW) + 60),
    "subject in every personalization": {**first(subject="Own"), "subject": "All"},
    "subject only in the personalization": {
        key: value for key, value in first(subject="Own").items() if key != "subject"
    },
    "no subject, but a template": good(subject=None, template_id="d-1", personalizations=[{"to": people(1)}]),
    "no content, but a template": good(content=None, template_id="x"),
    "dynamic data": first(substitutions=None, dynamic_template_data={"a": {"b": 1}}),
    "substitutions with an old template": good(template_id="old"),
    "text, AMP, HTML, calendar": good(
        content=[
            {"type": kind, "value": "x"}
            for kind in ("text/plain", "text/x-amp-html", "text/html", "text/calendar")
        ]
    ),
    "own headers": good(headers={"X-Own": "1", "Feedback-ID": "a:b:c:d"}),
    "reply_to_list": good(reply_to=None, reply_to_list=people(2)),
    "from of the same domain": first(**{"from": {"email": "jay@NGEN.example"}}),
    "a group with 25 to display": good(asm={"group_id": 1, "groups_to_display": list(range(25))}),
    "a pool": good(ip_pool_name="ab"),
    "an attachment": good(
        attachments=[
            {
                "content": "aGk=",
                "filename": "a.txt",
                "type": "text/plain",
                "disposition": "inline",
                "content_id": "x",
            }
        ]
    ),
    "sandbox": good(mail_settings={"sandbox_mode": {"enable": True}}),
    "one bypass": good(
        mail_settings={
            "bypass_bounce_management": {"enable": True},
            "bypass_list_management": {"enable": False},
        }
    ),
    "a footer": good(mail_settings={"footer": {"enable": True, "text": "t", "html": "h"}}),
    "ganalytics": good(tracking_settings={"ganalytics": {"enable": True, "utm_source": "s"}}),
    "names with ; and ,": first(to=[{"email": "a@example.com", "name": "Myers; Jay, Jr"}]),
    "a value that holds a tag": first(substitutions={"%a%": "%b%", "%b%": "x"}),
    "a tag inside another": first(substitutions={"%a%": "1", "%a%%": "2"}),
    "sections": good(sections={"a": "b"}),
    "batch id": good(batch_id="HkJ5yLYULb7Rj8GKSx7u025ouWVlMgAi"),
    "non-ASCII everywhere it may be": {
        **first(substitutions={"%first%": "Élodie 你好"}),
        "subject": "Réponse",
    },
}

BROKEN: dict[str, tuple[Any, str | None]] = {
    "a list": ([], None),
    "a string": ("x", None),
    "no personalizations": (good(personalizations=None), "personalizations"),
    "empty personalizations": (good(personalizations=[]), "personalizations"),
    "personalizations an object": (good(personalizations={}), "personalizations"),
    "a personalization that is a string": (good(personalizations=["x"]), "personalizations.0"),
    "1001 personalizations": (crowd(1001), "personalizations"),
    "1001 recipients": (first(to=people(1001)), "personalizations"),
    "1001 over to, cc, bcc": (
        first(to=people(500), cc=people(251, "cc"), bcc=people(250, "bcc")),
        "personalizations",
    ),
    "no to": (first(to=None), "personalizations.0.to"),
    "empty to": (first(to=[]), "personalizations.0.to"),
    "to an object": (first(to={"email": "a@example.com"}), "personalizations.0.to"),
    "cc an object": (first(cc={"email": "a@example.com"}), "personalizations.0.cc"),
    "recipient without email": (first(to=[{"name": "A"}]), "personalizations.0.to.0"),
    "recipient a string": (first(to=["a@example.com"]), "personalizations.0.to.0"),
    "malformed address": (first(to=[*people(2), {"email": "nope"}]), "personalizations.0.to.2.email"),
    "malformed cc": (first(cc=[{"email": "a@b"}]), "personalizations.0.cc.0.email"),
    "non-ASCII address": (first(to=[{"email": "é@example.com"}]), "personalizations.0.to.0.email"),
    "address with a line feed": (
        first(to=[{"email": "a@example.com\nb@example.com"}]),
        "personalizations.0.to.0.email",
    ),
    "address of 255 characters": (
        first(to=[{"email": "a@" + "b" * 62 + "." + ".".join(["c" * 60] * 3) + ".example"}]),
        "personalizations.0.to.0.email",
    ),
    "local part of 65": (first(to=[{"email": "a" * 65 + "@example.com"}]), "personalizations.0.to.0.email"),
    "name a number": (first(to=[{"email": "a@example.com", "name": 1}]), "personalizations.0.to.0.name"),
    "twice in to": (first(to=[{"email": "a@example.com"}, {"email": "A@example.com"}]), "personalizations.0"),
    "in to and cc": (first(cc=[{"email": "ANN@example.com"}]), "personalizations.0"),
    "in cc and bcc": (first(cc=people(1), bcc=people(1)), "personalizations.0"),
    "151 tags": (
        first(substitutions={f"%{number}%": "x" for number in range(151)}),
        "personalizations.0.substitutions",
    ),
    "10,001 bytes of tags": (first(substitutions={"%x%": "y" * 9_998}), "personalizations.0.substitutions"),
    "10,001 bytes, not characters": (
        first(substitutions={"%x%": "é" * 4_999}),
        "personalizations.0.substitutions",
    ),
    "a number as a value": (first(substitutions={"%x%": 1}), "personalizations.0.substitutions"),
    "tags in a list": (first(substitutions=["x"]), "personalizations.0.substitutions"),
    "tags with a dynamic template": (good(template_id="d-1"), "personalizations.0.substitutions"),
    "dynamic data a string": (first(dynamic_template_data="x"), "personalizations.0.dynamic_template_data"),
    "arg a number": (first(custom_args={"a": 1}), "personalizations.0.custom_args.a"),
    "arg empty": (first(custom_args={"a": ""}), "personalizations.0.custom_args.a"),
    "args a string": (first(custom_args="x"), "personalizations.0.custom_args"),
    "message arg a number": (good(custom_args={"a": 1}), "custom_args.a"),
    "message args a string": (good(custom_args="x"), "custom_args"),
    "10,001 bytes of merged args": (
        first(custom_args={"nl_d": "y" * (10_001 - 4 - len("nl_bb1nl_ii1"))}),
        "personalizations.0.custom_args",
    ),
    "empty subject": (good(subject=""), "subject"),
    "subject a number": (good(subject=1), "subject"),
    "no subject": (good(subject=None), "personalizations.0.subject"),
    "empty subject of a personalization": (first(subject=""), "personalizations.0.subject"),
    "no content": (good(content=None), "content"),
    "empty content": (good(content=[]), "content"),
    "content an object": (good(content={}), "content"),
    "content block a string": (good(content=["x"]), "content.0"),
    "empty value": (good(content=[{"type": "text/plain", "value": ""}]), "content.0.value"),
    "no value": (good(content=[{"type": "text/plain"}]), "content.0.value"),
    "no type": (good(content=[{"value": "x"}]), "content.0.type"),
    "type with parameters": (
        good(content=[{"type": "text/html; charset=utf-8", "value": "x"}]),
        "content.0.type",
    ),
    "type with a line end": (good(content=[{"type": "text/html\r\n", "value": "x"}]), "content.0.type"),
    "HTML first": (good(content=good()["content"][::-1]), "content"),
    "AMP after HTML": (
        good(content=[{"type": kind, "value": "x"} for kind in ("text/html", "text/x-amp-html")]),
        "content",
    ),
    "two texts": (good(content=[{"type": "text/plain", "value": "x"}] * 2), "content"),
    "no from": (good(**{"from": None}), "from.email"),
    "from without email": (good(**{"from": {"name": "x"}}), "from"),
    "malformed from": (good(**{"from": {"email": "x"}}), "from.email"),
    "from elsewhere": (first(**{"from": {"email": "a@evil.example"}}), "personalizations.0.from"),
    "malformed reply_to": (good(reply_to={"email": "x"}), "reply_to.email"),
    "reply_to and reply_to_list": (good(reply_to_list=people(1)), "reply_to"),
    "reply_to_list with a double": (good(reply_to=None, reply_to_list=people(1) * 2), "reply_to_list"),
    "1001 in reply_to_list": (good(reply_to=None, reply_to_list=people(1001)), "reply_to_list"),
    "header value a number": (good(headers={"X-A": 1}), "headers"),
    "header value with a line end": (good(headers={"X-A": "a\r\nBcc: x@example.com"}), "headers"),
    "header name with a space": (good(headers={"X A": "1"}), "headers"),
    "header name not ASCII": (good(headers={"X-É": "1"}), "headers"),
    "header twice": (good(headers={"X-A": "1", "x-a": "2"}), "headers"),
    "reserved header": (good(headers={"Reply-To": "x@example.com"}), "headers.reply-to"),
    "reserved header of a personalization": (
        first(headers={"X-SG-EID": "1"}),
        "personalizations.0.headers.x-sg-eid",
    ),
    "header of a personalization a list": (first(headers=[]), "personalizations.0.headers"),
    "eleven categories": (good(categories=[str(number) for number in range(11)]), "categories"),
    "a category twice": (good(categories=["a", "a"]), "categories"),
    "a category of 256": (good(categories=["x" * 256]), "categories.0"),
    "a category not ASCII": (good(categories=["Noël"]), "categories.0"),
    "a category a number": (good(categories=[1]), "categories"),
    "categories a string": (good(categories="a"), "categories"),
    "send_at beyond 72 hours": (good(send_at=int(NOW) + 72 * 3600 + 1), "send_at"),
    "send_at in milliseconds": (good(send_at=int(NOW) * 1000), "send_at"),
    "send_at a string": (good(send_at="1"), "send_at"),
    "send_at a boolean": (good(send_at=True), "send_at"),
    "send_at of a personalization too far": (first(send_at=int(NOW) + 999_999), "personalizations.0.send_at"),
    "asm without group": (good(asm={}), "asm.group_id"),
    "asm group a string": (good(asm={"group_id": "1"}), "asm.group_id"),
    "26 groups": (good(asm={"group_id": 1, "groups_to_display": list(range(26))}), "asm.groups_to_display"),
    "groups of strings": (good(asm={"group_id": 1, "groups_to_display": ["1"]}), "asm.groups_to_display"),
    "pool of one character": (good(ip_pool_name="a"), "ip_pool_name"),
    "pool of 65": (good(ip_pool_name="a" * 65), "ip_pool_name"),
    "batch id a number": (good(batch_id=1), "batch_id"),
    "template id a number": (good(template_id=1), "template_id"),
    "attachments an object": (good(attachments={}), "attachments"),
    "attachment a string": (good(attachments=["x"]), "attachments.0"),
    "attachment not base64": (good(attachments=[{"content": "é", "filename": "x"}]), "attachments.0.content"),
    "attachment without name": (good(attachments=[{"content": "aGk="}]), "attachments.0.filename"),
    "attachment of an unknown disposition": (
        good(attachments=[{"content": "aGk=", "filename": "x", "disposition": "y"}]),
        "attachments.0.disposition",
    ),
    "attachment of a bad type": (
        good(attachments=[{"content": "aGk=", "filename": "x", "type": "a;b"}]),
        "attachments.0.type",
    ),
    "attachment with a bad content id": (
        good(attachments=[{"content": "aGk=", "filename": "x", "content_id": 1}]),
        "attachments.0.content_id",
    ),
    "sandbox as a string": (
        good(mail_settings={"sandbox_mode": {"enable": "true"}}),
        "mail_settings.sandbox_mode.enable",
    ),
    "footer as a list": (good(mail_settings={"footer": []}), "mail_settings.footer"),
    "mail settings a list": (good(mail_settings=[]), "mail_settings"),
    "two bypasses": (
        good(
            mail_settings={
                "bypass_list_management": {"enable": True},
                "bypass_spam_management": {"enable": True},
            }
        ),
        "mail_settings.bypass_list_management",
    ),
    "click tracking as a number": (
        good(tracking_settings={"click_tracking": {"enable": 1}}),
        "tracking_settings.click_tracking.enable",
    ),
    "utm a number": (
        good(tracking_settings={"ganalytics": {"utm_term": 1}}),
        "tracking_settings.ganalytics.utm_term",
    ),
    "section a number": (good(sections={"a": 1}), "sections"),
    "an unknown key": (good(email="x@example.com"), None),
    "an unknown key in a personalization": (first(subsitutions={}), None),
    "an unknown key in a recipient": (first(to=[{"email": "a@example.com", "mail": "x"}]), None),
    "an unknown setting": (good(tracking_settings={"clicks": {}}), None),
    "null for a key": ({**good(), "categories": None}, "categories"),
}


@pytest.mark.parametrize("name", KEPT)
def test_nothing_is_said_against(name: str) -> None:
    assert examine(KEPT[name], STRICT) == []


@pytest.mark.parametrize("name", BROKEN)
def test_the_complaint_names_the_field(name: str) -> None:
    body, field = BROKEN[name]
    assert field in fields(body)


@pytest.mark.parametrize("name", [*KEPT, *BROKEN])
def test_the_quick_look_never_passes_what_the_long_look_would_not(name: str) -> None:
    body = KEPT.get(name) or BROKEN[name][0]
    if _glances(body):
        assert [field for field in fields(body) if str(field).startswith("personalizations")] == []


def test_the_quick_look_is_enough_for_an_ordinary_large_request() -> None:
    assert _glances(crowd(1000))


def _intake() -> Intake:
    options = Options()
    made = Intake(options, Account.of(options), cast(History, None), Clock(NOW))
    for names in (("List-Unsubscribe", "List-Unsubscribe-Post"), ("X-Own",)):
        made._glance.remember(names)
    return made


INTAKE = _intake()


def _glances(body: Any) -> bool:
    """True if the quick look is enough: the long look is not taken."""
    letter = read_typed(json.dumps(body).encode())
    return letter is not None and INTAKE._glance_is_enough(letter, letter.message())


_text = st.text(max_size=12)
_long = st.integers(0, 11_000).map(lambda size: "é" * (size // 2) + "x" * (size % 2))
_address = (
    st.sampled_from(
        [
            "a@example.com",
            "A@example.com",
            "b@example.com",
            "nope",
            "",
            "a@b",
            "a@example.com\nb@example.com",
            "x" * 65 + "@example.com",
            "é@example.com",
            "a@example.c0m.",
        ]
    )
    | st.emails()
)
_person = st.fixed_dictionaries({"email": _address}, optional={"name": _text})
_envelope = st.fixed_dictionaries(
    {"to": st.lists(_person, min_size=1, max_size=2)},
    optional={
        "cc": st.lists(_person, max_size=1),
        "subject": _text,
        "substitutions": st.dictionaries(_text, _text | _long, max_size=3),
        "custom_args": st.dictionaries(_text, _text | _long, max_size=3),
        "headers": st.dictionaries(st.sampled_from(["X-Own", "X-Other", "Bcc", "X Y"]), _text, max_size=2),
        "send_at": st.integers(0, 2**33),
        "from": _person,
    },
)


@given(st.lists(_envelope, min_size=1, max_size=3), st.booleans())
@example([{"to": [{"email": "a@example.com\nb@example.com"}]}], True)
def test_the_quick_look_agrees_on_anything(envelopes: list[Body], has_subject: bool) -> None:
    body = good(personalizations=envelopes, subject="s" if has_subject else None)
    if _glances(body):
        assert fields(body) == []


def test_several_complaints_at_once() -> None:
    body = {**first(to=[{"email": "x"}], send_at="x"), "subject": "", "categories": ["é"]}
    assert fields(body) == [
        "personalizations.0.to.0.email",
        "personalizations.0.send_at",
        "subject",
        "categories.0",
    ]


def test_every_published_substitution_limit() -> None:
    over = {
        "10k": first(substitutions={"%x%": "y" * 10_000}),
        "50k": first(substitutions={"%x%": "y" * 50_000}),
        "8k-bare": first(substitutions={"%x%": "y" * 8_000}),
        "50k-request": good(
            personalizations=[
                {"to": [{"email": f"a{n}@example.com"}], "substitutions": {"%x%": "y" * 9_000}}
                for n in range(6)
            ]
        ),
    }
    for name, body in over.items():
        assert examine(body, Ground(SUBSTITUTION_LIMITS[name])), name
        assert not examine(body, Ground(SUBSTITUTION_LIMITS["none"])), name
    assert fields(over["50k-request"], Ground(SUBSTITUTION_LIMITS["50k-request"])) == [None]
    assert examine(over["8k-bare"], Ground(SUBSTITUTION_LIMITS["8k-bare"])) == [BARE]
    assert not examine(over["10k"], Ground(SUBSTITUTION_LIMITS["50k"]))
    assert not examine(over["8k-bare"], Ground(SUBSTITUTION_LIMITS["10k"]))


def test_groups_and_pools_of_the_account() -> None:
    ground = Ground(groups=(5,), pools=("main",))
    assert fields(good(asm={"group_id": 5}, ip_pool_name="main"), ground) == []
    assert fields(good(asm={"group_id": 6}), ground) == ["asm.group_id"]
    assert fields(good(ip_pool_name="other"), ground) == ["ip_pool_name"]
