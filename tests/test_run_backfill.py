"""`python run_backfill.py`, end to end: the demo, a second run, refusals, gates that stop, and what nobody can fool."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import duckdb
import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from rich.console import Console
from runs import (
    OPENING_NIGHT,
    PATIENCE,
    PROGRAM,
    Ended,
    Home,
    Left,
    end_of,
    is_running,
    oracle_differences,
    stopped_after,
    wait_until,
)
from werkzeug import Response

from nbhelpers import build, gates, season, session, settings, simulation
from nbhelpers.charts.showing import KIND
from nbhelpers.errors import GateFailed
from nbhelpers.runs import abandoned, chain, execution, notebooks, provenance, record, runner, verification
from nbhelpers.runs.forking import KernelParent
from nbhelpers.runs.terminal import Terminal
from nbhelpers.season import Window
from nbhelpers.simulation import DISCLAIMER, OFFICIAL
from nbhelpers.sql import tables

SECRETS = {  # planted where a user has them: each in a variable, and what of it must be found nowhere
    "BALLDONTLIE_API_KEY": "never-written-anywhere-4711",
    "HTTPS_PROXY": "http://somebody:proxy-password-4712@127.0.0.1:9",
    "GOOGLE_APPLICATION_CREDENTIALS_JSON": '{"private_key": "private-key-4713"}',
    "WAREHOUSE_PASSWORD": "password-of-another-tool-4714",
}
PLANTED = ("never-written-anywhere-4711", "proxy-password-4712", "private-key-4713", "password-of-another-tool-4714")
CUP_FINAL = date(2025, 12, 16)
TDGS = "nba_analytics.team_defense_game_summary"
TOGS = "nba_analytics.team_offense_game_summary"
TDZA = "nba_precompute.team_defense_zone_analysis"
PCF = "nba_precompute.player_composite_factors"
FEW_DAYS = ("--start-date", "2025-10-21", "--end-date", "2025-10-24")
COMMON = ("start_date", "end_date", "season", "profile", "bucket", "warehouse", "runs", "run_id")
LACKING = "2025-10-23"  # the date whose box scores a source does not have


@dataclass(frozen=True)
class Finished:
    """A run that has ended, with its home and what it left."""

    home: Home
    ended: Ended
    left: Left


# The demo, once, as it comes.


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Finished:
    """The whole demo from nothing, predictions included."""
    home = Home(tmp_path_factory.mktemp("demo"))
    ended = home.run("--with-predictions", **SECRETS)
    return Finished(home, ended, home.runs[-1])


def test_demo_ends_well_and_its_last_lines_say_so(demo):
    assert (demo.ended.code, demo.ended.err) == (0, "")
    done, report, simulated = demo.ended.last_lines.splitlines()
    assert done.startswith("Done. Every gate passed. Spent: fetch ")
    assert report == f"Report: {demo.left.folder}/report.html"
    assert simulated == DISCLAIMER


def test_demo_says_simulated_wherever_a_reader_looks(demo):
    assert demo.ended.out.startswith(DISCLAIMER)
    assert demo.left.manifest["is_simulated"] is True
    assert "SIMULATED</title>" in demo.left.report
    for name in demo.left.statuses:
        assert DISCLAIMER in demo.left.shown(name), name
    charts = [
        output.data[KIND]["title"]
        for name in demo.left.statuses
        for cell in demo.left.cells(name)
        for output in cell.outputs
        if "svg" in output.get("data", {}).get(KIND, {})
    ]
    assert len(charts) > 20
    assert all("SIMULATED" in title for title in charts)


def test_demo_runs_every_numbered_notebook_in_order_and_keeps_each_under_its_own_name(demo):
    numbered = sorted(path.stem for path in (settings.ROOT / "notebooks").glob("[0-9]*.ipynb"))
    assert demo.left.statuses == dict.fromkeys(numbered, "done")
    assert sorted(path.stem for path in demo.left.folder.glob("*.ipynb")) == numbered
    for name in numbered:
        assert all(cell.execution_count for cell in demo.left.cells(name)), name
        assert not re.search(r"\bError\b|Traceback", demo.left.shown(name)), name


def test_manifest_tells_what_ran_from_what_with_what(demo):
    manifest = demo.left.manifest
    assert (manifest["status"], manifest["exit_code"], manifest["verdict"]) == ("done", 0, None)
    assert (manifest["profile"], manifest["season"]) == ("demo", "2025-26")
    assert manifest["window"] == {"start_date": "2025-10-21", "end_date": "2025-12-16"}
    assert re.fullmatch(r"[0-9a-f]{40}|unknown", manifest["git"]["commit"])
    assert manifest["versions"].keys() >= {"python", "duckdb", "papermill", "pandas", "sqlglot"}
    assert manifest["run_id"] == demo.left.folder.name
    assert manifest["previous_manifest_sha256"] is None
    assert manifest["started_at"] < manifest["ended_at"]
    for entry in manifest["notebooks"]:
        content = (demo.left.folder / entry["file"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert manifest["started_at"] < entry["started_at"] < entry["ended_at"] < manifest["ended_at"]
        assert entry["summary"]


def test_each_notebook_is_given_the_parameters_it_has_and_no_other(demo):
    for entry in demo.left.manifest["notebooks"]:
        cells = nbformat.read(settings.ROOT / "notebooks" / entry["file"], 4).cells
        [source] = [cell.source for cell in cells if cell.metadata.get("tags") == ["parameters"]]
        assert set(COMMON) <= set(entry["parameters"]) <= set(re.findall(r"^(\w+) =", source, re.MULTILINE))
        assert entry["parameters"]["run_id"] == demo.left.folder.name


def test_journal_has_each_notebook_begin_and_end_in_the_order_of_time(demo):
    lines = [json.loads(line) for line in (demo.left.folder / "journal.jsonl").read_text().splitlines()]
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert (lines[0]["event"], lines[-1]["event"], lines[-1]["exit_code"]) == ("started", "ended", 0)
    told = Counter((line["event"], line["notebook"]) for line in lines[1:-1])
    assert told == {(event, name): 1 for event in ("notebook started", "notebook ended") for name in demo.left.statuses}


def test_team_and_player_zones_are_built_at_the_same_time(demo):
    when = {entry["name"][:2]: (entry["started_at"], entry["ended_at"]) for entry in demo.left.manifest["notebooks"]}
    assert max(when["30"][0], when["31"][0]) < min(when["30"][1], when["31"][1])
    alone = sorted(span for number, span in when.items() if number != "31")
    assert all(earlier[1] < later[0] for earlier, later in zip(alone, alone[1:], strict=False))


def test_run_accounts_for_where_its_time_went(demo):
    manifest = demo.left.manifest
    assert list(manifest["spent"]) == ["fetch", "SQL", "publishing", "kernels and charts"]
    assert all(seconds > 0 for seconds in manifest["spent"].values())
    assert {json.loads(line)["kind"] for line in (demo.left.folder / "spent.jsonl").read_text().splitlines()} == {
        "fetch", "SQL", "publishing",
    }  # fmt: skip


def test_report_has_every_notebook_and_needs_no_network(demo):
    report = demo.left.report
    for name in demo.left.statuses:
        number = name[:2]
        assert re.search(rf"<h2[^>]*>\s*{number} · |>{number} · ", report), name
    outside = re.findall(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)\s*=", report)
    assert outside == []
    assert "default-src 'none'" in report
    assert "Done: 17 of 17 notebooks done, 4 gate receipts." in report


def test_each_gate_left_a_receipt_that_covers_the_window_with_every_binding_check_whole(demo):
    receipts = demo.home.rows("nba_processing.gate_receipts")
    assert [receipt["gate"] for receipt in receipts] == ["19", "29", "39", "49"]
    for receipt in receipts:
        assert receipt["run_id"] == demo.left.folder.name
        assert (receipt["start_date"], receipt["end_date"]) == (OPENING_NIGHT, CUP_FINAL)
        checks = json.loads(receipt["checks"])
        assert sorted(check["name"] for check in checks) == sorted(c.name for c in gates.checks(int(receipt["gate"])))
        for check in checks:
            if check["severity"] == "fail":
                assert (check["verdict"], check["offending"]) == ("pass", 0), check
                assert check["examined"] == check["expected"] > 0, check
    assert [receipt["gate"] for receipt in demo.left.manifest["receipts"]] == ["19", "29", "39", "49"]


def test_partition_log_has_an_entry_of_a_receipt_for_every_date_of_every_output(demo):
    log, receipts = (demo.home.rows(f"nba_processing.{name}") for name in ("partition_log", "gate_receipts"))
    days = (CUP_FINAL - OPENING_NIGHT).days + 1
    logged = Counter((entry["table_name"], entry["processor_name"]) for entry in log)
    assert logged == {(output.table.name, output.processor): days for output in tables.outputs()}
    assert {entry["receipt_id"] for entry in log} == {receipt["receipt_id"] for receipt in receipts}


def test_demo_fetches_only_what_the_plan_found_missing(demo):
    said = demo.left.shown("10_fetch_raw")
    assert (
        "box scores 24 dates fetched, 32 there before; the NBA's 388 games fetched, 0 there before; "
        "play-by-play 174 games fetched, 213 there before"
    ) in said
    before = demo.left.shown("00_survey")
    assert "To build: 13 tables" in before
    assert "foreign: no gate has passed these rows" in before


def test_demo_has_a_whole_season_of_56_dates_in_every_table(demo):
    games = demo.home.by_date("nba_raw.nbac_schedule", "NOT is_postponed")
    assert (sum(games.values()), len(games), games[CUP_FINAL], date(2025, 11, 27) in games) == (388, 56, 1, False)
    for table in (TDGS, TOGS):
        assert demo.home.by_date(table) == {day: 2 * n for day, n in games.items()}
    assert {n for day, n in demo.home.by_date(TDZA).items() if day >= OPENING_NIGHT + timedelta(14)} == {30}
    scored = demo.home.by_date(PCF, "opponent_strength_score > 0")
    assert (min(scored), len(scored)) == (date(2025, 11, 5), sum(day >= date(2025, 11, 5) for day in games))
    assert scored == demo.home.by_date(PCF)


def test_every_value_of_the_demo_is_what_an_independent_computation_gives(demo):
    assert oracle_differences(demo.home, CUP_FINAL, with_predictions=True) == {}


def secrets_shown(home: Home, ended: Ended) -> list[str]:
    """Where a planted secret stands: files of a home, or the terminal."""
    said = {"terminal": (ended.out + ended.err).encode()} | {str(path): path.read_bytes() for path in state_of(home.folder)}
    return [place for place, text in said.items() if any(secret.encode() in text for secret in PLANTED)]


def test_nothing_is_left_in_staging_and_no_secret_anywhere(demo):
    assert list((demo.home.folder / "season.duckdb.staging").rglob("*.parquet")) == []
    assert secrets_shown(demo.home, demo.ended) == []
    assert not [path for path in demo.left.folder.iterdir() if path.name.startswith(".")]


# The same window again, while others look on.


@dataclass(frozen=True)
class Second:
    """A second run over the demo's window, and what was seen while it went on."""

    before: Home
    home: Home
    ended: Ended
    left: Left
    rival: Ended
    watched: Ended
    counted: int
    by_hand: list[str]


