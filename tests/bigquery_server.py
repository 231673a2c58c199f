"""A BigQuery that misbehaves as it is told to: enough of the REST API for the real client, on a real socket."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

PROJECT = "p"
DONE = {"state": "DONE"}


def failed(reason: str, message: str = "it failed") -> dict:
    """The status of a job that ended in an error."""
    told = {"reason": reason, "message": message}
    return {"state": "DONE", "errorResult": told, "errors": [told]}


def refused(code: int, reason: str, message: str = "refused") -> Response:
    """An answer of the API that is an error."""
    error = {"code": code, "message": message, "errors": [{"reason": reason, "message": message}]}
    return Response(json.dumps({"error": error}), status=code, content_type="application/json")


@dataclass
class Server:
    """What is answered, and what was asked."""

    http: HTTPServer
    outcomes: list = field(default_factory=list)  # of the jobs to come: a status, or a Response in place of the job
    lost: int = 0  # answers to job insertions that never arrive, although the job ran
    unseen: int = 0  # times that a job which is there is said not to be
    is_creating_forbidden: bool = False  # of datasets, as by the roles that the README names
    datasets: dict[str, dict] = field(default_factory=dict)
    tables: dict[str, dict] = field(default_factory=dict)
    rows: list[dict] = field(default_factory=list)  # of every query
    schema: dict = field(default_factory=lambda: {"fields": [{"name": "n", "type": "INTEGER"}]})
    bytes_read: int = 0
    jobs: dict[str, dict] = field(default_factory=dict)
    uploads: list[dict] = field(default_factory=list)  # loads that have begun
    asked: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.http.expect_request(re.compile("/.*")).respond_with_handler(self._answer)

    def client(self, location: str = "US") -> bigquery.Client:
        """The real client, asking here."""
        address = {"api_endpoint": self.http.url_for("").rstrip("/")}
        return bigquery.Client(PROJECT, AnonymousCredentials(), location=location, client_options=address)

    @property
    def texts(self) -> list[str]:
        """The SQL of the jobs that ran, in order."""
        return [job["configuration"]["query"]["query"] for job in self.jobs.values() if "query" in job["configuration"]]

    def _answer(self, request: Request) -> Response:
        path = request.path.removeprefix("/upload").removeprefix(f"/bigquery/v2/projects/{PROJECT}")
        self.asked[f"{request.method} {path}"] += 1
        kind, _, rest = path.strip("/").partition("/")
        if request.args.get("uploadType") == "resumable" and request.method == "POST":
            self.uploads.append(json.loads(request.data))
            return Response(headers={"Location": f"{request.base_url}?uploadType=resumable&upload_id={len(self.uploads) - 1}"})
        if request.method == "PUT" and "upload_id" in request.args:
            return self._insert(self.uploads[int(request.args["upload_id"])])
        if kind == "jobs" and request.method == "POST":
            return self._insert(json.loads(request.data))
        if kind == "jobs" and self.unseen:
            self.unseen -= 1
            return refused(404, "notFound", f"Not found: Job {rest}")
        if kind == "jobs":
            return _json(self.jobs[rest]) if rest in self.jobs else refused(404, "notFound")
        if kind == "queries":
            return self._results(rest)
        if "/tables" in rest:
            return self._table(request, rest)
        return self._thing(request, self.datasets, rest, "datasetReference", "datasetId")

    def _insert(self, told: dict) -> Response:
        job = dict(told)
        identifier = job["jobReference"]["jobId"]
        if identifier in self.jobs:
            return refused(409, "duplicate", f"Already Exists: Job {identifier}")
        is_dry = job["configuration"].get("dryRun")
        outcome = DONE if is_dry or not self.outcomes else self.outcomes.pop(0)
        if isinstance(outcome, Response):
            return outcome
        read = str(self.bytes_read)
        statistics = {"totalBytesProcessed": read, "query": {"totalBytesProcessed": read, "totalBytesBilled": read}}
        job |= {"status": outcome, "statistics": statistics, "id": f"{PROJECT}:US.{identifier}"}
        if is_dry:
            return _json(job)
        self.jobs[identifier] = job
        if self.lost:
            self.lost -= 1
            return refused(503, "backendError", "the answer is lost on its way")
        return _json(job)

    def _results(self, identifier: str) -> Response:
        job = self.jobs[identifier]
        if error := job["status"].get("errorResult"):
            return refused(400 if error["reason"] == "invalidQuery" else 500, error["reason"], error["message"])
        told = [{"f": [{"v": row[column["name"]]} for column in self.schema["fields"]]} for row in self.rows]
        found = {"jobReference": job["jobReference"], "jobComplete": True, "schema": self.schema, "rows": told}
        return _json(found | {"totalRows": str(len(told))})

    def _table(self, request: Request, rest: str) -> Response:
        dataset, _, name = rest.partition("/tables")
        if dataset not in self.datasets:
            return refused(404, "notFound", f"Not found: Dataset {dataset}")
        if name.endswith("/data"):
            return refused(404, "notFound")
        if not name and request.method == "GET":
            references = [told["tableReference"] for place, told in self.tables.items() if place.startswith(f"{dataset}/")]
            return _json({"tables": [{"tableReference": reference} for reference in references]})
        name = name.strip("/") or (json.loads(request.data)["tableReference"]["tableId"] if request.method == "POST" else "")
        return self._thing(request, self.tables, f"{dataset}/{name}", "tableReference", "tableId")

    def _thing(self, request: Request, there: dict, name: str, reference: str, key: str) -> Response:
        if request.method == "POST" and reference == "datasetReference" and self.is_creating_forbidden:
            return refused(403, "accessDenied", "Access Denied: Project p: User does not have bigquery.datasets.create permission in project p.")
        if request.method == "POST":
            told = json.loads(request.data)
            name = name.partition("/")[0] + "/" + told[reference][key] if reference == "tableReference" else told[reference][key]
            if name in there:
                return refused(409, "duplicate", "Already Exists")
            there[name] = told
            return _json(told)
        if name not in there:
            return refused(404, "notFound", f"Not found: {name}")
        if request.method == "DELETE":
            del there[name]
            return Response(status=204)
        if request.method in ("PATCH", "PUT"):
            there[name] |= json.loads(request.data)
        return _json(there[name])


def _json(told: dict) -> Response:
    return Response(json.dumps(told), content_type="application/json")
