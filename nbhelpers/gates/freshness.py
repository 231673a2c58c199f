"""The checks of lineage: is the history before the window whole, and is everything what it was built and audited as?

Each returns a DataFrame like a check's SELECT: game_date, member, is_examined, problem. Its docstring is its header.
"""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from nbhelpers import lineage
from nbhelpers.gates.members import members_of
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.warehouse import Staged


def history_whole(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """history_whole

    fail:    Is the season before the window published, audited, unchanged and not stale in the layers below?
    of:      tables and earlier dates
    because: a rolling window over a hole is wrong without being zero
    then:    run from the first date named: python run_backfill.py --start-date DATE
    from:    always
    per:     range
    """
    season, start = session.window.season, session.window.start_date
    rows: list[tuple[date | None, str, bool, str | None]] = [(None, "opening night to the window", True, None)]
    if start == season.opening_night:
        return members_of(rows)
    earlier = replace(session, window=Window(season, season.opening_night, start - timedelta(1)))
    log, published = lineage.log_entries(earlier), lineage.Contents(earlier, 0)
    for output in tables.outputs():
        if output.layer >= gate // 10:
            continue
        problems = _problems(earlier, output, published, log)
        rows += [(day, output.short, problem != UNKNOWN, problem) for day, problem in problems.items()]
    return members_of(rows)


def up_to_date(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """up_to_date

    fail:    Is every partition what was built and audited, from the partitions below it that are there now, with this code?
    of:      outputs and dates, of this layer and those below
    because: what stands on yesterday's version of the table below is stale, and nothing in it shows it
    then:    run the steps of the outputs named again, the lowest first, then this gate
    from:    always
    per:     range
    """
    log, rows = lineage.log_entries(session), []
    for output in tables.outputs():
        if output.layer > gate // 10:
            continue
        is_own_layer = output.layer == gate // 10
        staged = session.warehouse.staged(output) if is_own_layer else None
        for day, problem in _problems(session, output, contents, log, staged, is_own_layer).items():
            if problem == UNKNOWN and gate == 19:
                problem = None  # raw rows stand on nothing: their gate may pass for the first time what it finds
            rows.append((day, output.short, problem != UNKNOWN, problem))
    return members_of(rows)


UNKNOWN = "not audited: nobody knows what it was computed from"


def _problems(
    session: Session,
    output: tables.Output,
    contents: lineage.Contents,
    log: dict,
    staged: Staged | None = None,
    is_own_layer: bool = False,
) -> dict[date, str | None]:
    """For each date of the window, how an output's partition is not what it should have been made from, or None."""
    has_inputs = bool(tables.inputs(output))
    present = lineage.input_fingerprints(session, output, contents) if has_inputs else {}
    found: dict[date, str | None] = {}
    for day in session.window.dates():
        entry = log.get((output.name, day))
        if staged is not None and str(day) in staged.dates:
            entry, made_from, code = None, staged.inputs.get(str(day), ("", ""))[1], staged.code_version
        elif entry is None:
            found[day] = UNKNOWN
            continue
        else:
            made_from, code = entry["inputs_fingerprint"], entry["code_version"]
        if entry and entry["fingerprint"] != lineage.content_at(contents.of(output), day).fingerprint:
            found[day] = "its rows have changed since its gate passed them"
        elif has_inputs and made_from != present[str(day)][1]:
            found[day] = "the tables below it have changed since it was computed"
        elif has_inputs and is_own_layer and code != lineage.code_of(session, output):
            found[day] = "it was computed by other code"  # of the layers below, their own gates ask that
        else:
            found[day] = None
    return found
