"""The fire drill: plant each fault of the catalogue in a scratch copy of a healthy season and see which check stops it.

A drill stages faulty rows as if a build had made them and asks the gate of their layer. It publishes nothing, and the
season it is copied from is not touched.
"""

from collections.abc import Callable

import pandas as pd

from nbhelpers import build, gates
from nbhelpers.drill import aims, faults, planting, scratch
from nbhelpers.drill.faults import Fault
from nbhelpers.errors import BadInput, GateFailed
from nbhelpers.gates import checklist
from nbhelpers.session import Session
from nbhelpers.sql import tables

REFUSED, LET_THROUGH, NOT_ASKED = "refused", "let through", ""
ABOUT = ["fault", "title", "planted", "gate", "interlock"]  # the columns of the matrix that are not checks

Listener = Callable[[Fault, dict], None]


def healthy(session: Session) -> dict[str, str]:
    """The verdict of each check of each gate that has passed, on the season as it is published: `19 who_played`."""
    with scratch.copied(session) as copy:
        verdicts = {gate: _verdicts(copy, gate) for gate in passed_gates(session)}
    return {f"{gate} {name}": verdict for gate, of in verdicts.items() for name, verdict in of.items()}


def run(session: Session, only: list[str] | None = None, listener: Listener = lambda fault, row: None) -> pd.DataFrame:
    """Plant each fault, or those of `only`, and ask the gate of its layer: the kill matrix, a row a fault.

    Columns: fault, title, planted, gate, interlock (what staging, or the step that reads what was harmed, said:
    refused, let through, or '' if neither was asked) and a column a check: fail, warn, plan, pass, not due, or None
    where the check is not one of that gate.
    """
    wanted, rows = chosen(session, only), []
    with scratch.copied(session) as copy:
        found = aims.find(copy)
        for fault in wanted:
            rows.append(_drill(copy, fault, found))
            listener(fault, rows[-1])
    names = dict.fromkeys(check.name for gate in passed_gates(session) for check in gates.checks(gate))
    return pd.DataFrame(rows, columns=[*ABOUT, *names], dtype=object)


def survivors(matrix: pd.DataFrame) -> list[str]:
    """The faults that no check failed and that nothing refused."""
    return [row["fault"] for row in matrix.to_dict("records") if not caught_by(row) and row["interlock"] != REFUSED]


def idle_checks(matrix: pd.DataFrame) -> list[str]:
    """The checks that are there to stop something and stopped nothing of the matrix."""
    return [name for name in of_severity("fail") if name in matrix and not (matrix[name] == "fail").any()]


def chosen(session: Session, only: list[str] | None = None) -> list[Fault]:
    """The faults of the catalogue, or those of `only`, whose gate has passed: only there can they be planted."""
    known = {fault.id: fault for fault in faults.FAULTS}
    unknown = [name for name in only or () if name not in known]
    if unknown:
        raise BadInput(f"fault {unknown[0]!r} is not in the catalogue.", then=f"known are {', '.join(known)}.")
    passed = passed_gates(session)
    not_there = [name for name in only or () if known[name].gate not in passed]
    if not_there:
        raise BadInput(
            f"fault {not_there[0]} is one for gate {known[not_there[0]].gate}, which has not passed {session.window}.",
            then="run that optional step first: python run_backfill.py --with-predictions.",
        )
    return [fault for name, fault in known.items() if fault.gate in passed and (not only or name in only)]


def _drill(copy: Session, fault: Fault, aimed: dict) -> dict:
    """Plant a fault, ask, and take it away again."""
    row = dict.fromkeys(ABOUT, NOT_ASKED) | {
        "fault": fault.id,
        "title": fault.title,
        "planted": fault.planted,
        "gate": fault.gate,
    }
    try:
        session = planting.plant(copy, fault, aimed)
        if fault.reader:
            row["interlock"] = _readiness(session, fault.reader)
        return row | _verdicts(session, fault.gate)
    except planting.NotStaged:
        return row | {"interlock": REFUSED}
    finally:
        copy.warehouse.clear_staging()
        if fault.published:
            copy.warehouse.restore()


def _verdicts(session: Session, gate: int) -> dict[str, str]:
    return gates.Audit(session, gate).verdicts()


def _readiness(session: Session, step: int) -> str:
    try:
        build.require_inputs(session, step)
    except GateFailed:
        return REFUSED
    return LET_THROUGH


def passed_gates(session: Session) -> list[int]:
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


def of_severity(severity: str) -> list[str]:
    """The names of the checks of a severity, of all gates."""
    found = [check for layer in tables.LAYERS for check in gates.checks(tables.gate_of(layer))]
    return list(dict.fromkeys(check.name for check in found if check.severity == severity))


def caught_by(row: dict) -> list[str]:
    """The checks that failed in a row of the matrix."""
    return [name for name, verdict in row.items() if name not in ABOUT and verdict == "fail"]
