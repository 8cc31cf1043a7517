"""The bytes for Mail Send: valid by the official document, equal to what the SDK builds, and nobody's value anywhere else."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendgrid.helpers import mail as sdk

from newsletter.model.errors import ConfigurationError, RefusalScope, Refused
from newsletter.model.outbound import OutboundBatch, OutboundMessage, Recipient
from newsletter.providers.conformance import sample_batch, sample_message, sample_recipient
from newsletter.providers.sendgrid import limits
from newsletter.providers.sendgrid.send import encode
from tests.corpora import naughty_strings, shared

Check = Callable[..., list[Any]]


@cache
def checker() -> Check:
    """`check` of the example beside the official document: its schema, and the rules that it lacks."""
    path = shared("contracts/sendgrid/validate_example.py")
    spec = importlib.util.spec_from_file_location("validate_example", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Check, module.check)


def posted(batch: OutboundBatch, **how: Any) -> dict[str, Any]:
    """What `encode` posts, read back, after the official look."""
    body = encode(batch, **how).body
    read: dict[str, Any] = json.loads(body)
    assert checker()(read, raw_size=len(body)) == []
    return read


def posted_or_refused(batch: OutboundBatch) -> dict[str, Any] | Refused:
    """The body, or the refusal that came before it."""
    try:
        return posted(batch)
    except Refused as refused:
        return refused


def by_sdk(batch: OutboundBatch) -> dict[str, Any]:
    """The same mail built with the SDK's helpers, in our order (the helpers put each new item in front)."""
    message = batch.message
    plain, html, subject = (
        "".join(part if isinstance(part, str) else message.tags[part] for part in template)
        for template in (message.text, message.html, message.subject)
    )
    mail = sdk.Mail(from_email=sdk.From(message.sender_address, message.sender_name or None), subject=subject)
    mail.reply_to = sdk.ReplyTo(message.reply_to)
    mail.add_content(sdk.Content("text/plain", plain))
    mail.add_content(sdk.Content("text/html", html))
    for name, value in message.headers.items():
        mail.add_header(sdk.Header(name, value))
    for name, value in (("nl_i", batch.instance), ("nl_b", str(batch.batch)), ("nl_a", str(batch.attempt))):
        mail.add_custom_arg(sdk.CustomArg(name, value))
    mail.add_category(sdk.Category(message.category))
    for reader in batch.recipients:
        mail.add_personalization(_personalization(message, reader))
    mail.tracking_settings = sdk.TrackingSettings(
        click_tracking=sdk.ClickTracking(enable=False, enable_text=False),
        open_tracking=sdk.OpenTracking(enable=False),
        subscription_tracking=sdk.SubscriptionTracking(enable=False),
        ganalytics=sdk.Ganalytics(enable=False),
    )
    mail.mail_settings = sdk.MailSettings(footer_settings=sdk.FooterSettings(enable=False))
    built: dict[str, Any] = mail.get()
    built["personalizations"].reverse()
    return built


def _personalization(message: OutboundMessage, reader: Recipient) -> sdk.Personalization:
    one = sdk.Personalization()
    one.add_to(sdk.To(reader.address))
    for tag, value in zip(message.tags, reader.values, strict=True):
        one.add_substitution(sdk.Substitution(tag, value))
    for name, value in reader.headers.items():
        one.add_header(sdk.Header(name, value))
    one.add_custom_arg(sdk.CustomArg("nl_d", str(reader.delivery)))
    return one


@pytest.mark.parametrize("count", [1, 2, 1000])
def test_it_is_what_the_sdk_builds(count: int) -> None:
    batch = sample_batch(count)
    assert posted(batch) == by_sdk(batch)


def test_without_places_or_reply_address_or_name_or_category() -> None:
    bare = replace(sample_message(()), reply_to="", sender_name="", category="", headers={})
    body = posted(sample_batch(2, bare))
    assert {"reply_to", "headers", "categories"}.isdisjoint(body)
    assert body["from"] == {"email": "news@news.ngen.ca"}
    assert all("substitutions" not in one for one in body["personalizations"])


