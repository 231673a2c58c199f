"""The audit trail: a byte that is changed after a run shows, and the record of a killed run is completed truthfully."""

import fcntl
import json
import shutil
from pathlib import Path

import nbformat
import pytest

from nbhelpers import run_folder
from nbhelpers.runs import abandoned, chain, data_verification, files, record, verification
from nbhelpers.runs.journal import Journal

FIRST, SECOND = "20251217T100000Z_aaaaaa", "20251217T110000Z_bbbbbb"
KILLED = "20251217T120000Z_cccccc"
AT = "2025-12-17T13:00:00.000000Z"
RECEIPT = {
    "receipt_id": f"{FIRST}/19/1", "gate": "19", "run_id": FIRST, "start_date": "2025-10-21", "end_date": "2025-12-16",
    "code_version": "0123456789ab", "checks": [], "created_at": "2025-12-17T10:00:10Z",
}  # fmt: skip


def begin(runs: Path, run_id: str) -> tuple[Path, dict, Journal]:
    """A run at work on its second notebook."""
    folder = runs / run_id
    folder.mkdir()
    journal = Journal(folder)
    journal.write({"at": AT, "event": "started"})
    (folder / run_folder.ACCOUNT).write_text('{"kind": "SQL", "amount": 1.0}\n')
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1", execution_count=1)])
    for path in (folder / "19_gate_raw.ipynb", record.running_copy(folder, "20_build_player_summary.ipynb")):
        nbformat.write(notebook, path)
    entries = [
        {"name": "19_gate_raw", "file": "19_gate_raw.ipynb", "status": "done", "sha256": files.digest(folder / "19_gate_raw.ipynb")},
        {"name": "20_build_player_summary", "file": "20_build_player_summary.ipynb", "status": "running", "sha256": None},
    ]  # fmt: skip
    manifest = {
        "run_id": run_id, "status": "running", "exit_code": None, "verdict": None, "receipts": [],
        "settings": {"warehouse": "season.duckdb"}, "window": {}, "notebooks": entries,
    }  # fmt: skip
    record.save(folder, manifest)
    return folder, manifest, journal


def finish(runs: Path, run_id: str, receipts: list[dict]) -> None:
    """A run from its beginning to its end."""
    folder, manifest, journal = begin(runs, run_id)
    entry = manifest["notebooks"][1]
    entry |= {"status": "done", "sha256": record.keep_copy(folder, entry["file"])}
    record.end(folder, manifest | {"status": "done", "exit_code": 0, "receipts": receipts})
    journal.close()


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory) -> Path:
    """Two runs that have ended, chained. Not to be written to."""
    runs = tmp_path_factory.mktemp("runs")
    finish(runs, FIRST, [RECEIPT])
    finish(runs, SECOND, [])
    return runs


@pytest.fixture
def runs(two_runs, tmp_path) -> Path:
    """The same, to be spoilt: not read-only, as the records of ended runs are."""
    shutil.copytree(two_runs, tmp_path / "runs")
    for path in (tmp_path / "runs").rglob("*.*"):
        path.chmod(0o644)
    return tmp_path / "runs"


def close(runs: Path, warehouse: str = "season.duckdb") -> list[str]:
    return abandoned.complete(runs, {"warehouse": warehouse}, lambda run_id: [RECEIPT | {"run_id": run_id}], "the next run", AT)


def test_an_untouched_trail_has_no_problem(runs):
    assert (verification.problems(runs), len(chain.lines(runs))) == ([], 2)
    assert not list(runs.rglob(".*"))


ARTEFACTS = ["manifest.json", "journal.jsonl", "spent.jsonl", "19_gate_raw.ipynb", "20_build_player_summary.ipynb", "report.html"]


@pytest.mark.parametrize("place", [0, 0.5, -1], ids=["first", "middle", "last"])
@pytest.mark.parametrize("run_id", [FIRST, SECOND])
@pytest.mark.parametrize("name", ARTEFACTS)
def test_one_changed_byte_is_found_wherever_it_is(runs, run_id, name, place):
    path = runs / run_id / name
    content = bytearray(path.read_bytes())
    content[int(place * len(content)) if place >= 0 else -1] ^= 1
    path.write_bytes(content)
    [problem] = verification.problems(runs)
    assert problem.startswith(f"{run_id}: {name} has changed since ")


def test_a_changed_byte_of_the_chain_itself_is_found(runs):
    path = runs / chain.CHAIN
    whole = path.read_bytes()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(changed)
        assert verification.problems(runs), (place, changed)


@pytest.mark.parametrize("name", ARTEFACTS)
def test_a_missing_part_of_a_record_is_found(runs, name):
    (runs / FIRST / name).unlink()
    [problem] = verification.problems(runs)
    assert problem.startswith(f"{FIRST}: ") and problem.endswith(" is missing")


def test_what_no_manifest_names_is_found_in_a_runs_folder_and_beside_it(runs):
    (runs / FIRST / "41_verdicts.ipynb").write_text("{}")
    (runs / FIRST / ".hidden").write_text("")
    (runs / "20251217T113000Z_dddddd").mkdir()
    assert verification.problems(runs) == [
        f"{FIRST}: .hidden is in its folder, and its manifest does not name it",
        f"{FIRST}: 41_verdicts.ipynb is in its folder, and its manifest does not name it",
        "20251217T113000Z_dddddd: it is called as a run's folder, and holds no manifest.json",
    ]


def test_every_file_of_an_ended_runs_record_is_read_only(two_runs):
    assert {path.stat().st_mode & 0o777 for folder in (FIRST, SECOND) for path in (two_runs / folder).iterdir()} == {0o444}


