"""The second computation of every row above raw: what it says where a step and its witness differ, whichever is wrong."""

import pytest
from tiny import AT, output

from nbhelpers import gates
from nbhelpers.gates import witness
from nbhelpers.session import Session, now
from nbhelpers.sql import dialect, files, tables
from nbhelpers.warehouse import Staged

LAYERS = [2]
# An output, a piece of its step's query and one of its witness's, each with a wrong formula for it, and what the gate says.
WRONG = {
    "PGS": (
        ("0.5 * three_pointers_made", "three_pointers_made"),
        ("2 * field_goals_made + three_pointers_made", "2 * field_goals_made"),
        r"efg_pct \d\.\d+, recomputed \d\.\d+",
    ),
    "TDGS": (("opp.points AS points_allowed", "own.points AS points_allowed"), ("faced.points AS", "faced.own_points AS"), "points_allowed"),
    "TOGS": (("box.period - 4", "box.period - 5"), ("MAX(period) - 4", "MAX(period) - 5"), r"pace [\d.]+, recomputed [\d.]+"),
}


def recomputed(session: Session, layer: int) -> gates.Finding:
    """What a layer's gate finds when it asks this check alone."""
    [finding] = gates.Audit(session, tables.gate_of(layer)).run("recomputed")
    return finding


def require_named(finding: gates.Finding, short: str, values: str) -> None:
    """Hold a finding to have stopped at rows of an output and to have told these values."""
    assert finding.verdict == "fail"
    assert finding.offenders.member.str.startswith(f"{short} ").any()
    assert finding.offenders.problem.str.contains(values).any(), finding.offenders.problem.iloc[0]


@pytest.mark.parametrize("layer", LAYERS)
def test_every_row_of_a_healthy_season_is_what_its_witness_makes_of_raw(published_season, layer):
    held = published_season.warehouse.fingerprints_of(tables.layer_outputs(layer)).values()
    rows = sum(partition.rows for dates in held for partition in dates.values())
    finding = recomputed(published_season, layer)
    assert (finding.verdict, finding.examined) == ("pass", rows + 56)  # and a member for each slate date


@pytest.mark.parametrize("short", WRONG)
def test_a_wrong_formula_in_a_step_is_stopped_with_the_row_and_both_values(season_copy, short):
    (right, wrong), _, values = WRONG[short]
    session, of = season_copy(), output(short)
    text = dialect.write(dialect.expand(dialect.parse(of.path)), "bigquery")
    assert right in text
    staged = Staged(tuple(map(str, session.window.dates())), "copy", "wrong", now().isoformat(), {})
    parameters = session.parameters(built_at=AT, min_feature_rows=50)
    session.warehouse.stage(of, text.replace(right, wrong), parameters, staged)
    require_named(recomputed(session, of.layer), short, values)


@pytest.mark.parametrize("short", WRONG)
def test_a_wrong_formula_in_a_witness_is_stopped_too(published_season, monkeypatch, short):
    _, (right, wrong), values = WRONG[short]
    name, layer = f"witness.{output(short).path.stem}", output(short).layer
    text = files.text(files.view(*name.split(".")))
    assert right in text
    query = witness.comparison(layer).replace(name, f"({text.replace(right, wrong)})")
    monkeypatch.setattr(witness, "comparison", lambda layer: query)
    require_named(recomputed(published_season, layer), short, values)