@contextmanager
def open_notebook(home: Home) -> Iterator[Callable[[str], str]]:
    """A kernel as JupyterLab keeps one open; runs a cell and gives what it printed, or the error that it ended with."""
    environment = os.environ | {"BACKFILL_HOME": str(home.folder), "BACKFILL_PROFILE": "demo"}
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(settings.ROOT / "notebooks"), env=environment)

    def cell(source: str) -> str:
        said: list[str] = []
        reply = client.execute_interactive(source, timeout=PATIENCE, output_hook=lambda message: said.append(message["content"].get("text", "")))
        return reply["content"].get("evalue") or "".join(said)

    try:
        yield cell
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def second(demo, tmp_path_factory) -> Second:
    """A run over a copy of the finished demo; meanwhile another run, the monitor, an open DuckDB and an open notebook."""
    home = demo.home.copy(tmp_path_factory.mktemp("second"))
    with open_notebook(home) as cell:
        cell('from nbhelpers import build, gates, notebook\nrun = notebook.start("2025-10-21", "2025-12-16", "2025-26")')
        by_hand = [cell("print(build.describe(build.step(run, 21)))")]
        with stopped_after(home.start("--full", "--to", "34")) as process:  # past gate 29, so that all that follows is while it goes on
            wait_until(lambda: is_running(home, "20_build_player_summary"))
            with duckdb.connect(str(home.warehouse), read_only=True) as reader:
                rival, watched = (end_of(started) for started in [home.start(), home.start("status")])
                [(counted,)] = reader.execute(f"SELECT COUNT(*) FROM {TDGS}").fetchall()
            by_hand += [cell("print(build.describe(build.step(run, 22)))"), cell("gates.Audit(run, 29).publish()")]
            ended = end_of(process)
        by_hand.append(cell("build.step(run, 21)\nbuild.step(run, 22)\nprint(gates.Audit(run, 29).publish())"))
    return Second(demo.home, home, ended, home.runs[-1], rival, watched, counted, by_hand)


