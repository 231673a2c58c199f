"""Views that many queries read: told from the queries' texts, worked out once, and the same rows as through the view."""

from dataclasses import replace

import pandas as pd
import pytest

from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.gates.finding import counting_queries
from nbhelpers.sql import views
from nbhelpers.warehouse import DuckDB

LINES, CHOSEN, SOURCES = "views.box_lines", "views.chosen_sources", "views.source_lines"


def test_a_comment_or_a_column_that_is_called_as_a_view_is_none():
    text = f"-- FROM views.slate_games\nSELECT witness.points FROM {LINES} AS witness"
    assert views.named(text) == {LINES}
    assert views.reading(text, {LINES: "temp.lines"}).endswith("SELECT witness.points FROM temp.lines AS witness")


def test_what_three_queries_name_is_shared_and_comes_after_what_it_reads():
    of_lines, of_both = f"SELECT * FROM {LINES}", f"SELECT * FROM {LINES} JOIN {SOURCES} USING (game_id)"
    assert views.shared([of_lines, of_both]) == []
    assert views.shared([of_lines, of_both, of_both]) == [LINES]
    assert views.shared([of_both] * 3) == [SOURCES, LINES]
    assert {CHOSEN, SOURCES} <= views.views_read(LINES)


@pytest.fixture(scope="module")
def warehouse(published_season) -> DuckDB:
    settings = published_season.settings
    return DuckDB(settings.warehouse, settings.warehouse.with_name("nobodys"), season=published_season.window.season)


@pytest.mark.parametrize("gate", [19, 29, 39, 49])
def test_a_gates_queries_asked_together_find_what_each_finds_alone(published_season, warehouse, gate):
    parameters = published_season.parameters(min_feature_rows=MIN_FEATURE_ROWS)
    texts = counting_queries(gate)
    assert views.shared(texts) or gate == 49  # where there is little to share
    for text, together in zip(texts, warehouse.query_all(texts, [parameters] * len(texts), gate // 10), strict=True):
        alone = warehouse.query(text, parameters, gate // 10)
        order = ["game_date"]
        pd.testing.assert_frame_equal(together.sort_values(order, ignore_index=True), alone.sort_values(order, ignore_index=True))


def test_views_are_shared_by_queries_of_the_same_parameters_alone(published_season, warehouse):
    first, later = (published_season.parameters() | {"start_date": published_season.window.dates()[n]} for n in (0, 30))
    count = "SELECT COUNT(*) AS games FROM views.slate_games WHERE game_date >= @start_date"
    texts = [f"{count} AND {n} = {n}" for n in range(3)] * 2
    found = [rows.games[0] for rows in warehouse.query_all(texts, [first] * 3 + [later] * 3)]
    alone = [warehouse.query(count, of).games[0] for of in (first, later)]
    assert found == [alone[0]] * 3 + [alone[1]] * 3
    assert alone[0] > alone[1] > 0


def test_what_is_worked_out_once_is_of_one_season_and_gone_afterwards(published_season, warehouse):
    parameters, count = published_season.parameters(), f"SELECT COUNT(*) AS lines FROM {LINES}"
    [lines] = warehouse.query(count, parameters).lines
    later = replace(published_season.window.season, opening_night=published_season.window.dates()[10])
    of_less = DuckDB(warehouse.path, warehouse.staging, season=later)
    of_less.stay_open()
    first, *more = (found.lines[0] for found in of_less.query_all([count] * 3, [parameters] * 3))
    assert 0 < first < lines
    assert more == [first] * 2
    assert of_less.query("SELECT table_name FROM duckdb_tables() WHERE database_name LIKE 'shared_views%'").empty