@pytest.mark.parametrize("manifest", ['{"run_id": ', "[]", '{"run_id": 7}', "\x00"])
def test_a_record_that_cannot_be_read_is_a_problem_and_no_reason_to_break_off(runs, manifest):
    folder, _, journal = begin(runs, KILLED)
    journal.close()
    (folder / "manifest.json").write_text(manifest)
    assert close(runs) == []
    assert verification.problems(runs) == [f"{KILLED}: it never ended (killed, or still running)"]


def test_receipts_of_runs_without_a_record_are_found_and_those_made_by_hand_are_not(runs):
    forged, by_hand = RECEIPT | {"run_id": KILLED}, RECEIPT | {"run_id": "by-hand"}
    found = data_verification.unrecorded_receipts([RECEIPT, forged, by_hand], {FIRST, SECOND})
    assert found == [f"{KILLED}: the warehouse has a receipt of gate 19 by this run, which has no record"]


def test_a_run_taken_out_of_the_chain_is_found(runs):
    path = runs / chain.CHAIN
    path.write_bytes(path.read_bytes().split(b"\n")[1] + b"\n")
    assert verification.problems(runs) == [
        f"{SECOND}: its line in chain.jsonl does not follow the line before it",
        f"{SECOND}: it does not follow the run before it in the chain",
        f"{FIRST}: it never ended (killed, or still running)",
    ]


def test_receipts_in_the_warehouse_are_those_of_the_records_and_no_other(runs):
    recorded = chain.manifests(runs)

    def compared(*held: dict, warehouse: str = "season.duckdb") -> list[str]:
        return verification.receipt_problems(recorded, list(held), {"warehouse": warehouse})

    by_hand = RECEIPT | {"receipt_id": "by-hand/19/1", "run_id": "by-hand"}
    assert compared(RECEIPT, by_hand) == []
    assert compared() == [f"{FIRST}: its receipt of gate 19 is not in the warehouse"]
    assert compared(RECEIPT | {"end_date": "2025-12-17"}) == [f"{FIRST}: its receipt of gate 19 has changed in the warehouse"]
    forged = RECEIPT | {"receipt_id": f"{SECOND}/29/1", "gate": "29", "run_id": SECOND}
    assert compared(RECEIPT, forged) == [f"{SECOND}: the warehouse has a receipt of gate 29 that its record does not tell"]
    assert compared(warehouse="another.duckdb") == []  # these runs wrote elsewhere


# Killed runs.


def test_a_run_at_work_is_told_from_a_killed_one_by_its_journal_and_left_alone(runs):
    folder, _, journal = begin(runs, KILLED)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert (run_folder.is_alive(folder), close(runs)) == (True, [])
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    journal.close()  # as the system does when the process dies
    assert not run_folder.is_alive(folder)


def test_the_record_of_a_killed_run_is_completed_with_what_was_at_work_and_what_it_had_published(runs):
    folder, _, journal = begin(runs, KILLED)
    journal.close()
    assert verification.problems(runs) == [f"{KILLED}: it never ended (killed, or still running)"]
    assert close(runs, "another.duckdb") == []  # whose receipts are elsewhere
    [line] = close(runs)
    assert line.startswith(f"{KILLED} broke off while 20_build_player_summary was at work (killed, ")
    assert (verification.problems(runs), len(chain.lines(runs)), close(runs)) == ([], 3, [])
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["status"], manifest["exit_code"], manifest["closed"]["by"]) == ("broken", None, "the next run")
    assert [entry["status"] for entry in manifest["notebooks"]] == ["done", "broken"]
    assert manifest["receipts"] == [RECEIPT | {"run_id": KILLED}]
    assert "killed" in manifest["verdict"]["what"]
    assert (folder / "20_build_player_summary.ipynb").is_file()  # as far as it came
    assert json.loads((folder / "journal.jsonl").read_text().splitlines()[-1])["event"] == "closed"


def test_what_a_crash_cut_off_is_neither_a_line_of_the_chain_nor_of_the_journal(runs):
    folder, _, journal = begin(runs, KILLED)
    journal.close()
    for path in (folder / "journal.jsonl", runs / chain.CHAIN):
        with path.open("a") as file:
            file.write('{"at": "2025-')
    record.running_copy(folder, "20_build_player_summary.ipynb").write_text('{"cells": [')
    assert len(close(runs)) == 1
    assert verification.problems(runs) == []
    assert [line for line in (folder / "journal.jsonl").read_text().splitlines() if '"closed"' in line]
    assert not (folder / "20_build_player_summary.ipynb").exists()  # half a notebook is no evidence


def test_a_notebook_that_had_its_name_when_the_run_was_killed_is_named_by_its_manifest(runs):
    folder, _, journal = begin(runs, KILLED)
    journal.close()
    record.keep_copy(folder, "20_build_player_summary.ipynb")  # and the manifest does not yet say so
    assert len(close(runs)) == 1
    assert verification.problems(runs) == []


def test_a_run_that_was_killed_between_its_end_and_the_chain_is_chained_as_it_ended(runs):
    folder, manifest, journal = begin(runs, KILLED)
    record.save(folder, manifest | {"status": "stopped", "exit_code": 1})
    journal.close()
    assert close(runs) == [f"{KILLED} had ended (stopped) and was not chained; its record is now complete."]
    assert verification.problems(runs) == []
    assert json.loads((folder / "manifest.json").read_text())["status"] == "stopped"


def test_runs_that_end_at_the_same_time_are_chained_one_after_the_other(runs):
    with (runs / chain.CHAIN).open("rb") as file, chain.chaining(runs) as (previous, _):
        assert previous == files.digest(runs / SECOND / "manifest.json")
        with pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "manifest.json"
    files.write(path, "old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write(path, "new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("manifest.json", "old")]
