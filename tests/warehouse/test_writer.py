"""One writer at a time."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from tiny import Tiny

from nbhelpers.errors import BadInput, Broken, Locked
from nbhelpers.runs import record
from nbhelpers.runs.journal import Journal
from nbhelpers.warehouse.duckdb import writer_lock

HOLD = """
import sys
from pathlib import Path
from nbhelpers.warehouse.duckdb import writer_lock
with writer_lock.hold(Path(sys.argv[1]), "the-other-run"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_while_a_run_writes_others_are_refused_its_own_notebooks_let_in_and_its_death_frees_the_lock(tmp_path):
    tiny = Tiny(tmp_path)
    command = [sys.executable, "-c", HOLD, str(tiny.settings.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Locked) as refused, tiny.session(run_id="mine").writer_lock():
            raise AssertionError("let in")
        assert f"run the-other-run (process {other.pid}, since 20" in str(refused.value)
        assert refused.value.exit_code == 5
        with tiny.session(run_id="the-other-run").writer_lock():
            pass
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        with tiny.session(run_id="mine").writer_lock():
            pass


def test_after_it_is_let_go_the_next_may_hold_it(tmp_path):
    for run_id in ("one", "two"):
        with writer_lock.hold(tmp_path / "season.duckdb", run_id):
            pass


def test_a_locked_file_met_while_holding_the_lock_is_told_as_it_is(tmp_path):
    with pytest.raises(Locked, match="held open by another process"), Tiny(tmp_path).session().writer_lock():
        raise Locked("the warehouse is held open by another process.")


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"), writer_lock.hold(tmp_path / "file" / "season.duckdb", "mine"):
        pass


def test_a_notebook_that_outlives_its_run_is_not_let_in(tmp_path):
    tiny = Tiny(tmp_path)
    folder = tiny.settings.runs / "20251217T100000Z_aaaaaa"
    folder.mkdir(parents=True)
    record.save(folder, {})
    session = tiny.session(run_id=folder.name)
    with pytest.raises(Broken, match="has ended or was killed"), session.writer_lock():
        raise AssertionError("let in")
    journal = Journal(folder)  # as a run at work holds it
    with session.writer_lock():
        journal.close()


# Whatever the path.


@pytest.fixture
def held(tmp_path):
    """A warehouse that another process holds, by the name season.duckdb."""
    with duckdb.connect(str(tmp_path / "season.duckdb")) as connection:
        connection.execute("CREATE TABLE games (game_id VARCHAR)")
    command = [sys.executable, "-c", HOLD, str(tmp_path / "season.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        yield tmp_path / "season.duckdb"
        other.communicate("\n")


def refused(path: Path) -> str:
    with pytest.raises(Locked) as refusal, writer_lock.hold(path, "mine"):
        raise AssertionError("let in")
    return str(refusal.value)


def test_a_symbolic_link_and_a_relative_path_are_the_same_warehouse(held, monkeypatch):
    (held.parent / "elsewhere").mkdir()
    link = held.parent / "elsewhere" / "link.duckdb"
    link.symlink_to(held)
    assert refused(link).startswith("run the-other-run (process ")
    monkeypatch.chdir(held.parent)
    assert refused(Path("season.duckdb")).startswith("run the-other-run (process ")


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux are DuckDB's locks on the file and ours two kinds")
def test_neither_a_hard_link_nor_a_deleted_lock_file_lets_a_second_writer_in(held):
    hard = held.parent / "hard.duckdb"
    hard.hardlink_to(held)
    assert "is writing to" in refused(hard)
    hard.unlink()
    held.with_name("season.duckdb.lock").unlink()
    assert "is writing to" in refused(held)


def test_a_warehouse_with_two_names_is_refused_when_nobody_writes_to_it_either(tmp_path):
    (tmp_path / "season.duckdb").write_bytes(b"")
    (tmp_path / "hard.duckdb").hardlink_to(tmp_path / "season.duckdb")
    with pytest.raises(BadInput, match=r"has 2 names \(hard links\)"), writer_lock.hold(tmp_path / "hard.duckdb", "mine"):
        pass


def test_the_writer_can_write_while_it_holds_its_lock(tmp_path):
    path = tmp_path / "season.duckdb"
    duckdb.connect(str(path)).close()
    with writer_lock.hold(path, "mine"):
        command = [sys.executable, "-c", f"import duckdb; duckdb.connect({str(path)!r}).execute('CREATE TABLE t (a INT)')"]
        assert subprocess.run(command, check=False).returncode == 0
