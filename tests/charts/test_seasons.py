"""Seasons side by side: weeks of one season after those of another, the worst date's state, one scale over all."""

import pandas as pd
from drawings import hovers, parts, rows_of, small_table, words

from nbhelpers import charts

SPREAD = ["season", "week", "table", "field", "rows", "lowest", "lower", "middle", "upper", "highest", "suspect"]


def cells(*rows):
    return pd.DataFrame(rows, columns=["season", "week", "table", "state"])


def test_a_week_has_the_colour_of_its_worst_date_and_each_season_its_place():
    chart = charts.seasons_coverage(cells(
        ("2024-25", 1, "PGS", "present"), ("2024-25", 1, "PGS", "present"), ("2024-25", 2, "PGS", "gap"), ("2024-25", 2, "PGS", "present"),
        ("2025-26", 1, "PGS", "present"), ("2025-26", 1, "PGS", "contaminated"),
    ))  # fmt: skip
    ((name, strip),) = rows_of(chart)
    # Four places: two weeks, a week's room, one week. A cell is 0.86 of a place, in its middle.
    drawn = [(cell.get("class"), cell.get("x"), cell.get("width")) for cell in strip if cell.tag == "rect"]
    assert (name, drawn) == ("PGS", [("present", "1.75%", "21.5%"), ("gap", "26.75%", "21.5%"), ("contaminated", "76.75%", "21.5%")])
    assert hovers(chart, "gap") == ["PGS 2024-25, week 2\n1 gap, 1 present"]
    assert {"2024-25", "2025-26"} <= set(words(chart))
    assert chart.says == "2024-25 2 weeks, 2025-26 1 weeks; a week has the colour of its worst date"
    assert small_table(chart)[1] == {"table": "PGS", "season": "2025-26", "contaminated": 1, "gap": 0, "present": 1}


def test_failures_of_a_week_are_loud_where_a_date_is_not_as_the_raw_lines_say():
    rows = [("2024-25", 1, "PSZA", 10, 10, 10), ("2024-25", 2, "PSZA", 4, 5, 10), ("2024-25", 2, "PSZA", 5, 4, 10)]
    chart = charts.seasons_failures(pd.DataFrame(rows, columns=["season", "week", "processor", "expected", "actual", "listed"]))
    dots = [(dot.get("class"), dot.get("cy")) for dot in parts(chart, "circle")]
    assert dots == [("quiet", "6%"), ("loud", "54.4%")]  # 9 of 20, although the two dates make up for one another
    assert chart.says.endswith("1 of 2 weeks differ from what the raw lines say")


def test_a_field_has_one_scale_over_all_seasons_and_a_table_of_its_middles():
    chart = charts.seasons_spread(pd.DataFrame([
        ("2024-25", 1, "TOGS", "pace", 30, 90.0, 95.0, 100.0, 105.0, 110.0, 0), ("2025-26", 1, "TOGS", "pace", 30, 100.0, 105.0, 110.0, 115.0, 190.0, 3),
    ], columns=SPREAD))  # fmt: skip
    assert {"190", "90"} <= set(words(chart))
    assert [part.get("class") for part in parts(chart, "rect") if part.find("title") is not None] == ["unaudited", "present", "contaminated", "contaminated"]
    assert small_table(chart) == [{"table": "TOGS", "field": "pace", "2024-25": 100.0, "2025-26": 110.0}]


def test_what_is_one_and_the_same_throughout_is_drawn_halfway():
    chart = charts.seasons_spread(pd.DataFrame([("2024-25", 1, "PGS", "share", 7, 1.0, 1.0, 1.0, 1.0, 1.0, 0)], columns=SPREAD))
    assert {line.get("y1") for line in parts(chart, "line", "dark-mark")} == {"50%"}
