"""The kernels of a run: forked from one parent that has imported everything, each used for one notebook."""

import math
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any, Self

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client import AsyncKernelClient, KernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner

from nbhelpers.runs.forking import ForkedProcess, KernelParent


class Kernels:
    """Kernels started ahead of their notebooks, in a folder, with some variables of their own beside those of their parent."""

    def __init__(self, folder: Path, parent: KernelParent, **environment: str):
        self._folder, self._parent, self._environment = folder, parent, environment
        self._ready: list[KernelManager] = []
        self._beside = ThreadPoolExecutor(1)
        self._files = Path(tempfile.mkdtemp(prefix="nb"))
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self._beside.shutdown()
        for kernel in self._ready:
            kernel.shutdown_kernel(now=True)
        shutil.rmtree(self._files, ignore_errors=True)

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
        kernel.start_kernel(cwd=str(self._folder), home=str(self._files), own=self._environment)
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


class ForkingProvisioner(LocalProvisioner):
    """Jupyter's way to a local kernel, but for how its process comes to be: by a fork of the kernels' parent."""

    kernels_parent: KernelParent

    async def pre_launch(self, **kwargs: Any) -> dict:
        """Write the connection file; there is no command to make up."""
        self.parent.write_connection_file()
        self.connection_info = self.parent.get_connection_info()
        return kwargs | {"cmd": []}

    async def launch_kernel(self, cmd: list[str], cwd: str, home: str, own: dict[str, str], **_: Any) -> dict:
        """Have a kernel forked that works in `cwd`, with `home` in place of the user's IPython folder and variables of its `own`."""
        fork = {"connection_file": self.parent.connection_file, "folder": cwd, "environment": own | {"IPYTHONDIR": home}}
        self.pid = self.kernels_parent.ask({"fork": fork})["pid"]
        self.process, self.pgid = ForkedProcess(self.kernels_parent, self.pid), self.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End it at once, and wait for that: whoever polls for it sleeps a tenth of a second too long."""
        await super().kill(restart)
        if self.process:
            self.process.wait()

