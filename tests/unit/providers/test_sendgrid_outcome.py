"""What each answer means, and that a refusal is read no further than it is sure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.errors import ProviderError, RefusalScope, Refused, Unavailable, Uncertain
from newsletter.model.outbound import Receipt
from newsletter.providers.answer import Answer, Broken, Sent
from newsletter.providers.sendgrid.outcome import LONGEST_WAIT, judge, judge_broken


def meaning(
    status: int,
    body: object = b"",
    *,
    complete: bool = True,
    sent: Sent = Sent.ALL,
    sandbox: bool = False,
    **headers: str,
) -> Receipt | ProviderError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        return judge(Answer(status, named, raw, complete, sent), members=10, sandbox=sandbox)
    except ProviderError as error:
        return error


def refusal(*fields: str | None) -> dict[str, Any]:
    return {"errors": [{"message": "no", "field": field, "help": None} for field in fields]}


def refused(status: int, body: object = b"", **how: Any) -> Refused:
    found = meaning(status, body, **how)
    assert isinstance(found, Refused)
    return found


class TestYes:
    def test_202_is_a_receipt(self) -> None:
        assert meaning(202, x_message_id="abc") == Receipt("abc", 202)

    def test_200_only_in_sandbox(self) -> None:
        assert meaning(200, sandbox=True) == Receipt("", 200)
        assert isinstance(meaning(200), Uncertain)
        assert isinstance(meaning(202, sandbox=True), Uncertain)

    def test_not_for_a_request_that_did_not_all_go_out(self) -> None:
        assert isinstance(meaning(202, sent=Sent.PART), Uncertain)

    def test_not_when_torn(self) -> None:
        assert isinstance(meaning(202, complete=False), Uncertain)


@given(st.integers(100, 999), st.binary(max_size=40), st.booleans(), st.sampled_from(Sent))
def test_only_documented_answers_are_a_yes_or_a_no(
    status: int, body: bytes, complete: bool, sent: Sent
) -> None:
    found = meaning(status, body, complete=complete, sent=sent)
    if isinstance(found, Receipt):
        assert status == 202
        assert complete
        assert sent is Sent.ALL
    elif isinstance(found, Refused | Unavailable):
        assert status in {400, 401, 403, 404, 405, 413, 415, 429} or 300 <= status < 400
    else:
        assert isinstance(found, Uncertain)


class TestNo:
    @pytest.mark.parametrize(
        ("fields", "members"),
        [
            (("personalizations.3.to",), (3,)),
            (
                ("personalizations.3.to.0.email", "personalizations.7.substitutions", "personalizations.3"),
                (3, 7),
            ),
            (("personalizations[4].to",), (4,)),
            (("personalizations.9.to", None), (9,)),
            (("personalizations.9.to", "subject"), (9,)),
        ],
    )
    def test_a_path_names_members(self, fields: tuple[str | None, ...], members: tuple[int, ...]) -> None:
        found = refused(400, refusal(*fields))
        assert (found.scope, found.members) == (RefusalScope.MEMBERS, members)

    @pytest.mark.parametrize(
        "body",
        [
            refusal(None),
            refusal("subject"),
            refusal("personalizations"),
            refusal("personalizations.10.to"),  # nobody has this place
            refusal("personalizations.99999.to"),
            refusal("xpersonalizations.1.to"),
            {"errors": [{"message": None}]},
            {"errors": []},
            {},
            b"<html>Bad Request</html>",
            b"",
            b'{"errors": 3}',
            b'{"errors": [3]}',
            b"[" * 50_000,
            b"\xff",
        ],
    )
    def test_no_path_names_nobody(self, body: object) -> None:
        found = refused(400, body)
        assert (found.scope, found.members) == (RefusalScope.REQUEST, ())
        assert "50000" in found.hint

    @pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308, 401, 403])
    def test_the_account(self, status: int) -> None:
        assert refused(status, refusal("personalizations.0.to")).scope is RefusalScope.ACCOUNT

    @pytest.mark.parametrize("status", [404, 405, 413, 415])
    def test_the_request(self, status: int) -> None:
        found = refused(status, refusal("personalizations.0.to"))
        assert (found.scope, found.status) == (RefusalScope.REQUEST, status)

    def test_whole_json_proves_an_answer_without_a_length(self) -> None:
        assert refused(400, refusal("personalizations.1.to"), complete=False).members == (1,)
        assert isinstance(meaning(400, b'{"errors": [{"mess', complete=False), Uncertain)
        assert isinstance(meaning(401, b"", complete=False), Uncertain)
        assert isinstance(meaning(429, b"too many", complete=False), Uncertain)

    def test_its_words_are_shown_on_one_line(self) -> None:
        found = refused(400, {"errors": [{"message": "bad\x1b[2J\r\nthing\u202e", "field": "subject"}] * 5})
        assert "subject: bad" in found.message
        assert found.message.isprintable()
        assert "2 more" in found.message
        assert len(refused(400, {"errors": [{"message": "x" * 10**6}]}).message) < 300


class TestWaiting:
    DATE = "Wed, 16 Dec 2020 14:00:00 GMT"
    AT = 1_608_127_200

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({}, None),
            ({"retry_after": "7"}, 7.0),
            ({"retry_after": "999999"}, LONGEST_WAIT),
            ({"retry_after": "-7"}, None),
            ({"retry_after": "soon"}, None),
            ({"retry_after": "٣"}, None),
            ({"date": DATE, "retry_after": "Wed, 16 Dec 2020 14:00:30 GMT"}, 30.0),
            ({"date": DATE, "x_ratelimit_reset": str(AT + 12)}, 12.0),
            ({"date": DATE, "x_ratelimit_reset": str(AT - 12)}, 0.0),
            ({"date": DATE, "x_ratelimit_reset": "9" * 30}, LONGEST_WAIT),
            ({"x_ratelimit_reset": str(AT + 12)}, None),
            ({"date": "yesterday", "x_ratelimit_reset": str(AT + 12)}, None),
        ],
    )
    def test_as_long_as_it_says_by_its_own_clock(
        self, headers: dict[str, str], seconds: float | None
    ) -> None:
        found = meaning(429, b"too many requests", **headers)
        assert isinstance(found, Unavailable)
        assert found.retry_after == seconds


class TestBroken:
    def test_nothing_left(self) -> None:
        assert isinstance(judge_broken(Broken("ConnectError", Sent.NOTHING)), Unavailable)

    @pytest.mark.parametrize("sent", [Sent.PART, Sent.ALL])
    def test_something_may_have(self, sent: Sent) -> None:
        assert isinstance(judge_broken(Broken("ReadTimeout", sent)), Uncertain)
