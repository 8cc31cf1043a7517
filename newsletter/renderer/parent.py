"""The renderer as the program sees it: a request in, a rendering out, whatever happens to the process that makes it.

In: requests. Out: renderings. Called by pipeline.build (and preview, which builds often).
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Timer
from types import TracebackType
from typing import IO, Self

import newsletter
from newsletter.compose.findings import LIMIT
from newsletter.compose.request import Request
from newsletter.model.edition import Rendering
from newsletter.model.finding import Severity, finding
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.renderer import wire
from newsletter.renderer.limits import Limits, picture_seconds
from newsletter.renderer.wire import Broken, Kind

_HOME = str(Path(newsletter.__file__).parents[1])
_PROCESSOR_TIME = 24  # SIGXCPU: the system ended it after its share of a processor
_LEAVING_SECONDS = 0.5
_HANDED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP", "COVERAGE_PROCESS_START")

_ENDLESS_LOOP = Said(
    "Look for a loop without end in the template; render.seconds allows more time.",
    "Cherchez une boucle sans fin dans le gabarit; render.seconds accorde plus de temps.",
)
_TANGLED_TEXT = Said(
    "Look for a very long row of brackets, asterisks or quotes in the text; render.seconds allows more time.",
    "Cherchez dans le texte une très longue suite de crochets, d’astérisques ou de guillemets; "
    "render.seconds accorde plus de temps.",
)
_LARGE_PICTURE = Said(
    "Save this picture smaller: 2400 pixels across are plenty; render.seconds allows more time.",
    "Enregistrez cette image plus petite\u00a0: 2400 pixels de large suffisent amplement; "
    "render.seconds accorde plus de temps.",
)
_VERY_DEEP = Said(
    "Look for elements nested very deep, or a very large loop, in the template.",
    "Cherchez dans le gabarit des éléments imbriqués très profondément, ou une très grande boucle.",
)


class Renderer:
    """Composes in one long-lived child process, started on first use and again whenever it ends. Thread-safe."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = Lock()
        self._child: _Child | None = None

    def begin(self) -> None:
        """Start the child and return at once: it needs half a second to get ready, in which there is other work."""
        with self._lock:
            self._child = self._child or _Child.start(self._limits)

    def render(self, request: Request) -> Rendering:
        """The rendering of a request. Never raises for what an author wrote: a crash or a limit is a finding of severity error."""
        with self._lock:
            if self._child is not None and not self._child.alive:
                self._child.stop()
                self._child = None
            self._child = self._child or _Child.start(self._limits)
            try:
                return self._child.ask(request)
            except (Broken, OSError):
                child, self._child = self._child, None
                return _failed(request, child.stop(), self._limits)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            if self._child is not None:
                self._child.stop()
                self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _End:
    """How a child ended: the file it was at, whether its time was up, its exit code (negative: the signal)."""

    at: str
    timed_out: bool
    code: int | None


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    limits: Limits
    at: str = ""
    timed_out: bool = field(default=False)
    ready: bool = field(default=False)

    @classmethod
    def start(cls, limits: Limits) -> _Child:
        """Start the process and tell it its limits; whether it is there is asked before the first request."""
        process = subprocess.Popen(  # our own interpreter, our own module
            [sys.executable, "-P", "-m", "newsletter.renderer.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        child = cls(process, limits)
        try:
            wire.write(child._input, Kind.LIMITS, wire.encode_limits(limits.megabytes, limits.seconds))
        except OSError:
            process.kill()  # the request that follows finds a broken pipe, and reports it
        return child

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def _greet(self) -> None:
        timer = self._timer(self.limits.start_seconds)
        try:
            wire.read(self._output, 1024)
        except (Broken, OSError):
            self.process.kill()  # the request that follows finds a broken pipe, and reports it
        finally:
            timer.cancel()
        self.ready = True

    def ask(self, request: Request) -> Rendering:
        """Send a request and wait for its rendering; raises Broken or OSError when the child ends or its time is up."""
        if not self.ready:
            self._greet()
        self.at, self.timed_out = "", False
        timer = self._timer(self.limits.wait_seconds(picture_seconds(request)))
        try:
            wire.write(self._input, Kind.REQUEST, wire.encode_request(request))
            while True:
                kind, content = wire.read(self._output, self.limits.answer_megabytes << 20)
                if kind is Kind.ANSWER:
                    return wire.decode_rendering(content, request)
                self.at = content.decode()
        finally:
            timer.cancel()

    def stop(self) -> _End:
        """End the process, which leaves by itself when its input ends, and say how it ended."""
        _close(self._input)
        try:
            code: int | None = self.process.wait(timeout=_LEAVING_SECONDS)
        except subprocess.TimeoutExpired:
            code = None
            self.process.kill()
            self.process.wait()
        _close(self._output)
        return _End(self.at, self.timed_out, code)

    def _timer(self, seconds: float) -> Timer:
        timer = Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        return timer

    def _expire(self) -> None:
        self.timed_out = True
        self.process.kill()

    @property
    def _input(self) -> IO[bytes]:
        assert self.process.stdin is not None  # noqa: S101  # it was asked for
        return self.process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self.process.stdout is not None  # noqa: S101  # it was asked for
        return self.process.stdout


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was not yet written has nobody to read it
        return


def _environment() -> dict[str, str]:
    """What the child needs of our surroundings, and nothing else: no key, no password."""
    kept = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
    paths = [_HOME, *(path for path in sys.path if path and Path(path).is_dir())]
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "PREMAILER_CACHE_MAXSIZE": "2048",  # its parsed style sheets: five times faster when warm (rendering research 3)
    }


def _failed(request: Request, end: _End, limits: Limits) -> Rendering:
    at = end.at or (request.sources[0].path if request.sources else f"issues/{request.slug}.md")
    if end.timed_out or end.code == -_PROCESSOR_TIME:
        message = Said(
            f"building this issue takes longer than {limits.seconds} seconds",
            f"la construction de ce numéro prend plus de {limits.seconds} secondes",
        )
        hint = _where_to_look(at, request)
    else:
        reason = _reason(end.code)
        message = Said(
            f"building this issue ended the process that builds it ({reason.en})",
            f"la construction de ce numéro a mis fin au processus qui le construit ({reason.fr})",
        )
        hint = _VERY_DEEP
    told = finding(LIMIT, Severity.ERROR, message, Place(at), hint=hint)
    return Rendering(None, None, (told,), sources=tuple(source.path for source in request.sources))


def _where_to_look(at: str, request: Request) -> Said:
    if at in request.images:
        return _LARGE_PICTURE
    return _TANGLED_TEXT if at in {source.path for source in request.sources} else _ENDLESS_LOOP


def _reason(code: int | None) -> Said:
    if not code:
        return Said("it answered what cannot be read", "sa réponse est illisible")
    if code < 0:
        return Said(f"signal {-code}", f"signal {-code}")
    return Said(f"exit code {code}", f"code de sortie {code}")
