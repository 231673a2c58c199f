"""What there is of each table on each date."""

import pandas as pd

from nbhelpers.charts import drawing
from nbhelpers.charts.drawing import ROW, Chart, Days
from nbhelpers.charts.looks import STATES
from nbhelpers.charts.phrases import count, day, of, some_of, span, total

SHOWN_BY_NAME = ("gap", "contaminated", "unaudited", "stale", "tainted")  # states whose dates the table names


def coverage(cells: pd.DataFrame) -> Chart:
    """A row a table, a cell a date.

    `cells`: table, date, state (of STATES), rows, expected (NA where nothing says), note, and full where there is a
    name in full. Tables stay in their order.
    """
    title = "Coverage of each table by date"
    if cells.empty:
        return drawing.nothing("coverage", title)
    drawing.known("state", cells["state"], STATES)
    days, by_table = Days(cells["date"]), dict[str, list]()
    for cell in cells.itertuples(index=False):
        by_table.setdefault(cell.table, []).append(cell)
    full = dict(zip(cells["table"], cells["full"], strict=True)) if "full" in cells else {}
    parts = []
    for place, (name, own) in enumerate(by_table.items()):
        drawn = drawing.cells(days, [cell.date for cell in own], [cell.state for cell in own], STATES, map(_hover, own))
        parts.append(drawing.row(place, name, drawn, full.get(name, "")))
    top = ROW * len(by_table)
    dates = {name: _by_state(own) for name, own in by_table.items()}
    occurring = [state for state in STATES if any(state in found for found in dates.values())]
    legend, depth = drawing.legend(top + 20, [(state, STATES[state].words) for state in occurring], STATES)
    tally = {name: {state: len(found.get(state, ())) for state in occurring} for name, found in dates.items()}
    rows = {name: total(cell.rows for cell in own) for name, own in by_table.items()}
    says = f"{span(cells['date'])} · " + ", ".join(f"{sum(of[state] for of in tally.values()):,} {state}" for state in occurring)
    parts += [days.axis(top), legend]
    return drawing.finish("coverage", title, says, parts, top + 20 + depth, _table(full, rows, dates, occurring), tally=tally, rows=rows)


def _by_state(own: list) -> dict[str, list]:
    """The dates of a table's cells by their state."""
    found: dict[str, list] = {}
    for cell in own:
        found.setdefault(cell.state, []).append(cell.date)
    return found


def _hover(cell) -> str:
    note = cell.note if isinstance(cell.note, str) else ""
    counted = "" if cell.state in ("no games", "optional") else f"{of(cell.rows, cell.expected)} rows"
    return "\n".join(filter(None, (f"{cell.table} {day(cell.date)}: {STATES[cell.state].words}", counted, note)))


def _table(full: dict[str, str], rows: dict[str, int | None], dates: dict[str, dict[str, list]], occurring: list[str]) -> pd.DataFrame:
    table: dict[str, list] = {"table": list(rows)} | ({"in full": [full[name] for name in rows]} if full else {})
    table["rows"] = [count(number) for number in rows.values()]
    for state in occurring:
        of_state = [found.get(state, []) for found in dates.values()]
        table[state] = [len(days) for days in of_state]
        if state in SHOWN_BY_NAME:
            table[f"{state} dates"] = [some_of(days) for days in of_state]
    return pd.DataFrame(table)
