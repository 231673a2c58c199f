"""A simulated game: every shot is drawn first, and the box score is counted from the shots."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from nbhelpers.simulation.calendar import Fixture, calendar, in_rounds
from nbhelpers.simulation.players import ZONES, Player, Team, rosters, squad, teams

COUNTED = (
    "fgm", "fga", "fg3m", "fg3a", "ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "turnover", "pf", "pts",
)  # fmt: skip
REGULATION, OVERTIME = 2880, 300  # seconds
FEWEST_PLAYERS = 9  # a side always plays
MOST_MINUTES = 42  # without overtime
LISTED = 0.85  # the chance that someone who does not play is in the box score all the same
WITHOUT_AREA = 0.004  # share of shots whose area the feed leaves out, coordinates kept
HEAVE_GAMES = 0.15  # share of games in which a team throws from its own half at a buzzer, on nobody's account


class Shot(NamedTuple):
    """A field-goal attempt: seconds since tip-off, tenths of feet from the hoop. player None is a team's heave.

    area is what the play-by-play says; in_paint is where it was taken, said or not.
    """

    elapsed: int
    team: str
    player: Player | None
    is_three: bool
    is_made: bool
    area: str | None
    x: int
    y: int
    in_paint: bool


@dataclass
class Line:
    """A listed player's line and BallDontLie's counts; 0 minutes is a player who did not play.

    minutes are whole, as BallDontLie tells them; seconds are what they were rounded from, as the NBA does.
    """

    player: Player
    minutes: int = 0
    seconds: int = 0
    plus_minus: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))


@dataclass
class Side:
    """One team's game."""

    lines: list[Line]
    shots: list[Shot]

    def total(self, count: str) -> int:
        """The team's sum of one of BallDontLie's counts."""
        return sum(line.counts[count] for line in self.lines)

    @property
    def played(self) -> list[Line]:
        """The lines of the players who played."""
        return [line for line in self.lines if line.minutes]


@dataclass
class Game:
    """A played game: sides by team, home and away."""

    fixture: Fixture
    sides: dict[str, Side]
    heave: Shot | None
    turnovers: list[tuple[int, str, Player]]  # seconds since tip-off, team, who

    @property
    def seconds(self) -> int:
        """How long the game lasted, overtimes included."""
        return REGULATION + OVERTIME * self.fixture.overtimes


def season_games(seed: int, rounds: int = 1) -> tuple[list[Fixture], list[Game]]:
    """The schedule's entries and the games that were played, both by date; the same for the same seed.

    With `rounds`, the regular games follow upon themselves so many times.
    """
    rng = random.Random(seed)
    fixtures, players, profiles = in_rounds(calendar(rng), rounds), rosters(rng), teams(rng)
    games = []
    for fixture in fixtures:
        if fixture.has_box_score:
            squads = {abbr: squad(players, abbr, fixture.day) for abbr in (fixture.home, fixture.away)}
            games.append(_settled(rng, fixture, squads, profiles))
    return fixtures, games


def _settled(rng: random.Random, fixture: Fixture, squads: dict[str, list[Player]], profiles: dict[str, Team]) -> Game:
    """The game, drawn again while it is a tie, a rout in overtime, or has two players whom nobody could tell apart."""
    while True:
        game = _play(rng, fixture, squads, profiles)
        home, away = (game.sides[team].total("pts") for team in (fixture.home, fixture.away))
        settled = home != away and not (fixture.overtimes and abs(home - away) > 11)
        if settled and all(_can_be_told_apart(side) for side in game.sides.values()):
            return game


def _can_be_told_apart(side: Side) -> bool:
    """Whether teammates with one surname and one initial shot differently, so that their shots find their lines."""
    return not any(
        one.player.sounds_like == other.player.sounds_like
        and one.counts["fga"]
        and all(one.counts[count] == other.counts[count] for count in ("fga", "fgm", "fg3a"))
        for one, other in combinations(side.lines, 2)
    )


