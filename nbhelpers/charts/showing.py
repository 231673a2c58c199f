"""Showing: a chart, a table or a piece of code as one output of a notebook, for JupyterLab, for the report and as plain text.

JupyterLab draws the SVG of a trusted notebook, with what it tells on pointing; of a record that somebody opens, which it
does not trust, it shows the same as an image. The report takes the drawing itself, which KIND carries.
"""

import base64
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import pandas as pd

from nbhelpers.charts import drawing, looks
from nbhelpers.charts.drawing import Chart

KIND = "application/vnd.backfill+json"  # what the report reads; JupyterLab leaves it alone
MOST_ROWS = 60  # a table longer than this is cut, and says by how much
VERDICT_COLUMNS = ("verdict", "status", "state", "answer")
BADGES = {  # a verdict's words are coloured, and spelled
    "pass": "present", "yes": "present", "done": "present", "present": "present", "not due": "off", "warn": "warn", "plan": "warn",
    "not run": "off", "noted": "off", "optional, not run": "off", "accepted": "accepted", "fail": "fail", "no": "fail",
    "stopped by a gate": "fail", "stopped": "fail", "running": "pale", "interrupted": "broken",
    "broken": "broken", "gap": "fail", "contaminated": "loud", "unchanged": "pale",
}  # fmt: skip
BADGE_COLOURS = {
    "present": ("#9cc4e4", "#1f2a33"), "off": ("#d9dde1", "#1f2a33"), "warn": ("#f2c744", "#1f2a33"), "fail": ("#26323d", "#ffffff"),
    "accepted": ("#ffffff", "#1f2a33"), "broken": ("#6b3fa0", "#ffffff"), "loud": ("#b0004e", "#ffffff"), "pale": ("#e6f0f8", "#1f2a33"),
}  # fmt: skip
BADGE_STYLE = "padding:0 8px;border-radius:8px;border:1px solid #7b8792;white-space:nowrap"
CELL_STYLE = "text-align:left;vertical-align:top;padding:3px 12px 3px 0;white-space:normal"


@dataclass(frozen=True)
class Link:
    """A cell of a table that leads somewhere."""

    words: str
    address: str

    def __str__(self) -> str:
        return self.words


def show(what: "Chart | pd.DataFrame | str", marks: Iterable[str] = (), title: str = "") -> None:
    """Show a chart with the marks of the season, or a table under a title; where IPython does not run, print it."""
    from IPython import display, get_ipython

    data = bundle(drawing.marked(what, marks)) if isinstance(what, Chart) else table_bundle(what, title)
    if get_ipython() is None:
        print(data["text/plain"])
    else:
        display.display(data, raw=True)


def show_code(code: str, title: str) -> None:
    """Show a query or another text folded under its title."""
    from IPython import display, get_ipython

    data = {
        KIND: {"kind": "code", "title": title, "code": code},
        "text/html": f"<details><summary>{html.escape(title)}</summary><pre>{html.escape(code)}</pre></details>",
        "text/plain": f"{title}\n{code}",
    }
    if get_ipython() is None:
        print(data["text/plain"])
    else:
        display.display(data, raw=True)


def bundle(chart: Chart) -> dict:
    """The chart as one Jupyter output: drawn as HTML, in words as text, and with its counts for the report.

    After MOST_ROWS rows the table says how many more there are.
    """
    alone, table = _alone(chart.svg), _Texts.of(chart.table)
    picture = _data_uri(re.sub("<title>.*?</title>", "", alone, flags=re.DOTALL))
    size = f"width:100%;height:{chart.height}px"
    name = html.escape(f"{chart.title}. {chart.says}")
    drawn = (
        f'<p><b>{html.escape(chart.title)}</b><br>{html.escape(chart.says)}</p>'
        f'<object type="image/svg+xml" data="{_data_uri(alone)}" style="{size}"><img alt="{name}" src="{picture}" style="{size}"></object>'
        f"<details><summary>the same as a table</summary>{table.html}</details>"
    )
    content = {"kind": chart.kind, "title": chart.title, "says": chart.says, "svg": chart.svg, "height": chart.height}
    return {
        KIND: content | {"table": table.records, "facts": chart.facts},
        "text/html": drawn,
        "text/plain": f"{chart.title}\n{table.plain}",
    }


