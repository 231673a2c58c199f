"""The NBA's own box scores, the official record: when one is final, its lines and totals as rows, its schedule entry."""

from datetime import date, datetime

from nbhelpers.errors import Broken
from nbhelpers.raw.bodies import broken, known, need, need_date, need_team, need_whole, whole
from nbhelpers.raw.boxscores import FEWEST_PLAYERS, UNUSABLE, listed_once, minutes_played
from nbhelpers.raw.identifiers import player_lookup
from nbhelpers.raw.schedule import Game, game_of
from nbhelpers.season import Season

FINAL = 3
SIDES = ("homeTeam", "awayTeam")

# Column of nba_raw.nbac_player_boxscores -> field of a player's statistics. Who has any of these above 0 played.
COUNTED = {
    "points": "points", "assists": "assists", "rebounds": "reboundsTotal", "offensive_rebounds": "reboundsOffensive",
    "defensive_rebounds": "reboundsDefensive", "steals": "steals", "blocks": "blocks", "turnovers": "turnovers",
    "personal_fouls": "foulsPersonal", "field_goals_made": "fieldGoalsMade", "field_goals_attempted": "fieldGoalsAttempted",
    "three_pointers_made": "threePointersMade", "three_pointers_attempted": "threePointersAttempted",
    "free_throws_made": "freeThrowsMade", "free_throws_attempted": "freeThrowsAttempted",
}  # fmt: skip
# The same of a team's, which alone tells of the paint.
TEAM_COUNTED = COUNTED | {"paint_makes": "pointsInThePaintMade", "paint_attempts": "pointsInThePaintAttempted"}


def why_not_final(body: dict, nba_game_id: str, where: str) -> str:
    """Why the NBA's box score of a game is not final, in words; '' where it is. Broken if it is of another game or shape."""
    game = _game(body, nba_game_id, where)
    if need_whole(game, "gameStatus", where) != FINAL:
        return f"unfinished: {known(game, 'gameStatusText', str, where) or 'game status ' + str(game['gameStatus'])}"
    if need_whole(game, "period", where) < 4:
        return f"unfinished: final in period {game['period']}"
    try:
        listed = _listed(game, where)
        for side in SIDES:
            need_whole(game[side], "score", where)
            team_statistics(game[side], where)
    except Broken as problem:
        return f"{UNUSABLE}: {problem.what}"
    persons = [line["person_id"] for _, line in listed]
    if twice := next((person for person in persons if persons.count(person) > 1), None):
        return f"person {twice} is listed twice"
    for side in SIDES:
        team = need_team(game[side], "teamTricode", where)
        played = sum(line["did_play"] for of, line in listed if of == team)
        if played < FEWEST_PLAYERS:
            return f"unfinished: only {played} of {team} have played"
    return ""


def player_rows(body: dict, game: Game, season: Season, source_file_path: str, fetched_at: datetime) -> list[dict]:
    """The rows of nba_raw.nbac_player_boxscores of a final game; a statistic that the source lacks is None."""
    box, where = _game(body, game.nba_game_id, source_file_path), source_file_path
    home, away = (need_team(box[side], "teamTricode", where) for side in SIDES)
    beside = {
        "game_status": need_whole(box, "gameStatus", where),
        "period": need_whole(box, "period", where),
        "home_team_abbr": home,
        "away_team_abbr": away,
        "home_score": need_whole(box["homeTeam"], "score", where),
        "away_score": need_whole(box["awayTeam"], "score", where),
    }
    return [
        _which(game, season) | beside | {"team_abbr": team} | line | {"source_file_path": source_file_path, "fetched_at": fetched_at}
        for team, line in _listed(box, where)
    ]


def team_rows(body: dict, game: Game, season: Season, source_file_path: str, fetched_at: datetime) -> list[dict]:
    """The two rows of nba_raw.nbac_team_boxscores of a final game."""
    box = _game(body, game.nba_game_id, source_file_path)
    return [
        _which(game, season)
        | {
            "team_abbr": need_team(box[side], "teamTricode", source_file_path),
            "score": need_whole(box[side], "score", source_file_path),
            **team_statistics(box[side], source_file_path),
            "source_file_path": source_file_path,
            "fetched_at": fetched_at,
        }
        for side in SIDES
    ]


def day_of(body: dict, where: str) -> date:
    """The US Eastern day of a box score's game."""
    return need_date(need(body, "game", dict, where), "gameEt", where)


