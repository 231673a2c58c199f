"""Seasons side by side, week by week from opening night: coverage, failures, and how each critical field is spread."""

from functools import partial

import pandas as pd

from nbhelpers.charts import drawing
from nbhelpers.charts.basketball import spread_bar
from nbhelpers.charts.chain import worst
from nbhelpers.charts.drawing import CELL, ROW, Chart, dot, element, safe, share, text, tip
from nbhelpers.charts.looks import STATES, class_of
from nbhelpers.charts.phrases import count

PANEL, HEAD = 76, 22  # pixels: a field's plot, and the room for its name above it


class Weeks:
    """The weeks of some seasons, one season after another from left to right, with a week's room between."""

    def __init__(self, rows: pd.DataFrame):
        """`rows`: season, week. Each season is as long as its last week."""
        self.last = rows.groupby("season")["week"].max().sort_index().to_dict()
        self.number = sum(self.last.values()) + max(len(self.last) - 1, 0)
        self.width = CELL / self.number
        self.begins: dict[str, int] = {}
        for season in self.last:
            self.begins[season] = sum(self.last[earlier] + 1 for earlier in self.begins)

    def left(self, season: str, week: int) -> float:
        """Where a week's cell begins, as a share of the width."""
        return (self.begins[season] + week - 1 + (1 - CELL) / 2) / self.number

    def axis(self, top: float) -> str:
        """Each season's name below its first week."""
        names = [text(season, share(begin / self.number), 12, "faint") for season, begin in self.begins.items()]
        return element("svg", *names, class_="panel", y=top, height=16)

    def __str__(self) -> str:
        return ", ".join(f"{season} {weeks} weeks" for season, weeks in self.last.items())


def seasons_coverage(cells: pd.DataFrame) -> Chart:
    """A row a table, a cell a week of a season, in the state of the week's worst date.

    `cells`: season, week, table, state (of STATES) of each date.
    """
    title = "Coverage of each table by week of the season"
    if cells.empty:
        return drawing.nothing("seasons coverage", title)
    drawing.known("state", cells["state"], STATES)
    names, weeks, parts, seen = list(dict.fromkeys(cells["table"])), Weeks(cells), [], set()
    tallies = cells.groupby(["table", "season", "week"], sort=False)["state"].value_counts()
    for place, name in enumerate(names):
        drawn = []
        for (season, week), of_week in tallies[name].groupby(level=["season", "week"], sort=False):
            tally = {state: int(number) for (_, _, state), number in of_week.items()}
            state, x = worst(tally) or "no games", weeks.left(season, week)
            hover = tip(f"{name} {season}, week {week}", ", ".join(f"{number} {key}" for key, number in tally.items()))
            drawn.append(element("rect", hover, x=share(x), width=share(weeks.width), class_=class_of(state)))
            drawn.append(drawing.marks(STATES[state], x, weeks.width))
            seen.add(state)
        parts.append(drawing.row(place, name, "".join(drawn)))
    top = ROW * len(names)
    legend, depth = drawing.legend(top + 20, [(state, STATES[state].words) for state in STATES if state in seen], STATES)
    counted = cells.pivot_table(index=["table", "season"], columns="state", aggfunc="size", fill_value=0, sort=False)
    table = counted.reset_index().rename_axis(columns=None)
    says = f"{weeks}; a week has the colour of its worst date"
    return drawing.finish("seasons coverage", title, says, [*parts, weeks.axis(top), legend], top + 20 + depth, table)


