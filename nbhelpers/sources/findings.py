"""What was found in stored objects: known for as long as neither the object nor the code that reads it has changed.

To lose the file costs time, no more.
"""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from nbhelpers import raw
from nbhelpers.store.objects import Store

_SOURCES = Path(__file__).parent


class Findings:
    """What was found in the objects of a store, by key and by the question that it was read for."""

    def __init__(self, store: Store, kept_in: Path | None = None):
        self.store, self._kept_in = store, kept_in
        self.versions = store.versions()  # of every object, as one listing tells them
        self._found: dict[str, list] = _read(kept_in, str(store)) if kept_in else {}
        self._is_new = False

    def keys(self, prefix: str) -> list[str]:
        """Every key that starts with `prefix`, sorted."""
        return sorted(key for key in self.versions if key.startswith(prefix))

    def of(self, key: str, question: str, look: Callable[[Any], Any]) -> Any:
        """What `look` finds in an object's JSON, or found before: a value that JSON can say. Broken where it cannot be read."""
        known = self._found.get(key)
        if known is None or known[:2] != [self.versions.get(key), question]:
            self._found[key] = known = [self.versions.get(key), question, look(self.store.read_json(key))]
            self._is_new = True
        return known[2]

    def keep(self) -> None:
        """Write down what is known, for whoever asks next."""
        if self._kept_in and self._is_new:
            found = {key: known for key, known in self._found.items() if known[0] and key in self.versions}
            with suppress(OSError):
                _write(self._kept_in, {"basis": _basis(str(self.store)), "found": json.dumps(found)})
            self._is_new = False


def _read(path: Path, store: str) -> dict[str, list]:
    """What the file knows of a store; nothing where it is not whole, or was written by other code."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["basis"] == _basis(store) and kept["digest"] == _digest(kept["found"]):
            return json.loads(kept["found"])
    return {}


def _write(path: Path, kept: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(kept | {"digest": _digest(kept["found"])}), encoding="utf-8")
    os.replace(aside, path)


@cache
def _basis(store: str) -> str:
    """A digest of what findings depend on beside the objects: whose they are, and the code that reads them."""
    code = [path.read_bytes() for folder in (Path(raw.__file__).parent, _SOURCES) for path in sorted(folder.glob("*.py"))]
    return hashlib.sha256(b"\0".join([store.encode(), *code])).hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
