"""The emulator's own rules against the official OpenAPI document and the rules it lacks (`validate_example.py`).

Both judge the same bodies, good and bad, written and generated. Where they differ on purpose, INTENDED says why.
"""

from __future__ import annotations

import copy
import importlib.util
import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.emulator.options import SUBSTITUTION_LIMITS
from newsletter.emulator.rules import Ground
from newsletter.emulator.rules_envelope import examine
from tests.corpora import shared
from tests.unit.emulator.samples import NOW, Body, good
from tests.unit.emulator.test_rules import BROKEN, KEPT

STRICT = Ground(SUBSTITUTION_LIMITS["10k"], NOW)

ONLY_WE_REFUSE = {
    "malformed cc": "a host without a dot; the format check allows it, no mail could reach it",
    "address of 255 characters": "the format check allows it; RFC 5321 section 4.5.3.1.3 does not",
    "arg empty": "error page: custom args cannot be empty; the rules beside the document leave it out",
    "two texts": "the service names this error; the document cannot say it",
    "type with parameters": "error page: no ';' or CRLF",
    "type with a line end": "error page: no ';' or CRLF",
    "header twice": "error page: no duplicate keys; JSON keys differ by case only",
    "attachment not base64": "error page; the document asks for any string",
    "attachment of a bad type": "error page: no ';' or CRLF",
    "an unknown key": "a stray key got a bare 400 (sendgrid-nodejs issue 433)",
    "an unknown key in a personalization": "as above",
    "an unknown key in a recipient": "as above",
    "an unknown setting": "as above",
}
ONLY_THEY_REFUSE = {
    "names with ; and ,": "forbidden by an older page only; a remark in the report",
    "a value that holds a tag": "the service takes it: that is the danger; a remark in the report",
    "a tag inside another": "the service takes it; a remark in the report",
    "sections": "retired, but still taken; a remark in the report",
}


@pytest.fixture(scope="module")
def official() -> ModuleType:
    """`validate_example.py` beside the official document."""
    path = shared("contracts/sendgrid/validate_example.py")
    spec = importlib.util.spec_from_file_location("validate_example", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def they_refuse(official: ModuleType, body: Any) -> bool:
    """The verdict of document and rules; the rules assume what the document proves."""
    return bool(official.check(body, now=NOW))


def we_refuse(body: Any) -> bool:
    return bool(examine(body, STRICT))


@pytest.mark.parametrize("name", KEPT)
def test_what_we_take_they_take(official: ModuleType, name: str) -> None:
    assert they_refuse(official, KEPT[name]) == (name in ONLY_THEY_REFUSE)


@pytest.mark.parametrize("name", BROKEN)
def test_what_we_refuse_they_refuse(official: ModuleType, name: str) -> None:
    assert they_refuse(official, BROKEN[name][0]) != (name in ONLY_WE_REFUSE)


def test_their_own_examples(official: ModuleType) -> None:
    assert not we_refuse(official.GOOD)
    taken = {"tag in value", "overlapping tags"}
    assert {name for name, spoil in official.BAD.items() if not _spoilt_is_refused(official, spoil)} == taken


def _spoilt_is_refused(official: ModuleType, spoil: Callable[[Body], Any]) -> bool:
    body = copy.deepcopy(official.GOOD)
    spoil(body)
    return bool(examine(body, Ground(SUBSTITUTION_LIMITS["10k"], 0.0)))


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 10_000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
PATHS: list[tuple[str | int, ...]] = [
    *(
        (key,)
        for key in (
            "from",
            "subject",
            "content",
            "categories",
            "send_at",
            "headers",
            "reply_to",
            "reply_to_list",
            "asm",
        )
    ),
    *(
        (key,)
        for key in (
            "batch_id",
            "template_id",
            "ip_pool_name",
            "mail_settings",
            "tracking_settings",
            "personalizations",
        )
    ),
    ("from", "email"),
    ("from", "name"),
    ("content", 0, "type"),
    ("content", 0, "value"),
    ("headers", "X-Own"),
    ("asm", "group_id"),
    ("asm", "groups_to_display"),
    ("mail_settings", "sandbox_mode", "enable"),
    ("mail_settings", "footer", "html"),
    ("tracking_settings", "open_tracking", "substitution_tag"),
    ("tracking_settings", "click_tracking", "enable_text"),
    *(
        ("personalizations", 0, key)
        for key in (
            "to",
            "cc",
            "bcc",
            "subject",
            "headers",
            "substitutions",
            "custom_args",
            "send_at",
            "from",
        )
    ),
    ("personalizations", 0, "to", 0, "email"),
    ("personalizations", 0, "to", 0, "name"),
    ("personalizations", 0, "substitutions", "%first%"),
]


def _with(path: tuple[str | int, ...], value: Any) -> Body:
    body = good(
        headers={"X-Own": "1"},
        asm={"group_id": 1},
        mail_settings={"sandbox_mode": {"enable": False}, "footer": {"enable": False}},
    )
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return body


def _intended(official: ModuleType, body: Body) -> bool:
    """True if the difference is one of the kinds in the two tables above, or an empty or unprintable header name."""
    ours = {f"{each.field}: {each.message}" for each in examine(body, STRICT)}
    theirs = " ".join(why for _, why in official.check(body, now=NOW))
    only_ours = (
        "None: Bad Request",
        "custom_args.",
        "Header keys cannot contain",
        "content: ",
        ".type: ",
        "content.0.type",
        "attachments",
    )
    only_theirs = ("name holds ;", "contains a tag", "part of another", "HTML-special", "retired")
    if ours and not theirs:
        return all(
            any(mark in each for mark in only_ours) or "Does not contain a valid address" in each
            for each in ours
        )
    return any(mark in theirs for mark in only_theirs)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PATHS), JSON_VALUES)
def test_one_value_replaced_by_anything(
    official: ModuleType, path: tuple[str | int, ...], value: Any
) -> None:
    body = json.loads(json.dumps(_with(path, value)))
    try:
        theirs = they_refuse(official, body)
    except (AttributeError, TypeError):
        theirs = True  # their rules stumble over a type that the document lets pass
    ours = we_refuse(body)
    assert ours == theirs or _intended(official, body), (path, value, examine(body, STRICT))
