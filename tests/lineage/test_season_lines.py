"""Whose lines a season was filled by: they stay, and others are refused or restate all of it."""

from dataclasses import replace

import pytest
from tiny import SEASON, Tiny, day

from nbhelpers import commands, gates, lineage, session
from nbhelpers.errors import BadInput
from nbhelpers.gates import check
from nbhelpers.season import Window
from nbhelpers.session import Session


@pytest.fixture
def tiny(tmp_path, monkeypatch) -> Tiny:
    """Three days of which gate 1 has passed all, by the NBA's lines."""
    found = Tiny(tmp_path)
    for n in range(3):
        found.play(day(n), "BOS", "LAL", official={})
    found.store_schedule()
    monkeypatch.setattr(gates.audit, "checks", lambda gate: [one for one in check.checks(gate) if one.name == "points_add_up"])
    of = replace(found.session(), settings=replace(found.settings, lines="nba"))
    found.stage_raw(of)
    gates.Audit(of, 19).publish()
    return found


def by(tiny: Tiny, lines: str, first: int = 0, last: int = 2, given: bool = True) -> Session:
    """A session of some of the days by one source's lines, opened as a command opens it."""
    chosen = replace(tiny.settings, lines=lines, lines_given=given)
    return lineage.with_own_lines(session.opened(Window(SEASON, day(first), day(last)), chosen, session.BY_HAND))


def test_a_season_keeps_the_lines_that_it_was_filled_by_whatever_a_key_would_choose(tiny):
    assert by(tiny, "bdl", given=False).settings.lines == "nba"
    assert by(tiny, "bdl").settings.lines == "bdl"
    assert lineage.changed_lines(by(tiny, "nba"), may_restate=False) == ""


def test_other_lines_are_refused_with_what_to_type_unless_they_restate_the_whole_season(tiny):
    told = "season 2025-26 is filled by the NBA's lines, 2025-10-21 to 2025-10-23, and BallDontLie's are asked for"
    for may_restate, first, last in ((False, 0, 2), (True, 1, 2), (True, 0, 1)):
        with pytest.raises(BadInput, match=told) as refused:
            lineage.changed_lines(by(tiny, "bdl", first, last), may_restate)
        assert "--lines bdl --full --season 2025-26 --start-date 2025-10-21 --end-date 2025-10-23" in str(refused.value)
    assert lineage.changed_lines(by(tiny, "bdl", 0, 5), may_restate=True) == (
        "season 2025-26 was filled by the NBA's lines; this run restates all of it by BallDontLie's."
    )


@pytest.mark.parametrize(
    ("words", "given", "lines", "note"),
    [
        ([], False, "nba", "Note: the season was filled by --lines nba, and stays so."),
        (["--full"], True, "bdl", "Note: season 2025-26 was filled by the NBA's lines; this run restates all of it by BallDontLie's."),
    ],
)
def test_a_run_says_that_it_keeps_or_restates_them(tiny, monkeypatch, capsys, words, given, lines, note):
    class Begun(Exception):
        pass

    def begin(settings, *more):
        raise Begun(settings.lines)

    monkeypatch.setattr("nbhelpers.runs.runner.Run", begin)
    options = commands.parser(commands.COMMANDS).parse_args([*words, "--start-date", str(day(0)), "--end-date", str(day(2))])
    with pytest.raises(Begun) as begun:
        commands.run(replace(tiny.settings, lines="bdl", lines_given=given), options)
    assert begun.value.args == (lines,)
    assert note in capsys.readouterr().out


def test_what_was_undone_binds_nobody(tiny):
    tiny.execute("UPDATE nba_processing.gate_receipts SET voided_by = 'undo'")
    assert by(tiny, "bdl", given=False).settings.lines == "bdl"
    assert lineage.changed_lines(by(tiny, "bdl"), may_restate=False) == ""
