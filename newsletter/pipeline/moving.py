"""Moving: a block of an issue goes up or down, in all its languages at once, before anything is saved.

In: an issue, its texts as they are being written, a line. Out: the texts anew. Called by the studio.
"""

from __future__ import annotations

from newsletter.compose import moving
from newsletter.compose.moving import Moved
from newsletter.compose.request import cleaned
from newsletter.compose.translation.writing import Sheet
from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said
from newsletter.pipeline import build
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.build import Unsaved

__all__ = ["Moved", "move"]


def move(desk: Authoring, issue: Unsaved, language: str, *, line: int, down: bool) -> Moved:
    """The block at a line (counted from 1) of a language, one place on.

    Raises NotAllowed where there is no block or no room, NotFound, AuthorError.
    """
    request, _sources = build.read(desk, issue)
    outlines = desk.renderer().render(request).outlines
    written = {source.path: cleaned(source.text) for source in request.sources}
    sheets = {one.language: Sheet(written[one.path], one) for one in outlines if one.path in written}
    if language not in sheets:
        raise NotAllowed(
            Said(
                "the text cannot be read as it stands: nothing was moved",
                "le texte ne peut pas être lu tel quel\u00a0: rien n’a été déplacé",
            ),
            code="block-unreadable",
            hint=Said("The remarks say what to mend first.", "Les remarques disent quoi corriger d’abord."),
        )
    made = moving.moved(sheets, language, line, 1 if down else -1)
    if made is None:
        raise NotAllowed(
            Said("there is no block here that could go further", "aucun bloc ici ne peut aller plus loin"),
            code="block-ends",
            hint=Said(
                "Put the cursor into a paragraph or a component that has another one above or below it.",
                "Placez le curseur dans un paragraphe ou un bloc qui en a un autre au-dessus ou au-dessous.",
            ),
        )
    return made
