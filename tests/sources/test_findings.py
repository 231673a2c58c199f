"""What was found in stored objects: read once, and again when the object or the code has changed."""

import os
from pathlib import Path

import pytest

from nbhelpers.errors import Broken
from nbhelpers.sources import findings
from nbhelpers.sources.findings import Findings
from nbhelpers.store import LocalStore

KEY = "ball-dont-lie/boxscores/2025-10-21/20251022_110000.json"


@pytest.fixture
def store(tmp_path) -> LocalStore:
    store = LocalStore(tmp_path / "bucket")
    store.create(KEY, b'{"games": 2}')
    return store


def looked(store: LocalStore, kept_in: Path | None, question: str = "") -> tuple[int, int]:
    """How many games are found, and how often the object had to be read for it."""
    times: list[dict] = []

    def look(body: dict) -> int:
        times.append(body)
        return body["games"]

    found = Findings(store, kept_in)
    value = found.of(KEY, question, look)
    assert found.of(KEY, question, look) == value
    found.keep()
    return value, len(times)


def test_an_object_is_read_once_whoever_asks(store, tmp_path):
    kept_in = tmp_path / "home" / "read.json"
    assert [looked(store, kept_in) for _ in range(3)] == [(2, 1), (2, 0), (2, 0)]
    assert [looked(store, None) for _ in range(2)] == [(2, 1), (2, 1)]  # nowhere to keep it


def test_it_is_read_anew_when_it_has_changed_and_when_another_question_is_asked(store, tmp_path):
    kept_in = tmp_path / "read.json"
    looked(store, kept_in)
    (store.root / KEY).write_text('{"games": 3}')
    os.utime(store.root / KEY, ns=(1, 1))
    assert looked(store, kept_in) == (3, 1)
    assert looked(store, kept_in, "20251021_BOS_LAL") == (3, 1)


@pytest.mark.parametrize("spoil", [lambda text: text[: len(text) // 2], lambda text: text.replace(", 2]", ", 9]"), lambda text: "[]"])
def test_a_file_that_is_not_as_it_was_written_costs_time_and_nothing_else(store, tmp_path, spoil):
    kept_in = tmp_path / "read.json"
    looked(store, kept_in)
    spoiled = spoil(kept_in.read_text())
    assert spoiled != kept_in.read_text()
    kept_in.write_text(spoiled)
    assert [looked(store, kept_in) for _ in range(2)] == [(2, 1), (2, 0)]


def test_what_other_code_found_is_not_believed(store, tmp_path, monkeypatch):
    kept_in = tmp_path / "read.json"
    looked(store, kept_in)
    monkeypatch.setattr(findings, "_basis", lambda store: "another")
    assert looked(store, kept_in) == (2, 1)


def test_an_object_that_is_no_json_is_broken_every_time(store, tmp_path):
    (store.root / KEY).write_text("{")
    found = Findings(store, tmp_path / "read.json")
    for _ in range(2):
        with pytest.raises(Broken, match="is not JSON"):
            found.of(KEY, "", lambda body: 1)
