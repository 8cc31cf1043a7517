"""Every setting: its name, default and meaning; the only place that knows them (those of checks come from model.thresholds).

In: the tables of newsletter.toml and the environment. Out: one frozen Settings, with where each value came from. Called by app
and `newsletter settings`.

A setting `sendgrid.base_url` stands in newsletter.toml as `base_url` under `[sendgrid]`, and in the environment as
NEWSLETTER_SENDGRID_BASE_URL, which wins. Secrets are never read from newsletter.toml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import cast
from urllib.parse import urlsplit

from newsletter.model.errors import ConfigurationError
from newsletter.model.place import Place
from newsletter.model.said import Said, perhaps, said
from newsletter.model.thresholds import THRESHOLDS, Limit
from newsletter.settings import readers
from newsletter.settings.readers import LOOPBACK_HOSTS, OFFICIAL_HOSTS, Secret, Unfit, Value

__all__ = ["LOOPBACK_HOSTS", "OFFICIAL_HOSTS", "SETTINGS", "Secret", "Setting", "Settings", "resolve"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `read` turns the text of the environment (or the value of the file) into the value, or raises ValueError."""

    name: str
    default: Value | Secret
    help: str
    read: Callable[[object], Value | Secret]
    environment: str = ""
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return self.environment or "NEWSLETTER_" + re.sub(r"[.-]", "_", self.name.upper())


