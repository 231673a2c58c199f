"""What is there, what is missing and what is wrong: every table's every date, judged for charts, plan and monitor."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from nbhelpers import dialect, holdings, identifiers, lineage, tables
from nbhelpers.errors import Broken
from nbhelpers.session import Session

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
    """Tables by dates: table, date, state, rows, expected, note; `state` is one of drawing.STATES.

    With `step`, the tables that a step reads and writes, or that a gate judges, as they look to it: its own layer as
    the candidate. With `with_lineage`, partitions whose inputs have changed since are stale; this reads every table.
    """
    return _judge(session, _surveyed(step), step // 10 if step else None, with_lineage)


def up_to(session: Session, layer: int) -> pd.DataFrame:
    """As coverage, of a layer as its gate sees it and of those below as published."""
    return _judge(session, [output for output in _surveyed() if output.layer <= layer], layer, with_lineage=False)


def _judge(session: Session, outputs: list[tables.Output], layer: int | None, with_lineage: bool) -> pd.DataFrame:
    games, held, log = slate(session), _held(session, layer), lineage.logged(session)
    contents = lineage.Contents(session, 0)
    cells = []
    for output in outputs:
        published, staged = contents.of(output), session.warehouse.staged(output) if output.layer == layer else None
        inputs = lineage.input_fingerprints(session, output, contents) if with_lineage else {}
        for day in session.window.dates():
            row = held.get((output.short, day), _NOTHING)
            listed = len(identifiers.TEAMS) if output.short == "TDZA" else held.get(("BOXSCORES", day), _NOTHING)["table_rows"]
            state, expected, note = _state(session, output, day, row, None if games is None else games.get(day, []), listed)
            entry = log.get((output.name, day))
            if state == "present" and not (staged and str(day) in staged.dates):
                if entry is None:
                    state, note = "unaudited", "no gate has passed these rows"
                elif entry["fingerprint"] != lineage.content_at(published, day).fingerprint:
                    state, note = "unaudited", "changed since its gate passed it"
                elif entry["tainted_by"]:
                    state, note = "tainted", entry["tainted_by"]
                elif with_lineage and output.layer > 1 and entry["inputs_fingerprint"] != inputs[str(day)][1]:
                    state, note = "stale", "the tables below it have changed since"
            cells.append((output.short, day, state, row["table_rows"], expected, note))
    return pd.DataFrame(cells, columns=["table", "date", "state", "rows", "expected", "note"])


def contamination(session: Session, layer: int | None = None) -> pd.DataFrame:
    """Valid rows per critical field and date: table, field, date, valid, total; of `layer`, its candidate alone."""
    of_layer = {output.short for output in _surveyed() if layer in (None, output.layer)}
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
    order = [output.short for output in _surveyed()]
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
        games = holdings.stored_games(session.store, session.window.season)
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

    def __str__(self) -> str:
        unlike = "".join(
            f"\n{row.table}.{row.column} is {row.there or 'missing'}, and schema.sql says {row.declared}: it reads as absent."
            for row in self.differences.itertuples()
        )
        if self.tables.empty:
            return f"{self.fetch} Every table's every date is published, audited and up to date.{unlike}"
        return f"{self.fetch} To build: {self.tables.table.nunique()} tables, {self.tables.dates.sum()} partitions.{unlike}"


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
            f"To fetch: the schedule, box scores of {days} dates ({days / pace:.0f} min at {pace} requests a minute), "
            f"play-by-play of {plays} games."
        )
    cells, rows = coverage(session, with_lineage=True), []
    for output in _surveyed():
        mine = cells[cells["table"] == output.short]
        for state, reason in REASONS.items():
            dates = mine.loc[mine.state == state, "date"]
            if len(dates):
                rows.append((output.step, output.table.name, len(dates), dates.min(), dates.max(), reason))
    work = pd.DataFrame(rows, columns=["step", "table", "dates", "first", "last", "reason"])
    return Work(fetch, work, session.warehouse.differences())


def dirtied_by(session: Session, repaired: date) -> str:
    """Which later dates of each table are computed from a date, as `TDZA 14 dates, PSZA 12 dates`; '' if none is."""
    reach = lineage.Reach(session)
    dirty: dict[str, set[date]] = {}
    for output in _surveyed():
        for day in session.window.dates():
            sources = [source for source in tables.inputs(output) if not source.processor]
            dirty_days = {source.short: dirty.get(source.short, set()) | ({repaired} if source.layer == 1 else set()) for source in sources}
            if any(reach.reads(output, source, day, when) for source in sources for when in dirty_days[source.short]):
                dirty.setdefault(output.short, set()).add(day)
    slate_days = set(slate(session) or session.window.dates())
    return ", ".join(f"{short} {len(days & slate_days)} dates" for short, days in dirty.items() if days & slate_days)


REASONS = {
    "gap": "missing",
    "contaminated": "present but wrong",
    "unaudited": "no gate has passed it as it is",
    "stale": "what it was computed from has changed",
    "tainted": "built past an accepted failure",
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
    if row["contaminated"]:
        return "contaminated", expected, f"{CRITICAL.get(output.short, 'critical field')}: {row['contaminated']} rows wrong"
    if not row["table_rows"]:
        if row["failures"]:
            return "bootstrap", expected, f"{row['failures']} fail for a reason that is recorded"
        if output.step >= 32 and output.short != "PDC" and day < session.window.season.factor_start:
            return "bootstrap", expected, "before the factor start"
        return "gap", expected, "no rows"
    if is_stage:
        accounted = row["have"] + row["failures"]
        note = f"{row['have']} of {listed}, {row['failures']} fail for a recorded reason"
        return ("present" if accounted >= listed else "gap"), listed, note
    if expected is not None and row["have"] < expected:
        return "gap", expected, f"{row['have']} of {expected} games"
    return "present", None, f"{row['have']} games"


def _surveyed(step: int | None = None) -> list[tables.Output]:
    """The tables to look at: all, those a gate judges, or those a step reads and writes."""
    found = [output for output in tables.outputs() if not output.processor]
    if step is None:
        return found
    if step % 10 == 9:
        return [output for output in found if output.layer == step // 10]
    wanted = {source.name for output in tables.step_outputs(step) for source in [output, *tables.inputs(output)]}
    return [output for output in found if output.name in wanted]


def _held(session: Session, layer: int | None) -> dict[tuple[str, date], dict]:
    query = dialect.parse(dialect.SQL / "survey" / "coverage.sql")
    rows = session.warehouse.query(query, session.parameters(), layer)
    return {(row["short"], row["day"].date()): row for row in rows.to_dict("records")}
