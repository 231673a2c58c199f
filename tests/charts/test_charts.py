"""Charts: what a state looks like, what is told on pointing, and what a reader gets who cannot see them."""

import base64
import doctest
import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pandas as pd
import pytest
from drawings import hovers, parts, rows_of, small_table, words

from nbhelpers import charts
from nbhelpers.charts import drawing, looks, phrases, showing
from nbhelpers.charts.showing import KIND
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


EMPTY = {
    "coverage": charts.coverage(cells()),
    "checks": charts.checks(matrix()),
    "contamination": charts.contamination(shares()),
    "expected_failures": charts.expected_failures(failures(), OCT_21),
    "timeline": charts.timeline(spans()),
    "spending": charts.spending(pd.DataFrame(columns=["kind", "seconds"])),
    "chain": charts.chain({}, {}),
    "kill_matrix": charts.kill_matrix(pd.DataFrame(columns=["fault", "title", "gate", "interlock"])),
    "spread": charts.spread(pd.DataFrame(), "Pace"),
    "defences": charts.defences(pd.DataFrame()),
    "shot_diets": charts.shot_diets(pd.DataFrame()),
    "shot_zones": charts.shot_zones(pd.DataFrame()),
    "defaults": charts.defaults(pd.DataFrame()),
    "forecasts": charts.forecasts(pd.DataFrame()),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_found_is_a_drawing_that_says_so(name):
    assert words(EMPTY[name]) == ["nothing to show"]
    assert "nothing to show" in charts.bundle(EMPTY[name])["text/html"]


def test_what_every_chart_of_a_season_is_to_say_ends_its_title(capsys):
    charts.show(EMPTY["coverage"], ["SIMULATED", "1 accepted gap"])
    assert "Coverage of each table by date · SIMULATED · 1 accepted gap" in capsys.readouterr().out


# Looks.


def test_no_two_states_look_the_same_and_a_gap_is_never_like_a_contamination():
    for family in (looks.STATES, looks.VERDICTS, looks.STATUSES):
        assert len({(look.fill, look.outline, look.is_hatched, look.mark) for look in family.values()}) == len(family)
        assert len({look.words for look in family.values()}) == len(family)
    gap, contaminated = looks.STATES["gap"], looks.STATES["contaminated"]
    assert {gap.fill, gap.outline}.isdisjoint({contaminated.fill, contaminated.outline})
    assert set(gap.words.split()).isdisjoint(contaminated.words.split())


def test_the_loud_colour_belongs_to_contamination_alone_and_it_bears_a_mark_as_well():
    others = [look for name, look in looks.STATES.items() if name != "contaminated"]
    others += [*looks.VERDICTS.values(), *looks.STATUSES.values()]
    assert (looks.STATES["contaminated"].fill, looks.STATES["contaminated"].mark) == ("loud", "cross")
    assert "loud" not in {colour for look in others for colour in (look.fill, look.outline)}


def contrast(one, other):
    """The contrast of two colours, as the Web Content Accessibility Guidelines have it: 1 to 21."""
    def luminance(colour):
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [looks.LIGHT, looks.DARK], ids=["by daylight", "in the dark"])
def test_text_can_be_read_and_states_that_matter_are_told_apart(colours):
    for ink in ("ink", "faint", "edge"):
        assert contrast(colours[ink], colours["paper"]) >= 4.5
    for ground in ("quiet", "pale", "off", "warn"):
        assert contrast(colours["ink"], colours[ground]) >= 4.5
    for ground in ("fail", "broken", "loud"):
        assert contrast(colours["paper"], colours[ground]) >= 4.5
    for one, other in (("quiet", "loud"), ("paper", "loud"), ("paper", "edge"), ("paper", "rule"), ("quiet", "fail"), ("warn", "fail")):
        assert contrast(colours[one], colours[other]) >= 3, (one, other)


@pytest.mark.parametrize(("column", "fill", "ink"), [(look, *colours) for look, colours in showing.BADGE_COLOURS.items()])
def test_a_verdict_in_a_notebook_can_be_read(column, fill, ink):
    assert contrast(fill, ink) >= 4.5


