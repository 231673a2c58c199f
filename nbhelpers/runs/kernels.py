"""Kernels started ahead of their notebooks, each used once."""

import shutil
import tempfile
from pathlib import Path
from typing import Self

from jupyter_client import KernelClient, KernelManager

WARM_UP = "import nbhelpers.build, nbhelpers.charts, nbhelpers.gates, nbhelpers.survey"


class Kernels:
    """Kernels that start and import while the notebook before them runs."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._ready: list[tuple[KernelManager, KernelClient]] = []
        self._sockets = Path(tempfile.mkdtemp(prefix="nb"))
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        for kernel, client in self._ready:
            client.stop_channels()
            kernel.shutdown_kernel(now=True)
        shutil.rmtree(self._sockets, ignore_errors=True)

    def prepare(self, count: int) -> None:
        """Start kernels until `count` are ready."""
        while len(self._ready) < count:
            self._ready.append(self._start())

    def take(self) -> KernelManager:
        """A kernel of one's own, never used before."""
        kernel, client = self._ready.pop(0) if self._ready else self._start()
        client.stop_channels()
        # The notebook's client must be an asynchronous one: a blocking one waits for ever for a kernel that has died.
        kernel.client_class = "jupyter_client.asynchronous.AsyncKernelClient"
        return kernel

    def _start(self) -> tuple[KernelManager, KernelClient]:
        self._count += 1
        # A socket path of its own: kernels that share one answer each other's messages.
        kernel = KernelManager(kernel_name="python3", transport="ipc", ip=str(self._sockets / f"k{self._count}"))
        kernel.start_kernel(cwd=str(self._folder))
        client = kernel.client()
        client.start_channels(shell=True, iopub=False, stdin=False, hb=False, control=False)
        client.execute(WARM_UP, silent=True, store_history=False)  # not waited for
        return kernel, client
