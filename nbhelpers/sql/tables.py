"""The pipeline's tables and the outputs of its steps, read from sql/: one place for order, columns and keys."""

from collections.abc import Container
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Self

from nbhelpers.errors import BadInput
from nbhelpers.sql import files, queries

LAYERS = {1: "raw", 2: "analytics", 3: "precompute", 4: "predictions"}  # a step's first digit
LOAD_STEP = 11
RAW_TABLES = {
    "nba_raw.nbac_schedule": "SCHEDULE",
    "nba_raw.bdl_player_boxscores": "BOXSCORES",
    "nba_raw.nbac_player_boxscores": "NBA_BOXSCORES",
    "nba_raw.nbac_team_boxscores": "NBA_TEAM_BOXSCORES",
    "nba_raw.nbac_shots": "SHOTS",
}


@dataclass(frozen=True)
class Column:
    """A column: its name, its BigQuery type, whether it may be absent, and what it holds.

    What it holds is no part of what it is: rows stay up to date when it is put in other words.
    """

    name: str
    type: str
    required: bool
    about: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class Table:
    """A table as schema.sql declares it; `date` is its partition column, None where it has none."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    date: str | None

    def __hash__(self) -> int:
        return hash(self.name)  # of all its columns it would cost a tenth of a status

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in the order of schema.sql."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Output:
    """What one step computes into one table: a whole table, or one stage's rows of the failures table."""

    short: str
    table: Table
    step: int
    path: Path | None  # None: loaded from the object store
    processor: str  # the stage whose rows of precompute_failures these are; '' for a table of its own

    @property
    def layer(self) -> int:
        """The layer that the step belongs to, a key of LAYERS."""
        return self.step // 10

    @property
    def name(self) -> str:
        """The table, and the stage where it shares the table with others."""
        return f"{self.table.name}/{self.processor}" if self.processor else self.table.name

    @property
    def query(self) -> str:
        """The text of the query that computes it; '' where its rows are loaded from the object store."""
        return files.text(self.path) if self.path else ""

    def part(self, columns: Container[str]) -> Self:
        """The same with some of its columns alone, to be looked up by itself."""
        return replace(self, table=replace(self.table, columns=tuple(c for c in self.table.columns if c.name in columns)))


@cache
def schema() -> dict[str, Table]:
    """Every table by dataset.table name, in the order of schema.sql.

    A column without words of its own is what the first of its name is: one quantity has one name in every table.
    """
    found, words = {}, dict[str, str]()
    for table in queries.declarations():
        columns = tuple(Column(name, kind, required, about or words.get(name, "")) for name, kind, required, about in table["columns"])
        words = {column.name: column.about for column in columns} | words
        found[table["name"]] = Table(table["name"], table["about"], columns, tuple(table["key"]), table["date"])
    return found


@cache
def outputs() -> tuple[Output, ...]:
    """Everything the steps compute, in the order they run."""
    raw = [Output(short, schema()[name], LOAD_STEP, None, "") for name, short in RAW_TABLES.items()]
    built = []
    for path in files.texts():
        step, _, dataset = path.parent.name.partition("_")
        if not (step.isdigit() and dataset.startswith("nba_")):
            continue  # a view, or a gate's check
        table = schema()[f"{dataset}.{path.stem}"]
        short = files.text(path).split("\n", 1)[0].rpartition("(")[2].rstrip(")")
        is_failures = table.name == FAILURES
        built.append(Output(f"{short} failures" if is_failures else short, table, int(step), path, short if is_failures else ""))
    return (*raw, *built)


FAILURES = "nba_processing.precompute_failures"


def step_outputs(step: int) -> list[Output]:
    """What a step computes, its rows before its failures."""
    return [output for output in outputs() if output.step == step]


def layer_outputs(layer: int) -> list[Output]:
    """What the steps of a layer compute, in the order they run."""
    return [output for output in outputs() if output.layer == layer]


def named(name: str) -> Output:
    """The output of a table by its short name, its own name or its full one.

    >>> named("TDZA").table.name == named("team_defense_zone_analysis").table.name
    True
    """
    for output in outputs():
        if not output.processor and name in (output.short, output.table.name, output.table.name.split(".")[1]):
            return output
    known = ", ".join(output.short for output in outputs() if not output.processor)
    raise BadInput(f"no step writes a table called {name!r}.", then=f"the tables are {known}, or their full names.")


def gate_of(layer: int) -> int:
    """The number of the gate that publishes a layer.

    >>> gate_of(3)
    39
    """
    return layer * 10 + 9


@cache
def inputs(output: Output) -> tuple[Output, ...]:
    """The outputs that a step reads, itself left out, in the order they are built."""
    if output.path is None:
        return ()
    names = queries.table_names(output.path)
    return tuple(o for o in outputs() if o.table.name in names and o.step <= output.step and o is not output)


@cache
def parts_read(output: Output) -> tuple[Output, ...]:
    """The inputs of an output with those columns alone that its step reads, for its rows or for its failures."""
    return tuple(source.part(_columns_read(output.step)[source.table.name]) for source in inputs(output))


@cache
def _columns_read(step: int) -> dict[str, set[str]]:
    read: dict[str, set[str]] = {}
    for output in step_outputs(step):
        for name, columns in queries.columns_read(output.path).items():
            read.setdefault(name, set()).update(columns)
    return read
