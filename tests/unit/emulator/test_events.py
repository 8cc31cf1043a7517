"""Events: their shapes, their posts, signatures, retries, duplicates, and that a seed tells the same story each time."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from newsletter.emulator.behaviour import Behaviour, Rule, plan
from newsletter.emulator.dice import Dice
from tests.unit.emulator.samples import Body, Client, Hook, crowd, emulator, first, good, hook
from tests.unit.emulator.test_clients import verifies

QUICK = {"event_interval": 1.0}


def story(client: Client, address: str) -> list[str]:
    """Names of one recipient's events."""
    return [each["event"] for each in client.events() if each["email"] == address]


def rules(*given: Body) -> Body:
    return {"rules": list(given)}


def test_every_recipient_is_processed_and_delivered() -> None:
    with hook() as far, emulator(webhook=f"{far.url}/hooks", **QUICK) as client:
        client.send(crowd(200))
        client.to_the_end()
        posted = far.events()
        assert len(posted) == 400
        assert {each["event"] for each in posted} == {"processed", "delivered"}
        assert len({each["sg_event_id"] for each in posted}) == 400
        assert {path for _, path, _, _ in far.posts} == {"/hooks"}


def test_fields_of_an_event() -> None:
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        body = first(custom_args={"nl_d": "d1", "reason": "lost", "event": "lost"})
        identity = client.send(body).headers["x-message-id"]
        client.to_the_end()
        for event in far.events():
            assert event["email"] == "ann@example.com"
            assert (event["nl_d"], event["nl_b"], event["nl_i"]) == ("d1", "b1", "i1")
            assert event["sg_message_id"].split(".")[0] == identity
            assert event["sg_message_id"].split(".")[1].startswith("recvd-")
            assert event["category"] == ["2020-12-holiday"]
            assert isinstance(event["timestamp"], int)
            assert event["event"] in ("processed", "delivered")
            assert "lost" not in json.dumps(event)
            base64.urlsafe_b64decode(event["sg_event_id"] + "==")
        assert far.events()[0]["send_at"] == 0


def test_posts_are_signed_and_formed_as_the_service_does() -> None:
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        client.send(first(to=[{"email": "ann@example.com"}], custom_args={"nl_d": "Élodie"}))
        client.to_the_end()
        for _, _, headers, body in far.posts:
            assert verifies(client.running.webhook_public_key, headers, body)
            assert headers["User-Agent"] == "SendGrid Event API"
            assert headers["Content-Type"] == "application/json;charset=utf-8"
            assert body.endswith(b"}]\r\n")
            assert "Élodie".encode() in body
        assert any(b"},\r\n{" in body for *_, body in far.posts) or len(far.posts) > 1


@pytest.mark.parametrize("manner", ["wrong", "missing", "garbage", "altered", "stripped"])
def test_posts_that_must_not_be_believed(manner: str) -> None:
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        client.ask("PUT", "/events/posting", {"signature": manner})
        client.send()
        client.to_the_end()
        assert far.posts
        assert not any(
            verifies(client.running.webhook_public_key, headers, body) for *_, headers, body in far.posts
        )
        client.ask("PUT", "/events/posting", {"signature": "stale", "stale": 90_000})
        client.ask("POST", "/events/replay", {"as_it_was": False})
        *_, headers, body = far.posts[-1]
        assert verifies(client.running.webhook_public_key, headers, body)
        age = client.ask("GET", "/clock")["unix"] - int(headers["X-Twilio-Email-Event-Webhook-Timestamp"])
        assert age >= 89_999


def test_key_rotation_and_unsigned_posts() -> None:
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        fresh = client.ask("POST", "/events/rotate-key")["webhook_public_key"]
        client.send()
        client.to_the_end()
        *_, headers, body = far.posts[-1]
        assert verifies(fresh, headers, body)
        assert not verifies(client.running.webhook_public_key, headers, body)
        client.ask("PUT", "/webhook", {"url": far.url, "signed": False})
        client.ask("POST", "/events/replay", {"as_it_was": False})
        assert not [name for name in far.posts[-1][2] if "Twilio" in name]


