"""A season by its weeks, so that it can be laid beside others: a league that changed is told from rot."""

import pandas as pd

from nbhelpers.session import Session
from nbhelpers.survey.samples import quartiles, suspect, values_by_date
from nbhelpers.survey.scope import CRITICAL

# Critical fields that are no numbers: what is told of each date instead.
SHARES = {
    "SHOTS": ("share of shots in the paint", "AVG(IF(zone = 'paint', 1.0, 0.0))"),
    "PGS": ("share of rows with shot zones", "AVG(IF(has_shot_zones, 1.0, 0.0))"),
    "MLFS": ("share of rows fit for production", "AVG(IF(is_production_ready, 1.0, 0.0))"),
}
NEVER_ZERO = ("TDGS", "TOGS", "PCF", "PDC")  # tables whose critical field is no measurement where it is 0
MANY_STEPS = 3  # usual steps from one week to the next: more is a step that is named
SETTLED = 4  # the first week whose averages stand on games enough not to step by themselves


def in_weeks(session: Session, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that have a `date`, with the season's name and the week of it (Season.week_of) as columns season and week."""
    season = session.window.season
    return rows.assign(season=season.name, week=[season.week_of(day) for day in rows["date"]])


def weekly_spreads(session: Session) -> pd.DataFrame:
    """How each critical field is spread in each week of the season, as published.

    Columns: season, week, table, field, rows, lowest, lower, middle, upper, highest (quartiles), suspect (rows that are
    absent, 0 where that is no measurement, or one value in more than two thirds of the rows). Of a field that is no
    number (SHARES) the rows are dates, and the value is a share from 0 to 1.
    """
    found = [in_weeks(session, _values(session, short)) for short in CRITICAL]
    rows = [
        (session.window.season.name, week, short, SHARES.get(short, (field,))[0], len(of), *quartiles(of.value), _suspect(short, of.value))
        for (short, field), values in zip(CRITICAL.items(), found, strict=True)
        for week, of in values.groupby("week")
    ]  # fmt: skip
    columns = ["season", "week", "table", "field", "rows", "lowest", "lower", "middle", "upper", "highest", "suspect"]
    return pd.DataFrame(rows, columns=columns)


def _suspect(short: str, values: pd.Series) -> int:
    return int(values.isna().sum()) if short in SHARES else suspect(values, short in NEVER_ZERO)


def _values(session: Session, short: str) -> pd.DataFrame:
    """The values of a table's critical field as numbers: date, value."""
    if short in SHARES:
        found = values_by_date(session, short, SHARES[short][1], is_aggregate=True)
    else:
        found = values_by_date(session, short, CRITICAL[short])
    return found.assign(value=found["value"].astype(float))


def steps(spreads: pd.DataFrame) -> pd.DataFrame:
    """Where a field's middle steps from one week to the next: alone, which is what rot looks like, or with others, as a league does.

    Columns: table, field, season, week, from, to, times (of the field's usual step), with (other fields that step then).
    The first weeks, whose averages stand on few games, are left out, and so are weeks of half the usual rows or fewer and
    steps of at most MANY_STEPS usual ones.
    """
    found = []
    for (table, field), of_field in spreads[spreads["week"] >= SETTLED].groupby(["table", "field"], sort=False):
        middles = of_field[of_field["rows"] >= of_field["rows"].median() / 2].sort_values(["season", "week"])
        before = middles.groupby("season")["middle"].shift()
        apart = (middles["middle"] - before).abs()
        usual = apart.median()
        for row, earlier, step in zip(middles.itertuples(), before, apart, strict=True):
            if pd.notna(step) and usual > 0 and step > MANY_STEPS * usual:
                found.append((table, field, row.season, row.week, earlier, row.middle, round(step / usual, 1)))
    stepped = pd.DataFrame(found, columns=["table", "field", "season", "week", "from", "to", "times"])
    same_week = [stepped[(stepped.season == row.season) & (stepped.week == row.week)].table for row in stepped.itertuples()]
    others = [", ".join(table for table in of if table != own) or "alone" for own, of in zip(stepped.table, same_week, strict=True)]
    return stepped.assign(**{"with": others}).sort_values("times", ascending=False, ignore_index=True)
