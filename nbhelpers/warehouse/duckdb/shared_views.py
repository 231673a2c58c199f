"""Views that many queries read, as temporary tables: to plan a query through such views takes DuckDB longer than to run it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import duckdb

from nbhelpers.season import Season
from nbhelpers.sql import queries, views
from nbhelpers.warehouse.candidate import StagedDates
from nbhelpers.warehouse.duckdb import translation


@contextmanager
def made_once(
    connection: duckdb.DuckDBPyConnection, texts: Sequence[str], staged: StagedDates, given: Mapping[str, object], season: Season | None
) -> Iterator[list[str]]:
    """For the length of a block, some queries' texts as they read their shared views from tables of the season's rows."""
    made = dict[str, str]()
    try:
        for name in views.shared(texts):
            text, taken = translation.translated(views.reading(views.text_of(name), made), staged, is_cut=False, season=season)
            made[name] = f"temp.{name.replace('.', '__')}"
            connection.execute(f"CREATE TEMP TABLE {made[name]} AS {text}", queries.select_parameters(taken, dict(given)))
        yield [views.reading(text, made) for text in texts]
    finally:
        for table in made.values():
            connection.execute(f"DROP TABLE IF EXISTS {table}")
