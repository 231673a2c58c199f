"""A kernel that reads no configuration, runs no start-up file and looks for no code in the folder it works in."""

import os
import signal
from contextlib import closing

import duckdb
import pyarrow as pa
from ipykernel.kernelapp import IPKernelApp
from IPython import InteractiveShell

from nbhelpers.sql import tables


class BareKernel(IPKernelApp):
    """A kernel that is only what it is told to be."""

    def load_config_file(self, *_, **__) -> None:
        """Read none: neither the user's nor the machine's."""

    def init_code(self) -> None:
        """Run nothing before the first cell: no start-up files, no extensions, no PYTHONSTARTUP."""


def read_catalogue() -> None:
    """Read what every kernel has to know of the tables, before there is any."""
    tables.schema()
    for output in tables.outputs():
        if output.path:
            tables.parts_read(output)


def get_ready() -> None:
    """Do once what a process is slow to do the first time, while its notebook is not there yet: a cell, a query, rows kept and read."""
    InteractiveShell.instance().run_cell("None", silent=True)
    with closing(duckdb.connect()) as connection:
        rows = connection.execute("SELECT 'BOS' AS text, 1 AS number, 1.5 AS share, TRUE AS truth, DATE '2025-10-21' AS day").df()
    pa.Table.from_pandas(rows, preserve_index=False).to_pandas()


def run_kernel(connection_file: str, folder: str, environment: dict[str, str]) -> None:
    """Serve one notebook in a process that was forked for it, in a folder, with some variables of its own."""
    os.setsid()  # what it starts is stopped with it
    os.chdir(folder)
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    kernel = BareKernel.instance(connection_file=connection_file, ignore_cwd=True, parent_handle=os.getppid())
    kernel.initialize([])
    get_ready()
    kernel.start()
