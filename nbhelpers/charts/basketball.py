"""Charts of what the numbers say of the game, drawn so that a wrong value would be seen."""

from datetime import date

import pandas as pd

from nbhelpers.charts import drawing
from nbhelpers.charts.drawing import ROW, Chart, Days, dot, element, safe, share, text, tip
from nbhelpers.charts.looks import STATES
from nbhelpers.charts.phrases import count, day, percent, span

PANEL = 150  # pixels: the height of a plot
ZONE_LOOKS = {"paint": "first", "mid_range": "second", "three_pt": "third", "unknown": "contaminated"}
SYSTEM_LOOKS = ("first", "second", "third", "fourth")


def spread(values: pd.DataFrame, title: str) -> Chart:
    """How a value is spread on each date: a thin bar from lowest to highest, a broad one over the middle half, its middle.

    `values`: date, rows, lowest, lower, middle, upper, highest, suspect. A date with suspect rows (absent, zero, or one
    value for nearly all) is loud: that is what contamination looks like.
    """
    if values.empty:
        return drawing.nothing("spread", title)
    days, some = Days(values["date"]), values.dropna(subset=["middle"])
    low, high = (0.0, 1.0) if some.empty else (float(some["lowest"].min()), float(some["highest"].max()))
    reach = (high - low) or 1.0
    bars = (_spread_of(days, c, lambda value: 0.94 - 0.88 * (value - low) / reach) for c in values.itertuples())
    parts = [_scale(low, high), *bars]
    suspect = values[values["suspect"] > 0]
    words = [("present", "the middle half of the rows"), ("unaudited", "from lowest to highest")]
    words += [("contaminated", "absent, zero or all alike")] * bool(len(suspect))
    legend, depth = drawing.legend(PANEL + 22, words, STATES)
    says = f"{span(values['date'])} · from {low:g} to {high:g}, " + (
        f"{len(suspect)} dates with suspect rows" if len(suspect) else "no date with suspect rows"
    )
    drawn = [element("svg", *parts, y=2, height=PANEL, class_="panel"), days.axis(PANEL + 2), legend]
    facts = {"suspect": int(values["suspect"].sum())}
    return drawing.finish("spread", title, says, drawn, PANEL + 24 + depth, values, **facts)


def _spread_of(days: Days, c, y) -> str:
    """A date of a spread."""
    return spread_bar(days.left(c.date), days.width, day(c.date), c, y)


def spread_bar(x: float, width: float, called: str, c, y) -> str:
    """One bar of a spread, at shares of the width; `y` gives the share of the height of a value."""
    hover = tip(f"{called}: {count(c.rows)} rows", "" if pd.isna(c.middle) else f"{c.lowest:g} to {c.highest:g}, middle {c.middle:g}",
               f"{count(c.suspect)} suspect" if c.suspect else "")  # fmt: skip
    if pd.isna(c.middle):  # nothing but absent values
        return element("rect", hover, x=share(x), width=share(width), height="100%", class_="contaminated")
    thin, loud = ("contaminated", "contaminated") if c.suspect else ("unaudited", "present")
    bars = [(x + 0.35 * width, 0.3 * width, c.lowest, c.highest, thin), (x, width, c.lower, c.upper, loud)]
    drawn = [
        element("rect", hover, x=share(left), width=share(wide), y=share(y(top)), height=share(max(y(foot) - y(top), 0.008)), class_=look)
        for left, wide, foot, top, look in bars
    ]
    middle = element("line", x1=share(x), x2=share(x + width), y1=share(y(c.middle)), y2=share(y(c.middle)), class_="dark-mark")
    return "".join([*drawn, middle])


def _scale(low: float, high: float) -> str:
    """The lines of a plot at its lowest, middle and highest value, with their numbers."""
    places = [(0.06, high), (0.5, (low + high) / 2), (0.94, low)]
    lines = (element("line", x2="100%", y1=share(y), y2=share(y), class_="grid") for y, _ in places)
    words = (text(f"{value:.4g}", "100%", PANEL * y - 2, "faint", "end") for y, value in places)
    return "".join([*lines, *words])


