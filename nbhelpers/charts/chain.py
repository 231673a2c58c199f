"""The chain: each table with its state, and which tables it is computed from."""

import itertools

import pandas as pd

from nbhelpers.charts import drawing
from nbhelpers.charts.drawing import Chart, element, safe, share, tip
from nbhelpers.charts.looks import STATES, class_of

Place = tuple[float, int, float]  # the middle as a share of the width, pixels from the top, a share of the width

BOX, GAP = 54, 26  # pixels: a table's box, and the room for the lines to the next
PASSAGE = 0.4  # of a box: the room for a line that passes a level
LONGEST = 12  # letters of a name that stand in one line of a box
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
    nearest = {name: _nearest(name, upstream) for name in upstream}
    places = _places(level, nearest)
    lines = [_way(source, name, level, places) for name in upstream for source in nearest[name]]
    boxes = [_box(name, full.get(name, ""), places[name, level[name]], tally.get(name, {})) for name in upstream]
    top = (max(level.values()) + 1) * (BOX + GAP) - GAP + 8
    states = [state for state in STATES if any(worst(tally.get(name, {})) == state for name in upstream)]
    legend, height = drawing.legend(top, [(state, STATES[state].words) for state in states], STATES)
    table = pd.DataFrame({
        "table": list(upstream),
        "in full": [full.get(name, "") for name in upstream],
        "computed from": [", ".join(upstream[name]) for name in upstream],
        "dates": [_dates(tally.get(name, {})) for name in upstream],
    })  # fmt: skip
    found = [worst(tally.get(name, {})) for name in upstream]
    whole, optional = sum(state in ("present", "bootstrap", "no games") for state in found), found.count("optional")
    more = f", {optional} optional and not run" if optional else ""
    says = f"{whole} of {len(upstream) - optional} tables whole{more}; the colour is that of a table's worst date"
    return drawing.finish("chain", title, says, [*lines, *boxes, legend], top + height, table)


def _places(level: dict[str, int], nearest: dict[str, list[str]]) -> dict[tuple[str, int], Place]:
    """Where each table is, by its name and level, and where a line passes a level on its way from a table to one further down.

    A line has a place of its own between the boxes, so that none runs behind a box.
    """
    places: dict[tuple[str, int], Place] = {}
    for depth in range(max(level.values()) + 1):
        own = [name for name in level if level[name] == depth]
        passing = {
            source for name, sources in nearest.items() if level[name] > depth for source in sources if level[source] < depth
        }  # fmt: skip
        beside = sorted(passing, key=lambda name: places[name, depth - 1][0])
        left = [name for name in beside if places[name, depth - 1][0] < 0.5]
        widths = [(name, 1.0 if name in own else PASSAGE) for name in [*left, *own, *beside[len(left) :]]]
        whole, begun = sum(width for _, width in widths), 0.0
        for name, width in widths:
            places[name, depth] = ((begun + width / 2) / whole, depth * (BOX + GAP), width / whole)
            begun += width
    return places


def _way(source: str, name: str, level: dict[str, int], places: dict[tuple[str, int], Place]) -> str:
    """The line from a table to one that is computed from it, straight down where it passes the levels between."""
    stops = [places[source, depth] for depth in range(level[source], level[name])] + [places[name, level[name]]]
    pairs = list(itertools.pairwise(stops))
    down = [element("line", x1=share(x), y1=y, x2=share(x), y2=y + BOX, class_="rule") for x, y, _ in stops[1:-1]]
    across = [element("line", x1=share(x1), y1=y1 + BOX, x2=share(x2), y2=y2, class_="rule") for (x1, y1, _), (x2, y2, _) in pairs]
    return "".join([*across, *down])


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
        *_name(name),
        element("text", safe(short), x="50%", y=BOX - 6, text_anchor="middle", class_="faint"),
        tip(f"{name} {full}".strip(), _dates(tally)),
    ]
    half = min(0.46 * width, 0.14)
    return element("svg", *inner, x=share(x - half), y=y, width=share(2 * half), height=BOX, class_="panel")


def _name(name: str) -> list[str]:
    """A table's name, in two lines where it is long."""
    first, _, last = name.rpartition("_") if len(name) > LONGEST else ("", "", name)
    lines = [f"{first}_", last] if first else [last]
    top = 20 if first else 27
    return [element("text", safe(line), x="50%", y=top + 13 * n, text_anchor="middle", class_="name") for n, line in enumerate(lines)]
