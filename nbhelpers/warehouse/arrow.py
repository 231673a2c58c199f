"""Rows made in Python as Arrow tables, of the types that schema.sql declares."""

import pyarrow as pa

from nbhelpers.sql.tables import Table

_TYPES = {
    "STRING": pa.string(), "INT64": pa.int64(), "FLOAT64": pa.float64(), "BOOL": pa.bool_(), "DATE": pa.date32(),
    "ARRAY<FLOAT64>": pa.list_(pa.float64()), "ARRAY<STRING>": pa.list_(pa.string()),
}  # fmt: skip


def arrow_table(table: Table, rows: list[dict], zone: str | None = None, is_strict: bool = True) -> pa.Table:
    """Rows as a table's columns; what a row does not name is NULL.

    `zone` is that of its timestamps: none for DuckDB, UTC for BigQuery, which takes those without for a DATETIME.
    """
    return pa.Table.from_pylist(rows, arrow_schema(table, zone, is_strict))


def arrow_schema(table: Table, zone: str | None = None, is_strict: bool = False) -> pa.Schema:
    """A table's columns and their types; with `is_strict`, those that may not be absent are not nullable."""
    types = _TYPES | {"TIMESTAMP": pa.timestamp("us", zone)}
    return pa.schema([pa.field(c.name, types[c.type], not (c.required and is_strict)) for c in table.columns])
