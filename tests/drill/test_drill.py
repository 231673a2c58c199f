"""The fire drill: every fault of the catalogue is stopped, by the check that is there for it, and a healthy season by none."""

import os
import re
from argparse import Namespace
from dataclasses import replace
from datetime import date
from pathlib import Path

import conftest
import pytest
import real

from nbhelpers import build, commands, drill, gates, simulation
from nbhelpers.drill import aims, faults, planting, scratch
from nbhelpers.drill.faults import Fault
from nbhelpers.errors import BadInput, Broken
from nbhelpers.season import Window
from nbhelpers.warehouse.duckdb import file_cache

README = Path(__file__).parents[2] / "README.md"
REFUSED_BY_STAGING = {"P7"}  # a required column: no build can leave it NULL
# The README's table of faults, by id: title, gate, what stops it, what the plan's own checks say.
TOLD = {
    fault: cells
    for fault, *cells in re.findall(r"^\| (\w+) \| (.+?) \| (\d9) \| (.+?) \| (saw it)? ?\|$", README.read_text(encoding="utf-8"), re.M)
}
CHECK_FOR = {fault: by.strip("`") for fault, (_, _, by, _) in TOLD.items() if fault not in REFUSED_BY_STAGING}


def row_of(matrix, fault: str) -> dict:
    [row] = matrix[matrix.fault == fault].to_dict("records")
    return row


@pytest.fixture(scope="module")
def matrix(published_season):
    return drill.run(published_season)


# The catalogue


def test_the_catalogue_is_whole_and_each_fault_has_the_check_that_is_there_for_it():
    known = [fault.id for fault in faults.FAULTS]
    last = {"R": 28, "A": 11, "P": 21, "M": 5, "S": 4}
    assert {f"{letter}{n}" for letter, end in last.items() for n in range(1, end + 1)} <= set(known)
    assert sorted(known) == sorted({*CHECK_FOR, *REFUSED_BY_STAGING})


def test_the_readme_lists_the_catalogue_in_its_order_with_titles_and_gates():
    assert [(fault, title, int(gate)) for fault, (title, gate, _, _) in TOLD.items()] == [
        (fault.id, fault.title, fault.gate) for fault in faults.FAULTS
    ]


