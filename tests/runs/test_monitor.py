"""The monitor and the contents as notebooks show them: what they say, and when they look again."""

import json

import pytest
from tiny import Tiny, day

from nbhelpers.charts.showing import Link
from nbhelpers.runs import monitor
from nbhelpers.runs.latest import Latest


@pytest.fixture
def tiny(tmp_path) -> Tiny:
    tiny = Tiny(tmp_path)
    tiny.play(day(0), "BOS", "LAL")
    tiny.store_schedule()
    return tiny


def left_a_run(tiny: Tiny) -> None:
    folder = tiny.settings.runs / "20251217T040000Z_ab12"
    folder.mkdir(parents=True)
    entries = [{"name": "19_gate_raw", "status": "stopped", "summary": "Gate 19 stops"}]
    (folder / "manifest.json").write_text(json.dumps({"run_id": folder.name, "status": "stopped", "notebooks": entries}))
    (folder / "19_gate_raw.ipynb").write_text("{}")


class Place:
    """Where a notebook's output stands."""

    def __init__(self):
        self.looks = []

    def __call__(self, data, raw, display_id):
        self.update(data, raw)
        return self

    def update(self, data, raw):
        self.looks.append(data["text/plain"])


def test_it_looks_again_while_a_run_is_at_work_and_no_longer(tiny, monkeypatch):
    states = iter([Latest("r", "running", "30_build_team_zones", 0.1, 8, 15, "journal.jsonl")] * 3 + [Latest("r", "done", "", 0.1, 15, 15)] * 9)
    place, waits = Place(), []
    monkeypatch.setattr(monitor, "latest_run", lambda runs, at: next(states))
    monkeypatch.setattr("IPython.display.display", place)
    monkeypatch.setattr(monitor.time, "sleep", waits.append)
    monitor.follow(tiny.session(), ["SIMULATED"], 20)
    assert waits == [20]
    assert len(place.looks) == 2
    assert "run r: running, at 30_build_team_zones (8 of 15 notebooks done); journal.jsonl moved 6 s ago" in place.looks[0]
    assert "Coverage of each table by date · SIMULATED" in place.looks[0]


def test_where_no_run_is_at_work_it_looks_once(tiny, monkeypatch):
    place = Place()
    monkeypatch.setattr("IPython.display.display", place)
    monitor.follow(tiny.session(), [], 20)
    assert len(place.looks) == 1 and " UTC · no run yet" in place.looks[0]


def test_it_says_where_the_report_of_a_run_that_has_ended_is(tiny, monkeypatch):
    left_a_run(tiny)
    (tiny.settings.runs / "20251217T040000Z_ab12" / "report.html").write_text("a report")
    place = Place()
    monkeypatch.setattr("IPython.display.display", place)
    monitor.follow(tiny.session(), [], 20)
    assert f" · its report: {tiny.settings.runs}/20251217T040000Z_ab12/report.html\n" in place.looks[0]


def test_the_contents_lead_to_every_notebook_and_to_what_the_newest_run_made_of_it(tiny):
    left_a_run(tiny)
    found = monitor.contents(tiny.session()).set_index(monitor.contents(tiny.session()).notebook.map(str))
    gate, survey = found.loc["19_gate_raw"], found.loc["00_survey"]
    assert gate["notebook"] == Link("19_gate_raw", "19_gate_raw.ipynb")
    assert (gate["what it is"], gate["status"], gate["summary"]) == ("Gate 1: raw", "stopped", "Gate 19 stops")
    assert gate["record"].address.endswith("20251217T040000Z_ab12/19_gate_raw.ipynb")
    assert (survey["status"], survey["record"]) == ("not run", None)
    assert (found.status["40_build_predictions"], found.status["r2_repair"]) == ("optional, not run", "by hand")
