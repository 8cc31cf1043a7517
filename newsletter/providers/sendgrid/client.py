"""The SDK's client on a transport that can be trusted with a mailing.

In: an API key, a host, a pooled httpx client. Out: a SendGridAPIClient whose calls give an Answer or raise Broken. Called by
provider.py and account.py.

What the SDK's own transport does, and this one does not: no time-out, a new connection each time, proxies of the environment,
a redirected POST (with the key) to another host, keys in its log, json.dumps of what is ready, headers of one call kept for the
next (read in python-http-client 3.3.7).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
from python_http_client import Client
from sendgrid import SendGridAPIClient

from newsletter.model.errors import ConfigurationError
from newsletter.model.said import Said
from newsletter.providers.answer import Answer
from newsletter.providers.http import exchange

_KEY = re.compile(r"[!-~]{1,200}")


class PooledClient(Client):  # type: ignore[misc]  # the SDK has no types
    """The SDK's fluent client (`client.mail.send.post(request_body=…)`) over one httpx client.

    A request body is bytes and goes out as it is. An answer of any status is returned, not raised.
    """

    def __init__(self, http: httpx.Client, host: str, headers: dict[str, str], path: tuple[str, ...]) -> None:
        super().__init__(host=host, request_headers=headers, version=3, url_path=list(path))
        self._http = http

    def _build_client(self, name: str | None = None) -> PooledClient:
        path = (*self._url_path, name) if name else tuple(self._url_path)
        return PooledClient(self._http, self.host, self.request_headers, path)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copying and inspecting ask for such names; they are no part of a path
            raise AttributeError(name)
        return self._method(name.upper()) if name in self.methods else self._(name)

    def _method(self, method: str) -> Callable[..., Answer]:
        def call(request_body: bytes = b"", query_params: dict[str, str] | None = None) -> Answer:
            headers = dict(self.request_headers)
            if request_body:
                headers["Content-Type"] = "application/json"
            return exchange(self._http, method, self._build_url(query_params), headers, request_body)

        return call

    def __repr__(self) -> str:
        return f"PooledClient({'/'.join(self._url_path)})"


def sendgrid_client(key: str, host: str, http: httpx.Client) -> SendGridAPIClient:
    """The SDK's API client. Raises ConfigurationError for a key that is missing or cannot be one; it never shows the key."""
    if not key:
        # The SDK would silently look for a key in the environment.
        raise ConfigurationError(
            Said("SendGrid's API key is not set", "la clé d’API de SendGrid n’est pas définie"),
            code="sendgrid-key-missing",
            hint=Said(
                "Set SENDGRID_API_KEY, or put the key into secrets/sendgrid.key (mode 0600).",
                "Définissez SENDGRID_API_KEY, ou mettez la clé dans secrets/sendgrid.key (mode 0600).",
            ),
        )
    if not _KEY.fullmatch(key):
        raise ConfigurationError(
            Said(
                "SendGrid's API key holds a space, a line break or a character outside ASCII",
                "la clé d’API de SendGrid contient une espace, un saut de ligne ou un caractère hors de l’ASCII",
            ),
            code="sendgrid-key-invalid",
            hint=Said(
                "Copy the key again: one line, beginning with SG.",
                "Copiez la clé de nouveau\u00a0: une seule ligne, qui commence par SG.",
            ),
        )
    api = SendGridAPIClient(api_key=key, host=host)
    api.client = PooledClient(http, host, api.client.request_headers, ())
    return api