SETTINGS: tuple[Setting, ...] = (
    Setting("provider", "outbox", "Who takes the mail: `outbox` (files under var/outbox) or `sendgrid`. Never guessed from a key.", readers.text),
    Setting("database_url", "", "The database; empty: var/newsletter.db in the workspace.", readers.text),
    Setting("state_dir", "", "Where this machine remembers which database may send from it; empty: newsletter under the user's state folder.", readers.text),
    Setting("web.base_url", "http://127.0.0.1:8025", "The public address of this program's pages: unsubscribe, view, links, images.", readers.base_url),
    Setting("web.host", "127.0.0.1", "The address on which `serve` answers readers and hooks.", readers.text),
    Setting("web.port", 8025, "The port on which `serve` answers readers and hooks.", readers.whole),
    Setting("web.archive", "marked", "Which finished mailings everybody may read at /archive: `marked` (issues that say `archive: true`), `all` (but those that say `archive: false`), or `none`.", readers.word("marked", "all", "none")),
    Setting("web.archive_without", (), "Issues that are never shown there, whatever they say: their names, such as 2020-12-16-holiday-greeting.", readers.items),
    Setting("web.archive_indexed", "no", "`yes` lets search engines read the archive.", readers.word("no", "yes")),
    Setting("web.staff_port", 8026, "The port of the studio, where staff work.", readers.whole),
    Setting("studio.host", "127.0.0.1", "The address on which the studio is answered. Another than this machine's own only with studio.base_url, behind a reverse proxy with https.", readers.text),
    Setting("studio.base_url", "", "The address of the studio behind a reverse proxy, such as https://studio.example.org; empty: only this machine reaches it.", readers.base_url_or_none),
    Setting("studio.idle_minutes", 120, "How long a session of the studio lasts while nobody uses it (at most 12 hours in all).", readers.whole),
    Setting("sendgrid.api_key", Secret(""), "The key of SendGrid, with Mail Send; read from the environment or secrets/sendgrid.key.", readers.secret, environment="SENDGRID_API_KEY", secret=True),
    Setting("sendgrid.base_url", "https://api.sendgrid.com", "One of the two official hosts, or a loopback address.", readers.sendgrid_url),
    Setting("sendgrid.webhook_public_key", (), "The public keys (base64) with which SendGrid's events are signed; two while a key is replaced.", readers.items),
    Setting("sendgrid.substitution_bytes", 0, "The most bytes of substitutions in one request (0: no limit). Try 50000 after a refusal without a path.", readers.whole),
    Setting("send.batch_size", 1000, "The most recipients in one request.", readers.whole),
    Setting("send.slots", 2, "How many requests may be under way at one time.", readers.whole),
    Setting("send.rate_per_minute", 60000, "The most recipients a minute for this account (0: no limit).", readers.whole),
    Setting("send.domains", (), 'The most members of a receiving domain an hour, such as "outlook.com: 2000/hour"; the domains of one service count together.', readers.items),
    Setting("send.grace_minutes", 240, "How late a mailing may start by itself after its time; later it is held.", readers.whole),
    Setting("hold.festive", ("greeting",), "Templates of feasts: after a hold on everything, mailings with one of these are looked at first.", readers.items),
    Setting("send.settle_hours", 24, "How long a batch in doubt waits for evidence before it is held for a person.", readers.whole),
    Setting("send.revocable", "no", "`yes`: each request leaves SendGrid twenty minutes after it was handed over, so that one of which nobody knows what became can be revoked, proven absent, and handed over again by itself. The key needs mail.batch.create and user.scheduled_sends (create, read, update, delete).", readers.word("no", "yes")),
    Setting("send.pause_bounces", 0.05, "The share of hard bounces, of those handed over, at which a mailing pauses (1: never).", readers.share),
    Setting("send.pause_complaints", 0.003, "The share of complaints at which a mailing pauses (1: never).", readers.share),
    Setting("send.pause_blocks", 0.05, "The share of refusals for content, reputation or authentication at which a mailing pauses (1: never).", readers.share),
    Setting("send.pause_least", 5, "How many of a kind there must be before a mailing pauses for their share.", readers.whole),
    Setting("language", "", "The language in which staff is answered about schedules and holidays, `en` or `fr`; empty: the newsletter's first.", readers.text),
    Setting("quiet.hours", "", 'A window of local time in which no planned mail leaves, such as "21:00-07:00"; empty: none.', readers.text),
    Setting("send.window", "", 'The days and hours within which planned mail leaves, by the clock of its zone, such as "weekdays 08:00-17:00"; empty: at any.', readers.text),
    Setting("blackout.holidays", "", "Statutory holidays on which no planned mail leaves: their `actual` day, the `observed` one, or `both`; empty: none.", readers.text),
    Setting("blackout.days", (), "Further days on which no planned mail leaves: `2026-12-24`, `2026-12-24/2027-01-02`, `12-24`, or a holiday.", readers.items),
    Setting("schedule.days_apart", 2, "A warning when the same people would get two mailings within so many days (0: never).", readers.whole),
    Setting("holidays.calendars", (), "Whose holidays are stored ahead and stand in the calendar feed; empty: the newsletter's calendar.", readers.items),
    Setting("files.megabytes", 10, "The largest file (PDF, appointment, document) that a mail may link to and this program hosts.", readers.whole),
    Setting("render.seconds", 4, "The longest that the building of one issue may take.", readers.whole),
    Setting("render.megabytes", 1024, "The most memory that the building of one issue may take.", readers.whole),
    Setting("render.inliner", "premailer", "What puts styles into the elements of a mail: `premailer`, or `css-inline`, which takes half of its time (`pip install 'newsletter[fast]'`). Both make the same mail, in other bytes; where css-inline might not, premailer does it. Set it once, alike for every process: mailings that wait are held when it changes, as when a template does.", readers.word("premailer", "css-inline")),
    Setting("links.seconds", 10, "With `check --links`: the longest that one link may take to answer, redirects included.", readers.whole),
    Setting("links.fresh_hours", 24, "How long the answer of a link is kept before it is asked again (a bad one: ten minutes).", readers.whole),
    Setting("links.at_once", 8, "How many links are asked at one time.", readers.whole),
    Setting("links.per_host", 2, "How many of them of one host.", readers.whole),
    Setting("links.loopback", "no", "`yes` lets links to this machine be asked: for rehearsals.", readers.word("no", "yes")),
    Setting("api.per_minute", 600, "The most requests a minute of one token of the API (0: no limit).", readers.whole),
    Setting("spam.program", "", "A spam filter on this machine that `check` asks: `spamassassin` or `spamc`; empty: none.", readers.word("", "spamassassin", "spamc")),
    Setting("spam.seconds", 20, "The longest that it may take for one mail.", readers.whole),
    Setting("approvers", (), "Who is asked to approve a mailing, beside staff accounts that may: `Name <address>`, or `Name <address> fr` for a language of their own.", readers.items),
    Setting("approval.people", 1, "How many different people must approve a mailing: 1, or 2, so that nobody approves alone what they made.", readers.one_or_two),
    Setting("approval.deputies", (), "Who is asked in an approver's place, when no answer came in time or an approver names them: as `approvers`.", readers.items),
    Setting("approval.hours", 48, "How many hours those who are asked have to answer, unless somebody says otherwise or the mailing's time comes sooner.", readers.whole),
    Setting("approval.deputy_share", 0.75, "After which share of that time a deputy is asked as well (1: never).", readers.share),
    Setting("approval.days", 30, "An approval older than this when the mailing's time comes is asked for again (0: never).", readers.whole),
    Setting("approval.difference", 0.1, "So is one from when the number of recipients was smaller or larger by more than this share (1: never).", readers.share),
    Setting("notices.channel", (), "How staff are told of mailings beside the mail provider: `smtp`, `webhook`, or both. Empty: not at all.", readers.words("smtp", "webhook")),
    Setting("notices.languages", ("en",), "`en`, `fr`, or both: the language of notices; people may have their own.", readers.words("en", "fr")),
    Setting("notices.people", (), "Who gets notices by SMTP: `Name <address>`, or `Name <address> fr` for a language of their own.", readers.items),
    Setting("notices.from", "", "The address that notices by SMTP come from; empty: the publication's sender.", readers.text),
    Setting("notices.smtp_host", "", "The mail server for notices: not the provider of mailings, which may be what is wrong.", readers.text),
    Setting("notices.smtp_port", 587, "Its port: 587 with `starttls`, 465 with `tls`.", readers.whole),
    Setting("notices.smtp_security", "starttls", "`starttls`, `tls`, or `none`, which only this machine itself may have.", readers.word("starttls", "tls", "none")),
    Setting("notices.smtp_user", "", "The user at that server; empty: it wants none.", readers.text),
    Setting("notices.smtp_password", Secret(""), "Its password; from the environment or secrets/notices.smtp_password.key.", readers.secret, secret=True),
    Setting("notices.webhook", "teams", "Whose webhook it is: `teams` or `slack`.", readers.word("teams", "slack")),
    Setting("notices.webhook_url", Secret(""), "The webhook's URL (https); from the environment or secrets/notices.webhook_url.key.", readers.hook_url, secret=True),
    Setting("instance_key", Secret(""), "The instance's keys as text instead of secrets/instance.key.", readers.secret, secret=True),
    Setting("clock", None, "An instant (ISO 8601) from which the program's clock runs on; refused with SendGrid's official hosts.", readers.instant),
    Setting("clock_rate", 1, "How many seconds a set clock runs in one, for rehearsals in quick motion.", readers.whole),
    *(Setting(f"checks.{one.name}", one.default, one.help, readers.like(one.default)) for one in THRESHOLDS),
)  # fmt: skip