@pytest.mark.parametrize("state", looks.STATES)
def test_each_state_is_drawn_in_its_own_look(state):
    chart = charts.coverage(cells(("TDZA", OCT_21, state, 30, 30, "")))
    [(_, strip)] = rows_of(chart)
    assert strip[0].get("class") == state.replace(" ", "-")
    look = looks.STATES[state]
    assert f".chart .{looks.class_of(state)}{{fill:{'url(#hatch)' if look.is_hatched else f'var(--{look.fill})'};" in looks.STYLE
    assert [part.tag for part in strip[1:]] == {"": [], "cross": ["g"], "slash": ["line"], "dot": ["circle"]}[look.mark]
    assert look.words in words(chart)  # the legend


def test_a_state_without_a_look_is_refused_and_quoted():
    with pytest.raises(BadInput, match="not 'missing'"):
        charts.coverage(cells(("TDZA", OCT_21, "missing", 0, 30, "")))


# Coverage.


def test_coverage_keeps_the_order_of_its_tables_and_tells_counts_on_pointing():
    chart = charts.coverage(cells(
        ("TDZA", OCT_21, "gap", 0, 30, "source empty"),
        ("PGS", OCT_21, "present", 1042, 1042, ""),
        ("PSZA", OCT_21, "present", 7, pd.NA, ""),
    ))
    assert [name for name, _ in rows_of(chart)] == ["TDZA", "PGS", "PSZA"]
    assert hovers(chart, "gap") == ["TDZA Tue 2025-10-21: gap: missing\n0 of 30 rows\nsource empty"]
    assert hovers(chart, "present") == ["PGS Tue 2025-10-21: present\n1,042 of 1,042 rows", "PSZA Tue 2025-10-21: present\n7 rows"]


def test_a_table_is_called_by_its_name_in_full_beside_its_letters():
    found = cells(("TDZA", OCT_21, "gap", 0, 30, "")).assign(full="team_defense_zone_analysis")
    chart = charts.coverage(found)
    assert [name for name, _ in rows_of(chart)] == ["TDZA team_defense_zone_analysis"]
    assert small_table(chart)[0]["in full"] == "team_defense_zone_analysis"


def test_coverage_says_in_words_how_much_there_is_and_which_dates_are_gaps():
    chart = charts.coverage(cells(
        *[("PGS", OCT_21 + timedelta(n), "gap", 0, 200, "") for n in range(5)],
        ("PGS", date(2025, 10, 26), "present", 210, 210, ""),
    ))
    assert chart.says == "2025-10-21 to 2025-10-26 · 1 present, 5 gap"
    assert small_table(chart) == [{
        "table": "PGS", "rows": "210", "present": 1, "gap": 5,
        "gap dates": "2025-10-21, 2025-10-22, 2025-10-23 and 2 more",
    }]
    assert chart.facts == {"tally": {"PGS": {"present": 1, "gap": 5}}, "rows": {"PGS": 210}}


def test_the_first_and_the_last_date_stand_on_the_axis():
    chart = charts.coverage(cells(*[("PGS", OCT_21 + timedelta(n), "present", 1, 1, "") for n in range(57)]))
    assert {"2025-10-21", "2025-12-16"} <= set(words(chart))
    assert "Nov 1" in words(chart)


def test_what_is_optional_and_nobody_asked_for_is_not_called_missing():
    chart = charts.coverage(cells(("PREDICTIONS", OCT_21, "optional", 0, 5, "python run_backfill.py --with-predictions")))
    assert hovers(chart) == ["PREDICTIONS Tue 2025-10-21: optional, not run\npython run_backfill.py --with-predictions"]
    assert "gap" not in chart.svg


def test_text_from_data_is_shown_and_not_obeyed():
    chart = charts.coverage(cells(("<i>PGS</i>", OCT_21, "gap", 0, 1, "<a href='x'>note</a>")))
    assert rows_of(chart)[0][0] == "<i>PGS</i>"
    assert "note</a>" in hovers(chart, "gap")[0]
    assert "<i>" not in chart.svg and "<a " not in chart.svg
    assert "<i>" not in charts.bundle(chart)["text/html"]


