"""Letter update: a newer letter into an issue that was brought in from one; what its author added stays, and nothing is guessed.

In: a slug, files, what their bringer decided. Out: an Update to look at; then the issue's files. Called by `letter update`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.letters import Letter, Remark, Said, wordless
from newsletter.letters.merging import Merged, merge, words
from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said as Told
from newsletter.pipeline import letters
from newsletter.pipeline.authoring import Authoring
from newsletter.workspace import brought


@dataclass(frozen=True, slots=True)
class Update:
    """What would become of each language, and the letter that it comes from."""

    slug: str
    letter: Letter
    merged: Mapping[str, Merged]
    remarks: tuple[Remark, ...]
    files: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """True when the newer letter says anything new."""
        return any(
            step.from_letter or step.conflict for merged in self.merged.values() for step in merged.steps
        )

    @property
    def conflicts(self) -> int:
        """How many places both the letter and the issue's author changed."""
        return sum(len(merged.conflicts) for merged in self.merged.values())


def plan(
    desk: Authoring, slug: str, files: Sequence[Path], wishes: letters.Wishes, *, side: str = ""
) -> Update:
    """Read the newer letter and lay it beside the issue; nothing is written. `side` is what `write` will be given.

    Raises NotFound, NotAllowed for an issue that was not brought in or a language that it has not, and what `letters.read` raises.
    """
    texts = brought.parts_of(desk.root, slug, desk.publication.languages[0])
    before = {language: brought.kept(desk.root, slug, language) for language in texts}
    if not any(text is not None for text in before.values()):
        raise NotAllowed(
            Told(
                f"{slug} was not brought in from a letter, so nothing tells what its author changed",
                f"{slug} ne vient pas d’une lettre\u00a0: rien n’indique donc ce que son auteur a changé",
            ),
            code="letter-unknown",
            hint=Told(
                f"Bring the newer letter in beside it, and take over by hand: newsletter new {slug}-2 --from FILE",
                f"Apportez la lettre plus récente à côté, et reprenez à la main\u00a0: newsletter new {slug}-2 --from FICHIER",
            ),
        )
    letter = letters.read(desk, files, wishes, slug)
    merged = {}
    for text in letter.texts:
        former = before.get(text.language)
        if former is None:
            raise NotAllowed(
                Told(
                    f"the letter holds “{text.language}”, and no text of {slug} in it was brought in",
                    f"la lettre contient «\u00a0{text.language}\u00a0», et aucun texte de {slug} dans cette langue n’a été apporté",
                ),
                code="letter-languages",
                hint=Told(
                    f"Write issues/{slug}.{text.language}.md by hand, or bring it as an issue of its own.",
                    f"Écrivez issues/{slug}.{text.language}.md à la main, ou apportez-le comme un numéro à part.",
                ),
            )
        merged[text.language] = merge(former, texts[text.language][2], text.body)
    remarks = (*_unsettled(letter, merged.values(), side), *_fronts(letter, texts))
    return Update(slug, letter, merged, remarks, texts)


def _unsettled(letter: Letter, merged: Iterable[Merged], side: str) -> list[Remark]:
    """The letter's remarks, without those on pictures that have words in the issue. While a conflict is undecided both sides count."""
    sides = (side,) if side else ("mine", "letter")
    silent = wordless(one.body(name) for one in merged for name in sides)
    told = wordless(text.body for text in letter.texts)
    return [one for one in letter.remarks if one not in told or one in silent]


def _fronts(letter: Letter, texts: Mapping[str, tuple[str, str, str]]) -> list[Remark]:
    """Front matter stays as it is; where the letter says something else now, that is told."""
    found = []
    for text in letter.texts:
        front = texts[text.language][1]
        for key, value in (("title", text.title), ("date", letter.day.isoformat() if letter.day else "")):
            if value and f"\n{key}: {value}\n" not in f"\n{front}\n":
                found.append(
                    Remark(
                        Said.TO_DO,
                        f"front matter stays as it is; the letter’s {key} in “{text.language}” is now",
                        value,
                    )
                )
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One place that the newer letter changed, word by word (sign " ", "-" or "+"); `mine` is None where the issue had not."""

    language: str
    letter: tuple[tuple[str, str], ...]
    mine: tuple[tuple[str, str], ...] | None = None


def differences(update: Update) -> Iterator[Difference]:
    """Every place that the newer letter changed, in order."""
    for language, merged in update.merged.items():
        for step in merged.steps:
            if step.conflict:
                yield Difference(language, _words(step.before, step.theirs), _words(step.before, step.mine))
            elif step.from_letter:
                yield Difference(language, _words(step.before, step.theirs))


def _words(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    found = words("\n\n".join(before), "\n\n".join(after))
    return tuple((one.sign, one.text) for one in found)


def write(desk: Authoring, update: Update, *, side: str = "") -> tuple[str, ...]:
    """Write what was planned. `side` decides conflicts: `mine` or `letter`. Returns the files that changed.

    Raises NotAllowed while a conflict is undecided.
    """
    if update.conflicts and not side:
        raise NotAllowed(
            Told(
                f"{update.conflicts} place{'s' if update.conflicts > 1 else ''} changed both in the letter and in the issue: nothing was written",
                f"{update.conflicts} passage{'s' if update.conflicts > 1 else ''} changé{'s' if update.conflicts > 1 else ''} à la fois dans la lettre et dans le numéro\u00a0: rien n’a été écrit",
            ),
            code="letter-conflict",
            hint=Told(
                "Make one of the two equal to the other, or decide for all of them: --on-conflict mine, or --on-conflict letter.",
                "Rendez l’un des deux égal à l’autre, ou décidez pour tous\u00a0: --on-conflict mine, ou --on-conflict letter.",
            ),
        )
    pictures = {picture.name: picture.content for picture in update.letter.pictures}
    written = brought.write_pictures(desk.root, update.slug, pictures)
    for language, merged in update.merged.items():
        path, front, former = update.files[language]
        body = merged.body(side)
        if body != former:
            brought.rewrite(desk.root, path, front, body)
            written.append(path)
    brought.keep(desk.root, update.slug, {text.language: text.body for text in update.letter.texts})
    return tuple(written)
