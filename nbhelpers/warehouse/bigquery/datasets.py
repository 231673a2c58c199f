"""BigQuery's datasets and tables: what they are called, which are there and of which shape; made where they are missing."""

from contextlib import suppress
from datetime import datetime
from weakref import WeakKeyDictionary

import pandas as pd
from google.api_core import exceptions as api
from google.cloud import bigquery
from google.cloud.bigquery.table import PrimaryKey, TableConstraints

from nbhelpers.errors import BadInput
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Table
from nbhelpers.warehouse.bigquery.errors import explaining
from nbhelpers.warehouse.bigquery.jobs import RETRY, schema_fields
from nbhelpers.warehouse.bigquery.memory import Memory
from nbhelpers.warehouse.bigquery.shapes import Shape

STAGING, REPLACED = "backfill_staging", "backfill_replaced"  # datasets of the runbook's own
MOST_CLUSTERING_COLUMNS = 4  # BigQuery's own limit
_FOUND: WeakKeyDictionary[bigquery.Client, set[str]] = WeakKeyDictionary()  # datasets do not go while a process works with them
OURS = "nba_processing."  # tables that only the runbook writes and reads, small enough to be read whole


class Datasets:
    """The datasets of schema.sql and the runbook's own two, behind a prefix; nothing else is ever written to."""

    def __init__(self, client: bigquery.Client, prefix: str, memory: Memory | None = None, project: str = ""):
        self._client, self.prefix, self.project = client, prefix, project or client.project
        self._memory = memory or Memory(None, "", "")
        self._there = _FOUND.setdefault(client, set())
        self._shapes: dict[str, Shape | None] = {}  # of the tables that were looked at; None of one that is not there

    def names(self) -> list[str]:
        """Every dataset, with its project and prefix."""
        names = dict.fromkeys(name.partition(".")[0] for name in tables.schema())
        return [f"{self.project}.{self.prefix}{name}" for name in (*names, STAGING, REPLACED)]

    def full(self, name: str) -> str:
        """A table's name with its project and prefix."""
        return f"{self.project}.{self.prefix}{name}"

    def quoted(self, name: str) -> str:
        """The same as SQL says it."""
        return f"`{self.full(name)}`"

    def check(self) -> None:
        """Refuse datasets elsewhere than said. Tables of another shape are read as far as they go: see `differences`."""
        if self._memory.recall("datasets", "checked"):
            return  # a notebook of this run has looked
        for dataset in (name for name in self.names() if name not in self._there):
            with suppress(api.NotFound), explaining(f"looking at dataset {dataset}", api.NotFound):
                there = self._client.get_dataset(dataset, retry=RETRY)
                if there.default_partition_expiration_ms:
                    days = there.default_partition_expiration_ms / 86_400_000
                    raise BadInput(
                        f"dataset {dataset} lets partitions expire after {days:g} days (its default partition expiration).",
                        "new tables inherit it: dates older than that would vanish the moment they are backfilled",
                        f"bq update --default_partition_expiration 0 {dataset.replace('.', ':', 1)}, or use another --dataset-prefix.",
                    )
                if there.location and there.location.upper() != self._client.location.upper():
                    raise BadInput(
                        f"dataset {dataset} is in {there.location}, not in {self._client.location}.",
                        "a query reads and writes datasets of one location only",
                        f"say --location {there.location}, or use another --dataset-prefix.",
                    )
                self._there.add(dataset)
        self._memory.keep("datasets", "checked", answer=True)

    def differences(self) -> pd.DataFrame:
        """How tables that are there differ from schema.sql: table, column, declared, there ('' where it is missing)."""
        rows = [(name, *unlike) for name in tables.schema() for unlike in self._unlike(name)]
        return pd.DataFrame(rows, columns=["table", "column", "declared", "there"])

    def _unlike(self, name: str) -> list[tuple[str, str, str]]:
        shape, table = self.shape(name), tables.schema()[name]
        if shape is None:
            return []
        there = {column.name: shape.columns.get(column.name, "") for column in table.columns}
        found = [(column.name, column.type, there[column.name]) for column in table.columns if there[column.name] != column.type]
        if shape.filter(table):  # what replaces a date's rows would not be let through by that filter
            found.append(("(partitioned by)", table.date or "nothing", shape.partitioned_by))
        return found + [("(partitions expire)", "never", "after a time")] * shape.expires

    def create(self) -> None:
        """Make the datasets and tables that are missing; publishing would."""
        missing = [name for name in tables.schema() if self.shape(name) is None]
        if missing:
            self.ensure()
        for name in missing:
            self._create_table(tables.schema()[name])

    def require_shape(self, name: str) -> None:
        """Refuse to write to a table that lacks a column of ours, or has it of another type; more columns do no harm."""
        unlike = [f"{column} (there: {there or 'nothing'})" for column, _, there in self._unlike(name)]
        if unlike:
            raise BadInput(
                f"{name} lacks or differs in {', '.join(unlike)}.",
                "writing into a table of another shape would lose or mangle what is in it",
                "use a --dataset-prefix of your own, have the step done by the owner's command (--commands), "
                "or bring the table to the columns of nbhelpers/sql/schema.sql.",
            )

    def ensure(self) -> None:
        """Make the datasets that are missing."""
        if self._memory.recall("datasets", "all"):
            return
        for name in (name for name in self.names() if name not in self._there):
            # To create asks for the permission to create before it looks whether the dataset is there.
            with explaining(f"looking at dataset {name}", api.NotFound):
                try:
                    self._client.get_dataset(name, retry=RETRY)
                except api.NotFound:
                    self._create_dataset(name)
            self._there.add(name)
        self._memory.keep("datasets", "all", answer=True)

    def _create_dataset(self, name: str) -> None:
        dataset = bigquery.Dataset(name)
        dataset.location = self._client.location
        with explaining(f"making dataset {name}"):
            self._client.create_dataset(dataset, exists_ok=True, retry=RETRY)  # another run may have made it meanwhile

    def drop(self, name: str) -> None:
        """Drop a table of the runbook's own, if it is there."""
        with explaining(f"dropping {name}"):
            self._client.delete_table(self.full(name), not_found_ok=True, retry=RETRY)

    def drop_older(self, dataset: str, before: datetime) -> None:
        """Drop the tables of a dataset of the runbook's own that were made before a UTC time."""
        with explaining(f"looking at dataset {dataset}", api.NotFound), suppress(api.NotFound):
            for table in list(self._client.list_tables(self.full(dataset), retry=RETRY)):
                if table.created and table.created < before:
                    self.drop(f"{dataset}.{table.table_id}")

    def _create_table(self, table: Table) -> None:
        made = bigquery.Table(self.full(table.name), schema=schema_fields(table))
        made.description = table.about
        if table.key:  # not enforced: a help to the optimizer and to who reads the schema
            made.table_constraints = TableConstraints(PrimaryKey(list(table.key)), None)
        made.clustering_fields = [name for name in table.key if name != table.date][:MOST_CLUSTERING_COLUMNS] or None
        if table.date:
            # No expiration: a partition older than it would vanish the moment it is backfilled.
            made.time_partitioning = bigquery.TimePartitioning(field=table.date)
            made.require_partition_filter = not table.name.startswith(OURS)
        with explaining(f"making table {table.name}"):
            self._client.create_table(made, exists_ok=True, retry=RETRY)
        self.note_shape(table.name, Shape.declared(table))

    def shape(self, name: str) -> Shape | None:
        """What a table of ours is made of; None where it is not there."""
        if name not in self._shapes:
            known = self._memory.recall("shape", name)
            if known is None:
                self.note_shape(name, self._looked_up(name))
            else:
                self._shapes[name] = Shape(**known) if known else None
        return self._shapes[name]

    def note_shape(self, name: str, shape: Shape | None) -> None:
        """Know of a table of ours what it is made of."""
        self._shapes[name] = shape
        self._memory.keep("shape", name, answer=shape.recorded() if shape else {})

    def _looked_up(self, name: str) -> Shape | None:
        with explaining(f"looking at table {name}", api.NotFound):
            try:
                return Shape.of(self._client.get_table(self.full(name), retry=RETRY))
            except api.NotFound:
                return None
