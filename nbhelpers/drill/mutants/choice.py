"""Asking about mutants of what chooses the lines that count, in a season in which the sources quarrel."""

from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.drill.mutants.code import SHARED, CodeMutant
from nbhelpers.drill.mutants.question import Question
from nbhelpers.gates import witness
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.sql.views import views_read
from nbhelpers.warehouse import utc

SECOND = "witness.lines_that_count"
VIEWS = {SHARED, *views_read(SHARED)}
WITNESSES = {SECOND, *views_read(SECOND)}
WHO_IS_LISTED = "SELECT game_id, team_abbr, player_lookup, did_play FROM {}"  # whom every stage above analytics is about


class Choice:
    """What analytics makes of the lines that count, built and recomputed in a season in memory."""

    def __init__(self, session: Session):
        parameters = session.parameters(min_feature_rows=MIN_FEATURE_ROWS, built_at=utc(now()))
        self._sandbox, self._parameters = session.warehouse, parameters
        self._question, self._dates = Question(session, []), frozenset(parameters["dates"])
        self._outputs = tables.layer_outputs(2)
        recomputed = {witness.view_of(output) for output in self._outputs}
        for name in sorted({*VIEWS, *WITNESSES, *recomputed.union(*map(views_read, recomputed))}, key=lambda name: len(views_read(name))):
            self._sandbox.store_view(name, parameters)  # raw stays as it is
        for output in self._outputs:
            self._sandbox.rebuild(output, parameters)
        self._listed = self._rows(SHARED)
        self.is_sound = self._is_recomputed()

    def verdict(self, mutant: CodeMutant) -> tuple[bool, bool]:
        """Whether a mutant changes any row of what is built or of its witness, and whether the two differ then."""
        is_changed = False
        with self._sandbox.rewritten(mutant.source.name, mutant.query, self._parameters):
            if mutant.source.name in VIEWS:
                differing = sum(self._sandbox.rebuild(output, self._parameters) for output in self._outputs)
                is_changed = bool(differing) or self._rows(SHARED) != self._listed
                if not is_changed:
                    return False, False
            is_seen = not self._is_recomputed()
            return is_changed or is_seen, is_seen

    def _is_recomputed(self) -> bool:
        """Whether gates 29 and 39 find what they recompute: the summaries, and who is listed."""
        return all(self._question.is_recomputed(output, self._dates) for output in self._outputs) and (
            self._rows(SHARED) == self._rows(SECOND)
        )

    def _rows(self, view: str) -> list[tuple]:
        return sorted(self._sandbox.tuples(WHO_IS_LISTED.format(view), self._parameters), key=str)
