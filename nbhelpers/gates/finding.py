"""A check's answer: how many of how many were examined on each date, and which members are not as they should be."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from nbhelpers.gates.check import Check, Members
from nbhelpers.session import Session
from nbhelpers.wording import on_dates

MOST_OFFENDERS = 500  # members named in a notebook; the counts are always of all


@dataclass(frozen=True)
class Finding:
    """A check's answer: counts by date, and the members that are not as they should be.

    by_date has a row per date: game_date, expected, examined, offending; offenders: game_date, member, problem.
    accepted_because is the reason with which somebody lets the check's failure pass, where one does.
    """

    check: Check
    by_date: pd.DataFrame
    offenders: pd.DataFrame
    is_due: bool = True
    accepted_because: str | None = None

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
        """`pass`; or what the check does when it does not: `fail`, `accepted`, `warn`, `plan`; `not due` before its time."""
        if not self.is_due:
            return "not due"
        if 0 < self.expected == self.examined and not self.offending:
            return "pass"
        is_accepted = self.check.severity == "fail" and self.accepted_because
        return "accepted" if is_accepted else self.check.severity

    @property
    def bad_dates(self) -> list[date]:
        """The dates with offenders, earliest first."""
        return sorted(self.by_date.loc[self.by_date.offending > 0, "game_date"])

    def recorded(self) -> dict:
        """What a receipt keeps of it."""
        verdict = {"name": self.check.name, "severity": self.check.severity, "verdict": self.verdict}
        counts = {"examined": self.examined, "expected": self.expected, "offending": self.offending}
        return verdict | counts | ({"reason": self.accepted_because} if self.verdict == "accepted" else {})

    def __str__(self) -> str:
        if not self.is_due:
            return f"{self.check.name}: not due before the factor start"
        counted = f"{self.check.name}: {self.verdict}, examined {self.examined:,} of {self.expected:,} {self.check.of}"
        if self.verdict == "pass":
            return counted
        if not self.expected:
            return f"{counted}: nothing to examine is never a pass"
        return f"{counted}, {self.offending:,} not as they should be, {on_dates(self.bad_dates)}"


def not_due(check: Check) -> Finding:
    """The answer of a check that has nothing to ask in this window yet."""
    return Finding(check, _no_rows("game_date", "expected", "examined", "offending"), _no_rows(*_OFFENDER), is_due=False)


def found(check: Check, members: Members, session: Session, parameters: dict, layer: int) -> Finding:
    """The answer of a check whose members are these rows, or the rows of this query on the candidate of `layer`."""
    if isinstance(members, pd.DataFrame):
        by_date, offenders = _counted(members)
    else:
        ask = session.warehouse.query
        by_date = ask(_of_members(members, _COUNTS), parameters, layer)
        is_clean = not by_date.offending.sum()
        offenders = _no_rows(*_OFFENDER) if is_clean else ask(_of_members(members, _OFFENDERS), parameters, layer)
    for frame in (by_date, offenders):
        frame["game_date"] = pd.to_datetime(frame["game_date"]).dt.date
    return Finding(check, by_date, offenders)


_OFFENDER = ("game_date", "member", "problem")
_COUNTS = """
    SELECT game_date, COUNT(*) AS expected, COUNTIF(is_examined) AS examined,
        COUNTIF(problem IS NOT NULL OR NOT COALESCE(is_examined, FALSE)) AS offending
    FROM members GROUP BY game_date ORDER BY game_date"""
_OFFENDERS = f"""
    SELECT game_date, member, COALESCE(problem, 'not examined') AS problem
    FROM members WHERE problem IS NOT NULL OR NOT COALESCE(is_examined, FALSE) ORDER BY game_date, member LIMIT {MOST_OFFENDERS}"""


def _of_members(members: str, text: str) -> str:
    """A query of what a check's own query returns, which `text` calls members."""
    return text.replace("FROM members", f"FROM (\n{members}\n) AS members")


def _counted(members: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    bad = members.problem.notna() | ~members.is_examined.fillna(False).astype(bool)
    grouped = members.assign(bad=bad).groupby("game_date", as_index=False)
    by_date = grouped.agg(expected=("member", "size"), examined=("is_examined", "sum"), offending=("bad", "sum"))
    offenders = members[bad].sort_values(["game_date", "member"]).head(MOST_OFFENDERS)
    return by_date, offenders[list(_OFFENDER)].fillna({"problem": "not examined"})


def _no_rows(*columns: str) -> pd.DataFrame:
    return pd.DataFrame({column: [] for column in columns})
