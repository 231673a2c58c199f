"""The simulated season in the shapes of the two APIs: the NBA's schedule and play-by-play, BallDontLie's box scores."""

import math
from datetime import date, timedelta

from nbhelpers.raw.identifiers import TEAMS
from nbhelpers.simulation.calendar import PLACE, SEASON, Fixture
from nbhelpers.simulation.games import OVERTIME, REGULATION, Game, Line, Shot
from nbhelpers.simulation.players import Player

IN_ORDER_OF_NBA_ID = """ATL BOS CLE NOP CHI DAL DEN GSW HOU LAC LAL MIA MIL MIN BKN NYK ORL IND PHI PHX POR SAC SAS OKC
TOR UTA MEM WAS DET CHA"""
NBA_TEAM_ID = {abbr: number for number, abbr in enumerate(IN_ORDER_OF_NBA_ID.split(), start=1610612737)}
GUESTS = {"GST": "Visiting Guests", "EST": "Team East", "WST": "Team West"}  # pre-season and All-Star: not of the 30
WINTER_TIME = date(2025, 11, 2)  # New York is four hours behind UTC before it, five from then on


def tip_off(day: date) -> str:
    """Eight in the evening in New York, as UTC: the next day already."""
    return f"{day + timedelta(1)}T0{0 if day < WINTER_TIME else 1}:00:00"


def city_and_name(abbr: str) -> tuple[str, str]:
    """A team's city and name apart, as both sources give them."""
    if abbr == "POR":
        return "Portland", "Trail Blazers"
    city, name = (TEAMS | GUESTS)[abbr].rsplit(" ", 1)
    return city, name


# The NBA's schedule.
def schedule(fixtures: list[Fixture], played: dict[str, Game]) -> dict:
    """cdn.nba.com's schedule of these entries, with the scores of the played games (by nba_game_id)."""
    dates: dict[str, list[dict]] = {}
    for fixture in fixtures:
        listed = _scheduled(fixture, played.get(fixture.nba_game_id))
        dates.setdefault(f"{fixture.day:%m/%d/%Y} 00:00:00", []).append(listed)
    meta = {"version": 1, "request": "scheduleLeagueV2", "time": "2025-12-17T12:00:00Z", "simulated": True}
    days = [{"gameDate": day, "games": games} for day, games in dates.items()]
    league = {"seasonYear": SEASON.name, "leagueId": "00", "weeks": [], "broadcasterList": [], "gameDates": days}
    return {"meta": meta, "leagueSchedule": league}


def _scheduled(fixture: Fixture, game: Game | None) -> dict:
    day, final = fixture.day, fixture.state == "played"
    status = {"played": "Final", "postponed": "PPD", "to_come": "8:00 pm ET"}[fixture.state]
    return {
        "gameId": fixture.nba_game_id, "gameCode": f"{day:%Y%m%d}/{fixture.away}{fixture.home}",
        "gameStatus": 3 if final else 1, "gameStatusText": status, "gameSequence": 1,
        "gameDateEst": f"{day}T00:00:00Z", "gameTimeEst": "1900-01-01T20:00:00Z", "gameDateTimeEst": f"{day}T20:00:00Z",
        "gameDateUTC": f"{day}T{4 if day < WINTER_TIME else 5:02d}:00:00Z",
        "gameTimeUTC": f"1900-01-01{tip_off(day)[10:]}Z", "gameDateTimeUTC": f"{tip_off(day)}Z",
        "day": f"{day:%a}", "monthNum": day.month, "weekNumber": 0, "weekName": "", "ifNecessary": False,
        "seriesGameNumber": "", "gameLabel": "NBA Cup" if fixture.is_cup_final else "",
        "gameSubLabel": "Championship" if fixture.is_cup_final else "", "seriesText": "",
        "arenaName": "", "arenaState": "", "arenaCity": "",
        "postponedStatus": "P" if fixture.state == "postponed" else "A", "branchLink": "",
        "gameSubtype": "in-season-knockout" if fixture.is_cup_final else "",
        "isNeutral": fixture.is_cup_final, "homeTeam": _scheduled_team(fixture.home, final, game, 104),
        "awayTeam": _scheduled_team(fixture.away, final, game, 97), "pointsLeaders": [],
    }  # fmt: skip


def _scheduled_team(abbr: str, final: bool, game: Game | None, friendly: int) -> dict:
    """A team of a schedule entry; `friendly` is its score in a pre-season game, which is not played out here."""
    city, name = city_and_name(abbr)
    score = game.sides[abbr].total("pts") if game else friendly if final else 0
    return {
        "teamId": NBA_TEAM_ID.get(abbr, 0), "teamName": name, "teamCity": city, "teamTricode": abbr,
        "teamSlug": name.lower().replace(" ", ""), "wins": 0, "losses": 0, "score": score, "seed": 0,
    }  # fmt: skip


# BallDontLie's box score: no NBA id anywhere, minutes as text.
def box_score(game: Game) -> dict:
    """api.balldontlie.io's box score of a game."""
    fixture = game.fixture
    home, away = (_box_team(game, abbr) for abbr in (fixture.home, fixture.away))
    return {
        "id": int(fixture.nba_game_id), "date": str(fixture.day),
        "datetime": f"{tip_off(fixture.day)}.000Z", "season": SEASON.year, "status": "Final",
        "period": 4 + fixture.overtimes, "time": "Final", "postseason": False,
        "home_team_score": game.sides[fixture.home].total("pts"),
        "visitor_team_score": game.sides[fixture.away].total("pts"), "home_team": home, "visitor_team": away,
    }  # fmt: skip


