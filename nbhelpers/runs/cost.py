"""What a run on BigQuery will cost, before it runs: bytes by dry run, jobs and partition writes against the day's limits."""

from argparse import Namespace
from dataclasses import dataclass
from datetime import UTC, datetime

from nbhelpers import lineage, session
from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.errors import OverBudget
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.settings import Settings
from nbhelpers.sql import files, queries, tables

TIB = 2**40
LEAST_BILLED = 10 * 2**20  # bytes: BigQuery bills at least so much for each table that a query reads
PARTITION_WRITES_A_DAY = 30_000  # BigQuery's own limit, of all tables of a project
TABLE_WRITES_A_DAY = 1_500  # and of one table
STEPS = [11, 19, 20, 21, 22, 29, 30, 31, 32, 33, 34, 39]
WRITES = 2  # of a gate to a table: a DELETE and an INSERT, each of which writes to every partition that it changes
FINGERPRINTED = 2  # times that a step or gate reads an output's rows, or what is read of them, for their fingerprints


@dataclass(frozen=True)
class Estimate:
    """What steps and gates over a window would ask of BigQuery at the most, by what is in the tables now."""

    bytes_billed: int
    jobs: int
    partition_writes: int
    most_table_writes: int

    def __str__(self) -> str:
        return (
            f"BigQuery, by what is there now: {self.bytes_billed / 2**30:,.2f} GiB billed in {self.jobs} queries; at most "
            f"{self.partition_writes:,} of {PARTITION_WRITES_A_DAY:,} partition writes and {self.most_table_writes} of "
            f"{TABLE_WRITES_A_DAY:,} writes to one table a day"
        )


def estimate(here: Session, steps: list[int]) -> Estimate:
    """What these steps and gates would ask of BigQuery, each of their queries run dry, which costs nothing.

    A query over a table that is still empty is billed the least that BigQuery bills; the estimate grows with the tables.
    """
    parameters = here.parameters(built_at=datetime.now(UTC), min_feature_rows=MIN_FEATURE_ROWS)
    billed, jobs, partitions, writes = 0, 0, 0, 0
    for step in steps:
        layer = step // 10
        for path in files.step_files(step):
            query = files.text(path)
            text, wanted = here.warehouse.queries.text(query, layer)
            told = {name: parameters[name] for name in wanted}
            billed += max(here.warehouse.jobs.estimate(text, told), len(queries.table_names(path)) * LEAST_BILLED)
            jobs += 1
        is_gate = tables.gate_of(layer) == step
        if is_gate:
            outputs = [output for output in tables.outputs() if output.layer <= layer]
            read = dict.fromkeys([*outputs, *(part for output in outputs for part in lineage.computed_from(here, output))])
        else:  # whole, and then what its queries read of it, which is no more
            read = [source for output in tables.step_outputs(step) for source in tables.inputs(output)]
        for output in read:
            text = here.warehouse.queries.fingerprints(output, None)
            billed += FINGERPRINTED * max(here.warehouse.jobs.estimate(text, {}), LEAST_BILLED)
            jobs += FINGERPRINTED
        if is_gate:
            written = [output.table.name for output in tables.layer_outputs(layer)]
            partitions += WRITES * len(written) * len(here.window.dates())
            writes = max(writes, WRITES * max(written.count(name) for name in written))
    return Estimate(billed, jobs, partitions, writes)


def money(found: Estimate, price: float) -> str:
    """An estimate in dollars, at a price of a TiB.

    >>> money(Estimate(TIB, 1, 0, 0), 6.25)
    'about $6.25 at $6.25 a TiB'
    """
    return f"about ${found.bytes_billed / TIB * price:,.2f} at ${price:,.2f} a TiB"


def require_budget(settings: Settings, window: Window, steps: list[int], given: Namespace) -> None:
    """Raise OverBudget, before anything is written, where a run is estimated to bill or cost more than it may."""
    if settings.max_bytes is None and given.max_cost is None:
        return
    found = estimate(session.opened(window, settings, "plan"), steps)
    cost = found.bytes_billed / TIB * given.price
    over_bytes = settings.max_bytes is not None and found.bytes_billed > settings.max_bytes
    if over_bytes or (given.max_cost is not None and cost > given.max_cost):
        limit = f"--max-bytes {settings.max_bytes:,}" if over_bytes else f"--max-cost {given.max_cost}"
        raise OverBudget(
            f"the run would bill {found.bytes_billed:,} bytes, {money(found, given.price)}: more than {limit}. Nothing was written.",
            "a budget that is looked at afterwards is none",
            "raise the limit, or choose a shorter window or fewer steps.",
        )
