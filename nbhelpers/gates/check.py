"""The catalogue of checks: what each gate asks, of what, why it matters and what to do when the answer is no.

A check is a SELECT under sql/<gate>/, or a function of this room, that gives one row for each member of the population
it is about, as the schedule gives it: game_date, member, is_examined, problem (NULL where all is well). So a check that
examined less than it should, or nothing, fails; absence of an error never passes.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from nbhelpers import lineage
from nbhelpers.errors import Broken
from nbhelpers.gates import constant_columns, due, freshness, snapshots, stored_rows, witness
from nbhelpers.gates.members import ByDate
from nbhelpers.session import Session
from nbhelpers.sql import files, queries, thresholds

# The query that gives the rows, or the rows, or what gives those of some dates; or two queries, the second of which puts in words
# what the first only finds.
Members: TypeAlias = str | pd.DataFrame | ByDate | tuple[str, str]

IN_PYTHON = {  # checks that need more than one SELECT, and the gates that ask them
    "newest_snapshots": (snapshots.newest_snapshots, {19}),
    "objects_there": (snapshots.objects_there, {19}),
    "as_stored": (stored_rows.as_stored, {19}),
    "history_whole": (freshness.history_whole, {19, 29, 39, 49}),
    "up_to_date": (freshness.up_to_date, {19, 29, 39, 49}),
    "recomputed": (witness.recomputed, {29, 39, 49}),
    "nothing_constant": (constant_columns.nothing_constant, {39}),
}


@dataclass(frozen=True)
class Check:
    """One question of a gate: what it asks, of what, why it matters and what to do when the answer is no."""

    name: str
    severity: str  # fail: stops; warn: shown; plan: the plan's own check, shown beside ours
    question: str
    of: str
    because: str
    then: str
    due_from: str  # a condition of due.py; before it holds, there is nothing to examine
    members: Callable[[Session, int, lineage.Contents], Members]
    is_of_range: bool = False  # what it says of a date hangs on other dates of the window, or on what no table holds
    query: str = ""  # its SELECT; '' where it compares in Python


def checks(gate: int) -> list[Check]:
    """The checks of a gate: its SQL files, then those that compare in Python; the plan's own come last."""
    found = [_check(path.stem, files.header(path), _select(path), files.text(path)) for path in files.step_files(gate)]
    found += [_check(name, files.fields(members.__doc__ or ""), members) for name, (members, gates) in IN_PYTHON.items() if gate in gates]
    return sorted(found, key=lambda check: check.severity == "plan")


def code_version(gate: int) -> str:
    """A short hash of what a gate asks: its SQL and the witnesses', this room's Python and the thresholds."""
    text = hashlib.sha256()
    for path in files.step_files(gate) + [path for path in files.texts() if path.parent == files.VIEWS["witness"]]:
        text.update(queries.meaning(path).encode())
    text.update(stored_rows.code().encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        text.update(path.read_bytes())
    text.update(Path(thresholds.__file__).read_bytes())
    return text.hexdigest()[:12]


def _select(path: Path) -> Callable:
    return lambda session, gate, contents: files.text(path)


def _condition(name: str, given: str) -> str:
    if given not in due.CONDITIONS and given != "always":
        known = ", ".join([*due.CONDITIONS, "always"])
        raise Broken(f"check {name} is due from {given!r}.", "nobody knows when that is", f"write one of {known} after `from:`.")
    return due.ALWAYS if given == "always" else given


def _check(name: str, header: dict[str, str], members: Callable, query: str = "") -> Check:
    severity = next(severity for severity in ("fail", "warn", "plan") if severity in header)
    return Check(
        name=name,
        severity=severity,
        question=header[severity],
        of=header["of"],
        because=header["because"],
        then=header["then"],
        due_from=_condition(name, header.get("from", "games")),
        members=members,
        is_of_range=header.get("per") == "range",
        query=query,
    )