def test_a_post_is_tried_again_until_it_is_taken() -> None:
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        far.answer = lambda *_: 500 if len(far.posts) < 4 else 204
        client.ask("PUT", "/events/posting", {"posters": 1, "interval": 60})
        client.send()
        client.to_the_end()
        posts = client.ask("GET", "/events/posts")["posts"]
        assert [each["state"] for each in posts] == ["taken"] * len(posts)
        assert [status for _, status in posts[0]["attempts"]] == [500, 500, 500, 204]
        times = [at for at, _ in posts[0]["attempts"]]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert gaps == sorted(gaps)
        assert {body for *_, body in far.posts[:4]} == {far.posts[0][3]}


def test_after_a_day_a_post_is_lost() -> None:
    with emulator(webhook="http://127.0.0.1:9/closed", **QUICK) as client:
        client.send()
        client.to_the_end()
        posts = client.ask("GET", "/events/posts")["posts"]
        assert {each["state"] for each in posts} == {"lost"}
        first_try, last_try = posts[0]["attempts"][0][0], posts[0]["attempts"][-1][0]
        assert 24 * 3600 <= last_try - first_try <= 24 * 3600 + 60
        assert {status for _, status in posts[0]["attempts"]} == {0}


def test_duplicates_drops_and_shuffle() -> None:
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        client.ask("PUT", "/events/posting", {"posters": 1, "interval": 60})
        client.ask("POST", "/events/duplicate", {"posts": 1.0, "events": 1.0})
        client.ask("POST", "/events/shuffle")
        client.send(crowd(30))
        client.to_the_end()
        names = [each["sg_event_id"] for each in far.events()]
        assert len(set(names)) == 60
        assert {names.count(name) for name in names} == {4}
        order = [each["event"] for each in json.loads(far.posts[0][3])]
        assert order != sorted(order, reverse=True)
        seen = len(far.posts)
        client.ask("POST", "/events/drop", {"share": 1.0})
        client.send(crowd(3, start=100))
        client.to_the_end()
        assert len(far.posts) == seen
        assert client.ask("GET", "/events/posts")["posts"][-1]["state"] == "dropped"


def test_pause_flush_resume_and_replay() -> None:
    with hook() as far, emulator(webhook=far.url, event_interval=3600) as client:
        client.ask("PUT", "/events/posting", {"posters": 1})  # two would race to be the first
        client.ask("POST", "/events/pause")
        client.send()
        client.ask("POST", "/clock/advance", {"seconds": 60})
        told = client.ask("POST", "/events/flush")
        assert far.posts == []
        assert told["held"] >= 1
        assert client.ask("GET", "/idle")["idle"] is False
        client.ask("POST", "/events/resume")
        assert client.ask("GET", "/idle?wait=5")["idle"]
        assert len(far.events()) == 2
        before = list(far.posts)
        client.ask("POST", "/events/replay", {"post": 1})
        assert far.posts[-1] == before[0]


def test_batches_hold_at_most_768_kilobytes_and_wait_at_most_the_interval() -> None:
    with hook() as far, emulator(webhook=far.url, event_interval=1e6) as client:
        client.ask("PUT", "/events/posting", {"posters": 1})
        client.send(crowd(1000, custom_args={"nl_b": "b1", "nl_x": "x" * 200}))
        client.ask("POST", "/clock/advance", {"seconds": 60})
        assert far.posts
        sizes = [len(body) for *_, body in far.posts]
        assert max(sizes) <= 768 * 1024
        assert min(sizes) > 700 * 1024 or len(sizes) == 1


def test_an_event_before_the_answer(tmp_path: Path) -> None:
    with hook() as far, emulator(webhook=far.url, state=tmp_path) as client:
        client.faults({"action": "events_first"})
        seen: list[int] = []
        far.answer = lambda *_: seen.append(client.log()[-1]["status"]) or 200
        assert client.send().status_code == 202
        assert seen
        assert set(seen) == {0}
        assert [each["event"] for each in far.events()] == ["processed"]
        client.to_the_end()
        assert sorted(each["event"] for each in far.events()) == ["delivered", "processed"]


