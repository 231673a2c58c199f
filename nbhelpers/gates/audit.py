"""The gates: audit what the steps have staged, show the evidence, then publish the layer with its receipt or stop.

A check is a SELECT under sql/<gate>/ that returns one row for each member of the population it is about, as the
schedule gives it: game_date, member, is_examined, problem (NULL where all is well). So a check that examined less
than it should, or nothing, fails; absence of an error never passes.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pandas as pd
import sqlglot
from sqlglot import exp

from nbhelpers import lineage
from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.errors import BadInput, Broken, GateFailed
from nbhelpers.gates import recompute
from nbhelpers.session import Session, now
from nbhelpers.sql import dialect, tables, thresholds
from nbhelpers.survey import roots
from nbhelpers.warehouse import Staged, utc
from nbhelpers.wording import brief, many, on_dates

MOST_OFFENDERS = 500  # members named in a notebook; the counts are always of all


@dataclass(frozen=True)
class Check:
    """One question of a gate: what it asks, of what, why it matters and what to do when the answer is no."""

    name: str
    severity: str  # fail: stops; warn: shown; plan: the plan's own check, shown beside ours
    question: str
    of: str
    because: str
    then: str
    is_due_from_factor_start: bool
    members: Callable[[Session, int, lineage.Contents], exp.Query | pd.DataFrame]


@dataclass(frozen=True)
class Finding:
    """A check's answer: counts by date, and the members that are not as they should be.

    by_date has a row per date: game_date, expected, examined, offending; offenders: game_date, member, problem.
    """

    check: Check
    by_date: pd.DataFrame
    offenders: pd.DataFrame
    is_due: bool = True

    @property
    def expected(self) -> int:
        """How many members the schedule promises."""
        return int(self.by_date.expected.sum())

    @property
    def examined(self) -> int:
        """How many of them the check has looked at."""
        return int(self.by_date.examined.sum())

    @property
    def offending(self) -> int:
        """How many of them are not as they should be."""
        return int(self.by_date.offending.sum())

    @property
    def verdict(self) -> str:
        """`pass`, or what the check does when it does not: `fail`, `warn` or `plan`; `not due` before its time."""
        if not self.is_due:
            return "not due"
        is_clean = 0 < self.expected == self.examined and not self.offending
        return "pass" if is_clean else self.check.severity

    @property
    def bad_dates(self) -> list[date]:
        """The dates with offenders, earliest first."""
        return sorted(self.by_date.loc[self.by_date.offending > 0, "game_date"])

    def __str__(self) -> str:
        if not self.is_due:
            return f"{self.check.name}: not due before the factor start"
        counted = f"{self.check.name}: {self.verdict}, examined {self.examined:,} of {self.expected:,} {self.check.of}"
        if self.verdict == "pass":
            return counted
        if not self.expected:
            return f"{counted}: nothing to examine is never a pass"
        return f"{counted}, {self.offending:,} not as they should be, {on_dates(self.bad_dates)}"


class Audit:
    """One gate's look at the candidate. Checks are run as they are asked for; publishing runs the rest."""

    def __init__(
        self, session: Session, gate: int, min_feature_rows: int = MIN_FEATURE_ROWS, accept: dict[str, str] | None = None
    ):
        self.session, self.gate, self.layer = session, gate, gate // 10
        self.accept = _reasoned(accept or {})
        session.warehouse.step = gate
        self.parameters = session.parameters(min_feature_rows=min_feature_rows)
        self.findings: dict[str, Finding] = {}
        self._contents = lineage.Contents(session, self.layer)
        # Looked at before any check is: what is published must be what they all have seen.
        outputs = [output for output in tables.outputs() if output.layer <= self.layer]
        self._contents.look_up([*outputs, *(part for output in outputs for part in lineage.computed_from(session, output))])

    def run(self, *names: str) -> list[Finding]:
        """Run the named checks, or all that have not been run yet."""
        known = {check.name: check for check in checks(self.gate)}
        with self.session.warehouse.held_open():
            for name in names or [name for name in known if name not in self.findings]:
                self.findings[name] = self._examine(known[name])
        return [self.findings[name] for name in names or self.findings]

    def evidence(self, *names: str) -> pd.DataFrame:
        """One line a check: verdict, how many of how many were examined, how many offend, when and for example who."""
        told = pd.DataFrame(
            {
                "check": finding.check.name,
                "verdict": self._verdict(finding),
                "examined": f"{finding.examined:,} of {finding.expected:,} {finding.check.of}",
                "offending": finding.offending,
                "dates": brief(finding.bad_dates),
                "for example": "; ".join(f"{row.member}: {row.problem}" for row in finding.offenders.head(2).itertuples()),
            }
            for finding in self.run(*names)
        )
        return told.set_index("check").rename_axis(index=None, columns="check")  # one row of headings

    def matrix(self) -> pd.DataFrame:
        """Checks by dates, for the chart: check, severity, date, verdict, examined, expected, offending."""
        rows = []
        for finding in self.run():
            not_clean = "accepted" if self._verdict(finding) == "accepted" else "fail"
            for row in finding.by_date.itertuples():
                verdict = "pass" if row.offending == 0 else not_clean
                rows.append((finding.check.name, finding.check.severity, row.game_date, verdict, row.examined, row.expected, row.offending))
        return pd.DataFrame(rows, columns=["check", "severity", "date", "verdict", "examined", "expected", "offending"])

    def publish(self) -> str:
        """Publish the layer's staged partitions with the receipt in one transaction, or raise GateFailed.

        A failing check that is accepted by name and reason does not stop; what stands on it is tainted until it is
        rebuilt without. Returns a line that says what changed.
        """
        self.run(*(check.name for check in checks(self.gate) if check.name not in self.findings))
        failed = [finding for finding in self.findings.values() if self._verdict(finding) == "fail"]
        if failed:
            dates = sorted({day for finding in failed for day in finding.bad_dates})
            lines = [
                f"Gate {self.gate} stops: {len(failed)} of {len(self.findings)} checks fail, {on_dates(dates)}.",
                *(f"  {finding}" for finding in failed),
                *(f"  {row.game_date} {row.member}: {row.problem}" for row in failed[0].offenders.head(3).itertuples()),
                roots.likely_root(self.session, self.layer, dates),
            ]
            raise GateFailed(
                "\n".join(filter(None, lines)),
                f"{failed[0].check.because}. Published tables are as they were",
                failed[0].check.then,
            )
        with self.session.writer_lock():
            return self._publish()

    def _verdict(self, finding: Finding) -> str:
        is_accepted = finding.verdict == "fail" and finding.check.name in self.accept
        return "accepted" if is_accepted else finding.verdict

    def _taints(self, log: dict) -> dict[tuple[str, date], str]:
        """Which partitions of the window stand on an accepted failure, and on which."""
        taints = {key: entry["tainted_by"] for key, entry in log.items() if entry["tainted_by"]}
        window = self.session.window.dates()
        accepted = [finding for finding in self.findings.values() if self._verdict(finding) == "accepted"]
        for output in tables.layer_outputs(self.layer):
            sources = [source for source in tables.inputs(output) if source.layer < self.layer or source.step < output.step]
            for day in window:
                own = [
                    f"{finding.check.name}: {self.accept[finding.check.name]}"
                    for finding in accepted
                    if day in finding.bad_dates or not finding.expected
                ]
                below = [
                    taint
                    for (name, when), taint in taints.items()
                    for source in sources
                    if source.name == name and self._contents.reach.reads(output, source, day, when)
                ]
                taints.pop((output.name, day), None)
                if own or below:
                    taints[output.name, day] = "; ".join(dict.fromkeys([*own, *below]))
        return taints

    def _publish(self) -> str:
        session, warehouse = self.session, self.session.warehouse
        at = utc(now())
        receipt_id = f"{session.run_id}/{self.gate}/{at:%Y%m%dT%H%M%S%f}"
        keep_in = warehouse.replaced(receipt_id)
        with warehouse.held_open():
            log, window_dates = lineage.log_entries(session, of_all_dates=True), session.window.dates()
            taints = self._taints(log)
            below = [output for output in tables.outputs() if output.layer < self.layer]
            held = warehouse.fingerprints_of(below)
            for output in below:
                self._require_as_audited(output, held[output])
        entries, changed = [], []
        with warehouse.writing(by_partition=True) as connection:
            for output in tables.layer_outputs(self.layer):
                self._require_as_audited(output, warehouse.candidate_fingerprints(connection, output))
                staged, published = warehouse.staged(output), warehouse.published_fingerprints(connection, output)
                _require_newer(output, staged, log)
                audited = self._contents.of(output)
                unequal = [
                    day
                    for day in map(date.fromisoformat, staged.dates if staged else ())
                    if lineage.content_at(audited, day) != lineage.content_at(published, day)
                ]
                if unequal:
                    warehouse.replace_partitions(connection, output, unequal, keep_in)
                    rows = sum(lineage.content_at(audited, day).rows for day in unequal)
                    changed.append(f"{output.short} {many(rows, 'row')} on {many(len(unequal), 'date')}")
                for day in window_dates:
                    entry = _log_entry(output, day, staged, log.get((output.name, day)))
                    content = lineage.content_at(audited, day)
                    entries.append(
                        entry
                        | {"row_count": content.rows, "fingerprint": content.fingerprint}
                        | {"tainted_by": taints.get((output.name, day))}
                        | {"receipt_id": receipt_id, "run_id": session.run_id, "created_at": at}
                    )
            warehouse.insert(connection, "nba_processing.gate_receipts", [self._receipt(receipt_id, at)])
            warehouse.insert(connection, "nba_processing.partition_log", entries)
        for output in tables.layer_outputs(self.layer):
            warehouse.discard_staged(output)
        passed = sum(finding.verdict == "pass" for finding in self.findings.values())
        what = f"published {', '.join(changed)}" if changed else "nothing to change: what is published is what was built"
        accepted = [finding.check.name for finding in self.findings.values() if self._verdict(finding) == "accepted"]
        if accepted:
            what = f"accepted although they fail: {', '.join(accepted)}, and tainted what stands on them. {what}"
        return f"Gate {self.gate} passed, {passed} of {len(self.findings)} checks clean. {what[0].upper()}{what[1:]}."

    def _require_as_audited(self, output: tables.Output, held: dict) -> None:
        if held != self._contents.of(output):
            raise Broken(
                f"{output.table.name} has changed since this gate looked at it.",
                "what is published must be what was audited, and stand on what was audited with it",
                f"run gate {self.gate} again.",
            )

    def _receipt(self, receipt_id: str, at) -> dict:
        told = [
            {
                "name": finding.check.name,
                "severity": finding.check.severity,
                "verdict": self._verdict(finding),
                "examined": finding.examined,
                "expected": finding.expected,
                "offending": finding.offending,
            }
            | ({"reason": self.accept[finding.check.name]} if self._verdict(finding) == "accepted" else {})
            for finding in self.findings.values()
        ]
        window = self.session.window
        return {
            "receipt_id": receipt_id,
            "gate": str(self.gate),
            "run_id": self.session.run_id,
            "season": window.season.name,
            "start_date": window.start_date,
            "end_date": window.end_date,
            "code_version": code_version(self.gate),
            "checks": json.dumps(told),
            "created_at": at,
            "voided_by": None,
        }

    def _examine(self, check: Check) -> Finding:
        if check.is_due_from_factor_start and self.session.window.end_date < self.session.window.season.factor_start:
            return Finding(check, _no_rows("game_date", "expected", "examined", "offending"), _no_rows(*_OFFENDER), False)
        members = check.members(self.session, self.gate, self._contents)
        if isinstance(members, pd.DataFrame):
            by_date, offenders = _count(members)
        else:
            by_date = self._query(members, _COUNTS)
            offenders = self._query(members, _OFFENDERS) if by_date.offending.sum() else _no_rows(*_OFFENDER)
        for frame in (by_date, offenders):
            frame["game_date"] = pd.to_datetime(frame["game_date"]).dt.date
        return Finding(check, by_date, offenders)

    def _query(self, members: exp.Query, text: str) -> pd.DataFrame:
        return self.session.warehouse.query(_of_members(members, text), self.parameters, self.layer)


