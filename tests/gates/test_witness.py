"""The second computation of every row above raw: what it says where a step and its witness differ, whichever is wrong."""

import pytest
from tiny import AT, output

from nbhelpers import gates
from nbhelpers.gates import witness
from nbhelpers.session import Session, now
from nbhelpers.sql import dialect, files, tables
from nbhelpers.warehouse import Staged

LAYERS = [2, 3, 4]
# An output; a piece of its step's query with a wrong formula for it, and what the gate then says; the same of its witness.
WRONG = {
    "PGS": (
        ("0.5 * three_pointers_made", "three_pointers_made", r"efg_pct \d\.\d+, recomputed \d\.\d+"),
        ("2 * field_goals_made + three_pointers_made", "2 * field_goals_made", r"efg_pct \d\.\d+, recomputed \d\.\d+"),
    ),
    "TDGS": (
        ("opp.points AS points_allowed", "own.points AS points_allowed", r"points_allowed \d+, recomputed \d+"),
        ("own.steals", "own.blocks AS steals", r"steals \d+, recomputed \d+"),
    ),
    "TOGS": (
        ("box.period - 4", "box.period - 5", r"overtime_periods 0, recomputed 1"),
        ("MAX(period) - 4", "MAX(period) - 5", r"overtime_periods 1, recomputed 0"),
    ),
    "TDZA": (
        ("games_ago <= 15", "games_ago <= 14", r"^games_in_sample 14, recomputed 15; window_start_date .*"),
        ("opponent_pace / games_in_15", "opponent_pace / 15", r"^opponent_pace [\d.]+, recomputed [\d.]+$"),
    ),
    "PSZA": (
        ("paint_rate >= 40", "paint_rate >= 45", "^primary_scoring_zone balanced, recomputed paint$"),
        ("paint_rate >= 40", "paint_rate >= 45", "^primary_scoring_zone paint, recomputed balanced$"),
    ),
    "PCF": (
        ("50 + 3.5 *", "50 + 3 *", r"^opponent_strength_score [\d.]+, recomputed [\d.]+$"),
        ("THEN 15", "THEN 10", r"^fatigue_score 85\.0, recomputed 90\.0; total_composite_adjustment .*"),
    ),
    "PDC": (
        ("games_ago <= 5", "games_ago <= 4", r"^points_avg_last_5 [\d.]+, recomputed [\d.]+$"),
        ("windows.games_in_10 - 1", "windows.games_in_10", r"^points_std_last_10 [\d.]+, recomputed [\d.]+$"),
    ),
    "MLFS": (
        ("games_ago <= 3", "games_ago <= 2", r"^features\[11\] -?\d\.0, recomputed -?\d\.0$"),
        ("COALESCE(points_avg_season, 10.0)", "COALESCE(points_avg_last_5, 10.0)", r"^features\[2\] [\d.]+, recomputed [\d.]+$"),
    ),
    "TDZA failures": (
        ("5 AS expected_game_count", "6 AS expected_game_count", "^expected_game_count 6, recomputed 5$"),
        ("team_abbr AS entity_id, 5 AS needed", "team_abbr AS entity_id, 6 AS needed", "^no such row, and recomputed there is one$"),
    ),
}


def recomputed(session: Session, layer: int) -> gates.Finding:
    """What a layer's gate finds when it asks this check alone."""
    [finding] = gates.Audit(session, tables.gate_of(layer)).run("recomputed")
    return finding


def require_named(finding: gates.Finding, short: str, values: str) -> None:
    """Hold a finding to have stopped at rows of an output and to have told these values."""
    assert finding.verdict == "fail"
    assert finding.offenders.member.str.startswith(f"{short} ").any()
    assert finding.offenders.problem.str.contains(values).any(), finding.offenders.problem.unique()


@pytest.mark.parametrize("layer", LAYERS)
def test_every_row_of_a_healthy_season_is_what_its_witness_makes_of_raw(published_season, layer):
    held = published_season.warehouse.fingerprints_of(tables.layer_outputs(layer)).values()
    rows = sum(partition.rows for dates in held for partition in dates.values())
    finding = recomputed(published_season, layer)
    assert (finding.verdict, finding.examined) == ("pass", rows + 56)  # and a member for each slate date


@pytest.mark.parametrize("short", WRONG)
def test_a_wrong_formula_in_a_step_is_stopped_with_the_row_and_both_values(season_copy, short):
    right, wrong, values = WRONG[short][0]
    session, of = season_copy(), output(short)
    text = dialect.write(dialect.expand(dialect.parse(of.path)), "bigquery")
    assert right in text
    staged = Staged(tuple(map(str, session.window.dates())), "copy", "wrong", now().isoformat(), {})
    parameters = session.parameters(built_at=AT, min_feature_rows=50)
    session.warehouse.stage(of, text.replace(right, wrong), parameters, staged)
    require_named(recomputed(session, of.layer), short, values)


@pytest.mark.parametrize("short", WRONG)
def test_a_wrong_formula_in_a_witness_is_stopped_too(published_season, monkeypatch, short):
    right, wrong, values = WRONG[short][1]
    name, layer = f"witness.{output(short).path.stem}", output(short).layer
    text = files.text(files.view(*name.split(".")))
    assert right in text
    wrong_ones = [witness.comparison(layer, in_words).replace(name, f"({text.replace(right, wrong)})") for in_words in (False, True)]
    monkeypatch.setattr(witness, "comparison", lambda layer, in_words=False: wrong_ones[in_words])
    require_named(recomputed(published_season, layer), short, values)