def test_the_same_batch_gives_the_same_bytes_whatever_the_order_of_its_headers() -> None:
    batch = sample_batch(3)
    turned = tuple(
        replace(reader, headers=dict(reversed(reader.headers.items()))) for reader in batch.recipients
    )
    assert encode(batch) == encode(replace(batch, recipients=turned))


def test_text_is_utf8_and_lean() -> None:
    body = encode(sample_batch(1)).body
    assert "Vœux".encode() in body
    assert b"\\u" not in body
    assert b": " not in body.replace(b"NGen, ", b"")


def test_nothing_ever_passes_over_the_lists_of_the_provider() -> None:
    for sandbox in (False, True):
        body = encode(sample_batch(3), sandbox=sandbox).body
        assert b"bypass" not in body
        assert b'"asm"' not in body


def test_all_of_sendgrids_own_tracking_is_off_in_so_many_words() -> None:
    body = posted(sample_batch())
    assert {name: one["enable"] for name, one in body["tracking_settings"].items()} == dict.fromkeys(
        ("click_tracking", "open_tracking", "subscription_tracking", "ganalytics"), False
    )
    assert body["tracking_settings"]["click_tracking"]["enable_text"] is False
    assert body["mail_settings"] == {"footer": {"enable": False}}


def test_ids_are_opaque_texts() -> None:
    body = posted(sample_batch())
    assert body["custom_args"] == {"nl_i": "4f2a9c1e", "nl_b": "12", "nl_a": "1"}
    assert [one["custom_args"] for one in body["personalizations"]] == [{"nl_d": "7001"}, {"nl_d": "7002"}]


def test_sandbox_says_so() -> None:
    assert posted(sample_batch(), sandbox=True)["mail_settings"]["sandbox_mode"] == {"enable": True}


any_text = st.one_of(st.deferred(lambda: st.sampled_from(naughty_strings())), st.text(max_size=60))


@given(st.lists(any_text, min_size=1, max_size=4))
def test_a_value_stands_in_its_substitution_and_nowhere_else(values: list[str]) -> None:
    """Whatever a member's value is: the rest of the request is the same to the byte, or the member is refused by position."""
    message = replace(sample_message(), subject=("Vœux",), text=("a ", 0), html=("<p>", 0, "</p>"))
    readers = [sample_recipient(number) for number in range(1, len(values) + 1)]
    mine = tuple(replace(reader, values=(value, "t")) for reader, value in zip(readers, values, strict=True))
    bland = replace(sample_batch(), message=message, recipients=tuple(readers))
    batch = replace(bland, recipients=mine)
    body = posted_or_refused(batch)
    if isinstance(body, Refused):
        assert body.scope is RefusalScope.MEMBERS
        for position in body.members:
            value = values[position]
            assert any("\ud800" <= c <= "\udfff" for c in value) or any(tag in value for tag in message.tags)
        return
    expected = json.loads(encode(bland).body)
    for one, value in zip(expected["personalizations"], values, strict=True):
        one["substitutions"] = dict(zip(message.tags, (value, "t"), strict=True))
    assert body == expected


@given(any_text)
def test_a_value_in_a_subject_is_one_line_without_encoded_words(value: str) -> None:
    batch = replace(sample_batch(1), recipients=(replace(sample_recipient(1), values=(value, "t")),))
    body = posted_or_refused(batch)
    if isinstance(body, Refused):
        assert body.members == (0,)
    else:
        assert "=?" not in value
        assert len(value.splitlines()) <= 1


def test_a_tag_is_never_part_of_a_value() -> None:
    batch = sample_batch(3)
    tag = batch.message.tags[1]
    sly = replace(batch.recipients[1], values=(f"x{tag}x", "t"))
    with pytest.raises(Refused, match="own tags") as refused:
        encode(replace(batch, recipients=(batch.recipients[0], sly, batch.recipients[2])))
    assert refused.value.members == (1,)


