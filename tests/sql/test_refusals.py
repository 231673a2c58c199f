"""No SQL file says what BigQuery refuses and its emulator, its analyzer and DuckDB let pass."""

import pytest
import sqlglot
from refusals import OUTER_JOIN, refusals

from nbhelpers.sql import dialect, files

FILES = sorted(path for path in files.SQL.glob("**/*.sql") if path.name != "schema.sql")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_bigquery_refuses_nothing_of_what_the_files_say(path):
    assert list(refusals(dialect.expand(dialect.parse(path)))) == []


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
