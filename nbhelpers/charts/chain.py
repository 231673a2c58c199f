"""The chain: each table with its state, and which tables it is computed from."""

import pandas as pd

from nbhelpers.charts import drawing
from nbhelpers.charts.drawing import Chart, element, safe, share, tip
from nbhelpers.charts.looks import STATES, class_of

BOX, GAP = 46, 26  # pixels: a table's box, and the room for the lines to the next
WORST_FIRST = ("contaminated", "gap", "unaudited", "stale", "tainted", "optional", "one source", "present", "bootstrap", "no games")


def chain(tally: dict[str, dict[str, int]], upstream: dict[str, list[str]], full: dict[str, str] | None = None) -> Chart:
    """The tables from the sources down, each with its dates by state; a line leads to each table it is computed from.

    `tally`: how many dates of each state (of STATES) a table has; `upstream`: the tables that each is computed from, in
    the order of the chain; `full`: the tables' names in full. A table of which nothing is known is drawn empty.
    """
    title = "The chain, and the state of each table"
    if not upstream:
        return drawing.nothing("chain", title)
    full = full or {}
    level: dict[str, int] = {}
    for name, sources in upstream.items():
        level[name] = 1 + max((level[source] for source in sources if source in level), default=-1)
    places: dict[str, tuple[float, int, float]] = {}
    for depth in range(max(level.values()) + 1):
        of_level = [name for name in upstream if level[name] == depth]
        places |= {name: ((n + 0.5) / len(of_level), depth * (BOX + GAP), 1 / len(of_level)) for n, name in enumerate(of_level)}
    lines = [
        element("line", x1=share(places[source][0]), y1=places[source][1] + BOX, x2=share(x), y2=y, class_="rule")
        for name, (x, y, _) in places.items() for source in _nearest(name, upstream)
    ]  # fmt: skip
    boxes = [_box(name, full.get(name, ""), place, tally.get(name, {})) for name, place in places.items()]
    top = (max(level.values()) + 1) * (BOX + GAP) - GAP + 8
    states = [state for state in STATES if any(worst(tally.get(name, {})) == state for name in upstream)]
    legend, height = drawing.legend(top, [(state, STATES[state].words) for state in states], STATES)
    table = pd.DataFrame({
        "table": list(upstream),
        "in full": [full.get(name, "") for name in upstream],
        "computed from": [", ".join(upstream[name]) for name in upstream],
        "dates": [_dates(tally.get(name, {})) for name in upstream],
    })  # fmt: skip
    whole = sum(worst(tally.get(name, {})) in ("present", "bootstrap", "no games") for name in upstream)
    says = f"{whole} of {len(upstream)} tables whole; the colour is that of a table's worst date"
    return drawing.finish("chain", title, says, [*lines, *boxes, legend], top + height, table)


def _nearest(name: str, upstream: dict[str, list[str]]) -> list[str]:
    """The tables that one is computed from, but for those that reach it through another as well."""
    sources = [source for source in upstream[name] if source in upstream]
    return [source for source in sources if not any(source in _all_upstream(other, upstream) for other in sources)]


def _all_upstream(name: str, upstream: dict[str, list[str]]) -> set[str]:
    direct = set(upstream.get(name, ()))
    return direct.union(*(_all_upstream(source, upstream) for source in direct))


def worst(tally: dict[str, int]) -> str | None:
    """The state that matters most among a table's dates; None where nothing is known of it."""
    return next((state for state in WORST_FIRST if tally.get(state)), None)


def _dates(tally: dict[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in tally.items() if number) or "not looked at"


def _box(name: str, full: str, place: tuple[float, float, float], tally: dict[str, int]) -> str:
    """A table: a stripe in its worst state's colour, its name, and how much of it is whole."""
    x, y, width = place
    state = worst(tally)
    due = sum(number for key, number in tally.items() if key not in ("no games", "bootstrap", "optional", "one source"))
    short = f"{tally.get('present', 0)} of {due}" if due else state or "not looked at"
    stripe = element("rect", height=8, width="100%", class_=class_of(state) if state else "pale")
    inner = [
        element("rect", width="100%", height=BOX, class_="box"),
        stripe,
        element("svg", drawing.marks(STATES[state], 0.42, 0.16), height=8) if state else "",
        element("text", safe(name), x="50%", y=23, text_anchor="middle", class_="strong"),
        element("text", safe(short), x="50%", y=38, text_anchor="middle", class_="faint"),
        tip(f"{name} {full}".strip(), _dates(tally)),
    ]
    half = min(0.46 * width, 0.14)
    return element("svg", *inner, x=share(x - half), y=y, width=share(2 * half), height=BOX)
