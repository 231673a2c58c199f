"""Taking back, comparing and passing by: on the first days of the simulated season, gates 1 and 2 and all."""

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from nbhelpers import build, gates, lineage, settings, simulation, survey
from nbhelpers.build import repairs
from nbhelpers.errors import BadInput, GateFailed
from nbhelpers.gates import checklist
from nbhelpers.lineage import overrides, undo
from nbhelpers.season import PLAN_SEASON, Season, Window
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.warehouse import DuckDB

OPENING, END = date(2025, 10, 21), date(2025, 10, 26)
ANALYTICS = ("BOXSCORES", "PGS", "TDGS", "TOGS")


@pytest.fixture(scope="module")
def first_days(tmp_path_factory, simulated_source) -> Path:
    """A folder with the objects of the season's first days and a warehouse in which gates 19 and 29 have passed them."""
    home = tmp_path_factory.mktemp("first_days")
    simulation.write_bucket(simulated_source, home / "bucket", OPENING, END, with_official=True)
    fill(session(home, "first"))
    return home


@pytest.fixture
def home(first_days, tmp_path) -> Path:
    """A copy of those, to change."""
    shutil.copytree(first_days / "bucket", tmp_path / "bucket")
    shutil.copytree(first_days, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("bucket"))
    return tmp_path


def session(home: Path, run_id: str) -> Session:
    chosen = settings.load(
        profile="local", bucket=str(home / "bucket"), warehouse=str(home / "w.duckdb"), runs=str(home / "runs")
    )
    window = Window(PLAN_SEASON, OPENING, END)
    return Session(window, chosen, DuckDB(chosen.warehouse, home / "staging" / run_id), run_id)


def fill(run: Session, accept: dict[str, str] | None = None) -> list[str]:
    build.load(run)
    said = [gates.Audit(run, 19, accept=accept).publish()]
    for step in (20, 21, 22):
        build.step(run, step)
    return [*said, gates.Audit(run, 29, accept=accept).publish()]


def correct_a_box_score(home: Path, game_date: date, change) -> None:
    """Have both sources tell one player's line of a date otherwise, in objects of their own."""
    """Add a newer object of a date in which `change` has been made to the first player line of its first game."""
    folder = home / "bucket" / f"ball-dont-lie/boxscores/{game_date}"
    body = json.loads(sorted(folder.iterdir())[-1].read_text(encoding="utf-8"))
    game = body["boxScores"][0]
    official, path = next(
        (official, path)
        for path in sorted((home / "bucket" / f"nba-com/boxscores/{game_date}").glob("*/*.json"))
        if (official := json.loads(path.read_text(encoding="utf-8")))["game"]["homeTeam"]["teamTricode"] == game["home_team"]["abbreviation"]
    )
    team = official["game"]["homeTeam"]
    by_name = {player["name"]: player["statistics"] for player in team["players"]}
    line, own = next(  # of somebody whom both spell alike
        (line, by_name[name])
        for line in game["home_team"]["players"]
        if (name := f"{line['player']['first_name']} {line['player']['last_name']}") in by_name
    )
    change(line)
    own["steals"] = line["stl"]
    team["statistics"]["steals"] = sum(statistics["steals"] for statistics in by_name.values())
    (folder / "20251230_120000.json").write_text(json.dumps(body), encoding="utf-8")
    path.with_name("20251230_120000.json").write_text(json.dumps(official), encoding="utf-8")


def contents(run: Session) -> dict[str, dict]:
    return {output.short: run.warehouse.fingerprints(output) for output in tables.outputs() if output.short in ANALYTICS}


def one_more_steal(line: dict) -> None:
    line["stl"] += 1


