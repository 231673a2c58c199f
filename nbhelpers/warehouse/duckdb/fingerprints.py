"""What each date of an output holds in a DuckDB file, or in a staged one, looked up once for as long as nobody touches it."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import astuple
from datetime import date
from pathlib import Path

import duckdb

from nbhelpers.season import Season
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import candidate
from nbhelpers.warehouse.duckdb import file_cache
from nbhelpers.warehouse.partitions import PROVENANCE, Partition

Reading = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]  # opens the warehouse for the length of a block


class Fingerprints:
    """The fingerprints of what is published in a DuckDB file, kept in a folder beside it, and of what is staged.

    With a season, those of its dates alone.
    """

    def __init__(self, warehouse: Path, season: Season | None = None):
        self._warehouse, self._season = warehouse, season
        self._files = file_cache.warehouse_files(warehouse)
        self._read: dict[tuple[Output, Path | None], tuple[list, dict[date, Partition]]] = {}  # what this process knows already

    def look(
        self, connection: duckdb.DuckDBPyConnection, output: Output, staged: Path | None = None, dates: list[date] | None = None
    ) -> dict[date, Partition]:
        """What each date of an output, or each of `dates`, holds, as published or in a staged file."""
        where = candidate.mine(output) if dates is None else candidate.partitions(output, dates)
        if staged:
            found = connection.execute(_text(output, "read_parquet($file)", where), {"file": str(staged)})
        else:
            found = connection.execute(_text(output, output.table.name, f"{where}{self._of_season(output)}"))
        return {day: Partition(rows, fingerprint) for day, rows, fingerprint in found.fetchall()}

    def known(self, reading: Reading, output: Output, staged: Path | None = None) -> dict[date, Partition]:
        """The same, from before if nobody has touched the file since; it is opened only where it has to be looked at."""
        if not (staged or self._warehouse.exists()):
            return {}
        files = [staged] if staged else self._files
        states, (read, partitions) = file_cache.states(files), self._read.get((output, staged), (None, {}))
        if read != states:
            partitions = self._remembered(reading, output, staged, files)
            self._read[output, staged] = states, partitions
        return dict(partitions)

    def _remembered(self, reading: Reading, output: Output, staged: Path | None, files: list[Path]) -> dict[date, Partition]:
        def look(days: list[str] | None) -> dict[str, tuple]:
            dates = None if days is None else list(map(date.fromisoformat, days))
            with reading() as connection:
                return {str(day): astuple(content) for day, content in self.look(connection, output, staged, dates).items()}

        found = file_cache.remembered(
            kept_beside(staged) if staged else self._kept_for(output),
            files,
            _question(output) if staged else f"{_question(output)}{self._of_season(output)}",
            look,
        )
        return {date.fromisoformat(day): Partition(*content) for day, content in found.items()}

    def states(self) -> list:
        """What changes whenever somebody writes to the warehouse."""
        return file_cache.states(self._files)

    def carry(
        self, outputs: Iterable[Output], before: list, changed: dict[Output, set[date]], taken_from: dict[Output, set[Path]]
    ) -> None:
        """Know still, after a change of some partitions, what was known `before` it of all others, and of the file they were taken from."""
        after = self.states()
        for output in outputs:
            files, of_season = taken_from.get(output, set()), self._of_season(output)
            found = file_cache.found_of(kept_beside(next(iter(files))), files) if len(files) == 1 else {}
            replaced_by = {f"{question}{of_season}": parts for question, parts in found.items()}
            file_cache.carry(self._kept_for(output), before, after, set(map(str, changed.get(output, ()))), replaced_by)

    def _kept_for(self, output: Output) -> Path:
        folder = file_cache.folder_beside(self._warehouse)
        return kept_beside((folder / self._season.name if self._season else folder) / output.name.replace("/", "."))

    def _of_season(self, output: Output) -> str:
        if not self._season:
            return ""
        return f" AND {output.table.date} BETWEEN DATE '{self._season.opening_night}' AND DATE '{self._season.last_day}'"


def _question(output: Output) -> str:
    """What is asked of all dates of an output, in whichever rows."""
    return f"{duckdb.__version__}{_text(output, 'rows', candidate.mine(output))}"


def _text(output: Output, rows: str, where: str) -> str:
    """The query that tells what each date of some of an output's rows holds."""
    # -0.0 and 0.0 are one number but two texts; adding 0.0 makes them one.
    columns = [
        f"{c.name} := {c.name}{' + 0.0::DOUBLE' if c.type == 'FLOAT64' else ''}" for c in output.table.columns if c.name not in PROVENANCE
    ]
    return f"""
        SELECT day, COUNT(*), md5(string_agg(line, '' ORDER BY line))
        FROM (SELECT {output.table.date} AS day, md5(to_json(struct_pack({', '.join(columns)}))::VARCHAR) AS line
              FROM {rows} WHERE {where})
        GROUP BY day"""


def kept_beside(path: Path) -> Path:
    """Where the fingerprints of a file are kept."""
    return path.with_name(f"{path.name}.json")
