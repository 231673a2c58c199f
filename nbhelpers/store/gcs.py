"""The object store in Google Cloud Storage: the same keys below a bucket, or below a prefix in one.

Every write says that there must be no object yet, so two runs can never overwrite each other, and a write whose answer
was lost can be asked for again.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import requests
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.cloud import storage  # type: ignore[attr-defined]  # a namespace package of several distributions
from google.cloud.storage.exceptions import DataCorruption
from google.cloud.storage.retry import DEFAULT_RETRY

from nbhelpers.errors import BadInput, Broken, Explained, Unavailable
from nbhelpers.store.objects import is_hidden, parse_object, require_plain, taken

RETRY = DEFAULT_RETRY.with_timeout(120)  # seconds: 408, 429, 5xx and cut connections; a longer wait looks like a hang
ANSWER_WITHIN = 60  # seconds, a single request
ROLE = "roles/storage.objectUser"
_UNTOUCHED = "objects are written whole or not at all, and earlier ones are untouched"


class GcsStore:
    """A bucket, or what is below a prefix in it. Folder markers and hidden names in it are not objects."""

    def __init__(self, bucket: str, prefix: str = ""):
        self._name, self._prefix = bucket, f"{prefix}/" if prefix else ""
        with self._explaining("be opened"):
            self._bucket = _client(os.environ.get("STORAGE_EMULATOR_HOST")).bucket(bucket)

    def __str__(self) -> str:
        return f"gs://{self._name}/{self._prefix}".rstrip("/")

    def keys(self, prefix: str = "") -> list[str]:
        """Every key that starts with `prefix`, sorted. Unavailable if that cannot be told."""
        return sorted(self.versions(prefix))

    def versions(self, prefix: str = "") -> dict[str, str]:
        """Every key that starts with `prefix`, with the generation and the digest that the bucket has for its object."""
        if folder := prefix.rpartition("/")[0]:
            require_plain(folder)
        start = self._prefix + prefix
        with self._explaining("be listed"):
            found = self._bucket.list_blobs(
                prefix=start, fields="items(name,generation,md5Hash),nextPageToken", retry=RETRY, timeout=ANSWER_WITHIN
            )
            versions = {blob.name.removeprefix(self._prefix): f"{blob.generation} {blob.md5_hash}" for blob in found}
        return {key: version for key, version in versions.items() if not key.endswith("/") and not is_hidden(key)}

    def read(self, key: str) -> bytes:
        """The bytes of an object as they were stored. Broken if there is none or it cannot be read."""
        blob = self._blob(key)
        try:
            with self._explaining("be read", key):
                # Raw: as they were stored, even if the bucket would unzip them on the way.
                return blob.download_as_bytes(raw_download=True, retry=RETRY, timeout=ANSWER_WITHIN)
        except api.NotFound as problem:
            raise Broken(
                f"object {key} cannot be read: {_said(problem)}.",
                "objects that cannot be seen would be taken for absent",
                f"was it deleted meanwhile? gcloud storage ls {self}/{key}",
            ) from None

    def read_json(self, key: str) -> Any:
        """The object parsed, unzipped first if it was stored zipped. Broken, naming the key, if it is not JSON."""
        return parse_object(key, self.read(key))

    def create(self, key: str, body: bytes) -> None:
        """Store a new object, whole or not at all. AlreadyThere if the key is taken, Broken if it cannot be written."""
        blob = self._blob(key)
        mark = secrets.token_hex(8)
        blob.metadata = {"write": mark}
        kind = "application/gzip" if key.endswith(".gz") else "application/json"
        try:
            with self._explaining("be written", key):
                # The server compares the checksum that goes with it, and keeps nothing if it differs.
                blob.upload_from_string(
                    body, content_type=kind, if_generation_match=0, checksum="crc32c", retry=RETRY, timeout=ANSWER_WITHIN
                )
        except api.PreconditionFailed:
            if not self._is_ours(key, mark):
                raise taken(key) from None
        except api.NotFound as problem:
            raise self._no_bucket(problem) from None

    def _is_ours(self, key: str, mark: str) -> bool:
        """Whether the object that is in the way is what this very write left, its answer lost on the way."""
        with self._explaining("be looked at", key):
            there = self._bucket.get_blob(f"{self._prefix}{key}", retry=RETRY, timeout=ANSWER_WITHIN)
        return there is not None and (there.metadata or {}).get("write") == mark

    def _blob(self, key: str) -> storage.Blob:
        require_plain(key)
        return self._bucket.blob(f"{self._prefix}{key}")

    @contextmanager
    def _explaining(self, what: str, key: str = "") -> Iterator[None]:
        """Turn what goes wrong in the block into an error that says what to do; about an object, 404 and 412 are left."""
        try:
            yield
        except (api.GoogleAPIError, auth.GoogleAuthError, requests.RequestException, ConnectionError, DataCorruption) as problem:
            if key and isinstance(problem, api.NotFound | api.PreconditionFailed):
                raise
            raise self._explained(problem, f"object {key} in {self}" if key else str(self), what) from None

    def _explained(self, problem: Exception, where: str, what: str) -> Explained:
        if isinstance(problem, auth.GoogleAuthError) and not isinstance(problem, auth.TransportError):
            return BadInput(
                f"{where} cannot {what}: no credentials that are valid.",
                "the runbook uses application-default credentials and keeps none of its own",
                "gcloud auth application-default login, or run it where a service account is attached.",
            )
        if isinstance(problem, api.NotFound):
            return self._no_bucket(problem)
        if isinstance(problem, DataCorruption):
            return Broken(
                f"{where} cannot {what}: its checksum is another than that of what arrived.",
                "half an object is worse than none",
                "run again: it is asked for again.",
            )
        refusal = f"{where} cannot {what}: {_said(problem)}"
        if isinstance(problem, api.Forbidden | api.Unauthorized):
            return Unavailable(
                f"{refusal} (permission).",
                f"it takes the role Storage Object User on the bucket; {_UNTOUCHED}",
                f"gcloud storage buckets add-iam-policy-binding gs://{self._name} --member=user:YOU --role={ROLE}",
            )
        if isinstance(problem, api.ClientError) and not isinstance(problem, api.TooManyRequests):
            return Unavailable(f"{refusal}.", _UNTOUCHED, f"see gcloud storage buckets describe gs://{self._name}")
        return Unavailable(f"{refusal} (tried again for {RETRY.timeout:.0f} s).", _UNTOUCHED, "run again: it goes on from here.")

    def _no_bucket(self, problem: Exception) -> Unavailable:
        return Unavailable(
            f"there is no bucket gs://{self._name}: {_said(problem)}.",
            "a run makes no bucket: where it stands and what it costs is yours to say",
            f"check --bucket, or: gcloud storage buckets create gs://{self._name} --project=P --location=L",
        )


@cache
def _client(emulator: str | None) -> storage.Client:
    """The client with application-default credentials, or with none for an emulator; one for all stores of a process.

    Objects belong to a bucket, whose name is the only one in the world: the project is not asked.
    """
    # For traces that nobody collects, the client would ask in the background about the bucket itself, which takes a
    # permission more than the runbook needs.
    os.environ.setdefault("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
    return storage.Client(project=None)


def _said(problem: Exception) -> str:
    """What the server said, without addresses: that of an upload is as good as a key to it."""
    problem = getattr(problem, "cause", None) or problem
    response = getattr(problem, "response", None)
    if response is None:
        return f"it does not answer ({type(problem).__name__})"
    try:
        text = response.json()["error"]["message"]
    except (ValueError, KeyError, TypeError):
        text = response.text.strip().partition("\n")[0]
    if not text or "<" in text or "://" in text or len(text) > 300:
        return f"status {response.status_code}"
    return f"status {response.status_code}, {text.rstrip('.')}"
