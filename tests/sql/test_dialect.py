"""One SQL text for two warehouses: what the files use means here what BigQuery's reference says it means.

What is not among CASES is not in the portable subset: a file that uses it fails the lint at the end.
"""

import ast
import re
import tomllib
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from importlib.metadata import version
from pathlib import Path

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp
from tiny import Tiny

from nbhelpers.gates import stored_rows
from nbhelpers.sql import dialect, files, tables

DAY = date(2025, 11, 10)
PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"

CASES = [
    # Absent values.
    ("SELECT LEAST(2, NULL), GREATEST(NULL, 2), LEAST(2, 1), GREATEST(2, 1)", [(None, None, 1, 2)]),
    ("SELECT COALESCE(NULL, 3), IF(NULL, 1, 2), CAST(NULL AS STRING)", [(3, 2, None)]),
    ("SELECT 1 = NULL, 1 IS DISTINCT FROM NULL, NULL IS DISTINCT FROM NULL, NOT NULL", [(None, True, False, None)]),
    ("SELECT NULL IS NULL, 1 IS NOT NULL, TRUE OR NULL, FALSE AND NULL", [(True, True, True, False)]),
    ("SELECT CONCAT('a', NULL), CONCAT('a', 'b', CAST(3 AS STRING))", [(None, "ab3")]),
    ("SELECT 3 BETWEEN 3 AND 4, 5 NOT BETWEEN 3 AND 4, NULL NOT BETWEEN 3 AND 4", [(True, True, None)]),
    ("SELECT 'a' IN ('a', 'b'), 'c' NOT IN ('a', 'b')", [(True, True)]),
    # Numbers.
    ("SELECT SAFE_DIVIDE(1, 0), SAFE_DIVIDE(1, 4), SAFE_DIVIDE(NULL, 4)", [(None, 0.25, None)]),
    ("SELECT 7 / 2, DIV(7, 2), DIV(-7, 2), -7 + 2 * 3 - 1, ABS(-2)", [(3.5, 3, -3, -2, 2)]),
    ("SELECT SQRT(2.25), SIGN(-3), SIGN(0), SUBSTR(',a,b', 2), SUBSTR('', 2)", [(1.5, -1, 0, "a,b", "")]),
    ("SELECT 0.1 + 0.2, 3 * 0.44, 17 / (2 * (9 + 0.44 * 4))", [(0.1 + 0.2, 3 * 0.44, 17 / (2 * (9 + 0.44 * 4)))]),
    ("SELECT ROUND(110.005, 2), ROUND(1.005, 2), ROUND(-0.125, 2), ROUND(0.0625, 3)", [(110.01, 1.01, -0.13, 0.063)]),
    ("SELECT FLOOR(2.5), FLOOR(-2.5), FLOOR(3.0), FLOOR(NULL)", [(2.0, -3.0, 3.0, None)]),
    ("SELECT REPLACE('2025-10-21', '-', ''), REPLACE(NULL, 'a', 'b')", [("20251021", None)]),
    ("SELECT ROUND(NULL, 2), ROUND(7, 2), ROUND(7 / 2, 0)", [(None, 7.0, 4.0)]),
    (
        "SELECT CAST(7 AS FLOAT64), IS_NAN(CAST('nan' AS FLOAT64)), IS_INF(CAST('-inf' AS FLOAT64)), IS_INF(1.0)",
        [(7.0, True, True, False)],
    ),
    ("SELECT CAST(45.87 AS STRING), CAST(-3 AS STRING), CAST(TRUE AS STRING)", [("45.87", "-3", "true")]),
    ("SELECT CAST(240.0 AS INT64), CAST(239.6 AS INT64)", [(240, 240)]),
    ("SELECT SAFE_CAST('37.5' AS FLOAT64), SAFE_CAST('37:12' AS FLOAT64), SAFE_CAST('' AS FLOAT64)", [(37.5, None, None)]),
    ("SELECT CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END, CASE WHEN FALSE THEN 1 END", [("b", None)]),
    # Dates.
    ("SELECT DATE_DIFF(CAST('2025-11-10' AS DATE), CAST('2025-10-31' AS DATE), DAY)", [(10,)]),
    ("SELECT DATE_DIFF(@day, CAST('2025-11-12' AS DATE), DAY), CAST(@day AS STRING)", [(-2, "2025-11-10")]),
    (
        "SELECT day FROM UNNEST(GENERATE_DATE_ARRAY(CAST('2025-11-09' AS DATE), @day)) AS day ORDER BY day",
        [(date(2025, 11, 9),), (DAY,)],
    ),
    # Aggregates, which leave NULLs out.
    (
        "SELECT COUNT(*), COUNT(x), COUNT(DISTINCT x), SUM(x), MIN(x), MAX(x) FROM UNNEST([4, 2, 2, NULL]) AS x",
        [(4, 3, 2, 8, 2, 4)],
    ),
    ("SELECT AVG(x), SUM(x) / SUM(x + 1), STDDEV_SAMP(x) FROM UNNEST([1, 3]) AS x", [(2.0, 4 / 6, 2**0.5)]),
    ("SELECT STDDEV_SAMP(x), COUNTIF(x > 1), COUNTIF(x IS NULL) FROM UNNEST([3]) AS x", [(None, 1, 0)]),
    (
        "SELECT COUNTIF(x > 1), COUNTIF(NULL), LOGICAL_OR(x > 3), LOGICAL_OR(x > 4) FROM UNNEST([4, 1, NULL]) AS x",
        [(1, 0, True, False)],
    ),
    (
        "SELECT SUM(x), AVG(x), MAX(x), COUNT(*), COUNTIF(TRUE) FROM UNNEST([1]) AS x WHERE x > 1",
        [(None, None, None, 0, 0)],
    ),
    ("SELECT x, COUNT(*) FROM UNNEST([2, 1, 2]) AS x GROUP BY x HAVING COUNT(*) > 1", [(2, 2)]),
    ("SELECT STRING_AGG(x, ',' ORDER BY x) FROM UNNEST(['b', NULL, 'a']) AS x", [("a,b",)]),
    ("SELECT STRING_AGG(IF(x > 9, 'x', NULL), ',' ORDER BY x) FROM UNNEST([1, 2]) AS x", [(None,)]),
    (
        "SELECT ARRAY_AGG(-x ORDER BY x), ARRAY_AGG(x ORDER BY -x) FROM UNNEST([3, 1, 2]) AS x",
        [([-1, -2, -3], [3, 2, 1])],
    ),
    ("SELECT NULLIF('a', 'a'), NULLIF('a', 'b')", [(None, "a")]),
    # Arrays and structs.
    (
        "SELECT ARRAY_TO_STRING(['a', NULL, 'b'], ', '), COALESCE(ARRAY_TO_STRING([IF(FALSE, 'a', NULL)], ','), '')",
        [("a, b", "")],
    ),
    ("SELECT ARRAY_LENGTH(x), x[SAFE_OFFSET(0)], x[SAFE_OFFSET(9)] FROM (SELECT ['a', 'b'] AS x)", [(2, "a", None)]),
    ("SELECT x[SAFE_ORDINAL(p)] FROM (SELECT ['a', 'b'] AS x, [2, 3] AS ps) AS one CROSS JOIN UNNEST(one.ps) AS p ORDER BY p", [("b",), (None,)]),
    ("SELECT team FROM UNNEST(@teams) AS team ORDER BY team DESC", [("LAL",), ("BOS",)]),
    (
        "SELECT one.name, f.name, f.value FROM (SELECT 'x' AS name, "
        "[STRUCT(1 AS n, 'a' AS name, 0.5 AS value), STRUCT(2, 'b', NULL)] AS fs) AS one "
        "CROSS JOIN UNNEST(one.fs) AS f ORDER BY f.n",
        [("x", "a", 0.5), ("x", "b", None)],
    ),
    ("SELECT (SELECT COUNTIF(m = 'b') FROM UNNEST(x) AS m) FROM (SELECT ['a', 'b', 'b'] AS x)", [(2,)]),
    ("SELECT TO_JSON_STRING([1, NULL, 30])", [("[1,null,30]",)]),
    (
        "SELECT REGEXP_CONTAINS('[0,12]', '[1-9]'), REGEXP_CONTAINS('[0,null]', '[1-9]'), REGEXP_CONTAINS(NULL, 'a')",
        [(True, False, None)],
    ),
    # Windows.
    (
        "SELECT x FROM UNNEST([3, 1, 2]) AS x WHERE x > 0 QUALIFY ROW_NUMBER() OVER (ORDER BY x DESC) <= 2 ORDER BY x",
        [(2,), (3,)],
    ),
    ("SELECT x, LAG(x) OVER (ORDER BY x) FROM UNNEST([3, 1]) AS x ORDER BY x", [(1, None), (3, 1)]),
    (
        "SELECT x, AVG(x) OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING), "
        "SUM(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) "
        "FROM UNNEST([1, 2, 3, 4]) AS x ORDER BY x",
        [(1, None, None), (2, 1.0, 1), (3, 1.5, 3), (4, 2.5, 6)],
    ),
    ("SELECT x, COUNT(*) OVER (PARTITION BY x) FROM UNNEST([1, 1]) AS x", [(1, 2), (1, 2)]),
    # Sets, joins and steps.
    (
        "WITH a AS (SELECT 1 AS x UNION ALL SELECT 1), b AS (SELECT x FROM a UNION DISTINCT SELECT 2) "
        "SELECT * FROM b ORDER BY x",
        [(1,), (2,)],
    ),
    ("SELECT DISTINCT x FROM UNNEST([1, 1]) AS x", [(1,)]),
    (
        "SELECT a, b FROM UNNEST([1, 2]) AS a FULL OUTER JOIN UNNEST([2, 3]) AS b ON a = b ORDER BY COALESCE(a, b)",
        [(1, None), (2, 2), (None, 3)],
    ),
    (
        "SELECT a, b, FROM UNNEST([1, 2]) AS a LEFT JOIN UNNEST([2]) AS b ON a >= b AND a < 9 ORDER BY a",
        [(1, None), (2, 2)],
    ),
    (
        "SELECT s.*, a FROM (SELECT 'x' AS y) AS s INNER JOIN UNNEST([1, 2]) AS a ON a <= 1 AND a > 0 AND a != 5",
        [("x", 1)],
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    return Tiny(tmp_path_factory.mktemp("dialect")).warehouse


def ask(warehouse, sql: str, **parameters: object) -> list[tuple]:
    """The rows of a query as the warehouse would run it, whole: its translation, its connection's settings."""
    bound = dialect.bind(sqlglot.parse_one(sql, read="bigquery"), exp.to_table)
    with warehouse.writing() as connection:
        return connection.execute(dialect.write(bound, "duckdb"), parameters or {}).fetchall()


@pytest.mark.parametrize(("sql", "rows"), CASES, ids=[sql[:60] for sql, _ in CASES])
def test_what_the_files_say_means_here_what_it_means_in_bigquery(warehouse, sql, rows):
    known = {"day": DAY, "teams": ["BOS", "LAL"]}
    told = ask(
        warehouse, sql, **{name: known[name] for name in dialect.parameters(sqlglot.parse_one(sql, read="bigquery"))}
    )
    assert told == rows
    assert [[type(value) for value in row] for row in told] == [[type(value) for value in row] for row in rows]


def test_dividing_by_zero_is_an_error_and_not_infinity(warehouse):
    with pytest.raises(duckdb.Error, match=r"[Dd]ivi"):
        ask(warehouse, "SELECT 1.0 / x FROM UNNEST([0.0]) AS x")


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.lists(st.decimals(-1000, 1000, places=3), min_size=1, max_size=50))
def test_any_number_of_three_places_is_rounded_to_two_exactly_and_ties_away_from_zero(warehouse, numbers):
    told = ask(warehouse, "SELECT ROUND(x, 2) FROM UNNEST(@numbers) AS x", numbers=[float(n) for n in numbers])
    assert [x for (x,) in told] == [float(n.quantize(Decimal("0.01"), ROUND_HALF_UP)) for n in numbers]


def test_a_mean_half_way_is_rounded_alike_in_whatever_order_it_is_summed(warehouse):
    for values in ([110.05] + [110.0] * 9, [110.0] * 9 + [110.05], [110.0] * 4 + [110.05] + [110.0] * 5):
        assert ask(warehouse, "SELECT ROUND(AVG(x), 2) FROM UNNEST(@values) AS x", values=values) == [(110.01,)]


def test_rounding_is_as_exact_in_the_text_for_bigquery():
    bound = dialect.bind(
        sqlglot.parse_one("SELECT ROUND(x, 1) AS x FROM UNNEST([1.25]) AS x", read="bigquery"), exp.to_table
    )
    assert (
        dialect.write(bound, "bigquery") == "SELECT (ROUND(ROUND((x) * 10.0, 6)) / 10.0) AS x FROM UNNEST([1.25]) AS x"
    )


def test_what_cannot_be_said_to_an_engine_is_an_error():
    query = sqlglot.parse_one("SELECT ARRAY_AGG(x ORDER BY x LIMIT 3) FROM UNNEST([1]) AS x", read="bigquery")
    with pytest.raises(sqlglot.errors.UnsupportedError):
        dialect.write(query, "duckdb")


# Views and headers.


def test_a_view_is_put_in_place_under_the_name_it_was_called_by():
    query = sqlglot.parse_one(
        "SELECT s.team_abbr FROM views.slate_teams AS s INNER JOIN views.slate_games ON TRUE", read="bigquery"
    )
    expanded = dialect.expand(query)
    assert {table.db for table in expanded.find_all(exp.Table)} == {"", "nba_raw"}
    assert {subquery.alias for subquery in expanded.find_all(exp.Subquery)} == {"s", "slate_games"}
    assert dialect.table_names(query) == {"nba_raw.nbac_schedule"}
    assert {table.db for table in query.find_all(exp.Table)} == {"views"}  # the query itself is as it was


def test_every_table_is_read_from_where_the_warehouse_says_under_its_own_name():
    query = sqlglot.parse_one(
        "SELECT t.x, u.x FROM a.t CROSS JOIN b.u AS u WHERE t.x IN (SELECT x FROM c)", read="bigquery"
    )
    relations = {"a.t": exp.to_table("elsewhere.t2"), "b.u": sqlglot.parse_one("SELECT 1 AS x")}
    told = dialect.write(dialect.bind(query, relations.__getitem__), "duckdb")
    assert told == (
        "WITH b__u AS (SELECT 1 AS x) "
        "SELECT t.x, u.x FROM elsewhere.t2 AS t CROSS JOIN b__u AS u WHERE t.x IN (SELECT x FROM c)"
    )


def test_what_is_read_twice_is_said_once():
    query = sqlglot.parse_one("SELECT one.x FROM views.slate_games AS one INNER JOIN views.slate_games AS two ON TRUE", read="bigquery")
    told = dialect.write(dialect.bind(query, exp.to_table), "bigquery")
    assert told.count("views__slate_games AS (") == 1
    assert told.endswith("SELECT one.x FROM views__slate_games AS one INNER JOIN views__slate_games AS two ON TRUE")


def test_the_parameters_of_a_query_are_those_of_its_views_too():
    query = dialect.parse(files.SQL / "21_nba_analytics" / "team_defense_game_summary.sql")
    assert dialect.parameters(query) == {"season_year"}
    assert dialect.parameters(dialect.expand(query)) == {
        "season_year", "season_start", "start_date", "end_date", "lines", "most_heaves", "most_minutes_apart", "most_minutes_contradicting",
        "most_official_minutes_contradicting",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text, read",
    [
        ("SELECT a FROM d.t WHERE b > 0", {"d.t": "ab"}),
        ("SELECT t.a, u.b FROM d.t AS t LEFT JOIN d.u AS u ON u.a = t.c", {"d.t": "ac", "d.u": "ab"}),
        ("WITH x AS (SELECT a, b, c FROM d.t) SELECT a FROM x", {"d.t": "a"}),
        ("WITH x AS (SELECT * FROM d.t) SELECT a FROM x", {"d.t": "a"}),
        ("WITH x AS (SELECT a, b FROM d.t) SELECT y.a FROM x AS y INNER JOIN x AS z ON z.b = y.a", {"d.t": "ab"}),
        ("SELECT a FROM d.t QUALIFY ROW_NUMBER() OVER (PARTITION BY b ORDER BY c) = 1", {"d.t": "abc"}),
        ("SELECT n FROM (SELECT a AS n, b FROM d.t UNION ALL SELECT b, c FROM d.u)", {"d.t": "a", "d.u": "b"}),
        ("SELECT a FROM d.t WHERE b NOT IN (SELECT c FROM d.u WHERE a = 1)", {"d.t": "ab", "d.u": "ac"}),
        ("SELECT a FROM d.t WHERE EXISTS (SELECT 1 FROM d.u WHERE u.b = t.b)", {"d.t": "ab", "d.u": "b"}),
        ("SELECT a, COUNT(*) AS n, SUM(IF(c > 1, b, NULL)) AS m FROM d.t GROUP BY a", {"d.t": "abc"}),
        ("SELECT a FROM (SELECT DISTINCT a, b FROM d.t)", {"d.t": "ab"}),  # how many rows there are hangs on b
    ],
)
def test_the_columns_that_a_query_reads_are_those_that_its_rows_hang_on(text, read):
    schema = {name: {"a": "INT64", "b": "INT64", "c": "INT64"} for name in ("d.t", "d.u")}
    assert dialect.columns_read(sqlglot.parse_one(text, read="bigquery"), schema) == {name: set(columns) for name, columns in read.items()}


def test_a_header_is_its_labels_with_continued_lines_joined():
    text = "a_name\n\nWhat it is,\nin two lines.\n\nkey:   a, b\ninputs: c,\n        d\nabsent: none -> no row: not 0\n"
    assert files.fields(text) == {
        "about": "What it is, in two lines.", "key": "a, b", "inputs": "c, d", "absent": "none -> no row: not 0",
    }  # fmt: skip


# The portable subset.

FILES = sorted(path for path in files.SQL.glob("*/**/*.sql") if path.parent != stored_rows.FOLDER)  # which are DuckDB's alone
NAMES = [f"{path.parent.name}/{path.stem}" for path in FILES]
# What the translation gets wrong in silence, or one of the two does not know at all.
FORBIDDEN = r"""WITH\s+OFFSET | DAYOFWEEK | TIMESTAMP_DIFF | \bFORMAT | DATE_ADD | DATE_SUB | DATE_TRUNC | NUMERIC
    | OFFSET\((?!\d) | NORMALIZE | FARM_FINGERPRINT | \bDECLARE\b | \bASSERT\b | \bLIMIT\b | \bINTERVAL\b | CURRENT_DATE | RAND\("""


def nodes(query: exp.Expression) -> set[str]:
    """The constructs of a query by their names in the parser; ROUND with the form of its second argument."""
    return {type(node).__name__ for node in query.find_all(exp.Expression)}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT x FROM UNNEST([1]) AS x WITH OFFSET AS n", "SELECT EXTRACT(DAYOFWEEK FROM @day)",
        "SELECT TIMESTAMP_DIFF(a, b, HOUR)", "SELECT FORMAT('%d', 1)", "SELECT DATE_ADD(@day, x)",
        "SELECT DATE_SUB(@day, x)", "SELECT DATE_TRUNC(@day, WEEK)", "SELECT CAST(1 AS NUMERIC)",
        "SELECT x[SAFE_OFFSET(place)]", "SELECT x[OFFSET(n + 1)]", "SELECT ARRAY_AGG(x ORDER BY x LIMIT 3)", "SELECT NORMALIZE('a')", "SELECT FARM_FINGERPRINT('a')",
        "DECLARE x INT64", "ASSERT TRUE", "SELECT @day + INTERVAL 1 DAY", "SELECT CURRENT_DATE()", "SELECT RAND()",
    ],
)  # fmt: skip
def test_the_lint_sees_what_translates_wrongly(text):
    assert re.findall(FORBIDDEN, text, re.VERBOSE | re.IGNORECASE)


