"""What every chart shares: the looks of states, cells, axes, titles, and how numbers are said in words.

The looks are the one place for colours: notebooks, report and monitor mean the same by each.
"""

import html
import json
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from nbhelpers.errors import BadInput
from nbhelpers.wording import brief

INK, FAINT, RULE, GRID, QUIET, LOUD = "#26323d", "#6b7782", "#a9b4be", "#edf0f2", "#8fb3cf", "#d81b60"
CELL = 0.86  # of a row's height and of a day's width: the rest is the gutter between cells
ROW_PIXELS = 26
DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Look:
    """How one state is drawn: its words in the legend, fill and outline, hatching, and a mark on the cell."""

    words: str
    fill: str
    outline: str
    hatch: str = ""
    mark: str = ""


STATES = {
    "present": Look("present", QUIET, QUIET),
    "unaudited": Look("unaudited: present, no receipt yet", "#d9e7f2", QUIET),
    "stale": Look("stale: its inputs have changed since", QUIET, QUIET, mark="circle"),
    "tainted": Look("tainted: built past an accepted failure", QUIET, QUIET, mark="x"),
    "bootstrap": Look("bootstrap: too early to have", "#ffffff", "#d3dae0", hatch="/"),
    "gap": Look("gap: missing", "#ffffff", "#7b8894"),
    "contaminated": Look("contaminated: present but wrong", LOUD, LOUD),
    "no games": Look("no games", "#dcdcdc", "#dcdcdc"),
}
# A failed check may have found a gap or a contamination, so it has the colour of neither.
VERDICTS = {
    "pass": Look("pass", QUIET, QUIET),
    "warn": Look("warn", "#f6d778", "#f6d778"),
    "fail": Look("fail", INK, INK),
    "accepted": Look("accepted although it fails", "#ffffff", INK, mark="x"),
    "none": Look("nothing to examine", "#dcdcdc", "#dcdcdc"),
}
STATUSES = {
    "done": Look("done", QUIET, QUIET),
    "running": Look("running", "#d9e7f2", QUIET),
    "stopped": Look("stopped by a gate", INK, INK),
    "broken": Look("broken", "#7e57a8", "#7e57a8"),
    "interrupted": Look("interrupted", "#cdbde0", "#7e57a8"),
    "not run": Look("not run", "#ffffff", RULE),
}


def cells(figure: go.Figure, dates, places, keys, looks: dict[str, Look], hover: list[str]) -> None:
    """Cells of a dates × rows chart: `places` are row numbers, `keys` the states, all of one length.

    One bar trace a state, because bars can be hatched and heatmap cells cannot.
    """
    for key, look in looks.items():
        mask = (keys == key).to_numpy()
        texts = [text for text, is_one in zip(hover, mask, strict=True) if is_one]
        bars(figure, dates[mask], places[mask] - CELL / 2, [CELL] * len(texts), look, texts, look.words)
        if look.mark and texts:
            figure.data[-1].update(showlegend=False)
            marker = {"symbol": look.mark, "size": 6, "color": INK}
            figure.add_scatter(x=iso(dates[mask]), y=plain(places[mask]), mode="markers", marker=marker,
                               name=look.words, hoverinfo="skip")


def bars(figure: go.Figure, dates, base, height, look: Look, hover: list[str], name: str) -> None:
    """Upright bars a day wide that start at `base`; none at all where there is nothing to draw."""
    if not hover:
        return
    marker: dict = {"color": look.fill, "line": {"color": look.outline, "width": 1}}
    if look.hatch:
        marker["pattern"] = {"shape": look.hatch, "fgcolor": "#8794a0", "bgcolor": look.fill, "size": 5,
                             "solidity": 0.2, "fillmode": "replace"}
    figure.add_bar(x=iso(dates), y=plain(height), base=plain(base), width=CELL * DAY_MS, marker=marker, name=name,
                   hovertext=hover, hoverinfo="text")


def date_axis(figure: go.Figure, dates) -> None:
    """Dates left to right, whole days."""
    days = pd.to_datetime(pd.Series(list(dates)))
    half = pd.Timedelta(hours=14)
    figure.update_xaxes(
        type="date", range=iso([days.min() - half, days.max() + half], time=True), tickformat="%b %-d",
        showgrid=False, zeroline=False, ticks="outside", tickcolor=RULE,
    )
    if (days.max() - days.min()).days < 14:
        figure.update_xaxes(dtick=DAY_MS, tick0=iso([days.min()])[0])


def rows_axis(figure: go.Figure, labels: list[str], places: list[float] | None = None) -> None:
    """Rows top to bottom in the order given, at 0, 1, 2, ... or at `places`."""
    places = places or list(range(len(labels)))
    figure.update_yaxes(tickvals=places, ticktext=labels, range=[max(places) + 0.6, -0.6], showgrid=False,
                        zeroline=False, ticklabelstandoff=6)


