"""A check's answer: how many of how many were examined on each date, and which members are not as they should be."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import pandas as pd

from nbhelpers import lineage
from nbhelpers.gates import due, witness
from nbhelpers.gates.check import IN_PYTHON, Check, Members
from nbhelpers.gates.kept_verdicts import Kept
from nbhelpers.gates.members import ByDate, members_of
from nbhelpers.session import Session
from nbhelpers.sql import files
from nbhelpers.wording import brief, on_dates

OVER_RANGE = "over the whole range"
MOST_RECORDED = 50  # of them in a receipt
MOST_OFFENDERS = 500  # members named in a notebook; the counts are always of all


class Count(NamedTuple):
    """How many members of a date a check should have looked at, how many it has, and how many are not as they should be."""

    game_date: date | None  # None: what is true of the whole range
    expected: int
    examined: int
    offending: int


@dataclass(frozen=True)
class Finding:
    """A check's answer: counts by date, the range's last, and the members that are not as they should be.

    offenders has game_date, member, problem; what is true of the whole range has no date. accepted_because is the reason with
    which somebody lets the check's failure pass, why_not_due the reason why its population is rightly empty, where there is one.
    """

    check: Check
    counts: tuple[Count, ...]
    offenders: pd.DataFrame
    accepted_because: str | None = None
    why_not_due: str | None = None
    unchanged: int = 0  # of the examined, those that are as they were when they passed, and were not examined again
    passed_on: date | None = None  # the newest day on which they passed

    @property
    def expected(self) -> int:
        """How many members the schedule promises."""
        return sum(count.expected for count in self.counts)

    @property
    def examined(self) -> int:
        """How many of them the check has looked at."""
        return sum(count.examined for count in self.counts)

    @property
    def offending(self) -> int:
        """How many of them are not as they should be."""
        return sum(count.offending for count in self.counts)

    @property
    def verdict(self) -> str:
        """`pass`, or what the check does when it does not: `fail`, `accepted`, `warn`, `plan`.

        `not due` where its population is rightly empty, which stops nothing. A warning that could look at nothing of a date
        is a failure: what nobody has seen is no warning.
        """
        if self.why_not_due:
            return "not due"
        if 0 < self.expected == self.examined and not self.offending:
            return "pass"
        severity = "fail" if self.is_blind else self.check.severity
        return "accepted" if severity == "fail" and self.accepted_because else severity

    @property
    def is_blind(self) -> bool:
        """Whether it is a warning, and there is a date of which it could look at nothing."""
        return self.check.severity == "warn" and any(map(_has_seen_nothing, self.counts))

    @property
    def bad_dates(self) -> list[date]:
        """The dates with offenders, earliest first; of a warning that stops, only those of which nothing could be examined."""
        is_blind = self.is_blind
        bad = [count for count in self.counts if (_has_seen_nothing(count) if is_blind else count.offending)]
        return sorted(count.game_date for count in bad if count.game_date)

    @property
    def is_bad_over_range(self) -> bool:
        """Whether what is true of the whole range, and of no date, is not as it should be."""
        return any(count.offending for count in self.counts if not count.game_date)

    @property
    def when(self) -> str:
        """The bad dates, a few by name, and the whole range where it is bad as such."""
        return ", ".join(filter(None, [brief(self.bad_dates), OVER_RANGE if self.is_bad_over_range else ""]))

    @property
    def counted(self) -> str:
        """How many of how many were examined, in words."""
        if self.why_not_due:
            return f"nothing: {self.why_not_due}"
        anew = f"{self.examined - self.unchanged:,} of {self.expected - self.unchanged:,} {self.check.of}"
        return f"{anew}; {self.unchanged:,} unchanged since they passed on {self.passed_on}" if self.unchanged else anew

    def counts_by_date(self) -> dict[date, tuple[int, int]]:
        """How many were examined and how many offend, by date."""
        return {count.game_date: (count.examined, count.offending) for count in self.counts if count.game_date}

    def by_verdict(self) -> list[tuple]:
        """For the chart, a row per date, and one without a date for the range: date, verdict, examined, expected, offending."""
        bad = {"pass": "pass", "not due": "none", "fail": "fail", "accepted": "accepted"}.get(self.verdict, "warn")
        if not self.expected:
            return [(None, bad, 0, 0, 0)]
        found, is_blind = [], self.is_blind
        for count in self.counts:
            verdict = "warn" if is_blind and count.examined else bad  # what it fails for is another date
            found.append((count.game_date, verdict if count.offending else "pass", count.examined, count.expected, count.offending))
        return found

    def recorded(self) -> dict:
        """What a receipt keeps of it; of a warning, too, whom it is about, since the gate lets it pass."""
        verdict = {"name": self.check.name, "severity": self.check.severity, "verdict": self.verdict}
        counts = {"examined": self.examined, "expected": self.expected, "offending": self.offending}
        counts |= {"unchanged": self.unchanged} if self.unchanged else {}
        why = {"reason": self.accepted_because} if self.verdict == "accepted" else {}
        named = [f"{row.member}: {row.problem}" for row in self.offenders.head(MOST_RECORDED).itertuples()]
        return verdict | counts | why | ({"named": named} if self.verdict == "warn" else {})

    def __str__(self) -> str:
        line = f"{self.check.name}: {self.verdict}, examined {self.counted}"
        if self.verdict in ("pass", "not due"):
            return line
        if not self.expected:
            return f"{line}: nothing to examine is never a pass"
        if self.is_blind:
            return f"{line}, none {on_dates(self.bad_dates) if self.bad_dates else OVER_RANGE}"
        where = [on_dates(self.bad_dates)] * bool(self.bad_dates) + [OVER_RANGE] * self.is_bad_over_range
        return f"{line}, {self.offending:,} not as they should be, {' and '.join(where)}"


def dated(day: date) -> str:
    """A date before the name of a member; '' where the member is the whole range."""
    return "" if pd.isna(day) else f"{day} "


def summary(verdicts: Iterable[str]) -> str:
    """How many checks are clean, and what is said of the others.

    >>> summary(["pass", "pass", "warn", "not due"])
    '2 of 3 checks clean, 1 warned, 1 not due yet'
    """
    counts = Counter(verdicts)
    others = {"warn": "warned", "accepted": "accepted", "plan": "of the plan's own not", "not due": "not due yet", "fail": "failed"}
    due = sum(counts.values()) - counts["not due"]
    said = [f"{counts[verdict]} {words}" for verdict, words in others.items() if counts[verdict]]
    return ", ".join([f"{counts['pass']} of {due} checks clean", *said])


KeptByCheck = Mapping[str, dict[date, Kept]]


def answer(check: Check, session: Session, gate: int, contents: lineage.Contents, parameters: dict) -> Finding:
    """What a check finds in the candidate of a gate's layer, every date examined."""
    return answers([check], session, gate, contents, parameters)[0]


