"""Objects read by several threads before they are asked for: in a bucket, each is a round trip."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from nbhelpers.store.objects import Store

AT_ONCE = 8  # the storage client keeps ten connections


class ReadAhead:
    """Reads a store's objects as JSON, those that were announced by threads of its own; to be used as a context."""

    def __init__(self, store: Store):
        self._store, self._pool = store, ThreadPoolExecutor(AT_ONCE)
        self._read: dict[str, Future] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=True)

    def announce(self, keys: Iterable[str]) -> None:
        """Begin to read objects that will be asked for, each once."""
        for key in keys:
            if key not in self._read:
                self._read[key] = self._pool.submit(self._store.read_json, key)

    def read_json(self, key: str) -> Any:
        """The object parsed; Broken, naming the key, where it is not JSON or cannot be read."""
        known = self._read.pop(key, None)
        return known.result() if known else self._store.read_json(key)
