"""Views that many queries read, as tables for a while: to plan a query through such views takes DuckDB longer than to run it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import duckdb

from nbhelpers.sql import views

_numbers = count(1)


@contextmanager
def made_once(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str], prepared: Callable[[str], tuple[str, dict[str, object]]]
) -> Iterator[dict[str, str]]:
    """For the length of a block, the tables that stand for some views, each named after those it reads.

    `prepared` gives a view's text for DuckDB and the parameters that it takes.
    """
    made = dict[str, str]()
    if not names:
        yield made
        return
    database = f"shared_views_{next(_numbers)}"  # in memory, and so seen by all cursors, which temporary tables are not
    connection.execute(f"ATTACH ':memory:' AS {database} (READ_WRITE)")
    try:
        for name in names:
            text, given = prepared(views.reading(views.text_of(name), made))
            made[name] = f"{database}.{name.replace('.', '__')}"
            connection.execute(f"CREATE TABLE {made[name]} AS {text}", given)
        yield made
    finally:
        connection.execute(f"DETACH {database}")
