"""Hooks: proved over the raw bytes, then read leniently."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from sendgrid import EventWebhook

from newsletter.model.errors import ConfigurationError, HookRejected
from newsletter.model.event import Event, EventKind, HookRequest
from newsletter.providers.sendgrid.events import KINDS, _event, _plain, read, read_keys
from newsletter.providers.sendgrid.signature import MAX_BODY, SIGNATURE, TIMESTAMP, require_signed
from tests.corpora import shared

NOW = datetime(2020, 12, 16, 14, 0, tzinfo=UTC)
_SECRET = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    _SECRET.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
KEYS = read_keys((PUBLIC,))


def sign(body: bytes, stamp: str = "1608127200") -> HookRequest:
    signature = _SECRET.sign(stamp.encode() + body, ec.ECDSA(SHA256()))
    headers = {SIGNATURE: base64.b64encode(signature).decode(), TIMESTAMP: stamp}
    return HookRequest(headers, body, NOW)


def read_signed(*items: object) -> list[Event]:
    """Events of a body in SendGrid's form: CRLF between events and at the end."""
    body = b"[" + b",\r\n".join(json.dumps(item).encode() for item in items) + b"]\r\n"
    return read(sign(body), KEYS)


def one(**fields: Any) -> Event:
    (event,) = read_signed({"email": "a@b.ca", "timestamp": 1608127100, "sg_event_id": "id1", **fields})
    return event


@cache
def vectors() -> list[dict[str, Any]]:
    found = json.loads(shared("contracts/sendgrid/event_webhook_signature_vectors.json").read_text("utf-8"))
    return list(found["vectors"])


