"""Every chart of the runbook: findings or counts go in, a plotly figure comes out, nothing is queried.

Each figure carries a small table of what it shows (`layout.meta["table"]`) for readers without scripts; `show` puts
both into the notebook, with the marks that every chart of the season bears: SIMULATED, and what somebody accepted.
"""

import html
import json
from collections.abc import Iterable
from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from nbhelpers.charts import drawing
from nbhelpers.charts.drawing import (
    STATES,
    STATUSES,
    VERDICTS,
    count,
    day,
    iso,
    of,
    percent,
    plain,
    safe,
    some_of,
    span,
    total,
)

MOST_ROWS = 60  # a table longer than this is cut, and says by how much
# The plan's failure rates for PSZA: days since opening night (first, last), percent of listed players (low, high).
PLAN_BANDS = [(0, 6, 100, 100), (7, 13, 90, 100), (14, 20, 60, 75), (21, 27, 40, 50), (28, None, 25, 30)]


def coverage(cells: pd.DataFrame) -> go.Figure:
    """What there is of each table on each date.

    `cells`: table, date, state (of STATES), rows, expected (NA where nothing says), note. Tables stay in their order.
    """
    title = "Coverage of each table by date"
    if cells.empty:
        return drawing.nothing(title)
    drawing.known("state", cells["state"], STATES)
    names = list(dict.fromkeys(cells["table"]))
    hover = [
        f"<b>{safe(c.table)}</b> {day(c.date)}<br>{STATES[c.state].words}<br>{of(c.rows, c.expected)} rows"
        + (f"<br>{safe(c.note)}" if isinstance(c.note, str) and c.note else "")
        for c in cells.itertuples()
    ]
    figure = go.Figure()
    drawing.cells(figure, cells["date"], cells["table"].map(names.index), cells["state"], STATES, hover)
    drawing.rows_axis(figure, [safe(name) for name in names])
    drawing.date_axis(figure, cells["date"])
    occurring = [state for state in STATES if state in set(cells["state"])]
    tally = {state: cells[cells["state"] == state] for state in occurring}
    table = pd.DataFrame({"table": names, "rows": [total(cells["rows"][cells["table"] == name]) for name in names]})
    for state, found in tally.items():
        dates = [found["date"][found["table"] == name] for name in names]
        table[state] = [len(days) for days in dates]
        if state in ("gap", "contaminated"):
            table[f"{state} dates"] = [some_of(days) for days in dates]
    says = f"{span(cells['date'])} · " + ", ".join(f"{len(found):,} {state}" for state, found in tally.items())
    return drawing.finish(figure, title, says, table, rows=len(names))


def checks(matrix: pd.DataFrame) -> go.Figure:
    """What each check said of each date, the plan's own queries apart at the bottom.

    `matrix`: check, severity ('fail', 'warn', 'plan'), date, verdict (of VERDICTS), examined, expected, offending. What is
    true of the whole range has no date: it stands in the name of its row and in the table.
    """
    title = "Checks by date"
    if matrix.empty:
        return drawing.nothing(title)
    drawing.known("verdict", matrix["verdict"], VERDICTS)
    severities = dict(zip(matrix["check"], matrix["severity"], strict=True))
    plans = [name for name in severities if severities[name] == "plan" or name.startswith("plan_")]
    ours = [name for name in severities if name not in plans]
    apart = len(ours) + 0.7 * bool(ours)
    places = {name: place for place, name in enumerate(ours)} | {name: apart + n for n, name in enumerate(plans)}
    dated, of_range = matrix[matrix["date"].notna()], matrix[matrix["date"].isna()]
    range_bad = {c.check: f" · {VERDICTS[c.verdict].words} over the range" for c in of_range.itertuples() if c.verdict != "pass"}
    hover = [
        f"<b>{safe(c.check)}</b> {day(c.date)}<br>{VERDICTS[c.verdict].words}: examined {of(c.examined, c.expected)}"
        f"<br>{count(c.offending)} offending"
        for c in dated.itertuples()
    ]
    figure = go.Figure()
    drawing.cells(figure, dated["date"], dated["check"].map(places), dated["verdict"], VERDICTS, hover)
    labels = [f"<i>{safe(name)}</i>" if name in plans else
              safe(name) + (" (warns only)" if severities[name] == "warn" else "") + range_bad.get(name, "") for name in places]
    drawing.rows_axis(figure, labels, list(places.values()))
    drawing.date_axis(figure, dated["date"])
    if ours and plans:
        figure.add_hline(y=apart - 0.85, line={"color": drawing.RULE, "width": 1, "dash": "dot"})
        figure.add_annotation(text="the plan's own queries, for comparison", x=1, xref="paper", y=apart - 0.85,
                              xanchor="right", showarrow=False, font={"size": 11, "color": drawing.FAINT},
                              bgcolor="#ffffff")
    rows_of = [matrix[matrix["check"] == name] for name in places]
    table = pd.DataFrame({"check": list(places), "severity": [severities[name] for name in places]})
    for verdict, look in VERDICTS.items():
        if verdict in set(matrix["verdict"]):
            table[look.words] = [int((rows["verdict"] == verdict).sum()) for rows in rows_of]
    for column in ("examined", "expected", "offending"):
        table[column] = [total(rows[column]) for rows in rows_of]
    table["fail dates"] = [some_of(rows["date"][rows["verdict"] == "fail"].dropna()) for rows in rows_of]
    failing = [name for name, rows in zip(places, rows_of, strict=True) if (rows["verdict"] == "fail").any() and name in ours]
    says = f"{span(dated['date'])} · {len(ours)} checks, {len(failing)} failing"
    says += f", {len(plans)} of the plan's own" if plans else ""
    return drawing.finish(figure, title, says, table, rows=max(places.values()) + 1)


