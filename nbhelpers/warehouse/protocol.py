"""What a warehouse is asked, whichever engine it runs on; tests/warehouse/test_warehouse_contract.py asks it of both."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from nbhelpers.sql.tables import Output
from nbhelpers.warehouse.partitions import Partition, Staged

if TYPE_CHECKING:
    from sqlglot import exp

Place = Any  # where an engine keeps what a publishing replaced: a folder of files, or the first part of tables' names


class Transaction(Protocol):
    """What may be done to published tables while `Warehouse.writing` is open: all of it is kept, or nothing."""

    def published_fingerprints(self, output: Output) -> dict[date, Partition]:
        """What each date of an output holds as published; if it is another by the end, nothing is written."""

    def candidate_fingerprints(self, output: Output) -> dict[date, Partition]:
        """What each date of an output holds as its gate reads it; if it is another by the end, nothing is written."""

    def rely_on(self, outputs: Iterable[Output]) -> None:
        """Write nothing if one of some outputs has changed, as published, since it was last looked at."""

    def replace_partitions(self, output: Output, dates: Iterable[date], keep_in: Place) -> None:
        """Put the staged rows of `dates` in place of the published ones, which are kept in `keep_in`."""

    def restore_partitions(self, output: Output, kept_in: Place) -> list[date]:
        """Put kept partitions back; returns their dates, none where nothing was kept."""

    def insert(self, name: str, rows: list[dict]) -> None:
        """Append rows to a table of nba_processing."""

    def remove(self, name: str, key: dict[str, str]) -> None:
        """Remove the row of a table of nba_processing that has a key: column and text."""

    def void_receipts(self, run_id: str, because: str) -> None:
        """Mark a run's receipts as no longer in force."""


class Warehouse(Protocol):
    """A season's tables, published and staged. SQL comes in as BigQuery text or as a parsed query.

    Each run, and whoever works by hand, has a staging area of its own; what is published is one for all.
    """

    step: int
    """The step or gate at work; BigQuery's jobs are labelled with it."""

    # reading

    def query(
        self,
        query: "str | exp.Query",
        parameters: dict[str, object] | None = None,
        layer: int | None = None,
        facts_before: date | None = None,
    ) -> pd.DataFrame:
        """The rows of a query, table names resolved to what a step of `layer` may see.

        The tables of that layer are read as the candidate (published, with staging laid over it), all others as
        published. With `facts_before`, the game summaries are read as if no game of that date or later had happened.
        KeyError names a parameter that the query takes and nobody gave.
        """

    def query_all(
        self, texts: Sequence[str], parameters: Sequence[dict[str, object]], layer: int | None = None
    ) -> list[pd.DataFrame]:
        """The rows of several queries of the same columns, each with its parameters; BigQuery asks for those alike in one job."""

    def query_once(
        self, query: str, parameters: dict[str, object] | None = None, layer: int | None = None, by_date: str = ""
    ) -> pd.DataFrame:
        """As `query`, of what one notebook after the other asks: known for as long as the season's rows that it reads are the same.

        Where it reads other tables than outputs, until somebody touches the file; on BigQuery until this run publishes.
        With `by_date`, a column of dates, the caller promises that the rows of a date depend on nothing of a later one: those
        of the dates before the first change are known still. They come in any order. (A game's id tells its date; a row in which
        the two differ is none that was loaded, and gate 19 refuses it.)
        """

    def query_all_once(
        self, queries: Sequence[str], parameters: dict[str, object], layer: int | None = None, by_date: str = ""
    ) -> list[pd.DataFrame]:
        """As `query_once`, of several queries of the same columns; BigQuery asks for those that are not known in one job."""

    def sql(self, query: str, parameters: dict[str, object], layer: int | None = None) -> str:
        """A query as this engine takes it, the values of its parameters written in: to be pasted into its console."""

    def fingerprints(self, output: Output, layer: int | None = None) -> dict[date, Partition]:
        """What each date of an output holds: {date: Partition}. Dates without rows are left out.

        As published, or as the candidate where `layer` is the output's own.
        """

    def fingerprints_of(self, outputs: list[Output], layer: int | None = None) -> dict[Output, dict[date, Partition]]:
        """As `fingerprints`, of many outputs at once, those of `layer` as the candidate."""

    def held_open(self) -> AbstractContextManager[None]:
        """For the length of a block, look up once what several of its queries need: the open file, what is staged."""

    def stay_open(self) -> None:
        """Keep open what is opened to be read, until something is written: for who lets nobody else write meanwhile."""

    # staging

    def staged(self, output: Output) -> Staged | None:
        """What a build left in this staging area for an output, or None."""

    def forget_known(self) -> None:
        """Forget all that was looked up before: the next look is at the rows themselves."""

    def stage(self, output: Output, query: "str | exp.Query", parameters: dict[str, object], staged: Staged) -> tuple[int, int]:
        """Compute an output and leave it in staging, whole or not at all; returns how many rows on how many dates.

        Broken where its columns or types are not schema.sql's, or one is NULL that never is.
        """

    def stage_rows(self, output: Output, rows: list[dict], staged: Staged) -> tuple[int, int]:
        """Leave rows made in Python in staging; returns how many rows on how many dates."""

    def discard_staged(self, output: Output) -> None:
        """Forget what was staged for an output."""

    def drop_staging(self) -> None:
        """Forget all that was staged in this area."""

    def drop_ended_staging(self) -> None:
        """Forget what runs that never ended had staged; what was staged by hand is kept."""

    # publishing

    def hold(self, run_id: str) -> AbstractContextManager[None]:
        """The writer's lock, held for the length of a block; Locked names who holds it already."""

    def holder(self) -> dict:
        """Who holds the writer's lock, or held it last: run_id, pid, since; empty where nobody does."""

    def writing(self, by_partition: bool = False) -> AbstractContextManager[Transaction]:
        """One transaction on the published tables, committed when the block ends and undone when it fails.

        `by_partition` promises that outputs change by `replace_partitions` and `restore_partitions` alone, so that
        what is known of all other partitions is known still.
        """

    def replaced(self, receipt_id: str) -> Place:
        """Where the partitions that a publishing replaced are kept."""

    def replaced_dates(self, output: Output, receipt_id: str) -> list[date]:
        """The dates of an output that a publishing replaced."""

    def drop_replaced(self, before: datetime) -> None:
        """Forget what publishings before a UTC time replaced: it cannot be put back any more."""

    def kept(self, output: Output, kept_in: Place) -> tuple[list[date], pd.DataFrame, pd.DataFrame]:
        """The dates that a publishing replaced, their rows before it and their rows now."""

    # the whole of it

    def check(self) -> None:
        """Raise BadInput, before anything is written, where this cannot be a warehouse of ours."""

    def differences(self) -> pd.DataFrame:
        """How tables that are there differ from schema.sql: table, column, declared, there ('' where it is missing)."""

    def create(self) -> None:
        """Make the tables that are missing now, and the views of audited rows beside them; publishing would."""

    def copy_to(self, path: Path) -> None:
        """Copy the published tables into an embedded warehouse, for drills."""
