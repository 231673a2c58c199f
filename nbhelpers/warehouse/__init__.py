"""Published, staged, candidate: the same verbs on two engines.

Imports: errors, season, sql.
"""

from nbhelpers.warehouse.duckdb.file import DUCKDB_TYPES, WarehouseFile
from nbhelpers.warehouse.duckdb.file_cache import folder_beside
from nbhelpers.warehouse.duckdb.warehouse import DuckDB
from nbhelpers.warehouse.partitions import NO_ROWS, PROVENANCE, Partition, Staged, digests_up_to, utc
from nbhelpers.warehouse.protocol import Transaction, Warehouse

__all__ = [
    "DUCKDB_TYPES", "NO_ROWS", "PROVENANCE", "DuckDB", "Partition", "Staged", "Transaction", "Warehouse", "WarehouseFile", "bigquery",
    "candidate", "digests_up_to", "folder_beside", "utc",
]  # fmt: skip
