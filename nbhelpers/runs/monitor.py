"""The monitor and the contents as notebooks show them."""

import json
import os
import time
from pathlib import Path

import pandas as pd

from nbhelpers import charts, survey
from nbhelpers.charts import showing
from nbhelpers.charts.drawing import marked
from nbhelpers.run_folder import MANIFEST, REPORT
from nbhelpers.runs import chain
from nbhelpers.runs.latest import latest_run
from nbhelpers.runs.notebooks import NOTEBOOKS, OPTIONAL, step
from nbhelpers.session import Session, now


def follow(session: Session, marks: list[str], seconds: float) -> None:
    """Show how the newest run and every table are, again every so many seconds while the run is at work."""
    from IPython.display import display

    place = display(_look(session, marks), raw=True, display_id=True)
    while (latest := latest_run(session.settings.runs, now())) and latest.is_running:
        time.sleep(seconds)
        place.update(_look(session, marks), raw=True)


def _look(session: Session, marks: list[str]) -> dict:
    """One look, as an output: when, the run, the tables, the failures, the coverage."""
    at = now()
    latest = latest_run(session.settings.runs, at)
    page = session.settings.runs / latest.run_id / REPORT if latest else None
    heading = f"{at:%Y-%m-%d %H:%M:%S} UTC · {latest or 'no run yet'}" + (f" · its report: {page}" if page and page.is_file() else "")
    parts = [
        showing.table_bundle(survey.table_summaries(session), heading),
        showing.table_bundle(survey.failure_categories(session), "Recorded failures"),
        charts.bundle(marked(charts.coverage(survey.coverage(session)), marks)),
    ]
    return {kind: "\n".join(part[kind] for part in parts) for kind in ("text/html", "text/plain")}


def contents(session: Session) -> pd.DataFrame:
    """The notebooks in their order: notebook (a link), what it is, status, summary and record in the newest run."""
    folders = chain.folders(session.settings.runs)
    manifest = json.loads((folders[-1] / MANIFEST).read_text(encoding="utf-8")) if folders else {"notebooks": []}
    ran = {entry["name"]: entry for entry in manifest["notebooks"]}
    rows = []
    for path in sorted(NOTEBOOKS.glob("*_*.ipynb")):
        entry = ran.get(path.stem, {})
        record = folders[-1] / path.name if folders else None
        where = showing.Link("record", _from_notebooks(record)) if record and record.is_file() else None
        title = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"][0].partition(" · ")[2].strip()
        rows.append((showing.Link(path.stem, path.name), title, entry.get("status", _of_none(path)), entry.get("summary") or None, where))
    return pd.DataFrame(rows, columns=["notebook", "what it is", "status", "summary", "record"])


def _of_none(path: Path) -> str:
    """The status of a notebook that the newest run had nothing to do with: nobody need ask for predictions, and no run opens r1."""
    if path.name.startswith("r"):
        return "by hand"
    return "optional, not run" if step(path) in OPTIONAL else "not run"


def _from_notebooks(path: Path) -> str:
    """A file's address as the notebooks' folder has it."""
    return Path(os.path.relpath(path, NOTEBOOKS)).as_posix()