def test_second_run_asks_for_nothing_but_the_schedule(second):
    assert second.ended.code == 0, second.ended.out
    said = second.left.shown("10_fetch_raw")
    assert "box scores 0 dates fetched, 56 there before; the NBA's 0 games fetched, 388 there before; play-by-play 0 games fetched, 387 there before; 0 gaps" in said
    assert "; 1 request (0 repeated)" in said
    assert second.home.objects().keys() == second.before.objects().keys()


def test_second_run_changes_no_published_value_and_says_so(second):
    assert second.home.contents() == second.before.contents()
    for gate in ("19_gate_raw", "29_gate_analytics"):
        assert second.left.summaries[gate].endswith("Nothing to change: what is published is what was built.")
    assert second.ended.out.count("Nothing to change") == 2


def test_second_run_found_nothing_to_do_before_it_began(second):
    assert "Every table's every date is published, audited and up to date." in second.left.shown("00_survey")


def test_run_while_another_writes_is_turned_away_and_told_by_whom(second):
    assert second.rival.code == 5
    assert second.rival.err.startswith(f"run {second.left.folder.name} (process {second.left.manifest['pid']}, since ")
    assert [path for path in (second.home.folder / "runs").iterdir() if path.is_dir()] == [second.left.folder]


def test_tables_can_be_read_and_watched_while_a_run_goes_on(second):
    assert second.counted == 776
    assert second.watched.code == 0
    # Which notebook it is at by the time status looks, or whether it is between two, depends on the machine.
    assert f"run {second.left.folder.name}: running" in second.watched.out


def test_notebook_left_open_and_a_run_do_not_shut_each_other_out(second):
    before, during, publishing, after = second.by_hand
    assert (before, during) == ("Staged TDGS 776 rows on 56 dates.\n", "Staged TOGS 776 rows on 56 dates.\n")
    assert publishing.startswith(f"run {second.left.folder.name} (process {second.left.manifest['pid']}, since ")
    assert after == "Gate 29 passed, 14 of 14 checks clean. Nothing to change: what is published is what was built.\n"


# Looking without touching.


