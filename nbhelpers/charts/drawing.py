"""What every chart shares: SVG that is drawn once, here, and needs nothing of whoever shows it.

Places along a row are shares of its width, so that a drawing is as wide as its page; heights are pixels.
"""

import html
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pandas as pd

from nbhelpers.charts import looks
from nbhelpers.charts.looks import Look
from nbhelpers.errors import BadInput

CELL = 0.86  # of a day's width: the rest is the gutter between cells
ROW, NAME, STRIP = 31, 16, 12  # pixels: from one row to the next, of which its name, and its strip below
MOST_CELLS = 120  # days that are drawn one by one; in a longer season, neighbours of one state are drawn as one


@dataclass(frozen=True)
class Chart:
    """A drawing with its title, the line that says what it shows, and the same as a table.

    `facts` are the counts that a report's first page is made of.
    """

    kind: str
    title: str
    says: str
    drawing: str
    height: int
    table: pd.DataFrame
    facts: dict = field(default_factory=dict)

    @property
    def svg(self) -> str:
        """The drawing as an SVG element, without its colours."""
        name = html.escape(f"{self.title}. {self.says}".rstrip(". "))
        return f'<svg class="chart" role="img" aria-label="{name}" width="100%" height="{self.height}">{self.drawing}</svg>'


def element(name: str, *content: str, **attributes: object) -> str:
    """An SVG element; attributes that are None are left out, text in `content` must be `safe`.

    >>> element("rect", x="5%", class_="gap", y=None)
    '<rect x="5%" class="gap"/>'
    """
    values_given = "".join(f' {key.strip("_").replace("_", "-")}="{value}"' for key, value in attributes.items() if value is not None)
    inner = "".join(content)
    return f"<{name}{values_given}>{inner}</{name}>" if inner else f"<{name}{values_given}/>"


def safe(text: object) -> str:
    """Text that is shown and not obeyed."""
    return html.escape(str(text), quote=False)


def share(part: float) -> str:
    """A place as a percentage of the width or height.

    >>> share(0.5), share(1 / 3)
    ('50%', '33.33%')
    """
    return f"{100 * part:.2f}".rstrip("0").rstrip(".") + "%"


def tip(*lines: str) -> str:
    """What is shown to whoever points at something."""
    return element("title", safe("\n".join(filter(None, lines))))


def text(words: str, x: str, y: float, look: str = "", anchor: str | None = None) -> str:
    """A line of text."""
    return element("text", safe(words), x=x, y=y, class_=look or None, text_anchor=anchor)


def dot(x: float, y: float, look: str, *lines: str, radius: float = 4) -> str:
    """A dot at shares of the width and height, with what is shown on pointing at it."""
    return element("circle", tip(*lines) if lines else "", cx=share(x), cy=share(y), r=radius, class_=look)


def marks(look: Look, x: float, width: float) -> str:
    """The mark that a look has beside its colour, on a cell."""
    left, right, middle = share(x + 0.2 * width), share(x + 0.8 * width), share(x + width / 2)
    if look.mark == "cross":
        lines = element("line", x1=left, x2=right, y1="20%", y2="80%") + element("line", x1=left, x2=right, y1="80%", y2="20%")
        return element("g", lines, class_="mark")
    if look.mark == "slash":
        return element("line", x1=left, x2=right, y1="85%", y2="15%", class_="dark-mark")
    return element("circle", cx=middle, cy="50%", r=2, class_="dark-mark") if look.mark == "dot" else ""


class Days:
    """The dates of a chart, from the first to the last, left to right."""

    def __init__(self, dates: Iterable[date]):
        days = pd.to_datetime(pd.Series(list(dates)))
        self.first, self.last = days.min().date(), days.max().date()
        self.number = (self.last - self.first).days + 1
        self.width = CELL / self.number

    def left(self, day: date) -> float:
        """Where a day's cell begins."""
        return ((_date(day) - self.first).days + (1 - CELL) / 2) / self.number

    def middle(self, day: date) -> float:
        """Where a day's cell has its middle."""
        return self.left(day) + self.width / 2

    def axis(self, top: float) -> str:
        """The first and the last date, and where there is room the first and the middle of each month."""
        drawn = [self._tick(self.first, "0%", "start"), self._tick(self.last, "100%", "end")] if self.number > 1 else [
            self._tick(self.first, "50%", "middle")
        ]  # fmt: skip
        for n in range(self.number):
            day = self.first + timedelta(n)
            is_apart = 0.13 < n / self.number < 0.87
            if is_apart and (day.day == 1 or (day.day == 15 and self.number < MOST_CELLS)):
                drawn.append(self._tick(day, share(self.middle(day)), "middle", "faint some"))
        return element("svg", *drawn, class_="panel", y=top, height=16)

    @staticmethod
    def _tick(day: date, x: str, anchor: str, look: str = "faint") -> str:
        return text(f"{day:%b} {day.day}" if "some" in look else f"{day}", x, 12, look, anchor)


