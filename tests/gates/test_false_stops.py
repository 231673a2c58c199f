"""What no gate may stop: healthy seasons, whatever the seed, in windows in which much is rightly absent."""

from dataclasses import replace
from datetime import date, timedelta

import conftest
import pytest
from tiny import Tiny, day

from nbhelpers import drill, gates, lineage, simulation
from nbhelpers.gates import constant_columns
from nbhelpers.runs import receipts
from nbhelpers.season import Window
from nbhelpers.session import Session

DAYS = (1, 4, 14, 20)


@pytest.fixture(scope="module", params=[1, 2, 3, 4, 5])
def three_weeks(request, tmp_path_factory) -> Session:
    """The first twenty days of a simulated season, published."""
    home = tmp_path_factory.mktemp(f"seed_{request.param}")
    simulation.write(home / "source", seed=request.param)
    whole = conftest.session_at(home)
    window = Window(whole.window.season, whole.window.start_date, whole.window.start_date + timedelta(DAYS[-1] - 1))
    simulation.write_bucket(home / "source", home / "bucket", window.start_date, window.end_date, with_official=True)
    conftest.publish(session := replace(whole, window=window))
    return session


def verdicts_of(session: Session, days: int) -> dict[str, str]:
    """What does not simply pass in a published season's first days: all of them have been audited, as their receipts tell."""
    start = session.window.start_date
    if days == DAYS[-1]:
        of_gates = [(receipt["gate"], check) for receipt in receipts.published_receipts(session) for check in receipt["checks"]]
        found = {f"{gate} {check['name']}": check["verdict"] for gate, check in of_gates}
    else:
        found = drill.healthy(replace(session, window=Window(session.window.season, start, start + timedelta(days - 1))))
    assert len(found) == sum(len(gates.checks(gate)) for gate in (19, 29, 39, 49))
    return {name: verdict for name, verdict in found.items() if verdict != "pass"}


@pytest.mark.parametrize("days", DAYS)
def test_the_first_days_of_a_healthy_season_pass_every_gate(three_weeks, days):
    found = verdicts_of(three_weeks, days)
    assert found.pop("19 plan_gate_1") == "plan"  # fewer than 50 dates: the plan's own
    assert set(found.values()) <= {"not due"}
    assert {name.split()[1] for name in found} == (NOT_DUE[days])


FROM_FACTOR_START = {
    "defence_stands_behind", "no_defaults_hidden", "plan_detection", "plan_gate_3",
    "everyone_forecast", "forecasts_hit", "predictions_in_range", "systems_present",
}  # fmt: skip
NOT_DUE = {
    1: FROM_FACTOR_START | {"right_ten", "zones_sane"}, 4: FROM_FACTOR_START | {"right_ten", "zones_sane"},
    14: FROM_FACTOR_START, 20: set(),
}  # fmt: skip


def test_a_run_over_the_first_four_days_is_published_by_every_gate(tmp_path):
    home = tmp_path / "season"
    home.mkdir()
    whole = conftest.session_at(home)
    window = Window(whole.window.season, whole.window.start_date, whole.window.start_date + timedelta(3))
    simulation.write(home / "source", seed=6)
    simulation.write_bucket(home / "source", home / "bucket", window.start_date, window.end_date, with_official=True)
    conftest.publish(replace(whole, window=window))  # raises where a gate stops it


def test_a_window_of_days_without_games_passes_every_gate(tmp_path):
    """As one that begins at the All-Star break, seen while it lasts."""
    tiny = Tiny(tmp_path)
    tiny.play(day(0), "BOS", "LAL", official={})
    tiny.backfill(day(0), day(0))
    said = tiny.backfill(day(1), day(5))
    assert [line.split(",")[0] for line in said] == [f"Gate {gate} passed" for gate in (19, 29, 39, 49)]
    assert "not due yet" in said[0]
    tiny.play(day(6), "LAL", "BOS", official={})
    assert len(tiny.backfill(day(1), day(6))) == 4


# No column is constant by chance.


def stage_rows(tiny: Tiny, teams: int, **columns) -> dict[date, str | None]:
    """What nothing_constant says of 24 cache rows of some teams; given columns are the same in each."""
    names = list(tiny.session().parameters()["teams"])[:teams]
    tiny.put_only(PDC=[
        {"player_lookup": f"player{n}", "cache_date": day(12), "team_abbr": names[n % teams], "games_played_season": 5,
         "points_avg_last_5": n, "points_avg_last_10": n, "points_avg_season": n, "minutes_avg_last_10": n, "usage_rate_last_10": n,
         "minutes_in_last_7_days": n, "points_std_last_10": n} | columns
        for n in range(24)
    ])  # fmt: skip
    session = tiny.session(end=day(12))
    found = constant_columns.nothing_constant(session, 39, lineage.Contents(session, 3))
    return {row.game_date: row.problem for row in found.itertuples() if row.member == "PDC"}


def test_the_same_share_of_games_won_by_three_teams_is_chance(tmp_path):
    assert stage_rows(Tiny(tmp_path), 3, team_win_pct=0.4) == {day(12): None}


def test_the_same_share_of_games_won_by_twelve_teams_is_not(tmp_path):
    assert stage_rows(Tiny(tmp_path), 12, team_win_pct=0.4) == {day(12): "constant: team_win_pct"}


def test_a_column_that_stands_still_over_three_teams_is_named_and_over_two_it_may_be_chance(tmp_path):
    assert stage_rows(Tiny(tmp_path), 3, team_pace_last_10=100.0) == {day(12): "constant: team_pace_last_10"}
    assert stage_rows(Tiny(tmp_path), 2, team_pace_last_10=100.0) == {}


def test_a_column_that_is_no_number_anywhere_stands_still_too(tmp_path):
    assert stage_rows(Tiny(tmp_path), 12, team_pace_last_10=float("nan")) == {day(12): "constant: team_pace_last_10"}
