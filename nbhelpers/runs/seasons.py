"""One page that lays seasons side by side: coverage, failures and critical fields by week. A single file, as a report is."""

from datetime import datetime
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from nbhelpers import charts, survey
from nbhelpers.charts import drawing, looks, showing
from nbhelpers.lineage import overrides
from nbhelpers.run_folder import REPORT
from nbhelpers.runs import chain, evidence, files, report
from nbhelpers.session import Session
from nbhelpers.survey import weeks

PAGE = "seasons.html"
NOT_WHOLE = ("gap", "contaminated", "unaudited", "stale", "tainted")


def build(sessions: list[Session], problems: dict[str, str], runs: Path, written: datetime) -> Path:
    """Writes `runs`/seasons.html, all at once or not at all; returns its path.

    `sessions`: one a season, as its window is to be shown; `problems`: why a season of that name cannot be.
    """
    page = report.template("seasons.html.j2").render(_context(sessions, problems, runs, written))
    runs.mkdir(parents=True, exist_ok=True)
    files.write(runs / PAGE, page)
    return runs / PAGE


def _context(sessions: list[Session], problems: dict[str, str], runs: Path, written: datetime) -> dict:
    cells = {session.window.season.name: survey.coverage(session) for session in sessions}
    newest = _newest_runs(runs)
    shown = [_season(session, cells[session.window.season.name]) for session in sessions]
    seasons = shown + [{"name": name, "problem": problem} for name, problem in problems.items()]
    for season in seasons:
        season["run"] = newest.get(season["name"])
        found = f"{season['run']['run_id']}/{REPORT}" if season["run"] else ""
        season["report"] = found if found and (runs / found).is_file() else ""
    spreads = _joined([survey.weekly_spreads(session) for session in sessions])
    failures = _joined([survey.in_weeks(session, survey.failures(session)) for session in sessions])
    coverage = _joined([survey.in_weeks(session, cells[session.window.season.name]) for session in sessions])
    fields, marks = charts.seasons_spread(spreads), sorted({mark for session in sessions for mark in overrides.marks(session)})
    return {
        "names": sorted(season["name"] for season in seasons),
        "seasons": sorted(seasons, key=lambda season: season["name"]),
        "written": written.isoformat(),
        "warehouse": str(sessions[0].settings.warehouse) if sessions else "",
        "coverage": _drawn(charts.seasons_coverage(coverage), marks),
        "failures": _drawn(charts.seasons_failures(failures), marks),
        "fields": _drawn(fields, marks),
        "middles": _table(fields.table),
        "steps": _table(survey.steps(spreads) if len(spreads) else pd.DataFrame()),
        "many_steps": weeks.MANY_STEPS,
        "settled": weeks.SETTLED,
        "looks": looks.STATUSES,
        "class_of": looks.class_of,
        "style": Markup(f"{looks.COLOURS}{looks.STYLE}"),
        "hatch": Markup(looks.HATCH),
    }


def _season(session: Session, cells: pd.DataFrame) -> dict:
    """What the page says of a season in a line."""
    of_state = cells["state"].value_counts()
    due = cells[cells["state"] != "optional"]
    wrong = due[due["state"].isin(NOT_WHOLE)]["table"].nunique()
    return {
        "name": session.window.season.name,
        "is_simulated": session.settings.is_simulated,
        "dates": str(session.window),
        "whole": f"{due['table'].nunique() - wrong} of {due['table'].nunique()}",
        "gaps": int(of_state.get("gap", 0)),
        "contaminated": int(of_state.get("contaminated", 0)),
        "doubtful": int(sum(of_state.get(state, 0) for state in ("unaudited", "stale", "tainted"))),
    }


def _newest_runs(runs: Path) -> dict[str, dict]:
    """The manifest of the newest run of each season."""
    manifests = [chain.manifest_of(folder) for folder in chain.folders(runs)] if runs.is_dir() else []
    return {manifest["season"]: manifest for manifest in manifests if manifest and manifest.get("season")}


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _drawn(chart: drawing.Chart, marks: list[str]) -> dict:
    return evidence.chart(charts.bundle(drawing.marked(chart, marks))[showing.KIND])


def _table(rows: pd.DataFrame) -> dict:
    return evidence.table(showing.table_bundle(rows)[showing.KIND])
