"""Independent clients: httpx, the official SDK's client and helpers, and its verifier of signed events."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sendgrid
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from python_http_client.exceptions import BadRequestsError, ForbiddenError, UnauthorizedError
from sendgrid.helpers.eventwebhook import EventWebhook
from sendgrid.helpers.mail import (
    Category,
    Content,
    CustomArg,
    From,
    Header,
    Mail,
    Personalization,
    Subject,
    Substitution,
    To,
)

from newsletter.emulator.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, Signer
from tests.corpora import shared
from tests.unit.emulator.samples import KEY, Client, crowd, emulator, good


def sdk(client: Client, key: str = KEY) -> sendgrid.SendGridAPIClient:
    made = sendgrid.SendGridAPIClient(key, host=client.url)
    made.client.timeout = 10
    return made


def mail() -> Mail:
    """What the SDK's helpers build."""
    made = Mail(from_email=From("news@ngen.example", "NGen"), subject=Subject("Hello %first%"))
    made.add_content(Content("text/plain", "Dear %first%"))
    made.add_content(Content("text/html", "<p>Dear %first%</p>"))
    made.add_category(Category("2020-12-holiday"))
    for name in ("Ann", "Élodie"):
        envelope = Personalization()
        envelope.add_to(To(f"{'ann' if name == 'Ann' else 'elodie'}@example.com", name))
        envelope.add_substitution(Substitution("%first%", name))
        envelope.add_custom_arg(CustomArg("nl_d", f"d-{len(name)}"))
        envelope.add_header(Header("List-Unsubscribe", "<https://news.ngen.example/u>"))
        made.add_personalization(envelope)
    return made


def test_the_official_sdk(client: Client) -> None:
    answer = sdk(client).send(mail())
    assert answer.status_code == 202
    assert len(answer.headers["X-Message-Id"]) == 22
    subjects = {each["subject"] for each in client.ask("GET", "/messages")["messages"]}
    assert subjects == {"Hello Ann", "Hello Élodie"}


def test_the_official_sdk_sees_errors_as_such(client: Client) -> None:
    with pytest.raises(BadRequestsError) as refused:
        sdk(client).client.mail.send.post(request_body={})
    assert "personalizations" in [each["field"] for each in refused.value.to_dict["errors"]]
    with pytest.raises(UnauthorizedError):
        sdk(client, "SG.other").send(mail())
    client.ask("PUT", "/account", {"scopes": ["2fa_required"]})
    with pytest.raises(ForbiddenError):
        sdk(client).send(mail())
    client.ask("PUT", "/account", {"scopes": ["mail.send"]})
    assert json.loads(sdk(client).client.scopes.get().body) == {"scopes": ["mail.send"]}


def test_statuses_of_mail_send(client: Client) -> None:
    client.ask("PUT", "/account", {"scopes": ["mail.send"]})
    accepted = client.send()
    assert (accepted.status_code, accepted.content, len(accepted.headers["x-message-id"])) == (202, b"", 22)
    assert not [name for name in accepted.headers if name.startswith("x-ratelimit")]
    sandbox = client.send(good(mail_settings={"sandbox_mode": {"enable": True}}))
    assert (sandbox.status_code, sandbox.content) == (200, b"")
    assert client.get("/v3/mail/send").status_code == 405
    assert client.request("DELETE", "/v3/mail/send").status_code == 405
    assert client.get("/v3/nothing").status_code == 404
    assert client.send(headers={"Authorization": ""}).status_code == 401
    assert client.send(headers={"Authorization": "Bearer SG.wrong"}).status_code == 401
    assert client.send(headers={"Authorization": f"Basic {KEY}"}).status_code == 401
    assert client.send(headers={"Content-Type": "text/plain"}).status_code == 415
    assert client.send(headers={"Content-Encoding": "gzip"}).status_code == 415
    deep = b'{"personalizations": [{"to": [], "dynamic_template_data": ' + b"[" * 5000
    for content in (b"{", b"", b"[]", b'{"subject": "\xff"}', b"[" * 100_000, deep, b'{"send_at": 1e999}'):
        broken = client.request(
            "POST", "/v3/mail/send", content=content, headers={"Content-Type": "application/json"}
        )
        assert broken.status_code == 400
        assert broken.json()["errors"][0]["field"] is None
    assert [each["verdict"] for each in client.log()].count("accepted") == 1
    assert all(each["complaints"] for each in client.log() if each["verdict"] == "refused")


def test_acceptance_is_all_or_nothing(client: Client) -> None:
    body = crowd(1000)
    body["personalizations"][500]["to"][0]["email"] = "nope"
    answer = client.send(body)
    assert [each["field"] for each in answer.json()["errors"]] == ["personalizations.500.to.0.email"]
    assert client.ask("GET", "/deliveries") == {"deliveries": []}
    assert client.send(crowd(1000)).status_code == 202


def test_unverified_senders_are_forbidden() -> None:
    with emulator(senders=("news@other.example", "@ngen.example")) as client:
        assert client.send().status_code == 202
        for address in ("news@other.example", "NEWS@NGEN.example"):
            assert client.send(good(**{"from": {"email": address}})).status_code == 202
        refused = client.send(good(**{"from": {"email": "jay@other.example"}}))
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (403, "from")
        assert [each["from_email"] for each in client.get("/v3/verified_senders").json()["results"]] == [
            "news@other.example"
        ]
        assert client.get("/v3/verified_senders?limit=0").json() == {"results": []}


def test_any_sg_key_without_a_key() -> None:
    with emulator(key=None) as client:
        assert client.send(headers={"Authorization": "Bearer SG.anything"}).status_code == 202
        assert client.send(headers={"Authorization": "Bearer anything"}).status_code == 401


