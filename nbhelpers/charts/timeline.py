"""When a run's notebooks were at work, and where its time went."""

import pandas as pd

from nbhelpers.charts import drawing
from nbhelpers.charts.drawing import ROW, Chart, element, share, text, tip
from nbhelpers.charts.looks import STATUSES, class_of
from nbhelpers.charts.phrases import duration

SHORTEST = 0.004  # of the width, so that a moment is seen


def timeline(spans: pd.DataFrame) -> Chart:
    """When each notebook ran; those that never did are counted, and named in the table.

    `spans`: notebook, started_at and ended_at (UTC, NaT if never), status (of STATUSES).
    """
    title = "Timeline of the notebooks (UTC)"
    if spans.empty:
        return drawing.nothing("timeline", title)
    drawing.known("status", spans["status"], STATUSES)
    times = {column: pd.to_datetime(spans[column], utc=True) for column in ("started_at", "ended_at")}
    spans = spans.assign(**times, took=(times["ended_at"] - times["started_at"]).dt.total_seconds())
    unended = spans["status"].map({"running": "running"}).fillna("no end recorded")
    spans["hover"] = [duration(took) if pd.notna(took) else words for took, words in zip(spans["took"], unended, strict=True)]
    first, latest = spans["started_at"].min(), spans[["started_at", "ended_at"]].max().max()
    width = 1 if pd.isna(first) else max((latest - first).total_seconds(), 1)
    parts = []
    begun = spans[spans["started_at"].notna()]
    for place, c in enumerate(begun.itertuples()):
        left = (c.started_at - first).total_seconds() / width
        ended = latest if pd.isna(c.ended_at) else c.ended_at  # without an end: as far as anything is known
        length = max((ended - c.started_at).total_seconds() / width, SHORTEST)
        bar = element("rect", tip(c.notebook, STATUSES[c.status].words, f"{c.started_at:%H:%M:%S} UTC, {c.hover}"),
                      x=share(min(left, 1 - SHORTEST)), width=share(length), class_=class_of(c.status))  # fmt: skip
        parts.append(drawing.row(place, c.notebook, bar, c.hover))
    top, axis = ROW * len(begun), []
    if pd.notna(first):
        axis = [text(f"{first:%H:%M:%S}", "0%", 12, "faint"), text(f"{latest:%H:%M:%S}", "100%", 12, "faint", "end")]
    statuses = [status for status in STATUSES if status in set(spans["status"])]
    drawn = [(status, STATUSES[status].words) for status in statuses if status in set(begun["status"])]
    legend, depth = drawing.legend(top + 20, drawn, STATUSES)
    parts += [element("svg", *axis, class_="panel", y=top, height=16), legend]
    table = spans[["notebook", "status"]].copy()
    table["started at (UTC)"] = spans["started_at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    table["took"] = spans["hover"].where(spans["started_at"].notna())
    says = ", ".join(f"{int((spans['status'] == status).sum())} {STATUSES[status].words}" for status in statuses)
    return drawing.finish("timeline", title, says, parts, top + 20 + depth, table)


def spending(parts: pd.DataFrame) -> Chart:
    """Where the time of a run went. `parts`: kind, seconds (NA where it was not measured)."""
    title = "Where the time went"
    if parts.empty:
        return drawing.nothing("spending", title)
    seconds = pd.to_numeric(parts["seconds"])
    hover, most = [duration(value) for value in seconds], seconds.max()
    drawn = []
    for place, (kind, words, value) in enumerate(zip(parts["kind"], hover, seconds, strict=True)):
        length = value / most if pd.notna(value) and most > 0 else 0
        bar = element("rect", tip(f"{kind}: {words}"), width=share(length), class_="quiet") if length else ""
        drawn.append(drawing.row(place, kind, bar, words))
    table = pd.DataFrame({"kind": parts["kind"], "time": hover, "seconds": seconds.astype(object).where(seconds.notna(), None)})
    return drawing.finish("spending", title, f"{duration(seconds.sum())} in all", drawn, ROW * len(parts), table)