def defences(teams: pd.DataFrame) -> Chart:
    """Thirty defences by zone against the league: left of the middle concedes less than it, right of it more.

    `teams`: team, zone, pct (share of attempts made against it), apart (points of a percentage from the league's), date.
    """
    title = "Thirty defences by zone, against the league"
    if teams.empty:
        return drawing.nothing("defences", title)
    reach = max(float(teams["apart"].abs().max()), 1.0)
    parts = []
    for place, zone in enumerate(dict.fromkeys(teams["zone"])):
        own = teams[teams["zone"] == zone].sort_values("apart")
        dots = [element("line", x1="50%", x2="50%", y2="100%", class_="rule")]
        dots += [_team(c, reach) for c in own.itertuples()]
        best, worst = own.iloc[0], own.iloc[-1]
        words = f"{best.team} {best.apart:+.1f} concedes least, {worst.team} {worst.apart:+.1f} most"
        label = element("tspan", safe(zone), class_="strong") + element("tspan", safe(f" {words}"), class_="faint")
        strip = element("svg", *dots, y=18, height=30, class_="panel")
        parts.append(element("g", element("text", label, y=11), strip, transform=f"translate(0 {58 * place})"))
    top = 58 * teams["zone"].nunique()
    parts += [text(f"−{reach:.1f}", "0%", top + 8, "faint"), text("the league", "50%", top + 8, "faint", "middle"),
              text(f"+{reach:.1f} points", "100%", top + 8, "faint", "end")]  # fmt: skip
    table = teams.pivot(index="team", columns="zone", values="apart").reset_index().rename_axis(columns=None)
    says = f"{teams['team'].nunique()} teams on {_newest(teams['date'])}, share of shots made against each in its last 15 games"
    return drawing.finish("defences", title, says, parts, top + 14, table)


def _team(c, reach: float) -> str:
    hover = f"{c.team} {c.zone}: {percent(c.pct)} made against it, {c.apart:+.2f} points from the league"
    return dot(0.5 + 0.47 * c.apart / reach, 0.5, "quiet", hover, radius=5)


def shot_diets(players: pd.DataFrame) -> Chart:
    """Who takes which shots: of the players with most attempts, the share of each zone.

    `players`: player, team, shots, paint, mid_range, three_pt (rates from 0 to 100), date.
    """
    title = "Who takes which shots"
    if players.empty:
        return drawing.nothing("shot diets", title)
    parts = []
    for place, c in enumerate(players.itertuples()):
        left, bars = 0.0, []
        for zone in ("paint", "mid_range", "three_pt"):
            rate = getattr(c, zone)
            if pd.notna(rate) and rate > 0:
                hover = tip(f"{c.player} {zone}: {rate:g} % of {count(c.shots)} shots")
                bars.append(element("rect", hover, x=share(left / 100), width=share(rate / 100), class_=ZONE_LOOKS[zone]))
                left += rate
        parts.append(drawing.row(place, c.player, "".join(bars), f"{c.team}, {count(c.shots)} shots in his last 10 games"))
    legend, depth = drawing.legend(ROW * len(players) + 2, [(ZONE_LOOKS[zone], zone) for zone in ("paint", "mid_range", "three_pt")])
    says = f"the {len(players)} with most attempts on {_newest(players['date'])}"
    return drawing.finish("shot diets", title, says, [*parts, legend], ROW * len(players) + 4 + depth, players.drop(columns="date"))


