"""The parent of a run's kernels: a process that imports everything once and forks a kernel whenever the run asks for one.

It is started bare (nbhelpers.isolation), so that no kernel sees anything of the user's Python, IPython or Jupyter but what
this file gives it. It obeys lines of JSON on a socket; when the run closes that, or dies, the kernels end and it with them.
"""

import gc
import importlib
import importlib.util
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

IMPORTED = ("nbhelpers.build", "nbhelpers.charts", "nbhelpers.gates.checklist", "nbhelpers.notebook", "nbhelpers.survey")


def main(socket_number: int, *modules: str) -> None:
    """Import, tell which package that was, then fork kernels and tell how they ended as asked until nobody asks any more."""
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # nobody steps through a run; it takes half a second
    for module in (*IMPORTED, *modules):
        importlib.import_module(module)
    from nbhelpers.runs.bare_kernel import read_catalogue, run_kernel
    from nbhelpers.runs.provenance import loaded_package

    read_catalogue()
    gc.freeze()  # what is imported is not looked at again, and so not copied, in every kernel
    kernels: dict[int, int | None] = {}  # exit codes by process; None while it lives
    run = socket.socket(fileno=socket_number)
    with run.makefile("rw", encoding="utf-8") as lines:
        _tell(lines, loaded_package())
        for line in lines:
            request = json.loads(line)
            if "fork" not in request:
                _tell(lines, {"code": _exit_code(kernels, **request)})
                continue
            pid = os.fork()
            if not pid:
                run.detach()
                os.close(socket_number)
                _serve(run_kernel, request["fork"])
            kernels[pid] = None
            _tell(lines, {"pid": pid})
    for pid, code in kernels.items():
        if code is None:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
    os._exit(0)  # there is nothing to clear away


def _serve(run_kernel: Callable[..., None], request: dict) -> NoReturn:
    """Be a kernel to the end, and never come back to what the parent was doing."""
    try:
        run_kernel(**request)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _exit_code(kernels: dict[int, int | None], poll: int = 0, wait: int = 0) -> int | None:
    """How the kernel `poll` ended, None while it lives; or how the kernel `wait` did, once it has."""
    pid = poll or wait
    if kernels[pid] is None:
        ended, status = os.waitpid(pid, os.WNOHANG if poll else 0)
        kernels[pid] = os.waitstatus_to_exitcode(status) if ended else None
    return kernels[pid]


def _tell(lines, answer: dict) -> None:
    lines.write(json.dumps(answer) + "\n")
    lines.flush()


def _add_packages() -> None:
    """Do what nbhelpers.isolation does, which cannot be imported before."""
    path = Path(__file__).resolve().parents[1] / "isolation.py"
    spec = importlib.util.spec_from_file_location("isolation", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    isolation = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(isolation)
    isolation.add_packages()


if __name__ == "__main__":
    _add_packages()
    main(int(sys.argv[1]), *sys.argv[2:])
