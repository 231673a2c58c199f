"""Where a run's kernels come from: the process that they are forked from (kernel_parent.py), and the line to it.

Imports little, so that the parent is at work before the run has imported what it needs itself.
"""

import json
import os
import signal
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

from nbhelpers.errors import Broken
from nbhelpers.isolation import bare_command

PARENT = Path(__file__).with_name("kernel_parent.py")


class KernelParent:
    """The process that kernels are forked from (kernel_parent.py), for the length of a block, and the line to it.

    It begins with its imports at once, of some `modules` beside those that every kernel needs.
    """

    def __init__(self, *modules: str):
        ours, theirs = socket.socketpair()
        command = bare_command(PARENT, str(theirs.fileno()), *modules)
        # A process that forks should have no threads: the numerical library starts none where it may use one only.
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], env=environment, start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        self._socket, self._lines, self._asking = ours, ours.makefile("rw", encoding="utf-8"), threading.Lock()
        self._package: dict[str, str] = {}

    @property
    def package(self) -> dict[str, str]:
        """The helper package that it has loaded; waits until it has."""
        with self._asking:
            self._package = self._package or self._answer()
        return self._package

    def ask(self, request: dict) -> dict:
        """Its answer to a request; Broken where it is not there any more."""
        _ = self.package  # which it tells first
        with self._asking:
            try:
                self._lines.write(json.dumps(request) + "\n")
                self._lines.flush()
            except OSError:
                raise _gone() from None
            return self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        """Let it end, and its kernels with it; one that nobody has asked anything of is at its imports still, and has none."""
        self._socket.shutdown(socket.SHUT_RDWR)
        if not self._package:
            self._process.kill()
        self._lines.close()
        self._socket.close()
        self._process.wait()

    def _answer(self) -> dict:
        line = self._lines.readline()
        if not line:
            raise _gone()
        return json.loads(line)


class ForkedProcess:
    """A forked kernel, as one would see it that one has started oneself."""

    stdin = stdout = stderr = None

    def __init__(self, parent: KernelParent, pid: int):
        self._parent, self.pid = parent, pid

    def poll(self) -> int | None:
        """The exit code, None while it lives."""
        return self._parent.ask({"poll": self.pid})["code"]

    def wait(self) -> int | None:
        """The exit code; waits for a kernel that is ending."""
        return self._parent.ask({"wait": self.pid})["code"]

    def send_signal(self, number: int) -> None:
        """Send it a signal; one that has ended needs none."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def _gone() -> Broken:
    return Broken(
        "the process that a run's kernels are forked from has ended.",
        "no notebook can run without one",
        "what it printed above tells why (a package that is missing or broken: make .venv/.ready); then run again.",
    )
