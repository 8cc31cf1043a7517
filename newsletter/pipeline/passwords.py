"""Passwords: judged, hashed, compared.

In: what a person typed. Out: an argon2id hash in its own notation, or whether it fits. Called by pipeline.accounts and signing_in.

Parameters: OWASP Password Storage Cheat Sheet (argon2id: 19 MiB, two passes, one lane). Length: NIST SP 800-63B section 5.1.1.2.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from newsletter.model.errors import NotAllowed
from newsletter.model.folding import fold, fold_part
from newsletter.model.said import Said

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 200  #: characters
MEMORY, PASSES, LANES = 19 * 1024, 2, 1  #: KiB, rounds, threads


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES, type=Type.ID)


@cache
def _nobodys() -> str:
    """A hash that nothing fits: whoever is unknown is answered as slowly as whoever is known."""
    return _hasher().hash("nobody's password, never given to anybody")


def hashed(password: str) -> str:
    """The hash of a new password."""
    return _hasher().hash(password)


def fits(password: str, known: str) -> bool:
    """Whether a password is the one that was hashed; with an empty hash never, after the same time."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    short = password if len(password) <= LONGEST else ""
    try:
        _hasher().verify(known or _nobodys(), short)
    except (Argon2Error, InvalidHashError):
        return False
    return bool(known)


def outgrown(known: str) -> bool:
    """Whether a hash was made with other parameters than those of now."""
    return _hasher().check_needs_rehash(known)


def judge(password: str, *about: str) -> None:
    """Raises NotAllowed for a password that is too short or too long, all one character, or what is known of its person."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise NotAllowed(
            Said(
                f"a password has {SHORTEST} to {LONGEST} characters",
                f"un mot de passe compte de {SHORTEST} à {LONGEST} caractères",
            ),
            code="password-length",
            hint=Said(
                "Four words that have nothing to do with each other are long enough, and easy to remember.",
                "Quatre mots sans rapport entre eux suffisent, et se retiennent bien.",
            ),
        )
    plain = fold_part(password)  # not `fold`, which remembers what it folded
    parts = {fold(part) for word in about for part in (word, word.partition("@")[0]) if len(part) > 2}
    if len(set(plain)) < 5 or plain.strip("0123456789!.-_ ") in parts:
        raise NotAllowed(
            Said("this password is too easy to guess", "ce mot de passe est trop facile à deviner"),
            code="password-plain",
            hint=Said(
                "Take words that have nothing to do with you, nor with each other.",
                "Prenez des mots sans rapport avec vous ni entre eux.",
            ),
        )
