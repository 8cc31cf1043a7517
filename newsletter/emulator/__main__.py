"""In: flags. Out: a running emulator. Called as `python -m newsletter.emulator`."""

from newsletter.emulator.options import parse
from newsletter.emulator.serve import run

if __name__ == "__main__":
    run(parse())