def test_queries_written_in_python_keep_to_what_translates_rightly():
    found = []
    package = files.SQL.parent
    for path in sorted(package.rglob("*.py")):
        room = path.relative_to(package).parts[0]
        if room == "warehouse":
            continue  # each speaks to one engine
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.match(r"\s*(SELECT|WITH) ", node.value):
                bare = re.sub(r"'[^']*'|\bLIMIT\b", "", node.value)  # LIMIT of ordered rows means the same on both
                found.append((room, re.findall(FORBIDDEN, bare, re.VERBOSE | re.IGNORECASE)))
    assert {"survey", "gates", "lineage"} <= {name for name, _ in found}
    assert not [(name, wrong) for name, wrong in found if wrong]


def test_sqlglot_is_the_very_version_that_the_project_pins_and_this_file_has_tested():
    dependencies = tomllib.loads(PYPROJECT.read_text())["project"]["dependencies"]
    assert f"sqlglot=={version('sqlglot')}" in dependencies


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_is_one_select_within_the_tested_subset(path):
    text = path.read_text(encoding="utf-8")
    [query] = sqlglot.parse(text, read="bigquery", error_level=sqlglot.ErrorLevel.RAISE)
    assert isinstance(query, exp.Query)
    tested = set().union(*(nodes(sqlglot.parse_one(sql, read="bigquery")) for sql, _ in CASES))
    assert nodes(query) - tested == set()
    bare = re.sub(r"--.*|'[^']*'", "", text)
    assert not re.findall(FORBIDDEN, bare, re.VERBOSE | re.IGNORECASE)
    places = [node.args.get("decimals") for node in query.find_all(exp.Round)]
    assert all(isinstance(place, exp.Literal) for place in places), "only a literal number of places is rounded exactly"


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent not in files.VIEWS.values()], ids=lambda p: f"{p.parent.name}/{p.stem}"
)
def test_a_file_can_be_said_to_bigquery_with_its_views_in_place(path):
    # test_tables runs the same files on DuckDB.
    text = dialect.write(dialect.bind(dialect.parse(path), exp.to_table), "bigquery")
    again = sqlglot.parse_one(text, read="bigquery", error_level=sqlglot.ErrorLevel.RAISE)
    assert not [table for table in again.find_all(exp.Table) if table.db in files.VIEWS]


