"""Install the peers into var/bench/peers."""

from __future__ import annotations

import subprocess
import sys

from bench import peers


def main() -> None:
    """What is not there yet."""
    peers.NODE.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(peers.NODE), *peers.NPM], check=True
    )
    subprocess.run([sys.executable, "-m", "venv", str(peers.PYTHON)], check=True)
    pip = [str(peers.PYTHON / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *peers.PIP], check=True)


main()