def finish(figure, title, says, table, rows: float | None = None, height: float | None = None) -> go.Figure:
    """Adds title, one line of what the chart says, the legend below, and its small table for readers without scripts.

    The plot is `rows` rows or `height` pixels high.
    """
    inner = height if rows is None else ROW_PIXELS * rows
    names = {trace.name for trace in figure.data if trace.name and trace.showlegend is not False}
    legend_lines = 1 + sum(6 * len(name) + 45 for name in names) // 900 if len(names) > 1 else 0
    below = 14 if figure.layout.xaxis.visible is False else 42 + 20 * legend_lines
    figure.update_layout(
        title={"text": safe(title), "x": 0, "xanchor": "left", "y": 1,
               "yanchor": "top", "pad": {"t": 10, "l": 8}, "font": {"size": 16},
               "subtitle": {"text": safe(says), "font": {"size": 12, "color": FAINT}}},
        legend={"orientation": "h", "x": 0, "y": -40 / inner, "yanchor": "top", "font": {"size": 11},
                "itemclick": False, "itemdoubleclick": False},
        showlegend=len(names) > 1, barmode="overlay", template=go.layout.Template(),
        height=round(62 + inner + below), margin={"t": 62, "l": 10, "r": 16, "b": below},
        font={"family": "system-ui, sans-serif", "size": 12, "color": INK},
        paper_bgcolor="#ffffff", plot_bgcolor="#ffffff", hoverlabel={"bgcolor": "#ffffff", "align": "left"},
        meta={"table": json.loads(table.to_json(orient="split", index=False))},
    )
    figure.update_yaxes(automargin=True, fixedrange=True, title_font_size=12)
    return figure


def marked(figure: go.Figure, marks: Iterable[str]) -> go.Figure:
    """The figure with its title ended by what every chart of a season is to say: SIMULATED, 1 accepted gap."""
    told = go.Figure(figure)
    told.layout.title.text = " · ".join([figure.layout.title.text, *map(safe, marks)])
    return told


def nothing(title: str) -> go.Figure:
    """What a chart of no rows looks like: its title, and that there is nothing to show."""
    figure = go.Figure()
    figure.add_annotation(text="nothing to show", x=0, y=0.5, xref="paper", yref="paper", xanchor="left",
                          showarrow=False, font={"size": 14, "color": FAINT})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return finish(figure, title, "", pd.DataFrame(), height=30)


def known(name: str, values, looks: dict[str, Look]) -> None:
    """Stops at a value that has no look: it would be drawn blank, and blank means absent."""
    for value in values:
        if value not in looks:
            raise BadInput(f"{name} must be one of {', '.join(looks)}, not {value!r}.",
                           "a cell without a look would be blank, and be read as absent")


def iso(values, time: bool = False) -> list[str | None]:
    """Dates or times as text, which plotly reads the same in every time zone."""
    return pd.to_datetime(pd.Series(list(values))).dt.strftime("%Y-%m-%dT%H:%M:%S.%f" if time else "%Y-%m-%d").tolist()


def plain(values) -> list:
    """Plain Python numbers: plotly packs arrays into base64, which not every viewer reads."""
    return [None if pd.isna(v) else round(float(v), 4) if float(v) % 1 else int(v) for v in values]


def safe(text) -> str:
    """Text for plotly's labels, which read a little HTML."""
    return html.escape(str(text), quote=False)


def day(of) -> str:
    """A date as hover texts say it: Tue 2025-10-21."""
    return f"{of:%a %Y-%m-%d}"


def span(dates) -> str:
    """The first and the last of some dates."""
    days = sorted(iso(dates))
    return f"{days[0]} to {days[-1]}"


def some_of(dates) -> str:
    """Up to three dates, and how many more."""
    return brief(sorted(set(iso(dates))))


def count(number) -> str:
    """A count in words: 1,042, or that it is not known."""
    return "unknown" if pd.isna(number) else f"{int(number):,}"


def of(have, expected) -> str:
    """`have` of `expected`, or `have` alone where nothing says how many are expected."""
    return count(have) if pd.isna(expected) else f"{count(have)} of {count(expected)}"


def total(values) -> int | None:
    """The sum of what is known; None where nothing is."""
    return int(values.sum()) if values.notna().any() else None


def percent(share: float) -> str:
    """A share from 0 to 1 as a percentage that never rounds up to 100 nor down to 0.

    >>> percent(1.0), percent(0.99999), percent(0.5), percent(0.0)
    ('100 %', '99.9 %', '50.0 %', '0 %')
    """
    return f"{100 * share:.0f} %" if share in (0, 1) else f"{min(max(100 * share, 0.1), 99.9):.1f} %"


def duration(seconds: float | None) -> str:
    """Seconds as a person would say them.

    >>> [duration(seconds) for seconds in (0.42, 42, 185, 3720, None)]
    ['0.4 s', '42 s', '3 min 05 s', '1 h 02 min', 'not measured']
    """
    if seconds is None or pd.isna(seconds):
        return "not measured"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
