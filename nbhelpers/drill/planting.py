"""How a fault of the catalogue gets into a scratch copy: where it is aimed, what is staged, what is changed by hand."""

from dataclasses import replace

import pandas as pd
import sqlglot
from sqlglot import exp

from nbhelpers import build, lineage
from nbhelpers.drill import faults
from nbhelpers.drill.faults import Fault
from nbhelpers.errors import BadInput, Broken
from nbhelpers.gates import recompute
from nbhelpers.season import Window
from nbhelpers.session import Session, now
from nbhelpers.sql import dialect, tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import Staged, candidate, utc

FEWEST_GAMES = 3  # of the date that faults are aimed at, so that a flag or a column could stand still on it


class NotStaged(Exception):
    """Staging did not take the faulty rows."""


def plant(copy: Session, fault: Fault, aims: dict[str, object]) -> Session:
    """Put a fault into a scratch copy and return the session that a gate is to look at it with.

    Raises NotStaged where staging itself refuses the rows.
    """
    session = (
        replace(copy, window=Window(copy.window.season, aims["on"], copy.window.end_date))
        if fault.is_later_window
        else copy
    )
    _change_published(session, fault, aims)
    if fault.staged:
        _stage_layer(session, fault.gate // 10)
        _stage_fault(session, fault, aims)
    return session


def aims(session: Session) -> dict[str, object]:
    """What faults are aimed at in this season, by the names that their SQL has for it; see nbhelpers/faults.py."""
    games = _games(session)
    slate = session.query("SELECT game_date, game_id, team_abbr, is_official FROM views.slate_teams ORDER BY game_date")
    slate["game_date"] = pd.to_datetime(slate.game_date).dt.date
    playing = slate.groupby("game_date").team_abbr.agg(set)
    teams, dates = set(session.parameters()["teams"]), list(playing.index)
    sampled = recompute.sampled_dates(session)  # rows of these are recomputed, which sees nearly everything
    fit = games[
        (games.groupby("game_date").game_id.transform("size") >= FEWEST_GAMES)
        & games.game_date.map(lambda day: day not in sampled and day < dates[-2] and len(teams - playing[day]) >= 2)
    ]
    if fit.empty:
        raise BadInput(
            f"{session.window} has no date to aim a drill at.",
            f"it takes one after {session.window.season.factor_start} with {FEWEST_GAMES} games of players with all features, "
            "two idle teams and dates after it",
            "drill in a longer window.",
        )
    on = fit.groupby("game_date").size().idxmax()
    game, other = fit[fit.game_date == on].iloc[0], fit[fit.game_date == on].iloc[1]
    own = slate[(slate.team_abbr == game.home_team_abbr) & (slate.game_date < on) & slate.is_official]
    idle = sorted(teams - playing[on])
    return {
        "on": on,
        "game_id": game.game_id,
        "team": game.home_team_abbr,
        "opponent": game.away_team_abbr,
        "player": game.player_lookup,
        "other_player": other.player_lookup,
        "earlier_game": own.game_id.iloc[-3],
        "idle_home": idle[0],
        "idle_away": idle[1],
        "later": next(day for day in dates if day > on and game.player_team not in playing[day]),
        "skipped": _skipped(session),
    }


def _games(session: Session) -> pd.DataFrame:
    """The official games with a player of full features: game_date, game_id, teams, player_lookup, player_team."""
    found = session.query(
        """SELECT games.game_date, games.game_id, games.home_team_abbr, games.away_team_abbr,
               store.player_lookup, store.team_abbr AS player_team
           FROM views.slate_games AS games
           INNER JOIN nba_predictions.ml_feature_store_v2 AS store
               ON store.game_id = games.game_id AND store.game_date BETWEEN @start_date AND @end_date
           WHERE games.is_official AND store.feature_sources[SAFE_OFFSET(18)] = 'observed'
           QUALIFY ROW_NUMBER() OVER (PARTITION BY games.game_id ORDER BY store.player_lookup) = 1
           ORDER BY games.game_date, games.game_id"""
    )
    found["game_date"] = pd.to_datetime(found.game_date).dt.date
    return found


def _skipped(session: Session):
    """The first date of the window that has no forecasts for want of feature rows, or None."""
    [first] = session.query(
        """SELECT MIN(analysis_date) AS day FROM nba_processing.precompute_failures
           WHERE processor_name = 'PREDICTIONS' AND failure_category = 'INSUFFICIENT_DATA'
               AND analysis_date BETWEEN @start_date AND @end_date"""
    ).day
    return None if pd.isna(first) else first.date()


def _stage_layer(session: Session, layer: int) -> None:
    """Stage every output of a layer as it is published, as a run would have built it."""
    if session.warehouse.stage_kept(layer):
        return
    contents = lineage.Contents(session, layer)
    for output in tables.layer_outputs(layer):
        _stage(session, output, _as_published(output), {}, _inputs(session, output, contents))
        contents.forget(output)
    session.warehouse.keep_staging(layer)


def _stage_fault(session: Session, fault: Fault, aims: dict[str, object]) -> None:
    """Leave the faulty rows in staging, and what the layer's later steps would have computed from them.

    Each tells the inputs that are there now, so that lineage alone does not give every fault away.
    """
    contents, changed = lineage.Contents(session, fault.gate // 10), set()
    for output in tables.layer_outputs(fault.gate // 10):
        if output.short in fault.staged:
            query = _faulty(output, fault)
        elif changed & {source.name for source in tables.inputs(output)}:
            query = dialect.parse(output.path)
        else:
            continue
        inputs = _inputs(session, output, contents)
        if fault.is_stale and output.short in fault.staged:
            inputs = dict(
                zip(inputs, [("", ""), *inputs.values()], strict=False)
            )  # each date has those of the day before
        _stage(session, output, query, aims, inputs)
        contents.forget(output)
        changed.add(output.name)


def _inputs(session: Session, output: Output, contents: lineage.Contents) -> dict[str, tuple[str, str]]:
    return lineage.input_fingerprints(session, output, contents) if tables.inputs(output) else {}


def _stage(session: Session, output: Output, query: exp.Query, aims: dict[str, object], inputs: dict) -> None:
    parameters = session.parameters(built_at=utc(now()), min_feature_rows=build.MIN_FEATURE_ROWS) | aims
    dates = tuple(map(str, session.window.dates()))
    staged = Staged(dates, session.run_id, lineage.code_version(output), now().isoformat(timespec="seconds"), inputs)
    try:
        session.warehouse.stage(output, query, parameters, staged)
    except Broken as problem:
        raise NotStaged from problem


def _faulty(output: Output, fault: Fault) -> exp.Query:
    """The query that gives an output's faulty rows."""
    planted = fault.staged[output.short]
    if planted == faults.AS_PUBLISHED:
        return _as_published(output)
    if planted == faults.NOTHING:
        return _as_published(output).where("FALSE")
    if isinstance(planted, str):
        return sqlglot.parse_one(planted, read="bigquery")
    right = text = dialect.write(dialect.expand(dialect.parse(output.path)), "bigquery")
    for piece, instead in planted:
        text = text.replace(piece, instead)
    if text == right:
        raise Broken(
            f"fault {fault.id} changes nothing in {output.path.name}: none of its pieces stands there any more.",
            "a fault that is not planted is one that no check is asked about",
            "bring the pieces in nbhelpers/faults.py up to the query.",
        )
    return sqlglot.parse_one(text, read="bigquery")


def _as_published(output: Output) -> exp.Query:
    return sqlglot.parse_one(f"SELECT * FROM {output.table.name} WHERE {candidate.mine(output)}", read="bigquery")


def _change_published(session: Session, fault: Fault, aims: dict[str, object]) -> None:
    """Run the fault's statements on published tables; where it says so, log the outcome as its gates would have."""
    if fault.published:
        with session.warehouse.writing() as connection:
            for statement in fault.published:
                parsed = sqlglot.parse_one(statement, read="bigquery")
                connection.execute(
                    dialect.write(parsed, "duckdb"), {name: aims[name] for name in dialect.parameters(parsed)}
                )
    for output in tables.outputs():
        if output.short in fault.logged:
            _log(session, output)


def _log(session: Session, output: Output) -> None:
    """Bring the partition log up to what is published of an output."""
    contents = lineage.Contents(session, 0)
    there, inputs = contents.of(output), _inputs(session, output, contents)
    with session.warehouse.writing() as connection:
        for day in session.window.dates():
            connection.execute(
                "UPDATE nba_processing.partition_log SET fingerprint = ?, inputs_fingerprint = ? "
                "WHERE table_name = ? AND processor_name = ? AND partition_date = ?",
                [
                    lineage.content_at(there, day).fingerprint, inputs.get(str(day), ("", ""))[1],
                    output.table.name, output.processor, day,
                ],
            )  # fmt: skip
