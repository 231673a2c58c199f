"""Published, staged, candidate: the same verbs on two engines.

Imports: errors, season, sql.
"""

from nbhelpers.warehouse.duckdb.file import WarehouseFile
from nbhelpers.warehouse.duckdb.file_cache import folder_beside
from nbhelpers.warehouse.duckdb.warehouse import DuckDB
from nbhelpers.warehouse.partitions import NO_ROWS, PROVENANCE, Partition, Staged, utc
from nbhelpers.warehouse.protocol import Transaction, Warehouse

__all__ = [
    "NO_ROWS", "PROVENANCE", "DuckDB", "Partition", "Staged", "Transaction", "Warehouse", "WarehouseFile", "bigquery", "candidate",
    "folder_beside", "utc",
]  # fmt: skip