def test_scripted_recipients() -> None:
    behaviour = rules(
        {"address": "reader0@*", "outcome": "dropped", "reason": "Invalid"},
        {"address": "reader1@*", "outcome": "bounce", "classification": "Invalid Address", "deferrals": 2},
        {"address": "reader2@*", "outcome": "blocked", "classification": "Reputation"},
        {"address": "reader3@*", "outcome": "late_bounce"},
        {
            "address": "reader4@*",
            "then": [
                "open",
                "click",
                "spamreport",
                "unsubscribe",
                "group_unsubscribe",
                "group_resubscribe",
                "unknown",
            ],
        },
        {
            "address": "reader5@*",
            "events": [{"event": "invented", "after": 5, "colour": "blue", "sg_message_id": None}],
        },
    )
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        client.ask("PUT", "/behaviour", behaviour)
        client.send(crowd(6, asm={"group_id": 9}))
        client.to_the_end()
        assert story(client, "reader0@example.com") == ["dropped"]
        assert story(client, "reader1@example.com") == ["processed", "deferred", "deferred", "bounce"]
        assert story(client, "reader2@example.com") == ["processed", "bounce"]
        assert story(client, "reader3@example.com") == ["processed", "delivered", "bounce"]
        assert story(client, "reader4@example.com")[2:] == [
            "open",
            "click",
            "spamreport",
            "unsubscribe",
            "group_unsubscribe",
            "group_resubscribe",
            "moved",
        ]
        by_name = {(each["email"], each["event"]): each for each in far.events()}
        hard = by_name["reader1@example.com", "bounce"]
        assert (hard["type"], hard["bounce_classification"]) == ("bounce", "Invalid Address")
        assert by_name["reader2@example.com", "bounce"]["type"] == "blocked"
        late = by_name["reader3@example.com", "bounce"]
        assert not {"sg_message_id", "nl_d", "nl_b", "ip", "status", "category"} & set(late)
        assert by_name["reader4@example.com", "group_unsubscribe"]["asm_group_id"] == 9
        invented = by_name["reader5@example.com", "invented"]
        assert invented["colour"] == "blue"
        assert "sg_message_id" not in invented
        lists = client.ask("GET", "/suppressions")
        assert lists["bounces"] == ["reader1@example.com", "reader3@example.com"]
        assert lists["blocks"] == ["reader2@example.com"]
        assert (lists["unsubscribes"], lists["spam_reports"]) == (["reader4@example.com"],) * 2
        assert lists["groups"] == {"9": []}


def test_who_is_suppressed_is_dropped_the_next_time() -> None:
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        client.ask("PUT", "/suppressions", {"list": "bounces", "address": "READER0@example.com"})
        client.ask("PUT", "/suppressions", {"list": "blocks", "address": "reader1@example.com"})
        client.send(crowd(2))
        client.to_the_end()
        assert story(client, "reader0@example.com") == ["dropped"]
        assert story(client, "reader1@example.com") == ["processed", "delivered"]
        assert client.events("dropped")[0]["reason"] == "Bounced Address"
        client.send(crowd(1, mail_settings={"bypass_bounce_management": {"enable": True}}))
        client.to_the_end()
        assert story(client, "reader0@example.com") == ["dropped", "processed", "delivered"]
        client.ask("DELETE", "/suppressions", {"address": "reader0@example.com"})
        assert client.ask("GET", "/suppressions")["bounces"] == []


def test_scheduled_mail_is_held_until_due() -> None:
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        client.ask("PUT", "/clock", {"now": "2020-12-16T14:00:00Z", "rate": 0})
        due = int(client.ask("GET", "/clock")["unix"]) + 3600
        client.send(good(send_at=due))
        client.ask("POST", "/clock/advance", {"seconds": 3500})
        assert client.events() == []
        client.to_the_end()
        assert [each["event"] for each in far.events()] == ["processed", "delivered"]
        assert far.events()[0]["send_at"] == due
        assert all(each["timestamp"] >= due for each in far.events())
        assert client.send(good(send_at=due + 73 * 3600 + 100)).status_code == 400
        assert client.send(good(send_at=due - 99_999)).status_code == 202


def test_events_given_whole() -> None:
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        client.ask("POST", "/events", {"event": "account_status_change", "type": "compliance_suspend"})
        client.ask("POST", "/events", [{"event": "a"}, {"event": "b", "timestamp": 5}])
        client.to_the_end()
        first_event = next(each for each in far.events() if each["event"] == "account_status_change")
        assert "email" not in first_event
        assert {each["event"] for each in far.events()} == {"account_status_change", "a", "b"}
        assert client.refused("POST", "/events", [1]) == "events should be JSON objects"


def test_the_webhook_test_endpoint() -> None:
    with hook() as far, emulator() as client:
        answer = client.request("POST", "/v3/user/webhooks/event/test", json={"url": far.url})
        assert answer.status_code == 204
        client.ask("GET", "/idle?wait=5")
        assert "processed" in {each["event"] for each in far.events()}
        *_, headers, body = far.posts[0]
        assert verifies(client.running.webhook_public_key, headers, body)
        assert (
            client.request(
                "POST", "/v3/user/webhooks/event/test", json={"url": "https://example.org"}
            ).status_code
            == 400
        )


