"""The register of mutations: for each check, at least one way to spoil a sample issue that it must remark on, and nothing else.

In: the repository's own workspace, copied. Out: the same, spoiled in one way. Called by test_mutations.

A check joins with one line: `spoil("link-insecure", body("[x](http://…)", "[y](http://…)"))`. An edit is a function of a Workshop;
`body` adds a paragraph to both languages (a text in one alone is what bilingual-parity remarks on), `swap` replaces words of a file,
`front` adds a line to front matter, `edits` does several.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from newsletter.checks.occasion import Occasion
from newsletter.model.survey import Survey
from newsletter.pipeline.build import Asker, Built, build
from newsletter.settings import resolve
from tests.writing import GREETING, Writing

ENGLISH, FRENCH = f"issues/{GREETING}.en.md", f"issues/{GREETING}.fr.md"
_BEFORE = {ENGLISH: "Warmly,\n", FRENCH: "Chaleureusement,\n"}


@dataclass
class Workshop:
    """A workspace that is spoiled, built, and put back."""

    writing: Writing
    send_at: datetime | None = None
    occasion: Occasion | None = None
    survey: Survey | None = None
    ask: Asker | None = None
    spam: Path | None = None  #: the folder of a spam filter that the settings name

    def text(self, path: str) -> str:
        """A file's text."""
        return (self.writing.root / path).read_text(encoding="utf-8")

    def put(self, path: str, text: str | bytes) -> None:
        """Write a file."""
        target = self.writing.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)

    def built(self) -> Built:
        """The greeting as it is now."""
        surveyed = (lambda _issue, _artwork: self.survey) if self.survey else None
        desk = self.writing.desk
        with pytest.MonkeyPatch.context() as patched:
            if self.spam:
                desk = replace(desk, settings=resolve({"spam": {"program": "spamassassin"}}, {}, {}))
                patched.setenv("PATH", str(self.spam))
            return build(
                desk,
                GREETING,
                send_at=self.send_at,
                occasion=self.occasion,
                survey=surveyed,
                ask=self.ask,
                filtered=self.spam is not None,
            )

    def kept(self) -> dict[Path, bytes]:
        """Every file that a mutation may touch."""
        root = self.writing.root
        return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def restore(self, kept: dict[Path, bytes], desk: object) -> None:
        """Everything as it was."""
        for path in self.writing.root.rglob("*"):
            if path.is_file() and path not in kept:
                path.unlink()
        for path, content in kept.items():
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        self.writing.desk = desk  # type: ignore[assignment]
        self.send_at = self.occasion = self.survey = self.ask = self.spam = None


Edit = Callable[[Workshop], None]


@dataclass(frozen=True)
class Mutation:
    """One way to spoil the sample so that `check`, and it alone, remarks on it."""

    check: str
    edit: Edit

    def __str__(self) -> str:
        return self.check


MUTATIONS: list[Mutation] = []


def spoil(check: str, *edit: Edit) -> None:
    """Register a mutation."""
    MUTATIONS.append(Mutation(check, edits(*edit)))


def edits(*several: Edit) -> Edit:
    """One edit after the other."""

    def run(shop: Workshop) -> None:
        for edit in several:
            edit(shop)

    return run


def swap(path: str, old: str, new: str) -> Edit:
    """Replace words of a file; they must be there."""

    def run(shop: Workshop) -> None:
        text = shop.text(path)
        assert old in text, (path, old)
        shop.put(path, text.replace(old, new))

    return run


def body(english: str, french: str = "") -> Edit:
    """A paragraph before the closing of both languages (the same in both when no French is given)."""

    def run(shop: Workshop) -> None:
        for path, words in ((ENGLISH, english), (FRENCH, french or english)):
            before = _BEFORE[path]
            shop.put(path, shop.text(path).replace(before, f"{words}\n\n{before}"))

    return run


def front(line: str, path: str = ENGLISH) -> Edit:
    """A line more in front matter."""
    return lambda shop: shop.put(path, shop.text(path).replace("---\n", f"---\n{line}\n", 1))


def subject(english: str, french: str = "") -> Edit:
    """Another subject in English, and in French when one is given."""

    def run(shop: Workshop) -> None:
        for path, words in ((ENGLISH, english), (FRENCH, french)):
            if words:
                lines = shop.text(path).split("\n")
                shop.put(
                    path,
                    "\n".join(f"subject: {words}" if line.startswith("subject:") else line for line in lines),
                )

    return run


def picture(name: str, content: bytes) -> Edit:
    """A file beside the issue's images."""
    return lambda shop: shop.put(f"issues/{GREETING}/{name}", content)


def publication(**values: object) -> Edit:
    """Another publication: its fields by name."""

    def run(shop: Workshop) -> None:
        desk = shop.writing.desk
        shop.writing.desk = replace(desk, publication=replace(desk.publication, **values))  # type: ignore[arg-type]

    return run


def planned(at: datetime, occasion: Occasion | None = None) -> Edit:
    """Planned for another time, or for a holiday."""

    def run(shop: Workshop) -> None:
        shop.send_at, shop.occasion = at, occasion

    return run


def surveyed(survey: Survey) -> Edit:
    """An audience that was counted."""

    def run(shop: Workshop) -> None:
        shop.survey = survey

    return run


def everything_removed(path: str) -> Edit:
    """A file or folder less."""
    return lambda shop: shutil.rmtree(shop.writing.root / path)