def teams_of(body: dict, where: str) -> tuple[str, str]:
    """The away team and the home team of a box score."""
    game = need(body, "game", dict, where)
    away, home = (need_team(need(game, side, dict, where), "teamTricode", where) for side in reversed(SIDES))
    return away, home


def attempts_by_team(body: dict, where: str) -> dict[str, tuple[int, int]]:
    """Field goals attempted and made by each team's players, as the lines of a final box score add up."""
    counts: dict[str, tuple[int, int]] = {}
    for team, line in _listed(need(body, "game", dict, where), where):
        tried, made = counts.get(team, (0, 0))
        counts[team] = tried + (line["field_goals_attempted"] or 0), made + (line["field_goals_made"] or 0)
    return counts


def as_scheduled(body: dict, where: str) -> dict:
    """The entry of a schedule, in the NBA's own shape, that a box score makes; what it does not tell is absent."""
    game, day = need(body, "game", dict, where), day_of(body, where)
    away, home = teams_of(body, where)
    tricodes = {"homeTeam": home, "awayTeam": away}
    return {
        "gameId": need(game, "gameId", str, where),
        "gameCode": f"{day:%Y%m%d}/{away}{home}",
        "gameStatus": need_whole(game, "gameStatus", where),
        "gameStatusText": known(game, "gameStatusText", str, where) or "",
        "gameDateEst": f"{day}T00:00:00Z",
        "postponedStatus": "",
    } | {
        side: {"teamId": whole(game[side], "teamId", where), "teamTricode": tricodes[side], "score": need_whole(game[side], "score", where)}
        for side in SIDES
    }  # fmt: skip


def scheduled_game(body: dict, season: str, where: str) -> Game | None:
    """The game of a box score, as a schedule would have it; Broken if it cannot be read, None if it never counts."""
    return game_of(as_scheduled(body, where), season, where)


def team_statistics(side: dict, where: str) -> dict[str, int | None]:
    """A team's totals under the columns of nba_raw.nbac_team_boxscores; those that only players have are summed nowhere."""
    statistics = known(side, "statistics", dict, where) or {}
    found = {column: whole(statistics, name, where) for column, name in TEAM_COUNTED.items()}
    # The team's own reboundsTotal counts those that no player has; older files have no other.
    of_players = whole(statistics, "reboundsPersonal", where)
    return found if of_players is None else found | {"rebounds": of_players}


def _game(body: dict, nba_game_id: str, where: str) -> dict:
    game = need(body, "game", dict, where)
    if need(game, "gameId", str, where) != nba_game_id:
        raise broken(where, f"gameId is {game['gameId']}, not {nba_game_id}")
    for side in SIDES:
        need_team(need(game, side, dict, where), "teamTricode", where)
    return game


def _which(game: Game, season: Season) -> dict:
    return {"game_id": game.game_id, "nba_game_id": game.nba_game_id, "game_date": game.game_date, "season_year": season.year}


def _listed(game: dict, where: str) -> list[tuple[str, dict]]:
    """The team and the own columns of each line, the home team's first."""
    return listed_once(
        [
            (need_team(game[side], "teamTricode", where), _line(line, where))
            for side in SIDES
            for line in need(game[side], "players", list, where)
        ],
        "person_id",
    )


def _line(line: dict, where: str) -> dict:
    """The player's own columns of his line."""
    parts = [known(line, part, str, where) or "" for part in ("firstName", "familyName")]  # some have one name only
    name = (known(line, "name", str, where) or " ".join(parts)).strip()
    if not player_lookup(name):
        raise broken(where, f"a player's name is {name!r}")
    where = f"{where}, {name}"
    statistics = known(line, "statistics", dict, where) or {}
    counted = {column: whole(statistics, field, where) for column, field in COUNTED.items()}
    minutes = minutes_played(known(statistics, "minutes", str, where), where)
    starter = whole(line, "starter", where)
    return {
        "person_id": need_whole(line, "personId", where),
        "player_name": name,
        "player_lookup": player_lookup(name),
        "starter": None if starter is None else bool(starter),
        "did_play": minutes > 0 or any(count and count > 0 for count in counted.values()),
        "not_playing_reason": known(line, "notPlayingDescription", str, where) or known(line, "notPlayingReason", str, where) or None,
        "minutes_played": minutes,
        **counted,
        "plus_minus": whole(statistics, "plusMinusPoints", where),
    }