def _play(rng: random.Random, fixture: Fixture, squads: dict[str, list[Player]], profiles: dict[str, Team]) -> Game:
    home, away = fixture.home, fixture.away
    seconds = REGULATION + OVERTIME * fixture.overtimes
    possessions = (profiles[home].pace + profiles[away].pace) / 2 * seconds / REGULATION + rng.gauss(0, 3)
    edge = 0.0 if fixture.is_cup_final else 0.006  # at home
    sides = {}
    for team, other, ahead in ((home, away, edge), (away, home, -edge)):
        side = Side(_lines(rng, squads[team], fixture), [])
        _attack(rng, team, side, profiles[team], profiles[other], possessions, ahead, seconds)
        sides[team] = side
    _defend(rng, sides[home], sides[away])
    _defend(rng, sides[away], sides[home])
    for team, other in ((home, away), (away, home)):
        margin = sides[team].total("pts") - sides[other].total("pts")
        for line in sides[team].played:
            line.plus_minus = round(margin * line.minutes * 60 / seconds + rng.gauss(0, 1.2) * line.minutes**0.5)
        # Five are on the floor whenever a point is made.
        each, left = divmod(5 * margin - sum(line.plus_minus for line in sides[team].played), len(sides[team].played))
        for n, line in enumerate(sides[team].played):
            line.plus_minus += each + (n < left)
    heave = _heave(rng, rng.choice((home, away))) if rng.random() < HEAVE_GAMES else None
    turnovers = [
        (rng.randrange(seconds), team, line.player)
        for team, side in sides.items()
        for line in side.played
        for _ in range(line.counts["turnover"])
    ]
    return Game(fixture, sides, heave, turnovers)


def _lines(rng: random.Random, squad: list[Player], fixture: Fixture) -> list[Line]:
    """Who is listed, who plays and for how long; a team's minutes are 240 and 25 an overtime, give or take rounding."""
    plays = {player: player.fit_from <= fixture.day and rng.random() < player.chance for player in squad}
    for player in squad:
        if sum(plays.values()) < FEWEST_PLAYERS and player.fit_from <= fixture.day:
            plays[player] = True
    listed = [player for player in squad if plays[player] or rng.random() < LISTED]
    drawn = {player: player.minutes * rng.uniform(0.8, 1.2) for player in listed if plays[player]}
    left, weights = 240.0 + 25 * fixture.overtimes, sum(drawn.values())
    minutes, exactly = dict.fromkeys(listed, 0), dict.fromkeys(listed, 0)
    # The longest first, so that what the limit takes from them falls to the others.
    for player in sorted(drawn, key=drawn.__getitem__, reverse=True):
        dealt = min(left * drawn[player] / weights, MOST_MINUTES + 5 * fixture.overtimes)
        left, weights = left - dealt, weights - drawn[player]
        minutes[player] = max(1, round(dealt))
        exactly[player] = min(max(round(60 * dealt), 60 * minutes[player] - 29), 60 * minutes[player] + 29)
    return [Line(player, minutes[player], exactly[player]) for player in listed]