def test_a_fault_is_staged_in_the_layer_of_the_gate_that_is_asked_and_in_the_whole_window():
    for fault in faults.FAULTS:
        assert fault.staged or fault.published
        known = {output.short for output in planting.tables.layer_outputs(fault.gate // 10)}
        assert fault.staged.keys() <= known
        assert not (fault.staged and fault.is_later_window)


def test_a_fault_that_changes_nothing_is_an_error_and_not_a_drill(published_season):
    stale = Fault("X1", "a bug of yesterday", 39, "in a query that has changed", {"TDZA": (("no such text", "x"),)})
    with scratch.copied(published_season) as copy, pytest.raises(Broken, match="X1 changes nothing in team_defense"):
        planting.plant(copy, stale, aims.find(copy))


# The season


def test_a_healthy_season_passes_every_check_of_every_gate(published_season):
    verdicts = drill.healthy(published_season)
    assert {name: verdict for name, verdict in verdicts.items() if verdict != "pass"} == {}
    assert len(verdicts) == sum(len(gates.checks(gate)) for gate in (19, 29, 39, 49))


def test_a_healthy_season_passes_in_a_window_that_begins_later(published_season):
    later = Window(published_season.window.season, date(2025, 12, 9), published_season.window.end_date)
    verdicts = drill.healthy(replace(published_season, window=later))
    assert {name for name, verdict in verdicts.items() if verdict == "fail"} == set()


def test_faults_are_aimed_at_what_the_season_has(published_season):
    aimed = aims.find(published_season)
    assert aimed["game_id"] == f"{aimed['on']:%Y%m%d}_{aimed['opponent']}_{aimed['team']}"
    assert aimed["later"] > aimed["on"]
    assert aimed["earlier_game"][:8] < f"{aimed['on']:%Y%m%d}"
    assert len({aimed["team"], aimed["opponent"], aimed["idle_home"], aimed["idle_away"]}) == 4


def test_a_window_that_ends_before_the_factor_start_has_nothing_to_aim_at(published_season):
    early = replace(published_season.window, end_date=date(2025, 11, 2))
    with pytest.raises(BadInput, match="no date to aim a drill at"):
        drill.run(replace(published_season, window=early))


# The drill


@pytest.mark.parametrize(("fault", "check"), CHECK_FOR.items())
def test_a_planted_fault_is_stopped_by_the_check_that_is_there_for_it(matrix, fault, check):
    assert row_of(matrix, fault)[check] == "fail"


def test_a_required_column_cannot_even_be_staged_empty(matrix):
    refused = matrix[matrix.fault.isin(REFUSED_BY_STAGING)]
    assert list(refused.interlock) == [drill.REFUSED]


def test_nothing_survives_and_every_check_that_stops_has_stopped_something(matrix):
    assert drill.survivors(matrix) == []
    assert drill.idle_checks(matrix) == []


def test_the_checks_that_warn_have_warned(matrix):
    warned = {name for name in matrix.columns if (matrix[name] == "warn").any()}
    assert warned == {
        "minutes_add_up", "schedule_stuck", "witnessed", "sources_differ", "sources_hold", "shots_disagree", "incomplete_upstream", "forecasts_hit",
        "objects_there", "details_hold",
    }  # fmt: skip


def test_the_plans_own_checks_see_zeros_and_little_else(matrix):
    seen = [row["fault"] for row in matrix.to_dict("records") if "plan" in row.values()]
    assert seen == ["A1", "A2", "A10", "P1", "P4", "P5", "P6"]
    assert seen == [fault for fault, (_, _, _, plan) in TOLD.items() if plan]  # as the README tells
    assert row_of(matrix, "P8")["plan_detection"] == "pass"


def test_a_step_refuses_what_was_edited_by_hand_and_cannot_see_what_is_only_stale(matrix):
    asked = matrix[(matrix.interlock != drill.NOT_ASKED) & ~matrix.fault.isin(REFUSED_BY_STAGING)]
    assert dict(zip(asked.fault, asked.interlock, strict=True)) == {
        "S1": drill.LET_THROUGH,
        "S1b": drill.LET_THROUGH,
        "S2": drill.REFUSED,
        "S2b": drill.LET_THROUGH,  # it asks for its own window; the gate asks for the season before it
        "S2c": drill.REFUSED,
        "S2d": drill.REFUSED,
        "S4": drill.LET_THROUGH,
    }


def test_a_drill_leaves_the_season_as_it_was(published_season):
    warehouse = published_season.settings.warehouse
    before, listed = warehouse.read_bytes(), sorted(warehouse.parent.iterdir())
    drill.run(published_season, ["A9", "S2"])
    assert warehouse.read_bytes() == before
    assert sorted(warehouse.parent.iterdir()) == sorted({*listed, warehouse.with_name("season.duckdb.lock")})


def test_what_a_scratch_warehouse_remembers_is_what_it_would_find_again(published_season, matrix, monkeypatch):
    monkeypatch.setattr(scratch.ScratchFile, "stay_open", lambda file: None)
    monkeypatch.setattr(file_cache, "remembered", lambda kept_in, files, asked, look: look(None))
    again = drill.run(published_season, ["R5", "A2", "P6"])
    assert [row_of(again, fault) for fault in again.fault] == [row_of(matrix, fault) for fault in again.fault]


# What is said


def test_a_survivor_and_an_idle_check_are_named(matrix):
    spared = matrix[matrix.fault.isin(["R4", "P7"])].assign(newest_snapshots="pass")
    assert drill.survivors(spared) == ["R4"]
    assert "newest_snapshots" in drill.idle_checks(spared)


def test_a_walk_tells_what_was_planted_and_what_stopped_it(published_season, monkeypatch, capsys):
    monkeypatch.setattr("nbhelpers.drill.matrix.healthy", lambda session: {"19 who_played": "pass"})
    assert drill.walk(published_season.settings, published_season.window, ["R4", "P7"]) == 0
    told = capsys.readouterr().out
    assert "R4   an older snapshot loaded over a newer: newest_snapshots" in told
    assert "P7   opponent_strength_score NULL: (refused before any gate)" in told
    assert "2 of 2 faults were stopped; the plan's own checks saw 0 of them." in told
    [where] = [line for line in told.splitlines() if line.startswith("Report: ")]
    page = Path(where.removeprefix("Report: ")).read_text(encoding="utf-8")
    assert "Drill of 2 faults: each was stopped." in page
    assert "What each check saw of each planted fault" in page
    assert "newest_snapshots" in page and "an older snapshot loaded over a newer" in page


def test_the_faults_to_drill_may_be_told_with_spaces_between(monkeypatch):
    asked = []
    monkeypatch.setattr(drill, "walk", lambda settings, window, only: asked.append(only) or 0)
    monkeypatch.setattr("nbhelpers.commands.rehearsing.window", lambda *of: None)
    given = Namespace(start_date="2025-10-21", end_date="2025-12-16", season="2025-26", only="P1, P2", mutants=0, code_mutants=0, body_mutants=0)
    assert commands.drill(None, given) == 0
    assert asked == [["P1", "P2"]]


def test_a_season_that_fails_as_it_is_is_not_drilled(published_season, monkeypatch):
    monkeypatch.setattr("nbhelpers.drill.matrix.healthy", lambda session: {"19 who_played": "fail", "29 mirror": "pass"})
    with pytest.raises(BadInput, match="not healthy: 19 who_played fail as it is"):
        drill.walk(published_season.settings, published_season.window)


def test_a_season_that_no_gate_has_passed_is_not_drilled(season_copy):
    session = season_copy()
    with session.warehouse.writing() as connection:
        connection.execute("DELETE FROM nba_processing.gate_receipts WHERE gate = '29'")
    with pytest.raises(BadInput, match="no receipt of gate 29 covers 2025-10-21 to 2025-12-16"):
        drill.run(session)
    session.settings.warehouse.unlink()
    with pytest.raises(BadInput, match="no receipt of gate 19"):
        drill.run(session)


def test_without_predictions_their_faults_are_left_out_and_cannot_be_asked_for(season_copy):
    session = season_copy()
    with session.warehouse.writing() as connection:
        connection.execute("DELETE FROM nba_processing.gate_receipts WHERE gate = '49'")
    assert {fault.gate for fault in drill.chosen(session)} == {19, 29, 39}
    with pytest.raises(BadInput, match="F1 is one for gate 49, which has not passed"):
        drill.chosen(session, ["R1", "F1"])


def test_a_fault_that_is_not_in_the_catalogue_is_bad_input(published_season):
    with pytest.raises(BadInput, match="fault 'R99' is not in the catalogue"):
        drill.chosen(published_season, ["R1", "R99"])


# Seasons that nothing was tuned to


def an_unseen_season(home: Path) -> None:
    simulation.write(home / "source", seed=7)
    simulation.write_bucket(home / "source", home / "bucket", conftest.WINDOW.start_date, conftest.WINDOW.end_date, with_official=True)


def the_real_season(home: Path) -> None:
    if not real.LEAGUE.is_file():
        pytest.skip("the real season is not beside the repository")
    real.write_bucket(home / "bucket", "--start", conftest.WINDOW.start_date.isoformat(), "--end", conftest.WINDOW.end_date.isoformat())
    session = conftest.session_at(home)
    with real.serving(home) as server:  # the bucket has no box scores of the NBA
        both = {"bdl_base_url": server.address, "cdn_base_url": server.address}
        build.fetch_missing(replace(session, settings=replace(session.settings, **both)))


@pytest.mark.skipif(not os.environ.get("DRILL_OTHER_SEASONS"), reason="takes minutes: set DRILL_OTHER_SEASONS=1")
@pytest.mark.parametrize("lay_out", [an_unseen_season, the_real_season])
def test_another_season_passes_as_it_is_and_every_fault_in_it_is_stopped(tmp_path, lay_out):
    lay_out(tmp_path)
    session = conftest.session_at(tmp_path)
    conftest.publish(session)  # raises where a gate stops it
    assert {name for name, verdict in drill.healthy(session).items() if verdict == "fail"} == set()
    found = drill.run(session)
    assert drill.survivors(found) == []
    assert drill.idle_checks(found) == []
    assert {fault: row_of(found, fault)[check] for fault, check in CHECK_FOR.items()} == dict.fromkeys(CHECK_FOR, "fail")