def cells(days: Days, dates, keys, known: dict[str, Look], hover: Iterable[str]) -> str:
    """A row's cells: a date, a state and a text each, all of one length; of a long season, a run of one state is one cell."""
    found = sorted(zip(map(_date, dates), keys, hover, strict=True), key=lambda cell: cell[0])
    groups: list[list] = []
    for day, key, words in found:
        last = groups[-1] if groups else None
        if last and days.number > MOST_CELLS and last[2] == key and day - last[1] == timedelta(1):
            last[1] = day
            last[3].append(words)
        else:
            groups.append([day, day, key, [words]])
    drawn = []
    for first, last, key, words in groups:
        x = days.left(first)
        width = days.left(last) - x + days.width
        note = words[0] if first == last else f"{first} to {last}\n{words[0]}\n…\n{words[-1]}"
        drawn.append(element("rect", tip(note), x=share(x), width=share(width), class_=looks.class_of(key)))
        drawn.append(marks(known[key], x, width))
    return "".join(drawn)


def _date(day) -> date:
    return day if type(day) is date else pd.Timestamp(day).date()


def row(place: float, name: str, content: str, more: str = "") -> str:
    """A row at a number of rows from the top: its name, what it is in full, and below them its strip."""
    label = element("tspan", safe(name), class_="strong") + (element("tspan", safe(f" {more}"), class_="faint") if more else "")
    strip = element("svg", content, class_="strip", y=NAME, height=STRIP)
    return element("g", element("text", label, y=11), strip, transform=f"translate(0 {ROW * place:g})")


def legend(top: float, entries: Iterable[tuple[str, str]], known: dict[str, Look] | None = None) -> tuple[str, float]:
    """Swatches with their words, two to a line; returns the drawing and its height."""
    drawn = []
    entries = list(entries)
    for n, (key, words) in enumerate(entries):
        x, y = ("0%", "50%")[n % 2], top + 18 * (n // 2)
        swatch = [element("rect", width=14, height=12, class_=looks.class_of(key))]
        look = (known or {}).get(key)
        if look and look.mark:
            inner = marks(look, 0, 1)
            swatch.append(element("svg", inner, width=14, height=12))
        label = element("text", safe(words), x=20, y=10, class_="faint")
        drawn.append(element("svg", *swatch, label, x=x, y=y + 1, height=16))
    return "".join(drawn), 18 * ((len(entries) + 1) // 2)


def finish(kind: str, title: str, says: str, parts: list[str], height: float, table: pd.DataFrame, **facts: object) -> Chart:
    """The chart of some drawn parts."""
    return Chart(kind, title, says, "".join(parts), round(height), table, facts)


def marked(chart: Chart, more: Iterable[str]) -> Chart:
    """The chart with its title ended by what every chart of a season is to say: SIMULATED, 1 accepted gap."""
    return replace(chart, title=" · ".join([chart.title, *more]))


def nothing(kind: str, title: str) -> Chart:
    """What a chart of no rows looks like: its title, and that there is nothing to show."""
    return Chart(kind, title, "nothing to show", text("nothing to show", "0", 14, "faint"), 20, pd.DataFrame())


def known(name: str, values, of: dict[str, Look]) -> None:
    """Stops at a value that has no look: it would be drawn blank, and blank means absent."""
    for value in values:
        if value not in of:
            raise BadInput(f"{name} must be one of {', '.join(of)}, not {value!r}.",
                           "a cell without a look would be blank, and be read as absent")  # fmt: skip
