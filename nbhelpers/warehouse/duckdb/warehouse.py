"""The embedded warehouse, in the verbs that both engines share; see `protocol.Warehouse`."""

import shutil
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

import duckdb
import pandas as pd
import pyarrow as pa

from nbhelpers.errors import BadInput, Broken
from nbhelpers.season import Season
from nbhelpers.sql import queries, tables, views
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import candidate
from nbhelpers.warehouse.arrow import arrow_schema, arrow_table
from nbhelpers.warehouse.duckdb import file_cache, found_in, shared_views, translation, writer_lock
from nbhelpers.warehouse.duckdb.answers import Answers
from nbhelpers.warehouse.duckdb.file import Meter, WarehouseFile
from nbhelpers.warehouse.duckdb.fingerprints import Fingerprints
from nbhelpers.warehouse.duckdb.staging import StagingFolder, file_name, replaced_dates
from nbhelpers.warehouse.duckdb.transaction import DuckDBTransaction
from nbhelpers.warehouse.partitions import Partition, Staged

if TYPE_CHECKING:
    from sqlglot import exp

AT_ONCE = 2  # queries of a gate; each more takes its share of the memory


class DuckDB:
    """The tables in one DuckDB file, with a staging area of its own for each run.

    Every method opens the file, works and closes it again, unless it is to `stay_open`. Partitions are looked up of one
    season alone, so that what else the file holds costs nothing; without a season, of all.
    """

    def __init__(
        self,
        path: Path,
        staging: Path,
        meter: Meter = lambda kind, seconds: None,
        file: WarehouseFile | None = None,
        season: Season | None = None,
    ):
        self.path, self.staging = path, staging
        self.step, self._season = 0, season
        self._file, self._staging = file or WarehouseFile(path, meter), StagingFolder(staging)
        self._contents, self._answers = Fingerprints(path, season), Answers(path)
        # What is asked of one part alone is its own answer.
        self.staged, self.discard_staged = self._staging.staged, self._staging.discard
        self.drop_staging, self.drop_ended_staging = self._staging.drop, self._staging.drop_ended
        self.held_open, self.stay_open, self.check = self._file.held_open, self._file.stay_open, self._file.check

    def __str__(self) -> str:
        return str(self.path)

    @classmethod
    def at(cls, path: Path, area: str, meter: Meter = lambda kind, seconds: None, season: Season | None = None) -> Self:
        """The warehouse in a file, with the staging area of a run beside it."""
        return cls(path, path.with_name(f"{path.name}.staging") / area, meter, season=season)

    # reading

    def query(
        self,
        query: "str | exp.Query",
        parameters: dict[str, object] | None = None,
        layer: int | None = None,
        facts_before: date | None = None,
    ) -> pd.DataFrame:
        """The rows of a query, table names resolved to what a step of `layer` may see."""
        with self._file.reading() as connection:
            return _rows(connection, *self._asked(query, parameters or {}, layer, facts_before))

    def query_all(
        self, texts: Sequence[str], parameters: Sequence[dict[str, object]], layer: int | None = None
    ) -> list[pd.DataFrame]:
        """The rows of several queries of the same columns, two at a time; views that many of them read are worked out once."""
        if not texts:
            return []
        asked = dict[int, Future[pd.DataFrame]]()
        groups = [(places, views.shared(texts[nth] for nth in places)) for places in queries.alike(parameters)]
        with self.held_open(), self._file.reading() as connection, ThreadPoolExecutor(AT_ONCE) as pool, ExitStack() as made:

            def ask(nth: int, tables_of: Mapping[str, str]) -> None:
                text = views.reading(texts[nth], tables_of)
                asked[nth] = pool.submit(_rows, connection, *self._asked(text, parameters[nth], layer))

            alone = [nth for places, shared in groups for nth in places if not views.named(texts[nth]).intersection(shared)]
            for nth in sorted(alone, key=lambda nth: -len(texts[nth])):  # the longest first, while views are made for the others
                ask(nth, {})
            for places, shared in groups:
                prepared = partial(self._asked, parameters=parameters[places[0]], layer=layer, season=self._season)
                of_group = made.enter_context(shared_views.made_once(connection, shared, prepared))
                for nth in places:
                    if nth not in asked:
                        ask(nth, of_group)
            return [asked[nth].result() for nth in range(len(texts))]

    def query_once(
        self, query: str, parameters: dict[str, object] | None = None, layer: int | None = None, by_date: str = ""
    ) -> pd.DataFrame:
        """As `query`, or what was found when the same was asked of the same rows."""
        of_query, staged = queries.translation(query, "duckdb"), candidate.staged_dates(layer, self.staged)
        outputs, given = found_in.outputs_read(of_query), parameters or {}  # without outputs, every change of a file counts
        days = found_in.whole_window(given) if by_date and outputs and self.path.exists() else []

        def known(without: Collection[str] = ()) -> list:
            return [(name, value) for name, value in sorted(given.items()) if name in of_query.parameters and name not in without]

        def place() -> list | None:
            if not self.path.exists():
                return None
            if outputs:
                return [known(), found_in.contents(of_query, self.fingerprints_of(outputs, layer), self.query_once)]
            return [known(), self._contents.states(), file_cache.states(self._staging.path(output) for output, _ in staged)]

        def up_to() -> dict[date, str]:
            found = self.fingerprints_of(outputs, layer)
            return found_in.contents_up_to(days, of_query, known(without=found_in.WINDOW), found, self.query_once)

        def ask(of: Sequence[date] = ()) -> pd.DataFrame:
            asked_of = {"start_date": of[0], "dates": list(of)} if of else {}
            with self._file.reading() as connection:
                return _rows(connection, *self._asked(query, given | asked_of, layer, season=self._season if outputs else None))

        question = of_query.text, self._season and self._season.name, by_date
        with self.held_open():  # once it is open, nobody can write to it
            return self._answers.known_of_dates(question, by_date, up_to, ask) if days else self._answers.known(question, place, ask)

    def query_all_once(
        self, queries: Sequence[str], parameters: dict[str, object], layer: int | None = None, by_date: str = ""
    ) -> list[pd.DataFrame]:
        """As `query_once`, of several queries of the same columns."""
        return [self.query_once(query, parameters, layer, by_date=by_date) for query in queries]

    def sql(self, query: str, parameters: dict[str, object], layer: int | None = None) -> str:
        """A query as DuckDB takes it, the values of its parameters written in: to be pasted into its shell."""
        staged = candidate.staged_dates(layer, self.staged)
        return translation.with_values(translation.translated(query, staged, is_cut=False)[0], parameters | self._files_of(staged))

    def forget_known(self) -> None:
        """Forget all that was looked up before: the next look is at the rows themselves."""
        shutil.rmtree(file_cache.folder_beside(self.path), ignore_errors=True)

    def fingerprints(self, output: Output, layer: int | None = None) -> dict[date, Partition]:
        """What each date of an output holds, as published or, where `layer` is its own, as the candidate."""
        reading, staged = self._file.reading, self.staged(output) if output.layer == layer else None
        published = self._contents.known(reading, output)
        return candidate.fingerprints(published, staged, lambda: self._contents.known(reading, output, self._staging.path(output)))

    def fingerprints_of(self, outputs: list[Output], layer: int | None = None) -> dict[Output, dict[date, Partition]]:
        """As `fingerprints`, of many outputs at once, those of `layer` as the candidate."""
        with self.held_open():
            return {output: self.fingerprints(output, layer if output.layer == layer else None) for output in outputs}

    def _asked(self, query, parameters, layer, facts_before=None, season: Season | None = None) -> tuple[str, dict[str, object]]:
        """A query's text and the parameters it takes; with a season, of its dates alone."""
        staged = candidate.staged_dates(layer, self.staged)
        text, names = translation.translated(query, staged, facts_before is not None, season)
        given = parameters | self._files_of(staged) | {candidate.FACTS_BEFORE: facts_before}
        return text, queries.select_parameters(names, given)

    def _files_of(self, staged: candidate.StagedDates) -> dict[str, str]:
        """The parameters that stand for the files that outputs are staged in."""
        return {translation.file_of(output): str(self._staging.path(output)) for output, _ in staged}

    # staging

    def stage(self, output: Output, query: "str | exp.Query", parameters: dict[str, object], staged: Staged) -> tuple[int, int]:
        """Compute an output and leave it in staging, whole or not at all; returns how many rows on how many dates."""
        with self._file.reading() as connection:
            text, given = self._asked(query, parameters, output.layer)
            rows = _typed(_arrow(connection.execute(text, given)), output)
        days = pa.array([date.fromisoformat(day) for day in staged.dates], pa.date32())
        return self._staging.write(output, rows.filter(pa.compute.is_in(rows[output.table.date], value_set=days)), staged)

    def stage_rows(self, output: Output, rows: list[dict], staged: Staged) -> tuple[int, int]:
        """Leave rows made in Python in staging; returns how many rows on how many dates."""
        return self._staging.write(output, arrow_table(output.table, rows), staged)

    # publishing

    def hold(self, run_id: str) -> AbstractContextManager[None]:
        """The writer's lock, held for the length of a block; Locked names who holds it already."""
        return writer_lock.hold(self.path, run_id)

    def holder(self) -> dict:
        """Who holds the writer's lock, or held it last: run_id, pid, since."""
        return writer_lock.holder(self.path)

    @contextmanager
    def writing(self, by_partition: bool = False) -> Iterator[DuckDBTransaction]:
        """One transaction on the published tables, committed when the block ends and undone when it fails."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            what = f"warehouse {self.path} cannot be made: {problem.strerror}."
            raise BadInput(what, then="choose a path you can write to.") from None
        missing = self._file.missing_tables()
        with self._file.writing() as connection:
            before, transaction = self._contents.states(), DuckDBTransaction(connection, self._staging, self._contents)
            connection.execute("BEGIN")
            try:
                self._file.create(connection, missing)
                self._file.create_views(connection)
                yield transaction
            except BaseException:
                with suppress(duckdb.Error):
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            if by_partition:  # what was known of partitions that it left alone is true of the file that it made
                with suppress(duckdb.Error):  # what is committed is kept without it too
                    connection.execute("CHECKPOINT")  # so that closing the file does not change it again
                    known = before, transaction.changed, transaction.taken_from
                    self._contents.carry(tables.outputs(), *known)  # while nobody else can write
                    self._file.carry(before, missing)

    def replaced(self, receipt_id: str) -> Path:
        """The folder in which the partitions that a publishing replaced are kept, one Parquet file an output."""
        return self._replaced / receipt_id.replace("/", "_")

    def replaced_dates(self, output: Output, receipt_id: str) -> list[date]:
        """The dates of an output that a publishing replaced."""
        return replaced_dates(self.replaced(receipt_id) / file_name(output))

    def drop_replaced(self, before: datetime) -> None:
        """Forget what publishings before a UTC time replaced."""
        for folder in self._replaced.glob("*/"):
            if datetime.fromtimestamp(folder.stat().st_mtime, UTC) < before:
                shutil.rmtree(folder)

    @property
    def _replaced(self) -> Path:
        return self.path.with_name(f"{self.path.name}.replaced")

    def kept(self, output: Output, kept_in: Path) -> tuple[list[date], pd.DataFrame, pd.DataFrame]:
        """The dates that a publishing replaced, their rows before it and their rows now."""
        path = kept_in / file_name(output)
        dates = replaced_dates(path)
        if not dates:
            return [], pd.DataFrame(), pd.DataFrame()
        with self._file.reading() as connection:
            before = connection.sql("SELECT * FROM read_parquet($path)", params={"path": str(path)}).df()
            present = f"SELECT * FROM {output.table.name} WHERE {candidate.partitions(output, dates)}"
            return dates, before, connection.sql(present).df()

    # the whole of it

    def differences(self) -> pd.DataFrame:
        """How tables that are there differ from schema.sql: in nothing, since `check` refuses a file where they do."""
        return pd.DataFrame(columns=["table", "column", "declared", "there"])

    def create(self) -> None:
        """Make the file and its tables now; publishing would."""
        with self.writing():
            pass

    def copy_to(self, path: Path) -> None:
        """Copy the published tables into another file, for drills."""
        shutil.copyfile(self.path, path)


def _rows(connection: duckdb.DuckDBPyConnection, text: str, parameters: dict[str, object]) -> pd.DataFrame:
    """The rows of a query by a cursor of its own: to plan one keeps a single core busy, however many there are."""
    with connection.cursor() as cursor:
        return cursor.execute(text, parameters).df()


def _arrow(answer: duckdb.DuckDBPyConnection) -> pa.Table:
    """What was asked last, as Arrow.

    DuckDB warns of this and would have us ask by `sql`, which saves a copy of the rows, and parses and binds a query twice: that can
    take longer than to run it.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Arrow output on a DB-API result")
        return answer.to_arrow_table()


def _typed(rows: pa.Table, output: Output) -> pa.Table:
    """A query's rows in the table's order of columns and of keys; a wrong name or type is a broken query."""
    declared = {field.name: field.type for field in arrow_schema(output.table)}
    if set(rows.column_names) != declared.keys():
        raise Broken(f"{output.path}: columns differ from schema.sql: {sorted(set(rows.column_names) ^ declared.keys())}.")
    for name, kind in declared.items():
        found = rows.schema.field(name).type
        if found not in ((kind, *_OF_INTEGERS) if kind == pa.int64() else (kind,)):
            raise Broken(f"{output.path}: {name} is {found}, and schema.sql says {kind}.")
    return rows.select(list(declared)).cast(pa.schema(declared.items())).sort_by([(name, "ascending") for name in output.table.key])


# DuckDB sums integers to HUGEINT, which is told as a decimal, counts small literals as INTEGER and gives a bare NULL no type.
_OF_INTEGERS = (pa.decimal128(38, 0), pa.int32(), pa.null())
