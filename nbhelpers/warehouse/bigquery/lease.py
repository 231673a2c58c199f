"""One writer at a time on BigQuery: a row with a token, which only one can have, and which publishing itself asks for.

Every change of the row is one statement that says which token it expects, so of two that take an expired lease one finds
another token there. A publishing asks for its own token inside its transaction and writes to the row: where a lease was
lost and taken meanwhile, the two transactions touch one row, and the publishing is undone.
"""

import json
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from google.api_core import exceptions as api
from google.cloud import bigquery
from sqlglot import exp

from nbhelpers.errors import Broken, Explained, Locked
from nbhelpers.sql.tables import Column, Table
from nbhelpers.warehouse.bigquery.datasets import STAGING, Datasets
from nbhelpers.warehouse.bigquery.errors import LOST_LOCK, explaining
from nbhelpers.warehouse.bigquery.jobs import RETRY, Jobs, schema_fields

LENGTH = timedelta(minutes=15)  # a holder that has not renewed it for so long is dead
RENEWED_EVERY = LENGTH / 3
TABLE = f"{STAGING}.lease"
_ROW = Table(
    TABLE, "", (Column("token", "STRING", True), Column("holder", "STRING", True), Column("expires", "TIMESTAMP", True)), (), None
)
_FREE = ""  # the token of a lease that nobody holds
_EXPIRES = f"TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL {int(LENGTH.total_seconds())} SECOND)"


class Lease:
    """The writer's lock on a set of datasets; `token` is that of whoever holds it in this process."""

    def __init__(self, client: bigquery.Client, jobs: Jobs, datasets: Datasets):
        self._client, self._jobs, self._datasets = client, jobs, datasets
        self.token = _FREE
        self._is_lost = threading.Event()

    @contextmanager
    def hold(self, run_id: str) -> Iterator[None]:
        """Hold the lease for the length of a block; Locked names who holds it already, Broken tells that it was lost."""
        self._take(run_id)
        over = threading.Event()
        renewing = threading.Thread(target=self._renew, args=(self.token, over), daemon=True)
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()
            token, self.token = self.token, _FREE
            with suppress(Explained):  # it runs out by itself; whose it is by now is left alone
                self._set(f"token = '{_FREE}'", token)
        if self._is_lost.is_set():
            raise Broken(f"{LOST_LOCK}.", "another writer may be at work on these tables", "see who it is: python run_backfill.py status.")

    def holder(self) -> dict:
        """Who holds the lease: run_id, host, pid, since; empty where nobody does."""
        token, holder, _ = self._row()
        return holder if token != _FREE else {}

    def guard(self, run_id: str) -> list[str]:
        """The statements by which a publishing stands or falls with the lease, for its transaction.

        The token is that of this process, or of the run that lets its notebooks in. None where nobody holds the lease:
        so it is for who writes without one, as tests do.
        """
        held_by = self._row()
        token = self.token or (held_by[0] if held_by[1].get("run_id") == run_id else _FREE)
        if token == _FREE:
            return []
        name = self._datasets.quoted(TABLE)
        return [
            f"SELECT IF((SELECT COUNT(*) FROM {name} WHERE token = '{token}') = 1, 'held', ERROR(\"{LOST_LOCK}\"))",
            f"UPDATE {name} SET expires = {_EXPIRES} WHERE token = '{token}'",
        ]

    def _take(self, run_id: str) -> None:
        found, held_by, expires = self._created()
        if found != _FREE and not _is_dead(held_by, expires):
            raise _locked(held_by)
        token = secrets.token_hex(16)
        me = {"run_id": run_id, "host": socket.gethostname(), "pid": os.getpid(), "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        holder = exp.Literal.string(json.dumps(me)).sql("bigquery")
        self._set(f"token = '{token}', holder = {holder}, expires = {_EXPIRES}", found)
        there, held_by, _ = self._row()
        if there != token:  # another took it between our look and our statement
            raise _locked(held_by)
        self.token = token
        self._is_lost.clear()

    def _set(self, change: str, expected: str) -> None:
        update = f"UPDATE {self._datasets.quoted(TABLE)} SET {change} WHERE token = '{expected}'"
        self._jobs.write(f"BEGIN TRANSACTION;\n{update};\nCOMMIT TRANSACTION;", {}, "the writer's lock")

    def _row(self) -> tuple[str, dict, datetime]:
        """The token, who has it and when it runs out."""
        with explaining("looking at the writer's lock", api.NotFound):
            try:
                [row] = self._client.list_rows(self._datasets.full(TABLE), selected_fields=schema_fields(_ROW), retry=RETRY)
            except (api.NotFound, ValueError):
                return _FREE, {}, datetime.min.replace(tzinfo=UTC)
        return row["token"], json.loads(row["holder"]), row["expires"]

    def _created(self) -> tuple[str, dict, datetime]:
        """The row, which all contend for, made once: a CREATE with its rows is whole or not at all, and the first one wins."""
        row = self._row()
        if row[2].year > 1:
            return row
        self._datasets.ensure()
        first = f"SELECT '{_FREE}' AS token, '{{}}' AS holder, TIMESTAMP '2000-01-01 00:00:00+00' AS expires"
        self._jobs.write(f"CREATE TABLE IF NOT EXISTS {self._datasets.quoted(TABLE)} AS {first}", {}, "making the writer's lock")
        return self._row()

    def _renew(self, token: str, over: threading.Event) -> None:
        while not over.wait(RENEWED_EVERY.total_seconds()):
            try:
                self._set(f"expires = {_EXPIRES}", token)
                is_ours = self._row()[0] == token
            except Exception:  # whatever it is, the next renewal is in time too; a publishing asks for the token itself
                continue
            if not is_ours:
                self._is_lost.set()
                return


def _is_dead(held_by: dict, expires: datetime) -> bool:
    """Whether the holder's lease has run out, or its process on this machine is gone."""
    if expires < datetime.now(UTC):
        return True
    return held_by.get("host") == socket.gethostname() and Path("/proc").is_dir() and not Path(f"/proc/{held_by.get('pid')}").exists()


def _locked(held_by: dict) -> Locked:
    return Locked(
        f"run {held_by.get('run_id', 'unknown')} (process {held_by.get('pid', 'unknown')} on "
        f"{held_by.get('host', 'unknown')}, since {held_by.get('since', 'unknown')}) is writing to these datasets.",
        "two runs at once would publish over each other",
        "wait for it, or watch it: python run_backfill.py status.",
    )
