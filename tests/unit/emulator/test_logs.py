"""Email Logs, the lists of suppressed addresses, the numbers of categories."""

from __future__ import annotations

from typing import Any

import pytest

from newsletter.emulator.log_query import QueryError, read_query
from tests.unit.emulator.samples import Client, crowd, good
from tests.unit.emulator.test_scheduled import later, made, now, set_status


def search(client: Client, query: str = "", **more: Any) -> Any:
    return client.request("POST", "/v3/logs", json={"query": query, **more})


def found(client: Client, query: str = "", **more: Any) -> list[dict[str, Any]]:
    answer = search(client, query, **more)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["messages"])


def test_a_message_is_found_some_time_after_it_was_taken(client: Client) -> None:
    client.send()
    assert found(client, "to_email = 'ann@example.com'") == []
    later(client, 119)
    assert found(client, "to_email = 'ann@example.com'") == []
    later(client, 2)
    (one,) = found(client, "to_email = 'ann@example.com'")
    assert one["to_email"] == "ann@example.com"
    assert one["status"] in {
        "processed",
        "delivered",
    }  # the clock leaps: its story may be told up to there, or not yet
    whole = client.get(f"/v3/logs/{one['sg_message_id']}").json()
    assert whole["custom_args"] == {"nl_b": "b1", "nl_i": "i1", "nl_d": "d1"}
    assert whole["events"][0]["recv_msgid"] == one["sg_message_id"].partition(".")[0]
    assert client.get("/v3/logs/nothing").status_code == 404


def test_the_delay_can_be_chosen(client: Client) -> None:
    client.ask("PUT", "/logs", {"index_delay": 3600})
    client.send()
    later(client, 3599)
    assert found(client) == []
    later(client, 2)
    assert len(found(client)) == 1


def test_no_more_than_a_thousand_and_no_pages(client: Client) -> None:
    client.send(crowd(1000))
    client.send(crowd(5, start=1000))
    later(client, 130)
    assert len(found(client)) == 10
    assert len(found(client, limit=1000)) == 1000
    assert search(client, limit=1001).status_code == 400
    assert search(client, offset=10).status_code == 400


def test_what_was_cancelled_is_told_as_dropped(client: Client) -> None:
    name = made(client)
    client.send(good(batch_id=name, send_at=int(now(client) + 1200)))
    set_status(client, name)
    later(client, 1300)
    (one,) = found(client)
    assert one["status"] == "dropped"
    whole = client.get(f"/v3/logs/{one['sg_message_id']}").json()
    assert [event["event"] for event in whole["events"]] == ["received", "cancel_drop"]


ROW = {
    "to_email": "a@b.ca",
    "subject": "Hello AND goodbye",
    "status": "delivered",
    "categories": ["note", "x"],
    "sg_message_id_created_at": 1_608_127_200.0,
}


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("", True),
        ("to_email = 'a@b.ca'", True),
        ('to_email="a@b.ca"', True),
        ("to_email = 'A@B.ca'", False),
        ("subject = 'Hello AND goodbye'", True),
        ("status IN ('delivered', 'processed')", True),
        ("status IN ('dropped')", False),
        ("categories IN ('x') AND to_email = 'a@b.ca'", True),
        ("categories IN ('y') AND to_email = 'a@b.ca'", False),
        ('sg_message_id_created_at >= TIMESTAMP "2020-12-16T14:00:00Z"', True),
        ('sg_message_id_created_at > TIMESTAMP "2020-12-16T14:00:00Z"', False),
        ('sg_message_id_created_at < TIMESTAMP "2020-12-16T09:00:01-05:00"', True),
    ],
)
def test_a_query(query: str, holds: bool) -> None:
    assert read_query(query)(ROW) is holds


