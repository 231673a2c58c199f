"""BigQuery's jobs: queries that read, statements that write once, loads; each labelled, limited and accounted for."""

import io
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
from google.api_core import exceptions as api
from google.api_core.retry import Retry, if_exception_type
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from nbhelpers.errors import Broken, OverBudget
from nbhelpers.sql.tables import Table
from nbhelpers.warehouse.arrow import arrow_table
from nbhelpers.warehouse.bigquery.errors import UNTOUCHED, explained, explaining, is_passing

LEAST_BILLED = 10 * 2**20  # bytes: BigQuery bills at least so much for each table that a statement reads
MOST_TRIES = 3  # of a job that failed for a reason that passes
RETRY = bigquery.DEFAULT_RETRY.with_timeout(120)  # seconds; the client's own ten minutes look like a hang
FOUND_LATE = Retry(if_exception_type(api.NotFound), initial=1.0, maximum=10.0, timeout=60)  # python-bigquery#2134
AnyJob = Any  # QueryJob or LoadJob: the client gives them no common type that is public
_STANDARD = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}


def client(project: str, location: str) -> bigquery.Client:
    """BigQuery's client with application-default credentials; an emulator named by BIGQUERY_EMULATOR_HOST asks for none."""
    with explaining("signing in"):
        return _client(project, location, os.environ.get("BIGQUERY_EMULATOR_HOST"))


@cache
def _client(project: str, location: str, emulator: str | None) -> bigquery.Client:
    """One client for all sessions of a process, so that it signs in once."""
    return bigquery.Client(project, AnonymousCredentials() if emulator else None, location=location)


@dataclass(frozen=True)
class Terms:
    """On what terms jobs are sent: what one may bill, what all of a run may, and which labels they bear beside our own."""

    most_bytes: int | None = None
    most_run_bytes: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


class Account(Protocol):
    """Where a run's account of its jobs is kept; see run_folder."""

    def spend(self, kind: str, amount: float) -> None:
        """Add seconds of a kind."""

    def note_job(self, job: dict) -> None:
        """Add a job: id, project, location, step, what, seconds, bytes_billed."""

    def bytes_billed(self) -> int:
        """What all jobs of the run so far have billed."""


class OwnAccount:
    """An account that is kept by nobody else: of this process alone."""

    def __init__(self) -> None:
        self.jobs: list[dict] = []

    def spend(self, kind: str, amount: float) -> None:
        """Nobody asks how long it took."""

    def note_job(self, job: dict) -> None:
        """Add a job."""
        self.jobs.append(job)

    def bytes_billed(self) -> int:
        """What all jobs so far have billed."""
        return sum(job["bytes_billed"] for job in self.jobs)


