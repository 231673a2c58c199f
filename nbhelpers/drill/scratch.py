"""A scratch copy of a season, for drills: nothing done in it reaches the season it was copied from."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from nbhelpers.session import Session
from nbhelpers.warehouse import DuckDB, WarehouseFile


class ScratchFile(WarehouseFile):
    """A file that is the drill's alone: it stays open between its queries."""

    def __init__(self, path: Path):
        super().__init__(path, lambda kind, seconds: None)
        self.stay_open()

    def _connect(self, read_only: bool) -> duckdb.DuckDBPyConnection:
        connection = super()._connect(read_only)
        connection.execute("SET threads = 1")
        return connection


class Scratch(DuckDB):
    """A warehouse that a drill may do anything to, and put back."""

    def __init__(self, folder: Path, published: Path):
        file = ScratchFile(folder / "season.duckdb")
        super().__init__(file.path, folder / "staging", file=file)
        self._published, self._as_built = published, folder / "as_built"
        self.close = file.close
        self.restore()

    def restore(self) -> None:
        """Put the published tables back as they were copied."""
        self.close()
        shutil.copyfile(self._published, self.path)

    def clear_staging(self) -> None:
        """Leave nothing staged."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def keep_staging(self, layer: int) -> None:
        """Keep what is staged, as a layer that was built, for `stage_kept`."""
        shutil.copytree(self.staging, self._as_built / str(layer))

    def stage_kept(self, layer: int) -> bool:
        """Stage what was kept of a layer; False if nothing was."""
        kept = self._as_built / str(layer)
        self.clear_staging()
        if kept.is_dir():
            shutil.copytree(kept, self.staging)
        return kept.is_dir()


@contextmanager
def copied(session: Session) -> Iterator[Session]:
    """A session on a scratch copy of the published season, for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="drill") as folder:
        published = Path(folder) / "published.duckdb"
        with session.writer_lock():  # nobody publishes while the file is copied
            session.warehouse.copy_to(published)
        scratch = Scratch(Path(folder), published)
        settings = replace(session.settings, warehouse=scratch.path, runs=Path(folder) / "runs")
        try:
            yield Session(session.window, settings, scratch, "drill")
        finally:
            scratch.close()
