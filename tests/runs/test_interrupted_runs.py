"""Runs that are killed or interrupted, and started again: nothing half-done is ever published, and nothing is lost."""

import json
import signal
from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console
from runs import Ended, Home, Left, end_of, is_running, oracle_differences, stopped_after, wait_until

from nbhelpers import build
from nbhelpers.runs import latest_run
from nbhelpers.runs.terminal import Terminal
from nbhelpers.session import now

END = "2025-11-07"  # three days into the composite factors
WINDOW = ("--start-date", "2025-10-21", "--end-date", END)
PAIR = ("30_build_team_zones", "31_build_player_zones")


@pytest.fixture(scope="module")
def home(tmp_path_factory, simulated_source) -> Home:
    """The demo with its objects fetched; the tests of this file interrupt one run after another over it, in order."""
    home = Home(tmp_path_factory.mktemp("interrupted"), source=simulated_source)
    build.fetch_missing(home.session("2025-10-21", END))
    return home


def interrupt(home: Home, how: signal.Signals, *during: str) -> tuple[Ended, Left]:
    """Start a run and send it a signal while some notebooks are at work."""
    so_far = len(home.runs)
    with stopped_after(home.start("--from", "11", *WINDOW)) as process:
        wait_until(lambda: process.poll() is not None or len(home.runs) > so_far and is_running(home, *during))
        process.send_signal(how)
        ended = end_of(process)
    return ended, home.runs[-1]


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_run_says_so_and_publishes_nothing_half_done(home, how, code):
    before = home.contents()
    ended, left = interrupt(home, how, "11_load_raw")
    assert (ended.code, ended.err) == (code, "")
    assert f"Stopped at 11_load_raw (exit {code})\nthe run was interrupted." in ended.last_lines
    assert "\nNot run: 19_gate_raw, " in ended.last_lines
    manifest = left.manifest
    assert (manifest["status"], manifest["exit_code"]) == ("interrupted", code)
    assert list(left.statuses.values())[:2] == ["interrupted", "not run"]
    assert json.loads((left.folder / "journal.jsonl").read_text().splitlines()[-1])["status"] == "interrupted"
    assert "Interrupted in 11_load_raw: 0 of" in left.report
    assert home.contents() == before


@pytest.mark.parametrize("during", [("11_load_raw",), ("19_gate_raw",), PAIR], ids=lambda names: names[0])
def test_killed_run_leaves_a_record_that_claims_nothing_it_did_not_do(home, during):
    ended, left = interrupt(home, signal.SIGKILL, *during)
    assert ended.code == -signal.SIGKILL
    assert (left.manifest["status"], left.manifest["exit_code"]) == ("running", None)
    assert {name for name, status in left.statuses.items() if status == "running"} == set(during)
    assert {status for name, status in left.statuses.items() if name > during[-1]} == {"not run"}
    assert "broken off without a word" in str(latest_run(home.folder / "runs", now()))


def test_run_after_all_that_ends_with_the_tables_of_an_uninterrupted_one(home):
    killed = home.runs[-1].folder.name
    ended = home.run("resume")
    assert ended.code == 0, ended.out
    assert f"Resuming {killed}, which ended running.\n" in ended.out
    assert next(iter(home.runs[-1].statuses)) == "11_load_raw"
    assert oracle_differences(home, date.fromisoformat(END)) == {}
    assert list((home.folder / "season.duckdb.staging").rglob("*.parquet")) == []
    assert {row["gate"] for row in home.rows("nba_processing.gate_receipts")} == {"19", "29", "39"}


@pytest.mark.parametrize(
    ("statuses", "where"),
    [
        ({"10_fetch_raw": "done", "11_load_raw": "done", "19_gate_raw": "not run"}, "after 11_load_raw"),
        ({"10_fetch_raw": "not run", "11_load_raw": "not run"}, "at the start"),
    ],
    ids=["between two notebooks", "before the first"],
)
def test_run_that_stopped_in_no_notebook_says_how_far_it_had_come(tmp_path, statuses, where):
    verdict = {"notebook": "", "what": "the run was interrupted.", "why": "", "then": ""}
    notebooks = [{"name": name, "status": told, "is_edited": False} for name, told in statuses.items()]
    manifest = {"verdict": verdict, "notebooks": notebooks, "accepted": [], "is_simulated": False}
    said = StringIO()
    Terminal(Console(file=said)).closing(SimpleNamespace(manifest=manifest, folder=tmp_path), 130, "python run_backfill.py")
    assert f"Stopped {where} (exit 130)\n" in said.getvalue()
