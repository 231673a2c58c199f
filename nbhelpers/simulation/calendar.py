"""When the simulated season plays: entries of a schedule with the shape of a real season's first eight weeks."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nbhelpers.raw.identifiers import TEAMS
from nbhelpers.season import PLAN_SEASON

SEASON = PLAN_SEASON
CONFERENCES = {
    "East": {
        "Atlantic": ("BOS", "BKN", "NYK", "PHI", "TOR"),
        "Central": ("CHI", "CLE", "DET", "IND", "MIL"),
        "Southeast": ("ATL", "CHA", "MIA", "ORL", "WAS"),
    },
    "West": {
        "Northwest": ("DEN", "MIN", "OKC", "POR", "UTA"),
        "Pacific": ("GSW", "LAC", "LAL", "PHX", "SAC"),
        "Southwest": ("DAL", "HOU", "MEM", "NOP", "SAS"),
    },
}
PLACE = {abbr: (east, name) for east, of in CONFERENCES.items() for name, teams in of.items() for abbr in teams}

# Regular-season games a day, a week (Tuesday to Monday) a line, from opening night to Dec 15. The 0 is Thanksgiving.
SLATE_SIZES = (
    2, 12, 2, 12, 5, 9, 11,
    4, 9, 3, 10, 6, 8, 9,
    6, 12, 2, 11, 7, 8, 10,
    6, 10, 4, 11, 4, 8, 8,
    5, 8, 4, 12, 5, 8, 9,
    3, 12, 0, 14, 4, 9, 8,
    6, 9, 4, 12, 7, 5, 4,
    2, 2, 4, 8, 2, 8, 4,
)  # fmt: skip
CUP_FINAL_DAY = date(2025, 12, 16)
DAYS_OF_ROUND = 57  # from opening night to the day after the Cup final
FIVE_GAMES_BY = date(2025, 11, 4)  # so that every team has a window at factor start
POSTPONED_FROM = date(2025, 11, 8)
EVENING_UP_FROM = date(2025, 12, 1)  # from here on whoever has played least plays next
PRE_SEASON = ((date(2025, 10, 5), "GST", "LAL"), (date(2025, 10, 10), "MIA", "ORL"), (date(2025, 10, 16), "DEN", "OKC"))
ALL_STAR = (date(2026, 2, 15), "WST", "EST")
TO_COME = ((date(2025, 12, 17), "CLE", "CHI"), (date(2025, 12, 18), "LAC", "OKC"), (date(2025, 12, 18), "MIA", "BKN"))
OVERTIME_GAMES = 23  # of 387, the first drawn of them to double overtime


@dataclass(frozen=True)
class Fixture:
    """An entry of the schedule. state is played, to_come or postponed; the kind is the id's first three digits."""

    nba_game_id: str
    day: date
    away: str
    home: str
    state: str = "played"
    overtimes: int = 0

    @property
    def is_official(self) -> bool:
        """Whether it counts, and so has a play-by-play: a regular-season game."""
        return self.nba_game_id.startswith("002")

    @property
    def is_cup_final(self) -> bool:
        """Whether it is the final of the NBA Cup, which counts in no table and has a box score all the same."""
        return self.nba_game_id.startswith("006")

    @property
    def has_box_score(self) -> bool:
        """Whether it was played in the season itself; pre-season games have none here."""
        return self.state == "played" and (self.is_official or self.is_cup_final)


def calendar(rng: random.Random) -> list[Fixture]:
    """Every entry of the schedule by date: pre-season, 387 played games, a postponed one, the Cup final, later ones."""
    games = _regular_games(rng)
    postponed = _postponed(games)
    overtimes = dict.fromkeys(rng.sample(range(len(games)), OVERTIME_GAMES), 1)
    overtimes[next(iter(overtimes))] = 2
    regular = [Fixture("", *game, overtimes=overtimes.get(n, 0)) for n, game in enumerate(games)]
    regular += [Fixture("", *postponed, state="postponed")]
    regular += [Fixture("", *game, state="to_come") for game in TO_COME]
    regular.sort(key=lambda fixture: fixture.day)
    fixtures = [Fixture(f"00125{n:05d}", *game) for n, game in enumerate(PRE_SEASON, start=1)]
    fixtures += [replace(fixture, nba_game_id=f"00225{n:05d}") for n, fixture in enumerate(regular, start=1)]
    fixtures += [Fixture("0062500001", CUP_FINAL_DAY, *_finalists(rng, games))]
    fixtures += [Fixture("0032500001", *ALL_STAR, state="to_come")]
    return sorted(fixtures, key=lambda fixture: fixture.day)


