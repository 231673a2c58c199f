"""How many mutants the gates killed, a strip a table with a cell a column."""

import pandas as pd

from nbhelpers.charts import drawing
from nbhelpers.charts.drawing import ROW, Chart, element, share, tip
from nbhelpers.charts.looks import VERDICTS


def kill_rates(rates: pd.DataFrame) -> Chart:
    """A row a table, a cell a column: whether each of its mutants was killed, was outvoted or survived for a reason, or for none.

    `rates`: table, column, kind, killed, planted, excused (survivors that are outvoted, or for a reason).
    """
    title = "Mutants killed, by table and column"
    if rates.empty:
        return drawing.nothing("kill rates", title)
    parts = []
    names = list(dict.fromkeys(rates["table"]))
    for place, name in enumerate(names):
        columns = list(rates[rates["table"] == name].groupby("column", sort=False))
        width = 1 / len(columns)
        drawn = []
        for n, (column, of_column) in enumerate(columns):
            killed, planted, excused = (int(of_column[count].sum()) for count in ("killed", "planted", "excused"))
            look = "pass" if killed == planted else "warn" if killed + excused == planted else "fail"
            note = f"{name}.{column}: {killed} of {planted} killed" + (f", {excused} outvoted or for a reason" if excused else "")
            drawn.append(element("rect", tip(note), x=share(n * width), width=share(width * drawing.CELL), class_=look))
        of_table = rates[rates["table"] == name]
        parts.append(drawing.row(place, name, "".join(drawn), f"{of_table.killed.sum()} of {of_table.planted.sum()}"))
    top = ROW * len(names)
    words = {"pass": "every mutant killed", "warn": "the others outvoted, or for a reason", "fail": "survivors for none"}
    legend, depth = drawing.legend(top + 6, list(words.items()), VERDICTS)
    says = f"{rates.killed.sum():,} of {rates.planted.sum():,} killed, {rates.excused.sum():,} of the others outvoted or for a reason"
    return drawing.finish("kill rates", title, says, [*parts, legend], top + 6 + depth, _table(rates))


def _table(rates: pd.DataFrame) -> pd.DataFrame:
    """Killed of planted: a row per table and column, a column per kind."""
    hover = rates.assign(rate=[f"{row.killed} of {row.planted}" for row in rates.itertuples()])
    return hover.pivot(index=["table", "column"], columns="kind", values="rate").fillna("").reset_index().rename_axis(columns=None)
