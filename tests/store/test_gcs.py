"""The object store in Google Cloud Storage where the service, the network or the permissions are not as they should be.

The real client asks a server that misbehaves as it is told to. What a store does when all is well is in test_objects.py.
"""

import base64
import gzip
import json
import re
import socket
from datetime import date

import google_crc32c
import pytest
from werkzeug import Request, Response

from nbhelpers import survey
from nbhelpers.errors import BadInput, Broken, Unavailable
from nbhelpers.season import PLAN_SEASON, window
from nbhelpers.session import opened
from nbhelpers.settings import Settings
from nbhelpers.sources import holdings
from nbhelpers.store import gcs, objects, open_store

SCHEDULE = "nba-com/schedule/2025-26/20251217_120000.json"
KEY = "ball-dont-lie/boxscores/2025-11-13/20251114_110500.json"
LOST = "the answer is lost on its way"
CUT = "the connection is cut"


def refused(code: int, message: str) -> Response:
    return Response(json.dumps({"error": {"code": code, "message": message}}), status=code, content_type="application/json")


class Bucket:
    """A bucket that honours preconditions, and misbehaves first as often as `troubles` says."""

    def __init__(self, http):
        self.troubles: list = []  # a Response in place of the act; LOST or CUT after it
        self.objects: dict[str, tuple[bytes, dict]] = {}  # name -> body, metadata
        self.headers: dict[str, str] = {}  # of what is read
        self.page = 1000
        self.requests: list[str] = []
        http.expect_request(re.compile("/.*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.requests.append(f"{request.method} {request.path}")
        trouble = self.troubles.pop(0) if self.troubles else None
        if isinstance(trouble, Response):
            return trouble
        answer = self._act(request)
        if trouble == CUT:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return refused(503, LOST) if trouble == LOST else answer

    def _act(self, request: Request) -> Response:
        name = request.path.partition("/o/")[2]
        if request.method == "POST":
            return self._insert(request)
        if not name:
            names = sorted(self.objects)
            start = int(request.args.get("pageToken", 0))
            told = {"items": [{"name": name} for name in names[start : start + self.page]]}
            return _json(told | ({"nextPageToken": str(start + self.page)} if names[start + self.page :] else {}))
        if name not in self.objects:
            return refused(404, f"No such object: season/{name}")
        body, told = self.objects[name]
        if request.args.get("alt") == "media":
            checksum = base64.b64encode(google_crc32c.Checksum(body).digest()).decode()
            return Response(body, headers={"X-Goog-Hash": f"crc32c={checksum}"} | self.headers)
        return _json(told)

    def _insert(self, request: Request) -> Response:
        boundary = re.search('boundary="?([^"]+)"?', request.headers["Content-Type"])[1].encode()
        _, told, media, _ = request.data.split(b"--" + boundary)
        told, body = json.loads(told.partition(b"\r\n\r\n")[2]), media.partition(b"\r\n\r\n")[2][:-2]
        if told["name"] in self.objects and request.args["ifGenerationMatch"] == "0":
            return refused(412, "At least one of the pre-conditions you specified did not hold.")
        self.objects[told["name"]] = (body, told)
        return _json(told)


@pytest.fixture
def bucket(httpserver, monkeypatch):
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", httpserver.url_for("").rstrip("/"))
    monkeypatch.setattr(gcs, "RETRY", gcs.RETRY.with_delay(initial=0.001, maximum=0.001))
    return Bucket(httpserver)


@pytest.fixture
def store(bucket):
    return open_store("gs://season")


TRANSIENT = [refused(503, "backend"), refused(429, "slow down"), refused(500, "internal"), refused(408, "timeout"), LOST, CUT]


@pytest.mark.parametrize("trouble", TRANSIENT, ids=["503", "429", "500", "408", "lost", "cut"])
def test_what_passes_by_itself_is_asked_for_again(bucket, store, trouble):
    bucket.troubles = [trouble, trouble]
    store.create(KEY, b'{"a": 1}')
    bucket.troubles = [trouble, trouble]
    assert store.keys() == [KEY]
    bucket.troubles = [trouble, trouble]
    assert store.read_json(KEY) == {"a": 1}


@pytest.mark.parametrize("trouble", [LOST, CUT])
def test_a_write_whose_answer_was_lost_is_no_other_writers_object(bucket, store, trouble):
    bucket.troubles = [trouble]
    store.create(KEY, b"ours")

    assert bucket.objects[KEY][0] == b"ours"


@pytest.mark.parametrize("troubles", [[], [refused(503, "backend")]])
def test_an_object_that_another_run_wrote_meanwhile_stays_and_is_named_even_if_it_is_the_same(bucket, store, troubles):
    bucket.objects[KEY] = (b"ours", {"name": KEY, "metadata": {"write": "of another run"}})
    bucket.troubles = troubles

    with pytest.raises(objects.AlreadyThere, match=f"object {KEY} exists already"):
        store.create(KEY, b"ours")
    assert bucket.objects[KEY][1]["metadata"] == {"write": "of another run"}


def test_a_service_that_stays_away_is_given_up_in_words(bucket, store, monkeypatch):
    monkeypatch.setattr(gcs, "RETRY", gcs.RETRY.with_timeout(0.05))
    bucket.troubles = [refused(503, "We are down")] * 1000

    with pytest.raises(Unavailable, match=r"gs://season cannot be listed: status 503, We are down \(tried again for"):
        store.keys()


def test_a_network_that_is_not_there_is_given_up_in_words(monkeypatch):
    with socket.socket() as taken:  # bound and not listening: whoever connects is refused
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{taken.getsockname()[1]}")
        monkeypatch.setattr(gcs, "RETRY", gcs.RETRY.with_delay(initial=0.001, maximum=0.001).with_timeout(0.05))

        with pytest.raises(Unavailable, match=r"gs://season cannot be listed: it does not answer \(ConnectionError\)"):
            open_store("gs://season").keys()


def test_a_missing_permission_is_named_with_the_role_and_what_to_type(bucket, store):
    said = "me@example.com does not have storage.objects.create access to the bucket"
    bucket.troubles = [refused(403, said)]
    with pytest.raises(Unavailable) as stopped:
        store.create(KEY, b"{}")

    assert f"object {KEY} in gs://season cannot be written: status 403, {said} (permission)." in stopped.value.what
    assert "Storage Object User" in stopped.value.why
    assert stopped.value.then == (
        "gcloud storage buckets add-iam-policy-binding gs://season --member=user:YOU --role=roles/storage.objectUser"
    )
    assert len(bucket.requests) == 1 and not bucket.objects


def test_a_bucket_that_is_not_there_is_named_whoever_asks(bucket, store):
    for act in (store.keys, lambda: store.create(KEY, b"{}")):
        bucket.troubles = [refused(404, "The specified bucket does not exist.")]
        with pytest.raises(Unavailable, match="there is no bucket gs://season: status 404, The specified bucket does not exist") as stopped:
            act()
        assert "gcloud storage buckets create gs://season" in stopped.value.then
    assert len(bucket.requests) == 2


def test_objects_that_may_be_listed_and_not_read_are_not_taken_for_unusable_ones_to_be_fetched_again(bucket, store):
    bucket.objects[SCHEDULE] = (b"{}", {"name": SCHEDULE})
    bucket.troubles = [None, refused(403, "me@example.com does not have storage.objects.get access")]

    with pytest.raises(Unavailable, match=f"object {SCHEDULE} in gs://season cannot be read: status 403"):
        holdings.newest_schedule(store, PLAN_SEASON.name, [])


def test_a_plan_over_a_bucket_that_cannot_be_seen_does_not_say_that_nothing_is_stored(bucket, tmp_path):
    settings = Settings("local", tmp_path, "gs://season", tmp_path / "season.duckdb", tmp_path / "runs", "", "", None)
    session = opened(window("2025-10-21", "2025-12-16", PLAN_SEASON, date(2025, 12, 17)), settings, "plan")
    bucket.troubles = [refused(403, "me@example.com does not have storage.objects.list access")]

    with pytest.raises(Unavailable, match="gs://season cannot be listed: status 403"):
        survey.slate(session)


def test_an_object_that_was_deleted_since_the_listing_is_named(bucket, store):
    with pytest.raises(Broken, match=f"object {KEY} cannot be read: status 404, No such object: season/{KEY}"):
        store.read(KEY)


def test_any_other_refusal_is_passed_on_as_it_was_said(bucket, store):
    bucket.troubles = [refused(400, "Bucket is a requester pays bucket but no user project provided.")]

    with pytest.raises(Unavailable, match="gs://season cannot be listed: status 400, Bucket is a requester pays bucket but no user project"):
        store.keys()


def test_what_arrived_damaged_is_not_taken_for_the_object(bucket, store):
    bucket.objects[KEY] = (b'{"a": 1}', {"name": KEY})
    bucket.headers = {"X-Goog-Hash": "crc32c=AAAAAA=="}

    with pytest.raises(Broken, match=f"object {KEY} in gs://season cannot be read: its checksum is another"):
        store.read(KEY)


def test_what_is_sent_carries_the_checksum_by_which_the_server_refuses_a_damaged_write(bucket, store):
    store.create(KEY, b"body")

    assert bucket.objects[KEY][1]["crc32c"] == base64.b64encode(google_crc32c.Checksum(b"body").digest()).decode()


def test_an_object_that_was_zipped_by_its_upload_is_read_as_it_was_stored(bucket, store):
    zipped = gzip.compress(b'{"a": 1}')
    bucket.objects = {KEY: (zipped, {}), f"{KEY}.gz": (zipped, {})}
    bucket.headers = {"Content-Encoding": "gzip"}

    assert store.read(KEY) == zipped
    assert store.read_json(KEY) == store.read_json(f"{KEY}.gz") == {"a": 1}


def test_a_long_listing_is_read_to_its_end_and_folder_markers_are_no_objects(bucket, store):
    bucket.objects = dict.fromkeys(["a/", "a/1.json", "a/2.json", "b/", "b/1.json"], (b"{}", {}))
    bucket.page = 2

    assert store.keys() == ["a/1.json", "a/2.json", "b/1.json"]


def test_without_credentials_it_says_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))

    with pytest.raises(BadInput, match="gs://season cannot be opened: no credentials") as stopped:
        open_store("gs://season")
    assert stopped.value.then.startswith("gcloud auth application-default login")


def test_credentials_that_are_no_longer_valid_are_told_from_a_missing_permission(bucket, store):
    bucket.troubles = [refused(401, "Invalid Credentials")] * 3

    with pytest.raises(BadInput, match="gs://season cannot be listed: no credentials that are valid"):
        store.keys()


def test_the_address_of_an_upload_which_is_as_good_as_a_key_is_never_shown(bucket, store):
    bucket.troubles = [Response("denied: http://host/upload?upload_id=s3cret", status=403)]
    with pytest.raises(Unavailable) as stopped:
        store.create(KEY, b"{}")

    assert "s3cret" not in str(stopped.value) and "http" not in str(stopped.value)


def _json(told: dict) -> Response:
    return Response(json.dumps(told), content_type="application/json")
