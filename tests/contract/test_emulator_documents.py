"""What the emulator answers beside Mail Send, against the official OpenAPI documents; and that a query of ours is one that they allow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import jsonschema_rs
import pytest

from newsletter.emulator import api_logs, api_scheduled, api_stats, api_suppressions
from tests.corpora import shared
from tests.unit.emulator.samples import KEY, Client, crowd, emulator
from tests.unit.emulator.test_scheduled import later, now


@cache
def document(name: str) -> dict[str, Any]:
    return dict(json.loads(shared(f"contracts/sendgrid/tsg_{name}_v3.json").read_text(encoding="utf-8")))


def resolved(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = whole
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        part = found
    return part


def fits(name: str, path: str, method: str, answer: httpx.Response) -> None:
    """The answer has a status that the document knows for this operation, and the body that it describes for it."""
    whole = document(name)
    operation = whole["paths"][path][method]
    assert str(answer.status_code) in operation["responses"], (path, answer.status_code, answer.text)
    described = resolved(whole, operation["responses"][str(answer.status_code)])
    content = described.get("content")
    if not content:
        assert not answer.content
        return
    schema = content["application/json"]["schema"]
    validator = jsonschema_rs.validator_for({**schema, "components": whole["components"]})
    assert [error.message[:300] for error in validator.iter_errors(answer.json())] == []


def body_fits(name: str, path: str, method: str, body: object) -> None:
    whole = document(name)
    asked = resolved(whole, whole["paths"][path][method]["requestBody"])
    schema = asked["content"]["application/json"]["schema"]
    validator = jsonschema_rs.validator_for({**schema, "components": whole["components"]})
    assert [error.message[:300] for error in validator.iter_errors(body)] == []


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with emulator(state=tmp_path_factory.mktemp("state"), key=KEY) as made:
        made.ask(
            "PUT",
            "/behaviour",
            {
                "rules": [
                    {"address": "reader0@*", "outcome": "bounce", "reason": "550 5.1.1 no such user"},
                    {"address": "reader1@*", "outcome": "blocked", "reason": "421 later"},
                    {"address": "reader2@*", "outcome": "dropped", "reason": "Invalid"},
                    {"address": "reader3@*", "then": ["spamreport"]},
                    {"address": "reader4@*", "then": ["unsubscribe"]},
                    {"address": "reader5@*", "deferrals": 1, "then": ["group_unsubscribe"]},
                ]
            },
        )
        made.send(crowd(8))
        made.ask("POST", "/clock/advance", {"seconds": 90_000})
        yield made


def test_batch_ids(client: Client) -> None:
    answer = client.request("POST", "/v3/mail/batch")
    fits("mail", "/v3/mail/batch", "post", answer)
    name = answer.json()["batch_id"]
    for each in (name, "unknown"):
        fits("mail", "/v3/mail/batch/{batch_id}", "get", client.get(f"/v3/mail/batch/{each}"))


def test_scheduled_sends(client: Client) -> None:
    path, of_one = "/v3/user/scheduled_sends", "/v3/user/scheduled_sends/{batch_id}"
    name = client.request("POST", "/v3/mail/batch").json()["batch_id"]
    wanted = {"batch_id": name, "status": "cancel"}
    body_fits("scheduled_sends", path, "post", wanted)
    for _ in range(2):
        fits("scheduled_sends", path, "post", client.request("POST", path, json=wanted))
    fits("scheduled_sends", path, "get", client.get(path))
    fits("scheduled_sends", of_one, "get", client.get(f"{path}/{name}"))
    fits("scheduled_sends", of_one, "get", client.get(f"{path}/none"))
    for status in ("pause", "stop"):
        fits(
            "scheduled_sends",
            of_one,
            "patch",
            client.request("PATCH", f"{path}/{name}", json={"status": status}),
        )
    for _ in range(2):
        fits("scheduled_sends", of_one, "delete", client.request("DELETE", f"{path}/{name}"))


def test_logs(client: Client) -> None:
    body = {"query": "to_email = 'reader7@example.com'", "limit": 20}
    body_fits("logs", "/v3/logs", "post", body)
    answer = client.request("POST", "/v3/logs", json=body)
    fits("logs", "/v3/logs", "post", answer)
    fits("logs", "/v3/logs", "post", client.request("POST", "/v3/logs", json={"query": "nonsense"}))
    everyone = client.request("POST", "/v3/logs", json={"limit": 1000}).json()["messages"]
    assert {each["status"] for each in everyone} == {"delivered", "bounced", "blocked", "dropped"}
    for each in everyone:
        one = client.get(f"/v3/logs/{each['sg_message_id']}")
        fits("logs", "/v3/logs/{sg_message_id}", "get", one)
    fits("logs", "/v3/logs/{sg_message_id}", "get", client.get("/v3/logs/none"))


def test_logs_of_what_was_cancelled(client: Client) -> None:
    name = client.request("POST", "/v3/mail/batch").json()["batch_id"]
    client.send(crowd(1, start=90, batch_id=name, send_at=int(now(client)) + 1200))
    client.request("POST", "/v3/user/scheduled_sends", json={"batch_id": name, "status": "cancel"})
    later(client, 1300)
    (one,) = client.request("POST", "/v3/logs", json={"query": "to_email = 'reader90@example.com'"}).json()[
        "messages"
    ]
    fits("logs", "/v3/logs/{sg_message_id}", "get", client.get(f"/v3/logs/{one['sg_message_id']}"))


@pytest.mark.parametrize("name", ["bounces", "blocks", "invalid_emails", "spam_reports", "unsubscribes"])
def test_the_lists(client: Client, name: str) -> None:
    path = f"/v3/suppression/{name}"
    page = client.get(path)
    assert page.json(), "its own events fill it"
    fits("suppressions", path, "get", page)
    if name == "unsubscribes":
        return
    email = page.json()[0]["email"]
    fits("suppressions", f"{path}/{{email}}", "get", client.get(f"{path}/{email}"))
    fits("suppressions", f"{path}/{{email}}", "delete", client.request("DELETE", f"{path}/{email}"))
    fits("suppressions", path, "delete", client.request("DELETE", path, json={"emails": [email]}))


def test_global_unsubscribes(client: Client) -> None:
    path = "/v3/asm/suppressions/global"
    emails = {"recipient_emails": ["zoe@example.com"]}
    fits("suppressions", path, "post", client.request("POST", path, json=emails))
    fits("suppressions", f"{path}/{{email}}", "get", client.get(f"{path}/zoe@example.com"))
    fits("suppressions", f"{path}/{{email}}", "delete", client.request("DELETE", f"{path}/zoe@example.com"))


def test_the_numbers_of_a_category(client: Client) -> None:
    path = "/v3/categories/stats"
    answer = client.get(f"{path}?start_date=2020-12-16&categories=2020-12-holiday&categories=other")
    fits("stats", path, "get", answer)
    assert answer.json()


def test_every_route_beside_mail_send_is_in_a_document() -> None:
    """Nothing is served that the service does not have."""
    known = {
        (method.upper(), re.sub(r"\{[^}]+\}", "x", path))
        for name in ("mail", "scheduled_sends", "logs", "suppressions", "stats")
        for path, item in document(name)["paths"].items()
        for method in item
    }
    served = {
        (method, re.sub(r"\(\?P<id>[^)]*\)", "x", path.pattern))
        for module in (api_logs, api_scheduled, api_stats, api_suppressions)
        for method, path, _, _ in module.ROUTES
    }
    assert served <= known, served - known
