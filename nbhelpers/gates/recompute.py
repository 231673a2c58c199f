"""The checks of a gate that need more than one SELECT: history, lineage, recomputation and constants.

Each returns a DataFrame like a check's SELECT: game_date, member, is_examined, problem. Its docstring is its header.
"""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import numpy
import pandas as pd

from nbhelpers import lineage
from nbhelpers.gates.snapshots import newest_snapshots
from nbhelpers.season import Window
from nbhelpers.session import Session, now
from nbhelpers.sql import dialect, tables
from nbhelpers.sql.thresholds import THRESHOLDS
from nbhelpers.warehouse import Staged, utc

MAY_STAND_STILL = {
    "games_in_sample": "it is 15 (teams) or 10 (players) once everybody has played that many",
    "games_played_season": "everybody with a row has played just five when the first rows appear",
    "games_in_last_7_days": "the calendar may give everybody on a slate the same, above all in the first weeks",
    "games_in_last_14_days": "as the seven days",
    "back_to_backs_last_14_days": "nobody may have played two days running",
    "feature_count": "it is 25 by definition",
    "factors_present": "three are there for everybody before anyone has ten games, four for everybody after",
    "default_feature_count": "it counts the absent factors",
    "feature_quality_score": "it is the share of them",
}
MAY_STAND_STILL_AT = {
    "fatigue_score": (100, "everybody is fresh after the All-Star break"),
    "minutes_in_last_7_days": (0, "and nobody has played in the week"),
}


def _frame(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["game_date", "member", "is_examined", "problem"])


