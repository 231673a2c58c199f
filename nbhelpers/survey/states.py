"""What is there, what is missing and what is wrong: every table's every date, judged for charts, plan and monitor."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from nbhelpers import lineage
from nbhelpers.errors import Broken
from nbhelpers.lineage import overrides
from nbhelpers.raw import identifiers
from nbhelpers.session import Session
from nbhelpers.sources import holdings
from nbhelpers.sql import files, tables
from nbhelpers.wording import many

WITNESSES = ("NBA_BOXSCORES", "NBA_TEAM_BOXSCORES")  # gate 1 tells which games have a second box score
CRITICAL = {  # short name: the field whose absence or zero poisons what is above
    "SHOTS": "zone",
    "PGS": "has_shot_zones",
    "TDGS": "opp_paint_attempts",
    "TOGS": "pace",
    "TDZA": "paint_defense_vs_league_avg",
    "PSZA": "paint_rate_last_10",
    "PCF": "opponent_strength_score",
    "PDC": "team_pace_last_10",
    "MLFS": "is_production_ready",
}


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


OPTIONAL_LAYER = 4
AS_IT_SHOULD_BE = ("present", "bootstrap", "no games")  # unless the log says otherwise


def _judge(session: Session, outputs: list[tables.Output], layer: int | None, with_lineage: bool) -> pd.DataFrame:
    games, held, log = slate(session), _held(session, layer), lineage.log_entries(session)
    contents, cells = lineage.Contents(session, 0), []
    staged_of = {output: session.warehouse.staged(output) for output in outputs if output.layer == layer}
    parts_of = {
        output: [part for part in tables.step_outputs(output.step) if output.short in (part.short, part.processor)] for output in outputs
    }
    contents.look_up(part for output in outputs if not staged_of.get(output) for part in parts_of[output])
    for output in outputs:
        staged, parts = staged_of.get(output), parts_of[output]
        asks = with_lineage and output.layer > 1
        inputs = {part: lineage.input_fingerprints(session, part, contents) for part in parts} if asks else {}
        for day in session.window.dates():
            row = held.get((output.short, day), _NOTHING)
            listed = len(identifiers.TEAMS) if output.short == "TDZA" else held.get(("BOXSCORES", day), _NOTHING)["table_rows"]
            state, expected, note = _state(session, output, day, row, None if games is None else games.get(day, []), listed)
            if state in AS_IT_SHOULD_BE and not (staged and str(day) in staged.dates):
                for part in parts:  # a stage's rows, then its failures
                    made_from, code = (inputs[part][str(day)][1], lineage.code_of(session, part)) if asks else (None, None)
                    entry, content = log.get((part.name, day)), lineage.content_at(contents.of(part), day)
                    if entry is None and not content.rows:
                        continue  # nothing is there, and nothing need be
                    wrong = lineage.discrepancy(entry, content, made_from, code)
                    if wrong:
                        state, note = wrong[0], wrong[1] if part is output else f"failures: {wrong[1]}"
                        break
            cells.append((output.short, day, state, row["table_rows"], expected, note, output.table.name.partition(".")[2]))
    found = pd.DataFrame(cells, columns=["table", "date", "state", "rows", "expected", "note", "full"])
    return found if any(staged_of.values()) and layer == OPTIONAL_LAYER else _optional(found, held, log)


def _optional(cells: pd.DataFrame, held: dict, log: dict) -> pd.DataFrame:
    """The cells, where what nobody has asked for is optional and not missing: the predictions, while there were none."""
    names = {output.short: output.name for output in surveyed() if output.layer == OPTIONAL_LAYER}
    was_published = {name for name, _ in log}
    asked_for = {short for short, _ in held} | {short for short, name in names.items() if name in was_published}
    is_optional = cells.table.isin(names.keys() - asked_for) & ~cells.state.isin(["no games", "bootstrap"])
    return cells.assign(
        state=cells.state.mask(is_optional, "optional"), note=cells.note.mask(is_optional, "python run_backfill.py --with-predictions")
    )


def contamination(session: Session, layer: int | None = None) -> pd.DataFrame:
    """Valid rows per critical field and date: table, field, date, valid, total; of `layer`, its candidate alone."""
    of_layer = {output.short for output in surveyed() if layer in (None, output.layer)}
    rows = [
        (short, CRITICAL[short], day, row["table_rows"] - row["contaminated"], row["table_rows"])
        for (short, day), row in _held(session, layer).items()
        if short in CRITICAL and short in of_layer and row["table_rows"]
    ]
    found = pd.DataFrame(rows, columns=["table", "field", "date", "valid", "total"])
    order = {short: n for n, short in enumerate(CRITICAL)}
    return found.sort_values(["table", "date"], key=lambda column: column.map(order) if column.name == "table" else column)


def failures(session: Session, layer: int | None = None) -> pd.DataFrame:
    """Per stage and date, how many fail for want of games and how many must: processor, date, expected, actual, listed."""
    found = session.query(
        """SELECT members.processor_name AS processor, members.analysis_date AS date, COUNTIF(members.must_fail) AS expected,
               COUNTIF(failures.entity_id IS NOT NULL) AS actual, COUNT(*) AS listed
           FROM views.stage_members AS members
           LEFT JOIN nba_processing.precompute_failures AS failures
               ON failures.processor_name = members.processor_name AND failures.analysis_date = members.analysis_date
               AND failures.entity_id = members.entity_id AND failures.analysis_date BETWEEN @start_date AND @end_date
           GROUP BY members.processor_name, members.analysis_date ORDER BY members.analysis_date""",
        layer,
    )
    found["date"] = pd.to_datetime(found["date"]).dt.date
    order = [output.short for output in surveyed()]
    return found.sort_values(["processor", "date"], key=lambda column: column.map(order.index) if column.name == "processor" else column)


def failure_categories(session: Session) -> pd.DataFrame:
    """How many published failures of each category each stage has: processor, category, failures."""
    return session.query(
        """SELECT processor_name AS processor, failure_category AS category, COUNT(*) AS failures
           FROM nba_processing.precompute_failures WHERE analysis_date BETWEEN @start_date AND @end_date
           GROUP BY processor_name, failure_category ORDER BY processor_name, failure_category"""
    )


def slate(session: Session) -> dict[date, list] | None:
    """The window's slate games by date, from the newest stored schedule; None where no schedule is stored yet."""
    try:
        games = holdings.stored_games(session.store, session.window.season.name)
    except Broken:
        return None
    found: dict[date, list] = {}
    for game in holdings.slate(games, session.window):
        found.setdefault(game.game_date, []).append(game)
    return found


