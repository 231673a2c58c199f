"""How a call ends: told to another program whatever the exit code, and for several seasons one after another."""

import json
import re
import shlex
import shutil
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from nbhelpers.commands import ending, running
from nbhelpers.errors import BadInput, GateFailed
from nbhelpers.settings import ROOT

MANIFEST = {
    "run_id": "20251217T100000Z_aaaaaa", "profile": "local", "season": "2025-26", "status": "stopped", "exit_code": 1, "accepted": [],
    "window": {"start_date": "2025-10-21", "end_date": "2025-12-16"}, "verdict": {"notebook": "29_gate_analytics", "what": "Gate 29 stops"},
}  # fmt: skip


def saving(path: Path) -> str:
    """A command that keeps what it is given, and in which environment."""
    code = f"import json, os, sys; json.dump([json.load(sys.stdin), sorted(os.environ)], open({str(path)!r}, 'w'))"
    return shlex.join([sys.executable, "-c", code])


@pytest.mark.parametrize(("code", "message"), [(0, ""), (1, ""), (2, "season 'x' is not a season's name."), (143, "Interrupted.")])
def test_the_verdict_is_told_whatever_the_exit_code_and_the_key_is_not(tmp_path, monkeypatch, code, message):
    monkeypatch.setenv("BALLDONTLIE_API_KEY", "never-told-4711")
    given = Namespace(command="run", on_end=saving(tmp_path / "told.json"), finished=[(MANIFEST, tmp_path / "runs" / "a")])
    ending.tell_end(given, code, message)
    told, variables = json.loads((tmp_path / "told.json").read_text())
    assert (told["command"], told["exit_code"], told["message"]) == ("run", code, message)
    [run] = told["runs"]
    assert run["verdict"] == MANIFEST["verdict"]
    assert run["report"] == f"{tmp_path}/runs/a/report.html"
    assert "BALLDONTLIE_API_KEY" not in variables


@pytest.mark.parametrize("command", ["no-such-program-4711", "false", "'"])
def test_a_program_that_cannot_be_told_is_named_and_changes_nothing(capsys, command):
    ending.tell_end(Namespace(command="run", on_end=command, finished=[]), 0, "")
    assert capsys.readouterr().err.startswith("Note: --on-end was not told: ")


def test_nobody_is_told_who_was_not_named(capsys):
    ending.tell_end(Namespace(command="run", on_end=None, finished=[]), 0, "")
    assert capsys.readouterr() == ("", "")


@pytest.fixture
def seasons(monkeypatch):
    """Runs seasons whose ends are given: an exit code, or an error that is raised; gives the code and the seasons that were run."""

    def run(ends: dict, words: str, keep_going: bool = False) -> tuple[int, list[str]]:
        ran = []

        def one(chosen, given):
            ran.append(given.season)
            assert (given.start_date, given.end_date) == (None, None)
            if isinstance(ends[given.season], Exception):
                raise ends[given.season]
            return ends[given.season]

        monkeypatch.setattr(running, "run", one)
        monkeypatch.setattr(running, "compare", lambda chosen, given: print(f"Side by side: {given.seasons}"))
        given = Namespace(seasons=words, keep_going=keep_going, season=None, start_date="2025-10-21", end_date=None)
        return running._run_seasons(None, given), ran

    return run


ENDS = {"2022-23": 0, "2023-24": 1, "2024-25": 0}


def test_seasons_are_run_one_after_another_to_the_first_that_stops(seasons, capsys):
    assert seasons(ENDS, "2022-23..2024-25") == (1, ["2022-23", "2023-24"])
    said = capsys.readouterr().out
    assert "\nSide by side: 2022-23..2024-25\n" in said
    assert said.endswith("Seasons: 2022-23 done, 2023-24 stopped (exit 1), 2024-25 not run\n")


def test_with_keep_going_the_next_season_is_run_whatever_the_one_before_it_ended_with(seasons):
    assert seasons(ENDS, "2022-23..2024-25", keep_going=True) == (1, ["2022-23", "2023-24", "2024-25"])
    ends = ENDS | {"2022-23": GateFailed("no schedule is stored.")}
    assert seasons(ends, "2022-23..2024-25", keep_going=True) == (1, ["2022-23", "2023-24", "2024-25"])


def test_one_season_is_a_range_too_and_one_that_ends_before_it_begins_is_none(seasons):
    assert seasons(ENDS, "2022-23") == (0, ["2022-23"])
    with pytest.raises(BadInput, match="end before they begin"):
        seasons(ENDS, "2024-25..2022-23")
    with pytest.raises(BadInput, match="is not a season's name"):
        seasons(ENDS, "2024..2026")


@pytest.mark.skipif(not shutil.which("curl"), reason="the README's example calls curl, which is not here")
def test_the_webhook_of_the_readme_is_given_the_verdict(httpserver, tmp_path):
    [command] = re.findall(r"--on-end '([^']+)'", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert "https://hooks.example.org/backfill" in command
    httpserver.expect_request("/backfill", method="POST").respond_with_data("")
    here = command.replace("https://hooks.example.org", httpserver.url_for("").rstrip("/"))
    ending.tell_end(Namespace(command="run", on_end=here, finished=[(MANIFEST, tmp_path / "runs" / "a")]), 1, "")
    [(request, _)] = httpserver.log
    assert request.headers["Content-Type"] == "application/json"
    assert (request.json["exit_code"], request.json["runs"][0]["report"]) == (1, f"{tmp_path}/runs/a/report.html")