def history_whole(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """history_whole

    fail:    Is the season before the window published, audited, unchanged and not stale in the layers below?
    of:      tables and earlier dates
    because: a rolling window over a hole is wrong without being zero
    then:    run from the first date named: python run_backfill.py --start-date DATE
    """
    season, start = session.window.season, session.window.start_date
    rows = [(start, "opening night to the window", True, None)]
    if start == season.opening_night:
        return _frame(rows)
    earlier = replace(session, window=Window(season, season.opening_night, start - timedelta(1)))
    log, published = lineage.log_entries(earlier), lineage.Contents(earlier, 0)
    for output in tables.outputs():
        if output.layer >= gate // 10:
            continue
        problems = _problems(earlier, output, published, log)
        rows += [(day, output.short, problem != UNKNOWN, problem) for day, problem in problems.items()]
    return _frame(rows)


def up_to_date(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """up_to_date

    fail:    Is every partition what was built and audited, from the partitions below it that are there now, with this code?
    of:      outputs and dates, of this layer and those below
    because: what stands on yesterday's version of the table below is stale, and nothing in it shows it
    then:    run the steps of the outputs named again, the lowest first, then this gate
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
    return _frame(rows)


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
        entry, is_staged = log.get((output.name, day)), staged is not None and str(day) in staged.dates
        if not is_staged and entry is None:
            found[day] = UNKNOWN
            continue
        if is_staged:
            made_from, code = staged.inputs.get(str(day), ("", ""))[1], staged.code_version
        else:
            made_from, code = entry["inputs_fingerprint"], entry["code_version"]
        if not is_staged and entry["fingerprint"] != lineage.content_at(contents.of(output), day).fingerprint:
            found[day] = "its rows have changed since its gate passed them"
        elif has_inputs and made_from != present[str(day)][1]:
            found[day] = "the tables below it have changed since it was computed"
        elif has_inputs and is_own_layer and code != lineage.code_of(session, output):
            found[day] = "it was computed by other code"  # of the layers below, their own gates ask that
        else:
            found[day] = None
    return found


def nothing_from_the_future(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """nothing_from_the_future

    fail:    Do the rows of sampled dates come out the same when all facts of that date and later are taken away?
    of:      stages and sampled dates
    because: a window that holds the day itself predicts what it has seen
    then:    run 30 to 34 again, then this gate
    """
    days, rows = sampled_dates(session), []
    if not days:
        return _frame(rows)
    for output in tables.layer_outputs(gate // 10):
        if output.processor:
            continue
        table, inputs = output.table, lineage.input_fingerprints(session, output, contents)
        wanted = ", ".join(table.column_names)
        listed = ", ".join(f"DATE '{day}'" for day in days)
        there = session.query(f"SELECT {wanted} FROM {table.name} WHERE {table.date} IN ({listed})", output.layer)
        for day in days:
            on_day = there[pd.to_datetime(there[table.date]).dt.date == day]
            if output.layer == 4 and on_day.empty:
                continue  # a date that is skipped: judged by systems_present
            again = _again(session, output, day, inputs[str(day)][1] + _all_before(output, day, contents))
            rows.append((day, output.short, True, _differing(again, _keyed(on_day, table))))
    return _frame(rows)


def sampled_dates(session: Session) -> list[date]:
    """The slate dates whose rows are recomputed, the last one among them."""
    slate = session.query("SELECT DISTINCT game_date FROM views.slate_games WHERE game_date >= @start_date ORDER BY 1")
    step = max(len(slate) // THRESHOLDS["sampled_dates"], 1)
    return [when.date() for when in slate.game_date[step - 1 :: step]]


@lru_cache(maxsize=100)
def _again(session: Session, output: tables.Output, day: date, read: str) -> dict[tuple, str]:
    """The rows of one day, by their key, as they come out without the facts of that day or later.

    Kept, since many audits of one warehouse (a drill) ask it again; `read` tells whether what is read is the same.
    """
    parameters = session.parameters(built_at=utc(now()), min_feature_rows=1) | {"start_date": day, "end_date": day}
    again = session.warehouse.query(dialect.parse(output.path), parameters, output.layer, facts_before=day)
    return _keyed(again[list(output.table.column_names)], output.table)


def _all_before(output: tables.Output, day: date, contents: lineage.Contents) -> str:
    """A fingerprint of all that a day's rows could be computed from, whichever of it the windows need."""
    told = hashlib.sha256()
    for source in tables.inputs(output):
        for when, content in sorted(contents.of(source).items()):
            if when == day or (when < day and source.layer < output.layer):
                told.update(f"{source.name} {when} {content.fingerprint}".encode())
    return told.hexdigest()


def nothing_constant(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """nothing_constant

    fail:    Does every numeric column of every stage differ between the rows of a date with 20 rows and 3 games?
    of:      stages and dates
    because: a constant where values should differ is a default that somebody wrote for all
    then:    run the step of the stage named again; if it stays, the table below it is constant too
    """
    games = session.query("SELECT game_date, COUNT(*) AS n FROM views.slate_games WHERE game_date >= @start_date GROUP BY game_date")
    many = {when.date() for when, n in zip(games.game_date, games.n, strict=True) if n >= THRESHOLDS["fewest_games"]}
    rows = [(session.window.start_date, "window", True, None)]
    for output in tables.layer_outputs(gate // 10):
        if output.processor:
            continue
        table = output.table
        numeric = [c.name for c in table.columns if c.type in ("INT64", "FLOAT64") and c.name not in MAY_STAND_STILL]
        counts = ", ".join(
            f"COUNT(DISTINCT {name}) AS {name}, COUNT({name}) AS {name}_known, MIN({name}) AS {name}_least" for name in numeric
        )
        found = session.query(
            f"SELECT {table.date} AS game_date, COUNT(*) AS all_rows{', ' if counts else ''}{counts} FROM {table.name} "
            f"WHERE {table.date} BETWEEN @start_date AND @end_date GROUP BY {table.date}",
            output.layer,
        )
        for row in found.to_dict("records"):
            day = row["game_date"].date()
            if row["all_rows"] < THRESHOLDS["fewest_rows"] or day not in many:
                continue
            still = [name for name in numeric if row[name] == 1 and row[f"{name}_known"] >= THRESHOLDS["fewest_rows"]]
            still = [name for name in still if row[f"{name}_least"] != MAY_STAND_STILL_AT.get(name, (None, ""))[0]]
            rows.append((day, output.short, True, f"constant: {', '.join(still)}" if still else None))
    return _frame(rows)


CHECKS = {
    "newest_snapshots": (newest_snapshots, {19}),
    "history_whole": (history_whole, {19, 29, 39, 49}),
    "up_to_date": (up_to_date, {19, 29, 39, 49}),
    "nothing_from_the_future": (nothing_from_the_future, {39, 49}),
    "nothing_constant": (nothing_constant, {39}),
}


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
