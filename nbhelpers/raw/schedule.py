"""The games of a season, from the NBA's schedule."""

import re
from dataclasses import dataclass
from datetime import date

from nbhelpers.raw.bodies import broken, need, need_date, need_team
from nbhelpers.raw.identifiers import game_id
from nbhelpers.season import Season

GAME_TYPES = {"002": "regular", "006": "cup_final", "005": "play_in", "004": "playoffs"}
NEVER_LOADED = {"001": "pre-season", "003": "All-Star"}
OFFICIAL = {"regular", "play_in", "playoffs"}


@dataclass(frozen=True)
class Game:
    """A game of the season, with the fields of nba_raw.nbac_schedule."""

    season: str
    nba_game_id: str
    game_id: str
    game_date: date
    game_type: str  # regular, cup_final, play_in, playoffs
    is_official: bool
    home_team_abbr: str
    away_team_abbr: str
    game_status: int  # 1 scheduled, 2 live, 3 final
    is_postponed: bool
    is_neutral: bool
    home_score: int | None
    away_score: int | None
    source_object: str


def games(schedule_body: dict, season: str, source_object: str) -> list[Game]:
    """The games of a schedule body that count for the season, postponed ones too; Broken if its shape is another.

    Games whose teams are still undecided, and pre-season and All-Star games, are left out.
    """
    league = need(schedule_body, "leagueSchedule", dict, source_object)
    if need(league, "seasonYear", str, source_object) != season:
        raise broken(source_object, f"seasonYear is {league['seasonYear']}, not {season}")
    found: dict[str, Game] = {}
    for day in need(league, "gameDates", list, source_object):
        for body in need(day, "games", list, source_object):
            game = _game(body, season, source_object)
            if game is None:
                continue
            if found.setdefault(game.nba_game_id, game) != game:
                raise broken(source_object, f"game {game.nba_game_id} is listed twice, differently")
    return sorted(found.values(), key=lambda game: (game.game_date, game.nba_game_id))


def season_of(found: list[Game], season: str) -> Season | None:
    """The season as its games tell it: from the first regular game to the last of any kind; None where there is none."""
    regular = [game.game_date for game in found if game.game_type == "regular" and not game.is_postponed]
    return Season(season, min(regular), max(game.game_date for game in found)) if regular else None


def _game(body: dict, season: str, source_object: str) -> Game | None:
    """A game of the schedule; None if it never counts or its teams are still undecided."""
    nba_game_id = need(body, "gameId", str, source_object)
    prefix, where = nba_game_id[:3], f"{source_object}, game {nba_game_id}"
    if prefix in NEVER_LOADED:
        return None
    if prefix not in GAME_TYPES or not re.fullmatch(r"\d{10}", nba_game_id):
        kinds = ", ".join([*GAME_TYPES, *NEVER_LOADED])
        raise broken(where, f"gameId is not ten digits that begin with one of {kinds}")
    status = need(body, "gameStatus", int, where)
    if status not in (1, 2, 3):
        raise broken(where, f"gameStatus is {status}, not 1, 2 or 3")
    home, away = need(body, "homeTeam", dict, where), need(body, "awayTeam", dict, where)
    if status == 1 and any(team.get("teamId") == 0 or team.get("teamTricode") == "" for team in (home, away)):
        return None
    game_date = need_date(body, "gameDateEst", where)
    is_postponed = need(body, "postponedStatus", str, where) != "A"
    code = need(body, "gameCode", str, where)
    # A postponed game is on no slate, and its code may still tell the day it was first set for.
    if not is_postponed and not code.startswith(f"{game_date:%Y%m%d}/"):
        raise broken(where, f"gameCode is {code!r}, but gameDateEst is {game_date}")
    home_abbr, away_abbr = need_team(home, "teamTricode", where), need_team(away, "teamTricode", where)
    return Game(
        season=season,
        nba_game_id=nba_game_id,
        game_id=game_id(game_date, away_abbr, home_abbr),
        game_date=game_date,
        game_type=GAME_TYPES[prefix],
        is_official=GAME_TYPES[prefix] in OFFICIAL,
        home_team_abbr=home_abbr,
        away_team_abbr=away_abbr,
        game_status=status,
        is_postponed=is_postponed,
        is_neutral=need(body, "isNeutral", bool, where),
        # Before the game the source shows 0, which is no measurement.
        home_score=None if status == 1 else need(home, "score", int, where),
        away_score=None if status == 1 else need(away, "score", int, where),
        source_object=source_object,
    )
