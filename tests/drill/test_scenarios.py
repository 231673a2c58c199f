"""The plan's four scenarios as another tool leaves them in the tables: `repair` finds each, rebuilds it and ends clean."""

import shutil

import conftest
import pytest
from runs import Home

from nbhelpers import build, survey
from nbhelpers.build import repairs
from nbhelpers.session import Session
from nbhelpers.sql import tables

TDGS, CONTAMINATED = "nba_analytics.team_defense_game_summary", "contaminated: rows that are wrong, or on a date without games"
PCF, MLFS = "nba_precompute.player_composite_factors", "nba_predictions.ml_feature_store_v2"
DEFENCE_IS_EMPTY = "DELETE FROM nba_analytics.team_defense_game_summary; DELETE FROM nba_precompute.team_defense_zone_analysis;"
SCORES_ARE_ZERO = f"UPDATE {PCF} SET opponent_strength_score = 0;"
DEFAULTS_STAND_IN = f"""
    UPDATE {MLFS} SET feature_sources = list_transform(feature_sources, lambda source: 'observed'), is_production_ready = TRUE,
        features = list_transform(features, lambda value, place: CASE WHEN place BETWEEN 6 AND 9 THEN 50.0 ELSE value END)
    WHERE game_date >= '2025-11-20';
    DELETE FROM {MLFS} WHERE game_date >= '2025-12-09';"""
FORECASTS_SKIP_DATES = """
    DELETE FROM nba_predictions.player_prop_predictions WHERE game_date >= '2025-12-01';
    DELETE FROM nba_processing.precompute_failures WHERE processor_name = 'PREDICTIONS' AND analysis_date >= '2025-12-01';"""
SCENARIOS = {  # what the tool did, and what of it the plan shows: table, dates, first, last, reason
    "1. phase 4 before the phase 3 summaries": (
        DEFENCE_IS_EMPTY + SCORES_ARE_ZERO + DEFAULTS_STAND_IN,
        [(TDGS, 56, "2025-10-21", "missing"), (PCF, 41, "2025-11-05", CONTAMINATED)],
    ),
    "2. PCF before TDZA": (SCORES_ARE_ZERO, [(PCF, 41, "2025-11-05", CONTAMINATED)]),
    "3. ML before PCF is complete": (
        DEFAULTS_STAND_IN,
        [(MLFS, 8, "2025-12-09", "missing"), (MLFS, 18, "2025-11-20", "changed since its gate passed it")],
    ),
}


def contents(session: Session) -> dict:
    return session.warehouse.fingerprints_of(list(tables.outputs()))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_of_the_plan_is_found_and_a_repair_of_it_ends_clean(season_copy, scenario):
    did, shown = SCENARIOS[scenario]
    session = season_copy()
    healthy = contents(session)
    with session.warehouse.writing() as connection:
        connection.execute(did)
    found = {(row.table, row.dates, str(row.first), row.reason) for row in survey.plan(session).tables.itertuples()}
    assert found >= set(shown)
    conftest.publish(session, from_step=repairs.rebuild_plan(session).first_step, repair=build.WRONG)  # its real gates, all their checks
    assert contents(session) == healthy
    assert repairs.rebuild_plan(session) is None


def test_predictions_before_ml_had_its_rows_are_made_good_by_the_command(published_season, simulated_source, tmp_path):
    """Scenario 4, as a user repairs it."""
    home = Home(tmp_path / "home", source=simulated_source)
    (home.folder / "bucket").symlink_to(published_season.settings.home / "bucket")
    shutil.copy(published_season.settings.warehouse, home.warehouse)
    healthy = home.contents()
    home.change(FORECASTS_SKIP_DATES)
    repaired = home.run("repair")
    assert repaired.code == 0, repaired.out + repaired.err
    assert "40 PREDICTIONS 16 2025-12-01 2025-12-16 missing" in " ".join(repaired.out.split())
    assert "all that is wrong repaired -> PREDICTIONS 16 dates" in repaired.out
    assert list(home.runs[-1].statuses) == ["40_build_predictions", "49_gate_predictions", "90_report"]
    assert home.contents() == healthy
    assert "Nothing to repair" in home.run("repair").out
