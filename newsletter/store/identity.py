"""Whose database this is: the id of its instance, and the fingerprints of the keys it was made with.

In: a Store, fingerprints. Out: the instance's id. Called by app.
"""

from __future__ import annotations

from collections.abc import Mapping

from newsletter.model.errors import ConfigurationError
from newsletter.store.database import Store, get_meta, set_meta


def is_fresh(store: Store) -> bool:
    """True for a database that nobody has used yet."""
    with store.read() as db:
        return get_meta(db, "instance") is None


def settle(store: Store, fingerprints: Mapping[str, str], candidate: str) -> str:
    """The instance's id; a fresh database takes the candidate, and remembers keys that it has not seen.

    Raises ConfigurationError for keys other than those it knows (losing the suppression key would un-suppress everybody).
    """
    with store.write() as db:
        instance = get_meta(db, "instance")
        if instance is None:
            instance = candidate
            set_meta(db, "instance", instance)
        for name, fingerprint in fingerprints.items():
            known = get_meta(db, f"key.{name}")
            if known is None:
                set_meta(db, f"key.{name}", fingerprint)
            elif known != fingerprint:
                raise ConfigurationError(
                    f"secrets/instance.key is not the key that this database was made with ({name})",
                    code="key-different",
                    hint="Put the key file of this database back; without it, everybody who left could be mailed again.",
                )
    return instance
