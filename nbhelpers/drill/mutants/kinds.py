"""The kinds of mutants of data: how one value, or one row, becomes wrong.

Rows are dicts by column. A kind of value changes one column of the rows that it is given and leaves the rest; a kind of row takes
rows away or adds some. Nothing here knows which table it is about.
"""

import random
from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
SCALES = (0.01, 0.1, 1 / 3, 0.9, 1.1, 10, 60, 100)  # percent for share, minutes for seconds, and slips that look plausible
ZERO: dict[type, Any] = {bool: False, int: 0, float: 0.0, str: ""}


class Around:
    """The rows that a mutant may take values from: those of the whole table, of the same date, and of the same entity before."""

    def __init__(self, rows: list[Row], date_column: str, entity: tuple[str, ...]):
        self.rows, self._date, self._entity = rows, date_column, entity
        self.of_date: dict[date, list[Row]] = {}
        self._of_entity: dict[tuple, list[Row]] = {}
        self._place: dict[int, int] = {}  # of a row on its date
        for row in rows:
            beside = self.of_date.setdefault(row[date_column], [])
            self._place[id(row)] = len(beside)
            beside.append(row)
            self._of_entity.setdefault(self._who(row), []).append(row)
        for of_entity in self._of_entity.values():
            of_entity.sort(key=lambda row: row[date_column])

    def neighbour(self, row: Row) -> Row:
        """The next row of the same date, the first after the last."""
        beside = self.of_date[row[self._date]]
        return beside[(self._place[id(row)] + 1) % len(beside)]

    def before(self, row: Row) -> Row | None:
        """The same entity's row of the latest earlier date."""
        of_entity = self._of_entity[self._who(row)]
        place = bisect_left(of_entity, row[self._date], key=lambda other: other[self._date])
        return of_entity[place - 1] if place else None

    def _who(self, row: Row) -> tuple:
        return tuple(row[name] for name in self._entity)


Values = Callable[[list[Row], str, Around, random.Random], Iterable[Any]]


def _null(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    return [None] * len(rows)


def _zero(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    return [ZERO.get(type(row[column]), row[column]) for row in rows]


def _constant(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    return [rng.choice(around.rows)[column]] * len(rows)


def _another(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    return [rng.choice(around.rows)[column] for _ in rows]


def _neighbours(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    return [around.neighbour(row)[column] for row in rows]


def _yesterdays(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    return [before[column] if (before := around.before(row)) else row[column] for row in rows]


def _scaled(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    scale = rng.choice(SCALES)
    return [row[column] if not _is_number(row[column]) else type(row[column])(row[column] * scale) for row in rows]


def _sign(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    def turned(value: Any) -> Any:
        return not value if isinstance(value, bool) else -value if _is_number(value) else value

    return [turned(row[column]) for row in rows]


def _one_more(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    return [row[column] + 1 if _is_number(row[column]) else row[column] for row in rows]


def _a_day_on(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    return [row[column] + timedelta(1) if isinstance(row[column], date | datetime) else row[column] for row in rows]


def _exchanged(rows: list[Row], column: str, around: Around, rng: random.Random) -> Iterable[Any]:
    values = [row[column] for row in rows]
    return values[1:] + values[:1]  # each has the next one's, the last that of the first


EXCHANGED = "exchanged"
OF_VALUES: dict[str, Values] = {
    "NULL": _null, "zero": _zero, "constant": _constant, "another row's": _another, "a neighbour's": _neighbours,
    "yesterday's": _yesterdays, "scaled": _scaled, "sign": _sign, "one more": _one_more, "a day on": _a_day_on,
    EXCHANGED: _exchanged,
}  # fmt: skip


def _lost(rows: list[Row]) -> list[Row]:
    return []


def _doubled(rows: list[Row]) -> list[Row]:
    return [*rows, *rows]


def _of_another_season(rows: list[Row]) -> list[Row]:
    """The same rows with the names and windows that they would have had a season before, but for their date."""

    def aged(name: str, value: Any) -> Any:
        if name == "season_year":
            return value - 1
        if name.endswith("game_id") and isinstance(value, str):
            return f"{int(value[:4]) - 1}{value[4:]}" if "_" in value else f"{value[:3]}{int(value[3:5]) - 1:02d}{value[5:]}"
        return value - timedelta(364) if name.startswith("window_") and value else value

    return [{name: aged(name, value) for name, value in row.items()} for row in rows]


OF_ROWS = {"lost": _lost, "doubled": _doubled, "of another season": _of_another_season}


def fitting(column_type: str) -> list[str]:
    """The kinds that can change a value of a type of schema.sql.

    >>> fitting("BOOL")
    ['NULL', 'constant', "another row's", "a neighbour's", "yesterday's", 'exchanged', 'zero', 'sign']
    """
    kinds = ["NULL", "constant", "another row's", "a neighbour's", "yesterday's", EXCHANGED]
    more = {
        "BOOL": ["zero", "sign"], "STRING": ["zero"], "DATE": ["a day on"], "TIMESTAMP": ["a day on"],
        "INT64": ["zero", "scaled", "sign", "one more"], "FLOAT64": ["zero", "scaled", "sign", "one more"],
    }  # fmt: skip
    return kinds + more[column_type]


def new_values(kind: str, rows: list[Row], column: str, around: Around, rng: random.Random) -> list[Any]:
    """What a kind makes of a column of some rows."""
    return list(OF_VALUES[kind](rows, column, around, rng))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
