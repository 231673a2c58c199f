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
    names, days = list(dict.fromkeys(cells["table"])), Days(cells["date"])
    full = dict(zip(cells["table"], cells["full"], strict=True)) if "full" in cells else {}
    parts = []
    for place, name in enumerate(names):
        own = cells[cells["table"] == name]
        hover = [_hover(cell) for cell in own.itertuples()]
        drawn = drawing.cells(days, own["date"], own["state"], STATES, hover)
        parts.append(drawing.row(place, name, drawn, full.get(name, "")))
    top = ROW * len(names)
    occurring = [state for state in STATES if state in set(cells["state"])]
    legend, depth = drawing.legend(top + 20, [(state, STATES[state].words) for state in occurring], STATES)
    by_state = {state: cells[cells["state"] == state] for state in occurring}
    says = f"{span(cells['date'])} · " + ", ".join(f"{len(found):,} {state}" for state, found in by_state.items())
    tally = {name: {state: int((found["table"] == name).sum()) for state, found in by_state.items()} for name in names}
    rows = {name: total(cells["rows"][cells["table"] == name]) for name in names}
    parts += [days.axis(top), legend]
    return drawing.finish("coverage", title, says, parts, top + 20 + depth, _table(names, full, rows, by_state), tally=tally, rows=rows)


def _hover(cell) -> str:
    note = cell.note if isinstance(cell.note, str) else ""
    counted = "" if cell.state in ("no games", "optional") else f"{of(cell.rows, cell.expected)} rows"
    return "\n".join(filter(None, (f"{cell.table} {day(cell.date)}: {STATES[cell.state].words}", counted, note)))


def _table(names: list[str], full: dict[str, str], rows: dict[str, int | None], by_state: dict[str, pd.DataFrame]) -> pd.DataFrame:
    table = pd.DataFrame({"table": names, "rows": [count(rows[name]) for name in names]})
    if full:
        table.insert(1, "in full", [full[name] for name in names])
    for state, found in by_state.items():
        dates = [found["date"][found["table"] == name] for name in names]
        table[state] = [len(days) for days in dates]
        if state in SHOWN_BY_NAME:
            table[f"{state} dates"] = [some_of(days) for days in dates]
    return table
