"""One writer at a time on BigQuery: a table that only one can make, and that BigQuery itself removes when its holder dies."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from google.api_core import exceptions as api
from google.cloud import bigquery

from nbhelpers.errors import Locked
from nbhelpers.warehouse.bigquery.errors import explaining

LENGTH = timedelta(minutes=10)  # a holder that has not renewed it for so long is dead
RENEWED_EVERY = LENGTH / 5


@contextmanager
def hold(client: bigquery.Client, name: str, run_id: str) -> Iterator[None]:
    """Hold the lock for the length of a block; Locked names who holds it already."""
    told = {"run_id": run_id, "host": socket.gethostname(), "pid": os.getpid(), "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    with explaining("taking the writer's lock"):
        table = _take(client, name, told)
    over = threading.Event()
    renewing = threading.Thread(target=_renew, args=(client, table, over), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()
        with suppress(api.GoogleAPICallError):  # it runs out by itself
            client.delete_table(name, not_found_ok=True)


def holder(client: bigquery.Client, name: str) -> dict:
    """Who holds the lock: run_id, host, pid, since; empty where nobody does."""
    try:
        return json.loads(client.get_table(name).description or "{}")
    except api.NotFound:
        return {}


def _take(client: bigquery.Client, name: str, told: dict) -> bigquery.Table:
    for is_last in (False, True):
        wanted = bigquery.Table(name, schema=[bigquery.SchemaField("held", "BOOL")])
        wanted.description, wanted.expires = json.dumps(told), datetime.now(UTC) + LENGTH
        try:
            return client.create_table(wanted)
        except api.Conflict:
            there = _held(client, name)
            held_by = json.loads(there.description or "{}") if there else {}
            if is_last or (there and not _is_dead(there, held_by)):
                raise Locked(
                    f"run {held_by.get('run_id', 'unknown')} (process {held_by.get('pid', 'unknown')} on "
                    f"{held_by.get('host', 'unknown')}, since {held_by.get('since', 'unknown')}) is writing to these datasets.",
                    "two runs at once would publish over each other",
                    "wait for it, or watch it: python run_backfill.py status.",
                ) from None
            client.delete_table(name, not_found_ok=True)
    raise AssertionError("the second try returns or raises")


def _held(client: bigquery.Client, name: str) -> bigquery.Table | None:
    try:
        return client.get_table(name)
    except api.NotFound:
        return None


def _is_dead(table: bigquery.Table, held_by: dict) -> bool:
    """Whether the holder's lease has run out, or its process on this machine is gone."""
    if table.expires and table.expires < datetime.now(UTC):
        return True
    return held_by.get("host") == socket.gethostname() and Path("/proc").is_dir() and not Path(f"/proc/{held_by.get('pid')}").exists()


def _renew(client: bigquery.Client, table: bigquery.Table, over: threading.Event) -> None:
    while not over.wait(RENEWED_EVERY.total_seconds()):
        table.expires = datetime.now(UTC) + LENGTH
        with suppress(api.GoogleAPICallError):  # the next renewal is in time too
            table = client.update_table(table, ["expires"])