def test_status_tells_of_every_table_and_of_the_run(demo):
    ended = demo.home.run("status")
    assert (ended.code, ended.err) == (0, "")
    assert f"run {demo.left.folder.name}: done" in ended.out
    for output in tables.outputs():
        if not output.processor:
            assert re.search(rf"^ *{output.short} +\d{{4}}-\d\d-\d\d +\d+ ", ended.out, re.MULTILINE), output.short
    assert "56 of 56 dates" in ended.out
    assert "INSUFFICIENT_DATA" in ended.out


def test_plan_tells_what_would_be_built_and_why_and_changes_nothing(demo, tmp_path):
    home = demo.home.copy(tmp_path / "home")
    home.change(f"DELETE FROM {TDGS} WHERE game_date = '2025-11-05'")
    home.change("DELETE FROM nba_processing.partition_log; DELETE FROM nba_processing.gate_receipts")
    before = state_of(home.folder)
    ended = home.run("plan")
    assert (ended.code, ended.err) == (0, "")
    assert re.search(r"^21 +TDGS +1 +2025-11-05 +2025-11-05 +missing$", ended.out, re.MULTILINE)
    for output in tables.outputs():
        assert output.processor or output.short in ended.out
    assert state_of(home.folder) == before


def test_plan_and_status_where_nothing_is_yet_tell_of_every_table_and_make_no_file(tmp_path):
    home = Home(tmp_path / "home", profile="local")
    for command, told in (("plan", "To build: 13 tables"), ("status", "no run yet")):
        ended = home.run(command)
        assert (ended.code, ended.err) == (0, "")
        assert told in ended.out
    assert list(home.folder.iterdir()) == []


def state_of(folder: Path) -> dict[Path, tuple[int, int]]:
    """Every file below a folder with its size and time, but for what was looked up in them, which reading keeps too."""
    files = [path for path in folder.rglob("*") if path.is_file() and not any(part.endswith(".fingerprints") for part in path.parts)]
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


# The plan's danger: phase 4 on a team defence that is not there.

DANGERS = {
    "empty": f"DELETE FROM {TDGS}",
    "without paint attempts": f"UPDATE {TDGS} SET opp_paint_attempts = NULL",
}
each_danger = pytest.mark.parametrize("danger", DANGERS.values(), ids=DANGERS)


def test_run_from_30_over_an_empty_team_defence_is_refused_and_names_it(demo, tmp_path):
    home = demo.home.copy(tmp_path / "home")
    home.change(DANGERS["empty"])
    before = home.contents()
    ended = home.run("--from", "30", "--to", "39")
    assert ended.code == 1
    assert f"step 30 cannot start: {TDGS} is not what gate 29 audited: its rows have changed since" in ended.last_lines
    assert "on 56 dates" in ended.last_lines
    assert "What to do: step 20 and those after it must come first: python run_backfill.py --from 20" in ended.last_lines
    assert home.runs[-1].statuses["30_build_team_zones"] == "stopped"
    assert {home.runs[-1].statuses[name] for name in home.runs[-1].statuses if name > "32"} == {"not run"}
    assert home.contents() == before


@each_danger
def test_team_zones_refuse_to_be_built_on_a_team_defence_that_was_changed(demo, tmp_path, danger):
    home = demo.home.copy(tmp_path / "home")
    home.change(danger)
    with pytest.raises(GateFailed, match=f"step 30 cannot start: {TDGS} is not what gate 29 audited"):
        build.step(home.session("2025-11-10", "2025-11-14"), 30)


@each_danger
def test_gate_3_stops_what_was_built_on_it_all_the_same(demo, tmp_path, danger):
    home = demo.home.copy(tmp_path / "home")
    home.change(danger)
    before, by_hand = home.contents(), home.session("2025-11-10", "2025-11-10")
    for step in (30, 31, 32, 33, 34):
        build.compute(by_hand, step)
    audit = gates.Audit(by_hand, 39)
    with pytest.raises(GateFailed, match="Gate 39 stops"):
        audit.publish()
    failed = {finding.check.name for finding in audit.run() if finding.verdict == "fail"}
    assert failed >= {"zones_sane", "right_ten"}
    assert home.contents() == before


# A gate that stops, and the way on.


@dataclass(frozen=True)
class Stopped:
    """A run over a few days whose source lacked one day's box scores, and the next run, when it had them."""

    before: dict
    after: dict
    first: Finished
    mended: Finished
    broken: str


@pytest.fixture(scope="module")
def stopped(demo, tmp_path_factory) -> Stopped:
    home = Home(tmp_path_factory.mktemp("stopped"))
    source = home.folder / "source"
    shutil.copytree((demo.home.folder / "source").resolve(), source, copy_function=os.link)
    lacking = source / "v1" / "box_scores" / f"{LACKING}.json"
    official = [path for path in (source / OFFICIAL).iterdir() if f'"gameEt":"{LACKING}' in path.read_text()]
    whole = {path: path.read_bytes() for path in (lacking, *official)}
    for path in whole:  # neither source has it
        path.unlink()
    lacking.write_text('{"data": []}')
    home.session("2025-10-21", "2025-10-24")
    before = home.contents()
    first = home.run("--from", "10", *FEW_DAYS)
    after = home.contents()
    for path, body in whole.items():
        path.write_bytes(body)
    broken = "ball-dont-lie/boxscores/2025-10-22/20300101_000000.json"
    (home.folder / "bucket" / broken).write_text('{"date": "2025-10-22", "boxSc')
    (home.folder / "bucket" / "holiday.jpg").write_bytes(b"\xff\xd8")
    (home.folder / "bucket" / "ball-dont-lie" / "boxscores" / "yesterday").mkdir()
    (home.folder / "bucket" / "ball-dont-lie" / "boxscores" / "yesterday" / "all.json").write_text("[]")
    again = home.run("--from", "10", "--to", "19", *FEW_DAYS)
    return Stopped(before, after, Finished(home, first, home.runs[0]), Finished(home, again, home.runs[1]), broken)


