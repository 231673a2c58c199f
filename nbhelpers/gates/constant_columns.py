"""The check of columns that stand still where values should differ."""

from collections.abc import Iterator

import pandas as pd

from nbhelpers import lineage
from nbhelpers.gates.members import members_of
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.thresholds import THRESHOLDS

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
OF_TEAMS = {"team_win_pct": "one value a team, of few that are possible: three teams may all stand at 2-3, as on 2023-11-02"}


def nothing_constant(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """nothing_constant

    fail:    Does every numeric column of every stage differ between the rows of a date with 20 rows of 3 teams?
    of:      stages and dates
    because: a constant where values should differ is a default that somebody wrote for all
    then:    run the step of the stage named again; if it stays, the table below it is constant too
    per:     range
    """
    rows: list[tuple] = [(None, "the whole range", True, None)]
    for output in tables.layer_outputs(gate // 10):
        if not output.processor:
            rows += _of_stage(session, output)
    return members_of(rows)


def _of_stage(session: Session, output: tables.Output) -> Iterator[tuple]:
    """The dates of a stage on which columns could differ, each with those that do not."""
    table = output.table
    numeric = [c.name for c in table.columns if c.type in ("INT64", "FLOAT64") and c.name not in MAY_STAND_STILL]
    counts = "".join(f", COUNT({name}) AS {name}_known, MIN({name}) AS {name}_least, MAX({name}) AS {name}_most" for name in numeric)
    found = session.query(
        f"SELECT {table.date} AS game_date, COUNT(*) AS all_rows, COUNT(DISTINCT team_abbr) AS teams{counts} FROM {table.name} "
        f"WHERE {table.date} BETWEEN @start_date AND @end_date GROUP BY {table.date}",
        output.layer,
    )
    for row in found.to_dict("records"):
        if row["all_rows"] < THRESHOLDS["fewest_rows"] or row["teams"] < THRESHOLDS["fewest_teams"]:
            continue
        may_be_alike = OF_TEAMS if row["teams"] < THRESHOLDS["fewest_teams_unalike"] else ()
        known = [name for name in numeric if row[f"{name}_known"] >= THRESHOLDS["fewest_rows"] and name not in may_be_alike]
        still = [name for name in known if not row[f"{name}_least"] < row[f"{name}_most"]]  # not ==, which NaN is not even with itself
        still = [name for name in still if row[f"{name}_least"] != MAY_STAND_STILL_AT.get(name, (None, ""))[0]]
        yield row["game_date"].date(), output.short, True, f"constant: {', '.join(still)}" if still else None
