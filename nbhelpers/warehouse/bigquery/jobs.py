"""BigQuery's jobs: queries that read, statements that write once, loads; each labelled, limited and accounted for."""

import hashlib
import io
import os
import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
from google.api_core import exceptions as api
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from nbhelpers.sql.tables import Table
from nbhelpers.warehouse.arrow import arrow_table
from nbhelpers.warehouse.bigquery.errors import RETRIED_REASONS, explained, explaining

MOST_TRIES = 3  # of a job that failed for a reason that passes
RETRY = bigquery.DEFAULT_RETRY.with_timeout(120)  # seconds; the client's own ten minutes look like a hang
_STANDARD = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}


def client(project: str, location: str) -> bigquery.Client:
    """BigQuery's client with application-default credentials; an emulator named by BIGQUERY_EMULATOR_HOST asks for none."""
    with explaining("signing in"):
        anonymous = AnonymousCredentials() if os.environ.get("BIGQUERY_EMULATOR_HOST") else None
        return bigquery.Client(project, anonymous, location=location)


class Jobs:
    """The jobs of one run: who they are for, what one may bill, and where what they spend is noted."""

    def __init__(self, client: bigquery.Client, run_id: str, most_bytes: int | None, meter: Callable[[str, float], None]):
        self._client, self._run_id, self._most_bytes, self._meter = client, run_id, most_bytes, meter
        self.step = 0  # the step or gate at work, for their labels

    def estimate(self, text: str, parameters: dict[str, object]) -> int:
        """The bytes that a query would read, by BigQuery's dry run, which costs nothing."""
        config = self._config(parameters)
        config.dry_run, config.use_query_cache, config.maximum_bytes_billed = True, False, None
        with explaining("estimating a query"):
            return self._client.query(text, job_config=config, retry=RETRY).total_bytes_processed or 0

    def _config(self, parameters: dict[str, object]) -> bigquery.QueryJobConfig:
        return bigquery.QueryJobConfig(
            query_parameters=[_parameter(name, value) for name, value in sorted(parameters.items())],
            labels=self._labels(),
            maximum_bytes_billed=self._most_bytes,
        )

    def _labels(self) -> dict[str, str]:
        return {"run_id": word(self._run_id).lower()[:63], "step": str(self.step)}

    def read(self, text: str, parameters: dict[str, object]) -> pa.Table:
        """The rows of a query."""
        started = time.monotonic()
        with explaining("reading"):
            job = self._client.query(text, job_config=self._config(parameters), retry=RETRY)
            rows = job.result(retry=RETRY).to_arrow(create_bqstorage_client=False)
        self._spent("SQL", started, job)
        return rows

    def write(self, text: str, parameters: dict[str, object], what: str, told: str, kind: str = "SQL") -> None:
        """Run a statement that writes, once: `told` makes the job's id, so that the same is never run a second time."""
        started = time.monotonic()
        config = self._config(parameters)
        self._once(what, told, lambda job_id: self._client.query(text, job_config=config, job_id=job_id, retry=RETRY, job_retry=None))
        self._spent(kind, started, None)

    def load(self, name: str, table: Table, rows: list[dict], told: str) -> None:
        """Put rows into a table of the runbook's own by a load job, in place of what is in it."""
        started = time.monotonic()
        body = io.BytesIO()
        pq.write_table(arrow_table(table, rows, is_strict=False), body)
        listed = bigquery.ParquetOptions()
        listed.enable_list_inference = True
        config = bigquery.LoadJobConfig(
            source_format=bigquery.SourceFormat.PARQUET,
            schema=schema_fields(table, is_strict=False),
            write_disposition=bigquery.WriteDisposition.WRITE_TRUNCATE,
            parquet_options=listed,
            labels=self._labels(),
        )

        def start(job_id: str):
            body.seek(0)
            return self._client.load_table_from_file(body, name, job_config=config, job_id=job_id)

        self._once(f"loading {name}", told, start)
        self._spent("SQL", started, None)

    def _once(self, what: str, told: str, start: Callable[[str], object]) -> None:
        digest = hashlib.sha256(told.encode()).hexdigest()[:32]
        for attempt in range(1, MOST_TRIES + 1):
            job_id = f"backfill_{digest}_{attempt}"
            with explaining(what):
                try:
                    job = start(job_id)
                except api.Conflict:  # it was started, and the answer was lost
                    job = self._client.get_job(job_id, location=self._client.location, retry=RETRY)
                try:
                    job.result(retry=RETRY, **_once_only(job))
                    return
                except api.GoogleAPICallError as problem:
                    # A job that failed wrote nothing: a script is one transaction, a load or a CREATE is whole or not at all.
                    reasons = {error.get("reason") for error in problem.errors or [] if isinstance(error, dict)}
                    if attempt == MOST_TRIES or not reasons & RETRIED_REASONS:
                        raise explained(problem, what) from None

    def _spent(self, kind: str, started: float, job) -> None:
        self._meter(kind, time.monotonic() - started)
        if job is not None and job.total_bytes_billed:
            self._meter("bytes billed", job.total_bytes_billed)


def schema_fields(table: Table, is_strict: bool = True) -> list[bigquery.SchemaField]:
    """A table's columns as BigQuery declares them; all of them may be absent where it is not strict."""
    fields = []
    for column in table.columns:
        kind = column.type.removeprefix("ARRAY<").removesuffix(">")
        mode = "REPEATED" if kind != column.type else "REQUIRED" if column.required and is_strict else "NULLABLE"
        fields.append(bigquery.SchemaField(column.name, kind, mode))
    return fields


def column_type(found: bigquery.SchemaField) -> str:
    """A column's type as schema.sql says it."""
    kind = _STANDARD.get(found.field_type, found.field_type)
    return f"ARRAY<{kind}>" if found.mode == "REPEATED" else kind


def _parameter(name: str, value: object) -> bigquery.ScalarQueryParameter | bigquery.ArrayQueryParameter:
    """A named parameter of the type that its value has."""
    if isinstance(value, list | tuple):
        return bigquery.ArrayQueryParameter(name, _kind(value[0]) if value else "STRING", list(value))
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return bigquery.ScalarQueryParameter(name, _kind(value), value)


def _kind(value: object) -> str:
    kinds = {bool: "BOOL", int: "INT64", float: "FLOAT64", str: "STRING", date: "DATE"}
    return "TIMESTAMP" if isinstance(value, datetime) else kinds[type(value)]


def _once_only(job: bigquery.QueryJob | bigquery.LoadJob) -> dict[str, None]:
    """What keeps the client from running a failed query again under an id of its own; loads it leaves alone."""
    return {"job_retry": None} if isinstance(job, bigquery.QueryJob) else {}


def word(text: str) -> str:
    """Text as a part of a table's name.

    >>> word("20251217T110500Z_ab12cd/39/20251217T1106")
    '20251217T110500Z_ab12cd_39_20251217T1106'
    """
    return re.sub(r"[^A-Za-z0-9_]", "_", text)
