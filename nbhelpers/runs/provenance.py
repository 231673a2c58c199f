"""Which code ran: the commit, the versions, and whether a notebook is the committed one."""

import importlib.metadata
import platform
import subprocess
from pathlib import Path

import nbhelpers
from nbhelpers.isolation import package_digest
from nbhelpers.settings import ROOT

PACKAGES = ("duckdb", "pandas", "papermill", "sqlglot")


def versions() -> dict[str, str]:
    """The versions of Python and of what computes, draws and runs."""
    return {name: importlib.metadata.version(name) for name in PACKAGES} | {"python": platform.python_version()}


def loaded_package() -> dict[str, str]:
    """The helper package that this process has loaded: `package` (its folder) and `sha256` of all its code, SQL and templates."""
    return {"package": str(Path(nbhelpers.__file__).resolve().parent), "sha256": package_digest()}


def git() -> dict[str, str | bool]:
    """The commit, and whether anything differs from it."""
    return {"commit": (_ask("rev-parse", "HEAD") or b"unknown").decode().strip(), "dirty": _ask("status", "--porcelain") != b""}


def is_edited(notebook: Path) -> bool | None:
    """Whether a notebook's cells are not the committed ones of its name; None where nothing tells. Outputs do not count."""
    committed = _ask("show", f"HEAD:./notebooks/{notebook.name}")
    if committed is None:
        return None if _ask("rev-parse", "HEAD") is None else True
    try:
        return _cells(notebook.read_text(encoding="utf-8")) != _cells(committed.decode())
    except (ValueError, AttributeError, KeyError):
        return True


def _cells(text: str) -> list[tuple]:
    import nbformat  # heavy, and a run that has nothing to do does without

    return [(cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in nbformat.reads(text, 4).cells]


def _ask(*words: str) -> bytes | None:
    """What git says of the runbook's folder; None where it says nothing good, or is not there."""
    try:
        answer = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return answer.stdout if answer.returncode == 0 else None
