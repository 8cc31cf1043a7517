"""Batch ids and scheduled sends: held until due, paused, cancelled, ten at a time, ten minutes ahead, 72 hours at most."""

from __future__ import annotations

from typing import Any

from newsletter.emulator.options import FULL_ACCESS
from tests.unit.emulator.samples import KEY, NOW, Client, crowd, emulator, good

SENDS = "/v3/user/scheduled_sends"


def made(client: Client) -> str:
    answer = client.request("POST", "/v3/mail/batch")
    assert answer.status_code == 201
    return str(answer.json()["batch_id"])


def scheduled(client: Client, ahead: float = 1200, **changes: Any) -> str:
    """A request under a batch id of its own; that id."""
    name = made(client)
    assert (
        client.send(crowd(2, batch_id=name, send_at=int(now(client) + ahead), **changes)).status_code == 202
    )
    return name


def now(client: Client) -> float:
    return float(client.ask("GET", "/clock")["unix"])


def set_status(client: Client, name: str, status: str = "cancel") -> int:
    return client.request("POST", SENDS, json={"batch_id": name, "status": status}).status_code


def later(client: Client, seconds: float) -> None:
    client.ask("POST", "/clock/advance", {"seconds": seconds})


def fates(client: Client) -> list[str]:
    return [each["fate"] for each in client.ask("GET", "/deliveries")["deliveries"]]


def test_mail_is_held_until_it_is_due(client: Client) -> None:
    client.ask("PUT", "/behaviour", "lifelike")
    scheduled(client)
    assert fates(client) == ["waiting", "waiting"]
    later(client, 1100)
    assert client.events() == []
    later(client, 200)
    assert fates(client) == ["sent", "sent"]
    assert client.events()


def test_cancelled_mail_is_discarded(client: Client) -> None:
    client.ask("PUT", "/behaviour", "lifelike")
    name = scheduled(client)
    assert set_status(client, name) == 201
    assert client.get(SENDS).json() == [{"batch_id": name, "status": "cancel"}]
    assert client.get(f"{SENDS}/{name}").json() == [{"batch_id": name, "status": "cancel"}]
    later(client, 1300)
    assert fates(client) == ["cancelled", "cancelled"]
    assert client.events() == []
    report = client.ask("GET", "/report")
    assert (report["recipients_accepted"], report["recipients_discarded"]) == (0, 2)
    assert client.ask("GET", "/messages")["total"] == 0


def test_what_was_cancelled_and_goes_again_is_no_second_copy(client: Client) -> None:
    set_status(client, scheduled(client))
    later(client, 1300)
    client.send(crowd(2))
    assert client.ask("GET", "/report")["duplicates"] == []


def test_a_status_is_set_once_and_then_changed_or_lifted(client: Client) -> None:
    name = scheduled(client)
    assert client.get(f"{SENDS}/{name}").json() == []
    assert client.request("PATCH", f"{SENDS}/{name}", json={"status": "cancel"}).status_code == 404
    assert set_status(client, name, "pause") == 201
    assert set_status(client, name, "pause") == 400
    assert client.request("PATCH", f"{SENDS}/{name}", json={"status": "cancel"}).status_code == 204
    assert client.request("PATCH", f"{SENDS}/{name}", json={"status": "stop"}).status_code == 400
    assert client.request("DELETE", f"{SENDS}/{name}").status_code == 204
    assert client.request("DELETE", f"{SENDS}/{name}").status_code == 404
    later(client, 1300)
    assert fates(client) == ["sent", "sent"]


def test_no_more_than_ten_at_a_time(client: Client) -> None:
    names = [made(client) for _ in range(11)]
    assert [set_status(client, name) for name in names] == [201] * 10 + [400]
    client.request("DELETE", f"{SENDS}/{names[0]}")
    assert set_status(client, names[10]) == 201


def test_only_ids_that_were_made(client: Client) -> None:
    name = made(client)
    assert client.get(f"/v3/mail/batch/{name}").json() == {"batch_id": name}
    assert client.get("/v3/mail/batch/another").status_code == 400
    assert set_status(client, "another") == 400
    later(client, 11 * 86_400)
    assert client.get(f"/v3/mail/batch/{name}").status_code == 400


def test_less_than_ten_minutes_ahead_nothing_is_promised(client: Client) -> None:
    name = scheduled(client)
    later(client, 700)
    assert set_status(client, name) == 201
    later(client, 600)
    assert fates(client) == ["sent", "sent"]


def test_late_cancellations_work_where_the_manner_says_so(client: Client) -> None:
    client.ask("PUT", "/scheduling", {"late": True})
    name = scheduled(client)
    later(client, 700)
    set_status(client, name)
    later(client, 600)
    assert fates(client) == ["cancelled", "cancelled"]


def test_a_request_that_arrives_after_its_batch_was_cancelled_is_recorded(client: Client) -> None:
    name = made(client)
    set_status(client, name)
    client.send(good(batch_id=name, send_at=int(now(client) + 1200)))
    later(client, 1300)
    assert fates(client) == ["cancelled"]
    assert client.ask("GET", "/report")["after_cancel"] == [1]


def test_a_cancellation_may_not_cover_what_arrives_later_until_it_is_said_again(client: Client) -> None:
    client.ask("PUT", "/scheduling", {"arrivals": False})
    for again in (False, True):
        name = made(client)
        set_status(client, name)
        later(client, 1)
        client.send(good(batch_id=name, send_at=int(now(client) + 1200)))
        later(client, 1)
        if again:
            client.request("PATCH", f"{SENDS}/{name}", json={"status": "cancel"})
    later(client, 1300)
    assert fates(client) == ["sent", "cancelled"]


def test_paused_mail_leaves_when_it_is_let_go(client: Client) -> None:
    client.ask("PUT", "/behaviour", "lifelike")
    name = scheduled(client)
    set_status(client, name, "pause")
    later(client, 5000)
    assert fates(client) == ["waiting", "waiting"]
    client.request("DELETE", f"{SENDS}/{name}")
    later(client, 700)
    assert fates(client) == ["sent", "sent"]
    assert client.events("processed")


def test_paused_mail_expires_after_72_hours(client: Client) -> None:
    set_status(client, scheduled(client), "pause")
    later(client, 1300 + 72 * 3600)
    assert fates(client) == ["expired", "expired"]


def test_what_stands_survives_a_restart(tmp_path: Any) -> None:
    with emulator(state=tmp_path, key=KEY) as one:
        name = scheduled(one)
        set_status(one, name)
    with emulator(state=tmp_path, key=KEY) as other:
        assert other.get(f"{SENDS}/{name}").json() == [{"batch_id": name, "status": "cancel"}]
        later(other, 1300)
        assert fates(other) == ["cancelled", "cancelled"]


def test_what_is_sent_at_once_cannot_be_stopped(client: Client) -> None:
    name = made(client)
    client.send(good(batch_id=name, send_at=int(NOW) - 10))
    set_status(client, name)
    later(client, 10)
    assert fates(client) == ["sent"]


def test_scopes_are_asked_for(client: Client) -> None:
    client.ask("PUT", "/account", {"scopes": ["mail.send"]})
    try:
        assert client.request("POST", "/v3/mail/batch").status_code == 403
        assert client.get(SENDS).status_code == 403
    finally:
        client.ask("PUT", "/account", {"scopes": list(FULL_ACCESS)})
