"""The warehouse on BigQuery, in the verbs that both engines share; see `protocol.Warehouse`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pyarrow as pa
from google.cloud import bigquery

from nbhelpers.season import Season
from nbhelpers.sql import queries, tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import candidate
from nbhelpers.warehouse.bigquery.datasets import REPLACED, Datasets
from nbhelpers.warehouse.bigquery.fingerprints import AS_PUBLISHED, PUBLISHED, Fingerprints, as_staged
from nbhelpers.warehouse.bigquery.jobs import Account, Jobs, OwnAccount, Terms, word
from nbhelpers.warehouse.bigquery.lease import Lease
from nbhelpers.warehouse.bigquery.memory import ANSWERS, Memory
from nbhelpers.warehouse.bigquery.queries import Queries
from nbhelpers.warehouse.bigquery.scripts import Script, inlined_reads, one_script, script_of, with_values
from nbhelpers.warehouse.bigquery.staging import Notes, StagingTables, staging_table
from nbhelpers.warehouse.bigquery.transaction import BigQueryTransaction, replaced_dates, replaced_table
from nbhelpers.warehouse.bigquery.views import Views
from nbhelpers.warehouse.duckdb.warehouse import DuckDB
from nbhelpers.warehouse.partitions import Partition, Staged

if TYPE_CHECKING:
    from sqlglot import exp


MOST_READS = 40  # of tables by one statement: BigQuery bills each, and refuses what becomes too complex


class BigQuery:
    """A season's tables in BigQuery's datasets, with a staging area of its own for each run.

    Its datasets carry a prefix that keeps a rehearsal away from production.
    """

    def __init__(
        self,
        client: bigquery.Client,
        season: Season,
        area: str,
        prefix: str = "",
        terms: Terms | None = None,
        account: Account | None = None,
        project: str = "",  # whose datasets these are, where another's is billed
        memory: Path | None = None,  # a folder in which one notebook of a run leaves for the next what it has found out
    ):
        self._client, self._area = client, area
        self.jobs = Jobs(client, area, terms or Terms(), account or OwnAccount())
        self._memory = Memory(memory, area, f"{project or client.project}.{prefix}")
        self.datasets = Datasets(client, prefix, self._memory, project or client.project)
        self._notes = Notes(client, self.datasets, self._memory)
        self._views = Views(client, self.datasets, self._memory)
        self._lease = Lease(client, self.jobs, self.datasets)
        self.queries = Queries(self.datasets, season, lambda output: self.staged(output), partial(staging_table, area))
        self._fingerprints = Fingerprints(lambda text: self.jobs.read(text, {}), self.queries, self._memory)
        self._staging = StagingTables(client, self.jobs, self.datasets, self._notes, area, self._fingerprints)
        # What is asked of one part alone is its own answer.
        self.check, self.differences = self.datasets.check, self.datasets.differences
        self.hold, self.holder = self._lease.hold, self._lease.holder
        self.held_open, self.stage_rows = self._notes.held_open, self._staging.write_rows
        self.discard_staged, self.drop_staging, self.drop_ended_staging = (
            self._staging.discard, self._staging.drop, self._staging.drop_ended,
        )  # fmt: skip

    def stay_open(self) -> None:
        """There is nothing to be opened."""

    @property
    def step(self) -> int:
        """The step or gate at work, for the labels of its jobs."""
        return self.jobs.step

    @step.setter
    def step(self, number: int) -> None:
        self.jobs.step = number

    def __str__(self) -> str:
        return f"BigQuery project {self.datasets.project}, datasets {self.datasets.prefix}nba_*, location {self._client.location}"

    # reading

    def query(
        self,
        query: "str | exp.Query",
        parameters: dict[str, object] | None = None,
        layer: int | None = None,
        facts_before: date | None = None,
    ) -> pd.DataFrame:
        """The rows of a query, table names resolved to what a step of `layer` may see."""
        if facts_before is None:
            text, names = self.queries.text(query, layer)
            return _frame(self._read(query, text, queries.select_parameters(names, parameters or {}), layer))
        text, names = self.queries.text(query, layer, is_cut=True)
        known = (parameters or {}) | {candidate.FACTS_BEFORE: facts_before}
        return _frame(self.jobs.read(text, queries.select_parameters(names, known)))

    def _read(self, query: "str | exp.Query", text: str, given: dict[str, object], layer: int | None) -> pa.Table:
        """The rows of a query that comes to this text: as one statement, or as a script where it would read too many tables."""
        parts = self.queries.parts(query, layer)
        return self.jobs.read(text, given) if inlined_reads(parts) <= MOST_READS else self.jobs.read(script_of(parts, given), {})

    def query_all(
        self, texts: Sequence[str], parameters: Sequence[dict[str, object]], layer: int | None = None
    ) -> list[pd.DataFrame]:
        """The rows of several queries of the same columns, by one job for those of the same parameters."""
        found: dict[int, pa.Table] = {}
        for places in queries.alike(parameters):
            found |= zip(places, self._read_all([texts[nth] for nth in places], parameters[places[0]], layer), strict=True)
        return [_frame(found[nth]) for nth in range(len(texts))]

    def _read_all(self, queries: Sequence[str], parameters: dict[str, object], layer: int | None) -> list[pa.Table]:
        if not queries:
            return []
        rows = self.jobs.read(one_script([self.queries.parts(query, layer) for query in queries], parameters), {})
        return [rows.filter(pa.compute.equal(rows["nth"], nth)).drop_columns("nth") for nth in range(len(queries))]

    def query_once(
        self, query: str, parameters: dict[str, object] | None = None, layer: int | None = None, by_date: str = ""
    ) -> pd.DataFrame:
        """As `query`, or what was found when this run asked the same since it last published any of the tables."""
        question = self._question(query, parameters or {}, layer)
        rows = self._memory.recall_rows(*question)
        if rows is None:
            rows = self._read(query, question[0], dict(question[1]), layer)
            self._memory.keep_rows(*question, rows=rows)
        return _frame(rows)

    def query_all_once(
        self, queries: Sequence[str], parameters: dict[str, object], layer: int | None = None, by_date: str = ""
    ) -> list[pd.DataFrame]:
        """As `query_once`, of several queries of the same columns: those that are not known are asked for by one job."""
        questions = {query: self._question(query, parameters, layer) for query in queries}
        found = {query: self._memory.recall_rows(*question) for query, question in questions.items()}
        unknown = [query for query, rows in found.items() if rows is None]
        for query, rows in zip(unknown, self._read_all(unknown, parameters, layer), strict=True):
            self._memory.keep_rows(*questions[query], rows=rows)
            found[query] = rows
        return [_frame(rows) for rows in found.values()]

    def _question(self, query: str, parameters: dict[str, object], layer: int | None) -> tuple[str, list, list, list]:
        """A query's text and parameters, and what changes when its rows may: what is staged, and how often its tables were written to."""
        text, names = self.queries.text(query, layer)
        given = sorted(queries.select_parameters(names, parameters).items())
        staged = [self.staged(output) for output, _ in candidate.staged_dates(layer, self.staged)]
        written = self._memory.times_written(queries.translation(query, "bigquery").tables)
        return text, given, [made.built_at for made in staged if made], written

    def sql(self, query: str, parameters: dict[str, object], layer: int | None = None) -> str:
        """A query as it is sent, the values of its parameters written in: to be pasted into BigQuery's console."""
        return with_values(self.queries.text(query, layer)[0], parameters)

    def forget_known(self) -> None:
        """Forget what was looked up before: the next look is at the rows themselves."""
        for kind in (ANSWERS, PUBLISHED):
            self._memory.forget(kind)

    def fingerprints(self, output: Output, layer: int | None = None) -> dict[date, Partition]:
        """What each date of an output holds, as published or, where `layer` is its own, as the candidate."""
        return self.fingerprints_of([output], layer)[output]

    def fingerprints_of(self, outputs: list[Output], layer: int | None = None) -> dict[Output, dict[date, Partition]]:
        """As `fingerprints`, of many outputs in one job, those of `layer` as the candidate."""
        staged = {output: self.staged(output) if output.layer == layer else None for output in outputs}
        apart = {output: as_staged(made) for output, made in staged.items() if made and not made.is_in_place}
        found = self._fingerprints.look([*((output, AS_PUBLISHED) for output in outputs), *apart.items()])
        return {
            output: candidate.fingerprints(
                found[output, AS_PUBLISHED], staged[output], partial(found.__getitem__, (output, as_staged(staged[output])))
            )
            for output in outputs
        }

    # staging

    def staged(self, output: Output) -> Staged | None:
        """What a build left in this staging area for an output, or None."""
        return self._staging.staged(output)

    def stage(self, output: Output, query: "str | exp.Query", parameters: dict[str, object], staged: Staged) -> tuple[int, int]:
        """Compute an output and leave it in staging, whole or not at all; returns how many rows on how many dates."""
        script = Script(parameters)
        return self._staging.write_query(output, script, script.prepare(self.queries.parts(query, output.layer)), staged)

    # publishing

    @contextmanager
    def writing(self, by_partition: bool = False) -> Iterator[BigQueryTransaction]:
        """One transaction on the published tables: what the block asks for is done when it ends, all of it or nothing.

        `by_partition` changes nothing here: only the embedded warehouse keeps what is known beside its file.
        """
        self.create()
        transaction = self.transaction()
        try:
            yield transaction
            transaction.commit()
        finally:
            transaction.close()

    def transaction(self) -> BigQueryTransaction:
        """A script in the making."""
        parts = (self.jobs, self.datasets, self.queries, self._staging, self._notes, self._lease)
        return BigQueryTransaction(*parts, self._area, self._fingerprints, self._memory)

    def replaced(self, receipt_id: str) -> str:
        """The first part of the names of the tables in which what a publishing replaced is kept."""
        return f"{REPLACED}.{word(receipt_id)}"

    def replaced_dates(self, output: Output, receipt_id: str) -> list[date]:
        """The dates of an output that a publishing replaced."""
        return replaced_dates(self._notes, output, self.replaced(receipt_id))

    def drop_replaced(self, before: datetime) -> None:
        """Forget what publishings before a UTC time replaced."""
        self.datasets.drop_older(REPLACED, before)

    def kept(self, output: Output, kept_in: str) -> tuple[list[date], pd.DataFrame, pd.DataFrame]:
        """The dates that a publishing replaced, their rows before it and their rows now."""
        dates = replaced_dates(self._notes, output, kept_in)
        if not dates:
            return [], pd.DataFrame(), pd.DataFrame()
        columns, where, quoted = ", ".join(output.table.column_names), candidate.partitions(output, dates), self.datasets.quoted
        before = f"SELECT {columns} FROM {quoted(replaced_table(output, kept_in))}"
        present = f"SELECT {columns} FROM {quoted(output.table.name)} WHERE {where}"
        return dates, _frame(self.jobs.read(before, {})), _frame(self.jobs.read(present, {}))

    # the whole of it

    def create(self) -> None:
        """Make the datasets, tables and views that are missing; publishing would."""
        self.datasets.create()
        self._views.create()

    def copy_to(self, path: Path) -> None:
        """Copy the season into an embedded warehouse, for drills."""
        copied = DuckDB(path, path.with_suffix(".staging"))
        with copied.writing() as transaction:
            for table in tables.schema().values():
                transaction.insert_arrow(table.name, _naive(self.jobs.read(self.queries.published(table), {})))


def _frame(rows: pa.Table) -> pd.DataFrame:
    """Rows as the embedded warehouse gives them, so that whatever reads them need not know which it was."""
    with duckdb.connect() as connection:
        return connection.from_arrow(_naive(rows)).df()


def _naive(rows: pa.Table) -> pa.Table:
    """Rows with their times as the embedded warehouse has them: UTC, without a zone."""
    fields = [pa.field(f.name, pa.timestamp("us")) if pa.types.is_timestamp(f.type) else f.with_nullable(True) for f in rows.schema]
    return rows.cast(pa.schema(fields))
