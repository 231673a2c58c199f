"""How the newest run is doing, by its own record."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbhelpers.run_folder import is_alive
from nbhelpers.runs import chain
from nbhelpers.wording import in_words

QUIET_MINUTES = 10  # a run that has written nothing for so long is worth a look


@dataclass(frozen=True)
class Latest:
    """The newest run: its state by its own record, how far it is, and how long it has been silent."""

    run_id: str
    status: str
    step: str
    quiet_minutes: float
    done: int = 0
    notebooks: int = 0
    moved: str = ""  # the file of its record that was written last

    @property
    def is_running(self) -> bool:
        """Whether it is at work."""
        return self.status == "running"

    def __str__(self) -> str:
        line = f"run {self.run_id}: {self.status}{', at ' + self.step if self.step else ''}"
        if self.notebooks:
            line += f" ({self.done} of {self.notebooks} notebooks done)"
        if self.is_running and self.quiet_minutes >= QUIET_MINUTES:
            line += f"; nothing has moved for {self.quiet_minutes:.0f} minutes"
        elif self.is_running and self.moved:
            line += f"; {self.moved} moved {in_words(60 * self.quiet_minutes)} ago"
        return line


def latest_run(runs: Path, at: datetime) -> Latest | None:
    """The newest run below a folder, or None; a run whose record says that it is running and that is not, as broken off."""
    folders = [folder for folder in chain.folders(runs) if chain.manifest_of(folder)]
    if not folders:
        return None
    manifest = chain.manifest_of(folders[-1]) or {}
    running = [notebook["name"] for notebook in manifest["notebooks"] if notebook["status"] == "running"]
    done = sum(notebook["status"] in ("done", "unchanged") for notebook in manifest["notebooks"])
    status = manifest["status"]
    if status == "running" and not is_alive(folders[-1]):
        status = "broken off without a word (killed, or the machine went down); run again, it goes on from the data"
    written, moved = _last_write(folders[-1])
    quiet_minutes = (at.timestamp() - written) / 60
    return Latest(manifest["run_id"], status, ", ".join(running), quiet_minutes, done, len(manifest["notebooks"]), moved)


def _last_write(folder: Path) -> tuple[float, str]:
    """When anything was last written to a run's folder, in seconds since 1970, and what."""
    moments = [(0.0, "")]
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # half-written files take their names meanwhile
            moments.append((path.stat().st_mtime, path.name))
    return max(moments)