def lifelike(seed: int, far: Hook) -> list[tuple[str, str, str, str]]:
    """What a lifelike run of this seed tells."""
    far.posts.clear()
    with emulator(webhook=far.url, seed=seed, behaviour="lifelike", **QUICK) as client:
        body = crowd(300)
        body["tracking_settings"] = {
            "click_tracking": {"enable": True},
            "open_tracking": {"enable": True},
            "subscription_tracking": {"enable": False},
        }
        client.send(body)
        client.to_the_end()
        return sorted(
            (each["email"], each["event"], each["sg_event_id"], each.get("sg_message_id", ""))
            for each in far.events()
        )


def test_a_seed_tells_the_same_story() -> None:
    with hook() as far:
        once, again, other = lifelike(3, far), lifelike(3, far), lifelike(4, far)
    assert once == again
    assert once != other
    assert {name for _, name, *_ in once} >= {"processed", "delivered", "open", "click", "deferred"}


def test_shares_are_what_they_say() -> None:
    behaviour = Behaviour(shares={"bounce": 0.2, "dropped": 0.1, "open": 0.5})
    plans = [
        plan(behaviour, f"a{n}@x.example", Dice(1, n), suppressed="", opens=n % 2 == 0, clicks=False)
        for n in range(4000)
    ]
    outcomes = [steps[-1].event for steps in plans]
    assert 700 < outcomes.count("bounce") < 900
    assert 320 < outcomes.count("dropped") < 480
    assert 620 < outcomes.count("open") < 780, "half of those whose message is tracked"


def test_rules_decide_alone() -> None:
    behaviour = Behaviour(shares={"bounce": 1.0}, rules=[Rule("*@good.example")])
    steps = plan(behaviour, "A@GOOD.example", Dice(1), suppressed="", opens=True, clicks=True)
    assert [step.event for step in steps] == ["processed", "delivered"]
    gone = plan(behaviour, "a@good.example", Dice(1), suppressed="Bounced Address", opens=True, clicks=True)
    assert [(step.event, step.fields["reason"]) for step in gone] == [("dropped", "Bounced Address")]


def test_a_category_may_come_as_a_string() -> None:
    with hook() as far, emulator(webhook=far.url, **QUICK) as client:
        client.ask("PUT", "/behaviour", {"category": "mixed"})
        client.send(crowd(40))
        client.to_the_end()
        assert {type(each["category"]) for each in far.events()} == {str, list}


def test_a_restart_posts_what_was_not_taken_and_nothing_else(tmp_path: Path) -> None:
    with hook() as far:
        with emulator(webhook=far.url, state=tmp_path, **QUICK) as client:
            client.send(crowd(5))
            client.to_the_end()
            far.answer = lambda *_: 503
            client.send(crowd(5, start=5))
            client.ask("POST", "/clock/advance", {"seconds": 30})
            client.ask("POST", "/events/flush")
        taken = {
            each["sg_event_id"]
            for _, _, _, body in far.posts
            for each in json.loads(body)
            if each["email"] < "reader5"
        }
        far.posts.clear()
        far.answer = lambda *_: 200
        with emulator(webhook=far.url, state=tmp_path, **QUICK) as client:
            client.to_the_end()
        after = {each["sg_event_id"] for each in far.events()}
        assert len(taken) == len(after) == 10
        assert not taken & after


def test_a_webhook_named_later_hears_of_earlier_mail(client: Client) -> None:
    client.send()
    with hook() as far:
        client.ask("PUT", "/webhook", {"url": far.url})
        client.to_the_end()
        assert len(far.events()) == 2
        client.ask("PUT", "/webhook", {"url": ""})
    assert "http address on this machine" in client.refused(
        "PUT", "/webhook", {"url": "https://example.org/"}
    )


def test_a_behaviour_that_makes_no_sense_is_refused(client: Client) -> None:
    for given, why in (
        ({"share": {}}, "share"),
        ({"rules": [{"outcome": "dropped"}]}, "address"),
        ("lively", "Expected `object`"),
    ):
        assert why in client.refused("PUT", "/behaviour", given)


def test_plain_is_plain(client: Client) -> None:
    shown: Any = client.ask("PUT", "/behaviour", "plain")
    assert shown["shares"] == {}