class Jobs:
    """The jobs of one run: who they are for, on what terms, and where what they spend is noted."""

    def __init__(self, client: bigquery.Client, run_id: str, terms: Terms, account: Account):
        self._client, self._run_id, self._terms, self._account = client, run_id, terms, account
        self.step = 0  # the step or gate at work, for their labels

    def estimate(self, text: str, parameters: dict[str, object]) -> int:
        """The bytes that a query would read, by BigQuery's dry run, which costs nothing."""
        config = self._config(parameters, is_limited=False)
        config.dry_run, config.use_query_cache = True, False
        with explaining("estimating a query"):
            return self._client.query(text, job_config=config, retry=RETRY).total_bytes_processed or 0

    def _config(self, parameters: dict[str, object], is_limited: bool = True) -> bigquery.QueryJobConfig:
        config = bigquery.QueryJobConfig(
            query_parameters=[_parameter(name, value) for name, value in sorted(parameters.items())], labels=self._labels()
        )
        most = self._most_bytes() if is_limited else None
        if most is not None:  # the client would send None as a word
            config.maximum_bytes_billed = most
        return config

    def _most_bytes(self) -> int | None:
        """What the next job may bill: no more than one may, nor than is left of what the run may. OverBudget where nothing is."""
        limits = [self._terms.most_bytes] if self._terms.most_bytes is not None else []
        if self._terms.most_run_bytes is not None:
            billed = self._account.bytes_billed()
            limits.append(self._terms.most_run_bytes - billed)
            if limits[-1] < LEAST_BILLED:
                raise OverBudget(
                    f"the run has billed {billed:,} bytes, and may bill {self._terms.most_run_bytes:,} (--max-cost).",
                    f"the next query would go over it; {UNTOUCHED}",
                    "raise --max-cost and run again: it goes on from the data.",
                )
        return min(limits, default=None)

    def _labels(self) -> dict[str, str]:
        return {**self._terms.labels, "run_id": word(self._run_id).lower()[:63], "step": str(self.step)}

    def read(self, text: str, parameters: dict[str, object]) -> pa.Table:
        """The rows of a query."""
        started = time.monotonic()
        with explaining("reading"):
            job = self._client.query(text, job_config=self._config(parameters), retry=RETRY)
            rows = job.result(retry=RETRY).to_arrow(create_bqstorage_client=False)
        self._spent("SQL", "reading", started, job)
        return rows

    def write(self, text: str, parameters: dict[str, object], what: str, attempt: str = "", kind: str = "SQL") -> pa.Table:
        """Run a statement that writes, once for one `attempt`: asked again for the same, it is not run a second time.

        Without an attempt each call is one of its own: to publish, to undo and to publish the same again is three jobs.
        Returns the rows of a script's last statement.
        """
        started, config = time.monotonic(), self._config(parameters)

        def start(job_id: str) -> bigquery.QueryJob:
            return self._client.query(text, job_config=config, job_id=job_id, retry=RETRY, job_retry=None)

        job, result = self._once(what, attempt, start, lambda found: getattr(found, "query", None) == text)
        with explaining(what):
            rows = result.to_arrow(create_bqstorage_client=False)
        self._spent(kind, what, started, job)
        return rows

    def load(self, name: str, table: Table, rows: list[dict]) -> None:
        """Put rows into a table of the runbook's own by a load job, in place of what is in it."""
        started = time.monotonic()
        body = io.BytesIO()
        pq.write_table(arrow_table(table, rows, "UTC", is_strict=False), body)
        listed = bigquery.ParquetOptions()
        listed.enable_list_inference = True
        config = bigquery.LoadJobConfig(
            source_format=bigquery.SourceFormat.PARQUET,
            schema=schema_fields(table, is_strict=False),
            write_disposition=bigquery.WriteDisposition.WRITE_TRUNCATE,
            parquet_options=listed,
            labels=self._labels(),
        )

        def start(job_id: str) -> bigquery.LoadJob:
            body.seek(0)
            return self._client.load_table_from_file(body, name, job_config=config, job_id=job_id)

        job, _ = self._once(f"loading {name}", "", start, lambda found: str(getattr(found, "destination", "")) == name)
        self._spent("SQL", f"loading {table.name}", started, job)

    def _once(self, what: str, attempt: str, start: Callable[[str], AnyJob], is_ours: Callable[[AnyJob], bool]) -> tuple[AnyJob, Any]:
        """A job of an attempt when it has ended, and its result."""
        attempt = word(attempt) if attempt else secrets.token_hex(16)
        for nth in range(1, MOST_TRIES + 1):
            job_id = f"backfill_{attempt}_{nth}"
            with explaining(what):
                try:
                    job = start(job_id)
                except api.Conflict:  # it was started, and the answer was lost
                    job = self._found(job_id)
                    if not is_ours(job):
                        raise Broken(
                            f"BigQuery, {what}: job {job_id} is there already, and does something else.",
                            "what it did is not what was to be done, so nothing of it is believed",
                            "run again: the next attempt has an id of its own.",
                        ) from None
                try:
                    return job, job.result(retry=RETRY, **_once_only(job))
                except api.GoogleAPICallError as problem:
                    # A job that failed wrote nothing: a script is one transaction, a load or a CREATE is whole or not at all.
                    if nth == MOST_TRIES or not is_passing(problem):
                        raise explained(problem, what) from None
        raise AssertionError("the last try returns or raises")

    def _found(self, job_id: str) -> AnyJob:
        """A job that is there by its id; for a while after it was made BigQuery may say that it is not (404)."""
        look = FOUND_LATE(lambda: self._client.get_job(job_id, location=self._client.location, retry=RETRY))
        return look()

    def _spent(self, kind: str, what: str, started: float, job: AnyJob) -> None:
        seconds = time.monotonic() - started
        self._account.spend(kind, seconds)
        billed = getattr(job, "total_bytes_billed", None) or 0  # of a script: all its statements; loads are free
        where = {"id": job.job_id, "project": job.project, "location": job.location}
        self._account.note_job(where | {"step": self.step, "what": what, "seconds": round(seconds, 3), "bytes_billed": billed})


def schema_fields(table: Table, is_strict: bool = True) -> list[bigquery.SchemaField]:
    """A table's columns as BigQuery declares them; all of them may be absent where it is not strict."""
    fields = []
    for column in table.columns:
        kind = column.type.removeprefix("ARRAY<").removesuffix(">")
        mode = "REPEATED" if kind != column.type else "REQUIRED" if column.required and is_strict else "NULLABLE"
        fields.append(bigquery.SchemaField(column.name, kind, mode, description=column.about))
    return fields


def column_type(found: bigquery.SchemaField) -> str:
    """A column's type as schema.sql says it."""
    kind = _STANDARD.get(found.field_type, found.field_type)
    return f"ARRAY<{kind}>" if found.mode == "REPEATED" else kind


def _parameter(name: str, value: Any) -> bigquery.ScalarQueryParameter | bigquery.ArrayQueryParameter:
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