class TestProof:
    def test_the_vectors_captured_from_the_service(self) -> None:
        assert {vector["valid"] for vector in vectors()} == {True, False}
        for vector in vectors():
            headers = {SIGNATURE: vector["signature"], TIMESTAMP: vector["timestamp"]}
            request = HookRequest(headers, vector["body"].encode(), NOW)
            keys = read_keys((vector["public_key"],))
            if vector["valid"]:
                assert read(request, keys)
            else:
                with pytest.raises(HookRejected):
                    read(request, keys)

    @given(st.integers(0, 400), st.integers(1, 255), st.booleans())
    def test_one_altered_byte_is_refused_here_and_by_the_sdk(self, place: int, flip: int, also: bool) -> None:
        body = b'[{"email":"a@b.ca","event":"delivered","sg_event_id":"x"}]\r\n'
        request = sign(body)
        assert EventWebhook(PUBLIC).verify_signature(
            body.decode(), request.headers[SIGNATURE], request.headers[TIMESTAMP]
        )
        altered = bytearray(body)
        altered[place % len(body)] ^= flip
        stamp = request.headers[TIMESTAMP][:-1] + "9" if also else request.headers[TIMESTAMP]
        headers = {**request.headers, TIMESTAMP: stamp}
        with pytest.raises(HookRejected):
            read(HookRequest(headers, bytes(altered), NOW), KEYS)

    @given(
        st.dictionaries(st.sampled_from([SIGNATURE, TIMESTAMP, "x"]), st.text(max_size=250)),
        st.binary(max_size=50),
    )
    def test_whatever_comes_unsigned_is_rejected_and_nothing_else(
        self, headers: dict[str, str], body: bytes
    ) -> None:
        for content in (body, b"[" + body):
            with pytest.raises(HookRejected):
                read(HookRequest(headers, content, NOW), KEYS)

    def test_no_byte_moves_between_timestamp_and_body(self) -> None:
        body = b"[]"
        request = sign(body)
        stamp = request.headers[TIMESTAMP]
        signature = request.headers[SIGNATURE]
        for moved, rest in ((stamp[:-1], stamp[-1:].encode() + body), (stamp + "[", body[1:])):
            with pytest.raises(HookRejected):
                read(HookRequest({SIGNATURE: signature, TIMESTAMP: moved}, rest, NOW), KEYS)
        # What stands between a hook and its answer reads no JSON, and must notice it too.
        with pytest.raises(HookRejected):
            require_signed(
                HookRequest({SIGNATURE: signature, TIMESTAMP: stamp[:-1]}, stamp[-1:].encode() + body, NOW),
                KEYS,
            )

    @pytest.mark.parametrize(
        "stamp", ["", "-1", "1e9", " 1608127200", "1608127200 ", "١٢٣", "0x10", "1" * 21]
    )
    def test_a_timestamp_is_digits_only(self, stamp: str) -> None:
        with pytest.raises(HookRejected, match="timestamp"):
            read(sign(b"[]", stamp), KEYS)

    def test_another_key_and_a_ring_of_two(self) -> None:
        other = ec.generate_private_key(ec.SECP256R1()).public_key()
        text = base64.b64encode(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
        request = sign(b"[]")
        with pytest.raises(HookRejected, match="does not match"):
            read(request, read_keys((text,)))
        assert read(request, read_keys((text, PUBLIC))) == []

    def test_without_a_key_nothing_is_believed(self) -> None:
        with pytest.raises(HookRejected) as rejected:
            read(sign(b"[]"), ())
        assert rejected.value.code == "hook-key-missing"

    @pytest.mark.parametrize("text", ["", "MFkw", "é", PUBLIC[:-8], PUBLIC + "\n"])
    def test_a_wrong_key_is_said_at_once(self, text: str) -> None:
        with pytest.raises(ConfigurationError, match="key 2 "):
            read_keys((PUBLIC, text))

    def test_a_key_of_another_kind(self) -> None:
        for made in (
            ed25519.Ed25519PrivateKey.generate().public_key(),
            ec.generate_private_key(ec.SECP384R1()).public_key(),
        ):
            text = made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            with pytest.raises(ConfigurationError):
                read_keys((base64.b64encode(text).decode(),))

    def test_a_zero_signature_is_no_signature(self) -> None:
        for raw in (bytes.fromhex("3006020100020100"), b"", b"\x30", b"\x00" * 72):
            headers = {SIGNATURE: base64.b64encode(raw).decode(), TIMESTAMP: "1608127200"}
            with pytest.raises(HookRejected):
                read(HookRequest(headers, b"[]", NOW), KEYS)

    def test_size_is_capped_before_anything_is_computed(self) -> None:
        big = b"[" + b" " * MAX_BODY
        with pytest.raises(HookRejected) as rejected:
            read(sign(big), KEYS)
        assert rejected.value.code == "hook-too-large"
        assert read(sign(b"[" + b" " * (1024 * 1024) + b"]"), KEYS) == []

    def test_the_number_of_events_is_capped(self) -> None:
        assert len(read(sign(b"[" + b",".join([b"{}"] * 10_000) + b"]"), KEYS)) == 10_000
        with pytest.raises(HookRejected):
            read(sign(b"[" + b",".join([b"{}"] * 10_001) + b"]"), KEYS)

    @pytest.mark.parametrize("body", [b"[", b"[{]", b"[" * 100_000, b"[1}", b"[9" + b"9" * 5000 + b"]"])
    def test_signed_nonsense_is_rejected(self, body: bytes) -> None:
        with pytest.raises(HookRejected):
            read(sign(body), KEYS)


json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "email",
        "timestamp",
        "event",
        "sg_event_id",
        "nl_i",
        "nl_b",
        "nl_a",
        "nl_d",
        "reason",
        "response",
        "status",
        "type",
        "category",
        "bounce_classification",
        "sg_message_id",
    ]
)


