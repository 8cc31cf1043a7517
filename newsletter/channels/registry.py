"""The second channels that are set up.

In: settings. Out: targets, in the order in which they are told; what their set-up is known by. Called by pipeline.notices.
"""

from __future__ import annotations

import hmac
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import TYPE_CHECKING, Protocol

import msgspec

from newsletter.channels import people
from newsletter.channels.contract import Target
from newsletter.model.errors import ConfigurationError
from newsletter.model.notice import Person
from newsletter.model.said import Said

if TYPE_CHECKING:
    pass

_TEXTS = (
    "notices.from",
    "notices.smtp_host",
    "notices.smtp_security",
    "notices.smtp_user",
    "notices.webhook",
)
_LISTS = ("notices.channel", "notices.languages", "notices.people")
_SECRETS = ("notices.smtp_password", "notices.webhook_url")


class Hidden(Protocol):
    """A value that shows itself only when asked."""

    def reveal(self) -> str:
        """The value."""
        ...


class Settings(Protocol):
    """The part of the settings that is asked here."""

    def text(self, name: str) -> str:
        """A text."""
        ...

    def whole(self, name: str) -> int:
        """A whole number."""
        ...

    def items(self, name: str) -> tuple[str, ...]:
        """A list."""
        ...

    def secret(self, name: str) -> Hidden:
        """A secret."""
        ...


def is_set_up(settings: Settings) -> bool:
    """True when somebody wants a second channel."""
    return bool(settings.items("notices.channel"))


def targets(settings: Settings, sender: str) -> list[Target]:
    """Everybody who is told. `sender` is the publication's address. Raises ConfigurationError; nothing is asked of a network."""
    made: list[Target] = []
    if "smtp" in settings.items("notices.channel"):
        made += _mailboxes(settings, sender)
    if "webhook" in settings.items("notices.channel"):
        made.append(_webhook(settings))
    return made


def _languages(settings: Settings) -> tuple[str, ...]:
    return settings.items("notices.languages") or ("en",)


def _mailboxes(settings: Settings, sender: str) -> list[Target]:
    told = people.read(settings.items("notices.people"), _languages(settings)[0])
    if not told or not settings.text("notices.smtp_host"):
        raise ConfigurationError(
            Said(
                "notices.smtp_host and notices.people say by which server, and to whom",
                "notices.smtp_host et notices.people disent par quel serveur, et à qui",
            ),
            code="notices-incomplete",
            hint=Said(
                "Set both under [notices] in newsletter.toml.",
                "Définissez les deux sous [notices] dans newsletter.toml.",
            ),
        )
    return [mailbox(settings, sender, person) for person in told]


def mailbox(settings: Settings, sender: str, person: Person) -> Target:
    """One person, reached by the mail server of notices, whether notices go by it or not. Raises ConfigurationError without a server."""
    # smtplib and email take their time: only who tells somebody waits for them
    from newsletter.channels import smtp

    host, security = settings.text("notices.smtp_host"), settings.text("notices.smtp_security")
    if not host:
        raise ConfigurationError(
            Said(
                "notices.smtp_host says by which server staff get mail",
                "notices.smtp_host dit par quel serveur l’équipe reçoit des courriels",
            ),
            code="notices-incomplete",
            hint=Said(
                "Set it under [notices] in newsletter.toml.",
                "Définissez-le sous [notices] dans newsletter.toml.",
            ),
        )
    smtp.require_safe(host, security)
    server = smtp.Server(
        host,
        settings.whole("notices.smtp_port"),
        security,
        settings.text("notices.smtp_user"),
        settings.secret("notices.smtp_password").reveal(),
        _address(settings.text("notices.from") or sender),
    )
    return smtp.Mailbox(server, person)


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except (ValueError, HeaderParseError, IndexError):
        raise ConfigurationError(
            Said(
                f"notices.from: {text!r} is not an address",
                f"notices.from\u00a0: {text!r} n’est pas une adresse",
            ),
            code="notices-from",
        ) from None


def _webhook(settings: Settings) -> Target:
    from newsletter.channels.webhook import Webhook

    url = settings.secret("notices.webhook_url").reveal()
    if not url:
        raise ConfigurationError(
            Said("notices.webhook_url is not set", "notices.webhook_url n’est pas défini"),
            code="notices-incomplete",
            hint=Said(
                "Put the URL into NEWSLETTER_NOTICES_WEBHOOK_URL, or secrets/notices.webhook_url.key that only you can read.",
                "Mettez l’adresse dans NEWSLETTER_NOTICES_WEBHOOK_URL, ou dans secrets/notices.webhook_url.key, lisible par vous seul.",
            ),
        )
    return Webhook(settings.text("notices.webhook"), url, _languages(settings))


def fingerprint(settings: Settings, sender: str, key: bytes) -> str:
    """What this very set-up is known by: it changes with every setting, and gives nothing of a secret away."""
    values = [
        sender,
        [settings.text(name) for name in _TEXTS],
        [settings.items(name) for name in _LISTS],
        settings.whole("notices.smtp_port"),
        [settings.secret(name).reveal() for name in _SECRETS],
    ]
    return hmac.digest(key, b"second channel\0" + msgspec.json.encode(values), "sha256").hex()[:32]