BY_NAME = MappingProxyType({setting.name: setting for setting in SETTINGS})


@dataclass(frozen=True, slots=True)
class Settings:
    """All values, and where each came from (`default`, `newsletter.toml`, or the name of a variable)."""

    values: Mapping[str, Value | Secret]
    origins: Mapping[str, str]

    def text(self, name: str) -> str:
        """A text setting."""
        value = self.values[name]
        return value if isinstance(value, str) else ""

    def whole(self, name: str) -> int:
        """A whole-number setting."""
        value = self.values[name]
        return value if isinstance(value, int) else 0

    def share(self, name: str) -> float:
        """A setting between 0 and 1."""
        value = self.values[name]
        return float(value) if isinstance(value, int | float) else 0.0

    def items(self, name: str) -> tuple[str, ...]:
        """A list setting."""
        value = self.values[name]
        return value if isinstance(value, tuple) else ()

    def secret(self, name: str) -> Secret:
        """A secret setting."""
        value = self.values[name]
        return value if isinstance(value, Secret) else Secret("")

    def instant(self, name: str) -> datetime | None:
        """A moment setting."""
        value = self.values[name]
        return value if isinstance(value, datetime) else None

    @property
    def thresholds(self) -> Mapping[str, Limit]:
        """The thresholds of the checks, by their own names."""
        return {one.name: cast("Limit", self.values[f"checks.{one.name}"]) for one in THRESHOLDS}

    @property
    def official(self) -> bool:
        """True when mail handed over now would reach real people through SendGrid."""
        host = urlsplit(self.text("sendgrid.base_url")).hostname
        return self.text("provider") == "sendgrid" and host in OFFICIAL_HOSTS


