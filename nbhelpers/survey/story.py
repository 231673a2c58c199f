"""The story of one player's or team's rows on one date: the games behind them, what failed instead, and who vouches for it."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from nbhelpers import lineage, season
from nbhelpers.errors import BadInput
from nbhelpers.raw import identifiers
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output

TEAM_GAMES, PLAYER_GAMES = 15, 10
TEAM_STAGES, PLAYER_STAGES = ("TDZA",), ("PSZA", "PCF", "PDC", "MLFS", "PREDICTIONS")
TELLING = {  # the columns that a stage's row is summed up in
    "TDZA": ("games_in_sample", "paint_pct_allowed_last_15", "paint_defense_vs_league_avg", "mid_range_defense_vs_league_avg",
             "three_pt_defense_vs_league_avg", "defensive_rating_last_15", "data_quality_tier"),
    "PSZA": ("games_in_sample", "total_shots_last_10", "paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10",
             "primary_scoring_zone"),
    "PCF": ("opponent_team_abbr", "opponent_strength_score", "shot_zone_mismatch_score", "fatigue_score", "pace_score",
            "usage_spike_score", "total_composite_adjustment", "missing_factors"),
    "PDC": ("games_played_season", "points_avg_last_5", "points_avg_last_10", "points_avg_season", "team_pace_last_10"),
    "MLFS": ("feature_quality_score", "default_feature_count", "is_production_ready"),
    "PREDICTIONS": ("system_id", "predicted_points", "confidence_score"),
}  # fmt: skip


@dataclass(frozen=True)
class Story:
    """What there is of somebody on a date, the games it is made of, and the published partitions behind it.

    `rows`: table, is_there, summary (the row's telling values, or the failure, or why nothing is due). `games`: a game of
    the window each, newest first. `behind`: table, dates, rows, receipt, tainted by.
    """

    who: str
    on: date
    rows: pd.DataFrame
    games: pd.DataFrame
    behind: pd.DataFrame

    def __str__(self) -> str:
        lines = [f"{self.who} on the morning of {self.on}", ""]
        lines += [f"{'' if row.is_there else 'no '}{row.table} row: {row.summary}" for row in self.rows.itertuples()]
        lines += ["", f"The games in the window, newest first ({len(self.games)}):"]
        lines.append(self.games.to_string(index=False) if len(self.games) else "none")
        lines += ["", "What it stands on:"]
        lines.append(self.behind.to_string(index=False) if len(self.behind) else "nothing that a gate has passed")
        return "\n".join(lines)

    __repr__ = __str__


def explain(session: Session, who: str, on: str) -> Story:
    """The story of a player's or a team's rows on a date, as published: a name, a lookup or a team's code, and an ISO date.

    Raises BadInput for a date outside the season and for somebody whom no box score up to the date lists.
    """
    day = season.day("date", on)
    of = session.window.season
    if not of.opening_night <= day <= of.last_day:
        raise BadInput(f"date {day} is not within season {of.name}.", then="choose a date of the season of this notebook.")
    there = replace(session, window=Window(of, day, day))
    if who in identifiers.TEAMS or who in identifiers.TEAMS.values():
        team = identifiers.team_abbr(who)
        games = _team_games(there, team)
        return Story(f"{team} {identifiers.TEAMS[team]}", day, _rows(there, TEAM_STAGES, team), games, _behind(there, TEAM_STAGES, games))
    player = _player(there, who)
    games = _player_games(there, player.player_lookup)
    name = f"{player.player_full_name} ({player.player_lookup}, {player.team_abbr})"
    rows = _rows(there, PLAYER_STAGES, player.player_lookup)
    return Story(name, day, rows, games, _behind(there, PLAYER_STAGES, games))


def _player(session: Session, who: str):
    """The newest line of a player in the box scores up to the date."""
    lookup = identifiers.player_lookup(who)
    found = session.query(
        f"""SELECT player_lookup, player_full_name, team_abbr FROM views.box_lines
            WHERE player_lookup = '{lookup}' AND game_date BETWEEN @season_start AND @end_date ORDER BY game_date DESC LIMIT 1"""
    )
    if found.empty:
        raise BadInput(
            f"no box score of the season up to {session.window.end_date} lists {who!r}.",
            "a name that differs in a letter would tell the story of nobody",
            "give the full name as the box scores spell it, its lookup (lebronjames), or a team's code (LAL).",
        )
    return next(found.itertuples())


def _rows(session: Session, stages: tuple[str, ...], entity: str) -> pd.DataFrame:
    """For each stage its row, or its failure, or that there is neither."""
    failed = session.query(
        f"""SELECT processor_name, failure_category, failure_reason, missing_game_ids FROM nba_processing.precompute_failures
            WHERE analysis_date BETWEEN @start_date AND @end_date AND entity_id = '{entity}'"""
    )
    summary = []
    for output in map(tables.named, stages):
        key = output.table.key[0]
        found = session.query(
            f"SELECT * FROM {output.table.name} WHERE {output.table.date} BETWEEN @start_date AND @end_date AND {key} = '{entity}'"
        )
        failures = failed[failed.processor_name == output.short]
        if len(found):
            summary += [(output.short, True, _values(row, TELLING[output.short])) for row in found.to_dict("records")]
        elif len(failures):
            summary += [(output.short, False, _failure(row)) for row in failures.itertuples()]
        else:
            summary.append((output.short, False, _why_nothing(session, output, entity)))
    return pd.DataFrame(summary, columns=["table", "is_there", "summary"])


def _values(row: dict, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {'absent' if pd.isna(row[name]) else row[name]}" for name in columns)


def _failure(row) -> str:
    missing = f" (games: {row.missing_game_ids})" if isinstance(row.missing_game_ids, str) and row.missing_game_ids else ""
    return f"{row.failure_category}: {row.failure_reason}{missing}"


def _why_nothing(session: Session, output: Output, entity: str) -> str:
    """Why a stage has neither a row nor a failure of somebody on a date."""
    day, of = session.window.end_date, session.window.season
    if output.step >= 32 and output.short != "PDC" and day < of.factor_start:
        return f"nothing is due before {of.factor_start}, the factor start"
    if output.short == "TDZA":
        return "nor a failure: there is no game on this date, or the step has not run"
    whole = replace(session, window=Window(of, of.opening_night, of.last_day))
    listed = whole.query(
        f"""SELECT CAST(MAX(IF(game_date < DATE '{day}', game_date, NULL)) AS STRING) AS before,
                CAST(MIN(IF(game_date > DATE '{day}', game_date, NULL)) AS STRING) AS after,
                COUNTIF(game_date = DATE '{day}') AS lines
            FROM views.box_lines WHERE player_lookup = '{entity}'"""
    ).iloc[0]
    if listed.lines:
        return "nor a failure, although he is listed on this date: the step has not run"
    near = (("last before it", listed.before), ("next after it", listed.after))
    dates = [f"{word} {when}" for word, when in near if isinstance(when, str)]
    return f"nor a failure: he is not listed on a game of this date ({', '.join(dates)})"


def _team_games(session: Session, team: str) -> pd.DataFrame:
    """What each game of a defence's window contributed."""
    return session.query(
        f"""SELECT CAST(windows.game_date AS STRING) AS date, windows.game_id AS game, windows.points_allowed AS points,
                {_made_of('opp_paint')} AS paint, {_made_of('opp_mid_range')} AS mid_range, {_made_of('opp_three_pt')} AS three_pt,
                windows.defensive_rating AS rating
            FROM views.defence_windows AS windows WHERE windows.team_abbr = '{team}' AND windows.games_ago <= {TEAM_GAMES}
            ORDER BY windows.games_ago"""
    )


def _player_games(session: Session, player: str) -> pd.DataFrame:
    """What each of a player's newest games contributed."""
    return session.query(
        f"""SELECT CAST(windows.game_date AS STRING) AS date, windows.game_id AS game, windows.minutes_played AS minutes,
                windows.points, {_made_of('paint')} AS paint, {_made_of('mid_range')} AS mid_range, {_made_of('three_pt')} AS three_pt,
                windows.usage_rate AS usage
            FROM views.player_windows AS windows WHERE windows.player_lookup = '{player}' AND windows.games_ago <= {PLAYER_GAMES}
            ORDER BY windows.games_ago"""
    )


def _made_of(zone: str) -> str:
    """Makes of attempts as a reader says them; absent where the game has no zones."""
    return f"CONCAT(CAST(windows.{zone}_makes AS STRING), ' of ', CAST(windows.{zone}_attempts AS STRING))"


def _behind(session: Session, stages: tuple[str, ...], games: pd.DataFrame) -> pd.DataFrame:
    """The partitions that the rows are, and those of the games in the window, with the receipts that vouch for them."""
    log = lineage.season_log(session)
    game_dates = sorted({date.fromisoformat(text) for text in games.date}) if len(games) else []
    rows = []
    for output in (output for output in tables.outputs() if not output.processor):
        is_own, is_below = output.short in stages, output.layer <= 2 and output.short != "SCHEDULE"
        days = [session.window.end_date] if is_own else game_dates if is_below else []
        entries = [log[output.name, day] for day in days if (output.name, day) in log]
        for receipt, of_receipt in pd.DataFrame(entries).groupby("receipt_id") if entries else ():
            summary = f"{len(of_receipt)} of {len(days)}" if len(days) > 1 else str(days[0])
            tainted = "; ".join(sorted({str(why) for why in of_receipt.tainted_by.dropna()}))
            rows.append((output.short, summary, int(of_receipt.row_count.sum()), receipt, tainted))
    return pd.DataFrame(rows, columns=["table", "dates", "rows", "receipt", "tainted by"])
