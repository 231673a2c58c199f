"""What has been worked out of the SQL files, kept on disk: a process that finds it there need not parse, nor import sqlglot.

An answer is found by the digest of what was asked and of all that it depends on, and carries a digest of itself. So an
edited view, another version of sqlglot and a file that was cut short cost time, and nothing else. The folder stands
where Python keeps its own compiled files; to delete it, or to be unable to write to it, costs time too.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nbhelpers.sql import files

FOLDER = files.SQL / "__pycache__" / "translations"


@cache
def basis() -> str:
    """A digest of what every answer depends on: the views, schema.sql, the code that translates and sqlglot's version."""
    return _basis()


def remembered(question: str, subject: str, answer: Callable[[], Any]) -> Any:
    """What `answer` gives, or gave before: for a question about a text, a value that JSON can say."""
    key = _digest(basis(), question, subject)
    path = FOLDER / basis()[:16] / f"{key}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["digest"] == _digest(key, found["answer"]):
            return json.loads(found["answer"])
    fresh = answer()
    if _basis() == basis():  # otherwise it may have been worked out by code that came after the texts were read
        with suppress(OSError):
            _write(path, {"digest": _digest(key, json.dumps(fresh)), "answer": json.dumps(fresh)})
    return fresh


def _write(path: Path, entry: dict[str, str]) -> None:
    if not path.parent.exists():
        shutil.rmtree(path.parent.parent, ignore_errors=True)  # of views, code or a version that are no more
        path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(entry), encoding="utf-8")
    os.replace(aside, path)


def _basis() -> str:
    folders = {files.SQL, *files.VIEWS.values()}  # schema.sql and the views
    common = [text for path, text in files.texts().items() if path.parent in folders]
    code = [path.read_text(encoding="utf-8") for path in sorted(files.SQL.glob("*.py"))]
    return _digest(version("sqlglot"), *common, *code)


def _digest(*texts: str) -> str:
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()