def test_a_corrected_box_score_changes_exactly_the_partitions_it_is_in_and_undo_puts_them_back(home):
    before = contents(session(home, "first"))
    correct_a_box_score(home, date(2025, 10, 23), one_more_steal)
    fill(session(home, "second"))
    changed = undo.diff(session(home, "look"), "second")
    # The object is new for every game of its date; what it says is new for one player and for his team's defence.
    by_table = changed.set_index("table")
    assert set(changed["date"]) == {date(2025, 10, 23)}
    assert (by_table.loc["PGS", "changed"], by_table.loc["TDGS", "changed"], "TOGS" in by_table.index) == (1, 1, False)
    assert (changed.added.sum(), changed.removed.sum()) == (0, 0)
    put_back = undo.undo(session(home, "undo"), "second")
    assert set(put_back.dates) == {1}
    assert contents(session(home, "look")) == before


def test_undo_voids_the_receipts_and_what_was_in_force_before_is_in_force_again(home):
    correct_a_box_score(home, date(2025, 10, 23), one_more_steal)
    fill(session(home, "second"))
    run = session(home, "look")
    pgs = "nba_analytics.player_game_summary", date(2025, 10, 23)
    assert lineage.log_entries(run)[pgs]["run_id"] == "second"
    undo.undo(run, "second")
    assert lineage.log_entries(run)[pgs]["run_id"] == "first"
    voided = run.query("SELECT run_id, voided_by FROM nba_processing.gate_receipts ORDER BY created_at")
    assert [(row.run_id, str(row.voided_by)) for row in voided.itertuples()][-1] == ("second", "undo of second")
    assert build.unready_inputs(run, 30) == {}


def test_what_was_pruned_is_on_record_and_neither_undone_nor_compared_any_more(home):
    correct_a_box_score(home, date(2025, 10, 23), one_more_steal)
    fill(session(home, "second"))
    run = session(home, "prune")
    before = contents(run)
    assert undo.prune(run, now() - timedelta(days=1)) == []
    assert set(undo.diff(run, "second").date) == {date(2025, 10, 23)}
    assert undo.prune(run, now() + timedelta(days=1)) == ["first", "second"]
    for act in (undo.undo, undo.diff):
        with pytest.raises(BadInput, match=r"what run second replaced was pruned on \d{4}-[\s\S]*cannot be put back"):
            act(run, "second")
    assert contents(run) == before
    assert run.query("SELECT COUNT(*) AS n FROM nba_processing.gate_receipts WHERE voided_by IS NOT NULL").n[0] == 0
    assert undo.prune(run, now() + timedelta(days=1)) == []


def test_undo_is_refused_where_a_later_run_has_published_since(home):
    correct_a_box_score(home, date(2025, 10, 23), one_more_steal)
    fill(session(home, "second"))
    before = contents(session(home, "look"))
    with pytest.raises(BadInput, match="no longer as run first published it"):
        undo.undo(session(home, "undo"), "first")
    assert contents(session(home, "look")) == before


def test_undo_is_refused_where_a_row_was_changed_by_hand_since(home):
    correct_a_box_score(home, date(2025, 10, 23), one_more_steal)
    fill(session(home, "second"))
    with session(home, "hand").warehouse.writing() as connection:
        connection.execute("UPDATE nba_analytics.player_game_summary SET steals = 99 WHERE game_date = '2025-10-23'")
    with pytest.raises(BadInput, match="player_game_summary of 2025-10-23 is no longer"):
        undo.undo(session(home, "undo"), "second")


def test_a_run_of_another_season_is_looked_for_in_its_own(home):
    window = Window(Season("2026-27", date(2026, 10, 20)), date(2026, 10, 20), date(2026, 10, 21))
    with pytest.raises(BadInput, match=r"run first filled season 2025-26, .*\n.*\n.*--season 2025-26"):
        undo.undo(replace(session(home, "undo"), window=window), "first")


def test_a_run_that_published_nothing_cannot_be_undone(home):
    with pytest.raises(BadInput, match="'nobody' has published nothing"):
        undo.undo(session(home, "undo"), "nobody")


def test_a_repeated_run_changes_nothing_and_says_so(home):
    said = fill(session(home, "again"))
    assert all("Nothing to change" in line for line in said)
    assert undo.diff(session(home, "look"), "again").empty


