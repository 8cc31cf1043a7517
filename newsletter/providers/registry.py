"""Which providers there are, and how each is made from the settings.

In: a name, settings, the workspace's folder. Out: a Provider. Called by app; a provider's libraries are imported when it is asked
for, not before.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from newsletter.model.errors import ConfigurationError
from newsletter.model.said import Said, perhaps
from newsletter.providers.contract import Provider


class Secretive(Protocol):
    """A value that does not show itself."""

    def reveal(self) -> str:
        """The value."""
        ...


class Options(Protocol):
    """What a provider may be set with: newsletter.settings.Settings, seen from here."""

    def text(self, name: str) -> str:
        """A text."""
        ...

    def whole(self, name: str) -> int:
        """A whole number."""
        ...

    def items(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        ...

    def secret(self, name: str) -> Secretive:
        """A secret."""
        ...


def _outbox(_: Options, root: Path) -> Provider:
    from newsletter.providers.outbox.provider import Outbox

    return Outbox(root)


def _sendgrid(options: Options, _: Path) -> Provider:
    from newsletter.providers.sendgrid.provider import Access, SendGrid

    return SendGrid(
        Access(
            key=options.secret("sendgrid.api_key"),
            base_url=options.text("sendgrid.base_url"),
            webhook_keys=options.items("sendgrid.webhook_public_key"),
            max_weight=options.whole("sendgrid.substitution_bytes"),
        )
    )


PROVIDERS = MappingProxyType[str, Callable[[Options, Path], Provider]](
    {"outbox": _outbox, "sendgrid": _sendgrid}
)


def create(name: str, options: Options, root: Path) -> Provider:
    """The provider of a name. `root` is the workspace. Raises ConfigurationError for a name that is not known."""
    make = PROVIDERS.get(name)
    if make is None:
        near = get_close_matches(name, PROVIDERS, n=1)
        raise ConfigurationError(
            Said(f"there is no provider {name!r}", f"il n’y a pas de service d’envoi {name!r}"),
            code="provider-unknown",
            hint=perhaps(
                near,
                Said(
                    f"Set provider to one of: {', '.join(PROVIDERS)}.",
                    f"Donnez à provider l’une de ces valeurs\u00a0: {', '.join(PROVIDERS)}.",
                ),
            ),
        )
    return make(options, root)
