"""What a run has to do: found out from what is published, audited and stored; what is as it should be is left alone."""

from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from tiny import Tiny

from nbhelpers import build, gates
from nbhelpers.errors import BadInput
from nbhelpers.runs import kernels, needs, notebooks, receipts, runner, verification
from nbhelpers.runs.terminal import Terminal

ALL = notebooks.notebook_paths(0, 99, False)


def path(number: int) -> Path:
    return next(one for one in ALL if notebooks.step(one) == number)


class Stub:
    """A session whose receipts are given: gate, its code's version, when it passed."""

    def __init__(self, *given: tuple[int, str, str]):
        columns = ["gate", "receipt_id", "code_version", "created_at"]
        self.rows = pd.DataFrame([(str(gate), f"r/{gate}", code, pd.Timestamp(at)) for gate, code, at in given], columns=columns)

    def query(self, sql: str) -> pd.DataFrame:
        return self.rows

    query_once = query


def reason(session: Stub, gate: int, *worked: int) -> str:
    return needs.reason_for(session, path(gate), build.WRONG, set(worked))


NOW, ONE, TWO = (gates.code_version(29), "2025-12-17 10:00:00", "2025-12-17 11:00:00")


def test_a_gate_has_work_after_a_step_of_its_layer_or_a_gate_below_had():
    passed = Stub((19, "any", ONE), (29, NOW, TWO))
    assert reason(passed, 29) == ""
    assert reason(passed, 29, 21) == "what it judges has changed"
    assert reason(passed, 29, 19) == "what it judges has changed"
    assert reason(passed, 29, 0, 10, 11) == ""  # what is loaded is gate 19's to judge
    assert reason(passed, 29, 39) == ""


def test_a_gate_has_work_without_a_receipt_of_its_own_that_answers_todays_questions_and_is_newer_than_those_below():
    assert reason(Stub(), 29) == "no receipt of it is in force"
    assert reason(Stub((29, "older code", TWO)), 29) == "it asks other questions than those that were passed"
    assert reason(Stub((19, "any", TWO), (29, NOW, ONE)), 29) == "a gate below has passed something since"


def test_a_step_has_work_where_any_of_its_dates_is_to_be_built_and_fetching_where_loading_has(monkeypatch):
    asked = []

    def dates(session, number, repair, contents):
        asked.append(number)
        return [date(2025, 11, 5), date(2025, 11, 6)] if number == 11 else []

    monkeypatch.setattr(build, "dates_to_build", dates)
    for number in (10, 11):
        assert reason(Stub(), number) == "2 dates to build, on 2 dates (2025-11-05, 2025-11-06)"
    assert reason(Stub(), 20) == ""
    assert asked == [11, 11, 20]


def test_nobody_can_ask_a_gate_to_judge_what_the_run_would_not_build(tmp_path):
    tiny = Tiny(tmp_path)
    with pytest.raises(BadInput, match=r"gate 29 would have nothing new to judge: 20, 21, 22 must be built first[\s\S]*add --from 20"):
        needs.require_steps_of_gates(tiny.session(), [path(29)])
    needs.require_steps_of_gates(tiny.session(), [path(20), path(21), path(22), path(29)])


def test_a_run_without_work_starts_no_kernel_and_leaves_a_record_a_page_and_a_word(tmp_path, monkeypatch):
    tiny, said = Tiny(tmp_path), StringIO()
    monkeypatch.setattr(needs, "work_of", lambda *_: {})
    monkeypatch.setattr(kernels, "Kernels", None)
    receipt = needs.Receipt("r/19", "code", "2025-12-17 10:00:00")
    monkeypatch.setattr(needs, "newest_receipts", lambda session: {19: receipt})
    monkeypatch.setattr(receipts, "published_receipts", lambda *_: [])
    terminal = Terminal(Console(file=said))
    paths = [path(0), path(10), path(19), path(20)]
    this = runner.Run(tiny.settings, tiny.session().window, paths, {"repair": build.WRONG}, terminal, None)
    assert this.execute() == 0
    terminal.closing(this, 0, "python run_backfill.py")
    assert "Done. Nothing to do: everything is published, audited and up to date." in said.getvalue()
    entries = {entry["name"][:2]: (entry["status"], entry["summary"], entry["receipt"]) for entry in this.manifest["notebooks"]}
    since = "unchanged since 2025-12-17 10:00:00 UTC"
    assert entries == {
        "00": ("unchanged", since, "r/19"), "10": ("unchanged", since, "r/19"), "19": ("unchanged", since, "r/19"),
        "20": ("unchanged", "nothing to do", ""),
    }  # fmt: skip
    assert (this.manifest["status"], this.manifest["kernels"]) == ("done", None)
    assert (this.folder / "report.html").is_file()
    assert verification.problems(tiny.settings.runs) == []
