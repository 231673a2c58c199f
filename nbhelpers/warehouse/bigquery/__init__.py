"""The warehouse on BigQuery: the same tables, staging, receipts and publishing as the embedded one.

Builds write to a dataset of staging tables; a gate publishes its layer by one script, one transaction, one job of its
own id, so that an answer that was lost can be asked for again and nothing is written twice. What a script relies on it
asks again inside the transaction: rows that changed since the gate looked at them undo it.
"""

from nbhelpers.warehouse.bigquery.jobs import Terms, client
from nbhelpers.warehouse.bigquery.queries import script_reads, table_reads
from nbhelpers.warehouse.bigquery.scripts import one_script
from nbhelpers.warehouse.bigquery.warehouse import BigQuery

__all__ = ["BigQuery", "Terms", "client", "one_script", "script_reads", "table_reads"]
