"""The monitor: what every table holds now, and how the newest run is doing."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from nbhelpers import survey
from nbhelpers.run_folder import is_alive
from nbhelpers.runs import trail
from nbhelpers.session import Session

QUIET_MINUTES = 10  # a run that has written nothing for so long is worth a look


def tables(session: Session) -> pd.DataFrame:
    """A line a table: newest date, dates and rows there, dates by state."""
    cells, rows = survey.coverage(session), []
    for short in dict.fromkeys(cells["table"]):
        mine = cells[cells["table"] == short]
        there = mine[mine["rows"] > 0]
        due = mine[~mine.state.isin(["no games", "bootstrap"])]
        whole = due[due.state == "present"]
        rows.append(
            {
                "table": short,
                "newest": there["date"].max() if len(there) else "none",
                "dates": len(there),
                "rows": int(there["rows"].sum()),
                "coverage": f"{len(whole)} of {len(due)} dates",
                **{state: int((mine.state == state).sum()) for state in ("gap", "contaminated", "unaudited", "bootstrap")},
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class Latest:
    """The newest run: its state by its own record, and how long it has been silent."""

    run_id: str
    status: str
    step: str
    quiet_minutes: float

    def __str__(self) -> str:
        said = f"run {self.run_id}: {self.status}{', at ' + self.step if self.step else ''}"
        if self.status == "running" and self.quiet_minutes >= QUIET_MINUTES:
            return f"{said}; nothing has moved for {self.quiet_minutes:.0f} minutes"
        return said


def latest_run(runs: Path, at: datetime) -> Latest | None:
    """The newest run below a folder, or None; a run that says it is running and is not is told as broken off."""
    folders = trail.folders(runs)
    if not folders:
        return None
    manifest = json.loads((folders[-1] / trail.MANIFEST).read_text(encoding="utf-8"))
    running = [notebook["name"] for notebook in manifest["notebooks"] if notebook["status"] == "running"]
    status = manifest["status"]
    if status == "running" and not is_alive(folders[-1]):
        status = "broken off without a word (killed, or the machine went down); run again, it goes on from the data"
    return Latest(manifest["run_id"], status, ", ".join(running), (at.timestamp() - _moved(folders[-1])) / 60)


def _moved(folder: Path) -> float:
    """When anything was last written to a run's folder."""
    moments = [0.0]
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # half-written files take their names meanwhile
            moments.append(path.stat().st_mtime)
    return max(moments)
