"""The games of a season, from the NBA's schedule."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from nbhelpers.errors import Broken
from nbhelpers.raw.bodies import broken, known, need, need_date, need_team, need_whole
from nbhelpers.raw.identifiers import game_id
from nbhelpers.season import Season
from nbhelpers.store.objects import Store, parse_object

GAME_TYPES = {"002": "regular", "006": "cup_final", "005": "play_in", "004": "playoffs"}
NEVER_LOADED = {"001": "pre-season", "003": "All-Star"}
IS_ON, POSTPONED = ("A", "N", "", None), "P"  # postponedStatus of games that are on, in one file or another, and of others
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
    is_neutral: bool | None  # None where the source does not tell, as in older files
    home_score: int | None
    away_score: int | None
    source_object: str


class OddGame(NamedTuple):
    """An entry of a schedule that cannot be read, or that says something never seen; what of it can be told, and why."""

    nba_game_id: str  # "" where not even that can be read
    game_date: date | None
    reason: str


def games(schedule_body: dict, season: str, source_object: str, odd: list[OddGame] | None = None) -> list[Game]:
    """The games of a schedule body that count for the season, postponed ones too; Broken if its shape is another.

    Games whose teams are still undecided, and pre-season and All-Star games, are left out. An entry that cannot be read
    is added to `odd` and costs itself alone; without such a list it is Broken.
    """
    league = need(schedule_body, "leagueSchedule", dict, source_object)
    if need(league, "seasonYear", str, source_object) != season:
        raise broken(source_object, f"seasonYear is {league['seasonYear']}, not {season}")
    found: dict[str, Game] = {}
    contradictory: set[str] = set()
    for body, problem in _listed(need(league, "gameDates", list, source_object), source_object):
        try:
            if problem:
                raise problem
            game = game_of(body, season, source_object)
            if game and found.setdefault(game.nba_game_id, game) != game:
                contradictory.add(game.nba_game_id)
                raise broken(source_object, f"game {game.nba_game_id} is listed twice, differently")
        except Broken as problem:
            if odd is None:
                raise
            odd.append(_odd(body, problem.what))
    sure = [game for number, game in found.items() if number not in contradictory]
    return sorted(sure, key=lambda game: (game.game_date, game.nba_game_id))


class StoredSchedule(NamedTuple):
    """A schedule as it is stored: its key, its bytes, its games and its odd entries."""

    key: str
    body: bytes
    games: tuple[Game, ...]
    odd: tuple[OddGame, ...]


def newest_stored(store: Store, season: str, keys: list[str], unreadable: list[tuple[str, str]]) -> StoredSchedule | None:
    """The last of some keys' schedules that can be read, None where none can; the ones passed over are added to `unreadable`."""
    for key in reversed(keys):
        try:
            return _read(key, store.read(key), season)
        except Broken as problem:
            unreadable.append((key, problem.what))
    return None


@lru_cache(maxsize=4)  # one notebook asks for the same schedule many times over
def _read(key: str, body: bytes, season: str) -> StoredSchedule:
    odd: list[OddGame] = []
    return StoredSchedule(key, body, tuple(games(parse_object(key, body), season, key, odd)), tuple(odd))


def strange_statuses(schedule_body: dict) -> dict[str, list[str]]:
    """The games by each postponedStatus that was never seen before: they count as on, and are named."""
    found: dict[str, list[str]] = {}
    for identifier, body in entries(schedule_body).items():
        if body.get("postponedStatus") not in (*IS_ON, POSTPONED) and identifier[:3] in GAME_TYPES:
            found.setdefault(str(body["postponedStatus"]), []).append(identifier)
    return found


def entries(schedule_body: dict) -> dict[str, dict]:
    """The entries of a schedule that has been read, as received, by their ids; those without an id are left out."""
    listed = _listed(schedule_body["leagueSchedule"]["gameDates"], "")
    return {str(body["gameId"]): body for body, _ in listed if isinstance(body, dict) and body.get("gameId")}


def _listed(days: list, where: str) -> Iterator[tuple[Any, Broken | None]]:
    """Each entry of a schedule's days; of a day that lists none, why it cannot be read."""
    for day in days:
        try:
            listed = need(day, "games", list, where)
        except Broken as problem:
            yield None, problem
            continue
        yield from ((body, None) for body in listed)


def season_of(found: list[Game], season: str) -> Season | None:
    """The season as its games tell it: from the first regular game to the last of any kind; None where there is none."""
    regular = [game.game_date for game in found if game.game_type == "regular" and not game.is_postponed]
    return Season(season, min(regular), max(game.game_date for game in found)) if regular else None


def game_of(body: dict, season: str, source_object: str) -> Game | None:
    """A game of the schedule; None if it never counts or its teams are still undecided."""
    nba_game_id = need(body, "gameId", str, source_object)
    prefix, where = nba_game_id[:3], f"{source_object}, game {nba_game_id}"
    if prefix in NEVER_LOADED:
        return None
    if prefix not in GAME_TYPES or not re.fullmatch(r"\d{10}", nba_game_id, re.ASCII):
        kinds = ", ".join([*GAME_TYPES, *NEVER_LOADED])
        raise broken(where, f"gameId is not ten digits that begin with one of {kinds}")
    status = need_whole(body, "gameStatus", where)
    if status not in (1, 2, 3):
        raise broken(where, f"gameStatus is {status}, not 1, 2 or 3")
    home, away = need(body, "homeTeam", dict, where), need(body, "awayTeam", dict, where)
    if status == 1 and any(team.get("teamId") == 0 or team.get("teamTricode") == "" for team in (home, away)):
        return None
    game_date = need_date(body, "gameDateEst", where)
    is_postponed = body.get("postponedStatus") == POSTPONED or body.get("gameStatusText") == "PPD"
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
        is_neutral=known(body, "isNeutral", bool, where),
        # Before the game the source shows 0, which is no measurement.
        home_score=None if status == 1 else need_whole(home, "score", where),
        away_score=None if status == 1 else need_whole(away, "score", where),
        source_object=source_object,
    )


def _odd(body: object, reason: str) -> OddGame:
    """What can be told of an entry that cannot be read."""
    body = body if isinstance(body, dict) else {}
    for text in (body.get("gameDateEst"), str(body.get("gameCode", ""))[:8]):
        try:
            return OddGame(str(body.get("gameId") or ""), date.fromisoformat(str(text)[:10]), reason)
        except ValueError:
            continue
    return OddGame(str(body.get("gameId") or ""), None, reason)