def _from_file(tables: Mapping[str, object]) -> dict[str, object]:
    """Flatten newsletter.toml (without [publication]) to setting names; unknown names are errors with a suggestion."""
    found = _flat({key: value for key, value in tables.items() if key != "publication"})
    for name in found:
        setting = BY_NAME.get(name)
        if setting is None:
            near = get_close_matches(name, BY_NAME, n=1)
            hint = perhaps(
                near, Said("`newsletter settings` lists all.", "`newsletter settings` les énumère tous.")
            )
            raise ConfigurationError(
                Said(f"unknown setting {name}", f"réglage inconnu\u00a0: {name}"),
                code="setting-unknown",
                place=Place("newsletter.toml"),
                hint=hint,
            )
        if setting.secret:
            raise ConfigurationError(
                Said(
                    f"{name} is a secret and must not stand in newsletter.toml",
                    f"{name} est un secret et ne doit pas figurer dans newsletter.toml",
                ),
                code="setting-secret",
                place=Place("newsletter.toml"),
                hint=Said(
                    f"Set {setting.variable}, or put it into a file under secrets/ that only you can read.",
                    f"Définissez {setting.variable}, ou mettez-le dans un fichier sous secrets/, lisible par vous seul.",
                ),
            )
    return found


def _flat(tables: Mapping[str, object], before: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in tables.items():
        name = f"{before}{key}"
        found |= _flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return found


def resolve(tables: Mapping[str, object], environ: Mapping[str, str], secrets: Mapping[str, str]) -> Settings:
    """Settle every setting: environment, else file under secrets/ (for secrets), else newsletter.toml, else default.

    Raises ConfigurationError that names the variable or key, never a secret's value.
    """
    file = _from_file(tables)
    values: dict[str, Value | Secret] = {}
    origins: dict[str, str] = {}
    for setting in SETTINGS:
        raw, origin = _raw(setting, file, environ, secrets)
        origins[setting.name] = origin
        if origin == "default":
            values[setting.name] = setting.default
            continue
        try:
            values[setting.name] = setting.read(raw)
        except ValueError as error:
            shown = "****" if setting.secret else repr(raw)
            why = error.said if isinstance(error, Unfit) else said(str(error))
            raise ConfigurationError(
                Said(
                    f"{setting.name} = {shown}: {why.en}",
                    f"{setting.name} = {shown}\u00a0: {why.fr or why.en}",
                ),
                code="setting-invalid",
                hint=Said(f"It came from {origin}.", f"La valeur vient de\u00a0: {origin}."),
            ) from None
    settings = Settings(MappingProxyType(values), MappingProxyType(origins))
    if settings.official and settings.instant("clock"):
        raise ConfigurationError(
            Said(
                "a set clock is refused with SendGrid's official hosts",
                "une heure fixée est refusée avec les hôtes officiels de SendGrid",
            ),
            code="clock-refused",
            hint=Said("Unset NEWSLETTER_CLOCK.", "Retirez NEWSLETTER_CLOCK."),
        )
    return settings


def _raw(
    setting: Setting, file: Mapping[str, object], environ: Mapping[str, str], secrets: Mapping[str, str]
) -> tuple[object, str]:
    if setting.variable in environ:
        return environ[setting.variable], setting.variable
    if setting.secret and setting.name in secrets:
        return secrets[setting.name], "secrets/"
    if setting.name in file:
        return file[setting.name], "newsletter.toml"
    return None, "default"
