"""Which notebooks of a run have work, by what is published, stored and audited now; the others are left as they are."""

from dataclasses import dataclass
from pathlib import Path

from nbhelpers import build, gates, lineage
from nbhelpers.errors import BadInput
from nbhelpers.runs import notebooks
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.wording import many, on_dates

FETCH, LOAD = 10, tables.LOAD_STEP


@dataclass(frozen=True)
class Receipt:
    """The newest receipt in force of a gate, over some of the window."""

    receipt_id: str
    code_version: str
    passed_at: str  # YYYY-MM-DD HH:MM, UTC


def work_of(session: Session, paths: list[Path], repair: str) -> dict[Path, str]:
    """The notebooks that have work now, each with the reason; none where all is published, audited and up to date.

    Where any has work, so have the two that tell what was there before (00) and after (90).
    """
    found = {}
    with session.warehouse.held_open():
        contents = lineage.Contents(session, 0)
        if repair:
            contents.look_up(part for output in tables.outputs() for part in (output, *lineage.computed_from(session, output)))
        for path in paths:
            if reason := reason_for(session, path, repair, set(map(notebooks.step, found)), contents):
                found[path] = reason
    if not found:
        return {}
    return {path: found.get(path, "tells what the others do") for path in paths if path in found or notebooks.step(path) in (0, 90)}


def require_steps_of_gates(session: Session, paths: list[Path]) -> None:
    """Refuse a run in which a gate would judge a layer whose steps have work that the run leaves out."""
    numbers, contents = set(map(notebooks.step, paths)), lineage.Contents(session, 0)
    for gate in sorted(number for number in numbers if number % 10 == 9):
        steps = sorted({output.step for output in tables.layer_outputs(gate // 10)})
        left_out = [step for step in steps if step not in numbers and build.dates_to_build(session, step, build.WRONG, contents)]
        if left_out:
            raise BadInput(
                f"gate {gate} would have nothing new to judge: {', '.join(map(str, left_out))} must be built first, and the run leaves "
                f"{'it' if len(left_out) == 1 else 'them'} out.",
                "what a stopped gate has judged is not kept, so that nothing unfit is ever published later",
                f"add --from {left_out[0]}; what is up to date is left as it is.",
            )


def reason_for(session: Session, path: Path, repair: str, worked: set[int], contents: lineage.Contents | None = None) -> str:
    """Why a notebook has work, now that the steps `worked` are done or will be; '' where it has none."""
    number = notebooks.step(path)
    if notebooks.is_gate(path):
        return _reason_for_gate(session, number, worked) if repair else "every date is audited anew"
    if number in (FETCH, LOAD):  # what is stored is loaded; what the load lacks is asked for first
        return _reason_for_step(session, LOAD, repair, contents)
    return _reason_for_step(session, number, repair, contents) if tables.step_outputs(number) else ""


def reasons(session: Session, paths: list[Path], repair: str, worked: set[int]) -> dict[Path, str]:
    """Those of one layer's notebooks that have work now that the steps `worked` are done, each with the reason."""
    with session.warehouse.held_open():
        contents = lineage.Contents(session, notebooks.step(paths[0]) // 10)
        found = {path: reason_for(session, path, repair, worked, contents) for path in paths}
    return {path: reason for path, reason in found.items() if reason}


def newest_receipts(session: Session) -> dict[int, Receipt]:
    """The newest receipt in force of each gate that has one over some of the window."""
    found = session.query_once(
        """SELECT gate, receipt_id, code_version, created_at FROM nba_processing.gate_receipts
           WHERE voided_by IS NULL AND season = @season AND start_date <= @end_date AND end_date >= @start_date
           QUALIFY ROW_NUMBER() OVER (PARTITION BY gate ORDER BY created_at DESC, receipt_id DESC) = 1"""
    )
    receipts = {}
    for row in found.itertuples():
        questions, _, _ = row.code_version.partition("+")  # what the gate asked, apart from the package that asked it
        receipts[int(row.gate)] = Receipt(row.receipt_id, questions, f"{row.created_at:%Y-%m-%d %H:%M:%S}")
    return receipts


def describe_unchanged(path: Path, receipts: dict[int, Receipt]) -> tuple[str, str]:
    """What the record says of a notebook without work, and the receipt that vouches for what it would have made."""
    number = notebooks.step(path)
    vouching = receipts.get(tables.gate_of(number // 10)) if number not in (0, 90) else receipts.get(max(receipts, default=0))
    if vouching is None:
        return "nothing to do", ""
    return f"unchanged since {vouching.passed_at} UTC", vouching.receipt_id


def _reason_for_step(session: Session, number: int, repair: str, contents: lineage.Contents | None) -> str:
    dates = build.dates_to_build(session, number, repair, contents)
    return f"{many(len(dates), 'date')} to build, {on_dates(dates)}" if dates else ""


def _reason_for_gate(session: Session, gate: int, worked: set[int]) -> str:
    """A gate has work after a step of its layer or a gate below it has, and where its last verdict was on other questions."""
    if any(step // 10 == gate // 10 or (step % 10 == 9 and step < gate) for step in worked):
        return "what it judges has changed"
    receipts = newest_receipts(session)
    mine = receipts.get(gate)
    if mine is None:
        return "no receipt of it is in force"
    if mine.code_version != gates.code_version(gate):
        return "it asks other questions than those that were passed"
    below = [receipt.passed_at for lower, receipt in receipts.items() if lower < gate]
    return "a gate below has passed something since" if max(below, default="") > mine.passed_at else ""
