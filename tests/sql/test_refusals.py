"""No SQL file says what BigQuery refuses and its emulator, its analyzer and DuckDB let pass."""

import pytest
import sqlglot
from refusals import CORRELATED, IN_TRANSACTION, LONGEST, NO_FILTER, OUTER_JOIN, TOO_LONG, TOO_MANY_TABLES, refusals, refusals_of_text

from nbhelpers.gates import stored_rows
from nbhelpers.sql import dialect, files, queries
from nbhelpers.warehouse.bigquery.queries import table_reads
from nbhelpers.warehouse.bigquery.scripts import one_script

FILES = sorted(path for path in files.SQL.glob("**/*.sql") if path.name != "schema.sql" and path.parent != stored_rows.FOLDER)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_bigquery_refuses_nothing_of_what_the_files_say(path):
    assert list(refusals(dialect.parse(path))) == []  # each view is one of the files


@pytest.mark.parametrize(
    ("condition", "is_refused"),
    [
        ("games.game_date <= days.day", True),
        ("games.game_date <= days.day AND games.season = 2025", True),  # a constant is no field of the other side
        ("games.game_date = days.day OR games.game_date = days.eve", True),
        ("games.game_date - days.day = 0", True),
        ("games.game_date = days.day AND games.hour <= days.hour", False),
        ("DATE(games.at) = days.day", False),
        ("TRUE", False),
    ],
)
def test_an_outer_join_needs_an_equality_of_both_sides(condition, is_refused):
    query = sqlglot.parse_one(f"SELECT day FROM days LEFT JOIN games ON {condition}", read="bigquery")
    assert list(refusals(query)) == [OUTER_JOIN] * is_refused


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * FROM p.d.t WHERE n = 1", NO_FILTER.format(table="d.t", column="game_date")),
        ("DELETE FROM p.d.t WHERE n = 1", NO_FILTER.format(table="d.t", column="game_date")),
        ("BEGIN TRANSACTION; CREATE TABLE d.u AS SELECT 1 AS n; COMMIT TRANSACTION;", IN_TRANSACTION),
        ("BEGIN TRANSACTION; " + " ".join(f"DELETE FROM d.t{n} WHERE TRUE;" for n in range(101)) + " COMMIT TRANSACTION;", TOO_MANY_TABLES),
        ("SELECT day, (SELECT MAX(n) FROM d.u WHERE u.day <= days.day) AS n FROM d.days AS days", CORRELATED),
        (f"SELECT '{'x' * LONGEST}' AS x", TOO_LONG),
    ],
    ids=["no filter", "no filter in a DELETE", "DDL in a transaction", "too many tables", "correlated", "too long"],
)
def test_what_google_refuses_is_refused_in_its_words(text, said):
    assert said in list(refusals_of_text(text, {"d.t": "game_date"}))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM p.d.t WHERE game_date BETWEEN DATE '2025-10-21' AND DATE '2025-12-16'",
        "INSERT INTO p.d.t (n) SELECT n FROM p.d.u WHERE TRUE",
        "BEGIN TRANSACTION; DELETE FROM p.d.t WHERE game_date = DATE '2025-10-21'; SELECT 1; COMMIT TRANSACTION;",
        "SELECT day, (SELECT MAX(n) FROM d.u WHERE u.day = days.day) AS n FROM d.days AS days",
        "SELECT (SELECT MAX(x) FROM UNNEST(xs) AS x WHERE x <= n) AS x FROM d.u",
    ],
)
def test_what_google_takes_is_taken(text):
    assert list(refusals_of_text(text, {"d.t": "game_date"})) == []


MOST_READS = 60  # of tables, in any statement of a gate's script


@pytest.mark.parametrize("gate", [19, 29, 39, 49])
def test_the_checks_of_a_gate_read_few_tables_when_they_are_asked_together(gate):
    texts, asked, names = [], [], set()
    for path in files.step_files(gate):
        translation = queries.translation(files.text(path), "bigquery")
        relations = {name: f"SELECT * FROM `p.{name}`" for name in translation.tables}
        texts.append(translation.read_from(relations))
        named = [(name.replace(".", "__"), text) for name, text in relations.items()]
        asked.append([*named, *queries.parts(files.text(path), "bigquery")])
        names |= translation.parameters
    script = one_script(asked, dict.fromkeys(names, "x"))
    reads = [table_reads(statement.strip()) for statement in script.rstrip(";").split(";\n")]
    assert max(reads) <= MOST_READS, f"{gate}: {max(reads)}"
    assert sum(map(table_reads, texts)) > sum(reads)  # one by one they read more
