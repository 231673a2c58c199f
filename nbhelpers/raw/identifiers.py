"""One name for each team, player and game, whatever a source calls it."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from nbhelpers.errors import BadInput

TEAMS = {
    "ATL": "Atlanta Hawks", "BOS": "Boston Celtics", "BKN": "Brooklyn Nets", "CHA": "Charlotte Hornets",
    "CHI": "Chicago Bulls", "CLE": "Cleveland Cavaliers", "DAL": "Dallas Mavericks", "DEN": "Denver Nuggets",
    "DET": "Detroit Pistons", "GSW": "Golden State Warriors", "HOU": "Houston Rockets", "IND": "Indiana Pacers",
    "LAC": "LA Clippers", "LAL": "Los Angeles Lakers", "MEM": "Memphis Grizzlies", "MIA": "Miami Heat",
    "MIL": "Milwaukee Bucks", "MIN": "Minnesota Timberwolves", "NOP": "New Orleans Pelicans",
    "NYK": "New York Knicks", "OKC": "Oklahoma City Thunder", "ORL": "Orlando Magic", "PHI": "Philadelphia 76ers",
    "PHX": "Phoenix Suns", "POR": "Portland Trail Blazers", "SAC": "Sacramento Kings", "SAS": "San Antonio Spurs",
    "TOR": "Toronto Raptors", "UTA": "Utah Jazz", "WAS": "Washington Wizards",
}  # fmt: skip
_OTHER_SPELLINGS = {"BRK": "BKN", "PHO": "PHX", "Los Angeles Clippers": "LAC"}
SPELLINGS = {abbr: abbr for abbr in TEAMS} | {name: abbr for abbr, name in TEAMS.items()} | _OTHER_SPELLINGS  # which is whose

_SPELLED_OUT = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "Ø": "o", "Ł": "l", "Đ": "d", "Æ": "ae"})
_SUFFIX = re.compile(r"[\s.]+(jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)


def team_abbr(text: str) -> str:
    """The team's three letters from its code or full name; anything else is an error.

    >>> team_abbr("BRK"), team_abbr("Phoenix Suns")
    ('BKN', 'PHX')
    """
    if text not in SPELLINGS:
        raise BadInput(
            f"team {text!r} is not one of the NBA's 30.",
            "a row under an unknown team would drop out of every team's window",
            "add the spelling to nbhelpers/identifiers.py if it is a team of the NBA.",
        )
    return SPELLINGS[text]


@lru_cache(maxsize=4096)  # a season has some six hundred names, each said thousands of times
def player_lookup(name: str) -> str:
    """A player's name as a key: accents and punctuation dropped, suffixes kept.

    >>> player_lookup("Nikola Jokić"), player_lookup("Tim Hardaway Jr."), player_lookup("Dāvis Bertāns")
    ('nikolajokic', 'timhardawayjr', 'davisbertans')
    """
    plain = unicodedata.normalize("NFKD", name.translate(_SPELLED_OUT))
    return re.sub(r"[^a-z0-9]", "", "".join(c for c in plain if not unicodedata.combining(c)).lower())


def family_key(family_name: str) -> str:
    """A family name as a key for matching two sources, generation suffix dropped.

    >>> family_key("Hardaway Jr."), family_key("Gilgeous-Alexander")
    ('hardaway', 'gilgeousalexander')
    """
    return player_lookup(_SUFFIX.sub("", family_name.strip()))


def game_id(game_date: date, away: str, home: str) -> str:
    """The pipeline's id of a game.

    >>> game_id(date(2025, 10, 21), "HOU", "OKC")
    '20251021_HOU_OKC'
    """
    return f"{game_date:%Y%m%d}_{away}_{home}"
