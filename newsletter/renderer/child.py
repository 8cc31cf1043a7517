"""The process that composes: requests in, renderings out, until its input ends.

In: frames on standard input. Out: frames on standard output. Started by renderer.parent as `python -m newsletter.renderer.child`.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import IO

from newsletter import host
from newsletter.compose.findings import INVARIANT, LIMIT
from newsletter.compose.request import Request
from newsletter.compose.steps import compose
from newsletter.model.edition import Rendering
from newsletter.model.finding import Severity, finding
from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said
from newsletter.renderer import wire
from newsletter.renderer.limits import picture_seconds
from newsletter.renderer.wire import Broken, Kind

_LARGEST_REQUEST = 1 << 30
_TOO_MUCH_MEMORY = Said(
    "building this issue takes too much memory", "la construction de ce numéro prend trop de mémoire"
)


def main() -> None:
    """Serve until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the parent's to answer
    source, sink = sys.stdin.buffer, _own_output()
    try:
        _kind, content = wire.read(source, 1024)
        megabytes, seconds = wire.decode_limits(content)
        host.limit_process(megabytes)
        wire.write(sink, Kind.READY, b"")
        while True:
            _kind, content = wire.read(source, _LARGEST_REQUEST)
            host.limit_processor(seconds)
            request = wire.decode_request(content)
            host.limit_processor(seconds + picture_seconds(request))
            _answer(request, sink)
    except (Broken, BrokenPipeError):
        return


def _own_output() -> IO[bytes]:
    """Standard output for frames alone: whatever else is printed goes to standard error."""
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sink


def _answer(request: Request, sink: IO[bytes]) -> None:
    at = Place(request.sources[0].path if request.sources else f"issues/{request.slug}.md")

    def step(path: str) -> None:
        nonlocal at
        at = Place(path)
        wire.write(sink, Kind.STEP, path.encode())

    try:
        answer = wire.encode_rendering(compose(request, step), request)
    except MemoryError:
        answer = wire.encode_rendering(failed(at, LIMIT, _TOO_MUCH_MEMORY), request)
    except Exception as error:  # noqa: BLE001  # a fault of ours must not end the process: the author gets a finding, we get its name
        cause = f"{type(error).__name__}: {error}"
        message = Said(f"the program failed here: {cause}", f"le programme a échoué ici\u00a0: {cause}")
        answer = wire.encode_rendering(failed(at, INVARIANT, message), request)
    wire.write(sink, Kind.ANSWER, answer)


def failed(place: Place, check: str, message: Said, hint: Said = NOTHING) -> Rendering:
    """A rendering that is only a finding."""
    told = finding(check, Severity.ERROR, message, place, hint=hint)
    return Rendering(None, None, (told,), sources=(place.file,))


if __name__ == "__main__":
    main()
