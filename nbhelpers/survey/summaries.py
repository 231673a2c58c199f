"""Every table in a line, for the monitor."""

import pandas as pd

from nbhelpers.session import Session
from nbhelpers.survey.states import coverage


def table_summaries(session: Session) -> pd.DataFrame:
    """A line a table: table, newest, dates and rows there, coverage of the dates that are due, and how many dates of each state."""
    cells, rows = coverage(session), []
    for short in dict.fromkeys(cells["table"]):
        of_table = cells[cells["table"] == short]
        there = of_table[of_table["rows"] > 0]
        due = of_table[~of_table.state.isin(["no games", "bootstrap", "one source"])]
        share = f"{(due.state == 'present').sum()} of {len(due)} dates"
        if (due.state == "optional").any():
            share = "optional, not run"
        elif due.empty and (of_table.state == "one source").any():
            share = "the other source"
        rows.append(
            {
                "table": short,
                "newest": there["date"].max() if len(there) else "none",
                "dates": len(there),
                "rows": int(there["rows"].sum()),
                "coverage": share,
                **{state: int((of_table.state == state).sum()) for state in ("gap", "contaminated", "unaudited", "bootstrap")},
            }
        )
    return pd.DataFrame(rows)
