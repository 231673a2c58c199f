"""Steps that their owner's own command does: run as said, watched, and audited by the same gates."""

import shlex
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from runs import wait_until

from nbhelpers import build, gates, lineage
from nbhelpers.errors import BadInput, Broken, GateFailed
from nbhelpers.lineage import owner_commands
from nbhelpers.season import PLAN_SEASON, Window


def is_at_work(pid: str) -> bool:
    """Whether a process is there and not just waiting to be forgotten."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().split()[2] != "Z"


WINDOW = Window(PLAN_SEASON, date(2025, 10, 21), date(2025, 10, 23))


def python(code: str) -> str:
    """A command that runs some Python."""
    return shlex.join([sys.executable, "-c", code])


def test_a_command_is_given_the_window_and_its_lines_are_said_as_they_come():
    said = []
    owner_commands.run(python("import sys; print(sys.argv[1:]); print(7)") + " {start_date} {end_date}", WINDOW, said.append)
    assert said == ["['2025-10-21', '2025-10-23']", "7"]


def test_a_command_is_not_given_the_runbooks_own_key(monkeypatch):
    monkeypatch.setenv("BALLDONTLIE_API_KEY", "never-handed-on-4711")
    monkeypatch.setenv("PIPELINE_HOME", "/where/the/pipeline/is")
    said = []
    owner_commands.run(python("import os; print(*os.environ.values(), sep='\\n')"), WINDOW, said.append)
    assert "/where/the/pipeline/is" in said
    assert not [line for line in said if "4711" in line]


def test_a_command_that_fails_is_told_with_its_status_and_its_last_lines():
    with pytest.raises(Broken, match=r"ended with status 3\.\n  line 5\n") as failed:
        owner_commands.run(python("import sys; [print('line', n) for n in range(1, 10)]; sys.exit(3)"), WINDOW, lambda line: None)
    assert "no gate has passed them" in str(failed.value)


def test_a_command_that_is_not_there_is_named():
    with pytest.raises(Broken, match="'no-such-program .*' cannot be started: No such file"):
        owner_commands.run("no-such-program {start_date}", WINDOW)


def test_a_command_that_says_nothing_for_too_long_is_ended_with_all_that_it_started():
    code = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE); print(p.pid, flush=True); p.wait()"
    said = []
    with pytest.raises(Broken, match="has said nothing for 0.01 minutes, and was ended"):
        owner_commands.run(python(code), WINDOW, said.append, silent_minutes=0.01)
    [child] = said
    wait_until(lambda: not is_at_work(child))


def test_a_step_without_a_command_is_done_by_the_runbook(tmp_path):
    file = tmp_path / "commands.toml"
    file.write_text('[commands]\n20 = "build {start_date}"\n')
    assert owner_commands.command(file, 20) == "build {start_date}"
    assert owner_commands.command(file, 21) is None
    assert owner_commands.command(None, 20) is None


@pytest.mark.parametrize(
    "text", ["", "[commands\n", '[commands]\ntwenty = "x"', '[commands]\n20 = "x {begin}"', "[commands]\n20 = \"x 'y\""]
)
def test_a_file_that_cannot_be_followed_is_refused(tmp_path, text):
    file = tmp_path / "commands.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=r"is not as it should be[\s\S]*\[commands\]"):
        owner_commands.command(file, 20)
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        owner_commands.command(tmp_path / "none.toml", 20)


# The gates around it.

TOGS = "nba_analytics.team_offense_game_summary"


def with_own_command(session, folder: Path, update: str):
    """The session with step 22 done by a program that changes the published table itself."""
    code = f"import duckdb; duckdb.connect({str(session.settings.warehouse)!r}).execute({f'UPDATE {TOGS} SET {update}'!r}); print('written')"
    program = folder / "program.py"
    program.write_text(code)
    (folder / "commands.toml").write_text(f'[commands]\n22 = "{sys.executable} {program}"\n')
    return replace(session, settings=replace(session.settings, commands=folder / "commands.toml"))


def test_what_its_own_command_wrote_is_audited_where_it_stands_and_gets_a_receipt(season_copy, tmp_path, capsys):
    session = with_own_command(season_copy(), tmp_path, "pace = pace")
    [built] = build.step(session, 22)
    assert build.describe([built]).startswith("Written by its own command TOGS 776 rows on 56 dates")
    assert "written" in capsys.readouterr().out
    assert "Nothing to change" in gates.Audit(session, 29).publish()
    entry = lineage.log_entries(session)[TOGS, date(2025, 10, 21)]
    assert entry["code_version"] == owner_commands.code_version(owner_commands.command(session.settings.commands, 22))
    assert entry["run_id"] == "copy"


def test_what_its_own_command_wrote_wrongly_is_stopped_by_the_same_gate_and_nothing_is_built_on_it(season_copy, tmp_path):
    session = with_own_command(season_copy(), tmp_path, "turnovers = turnovers + 1")
    build.step(session, 22)
    with pytest.raises(GateFailed, match="mirror"):
        gates.Audit(session, 29).publish()
    with pytest.raises(GateFailed, match="its rows have changed since"):
        build.step(session, 32)
