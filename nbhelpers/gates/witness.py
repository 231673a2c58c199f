"""The check that holds every row above raw to a second computation of it, the witness, in sql/witness/.

A witness is written from the formulas straight from raw, by other means than the step. What both would get wrong they
share: the raw rows, and what a formula says. Its file is named as the table that it computes.
"""

from functools import cache

from nbhelpers import lineage
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output, Table

NOT_RECOMPUTED = {  # each column that is compared with nothing, and why
    "run_id": "it names the run that built the row, which no fact tells",
    "created_at": "it is when the row was built",
}
FEATURES = 25  # elements of an array: features, their names and their sources


def recomputed(session: Session, gate: int, contents: lineage.Contents) -> tuple[str, str]:
    """recomputed

    fail:    Is every row, in every column, what a second computation straight from raw makes of it, and is none missing?
    of:      rows of this layer, as published and staged, and slate dates
    because: what exists, adds up and is in range can still be wrong, and a check of known faults does not know the next one
    from:    games
    then:    run the step of the table named again; if it stays, one of the two formulas is wrong: sql/<step>/ or sql/witness/
    """
    layer = gate // 10
    return comparison(layer), comparison(layer, in_words=True)  # an engine plans the words for longer than it compares


@cache
def comparison(layer: int, in_words: bool = False) -> str:
    """A query of one row for each row that a layer's tables or their witnesses have in the window: whether, or how, they differ.

    And one for each date of the slate: where neither has a row, there rightly is none.
    """
    return "\nUNION ALL\n".join([*(compared(output, in_words) for output in tables.layer_outputs(layer)), _DATES])


def view_of(output: Output) -> str:
    """The name of the view that computes an output a second time."""
    return f"witness.{'prediction_failures' if output.processor == 'PREDICTIONS' else output.table.name.split('.')[1]}"


_DATES = """
    SELECT DISTINCT game_date, CONCAT('date ', CAST(game_date AS STRING)), TRUE, CAST(NULL AS STRING) FROM witness.calendar
    WHERE game_date >= @start_date"""


def compared(output: Output, in_words: bool = False) -> str:
    """The part of the comparison that is about one output: it depends on that output's rows and on raw alone, date by date."""
    table, first = output.table, output.table.key[0]
    mine = f" AND processor_name = '{output.processor}'" if output.processor else ""
    window = f"{table.date} BETWEEN @start_date AND @end_date{mine}"
    names = [name for name in table.key if name not in (table.date, "processor_name")]
    member = ", ' ', ".join(f"COALESCE(built.{name}, witness.{name})" for name in names)
    return f"""
        SELECT
            COALESCE(built.{table.date}, witness.{table.date}) AS game_date,
            CONCAT('{output.short} ', {member}) AS member,
            built.{first} IS NOT NULL AND witness.{first} IS NOT NULL AS is_examined,
            CASE
                WHEN built.{first} IS NULL THEN 'no such row, and recomputed there is one'
                WHEN witness.{first} IS NULL THEN 'a row, and recomputed there is none'
                WHEN built.copies > 1 THEN CONCAT('there ', CAST(built.copies AS STRING), ' times')
                {_in_words(table) if in_words else _differs(table)}
            END AS problem
        FROM (SELECT *, COUNT(*) OVER (PARTITION BY {", ".join(table.key)}) AS copies FROM {table.name} WHERE {window}) AS built
        FULL OUTER JOIN (SELECT * FROM {view_of(output)} WHERE {window}) AS witness
            ON {" AND ".join(f"built.{name} = witness.{name}" for name in table.key)}"""


def _differs(table: Table) -> str:
    conditions = (f"{built} IS DISTINCT FROM {witness}" for _, built, witness in _values(table))
    return f"WHEN {' OR '.join(conditions)} THEN 'differs'"


def _in_words(table: Table) -> str:
    """The part of a CASE that names each value that differs, with what it is and what it should be."""
    words = "IF({1} IS DISTINCT FROM {2}, CONCAT('{0} ', {3}, ', recomputed ', {4}), NULL)"
    texts = [
        words.format(name, *pair, *(f"COALESCE(CAST({value} AS STRING), 'NULL')" for value in pair)) for name, *pair in _values(table)
    ]
    return f"ELSE NULLIF(ARRAY_TO_STRING([{', '.join(texts)}], '; '), '')"


def _values(table: Table) -> list[tuple[str, str, str]]:
    """Each value that is compared: its name, and where it stands in the built row and in the witness's; arrays by elements."""
    places: list[tuple[str, str]] = []
    for column in table.columns:
        name = column.name
        if name in NOT_RECOMPUTED or name in table.key:
            continue
        if not column.type.startswith("ARRAY"):
            places.append((name, f"{{0}}.{name}"))
            continue
        places.append((f"length of {name}", f"ARRAY_LENGTH({{0}}.{name})"))
        places += [(f"{name}[{n}]", f"{{0}}.{name}[SAFE_OFFSET({n})]") for n in range(FEATURES)]
    return [(name, place.format("built"), place.format("witness")) for name, place in places]
