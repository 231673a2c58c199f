"""A run's record while it is written: nothing half-written, nothing claimed that was not done, whatever ends the run."""

import json
import os
import shutil
import threading
from datetime import datetime
from pathlib import Path

from nbhelpers.errors import BadInput, is_full, unwritable
from nbhelpers.run_folder import ACCOUNT, JOURNAL, MANIFEST
from nbhelpers.runs import chain, files, provenance
from nbhelpers.runs.journal import Journal
from nbhelpers.season import Window
from nbhelpers.session import now
from nbhelpers.settings import Settings


class Record:
    """The folder of a run: its manifest and its journal say the same at every moment, and both are on disk."""

    def __init__(self, folder: Path, manifest: dict):
        self.folder, self.manifest = folder, manifest
        self._writing = threading.Lock()  # two notebooks may run at once

    def begin(self) -> None:
        """Make the folder, with its journal and its manifest from the first moment."""
        runs = self.folder.parent
        aside = runs / f".{self.folder.name}.partial"
        try:
            for left in runs.glob(".*.partial"):  # by a run that was killed before it began
                shutil.rmtree(left, ignore_errors=True)
            aside.mkdir(parents=True)
            self._journal = Journal(aside)
            self._journal.write({"at": iso(now()), "event": "started"})
            save(aside, self.manifest)
            os.replace(aside, self.folder)
        except OSError as problem:
            if is_full(str(problem)):
                raise unwritable(problem) from None
            raise BadInput(
                f"runs folder {runs} cannot be written: {problem.strerror}.",
                "a run without its record cannot be trusted",
                "choose a folder that you can write to: --runs DIR.",
            ) from None

    def entry(self, path: Path) -> dict:
        """What the manifest says of a notebook; what is changed in it is on disk after the next event."""
        return next(entry for entry in self.manifest["notebooks"] if entry["file"] == path.name)

    def add_event(self, event: str, notebook: str, **details: str) -> None:
        """Note an event of a notebook in the journal, and save the manifest."""
        with self._writing:
            self._journal.write({"at": iso(now()), "event": event, "notebook": notebook} | details)
            save(self.folder, self.manifest)

    def end(self) -> None:
        """Complete the record of a run that has ended, and chain it."""
        self._journal.write(
            {"at": iso(now()), "event": "ended", "status": self.manifest["status"], "exit_code": self.manifest["exit_code"]}
        )
        end(self.folder, self.manifest)

    def close(self) -> None:
        """Let the journal go: the run is over, its record whole or not."""
        self._journal.close()


def new_manifest(run_id: str, settings: Settings, window: Window, paths: list[Path], repair: str, at: datetime) -> dict:
    """The manifest of a run that begins: its window, settings and code, and its notebooks, none of them run."""
    return {
        "run_id": run_id,
        "pid": os.getpid(),
        "status": "running",
        "exit_code": None,
        "profile": settings.profile,
        "is_simulated": settings.is_simulated,
        "season": window.season.name,
        "window": {"start_date": str(window.start_date), "end_date": str(window.end_date)},
        "settings": settings.recorded(),
        "repair": repair,
        "package": provenance.loaded_package(),
        "kernels": None,  # the same, as they tell it themselves
        "git": provenance.git(),
        "versions": provenance.versions(),
        "started_at": iso(at),
        "ended_at": None,
        "notebooks": [
            {"name": path.stem, "file": path.name, "parameters": {}, "status": "not run", "started_at": None,
             "ended_at": None, "seconds": None, "source_sha256": None, "is_edited": None, "sha256": None, "summary": "",
             "receipt": None}
            for path in paths
        ],
        "verdict": None,
        "receipts": [],
        "marks": ["SIMULATED"] * settings.is_simulated,  # what its charts bear beside their titles
        "accepted": [],  # what somebody accepted in the season, a line each
        "spent": {},
        "bytes_billed": None,  # by BigQuery
        "log_sha256": None,  # of what it wrote into the partition log
        "journal_sha256": None,
        "spent_sha256": None,
        "previous_manifest_sha256": None,
    }  # fmt: skip


def save(folder: Path, manifest: dict) -> None:
    """Write a manifest, whole or not at all."""
    files.write(folder / MANIFEST, json.dumps(manifest, indent=1))


def end(folder: Path, manifest: dict) -> None:
    """Write an ended run's manifest and report, chain them to those of the run before, and leave all of it read-only."""
    from nbhelpers.runs import report  # heavy, and `status` does without

    with chain.chaining(folder.parent) as (previous, add_link):
        for name, file in (("journal_sha256", JOURNAL), ("spent_sha256", ACCOUNT)):
            manifest[name] = files.digest(folder / file) if (folder / file).exists() else None
        manifest["previous_manifest_sha256"] = previous
        save(folder, manifest)
        report.build(folder)
        for path in (*folder.glob(".*"), *folder.glob("*.part")):  # half-written by who was killed
            path.unlink()
        add_link(folder)
    for path in folder.iterdir():
        path.chmod(0o444)  # who opens a notebook of the record does not change it by mistake


def running_copy(folder: Path, file: str) -> Path:
    """Where a notebook is executed, until it has ended."""
    return folder / f".{Path(file).stem}.running.ipynb"


def keep_copy(folder: Path, file: str) -> str | None:
    """Give an executed notebook its name, if it has not got it yet; its sha256, or None where there is none that can be read.

    Cells that never ran are marked as such: after a dead kernel or an exit they are saved as completed. The kernel is told
    by the name and in the words that JupyterLab has for it, which would write them into the record otherwise.
    """
    import nbformat  # heavy, and a run that has nothing to do does without
    from ipykernel.kernelspec import KERNEL_NAME, get_kernel_dict

    aside = running_copy(folder, file)
    if (folder / file).exists():  # a run that was killed once it had its name, and before the manifest said so
        return files.digest(folder / file)
    try:
        notebook = nbformat.read(aside, 4)
        spec = get_kernel_dict()
        notebook.metadata.kernelspec = {"display_name": spec["display_name"], "language": spec["language"], "name": KERNEL_NAME}
        for cell in notebook.cells:
            if cell.cell_type == "code" and cell.execution_count is None and "papermill" in cell.metadata:
                cell.metadata.papermill.status = "not run"
        files.write(aside, f"{nbformat.writes(notebook)}\n")  # to the byte as JupyterLab saves it
        os.replace(aside, folder / file)
    except (OSError, ValueError, AttributeError):  # never begun, or cut off by a full disk
        aside.unlink(missing_ok=True)
        return None
    return files.digest(folder / file)


def iso(at: datetime) -> str:
    """A UTC time as records tell it."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
