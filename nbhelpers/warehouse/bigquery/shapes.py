"""Tables that are there already: which columns they have, of which types, how they are partitioned, and what of that can be read."""

from dataclasses import asdict, dataclass
from typing import Self

from google.cloud import bigquery

from nbhelpers.sql.tables import Column, Table
from nbhelpers.warehouse.bigquery.jobs import column_type

CASTS = {  # from a type: what SAFE_CAST makes of it; BigQuery refuses all others as a query
    "STRING": {"INT64", "FLOAT64", "BOOL", "DATE", "TIMESTAMP"},
    "INT64": {"FLOAT64", "BOOL", "STRING"},
    "FLOAT64": {"INT64", "STRING"},
    "NUMERIC": {"INT64", "FLOAT64", "STRING"},
    "BIGNUMERIC": {"INT64", "FLOAT64", "STRING"},
    "BOOL": {"INT64", "STRING"},
    "DATE": {"TIMESTAMP", "STRING"},
    "DATETIME": {"DATE", "TIMESTAMP", "STRING"},
    "TIMESTAMP": {"DATE", "STRING"},
}
INGESTION_TIME = "_PARTITIONTIME"  # the column that BigQuery itself adds to a table partitioned by when rows came
_EVERY = {"DATE": "DATE '0001-01-01'", "TIMESTAMP": "TIMESTAMP '0001-01-01 00:00:00+00'", "DATETIME": "DATETIME '0001-01-01'"}


@dataclass(frozen=True)
class Shape:
    """What a table that is there is made of."""

    columns: dict[str, str]  # name -> type as schema.sql says it
    partitioned_by: str = ""  # a column, INGESTION_TIME, or nothing
    needs_filter: bool = False  # a query must say which partitions it reads
    expires: bool = False  # partitions vanish when they reach an age

    @classmethod
    def of(cls, table: bigquery.Table) -> Self:
        """The shape of a table as BigQuery tells it."""
        time, numbers = table.time_partitioning, table.range_partitioning
        by = (time.field or INGESTION_TIME) if time else numbers.field if numbers else ""
        needs_filter = bool(table.require_partition_filter)
        columns = {column.name: column_type(column) for column in table.schema}
        return cls(columns, by, needs_filter, bool(time and time.expiration_ms))

    @classmethod
    def declared(cls, table: Table) -> Self:
        """The shape that a table of schema.sql is made with."""
        return cls({column.name: column.type for column in table.columns}, table.date or "", False)

    def recorded(self) -> dict:
        """The same as JSON takes it."""
        return asdict(self)

    def can_read(self, column: Column) -> bool:
        """Whether a column of ours can be read from this table, as it is or cast."""
        there = self.columns.get(column.name)
        return there is not None and (there == column.type or column.type in CASTS.get(there, ()))

    def select(self, column: Column) -> str:
        """How a column of ours is read; one that is not there, or of a type that says something else, reads as absent."""
        if not self.can_read(column):
            return f"CAST(NULL AS {column.type}) AS {column.name}"
        if self.columns[column.name] == column.type:
            return column.name
        return f"SAFE_CAST({column.name} AS {column.type}) AS {column.name}"

    def filter(self, table: Table) -> str:
        """The condition without which BigQuery would not read a table partitioned by something else than ours; or nothing."""
        by = self.partitioned_by
        if not self.needs_filter or (by == table.date and self.columns.get(by) == "DATE"):
            return ""
        least = _EVERY.get("TIMESTAMP" if by == INGESTION_TIME else self.columns.get(by, ""), str(-(2**63)))
        return f"({by} >= {least} OR {by} IS NULL)"
