"""How the translations of an issue stand that somebody keeps a record of.

In: an issue's outlines, the record beside it. Out: translations. Called by build, for the checks.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsletter import workspace
from newsletter.compose.translation.parts import parts
from newsletter.compose.translation.standing import stands
from newsletter.model.outline import Outline
from newsletter.model.translation import Translation
from newsletter.pipeline.authoring import Authoring


def beside(desk: Authoring, slug: str, outlines: Sequence[Outline]) -> tuple[Translation, ...]:
    """Every other language beside the first, text by text, whether or not a record is kept. Raises ConfigurationError, AuthorError."""
    record = workspace.read_record(desk.root, slug) or {}
    source = next(iter(desk.publication.languages))
    found = {one.language: parts(one) for one in outlines}
    return tuple(
        stands((source, language), found[source], found[language], record.get(language, ()))
        for language in found
        if source in found and language != source
    )


def standing_now(desk: Authoring, slug: str, outlines: Sequence[Outline]) -> tuple[Translation, ...]:
    """How each language that is recorded stands; none where nothing was. Raises ConfigurationError, AuthorError."""
    record = workspace.read_record(desk.root, slug)
    source = next(iter(desk.publication.languages))
    found = {one.language: parts(one) for one in outlines} if record else {}
    return tuple(
        stands((source, language), found[source], found[language], memories)
        for language, memories in (record or {}).items()
        if source in found and language in found and language != source
    )
