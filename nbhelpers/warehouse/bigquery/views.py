"""The views of audited rows in BigQuery: made once, beside tables of the runbook's making and beside those that were there."""

from google.cloud import bigquery

from nbhelpers.sql.tables import Table
from nbhelpers.warehouse import audited
from nbhelpers.warehouse.bigquery.datasets import Datasets
from nbhelpers.warehouse.bigquery.errors import explaining
from nbhelpers.warehouse.bigquery.jobs import RETRY
from nbhelpers.warehouse.bigquery.memory import Memory


class Views:
    """Makes the views that are missing; nothing is asked where a notebook of this run has looked."""

    def __init__(self, client: bigquery.Client, datasets: Datasets, memory: Memory):
        self._client, self._datasets, self._memory = client, datasets, memory

    def create(self) -> None:
        """Make the views that are missing, once their tables are there."""
        if self._memory.recall("views", "all"):
            return
        there = self._listed()
        for table in audited.published_tables():
            shape = self._datasets.shape(table.name)
            # A log's dates are found in a column of dates alone.
            if shape and shape.columns.get(str(table.date)) == "DATE" and audited.view_name(table) not in there:
                self._make(table, shape.filter(table))
        self._memory.keep("views", "all", answer=True)

    def _make(self, table: Table, more: str) -> None:
        view = bigquery.Table(self._datasets.full(audited.view_name(table)))
        view.view_query = audited.select(table, self._datasets.quoted, more)
        view.description = audited.ABOUT
        with explaining(f"making view {audited.view_name(table)}"):
            self._client.create_table(view, exists_ok=True, retry=RETRY)

    def _listed(self) -> set[str]:
        """The views and tables that are there, by dataset.table name."""
        found = set[str]()
        for dataset in sorted({table.name.partition(".")[0] for table in audited.published_tables()}):
            with explaining(f"looking at dataset {dataset}"):
                found |= {f"{dataset}.{item.table_id}" for item in self._client.list_tables(self._datasets.full(dataset), retry=RETRY)}
        return found
