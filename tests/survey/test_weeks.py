"""A season by its weeks, on one worked out by hand (tiny.py), and steps from one week to the next."""

import pandas as pd
import pytest
from tiny import Tiny, day

from nbhelpers import survey


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Tiny:
    """BOS at LAL on days 0, 2 and 8: two games in the first week, one in the second; 10 players a team, 4 paint attempts each."""
    tiny = Tiny(tmp_path_factory.mktemp("season"))
    for n in (0, 2, 8):
        tiny.play(day(n), "BOS", "LAL")
    tiny.load()
    tiny.build(20, 21, 22)
    return tiny


def test_each_critical_field_is_spread_by_the_weeks_from_opening_night(season, tmp_path):
    tiny = season.copy(tmp_path)
    tiny.execute(f"UPDATE nba_analytics.team_defense_game_summary SET opp_paint_attempts = 0 WHERE game_date = '{day(2)}' AND home_game")
    found = survey.weekly_spreads(tiny.session()).set_index(["table", "week"])
    assert found.loc[("TDGS", 1)].tolist() == ["2025-26", "opp_paint_attempts", 4, 0, 30, 40, 40, 40, 3]  # three of four alike
    assert found.loc[("TDGS", 2)].tolist() == ["2025-26", "opp_paint_attempts", 2, 40, 40, 40, 40, 40, 0]
    # Of a zone there is no middle: the share in the paint, 80 of 180 shots, of each of two dates.
    season_of, field, *counts = found.loc[("SHOTS", 1)]
    assert (season_of, field, counts) == ("2025-26", "share of shots in the paint", pytest.approx([2, *[4 / 9] * 5, 0], abs=0.01))
    assert found.loc[("PGS", 2), "middle"] == 1
    assert "PCF" not in found.index.get_level_values("table")  # nothing is there yet


def test_dates_are_given_their_season_and_week(season):
    found = survey.in_weeks(season.session(), pd.DataFrame({"date": [day(0), day(6), day(7), day(16)]}))
    assert found[["season", "week"]].to_numpy().tolist() == [["2025-26", 1], ["2025-26", 1], ["2025-26", 2], ["2025-26", 3]]


def test_a_step_is_told_with_the_fields_that_step_in_the_same_week():
    quiet, jump = [50.0, 51.0, 50.0, 51.0, 50.0, 51.0], [50.0, 51.0, 50.0, 61.0, 60.0, 61.0]
    fields = {"PCF": [*quiet[:4], 71.0, 70.0], "TOGS": jump, "TDGS": jump}
    rows = [("2025-26", 4 + n, table, "field", 100, middle) for table, middles in fields.items() for n, middle in enumerate(middles)]
    rows += [("2025-26", 10, table, "field", 10, 99.0) for table in fields]  # a week that has hardly begun
    rows += [("2025-26", 1, table, "field", 100, 10.0) for table in fields]  # and the first, in which all averages step
    found = survey.steps(pd.DataFrame(rows, columns=["season", "week", "table", "field", "rows", "middle"]))
    assert [(row["table"], row.week, row.times, row["with"]) for _, row in found.iterrows()] == [
        ("PCF", 8, 20.0, "alone"), ("TOGS", 7, 11.0, "TDGS"), ("TDGS", 7, 11.0, "TOGS")
    ]  # fmt: skip
