"""Examine everything that a real mailing needs, and say of each thing how it stands and what to do.

In: a Context. Out: Examinations. Called by `newsletter doctor`, and before real people get mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from newsletter import host
from newsletter.model.errors import ConfigurationError
from newsletter.model.examination import Circumstances, Examination, Health
from newsletter.model.said import Said, sentence
from newsletter.pipeline import doctor_sender as sender
from newsletter.pipeline import heartbeat, hold, lease, proving
from newsletter.pipeline.context import Context
from newsletter.providers.contract import Provider
from newsletter.store import health

# Locks on these are not to be trusted, and SQLite's log needs shared memory (https://www.sqlite.org/wal.html).
_SHARED = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|drvfs|afs|ceph|lustre|fuse\.(sshfs|rclone|glusterfs|davfs2?)|davfs2?"
)


_REVOCABLE = Said(
    "Give the key these permissions at SendGrid, Settings, API Keys, or set send.revocable to no.",
    "Donnez ces permissions à la clé chez SendGrid (Settings, API Keys), ou donnez à send.revocable la valeur no.",
)


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
        yield Examination("provider", Health.ERROR, *_told(error))
        yield _address(ctx, official=False)
        return
    official = provider.capabilities.official
    who = (
        Said("real people get it", "de vraies personnes les reçoivent")
        if official
        else Said("nobody outside this machine gets it", "personne hors de cet ordinateur ne les reçoit")
    )
    yield Examination(
        "provider",
        Health.OK,
        Said(f"Mail goes to {name}: {who.en}.", f"Les courriels vont à {name}\u00a0: {who.fr}."),
    )
    yield from _account(ctx, provider)
    if official or provider.capabilities.events:
        yield _address(ctx, official=official)
    else:
        yield Examination(
            "web-address",
            Health.SKIPPED,
            Said(
                f"With {name}, nobody follows links from outside.",
                f"Avec {name}, personne ne suit de liens de l’extérieur.",
            ),
        )


def _account(ctx: Context, provider: Provider) -> Iterator[Examination]:
    circumstances = Circumstances(
        sender=ctx.publication.sender.address,
        hook_url=f"{ctx.settings.text('web.base_url')}/hooks/{provider.name}",
        now=None if ctx.settings.instant("clock") else ctx.now(),
    )
    try:
        for found in provider.examine(circumstances):
            needed = found.name == "revocable" and ctx.settings.text("send.revocable") == "yes"
            yield (
                replace(found, state=Health.ERROR, advice=_REVOCABLE)
                if needed and found.state is Health.SKIPPED
                else found
            )
    except ConfigurationError as error:
        yield Examination("access", Health.ERROR, *_told(error))


def _address(ctx: Context, *, official: bool) -> Examination:
    # An HTTP client takes 0.2 s to import, and every `send` imports this module.
    from newsletter.pipeline.reach import examine_address

    return examine_address(ctx.settings.text("web.base_url"), ctx.instance, official=official)


def _here(ctx: Context) -> Iterator[Examination]:
    """What this machine and the folder decide."""
    database = _database(ctx)
    yield database
    if database.state is Health.ERROR:
        yield Examination(
            "lease",
            Health.SKIPPED,
            Said(
                "A database that is not well is not asked who may send.",
                "Une base de données qui ne va pas bien ne peut dire qui a le droit d’envoyer.",
            ),
        )
    else:
        yield _lease(ctx)
        yield _held(ctx)
    yield sender.postal_address(ctx)
    yield sender.list_id(ctx.publication.list_id, official=ctx.settings.official)
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
            Said(
                f"The database cannot be written: {found.wrong}.",
                f"La base de données ne peut pas être écrite\u00a0: {found.wrong}.",
            ),
            Said(
                "Look at the rights of its file and folder, and at the free space.",
                "Regardez les droits de son fichier et de son dossier, et l’espace libre.",
            ),
        )
    if not found.durable:
        return Examination(
            "database",
            Health.ERROR,
            Said(
                "The database reports a commit before it is on the disk: after a power cut somebody could be mailed twice.",
                "La base de données confirme une écriture avant qu’elle soit sur le disque\u00a0: après une panne de courant, quelqu’un pourrait recevoir le courriel deux fois.",
            ),
            Said(
                "PostgreSQL: switch fsync and synchronous_commit on.",
                "PostgreSQL\u00a0: activez fsync et synchronous_commit.",
            ),
        )
    kind = host.file_system(found.path) if found.path else ""
    if _SHARED.fullmatch(kind):
        return Examination(
            "database",
            Health.ERROR,
            Said(
                f"The database lies on a shared file system ({kind}), whose locks cannot be trusted.",
                f"La base de données se trouve sur un système de fichiers partagé ({kind}), dont les verrous ne sont pas fiables.",
            ),
            Said(
                "Move the workspace to a disk of this machine, or use PostgreSQL (database_url).",
                "Mettez le dossier sur un disque de cet ordinateur, ou utilisez PostgreSQL (database_url).",
            ),
        )
    return Examination(
        "database",
        Health.OK,
        Said(
            f"The database ({found.kind}) keeps what it says it keeps.",
            f"La base de données ({found.kind}) conserve bien ce qu’elle dit conserver.",
        ),
    )


def _lease(ctx: Context) -> Examination:
    """Whether this copy of the database may send."""
    try:
        found = lease.look(ctx)
    except ConfigurationError as error:
        return Examination("lease", Health.ERROR, *_told(error))
    if not found.tenure.may_send:
        return Examination(
            "lease",
            Health.ERROR,
            Said(
                f"Nothing is sent from this copy: {found.sentence.en}.",
                f"Rien ne part de cette copie\u00a0: {found.sentence.fr}.",
            ),
            Said(
                "`newsletter claim` shows what is known, and lets this copy send.",
                "`newsletter claim` montre ce qu’on en sait, et laisse cette copie envoyer.",
            ),
        )
    if found.known is None:
        return Examination(
            "lease",
            Health.OK,
            Said(
                "Nothing was ever sent with this database: whoever is first may.",
                "Rien n’est jamais parti de cette base de données\u00a0: la première copie venue le peut.",
            ),
        )
    return Examination(
        "lease",
        Health.OK,
        Said(
            "This copy of the database is the one that sends.",
            "Cette copie de la base de données est celle qui envoie.",
        ),
    )


def _held(ctx: Context) -> Examination:
    """Whether a hold on everything stands, or mailings wait after one."""
    standing = hold.standing(ctx)
    waiting = hold.every_waiting(ctx)
    numbers = ", ".join(str(one.campaign.id) for one in waiting)
    if standing is not None:
        return Examination(
            "hold",
            Health.WARNING,
            sentence(hold.sentence(ctx, standing)),
            Said(
                "`newsletter release` ends the hold and shows what waits.",
                "`newsletter release` met fin à la retenue et montre ce qui attend.",
            ),
        )
    if waiting:
        return Examination(
            "hold",
            Health.WARNING,
            Said(
                f"After a hold these mailings still wait to be looked at: {numbers}.",
                f"Après une retenue, ces envois attendent encore d’être revus\u00a0: {numbers}.",
            ),
            Said("`newsletter release` shows them.", "`newsletter release` les montre."),
        )
    return Examination("hold", Health.OK, Said("Nothing is held.", "Rien n’est retenu."))


def _secrets(folder: Path) -> Examination:
    """Files under secrets/ that others on this machine can read."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    opened = [path.relative_to(folder.parent).as_posix() for path in files if not host.is_private(path)]
    if opened:
        return Examination(
            "secrets",
            Health.ERROR,
            Said(
                f"Others on this machine can read {', '.join(opened)}.",
                f"D’autres sur cet ordinateur peuvent lire {', '.join(opened)}.",
            ),
            Said(f"Close: chmod 600 {' '.join(opened)}", f"Fermez\u00a0: chmod 600 {' '.join(opened)}"),
        )
    return Examination(
        "secrets",
        Health.OK,
        Said(
            "Nobody else on this machine can read the secrets.",
            "Personne d’autre sur cet ordinateur ne peut lire les secrets.",
        ),
    )


def _runner(ctx: Context) -> Iterator[Examination]:
    """Whether somebody sends what waits; nothing is said while nothing does."""
    last, waiting = heartbeat.silence(ctx)
    if waiting:
        since = (
            Said(f"since {last:%Y-%m-%d %H:%M} UTC", f"depuis le {last:%Y-%m-%d %H:%M} UTC")
            if last
            else Said("until now", "jusqu’ici")
        )
        yield Examination(
            "runner",
            Health.WARNING,
            Said(
                f"{len(waiting)} mailing(s) wait, and nothing has been sending {since.en}.",
                f"{len(waiting)} envoi(s) attendent, et rien n’envoie {since.fr}.",
            ),
            Said(
                "Keep `newsletter serve` (or `newsletter work`) running: planned mailings go out only then.",
                "Laissez `newsletter serve` (ou `newsletter work`) en marche\u00a0: les envois planifiés ne partent qu’alors.",
            ),
        )


def _told(error: ConfigurationError) -> tuple[Said, Said]:
    """What an error says, as a sentence and a step."""
    return sentence(error.said[0]), error.said[1]
