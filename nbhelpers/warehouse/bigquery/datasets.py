"""BigQuery's datasets and tables: what they are called, which are there and of which shape; made where they are missing."""

from contextlib import suppress
from functools import cached_property

import pandas as pd
from google.api_core import exceptions as api
from google.cloud import bigquery

from nbhelpers.errors import BadInput
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Table
from nbhelpers.warehouse.bigquery.errors import explaining
from nbhelpers.warehouse.bigquery.jobs import RETRY, column_type, schema_fields

STAGING, REPLACED = "backfill_staging", "backfill_replaced"  # datasets of the runbook's own
MOST_CLUSTERING_COLUMNS = 4  # BigQuery's own limit
OURS = "nba_processing."  # tables that only the runbook writes and reads, small enough to be read whole


class Datasets:
    """The datasets of schema.sql and the runbook's own two, behind a prefix; nothing else is ever written to."""

    def __init__(self, client: bigquery.Client, prefix: str):
        self._client, self.prefix = client, prefix
        self._are_there = False

    def names(self) -> list[str]:
        """Every dataset, with its project and prefix."""
        names = dict.fromkeys(name.partition(".")[0] for name in tables.schema())
        return [f"{self._client.project}.{self.prefix}{name}" for name in (*names, STAGING, REPLACED)]

    def full(self, name: str) -> str:
        """A table's name with its project and prefix."""
        return f"{self._client.project}.{self.prefix}{name}"

    def quoted(self, name: str) -> str:
        """The same as SQL says it."""
        return f"`{self.full(name)}`"

    def check(self) -> None:
        """Refuse datasets elsewhere than said. Tables of another shape are read as far as they go: see `differences`."""
        for dataset in self.names():
            with suppress(api.NotFound), explaining(f"looking at dataset {dataset}", api.NotFound):
                there = self._client.get_dataset(dataset, retry=RETRY)
                if there.location and there.location.upper() != self._client.location.upper():
                    raise BadInput(
                        f"dataset {dataset} is in {there.location}, not in {self._client.location}.",
                        "a query reads and writes datasets of one location only",
                        f"say --location {there.location}, or use another --dataset-prefix.",
                    )

    def differences(self) -> pd.DataFrame:
        """How tables that are there differ from schema.sql: table, column, declared, there ('' where it is missing)."""
        rows = [(name, *unlike) for name in tables.schema() for unlike in self._unlike(name)]
        return pd.DataFrame(rows, columns=["table", "column", "declared", "there"])

    def _unlike(self, name: str) -> list[tuple[str, str, str]]:
        there = self.columns.get(name)
        declared = tables.schema()[name].columns if there is not None else ()
        return [(column.name, column.type, there.get(column.name, "")) for column in declared if there.get(column.name) != column.type]

    def create(self) -> None:
        """Make the datasets and tables that are missing; publishing would."""
        self.ensure()
        for name in tables.schema().keys() - self.columns.keys():
            self._create_table(tables.schema()[name])

    def require_shape(self, name: str) -> None:
        """Refuse to write to a table that lacks a column of ours, or has it of another type; more columns do no harm."""
        unlike = [column for column, _, _ in self._unlike(name)]
        if unlike:
            raise BadInput(
                f"{name} lacks or differs in {', '.join(unlike)}.",
                "writing into a table of another shape would lose or mangle what is in it",
                "use a --dataset-prefix of your own, have the step done by the owner's command (--commands), "
                "or bring the table to the columns of nbhelpers/sql/schema.sql.",
            )

    def ensure(self) -> None:
        """Make the datasets that are missing."""
        if self._are_there:
            return
        for name in self.names():
            dataset = bigquery.Dataset(name)
            dataset.location = self._client.location
            with explaining(f"making dataset {name}"):
                self._client.create_dataset(dataset, exists_ok=True, retry=RETRY)
        self._are_there = True

    def drop(self, name: str) -> None:
        """Drop a table of the runbook's own, if it is there."""
        with explaining(f"dropping {name}"):
            self._client.delete_table(self.full(name), not_found_ok=True, retry=RETRY)

    def _create_table(self, table: Table) -> None:
        made = bigquery.Table(self.full(table.name), schema=schema_fields(table))
        made.description = table.about
        made.clustering_fields = [name for name in table.key if name != table.date][:MOST_CLUSTERING_COLUMNS] or None
        if table.date:
            # No expiration: a partition older than it would vanish the moment it is backfilled.
            made.time_partitioning = bigquery.TimePartitioning(field=table.date)
            made.require_partition_filter = not table.name.startswith(OURS)
        with explaining(f"making table {table.name}"):
            self._client.create_table(made, exists_ok=True, retry=RETRY)
        self.columns[table.name] = {column.name: column.type for column in table.columns}

    @cached_property
    def columns(self) -> dict[str, dict[str, str]]:
        """The columns of the tables of ours that exist: {table: {column: type}}."""
        found = {}
        for name in tables.schema():
            with suppress(api.NotFound), explaining(f"looking at table {name}", api.NotFound):
                schema = self._client.get_table(self.full(name), retry=RETRY).schema
                found[name] = {column.name: column_type(column) for column in schema}
        return found
