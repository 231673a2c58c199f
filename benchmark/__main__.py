"""Print the tables: `python -m benchmark [--repetitions N] [by-day] [long] [cloud]`."""

import argparse
import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmark import cloud, second_time
from benchmark.long_season import LongSeason
from benchmark.measuring import Scenario, Taken, medians
from benchmark.neighbours import DBT, SQLMESH, Dbt, Neighbour, QueriesAlone, SqlMesh
from benchmark.ours import Ours
from benchmark.season import lay_out

HERE = "this project"


def main() -> None:
    """Measure everything that is installed, and print the table, its ratios and the machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=3, help="of which the median is told (default: 3)")
    more = (
        "by-day: SQLMesh day by day as well; long: a season of 166 dates, once; "
        "cloud: what it costs in BigQuery, and nothing else"
    )
    parser.add_argument("more", nargs="*", metavar="by-day, long, cloud", help=more)
    chosen = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    if chosen.more != ["cloud"]:
        _measure(chosen.repetitions, chosen.more)
    cloud.main()


def _measure(repetitions: int, more: list[str]) -> None:
    """Print what is measured on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        print(_markdown(medians(_columns(Path(folder), "by-day" in more), repetitions)))
        print(f"\n{second_time.sentence(Path(folder) / 'filled')}")
        if "long" in more:
            print(_markdown(medians({HERE: LongSeason(Path(folder) / "long").scenarios()}, 1)))


def _columns(folder: Path, by_day: bool) -> dict[str, list[Scenario]]:
    """Who is measured, and the scenarios of each; who is not installed is named and left out."""
    ours = Ours(folder)
    session = lay_out(ours.fill())
    neighbours: list[tuple[str, Path | None, Neighbour]] = [
        ("SQLMesh", SQLMESH, SqlMesh(session, folder / "sqlmesh")),
        ("dbt, tables", DBT, Dbt(session, folder / "dbt")),
        ("the eight queries alone", None, QueriesAlone(session, folder / "queries")),
    ]
    if by_day:
        neighbours.append(("SQLMesh by day", SQLMESH, SqlMesh(session, folder / "sqlmesh_by_day", by_day=True)))
    columns = {HERE: ours.scenarios()}
    for name, environment, neighbour in neighbours:
        if environment and not environment.exists():
            print(f"{name} is not measured: make bench installs it into {environment.name}.")
        else:
            columns[name] = neighbour.scenarios()
    return columns | {"papermill alone, cold kernels": ours.papermill()}


def _markdown(table: dict[str, dict[str, Taken]]) -> str:
    """Seconds, processor seconds and MB of every scenario, and how many times those of the others this project takes."""
    names = list(dict.fromkeys(name for column in table.values() for name in column))
    lines = [f"| | {' | '.join(table)} |", "| --- |" + " --- |" * len(table)]
    lines += [f"| {name} | {' | '.join(_cell(column.get(name)) for column in table.values())} |" for name in names]
    ours = table[HERE]
    if len(table) == 1:
        return "\n".join(lines)
    lines += ["", "This project's seconds over those of others (a date restated beside what is corrected here):", "", *lines[:2]]
    for name in ours:
        others = [column.get(name) or ("one " in name and column.get("one date restated")) or None for column in table.values()]
        lines.append(f"| {name} | {' | '.join(f'{ours[name].seconds / o.seconds:.2f}' if o else '' for o in others)} |")
    lines.append(f"\nNothing to do over from nothing: {ours['nothing to do'].seconds / ours['from nothing'].seconds:.1%}.")
    return "\n".join(lines)


def _cell(taken: Taken | None) -> str:
    return f"{taken.seconds:.1f} s ({taken.cpu_seconds:.1f} CPU s, {taken.peak_mb:.0f} MB)" if taken else ""


if __name__ == "__main__":
    main()
