"""Run one command and end everything that it started, however this comes about.

    python -I -S guard.py STOP_SIGNAL GRACE_SECONDS USER COMMAND [ARGUMENT ...]

USER is empty, or the name of the user that the command runs as, which only root may ask for.

The supervisor holds the other end of this process's standard input. When it closes, by
intention or because the supervisor was killed, the command gets STOP_SIGNAL, and SIGKILL after
GRACE_SECONDS. When the command has ended, so has whatever it left behind: on Linux this process
is the "child subreaper" (prctl(2)), so orphans become its children and none can hide. Elsewhere
only the command's own process group is ended.

Standard library only, and nothing of this package: it must start in a few milliseconds.
"""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import threading
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
COMMAND_NOT_STARTED = 127  # what a shell answers then
KILLED_BY_SIGNAL = 128


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code, 128 + n if signal n ended it."""
    stop_signal, grace_seconds, user, *command = arguments
    _adopt_orphans()
    try:
        child = _start(command, user)
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be started: {error.strerror}\n")
        return COMMAND_NOT_STARTED
    threading.Thread(
        target=_stop_when_let_go,
        args=(child, int(stop_signal), float(grace_seconds)),
        daemon=True,
    ).start()
    code = child.wait()
    _end_what_is_left(child.pid)
    return code if code >= 0 else KILLED_BY_SIGNAL - code


def _start(command: list[str], user: str) -> subprocess.Popen[bytes]:
    """Start the command, as `user` in that user's own group alone where one is named."""
    if not user:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    account = pwd.getpwnam(user)
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
    )


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _stop_when_let_go(child: subprocess.Popen[bytes], stop_signal: int, grace: float) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    child.send_signal(stop_signal)
    try:
        child.wait(grace)
    except subprocess.TimeoutExpired:
        child.kill()


def _end_what_is_left(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    while True:
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    """Return this process's children, zombies too; killing one brings its children here."""
    me = str(os.getpid())
    return [
        int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if _parent(stat) == me
    ]


def _parent(stat: Path) -> str:
    """Return the fourth field of proc_pid_stat(5); the second may hold spaces and brackets."""
    try:
        return stat.read_text(errors="replace").rpartition(")")[2].split()[1]
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
