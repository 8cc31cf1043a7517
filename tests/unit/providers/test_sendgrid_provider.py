"""SendGrid behind the contract: one POST through the SDK, the key in its header and nowhere else."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from pathlib import Path

import httpx
import pytest
from python_http_client import Client
from sendgrid import SendGridAPIClient

from newsletter.model.errors import ConfigurationError, ProviderError, Refused
from newsletter.providers import registry
from newsletter.providers.conformance import sample_batch
from newsletter.providers.conformance_http import FaultServer, Visit, answer, replying, serving
from newsletter.providers.http import pooled
from newsletter.providers.outbox.provider import Outbox
from newsletter.providers.sendgrid.client import PooledClient, sendgrid_client
from newsletter.providers.sendgrid.provider import Access, SendGrid
from newsletter.settings import LOOPBACK_HOSTS, OFFICIAL_HOSTS, Secret, resolve

KEY = "SG.canary-key-0123456789"


def at(url: str, key: str = KEY, **access: object) -> SendGrid:
    return SendGrid(
        Access(Secret(key), url, **access),  # type: ignore[arg-type]
        pooled(url, timeout=httpx.Timeout(1)),
    )


class Recorder:
    """A server that keeps requests whole, and says 202."""

    def __init__(self) -> None:
        self.requests: list[tuple[bytes, bytes]] = []
        self._server = FaultServer(self._talk)
        self.url = self._server.url

    def _talk(self, visit: Visit) -> None:
        while True:
            visit.read_head()
            if not visit.head:
                return
            body = b""
            while len(body) < visit.length:
                body += visit._sock.recv(visit.length - len(body))
            self.requests.append((visit.head, body))
            visit.head = b""
            visit.send(answer(202, b"", f"X-Message-Id: m{len(self.requests)}"))

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def recorder() -> object:
    made = Recorder()
    yield made
    made.close()


def test_the_very_bytes_are_posted_once(recorder: Recorder) -> None:
    provider = at(recorder.url)
    parcel = provider.encode(sample_batch(3))
    assert provider.submit(parcel).reference == "m1"
    provider.close()
    ((head, body),) = recorder.requests
    assert body == parcel.body
    assert head.startswith(b"POST /v3/mail/send HTTP/1.1\r\n")
    fields = dict(line.split(b": ", 1) for line in head.lower().strip().split(b"\r\n")[1:])
    assert fields[b"authorization"] == f"bearer {KEY.lower()}".encode()
    assert fields[b"content-type"] == b"application/json"
    assert fields[b"user-agent"].startswith(b"sendgrid/")


def test_many_threads_share_connections(recorder: Recorder) -> None:
    provider = at(recorder.url)
    parcel = provider.encode(sample_batch(2))
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: [found.append(provider.submit(parcel).reference) for _ in range(20)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    provider.close()
    assert len(set(found)) == len(recorder.requests) == 80


def test_it_is_the_sdks_client_with_another_transport() -> None:
    http = pooled("http://127.0.0.1:9")
    api = sendgrid_client(KEY, "http://127.0.0.1:9", http)
    assert isinstance(api, SendGridAPIClient)
    assert isinstance(api.client.mail.send, PooledClient)
    assert isinstance(api.client, Client)
    assert KEY not in f"{api!r} {api.client!r} {api.client.mail!r}"
    with pytest.raises(AttributeError):
        api.client.__deepcopy__  # noqa: B018
    http.close()


def test_a_base_path_is_kept(recorder: Recorder) -> None:
    provider = at(recorder.url + "/prefix")
    provider.submit(provider.encode(sample_batch(1)))
    provider.close()
    assert recorder.requests[0][0].startswith(b"POST /prefix/v3/mail/send ")


class TestKey:
    def test_none_is_said_before_anything_is_written_down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The SDK would take one from the environment; the settings decide here."""
        monkeypatch.setenv("SENDGRID_API_KEY", KEY)
        provider = at("http://127.0.0.1:9", key="")
        with pytest.raises(ConfigurationError) as missing:
            provider.encode(sample_batch(1))
        assert missing.value.code == "sendgrid-key-missing"
        provider.close()

    @pytest.mark.parametrize("key", [KEY + "\n", "SG. x", "SG.é", "SG.\r\nX-A: b", "x" * 201])
    def test_one_that_cannot_be_is_not_shown(self, key: str) -> None:
        provider = at("http://127.0.0.1:9", key=key)
        with pytest.raises(ConfigurationError) as invalid:
            provider.encode(sample_batch(1))
        assert key.strip() not in str(invalid.value)
        provider.close()

    @pytest.mark.parametrize(
        "data",
        [
            answer(401, b'{"errors":[{"message":"The provided authorization grant is invalid"}]}'),
            answer(302, b"", "Location: http://127.0.0.1:9/"),
            answer(503),
            b"HTTP/1.1 2",
        ],
    )
    def test_it_is_in_no_error_no_traceback_and_no_log(
        self, data: bytes, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        logging.getLogger().info("loud")
        with serving(replying(data)) as server:
            provider = at(server.url)
            parcel = provider.encode(sample_batch(1))
            with pytest.raises(ProviderError) as failed:
                provider.submit(parcel)
            provider.close()
        error = failed.value
        assert error.__context__ is None
        lines = traceback.TracebackException.from_exception(error, capture_locals=True).format()
        told = "".join(lines) + repr(vars(error)) + repr(provider) + repr(vars(provider)) + caplog.text
        assert "loud" in told
        assert KEY not in told


def test_capabilities() -> None:
    provider = at("http://127.0.0.1:9", max_weight=50_000)
    assert (provider.capabilities.max_recipients, provider.capabilities.max_weight) == (1000, 50_000)
    assert not provider.capabilities.official
    provider.close()
    for host in OFFICIAL_HOSTS:
        provider = at(f"https://{host}")
        assert provider.capabilities.official
        provider.close()
    for host in LOOPBACK_HOSTS:
        name = f"[{host}]" if ":" in host else host
        provider = at(f"http://{name}:9")
        assert not provider.capabilities.official
        provider.close()


def test_weight_is_refused_over_its_limit() -> None:
    provider = at("http://127.0.0.1:9", max_weight=10)
    with pytest.raises(Refused):
        provider.encode(sample_batch(1))
    provider.close()


class TestRegistry:
    def settings(self, **environ: str) -> registry.Options:
        return resolve({}, environ, {})

    def test_both(self, tmp_path: Path) -> None:
        outbox = registry.create("outbox", self.settings(), tmp_path)
        assert isinstance(outbox, Outbox)
        options = self.settings(
            SENDGRID_API_KEY=KEY,
            NEWSLETTER_SENDGRID_BASE_URL="http://127.0.0.1:9",
            NEWSLETTER_SENDGRID_SUBSTITUTION_BYTES="50000",
        )
        made = registry.create("sendgrid", options, tmp_path)
        assert made.name == "sendgrid"
        assert made.capabilities.max_weight == 50_000
        assert json.loads(made.encode(sample_batch(1)).body)["custom_args"]["nl_b"] == "12"
        made.close()

    def test_an_unknown_name_gets_a_hint(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match="sendgird") as unknown:
            registry.create("sendgird", self.settings(), tmp_path)
        assert unknown.value.hint == "Did you mean sendgrid?"
        with pytest.raises(ConfigurationError) as unknown:
            registry.create("", self.settings(), tmp_path)
        assert "outbox, sendgrid" in unknown.value.hint

    def test_asking_for_the_outbox_imports_no_http(self) -> None:
        import subprocess
        import sys

        code = (
            "import sys; from newsletter.providers import registry; from pathlib import Path;"
            "registry.create('outbox', None, Path('.'));"
            "sys.exit(bool({'httpx', 'sendgrid', 'cryptography'} & set(sys.modules)))"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
