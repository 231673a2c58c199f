"""What the steps have made, as charts and a reader want it: a few rows, spreads by date, defences, shot diets, forecasts.

Each reads the candidate of its table's layer: what was just built, laid over what is published.
"""

import math

import numpy as np
import pandas as pd

from nbhelpers.session import Session
from nbhelpers.sql import tables

SPREAD_OF = {  # short name: a column in whose spread by date a wrong value would be seen, and whether 0 is one
    "PGS": ("usage_rate", False),
    "TDGS": ("opp_paint_attempts", True),
    "TOGS": ("pace", True),
    "PCF": ("opponent_strength_score", True),
    "PDC": ("points_avg_last_10", False),
}
QUARTILES = (0, 0.25, 0.5, 0.75, 1)
CONSTANT = 2 / 3  # of a date's rows with one and the same value, and it is none that anybody measured
ZONES = ("paint", "mid_range", "three_pt")
BIN = 5  # points: forecasts are compared with what happened in steps of so many


def query_text(step: int) -> str:
    """The SQL of a step, its rows' query before its failures'."""
    return "\n\n".join(output.path.read_text(encoding="utf-8").rstrip() for output in tables.step_outputs(step) if output.path)


def sample(session: Session, short: str, rows: int = 3) -> pd.DataFrame:
    """The first rows of a table's newest date, a column each, so that a wide table can be read."""
    output = tables.named(short)
    name, date = output.table.name, output.table.date
    found = session.query(
        f"""SELECT * FROM {name} WHERE {date} = (SELECT MAX({date}) FROM {name} WHERE {date} BETWEEN @start_date AND @end_date)
            AND {date} BETWEEN @start_date AND @end_date ORDER BY {', '.join(output.table.key)} LIMIT {rows}""",
        output.layer,
    )
    turned = found.astype(object).T.reset_index()
    return turned.set_axis(["column", *(f"row {n}" for n in range(1, len(found) + 1))], axis=1)


def spread(session: Session, short: str) -> pd.DataFrame:
    """How a table's telling column (SPREAD_OF) is spread on each date.

    Columns: date, rows, lowest, lower, middle, upper, highest (quartiles), suspect (rows that are absent, 0 where that is
    no measurement, or one value in more than two thirds of the date's rows).
    """
    column, zero_is_wrong = SPREAD_OF[short]
    found = values_by_date(session, short, column, tables.named(short).layer)
    rows = [(day, len(of_day), *quartiles(of_day), suspect(of_day, zero_is_wrong)) for day, of_day in found.groupby("date").value]
    return pd.DataFrame(rows, columns=["date", "rows", "lowest", "lower", "middle", "upper", "highest", "suspect"])


def values_by_date(session: Session, short: str, value: str, layer: int | None = None, is_aggregate: bool = False) -> pd.DataFrame:
    """A value of a table's rows, official games' alone in a summary, or with `is_aggregate` one of all rows of a date: date, value."""
    output = tables.named(short)
    date = output.table.date
    official = " AND is_official" if output.layer == 2 else ""
    grouped = f" GROUP BY {date}" if is_aggregate else ""
    where = f"{date} BETWEEN @start_date AND @end_date{official}{grouped}"
    found = session.query(f"SELECT {date} AS date, {value} AS value FROM {output.table.name} WHERE {where}", layer)
    return found.assign(date=pd.to_datetime(found["date"]).dt.date)


def quartiles(values: pd.Series) -> list[float]:
    """The lowest value, the quartiles between and the highest."""
    known = values.dropna().to_numpy(float)
    return np.quantile(known, QUARTILES).tolist() if len(known) else [math.nan] * len(QUARTILES)


def suspect(values: pd.Series, zero_is_wrong: bool) -> int:
    """How many values are absent, 0 where that is wrong, or one and the same for nearly all."""
    known = values.dropna().to_numpy(float)
    absent, most = len(values) - len(known), max(np.unique(known, return_counts=True)[1], default=0)
    if len(values) > 2 and most > CONSTANT * len(values):
        return absent + int(most)
    return absent + (int((known <= 0).sum()) if zero_is_wrong else 0)