def test_dates_may_come_as_the_warehouse_gives_them():
    rows = cells(("PGS", OCT_21, "present", 1, 1, "")).assign(date=pd.to_datetime(["2025-10-21"]))
    assert "Tue 2025-10-21" in hovers(charts.coverage(rows))[0]


def test_days_stand_where_they_fall_and_a_day_that_is_not_there_leaves_its_place_empty():
    chart = charts.coverage(cells(("PGS", OCT_21, "present", 1, 1, ""), ("PGS", OCT_23, "present", 1, 1, "")))
    [(_, strip)] = rows_of(chart)
    assert [(cell.get("x"), cell.get("width")) for cell in strip] == [("2.33%", "28.67%"), ("69%", "28.67%")]


def test_a_long_season_draws_neighbours_of_one_state_as_one_so_that_its_charts_stay_small():
    days = [OCT_21 + timedelta(n) for n in range(228)]
    chart = charts.coverage(cells(*[("PGS", day, "gap" if n == 100 else "present", n, n, "") for n, day in enumerate(days)]))
    [(_, strip)] = rows_of(chart)
    assert [cell.get("class") for cell in strip] == ["present", "gap", "present"]
    assert hovers(chart, "present")[0].startswith("2025-10-21 to 2026-01-28")


# Checks.


def test_the_plans_own_checks_stand_apart_at_the_bottom():
    chart = charts.checks(matrix(
        ("plan_gate_1", "plan", OCT_21, "pass", 53, 50, 0),
        ("box_score_per_game", "fail", OCT_21, "fail", 12, 13, 1),
        ("minutes_add_up", "warn", OCT_21, "warn", 24, 24, 2),
        ("box_score_per_game", "fail", OCT_22, "none", 0, 0, 0),
    ))
    assert [name for name, _ in rows_of(chart)] == ["box_score_per_game", "minutes_add_up warns only", "plan_gate_1"]
    tops = [float(group.get("transform")[12:-1]) for group in ElementTree.fromstring(chart.svg).findall("g")]
    ours, warn, plan = tops
    assert plan - warn > warn - ours
    assert "the plan's own queries, for comparison" in words(chart)
    assert hovers(chart, "fail") == ["box_score_per_game Tue 2025-10-21\nfail: examined 12 of 13\n1 offending"]
    assert chart.says.endswith("2 checks, 1 failing, 1 of the plan's own")
    assert small_table(chart)[0] == {
        "check": "box_score_per_game", "severity": "fail", "pass": 0, "warn": 0, "fail": 1, "nothing to examine": 1,
        "examined": 12, "expected": 13, "offending": 1, "fail dates": "2025-10-21",
    }
    assert chart.facts == {"failing": ["box_score_per_game"]}


def test_what_each_check_saw_of_each_fault_is_a_row_a_fault_a_gate_at_a_time():
    rows = [
        {"fault": "R1", "title": "a date absent", "gate": 19, "interlock": "", "box_score": "fail", "mirror": "", "plan_gate_1": "pass"},
        {"fault": "A1", "title": "paint NULL", "gate": 29, "interlock": "", "box_score": "", "mirror": "fail", "plan_gate_1": ""},
        {"fault": "P7", "title": "score NULL", "gate": 39, "interlock": "staging", "box_score": "", "mirror": "", "plan_gate_1": ""},
    ]
    every, first = charts.kill_matrix(pd.DataFrame(rows)), charts.kill_matrix(pd.DataFrame(rows), 19)
    assert [name for name, _ in rows_of(every)] == ["R1 a date absent", "A1 paint NULL", "P7 score NULL"]
    assert [name for name, _ in rows_of(first)] == ["R1 a date absent"]
    assert hovers(first) == ["R1 box_score: fail", "R1 plan_gate_1: pass"]
    assert every.says == "3 of 3 faults stopped · 0 seen by the plan's own checks"
    assert [row["stopped by"] for row in small_table(every)] == ["box_score", "mirror", "staging"]


# Contamination.