@cache
def _of_members(members: exp.Query, text: str) -> exp.Query:
    """A query of what a check's own query returns, which `text` calls members."""
    query = sqlglot.parse_one(text, read="bigquery")
    for table in list(query.find_all(exp.Table)):
        if table.name == "members":
            table.replace(exp.Subquery(this=members.copy(), alias=exp.TableAlias(this=exp.to_identifier("members"))))
    return query


_OFFENDER = ("game_date", "member", "problem")
_COUNTS = """
    SELECT game_date, COUNT(*) AS expected, COUNTIF(is_examined) AS examined,
        COUNTIF(problem IS NOT NULL OR NOT COALESCE(is_examined, FALSE)) AS offending
    FROM members GROUP BY game_date ORDER BY game_date"""
_OFFENDERS = f"""
    SELECT game_date, member, COALESCE(problem, 'not examined') AS problem
    FROM members WHERE problem IS NOT NULL OR NOT COALESCE(is_examined, FALSE) ORDER BY game_date, member LIMIT {MOST_OFFENDERS}"""


def checks(gate: int) -> list[Check]:
    """The checks of a gate: its SQL files, then those that compare in Python; the plan's own come last."""
    found = [_from_file(path) for path in sorted(dialect.SQL.glob(f"{gate}_*/*.sql"))]
    found += [
        _check(name, dialect.fields(members.__doc__), members)
        for name, (members, gates) in recompute.CHECKS.items()
        if gate in gates
    ]
    return sorted(found, key=lambda check: check.severity == "plan")


