"""Beside each published table a view of what may be relied on: the dates that a receipt in force covers and nothing taints."""

from nbhelpers.sql import tables
from nbhelpers.sql.tables import Table
from nbhelpers.warehouse.bigquery.datasets import Datasets
from nbhelpers.warehouse.bigquery.scripts import literal

SUFFIX = "_audited"
_ABOUT = "The rows whose date a gate's receipt covers and no accepted failure taints. Made by the backfill runbook at each publishing."
_EARLIEST = "2000-01-01"  # a filter for tables that require one; whoever reads the view adds his own


def create_audited_view(datasets: Datasets, table: Table) -> str:
    """The statement that makes a table's view of audited rows, or makes it anew."""
    log, receipts = datasets.quoted("nba_processing.partition_log"), datasets.quoted("nba_processing.gate_receipts")
    same_stage = " AND audited.processor_name = of_table.processor_name" if table.name == tables.FAILURES else ""
    return f"""CREATE OR REPLACE VIEW {datasets.quoted(table.name + SUFFIX)} OPTIONS (description = {literal(_ABOUT)}) AS
SELECT of_table.* FROM {datasets.quoted(table.name)} AS of_table
INNER JOIN (
    SELECT partition_date, processor_name FROM (
        SELECT log.partition_date, log.processor_name, log.tainted_by FROM {log} AS log
        INNER JOIN {receipts} AS receipts ON receipts.receipt_id = log.receipt_id AND receipts.voided_by IS NULL
        WHERE log.table_name = {literal(table.name)}
        QUALIFY ROW_NUMBER() OVER (
            PARTITION BY log.processor_name, log.partition_date ORDER BY log.created_at DESC, log.receipt_id DESC) = 1
    ) AS newest WHERE tainted_by IS NULL
) AS audited ON audited.partition_date = of_table.{table.date}{same_stage}
WHERE of_table.{table.date} >= DATE '{_EARLIEST}'"""
