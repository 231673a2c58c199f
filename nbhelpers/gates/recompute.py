"""The check that recomputes sampled dates without the facts of that date and later.

It returns a DataFrame like a check's SELECT: game_date, member, is_examined, problem. Its docstring is its header.
"""

import hashlib
from datetime import date
from functools import lru_cache

import numpy
import pandas as pd

from nbhelpers import lineage
from nbhelpers.gates.members import members_of
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.sql.thresholds import THRESHOLDS
from nbhelpers.warehouse import utc


def nothing_from_the_future(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """nothing_from_the_future

    fail:    Do the rows of sampled dates come out the same when all facts of that date and later are taken away?
    of:      stages and sampled dates
    because: a window that holds the day itself predicts what it has seen
    then:    run 30 to 34 again, then this gate
    from:    factor_start
    """
    rows: list[tuple] = []
    days = sampled_dates(session)
    if not days:
        return members_of(rows)
    rows.append((None, "the whole range", True, None))  # where every date is skipped, systems_present judges that
    for output in tables.layer_outputs(gate // 10):
        if output.processor:
            continue
        table, inputs = output.table, lineage.input_fingerprints(session, output, contents)
        columns = ", ".join(table.column_names)
        listed = ", ".join(f"DATE '{day}'" for day in days)
        there = session.query(f"SELECT {columns} FROM {table.name} WHERE {table.date} IN ({listed})", output.layer)
        for day in days:
            on_day = there[pd.to_datetime(there[table.date]).dt.date == day]
            if output.layer == 4 and on_day.empty:
                continue  # a date that is skipped: judged by systems_present
            fresh = _recomputed(session, output, day, inputs[str(day)][1] + _all_before(output, day, contents))
            rows.append((day, output.short, True, _differing(fresh, _keyed(on_day, table))))
    return members_of(rows)


def sampled_dates(session: Session) -> list[date]:
    """The slate dates whose rows are recomputed, the last one among them."""
    slate = session.query("SELECT DISTINCT game_date FROM views.slate_games WHERE game_date >= @start_date ORDER BY 1")
    step = max(len(slate) // THRESHOLDS["sampled_dates"], 1)
    return [when.date() for when in slate.game_date[step - 1 :: step]]


@lru_cache(maxsize=100)
def _recomputed(session: Session, output: tables.Output, day: date, read: str) -> dict[tuple, str]:
    """The rows of one day, by their key, as they come out without the facts of that day or later.

    Kept, since many audits of one warehouse (a drill) ask it again; `read` tells whether what is read is the same.
    """
    parameters = session.parameters(built_at=utc(now()), min_feature_rows=1) | {"start_date": day, "end_date": day}
    fresh = session.warehouse.query(output.query, parameters, output.layer, facts_before=day)
    return _keyed(fresh[list(output.table.column_names)], output.table)


def _all_before(output: tables.Output, day: date, contents: lineage.Contents) -> str:
    """A fingerprint of all that a day's rows could be computed from, whichever of it the windows need."""
    digest = hashlib.sha256()
    for source in tables.inputs(output):
        for when, content in sorted(contents.of(source).items()):
            if when == day or (when < day and source.layer < output.layer):
                digest.update(f"{source.name} {when} {content.fingerprint}".encode())
    return digest.hexdigest()


def _differing(left: dict[tuple, str], right: dict[tuple, str]) -> str | None:
    """How many rows of two results differ, in words; None where none does."""
    all_keys = left.keys() | right.keys()
    unequal = [name for name in all_keys if left.get(name) != right.get(name)]
    if not unequal:
        return None
    return f"{len(unequal)} of {len(all_keys)} rows differ, {' '.join(map(str, min(unequal, key=str)))} for one"


def _keyed(rows: pd.DataFrame, table: tables.Table) -> dict[tuple, str]:
    """Each row's text by its key; NULLs and numbers written one way."""
    return {
        tuple(row[name] for name in table.key): repr([_plain(value) for value in row.values()]) for row in rows.to_dict("records")
    }


def _plain(value: object) -> object:
    if isinstance(value, numpy.ndarray):
        return [_plain(item) for item in value.tolist()]
    if isinstance(value, numpy.generic):
        value = value.item()
    if pd.isna(value):
        return None
    # pandas makes floats of integers where some are NULL; -0.0 is 0.0.
    return round(float(value), 9) + 0.0 if isinstance(value, int | float) else value