def seasons_failures(counts: pd.DataFrame) -> Chart:
    """A panel a stage: the share of those listed who fail in each week, loud where it is not as the raw lines say.

    `counts`: season, week, processor, expected, actual, listed.
    """
    title = "Failures by week of the season"
    if counts.empty:
        return drawing.nothing("seasons failures", title)
    keys = ["processor", "season", "week"]
    counts = counts.assign(apart=(counts["actual"] - counts["expected"]).abs())
    by_week = counts.groupby(keys, sort=False)[["expected", "actual", "listed", "apart"]].sum().reset_index()
    weeks, parts, names = Weeks(by_week), [], list(dict.fromkeys(by_week["processor"]))
    for place, name in enumerate(names):
        dots = []
        for c in by_week[(by_week["processor"] == name) & (by_week["listed"] > 0)].itertuples():
            counted = f"{count(c.actual)} failures, {count(c.expected)} expected, of {count(c.listed)} listed"
            hover = (f"{name} {c.season}, week {c.week}", counted)
            x = weeks.left(c.season, c.week) + weeks.width / 2
            dots.append(dot(x, _high(c.actual / c.listed, 0, 1), "loud" if c.apart else "quiet", *hover, radius=4 if c.apart else 3))
        parts.append(_panel(place, name, "", "0 %", "100 %", dots))
    top = (PANEL + HEAD) * len(names)
    words = [("quiet", "as the raw lines say")] + [("loud", "more or fewer on a date")] * bool(counts["apart"].any())
    legend, depth = drawing.legend(top + 20, words)
    says = f"{weeks}; {int((by_week['apart'] > 0).sum())} of {len(by_week)} weeks differ from what the raw lines say"
    table = by_week.drop(columns="apart")
    return drawing.finish("seasons failures", title, says, [*parts, weeks.axis(top), legend], top + 20 + depth, table)


def seasons_spread(values: pd.DataFrame) -> Chart:
    """A panel a field: how it is spread in each week; one scale over all seasons.

    `values`: season, week, table, field, rows, lowest, lower, middle, upper, highest, suspect. In a league that changed all
    panels move; where one moves alone, something is wrong with it.
    """
    title = "Critical fields by week of the season"
    if values.empty:
        return drawing.nothing("seasons spread", title)
    weeks, parts = Weeks(values), []
    panels = values.groupby(["table", "field"], sort=False)
    for place, ((table, field), own) in enumerate(panels):
        low, high = (own["lowest"].min(), own["highest"].max()) if own["middle"].notna().any() else (0.0, 1.0)
        y = partial(_high, low=low, high=high)
        called = f"{table} {{0.season}}, week {{0.week}}".format
        bars = [spread_bar(weeks.left(c.season, c.week), weeks.width, called(c), c, y) for c in own.itertuples()]
        parts.append(_panel(place, table, field, f"{low:.4g}", f"{high:.4g}", bars))
    top = (PANEL + HEAD) * len(panels)
    words = [("present", "the middle half of the rows"), ("unaudited", "from lowest to highest")]
    words += [("contaminated", "absent, zero or all alike")] * bool(values["suspect"].any())
    legend, depth = drawing.legend(top + 20, words, STATES)
    middles = values.groupby(["table", "field", "season"], sort=False)["middle"].median().round(4).unstack("season").reset_index()
    says = f"{weeks}; all panels move with a league that changed, one alone with rot"
    table = middles.rename_axis(columns=None)
    return drawing.finish("seasons spread", title, says, [*parts, weeks.axis(top), legend], top + 20 + depth, table)


def _panel(place: int, name: str, more: str, low: str, high: str, content: list[str]) -> str:
    """A plot under its name, with the lowest and the highest value at its right edge."""
    label = element("tspan", safe(name), class_="strong") + (element("tspan", safe(f" {more}"), class_="faint") if more else "")
    lines = [element("line", x2="100%", y1=share(y), y2=share(y), class_="grid") for y in (_high(0, 0, 1), _high(1, 0, 1))]
    words = [text(high, "100%", 11, "faint", "end"), text(low, "100%", HEAD - 6 + PANEL, "faint", "end")]
    plot = element("svg", *lines, *content, y=HEAD - 6, height=PANEL, class_="panel")
    return element("g", element("text", label, y=11), plot, *words, transform=f"translate(0 {(PANEL + HEAD) * place})")


def _high(value: float, low: float, high: float) -> float:
    """The place of a value in a plot, as a share of its height from the top; halfway where all values are one."""
    return 0.94 - 0.88 * (value - low) / (high - low) if high > low else 0.5