@dataclass(frozen=True)
class Work:
    """What a run over the window has to do."""

    fetch: str
    tables: pd.DataFrame  # step, table, dates, first, last, reason
    differences: pd.DataFrame  # table, column, declared, there: columns of tables that are not as schema.sql says
    accepted: list[str]  # what somebody accepted, a line each

    def __str__(self) -> str:
        lines = [f"Accepted: {line}." for line in self.accepted]
        lines += [
            f"{row.table}.{row.column} is {row.there or 'missing'}, and schema.sql says {row.declared}: it reads as absent."
            for row in self.differences.itertuples()
        ]
        to_build = f"To build: {many(self.tables.table.nunique(), 'table')}, {many(self.tables.dates.sum(), 'partition')}."
        whole = "Every table's every date is published, audited and up to date."
        return "\n".join([*lines, f"{self.fetch} {whole if self.tables.empty else to_build}"])


def plan(session: Session) -> Work:
    """What a run would fetch and build, and why. Reads only, and asks no source."""
    games = slate(session)
    if games is None:
        fetch = f"No schedule is stored yet: 10 fetches it, and what {session.window} lacks."
    else:
        lacking = holdings.missing(session.store, [game for day in games.values() for game in day], session.window)
        days, plays = len(lacking.box_score_dates), len(lacking.play_by_play_games)
        pace = session.settings.bdl_rate or 5
        fetch = (
            f"To fetch: the schedule, box scores of {many(days, 'date')} ({days / pace:.0f} min at {pace} requests a minute), "
            f"play-by-play of {many(plays, 'game')}."
        )
    cells, rows = coverage(session, with_lineage=True), []
    for output in surveyed():
        mine = cells[cells["table"] == output.short]
        for state, reason in REASONS.items():
            of_state = mine[mine.state == state]
            for why, cell in of_state.groupby(of_state.note if "{}" in reason else of_state.state, sort=False):
                rows.append((output.step, output.table.name, len(cell), cell.date.min(), cell.date.max(), reason.format(why)))
    work = pd.DataFrame(rows, columns=["step", "table", "dates", "first", "last", "reason"])
    return Work(fetch, work, session.warehouse.differences(), overrides.describe_accepted(session))