def kill_matrix(matrix: pd.DataFrame) -> go.Figure:
    """Which check saw which planted fault, the plan's own checks last.

    `matrix`: fault, title, gate, interlock, then a column a check with its verdict, '' where it was not asked.
    """
    title = "What each check saw of each planted fault"
    if matrix.empty:
        return drawing.nothing(title)
    names = [name for name in matrix.columns if name not in ("fault", "title", "planted", "gate", "interlock")]
    names = sorted(names, key=lambda name: name.startswith("plan_"))
    verdict = {"pass": "pass", "not due": "pass", "warn": "warn", "fail": "fail", "plan": "fail"}
    asked = list(verdict.values())
    codes = [[asked.index(verdict[row[name]]) if row[name] in verdict else None for name in names] for row in matrix.to_dict("records")]
    rows = [f"{safe(row.fault)} {safe(row.title)}" for row in matrix.itertuples()]
    fills = [VERDICTS[look].fill for look in asked]
    steps = [(n / len(fills), (n + 1) / len(fills), fill) for n, fill in enumerate(fills)]
    figure = go.Figure(
        go.Heatmap(
            z=codes,
            x=[f"<i>{safe(name)}</i>" if name.startswith("plan_") else safe(name) for name in names],
            y=rows,
            zmin=-0.5,
            zmax=len(fills) - 0.5,
            colorscale=[point for low, high, fill in steps for point in ((low, fill), (high, fill))],
            showscale=False,
            xgap=2,
            ygap=2,
            hoverongaps=False,
            text=[[row[name] for name in names] for row in matrix.to_dict("records")],
            hovertemplate="<b>%{y}</b><br>%{x}: %{text}<extra></extra>",
        )
    )
    figure.update_xaxes(tickangle=60, tickfont={"size": 11}, automargin=True, showgrid=False)
    figure.update_yaxes(autorange="reversed", tickfont={"size": 11}, showgrid=False)
    saw = matrix[names].isin(["fail"])
    plan_saw = matrix[[name for name in names if name.startswith("plan_")]].isin(["plan", "fail"])
    table = matrix[["fault", "title", "gate"]].assign(
        **{
            "stopped by": [", ".join(saw.columns[row]) or found for row, found in zip(saw.to_numpy(), matrix["interlock"], strict=True)],
            "the plan's own": [", ".join(plan_saw.columns[row]) for row in plan_saw.to_numpy()],
        }
    )
    stopped = sum(bool(found) for found in table["stopped by"])
    says = f"{stopped} of {len(matrix)} faults stopped · {int(plan_saw.any(axis=1).sum())} seen by the plan's own checks"
    return drawing.finish(figure, title, says, table, rows=len(rows) + 6)  # six for the names of the checks