def test_gate_that_stops_leaves_the_published_tables_as_they_were(stopped):
    assert stopped.first.ended.code == 1
    assert stopped.after == stopped.before


def test_last_lines_of_a_stopped_run_say_what_why_what_to_do_what_was_not_run_and_where_the_evidence_is(stopped):
    said, folder = stopped.first.ended.last_lines, stopped.first.left.folder
    assert said.startswith("Stopped at 19_gate_raw (exit 1)\nGate 19 stops: ")
    assert re.search(rf"^ +box_score_per_game: fail, examined 52 of 56 team-games, .*{LACKING}", said, re.MULTILINE)
    assert "\nWhy it matters: " in said
    assert "\nWhat to do: " in said
    assert re.search(r"^Not run: 20_build_player_summary, .*39_gate_contamination, 90_report$", said, re.MULTILINE)
    assert f"Evidence: {folder}/19_gate_raw.ipynb and {folder}/report.html" in said
    assert said.splitlines()[-1] == DISCLAIMER


def test_manifest_of_a_stopped_run_says_what_ran_what_stopped_and_what_did_not_run(stopped):
    manifest, statuses = stopped.first.left.manifest, stopped.first.left.statuses
    assert (manifest["status"], manifest["exit_code"], manifest["receipts"]) == ("stopped", 1, [])
    assert manifest["verdict"]["notebook"] == "19_gate_raw"
    assert [name for name, status in statuses.items() if status == "done"] == ["10_fetch_raw", "11_load_raw"]
    assert [name for name, status in statuses.items() if status == "stopped"] == ["19_gate_raw"]
    assert all(status == "not run" for name, status in statuses.items() if name >= "20")
    assert not list(stopped.first.left.folder.glob("2*.ipynb"))


def test_failed_copy_holds_the_evidence_above_the_error_and_the_report_has_both(stopped):
    left = stopped.first.left
    shown = left.shown("19_gate_raw")
    games = re.findall(rf"{LACKING.replace('-', '')}_[A-Z]{{3}}_[A-Z]{{3}}", shown.partition("GateFailed: ")[0])
    assert games
    assert "Gate 19 stops" in shown.partition("GateFailed: ")[2]
    assert f"Stopped by a gate in 19_gate_raw: 2 of {len(left.statuses)} notebooks done." in left.report
    assert left.report.count(games[0]) >= 1
    assert "GateFailed: Gate 19 stops" in left.report


def test_what_the_source_lacked_is_said_before_the_gate_too(stopped):
    said = " ".join(stopped.first.left.shown("10_fetch_raw").split())
    assert re.search(rf"{LACKING.replace('-', '')}_CLE_NYK</td><td[^>]*>BallDontLie: empty day; the NBA: no box score yet</td>", said)


def test_next_run_fetches_what_was_missing_and_passes(stopped):
    assert stopped.mended.ended.code == 0, stopped.mended.ended.out
    said = stopped.mended.left.shown("10_fetch_raw")
    assert "box scores 1 date fetched, 3 there before; the NBA's 2 games fetched, 26 there before; play-by-play 0 games" in said
    assert stopped.mended.left.manifest["previous_manifest_sha256"] == hashlib.sha256(
        (stopped.first.left.folder / "manifest.json").read_bytes()
    ).hexdigest()
    games = "SELECT COUNT(DISTINCT game_id) FROM nba_raw.bdl_player_boxscores WHERE game_date < '2025-10-25'"
    assert stopped.mended.home.select(games) == [(28,)]


def test_broken_and_foreign_objects_are_named_and_do_no_harm(stopped):
    shown = stopped.mended.left.shown("11_load_raw")
    assert re.search(rf"unreadable object.*{re.escape(stopped.broken)}.*not JSON", shown, re.DOTALL)
    assert "2 unreadable objects" in stopped.mended.left.shown("10_fetch_raw")  # all.json is in no date's folder
    assert (stopped.mended.home.folder / "bucket" / stopped.broken).read_text() == '{"date": "2025-10-22", "boxSc'


# Nobody talks a run past a gate.


@pytest.fixture(scope="module")
def raw_only(demo, tmp_path_factory) -> Home:
    """A few days with the raw layer published, by hand."""
    home = Home(tmp_path_factory.mktemp("raw_only"), source=(demo.home.folder / "source").resolve())
    by_hand = home.session("2025-10-21", "2025-10-24")
    build.fetch_missing(by_hand)
    build.load(by_hand)
    gates.Audit(by_hand, 19).publish()
    return home


