"""Asking a gate about a mutant: the check that is likeliest to see it first, and no other once one has failed."""

from collections import Counter
from collections.abc import Iterable

from nbhelpers import lineage
from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.gates import Check, checks, finding
from nbhelpers.session import Session
from nbhelpers.sql.tables import Output, gate_of

REFUSED = "refused by staging"
OF_LINEAGE = {"up_to_date", "history_whole"}  # a mutant is planted as if a build had made it


class Question:
    """Asks the gates of a season in memory what they say of what it holds now, and learns which check sees what."""

    def __init__(self, session: Session, gates: Iterable[int]):
        self._session = session
        self._parameters = session.parameters(min_feature_rows=MIN_FEATURE_ROWS)
        self._checks = {gate: [check for check in checks(gate) if check.severity == "fail"] for gate in gates}
        self._seen: Counter[tuple[str, ...]] = Counter()  # by check and what it was about, from the exact to the whole

    def first_failing(self, output: Output, about: str) -> str | None:
        """The check of an output's gate that fails, the likeliest asked first; None where none does.

        `about` is the column that is wrong, or whatever else tells one kind of fault from another.
        """
        gate = gate_of(output.layer)
        for check in sorted(self._checks[gate], key=lambda check: self._likelihood(check, output, about), reverse=True):
            if check.name not in OF_LINEAGE and self._fails(check, gate):
                self._seen.update([(check.name, output.short, about), (check.name, output.short), (check.name,)])
                return check.name
        return None

    def _likelihood(self, check: Check, output: Output, about: str) -> tuple[int, ...]:
        names = [(check.name, output.short, about), (check.name, output.short), (check.name,)]
        return (*(self._seen[name] for name in names), check.name == "recomputed")

    def _fails(self, check: Check, gate: int) -> bool:
        contents = lineage.Contents(self._session, gate // 10)
        return finding.answer(check, self._session, gate, contents, self._parameters).verdict == "fail"


def is_refused(output: Output, rows: Iterable[dict]) -> bool:
    """Whether staging would not take the rows: a column that is required is NULL in one of them."""
    required = [column.name for column in output.table.columns if column.required]
    return any(row[name] is None for row in rows for name in required)
