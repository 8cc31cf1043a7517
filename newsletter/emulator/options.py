"""In: the flags of `newsletter emulator`, or keyword arguments in tests. Out: one frozen Options.

Called by the command line, by `python -m newsletter.emulator` and by tests; read by every other module here.
"""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

FULL_ACCESS = (
    "mail.send",
    "mail.batch.create",
    "mail.batch.read",
    "user.scheduled_sends.create",
    "user.scheduled_sends.read",
    "user.scheduled_sends.update",
    "user.scheduled_sends.delete",
    "messages.read",
    "categories.stats.read",
    *(
        f"suppression.{name}.{right}"
        for name in ("bounces", "blocks", "invalid_emails", "spam_reports", "unsubscribes")
        for right in ("read", "delete")
    ),
    "asm.groups.suppressions.create",
    "asm.groups.suppressions.read",
    "asm.groups.suppressions.delete",
    "user.webhooks.event.settings.read",
    "user.webhooks.event.settings.update",
    "user.webhooks.event.test.create",
    "sender_verification_eligible",
    "2fa_required",
)
"""Scopes of a key with everything this emulator serves. The last two come with every real key."""

TRACKERS = ("click", "open", "subscription")


@dataclass(frozen=True, slots=True)
class SubstitutionLimit:
    """One of the limits that SendGrid's pages publish for `substitutions`.

    Bytes are UTF-8 bytes of tags plus values; None means no limit. `bare` answers the null-field
    "Bad Request" that users met, in place of a message with a path.
    """

    personalization_bytes: int | None = None
    request_bytes: int | None = None
    items: int = 10_000
    bare: bool = False


SUBSTITUTION_LIMITS: Mapping[str, SubstitutionLimit] = {
    "10k": SubstitutionLimit(personalization_bytes=10_000, items=150),
    "50k": SubstitutionLimit(personalization_bytes=50_000, items=150),
    "50k-request": SubstitutionLimit(request_bytes=50_000, items=150),
    "8k-bare": SubstitutionLimit(personalization_bytes=8_000, bare=True),
    "none": SubstitutionLimit(),
}
"""`10k`: mail send reference + error page (the strictest, the default). `50k`: substitution tag page.
`50k-request`: error page. `8k-bare`: what users saw in 2018 (sendgrid-python issue 548)."""


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that can be chosen before start. Times are seconds of emulated time.

    `key` None accepts any token that starts with `SG.`. `senders` are the verified addresses and
    `@domains`; empty means that every sender is verified. `groups` and `pools` likewise.
    `account_tracking` is what the account does where a message states no `enable`: all three by
    default, so that a forgotten switch shows. `passes` > 1 replaces tags again inside replaced
    values, which exposes injection.
    """

    port: int = 4025
    control_port: int = 0
    seed: int = 1
    faults: Path | None = None
    state: Path | None = None
    journal: Literal["file", "sqlite"] = "file"
    webhook: str | None = None
    key: str | None = None
    clock: datetime | None = None
    scopes: tuple[str, ...] = FULL_ACCESS
    senders: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    pools: tuple[str, ...] = ()
    substitution_limit: str = "10k"
    errors: Literal["full", "bare"] = "full"
    account_tracking: tuple[str, ...] = TRACKERS
    delivery_arg: str = "nl_d"
    batch_arg: str = "nl_b"
    event_interval: float = 30.0
    behaviour: str = "plain"
    readers: str | None = None
    passes: int = 1
    index_delay: float = 120.0

    def limit(self) -> SubstitutionLimit:
        """The substitution limit in force; KeyError for an unknown name."""
        return SUBSTITUTION_LIMITS[self.substitution_limit]


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Flags to Options; argparse prints usage and exits with 2 on a wrong flag."""
    given = vars(_parser().parse_args(arguments))
    return Options(**{name: value for name, value in given.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="newsletter emulator",
        description="A SendGrid on your own machine. Listens on 127.0.0.1 only and sends no email.",
    )
    _server_flags(parser)
    _account_flags(parser)
    _event_flags(parser)
    return parser


def _server_flags(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--port", type=int, help="port of the API and the inbox; 0 picks a free one (4025)")
    add("--control-port", type=int, help="second port that no fault touches; 0 picks a free one (0)")
    add("--seed", type=int, help="the same seed and the same requests give the same story (1)")
    add("--faults", type=Path, metavar="FILE", help="fault script, JSON or TOML")
    add("--state", type=Path, metavar="DIR", help="where accepted requests are kept (a new temporary folder)")
    add("--journal", choices=("file", "sqlite"), help="how they are kept (file)")
    add("--clock", type=_instant, metavar="ISO", help="start the emulated clock here; it runs on")


def _account_flags(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--key", help="the only API key accepted (any SG.… otherwise)")
    add("--scopes", type=_words, help="scopes of the key, comma separated (full access)")
    add("--senders", type=_words, help="verified addresses or @domains, comma separated (all)")
    add("--groups", type=_numbers, help="unsubscribe groups that exist, comma separated (all)")
    add("--pools", type=_words, help="IP pools that exist, comma separated (all)")
    add("--substitution-limit", choices=tuple(SUBSTITUTION_LIMITS), help="which published limit holds (10k)")
    add("--errors", choices=("full", "bare"), help="bare: every 400 is the null-field Bad Request (full)")
    add(
        "--account-tracking",
        type=_trackers,
        help="of click,open,subscription: on unless a message says (all)",
    )
    add("--delivery-arg", help="custom arg that names a delivery (nl_d)")
    add("--batch-arg", help="custom arg that names a batch (nl_b)")
    add("--passes", type=int, choices=(1, 2, 3, 4), help="rounds of substitution; 2 exposes injection (1)")


def _event_flags(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--webhook", type=_loopback, metavar="URL", help="where signed events are posted; loopback only")
    add("--event-interval", type=float, metavar="SECONDS", help="longest wait before events are posted (30)")
    add("--index-delay", type=float, metavar="SECONDS", help="until the Email Logs know what was taken (120)")
    add("--behaviour", metavar="NAME|FILE", help="what becomes of mail: plain, lifelike or a file (plain)")
    add("--readers", metavar="on|FILE", help="let readers open, click and unsubscribe")


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[,\s]+", text) if word)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in _words(text))


def _trackers(text: str) -> tuple[str, ...]:
    chosen = tuple(word for word in _words(text) if word != "none")
    if unknown := [word for word in chosen if word not in TRACKERS]:
        raise argparse.ArgumentTypeError(
            f"unknown tracking {unknown[0]!r}; choose from {', '.join(TRACKERS)}"
        )
    return chosen


def _loopback(text: str) -> str:
    if not is_loopback(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an http address on this machine")
    return text


def is_loopback(url: str) -> bool:
    """True for http://127.x.x.x, http://[::1] and http://localhost with any port and path."""
    match = _LOOPBACK.match(url)
    return match is not None and int(match[1] or 80) < 65_536


_LOOPBACK = re.compile(
    r"http://(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)(?::(\d{1,5}))?(?:[/?#]|$)", re.IGNORECASE
)