def test_bare_errors_mode() -> None:
    with emulator(errors="bare", substitution_limit="8k-bare") as client:
        assert client.send({}).json() == {"errors": [{"message": "Bad Request", "field": None, "help": None}]}
        client.ask("PUT", "/account", {"errors": "full", "substitution_limit": "50k-request"})
        body = crowd(10)
        for envelope in body["personalizations"]:
            envelope["substitutions"] = {"%x%": "y" * 6_000}
        assert client.send(body).json()["errors"][0]["field"] is None
        body["personalizations"] = body["personalizations"][:8]
        assert client.send(body).status_code == 202


def test_webhook_settings_and_key(client: Client) -> None:
    settings = "/v3/user/webhooks/event/settings"
    client.ask(
        "PUT",
        "/account",
        {"scopes": ["mail.send", "user.webhooks.event.settings.read", "user.webhooks.event.settings.update"]},
    )
    client.ask("PUT", "/webhook", {"url": ""})
    assert client.get(f"{settings}/all").json()["webhooks"] == []
    assert client.get(f"{settings}/signed").status_code == 404
    client.ask("PUT", "/webhook", {"url": "http://127.0.0.1:9/hooks"})
    found = client.get(f"{settings}/all").json()["webhooks"][0]
    for path in (f"{settings}/signed", f"{settings}/signed/{found['id']}"):
        assert client.get(path).json()["public_key"] == client.running.webhook_public_key
    assert client.get(f"{settings}/{found['id']}").json()["url"] == "http://127.0.0.1:9/hooks"
    assert client.get(f"{settings}/signed/other").status_code == 404
    assert client.request("PATCH", f"{settings}/signed", json={"enabled": False}).json()["public_key"] == ""
    fresh = client.request("PATCH", f"{settings}/signed", json={"enabled": True}).json()["public_key"]
    assert fresh not in ("", client.running.webhook_public_key)
    assert (
        client.request("PATCH", f"{settings}/{found['id']}", json={"url": "https://example.org"}).status_code
        == 400
    )
    client.ask("PUT", "/account", {"scopes": ["mail.send"]})
    assert client.get(f"{settings}/all").status_code == 403
    client.ask("PUT", "/webhook", {"url": ""})


@pytest.mark.parametrize(
    ("file", "path", "pointer"),
    [
        ("tsg_scopes_v3.json", "/v3/scopes", "/paths/~1v3~1scopes"),
        ("tsg_verified_senders_v3.json", "/v3/verified_senders", "/paths/~1v3~1verified_senders"),
        (
            "tsg_webhooks_v3.json",
            "/v3/user/webhooks/event/settings/all",
            "/paths/~1v3~1user~1webhooks~1event~1settings~1all",
        ),
        (
            "tsg_webhooks_v3.json",
            "/v3/user/webhooks/event/settings/signed",
            "/paths/~1v3~1user~1webhooks~1event~1settings~1signed~1%7Bid%7D",
        ),
    ],
)
def test_answers_have_the_official_shape(file: str, path: str, pointer: str) -> None:
    import jsonschema_rs

    document = json.loads(shared(f"contracts/sendgrid/{file}").read_text(encoding="utf-8"))
    reference = f"#{pointer}/get/responses/200/content/application~1json/schema"
    validator = jsonschema_rs.Draft202012Validator({**document, "$ref": reference})
    with emulator(senders=("news@ngen.example",), webhook="http://127.0.0.1:9/") as client:
        answer = client.get(path)
        assert answer.status_code == 200
        assert list(validator.iter_errors(answer.json())) == []


def test_signatures_verify_with_two_libraries() -> None:
    signer, body = Signer(7), '[{"email":"é@example.com"}]\r\n'.encode()
    signature = signer.sign("1608127200", body)
    sdk_hook = EventWebhook()
    official = sdk_hook.convert_public_key_to_ecdsa(signer.public_key())
    assert sdk_hook.verify_signature(body.decode(), signature, "1608127200", official)
    assert not sdk_hook.verify_signature(body.decode().strip(), signature, "1608127200", official)
    assert not sdk_hook.verify_signature(
        body.decode(), signer.sign_wrongly("1608127200", body), "1608127200", official
    )
    assert len(signer.public_key()) == 124
    assert signer.public_key().startswith("MFkwEwYHKoZI")
    assert Signer(7).public_key() == signer.public_key()
    assert signer.rotate() != Signer(7).public_key()


def verifies(key: str, headers: dict[str, str], body: bytes) -> bool:
    """The check a receiver makes, written with `cryptography` alone."""
    import base64

    given = {name.lower(): value for name, value in headers.items()}
    public = serialization.load_der_public_key(base64.b64decode(key))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    try:
        signature = base64.b64decode(given[SIGNATURE_HEADER.lower()], validate=True)
        public.verify(signature, given[TIMESTAMP_HEADER.lower()].encode() + body, ec.ECDSA(hashes.SHA256()))
    except (KeyError, ValueError, InvalidSignature):
        return False
    return True


def test_the_verifier_of_these_tests_takes_the_official_vectors() -> None:
    vectors: list[dict[str, Any]] = json.loads(
        shared("contracts/sendgrid/event_webhook_signature_vectors.json").read_text(encoding="utf-8")
    )["vectors"]
    for each in vectors:
        headers = {SIGNATURE_HEADER: each["signature"], TIMESTAMP_HEADER: each["timestamp"]}
        assert verifies(each["public_key"], headers, each["body"].encode()) == each["valid"], each["name"]
