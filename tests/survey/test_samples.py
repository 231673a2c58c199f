"""What notebooks show of what a step has made, on a season worked out by hand (tiny.py)."""

from datetime import date

import pytest
from tiny import Tiny, day

from nbhelpers import survey
from nbhelpers.survey import samples


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Tiny:
    """BOS at LAL on days 0, 2, 4, 6, 8, 10 and 16: five games and more before the last two; LAL1 shoots one more in the paint."""
    tiny = Tiny(tmp_path_factory.mktemp("season"))
    for n in (0, 2, 4, 6, 8, 10, 16):
        tiny.play(day(n), "BOS", "LAL")
    tiny.load()
    tiny.build(20, 21, 22, 30, 31, 32, 33, 34)
    return tiny


def test_the_spread_of_a_date_is_its_lowest_its_quartiles_and_its_highest(season):
    found = survey.spread(season.session(), "TDGS")
    assert found.loc[0].tolist() == [day(0), 2, 40, 40, 40, 40, 40, 0]  # ten players with four attempts in the paint each
    assert list(found.date) == [day(n) for n in (0, 2, 4, 6, 8, 10, 16)]


def test_a_spike_at_zero_is_suspect_and_so_is_what_is_absent_and_what_is_the_same_for_nearly_all(season, tmp_path):
    tiny = season.copy(tmp_path)
    tiny.execute(f"UPDATE nba_analytics.team_defense_game_summary SET opp_paint_attempts = 0 WHERE game_date = '{day(2)}'")
    tiny.execute(f"UPDATE nba_analytics.team_defense_game_summary SET opp_paint_attempts = NULL WHERE game_date = '{day(4)}' AND home_game")
    found = survey.spread(tiny.session(), "TDGS").set_index("date")
    assert found.suspect.to_dict() == {day(n): {2: 2, 4: 1}.get(n, 0) for n in (0, 2, 4, 6, 8, 10, 16)}
    tiny.execute("UPDATE nba_precompute.player_composite_factors SET opponent_strength_score = 50.0")
    assert survey.spread(tiny.session(), "PCF").suspect.tolist() == [20]  # every row of the date


def test_a_zero_that_is_a_measurement_is_not_suspect(season, tmp_path):
    tiny = season.copy(tmp_path)
    tiny.execute(f"UPDATE nba_analytics.player_game_summary SET usage_rate = 0 WHERE player_lookup = 'lal1' AND game_date = '{day(0)}'")
    found = survey.spread(tiny.session(), "PGS").set_index("date").loc[day(0)]
    assert (found.lowest, found.rows) == (0, 20)
    assert found.suspect == 19  # the nineteen others are all alike here: nobody's season is


def test_defences_are_those_of_the_newest_date_with_what_they_allow_beside_the_league(season):
    found = survey.defences(season.session())
    # BOS allows LAL one make more of as many attempts: 21 of 40 against 20 of 40, the league 41 of 80.
    of_paint = found[found.zone == "paint"].set_index("team")
    assert set(found.date) == {day(16)}
    assert (of_paint.pct["BOS"], of_paint.apart["BOS"]) == (0.525, 1.25)
    assert (of_paint.pct["LAL"], of_paint.apart["LAL"]) == (0.5, -1.25)


def test_who_takes_which_shots_needs_ten_games(season):
    assert survey.shot_diets(season.session()).empty


def test_shots_are_counted_by_zone_and_date_and_a_zone_that_nobody_knows_is_said(season, tmp_path):
    tiny = season.copy(tmp_path)
    tiny.execute(f"UPDATE nba_raw.nbac_shots SET zone = NULL WHERE game_date = '{day(2)}' AND zone = 'mid_range'")
    found = survey.shot_zones(tiny.session())
    counted = {(row.date, row.zone): row.shots for row in found.itertuples()}
    assert [counted[day(0), zone] for zone in ("paint", "mid_range", "three_pt")] == [80, 40, 60]
    assert counted[day(2), "unknown"] == 40


def test_defaults_are_counted_feature_by_feature(season):
    found = survey.defaults(season.session()).set_index("feature")
    assert found.loc["injury_risk"].to_dict() == {"date": day(16), "defaults": 20, "rows": 20}  # it has no source
    assert found.defaults["pct_paint"] == 20  # nobody has ten games
    assert found.defaults["points_avg_last_5"] == 0
    assert list(found.index[:3]) == ["points_avg_last_5", "points_avg_last_10", "points_avg_season"]  # in their order


def test_forecasts_stand_beside_what_happened_in_steps_of_five_points(season, tmp_path):
    tiny = season.copy(tmp_path)
    game = {"game_date": day(16), "game_id": "20251106_BOS_LAL", "system_id": "ensemble_v1"}
    tiny.put("PREDICTIONS", *(game | {"player_lookup": f"lal{n}", "predicted_points": points} for n, points in ((1, 8.0), (2, 7.0), (3, 12.0))))
    found = survey.forecasts(tiny.session()).to_dict("records")
    assert found == [
        {"system": "ensemble_v1", "forecasts": 2, "predicted": 7.5, "scored": 10.0},  # 11 of LAL1 and 9 of LAL2
        {"system": "ensemble_v1", "forecasts": 1, "predicted": 12.0, "scored": 9.0},
    ]


def test_a_sample_is_the_first_rows_of_the_newest_date_a_column_each(season):
    found = survey.sample(season.session(), "TDZA", rows=2).set_index("column")
    assert list(found.columns) == ["row 1", "row 2"]
    assert found.loc["team_abbr"].tolist() == ["BOS", "LAL"]
    assert {value.date() for value in found.loc["analysis_date"]} == {day(16)}
    assert survey.sample(season.session(), "PREDICTIONS").empty is False  # its columns, and no row
    assert list(survey.sample(season.session(), "PREDICTIONS").columns) == ["column"]


def test_a_step_shows_its_own_query_rows_before_failures():
    text = survey.query_text(30)
    assert text.startswith("-- nba_precompute.team_defense_zone_analysis (TDZA)")
    assert text.index("(TDZA)") < text.index("nba_processing.precompute_failures (TDZA)")


def test_every_spread_is_of_a_column_that_its_table_has():
    for short, (column, _) in samples.SPREAD_OF.items():
        assert column in {c.name for c in samples.tables.named(short).table.columns}
    assert date(2025, 11, 6) == day(16)