def table_bundle(rows: pd.DataFrame, title: str = "") -> dict:
    """A table as one Jupyter output: left-aligned, verdicts coloured and spelled."""
    if rows.columns.name or rows.index.name:  # the names of its rows are a column too
        rows = rows.rename_axis(columns=None).reset_index(names=rows.columns.name or rows.index.name)
    heading, table = f"<p><b>{html.escape(title)}</b></p>" if title else "", _Texts.of(rows)
    return {
        KIND: {"kind": "table", "title": title, "table": table.records},
        "text/html": f"{heading}{table.html}",
        "text/plain": f"{title}\n{table.plain}".strip(),
    }


@dataclass(frozen=True)
class _Texts:
    """The first MOST_ROWS rows of a table, its cells as text, in each of the ways in which it is shown; and how many are left out."""

    columns: list[str]
    rows: list[list[tuple[str, str]]]  # of each cell what it says, and where it leads
    cut: int

    @classmethod
    def of(cls, table: pd.DataFrame) -> Self:
        shown = table.head(MOST_ROWS).astype(object).to_numpy().tolist() if len(table.columns) else []
        cells = [[(cell_text(value), value.address if isinstance(value, Link) else "") for value in row] for row in shown]
        return cls(list(map(str, table.columns)), cells, max(len(table) - MOST_ROWS, 0))

    @property
    def records(self) -> dict:
        """For the report."""
        return {"columns": self.columns, "rows": [[said for said, _ in row] for row in self.rows], "cut": self.cut}

    @property
    def html(self) -> str:
        """For notebooks, which have no style sheet of ours: each cell bears its own."""
        if not self.rows:
            return "<p>nothing to show</p>"
        head = "".join(f'<th scope="col" style="{CELL_STYLE}">{html.escape(name)}</th>' for name in self.columns)
        body = "".join(
            "<tr>"
            + "".join(
                f'<td style="{_cell_style(said)}">{_styled(name, said, address)}</td>'
                for name, (said, address) in zip(self.columns, row, strict=True)
            )
            + "</tr>"
            for row in self.rows
        )
        more = f"<p>and {self.cut:,} more</p>" if self.cut else ""
        return f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}'

    @property
    def plain(self) -> str:
        """For whoever shows nothing else: columns side by side."""
        if not self.rows:
            return "nothing to show"
        lines = [self.columns, *([said for said, _ in row] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        said = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
        return "\n".join([*said, *[f"and {self.cut:,} more"] * bool(self.cut)])


def is_one_word(text: str) -> bool:
    """Whether a cell must not be broken at its hyphens: a date, a name, an id."""
    return "-" in text and len(text) < 25 and " " not in text


def _cell_style(said: str) -> str:
    return f"{CELL_STYLE.rpartition(':')[0]}:nowrap" if is_one_word(said) else CELL_STYLE


def badge_of(column: str, value: str) -> str | None:
    """The look of a verdict's words; None for what is no verdict."""
    return BADGES.get(value) if column in VERDICT_COLUMNS else None


def cell_text(value) -> str:
    """A table's cell: blank where absent, thousands set off, four decimals, midnight as a date.

    >>> [cell_text(value) for value in (None, 1042.0, 0.1 + 0.2, pd.Timestamp("2025-10-21"), ["a", "b"], True)]
    ['', '1,042', '0.3', '2025-10-21', "['a', 'b']", 'True']
    """
    if isinstance(value, str):
        return value
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        value = int(value) if value.is_integer() else round(value, 4)
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _styled(column: str, said: str, address: str) -> str:
    words = html.escape(said)
    if address:
        return f'<a href="{html.escape(address)}">{words}</a>'
    look = badge_of(column, said)
    if not look:
        return words
    fill, ink = BADGE_COLOURS[look]
    return f'<span style="background-color:{fill};color:{ink};{BADGE_STYLE}">{words}</span>'


def _alone(svg: str) -> str:
    """An SVG that stands alone, with its colours and the paper it is drawn on."""
    style = f"<style>{looks.COLOURS}\n{looks.STYLE}\n:root{{background:var(--paper)}}</style>"
    opening, _, rest = svg.partition(">")
    return f'{opening} xmlns="http://www.w3.org/2000/svg">{style}{looks.HATCH}{rest}'


def _data_uri(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
