"""Published, staged, candidate: the same verbs on two engines.

Imports: errors, season, sql.
"""

from nbhelpers.warehouse.duckdb import DuckDB
from nbhelpers.warehouse.partitions import NO_ROWS, Partition, Staged, utc

__all__ = ["NO_ROWS", "DuckDB", "Partition", "Staged", "bigquery", "bigquery_jobs", "candidate", "utc"]
