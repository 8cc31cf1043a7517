"""A SendGrid on your own machine: the v3 API, scripted faults, signed events, readers and an inbox. It sends no email.

In: Options. Out: a server on 127.0.0.1. Called by the command line (`newsletter emulator`), by the demo and by tests.
"""

from newsletter.emulator.options import Options, parse
from newsletter.emulator.serve import Running, launch, run

__all__ = ["Options", "Running", "launch", "parse", "run"]