def answers(
    asked: list[Check], session: Session, gate: int, contents: lineage.Contents, parameters: dict, kept: KeptByCheck | None = None,
    is_naming: bool = True,
) -> list[Finding]:  # fmt: skip
    """What checks find in the candidate of a gate's layer: all that are queries are asked together, then (`is_naming`) who offends.

    Of the dates that are `kept` of a check, the first ones of the window, what it has found before is repeated.
    """
    kept = kept or {}
    members = {check.name: check.members(session, gate, contents) for check in asked}
    members |= {name: _rest(rows, kept.get(name, {}), parameters["dates"]) for name, rows in members.items() if isinstance(rows, ByDate)}
    in_words = {name: rows[1] for name, rows in members.items() if isinstance(rows, tuple)}
    members = {name: rows[0] if isinstance(rows, tuple) else rows for name, rows in members.items()}
    queries = _with_parameters(members, parameters, kept)
    counts = _rows_by_check(session, queries, _COUNTS, gate)
    offending = {name: (in_words.get(name, query), of) for name, (query, of) in queries.items() if counts[name].offending.sum()}
    named = _rows_by_check(session, offending, _OFFENDERS, gate) if is_naming else {}
    found = []
    for check in asked:
        rows = members[check.name]
        if isinstance(rows, pd.DataFrame):
            new, offenders = _counted(rows)
        else:
            new, offenders = _counts(counts[check.name]) if check.name in counts else [], named.get(check.name, _NOBODY)
        found.append(_finding(check, session, gate, new, offenders, kept.get(check.name, {})))
    return found


