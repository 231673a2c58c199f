"""A proxy before the emulator of BigQuery that answers as Google does where the emulator forgives, in Google's words."""

import io
import json
import re
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import requests
from refusals import LEAST_BILLED, TOO_CHEAP, datasets_of_text, refusals_of_text

from nbhelpers.warehouse.bigquery import script_reads

PATH = re.compile(r"(/upload)?/bigquery/v2/projects/(?P<project>[^/]+)(/(?P<kind>\w+))?(/(?P<name>[^/]+))?(/(?P<part>\w+))?(/(?P<of>[^/]+))?")
DENIED = "Access Denied: Dataset {project}:{dataset}: Permission {permission} denied on dataset {project}:{dataset} (or it may not exist)."
NO_CREATING = "Access Denied: Project {project}: User does not have bigquery.datasets.create permission in project {project}."
CHANGED_TYPE = "Provided Schema does not match Table. Field {name} has changed type from {declared} to {there}"
NULL_IN_REQUIRED = "Error while reading data, error message: Required field {name} cannot be null"
NO_NUMBER = "Invalid value at 'job.configuration.query.maximum_bytes_billed' (TYPE_INT64), \"{most}\""
ARROW_KINDS = [
    (pa.types.is_string, "STRING"), (pa.types.is_int64, "INTEGER"), (pa.types.is_float64, "FLOAT"), (pa.types.is_boolean, "BOOLEAN"),
    (pa.types.is_date32, "DATE"), (lambda kind: pa.types.is_timestamp(kind) and kind.tz == "UTC", "TIMESTAMP"),
    (pa.types.is_timestamp, "DATETIME"),
]  # fmt: skip
ALIASES = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN"}
Refusal = tuple[int, str, str]  # status, reason and message


@dataclass(frozen=True)
class Sent:
    """What somebody has sent: the jobs, and how many calls for something else than a job or its rows."""

    jobs: list[dict]
    metadata_calls: int

    @property
    def texts(self) -> list[str]:
        """The SQL of the jobs that are no loads."""
        return [query["query"] for job in self.jobs if (query := job["configuration"].get("query"))]

    def most_reads(self) -> int:
        """How many tables the job reads that reads the most: each WITH as often as it is referred to, no temporary table."""
        return max(sum(script_reads(text, of_temporary=0)) for text in self.texts)

    def most_reads_of_a_statement(self) -> int:
        """The same of a single statement, temporary tables too."""
        return max(max(script_reads(text)) for text in self.texts)

    def least_billed(self) -> int:
        """The bytes that BigQuery would bill at the least: so many for each table that a statement reads."""
        return LEAST_BILLED * sum(sum(script_reads(text)) for text in self.texts)


@dataclass
class Strict:
    """What the proxy has seen, and what it is told to do."""

    emulator: str
    address: str = ""
    editable: set[str] | None = None  # the datasets that the caller may edit, as README's least roles say; None: he may all, and make more
    unseen: int = 0  # times that a job which is there is said not to be
    is_killed: Callable[[str], bool] = lambda moment: False  # who publishes, "before" the job or "after" it; he gets no answer then
    jobs: dict[str, dict] = field(default_factory=dict)  # every id that was ever inserted, for ever
    partitioned: dict[str, str] = field(default_factory=dict)  # tables that need a partition filter, and over which column
    calls: Counter = field(default_factory=Counter)  # `POST jobs`, `GET tables` and so on
    uploads: dict[str, dict] = field(default_factory=dict)  # the loads whose rows are still to come, by their address
    counted_jobs: int = 0  # by `sent`
    counted_calls: int = 0

    @property
    def metadata_calls(self) -> int:
        """How many calls asked for something else than a job, or for its rows."""
        return sum(count for call, count in self.calls.items() if not call.endswith((" jobs", " queries", " upload")))

    def sent(self) -> "Sent":
        """What was asked since this was asked last."""
        jobs = list(self.jobs.values())[self.counted_jobs :]
        found = Sent(jobs, self.metadata_calls - self.counted_calls)
        self.counted_jobs, self.counted_calls = len(self.jobs), self.metadata_calls
        return found

    def refusal(self, method: str, path: str, body: dict, sent: bytes = b"") -> Refusal | None:
        """With what a request is refused; None where it is handed on."""
        address, _, query = path.partition("?")
        found = PATH.fullmatch(address)
        if found is None:
            return None
        kind = f"{found['part'] or found['kind']}" if found["kind"] == "datasets" else str(found["kind"])
        self.calls[f"{method} {'upload' if 'upload_id' in query else kind}"] += 1
        if method == "PUT" and path in self.uploads:
            return _refused_rows(self.uploads.pop(path), sent)
        if method == "GET" and kind == "jobs" and self.unseen and found["name"] in self.jobs:
            self.unseen -= 1
            return 404, "notFound", f"Not found: Job {found['name']}"
        if found["kind"] == "datasets" and (denied := self._denied(method, found, body)):
            return 403, "accessDenied", denied
        if method == "POST" and kind == "tables" and body.get("requirePartitionFilter"):
            table = body["tableReference"]
            self.partitioned[f"{table['datasetId']}.{table['tableId']}"] = body["timePartitioning"]["field"]
        return self._refused_job(body, found["project"]) if method == "POST" and kind == "jobs" and "configuration" in body else None

    def _denied(self, method: str, found: re.Match, body: dict) -> str:
        """What Data Editor on some datasets may not: make, change or drop a dataset, or look at another one."""
        if self.editable is None:
            return ""
        if method == "POST" and found["name"] is None:
            return NO_CREATING.format(project=found["project"])
        is_of_dataset = found["part"] is None and method != "GET"
        if found["name"] and (is_of_dataset or found["name"] not in self.editable):
            permission = "bigquery.datasets.update" if is_of_dataset else "bigquery.tables.get"
            return DENIED.format(project=found["project"], dataset=found["name"], permission=permission)
        return ""

    def _refused_job(self, body: dict, project: str) -> Refusal | None:
        identifier = body.get("jobReference", {}).get("jobId", "")
        if identifier in self.jobs:
            return 409, "duplicate", f"Already Exists: Job {identifier}"
        if not body["configuration"].get("dryRun"):
            self.jobs[identifier] = body
        query = body["configuration"].get("query")
        if not query:
            return None
        most = query.get("maximumBytesBilled")
        if most and not str(most).isdigit():
            return 400, "invalid", NO_NUMBER.format(most=most)
        if most and int(most) < LEAST_BILLED:
            return 400, "bytesBilledLimitExceeded", TOO_CHEAP.format(most=most)
        foreign = datasets_of_text(query["query"]) - self.editable if self.editable is not None else set()
        for dataset in sorted(foreign):
            return 403, "accessDenied", DENIED.format(project=project, dataset=dataset, permission="bigquery.tables.getData")
        for said in refusals_of_text(query["query"], self.partitioned):
            return 400, "invalidQuery", said
        return None


