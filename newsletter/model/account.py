"""A person of the staff: who they are, what they may do.

In: nothing. Out: values. Called by store.accounts, pipeline.accounts, the studio, the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """What may be done in the studio."""

    LOOK = "look"
    WRITE = "write"
    APPROVE = "approve"
    SEND = "send"
    ADMIN = "admin"


class Role(StrEnum):
    """What a person is for; an account has one or several."""

    VIEWER = "viewer"
    AUTHOR = "author"
    APPROVER = "approver"
    SENDER = "sender"
    ADMIN = "admin"

    @property
    def rights(self) -> frozenset[Right]:
        """What the role gives. An admin neither approves nor sends by that alone: those are given separately."""
        return _RIGHTS[self]


_RIGHTS = {
    Role.VIEWER: frozenset({Right.LOOK}),
    Role.AUTHOR: frozenset({Right.LOOK, Right.WRITE}),
    Role.APPROVER: frozenset({Right.LOOK, Right.WRITE, Right.APPROVE}),
    Role.SENDER: frozenset({Right.LOOK, Right.WRITE, Right.SEND}),
    Role.ADMIN: frozenset({Right.LOOK, Right.WRITE, Right.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class Account:
    """One person. `language`: of their interface, `en` or `fr`; `ready`: they have set a password."""

    id: int
    name: str
    email: str
    roles: frozenset[Role]
    language: str = "en"
    ready: bool = True

    @property
    def rights(self) -> frozenset[Right]:
        """Everything that their roles give."""
        return frozenset[Right]().union(*(role.rights for role in self.roles))

    def may(self, right: Right) -> bool:
        """Whether they may do it."""
        return right in self.rights