@pytest.fixture
def run_with(raw_only, tmp_path, monkeypatch):
    """Runs one notebook, changed by a function of its cells, over the raw layer or a copy that `spoil` has changed."""

    def run(change, name: str = "19_gate_raw", spoil: str = "", **environment: str) -> SimpleNamespace:
        home = raw_only
        if spoil:
            home = raw_only.copy(tmp_path / "home")
            home.change(spoil)
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        notebook = nbformat.read(settings.ROOT / "notebooks" / f"{name}.ipynb", 4)
        notebook.cells = [c for c in notebook.cells if c.cell_type == "code"]
        for cell in notebook.cells:
            cell.source = "\n".join(line for line in cell.source.splitlines() if "charts.show" not in line)
        notebook.cells = [cell for cell in notebook.cells if cell.source]
        change(notebook.cells)
        nbformat.write(notebook, folder / f"{name}.ipynb")
        monkeypatch.setattr(notebooks, "NOTEBOOKS", folder)
        for variable, value in ({"BACKFILL_HOME": str(home.folder), "BACKFILL_PROFILE": "demo"} | environment).items():
            monkeypatch.setenv(variable, value)
        window = Window(season.PLAN_SEASON, date(2025, 10, 21), date(2025, 10, 24))
        before = home.contents()
        unheard = Terminal(Console(file=StringIO()))
        with KernelParent() as parent:
            this = runner.Run(settings.load(), window, [folder / f"{name}.ipynb"], {}, unheard, parent)
            code = this.execute()
        left = Left(this.folder)
        receipts = home.select(f"SELECT gate FROM nba_processing.gate_receipts WHERE run_id = '{this.run_id}'")
        changed = home.contents() != before
        return SimpleNamespace(code=code, left=left, manifest=left.manifest, receipts=receipts, changed=changed,
                               verdict=this.manifest["verdict"], window=window)  # fmt: skip

    return run


def publishing(cells: list):
    """The cell of a gate that publishes."""
    [cell] = [cell for cell in cells if "publish" in cell.source]
    return cell


A_HOLE = "; ".join(
    f"DELETE FROM nba_raw.{table} WHERE game_date = '{LACKING}'"
    for table in ("bdl_player_boxscores", "nbac_player_boxscores", "nbac_team_boxscores")
)


def test_gate_as_it_is_passes_and_leaves_its_receipt(run_with):
    ran = run_with(lambda cells: None)
    assert (ran.code, ran.manifest["status"], ran.receipts) == (0, "done", [("19",)])


def test_exit_that_papermill_takes_for_success_is_not_done(run_with):
    ran = run_with(lambda cells: cells.insert(1, nbformat.v4.new_code_cell("import sys\nsys.exit(0)")))
    assert (ran.code, ran.manifest["status"], ran.receipts, ran.changed) == (3, "broken", [], False)
    assert "cells did not run" in ran.manifest["verdict"]["what"]
    unrun = [cell for cell in ran.left.cells("19_gate_raw") if cell.execution_count is None]
    assert {cell.metadata.papermill.status for cell in unrun} == {"not run"}


def test_tag_that_skips_the_gate_is_not_done(run_with):
    ran = run_with(lambda cells: publishing(cells).metadata.update(tags=["skip-execution"]))
    assert (ran.code, ran.manifest["status"], ran.receipts, ran.changed) == (3, "broken", [], False)
    assert "1 cell did not run" in ran.manifest["verdict"]["what"]


def test_gate_without_its_publishing_cell_is_not_done(run_with):
    ran = run_with(lambda cells: cells.remove(publishing(cells)))
    assert (ran.code, ran.manifest["status"], ran.receipts, ran.changed) == (3, "broken", [], False)
    assert ran.manifest["verdict"]["what"] == "19_gate_raw ended, but it left no receipt."


def test_tag_that_lets_a_gate_run_on_past_its_error_is_not_done(run_with):
    ran = run_with(lambda cells: publishing(cells).metadata.update(tags=["raises-exception"]), spoil=A_HOLE)
    assert (ran.code in (1, 3), ran.manifest["status"] != "done", ran.receipts, ran.changed) == (True, True, [], False)


def test_gate_stops_even_where_python_leaves_assertions_out(run_with):
    ran = run_with(lambda cells: None, spoil=A_HOLE, PYTHONOPTIMIZE="1")
    assert (ran.code, ran.manifest["status"], ran.receipts, ran.changed) == (1, "stopped", [], False)
    assert LACKING in ran.manifest["verdict"]["what"]


@pytest.mark.parametrize("death", ["os._exit(0)", "os.kill(os.getpid(), 9)"], ids=["exits", "killed, as for want of memory"])
def test_kernel_that_dies_is_not_done(run_with, death):
    dies = nbformat.v4.new_code_cell(f"import os\n{death}")
    ran = run_with(lambda cells: cells.insert(2, dies), name="22_build_team_offense")
    assert (ran.code, ran.manifest["status"], ran.changed) == (3, "broken", False)
    assert ran.left.statuses == {"22_build_team_offense": "broken"}
    assert "the kernel died" in ran.manifest["verdict"]["what"]


