"""Box scores from BallDontLie: which games of an answer are final, and their players' lines as rows."""

import re
from collections import Counter
from datetime import UTC, date, datetime

from nbhelpers.errors import Broken
from nbhelpers.raw.bodies import broken, known, need, need_date, need_team, need_whole, whole
from nbhelpers.raw.identifiers import game_id, player_lookup
from nbhelpers.season import Season

UNUSABLE = "unusable"  # how the reason begins why a game that cannot be read is not final
FEWEST_PLAYERS = 5  # of each team, who played: fewer is a snapshot, not a finished game

# Column of nba_raw.bdl_player_boxscores -> field of a BallDontLie line. A player with any of these above 0 played.
COUNTED = {
    "points": "pts", "assists": "ast", "rebounds": "reb", "offensive_rebounds": "oreb", "defensive_rebounds": "dreb",
    "steals": "stl", "blocks": "blk", "turnovers": "turnover", "personal_fouls": "pf",
    "field_goals_made": "fgm", "field_goals_attempted": "fga",
    "three_pointers_made": "fg3m", "three_pointers_attempted": "fg3a",
    "free_throws_made": "ftm", "free_throws_attempted": "fta",
}  # fmt: skip
_MINUTES = re.compile(r"(\d{1,3})(?:\.0+)?(?::([0-5]\d))?|PT(\d{1,3})M(?:(\d+(?:\.\d+)?)S)?", re.ASCII)


def final_games(box_scores: list[dict], game_date: date) -> dict[str, dict]:
    """BallDontLie's dicts of the games that are final, by game_id; Broken if one is of another date."""
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
            "period": need_whole(game, "period", where),
            "is_postseason": game["postseason"],
            "home_team_abbr": home,
            "away_team_abbr": away,
            "home_team_score": need_whole(game, "home_team_score", where),
            "away_team_score": need_whole(game, "visitor_team_score", where),
            "team_abbr": team,
            **columns,
            "source_file_path": source_file_path,
            "fetched_at": fetched_at,
        }
        for team, columns in _listed(game, where)
    ]


def minutes_played(text: str | None, where: str) -> float:
    """Minutes from a source's text: whole, `MM:SS` or ISO 8601; nothing is 0, since those who sat out have it too.

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
    """Each game of an answer, by game_id, with why it is not final ("" if it is); Broken if one is of another date.

    A game that cannot be read costs itself alone: its reason says what is odd, and where not even its teams can be
    read, its place in the answer stands for its game_id.
    """
    where = f"box scores of {game_date}"
    found: dict[str, tuple[dict, str]] = {}
    for place, game in enumerate(box_scores, start=1):
        if need_date(game, "date", where) != game_date:
            raise broken(where, f"date of a game in it is {game['date']}")
        try:
            sides = [need(game, side, dict, where) for side in ("visitor_team", "home_team")]
            identifier = game_id(game_date, *(need_team(side, "abbreviation", where) for side in sides))
        except Broken as problem:
            found[f"game {place} of {len(box_scores)}"] = game, f"{UNUSABLE}: {problem.what}"
            continue
        if identifier not in found:
            found[identifier] = game, _why_not_final(game, f"{where}, {identifier}")
        elif found[identifier][0] != game:
            found[identifier] = game, "listed twice, differently"
    return found


def odd_games(games: dict[str, tuple[dict, str]]) -> list[str]:
    """What cannot be read of an answer's judged games, a sentence each."""
    return [reason.removeprefix(f"{UNUSABLE}: ") for _, reason in games.values() if reason.startswith(UNUSABLE)]


def attempts_by_team(game: dict, where: str) -> dict[str, tuple[int, int]]:
    """Field goals attempted and made by each team of BallDontLie's dict of a final game, as its lines add up."""
    return {
        need_team(game[side], "abbreviation", where): (
            sum(whole(line, "fga", where) or 0 for line in game[side]["players"]),
            sum(whole(line, "fgm", where) or 0 for line in game[side]["players"]),
        )
        for side in ("home_team", "visitor_team")
    }


def _why_not_final(game: dict, where: str) -> str:
    try:
        status = need(game, "status", str, where)
        if status != "Final":
            return f"unfinished: {status}"
        if need_whole(game, "period", where) < 4:
            return f"unfinished: Final in period {game['period']}"
        for side in ("home_team_score", "visitor_team_score"):
            need_whole(game, side, where)
        need(game, "postseason", bool, where)
        listed = _listed(game, where)
    except Broken as problem:
        return f"{UNUSABLE}: {problem.what}"
    twice = [player for player, times in Counter(line["bdl_player_id"] for _, line in listed).items() if times > 1]
    if twice:
        return f"player {twice[0]} is listed twice"
    for side in ("home_team", "visitor_team"):
        team = need_team(game[side], "abbreviation", where)
        played = sum(line["did_play"] for of, line in listed if of == team)
        if played < FEWEST_PLAYERS:
            return f"unfinished: only {played} of {team} have played"
    return ""


def _listed(game: dict, where: str) -> list[tuple[str, dict]]:
    """The team and the own columns of each line, the home team's first."""
    return listed_once(
        [
            (need_team(game[side], "abbreviation", where), _line(line, where))
            for side in ("home_team", "visitor_team")
            for line in need(game[side], "players", list, where)
        ],
        "bdl_player_id",
    )


def listed_once(lines: list[tuple[str, dict]], key: str) -> list[tuple[str, dict]]:
    """Lines without the idle second one of a player whom both teams list, as on the day of a trade between them."""
    times = Counter(line[key] for _, line in lines)
    active = {line[key] for _, line in lines if line["did_play"]}
    kept, idle = [], set()
    for team, line in lines:
        if times[line[key]] > 1 and not line["did_play"]:
            if line[key] in active | idle:
                continue
            idle.add(line[key])
        kept.append((team, line))
    return kept


def _line(line: dict, where: str) -> dict:
    """The player's own columns of his box-score line."""
    player = need(line, "player", dict, where)
    names = [known(player, name, str, where) or "" for name in ("first_name", "last_name")]  # some have one name only
    full_name = " ".join(name.strip() for name in names if name.strip())
    if not player_lookup(full_name):
        raise broken(where, f"a player's name is {full_name!r}")
    where = f"{where}, {full_name}"
    minutes = known(line, "min", (str, int, float), where)
    minutes = None if minutes is None else str(minutes).strip()
    counted = {column: whole(line, name, where) for column, name in COUNTED.items()}
    parsed = minutes_played(minutes, where)
    jersey = known(player, "jersey_number", (str, int), where)
    return {
        "player_full_name": full_name,
        "player_lookup": player_lookup(full_name),
        "bdl_player_id": need_whole(player, "id", where),
        "jersey_number": None if jersey in (None, "") else str(jersey),
        "position": known(player, "position", str, where) or None,
        "minutes": minutes,
        "minutes_played": parsed,
        "did_play": parsed > 0 or any(count and count > 0 for count in counted.values()),
        **counted,
        "plus_minus": whole(line, "plus_minus", where),
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