#: an ordinary event, with whatever a provider could have put into its place
NUMBER = st.text(alphabet="0123456789", max_size=21) | st.sampled_from(["", "-1", "²", "1" * 19, str(2**63)])
ORDINARY = st.fixed_dictionaries(
    {"event": st.sampled_from(["processed", "delivered", "deferred", "Processed"])},
    optional={
        "timestamp": st.integers(-1, 10**16)
        | st.sampled_from([1608127100, 1608127100.5, "1608127100", True, None, 10**11]),
        "sg_event_id": st.sampled_from(["id1", "", None, "é\0"]),
        "sg_message_id": st.sampled_from(["abc.recvd-1.0", "", ".", 5]),
        "email": st.sampled_from(["a@b.ca", "", None]),
        "nl_i": st.sampled_from(["21c5fc45", "", None, 7]),
        "nl_b": NUMBER | st.integers(),
        "nl_a": NUMBER,
        "nl_d": NUMBER | st.none(),
        "reason": st.sampled_from(["", "550 no", None]),
        "response": st.sampled_from(["", "250 OK 5.1.1", ["x"]]),
        "status": st.sampled_from(["", "5.1.1", 5]),
        "category": st.sampled_from(["x", ["x"]]),
    },
)


class TestReading:
    @given(ORDINARY)
    def test_the_short_way_reads_as_the_careful_one(self, item: dict[str, object]) -> None:
        short = _plain(msgspec.Raw(msgspec.json.encode(item)), NOW)
        assert short is None or short == structs.replace(_event(item, NOW), data={})

    def test_the_short_way_is_taken(self) -> None:
        item = {
            "event": "delivered",
            "timestamp": 1608127100,
            "sg_event_id": "id1",
            "nl_d": "7",
            "response": "250 OK",
        }
        found = _plain(msgspec.Raw(msgspec.json.encode(item)), NOW)
        assert found is not None
        assert (found.delivery, found.reason, found.data) == (7, "250 OK", {})

    @given(st.lists(st.dictionaries(FIELDS, json_value) | json_value, max_size=4))
    def test_whatever_is_signed_is_kept(self, items: list[object]) -> None:
        """No field, of any type, loses an event or raises; and what is kept can be stored as JSON."""
        events = read_signed(*items)
        assert len(events) == len(items)
        for event in events:
            assert event.id
            assert event.occurred_at.tzinfo is UTC
            msgspec.json.encode(event.data)

    def test_every_kind(self) -> None:
        for name, kind in KINDS.items():
            assert one(event=name).kind is kind
        assert one(event="group_resubscribe").kind is EventKind.OTHER
        assert one(event="cancel_drop", more=[1]).data == {"event": "cancel_drop", "more": [1]}

    def test_our_ids_come_back_as_numbers(self) -> None:
        event = one(event="delivered", nl_i="4f2a9c1e", nl_b="12", nl_a="1", nl_d="7001")
        assert (event.instance, event.batch, event.attempt, event.delivery) == ("4f2a9c1e", 12, 1, 7001)

    @pytest.mark.parametrize("text", ["", "-1", "1.0", "abc", "٣", str(2**63), "9" * 5000, None, [1], True])
    def test_what_is_no_id_of_ours_is_none(self, text: object) -> None:
        assert one(event="delivered", nl_d=text).delivery is None

    def test_another_installation_is_kept_apart(self) -> None:
        assert one(event="delivered", nl_i="other", nl_d="1").instance == "other"
        assert one(event="delivered").instance is None

    def test_time(self) -> None:
        assert one(timestamp=1608127100).occurred_at == datetime(2020, 12, 16, 13, 58, 20, tzinfo=UTC)
        assert one(timestamp="1608127100").occurred_at == one().occurred_at
        assert one(timestamp=1608127100500).occurred_at.replace(microsecond=0) == one().occurred_at
        for odd in (None, -1, 0, 10**30, 1e300, "x", "9" * 400, True, [1]):
            assert one(timestamp=odd).occurred_at == NOW

    def test_an_event_without_an_id_gets_the_same_one_each_time(self) -> None:
        first, second, third = (one(event="delivered", sg_event_id=None, n=n, timestamp=1) for n in (1, 1, 2))
        assert first.id == second.id != third.id

    def test_category_as_text_or_list(self) -> None:
        assert one(category="a").data["category"] == ["a"]
        assert one(category=["a", "b"]).data["category"] == ["a", "b"]

    def test_account(self) -> None:
        event = one(event="account_status_change", type="compliance_suspend")
        assert (event.kind, event.reason) == (EventKind.ACCOUNT, "compliance_suspend")

    def test_what_has_a_place_is_not_kept_twice(self) -> None:
        assert set(one(event="open", nl_d="1", sg_machine_open=True).data) == {"event", "sg_machine_open"}

    @pytest.mark.parametrize(
        "body",
        [
            b'[{"event":"delivered","reason":"caf\xe9"}]',
            b'[{"event":"delivered","reason":"\\ud800"}]',
            b'[{"event":"delivered","n":1e999}]',
            b'[{"event":"delivered","n":NaN}]',
        ],
    )
    def test_broken_characters_and_numbers_do_not_lose_the_event(self, body: bytes) -> None:
        (event,) = read(sign(body), KEYS)
        assert event.kind is EventKind.DELIVERED
        msgspec.json.encode([event.reason, event.data])


