"""The share of valid values of each critical field on each date."""

import pandas as pd

from nbhelpers.charts import drawing
from nbhelpers.charts.drawing import ROW, Chart, Days, element, share, tip
from nbhelpers.charts.looks import STATES
from nbhelpers.charts.phrases import count, day, of, percent, some_of, span, total

THINNEST = 0.1  # of the cell, so that one wrong row in five hundred is seen too
WORDS = [("present", "valid"), ("contaminated", "wrong (a tenth at least)")]


def contamination(shares: pd.DataFrame) -> Chart:
    """A row a field, a cell a date: one that is quiet to its top is 100 % valid.

    `shares`: table, field, date, valid, total (values that date). Where total is 0 nothing is drawn: absent, not wrong.
    """
    title = "Contamination: valid share by field and date"
    if shares.empty:
        return drawing.nothing("contamination", title)
    shares = shares.assign(name=shares["table"].astype(str) + " · " + shares["field"].astype(str))
    some = shares[shares["total"].fillna(0) > 0]
    some = some.assign(share=some["valid"] / some["total"])
    names, days, parts = list(dict.fromkeys(shares["name"])), Days(shares["date"]), []
    for place, name in enumerate(names):
        drawn = [_cell(days, cell) for cell in some[some["name"] == name].itertuples()]
        parts.append(drawing.row(place, name.partition(" · ")[0], "".join(drawn), name.partition(" · ")[2]))
    top, is_wrong = ROW * len(names), some["share"] < 1
    legend, depth = drawing.legend(top + 20, WORDS[: 1 + bool(is_wrong.any())], STATES)
    rows_of = [some[some["name"] == name] for name in names]
    table = pd.DataFrame({
        "field": names,
        "dates": [len(rows) for rows in rows_of],
        "valid": [count(total(rows["valid"])) for rows in rows_of],
        "of": [count(total(rows["total"])) for rows in rows_of],
        "lowest share": [percent(rows["share"].min()) if len(rows) else None for rows in rows_of],
        "contaminated dates": [some_of(rows["date"][rows["share"] < 1]) for rows in rows_of],
    })  # fmt: skip
    says = f"{span(shares['date'])} · {len(names)} fields, {int(is_wrong.sum()):,} field-dates below 100 %"
    facts = {"wrong": int((some["total"] - some["valid"]).sum()), "of": int(some["total"].sum())}
    return drawing.finish("contamination", title, says, [*parts, days.axis(top), legend], top + 20 + depth, table, **facts)


def _cell(days: Days, cell) -> str:
    """What is valid from the foot up, what is wrong from the top down."""
    hover = tip(f"{cell.name} {day(cell.date)}\n{percent(cell.share)} valid: {of(cell.valid, cell.total)}")
    x, depth = days.left(cell.date), max(1 - cell.share, THINNEST)
    drawn = []
    if cell.share > 0:
        foot = {"y": share(1 - cell.share), "style": f"height:{share(cell.share)}"} if cell.share < 1 else {}
        drawn.append(element("rect", hover, x=share(x), width=share(days.width), **foot, class_="present"))
    if cell.share < 1:
        drawn.append(element("rect", hover, x=share(x), width=share(days.width), style=f"height:{share(depth)}", class_="contaminated"))
        if depth >= 0.5:
            drawn.append(drawing.marks(STATES["contaminated"], x, days.width))
    return "".join(drawn)
