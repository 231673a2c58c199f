"""One transaction on BigQuery's published tables: a script in the making, sent when its block ends."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date

from sqlglot import exp

from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import candidate
from nbhelpers.warehouse.arrow import arrow_table
from nbhelpers.warehouse.bigquery.datasets import STAGING, Datasets
from nbhelpers.warehouse.bigquery.fingerprints import AS_PUBLISHED, Fingerprints, as_staged
from nbhelpers.warehouse.bigquery.jobs import Jobs, word
from nbhelpers.warehouse.bigquery.lease import Lease
from nbhelpers.warehouse.bigquery.memory import Memory
from nbhelpers.warehouse.bigquery.queries import Queries
from nbhelpers.warehouse.bigquery.scripts import literal
from nbhelpers.warehouse.bigquery.staging import Notes, StagingTables, with_note
from nbhelpers.warehouse.partitions import Partition, Staged
from nbhelpers.warehouse.publishing import PartitionWriter

MOST_TEXT = 32_000  # characters of rows that are sent with the script; more are loaded, since a script may have a million in all


class BigQueryTransaction(PartitionWriter):
    """What `protocol.Transaction` promises, as the statements of one script."""

    def __init__(
        self,
        jobs: Jobs,
        datasets: Datasets,
        queries: Queries,
        staging: StagingTables,
        notes: Notes,
        lease: Lease,
        area: str,
        fingerprints: Fingerprints,
        memory: Memory,
    ):
        self._jobs, self._datasets, self._queries, self._staging, self._notes = jobs, datasets, queries, staging, notes
        self._lease, self._area, self._fingerprints, self._memory = lease, area, fingerprints, memory
        self._attempt = secrets.token_hex(16)  # names the job, so that an answer that was lost can be asked for again
        self.before: list[str] = []  # statements that make tables, which a transaction may not
        self.statements: list[str] = []
        self._guarded: dict[tuple[Output, bool], dict[date, Partition]] = {}  # what was found of each output, published or staged
        self._put_dates: dict[Output, list[date]] = {}  # of what was staged, or nothing where kept rows are put back
        self._written: set[str] = set()  # names of tables
        self._scratch: list[str] = []  # tables to drop when it is over

    def commit(self) -> None:
        """Send what the block has asked for, if anything, as one job."""
        if not self.statements:
            return
        within = ["BEGIN TRANSACTION", *self._lease.guard(self._area), *self.statements, "COMMIT TRANSACTION"]
        staged = {output: self._staging.staged(output) if dates else None for output, dates in self._put_dates.items()}
        known = self._fingerprints.taken(list(self._put_dates))  # of what may have been written even if no answer comes
        self._memory.note_written(self._written)  # before, since no answer may come, and after, since others look meanwhile
        try:
            self._jobs.write(";\n".join([*self.before, *within]) + ";", {}, "publishing", self._attempt, "publishing")
        finally:
            self._memory.note_written(self._written)
        for output, dates in self._put_dates.items():
            self._fingerprints.put_back(output, known, staged[output], dates)

    def close(self) -> None:
        """Drop the tables that only the script has read."""
        for name in self._scratch:
            self._datasets.drop(name)

    def published_fingerprints(self, output: Output) -> dict[date, Partition]:
        """What each date of an output holds as published; the transaction is undone if it is another by then."""
        return self._guard(output, None)

    def candidate_fingerprints(self, output: Output) -> dict[date, Partition]:
        """What each date of an output holds as its gate reads it; the transaction is undone if it is another by then."""
        published, staged = self._guard(output, None), self._staging.staged(output)
        return candidate.fingerprints(published, staged, lambda: self._guard(output, staged))

    def rely_on(self, outputs: Iterable[Output]) -> None:
        """Write nothing if one of some outputs has changed, as published, since it was last looked at."""
        unseen = [output for output in outputs if (output, False) not in self._guarded]
        found = self._fingerprints.look([(output, AS_PUBLISHED) for output in unseen])  # by one job
        for output in unseen:
            self._add_guard(output, found[output, AS_PUBLISHED], is_staged=False)

    def insert(self, name: str, rows: list[dict]) -> None:
        """Append rows to a table of nba_processing."""
        if not rows:
            return
        self._datasets.require_shape(name)
        self._written.add(name)
        columns, quoted = ", ".join(tables.schema()[name].column_names), self._datasets.quoted
        typed = arrow_table(tables.schema()[name], rows, "UTC", is_strict=False).to_pylist()
        values = ",\n".join(f"({', '.join(map(literal, row.values()))})" for row in typed)
        if len(values) <= MOST_TEXT:
            self.statements.append(f"INSERT INTO {quoted(name)} ({columns}) VALUES {values}")
            return
        waiting = f"{STAGING}.{word(self._area)}__new_{name.partition('.')[2]}_{len(self._scratch)}"
        self._scratch.append(waiting)
        self._jobs.load(self._datasets.full(waiting), tables.schema()[name], rows)
        self.statements.append(f"INSERT INTO {quoted(name)} ({columns}) SELECT {columns} FROM {quoted(waiting)}")

    def remove(self, name: str, key: dict[str, str]) -> None:
        """Remove the row of a table of nba_processing that has a key: column and text."""
        self._written.add(name)
        where = " AND ".join(f"{column} = {exp.Literal.string(text).sql('bigquery')}" for column, text in key.items())
        self.statements.append(f"DELETE FROM {self._datasets.quoted(name)} WHERE {where}")

    def void_receipts(self, run_id: str, because: str) -> None:
        """Mark a run's receipts as no longer in force."""
        self._written.add("nba_processing.gate_receipts")
        receipts = self._datasets.quoted("nba_processing.gate_receipts")
        reason, run = (exp.Literal.string(text).sql("bigquery") for text in (because, run_id))
        self.statements.append(f"UPDATE {receipts} SET voided_by = {reason} WHERE run_id = {run}")

    def _guard(self, output: Output, staged: Staged | None) -> dict[date, Partition]:
        """What is known of an output as published or staged, with a statement that fails where it is another by then."""
        if (output, staged is not None) not in self._guarded:
            one = (output, as_staged(staged))
            self._add_guard(output, self._fingerprints.look([one])[one], staged is not None)
        return self._guarded[output, staged is not None]

    def _add_guard(self, output: Output, found: dict[date, Partition], is_staged: bool) -> None:
        self._guarded[output, is_staged] = found
        content = "".join(f"{day} {found[day].fingerprint}" for day in sorted(found))
        expected = hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()
        self.statements.append(
            "SELECT IF((SELECT TO_HEX(MD5(COALESCE(STRING_AGG(CONCAT(CAST(day AS STRING), ' ', fingerprints[SAFE_OFFSET(0)]), ''"
            f" ORDER BY day), ''))) FROM (\n{self._queries.fingerprints([output], is_staged)}\n)) = '{expected}', 'unchanged',"
            f" ERROR('{output.table.name} has changed since this gate looked at it'))"
        )

    def _keep(self, output: Output, dates: list[date], keep_in: str) -> None:
        where, name = candidate.partitions(output, dates), self._kept_rows(output, keep_in)
        published = f"SELECT * FROM {self._datasets.quoted(output.table.name)} WHERE {where}"
        note = with_note({"dates": list(map(str, dates))})
        self.before.append(f"CREATE OR REPLACE TABLE {self._datasets.quoted(name)} {note} AS {published}")
        self._notes.forget(name)

    def _put(self, output: Output, dates: list[date], source: str) -> None:
        self._datasets.require_shape(output.table.name)
        self._written.add(output.table.name)
        self._put_dates[output] = dates if source == self._staged_rows(output) else []
        where, columns, quoted = candidate.partitions(output, dates), ", ".join(output.table.column_names), self._datasets.quoted
        self.statements.append(f"DELETE FROM {quoted(output.table.name)} WHERE {where}")
        rows = f"SELECT {columns} FROM {quoted(source)} WHERE {where}"
        self.statements.append(f"INSERT INTO {quoted(output.table.name)} ({columns}) {rows}")

    def _staged_rows(self, output: Output) -> str:
        return self._staging.name(output)

    def _kept_rows(self, output: Output, kept_in: str) -> str:
        return replaced_table(output, kept_in)

    def _kept_dates(self, output: Output, kept_in: str) -> list[date]:
        return replaced_dates(self._notes, output, kept_in)


def replaced_table(output: Output, kept_in: str) -> str:
    """The table that keeps what was replaced of an output."""
    return f"{kept_in}__{word(output.name)}"


def replaced_dates(notes: Notes, output: Output, kept_in: str) -> list[date]:
    """The dates whose replaced partitions are kept; none where none are."""
    note = notes.read(replaced_table(output, kept_in))
    return [date.fromisoformat(day) for day in note["dates"]] if note else []