def counting_queries(gate: int) -> list[str]:
    """The queries by which all checks of a gate are counted that are queries, the comparison with the witness among them."""
    compared = [witness.comparison(gate // 10)] * (gate in IN_PYTHON["recomputed"][1])
    return [counts_of(members) for members in (*map(files.text, files.step_files(gate)), *compared)]


Queries = dict[str, tuple[str, dict]]  # with their parameters, by the check's name


def _with_parameters(members: dict[str, Members], parameters: dict, kept: KeptByCheck) -> Queries:
    """The checks that are queries, each asked from the first date of which nothing is kept; those of no date are left out."""
    found: Queries = {}
    for name, query in members.items():
        rest = [day for day in parameters["dates"] if day not in kept.get(name, {})]
        if isinstance(query, str) and rest:
            dates = [day for day in parameters["dates"] if day >= rest[0]]
            found[name] = query, parameters | {"start_date": rest[0], "dates": dates}
    return found


def _rest(members: ByDate, kept: dict[date, Kept], dates: list[date]) -> pd.DataFrame:
    """The rows of the dates that have to be asked about."""
    rest = [day for day in dates if day not in kept]
    return members.rows(rest) if rest else members_of([])


def _rows_by_check(session: Session, queries: Queries, text: str, gate: int) -> dict[str, pd.DataFrame]:
    """The rows that `text` gives of each check's members, by the check's name."""
    texts = [_of_members(query, text) for query, _ in queries.values()]
    return dict(zip(queries, session.warehouse.query_all(texts, [of for _, of in queries.values()], gate // 10), strict=True))


def _finding(
    check: Check, session: Session, gate: int, new: list[Count], offenders: pd.DataFrame, kept: dict[date, Kept]
) -> Finding:
    repeated = [Count(day, one.examined, one.examined, 0) for day, one in kept.items() if one.examined]
    counts = (*repeated, *sorted(new, key=lambda count: count.game_date or date.max))
    if len(offenders):  # together they may come in any order
        offenders = offenders.assign(game_date=pd.Series(_dates(offenders.game_date), offenders.index, dtype=object))
        offenders = offenders.sort_values(["game_date", "member"], na_position="last")
    why_not_due = None if counts else due.why_not(session, check.due_from, gate // 10)
    passed_on = max((one.passed_at.date() for one in kept.values()), default=None)
    return Finding(check, counts, offenders, None, why_not_due, sum(count.examined for count in repeated), passed_on)


_OFFENDER = ("game_date", "member", "problem")
_NOBODY = pd.DataFrame({column: [] for column in _OFFENDER})
_COUNTS = """
    SELECT game_date, COUNT(*) AS expected, COUNTIF(is_examined) AS examined,
        COUNTIF(problem IS NOT NULL OR NOT COALESCE(is_examined, FALSE)) AS offending
    FROM members GROUP BY game_date ORDER BY game_date"""
# Numbered, not limited: over the comparison with the witness DuckDB plans ORDER BY … LIMIT for minutes, this in a second.
_OFFENDERS = f"""
    SELECT game_date, member, COALESCE(problem, 'not examined') AS problem
    FROM members WHERE problem IS NOT NULL OR NOT COALESCE(is_examined, FALSE)
    QUALIFY ROW_NUMBER() OVER (ORDER BY game_date, member) <= {MOST_OFFENDERS}"""


def counts_of(members: str) -> str:
    """The query of how many members a check's own query expects, examines and finds wrong, a row a date."""
    return _of_members(members, _COUNTS)


def _of_members(members: str, text: str) -> str:
    """A query of what a check's own query returns, which `text` calls members."""
    return text.replace("FROM members", f"FROM (\n{members}\n) AS members")


def _counts(by_date: pd.DataFrame) -> list[Count]:
    """The rows that _COUNTS gives."""
    columns = [by_date[name].tolist() for name in Count._fields[1:]]
    return [Count(day, *map(int, row)) for day, *row in zip(_dates(by_date.game_date), *columns, strict=True)]


def _counted(members: pd.DataFrame) -> tuple[list[Count], pd.DataFrame]:
    """The same of a check that compares in Python, and the members that offend."""
    examined = members.is_examined.fillna(False).astype(bool)
    bad, found = members.problem.notna() | ~examined, dict[date | None, list[int]]()
    for day, is_examined, is_bad in zip(_dates(members.game_date), examined.tolist(), bad.tolist(), strict=True):
        of_day = found.setdefault(day, [0, 0, 0])
        of_day[0] += 1
        of_day[1] += is_examined
        of_day[2] += is_bad
    offenders = members[bad].sort_values(["game_date", "member"]).head(MOST_OFFENDERS) if bad.any() else members[bad]
    return [Count(day, *of) for day, of in found.items()], offenders[list(_OFFENDER)].fillna({"problem": "not examined"})


def _dates(column: pd.Series) -> list[date | None]:
    """A column of dates or times as dates, None where there is none."""

    def day(value: Any) -> date | None:
        if value is None or value != value:  # as NaT and NaN are
            return None
        return value.date() if isinstance(value, datetime) else value

    return list(map(day, column.tolist()))


def _has_seen_nothing(count: Count) -> bool:
    return count.expected > 0 and not count.examined