def in_rounds(fixtures: list[Fixture], rounds: int) -> list[Fixture]:
    """A schedule whose regular games are played `rounds` times, DAYS_OF_ROUND days apart; those to come stay at its end."""
    last = (rounds - 1) * DAYS_OF_ROUND
    shifts = {"played": range(0, last + 1, DAYS_OF_ROUND), "to_come": [last], "postponed": [0]}
    regular = [
        replace(fixture, day=fixture.day + timedelta(days))
        for fixture in fixtures
        if fixture.is_official
        for days in shifts[fixture.state]
    ]
    regular.sort(key=lambda fixture: fixture.day)
    numbered = [replace(fixture, nba_game_id=f"00225{n:05d}") for n, fixture in enumerate(regular, start=1)]
    others = [fixture for fixture in fixtures if not fixture.is_official]
    return sorted([*numbered, *others], key=lambda fixture: fixture.day)


def slate_days() -> list[tuple[date, int]]:
    """Each day from opening night to Dec 15 with its number of regular-season games."""
    return [(SEASON.opening_night + timedelta(n), size) for n, size in enumerate(SLATE_SIZES)]


def _regular_games(rng: random.Random) -> list[tuple[date, str, str]]:
    """387 games as (day, away, home), drawn again until every team has 25 or 26, five early ones, bearable weeks."""
    while True:
        games = list(_draw(rng))
        days = {team: [day for day, *pair in games if team in pair] for team in TEAMS}
        if all(len(own) in (25, 26) and own[4] < FIVE_GAMES_BY and not _overplayed(own) for own in days.values()):
            return games


def _overplayed(days: list[date]) -> bool:
    """Whether a team plays three days running or four games in five days, which the league no longer does."""
    runs = [(days[n + 2] - days[n]).days < 3 for n in range(len(days) - 2)]
    return any(runs) or any((days[n + 3] - days[n]).days < 5 for n in range(len(days) - 3))


def _draw(rng: random.Random) -> Iterator[tuple[date, str, str]]:
    """Games day by day: teams that have played less come first, give or take; pairs that have met least meet."""
    played: Counter[str] = Counter()
    hosted: Counter[str] = Counter()
    met: Counter[frozenset[str]] = Counter()
    days: list[set[str]] = [set() for _ in range(4)]  # who played on each day, four empty ones before the first
    for day, size in slate_days():
        leeway = 1.0 if day >= EVENING_UP_FROM else 2.5
        turns = {}
        for team in TEAMS:
            recent = [team in of for of in days[-4:]]
            must_rest = sum(recent[-2:]) == 2 or sum(recent) == 3
            turns[team] = played[team] + rng.uniform(0, leeway) + 0.4 * recent[-1] + 99 * must_rest
        waiting = sorted(TEAMS, key=turns.__getitem__)[: 2 * size]
        days.append(set(waiting))
        rng.shuffle(waiting)
        while waiting:
            one = waiting.pop()
            other = min(waiting, key=lambda team: (met[frozenset((one, team))], hosted[team]))
            waiting.remove(other)
            away, home = (one, other) if hosted[one] > hosted[other] else (other, one)
            met[frozenset((one, other))] += 1
            played.update((one, other))
            hosted[home] += 1
            yield day, away, home


def _postponed(games: list[tuple[date, str, str]]) -> tuple[date, str, str]:
    """A game that was called off, on a day when both its teams are idle; it is among `games` a week on or later."""
    busy = {(day, team) for day, *pair in games for team in pair}
    return next(
        (day, away, home)
        for day, size in slate_days()
        if day >= POSTPONED_FROM and size
        for later, away, home in games
        if later >= day + timedelta(7) and (day, away) not in busy and (day, home) not in busy
    )


def _finalists(rng: random.Random, games: list[tuple[date, str, str]]) -> tuple[str, str]:
    """One team of each conference that is idle on the day before the Cup final."""
    busy = {team for day, *pair in games if day == CUP_FINAL_DAY - timedelta(1) for team in pair}
    idle = {of: [team for team in TEAMS if team not in busy and PLACE[team][0] == of] for of in CONFERENCES}
    return rng.choice(idle["East"]), rng.choice(idle["West"])
