"""What the tests stand in for Google with: that it answers, and that it is not skipped where the environment is there."""

import emulators
import pytest
import requests
from emulators import BUCKET, PROJECT


def test_the_emulator_of_bigquery_answers_on_loopback(bigquery_emulator):
    body = {"query": "SELECT SAFE_DIVIDE(1, 2) AS share", "useLegacySql": False}
    answer = requests.post(f"{bigquery_emulator}/bigquery/v2/projects/{PROJECT}/queries", json=body, timeout=30)

    assert bigquery_emulator.startswith("http://127.0.0.1:")
    assert answer.json()["rows"] == [{"f": [{"v": "0.5"}]}]


def test_the_emulator_of_the_object_store_has_one_empty_bucket(storage_emulator):
    buckets = requests.get(f"{storage_emulator}/storage/v1/b", timeout=30).json()["items"]

    assert [bucket["name"] for bucket in buckets] == [BUCKET]


def test_without_the_environment_the_reason_says_how_to_make_it(monkeypatch, tmp_path):
    monkeypatch.setattr(emulators, "ENVIRONMENT", tmp_path)

    with pytest.raises(pytest.skip.Exception, match="not installed: make .venv-emulators/.ready"), emulators._listening(["x"], int):
        pass


def test_an_emulator_that_does_not_start_shows_what_it_said():
    command = [emulators.BIN / "python", "-c", "raise SystemExit('no such thing')"]

    with pytest.raises(RuntimeError, match="python does not start. It said:\nno such thing"), emulators._listening(command, lambda line: None):
        pass
