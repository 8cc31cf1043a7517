"""Examine everything that a real mailing needs, and say of each thing how it stands and what to do.

In: a Context. Out: Examinations. Called by `newsletter doctor`, and before real people get mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from newsletter import host
from newsletter.model.errors import ConfigurationError
from newsletter.model.examination import Circumstances, Examination, Health
from newsletter.pipeline import heartbeat, hold, lease, proving
from newsletter.pipeline.context import Context
from newsletter.providers.contract import Provider
from newsletter.providers.rules import is_reserved
from newsletter.store import health

# Locks on these are not to be trusted, and SQLite's log needs shared memory (https://www.sqlite.org/wal.html).
_SHARED = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|drvfs|afs|ceph|lustre|fuse\.(sshfs|rclone|glusterfs|davfs2?)|davfs2?"
)
# RFC 2919 section 2: labels joined by dots, ASCII, at most 255 characters.
_LIST_ID = re.compile(r"(?=.{3,255}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
# The address of a new workspace, and its like.
_SAMPLE = re.compile(r"\b(sample|example|exemple)\b|L0L ?0L0|\b123 (main|fake) st", re.IGNORECASE)


def examine(ctx: Context) -> list[Examination]:
    """Every examination, in the order in which one would mend things. Asks the provider and the public address; sends nothing."""
    return [*_provider(ctx), *_here(ctx)]


def ready_for_real(ctx: Context) -> list[Examination]:
    """What forbids a mailing to real people; empty when nothing does."""
    return [found for found in examine(ctx) if found.state is Health.ERROR]


def _provider(ctx: Context) -> Iterator[Examination]:
    name = ctx.settings.text("provider")
    try:
        provider = ctx.provider(name)
    except ConfigurationError as error:
        yield Examination("provider", Health.ERROR, _sentence(error.message), error.hint)
        yield _address(ctx, official=False)
        return
    official = provider.capabilities.official
    who = "real people get it" if official else "nobody outside this machine gets it"
    yield Examination("provider", Health.OK, f"Mail goes to {name}: {who}.")
    yield from _account(ctx, provider)
    if official or provider.capabilities.events:
        yield _address(ctx, official=official)
    else:
        yield Examination("web-address", Health.SKIPPED, f"With {name}, nobody follows links from outside.")


def _account(ctx: Context, provider: Provider) -> Iterator[Examination]:
    circumstances = Circumstances(
        sender=ctx.publication.sender.address,
        hook_url=f"{ctx.settings.text('web.base_url')}/hooks/{provider.name}",
        now=None if ctx.settings.instant("clock") else ctx.now(),
    )
    try:
        yield from provider.examine(circumstances)
    except ConfigurationError as error:
        yield Examination("access", Health.ERROR, _sentence(error.message), error.hint)


def _address(ctx: Context, *, official: bool) -> Examination:
    # An HTTP client takes 0.2 s to import, and every `send` imports this module.
    from newsletter.pipeline.reach import examine_address

    return examine_address(ctx.settings.text("web.base_url"), ctx.instance, official=official)


def _here(ctx: Context) -> Iterator[Examination]:
    """What this machine and the folder decide."""
    database = _database(ctx)
    yield database
    if database.state is Health.ERROR:
        yield Examination("lease", Health.SKIPPED, "A database that is not well is not asked who may send.")
    else:
        yield _lease(ctx)
        yield _held(ctx)
    yield _postal_address(ctx)
    yield _list_id(ctx.publication.list_id, official=ctx.settings.official)
    yield _secrets(ctx.root / "secrets")
    if database.state is Health.OK:
        yield from proving.examine(ctx)
        yield from _runner(ctx)


def _database(ctx: Context) -> Examination:
    found = health.look(ctx.store)
    if found.wrong:
        return Examination(
            "database",
            Health.ERROR,
            f"The database cannot be written: {found.wrong}.",
            "Look at the rights of its file and folder, and at the free space.",
        )
    if not found.durable:
        return Examination(
            "database",
            Health.ERROR,
            "The database reports a commit before it is on the disk: after a power cut somebody could be mailed twice.",
            "PostgreSQL: switch fsync and synchronous_commit on.",
        )
    kind = host.file_system(found.path) if found.path else ""
    if _SHARED.fullmatch(kind):
        return Examination(
            "database",
            Health.ERROR,
            f"The database lies on a shared file system ({kind}), whose locks cannot be trusted.",
            "Move the workspace to a disk of this machine, or use PostgreSQL (database_url).",
        )
    return Examination("database", Health.OK, f"The database ({found.kind}) keeps what it says it keeps.")


def _lease(ctx: Context) -> Examination:
    """Whether this copy of the database may send."""
    try:
        found = lease.look(ctx)
    except ConfigurationError as error:
        return Examination("lease", Health.ERROR, _sentence(error.message), error.hint)
    if not found.tenure.may_send:
        return Examination(
            "lease",
            Health.ERROR,
            f"Nothing is sent from this copy: {found.sentence}.",
            "`newsletter claim` shows what is known, and lets this copy send.",
        )
    if found.known is None:
        return Examination(
            "lease", Health.OK, "Nothing was ever sent with this database: whoever is first may."
        )
    return Examination("lease", Health.OK, "This copy of the database is the one that sends.")


def _held(ctx: Context) -> Examination:
    """Whether a hold on everything stands, or mailings wait after one."""
    standing = hold.standing(ctx)
    waiting = hold.every_waiting(ctx)
    numbers = ", ".join(str(one.campaign.id) for one in waiting)
    if standing is not None:
        return Examination(
            "hold",
            Health.WARNING,
            f"{hold.sentence(ctx, standing)}.",
            "`newsletter release` ends the hold and shows what waits.",
        )
    if waiting:
        return Examination(
            "hold",
            Health.WARNING,
            f"After a hold these mailings still wait to be looked at: {numbers}.",
            "`newsletter release` shows them.",
        )
    return Examination("hold", Health.OK, "Nothing is held.")


def _postal_address(ctx: Context) -> Examination:
    lacking = [
        language
        for language in ctx.publication.languages
        if not ctx.publication.postal_address.get(language, "").strip()
    ]
    if lacking:
        return Examination(
            "postal-address",
            Health.ERROR,
            f"The postal address is missing ({', '.join(lacking)}); the law asks for one in every mailing.",
            "Set postal_address under [publication] in newsletter.toml.",
        )
    if any(_SAMPLE.search(address) for address in ctx.publication.postal_address.values()):
        return Examination(
            "postal-address",
            Health.WARNING,
            "The postal address looks like a sample.",
            "Set your own postal_address under [publication] in newsletter.toml.",
        )
    return Examination("postal-address", Health.OK, "Every mailing bears a postal address.")


def _list_id(list_id: str, *, official: bool) -> Examination:
    sample = official and is_reserved(f"@{list_id}")
    if _LIST_ID.fullmatch(list_id) and not sample:
        return Examination("list-id", Health.OK, f"Mail programs know the newsletter as {list_id}.")
    return Examination(
        "list-id",
        Health.ERROR,
        f"{list_id} is a name for examples." if sample else f"{list_id!r} is no list-id.",
        "Set list_id under [publication] in newsletter.toml to words joined by dots that end in a domain of yours.",
    )


def _secrets(folder: Path) -> Examination:
    """Files under secrets/ that others on this machine can read."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    opened = [path.relative_to(folder.parent).as_posix() for path in files if not host.is_private(path)]
    if opened:
        return Examination(
            "secrets",
            Health.ERROR,
            f"Others on this machine can read {', '.join(opened)}.",
            f"Close: chmod 600 {' '.join(opened)}",
        )
    return Examination("secrets", Health.OK, "Nobody else on this machine can read the secrets.")


def _runner(ctx: Context) -> Iterator[Examination]:
    """Whether somebody sends what waits; nothing is said while nothing does."""
    last, waiting = heartbeat.silence(ctx)
    if waiting:
        since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "until now"
        yield Examination(
            "runner",
            Health.WARNING,
            f"{len(waiting)} mailing(s) wait, and nothing has been sending {since}.",
            "Keep `newsletter serve` (or `newsletter work`) running: planned mailings go out only then.",
        )


def _sentence(text: str) -> str:
    """A message as a sentence."""
    return text[:1].upper() + text[1:].rstrip(".") + "."