def lose_the_play_by_play(home: Path, game_date: date) -> None:
    shutil.rmtree(home / "bucket" / f"nba-com/play-by-play/{game_date}")


LOST = ("play_by_play_per_game", "shots_have_zones", "shots_have_players", "shots_have_places", "newest_snapshots")


def failing_checks(run: Session, gate: int) -> list[str]:
    return [finding.check.name for finding in gates.Audit(run, gate).run() if finding.verdict == "fail"]


def test_an_accepted_failure_is_on_record_and_taints_what_is_built_on_it_until_it_is_built_without(home):
    day = date(2025, 10, 24)
    kept = home / "kept"
    shutil.copytree(home / "bucket" / f"nba-com/play-by-play/{day}", kept)
    lose_the_play_by_play(home, day)
    run = session(home, "accepting")
    build.load(run)
    reason = "the NBA has none"
    gates.Audit(run, 19, accept=dict.fromkeys(failing_checks(run, 19), reason)).publish()
    for step in (20, 21, 22):
        build.step(run, step)
    with pytest.raises(GateFailed, match="paint_present"):
        gates.Audit(run, 29).publish()
    gates.Audit(run, 29, accept=dict.fromkeys(failing_checks(run, 29), reason)).publish()
    receipt = run.query("SELECT checks FROM nba_processing.gate_receipts ORDER BY created_at DESC LIMIT 2")
    accepted = [check for row in receipt.checks for check in json.loads(row) if check["verdict"] == "accepted"]
    assert accepted and all(check["reason"] == reason for check in accepted)
    tainted = {key for key, entry in lineage.log_entries(run).items() if entry["tainted_by"]}
    raw_and_analytics = {output.table.name for output in tables.outputs() if output.layer <= 2}
    assert tainted == {(name, day) for name in raw_and_analytics}
    cells = survey.coverage(run).set_index(["table", "date"])
    assert cells.loc[("TOGS", day), "state"] == "tainted"
    assert cells.loc[("TDGS", day), "state"] == "contaminated"  # the louder of the two: its paint attempts are absent
    assert overrides.marks(session(home, "look")) == [f"{len(tainted)} partitions past an accepted failure"]
    told = overrides.describe_accepted(run)
    assert all(f"from {day} to {day} built past an accepted failure: " in line and reason in line for line in told)
    assert {f"Accepted: {line}." for line in told} == set(str(survey.plan(run)).splitlines()[:-1])
    answered = checklist.answers(run, survey.coverage(run)).set_index("item").loc["Nothing stands on an accepted failure"]
    assert answered.answer == "no" and reason in answered.evidence
    shutil.copytree(kept, home / "bucket" / f"nba-com/play-by-play/{day}")
    fill(session(home, "whole"))
    cells = survey.coverage(session(home, "look"))
    assert "tainted" not in set(cells.state)
    assert (overrides.marks(session(home, "look")), overrides.describe_accepted(session(home, "look"))) == ([], [])


def test_a_check_is_not_accepted_without_a_reason(home):
    with pytest.raises(BadInput, match="accepted without a reason"):
        gates.Audit(session(home, "silent"), 19, accept={"points_add_up": " "})


def test_a_repaired_date_dirties_its_own_summaries_and_the_analyses_whose_windows_reach_it(home):
    told = repairs.rebuild_plan(session(home, "look"), "2025-10-24").dirty
    counts = dict(part.rsplit(" ", 2)[:2] for part in told.split(", "))
    # Oct 24 itself in every table; Oct 25 and 26 for the windows that follow. Predictions that nobody made are not repaired.
    assert counts == {"BOXSCORES": "1", "NBA_BOXSCORES": "1", "NBA_TEAM_BOXSCORES": "1", "SHOTS": "1", "PGS": "1", "TDGS": "1", "TOGS": "1", "TDZA": "3", "PSZA": "3", "PDC": "3", "PCF": "3", "MLFS": "3"}
