"""Email newsletters from files: everyone once, nobody who left, provable, stoppable."""

import sys

__version__ = "0.1.0"

# httpx imports a command line of its own wherever rich is installed: 6 MB, and a tenth of a second of every command of ours.
# None stands for what cannot be imported, which httpx provides for.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
