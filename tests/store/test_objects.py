"""The contract of an object store, on disk and in Google Cloud Storage, and the naming rule of its keys."""

import gzip
import json
import os
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import source_bodies
from emulators import BUCKET
from google.cloud import storage

from nbhelpers import raw
from nbhelpers.errors import BadInput, Broken, Unavailable
from nbhelpers.raw import loading
from nbhelpers.season import PLAN_SEASON, window
from nbhelpers.store import objects, open_store

OCT_21 = date(2025, 10, 21)
NOON = datetime(2025, 12, 17, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return open_store(tmp_path / "bucket")


@pytest.fixture(params=["on disk", "in Google Cloud Storage"])
def store(request, tmp_path, monkeypatch):
    if request.param == "on disk":
        return request.getfixturevalue("folder")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", request.getfixturevalue("storage_emulator"))
    return open_store(f"gs://{BUCKET}/{tmp_path.name}")


def put(store, key, body=b"{}", encoding=None):
    """An object as another tool would put it there."""
    if isinstance(store, objects.LocalStore):
        path = store.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    else:
        blob = storage.Blob.from_uri(f"{store}/{key}", client=storage.Client(project=None))
        blob.content_encoding = encoding
        blob.upload_from_string(body)


def test_a_store_that_nothing_was_put_in_yet_holds_nothing(store):
    assert store.keys() == []
    assert store.keys("nba-com/schedule/") == []


def test_what_is_stored_is_read_back_and_listed_by_its_key(store):
    store.create("nba-com/schedule/2025-26/20251217_120000.json", b'{"a": 1}')

    assert store.keys() == ["nba-com/schedule/2025-26/20251217_120000.json"]
    assert store.read("nba-com/schedule/2025-26/20251217_120000.json") == b'{"a": 1}'
    assert store.read_json("nba-com/schedule/2025-26/20251217_120000.json") == {"a": 1}


def test_keys_are_sorted_and_may_be_asked_for_by_the_beginning_of_a_name(store):
    for key in ("b/2025-11-02/x.json", "b/2025-10-31/y.json", "b/2025-10-31/x.json", "a/z.json"):
        put(store, key)

    assert store.keys("b/2025-10") == ["b/2025-10-31/x.json", "b/2025-10-31/y.json"]
    assert store.keys() == ["a/z.json", "b/2025-10-31/x.json", "b/2025-10-31/y.json", "b/2025-11-02/x.json"]


def test_an_object_is_never_overwritten(store):
    store.create("a/b.json", b"first")

    with pytest.raises(objects.AlreadyThere, match="a/b.json exists already"):
        store.create("a/b.json", b"second")

    assert store.read("a/b.json") == b"first"
    assert store.keys() == ["a/b.json"]


def test_a_write_that_was_refused_leaves_nothing_behind(folder):
    folder.create("a/b.json", b"first")
    with pytest.raises(objects.AlreadyThere):
        folder.create("a/b.json", b"second")

    assert os.listdir(folder.root / "a") == ["b.json"]


def test_an_object_is_stored_whole_or_not_at_all(folder, monkeypatch):
    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(Broken, match="a/b.json cannot be written .* No space left on device"):
        folder.create("a/b.json", b"body")

    assert folder.keys() == [] and os.listdir(folder.root / "a") == []


def test_half_written_and_hidden_files_are_no_objects(store):
    for key in ("a/.b.json.17.18.tmp", ".git/config", "a/.hidden/c.json", "a/b.json"):
        put(store, key)

    assert store.keys() == ["a/b.json"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    store = objects.LocalStore(tmp_path / "file" / "below")

    with pytest.raises(Broken, match="a.json cannot be written"):
        store.create("a.json", b"")


def test_a_folder_that_cannot_be_listed_is_not_taken_for_an_empty_one(folder, monkeypatch):
    def closed(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(Unavailable, match="bucket cannot be read: Permission denied"):
        folder.keys()


@pytest.mark.parametrize(
    "key", ["../out.json", "/etc/x.json", "a//b.json", "a/../../b.json", "a/.b.json", "", "a\\b", "a\0b"]
)
def test_a_key_cannot_leave_the_store(store, key):
    with pytest.raises(BadInput, match="not a plain path below the store"):
        store.create(key, b"")
    with pytest.raises(BadInput):
        store.read(key)
    assert store.keys() == []


def test_a_prefix_cannot_leave_the_store(store):
    with pytest.raises(BadInput):
        store.keys("../")


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": ', b'{"a": NaN}', b"\xff\xfe\x00", b"[" * 100_000])
def test_an_object_that_is_not_json_is_named(store, body):
    put(store, "a/b.json", body)

    with pytest.raises(Broken, match=r"object a/b.json \(\d+ bytes\) is not JSON"):
        store.read_json("a/b.json")


def test_a_zipped_object_reads_like_any_other(store):
    put(store, "a/b.json.gz", gzip.compress(json.dumps({"a": 1}).encode()))
    put(store, "a/cut.json.gz", gzip.compress(b'{"a": 1}')[:-6])
    put(store, "a/plain.json.gz", b'{"a": 1}')

    put(store, "a/zipped_by_the_upload.json", gzip.compress(b'{"a": 2}'), encoding="gzip")

    assert store.read_json("a/b.json.gz") == {"a": 1}
    assert store.read_json("a/zipped_by_the_upload.json") == {"a": 2}
    for key in ("a/cut.json.gz", "a/plain.json.gz"):
        with pytest.raises(Broken, match=f"{key} .* is not JSON"):
            store.read_json(key)


def test_what_another_pipeline_left_is_loaded_and_what_cannot_be_is_named(store):
    def zipped(body):
        return gzip.compress(json.dumps(body).encode())

    oct_22 = date(2025, 10, 22)
    schedule = source_bodies.schedule(source_bodies.scheduled())
    put(store, "nba-com/schedule/2025-26/latest.json", zipped(schedule), encoding="gzip")
    put(store, f"{objects.box_score_prefix(OCT_21)}export-0001.json.gz", zipped(source_bodies.box_object(source_bodies.box_game())))
    put(store, f"{objects.box_score_prefix(OCT_21)}empty.json", b"")
    put(store, f"{objects.box_score_prefix(OCT_21)}_SUCCESS", b"")
    put(store, f"{objects.box_score_prefix(oct_22)}export-0001.json", json.dumps(source_bodies.box_object(day=oct_22)).encode())

    loaded = raw.load(store, window("2025-10-21", "2025-10-22", PLAN_SEASON, today=date(2025, 12, 17)))

    assert {row["source_file_path"] for row in loaded.rows[loading.BOX_SCORES]} == {"ball-dont-lie/boxscores/2025-10-21/export-0001.json.gz"}
    assert [key for key, _ in loaded.broken] == ["ball-dont-lie/boxscores/2025-10-21/empty.json"]
    assert objects.foreign(store) == ["ball-dont-lie/boxscores/2025-10-21/_SUCCESS"]


def test_an_object_that_is_not_there_is_named(store):
    with pytest.raises(Broken, match="object a/b.json cannot be read"):
        store.read("a/b.json")


@pytest.mark.parametrize("location", ["s3://bucket/x", "https://storage.googleapis.com/bucket", "", "  "])
def test_only_folders_and_buckets_of_google_are_stores(location):
    with pytest.raises(BadInput, match=f"bucket '{location.strip()}' is neither a local folder nor on Google Cloud Storage"):
        open_store(location)


@pytest.mark.parametrize("location", ["gs://", "gs://ab", "gs://Season", "gs://season//x", "gs://season/../x", "gs://season/.x"])
def test_an_address_that_is_no_buckets_is_refused_and_quoted(location):
    with pytest.raises(BadInput, match=f"bucket '{location}' is not a bucket's address"):
        open_store(location)


@pytest.mark.parametrize("location", ["gs://me:s3cret@season", "gs://season?token=s3cret", "https://host/season?signature=s3cret"])
def test_a_secret_in_an_address_is_refused_and_not_repeated(location):
    with pytest.raises(BadInput) as refused:
        open_store(location)
    assert "s3cret" not in str(refused.value)


def test_a_file_is_no_store(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="is a file, not a folder"):
        open_store(str(tmp_path / "file"))


def test_every_kind_of_key_says_what_its_object_is():
    of = PLAN_SEASON.name
    keys = [
        objects.schedule_key(of, "20251217_120000"),
        objects.box_score_key(OCT_21, "20251022_110500"),
        objects.play_by_play_key(OCT_21, "0022500001", "20251022_111000"),
    ]

    assert keys == [
        "nba-com/schedule/2025-26/20251217_120000.json",
        "ball-dont-lie/boxscores/2025-10-21/20251022_110500.json",
        "nba-com/play-by-play/2025-10-21/game_0022500001/20251022_111000.json",
    ]
    assert [objects.address(key) for key in keys] == [
        objects.Address("schedule", season="2025-26"),
        objects.Address("box_score", game_date=OCT_21),
        objects.Address("play_by_play", game_date=OCT_21, nba_game_id="0022500001"),
    ]


def test_the_folder_alone_says_whose_object_it_is(store):
    known = [
        "ball-dont-lie/boxscores/2025-11-13/whatever.json",
        "nba-com/play-by-play/2025-11-13/game_0022500200/latest.json.gz",
    ]
    unknown = [
        "ball-dont-lie/boxscores/2025-11-13/notes.txt",
        "ball-dont-lie/boxscores/2025-13-13/20251114_110500.json",
        "ball-dont-lie/boxscores/20251114_110500.json",
        "nba-com/play-by-play/2025-11-13/game_0022500200/back\\slash.json",
        "nba-com/play-by-play/2025-11-13/game_22500200/x.json",
        "odds/2025-11-13/x.json",
    ]
    for key in known + unknown:
        put(store, key)

    assert objects.foreign(store) == unknown


def test_a_stamp_is_the_utc_second_of_the_fetch():
    new_york = timezone(timedelta(hours=-5))
    assert objects.stamp(datetime(2025, 12, 16, 23, 30, 1, 999, tzinfo=new_york)) == "20251217_043001"
    with pytest.raises(ValueError, match="no time zone"):
        objects.stamp(datetime(2025, 12, 17))


def add(store, at):
    def key_of(name):
        return objects.box_score_key(OCT_21, name)

    return objects.add(store, objects.box_score_prefix(OCT_21), key_of, at, b"{}").rpartition("/")[2]


def test_two_fetches_in_one_second_make_two_objects(store):
    assert [add(store, NOON), add(store, NOON)] == ["20251217_120000.json", "20251217_120001.json"]


def test_a_zipped_object_of_the_same_second_is_older(store):
    put(store, "ball-dont-lie/boxscores/2025-10-21/20251217_120000.json.gz")
    assert add(store, NOON) == "20251217_120001.json"


def test_a_later_fetch_sorts_last_even_if_the_clock_was_set_back(store):
    add(store, NOON)
    assert add(store, NOON - timedelta(days=30)) == "20251217_120001.json"


def test_a_name_that_is_no_stamp_does_not_pass_for_the_newest(store):
    put(store, "ball-dont-lie/boxscores/2025-10-21/latest.json")
    put(store, "ball-dont-lie/boxscores/2025-10-21/99999999_999999.json")
    add(store, NOON)

    names = [key.rpartition("/")[2] for key in objects.in_order(store.keys())]
    assert names == ["99999999_999999.json", "latest.json", "20251217_120000.json"]


def test_a_stamp_taken_since_the_listing_is_passed_over(store, monkeypatch):
    put(store, objects.box_score_key(OCT_21, "20251217_120000"))
    monkeypatch.setattr(store, "keys", lambda prefix="": [])

    assert add(store, NOON) == "20251217_120001.json"


def test_a_zipped_object_that_unpacks_without_end_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(objects, "MOST_UNPACKED", 2**20)
    body = gzip.compress(b" " * 2**20 + b"{}")
    with pytest.raises(Broken, match="bomb.json.gz .* is not JSON: it unpacks to more than 1 MB"):
        objects.parse_object("bomb.json.gz", body)
    assert objects.parse_object("fine.json.gz", gzip.compress(b" " * 2**19 + b"{}")) == {}
