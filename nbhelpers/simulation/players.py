"""Who plays in the simulated season: the 30 teams' ways of playing, and invented players with awkward names."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from nbhelpers.raw.identifiers import TEAMS, family_key, player_lookup
from nbhelpers.simulation.calendar import SEASON

ZONES = ("paint", "mid_range", "three_pt")
ROSTER = 16  # players a team
TRADE = (date(2025, 11, 22), "CHA", "POR", 5)  # the first day with the new team; from, to, place on the old roster

# Names are put together from parts, so that nobody takes them for somebody.
_FIRST_NAMES = """Aric Bastian Caden Dario Élio Farrel Gideon Hollis Ivo Joran Kellan Lucan Maddox Niko Orrin Pascal
Quade Roan Søren Tavian Ulric Vaughn Wendell Xavi Yannis Zander José Łukas Jānis Théo Branko Dejan Malik Tyce A.J.
D'Vante Marquon Jean-Luc"""
_HEADS = """Al Bar Bel Bro Cal Cor Dal Dor Ek Fen Fal Gar Gol Hes Hul Jor Kal Kes Lan Lor Mal Mer Mor Nar Nor Oster Pal
Per Quin Ral Ros Sab Sel Tal Tor Ul Val Ver Wes Yar Zel"""
_TAILS = "berwick dane dovar enthal garde lunde mondo nicke quist rayne sett tavić tūnas vøld wyn žėlis"

# (team, place on the roster) -> first and family name at the NBA, then at BallDontLie where more than accents differ.
_ODD_NAMES = {
    ("OKC", 1): ("Jaren", "Wexmoor"), ("OKC", 6): ("Joryn", "Wexmoor"),  # one surname, one initial
    ("MIA", 0): ("Tevin", "Ardelay"), ("MIA", 5): ("Tomas", "Ardelay Jr."),  # so too, but for the suffix
    ("GSW", 0): ("Émile", "Tarrowby"), ("GSW", 4): ("Dane", "Tarrowby"),  # the initial tells them apart
    ("BOS", 3): ("Otto", "Wexmoor"),  # a namesake elsewhere
    ("DEN", 0): ("Nikša", "Vrđević"), ("DAL", 1): ("Łukasz", "Brzøza"),
    ("PHX", 2): ("Kavon", "Ellmarch-Osei"), ("UTA", 3): ("Shay", "O'Tarrick"), ("NYK", 4): ("Deshon", "de la Vanta"),
    ("CLE", 5): ("Rondell", "Mavery III", "Rondell", "Mavery"),
    ("SAS", 4): ("Cortez", "Pellwood Jr.", "Cortez", "Pellwood"),
    ("WAS", 2): ("Buzz", "Carrowell", "Carlisle", "Carrowell"), ("BKN", 3): ("Nic", "Claymere", "Nicolas", "Claymere"),
    ("TOR", 6): ("A.J.", "Lowden", "AJ", "Lowden"), ("CHI", 5): ("Idris", "Traorel", "Idris", "Traorél"),
}  # fmt: skip

# What each place on the roster is worth: minutes when he plays, the chance that he does, shots a minute (1 = anyone's).
_MINUTES = (36, 35, 33, 31, 28, 24, 21, 18, 15, 12, 10, 8, 7, 6, 5, 5)
_CHANCE = (0.93, 0.92, 0.94, 0.95, 0.95, 0.95, 0.93, 0.92, 0.88, 0.75, 0.55, 0.4, 0.3, 0.2, 0.15, 0.1)
_USAGE = (1.4, 1.2, 1.05, 0.95, 0.85, 1.05, 0.95, 0.9, 0.85, 0.85, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8)
_POSITIONS = "GFGFCGFCFGCGFGFC"
# Position -> shares of paint, mid-range and three-point attempts; chances of making them; rebounds and passes a minute.
_STYLES = {
    "G": ((0.40, 0.115, 0.485), (0.545, 0.41, 0.365), 0.7, 1.8),
    "F": ((0.47, 0.085, 0.445), (0.57, 0.41, 0.362), 1.1, 0.8),
    "C": ((0.75, 0.09, 0.16), (0.61, 0.41, 0.34), 1.8, 0.6),
}