def contamination(shares: pd.DataFrame) -> go.Figure:
    """The share of valid values of each critical field on each date: a cell that is quiet to its top is 100 % valid.

    `shares`: table, field, date, valid, total (values that date). Where total is 0 nothing is drawn: absent, not wrong.
    """
    title = "Contamination: valid share by field and date"
    if shares.empty:
        return drawing.nothing(title)
    shares = shares.assign(name=shares["table"].astype(str) + " · " + shares["field"].astype(str))
    names = list(dict.fromkeys(shares["name"]))
    some = shares[shares["total"].fillna(0) > 0]
    some = some.assign(foot=some["name"].map(names.index) + drawing.CELL / 2, share=some["valid"] / some["total"])
    some["hover"] = [
        f"<b>{safe(c.name)}</b> {day(c.date)}<br>{percent(c.share)} valid: {of(c.valid, c.total)}"
        for c in some.itertuples()
    ]
    valid, wrong = some[some["share"] > 0], some[some["share"] < 1]
    figure = go.Figure()
    height = drawing.CELL * valid["share"]
    drawing.bars(figure, valid["date"], valid["foot"] - height, height, STATES["present"], list(valid["hover"]),
                 "valid")
    # At least a tenth of the cell, so that one wrong row in five hundred is seen too.
    depth = drawing.CELL * (1 - wrong["share"]).clip(lower=0.1)
    drawing.bars(figure, wrong["date"], wrong["foot"] - drawing.CELL, depth, STATES["contaminated"],
                 list(wrong["hover"]), "contaminated (never drawn thinner than a tenth)")
    drawing.rows_axis(figure, [safe(name) for name in names])
    drawing.date_axis(figure, shares["date"])
    of_field = [some[some["name"] == name] for name in names]
    table = pd.DataFrame({
        "field": names,
        "dates": [len(rows) for rows in of_field],
        "valid": [total(rows["valid"]) for rows in of_field],
        "of": [total(rows["total"]) for rows in of_field],
        "lowest share": [percent(rows["share"].min()) if len(rows) else None for rows in of_field],
        "contaminated dates": [some_of(rows["date"][rows["share"] < 1]) for rows in of_field],
    })
    says = f"{span(shares['date'])} · {len(names)} fields, {len(wrong):,} field-dates below 100 %"
    return drawing.finish(figure, title, says, table, rows=len(names))


def expected_failures(counts: pd.DataFrame, opening_night: date | None = None) -> go.Figure:
    """Failures each date against the number computed from raw lines, as a share of those listed.

    `counts`: processor, date, expected, actual, listed. More than expected is loss, fewer is leakage. With
    `opening_night` the plan's weekly bands are drawn behind PSZA.
    """
    title = "Failures: expected against actual"
    if counts.empty:
        return drawing.nothing(title)
    names = list(dict.fromkeys(counts["processor"]))
    counts = counts.assign(apart=counts["actual"] - counts["expected"])
    kinds = [
        ("as expected", counts["apart"] == 0, {"symbol": "circle", "size": 5, "color": drawing.QUIET}),
        ("more than expected: loss", counts["apart"] > 0, {"symbol": "diamond", "size": 9, "color": "#ffffff"}),
        ("fewer than expected: leakage", counts["apart"] < 0, {"symbol": "diamond", "size": 9, "color": drawing.LOUD}),
    ]
    figure = make_subplots(rows=len(names), shared_xaxes=True, vertical_spacing=0.25 / (len(names) + 1))
    for row, name in enumerate(names, start=1):
        is_drawn = (counts["processor"] == name) & (counts["listed"] > 0)
        some = counts[is_drawn].sort_values("date")
        if name == "PSZA" and opening_night and len(some):
            x, y = _bands(opening_night, pd.Timestamp(max(some["date"])).date())
            figure.add_scatter(x=x, y=y, fill="toself", mode="lines", line={"width": 0}, fillcolor="#eee2bd",
                               name="the plan's weekly bands (PSZA)", hoverinfo="skip", row=row, col=1)
        figure.add_scatter(x=iso(some["date"]), y=plain(100 * some["expected"] / some["listed"]), mode="lines",
                           line={"color": "#6f8798", "width": 1.5}, name="expected", hoverinfo="skip", row=row, col=1)
        for words, is_kind, marker in kinds:
            these = counts[is_drawn & is_kind]
            hover = [
                f"<b>{safe(name)}</b> {day(c.date)}<br>{words}<br>{count(c.actual)} failures, {count(c.expected)} "
                f"expected, of {count(c.listed)} listed"
                for c in these.itertuples()
            ]
            if hover:
                figure.add_scatter(x=iso(these["date"]), y=plain(100 * these["actual"] / these["listed"]),
                                   mode="markers", marker=marker | {"line": {"color": drawing.INK, "width": 1}},
                                   name=words, hovertext=hover, hoverinfo="text", row=row, col=1)
        figure.update_yaxes(title={"text": safe(name), "standoff": 10}, range=[-6, 106], tickvals=[0, 50, 100],
                            ticktext=["0 %", "50 %", "100 %"], zeroline=False, gridcolor=drawing.GRID, row=row, col=1)
    for place, trace in enumerate(figure.data):
        trace.showlegend = trace.name not in [earlier.name for earlier in figure.data[:place]]
    drawing.date_axis(figure, counts["date"])
    rows_of = [counts[counts["processor"] == name] for name in names]
    table = pd.DataFrame({"processor": names, "dates": [len(rows) for rows in rows_of]})
    for column in ("expected", "actual", "listed"):
        table[column] = [total(rows[column]) for rows in rows_of]
    table["dates with more"] = [some_of(rows["date"][rows["apart"] > 0]) for rows in rows_of]
    table["dates with fewer"] = [some_of(rows["date"][rows["apart"] < 0]) for rows in rows_of]
    says = f"{span(counts['date'])} · {int((counts['apart'] != 0).sum()):,} of {len(counts):,} counts differ"
    return drawing.finish(figure, title, says, table, height=125 * len(names))


