"""Asking a gate about a mutant: the check that is likeliest to see it first, and no other once one has failed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from functools import cache
from typing import Protocol

from nbhelpers import lineage
from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.drill.mutants.dates_alone import Dates, DatesAlone, is_failing
from nbhelpers.drill.mutants.sample import Mutant
from nbhelpers.gates import Check, checks, finding, witness
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.sql.tables import Output, gate_of

OF_LINEAGE = {"up_to_date", "history_whole"}  # a mutant is planted as if a build had made it
RECOMPUTED = "recomputed"
OF_OBJECTS = {"newest_snapshots", "as_stored"}


class Planted(Protocol):
    """Rows of some dates with something wrong in them."""

    @property
    def output(self) -> Output:
        """The output that is wrong, or the first of them."""

    @property
    def column(self) -> str:
        """What of it is wrong."""

    @property
    def session(self) -> Session | None:
        """The session on the objects that the rows come from, where these are others too."""

    @property
    def dates(self) -> Dates:
        """The dates whose rows are others than they were."""

    @property
    def first_dates(self) -> Dates:
        """Of these, those of the first row that is wrong."""

    def planted(self, dates: Dates) -> Mapping[Output, list[dict]]:
        """All rows that some dates hold with what is wrong, by output."""


class Question:
    """Asks the gates of a season in memory what they say of mutants, and learns which check sees what.

    `about` is the column that is wrong, or whatever else tells one kind of fault from another.
    """

    def __init__(self, session: Session, gates: Iterable[int]):
        self._session, self._sandbox = session, session.warehouse
        self._parameters = session.parameters(min_feature_rows=MIN_FEATURE_ROWS)
        self._checks = {gate: [check for check in checks(gate) if check.severity in ("fail", "warn")] for gate in gates}
        self._seen: Counter[tuple[str, ...]] = Counter()  # by check and what it was about, from the exact to the whole
        self._alone = DatesAlone(session, self._parameters, self._checks.get(19, []))
        self._read_healthy = cache(self._alone.read_of_raw)  # asked, as the next two, where nothing is planted
        self._is_failing_healthy = cache(lambda check, dates: self._alone.ask([check], dates)[0] is not None)
        self._warned_healthy = cache(
            lambda dates: self._alone.ask([check for check in self._alone.checks if check.severity == "warn"], dates)[1]
        )

    def seen_in_raw(self, mutant: Planted) -> tuple[str, str, bool]:
        """The check of gate 1 that fails; '' where none does, and then the one that warns, and whether anything above raw changes.

        Checks that judge dates by themselves are asked of the mutant's first date alone, the others of the window.
        """
        first, unfit = mutant.first_dates, set[str]()  # the checks that fail on this date alone anyway
        while True:
            ordered = [check for check in self._in_order(19, mutant.output, mutant.column) if check.name not in unfit]
            dated = [check for check in ordered if check in self._alone.checks]
            with self._planted(mutant, first):
                killer, warned = self._alone.ask(dated, first)
            if not killer:
                break
            if not self._is_failing_healthy(killer, first):
                return self._noted(killer.name, mutant.output, mutant.column), "", True
            unfit.add(killer.name)
        with self._planted(mutant, mutant.dates):
            names = {check.name for check in dated}
            killed_by = self.first_failing(mutant.output, mutant.column, mutant.dates, names, mutant.session)
            read = [] if killed_by else self._alone.read_of_raw(*self._of_read(mutant))
        if killed_by:
            return killed_by, "", True
        healthy = self._warned_healthy(first)
        warned_by = next((name for name, counts in warned.items() if counts != healthy[name]), "")
        return "", warned_by, read != self._read_healthy(*self._of_read(mutant))

    def killer_above_raw(self, mutant: Mutant) -> str:
        """The check that fails. Each row is recomputed by itself, so that the first wrong one tells; then all is asked of all."""
        with self._planted(mutant, mutant.first_dates):
            if not self.is_recomputed(mutant.output, mutant.first_dates):
                return RECOMPUTED
        with self._planted(mutant, mutant.dates):
            return self.first_failing(mutant.output, mutant.column, mutant.dates)

    def is_recomputed(self, output: Output, dates: Dates) -> bool:
        """Whether what is recomputed of an output on some dates is what it holds: the part of the check that can have changed."""
        on = self._parameters | {"start_date": min(dates), "end_date": max(dates)}
        counts = self._sandbox.tuples(finding.counts_of(witness.compared(output)), on)
        return not any(offending for *_, offending in counts)

    def first_failing(
        self, output: Output, about: str, dates: Dates, leave_out: Set[str] = frozenset(), session: Session | None = None
    ) -> str:
        """The check of an output's gate that fails, the likeliest asked first; '' where none does.

        Asked of the whole window, but for the checks of objects, which look at each of the changed dates by itself, in the store of
        another session where one is given.
        """
        for check in self._in_order(gate_of(output.layer), output, about):
            on = dates if check.name in OF_OBJECTS else None
            if check.name not in OF_LINEAGE | leave_out and self._fails(check, output.layer, on, session or self._session):
                return self._noted(check.name, output, about)
        return ""

    def _planted(self, mutant: Planted, dates: Dates):
        return self._sandbox.replaced(mutant.planted(dates), dates)

    def _in_order(self, gate: int, output: Output, about: str) -> list[Check]:
        return sorted(self._checks[gate], key=lambda check: self._likelihood(check, output, about), reverse=True)

    def _likelihood(self, check: Check, output: Output, about: str) -> tuple[int, ...]:
        return (*(self._seen[name] for name in _names(check.name, output, about)), check.name == RECOMPUTED)

    def _noted(self, check: str, output: Output, about: str) -> str:
        self._seen.update(_names(check, output, about))
        return check

    def _fails(self, check: Check, layer: int, dates: Dates | None, session: Session) -> bool:
        parameters = self._parameters
        if check.query and (counts := self._sandbox.tuples(finding.counts_of(check.query), parameters)):
            return is_failing(check, counts)
        if dates:
            of, (first, *_, last) = session.window, sorted([*dates, *dates])
            session = replace(session, window=Window(of.season, max(first, of.start_date), min(last, of.end_date)))
            parameters = session.parameters(min_feature_rows=MIN_FEATURE_ROWS)
        contents = lineage.Contents(session, layer)
        [found] = finding.answers([check], session, gate_of(layer), contents, parameters, is_naming=False)
        return found.verdict == "fail"

    @staticmethod
    def _of_read(mutant: Planted) -> tuple[Dates, bool]:
        return mutant.dates, mutant.output.short == "SCHEDULE"


def _names(check: str, output: Output, about: str) -> list[tuple[str, ...]]:
    return [(check, output.short, about), (check, output.short), (check,)]