@dataclass(frozen=True, eq=False)
class Player:
    """An invented player. First and family name as the NBA spells them; bdl_ as BallDontLie does."""

    person_id: int
    bdl_id: int
    first: str
    family: str
    bdl_first: str
    bdl_family: str
    position: str
    minutes: int
    chance: float
    usage: float
    shares: tuple[float, ...]
    skills: tuple[float, ...]
    rebounding: float
    passing: float
    free_throws: float
    fit_from: date  # injured before it: listed, not played

    @property
    def initialled(self) -> str:
        """The name as the play-by-play writes it: the first letter, then the family name."""
        return f"{self.first[0]}. {self.family}"

    @property
    def sounds_like(self) -> tuple[str, str]:
        """Family name and first initial: who shares it with a teammate is told apart by his shots alone."""
        return family_key(self.family), player_lookup(self.first)[0]


@dataclass(frozen=True)
class Team:
    """How a team plays: possessions a game, and what it adds to its own and takes from its opponents' chances."""

    pace: float
    attack: float
    defence: tuple[float, ...]
    forces: tuple[float, ...]  # how it shifts where opponents shoot from, 1 = not at all


def teams(rng: random.Random) -> dict[str, Team]:
    """The 30 teams, each with its own pace, strength and defence of the three zones."""
    return {
        abbr: Team(
            pace=rng.gauss(101.5, 2),
            attack=rng.gauss(0, 0.012),
            defence=tuple(rng.gauss(0, spread) for spread in (0.018, 0.02, 0.012)),
            forces=tuple(rng.gauss(1, 0.06) for _ in ZONES),
        )
        for abbr in TEAMS
    }


def rosters(rng: random.Random) -> dict[str, list[Player]]:
    """The players of each team on opening night, best first."""
    families = [head + tail for head in _HEADS.split() for tail in _TAILS.split()]
    rng.shuffle(families)
    return {
        abbr: [_player(rng, abbr, place, number * ROSTER + place, families) for place in range(ROSTER)]
        for number, abbr in enumerate(TEAMS)
    }


def squad(of: dict[str, list[Player]], abbr: str, day: date) -> list[Player]:
    """Who belongs to a team on a day: its roster of opening night, but for the one trade."""
    since, old, new, place = TRADE
    traded = of[old][place]
    if day < since or abbr not in (old, new):
        return of[abbr]
    return [*of[new], traded] if abbr == new else [player for player in of[old] if player is not traded]


def _player(rng: random.Random, abbr: str, place: int, number: int, families: list[str]) -> Player:
    first, family, *elsewhere = _ODD_NAMES.get((abbr, place)) or (
        rng.choice(_FIRST_NAMES.split()),
        _decorated(families, number),
    )
    bdl_first, bdl_family = elsewhere or (_plain(first), _plain(family))
    shares, skills, rebounding, passing = _STYLES[_POSITIONS[place]]
    own_shares = [share * rng.lognormvariate(0, 0.22) for share in shares]
    injured = place in (2, 7) and rng.random() < 0.4
    return Player(
        person_id=9_000_001 + number,
        bdl_id=40_000_001 + number,
        first=first,
        family=family,
        bdl_first=bdl_first,
        bdl_family=bdl_family,
        position=_POSITIONS[place],
        minutes=_MINUTES[place],
        chance=_CHANCE[place],
        usage=_USAGE[place] * rng.lognormvariate(0, 0.15),
        shares=tuple(share / sum(own_shares) for share in own_shares),
        skills=tuple(skill + rng.gauss(0, 0.02) for skill in skills),
        rebounding=rebounding * rng.lognormvariate(0, 0.2),
        passing=passing * rng.lognormvariate(0, 0.3),
        free_throws=rng.uniform(0.68, 0.88),
        fit_from=SEASON.opening_night + timedelta(rng.randrange(5, 40) if injured else 0),
    )


def _decorated(families: list[str], number: int) -> str:
    """The family name of the player with this number; some are double, some have a prefix or a suffix."""
    name = families[number]
    if number % 41 == 7:
        return f"{name}-{families[-1 - number % 100]}"
    if number % 37 == 5:
        return f"D'{name}"
    return name + (" Jr." if number % 29 == 3 else " III" if number % 53 == 11 else "")


def _plain(name: str) -> str:
    """A name without accents, as BallDontLie spells most: each letter is what its lookup is."""
    return "".join(letter if letter.isascii() else _ascii(letter) for letter in name)


def _ascii(letter: str) -> str:
    return player_lookup(letter).upper() if letter.isupper() else player_lookup(letter)
