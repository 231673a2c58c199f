"""The check that holds every row above raw to a second computation of it, the witness, in sql/witness/.

A witness is written from the formulas straight from raw, by other means than the step. What both would get wrong they
share: the raw rows, and what a formula says. Its file is named as the table that it computes.
"""

from functools import cache

from nbhelpers import lineage
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Column, Output

NOT_RECOMPUTED = {  # each column that is compared with nothing, and why
    "run_id": "it names the run that built the row, which no fact tells",
    "created_at": "it is when the row was built",
    "failure_reason": "its words are the step's own; category, counts and games, which it puts in words, are compared",
}
ARRAY_LENGTH = 25  # of features, their names and their sources


def recomputed(session: Session, gate: int, contents: lineage.Contents) -> str:
    """recomputed

    fail:    Is every row, in every column, what a second computation straight from raw makes of it, and is none missing?
    of:      rows of this layer, as published and staged, and slate dates
    because: what exists, adds up and is in range can still be wrong, and a check of known faults does not know the next one
    from:    games
    then:    run the step of the table named again; if it stays, one of the two formulas is wrong: sql/<step>/ or sql/witness/
    """
    return comparison(gate // 10)


@cache
def comparison(layer: int) -> str:
    """A query of one row for each row that a layer's tables or their witnesses have in the window: where the two differ, and in what.

    And one for each date of the slate: where neither has a row, there rightly is none.
    """
    return "\nUNION ALL\n".join([*map(_compared, tables.layer_outputs(layer)), _DATES])


_DATES = """
    SELECT DISTINCT game_date, CONCAT('date ', CAST(game_date AS STRING)), TRUE, CAST(NULL AS STRING) FROM witness.calendar
    WHERE game_date >= @start_date"""


def _compared(output: Output) -> str:
    table = output.table
    mine = f" AND processor_name = '{output.processor}'" if output.processor else ""
    window = f"{table.date} BETWEEN @start_date AND @end_date{mine}"
    names = [name for name in table.key if name not in (table.date, "processor_name")]
    row = ", ' ', ".join(f"COALESCE(built.{name}, witness.{name})" for name in names)
    columns = [column for column in table.columns if column.name not in (*table.key, *NOT_RECOMPUTED) or column.name == table.date]
    differences = ",\n".join(difference for column in columns for difference in _differences(column))
    return f"""
        SELECT
            COALESCE(built.{table.date}, witness.{table.date}) AS game_date,
            CONCAT('{output.short} ', {row}) AS member,
            built.{table.key[0]} IS NOT NULL AND witness.{table.key[0]} IS NOT NULL AS is_examined,
            CASE
                WHEN built.{table.key[0]} IS NULL THEN 'no such row, and recomputed there is one'
                WHEN witness.{table.key[0]} IS NULL THEN 'a row, and recomputed there is none'
                WHEN built.copies > 1 THEN CONCAT('there ', CAST(built.copies AS STRING), ' times')
                ELSE NULLIF(ARRAY_TO_STRING([{differences}], '; '), '')
            END AS problem
        FROM (
            SELECT *, COUNT(*) OVER (PARTITION BY {", ".join(table.key)}) AS copies FROM {table.name} WHERE {window}
        ) AS built
        FULL OUTER JOIN (SELECT * FROM witness.{table.name.split(".")[1]} WHERE {window}) AS witness
            ON {" AND ".join(f"built.{name} = witness.{name}" for name in table.key)}"""


def _differences(column: Column) -> list[str]:
    """For each value of a column, its name with both values where they differ."""
    if not column.type.startswith("ARRAY"):
        return [_difference(column.name, f"built.{column.name}", f"witness.{column.name}")]
    length = _difference(
        f"length of {column.name}", f"ARRAY_LENGTH(built.{column.name})", f"ARRAY_LENGTH(witness.{column.name})"
    )
    values = [(f"{one}.{column.name}[SAFE_OFFSET({n})]" for one in ("built", "witness")) for n in range(ARRAY_LENGTH)]
    return [length, *(_difference(f"{column.name}[{n}]", *pair) for n, pair in enumerate(values))]


def _difference(label: str, built: str, witness: str) -> str:
    text = "CONCAT('{} ', COALESCE(CAST({} AS STRING), 'NULL'), ', recomputed ', COALESCE(CAST({} AS STRING), 'NULL'))"
    return f"IF({built} IS DISTINCT FROM {witness}, {text.format(label, built, witness)}, NULL)"