def _refused_rows(load: dict, sent: bytes) -> Refusal | None:
    """What BigQuery would say of the rows of a load, by the types and absent values in the Parquet file."""
    rows, config = pq.read_table(io.BytesIO(sent)), load["configuration"]["load"]
    for column in config["schema"]["fields"]:
        if column["name"] not in rows.column_names:
            continue
        there, declared = rows[column["name"]], ALIASES.get(column["type"], column["type"])
        if pa.types.is_list(there.type) is not (column.get("mode") == "REPEATED"):
            return 400, "invalid", CHANGED_TYPE.format(name=column["name"], declared=declared, there="another mode")
        kind = there.type.value_type if pa.types.is_list(there.type) else there.type
        name = next((name for is_it, name in ARROW_KINDS if is_it(kind)), str(kind))
        if name != declared:
            return 400, "invalid", CHANGED_TYPE.format(name=column["name"], declared=declared, there=name)
        if column.get("mode") == "REQUIRED" and there.null_count:
            return 400, "invalid", NULL_IN_REQUIRED.format(name=column["name"])
    return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits 40 ms for who asked to acknowledge its head
    strict: Strict

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(sent) if sent and "json" in self.headers.get("Content-Type", "") else {}
        except ValueError:
            body = {}
        try:
            refused = self.strict.refusal(self.command, self.path, body, sent)
        except Exception:  # without an answer the client would ask again for minutes
            refused = 400, "standInBroken", traceback.format_exc()
        if refused:
            code, reason, message = refused
            error = {"code": code, "message": message, "errors": [{"reason": reason, "message": message}]}
            self._send(code, json.dumps({"error": error}).encode(), {"Content-Type": "application/json"})
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding", "connection")}
        is_publishing = b"COMMIT TRANSACTION" in sent and b"gate_receipts" in sent
        if is_publishing and self.strict.is_killed("before"):
            return
        got = requests.request(self.command, self.strict.emulator + self.path, data=sent, headers=headers, timeout=600, allow_redirects=False)
        if is_publishing and self.strict.is_killed("after"):
            return
        kept = {name: value.replace(self.strict.emulator, self.strict.address) for name, value in got.headers.items()}
        if "uploadType=resumable" in self.path and self.command == "POST" and "location" in got.headers:
            self.strict.uploads[got.headers["location"].removeprefix(self.strict.emulator)] = body
        dropped = ("content-length", "content-encoding", "transfer-encoding", "connection", "date", "server")
        self._send(got.status_code, got.content, {name: value for name, value in kept.items() if name.lower() not in dropped})

    def _send(self, code: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def log_message(self, *words: object) -> None:
        """Says nothing."""


@contextmanager
def standing_before(emulator: str) -> Iterator[Strict]:
    """The proxy while it runs."""
    strict = Strict(emulator)
    handler = type("Handler", (_Handler,), {"strict": strict})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    strict.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield strict
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def strict_bigquery(bigquery_emulator) -> Iterator[Strict]:
    """BigQuery's emulator, made strict."""
    with standing_before(bigquery_emulator) as strict:
        yield strict
