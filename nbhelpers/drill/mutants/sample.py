"""Mutants of data, drawn by chance: which table, which column, which rows, and what becomes of them."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date

from nbhelpers.drill.mutants import kinds
from nbhelpers.drill.mutants.kinds import Around, Row
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import PROVENANCE

ROWS = "rows"  # the name, in place of a column's, of mutants that take whole rows away or add some
SCOPES = {"a row": 40, "a game": 25, "a date": 25, "all rows": 10}  # with their weights
NAMES_OF_A_GAME = ("game_id", "team_abbr", "entity_id")  # what a table has of these tells which of a date's rows belong together


@dataclass(frozen=True)
class Mutant:
    """Some dates of an output with something wrong on them: the rows that they hold then."""

    output: Output
    column: str  # ROWS where whole rows are wrong
    kind: str
    scope: str
    where: str  # which row, game or date
    gone: tuple[Row, ...]
    instead: tuple[Row, ...]
    beside: Mapping[date, list[Row]]  # every row there was, by its date
    session: None = None  # the objects are as they were

    def __str__(self) -> str:
        return f"{self.output.short}.{self.column} {self.kind}, {self.scope}{f' ({self.where})' if self.where else ''}"

    @property
    def dates(self) -> frozenset[date]:
        """The dates whose rows are others than they were."""
        return frozenset(self._date_of(row) for row in (*self.gone, *self.instead) if self._date_of(row))

    @property
    def first_dates(self) -> frozenset[date]:
        """Of these, those of the first row that is wrong."""
        return frozenset(self._date_of(row) for row in (*self.gone[:1], *self.instead[:1]) if self._date_of(row))

    def planted(self, dates: Iterable[date]) -> dict[Output, list[Row]]:
        """The same by their output, as whoever plants them is given them."""
        return {self.output: self.rows(dates)}

    def rows(self, dates: Iterable[date]) -> list[Row]:
        """All rows that some dates hold with what is wrong."""
        gone = set(map(id, self.gone))
        rest = [row for day in dates for row in self.beside.get(day, ()) if id(row) not in gone]
        return [_packed(row) for row in (*rest, *(row for row in self.instead if self._date_of(row) in dates))]

    @property
    def is_refused(self) -> bool:
        """Whether staging would not take its rows: a column that is required is NULL in one of them."""
        required = [column.name for column in self.output.table.columns if column.required]
        return any(row.get(name, "an array") is None for row in self.instead for name in required)

    def _date_of(self, row: Row) -> date | None:
        return row[self.output.table.date]


class Sampler:
    """Draws mutants of the outputs that have rows, each column of each as likely as any other."""

    def __init__(self, rows: dict[Output, list[Row]], column: str | None = None, columns: Set[str] = frozenset()):
        self._around = {output: _around(output, of_output) for output, of_output in rows.items() if of_output}
        self.targets = [
            (output, name)
            for output, around in self._around.items()
            for name in (*around.rows[0], *[ROWS] * len(kinds.OF_ROWS))
            if name not in (*PROVENANCE, "processor_name") and column in (None, name, name.partition("[")[0])
            if not columns or name in columns
        ]

    def draw(self, rng: random.Random, scope: str = "") -> Mutant | None:
        """A mutant by chance, of a scope if one is named; None where it would change nothing, which is no mutant."""
        output, column = rng.choice(self.targets)
        scope = scope or rng.choices(list(SCOPES), list(SCOPES.values()))[0]
        around = self._around[output]
        chosen, where = _chosen(output, around, scope, rng)
        kind = rng.choice(list(kinds.OF_ROWS) if column == ROWS else kinds.fitting(_type_of(output, column)))
        if kind in kinds.OF_ROWS:
            gone, instead = chosen, kinds.OF_ROWS[kind](chosen)
        else:
            if kind == kinds.EXCHANGED and len(chosen) == 1:
                chosen = [chosen[0], around.neighbour(chosen[0])]
            values = kinds.new_values(kind, chosen, column, around, rng)
            differing = [(row, value) for row, value in zip(chosen, values, strict=True) if row[column] != value]
            gone, instead = [row for row, _ in differing], [row | {column: value} for row, value in differing]
        if _content(gone) == _content(instead):
            return None
        return Mutant(output, column, kind, scope, where, tuple(gone), tuple(instead), around.of_date)

    def mutants(self, count: int, rng: random.Random) -> Iterator[Mutant]:
        """So many mutants, each of which changes something."""
        in_vain = 0
        while count and in_vain < 1000:  # a column in which nothing can change ends the search
            mutant = self.draw(rng)
            in_vain = 0 if mutant else in_vain + 1
            if mutant:
                count -= 1
                yield mutant


def outputs_of(gates: list[int], table: str | None) -> list[Output]:
    """The outputs that mutants are drawn from: those of some gates, or one table of them with its failures."""
    short = tables.named(table).short if table else None
    of_gates = [output for output in tables.outputs() if tables.gate_of(output.layer) in gates]
    return [output for output in of_gates if short in (None, output.short, output.processor)]


def _around(output: Output, rows: list[Row]) -> Around:
    table = output.table
    entity = tuple(name for name in table.key if name not in (table.date, "game_id", "nba_game_id", "action_number"))
    return Around([_flat(row) for row in rows], str(table.date), entity)


def _chosen(output: Output, around: Around, scope: str, rng: random.Random) -> tuple[list[Row], str]:
    """The rows of a scope that is drawn by chance, and its name."""
    one = rng.choice(around.rows)
    day = one[output.table.date]
    if scope == "a row":
        return [one], " ".join(str(one[name]) for name in output.table.key)
    if scope == "a date":
        return around.of_date[day], str(day)
    if scope == "all rows":
        return around.rows, ""
    name = next(name for name in NAMES_OF_A_GAME if name in one)
    return [row for row in around.of_date[day] if row[name] == one[name]], f"{day} {one[name]}"


def _type_of(output: Output, column: str) -> str:
    [declared] = [one.type for one in output.table.columns if one.name == column.partition("[")[0]]
    return declared.removeprefix("ARRAY<").removesuffix(">")


def _flat(row: Row) -> Row:
    """A row with each element of an array as a column of its own: features[0], features[1], ..."""
    flat: Row = {}
    for name, value in row.items():
        flat |= {f"{name}[{n}]": one for n, one in enumerate(value)} if isinstance(value, list) else {name: value}
    return flat


def _packed(row: Row) -> Row:
    packed: Row = {}
    for name, value in row.items():
        array, bracket, _ = name.partition("[")
        if bracket:
            packed.setdefault(array, []).append(value)
        else:
            packed[name] = value
    return packed


def _content(rows: list[Row]) -> Counter:
    """What rows say, whatever their order and whoever wrote them."""
    return Counter(tuple(value for name, value in row.items() if name not in PROVENANCE) for row in rows)