def test_a_contaminated_share_is_loud_and_absent_values_are_not_drawn_at_all():
    chart = charts.contamination(shares(
        ("TDGS", "opp_paint_attempts", OCT_21, 6, 24),
        ("TDGS", "opp_paint_attempts", OCT_22, 10, 10),
        ("TDGS", "opp_paint_attempts", OCT_23, 0, 0),
    ))
    [(name, strip)] = rows_of(chart)
    assert name == "TDGS opp_paint_attempts"
    drawn = [(cell.get("class"), cell.get("x"), cell.get("y"), cell.get("style")) for cell in strip if cell.tag == "rect"]
    assert drawn == [
        ("present", "2.33%", "75%", "height:25%"),
        ("contaminated", "2.33%", None, "height:75%"),
        ("present", "35.67%", None, None),
    ]
    assert hovers(chart, "contaminated") == ["TDGS · opp_paint_attempts Tue 2025-10-21\n25.0 % valid: 6 of 24"]
    assert [part.get("class") for part in strip if part.tag == "g"] == ["mark"]
    assert chart.facts == {"wrong": 18, "of": 34}


def test_one_wrong_row_in_a_thousand_is_neither_rounded_away_nor_too_thin_to_see():
    chart = charts.contamination(shares(("PCF", "opponent_strength_score", OCT_21, 9999, 10000)))
    [wrong] = [part for part in parts(chart, "rect", "contaminated") if part.find("title") is not None]
    assert wrong.get("style") == "height:10%"
    assert "99.9 % valid: 9,999 of 10,000" in hovers(chart, "contaminated")[0]
    assert small_table(chart)[0]["lowest share"] == "99.9 %"


# Failures.


def test_failures_more_than_expected_and_fewer_are_told_apart_from_agreement():
    chart = charts.expected_failures(failures(
        ("PSZA", OCT_21, 200, 200, 200),
        ("PSZA", OCT_22, 50, 60, 100),
        ("PSZA", OCT_23, 50, 40, 100),
        ("TDZA", OCT_21, 30, 30, 30),
    ))
    assert [line.get("y1") for line in parts(chart, "line", "line")] == ["14%", "54%", "54%", "14%"]  # the expectation
    assert [dot.get("cy") for dot in parts(chart, "circle", "quiet")] == ["14%", "14%"]
    [more], [fewer] = parts(chart, "text", "fail"), parts(chart, "text", "loud")
    assert ("".join(more.itertext())[-1], more.get("y")) == ("▲", "46%")
    assert ("".join(fewer.itertext())[-1], fewer.get("y")) == ("▼", "62%")
    assert hovers(chart, "fail") == ["PSZA Wed 2025-10-22: more than expected: loss\n60 failures, 50 expected, of 100 listed"]
    assert chart.says.endswith("2 of 4 counts differ")
    assert chart.facts == {"differ": 2, "of": 4}


def test_the_plans_weekly_bands_lie_behind_psza_from_opening_night_on():
    rows = [("PSZA", OCT_21, 200, 200, 200), ("PSZA", date(2025, 11, 10), 74, 74, 100), ("TDZA", OCT_21, 30, 30, 30)]
    chart = charts.expected_failures(failures(*rows), opening_night=OCT_21)
    # Three weeks of 21 days, the last cut at the last date; the first week's band has no height of its own.
    assert [(box.get("x"), box.get("width"), box.get("y"), box.get("height")) for box in parts(chart, "rect", "band")] == [
        ("0%", "33.33%", "12.4%", "3.2%"), ("33.33%", "33.33%", "14%", "8%"), ("66.67%", "33.33%", "34%", "12%"),
    ]  # fmt: skip
    assert parts(charts.expected_failures(failures(*rows)), "rect", "band") == []


# The run.


def test_the_timeline_draws_each_notebook_from_its_start_and_names_those_not_run():
    start = datetime(2025, 12, 17, 4, 0, 0, tzinfo=UTC)
    chart = charts.timeline(spans(
        ("10_fetch_raw", start, start + timedelta(seconds=185), "done"),
        ("19_gate_raw", start + timedelta(seconds=186), start + timedelta(seconds=190), "stopped"),
        ("20_build_player_summary", pd.NaT, pd.NaT, "not run"),
    ))
    (done, (bar,)), (stopped, (dark,)) = rows_of(chart)
    assert (done, bar.get("class"), bar.get("x"), bar.get("width")) == ("10_fetch_raw 3 min 05 s", "done", "0%", "97.37%")
    assert (stopped, dark.get("class")) == ("19_gate_raw 4.0 s", "stopped")
    assert [row["notebook"] for row in small_table(chart) if row["status"] == "not run"] == ["20_build_player_summary"]
    assert chart.says == "1 done, 1 stopped by a gate, 1 not run"