REASONS = {
    "gap": "missing",
    "contaminated": "contaminated: rows that are wrong, or on a date without games",
    "unaudited": "{}",
    "stale": "stale: {}",
    "tainted": "built past an accepted failure: {}",
}
_NOTHING = {"table_rows": 0, "have": 0, "contaminated": 0, "failures": 0}


def _state(
    session: Session, output: tables.Output, day: date, row: dict, slate_games: list | None, listed: int
) -> tuple[str, int | None, str]:
    """The state of one table's one date, how much there should be, and a note for the reader."""
    is_stage = output.layer >= 3
    if slate_games is None:
        expected = None
    elif output.short == "SHOTS":
        expected = sum(game.is_official for game in slate_games)
    else:
        expected = len(slate_games)
    if expected == 0 and not row["table_rows"]:
        return "no games", 0, "no official game" if slate_games else "no game"
    if slate_games == [] and output.short != "SCHEDULE":  # the schedule itself holds postponed games
        return "contaminated", 0, f"{many(row['table_rows'], 'row')} on a date without games"
    if row["contaminated"]:
        return "contaminated", expected, f"{CRITICAL.get(output.short, 'critical field')}: {many(row['contaminated'], 'row')} wrong"
    if not row["table_rows"]:
        if row["failures"] >= max(listed, 1):
            return "bootstrap", expected, f"{row['failures']} fail for a reason that is recorded"
        if output.step >= 32 and output.short != "PDC" and day < session.window.season.factor_start:
            return "bootstrap", expected, "before the factor start"
        failing = f", and {row['failures']} of {listed} fail for a reason that is recorded" if row["failures"] else ""
        return "gap", expected, f"no rows{failing}"
    if is_stage:
        accounted = row["have"] + row["failures"]
        note = f"{row['have']} of {listed}, {row['failures']} fail for a recorded reason"
        return ("present" if accounted >= listed else "gap"), listed, note
    if expected is not None and row["have"] < expected:
        return "gap", expected, f"{row['have']} of {expected} games"
    return "present", None, f"{row['have']} games"


def surveyed(step: int | None = None) -> list[tables.Output]:
    """The tables to look at: all, those a gate judges, or those a step reads and writes."""
    found = [output for output in tables.outputs() if not output.processor and output.short not in WITNESSES]
    if step is None:
        return found
    if step % 10 == 9:
        return [output for output in found if output.layer == step // 10]
    wanted = {source.name for output in tables.step_outputs(step) for source in [output, *tables.inputs(output)]}
    return [output for output in found if output.name in wanted]


def _held(session: Session, layer: int | None) -> dict[tuple[str, date], dict]:
    query = files.text(files.SQL / "survey" / "coverage.sql")
    rows = session.warehouse.query(query, session.parameters(), layer)
    return {(row["short"], row["day"].date()): row for row in rows.to_dict("records")}
