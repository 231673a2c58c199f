"""Views that many queries read, as tables for a while: to plan a query through such views takes DuckDB longer than to run it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count

import duckdb

from nbhelpers.season import Season
from nbhelpers.sql import queries, views
from nbhelpers.warehouse.candidate import StagedDates
from nbhelpers.warehouse.duckdb import translation

_numbers = count(1)


@contextmanager
def made_once(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str], staged: StagedDates, given: Mapping[str, object], season: Season | None
) -> Iterator[dict[str, str]]:
    """For the length of a block, the tables of the season's rows that stand for some views, each named after those it reads."""
    made = dict[str, str]()
    if not names:
        yield made
        return
    database = f"shared_views_{next(_numbers)}"  # in memory, and so seen by all cursors, which temporary tables are not
    connection.execute(f"ATTACH ':memory:' AS {database} (READ_WRITE)")
    try:
        for name in names:
            text, taken = translation.translated(views.reading(views.text_of(name), made), staged, is_cut=False, season=season)
            made[name] = f"{database}.{name.replace('.', '__')}"
            connection.execute(f"CREATE TABLE {made[name]} AS {text}", queries.select_parameters(taken, dict(given)))
        yield made
    finally:
        connection.execute(f"DETACH {database}")
