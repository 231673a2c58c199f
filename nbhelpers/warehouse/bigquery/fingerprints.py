"""What each date of an output holds in BigQuery: asked of many outputs by one job, and by a run but once until it publishes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple
from datetime import date
from functools import cache

import pyarrow as pa

from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse.bigquery.memory import Memory
from nbhelpers.warehouse.bigquery.queries import Queries
from nbhelpers.warehouse.partitions import Partition, Staged

Contents = dict[date, Partition]
Look = tuple[Output, str]  # an output, or some of its columns, and what it is looked up as: see `as_staged`
PUBLISHED, BUILT = "published", "built"
AS_PUBLISHED = ""


class Fingerprints:
    """The fingerprints of what is published and of what this run has staged."""

    def __init__(self, read: Callable[[str], pa.Table], queries: Queries, memory: Memory):
        self._read, self._queries, self._memory = read, queries, memory

    def look(self, wanted: Iterable[Look]) -> dict[Look, Contents]:
        """What each of several outputs holds; those that are not known yet are asked for together."""
        found = {one: self._known(one) for one in wanted}
        by_rows: dict[tuple[str, bool], list[Look]] = {}
        for one, contents in found.items():
            if contents is None and one[1] == AS_PUBLISHED and self._queries.is_absent(tables.schema()[one[0].table.name]):
                self._keep(one, {})  # which it holds still once it is made
            elif contents is None:
                by_rows.setdefault((one[0].name, one[1] != AS_PUBLISHED), []).append(one)
        groups = list(by_rows.values())
        if groups:
            texts = [self._queries.fingerprints([output for output, _ in group], group[0][1] != AS_PUBLISHED) for group in groups]
            rows = self._read("\nUNION ALL\n".join(f"SELECT {nth} AS nth, * FROM ({text})" for nth, text in enumerate(texts)))
            for nth, group in enumerate(groups):
                for place, contents in enumerate(contents_of(rows.filter(pa.compute.equal(rows["nth"], nth)), len(group))):
                    found[group[place]] = contents
                    self._keep(group[place], contents)
        return {one: contents or {} for one, contents in found.items()}

    def note_built(self, output: Output, staged: Staged, rows: pa.Table) -> None:
        """Note what was staged of an output, whole and in the parts that others read, by the rows of its fingerprints."""
        for part, contents in zip(whole_and_parts(output), contents_of(rows, len(whole_and_parts(output))), strict=True):
            self._keep((part, as_staged(staged)), contents)

    def taken(self, outputs: list[Output]) -> dict[Output, Contents]:
        """What is known of published outputs and their parts, of which from now on nothing is known."""
        found = {}
        for part in (part for output in outputs for part in whole_and_parts(output)):
            if (contents := self._known((part, AS_PUBLISHED))) is not None:
                found[part] = contents
            self._memory.forget(*_question((part, AS_PUBLISHED)))
        return found

    def put_back(self, output: Output, before: dict[Output, Contents], staged: Staged | None, dates: list[date]) -> None:
        """Know what an output holds now that its staged `dates` are in place of those of `before`; without `staged` nothing."""
        for part in whole_and_parts(output):
            built = self._known((part, as_staged(staged))) if staged else None
            if part in before and built is not None:
                rest = {day: content for day, content in before[part].items() if day not in dates}
                self._keep((part, AS_PUBLISHED), rest | {day: content for day, content in built.items() if day in dates})

    def _known(self, one: Look) -> Contents | None:
        kept = self._memory.recall(*_question(one))
        return None if kept is None else {date.fromisoformat(day): Partition(*content) for day, content in kept.items()}

    def _keep(self, one: Look, contents: Contents) -> None:
        self._memory.keep(*_question(one), answer={str(day): astuple(content) for day, content in contents.items()})


def contents_of(rows: pa.Table, parts: int) -> Sequence[Contents]:
    """What each date holds, of each of the outputs whose fingerprints the rows give: day, row_count, fingerprints (a list)."""
    listed = rows.select(["day", "row_count", "fingerprints"]).to_pylist()
    return [{row["day"]: Partition(int(row["row_count"]), row["fingerprints"][n]) for row in listed} for n in range(parts)]


@cache
def whole_and_parts(output: Output) -> tuple[Output, ...]:
    """An output, and it with those of its columns alone that one or another step reads."""
    parts = [part for reader in tables.outputs() for part in tables.parts_read(reader) if part.name == output.name]
    return tuple(dict.fromkeys([output, *parts]))


def as_staged(staged: Staged | None) -> str:
    """What tells one staging of an output from another, and from what is published."""
    return repr(staged) if staged else AS_PUBLISHED


def _question(one: Look) -> tuple:
    output, looked_up_as = one
    return PUBLISHED if looked_up_as == AS_PUBLISHED else BUILT, output.name, output.table.column_names, looked_up_as