def test_a_notebook_without_an_end_is_drawn_as_far_as_is_known():
    start = datetime(2025, 12, 17, 4, 0, 0, tzinfo=UTC)
    chart = charts.timeline(spans(
        ("30_build_team_zones", start, pd.NaT, "broken"),
        ("31_build_player_zones", start, start + timedelta(seconds=20), "done"),
        ("32_build_composite_factors", start + timedelta(seconds=20), pd.NaT, "running"),
    ))
    assert [(name.split(" ", 1)[1], strip[0].get("width")) for name, strip in rows_of(chart)] == [
        ("no end recorded", "100%"), ("20 s", "100%"), ("running", "0.4%")]


def test_time_that_was_not_measured_is_not_called_zero():
    chart = charts.spending(pd.DataFrame({"kind": ["fetch", "SQL"], "seconds": [188.0, None]}))
    assert [name for name, _ in rows_of(chart)] == ["fetch 3 min 08 s", "SQL not measured"]
    assert small_table(chart)[1] == {"kind": "SQL", "time": "not measured", "seconds": None}


# The chain.


def test_the_chain_has_each_table_in_its_worst_state_and_a_line_to_each_it_is_computed_from():
    upstream = {"SHOTS": [], "PGS": ["SHOTS"], "PSZA": ["PGS"], "PCF": ["PGS", "PSZA"]}
    seen = {"SHOTS": {"present": 2}, "PGS": {"present": 1, "gap": 1}, "PSZA": {"present": 1, "contaminated": 1, "gap": 1}}
    chart = charts.chain(seen, upstream, {"PSZA": "player_shot_zone_analysis"})
    boxes = {"".join(box.findall("text")[0].itertext()): box for box in ElementTree.fromstring(chart.svg).findall("svg") if box.find("text") is not None}
    assert {name: boxes[name].findall("rect")[1].get("class") for name in upstream} == {
        "SHOTS": "present", "PGS": "gap", "PSZA": "contaminated", "PCF": "pale"}
    assert "".join(boxes["PGS"].findall("text")[1].itertext()) == "1 of 2"
    assert "PSZA player_shot_zone_analysis\n1 present, 1 contaminated, 1 gap" in hovers(chart)
    assert len(parts(chart, "line", "rule")) == 3  # PCF from PGS goes through PSZA
    assert chart.says.startswith("1 of 4 tables whole; ")
    assert small_table(chart)[3] == {"table": "PCF", "in full": "", "computed from": "PGS, PSZA", "dates": "not looked at"}


def test_a_line_that_passes_a_level_has_a_way_of_its_own_beside_the_boxes_and_a_long_name_stands_in_two_lines():
    upstream = {"NBA_TEAM_BOXSCORES": [], "PGS": ["NBA_TEAM_BOXSCORES"], "TOGS": ["NBA_TEAM_BOXSCORES"], "PSZA": ["PGS"], "PDC": ["PSZA", "TOGS"],
                "PREDICTIONS": ["PDC"]}  # fmt: skip
    chart = charts.chain({"PGS": {"present": 1}, "PREDICTIONS": {"optional": 1}}, upstream)
    drawn = ElementTree.fromstring(chart.svg)
    boxes = {box.find("text").text: box for box in drawn.findall("svg") if box.find("text") is not None}
    assert [words.text for words in boxes["NBA_TEAM_"].findall("text")] == ["NBA_TEAM_", "BOXSCORES", "not looked at"]
    psza = boxes["PSZA"]
    left, width = (float(psza.get(name).rstrip("%")) for name in ("x", "width"))
    down = [line for line in parts(chart, "line", "rule") if line.get("x1") == line.get("x2") and float(line.get("y2")) - float(line.get("y1")) == 54]
    assert [float(line.get("x1").rstrip("%")) > left + width for line in down] == [True]  # TOGS, past PSZA to PDC
    assert len(parts(chart, "line", "rule")) == 2 + 1 + 1 + 3 + 1
    assert chart.says.startswith("1 of 5 tables whole, 1 optional and not run; ")