def _box_team(game: Game, abbr: str) -> dict:
    (city, name), (conference, division) = city_and_name(abbr), PLACE[abbr]
    return {
        "id": 1 + list(TEAMS).index(abbr), "conference": conference, "division": division, "city": city, "name": name,
        "full_name": TEAMS[abbr], "abbreviation": abbr, "players": [_box_line(line) for line in game.sides[abbr].lines],
    }  # fmt: skip


def _box_line(line: Line) -> dict:
    counts, player = line.counts, line.player
    person = {"id": player.bdl_id, "first_name": player.bdl_first, "last_name": player.bdl_family}
    unknown = ("height", "weight", "jersey_number", "college", "country", "draft_year", "draft_round", "draft_number")
    return {
        "min": f"{line.minutes:02d}",
        **counts,
        "fg_pct": share(counts["fgm"], counts["fga"]),
        "fg3_pct": share(counts["fg3m"], counts["fg3a"]),
        "ft_pct": share(counts["ftm"], counts["fta"]),
        "plus_minus": line.plus_minus,
        "player": {**person, "position": player.position, **dict.fromkeys(unknown)},
    }


def share(made: int, tried: int) -> float | None:
    """What share of the attempts went in; None where nobody tried."""
    return round(made / tried, 3) if tried else None


# The NBA's play-by-play: period marks, field-goal attempts and turnovers.
def play_by_play(game: Game) -> dict:
    """cdn.nba.com's play-by-play of an official game."""
    periods = 4 + game.fixture.overtimes
    tip_offs = [min(720 * n, REGULATION) + OVERTIME * max(n - 4, 0) for n in range(periods)]
    shots = [shot for side in game.sides.values() for shot in side.shots] + ([game.heave] if game.heave else [])
    # A period ends before the next one starts, and has started before anybody shoots: the second number says so.
    events = [(start, 1, _mark("period", "start", n + 1)) for n, start in enumerate(tip_offs)]
    events += [(end, 0, _mark("period", "end", n + 1)) for n, end in enumerate([*tip_offs[1:], game.seconds])]
    events += [(shot.elapsed, 2, _attempt(shot)) for shot in shots]
    events += [(elapsed, 2, _turnover(elapsed, team, player)) for elapsed, team, player in game.turnovers]
    events += [(game.seconds, 3, _mark("game", "end", periods))]
    events.sort(key=lambda event: event[:2])
    actions = [{"actionNumber": 2 * number, **action} for number, (*_, action) in enumerate(events, start=1)]
    meta = {
        "version": 1,
        "code": 200,
        "request": "playbyplay",
        "time": f"{game.fixture.day} 23:59:59",
        "simulated": True,
    }
    return {"meta": meta, "game": {"gameId": game.fixture.nba_game_id, "actions": actions}}


def _mark(what: str, which: str, period: int) -> dict:
    clock = "PT00M00.00S" if which == "end" else "PT12M00.00S" if period <= 4 else "PT05M00.00S"
    kind = "REGULAR" if period <= 4 else "OVERTIME"
    return {
        "clock": clock, "period": period, "periodType": kind, "actionType": what, "subType": which, "personId": 0,
        "isFieldGoal": 0,
    }  # fmt: skip


def _when(elapsed: int) -> dict:
    """Period and clock of a second of play; the clock runs down."""
    if elapsed < REGULATION:
        period, left, kind = 1 + elapsed // 720, 720 - elapsed % 720, "REGULAR"
    else:
        extra = elapsed - REGULATION
        period, left, kind = 5 + extra // OVERTIME, OVERTIME - extra % OVERTIME, "OVERTIME"
    return {"clock": f"PT{left // 60:02d}M{left % 60:02d}.00S", "period": period, "periodType": kind}


def _whose(team: str, player: Player | None) -> dict:
    """Team and person of an action; personId 0 is the team itself."""
    of = {"teamId": NBA_TEAM_ID[team], "teamTricode": team}
    if player is None:
        return {**of, "personId": 0}
    return {**of, "personId": player.person_id, "playerName": player.family, "playerNameI": player.initialled}


def _turnover(elapsed: int, team: str, player: Player) -> dict:
    return {**_when(elapsed), **_whose(team, player), "actionType": "turnover", "subType": "bad pass", "isFieldGoal": 0}


def _attempt(shot: Shot) -> dict:
    distance = math.hypot(shot.x, shot.y) / 10
    result, worth = ("Made" if shot.is_made else "Missed"), ("3pt" if shot.is_three else "2pt")
    style = "Layup" if shot.area == "Restricted Area" else "Jump Shot"
    who = shot.player.initialled if shot.player else city_and_name(shot.team)[1]
    return {
        **_when(shot.elapsed), **_whose(shot.team, shot.player), "actionType": worth, "subType": style,
        "xLegacy": shot.x, "yLegacy": shot.y, "shotDistance": round(distance, 2), "shotResult": result,
        "isFieldGoal": 1, "area": shot.area,
        "description": f"{'' if shot.is_made else 'MISS '}{who} {distance:.0f}' {worth} {style}",
    }  # fmt: skip
