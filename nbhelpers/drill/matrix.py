"""The fire drill: plant each fault of the catalogue in a scratch copy of a healthy season and see which check stops it.

A drill stages faulty rows as if a build had made them and asks the gate of their layer. It publishes nothing, and the
season it is copied from is not touched.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nbhelpers import build, gates
from nbhelpers.drill import faults, planting, scratch
from nbhelpers.drill.faults import Fault
from nbhelpers.errors import BadInput, GateFailed
from nbhelpers.gates import checklist
from nbhelpers.lineage import overrides
from nbhelpers.notebook import start
from nbhelpers.runs import provenance, record, report
from nbhelpers.season import Window
from nbhelpers.session import Session, now
from nbhelpers.settings import Settings
from nbhelpers.sql import tables
from nbhelpers.wording import many

REFUSED, LET_THROUGH, NOT_ASKED = "refused", "let through", ""
ABOUT = ["fault", "title", "planted", "gate", "interlock"]  # the columns of the matrix that are not checks

Listener = Callable[[Fault, dict], None]


def walk(settings: Settings, window: Window, only: list[str] | None = None) -> int:
    """Drill and print what stopped what; 0 if every fault was stopped and every check stopped one, else 1."""
    console = Console(highlight=False, soft_wrap=True)
    started = now()
    session = start(
        str(window.start_date), str(window.end_date), window.season.name, settings.profile, str(settings.bucket),
        str(settings.warehouse), str(settings.runs),
    )  # fmt: skip
    wanted = chosen(session, only)
    failing = [name for name, verdict in healthy(session).items() if verdict == "fail"]
    if failing:
        raise BadInput(
            f"the season in {session.warehouse} is not healthy: {', '.join(failing)} fail as it is.",
            "where a check fails anyway, nothing shows that a planted fault is what it sees",
            "run the backfill first: python run_backfill.py --with-predictions.",
        )
    console.print(f"{window} passes every check as it is published. Planting {many(len(wanted), 'fault')}, one at a time:\n")
    matrix = run(session, [fault.id for fault in wanted], lambda fault, row: console.print(escape(_told(row))))
    console.print()
    console.print(_table(matrix))
    alive, idle = survivors(matrix), [] if only else idle_checks(matrix)
    seen = sum("plan" in row.values() for row in matrix.to_dict("records"))
    console.print(
        f"{len(matrix) - len(alive)} of {len(matrix)} faults were stopped; the plan's own checks saw {seen} of them."
    )
    console.print(f"Report: {escape(str(_record(session, matrix, started, bool(alive or idle))))}")
    if alive:
        console.print(f"[bold]Nothing stopped {', '.join(alive)}.[/]")
    if idle:
        console.print(f"[bold]Nothing was stopped by {', '.join(idle)}.[/]")
    return 1 if alive or idle else 0


def _record(session: Session, matrix: pd.DataFrame, started: datetime, is_let_through: bool) -> Path:
    """Leave the matrix and its chart in a folder beside the runs' own; returns the report's path."""
    settings = session.settings
    folder = settings.runs / f"drill-{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    folder.mkdir(parents=True)
    manifest = {
        "run_id": folder.name, "status": "broken" if is_let_through else "done", "is_simulated": settings.is_simulated,
        "marks": overrides.marks(session), "profile": settings.profile, "season": session.window.season.name,
        "settings": settings.recorded(),
        "window": {"start_date": str(session.window.start_date), "end_date": str(session.window.end_date)},
        "started_at": f"{started:%Y-%m-%dT%H:%M:%SZ}", "ended_at": f"{now():%Y-%m-%dT%H:%M:%SZ}",
        "git": provenance.git(), "versions": provenance.versions(), "notebooks": [], "receipts": [], "matrix": matrix.to_dict("records"),
    }  # fmt: skip
    record.save(folder, manifest)
    return report.build(folder)


def healthy(session: Session) -> dict[str, str]:
    """The verdict of each check of each gate that has passed, on the season as it is published: `19 who_played`."""
    with scratch.copied(session) as copy:
        verdicts = {gate: _verdicts(copy, gate) for gate in _passed_gates(session)}
    return {f"{gate} {name}": verdict for gate, of in verdicts.items() for name, verdict in of.items()}


def run(session: Session, only: list[str] | None = None, listener: Listener = lambda fault, row: None) -> pd.DataFrame:
    """Plant each fault, or those of `only`, and ask the gate of its layer: the kill matrix, a row a fault.

    Columns: fault, title, planted, gate, interlock (what staging, or the step that reads what was harmed, said:
    refused, let through, or '' if neither was asked) and a column a check: fail, warn, plan, pass, not due, or None
    where the check is not one of that gate.
    """
    wanted, rows = chosen(session, only), []
    with scratch.copied(session) as copy:
        aims = planting.aims(copy)
        for fault in wanted:
            rows.append(_drill(copy, fault, aims))
            listener(fault, rows[-1])
    names = dict.fromkeys(check.name for gate in _passed_gates(session) for check in gates.checks(gate))
    return pd.DataFrame(rows, columns=[*ABOUT, *names], dtype=object)


def survivors(matrix: pd.DataFrame) -> list[str]:
    """The faults that no check failed and that nothing refused."""
    return [row["fault"] for row in matrix.to_dict("records") if not _caught_by(row) and row["interlock"] != REFUSED]


def idle_checks(matrix: pd.DataFrame) -> list[str]:
    """The checks that are there to stop something and stopped nothing of the matrix."""
    return [name for name in _of_severity("fail") if name in matrix and not (matrix[name] == "fail").any()]


def chosen(session: Session, only: list[str] | None = None) -> list[Fault]:
    """The faults of the catalogue, or those of `only`, whose gate has passed: only there can they be planted."""
    known = {fault.id: fault for fault in faults.FAULTS}
    unknown = [name for name in only or () if name not in known]
    if unknown:
        raise BadInput(f"fault {unknown[0]!r} is not in the catalogue.", then=f"known are {', '.join(known)}.")
    passed = _passed_gates(session)
    not_there = [name for name in only or () if known[name].gate not in passed]
    if not_there:
        raise BadInput(
            f"fault {not_there[0]} is one for gate {known[not_there[0]].gate}, which has not passed {session.window}.",
            then="run that optional step first: python run_backfill.py --with-predictions.",
        )
    return [fault for name, fault in known.items() if fault.gate in passed and (not only or name in only)]


def _drill(copy: Session, fault: Fault, aims: dict) -> dict:
    """Plant a fault, ask, and take it away again."""
    row = dict.fromkeys(ABOUT, NOT_ASKED) | {
        "fault": fault.id,
        "title": fault.title,
        "planted": fault.planted,
        "gate": fault.gate,
    }
    try:
        session = planting.plant(copy, fault, aims)
        if fault.reader:
            row["interlock"] = _asked(session, fault.reader)
        return row | _verdicts(session, fault.gate)
    except planting.NotStaged:
        return row | {"interlock": REFUSED}
    finally:
        copy.warehouse.clear_staging()
        if fault.published:
            copy.warehouse.restore()


def _verdicts(session: Session, gate: int) -> dict[str, str]:
    return {finding.check.name: finding.verdict for finding in gates.Audit(session, gate).run()}


def _asked(session: Session, step: int) -> str:
    try:
        build.require_inputs(session, step)
    except GateFailed:
        return REFUSED
    return LET_THROUGH


def _passed_gates(session: Session) -> list[int]:
    """The gates with a receipt that covers the window; the optional last one may be missing, no other."""
    receipts = set(checklist.gate_receipts(session).gate)
    known = [tables.gate_of(layer) for layer in tables.LAYERS]
    passed = [gate for gate in known if str(gate) in receipts]
    missing = [gate for gate in known[:-1] if gate not in passed]
    if missing:
        raise BadInput(
            f"no receipt of gate {missing[0]} covers {session.window} in {session.warehouse}.",
            "faults are planted in a season that is whole and has passed its gates",
            "run the backfill first: python run_backfill.py --with-predictions.",
        )
    return passed


def _of_severity(severity: str) -> list[str]:
    found = [check for layer in tables.LAYERS for check in gates.checks(tables.gate_of(layer))]
    return list(dict.fromkeys(check.name for check in found if check.severity == severity))


def _caught_by(row: dict) -> list[str]:
    return [name for name, verdict in row.items() if name not in ABOUT and verdict == "fail"]


def _told(row: dict) -> str:
    caught = _caught_by(row) + ([f"({row['interlock']} before any gate)"] if row["interlock"] == REFUSED else [])
    return f"{row['fault']:<5}{row['title']}: {', '.join(caught) or 'NOTHING'}"


def _table(matrix: pd.DataFrame) -> Table:
    table = Table(title="What stopped what", title_justify="left", show_lines=True)
    for heading in ("fault", "planted", "stopped by", "the plan's own checks"):
        table.add_column(heading)
    for row in matrix.to_dict("records"):
        caught = _caught_by(row) + ([f"interlock: {row['interlock']}"] if row["interlock"] else [])
        plan = [
            f"{name}: {'saw it' if row[name] == 'plan' else 'passed it'}"
            for name in _of_severity("plan")
            if row.get(name) in ("plan", "pass")
        ]
        table.add_row(
            row["fault"],
            escape(f"{row['title']}: {row['planted']}"),
            ", ".join(caught) or "[bold]nothing[/]",
            "\n".join(plan),
        )
    return table