# Showing.


def test_a_chart_stays_small():
    many = cells(*[("PGS", OCT_21 + timedelta(n), "present", n, n, "") for n in range(57)])
    for chart in (charts.coverage(many), charts.contamination(shares(("PCF", "x", OCT_21, 3, 7)))):
        assert len(chart.svg) < 12_000


def test_a_chart_is_named_for_whoever_hears_the_page():
    svg = ElementTree.fromstring(charts.coverage(cells(("PGS", OCT_21, "gap", 0, 1, ""))).svg)
    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Coverage of each table by date. 2025-10-21 to 2025-10-21 · 1 gap")


def test_jupyterlab_draws_it_with_what_it_tells_and_without_trust_as_a_plain_image():
    page = charts.bundle(charts.coverage(cells(("PGS", OCT_21, "gap", 0, 1, ""))))["text/html"]
    trusted, untrusted = (base64.b64decode(code).decode() for code in re.findall(r'"data:image/svg\+xml;base64,([^"]+)"', page))
    assert "<object " in page and "<img alt=" in page
    assert "<title>PGS Tue 2025-10-21" in trusted and "<title>" not in untrusted
    for alone in (trusted, untrusted):
        assert ElementTree.fromstring(alone).tag == "{http://www.w3.org/2000/svg}svg"
        assert "prefers-color-scheme:dark" in alone


def test_a_long_table_is_cut_and_says_by_how_much():
    data = charts.bundle(charts.spending(pd.DataFrame({"kind": [f"kind {n}" for n in range(75)], "seconds": [1042] * 75})))
    for kind in ("text/html", "text/plain"):
        shown = data[kind].split("<details>")[-1]  # the drawing has all of them
        assert "kind 59" in shown and "kind 60" not in shown
        assert "and 15 more" in shown and "1,042" in shown
    assert (len(data[KIND]["table"]["rows"]), data[KIND]["table"]["cut"]) == (60, 15)


def test_outside_a_notebook_the_table_is_printed(capsys):
    charts.show(charts.spending(pd.DataFrame({"kind": ["fetch"], "seconds": [185]})))
    printed = " ".join(capsys.readouterr().out.split())
    assert printed == "Where the time went kind time seconds fetch 3 min 05 s 185"


def test_inside_a_notebook_one_output_carries_chart_table_and_text(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.get_ipython", lambda: "a running shell")
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append((list(data), raw)))
    charts.show(charts.spending(pd.DataFrame({"kind": ["fetch"], "seconds": [185]})))
    assert shown == [([KIND, "text/html", "text/plain"], True)]


def test_a_table_is_left_aligned_with_verdicts_coloured_and_spelled_and_its_links_lead_somewhere():
    evidence = pd.DataFrame({"check": ["mirror"], "question": ["Do both sides agree?"], "verdict": ["fail"],
                             "record": [showing.Link("record", "../runs/x.ipynb")]}).set_index("check")  # fmt: skip
    data = showing.table_bundle(evidence.rename_axis(index=None, columns="check"), "Do the tables agree?")
    assert data["text/html"].count("text-align:left") == 8
    assert re.search(r'<span style="background-color:#26323d;color:#ffffff[^>]*>fail</span>', data["text/html"])
    assert '<a href="../runs/x.ipynb">record</a>' in data["text/html"]
    assert data[KIND]["table"] == {
        "columns": ["check", "question", "verdict", "record"], "rows": [["mirror", "Do both sides agree?", "fail", "record"]], "cut": 0,
    }  # fmt: skip
    assert data["text/plain"].startswith("Do the tables agree?\n")


def test_a_query_is_shown_folded(capsys):
    charts.show_code("SELECT 1 < 2", "The query of step 30")
    assert capsys.readouterr().out == "The query of step 30\nSELECT 1 < 2\n"


def test_the_words_for_numbers_are_as_their_examples_say():
    assert doctest.testmod(phrases).failed == 0
    assert doctest.testmod(drawing).failed == 0
    assert doctest.testmod(showing).failed == 0