@pytest.mark.parametrize(
    "query",
    [
        "nl_d = '1'",
        "to_email IN ('a@b.ca')",
        "status = 'delivered'",
        "to_email = 'a@b.ca' OR status IN ('x')",
        "to_email = 'a@b.ca' and status IN ('x')",
        "to_email = 'a@b.ca' AND",
        "(to_email = 'a@b.ca')",
        "to_email > 'a'",
        "sg_message_id_created_at = 'yesterday'",
        'sg_message_id_created_at > TIMESTAMP "yesterday"',
        "to_email = 'o'brien@b.ca'",
    ],
)
def test_a_query_that_cannot_be_followed(client: Client, query: str) -> None:
    with pytest.raises(QueryError):
        read_query(query)
    assert search(client, query).json()["errors"][0]["field"] == "query"


def test_its_own_events_fill_the_lists(client: Client) -> None:
    rules = [
        {"address": "reader0@*", "outcome": "bounce", "reason": "550 no such user"},
        {"address": "reader1@*", "outcome": "blocked"},
        {"address": "reader2@*", "outcome": "dropped", "reason": "Invalid"},
        {"address": "reader3@*", "then": ["spamreport"]},
        {"address": "reader4@*", "then": ["unsubscribe"]},
    ]
    client.ask("PUT", "/behaviour", {"rules": rules})
    client.send(crowd(6))
    client.to_the_end()
    names = ("bounces", "blocks", "invalid_emails", "spam_reports", "unsubscribes")
    pages = [client.get(f"/v3/suppression/{name}").json() for name in names]
    assert [[each["email"] for each in page] for page in pages] == [
        [f"reader{number}@example.com"] for number in range(5)
    ]
    assert pages[0][0]["reason"] == "550 no such user"


def test_the_lists_page_by_page(client: Client) -> None:
    for name in "abc":
        client.ask("PUT", "/suppressions", {"list": "blocks", "address": f"{name}@example.com"})
        later(client, 10)
    emails = [each["email"] for each in client.get("/v3/suppression/blocks?limit=2&offset=1").json()]
    assert emails == ["b@example.com", "c@example.com"]
    end = int(now(client)) - 15
    assert len(client.get(f"/v3/suppression/blocks?end_time={end}").json()) == 2
    assert len(client.get("/v3/suppression/blocks?email=c@").json()) == 1
    assert client.get("/v3/suppression/blocks?limit=501").status_code == 400


def test_addresses_are_taken_off(client: Client) -> None:
    for name in "abc":
        client.ask("PUT", "/suppressions", {"list": "spam_reports", "address": f"{name}@example.com"})
    path = "/v3/suppression/spam_reports"
    assert client.request("DELETE", f"{path}/a@example.com").status_code == 204
    assert client.request("DELETE", f"{path}/a@example.com").status_code == 404
    assert client.request("DELETE", path, json={"emails": ["B@example.com"]}).status_code == 204
    assert [each["email"] for each in client.get(path).json()] == ["c@example.com"]
    assert client.request("DELETE", path, json={"delete_all": True}).status_code == 204
    assert client.get(path).json() == []


def test_global_unsubscribes(client: Client) -> None:
    path = "/v3/asm/suppressions/global"
    assert client.request("POST", path, json={"recipient_emails": ["ann@example.com"]}).status_code == 201
    assert client.get(f"{path}/ann@example.com").json() == {"recipient_email": "ann@example.com"}
    assert [each["email"] for each in client.get("/v3/suppression/unsubscribes").json()] == [
        "ann@example.com"
    ]
    assert client.request("DELETE", f"{path}/ann@example.com").status_code == 204
    assert client.get(f"{path}/ann@example.com").json() == {}


def test_the_numbers_of_a_category(client: Client) -> None:
    client.ask("PUT", "/clock", {"now": "2020-12-16T14:00:00Z"})
    client.ask("PUT", "/behaviour", {})
    client.send(crowd(20))
    client.to_the_end()
    days = client.get(
        "/v3/categories/stats?start_date=2020-12-01&categories=2020-12-holiday&aggregated_by=month"
    ).json()
    metrics = days[0]["stats"][0]["metrics"]
    assert metrics["requests"] == 20
    assert (metrics["processed"], metrics["delivered"]) == (20, 20)
    assert client.get("/v3/categories/stats?start_date=2020-12-16").status_code == 400
    assert client.get("/v3/categories/stats?categories=a&start_date=soon").status_code == 400
