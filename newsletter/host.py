"""What differs between operating systems: the only module that calls POSIX-only functions.

In: paths, limits. Out: answers that hold on every system. Called by workspace, store, renderer, worker.
"""

from __future__ import annotations

import hmac
import math
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

# --- files ---


def is_private(path: Path) -> bool:
    """True when nobody but the owner can read a file. On Windows the folder's own rights decide, so always true there."""
    if os.name != "posix":
        return True
    return not stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)


def flush(file: int) -> None:
    """Wait until what was written to an open file is on the disk; not for what only describes the file, where that can be told."""
    getattr(os, "fdatasync", os.fsync)(file)


def publish(draft: Path, path: Path) -> None:
    """Give a finished file its name, unless a file of that name exists: then the draft is left and nothing changes."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not path.exists():
            draft.replace(path)


def file_system(path: Path) -> str:
    """The type of the file system that holds a path, such as `ext4` or `nfs4`; empty where the system does not tell."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    there = path.resolve()
    found, depth = "", -1
    for line in mounts:  # proc(5): … mount point (fifth field) … - type …
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = Path(fields[4].replace("\\040", " "))
        if there.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = after.split()[0], len(point.parts)
    return found


# --- which machine this is, and what it remembers ---

_MACHINE_IDS = (
    "/etc/machine-id",
    "/var/lib/dbus/machine-id",
)  # machine-id(5): secret, so never shown as it is


def machine() -> tuple[str, str]:
    """This machine: a digest of the id that its system has (empty where it has none), and its name."""
    found = _machine_id()
    digest = hmac.new(b"newsletter", found.encode(), "sha256").hexdigest()[:16] if found else ""
    return digest, socket.gethostname()


def state_home() -> Path:
    """The folder for what programs remember of one user on one machine (XDG base directories 0.8; a relative one is ignored)."""
    given = Path(os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME", ""))
    if given.is_absolute():
        return given
    home = Path(os.environ.get("HOME", ""))
    return (home if home.is_absolute() else _home()) / ".local" / "state"


# --- the end of a process ---


@contextmanager
def when_told_to_end(act: Callable[[], None], *, by_keyboard: bool = False) -> Iterator[None]:
    """Call `act`, instead of ending at once, when the system asks this process to end or its terminal is gone; with
    `by_keyboard` at Ctrl-C as well. What is ignored (as under nohup) stays ignored. Outside the main thread nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def told(_number: int, _frame: FrameType | None) -> None:
        act()

    names = ("SIGTERM", "SIGHUP", "SIGBREAK", *(["SIGINT"] if by_keyboard else []))
    wanted = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {one: signal.signal(one, told) for one in wanted if signal.getsignal(one) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


# --- one runner at a time ---


class FileLock:
    """A lock on a file that the operating system gives up when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def acquire(self) -> bool:
        """Take the lock; False when another process (or another FileLock of this one) has it. Raises OSError where the file
        system knows no locks: nobody must wait for a process that is not there."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+b")
        try:
            _lock(file)
        except BLOCKED:
            file.close()
            return False
        except OSError:
            file.close()
            raise
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock back; the file stays, so that nobody locks one that is being removed."""
        if self._file is not None:
            self._file.close()
            self._file = None


# --- memory ---

_MOST_HEAPS = -8  #: M_ARENA_MAX of mallopt(3)


def one_heap() -> None:
    """Let the threads that are started from now on share one heap, for good. glibc gives each a heap of its own, in which stays what it once
    needed: 8 of the 82 MB of a send. Other systems have no such switch, and nothing happens."""
    if sys.platform != "linux":
        return
    try:
        import ctypes  # 4 ms; and a Python may have been built without it

        ctypes.CDLL(None).mallopt(_MOST_HEAPS, 1)
    except (ImportError, OSError, AttributeError):  # musl has no mallopt
        return


# --- limits of one process ---


def limit_process(megabytes: int) -> None:
    """Bound the memory of this process and forbid core dumps. Where the system has no such limits, nothing happens."""
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "darwin":  # macOS counts mapped libraries, and refuses
        _lower(resource.RLIMIT_AS, megabytes * 1024 * 1024)


HAS_PROCESSOR_LIMIT = sys.platform != "win32"


def limit_processor(seconds: int) -> None:
    """Let this process use so many further seconds of a processor; then the system ends it. Nothing where it cannot."""
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, math.ceil(usage.ru_utime + usage.ru_stime + seconds))


def open_files(wanted: int) -> int:
    """How many files and sockets this process may have open: raised to `wanted` where the system lets it."""
    return _files(wanted)


if sys.platform == "win32":
    import msvcrt
    import winreg

    BLOCKED: type[OSError] = PermissionError

    def _files(wanted: int) -> int:
        return wanted  # sockets are no files there

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _home() -> Path:
        return Path.home()

    def _machine_id() -> str:
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""

else:
    import fcntl
    import pwd
    import resource

    def _home() -> Path:
        try:
            return Path(pwd.getpwuid(os.getuid()).pw_dir)
        except KeyError:  # no such user, as in a bare container
            return Path("/nonexistent")

    def _machine_id() -> str:
        for path in _MACHINE_IDS:
            try:
                found = Path(path).read_text(encoding="ascii", errors="replace").strip()
            except OSError:
                continue
            if found and found != "uninitialized":
                return found
        return _mac_id()

    def _mac_id() -> str:
        """What macOS calls the platform's UUID."""
        if sys.platform != "darwin":
            return ""
        done = subprocess.run(
            ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"],
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r'"IOPlatformUUID" = "([^"]+)"', done.stdout)
        return found[1] if found else ""

    BLOCKED: type[OSError] = BlockingIOError

    def _files(wanted: int) -> int:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft == resource.RLIM_INFINITY or soft >= most:
            return wanted if soft == resource.RLIM_INFINITY else soft
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most

    def _lower(limit: int, value: int) -> None:
        _soft, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