def _reasoned(accept: dict[str, str]) -> dict[str, str]:
    for name, reason in accept.items():
        if not str(reason).strip():
            raise BadInput(
                f"check {name!r} is accepted without a reason.",
                "an override that nobody can explain is a silent one",
                'give one: --accept CHECK --reason "...".',
            )
    return accept


def code_version(gate: int) -> str:
    """A short hash of what a gate asks."""
    told = hashlib.sha256()
    for path in sorted(dialect.SQL.glob(f"{gate}_*/*.sql")):
        told.update(dialect.says(path).encode())
    for module in (recompute, thresholds):
        told.update(Path(module.__file__).read_bytes())
    told.update(Path(__file__).read_bytes())
    return told.hexdigest()[:12]


def _from_file(path: Path) -> Check:
    return _check(path.stem, dialect.header(path), lambda session, gate, contents: dialect.parse(path))


def _check(name: str, header: dict[str, str], members: Callable) -> Check:
    severity = next(severity for severity in ("fail", "warn", "plan") if severity in header)
    return Check(
        name=name,
        severity=severity,
        question=header[severity],
        of=header["of"],
        because=header["because"],
        then=header["then"],
        is_due_from_factor_start=header.get("from") == "factor_start",
        members=members,
    )


def _require_newer(output: tables.Output, staged: Staged | None, log: dict) -> None:
    """Refuse what was staged before another run published the same partitions: it would take them back in silence."""
    if not staged:
        return
    entries = [log[output.name, day] for day in map(date.fromisoformat, staged.dates) if (output.name, day) in log]
    newest = max((entry["created_at"] for entry in entries), default=None)
    if newest is not None and datetime.fromisoformat(staged.built_at).replace(tzinfo=None) < newest:
        raise GateFailed(
            f"{output.table.name} was staged at {staged.built_at[:16]}, before what is published now ({newest:%Y-%m-%dT%H:%M}).",
            "publishing it would put older rows over newer ones",
            f"build step {output.step} again, then this gate.",
        )