def _attack(
    rng: random.Random, team: str, side: Side, own: Team, other: Team, possessions: float, edge: float, seconds: int
) -> None:
    """A team's shots, free throws, turnovers, offensive rebounds and assists."""
    played = side.played
    free_throws = 2 * max(3, round(rng.gauss(11.2, 2.3)))
    turnovers, rebounds = max(5, round(rng.gauss(14, 2.6))), max(3, round(rng.gauss(11, 2.3)))
    attempts = round(possessions - 0.44 * free_throws + rebounds - turnovers)
    shooting = [line.minutes * line.player.usage for line in played]
    for line in rng.choices(played, shooting, k=attempts):
        shot = _shot(rng, team, line.player, own, other, edge, seconds)
        side.shots.append(shot)
        line.counts["fga"] += 1
        line.counts["fgm"] += shot.is_made
        line.counts["fg3a"] += shot.is_three
        line.counts["fg3m"] += shot.is_three and shot.is_made
    for line in rng.choices(played, shooting, k=free_throws // 2):
        line.counts["fta"] += 2
        line.counts["ftm"] += sum(rng.random() < line.player.free_throws for _ in range(2))
    for line in played:
        counts = line.counts
        counts["pts"] = 2 * counts["fgm"] + counts["fg3m"] + counts["ftm"]
    passing = [line.minutes * line.player.passing for line in played]
    _share_out(rng, played, "turnover", turnovers, passing)
    _share_out(rng, played, "oreb", rebounds, [line.minutes * line.player.rebounding**2 for line in played])
    _share_out(rng, played, "ast", round(side.total("fgm") * rng.uniform(0.5, 0.72)), passing)


def _defend(rng: random.Random, side: Side, other: Side) -> None:
    """What a team takes from the other's attack: rebounds of its misses, steals, blocks, and the fouls it paid."""
    played = side.played
    misses = other.total("fga") - other.total("fgm")
    missed_twos = misses - other.total("fg3a") + other.total("fg3m")
    minutes = [line.minutes for line in played]
    rebounding = [line.minutes * line.player.rebounding for line in played]
    loose = max(0, misses - other.total("oreb") - rng.randrange(1, 5))  # a few are a team's, nobody's
    _share_out(rng, played, "dreb", loose, rebounding)
    _share_out(rng, played, "stl", round(other.total("turnover") * rng.uniform(0.45, 0.7)), minutes)
    _share_out(rng, played, "blk", round(missed_twos * rng.uniform(0.08, 0.3)), rebounding)
    _share_out(rng, played, "pf", other.total("fta") // 2 + rng.randrange(4, 13), minutes, most=6)
    for line in played:
        line.counts["reb"] = line.counts["oreb"] + line.counts["dreb"]


def _share_out(
    rng: random.Random, played: list[Line], count: str, total: int, weights: Sequence[float], most: int | None = None
) -> None:
    """Deals `total` of a count among the players, one at a time; what is above `most` a player is not dealt."""
    for line in rng.choices(played, weights, k=total):
        if most is None or line.counts[count] < most:
            line.counts[count] += 1


def _shot(rng: random.Random, team: str, player: Player, own: Team, other: Team, edge: float, seconds: int) -> Shot:
    shares = [share * forced for share, forced in zip(player.shares, other.forces, strict=True)]
    zone = rng.choices((0, 1, 2), shares)[0]
    chance = player.skills[zone] + own.attack + other.defence[zone] + edge
    area, x, y = _PLACES[ZONES[zone]](rng)
    is_made = rng.random() < (0.02 if area == "Backcourt" else chance)
    seen = None if rng.random() < WITHOUT_AREA else area
    return Shot(rng.randrange(seconds), team, player, zone == 2, is_made, seen, x, y, ZONES[zone] == "paint")


def _heave(rng: random.Random, team: str) -> Shot:
    buzzer = rng.choice((1, 2, 3)) * 720 - 1
    return Shot(buzzer, team, None, True, False, "Backcourt", rng.randrange(-200, 201), rng.randrange(480, 700), False)


def _in_the_paint(rng: random.Random) -> tuple[str, int, int]:
    if rng.random() < 0.6:
        angle, reach = rng.uniform(-0.6, math.pi + 0.6), 39 * math.sqrt(rng.random())
        return "Restricted Area", int(reach * math.cos(angle)), int(reach * math.sin(angle))
    return "In The Paint (Non-RA)", *_until(rng, 79, -40, 137, lambda x, y: math.hypot(x, y) > 41)


def _from_mid_range(rng: random.Random) -> tuple[str, int, int]:
    def outside_the_paint_inside_the_arc(x: int, y: int) -> bool:
        return (abs(x) > 81 or y > 139) and math.hypot(x, y) < 235

    return "Mid-Range", *_until(rng, 215, -40, 220, outside_the_paint_inside_the_arc)


def _from_three(rng: random.Random) -> tuple[str, int, int]:
    place = rng.random()
    if place < 0.23:
        x, y = rng.randrange(222, 241), rng.randrange(-45, 86)
        return ("Left Corner 3", -x, y) if place < 0.115 else ("Right Corner 3", x, y)
    if place > 0.998:
        return "Backcourt", rng.randrange(-200, 201), rng.randrange(430, 800)
    angle, reach = math.radians(rng.uniform(25, 155)), rng.uniform(240, 274)
    return "Above the Break 3", int(reach * math.cos(angle)), int(reach * math.sin(angle))


def _until(rng: random.Random, side: int, low: int, high: int, fits: Callable[[int, int], bool]) -> tuple[int, int]:
    """A place drawn evenly from a box until it fits."""
    while True:
        x, y = rng.randrange(-side, side + 1), rng.randrange(low, high + 1)
        if fits(x, y):
            return x, y


_PLACES = {"paint": _in_the_paint, "mid_range": _from_mid_range, "three_pt": _from_three}
