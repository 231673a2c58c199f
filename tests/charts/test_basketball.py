"""Charts of what the numbers say of the game: a wrong value is seen where it stands."""

from datetime import date

import pandas as pd
import pytest
from drawings import hovers, parts, rows_of, small_table, words

from nbhelpers import charts

NOV_5, NOV_6 = date(2025, 11, 5), date(2025, 11, 6)


def spread_of(*rows):
    return pd.DataFrame(rows, columns=["date", "rows", "lowest", "lower", "middle", "upper", "highest", "suspect"])


def test_a_spread_is_a_thin_bar_to_its_ends_and_a_broad_one_over_its_middle_half():
    chart = charts.spread(spread_of((NOV_5, 100, 0, 25, 50, 75, 100, 0)), "Strength of the opponents")
    thin, broad = parts(chart, "rect", "unaudited")[0], parts(chart, "rect", "present")[0]
    assert (thin.get("y"), thin.get("height")) == ("6%", "88%")  # 0 to 100 on a scale of 0 to 100
    assert (broad.get("y"), broad.get("height")) == ("28%", "44%")
    assert hovers(chart, "present") == ["Wed 2025-11-05: 100 rows\n0 to 100, middle 50"]
    assert chart.says == "2025-11-05 to 2025-11-05 · from 0 to 100, no date with suspect rows"


def test_a_spike_of_zeros_is_loud():
    chart = charts.spread(spread_of((NOV_5, 9, 10, 20, 50, 80, 90, 0), (NOV_6, 9, 0, 0, 0, 0, 0, 9)), "Strength of the opponents")
    assert hovers(chart, "contaminated") == ["Thu 2025-11-06: 9 rows\n0 to 0, middle 0\n9 suspect"] * 2
    assert chart.says.endswith("1 dates with suspect rows") and chart.facts == {"suspect": 9}


def test_a_date_whose_values_are_all_absent_is_loud_from_top_to_foot():
    none = float("nan")
    chart = charts.spread(spread_of((NOV_5, 3, 1, 1, 1, 2, 2, 0), (NOV_6, 3, none, none, none, none, none, 3)), "Pace")
    [wrong] = [part for part in parts(chart, "rect", "contaminated") if part.find("title") is not None]
    assert wrong.get("height") == "100%"


def test_defences_stand_left_of_the_league_where_they_concede_less():
    teams = pd.DataFrame([("OKC", "paint", 0.5, -5.0, NOV_5), ("UTA", "paint", 0.6, 5.0, NOV_5), ("NYK", "paint", 0.55, 0.0, NOV_5)],
                         columns=["team", "zone", "pct", "apart", "date"])  # fmt: skip
    chart = charts.defences(teams)
    assert [dot.get("cx") for dot in parts(chart, "circle", "quiet")] == ["3%", "50%", "97%"]
    assert hovers(chart, "quiet")[0] == "OKC paint: 50.0 % made against it, -5.00 points from the league"
    assert "paint OKC -5.0 concedes least, UTA +5.0 most" in words(chart)
    assert small_table(chart) == [{"team": "NYK", "paint": 0.0}, {"team": "OKC", "paint": -5.0}, {"team": "UTA", "paint": 5.0}]


def test_a_players_shots_fill_his_row_zone_by_zone_and_a_zone_without_any_is_not_drawn():
    players = pd.DataFrame([("centre", "DEN", 100, 75.0, 25.0, 0.0, NOV_5)], columns=["player", "team", "shots", "paint", "mid_range", "three_pt", "date"])
    chart = charts.shot_diets(players)
    [(name, strip)] = rows_of(chart)
    assert name == "centre DEN, 100 shots in his last 10 games"
    assert [(bar.get("class"), bar.get("x"), bar.get("width")) for bar in strip] == [("first", "0%", "75%"), ("second", "75%", "25%")]


def test_a_date_that_does_not_know_its_zones_is_loud():
    shots = pd.DataFrame([(NOV_5, "paint", 60), (NOV_5, "three_pt", 40), (NOV_6, "unknown", 100)], columns=["date", "zone", "shots"])
    chart = charts.shot_zones(shots)
    assert [(bar.get("class"), bar.get("y"), bar.get("height")) for bar in parts(chart, "rect") if bar.find("title") is not None] == [
        ("first", "0%", "60%"), ("third", "60%", "40%"), ("contaminated", "0%", "100%")]  # fmt: skip
    assert chart.says.endswith("200 shots")


def test_a_feature_has_a_bar_where_rows_took_its_default_and_one_that_never_did_has_no_row():
    counts = pd.DataFrame([("injury_risk", NOV_5, 10, 10), ("pct_paint", NOV_5, 5, 10), ("pct_paint", NOV_6, 0, 10), ("pace_score", NOV_5, 0, 10)],
                          columns=["feature", "date", "defaults", "rows"])  # fmt: skip
    chart = charts.defaults(counts)
    assert [(name, [bar.get("style") for bar in strip]) for name, strip in rows_of(chart)] == [
        ("injury_risk", ["height:100%"]), ("pct_paint", ["height:50%"])]  # fmt: skip
    assert chart.says.endswith("2 features with defaults, 1 observed in every row")
    assert small_table(chart)[1] == {"feature": "pct_paint", "defaults": 5, "rows": 20, "share": "25.0 %"}


@pytest.mark.parametrize(("scored", "height"), [(20.0, "0%"), (10.0, "50%")], ids=["on the line", "below it"])
def test_a_forecast_that_hits_lies_on_the_line(scored, height):
    steps = pd.DataFrame([("ensemble_v1", 12, 20.0, scored)], columns=["system", "forecasts", "predicted", "scored"])
    chart = charts.forecasts(steps)
    [dot] = [part for part in parts(chart, "circle") if part.find("title") is not None]
    assert (dot.get("cx"), dot.get("cy")) == ("100%", height)
    assert "ensemble_v1" in words(chart)
