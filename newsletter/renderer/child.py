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
from newsletter.model.finding import Finding, Severity
from newsletter.model.place import Place
from newsletter.renderer import wire
from newsletter.renderer.wire import Broken, Kind

_LARGEST_REQUEST = 1 << 30


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
            _answer(wire.decode_request(content), sink)
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
        answer = wire.encode_rendering(
            failed(at, LIMIT, "building this issue takes too much memory"), request
        )
    except Exception as error:  # noqa: BLE001  # a fault of ours must not end the process: the author gets a finding, we get its name
        message = f"the program failed here: {type(error).__name__}: {error}"
        answer = wire.encode_rendering(failed(at, INVARIANT, message), request)
    wire.write(sink, Kind.ANSWER, answer)


def failed(place: Place, check: str, message: str, hint: str = "") -> Rendering:
    """A rendering that is only a finding."""
    finding = Finding(check, Severity.ERROR, message, place, hint=hint)
    return Rendering(None, None, (finding,), sources=(place.file,))


if __name__ == "__main__":
    main()
