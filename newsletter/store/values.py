"""Values that members have, for offering them where one is asked for.

In: nothing. Out: a few texts. Called by pipeline.segment_editing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from newsletter.store.tables import member_tags

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST = 200  #: values that are offered


def tags(db: Connection) -> tuple[str, ...]:
    """The tags that members have, each in one spelling, in the order of the alphabet."""
    query = (
        select(func.min(member_tags.c.tag))
        .group_by(member_tags.c.folded)
        .order_by(member_tags.c.folded)
        .limit(MOST)
    )
    return tuple(db.execute(query).scalars())
