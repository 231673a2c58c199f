"""Box scores from BallDontLie: which games of an answer are final, and their players' lines as rows."""

import re
from collections import Counter
from datetime import UTC, date, datetime

from nbhelpers.raw.bodies import broken, known, need, need_date, need_team
from nbhelpers.raw.identifiers import game_id, player_lookup
from nbhelpers.season import Season

FEWEST_PLAYERS = 5  # of each team, who played: fewer is a snapshot, not a finished game

# Column of nba_raw.bdl_player_boxscores -> field of a BallDontLie line. A player with any of these above 0 played.
COUNTED = {
    "points": "pts", "assists": "ast", "rebounds": "reb", "offensive_rebounds": "oreb", "defensive_rebounds": "dreb",
    "steals": "stl", "blocks": "blk", "turnovers": "turnover", "personal_fouls": "pf",
    "field_goals_made": "fgm", "field_goals_attempted": "fga",
    "three_pointers_made": "fg3m", "three_pointers_attempted": "fg3a",
    "free_throws_made": "ftm", "free_throws_attempted": "fta",
}  # fmt: skip
_MINUTES = re.compile(r"(\d{1,3})(?::([0-5]\d))?|PT(\d{1,3})M(?:(\d+(?:\.\d+)?)S)?")


def final_games(box_scores: list[dict], game_date: date) -> dict[str, dict]:
    """BallDontLie's dicts of the games that are final, by game_id; Broken if one is of another date or shape."""
    return {identifier: game for identifier, (game, reason) in judged(box_scores, game_date).items() if not reason}


def unfinished(box_scores: list[dict], game_date: date) -> dict[str, str]:
    """Why a game that is there is not final, by game_id, as `unfinished: 3rd Qtr`; Broken as `final_games`."""
    return {identifier: reason for identifier, (_, reason) in judged(box_scores, game_date).items() if reason}


def boxscore_rows(
    game: dict, game_date: date, season: Season, source_file_path: str, fetched_at: datetime
) -> list[dict]:
    """The rows of nba_raw.bdl_player_boxscores of a game; a statistic that the source lacks is None."""
    where = source_file_path
    home, away = (need_team(game[side], "abbreviation", where) for side in ("home_team", "visitor_team"))
    return [
        {
            "game_id": game_id(game_date, away, home),
            "game_date": game_date,
            "season_year": season.year,
            "game_status": game["status"],
            "period": game["period"],
            "is_postseason": game["postseason"],
            "home_team_abbr": home,
            "away_team_abbr": away,
            "home_team_score": game["home_team_score"],
            "away_team_score": game["visitor_team_score"],
            "team_abbr": team,
            **_line(line, where),
            "source_file_path": source_file_path,
            "fetched_at": fetched_at,
        }
        for team, side in ((home, "home_team"), (away, "visitor_team"))
        for line in need(game[side], "players", list, where)
    ]


def minutes_played(text: str | None, where: str) -> float:
    """Minutes from BallDontLie's text: whole, `MM:SS` or ISO 8601; nothing is 0, since those who sat out have it too.

    >>> [minutes_played(text, "here") for text in ("05", "", "27:03", "PT27M03.00S")]
    [5.0, 0.0, 27.05, 27.05]
    """
    if not text:
        return 0.0
    parts = _MINUTES.fullmatch(text)
    if not parts:
        raise broken(where, f"min is {text!r}")
    minutes, seconds = parts.group(1, 2) if parts[1] else parts.group(3, 4)
    return int(minutes) + float(seconds or 0) / 60


def judged(box_scores: list[dict], game_date: date) -> dict[str, tuple[dict, str]]:
    """Each game of an answer, by game_id, with why it is not final ("" if it is)."""
    where = f"box scores of {game_date}"
    found: dict[str, tuple[dict, str]] = {}
    for game in box_scores:
        if need_date(game, "date", where) != game_date:
            raise broken(where, f"date of a game in it is {game['date']}")
        sides = [need(game, side, dict, where) for side in ("visitor_team", "home_team")]
        identifier = game_id(game_date, *(need_team(side, "abbreviation", where) for side in sides))
        if identifier not in found:
            found[identifier] = game, _why_not_final(game, f"{where}, {identifier}")
        elif found[identifier][0] != game:
            found[identifier] = game, "listed twice, differently"
    return found


def _why_not_final(game: dict, where: str) -> str:
    status = need(game, "status", str, where)
    if status != "Final":
        return f"unfinished: {status}"
    if need(game, "period", int, where) < 4:
        return f"unfinished: Final in period {game['period']}"
    for name, kind in (("home_team_score", int), ("visitor_team_score", int), ("postseason", bool)):
        need(game, name, kind, where)
    listed: Counter[int] = Counter()
    for side in ("home_team", "visitor_team"):
        lines = [_line(line, where) for line in need(game[side], "players", list, where)]
        listed.update(line["bdl_player_id"] for line in lines)
        played = sum(line["did_play"] for line in lines)
        if played < FEWEST_PLAYERS:
            return f"unfinished: only {played} of {game[side]['abbreviation']} have played"
    twice = [player for player, times in listed.items() if times > 1]
    return f"player {twice[0]} is listed twice" if twice else ""


def _line(line: dict, where: str) -> dict:
    """The player's own columns of his box-score line."""
    player = need(line, "player", dict, where)
    full_name = f"{need(player, 'first_name', str, where)} {need(player, 'last_name', str, where)}".strip()
    where = f"{where}, {full_name}"
    minutes = known(line, "min", str, where)
    counted = {column: known(line, name, int, where) for column, name in COUNTED.items()}
    parsed = minutes_played(minutes, where)
    return {
        "player_full_name": full_name,
        "player_lookup": player_lookup(full_name),
        "bdl_player_id": need(player, "id", int, where),
        "jersey_number": known(player, "jersey_number", str, where) or None,
        "position": known(player, "position", str, where) or None,
        "minutes": minutes,
        "minutes_played": parsed,
        "did_play": parsed > 0 or any(count and count > 0 for count in counted.values()),
        **counted,
        "plus_minus": known(line, "plus_minus", int, where),
    }


def envelope(body: dict, day: date, key: str) -> tuple[list[dict], datetime]:
    """The games of a stored box-score object and when it was fetched."""
    if need_date(body, "date", key) != day:
        raise broken(key, f"date is {body['date']}")
    box_scores = need(body, "boxScores", list, key)
    if need(body, "rowCount", int, key) != len(box_scores):
        raise broken(key, f"rowCount is {body['rowCount']}, but it holds {len(box_scores)} games")
    try:
        fetched_at = datetime.fromisoformat(need(body, "timestamp", str, key))
    except ValueError:
        raise broken(key, f"timestamp is {body['timestamp']!r}") from None
    return box_scores, fetched_at.replace(tzinfo=fetched_at.tzinfo or UTC).astimezone(UTC)
