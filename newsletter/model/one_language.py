"""Why an issue goes out in fewer languages than its publication has, and which person says so.

In: `only:` of front matter. Out: a value that is frozen with the edition. Called by compose.frontmatter, checks, pipeline, the shells.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.model.place import Place

SHORTEST = 3  #: words of a reason


@dataclass(frozen=True, slots=True)
class OneLanguage:
    """`languages` are those that it is written in; `by` a person's first and last name; `reason` theirs."""

    languages: tuple[str, ...]
    by: str
    reason: str
    place: Place

    @property
    def signed(self) -> str:
        """“The reason.” (Marie Roy)"""
        return f"“{self.reason}” ({self.by})"
