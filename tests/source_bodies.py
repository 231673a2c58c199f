"""Tiny bodies in the shapes of the sources, for the tests of their parsing."""

from datetime import date, timedelta

from nbhelpers.errors import Broken
from nbhelpers.raw import nba_boxscores

END_OF_GAME = {"actionNumber": 999, "actionType": "game", "subType": "end", "isFieldGoal": 0, "personId": 0}
OPENING = date(2025, 10, 21)
HOU_OKC, NBA_ID = "20251021_HOU_OKC", "0022500001"


class Objects(dict):
    """A store in memory: bodies by key; text stands for an object that is not JSON."""

    def keys(self, prefix: str = "") -> list[str]:
        return sorted(key for key in self if key.startswith(prefix))

    def read_json(self, key: str) -> object:
        if isinstance(self[key], str):
            raise Broken(f"object {key} is not JSON.")
        return self[key]


def line(first: str, last: str | None, minutes: str | int | None = "30", **statistics: object) -> dict:
    """A player's BallDontLie line; statistics not named are absent from it."""
    identifier = sum(ord(letter) * 31**place for place, letter in enumerate(first + (last or ""))) % 10**6
    player = {"id": identifier, "first_name": first, "last_name": last, "position": "G", "jersey_number": "7"}
    return {"min": minutes, "player": player, **statistics}


def five(letter: str) -> list[dict]:
    """Five who played, so that a team is complete."""
    return [line(f"{letter}{number}", f"Starter{letter}{number}") for number in "abcde"]


def box_game(away: str = "HOU", home: str = "OKC", day: date = OPENING, **changes: object) -> dict:
    """A final game; `away_players` and `home_players` replace the fives."""
    players = {side: changes.pop(f"{side}_players", None) or five(side[0]) for side in ("away", "home")}
    return {
        "date": day.isoformat(),
        "season": 2025,
        "status": "Final",
        "period": 4,
        "postseason": False,
        "home_team_score": 125,
        "visitor_team_score": 124,
        "home_team": {"abbreviation": home, "players": players["home"]},
        "visitor_team": {"abbreviation": away, "players": players["away"]},
    } | changes


def box_object(*games: dict, day: date = OPENING) -> dict:
    """The envelope in which an answer of BallDontLie is stored, fetched at 11:05 UTC of the next day."""
    stamp = f"{day + timedelta(1)}T11:05:00+00:00"
    return {"date": day.isoformat(), "timestamp": stamp, "rowCount": len(games), "boxScores": list(games)}


def official_line(first: str, family: str, minutes: str = "PT30M00.00S", person: int | None = None, **statistics: object) -> dict:
    """A player's line of the NBA's box score; statistics not named are 0. `status` and the like are fields of the line."""
    about = {name: statistics.pop(name) for name in ("starter", "played", "notPlayingReason") if name in statistics}
    zeros = dict.fromkeys(nba_boxscores.COUNTED.values(), 0) | {"plusMinusPoints": 0.0}
    return {
        "personId": person or line(first, family)["player"]["id"] + 10**6, "firstName": first, "familyName": family,
        "name": f"{first} {family}".strip(), "starter": "0", "played": "1", "statistics": zeros | {"minutes": minutes} | statistics,
    } | about  # fmt: skip


def official_five(letter: str) -> list[dict]:
    """The five of `five`, as the NBA's box score lists them."""
    return [official_line(f"{letter}{number}", f"Starter{letter}{number}") for number in "abcde"]


def official_box(identifier: str = NBA_ID, away: str = "HOU", home: str = "OKC", day: date = OPENING, **changes: object) -> dict:
    """The NBA's final box score of a game; `away_players` and `home_players` replace the fives."""
    players = {side: changes.pop(f"{side}_players", None) or official_five(side[0]) for side in ("away", "home")}
    teams = {
        f"{side}Team": {
            "teamId": number, "teamTricode": tricode, "score": score, "players": players[side],
            "statistics": {"points": score, "pointsInThePaintAttempted": 40, "pointsInThePaintMade": 20},
        }
        for side, tricode, score, number in (("home", home, 125, 1610612760), ("away", away, 124, 1610612745))
    }  # fmt: skip
    about = {"gameId": identifier, "gameCode": f"{day:%Y%m%d}/{away}{home}", "gameEt": f"{day}T19:30:00-04:00"}
    return {"game": about | {"gameStatus": 3, "gameStatusText": "Final", "period": 4} | teams | changes}


def scheduled(identifier: str = NBA_ID, away: str = "HOU", home: str = "OKC", day: date = OPENING, **changes) -> dict:
    """A game of the schedule, final unless changed."""
    return {
        "gameId": identifier,
        "gameCode": f"{day:%Y%m%d}/{away}{home}",
        "gameStatus": 3,
        "gameDateEst": f"{day}T00:00:00Z",
        "postponedStatus": "A",
        "isNeutral": False,
        "homeTeam": {"teamId": 1610612760, "teamTricode": home, "score": 125},
        "awayTeam": {"teamId": 1610612745, "teamTricode": away, "score": 124},
    } | changes


def schedule(*games: dict, season_year: str = "2025-26") -> dict:
    """A schedule body."""
    days = [{"gameDate": "10/21/2025 00:00:00", "games": list(games)}]
    return {"leagueSchedule": {"seasonYear": season_year, "gameDates": days}}


def shot(number: int, person_id: int, name: str, team: str = "OKC", made: bool = True, **changes: object) -> dict:
    """A two-pointer at the rim by a person whose `name` is shown as `J. Williams`."""
    return {
        "actionNumber": number,
        "actionType": "2pt",
        "period": 1,
        "teamId": 1610612760,
        "teamTricode": team,
        "personId": person_id,
        "playerName": name.partition(" ")[2],
        "playerNameI": name,
        "isFieldGoal": 1,
        "shotResult": "Made" if made else "Missed",
        "area": "Restricted Area",
        "xLegacy": 10,
        "yLegacy": -5,
        "shotDistance": 1.1,
    } | changes


def play_by_play(*actions: dict, identifier: str = NBA_ID) -> dict:
    """A play-by-play body; it begins with a mark that is no attempt."""
    start = {"actionNumber": 1, "actionType": "period", "isFieldGoal": 0, "personId": 0}
    return {"game": {"gameId": identifier, "actions": [start, *actions]}}
