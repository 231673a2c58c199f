"""A proxy before the emulator of BigQuery that answers as Google does where the emulator forgives, in Google's words."""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from refusals import LEAST_BILLED, TOO_CHEAP, refusals_of_text

JOB = re.compile(r"/bigquery/v2/projects/[^/]+/jobs/(?P<id>[^/?]+)")


@dataclass
class Strict:
    """What the proxy has seen, and what it is told to do."""

    emulator: str
    address: str = ""
    may_create_datasets: bool = True  # the roles that the README names may not
    unseen: int = 0  # times that a job which is there is said not to be
    jobs: dict[str, dict] = field(default_factory=dict)  # every id that was ever inserted, for ever
    partitioned: dict[str, str] = field(default_factory=dict)  # tables that need a partition filter, and over which column
    calls: Counter = field(default_factory=Counter)  # jobs, and all other calls

    def refusal(self, method: str, path: str, body: dict) -> tuple[int, str, str] | None:
        """The status, reason and message with which a request is refused; None where it is handed on."""
        path = path.partition("?")[0]
        is_job = method == "POST" and path.endswith("/jobs") and "configuration" in body
        self.calls["jobs" if is_job else "metadata"] += 1
        if method == "POST" and path.endswith("/datasets") and not self.may_create_datasets:
            return 403, "accessDenied", "Access Denied: Project: User does not have bigquery.datasets.create permission in project."
        if method == "POST" and path.endswith("/tables") and body.get("requirePartitionFilter"):
            named = body["tableReference"]
            self.partitioned[f"{named['datasetId']}.{named['tableId']}"] = body["timePartitioning"]["field"]
        if method == "GET" and (found := JOB.match(path)) and self.unseen and found["id"] in self.jobs:
            self.unseen -= 1
            return 404, "notFound", f"Not found: Job {found['id']}"
        return self._refused_job(body) if is_job else None

    def _refused_job(self, body: dict) -> tuple[int, str, str] | None:
        identifier = body.get("jobReference", {}).get("jobId", "")
        if identifier in self.jobs:
            return 409, "duplicate", f"Already Exists: Job {identifier}"
        if not body["configuration"].get("dryRun"):
            self.jobs[identifier] = body
        query = body["configuration"].get("query")
        if not query:
            return None
        most = query.get("maximumBytesBilled")
        if most and int(most) < LEAST_BILLED:
            return 400, "bytesBilledLimitExceeded", TOO_CHEAP.format(most=most)
        for said in refusals_of_text(query["query"], self.partitioned):
            return 400, "invalidQuery", said
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    strict: Strict

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(sent) if sent and "json" in self.headers.get("Content-Type", "") else {}
        except ValueError:
            body = {}
        refused = self.strict.refusal(self.command, self.path.removeprefix("/upload"), body)
        if refused:
            code, reason, message = refused
            error = {"code": code, "message": message, "errors": [{"reason": reason, "message": message}]}
            self._send(code, json.dumps({"error": error}).encode(), {"Content-Type": "application/json"})
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding", "connection")}
        got = requests.request(self.command, self.strict.emulator + self.path, data=sent, headers=headers, timeout=600, allow_redirects=False)
        kept = {name: value.replace(self.strict.emulator, self.strict.address) for name, value in got.headers.items()}
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
