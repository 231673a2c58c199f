"""Verdicts kept: what a check said of a date is repeated as long as neither the check nor what it examined has changed.

A verdict on a date belongs to the check's query with its views, parameters and thresholds, to the versions of what runs it, and
to the content of every table that it reads, from opening night up to the date. So the dates that need not be examined again
are the first ones of the window, up to the first that changed; of a check that judges each date by itself, all but those that
changed. Checks that judge the whole range, the object store or the log
are asked anew each time.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

from nbhelpers import lineage
from nbhelpers.gates.check import Check, Members
from nbhelpers.gates.members import ByDate
from nbhelpers.session import Session
from nbhelpers.sql import queries, tables
from nbhelpers.warehouse import digests_up_to

TABLE = "nba_processing.kept_verdicts"
OF_THE_RUN = {"start_date", "end_date", "dates", "run_id"}  # parameters that say what is asked about, not what is asked
READ_APART = {"nba_processing.accepted_gaps"}  # part of every fingerprint


@dataclass(frozen=True)
class Kept:
    """What a check has said of a date: of which check and content, how many it examined, and when."""

    fingerprint: str
    examined: int
    passed_at: datetime


class KeptVerdicts:
    """The verdicts of a gate's checks on the dates of a window that are on record, and those to be put there."""

    def __init__(self, session: Session, gate: int, contents: lineage.Contents, parameters: dict):
        self._session, self._gate, self._contents, self._parameters = session, gate, contents, parameters
        self._on_record = _on_record(session, gate)
        self._fingerprints: dict[str, dict[date, str]] = {}  # by check

    def unchanged(self, check: Check) -> dict[date, Kept]:
        """The dates of the window that need not be examined again, each with what the check has said of it.

        The first ones of it, but of a check that judges each date by itself.
        """
        found: dict[date, Kept] = {}
        for day, fingerprint in self._of(check).items():
            kept = self._on_record.get(day, {}).get(check.name)
            if kept is not None and kept.fingerprint == fingerprint:
                found[day] = kept
            elif not isinstance(self._members(check), ByDate):
                break
        return found

    def rows(self, findings: list, receipt: dict) -> list[dict]:
        """The rows to insert with a gate's receipt: of each date whose verdicts are not on record yet, all that passed."""
        new: dict[date, dict[str, Kept]] = {day: {} for day in self._session.window.dates()}
        for finding in findings:
            counts = finding.counts_by_date()
            for day, fingerprint in self._of(finding.check).items():
                examined, offending = counts.get(day, (0, 0))
                kept = self._on_record.get(day, {}).get(finding.check.name)
                is_repeated = kept is not None and kept.fingerprint == fingerprint and kept.examined == examined
                if not offending and examined >= self._least_examined(finding.check, day):
                    new[day][finding.check.name] = kept if kept and is_repeated else Kept(fingerprint, examined, receipt["created_at"])
        common = {"gate": str(self._gate)} | {name: receipt[name] for name in ("receipt_id", "run_id", "created_at")}
        return [
            common | {"partition_date": day, "verdicts": _written(verdicts)}
            for day, verdicts in new.items()
            if verdicts != self._on_record.get(day, {})
        ]

    def _of(self, check: Check) -> dict[date, str]:
        """A fingerprint of the check and of all that it reads up to each date; nothing of a check that is asked anew each time."""
        if check.name not in self._fingerprints:
            self._fingerprints[check.name] = self._computed(check)
        return self._fingerprints[check.name]

    def _members(self, check: Check) -> Members | None:
        return None if check.is_of_range else check.members(self._session, self._gate, self._contents)

    def _least_examined(self, check: Check, day: date) -> int:
        """How many have to have been examined for a date's verdict to be kept: what could not be, will be looked at again."""
        members = self._members(check)
        if not isinstance(members, ByDate):
            return 0
        there = [self._contents.of(output).get(day) for output in members.reads]
        return 1 + sum(partition.rows for partition in there if partition)

    def _computed(self, check: Check) -> dict[date, str]:
        members = self._members(check)
        if isinstance(members, ByDate):
            return self._computed_by_date(members)
        query, *in_words = members if isinstance(members, tuple) else (members,)
        if not isinstance(query, str):
            return {}
        translation = queries.translation(query, "duckdb")
        outputs = [output for output in tables.outputs() if output.table.name in translation.tables]
        if not translation.tables <= {output.table.name for output in outputs} | READ_APART:
            return {}
        given = queries.select_parameters(translation.parameters - OF_THE_RUN, self._parameters)
        columns = [output.table.columns for output in outputs]
        asked = [translation.text, in_words, sorted(given.items()), columns, _versions(), self._contents.gaps]
        first, dates = self._session.window.season.opening_night, self._session.window.dates()
        of_season = {
            output: {day: partition for day, partition in self._contents.of(output).items() if day >= first} for output in outputs
        }
        return {day: digest[:32] for day, digest in digests_up_to(dates, asked, of_season).items()}

    def _computed_by_date(self, members: ByDate) -> dict[date, str]:
        """The same of a check that judges each date by itself: by the rows of that date alone."""
        asked = [members.code, *(output.table.columns for output in members.reads), _versions()]
        found = {}
        for day in self._session.window.dates():
            there = [self._contents.of(output).get(day) for output in members.reads]
            found[day] = hashlib.sha256(repr([asked, there]).encode()).hexdigest()[:32]
        return found


def _on_record(session: Session, gate: int) -> dict[date, dict[str, Kept]]:
    rows = session.query(
        f"""SELECT kept.partition_date, kept.verdicts FROM {TABLE} AS kept
            INNER JOIN nba_processing.gate_receipts AS receipts
                ON receipts.receipt_id = kept.receipt_id AND receipts.voided_by IS NULL
            WHERE kept.gate = '{gate}' AND kept.partition_date BETWEEN @start_date AND @end_date
            QUALIFY ROW_NUMBER() OVER (PARTITION BY kept.partition_date ORDER BY kept.created_at DESC, kept.receipt_id DESC) = 1"""
    )
    return {row.partition_date.date(): _read(row.verdicts) for row in rows.itertuples()}


def _written(verdicts: dict[str, Kept]) -> str:
    return json.dumps({name: [kept.fingerprint, kept.examined, kept.passed_at.isoformat()] for name, kept in verdicts.items()})


def _read(text: str) -> dict[str, Kept]:
    return {name: Kept(fingerprint, examined, datetime.fromisoformat(at)) for name, (fingerprint, examined, at) in json.loads(text).items()}


@cache
def _versions() -> tuple[str, ...]:
    """What runs a check: the engine, what writes its queries, and this room."""
    room = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))))
    return version("duckdb"), version("sqlglot"), room.hexdigest()