def shot_zones(shots: pd.DataFrame) -> Chart:
    """The zones of each date's shots. `shots`: date, zone ('unknown' where the source does not tell), shots."""
    title = "Where each date's shots were taken"
    if shots.empty:
        return drawing.nothing("shot zones", title)
    days, parts = Days(shots["date"]), []
    for when, of_day in shots.groupby("date"):
        every, left = of_day["shots"].sum(), 0.0
        by_zone = dict(zip(of_day["zone"], of_day["shots"], strict=True))
        for zone, look in ZONE_LOOKS.items():
            part = by_zone.get(zone, 0) / every
            if part:
                hover = tip(f"{day(when)} {zone}: {percent(part)}, {count(by_zone[zone])} of {count(every)} shots")
                place = {"x": share(days.left(when)), "width": share(days.width), "y": share(left), "height": share(part)}
                parts.append(element("rect", hover, **place, class_=look))
                left += part
    seen = [zone for zone in ZONE_LOOKS if zone in set(shots["zone"])]
    legend, depth = drawing.legend(PANEL + 22, [(ZONE_LOOKS[zone], zone) for zone in seen], STATES)
    table = shots.pivot_table(index="date", columns="zone", values="shots", aggfunc="sum").reset_index().rename_axis(columns=None)
    says = f"{span(shots['date'])} · {count(shots['shots'].sum())} shots"
    drawn = [element("svg", *parts, y=2, height=PANEL, class_="panel"), days.axis(PANEL + 4), legend]
    return drawing.finish("shot zones", title, says, drawn, PANEL + 24 + depth, table)


def defaults(counts: pd.DataFrame) -> Chart:
    """Which features had to take their default, and when: a row a feature, a bar a date, as high as the share of rows.

    `counts`: feature, date, defaults, rows. A feature without a source is at its default everywhere; one that suddenly is has lost it.
    """
    title = "Features at their default, by date"
    if counts.empty:
        return drawing.nothing("defaults", title)
    days, parts = Days(counts["date"]), []
    names = [name for name, of in counts.groupby("feature", sort=False) if of["defaults"].sum()]
    for place, name in enumerate(names):
        bars = [_default(days, c) for c in counts[counts["feature"] == name].itertuples() if c.defaults]
        parts.append(drawing.row(place, name, "".join(bars)))
    totals = counts.groupby("feature", sort=False)[["defaults", "rows"]].sum()
    without = len(totals) - len(names)
    says = f"{span(counts['date'])} · {len(names)} features with defaults, {without} observed in every row"
    table = totals.assign(share=[percent(d / r) for d, r in totals.itertuples(index=False)]).reset_index()
    return drawing.finish("defaults", title, says, [*parts, days.axis(ROW * len(names))], ROW * len(names) + 18, table)


def _default(days: Days, c) -> str:
    part = c.defaults / c.rows
    hover = tip(f"{c.feature} {day(c.date)}: {count(c.defaults)} of {count(c.rows)} rows at its default")
    height = f"height:{share(part)}"
    return element("rect", hover, x=share(days.left(c.date)), width=share(days.width), y=share(1 - part), style=height, class_="warn")


def forecasts(steps: pd.DataFrame) -> Chart:
    """Forecasts against what happened: on the line they hit. `steps`: system, forecasts, predicted, scored (mean points)."""
    title = "Forecasts against what happened"
    if steps.empty:
        return drawing.nothing("forecasts", title)
    most = float(max(steps["predicted"].max(), steps["scored"].max(), 1))
    systems = list(dict.fromkeys(steps["system"]))
    line = element("line", x1="0%", y1="100%", x2="100%", y2="0%", class_="rule")
    parts = [line]
    for n, system in enumerate(systems):
        for c in steps[steps["system"] == system].itertuples():
            hover = (f"{system}: {count(c.forecasts)} forecasts", f"predicted {c.predicted:.1f}, scored {c.scored:.1f} points")
            parts.append(dot(c.predicted / most, 1 - c.scored / most, SYSTEM_LOOKS[n % 4], *hover, radius=4 if c.forecasts >= 10 else 2))
    height = 2 * PANEL
    words = [text(f"predicted: 0 to {most:.0f} points, scored upwards; on the line they are equal", "0%", height + 16, "faint")]
    legend, depth = drawing.legend(height + 24, [(SYSTEM_LOOKS[n % 4], system) for n, system in enumerate(systems)])
    panel = element("svg", *parts, y=2, height=height, class_="panel")
    says = f"{len(systems)} systems, {count(steps['forecasts'].sum())} forecasts in steps of five points"
    return drawing.finish("forecasts", title, says, [panel, *words, legend], height + 26 + depth, steps.round(2))


def _newest(dates: pd.Series) -> date:
    return pd.Timestamp(dates.max()).date()
