"""In: flags. Out: a running emulator. Called as `python -m newsletter.emulator`.

Exits with 1 and one line on standard error where a port is taken or a file cannot be followed.
"""

import sys

import msgspec

from newsletter.emulator.options import parse
from newsletter.emulator.serve import run

if __name__ == "__main__":
    try:
        run(parse())
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        sys.exit(f"emulator: {error}")
