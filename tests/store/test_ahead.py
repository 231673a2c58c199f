"""What is announced is read by several threads at once, each object once, and its fault is told to who asks for it."""

import threading

import pytest

from nbhelpers.errors import Broken
from nbhelpers.store import ReadAhead


class Slow:
    """A store in which two reads must be under way before one ends."""

    def __init__(self):
        self.read: list[str] = []
        self._both = threading.Barrier(2, timeout=10)

    def read_json(self, key: str) -> dict:
        self.read.append(key)
        if key.startswith("far"):
            self._both.wait()
        if key == "broken":
            raise Broken("object broken cannot be read.", "", "")
        return {"key": key}


def test_announced_objects_are_read_at_the_same_time_and_once():
    store = Slow()
    with ReadAhead(store) as ahead:
        ahead.announce(["far/1", "far/2", "broken"])
        ahead.announce(["far/2"])
        assert [ahead.read_json(key)["key"] for key in ("far/1", "far/2", "near")] == ["far/1", "far/2", "near"]
        with pytest.raises(Broken, match="broken cannot be read"):
            ahead.read_json("broken")
    assert sorted(store.read) == ["broken", "far/1", "far/2", "near"]