class TestWhoseFault:
    @pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
    def test_hard_is_an_invalid_address(self, status: str) -> None:
        for fields in ({"status": status}, {"reason": f"550 {status} no such user", "status": "5.0.0"}):
            event = one(event="bounce", type="bounce", **fields)
            assert (event.hard, event.policy, event.status) == (True, False, status)

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": "5.7.1"},
            {"status": "5.7.515"},
            {"status": "4.7.26"},
            {"status": "5.6.0"},
            {"status": "5.5.0"},
            {"status": "5.1.8"},
            {"status": "5.2.3"},
            {"status": "5.3.4"},
            {"status": "5.1.1", "reason": "550 5.7.1 blocked by policy"},
            {"reason": "550 5.7.26 unauthenticated"},
            {"bounce_classification": "Content"},
            {"bounce_classification": "Reputation", "status": "5.1.1"},
            {"bounce_classification": "Frequency or Volume Too High"},
            {"bounce_classification": "Frequency/Volume"},
            {"type": "blocked"},
            {"type": "blocked", "bounce_classification": "Unclassified"},
        ],
    )
    def test_ours_never_counts_against_the_member(self, fields: dict[str, str]) -> None:
        event = one(**{"event": "bounce", "type": "bounce"} | fields)
        assert (event.hard, event.policy) == (False, True)

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": "4.2.2"},
            {"status": "5.2.2"},
            {"status": "5.2.1"},
            {"status": "4.4.1", "reason": "550 5.1.1"},
            {"status": "5.1.0"},
            {"bounce_classification": "Mailbox Unavailable"},
            {"bounce_classification": "Technical"},
            {"bounce_classification": "Invalid Address", "status": "4.2.2"},
            {"reason": "rejected by 5.1.1.9 and 10.5.1.1"},
            {"type": "blocked", "status": "5.2.2"},
            {"type": "blocked", "status": "5.1.1"},
            {},
        ],
    )
    def test_all_else_is_soft(self, fields: dict[str, str]) -> None:
        event = one(**{"event": "bounce", "type": "bounce"} | fields)
        assert (event.hard, event.policy) == (False, False)

    def test_the_service_may_say_invalid_itself(self) -> None:
        assert one(event="bounce", bounce_classification="Invalid Address").hard
        assert one(event="bounce", type="bounce", bounce_classification="invalid").hard

    def test_drops(self) -> None:
        found = {
            reason: (event.hard, event.policy)
            for reason in (
                "Bounced Address",
                "Invalid",
                "Invalid SMTPAPI header",
                "Spam Content (if spam checker app enabled)",
                "Recipient List over Package Quota",
                "Unsubscribed Address",
                "Spam Reporting Address",
            )
            for event in [one(event="dropped", reason=reason)]
        }
        assert [name for name, (hard, _) in found.items() if hard] == ["Bounced Address", "Invalid"]
        assert [name for name, (_, policy) in found.items() if policy] == [
            "Invalid SMTPAPI header",
            "Spam Content (if spam checker app enabled)",
            "Recipient List over Package Quota",
        ]

    def test_deferrals(self) -> None:
        assert one(event="deferred", response="421 4.7.28 rate limited").policy
        assert not one(event="deferred", response="450 4.2.1 busy").policy