# References that no parameter bounds, but a join on the partition column with a table that one does.
BOUND_BY_A_JOIN = {
    "30_nba_processing/precompute_failures": {"built"},
    "31_nba_processing/precompute_failures": {"built"},
    "views/factor_matchups": {"defence", "zones"},
    "32_nba_processing/precompute_failures": {"defence", "built"},
    "33_nba_precompute/player_daily_cache": {"zones"},
    "33_nba_processing/precompute_failures": {"built"},
    "34_nba_predictions/ml_feature_store_v2": {"factors", "cache", "defence", "zones"},
    "34_nba_processing/precompute_failures": {"factors", "cache", "built"},
    "systems/zone_matchup_v1": {"zones", "defence"},
    "views/forecast_players": {"cache", "factors"},
    "40_nba_processing/precompute_failures": {"features"},
}


def bounds(query: exp.Expression) -> list[tuple[str, set[str]]]:
    """For each reference to a partitioned table, its alias and what bounds its date: a parameter, a join, nothing."""
    found = []
    for select in query.find_all(exp.Select):
        joins = select.args.get("joins") or []
        sources = [source.this for source in (select.args["from_"], *joins)] if "from_" in select.args else []
        conditions = [part for part in (select.args.get("where"), *(join.args.get("on") for join in joins)) if part]
        for source in sources:
            table = tables.schema().get(f"{source.db}.{source.name}") if isinstance(source, exp.Table) else None
            if table is None or table.date is None:
                continue
            mine = {source.alias_or_name} | ({""} if len(sources) == 1 else set())
            told = set()
            for condition in conditions:
                for column in condition.find_all(exp.Column):
                    if (
                        column.name != table.date
                        or column.table not in mine
                        or column.find_ancestor(exp.Select) is not select
                    ):
                        continue
                    if isinstance(column.parent, exp.EQ | exp.Between | exp.GTE | exp.LTE | exp.LT | exp.GT):
                        told.add("parameter" if column.parent.find(exp.Parameter) else "join")
            found.append((source.alias_or_name, told))
    return found


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_reads_the_partitions_of_its_window_and_not_whole_tables(path):
    found = bounds(dialect.parse(path))
    assert not [alias for alias, told in found if not told], "bounded by nothing"
    by_join = {alias for alias, told in found if told == {"join"}}
    assert by_join == BOUND_BY_A_JOIN.get(f"{path.parent.name}/{path.stem}", set())


def test_the_lint_sees_a_reference_that_nothing_bounds():
    query = sqlglot.parse_one("SELECT g.game_id FROM nba_raw.nbac_shots AS g WHERE g.period > 4", read="bigquery")
    assert bounds(query) == [("g", set())]
