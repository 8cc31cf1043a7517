"""The words in which remarks on two languages are made.

In: pieces, languages. Out: sentences' parts in both languages. Called by the parity checks.
"""

from __future__ import annotations

from newsletter.checks.aligning import Aligned, Side
from newsletter.checks.context import short
from newsletter.model.outline import Piece, PieceKind
from newsletter.model.said import Said, quoted

_LANGUAGES = {"en": Said("English", "anglais"), "fr": Said("French", "français")}
_NAMES = {
    "button": Said("the button", "le bouton"),
    "image": Said("the image", "l’image"),
    "event": Said("the event", "l’activité"),
    "callout": Said("the callout", "l’encadré"),
    "heading": Said("the heading", "l’intertitre"),
    "lead": Said("the lead story", "l’article principal"),
    "teaser": Said("the story", "l’article"),
    "quote": Said("the quote", "la citation"),
    "figures": Said("the figures", "les chiffres"),
    "rows": Said("the rows", "les lignes"),
    "table": Said("the table", "le tableau"),
    "list": Said("the list", "la liste"),
    "sponsor": Said("the sponsor", "le commanditaire"),
    "signature": Said("the signature", "la signature"),
    "paragraph": Said("the paragraph", "le paragraphe"),
    "when": Said("the conditional block", "le bloc conditionnel"),
    "deadline": Said("the deadline", "la date limite"),
    "file": Said("the file", "le fichier"),
}


def language(code: str) -> Said:
    """A language's name; its code for one that we have no name for."""
    return _LANGUAGES.get(code, Said(code, code))


def named(piece: Piece) -> Said:
    """`the button “Save my place”`."""
    kind = piece.name or piece.kind.value
    kind = "deadline" if piece.attributes.get("kind") == "deadline" else kind
    what = _NAMES.get(kind, Said(f"the component {kind}", f"le composant {kind}"))
    attributes = (piece.attributes.get(name, "") for name in ("title", "name", "alt"))
    words = (
        piece.condition if piece.kind is PieceKind.WHEN else next(filter(None, attributes), "") or piece.text
    )
    told = quoted(short(words, 40))
    return Said(f"{what.en} {told.en}", f"{what.fr} {told.fr}") if words else what


def put_in(aligned: Aligned, side: Side) -> Said:
    """Where the counterpart belongs."""
    where = aligned.beside(side)
    line = f"{where.file}:{where.line}" if where.line else where.file
    return Said(
        f"It belongs in {line}; or say in `accept:` why one language goes without it.",
        f"Sa place est dans {line}; sinon, dites sous `accept:` pourquoi une langue s’en passe.",
    )