def shot_zones(session: Session) -> pd.DataFrame:
    """Shots of each zone by date, as loaded: date, zone ('unknown' where the source does not tell), shots."""
    found = session.query(
        """SELECT game_date AS date, COALESCE(zone, 'unknown') AS zone, COUNT(*) AS shots FROM nba_raw.nbac_shots
           WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date, zone ORDER BY game_date""",
        layer=1,
    )
    found["date"] = pd.to_datetime(found["date"]).dt.date
    return found


def defences(session: Session) -> pd.DataFrame:
    """All defences on the window's newest date: team, zone, pct (allowed), apart (from the league's, in points), date."""
    found = session.query(
        """SELECT * FROM nba_precompute.team_defense_zone_analysis WHERE analysis_date BETWEEN @start_date AND @end_date
           AND analysis_date = (SELECT MAX(analysis_date) FROM nba_precompute.team_defense_zone_analysis
               WHERE analysis_date BETWEEN @start_date AND @end_date) ORDER BY team_abbr""",
        layer=3,
    )
    rows = [
        (row["team_abbr"], zone, row[f"{zone}_pct_allowed_last_15"], row[f"{zone}_defense_vs_league_avg"], row["analysis_date"].date())
        for zone in ZONES for row in found.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["team", "zone", "pct", "apart", "date"])


def shot_diets(session: Session, most: int = 15) -> pd.DataFrame:
    """Who takes which shots: the players with most attempts on the newest date: player, team, shots, a rate a zone, date."""
    return session.query(
        f"""SELECT player_lookup AS player, team_abbr AS team, total_shots_last_10 AS shots, paint_rate_last_10 AS paint,
                mid_range_rate_last_10 AS mid_range, three_pt_rate_last_10 AS three_pt, analysis_date AS date
            FROM nba_precompute.player_shot_zone_analysis WHERE analysis_date BETWEEN @start_date AND @end_date
            AND analysis_date = (SELECT MAX(analysis_date) FROM nba_precompute.player_shot_zone_analysis
                WHERE analysis_date BETWEEN @start_date AND @end_date)
            ORDER BY total_shots_last_10 DESC, player_lookup LIMIT {most}""",
        layer=3,
    )


def defaults(session: Session) -> pd.DataFrame:
    """How many rows had to take a feature's default: date, feature, defaults, rows. The features stay in their order."""
    found = session.query_once(
        """SELECT game_date AS date, names, sources, COUNT(*) AS alike,
           FROM (
               SELECT game_date, ARRAY_TO_STRING(feature_names, ' ') AS names, ARRAY_TO_STRING(feature_sources, ' ') AS sources,
               FROM nba_predictions.ml_feature_store_v2 WHERE game_date BETWEEN @start_date AND @end_date
           )
           GROUP BY game_date, names, sources""",
        layer=3,
        by_date="date",
    )
    found["date"] = pd.to_datetime(found["date"]).dt.date
    each = found.assign(feature=found.names.str.split(), source=found.sources.str.split()).explode(["feature", "source"])
    each["defaults"] = each.alike.where(each.source == "default", 0)
    counted = each.sort_values("date", kind="stable").groupby(["feature", "date"], sort=False)
    return counted.agg(defaults=("defaults", "sum"), rows=("alike", "sum")).reset_index()


def forecasts(session: Session) -> pd.DataFrame:
    """Forecasts beside what happened, in steps of five predicted points: system, forecasts, predicted, scored (means)."""
    found = session.query(
        """SELECT made.system_id AS system, made.predicted_points AS predicted, games.points AS scored
           FROM nba_predictions.player_prop_predictions AS made
           INNER JOIN nba_analytics.player_game_summary AS games
               ON games.player_lookup = made.player_lookup AND games.game_id = made.game_id
               AND games.game_date BETWEEN @start_date AND @end_date
           WHERE made.game_date BETWEEN @start_date AND @end_date""",
        layer=4,
    )
    steps = found.assign(step=found.predicted // BIN).groupby(["system", "step"])
    counted = steps.agg(forecasts=("scored", "size"), predicted=("predicted", "mean"), scored=("scored", "mean"))
    return counted.reset_index().drop(columns="step")