def test_notebook_that_was_edited_is_named_and_one_that_was_only_run_is_not(run_with):
    assert provenance.is_edited(settings.ROOT / "notebooks" / "19_gate_raw.ipynb") in (False, None)  # None: no git
    ran = run_with(lambda cells: None)  # the fixture leaves out its prose and its charts
    [entry] = ran.manifest["notebooks"]
    assert entry["is_edited"] in (True, None)
    assert ("Not as committed: the cells of this notebook" in ran.left.report) is bool(entry["is_edited"])
    assert len(entry["source_sha256"]) == 64


def test_gate_that_was_edited_to_ask_less_is_not_done(run_with):
    def ask_less(cells: list) -> None:
        cells[1].source += (
            "\nimport sys\nfew = gates.checks(19)[:2]"
            "\nfor name, module in list(sys.modules.items()):\n    if name.startswith('nbhelpers.gates') and hasattr(module, 'checks'):"
            "\n        module.checks = lambda gate: few"
        )
        cells[2:-1] = []

    ran = run_with(ask_less, spoil="DELETE FROM nba_processing.gate_receipts")
    assert (ran.code, ran.manifest["status"]) == (3, "broken")
    assert "its receipt does not show that these checks passed: " in ran.manifest["verdict"]["what"]
    assert f"undo {ran.manifest['run_id']}" in ran.manifest["verdict"]["then"]


def test_gate_that_was_edited_to_accept_what_nobody_accepted_is_not_done(run_with):
    def accept(cells: list) -> None:
        audit = next(cell for cell in cells if "gates.Audit" in cell.source)
        audit.source = audit.source.replace("accept=accept", "accept=dict.fromkeys([c.name for c in gates.checks(19)], 'quietly')")

    ran = run_with(accept, spoil=A_HOLE)
    assert (ran.code, ran.manifest["status"]) == (3, "broken")
    assert "box_score_per_game" in ran.manifest["verdict"]["what"]


# A full disk.


def test_disk_that_is_full_when_a_gate_publishes_leaves_everything_as_it_was(run_with):
    full = nbformat.v4.new_code_cell("import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))")
    ran = run_with(lambda cells: cells.insert(-1, full), spoil="DELETE FROM nba_processing.gate_receipts")
    assert (ran.code, ran.manifest["status"], ran.receipts, ran.changed) == (3, "broken", [], False)
    assert ran.manifest["verdict"]["what"].startswith("the disk is full: ")
    assert "free some space, then run again" in ran.manifest["verdict"]["then"]


@pytest.mark.parametrize("writes", [1, 3])
def test_disk_that_is_full_when_the_record_is_written_ends_the_run_in_a_clear_line(run_with, monkeypatch, writes):
    save, left = record.save, iter(range(writes))

    def full(folder, manifest):
        if next(left, None) is None:
            raise OSError(28, "No space left on device")
        save(folder, manifest)

    with monkeypatch.context() as until_there_is_room:
        until_there_is_room.setattr(record, "save", full)
        ran = run_with(lambda cells: None, name="20_build_player_summary")
    assert (ran.code, ran.manifest["status"], ran.changed) == (3, "running", False)  # as the last whole manifest says
    assert ran.verdict["what"].startswith(("the disk is full: ", "the run's record could not be completed: the disk is full: "))
    assert [path.name for path in ran.left.folder.iterdir() if path.name.endswith(".partial")] == []
    assert ran.left.folder in chain.unchained(ran.left.folder.parent)
    [line] = abandoned.complete_records(session.opened(ran.window, settings.load(), "the-next-run"), "the-next-run")
    assert line.startswith(f"{ran.manifest['run_id']} ")
    assert verification.problems(ran.left.folder.parent) == []  # the next run completes its record


def test_disk_that_is_full_when_a_notebook_is_saved_breaks_the_run_in_a_clear_line(run_with, monkeypatch):
    def full(source, aside, *words, **more):
        Path(aside).write_text('{"cells": [')
        raise OSError(28, "No space left on device", aside)

    monkeypatch.setattr(execution.papermill, "execute_notebook", full)
    ran = run_with(lambda cells: None)
    assert (ran.code, ran.manifest["status"], ran.receipts, ran.changed) == (3, "broken", [], False)
    assert ran.manifest["verdict"]["what"].startswith("the disk is full: ")
    assert not list(ran.left.folder.glob("*.ipynb")) and not list(ran.left.folder.glob(".*"))


# Bad input: a clear line each, and nothing written.


