"""What a run on BigQuery will cost, before it runs: bytes by dry run, jobs, and BigQuery's own limits."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from nbhelpers import gates, session, survey
from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.errors import OverBudget
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.settings import Settings
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output

if TYPE_CHECKING:
    from nbhelpers.warehouse import bigquery

TIB = 2**40
LEAST_BILLED = 10 * 2**20  # bytes: BigQuery bills at least so much for each table that a statement reads
PARTITIONS_A_JOB = 4_000  # BigQuery's own limits; what DML changes counts against no daily one
PARTITIONS_A_TABLE = 10_000
LOADS_A_DAY = 1_500  # to one table
STEPS = [11, 19, 20, 21, 22, 29, 30, 31, 32, 33, 34, 39, 40, 49]
CHECKED = 2  # times that a gate asks its checks: how many offend, and who
SURVEYED = 2  # times that a step or gate looks at the coverage: before and after
STAGED = 3  # times that what is staged is read: made, looked at, and laid over what is published
READ_AGAIN = 1  # times that gate 1 reads its rows to hold them to their stored objects
PUBLISHED = 5  # times that a gate reads what it publishes: keeps it, asks twice whether it is the same, deletes and inserts


@dataclass(frozen=True)
class Estimate:
    """What steps and gates over a window would ask of BigQuery at the most, by what is in the tables now."""

    bytes_billed: int
    jobs: int
    partitions_a_job: int

    def __str__(self) -> str:
        return (
            f"BigQuery, by what is there now: at most {self.bytes_billed / 2**30:,.2f} GiB billed in {self.jobs} queries; a job changes at "
            f"most {self.partitions_a_job:,} of the {PARTITIONS_A_JOB:,} partitions of a table that it may, a table holds at most "
            f"{PARTITIONS_A_TABLE:,}, and none takes more than a few of the {LOADS_A_DAY:,} load jobs that it may a day"
        )


class Bill:
    """Adds up what statements may bill: what a dry run says, and no less than the least for each table that each reads.

    A table that is not there yet is one that will be read once it is.
    """

    def __init__(self, warehouse: "bigquery.BigQuery"):
        self._queries, self._once_made, self._jobs = warehouse.queries, warehouse.queries.once_made(), warehouse.jobs
        self.bytes, self.jobs = 0, 0
        self._dry: dict[str, int] = {}  # bytes of the texts that were run dry
        self._reads: dict[str, int] = {}  # of tables, by text

    def add_fingerprints(self, output: Output, times: int) -> None:
        """Count in what looks at an output's dates, which is sent so many times."""
        self._add(self._queries.fingerprints([output]), self._once_made.fingerprints([output]), {}, times)

    def add_script(self, script: list[str], layer: int, parameters: dict[str, object], times: int) -> None:
        """Count in queries that are sent as one script, so many times: each table that it reads, then its temporary tables."""
        from nbhelpers.warehouse import bigquery

        once_made = bigquery.one_script([self._once_made.parts(query, layer) for query in script], parameters)
        parts = [part for query in script for part in self._queries.parts(query, layer)]
        published = {text for name, text in parts if name.partition("__")[0] in DATASETS}
        read = sum(bigquery.script_reads(once_made)) * LEAST_BILLED + sum(self._run_dry(text, {}) for text in sorted(published))
        self.bytes += times * read
        self.jobs += times

    def _add(self, now: str, once_made: str, parameters: dict[str, object], times: int) -> None:
        from nbhelpers.warehouse import bigquery

        if once_made not in self._reads:
            self._reads[once_made] = bigquery.table_reads(once_made)
        least = self._reads[once_made] * LEAST_BILLED
        self.bytes += times * max(self._run_dry(now, parameters), least)
        self.jobs += times

    def _run_dry(self, text: str, parameters: dict[str, object]) -> int:
        """What a text would read, asked once, and not where it reads nothing: of one plan, parameters are the same each time."""
        if "FROM `" not in text:
            return 0
        if text not in self._dry:
            self._dry[text] = self._jobs.estimate(text, parameters)
        return self._dry[text]


DATASETS = {name.partition(".")[0] for name in tables.schema()}


def estimate(here: Session, steps: list[int]) -> Estimate:
    """What these steps and gates would ask of BigQuery at the most, what they read run dry, which costs nothing.

    A query over a table that is still empty, or not there, is billed the least that BigQuery bills; the estimate grows with the tables.
    """
    parameters = here.parameters(built_at=datetime.now(UTC), min_feature_rows=MIN_FEATURE_ROWS)
    warehouse = cast("bigquery.BigQuery", here.warehouse)
    with warehouse.held_open():
        return _estimate(here, steps, Bill(warehouse), parameters)


def _estimate(here: Session, steps: list[int], bill: Bill, parameters: dict[str, object]) -> Estimate:
    changed = 0
    for output in tables.outputs():  # what each holds is looked up once
        bill.add_fingerprints(output, 1)
    for step in steps:
        layer, is_gate = step // 10, tables.gate_of(step // 10) == step
        of_step = gates.counting_queries(step) if is_gate else [output.query for output in tables.step_outputs(step) if output.path]
        for queries in [of_step] if is_gate else [[query] for query in of_step]:
            bill.add_script(queries, layer, parameters, CHECKED if is_gate else 1)
        bill.add_script(survey.coverage_queries(), layer, parameters, SURVEYED)
        for output in tables.layer_outputs(layer) if is_gate else tables.step_outputs(step):
            bill.add_fingerprints(output, (PUBLISHED + (READ_AGAIN if layer == 1 else 0)) if is_gate else STAGED)
        for output in tables.outputs() if is_gate else ():
            bill.add_fingerprints(output, 1 if output.layer < layer else 0)
        changed = max(changed, len(here.window.dates()) if is_gate else 0)
    return Estimate(bill.bytes, bill.jobs, changed)


def money(found: Estimate, price: float) -> str:
    """An estimate in dollars, at a price of a TiB.

    >>> money(Estimate(TIB, 1, 0), 6.25)
    'about $6.25 at $6.25 a TiB'
    """
    return f"about ${found.bytes_billed / TIB * price:,.2f} at ${price:,.2f} a TiB"


def require_budget(settings: Settings, window: Window, steps: list[int]) -> None:
    """Raise OverBudget, before anything is written, where a run is estimated to bill or cost more than it may."""
    if settings.max_bytes is None and settings.max_cost is None:
        return
    found = estimate(session.opened(window, settings, "plan"), steps)
    cost = found.bytes_billed / TIB * settings.price
    over_bytes = settings.max_bytes is not None and found.bytes_billed > settings.max_bytes
    if over_bytes or (settings.max_cost is not None and cost > settings.max_cost):
        limit = f"--max-bytes {settings.max_bytes:,}" if over_bytes else f"--max-cost {settings.max_cost}"
        raise OverBudget(
            f"the run would bill {found.bytes_billed:,} bytes, {money(found, settings.price)}: more than {limit}. Nothing was written.",
            "a budget that is looked at afterwards is none",
            "raise the limit, or choose a shorter window or fewer steps.",
        )