def timeline(spans: pd.DataFrame) -> go.Figure:
    """When each notebook ran. `spans`: notebook, started_at and ended_at (UTC, NaT if never), status (of STATUSES)."""
    title = "Timeline of the notebooks (UTC)"
    if spans.empty:
        return drawing.nothing(title)
    drawing.known("status", spans["status"], STATUSES)
    times = {column: pd.to_datetime(spans[column], utc=True) for column in ("started_at", "ended_at")}
    spans = spans.assign(**times, took=(times["ended_at"] - times["started_at"]).dt.total_seconds())
    unended = spans["status"].map({"running": "running"}).fillna("no end recorded")
    spans["told"] = [drawing.duration(took) if pd.notna(took) else words for took, words in zip(spans["took"], unended, strict=True)]
    names = list(dict.fromkeys(spans["notebook"]))
    first, latest = spans["started_at"].min(), spans[["started_at", "ended_at"]].max().max()
    figure = go.Figure()
    for status, look in STATUSES.items():
        these = spans[(spans["status"] == status) & spans["started_at"].notna()]
        if these.empty:
            continue
        # A notebook without an end is drawn up to the last time that anything is known of.
        lengths = these["took"].fillna((latest - these["started_at"]).dt.total_seconds())
        figure.add_bar(
            orientation="h", y=plain(these["notebook"].map(names.index)), base=iso(these["started_at"], time=True),
            x=plain((lengths * 1000).round()), width=0.6, name=look.words, text=list(these["told"]),
            textposition="outside", cliponaxis=False, marker={"color": look.fill, "line": {"color": look.outline}},
            hovertext=[f"<b>{safe(c.notebook)}</b><br>{look.words}<br>{c.started_at:%H:%M:%S} UTC, {c.told}"
                       for c in these.itertuples()], hoverinfo="text",
        )
    if pd.isna(first):
        figure.update_xaxes(visible=False, range=[0, 1])
    else:
        room = timedelta(seconds=0.12 * max((latest - first).total_seconds(), 1))
        figure.update_xaxes(type="date", range=iso([first, latest + room], time=True), gridcolor=drawing.GRID)
    for c in spans[spans["started_at"].isna()].itertuples():
        figure.add_annotation(text=STATUSES[c.status].words, x=0, xref="paper", y=names.index(c.notebook),
                              xanchor="left", showarrow=False, font={"color": drawing.FAINT, "size": 11})
    drawing.rows_axis(figure, [safe(name) for name in names])
    table = spans[["notebook", "status"]].copy()
    table["started at (UTC)"] = spans["started_at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    table["took"] = spans["told"].where(spans["started_at"].notna())
    tally = {look.words: int((spans["status"] == status).sum()) for status, look in STATUSES.items()}
    says = ", ".join(f"{number} {words}" for words, number in tally.items() if number)
    return drawing.finish(figure, title, says, table, rows=len(names))


def spending(parts: pd.DataFrame) -> go.Figure:
    """Where the time of a run went. `parts`: kind, seconds (NA where it was not measured)."""
    title = "Where the time went"
    if parts.empty:
        return drawing.nothing(title)
    parts = parts.assign(seconds=pd.to_numeric(parts["seconds"]))
    told = [drawing.duration(seconds) for seconds in parts["seconds"]]
    names = [safe(kind) for kind in parts["kind"]]
    figure = go.Figure()
    figure.add_bar(
        orientation="h", x=plain(parts["seconds"].fillna(0)), y=list(range(len(names))), width=0.6, text=told,
        textposition="outside", cliponaxis=False, marker={"color": drawing.QUIET},
        hovertext=[f"{name}: {words}" for name, words in zip(names, told, strict=True)], hoverinfo="text",
    )
    most = parts["seconds"].max()
    figure.update_xaxes(visible=False, range=[0, 1.15 * most if pd.notna(most) and most > 0 else 1])
    drawing.rows_axis(figure, names)
    table = pd.DataFrame({"kind": parts["kind"], "time": told, "seconds": plain(parts["seconds"])})
    says = f"{drawing.duration(parts['seconds'].sum())} in all"
    return drawing.finish(figure, title, says, table, rows=len(names))


def bundle(figure: go.Figure) -> dict:
    """The figure as one Jupyter output: drawn where plotly is at hand, else a plain table as HTML or text.

    After MOST_ROWS rows the table says how many more there are.
    """
    content = json.loads(figure.to_json())
    content["config"] = {"displayModeBar": False, "responsive": True}
    title = html.unescape(figure.layout.title.text or "")
    table = pd.DataFrame(**(figure.layout.meta or {}).get("table", {}), dtype=object)
    shown = table.head(MOST_ROWS).astype(object).map(_cell)
    rest = f"and {len(table) - MOST_ROWS:,} more" if len(table) > MOST_ROWS else ""
    with pd.option_context("display.max_colwidth", None):
        body = shown.to_html(index=False, border=0, justify="left") if len(shown) else "<p>nothing to show</p>"
    lines = [title, shown.to_string(index=False) if len(shown) else "nothing to show", rest]
    return {
        "application/vnd.plotly.v1+json": content,
        "text/html": f"<p><b>{html.escape(title)}</b></p>\n{body}" + (f"\n<p>{rest}</p>" if rest else ""),
        "text/plain": "\n".join(line for line in lines if line),
    }


def show(figure: go.Figure, marks: Iterable[str] = ()) -> None:
    """Displays the figure in a notebook, with the marks of the season; where IPython does not run, prints its table."""
    from IPython import display, get_ipython

    data = bundle(drawing.marked(figure, marks))
    if get_ipython() is None:
        print(data["text/plain"])
    else:
        display.display(data, raw=True)


def _cell(value) -> str:
    """A table's cell: blank where absent, thousands set off, four decimals, midnight as a date.

    >>> [_cell(value) for value in (None, 1042.0, 0.1 + 0.2, pd.Timestamp("2025-10-21"), ["a", "b"], True)]
    ['', '1,042', '0.3', '2025-10-21', "['a', 'b']", 'True']
    """
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp) and value == value.normalize():
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        value = int(value) if value.is_integer() else round(value, 4)
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _bands(opening_night: date, last: date) -> tuple[list, list]:
    """The plan's weekly bands as one outline, a box a week, cut at the `last` date."""
    x, y = [], []
    for first_day, last_day, low, high in PLAN_BANDS:
        start = opening_night + timedelta(first_day)
        end = last if last_day is None else min(last, opening_night + timedelta(last_day))
        if start > last:
            break
        low, high = (low - 2, high + 2) if low == high else (low, high)  # else the first week would have no height
        left, right = f"{start - timedelta(1)}T12:00", f"{end}T12:00"
        x += [left, right, right, left, left, None]
        y += [low, low, high, high, low, None]
    return x, y
