"""Every table's every date judged: present, absent, wrong, too early, or not as its gate passed it."""

from datetime import date

import pandas as pd

from nbhelpers import lineage
from nbhelpers.raw import Game, identifiers
from nbhelpers.season import Season
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.survey.counts import LINES, NO_ROWS, Counts, partition_counts
from nbhelpers.survey.scope import BOX_SCORES, CRITICAL, slate, surveyed
from nbhelpers.wording import many

OPTIONAL_LAYER = 4
AS_IT_SHOULD_BE = ("present", "bootstrap", "no games")  # unless the log says otherwise


def coverage(session: Session, step: int | None = None, with_lineage: bool = False) -> pd.DataFrame:
    """Tables by dates: table, date, state, rows, expected, note, full (its name); `state` is one of looks.STATES.

    With `step`, the tables that a step reads and writes, or that a gate judges, as they look to it: its own layer as
    the candidate. With `with_lineage`, partitions whose inputs have changed since are stale; this reads every table.
    """
    with session.warehouse.held_open():
        return _judge(session, surveyed(step), step // 10 if step else None, with_lineage)


def up_to(session: Session, layer: int) -> pd.DataFrame:
    """As coverage, of a layer as its gate sees it and of those below as published."""
    with session.warehouse.held_open():
        return _judge(session, [output for output in surveyed() if output.layer <= layer], layer, with_lineage=False)


def _judge(session: Session, outputs: list[Output], layer: int | None, with_lineage: bool) -> pd.DataFrame:
    games, counts, cells = slate(session), partition_counts(session, layer, {1, *(output.layer for output in outputs)}), []
    staged = {output: session.warehouse.staged(output) for output in outputs if output.layer == layer}
    published = _Published(session, [output for output in outputs if not staged.get(output)], with_lineage, games is not None)
    for output in outputs:
        staging = staged.get(output)
        for day in session.window.dates():
            of_date = counts.get((output.short, day), NO_ROWS)
            listed = len(identifiers.TEAMS) if output.short == "TDZA" else counts.get((LINES, day), NO_ROWS).rows
            date_games = None if games is None else games.get(day, [])
            state, expected, note = _state(session.window.season, output, day, of_date, date_games, listed)
            if state == "gap" and output.short in BOX_SCORES and counts.get((LINES, day), NO_ROWS).have >= (expected or 1):
                state, note = "one source", f"{of_date.have} of {expected} games: the other source's box scores count"
            if state in AS_IT_SHOULD_BE and not (staging and str(day) in staging.dates):
                state, note = published.discrepancy(output, day) or (state, note)
            cells.append((output.short, day, state, of_date.rows, expected, note, output.table.name.partition(".")[2]))
    found = pd.DataFrame(cells, columns=["table", "date", "state", "rows", "expected", "note", "full"])
    return found if any(staged.values()) and layer == OPTIONAL_LAYER else _optional(found, counts, published.contents.log)


class _Published:
    """What is published, against what the partition log says of it."""

    def __init__(self, session: Session, outputs: list[Output], with_lineage: bool, has_schedule: bool):
        self._session = session
        # Without a schedule nobody can tell what a raw row is made from.
        self._lowest = (1 if has_schedule else 2) if with_lineage else 9
        self._inputs: dict[Output, lineage.Inputs] = {}
        self.contents = lineage.Contents(session, 0)
        self.contents.look_up(part for output in outputs for part in _parts(output))

    def discrepancy(self, output: Output, day: date) -> tuple[str, str] | None:
        """The state of a partition that is not as its gate passed it, and why; a stage's rows first, then its failures."""
        for part in _parts(output):
            entry, content = self.contents.log.get((part.name, day)), lineage.content_at(self.contents.of(part), day)
            if entry is None and not content.rows:
                continue  # nothing is there, and nothing need be
            inputs, code = None, None
            if output.layer >= self._lowest:
                inputs, code = self._inputs_of(part)[str(day)][1], lineage.code_of(self._session, part)
            if found := lineage.discrepancy(entry, content, inputs, code):
                return found if part is output else (found[0], f"failures: {found[1]}")
        return None

    def _inputs_of(self, part: Output) -> lineage.Inputs:
        if part not in self._inputs:
            self._inputs[part] = lineage.input_fingerprints(self._session, part, self.contents)
        return self._inputs[part]


def _parts(output: Output) -> list[Output]:
    """A table's own output, and that of its stage's failures where it has any."""
    return [part for part in tables.step_outputs(output.step) if output.short in (part.short, part.processor)]


def _optional(cells: pd.DataFrame, counts: dict, log: lineage.Log) -> pd.DataFrame:
    """The cells, where what nobody has asked for is optional and not missing: the predictions, while there were none."""
    names = {output.short: output.name for output in surveyed() if output.layer == OPTIONAL_LAYER}
    was_published = {name for name, _ in log}
    requested = {short for short, _ in counts} | {short for short, name in names.items() if name in was_published}
    is_optional = cells.table.isin(names.keys() - requested) & ~cells.state.isin(["no games", "bootstrap"])
    return cells.assign(
        state=cells.state.mask(is_optional, "optional"), note=cells.note.mask(is_optional, "python run_backfill.py --with-predictions")
    )


def _state(
    season: Season, output: Output, day: date, counts: Counts, games: list[Game] | None, listed: int
) -> tuple[str, int | None, str]:
    """The state of one table's one date, how much there should be, and a note for the reader.

    `games` are those of its slate, None where no schedule is stored; `listed` is how many players or teams must be accounted for.
    """
    if games is None:
        expected = None
    elif output.short == "SHOTS":
        expected = sum(game.is_official for game in games)
    else:
        expected = len(games)
    rows, failures = counts.rows, counts.failures
    if expected == 0 and not rows:
        return "no games", 0, "no official game" if games else "no game"
    if games == [] and output.short != "SCHEDULE":  # the schedule itself holds postponed games
        return "contaminated", 0, f"{many(rows, 'row')} on a date without games"
    if counts.contaminated:
        return "contaminated", expected, f"{CRITICAL.get(output.short, 'critical field')}: {many(counts.contaminated, 'row')} wrong"
    if not rows:
        if failures >= max(listed, 1):
            return "bootstrap", expected, f"{failures} fail for a reason that is recorded"
        if output.step >= 32 and output.short != "PDC" and day < season.factor_start:
            return "bootstrap", expected, "before the factor start"
        failing = f", and {failures} of {listed} fail for a reason that is recorded" if failures else ""
        return "gap", expected, f"no rows{failing}"
    if output.layer >= 3:
        note = f"{counts.have} of {listed}, {failures} fail for a recorded reason"
        return ("present" if counts.have + failures >= listed else "gap"), listed, note
    if expected is not None and counts.have < expected:
        return "gap", expected, f"{counts.have} of {expected} games"
    return "present", None, f"{counts.have} games"
