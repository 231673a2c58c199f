"""The emulators of BigQuery and Google Cloud Storage, started on loopback for whoever asks for their address.

They live in an environment of their own, .venv-emulators, which `make test` sets up; see tests/emulators/pyproject.toml.
"""

import json
import os
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ENVIRONMENT = Path(__file__).parent.parent / ".venv-emulators"
BIN = ENVIRONMENT / "bin"
PROJECT, BUCKET = "simulated-project", "simulated-bucket"
START_WITHIN = 120  # seconds; it takes three

# bqemulator lets the threads that list rows share one DuckDB connection, where one may be given what another asked for:
# two notebooks at work at once would meet in it. Here every thread but the first looks through a cursor of its own.
BIGQUERY = """
import sys
import threading

from bqemulator.storage.engine import DuckDBEngine

execute = DuckDBEngine.execute

def execute_apart(engine, sql, parameters=None):
    if threading.current_thread() is threading.main_thread():
        return execute(engine, sql, parameters)
    cursor = engine.connection.cursor()
    cursor.execute("SET TimeZone = 'UTC'")
    return cursor.execute(sql, parameters)

DuckDBEngine.execute = execute_apart

from bqemulator.cli import main

sys.exit(main())
"""

# The command line of gcp-storage-emulator cannot say which free port it took, and its server ignores the one precondition
# that the object store lives on: that there is no such object yet.
STORAGE = f"""
import threading
from http import HTTPStatus
from gcp_storage_emulator.exceptions import NotFound
from gcp_storage_emulator.handlers import objects

insert = objects.insert

def insert_if_it_may(request, response, storage):
    name = request.query.get("name") or [request.data["meta"]["name"]]
    if request.query.get("ifGenerationMatch") == ["0"]:
        try:
            storage.get_file_obj(request.params["bucket_name"], name[0])
        except NotFound:
            pass
        else:
            response.status = HTTPStatus.PRECONDITION_FAILED
            return
    insert(request, response, storage)

objects.insert = insert_if_it_may

from gcp_storage_emulator.server import create_server

server = create_server("127.0.0.1", 0, in_memory=True, default_bucket={BUCKET!r})
server.start()
print("listening on", server._api._httpd.server_port, flush=True)
threading.Event().wait()
"""


@contextmanager
def bigquery() -> Iterator[str]:
    """The address of an empty BigQuery, such as http://127.0.0.1:36299, while it runs."""
    command = [BIN / "python", "-c", BIGQUERY, "start", "--rest-port", "0", "--grpc-port", "0", "--project", PROJECT, "--log-format", "json"]
    with _listening(command, _bigquery_port) as address:
        yield address


@contextmanager
def storage() -> Iterator[str]:
    """The address of a Google Cloud Storage that has one empty bucket, while it runs."""
    with _listening([BIN / "python", "-c", STORAGE], _storage_port) as address:
        yield address


@pytest.fixture(scope="session")
def bigquery_emulator() -> Iterator[str]:
    """BigQuery's emulator, for this worker alone."""
    with bigquery() as address:
        yield address


@pytest.fixture(scope="session")
def storage_emulator() -> Iterator[str]:
    """The emulator of Google Cloud Storage, for this worker alone."""
    with storage() as address:
        yield address


@contextmanager
def _listening(command: list, port_of: Callable[[str], int | None]) -> Iterator[str]:
    """An emulator while it runs. What it prints is read to the end, so that a full pipe never stops it."""
    if not (ENVIRONMENT / ".ready").exists():
        pytest.skip("the emulators are not installed: make .venv-emulators/.ready")
    process = subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(),
    )
    said, ports, heard = deque(maxlen=50), [], threading.Event()

    def listen() -> None:
        for line in process.stdout:
            said.append(line)
            if not ports and (port := port_of(line)):
                ports.append(port)
                heard.set()
        heard.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        heard.wait(START_WITHIN)
        if not ports:
            raise RuntimeError(f"{command[0].name} does not start. It said:\n{''.join(said)}")
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        process.kill()  # it keeps nothing that is worth an orderly end
        process.wait()
        listener.join()
        process.stdout.close()


def _environment() -> dict[str, str]:
    """No credentials, and no network: DuckDB would fetch an extension that it can do without."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GOOGLE_", "CLOUDSDK_"))}
    nowhere = "http://127.0.0.1:9"
    return kept | {"HOME": str(ENVIRONMENT / "home"), "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere}


def _bigquery_port(line: str) -> int | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event["port"] if event.get("event") == "rest.listen" else None


def _storage_port(line: str) -> int | None:
    return int(line.split()[-1]) if line.startswith("listening on") else None
