"""The kernels of a run: forked from one parent that has imported everything, each used for one notebook."""

import json
import math
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Self

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client import AsyncKernelClient, KernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner

from nbhelpers.errors import Broken
from nbhelpers.isolation import bare_command
from nbhelpers.runs import kernel_parent


class Kernels:
    """Kernels started ahead of their notebooks, and the process that they are forked from."""

    def __init__(self, folder: Path, *modules: str):
        self._folder, self._modules = folder, modules
        self._ready: list[KernelManager] = []
        self._beside = ThreadPoolExecutor(1)
        self._files = Path(tempfile.mkdtemp(prefix="nb"))
        self._parent: KernelParent
        self._count = 0

    def __enter__(self) -> Self:
        self._parent = KernelParent(*self._modules)  # which imports while the run does
        return self

    def __exit__(self, *_) -> None:
        self._beside.shutdown()
        for kernel in self._ready:
            kernel.shutdown_kernel(now=True)
        self._parent.close()
        shutil.rmtree(self._files, ignore_errors=True)

    @property
    def package(self) -> dict[str, str]:
        """The helper package that the kernels have loaded, as they tell it: package (its folder) and sha256."""
        return self._parent.package

    def release(self, kernel: KernelManager) -> None:
        """Have a kernel end that has served its notebook, or is to serve it no more, while the run goes on; twice is as good as once."""
        self._beside.submit(kernel.shutdown_kernel, now=True)

    def prepare(self, count: int) -> None:
        """Start kernels until `count` are ready."""
        while len(self._ready) < count:
            self._ready.append(self._start())

    def take(self) -> KernelManager:
        """A kernel of one's own, never used before."""
        kernel = self._ready.pop(0) if self._ready else self._start()
        # The notebook's client must be an asynchronous one: a blocking one waits for ever for a kernel that has died.
        kernel.client_class = f"{__name__}.{ReadyKernelClient.__name__}"
        return kernel

    def _start(self) -> KernelManager:
        self._count += 1
        # A socket path of its own: kernels that share one answer each other's messages.
        place = self._files / f"k{self._count}"
        kernel = KernelManager(transport="ipc", ip=str(place), connection_file=f"{place}.json", kernel_spec_manager=OwnKernelSpec())
        kernel.provisioner = ForkingProvisioner(parent=kernel)
        kernel.provisioner.kernels_parent = self._parent
        kernel.start_kernel(cwd=str(self._folder), home=str(self._files))
        return kernel


class ReadyKernelClient(AsyncKernelClient):
    """Jupyter's client, but for how it learns that its kernel is ready: one that is there is not waited for."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # type: ignore[override]
        """Return once the kernel answers and what it publishes arrives; RuntimeError where it has died, or does not in time.

        Jupyter's own goes on until nothing has been published for 0.2 s, of every notebook's time. What is left unread here
        belongs to no cell, and whoever executes cells passes over it.
        """
        deadline = time.monotonic() + (timeout or math.inf)
        while time.monotonic() < deadline:
            self.kernel_info()
            with suppress(Empty):
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.05)
                return
            if not await self._async_is_alive():
                raise RuntimeError("the kernel died before it answered")
        raise RuntimeError(f"the kernel has not answered for {timeout:.0f} s")


class OwnKernelSpec(KernelSpecManager):
    """The one kernel there is: nothing that is installed for the user or the machine under its name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Give ipykernel's own specification, by whatever name."""
        return KernelSpec(**get_kernel_dict())


class KernelParent:
    """The process that kernels are forked from (kernel_parent.py), and the line to it."""

    def __init__(self, *modules: str):
        ours, theirs = socket.socketpair()
        command = bare_command(Path(kernel_parent.__file__), str(theirs.fileno()), *modules)
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

    def close(self) -> None:
        """Let it end, and its kernels with it."""
        self._socket.shutdown(socket.SHUT_RDWR)
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


class ForkingProvisioner(LocalProvisioner):
    """Jupyter's way to a local kernel, but for how its process comes to be: by a fork of the kernels' parent."""

    kernels_parent: KernelParent

    async def pre_launch(self, **kwargs: str) -> dict:
        """Write the connection file; there is no command to make up."""
        self.parent.write_connection_file()
        self.connection_info = self.parent.get_connection_info()
        return kwargs | {"cmd": []}

    async def launch_kernel(self, cmd: list[str], cwd: str, home: str, **_: str) -> dict:
        """Have a kernel forked that works in `cwd`, with `home` in place of the user's IPython folder."""
        fork = {"connection_file": self.parent.connection_file, "folder": cwd, "home": home}
        self.pid = self.kernels_parent.ask({"fork": fork})["pid"]
        self.process, self.pgid = ForkedProcess(self.kernels_parent, self.pid), self.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End it at once, and wait for that: whoever polls for it sleeps a tenth of a second too long."""
        await super().kill(restart)
        if self.process:
            self.process.wait()


def _gone() -> Broken:
    return Broken(
        "the process that a run's kernels are forked from has ended.",
        "no notebook can run without one",
        "what it printed above tells why (a package that is missing or broken: make .venv/.ready); then run again.",
    )
