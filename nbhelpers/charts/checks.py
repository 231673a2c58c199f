"""What the checks of a gate said of each date, and what they said of each fault that was planted."""

import pandas as pd

from nbhelpers.charts import drawing
from nbhelpers.charts.drawing import ROW, Chart, Days, element, share, tip
from nbhelpers.charts.looks import VERDICTS
from nbhelpers.charts.phrases import count, day, of, some_of, span, total

APART = 0.9  # rows between our checks and the plan's own
SEEN = {"pass": "pass", "not due": "pass", "warn": "warn", "fail": "fail", "plan": "fail"}  # what a drill says, as a verdict


def checks(matrix: pd.DataFrame) -> Chart:
    """A row a check, a cell a date, the plan's own queries apart at the bottom.

    `matrix`: check, severity ('fail', 'warn', 'plan'), date, verdict (of VERDICTS), examined, expected, offending. What is
    true of the whole range has no date: it stands in the name of its row and in the table.
    """
    title = "Checks by date"
    if matrix.empty:
        return drawing.nothing("checks", title)
    drawing.known("verdict", matrix["verdict"], VERDICTS)
    severities = dict(zip(matrix["check"], matrix["severity"], strict=True))
    plans = [name for name in severities if severities[name] == "plan" or name.startswith("plan_")]
    ours = [name for name in severities if name not in plans]
    apart = len(ours) + APART * bool(ours)
    places = {name: place for place, name in enumerate(ours)} | {name: apart + n for n, name in enumerate(plans)}
    by_check: dict[str, list] = {name: [] for name in places}
    for cell in matrix.itertuples(index=False):
        by_check[cell.check].append(cell)
    dates = matrix["date"].dropna()
    if dates.empty:
        return drawing.nothing("checks", title)
    days, parts = Days(dates), []
    for name, place in places.items():
        dated = [cell for cell in by_check[name] if pd.notna(cell.date)]
        bad = [f"{VERDICTS[cell.verdict].words} over the range" for cell in by_check[name] if pd.isna(cell.date) and cell.verdict != "pass"]
        more = " · ".join(["warns only"] * (severities[name] == "warn") + bad[-1:])
        drawn = drawing.cells(days, [cell.date for cell in dated], [cell.verdict for cell in dated], VERDICTS, map(_hover, dated))
        parts.append(drawing.row(place, name, drawn, more))
    if ours and plans:
        parts.append(drawing.text("the plan's own queries, for comparison", "0", ROW * apart - 5, "faint"))
    top = ROW * (max(places.values()) + 1)
    occurring = [verdict for verdict in VERDICTS if verdict in set(matrix["verdict"])]
    legend, depth = drawing.legend(top + 20, [(verdict, VERDICTS[verdict].words) for verdict in occurring], VERDICTS)
    table = _table(by_check, severities, occurring)
    failing = [name for name in ours if any(cell.verdict == "fail" for cell in by_check[name])]
    says = f"{span(dates)} · {len(ours)} checks, {len(failing)} failing" + (f", {len(plans)} of the plan's own" if plans else "")
    return drawing.finish("checks", title, says, [*parts, days.axis(top), legend], top + 20 + depth, table, failing=failing)


def _hover(cell) -> str:
    examined = f"{VERDICTS[cell.verdict].words}: examined {of(cell.examined, cell.expected)}"
    return f"{cell.check} {day(cell.date)}\n{examined}\n{count(cell.offending)} offending"


def _table(by_check: dict[str, list], severities: dict[str, str], occurring: list[str]) -> pd.DataFrame:
    table: dict[str, list] = {"check": list(by_check), "severity": [severities[name] for name in by_check]}
    for verdict in occurring:
        table[VERDICTS[verdict].words] = [sum(cell.verdict == verdict for cell in cells) for cells in by_check.values()]
    for column in ("examined", "expected", "offending"):
        table[column] = [total(getattr(cell, column) for cell in cells) for cells in by_check.values()]
    failing = [[cell.date for cell in cells if cell.verdict == "fail" and pd.notna(cell.date)] for cells in by_check.values()]
    return pd.DataFrame(table | {"fail dates": list(map(some_of, failing))})


def kill_matrix(matrix: pd.DataFrame, gate: str | int | None = None) -> Chart:
    """Which check saw which planted fault, a row a fault, the plan's own checks last; of one gate's faults, or of all.

    `matrix`: fault, title, gate, interlock, then a column a check with its verdict, '' where it was not asked.
    """
    title = "What each check saw of each planted fault" + (f", gate {gate}" if gate else "")
    if gate and len(matrix):
        matrix = matrix[matrix["gate"].astype(str) == str(gate)]
    if matrix.empty:
        return drawing.nothing("kill matrix", title)
    names = [name for name in matrix.columns if name not in ("fault", "title", "planted", "gate", "interlock")]
    names = sorted((name for name in names if matrix[name].isin(SEEN).any()), key=lambda name: name.startswith("plan_"))
    width, parts = 1 / max(len(names), 1), []
    for place, fault in enumerate(matrix.to_dict("records")):
        drawn = []
        for n, name in enumerate(names):
            if fault[name] in SEEN:
                place_and_size = {"x": share(n * width), "width": share(width * drawing.CELL)}
                drawn.append(element("rect", tip(f"{fault['fault']} {name}: {fault[name]}"), **place_and_size, class_=SEEN[fault[name]]))
        parts.append(drawing.row(place, fault["fault"], "".join(drawn), fault["title"]))
    top = ROW * len(matrix)
    legend, depth = drawing.legend(top + 6, [(key, VERDICTS[key].words) for key in ("pass", "warn", "fail")])
    saw = matrix[names].isin(["fail"])
    plan_saw = matrix[[name for name in names if name.startswith("plan_")]].isin(["plan", "fail"])
    stopped_by = [", ".join(saw.columns[row]) or found for row, found in zip(saw.to_numpy(dtype=bool), matrix["interlock"], strict=True)]
    plans_own = [", ".join(plan_saw.columns[row]) for row in plan_saw.to_numpy(dtype=bool)]
    table = matrix[["fault", "title", "gate"]].assign(**{"stopped by": stopped_by, "the plan's own": plans_own})
    stopped = sum(map(bool, stopped_by))
    seen_by_plan = sum(map(bool, plans_own))
    says = f"{stopped} of {len(matrix)} faults stopped · {seen_by_plan} seen by the plan's own checks"
    return drawing.finish("kill matrix", title, says, [*parts, legend], top + 6 + depth, table)