@pytest.fixture
def refusal(tmp_path, monkeypatch, capsys):
    """What the program says to words it cannot follow, having written nothing and exited with 2."""
    spec = importlib.util.spec_from_file_location("run_backfill", PROGRAM)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    home, around, handler = tmp_path / "home", dict(os.environ), signal.getsignal(signal.SIGTERM)
    for module in ("session", "notebook"):
        monkeypatch.setattr(f"nbhelpers.{module}.today", lambda: date(2025, 12, 18))
    (tmp_path / "file").write_text("no folder, and no warehouse\n")
    os.environ.update(BACKFILL_HOME=str(home), BACKFILL_PROFILE="local")

    def refused(*words: str) -> str:
        before = state_of(tmp_path)
        try:
            code = program.main(list(words))
        except SystemExit as usage:  # argparse's way
            code = usage.code
        told = capsys.readouterr()
        assert (code, told.out, state_of(tmp_path)) == (2, "", before)
        assert "Traceback" not in told.err
        return told.err

    yield refused
    os.environ.clear()
    os.environ.update(around)
    signal.signal(signal.SIGTERM, handler)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--season 2018-19", "season '2018-19' is not to be had: the NBA's files begin with 2019-20."),
        ("--season 2025", "season '2025' is not a season's name."),
        ("--profile demo --season 2019-20", "the demo invents season 2025-26, not 2019-20."),
        ("--start-date 2025-11-02 --end-date 2025-11-01", "end_date 2025-11-01 is before start_date 2025-11-02."),
        ("--start-date 2025-10-01", "2025-10-01 to 2025-12-16 is not within season 2025-26 (2025-10-21 to "),
        ("--end-date 2025-12-18", "end_date 2025-12-18 is not over yet (today is 2025-12-18 in New York)."),
        ("--end-date yesterday", "end_date 'yesterday' is not a date."),
        ("--profile gcp2", "profile 'gcp2' is not known; known are "),
        ("--from 40 --to 30", "no notebook is numbered from 40 to 30."),
        ("--from 12 --to 18", "no notebook is numbered from 12 to 18."),
        ("--bdl-rate 0", "bdl_rate '0' is not a number of requests a minute."),
        ("--warehouse {file}", "warehouse {file} cannot be opened: "),
        ("--warehouse {file}/w", "warehouse {file}/w cannot be used: {file} is a file, not a folder."),
        ("--warehouse {folder}", "warehouse {folder} cannot be used: it is a folder, not a file."),
        ("--bucket {file}", "bucket {file} cannot be used: it is a file, not a folder."),
        ("--bucket {file}/bucket", "bucket {file}/bucket cannot be used: {file} is a file, not a folder."),
        ("--runs {file}/runs", "runs {file}/runs cannot be used: {file} is a file, not a folder."),
    ],
)
def test_words_that_cannot_be_followed_are_answered_in_a_clear_line_and_nothing_is_written(
    refusal, tmp_path, words, said
):
    paths = {"file": tmp_path / "file", "folder": tmp_path}
    told = refusal(*words.format(**paths).split())
    assert told.startswith(said.format(**paths))
    assert told.splitlines()[-1].startswith("What to do: ")
    assert len(told.splitlines()) <= 3


@pytest.mark.parametrize("words", ["--start 2025-10-21 --nonsense", "fly", "--from thirty", "--bdl-rate fast"])
def test_words_that_nobody_knows_are_answered_with_the_usage(refusal, words):
    assert refusal(*words.split()).startswith("usage: ")


def test_bad_input_from_the_shell_exits_with_2_and_three_lines_on_stderr(tmp_path):
    home = Home(tmp_path / "home")
    ended = home.run("--season", "2018-19")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 3)
    assert list(home.folder.iterdir()) == []


def test_without_a_key_the_nbas_own_box_scores_fill_the_season_and_balldontlie_is_not_asked(demo, tmp_path):
    with simulation.serving((demo.home.folder / "source").resolve()) as address:
        home = Home(tmp_path / "home", profile="local", BDL_BASE_URL="http://127.0.0.1:9", NBA_CDN_BASE_URL=address)
        ended = home.run("--from", "10", "--to", "11", *FEW_DAYS)
    assert ended.code == 0, ended.out
    assert home.runs[-1].manifest["settings"]["lines"] == "nba"
    assert "BallDontLie's not asked for without a key" in home.runs[-1].shown("10_fetch_raw")
    kinds = {key.split("/")[1] + "/" + key.split("/")[2] for key in home.objects()}
    assert kinds == {"nba-com/schedule", "nba-com/boxscores", "nba-com/play-by-play"}


def test_source_that_repeats_the_key_in_its_refusal_puts_it_nowhere(demo, tmp_path, httpserver):
    httpserver.expect_request(re.compile("/v1/.*")).respond_with_handler(
        lambda request: Response(f"no account has the key {request.headers['Authorization']}", status=401)
    )
    with simulation.serving((demo.home.folder / "source").resolve()) as address:
        home = Home(tmp_path / "home", profile="local", BDL_BASE_URL=httpserver.url_for(""), NBA_CDN_BASE_URL=address, **SECRETS)
        ended = home.run("--from", "10", "--to", "11", *FEW_DAYS)
    assert ended.code == 2
    assert "no account has the key" in home.runs[-1].report
    assert secrets_shown(home, ended) == []


def test_paths_given_as_flags_are_taken_from_where_one_stands(demo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = Home(tmp_path / "home", source=(demo.home.folder / "source").resolve())
    ended = home.run("plan", "--bucket", "objects", "--warehouse", "tables/mine.duckdb", "--runs", "records", *FEW_DAYS)
    assert ended.code == 0, ended.err
    assert (tmp_path / "objects" / "nba-com").is_dir()
    assert (tmp_path / "tables" / "mine.duckdb").is_file()
    assert not (home.folder / "bucket").exists()
