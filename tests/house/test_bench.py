"""The measurements run to their end: each looks at its results in the round that is not measured."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.playing import ROOT


@pytest.mark.ci
@pytest.mark.timeout(600)
def test_what_carries_a_mailing_is_measured() -> None:
    run("import", "submit")


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_so_do_the_slow_ones() -> None:
    run("prepare", "events", "build", "check", "recipients", "clicks", "studio")


def run(*suites: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", *suites, "--rounds", "1", "--scale", "0.003"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.count("● newsletter") >= len(suites)
