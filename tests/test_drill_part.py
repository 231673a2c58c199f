"""The part of the fire drill that every test run plants: the whole catalogue takes minutes, see test_drill.py."""

from argparse import Namespace
from pathlib import Path

from drilled import CHECK_FOR, REFUSED_BY_STAGING, TOLD, row_of

from nbhelpers import commands, drill, faults

PART = ["R4", "R13", "A3", "A6b"]


def test_the_catalogue_is_whole_and_each_fault_has_the_check_that_is_there_for_it():
    known = [fault.id for fault in faults.FAULTS]
    last = {"R": 19, "A": 11, "P": 21, "M": 5, "S": 4}
    assert {f"{letter}{n}" for letter, end in last.items() for n in range(1, end + 1)} <= set(known)
    assert sorted(known) == sorted({*CHECK_FOR, *REFUSED_BY_STAGING})


def test_the_readme_lists_the_catalogue_in_its_order_with_titles_and_gates():
    assert [(fault, title, int(gate)) for fault, (title, gate, _, _) in TOLD.items()] == [
        (fault.id, fault.title, fault.gate) for fault in faults.FAULTS
    ]


def test_the_faults_to_drill_may_be_told_with_spaces_between(monkeypatch):
    asked = []
    monkeypatch.setattr(drill, "walk", lambda settings, window, only: asked.append(only) or 0)
    given = Namespace(start_date="2025-10-21", end_date="2025-12-16", season="2025-26", only="P1, P2")
    assert commands.drill(None, given) == 0
    assert asked == [["P1", "P2"]]


def test_a_part_of_the_catalogue_is_stopped_by_the_checks_that_are_there_for_it(published_season):
    found = drill.run(published_season, PART)
    assert {fault: row_of(found, fault)[CHECK_FOR[fault]] for fault in PART} == dict.fromkeys(PART, "fail")
    assert drill.survivors(found) == []


def test_a_drill_leaves_its_matrix_as_a_chart_with_a_table_in_a_report(published_season, monkeypatch, capsys):
    monkeypatch.setattr(drill, "healthy", lambda session: {"19 who_played": "pass"})
    assert drill.walk(published_season.settings, published_season.window, ["A3"]) == 0
    [told] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Report: ")]
    page = Path(told.removeprefix("Report: ")).read_text(encoding="utf-8")
    assert "Drill of 1 fault: each was stopped." in page
    assert "What each check saw of each planted fault" in page
    assert "paint_present" in page and "opp_paint_attempts NULL in one game" in page
