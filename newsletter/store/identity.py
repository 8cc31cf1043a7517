"""Whose database this is: the id of its instance, and the fingerprints of the keys it was made with.

In: a Store, fingerprints. Out: the instance's id. Called by app.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from newsletter.model.errors import ConfigurationError
from newsletter.model.said import Said
from newsletter.store.database import Connection, Store, get_meta, set_meta
from newsletter.store.tables import meta

_KEY = "key."


def is_fresh(store: Store) -> bool:
    """True for a database that nobody has used yet."""
    with store.read() as db:
        return get_meta(db, "instance") is None


def settle(store: Store, fingerprints: Mapping[str, str], candidate: str) -> str:
    """The instance's id; a fresh database takes the candidate, and remembers keys that it has not seen.

    Raises ConfigurationError for keys other than those it knows (losing the suppression key would un-suppress everybody), and
    when one that it knows is gone (links in mails already sent, to unsubscribe by as well, would stop working).
    """
    with store.read() as db:  # a look costs no lock: nearly always nothing is new
        instance = get_meta(db, "instance")
        known = _known(db)
    _compare(known, fingerprints)
    if instance is not None and known.keys() == fingerprints.keys():
        return instance
    with store.write() as db:
        known = _known(db)
        _compare(known, fingerprints)
        for name in fingerprints.keys() - known:
            set_meta(db, f"{_KEY}{name}", fingerprints[name])
        instance = get_meta(db, "instance")
        if instance is None:
            instance = candidate
            set_meta(db, "instance", instance)
    return instance


def _known(db: Connection) -> dict[str, str]:
    rows = db.execute(select(meta.c.name, meta.c.value).where(meta.c.name.startswith(_KEY)))
    return {name.removeprefix(_KEY): value for name, value in rows}


def _compare(known: Mapping[str, str], fingerprints: Mapping[str, str]) -> None:
    for name, fingerprint in sorted(known.items()):
        if name not in fingerprints:
            raise ConfigurationError(
                Said(
                    f"secrets/instance.key lacks a key that this database was used with ({name})",
                    f"il manque dans secrets/instance.key une clé qui a servi à cette base de données ({name})",
                ),
                code="key-lacking",
                hint=Said(
                    "Put it back beside the newer ones: keys are added, never taken away, for links in mails already sent need them.",
                    "Remettez-la à côté des plus récentes\u00a0: les clés s’ajoutent et ne se retirent jamais, car les liens des courriels déjà envoyés en ont besoin.",
                ),
            )
        if fingerprints[name] != fingerprint:
            raise ConfigurationError(
                Said(
                    f"secrets/instance.key is not the key that this database was made with ({name})",
                    f"secrets/instance.key n’est pas la clé avec laquelle cette base de données a été faite ({name})",
                ),
                code="key-different",
                hint=Said(
                    "Put the key file of this database back; without it, everybody who left could be mailed again.",
                    "Remettez le fichier de clé de cette base de données; sans lui, toutes les personnes parties pourraient recevoir de nouveau des courriels.",
                ),
            )
