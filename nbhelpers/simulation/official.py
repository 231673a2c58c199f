"""The simulated season in the shape of the NBA's own box score: every line with exact minutes, and each team's totals."""

from datetime import timedelta

from nbhelpers.simulation.games import Game, Line
from nbhelpers.simulation.players import Player
from nbhelpers.simulation.responses import NBA_TEAM_ID, city_and_name, share, tip_off

STATISTICS = {
    "assists": "ast", "blocks": "blk", "fieldGoalsAttempted": "fga", "fieldGoalsMade": "fgm", "foulsPersonal": "pf",
    "freeThrowsAttempted": "fta", "freeThrowsMade": "ftm", "points": "pts", "reboundsDefensive": "dreb",
    "reboundsOffensive": "oreb", "reboundsTotal": "reb", "steals": "stl", "threePointersAttempted": "fg3a",
    "threePointersMade": "fg3m", "turnovers": "turnover",
}  # fmt: skip
STARTERS = 5


def box_score(game: Game) -> dict:
    """cdn.nba.com's box score of a game."""
    fixture, day = game.fixture, game.fixture.day
    local = f"{day}T20:00:00-0{4 if tip_off(day).endswith('T00:00:00') else 5}:00"
    meta = {"version": 1, "code": 200, "request": "boxscore", "time": f"{day + timedelta(1)} 00:30:00", "simulated": True}
    arena = {"arenaId": 1, "arenaName": "", "arenaCity": "", "arenaState": "", "arenaCountry": "US", "arenaTimezone": "America/New_York"}
    return {"meta": meta, "game": {
        "gameId": fixture.nba_game_id, "gameTimeLocal": local, "gameTimeUTC": f"{tip_off(day)}Z", "gameTimeHome": local,
        "gameTimeAway": local, "gameEt": local, "duration": 135, "gameCode": f"{day:%Y%m%d}/{fixture.away}{fixture.home}",
        "gameStatusText": "Final", "gameStatus": 3, "regulationPeriods": 4, "period": 4 + fixture.overtimes,
        "gameClock": "PT00M00.00S", "attendance": 18000, "sellout": "0", "arena": arena, "officials": [],
        "homeTeam": _team(game, fixture.home), "awayTeam": _team(game, fixture.away),
    }}  # fmt: skip


def _team(game: Game, abbr: str) -> dict:
    city, name = city_and_name(abbr)
    lines = sorted(game.sides[abbr].lines, key=lambda line: -line.minutes)
    return {
        "teamId": NBA_TEAM_ID[abbr], "teamName": name, "teamCity": city, "teamTricode": abbr,
        "score": game.sides[abbr].total("pts"), "inBonus": "0", "timeoutsRemaining": 0, "periods": [],
        "players": [_line(game, line, order) for order, line in enumerate(lines, start=1)], "statistics": _totals(game, abbr),
    }  # fmt: skip


def _line(game: Game, line: Line, order: int) -> dict:
    player, played, starts = line.player, line.minutes > 0, order <= STARTERS
    # Who is hurt is not dressed; who is fit sat on the bench all night.
    why_not = {"notPlayingReason": "INACTIVE_INJURY" if _is_hurt(game, player) else "DNP_COACH"}
    return {
        "status": "INACTIVE" if not played and _is_hurt(game, player) else "ACTIVE", "order": order, "personId": player.person_id,
        "jerseyNum": "", **({"position": player.position} if starts else {}), "starter": str(int(starts)), "oncourt": "0",
        "played": str(int(played)), "statistics": _statistics(line), "name": f"{player.first} {player.family}",
        "nameI": player.initialled, "firstName": player.first, "familyName": player.family, **({} if played else why_not),
    }  # fmt: skip


def _is_hurt(game: Game, player: Player) -> bool:
    return player.fit_from > game.fixture.day


def _statistics(line: Line) -> dict:
    counts = {name: line.counts[count] for name, count in STATISTICS.items()}
    return counts | _derived(counts) | {
        "minutes": f"PT{line.seconds // 60:02d}M{line.seconds % 60:02d}.00S", "minutesCalculated": f"PT{round(line.seconds / 60):02d}M",
        "plusMinusPoints": float(line.plus_minus),
    }  # fmt: skip


def _totals(game: Game, abbr: str) -> dict:
    """A team's totals: a heave is an attempt of the team's alone, and paint counts come from where shots were taken."""
    side, minutes = game.sides[abbr], game.seconds // 12
    counts = {name: side.total(count) for name, count in STATISTICS.items()}
    heaves = int(game.heave is not None and game.heave.team == abbr)
    counts["fieldGoalsAttempted"] += heaves
    counts["threePointersAttempted"] += heaves
    paint = [shot for shot in side.shots if shot.in_paint]
    made = sum(shot.is_made for shot in paint)
    return counts | _derived(counts) | {
        "minutes": f"PT{minutes}M00.00S", "minutesCalculated": f"PT{minutes}M", "teamFieldGoalAttempts": heaves,
        "reboundsPersonal": counts["reboundsTotal"], "turnoversTotal": counts["turnovers"],
        "pointsInThePaint": 2 * made, "pointsInThePaintMade": made, "pointsInThePaintAttempted": len(paint),
    }  # fmt: skip


def _derived(counts: dict[str, int]) -> dict:
    """What follows from the counts: twos, and shares of what was tried."""
    kinds = ("fieldGoals", "freeThrows", "threePointers")
    shares = {f"{name}Percentage": share(counts[f"{name}Made"], counts[f"{name}Attempted"]) or 0.0 for name in kinds}
    twos = {f"twoPointers{what}": counts[f"fieldGoals{what}"] - counts[f"threePointers{what}"] for what in ("Made", "Attempted")}
    return shares | twos
