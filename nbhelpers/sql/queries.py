"""What the queries come to: their text for an engine, the tables and columns they read; worked out once, see disk_cache."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nbhelpers.sql import files
from nbhelpers.sql.disk_cache import remembered

if TYPE_CHECKING:
    from sqlglot import exp

_JOINED = re.compile(r"\b\w+__\w+\b")  # dataset__table


@dataclass(frozen=True)
class Translation:
    """A query for an engine: its text, which names each dataset.table `dataset__table`, its parameters and its tables."""

    text: str
    parameters: frozenset[str]
    tables: frozenset[str]

    def read_from(self, relations: Mapping[str, str], name: Callable[[str], str] = str) -> str:
        """The text to run: each of `relations`, a SELECT for a dataset.table, stands in front; other tables have their `name`.

        >>> games = Translation("SELECT * FROM nba_raw__games AS games", frozenset(), frozenset({"nba_raw.games"}))
        >>> games.read_from({})
        'SELECT * FROM nba_raw.games AS games'
        >>> games.read_from({"nba_raw.games": "SELECT 1 AS x"})
        'WITH nba_raw__games AS (SELECT 1 AS x) SELECT * FROM nba_raw__games AS games'
        """
        names = {table.replace(".", "__"): name(table) for table in self.tables - relations.keys()}
        text = _JOINED.sub(lambda found: names.get(found[0], found[0]), self.text)  # in one go: some texts are long
        in_front = ", ".join(f"{table.replace('.', '__')} AS ({relations[table]})" for table in relations if table in self.tables)
        if not in_front:
            return text
        return f"WITH {in_front}{f', {text[5:]}' if text.startswith('WITH ') else f' {text}'}"


@lru_cache(maxsize=1024)  # what a gate or a drill asks, it asks many times over; only the rows differ
def translation(query: "str | exp.Query", engine: str) -> Translation:
    """A query in BigQuery's dialect for `duckdb` or `bigquery`, its views expanded."""

    def answer() -> list:
        from nbhelpers.sql import dialect  # only who has to translate pays for importing it

        return dialect.translate(query, engine)

    text, parameters, tables = remembered(f"{engine}'s translation", query, answer) if isinstance(query, str) else answer()
    return Translation(text, frozenset(parameters), frozenset(tables))


@lru_cache(maxsize=1024)
def parts(query: "str | exp.Query", engine: str) -> tuple[tuple[str, str], ...]:
    """As `translation`, in parts: name and text of each view in front of the query, then '' and the query's own text."""

    def answer() -> list:
        from nbhelpers.sql import dialect

        return dialect.parts(query, engine)

    found = remembered(f"{engine}'s parts", query, answer) if isinstance(query, str) else answer()
    return tuple((name, text) for name, text in found)


def select_parameters(names: Iterable[str], parameters: dict[str, object]) -> dict[str, object]:
    """Those of the parameters that a query takes; one that is absent is an error."""
    missing = set(names) - parameters.keys()
    if missing:
        raise KeyError(f"the query takes {', '.join(sorted(missing))}, which nobody gave")
    return {name: parameters[name] for name in names}


def alike(parameters: Sequence[dict[str, object]]) -> list[list[int]]:
    """The places of those parameters that are the same, together.

    >>> alike([{"day": 1}, {"day": 2}, {"day": 1}])
    [[0, 2], [1]]
    """
    found: list[list[int]] = []
    for nth, of in enumerate(parameters):
        same = next((places for places in found if parameters[places[0]] == of), None)
        if same is None:
            found.append([nth])
        else:
            same.append(nth)
    return found


def declarations() -> list[dict]:
    """Every table of schema.sql: name, about, columns (name, type, whether required, about), key and date."""

    def answer() -> list[dict]:
        from nbhelpers.sql import dialect

        return dialect.declarations()

    return remembered("declarations", "", answer)


@cache
def table_names(path: Path) -> frozenset[str]:
    """The dataset.table names that a file's query reads, through its views."""

    def answer() -> list[str]:
        from nbhelpers.sql import dialect

        return sorted(dialect.table_names(dialect.parse(path)))

    return frozenset(remembered("tables", files.text(path), answer))


@cache
def columns_read(path: Path) -> dict[str, frozenset[str]]:
    """Which columns a file's query depends on, of each dataset.table that it reads, through its views."""

    def answer() -> dict[str, list[str]]:
        from nbhelpers.sql import dialect

        schema = {table["name"]: {name: kind for name, kind, *_ in table["columns"]} for table in dialect.declarations()}
        return {name: sorted(columns) for name, columns in dialect.columns_read(dialect.parse(path), schema).items()}

    return {name: frozenset(columns) for name, columns in remembered("columns", files.text(path), answer).items()}


@cache
def meaning(path: Path) -> str:
    """What a file asks, with the views it reads, token by token: comments and line breaks do not change it."""

    def answer() -> str:
        from nbhelpers.sql import dialect

        return dialect.meaning(path)

    return remembered("meaning", f"{path.parent.name}/{path.name}\n{files.text(path)}", answer)
