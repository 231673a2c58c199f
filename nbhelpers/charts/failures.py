"""Failures each date against the number computed from raw lines."""

from datetime import date, timedelta

import pandas as pd

from nbhelpers.charts import drawing
from nbhelpers.charts.drawing import Chart, Days, dot, element, safe, share, text, tip
from nbhelpers.charts.phrases import count, day, some_of, span, total

PANEL, GAP = 96, 26  # pixels: a processor's panel, and the room for its name
# The plan's failure rates for PSZA: days since opening night (first, last), percent of listed players (low, high).
PLAN_BANDS = [(0, 6, 100, 100), (7, 13, 90, 100), (14, 20, 60, 75), (21, 27, 40, 50), (28, None, 25, 30)]
APART = {0: ("as expected", "●"), 1: ("more than expected: loss", "▲"), -1: ("fewer than expected: leakage", "▼")}


def expected_failures(counts: pd.DataFrame, opening_night: date | None = None) -> Chart:
    """A panel a processor: failures as a share of those listed, beside the expectation of each date.

    `counts`: processor, date, expected, actual, listed. More than expected is loss, fewer is leakage. With
    `opening_night` the plan's weekly bands are drawn behind PSZA.
    """
    title = "Failures: expected against actual"
    if counts.empty:
        return drawing.nothing("failures", title)
    names, days, parts = list(dict.fromkeys(counts["processor"])), Days(counts["date"]), []
    counts = counts.assign(apart=counts["actual"] - counts["expected"])
    for place, name in enumerate(names):
        some = counts[(counts["processor"] == name) & (counts["listed"] > 0)].sort_values("date")
        bands = _bands(days, opening_night) if name == "PSZA" and opening_night else ""
        top = place * (PANEL + GAP)
        parts.append(element("text", safe(name), x=0, y=top + 14, class_="strong"))
        drawn = [_scale(), bands, *(_date(days, c) for c in some.itertuples())]
        parts.append(element("svg", *drawn, y=top + 20, height=PANEL, class_="panel"))
    top = len(names) * (PANEL + GAP)
    seen = {0} | {(apart > 0) - (apart < 0) for apart in counts["apart"]}
    words = [f"{APART[kind][1]} {APART[kind][0]}" for kind in APART if kind in seen] + ["▬ expected"]
    words += ["▒ the plan's weekly bands (PSZA)"] * bool(opening_night and "PSZA" in names)
    legend = [text(said, ("0%", "50%")[n % 2], top + 34 + 18 * (n // 2), "faint") for n, said in enumerate(words)]
    says = f"{span(counts['date'])} · {int((counts['apart'] != 0).sum()):,} of {len(counts):,} counts differ"
    height = top + 26 + 18 * ((len(words) + 1) // 2)
    facts = {"differ": int((counts["apart"] != 0).sum()), "of": len(counts)}
    return drawing.finish("failures", title, says, [*parts, days.axis(top), *legend], height, _table(names, counts), **facts)


def _scale() -> str:
    """The panel's lines at 0, 50 and 100 %, with a little room above and below for the marks."""
    lines = (element("line", x2="100%", y1=share(_y(part)), y2=share(_y(part)), class_="grid") for part in (0, 0.5, 1))
    words = (text(f"{part:.0%}".replace("%", " %"), "100%", PANEL * _y(part) - 2, "faint", "end") for part in (0, 1))
    return "".join([*lines, *words])


def _y(part: float) -> float:
    return 0.94 - 0.8 * part


def _date(days: Days, c) -> str:
    """A date's expectation as a level, and what was found as a mark on it, above it or below it."""
    x, expected, actual = days.left(c.date), _y(c.expected / c.listed), _y(c.actual / c.listed)
    kind = (c.apart > 0) - (c.apart < 0)
    hover = (
        f"{c.processor} {day(c.date)}: {APART[kind][0]}",
        f"{count(c.actual)} failures, {count(c.expected)} expected, of {count(c.listed)} listed",
    )
    level = element("line", x1=share(x), x2=share(x + days.width), y1=share(expected), y2=share(expected), class_="line")
    if kind == 0:
        return level + dot(x + days.width / 2, actual, "quiet", *hover, radius=2.5)
    look = "loud" if kind < 0 else "fail"
    place = {"x": share(x + days.width / 2), "y": share(actual), "text_anchor": "middle"}
    return level + element("text", tip(*hover), APART[kind][1], **place, class_=look)


def _bands(days: Days, opening_night: date) -> str:
    """The plan's weekly bands, a box a week, as far as the dates go."""
    boxes = []
    for first_day, last_day, low, high in PLAN_BANDS:
        start = opening_night + timedelta(first_day)
        end = days.last if last_day is None else min(days.last, opening_night + timedelta(last_day))
        if start > days.last or end < days.first:
            continue
        start = max(start, days.first)
        low, high = (low - 2, high + 2) if low == high else (low, high)  # else the first week would have no height
        x, width = (start - days.first).days / days.number, ((end - start).days + 1) / days.number
        place = {"x": share(x), "y": share(_y(high / 100)), "width": share(width), "height": share(_y(low / 100) - _y(high / 100))}
        boxes.append(element("rect", tip(f"the plan: {low} to {high} %, {start} to {end}"), **place, class_="band"))
    return "".join(boxes)


def _table(names: list[str], counts: pd.DataFrame) -> pd.DataFrame:
    rows_of = [counts[counts["processor"] == name] for name in names]
    table = pd.DataFrame({"processor": names, "dates": [len(rows) for rows in rows_of]})
    for column in ("expected", "actual", "listed"):
        table[column] = [total(rows[column]) for rows in rows_of]
    table["dates with more"] = [some_of(rows["date"][rows["apart"] > 0]) for rows in rows_of]
    table["dates with fewer"] = [some_of(rows["date"][rows["apart"] < 0]) for rows in rows_of]
    return table
