"""An issue's text with its structure kept and its content taken out, to write the next one in.

In: the text of an issue file, how far its days move. Out: the text of a new one; the pictures that it keeps. Called by pipeline.again.

Its sentences say "Write here" or "Écrivez ici": the check leftover-text remarks on each that is still there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from newsletter.letters.blocks import blocks_of, body_of

Mover = Callable[[date], date]

_OPEN = re.compile(r"(\s*:{3,}[ \t]*\.?)([A-Za-z][\w-]*)(.*)")
_PAIR = re.compile(r"([A-Za-z][\w-]*)\s*=\s*(\"[^\"]*\"|'[^']*'|“[^”]*”|«[^»]*»|[^\s\"'“«]+)")
_DAY = re.compile(r"\b(\d{4}-\d\d-\d\d)\b")
_PICTURES = {"image", "alt", "decorative", "src"}
_CLOSES = re.compile(r"[^.!?\n]{2,60},")
_WORDS = {
    "en": {
        "subject": "Write here the subject",
        "preheader": "Write here the sentence that stands beside the subject in the inbox.",
        "title": "Write here the title",
        "text": "Write here the text that stands in this place.",
        "heading": "Write here a heading",
        "link": "Write here where the link leads",
        "place": "Write here the place",
        "name": "Write here the name",
        "who": "Write here who said it",
        "caption": "Write here what the picture shows",
        "button": "Write here what the button does",
        "row": "Write here",
        "image": "Write here, or put a picture in its place.",
    },
    "fr": {
        "subject": "Écrivez ici l’objet",
        "preheader": "Écrivez ici la phrase qui suit l’objet dans la boîte de réception.",
        "title": "Écrivez ici le titre",
        "text": "Écrivez ici le texte qui se place à cet endroit.",
        "heading": "Écrivez ici un intertitre",
        "link": "Écrivez ici où mène le lien",
        "place": "Écrivez ici le lieu",
        "name": "Écrivez ici le nom",
        "who": "Écrivez ici qui l’a dit",
        "caption": "Écrivez ici ce que montre l’image",
        "button": "Écrivez ici ce que fait le bouton",
        "row": "Écrivez ici",
        "image": "Écrivez ici, ou mettez une image à la place.",
    },
}


@dataclass(slots=True)
class Emptied:
    """A new issue file; `pictures` are the names that it still shows."""

    text: str
    pictures: list[str] = field(default_factory=list)


def emptied(text: str, language: str, move: Mover, *, title: str, website: str) -> Emptied:
    """The file emptied. `title` may be empty; `website` is where its links lead at first."""
    emptier = _Emptier(_WORDS["fr" if language.startswith("fr") else "en"], move, website)
    front, body = _parted(text)
    blocks = [made for block in blocks_of(body) if (made := emptier.block(block))]
    return Emptied(
        emptier.front(front, title) + "\n" + body_of(_without_repeats(blocks, emptier.words["text"])),
        emptier.pictures,
    )


def _parted(text: str) -> tuple[list[str], str]:
    lines = text.split("\n")
    end = lines.index("---", 1) if lines[0] == "---" and "---" in lines[1:] else 0
    return lines[: end + 1], "\n".join(lines[end + 1 :])


def _without_repeats(blocks: list[str], text: str) -> list[str]:
    """Ten paragraphs that all say "write here" are one."""
    return [block for at, block in enumerate(blocks) if block != text or not at or blocks[at - 1] != text]


@dataclass(slots=True)
class _Emptier:
    words: dict[str, str]
    move: Mover
    website: str
    pictures: list[str] = field(default_factory=list)
    _greeted: bool = False

    def front(self, lines: list[str], title: str) -> str:
        """Front matter: what holds for each issue stays, days move on, the number counts up."""
        return "\n".join(self._key(line, title) for line in lines) + "\n"

    def _key(self, line: str, title: str) -> str:
        key, colon, rest = line.partition(":")
        if colon and key in {"subject", "title"}:
            return f"{key}: {title or self.words[key]}"
        if colon and key == "preheader":
            return f"preheader: {self.words['preheader']}"
        if colon and key.strip() == "number" and rest.strip().isdigit():
            return f"{key}: {int(rest) + 1}"
        return self._moved(line)

    def _moved(self, text: str) -> str:
        return _DAY.sub(self._day, text)

    def _day(self, found: re.Match[str]) -> str:
        try:
            return self.move(date.fromisoformat(found[1])).isoformat()
        except ValueError:
            return found[1]

    def block(self, block: str) -> str:
        """One block: a component keeps its name and its place, prose becomes a sentence to write over."""
        found = _OPEN.match(block)
        if found is not None:
            return self._fence(block, found)
        if block.lstrip().startswith("#"):
            return f"{block[: len(block) - len(block.lstrip('#'))]} {self.words['heading']}"
        if "{{" in block and "\n" not in block.strip() and not self._greeted and len(block) < 120:
            self._greeted = True
            return block
        return block if _CLOSES.fullmatch(block.strip()) else self.words["text"]

    def _fence(self, block: str, found: re.Match[str]) -> str:
        name, lines = found[2].lower(), block.split("\n")
        if name == "when":
            inner = "\n".join(lines[1:-1])
            made = [self.block(one) for one in blocks_of(inner)]
            return "\n".join(
                [lines[0], body_of(_without_repeats(made, self.words["text"])).rstrip("\n"), lines[-1]]
            )
        if name == "signature":
            self.pictures += re.findall(r"\bimage\s*=\s*[\"'“]?([^\"'”\s]+)", lines[0])
            return block
        if name == "image":
            return self.words["image"]
        opening = f"{found[1]}{found[2]}{self._attributes(name, found[3])}"
        return "\n".join([opening, *self._inside(name, lines[1:])])

    def _inside(self, name: str, lines: list[str]) -> list[str]:
        closing = lines[-1:] if lines and lines[-1].strip().startswith(":::") else []
        inner = lines[: len(lines) - len(closing)]
        if name == "heading" or not any(line.strip() for line in inner):
            return [*inner, *closing]
        if name in {"figures", "rows"}:
            rows = [line for line in inner if line.strip()]
            return [*(" | ".join([self.words["row"]] * (line.count("|") + 1)) for line in rows), *closing]
        return [self.words["button"] if name == "button" else self.words["text"], *closing]

    def _attributes(self, name: str, rest: str) -> str:
        """The attributes by what they are; pictures go, days move, a kicker and whatever else says where one is stays."""
        kept = []
        for key, quoted in _PAIR.findall(rest):
            value = quoted[1:-1] if quoted[:1] in "\"'“«" else quoted
            if key in _PICTURES:
                continue
            if key == "href":
                value = self.website
            elif key in {"date", "end"}:
                value = self._moved(value)
            elif key in {"title", "link", "place", "who", "caption"} or (
                key == "name" and name != "signature"
            ):
                value = self.words[key]
            kept.append(f' {key}="{value}"')
        return "".join(kept) + (" :::" if re.search(r"\s:{3,}\s*$", rest) else "")
