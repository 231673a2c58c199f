"""The drill as the command line has it: planted, printed, and kept beside the runs as a page."""

import secrets
from datetime import datetime
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nbhelpers.drill import matrix
from nbhelpers.drill.matrix import REFUSED, caught_by, of_severity
from nbhelpers.drill.mutants import planted, tally
from nbhelpers.drill.mutants.planted import Draw
from nbhelpers.errors import BadInput
from nbhelpers.lineage import overrides
from nbhelpers.notebook import start
from nbhelpers.runs import provenance, record, report
from nbhelpers.season import Window
from nbhelpers.session import Session, now
from nbhelpers.settings import Settings
from nbhelpers.wording import many


def walk(settings: Settings, window: Window, only: list[str] | None = None) -> int:
    """Drill and print what stopped what; 0 if every fault was stopped and every check stopped one, else 1."""
    console, started = Console(highlight=False, soft_wrap=True), now()
    session = _healthy_session(settings, window)
    faults = matrix.chosen(session, only)
    console.print(f"{window} passes every check as it is published. Planting {many(len(faults), 'fault')}, one at a time:\n")
    found = matrix.run(session, [fault.id for fault in faults], lambda fault, row: console.print(escape(_line(row))))
    console.print()
    console.print(_table(found))
    alive, idle = matrix.survivors(found), [] if only else matrix.idle_checks(found)
    seen = sum("plan" in row.values() for row in found.to_dict("records"))
    console.print(
        f"{len(found) - len(alive)} of {len(found)} faults were stopped; the plan's own checks saw {seen} of them."
    )
    page = _record(session, started, bool(alive or idle), {"matrix": found.to_dict("records")})
    console.print(f"Report: {escape(str(page))}")
    if alive:
        console.print(f"[bold]Nothing stopped {', '.join(alive)}.[/]")
    if idle:
        console.print(f"[bold]Nothing was stopped by {', '.join(idle)}.[/]")
    return 1 if alive or idle else 0


def walk_mutants(settings: Settings, window: Window, draw: Draw) -> int:
    """Plant faults that nobody wrote down and print what was not seen; 0 if each survivor has a reason, else 1."""
    console, started = Console(highlight=False, soft_wrap=True), now()
    session = _healthy_session(settings, window)
    kinds = ((draw.data, "data"), (draw.bodies, "bodies"), (draw.code, "code"))
    planting = " and ".join(f"{many(n, 'mutant')} of {what}" for n, what in kinds if n)
    console.print(f"{window} passes every check as it is published. Planting {planting}, chosen by seed {draw.seed}:\n")
    results = planted.plant(session, matrix.passed_gates(session), draw, lambda result: _tell_survivor(console, result))
    summary, survivors = tally.summary(results), tally.survivors(results)
    unexcused = survivors[survivors.reason == ""]
    rates = tally.rates(results).to_dict("records")
    mutants = {"summary": summary, "seed": draw.seed, "rates": rates, "survivors": survivors.to_dict("records")}
    page = _record(session, started, len(unexcused) > 0, {"matrix": [], "mutants": mutants})
    console.print("\n".join(map(escape, ["", *summary, f"Report: {page}"])))
    return 1 if len(unexcused) else 0


def _tell_survivor(console: Console, result: dict) -> None:
    if not result["killed_by"]:
        what, why = ("outvoted", result["warned_by"]) if result["is_outvoted"] else ("survived", result["reason"])
        console.print(escape(f"{what}: {result['mutant']}{f' ({why})' if why else ''}"))


def _healthy_session(settings: Settings, window: Window) -> Session:
    """A session on the published season, which must pass every check as it is."""
    session = start(
        str(window.start_date), str(window.end_date), window.season.name, settings.profile, str(settings.bucket),
        str(settings.warehouse), str(settings.runs),
    )  # fmt: skip
    failing = [name for name, verdict in matrix.healthy(session).items() if verdict == "fail"]
    if failing:
        raise BadInput(
            f"the season in {session.warehouse} is not healthy: {', '.join(failing)} fail as it is.",
            "where a check fails anyway, nothing shows that a planted fault is what it sees",
            "run the backfill first: python run_backfill.py --with-predictions.",
        )
    return session


def _record(session: Session, started: datetime, is_let_through: bool, found: dict) -> Path:
    """Leave what was found and its charts in a folder beside the runs' own; returns the report's path."""
    settings = session.settings
    folder = settings.runs / f"drill-{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    folder.mkdir(parents=True)
    manifest = {
        "run_id": folder.name, "status": "broken" if is_let_through else "done", "is_simulated": settings.is_simulated,
        "marks": overrides.marks(session), "profile": settings.profile, "season": session.window.season.name,
        "settings": settings.recorded(),
        "window": {"start_date": str(session.window.start_date), "end_date": str(session.window.end_date)},
        "started_at": f"{started:%Y-%m-%dT%H:%M:%SZ}", "ended_at": f"{now():%Y-%m-%dT%H:%M:%SZ}",
        "git": provenance.git(), "versions": provenance.versions(), "notebooks": [], "receipts": [],
    } | found  # fmt: skip
    record.save(folder, manifest)
    return report.build(folder)


def _line(row: dict) -> str:
    caught = caught_by(row) + ([f"({row['interlock']} before any gate)"] if row["interlock"] == REFUSED else [])
    return f"{row['fault']:<5}{row['title']}: {', '.join(caught) or 'NOTHING'}"


def _table(found: pd.DataFrame) -> Table:
    table = Table(title="What stopped what", title_justify="left", show_lines=True)
    for heading in ("fault", "planted", "stopped by", "the plan's own checks"):
        table.add_column(heading)
    for row in found.to_dict("records"):
        caught = caught_by(row) + ([f"interlock: {row['interlock']}"] if row["interlock"] else [])
        plan = [
            f"{name}: {'saw it' if row[name] == 'plan' else 'passed it'}"
            for name in of_severity("plan")
            if row.get(name) in ("plan", "pass")
        ]
        table.add_row(
            row["fault"],
            escape(f"{row['title']}: {row['planted']}"),
            ", ".join(caught) or "[bold]nothing[/]",
            "\n".join(plan),
        )
    return table
