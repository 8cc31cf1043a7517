"""Build: an issue's files become an email in two languages and both together, checked.

In: the greeting. Out: emails a second. Called by bench.child.

One build of ours is three emails (English, French, both), each measured by every check. The ceiling and the others get the very MJML
that ours hands to the compiler, ready: no Markdown, no templates, no plain text, no checks, no slicing. Like for like is "compile + inline", by
what ours does it with.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from bench import peers, world
from bench.measuring import Candidate, Meter, Reading, Role, Suite
from newsletter import app
from newsletter.pipeline import build

_EMAILS = 3
_MJML = "email{}.mjml"
_CSS = "inline.css"
#: the mark of what compose puts in before styles are put into elements, in a head where no text may stand
_ALONE = re.compile(r"(?<=>)\s*zq[0-9a-f]{18}\s*(?=<)")


def _make(folder: Path, _size: int) -> None:
    """Write down what the compiler is handed in one build."""
    world.workspace(folder)
    import mjml

    from newsletter.compose import inline, steps
    from newsletter.compose.mjml import compile as compiling

    handed: list[str] = []
    styles: list[str] = []
    real, real_inlined = mjml.mjml2html, inline._Inliner

    def compiler(source: str, **options: object) -> str:
        handed.append(source)
        return str(real(source, **options))

    def premailer(html: str, **options: object) -> object:
        styles.append(str(options["css_text"]))
        return real_inlined(html, **options)

    compiling.mjml.mjml2html, inline._Inliner = compiler, premailer
    try:
        with app.authoring(folder, {"NEWSLETTER_CLOCK": world.CLOCK.isoformat()}) as desk:
            request, _ = build.read(desk, world.SLUG)
            assert steps.compose(request).artwork is not None
    finally:
        compiling.mjml.mjml2html, inline._Inliner = real, real_inlined
    for number, source in enumerate(handed):
        (folder / _MJML.format(number)).write_text(_ALONE.sub("", source), encoding="utf-8")
    (folder / _CSS).write_text(styles[0], encoding="utf-8")


def _sources(folder: Path) -> list[str]:
    return [(folder / _MJML.format(number)).read_text(encoding="utf-8") for number in range(_EMAILS)]


def _compiler(folder: Path, size: int) -> Reading:
    import mjml

    return _each(folder, size, lambda source: mjml.mjml2html(source, fonts={}))


def _compiled_and_inlined(folder: Path, size: int, *, fast: bool = False) -> Reading:
    """The compiler and an inliner as compose has them, and the proof that nothing was lost; nothing else of a build."""
    import mjml

    from newsletter.compose.inline import inlined
    from newsletter.compose.tokens import Tokens

    css = (folder / _CSS).read_text(encoding="utf-8")
    none = Tokens([])
    return _each(folder, size, lambda source: inlined(mjml.mjml2html(source, fonts={}), css, none, fast=fast))


def _each(folder: Path, size: int, one: Callable[[str], str]) -> Reading:
    """Every email once, then measured: caches are warm, as those of the others are."""
    sources = _sources(folder)
    for source in sources:
        assert len(one(source)) > len(source)
    meter = Meter()
    for number in range(size):
        one(sources[number % _EMAILS])
    return meter.read(size)


def _warm(folder: Path, size: int) -> Reading:
    """`pipeline.build`, as the preview calls it at every save. CPU is that of both processes."""
    with app.authoring(folder, {"NEWSLETTER_CLOCK": world.CLOCK.isoformat()}) as desk:
        for _ in range(3):
            assert build.build(desk, world.SLUG).sound
        meter = Meter()
        for _ in range(size // _EMAILS):
            build.build(desk, world.SLUG)
        return meter.read(size // _EMAILS * _EMAILS)


def _command(folder: Path, _size: int) -> Reading:
    """The whole command, in a process of its own."""
    command = [sys.executable, "-m", "newsletter", "build", world.SLUG, "--out", str(folder / "out")]
    meter = Meter(children=True)
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return meter.read(_EMAILS)


def _node(folder: Path, size: int) -> Reading:
    return peers.node("mjml.mjs", str(folder), str(size))


def _node_command(folder: Path, _size: int) -> Reading:
    """npm's own command, one email, no styles put inline."""
    tool = peers.NODE.resolve() / "node_modules" / ".bin" / "mjml"
    command = [str(tool), _MJML.format(0), "-o", "out-mjml.html"]
    meter = Meter(children=True)
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return meter.read(1)


def _lacks_css_inline() -> str:
    return "" if find_spec("css_inline") else "not installed: css-inline"


SUITE = Suite(
    name="build",
    title="Build an issue: the greeting",
    unit="email",
    size=60,
    make=_make,
    candidates=(
        Candidate("mjml-python alone", Role.CEILING, _compiler),
        Candidate("newsletter, warm (as the preview)", Role.OURS, _warm),
        Candidate("of that: compile + inline, warm", Role.PART, _compiled_and_inlined),
        Candidate(
            "the same by css-inline, warm",
            Role.PART,
            partial(_compiled_and_inlined, fast=True),
            lacking=_lacks_css_inline,
        ),
        Candidate("newsletter build (whole command)", Role.OURS, _command),
        Candidate("npm mjml + juice, warm", Role.PEER, _node, lacking=peers.lacks_node),
        Candidate("npm mjml command, 1 email", Role.PEER, _node_command, lacking=peers.lacks_node),
    ),
)
