"""One gate's look at the candidate: ask its checks, show their evidence, then publish the layer or stop."""

from dataclasses import replace

import pandas as pd

from nbhelpers import lineage
from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.errors import BadInput, GateFailed
from nbhelpers.gates import finding, publication
from nbhelpers.gates.check import Check, checks
from nbhelpers.gates.finding import Finding
from nbhelpers.gates.kept_verdicts import KeptVerdicts
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.survey import roots
from nbhelpers.wording import on_dates

SPEAKS_FOR = {  # a root's table and state: the check whose reason and remedy are its own
    ("SHOTS", "gap"): "play_by_play_per_game",
    ("SHOTS", "contaminated"): "shots_have_zones",
    **{(short, "gap"): "box_score_per_game" for short in ("BOXSCORES", "NBA_BOXSCORES", "NBA_TEAM_BOXSCORES")},
    **{(short, "gap"): "rows_per_game" for short in ("PGS", "TDGS", "TOGS")},
    ("TDGS", "contaminated"): "paint_present",
    **{(short, "gap"): "everyone_accounted" for short in ("TDZA", "PSZA", "PCF", "PDC", "MLFS")},
    ("PCF", "contaminated"): "defence_stands_behind",
}


class Audit:
    """One gate's look at the candidate. Checks are run as they are asked for; publishing runs the rest."""

    def __init__(
        self,
        session: Session,
        gate: int,
        min_feature_rows: int = MIN_FEATURE_ROWS,
        accept: dict[str, str] | None = None,
        is_whole: bool = False,
    ):
        """Look at the candidate of a gate's layer; with `is_whole`, examine also what is unchanged since it passed."""
        self.session, self.gate, self.layer = session, gate, gate // 10
        self.accept = _reasoned(accept or {})
        session.warehouse.step = gate
        self.parameters = session.parameters(min_feature_rows=min_feature_rows)
        self.findings: dict[str, Finding] = {}
        self.contents = lineage.Contents(session, self.layer)
        self.kept = KeptVerdicts(session, gate, self.contents, self.parameters)
        self._is_whole = is_whole
        # Looked at before any check is: what is published must be what they all have seen.
        outputs = [output for output in tables.outputs() if output.layer <= self.layer]
        self.contents.look_up([*outputs, *(part for output in outputs for part in lineage.computed_from(session, output))])

    def run(self, *names: str) -> list[Finding]:
        """Run the named checks, or all that have not been run yet."""
        known = {check.name: check for check in checks(self.gate)}
        with self.session.warehouse.held_open():
            to_run = [known[name] for name in names or known if names or name not in self.findings]
            self.findings |= {answer.check.name: answer for answer in self._answers(to_run)}
        return [self.findings[name] for name in names or self.findings]

    def examine(self, check: Check) -> Finding:
        """The answer of one check on the candidate as it is now."""
        return self._answers([check])[0]

    def verdicts(self) -> dict[str, str]:
        """The verdict of each check by its name. Nobody is named: to say how a row differs takes longer than to see that it does."""
        with self.session.warehouse.held_open():
            return {answer.check.name: answer.verdict for answer in self._answers(checks(self.gate), is_naming=False)}

    def _answers(self, to_run: list[Check], is_naming: bool = True) -> list[Finding]:
        kept = {} if self._is_whole else {check.name: self.kept.unchanged(check) for check in to_run}
        found = finding.answers(to_run, self.session, self.gate, self.contents, self.parameters, kept, is_naming)
        return [replace(answer, accepted_because=self.accept.get(answer.check.name)) for answer in found]

    def evidence(self, *names: str) -> pd.DataFrame:
        """One line a check: verdict, how many of how many were examined, how many offend; when and for example who, if any.

        Whichever are named, all are run: asked together, they share what they read.
        """
        self.run()
        lines = pd.DataFrame(
            {
                "check": answer.check.name,
                "question": answer.check.question,
                "verdict": answer.verdict,
                "examined": answer.counted,
                "offending": answer.offending,
                "dates": answer.when,
                "for example": "; ".join(f"{row.member}: {row.problem}" for row in answer.offenders.head(2).itertuples()),
            }
            for answer in (self.findings[name] for name in names or self.findings)
        )
        empty = [column for column in ("dates", "for example") if not lines[column].any()]
        return lines.drop(columns=empty).set_index("check").rename_axis(index=None, columns="check")  # one row of headings

    def sql(self, name: str) -> str:
        """A check's query with the values of its parameters written in, to be pasted into the warehouse's console.

        It gives a row for each member that is examined; problem is NULL where all is well. BadInput where the check is none of
        this gate's, or is asked in Python.
        """
        members = next((check.members(self.session, self.gate, self.contents) for check in checks(self.gate) if check.name == name), None)
        query = members[-1] if isinstance(members, tuple) else members
        if not isinstance(query, str):
            there = ", ".join(check.name for check in checks(self.gate))
            raise BadInput(f"check {name!r} of gate {self.gate} is no query.", then=f"its checks are {there}; some are asked in Python.")
        return self.session.warehouse.sql(query, self.parameters, self.layer)

    def matrix(self) -> pd.DataFrame:
        """Checks by dates, for the chart: check, severity, date, verdict, examined, expected, offending.

        What is true of the whole range has no date. A check without any population has one row, of the whole range.
        """
        columns = ["check", "severity", "date", "verdict", "examined", "expected", "offending"]
        rows = [(answer.check.name, answer.check.severity, *row) for answer in self.run() for row in answer.by_verdict()]
        return pd.DataFrame(rows, columns=columns).astype({"date": object})

    def publish(self) -> str:
        """Publish the layer's staged partitions with the receipt in one transaction, or raise GateFailed.

        A failing check that is accepted by name and reason does not stop; what stands on it is tainted until it is
        rebuilt without. Returns a line that says what changed.
        """
        self.run(*(check.name for check in checks(self.gate) if check.name not in self.findings))
        findings = list(self.findings.values())
        failed = [answer for answer in findings if answer.verdict == "fail"]
        if failed:
            raise self._stop(failed)
        with self.session.writer_lock():
            changes = publication.publish(self.session, self.gate, findings, self.contents, self.kept)
        accepted = [answer.check.name for answer in findings if answer.verdict == "accepted"]
        if accepted:
            changes = f"accepted although they fail: {', '.join(accepted)}, and tainted what stands on them. {changes}"
        verdicts = finding.summary(answer.verdict for answer in findings)
        return f"Gate {self.gate} passed, {verdicts}. {changes[0].upper()}{changes[1:]}."

    def _stop(self, failed: list[Finding]) -> GateFailed:
        dates = sorted({day for answer in failed for day in answer.bad_dates})
        root = roots.likely_root(self.session, self.layer, dates)  # what the rest comes from
        speaking = SPEAKS_FOR.get((root.short, root.state)) if root else None
        first = next((answer for answer in failed if answer.check.name == speaking), failed[0])
        lines = [
            f"Gate {self.gate} stops: {len(failed)} of {len(self.findings)} checks fail{', ' + on_dates(dates) if dates else ''}.",
            str(root or ""),
            *(f"  {answer}" for answer in failed),
            *(f"  {finding.dated(row.game_date)}{row.member}: {row.problem}" for row in first.offenders.head(3).itertuples()),
        ]
        why = f"{first.check.because}. Published tables are as they were"
        then = first.check.then.replace(" GAME ", f" {root.games[0]} ") if root and root.games else first.check.then
        return GateFailed("\n".join(filter(None, lines)), why, then)


def _reasoned(accept: dict[str, str]) -> dict[str, str]:
    for name, reason in accept.items():
        if not str(reason).strip():
            raise BadInput(
                f"check {name!r} is accepted without a reason.",
                "an override that nobody can explain is a silent one",
                'give one: --accept CHECK --reason "...".',
            )
    return accept
