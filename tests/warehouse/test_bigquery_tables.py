"""Tables that are in BigQuery already: each fault reads as absent and is named, or stops with its cause; none fails as a query."""

import pytest
import sqlglot
from bigquery_server import Server
from tiny import SEASON

from nbhelpers.errors import BadInput
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Table
from nbhelpers.warehouse.bigquery import BigQuery
from nbhelpers.warehouse.bigquery.shapes import CASTS, Shape

TDGS, SCHEDULE = "nba_analytics.team_defense_game_summary", "nba_raw.nbac_schedule"
ABSENT = "FROM UNNEST([1]) WHERE FALSE"


@pytest.fixture
def server(httpserver) -> Server:
    return Server(httpserver)


def a_warehouse(server: Server, table: Table, fields: dict[str, str], **more: object) -> BigQuery:
    """A warehouse in which a table has these columns, by their names and types."""
    dataset, _, name = table.name.partition(".")
    server.datasets[dataset] = {"datasetReference": {"projectId": "p", "datasetId": dataset}, "location": "US"}
    schema = {"fields": [{"name": column, "type": kind} for column, kind in fields.items()]}
    reference = {"projectId": "p", "datasetId": dataset, "tableId": name}
    server.tables[f"{dataset}/{name}"] = {"tableReference": reference, "schema": schema} | more
    return BigQuery(server.client(), SEASON, "a_run")


def ours(name: str) -> dict[str, str]:
    return {column.name: column.type for column in tables.schema()[name].columns}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("DATE", f"FROM `p.{TDGS}` WHERE game_date BETWEEN DATE '2025-"),
        ("STRING", "SAFE_CAST(game_date AS DATE) AS game_date"),
        ("TIMESTAMP", "SAFE_CAST(game_date AS DATE) AS game_date"),
        ("INTEGER", ABSENT),  # no cast makes a date of a number
    ],
)
def test_a_date_column_of_another_type_is_cast_before_the_season_is_chosen_by_it(server, kind, said):
    table = tables.schema()[TDGS]
    text = a_warehouse(server, table, {"game_date": kind, "game_id": "STRING"}).queries.published(table)
    assert said in text
    assert "FROM (SELECT" in text or kind in ("DATE", "INTEGER")
    assert sqlglot.parse_one(text, read="bigquery")


def test_a_table_without_its_date_column_reads_as_absent_and_the_column_is_named(server):
    table = tables.schema()[TDGS]
    warehouse = a_warehouse(server, table, {"game_id": "STRING"})
    assert warehouse.queries.published(table).endswith(ABSENT)
    assert "game_date" in set(warehouse.differences().column)


@pytest.mark.parametrize(
    ("there", "name", "column"),
    [("FLOAT", SCHEDULE, "is_postponed"), ("DATE", TDGS, "opp_paint_attempts"), ("GEOGRAPHY", TDGS, "game_id")],
)
def test_a_column_that_no_cast_makes_ours_reads_as_absent_and_is_named(server, there, name, column):
    table = tables.schema()[name]
    warehouse = a_warehouse(server, table, ours(name) | {column: there})
    text = warehouse.queries.published(table)
    assert f"CAST(NULL AS {ours(name)[column]}) AS {column}" in text
    assert "SAFE_CAST" not in text
    assert list(warehouse.differences().column) == [column]


def test_no_cast_is_tried_that_bigquery_does_not_know():
    unknown = {("FLOAT64", "BOOL"), ("TIMESTAMP", "INT64"), ("INT64", "TIMESTAMP"), ("DATE", "INT64"), ("INT64", "DATE")}
    assert not unknown & {(there, kind) for there, kinds in CASTS.items() for kind in kinds}


@pytest.mark.parametrize(
    ("partitioning", "condition"),
    [
        ({"timePartitioning": {"type": "DAY"}}, "(_PARTITIONTIME >= TIMESTAMP '0001-01-01 00:00:00+00' OR _PARTITIONTIME IS NULL)"),
        ({"timePartitioning": {"type": "DAY", "field": "loaded_at"}}, "(loaded_at >= TIMESTAMP '0001-01-01 00:00:00+00' OR loaded_at IS NULL)"),
        (
            {"rangePartitioning": {"field": "half", "range": {"start": "0", "end": "9", "interval": "1"}}},
            "(half >= -9223372036854775808 OR half IS NULL)",
        ),
    ],
    ids=["ingestion time", "another column", "a range of numbers"],
)
def test_a_table_partitioned_by_something_else_is_read_with_the_filter_it_asks_for_and_not_written_to(server, partitioning, condition):
    table, fields = tables.schema()[TDGS], ours(TDGS) | {"loaded_at": "TIMESTAMP", "half": "INTEGER"}
    warehouse = a_warehouse(server, table, fields, requirePartitionFilter=True, **partitioning)
    assert warehouse.queries.published(table).endswith(condition)
    assert list(warehouse.differences().column) == ["(partitioned by)"]
    with pytest.raises(BadInput, match=r"team_defense_game_summary lacks or differs in \(partitioned by\)"):
        warehouse.datasets.require_shape(TDGS)


def test_a_table_whose_partitions_expire_is_not_written_to(server):
    partitioning = {"type": "DAY", "field": "game_date", "expirationMs": "86400000"}
    warehouse = a_warehouse(server, tables.schema()[TDGS], ours(TDGS), timePartitioning=partitioning)
    with pytest.raises(BadInput, match=r"\(partitions expire\) \(there: after a time\)"):
        warehouse.datasets.require_shape(TDGS)


# What is known is not asked again.


def test_the_next_notebook_of_a_run_asks_nothing_about_tables_that_the_one_before_has_found_or_made(server, tmp_path):
    def notebook(run_id: str) -> BigQuery:
        return BigQuery(server.client(), SEASON, run_id, memory=tmp_path / "known.json")

    for act in (notebook("a_run").check, notebook("a_run").create):
        act()
    calls = sum(server.asked.values())
    for act in (notebook("a_run").check, notebook("a_run").create, notebook("a_run").differences):
        act()
    known = notebook("a_run").datasets
    assert all(known.shape(name) == Shape.declared(table) for name, table in tables.schema().items())
    assert sum(server.asked.values()) == calls
    notebook("another").check()
    assert sum(server.asked.values()) > calls


def test_keys_and_descriptions_of_the_schema_are_in_the_tables_that_are_made(server):
    BigQuery(server.client(), SEASON, "a_run").create()
    made = server.tables["nba_precompute/player_composite_factors"]
    table = tables.schema()["nba_precompute.player_composite_factors"]
    assert made["tableConstraints"]["primaryKey"] == {"columns": list(table.key)}
    assert made["description"] == table.about
    assert {field["name"]: field["description"] for field in made["schema"]["fields"]} == {c.name: c.about for c in table.columns}
