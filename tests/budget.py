"""The test runner: every part of the suite with the time that it may take, and one closing line.

In: `quick` or `all`. Out: a table on stdout, pytest's closing line with the totals last; exit 1 when anything failed. Called by
`make test`, `make test-all` and .ci/run.

`quick` is the default suite. `all` adds what has no time there (PostgreSQL), the tests marked `ci` and a longer search of the state machine. When a part has just
passed in `quick` on the very same tree, with the same Python and the same demands, `all` does not run that half of it again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
STAMP = ROOT / "var" / "budget.json"
JUST_NOW = 3600.0  #: seconds for which a part that passed need not be run again
NOT_THE_TREE = {"var", "secrets", "build", "dist", "node_modules", "__pycache__"}
DEMANDS = ("REQUIRE_CONTRACTS", "REQUIRE_BROWSER", "REQUIRE_POSTGRES", "NEWSLETTER_SHARED")
SAID = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)\b")
SKIPPED = re.compile(r"SKIPPED \[(\d+)\] \S+ (.*)")
MEMORY = Path("/dev/shm")
ROOM = 6 << 30  #: bytes that all files of a part may take
#: hundreds of programs are started: each would compile all of itself anew, where the surroundings say that nothing compiled is kept
_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
COUNTED = re.compile(r"faults: kill points .*")  #: what the fault tests say at their end
NO_TESTS = 5  # pytest's exit code

#: authoring and the staff's own pages: they open no database, or ask of it what the tests of the store ask
NOT_THE_ENGINE = (
    *(
        "build",
        "components_checked",
        "issue_page",
        "proof",
        "said_in_french",
        "saving",
        "spam",
        "teaser",
        "translating",
    ),
    *(
        "translating_data",
        "almanac",
        "asking_links",
        "commenting",
        "doctor",
        "evidence",
        "inviting",
        "mailbox",
        "month",
    ),
    *("segment_editing", "signing_in", "tale"),
)


@dataclass(frozen=True)
class Part:
    """One folder of tests. `quick` and `all` are the seconds it may take; `longer`: `all` runs the whole of it again."""

    name: str
    what: str
    quick: int
    all: int
    flags: tuple[str, ...] = ("-n", "2")
    longer: bool = False
    single: bool = False  #: one core does most of it: two such run beside each other
    paths: tuple[str, ...] = ()  #: what it runs; nothing: the folder of its name
    environ: tuple[tuple[str, str], ...] = ()


PARTS = (
    Part(
        "house",
        "the rules of the house, the documents",
        60,
        180,
        ("-n", "2", "--dist", "loadfile"),
        single=True,
    ),
    Part("unit", "each part by itself", 130, 170),
    Part("contract", "against SendGrid's published rules", 20, 60, ("-n", "2", "--dist", "loadfile")),
    Part("golden", "whole mails, letter by letter", 15, 30),
    Part(
        "machine",
        "the ledger as a state machine",
        30,
        250,
        ("-n", "2", "--timeout", "1200"),
        longer=True,
        single=True,
    ),
    Part("faults", "killed at every point, answers lost, on both databases", 20, 285),
    Part("e2e", "the whole story, as a person would", 25, 90),
    Part("browser", "in Chromium", 55, 420, ("-n", "2", "--dist", "loadfile")),
    Part(
        "postgres",
        "the store and the ledger again, on a real PostgreSQL",
        0,
        180,
        (
            "-n",
            "2",
            "--timeout",
            "1200",
            *(f"--ignore=tests/unit/pipeline/test_{name}.py" for name in NOT_THE_ENGINE),
        ),
        paths=("tests/unit/store", "tests/unit/pipeline", "tests/machine"),
        environ=(("NEWSLETTER_TEST_ENGINE", "postgresql"),),
    ),
)


@dataclass
class Result:
    """What became of one part."""

    part: Part
    allowed: int
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    failed: bool = False
    skips: Counter[str] = field(default_factory=Counter)  #: by reason
    remarks: list[str] = field(default_factory=list)  #: lines that belong under the table
    known: bool = False  #: its quick half has just passed


def main(arguments: list[str]) -> int:
    """Run the parts; the exit code."""
    mode = arguments[0] if arguments else "quick"
    if mode not in {"quick", "all"}:
        print("usage: python -m tests.budget quick|all", file=sys.stderr)
        return 2
    begun = time.monotonic()
    key = tree()
    results = run_all([part for part in present() if mode == "all" or part.quick], mode, key)
    table(results)
    if mode == "quick":
        keep(key, [result.part.name for result in results if not result.failed])
    print(closing(results, time.monotonic() - begun))
    return int(any(result.failed for result in results))


def present() -> Iterator[Part]:
    """The parts that are there. Raises LookupError for a folder of tests that is no part: nothing is left out in silence."""
    names = {part.name for part in PARTS}
    found = {
        path.parent.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("*/test_*.py")
    }
    if found - names:
        raise LookupError(f"tests/{sorted(found - names)} stands in no part of tests/budget.py")
    return (part for part in PARTS if part.paths or part.name in found)


def run_all(parts: list[Part], mode: str, key: str) -> list[Result]:
    """One part after the other; those of one core beside each other, at the end."""
    beside = [part for part in parts if part.single]
    found = {part.name: run(part, mode, key) for part in parts if part not in beside}
    with ThreadPoolExecutor(max_workers=2) as pool:
        found |= {result.part.name: result for result in pool.map(lambda part: run(part, mode, key), beside)}
    return [found[part.name] for part in parts]


def run(part: Part, mode: str, key: str) -> Result:
    """One part, in a process of its own."""
    known = mode == "all" and not part.longer and part.name in just_passed(key)
    where = part.paths or (f"tests/{part.name}",)
    result = Result(part, part.quick if mode == "quick" else part.all, known=known)
    chosen = {"quick": "not ci and not faults", "all": "ci and not faults" if known else "not faults"}[mode]
    profile = "all" if mode == "all" and part.longer else "quick"
    print(f"{part.name:<9} {part.what} …", flush=True)
    begun = time.monotonic()
    with scratch() as kept:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *where, "-q", "-m", chosen, *part.flags],
            cwd=ROOT,
            env={"HYPOTHESIS_PROFILE": profile, **os.environ, **kept, **dict(part.environ), **_COMPILED},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    result.seconds = time.monotonic() - begun
    read(result, done.stdout, done.returncode)
    if result.failed:
        print(done.stdout, flush=True)
    return result


@contextmanager
def scratch() -> Iterator[dict[str, str]]:
    """Where a part keeps its files: in memory, where there is room for them. Each commit of a test waits a millisecond or two for a
    disk otherwise, and nothing of a test has to outlive the machine."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield {}
        return
    with TemporaryDirectory(prefix="newsletter-tests-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the user of the PostgreSQL server must get through
        yield {"TMPDIR": folder}


def read(result: Result, output: str, code: int) -> None:
    """Pytest's own closing line, and why what was skipped was skipped."""
    lines = output.rstrip().splitlines()
    for number, word in SAID.findall(lines[-1] if lines else ""):
        result.counts[word.rstrip("s") if word.startswith("error") else word] += int(number)
    for line in lines:
        found = SKIPPED.match(line)
        if found:
            result.skips[found[2]] += int(found[1])
        if COUNTED.fullmatch(line):
            result.remarks.append(line)
    result.failed = code not in {0, NO_TESTS} or bool(result.counts["failed"] + result.counts["error"])
    if result.failed and not result.counts["failed"] + result.counts["error"]:
        result.counts["error"] += 1  # it ended without a word: that is an error, too


def table(results: list[Result]) -> None:
    """The budget."""
    print(f"\n{'part':<10}{'seconds':>9}{'allowed':>9}{'passed':>8}{'skipped':>9}")
    for result in results:
        counts = result.counts
        remark = " FAILED" if result.failed else ""
        remark += " over its budget" if result.seconds > result.allowed else ""
        remark += " (the rest passed just now)" if result.known else ""
        print(
            f"{result.part.name:<10}{result.seconds:>9.1f}{result.allowed:>9}{counts['passed']:>8}{counts['skipped']:>9}{remark}"
        )
    total = sum(result.seconds for result in results)
    print(f"{'total':<10}{total:>9.1f}{sum(result.allowed for result in results):>9}")
    for result in results:
        for reason, number in result.skips.items():
            print(f"  skipped in {result.part.name}: {number} × {reason}")
        for remark in result.remarks:
            print(f"  {remark}")


def closing(results: list[Result], seconds: float) -> str:
    """One line, as pytest ends with."""
    total: Counter[str] = Counter()
    for result in results:
        total += result.counts
    order = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")
    said = ", ".join(f"{total[word]} {word}" for word in order if total[word]) or "no tests ran"
    return f"{f' {said} in {seconds:.2f}s ':=^80}"


def tree() -> str:
    """A digest of every file that a test may depend on, the Python, and what must not be absent."""
    digest = hashlib.sha256(f"{sys.version} {[os.environ.get(name) for name in DEMANDS]}".encode())
    for path in sorted(files(ROOT)):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def files(folder: Path) -> Iterator[Path]:
    """The files below a folder, without those that running leaves behind."""
    for path in folder.iterdir():
        if path.name in NOT_THE_TREE or (
            path.name.startswith(".") and path.name not in {".ci", ".gitignore"}
        ):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def keep(key: str, passed: list[str]) -> None:
    """Write down which parts passed."""
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.write_text(json.dumps({"tree": key, "at": time.time(), "passed": passed}), encoding="utf-8")


def just_passed(key: str) -> list[str]:
    """The parts that passed within the last hour on this very tree."""
    try:
        kept = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    fresh = kept.get("tree") == key and 0 <= time.time() - kept.get("at", 0) < JUST_NOW
    return list(kept.get("passed", [])) if fresh else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