def _log_entry(output: tables.Output, day: date, staged, before: dict | None) -> dict:
    """Where a partition comes from: what is staged now, else what the log has said of it before."""
    entry = {"table_name": output.table.name, "processor_name": output.processor, "partition_date": day}
    if staged and str(day) in staged.dates:
        first, fingerprint = staged.inputs.get(str(day), (str(day), ""))
        return entry | {
            "inputs_from": date.fromisoformat(first),
            "inputs_fingerprint": fingerprint,
            "code_version": staged.code_version,
        }
    if before:
        inputs_from = pd.Timestamp(before["inputs_from"]).date()
        return entry | {
            "inputs_from": inputs_from,
            "inputs_fingerprint": before["inputs_fingerprint"],
            "code_version": before["code_version"],
        }
    return entry | {"inputs_from": day, "inputs_fingerprint": "", "code_version": "unknown"}


def _count(members: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    bad = members.problem.notna() | ~members.is_examined.fillna(False).astype(bool)
    grouped = members.assign(bad=bad).groupby("game_date", as_index=False)
    by_date = grouped.agg(expected=("member", "size"), examined=("is_examined", "sum"), offending=("bad", "sum"))
    offenders = members[bad].sort_values(["game_date", "member"]).head(MOST_OFFENDERS)
    return by_date, offenders[list(_OFFENDER)].fillna({"problem": "not examined"})


def _no_rows(*columns: str) -> pd.DataFrame:
    return pd.DataFrame({column: [] for column in columns})

