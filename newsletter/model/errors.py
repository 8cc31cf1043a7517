"""The error tree.

In: what went wrong, as a sentence (in both languages where authors read it), with a stable code, a place and the next step. Out: one exception. Called by everybody.

    Explained                        message, code, place, hint
    ├─ NewsletterError
    │  ├─ AuthorError                a fault in the folder: file, line, what to do
    │  ├─ NotFound                   no such issue, member, campaign …
    │  ├─ NotAllowed                 the state, or a rule, forbids it
    │  ├─ StoreUnavailable           the database cannot be read or written now
    │  ├─ ProviderError
    │  │  ├─ Refused                 a complete, documented refusal: nothing was accepted
    │  │  ├─ Unavailable             nothing was accepted; ask again (retry_after)
    │  │  └─ Uncertain               nobody knows; never retried by a machine
    │  └─ HookRejected               the signature of a provider's request did not match
    └─ ConfigurationError            apart on purpose: no `except NewsletterError` may swallow it
       └─ Superseded                a newer version of the program has changed the database under this process
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from newsletter.model.said import NOTHING, Said, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model.place import Place


class Explained(Exception):
    """An error written for three readers: the person, the program, and us.

    `message` says what is wrong, `hint` the next step, `place` where; `code` is stable and documented. Both are English; what was
    given in both languages is kept in `said`, for people (`told`).
    """

    def __init__(
        self, message: Said | str, *, code: str, place: Place | None = None, hint: Said | str = NOTHING
    ) -> None:
        self.said = said(message), said(hint)
        super().__init__(self.said[0].en)
        self.message = self.said[0].en
        self.code = code
        self.place = place
        self.hint = self.said[1].en

    def told(self, language: str) -> tuple[str, str]:
        """Message and hint in a language of staff; English where they are not written in it."""
        return self.said[0].told(language), self.said[1].told(language)

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        after = f"\n  {self.hint}" if self.hint else ""
        return f"{where}{self.message}{after}"


class NewsletterError(Explained):
    """Anything that a caller may expect and handle."""


class ConfigurationError(Explained):
    """The program is set up wrongly; nothing can be done before that is mended."""


class Superseded(ConfigurationError):
    """A newer version of the program has changed the database since this process opened it: the process must end."""


class AuthorError(NewsletterError):
    """A fault in a file that staff wrote."""


class NotFound(NewsletterError):
    """What was asked for does not exist."""


class NotAllowed(NewsletterError):
    """The state of things, or a rule, forbids it."""


class StoreUnavailable(NewsletterError):
    """The database cannot be read or written now; the transaction that met it is undone. `passing`: waiting may be enough."""

    def __init__(
        self, message: Said | str, *, code: str, hint: Said | str = NOTHING, passing: bool = False
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self.passing = passing


class HookRejected(NewsletterError):
    """A provider's request could not be proved to be the provider's."""


class ProviderError(NewsletterError):
    """A provider did not take a parcel, or nobody knows whether it did."""


class RefusalScope(StrEnum):
    """Whom a refusal is about."""

    MEMBERS = "members"  #: named recipients of the parcel
    REQUEST = "request"  #: the parcel as a whole, for a reason not tied to a recipient that we know of
    ACCOUNT = "account"  #: the account: key, permission, redirect. Says nothing about the recipients


class Refused(ProviderError):
    """A complete documented refusal: nothing of the parcel was accepted.

    `members` are positions in the parcel (0-based), only with scope MEMBERS. `status` is the HTTP status, if any.
    """

    def __init__(
        self,
        message: Said | str,
        *,
        code: str,
        scope: RefusalScope,
        members: Sequence[int] = (),
        status: int | None = None,
        hint: Said | str = NOTHING,
    ) -> None:
        super().__init__(message, code=code, hint=hint)
        self.scope = scope
        self.members = tuple(members)
        self.status = status


class Unavailable(ProviderError):
    """Nothing was accepted; asking again later is safe. `retry_after` in seconds, if the provider said."""

    def __init__(
        self, message: Said | str, *, code: str, retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
        self.status = status


class Uncertain(ProviderError):
    """The parcel may or may not have been accepted. Only evidence or a person resolves it. `retry_after`: for so many seconds the
    provider wants no further one, if it said."""

    def __init__(
        self, message: Said | str, *, code: str, retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
        self.status = status
