"""Check: an issue of 40 KB in two languages, from its files to its remarks, and what each step has of it.

In: the January digest, told at length. Out: issues checked in a second; milliseconds by step. Called by bench.child.

Warm is what the preview does at every save; cold is the whole command. The ceiling only reads the files and compiles Markdown.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from bench import world
from bench.measuring import Candidate, Meter, Reading, Role, Suite
from newsletter import app
from newsletter.pipeline import build

SLUG = "2021-02-03-long-digest"
BYTES = 40_000  #: of both languages together
_SOURCE = "2021-01-20-january-digest"
_CLOCK = {"NEWSLETTER_CLOCK": "2021-02-01T14:00:00+00:00"}
_STORY = {
    "en": '::: teaser title="Story {n}: what a shift learns from another" kicker="Members" href="https://www.ngen.ca/stories/{n}" '
    'link="Read story {n}"\nThe line stood still for {n} minutes, and nobody was angry: a **sensor** had heard the bearing before it broke, '
    "and [the next shift](https://www.ngen.ca/next/{n}) had the part in hand. {{{{ member.company | default(\"Your company\") }}}} can do this.\n:::\n\n",
    "fr": '::: teaser title="Article {n}\u00a0: ce qu’un quart de travail apprend d’un autre" kicker="Membres" '
    'href="https://www.ngen.ca/fr/articles/{n}" link="Lire l’article {n}"\nLa chaîne s’est arrêtée {n} minutes, sans colère\u00a0: un **capteur** '
    "avait entendu le roulement avant qu’il ne cède, et [le quart suivant](https://www.ngen.ca/fr/suite/{n}) avait déjà la pièce. "
    '{{{{ member.company | default("Votre entreprise") }}}} peut en faire autant.\n:::\n\n',
}  # fmt: skip


def _make(folder: Path, _size: int) -> None:
    world.workspace(folder)
    issues = folder / "issues"
    for language, story in _STORY.items():
        text = (
            (issues / f"{_SOURCE}.{language}.md")
            .read_text(encoding="utf-8")
            .replace("2021-01-20", "2021-02-03")
        )
        number = 0
        while len(text.encode()) < BYTES // 2:
            number += 1
            text += "\n" + story.format(n=number)
        (issues / f"{SLUG}.{language}.md").write_text(text, encoding="utf-8")
    pictures = issues / SLUG
    pictures.mkdir(exist_ok=True)
    for path in (issues / _SOURCE).iterdir():
        (pictures / path.name).write_bytes(path.read_bytes())


def _warm(folder: Path, size: int) -> Reading:
    """As the preview at every save. CPU is that of both processes."""
    with app.authoring(folder, _CLOCK) as desk:
        for _ in range(2):
            assert build.build(desk, SLUG).rendering.artwork is not None
        meter = Meter()
        for _ in range(size):
            build.build(desk, SLUG)
        return meter.read(size)


def _command(folder: Path, _size: int) -> Reading:
    command = [sys.executable, "-m", "newsletter", "check", SLUG]
    meter = Meter(children=True)
    subprocess.run(command, cwd=folder, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return meter.read(1)


def _markdown(folder: Path, size: int) -> Reading:
    from newsletter.compose.body import markdown

    texts = [path.read_text(encoding="utf-8") for path in sorted((folder / "issues").glob(f"{SLUG}.*.md"))]
    assert sum(len(text.encode()) for text in texts) >= BYTES
    meter = Meter()
    for _ in range(size):
        for text in texts:
            markdown.html(markdown.parsed(text, {}))
    return meter.read(size)


class _Clock:
    """Milliseconds by step; a step inside another counts for itself alone."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._open: list[float] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        self._open.append(0.0)
        yield
        whole = time.perf_counter() - began
        self.spent[name] = self.spent.get(name, 0.0) + (whole - self._open.pop()) * 1e3
        if self._open:
            self._open[-1] += whole

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            with self.step(name):
                found = work(*given, **named)
                return list(found) if isinstance(found, Iterator) else found

        return run


def _steps(folder: Path, size: int) -> Reading:
    """Everything in one process, each step by the clock."""
    from newsletter.checks import catalog
    from newsletter.compose import parts, steps

    whole = [(steps, "read_front", "front matter"), (steps, "read_body", "Markdown"), (parts.DocumentMaker, "document", "templates to MJML"),
             (parts, "judge", "MJML judged"), (parts, "harden", "MJML hardened"), (parts, "compiled", "MJML compiled"),
             (parts, "inlined", "styles inlined"), (parts.EmailMaker, "_text", "plain text"),
             (steps.HtmlSlicer, "chunks", "HTML into chunks"), (steps.PlainSlicer, "chunks", "text into chunks")]  # fmt: skip
    with app.authoring(folder, _CLOCK) as desk, ExitStack() as stack:
        request, sources = build.read(desk, SLUG)
        steps.compose(request)
        clock = _Clock()
        for home, name, label in whole:
            stack.enter_context(mock.patch.object(home, name, clock.timed(label, getattr(home, name))))
        checks = tuple(
            catalog.Check(one.name, clock.timed(f"check {one.name}", one.run)) for one in catalog.CHECKS
        )
        meter = Meter()
        for _ in range(size):
            with clock.step("files read"):
                request, sources = build.read(desk, SLUG)
            with clock.step("the rest of composing"):
                rendering = steps.compose(request)
            assert rendering.artwork is not None
            with clock.step("filled for the longest reader"):
                context = build._context(desk, rendering, rendering.artwork, desk.now(), sources, None)
            with clock.step("HTML read for the checks"):
                assert context.pages
            with clock.step("remarks put in order"):
                catalog.run(context, checks)
        return meter.read(size, **{f"step {name}": spent / size for name, spent in clock.spent.items()})


SUITE = Suite(
    name="check",
    title="Check an issue: 40 KB in two languages",
    unit="issue",
    size=6,
    least=1,
    make=_make,
    candidates=(
        Candidate("Markdown alone", Role.CEILING, _markdown),
        Candidate("newsletter, warm (as the preview)", Role.OURS, _warm),
        Candidate("the same in one process, by step", Role.PART, _steps),
        Candidate("newsletter check (whole command, cold)", Role.OURS, _command),
    ),
)