class TestLimits:
    """Each is refused before anything is posted, and what just keeps to it is valid by the official look."""

    def test_personalizations(self) -> None:
        assert len(posted(sample_batch(1000))["personalizations"]) == 1000
        with pytest.raises(Refused) as refused:
            encode(sample_batch(1001))
        assert refused.value.scope is RefusalScope.REQUEST

    def test_bytes_of_substitutions(self) -> None:
        message, reader = sample_message(), sample_recipient(1)
        room = limits.MAX_SUBSTITUTION_BYTES - sum(map(len, message.tags)) - 1
        for text, excess in (("x" * room, "x"), ("é" * (room // 2), "é")):
            message = replace(message, subject=("Vœux",))
            fits = replace(reader, values=(text, "t"))
            posted(replace(sample_batch(1, message), recipients=(fits,)))
            over = replace(reader, values=(text + excess, "t"))
            with pytest.raises(Refused, match="more than 10000 bytes") as refused:
                encode(replace(sample_batch(1, message), recipients=(reader, over)))
            assert refused.value.members == (1,)

    def test_number_of_substitutions(self) -> None:
        for count in (150, 151):
            tags = tuple(f"zq{number:04}q" for number in range(count))
            message = replace(sample_message(), subject=("Vœux",), text=("t",), html=("h",), tags=tags)
            batch = replace(
                sample_batch(1, message), recipients=(replace(sample_recipient(1), values=("v",) * count),)
            )
            if count == 150:
                posted(batch)
            else:
                with pytest.raises(ConfigurationError, match="151 personal places"):
                    encode(batch)

    def test_size_of_the_request(self) -> None:
        message = replace(sample_message(()), html=("x" * limits.MAX_REQUEST_BYTES,))
        with pytest.raises(Refused, match="bytes") as refused:
            encode(sample_batch(1, message))
        assert refused.value.scope is RefusalScope.REQUEST

    def test_bytes_of_substitutions_in_a_request(self) -> None:
        batch = sample_batch(10)
        weight = sum(limits.weigh(batch.message, reader) for reader in batch.recipients)
        assert weight == sum(
            len((tag + value).encode())
            for reader in batch.recipients
            for tag, value in zip(batch.message.tags, reader.values, strict=True)
        )
        posted(batch, max_weight=weight)
        with pytest.raises(Refused) as refused:
            encode(batch, max_weight=weight - 1)
        assert refused.value.scope is RefusalScope.REQUEST

    @pytest.mark.parametrize(
        "spoiled",
        [
            {"category": "é"},
            {"category": "x" * 256},
            {"tags": ("zq 1", "zq_2")},
            {"tags": ("zq1", "zq12")},
            {"tags": ("zq1", "zq1")},
            {"text": ("zq3f2a00q is in the text",)},
            {"headers": {"X-SG-EID": "1"}},
            {"headers": {"Reply-To": "a@b.ca"}},
            {"headers": {"X-Long": "x" * 1000}},
            {"headers": {"X-Empty": ""}},
            {"headers": {"X-Padded": " a"}},
        ],
    )
    def test_rules_of_the_message(self, spoiled: dict[str, Any]) -> None:
        with pytest.raises(ConfigurationError):
            encode(sample_batch(1, replace(sample_message(), **spoiled)))

    def test_a_category_of_255_is_valid(self) -> None:
        posted(sample_batch(1, replace(sample_message(), category="x" * 255)))


class TestReserved:
    """Names that never receive mail are refused where real mail would go."""

    @pytest.mark.parametrize(
        "address",
        [
            "a@x.invalid",
            "a@test",
            "a@EXAMPLE.com",
            "a@sub.example.org",
            "a@example.net",
            "a@x.localhost",
            "a@b.example",
        ],
    )
    def test_on_official_hosts_only(self, address: str) -> None:
        batch = sample_batch(3)
        readers = (batch.recipients[0], replace(batch.recipients[1], address=address), batch.recipients[2])
        batch = replace(batch, recipients=readers)
        encode(batch)
        with pytest.raises(Refused, match="reserved") as refused:
            encode(batch, official=True)
        assert refused.value.members == (1,)

    @pytest.mark.parametrize("address", ["a@example.ca", "a@contest.ca", "a@myexample.com", "a@test.ngen.ca"])
    def test_others_are_not_meant(self, address: str) -> None:
        batch = sample_batch(1)
        encode(replace(batch, recipients=(replace(batch.recipients[0], address=address),)), official=True)

    def test_a_sender_too(self) -> None:
        batch = sample_batch(1, replace(sample_message(), sender_address="news@example.org"))
        encode(batch)
        with pytest.raises(ConfigurationError, match="reserved"):
            encode(batch, official=True)
