"""Charts: what a state looks like, what a hover tells, and what a reader without scripts gets."""

import doctest
import json
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from nbhelpers import charts
from nbhelpers.charts import drawing
from nbhelpers.errors import BadInput

OCT_21, OCT_22, OCT_23 = date(2025, 10, 21), date(2025, 10, 22), date(2025, 10, 23)


def cells(*rows):
    return pd.DataFrame(rows, columns=["table", "date", "state", "rows", "expected", "note"])


def matrix(*rows):
    return pd.DataFrame(rows, columns=["check", "severity", "date", "verdict", "examined", "expected", "offending"])


def shares(*rows):
    return pd.DataFrame(rows, columns=["table", "field", "date", "valid", "total"])


def failures(*rows):
    return pd.DataFrame(rows, columns=["processor", "date", "expected", "actual", "listed"])


def spans(*rows):
    return pd.DataFrame(rows, columns=["notebook", "started_at", "ended_at", "status"])


def named(figure, words):
    """The traces whose legend entry begins with these words."""
    return [trace for trace in figure.data if trace.name.startswith(words)]


def small_table(figure):
    return pd.DataFrame(**figure.layout.meta["table"], dtype=object).to_dict("records")


EMPTY = {
    "coverage": charts.coverage(cells()),
    "checks": charts.checks(matrix()),
    "contamination": charts.contamination(shares()),
    "expected_failures": charts.expected_failures(failures(), OCT_21),
    "timeline": charts.timeline(spans()),
    "spending": charts.spending(pd.DataFrame(columns=["kind", "seconds"])),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_found_is_a_figure_that_says_so(name):
    figure = EMPTY[name]
    assert [note.text for note in figure.layout.annotations] == ["nothing to show"]
    assert "nothing to show" in charts.bundle(figure)["text/html"]


def test_what_every_chart_of_a_season_is_to_say_ends_its_title(capsys):
    charts.show(EMPTY["coverage"], ["SIMULATED", "1 accepted gap"])
    assert "Coverage of each table by date · SIMULATED · 1 accepted gap" in capsys.readouterr().out


def test_no_two_states_look_the_same_and_a_gap_is_never_like_a_contamination():
    for looks in (drawing.STATES, drawing.VERDICTS, drawing.STATUSES):
        assert len({(look.fill, look.outline, look.hatch, look.mark) for look in looks.values()}) == len(looks)
        assert len({look.words for look in looks.values()}) == len(looks)
    gap, contaminated = drawing.STATES["gap"], drawing.STATES["contaminated"]
    assert {gap.fill, gap.outline}.isdisjoint({contaminated.fill, contaminated.outline})
    assert set(gap.words.split()).isdisjoint(contaminated.words.split())


def test_the_loud_colour_belongs_to_contamination_alone():
    others = [look for name, look in drawing.STATES.items() if name != "contaminated"]
    others += [*drawing.VERDICTS.values(), *drawing.STATUSES.values()]
    assert drawing.STATES["contaminated"].fill == drawing.LOUD
    assert drawing.LOUD not in {colour for look in others for colour in (look.fill, look.outline)}


@pytest.mark.parametrize("state", drawing.STATES)
def test_each_state_is_drawn_in_its_own_look(state):
    figure = charts.coverage(cells(("TDZA", OCT_21, state, 30, 30, "")))
    look = drawing.STATES[state]
    cell = figure.data[0]
    assert (cell.type, cell.name, cell.marker.color, cell.marker.line.color) == (
        "bar", look.words, look.fill, look.outline)
    assert cell.marker.pattern.shape == (look.hatch or None)
    assert [mark.marker.symbol for mark in figure.data[1:]] == ([look.mark] if look.mark else [])
    assert figure.data[-1].showlegend is not False


def test_a_state_without_a_look_is_refused_and_quoted():
    with pytest.raises(BadInput, match="not 'missing'"):
        charts.coverage(cells(("TDZA", OCT_21, "missing", 0, 30, "")))


def test_coverage_keeps_the_order_of_its_tables_and_hovers_tell_counts():
    figure = charts.coverage(cells(
        ("TDZA", OCT_21, "gap", 0, 30, "source empty"),
        ("PGS", OCT_21, "present", 1042, 1042, ""),
        ("PSZA", OCT_21, "present", 7, pd.NA, ""),
    ))
    assert list(figure.layout.yaxis.ticktext) == ["TDZA", "PGS", "PSZA"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # so the first is on top
    (gap,) = named(figure, "gap")
    assert list(gap.hovertext) == ["<b>TDZA</b> Tue 2025-10-21<br>gap: missing<br>0 of 30 rows<br>source empty"]
    (present,) = named(figure, "present")
    assert list(present.hovertext) == [
        "<b>PGS</b> Tue 2025-10-21<br>present<br>1,042 of 1,042 rows",
        "<b>PSZA</b> Tue 2025-10-21<br>present<br>7 rows",
    ]


def test_coverage_says_in_words_how_much_there_is_and_which_dates_are_gaps():
    figure = charts.coverage(cells(
        *[("PGS", OCT_21 + timedelta(n), "gap", 0, 200, "") for n in range(5)],
        ("PGS", date(2025, 10, 26), "present", 210, 210, ""),
    ))
    assert figure.layout.title.subtitle.text == "2025-10-21 to 2025-10-26 · 1 present, 5 gap"
    assert small_table(figure) == [{
        "table": "PGS", "rows": 210, "present": 1, "gap": 5,
        "gap dates": "2025-10-21, 2025-10-22, 2025-10-23 and 2 more",
    }]


def test_text_from_data_is_shown_and_not_obeyed():
    figure = charts.coverage(cells(("<i>PGS</i>", OCT_21, "gap", 0, 1, "<a href='x'>note</a>")))
    assert figure.layout.yaxis.ticktext[0] == "&lt;i&gt;PGS&lt;/i&gt;"
    assert "&lt;a href='x'&gt;" in figure.data[0].hovertext[0]
    assert "<i>" not in charts.bundle(figure)["text/html"]


def test_dates_may_come_as_the_warehouse_gives_them():
    rows = cells(("PGS", OCT_21, "present", 1, 1, "")).assign(date=pd.to_datetime(["2025-10-21"]))
    figure = charts.coverage(rows)
    assert figure.data[0].x == ("2025-10-21",)
    assert "Tue 2025-10-21" in figure.data[0].hovertext[0]


def test_the_plans_own_checks_stand_apart_at_the_bottom():
    figure = charts.checks(matrix(
        ("plan_gate_1", "plan", OCT_21, "pass", 53, 50, 0),
        ("box_score_per_game", "fail", OCT_21, "fail", 12, 13, 1),
        ("minutes_add_up", "warn", OCT_21, "warn", 24, 24, 2),
        ("box_score_per_game", "fail", OCT_22, "none", 0, 0, 0),
    ))
    axis = figure.layout.yaxis
    assert list(axis.ticktext) == ["box_score_per_game", "minutes_add_up (warns only)", "<i>plan_gate_1</i>"]
    ours, warn, plan = axis.tickvals
    assert plan - warn > warn - ours
    assert [note.text for note in figure.layout.annotations] == ["the plan's own queries, for comparison"]
    (fail,) = named(figure, "fail")
    assert fail.marker.color == drawing.VERDICTS["fail"].fill
    assert list(fail.hovertext) == [
        "<b>box_score_per_game</b> Tue 2025-10-21<br>fail: examined 12 of 13<br>1 offending"]
    assert figure.layout.title.subtitle.text.endswith("2 checks, 1 failing, 1 of the plan's own")
    assert small_table(figure)[0] == {
        "check": "box_score_per_game", "severity": "fail", "pass": 0, "warn": 0, "fail": 1, "nothing to examine": 1,
        "examined": 12, "expected": 13, "offending": 1, "fail dates": "2025-10-21",
    }


def test_a_contaminated_share_is_loud_and_absent_values_are_not_drawn_at_all():
    figure = charts.contamination(shares(
        ("TDGS", "opp_paint_attempts", OCT_21, 6, 24),
        ("TDGS", "opp_paint_attempts", OCT_22, 10, 10),
        ("TDGS", "opp_paint_attempts", OCT_23, 0, 0),
    ))
    (valid,), (wrong,) = named(figure, "valid"), named(figure, "contaminated")
    assert (valid.marker.color, wrong.marker.color) == (drawing.QUIET, drawing.LOUD)
    assert list(valid.x) == ["2025-10-21", "2025-10-22"]
    assert list(valid.y) == [pytest.approx(0.25 * drawing.CELL), pytest.approx(drawing.CELL)]
    assert list(wrong.x) == ["2025-10-21"]
    assert list(wrong.y) == [pytest.approx(0.75 * drawing.CELL)]
    assert list(wrong.hovertext) == ["<b>TDGS · opp_paint_attempts</b> Tue 2025-10-21<br>25.0 % valid: 6 of 24"]


def test_one_wrong_row_in_a_thousand_is_neither_rounded_away_nor_too_thin_to_see():
    figure = charts.contamination(shares(("PCF", "opponent_strength_score", OCT_21, 9999, 10000)))
    (wrong,) = named(figure, "contaminated")
    assert wrong.y[0] >= 0.1 * drawing.CELL - 1e-9
    assert "99.9 % valid: 9,999 of 10,000" in wrong.hovertext[0]
    assert small_table(figure)[0]["lowest share"] == "99.9 %"


def test_failures_more_than_expected_and_fewer_are_told_apart_from_agreement():
    figure = charts.expected_failures(failures(
        ("PSZA", OCT_21, 200, 200, 200),
        ("PSZA", OCT_22, 50, 60, 100),
        ("PSZA", OCT_23, 50, 40, 100),
        ("TDZA", OCT_21, 30, 30, 30),
    ))
    expected = named(figure, "expected")
    assert [list(line.y) for line in expected] == [[100, 50, 50], [100]]
    assert [line.showlegend for line in expected] == [True, False]
    (more,), (fewer,) = named(figure, "more"), named(figure, "fewer")
    assert (list(more.x), list(more.y)) == (["2025-10-22"], [60])
    assert (list(fewer.x), list(fewer.y), fewer.marker.color) == (["2025-10-23"], [40], drawing.LOUD)
    assert list(more.hovertext) == [
        "<b>PSZA</b> Wed 2025-10-22<br>more than expected: loss<br>60 failures, 50 expected, of 100 listed"]
    assert figure.layout.title.subtitle.text.endswith("2 of 4 counts differ")


def test_the_plans_weekly_bands_lie_behind_psza_from_opening_night_on():
    rows = [("PSZA", OCT_21, 200, 200, 200), ("PSZA", date(2025, 11, 10), 74, 74, 100), ("TDZA", OCT_21, 30, 30, 30)]
    figure = charts.expected_failures(failures(*rows), opening_night=OCT_21)
    (band,) = named(figure, "the plan")
    assert figure.data[0] is band
    boxes = [(band.x[n][:10], band.x[n + 1][:10], band.y[n], band.y[n + 2]) for n in range(0, len(band.x), 6)]
    # Each box reaches from noon before its first day to noon of its last; the last week is cut at the last date.
    assert boxes == [
        ("2025-10-20", "2025-10-27", 98, 102),
        ("2025-10-27", "2025-11-03", 90, 100),
        ("2025-11-03", "2025-11-10", 60, 75),
    ]
    assert named(charts.expected_failures(failures(*rows)), "the plan") == []


def test_the_timeline_draws_each_notebook_from_its_start_and_names_those_not_run():
    start = datetime(2025, 12, 17, 4, 0, 0, tzinfo=UTC)
    figure = charts.timeline(spans(
        ("10_fetch_raw", start, start + timedelta(seconds=185), "done"),
        ("19_gate_raw", start + timedelta(seconds=186), start + timedelta(seconds=190), "stopped"),
        ("20_build_player_summary", pd.NaT, pd.NaT, "not run"),
    ))
    assert list(figure.layout.yaxis.ticktext) == ["10_fetch_raw", "19_gate_raw", "20_build_player_summary"]
    done, stopped = figure.data
    assert (list(done.base), list(done.x)) == (["2025-12-17T04:00:00.000000"], [185000])
    assert list(done.text) == ["3 min 05 s"]
    assert (stopped.name, stopped.marker.color) == ("stopped by a gate", drawing.STATUSES["stopped"].fill)
    assert [note.text for note in figure.layout.annotations] == ["not run"]


def test_a_notebook_without_an_end_is_drawn_as_far_as_is_known():
    start = datetime(2025, 12, 17, 4, 0, 0, tzinfo=UTC)
    figure = charts.timeline(spans(
        ("30_build_team_zones", start, pd.NaT, "broken"),
        ("31_build_player_zones", start, start + timedelta(seconds=20), "done"),
        ("32_build_composite_factors", start + timedelta(seconds=20), pd.NaT, "running"),
    ))
    assert {bar.name: (list(bar.x), list(bar.text)) for bar in figure.data} == {
        "done": ([20000], ["20 s"]), "running": ([0], ["running"]), "broken": ([20000], ["no end recorded"])}


def test_time_that_was_not_measured_is_not_called_zero():
    figure = charts.spending(pd.DataFrame({"kind": ["fetch", "SQL"], "seconds": [188.0, None]}))
    assert list(figure.data[0].text) == ["3 min 08 s", "not measured"]
    assert small_table(figure)[1] == {"kind": "SQL", "time": "not measured", "seconds": None}


def test_a_figure_is_plain_json_without_packed_arrays():
    many = cells(*[("PGS", OCT_21 + timedelta(n), "present", n, n, "") for n in range(57)])
    for figure in (charts.coverage(many), charts.contamination(shares(("PCF", "x", OCT_21, 3, 7)))):
        text = json.dumps(charts.bundle(figure)["application/vnd.plotly.v1+json"])
        assert "bdata" not in text
        assert len(text) < 20_000


def test_a_long_table_is_cut_and_says_by_how_much():
    data = charts.bundle(charts.spending(pd.DataFrame({"kind": [f"kind {n}" for n in range(75)], "seconds": [1042] * 75})))
    for kind in ("text/html", "text/plain"):
        assert "kind 59" in data[kind] and "kind 60" not in data[kind]
        assert "and 15 more" in data[kind] and "1,042" in data[kind]


def test_outside_a_notebook_the_table_is_printed(capsys):
    charts.show(charts.spending(pd.DataFrame({"kind": ["fetch"], "seconds": [185]})))
    printed = " ".join(capsys.readouterr().out.split())
    assert printed == "Where the time went kind time seconds fetch 3 min 05 s 185"


def test_inside_a_notebook_one_output_carries_chart_table_and_text(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.get_ipython", lambda: "a running shell")
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append((list(data), raw)))
    charts.show(charts.spending(pd.DataFrame({"kind": ["fetch"], "seconds": [185]})))
    assert shown == [(["application/vnd.plotly.v1+json", "text/html", "text/plain"], True)]


def test_the_words_for_numbers_are_as_their_examples_say():
    assert doctest.testmod(drawing).failed == 0
    assert doctest.testmod(charts).failed == 0
