"""Field-goal attempts from the NBA's play-by-play: where each was taken, and which box-score line is its shooter's."""

from collections import Counter
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

from nbhelpers.raw.bodies import broken, known, need, need_team, need_whole, number, whole
from nbhelpers.raw.identifiers import family_key, player_lookup

if TYPE_CHECKING:
    from nbhelpers.raw.schedule import Game

PAINT_AREAS = {"Restricted Area", "In The Paint (Non-RA)"}
_VALUES = {"2pt": 2, "3pt": 3, "heave": 3}
AT_THE_HOOP = 4  # feet: nearer is paint whatever its label says
HEAVE = "heave"  # since 2025 a long shot at a period's end, on no player's account unless it goes in
_RESULTS = {"Made": True, "Missed": False}


@dataclass(frozen=True)
class Shooter:
    """A person of the play-by-play, or a line of the box score: whichever it is, what the two should agree on."""

    key: int | str  # the person's NBA id; the line's player_lookup
    team_abbr: str
    family: str  # key of the family name
    first: str  # key of the first name, or of the initial where no more is shown
    counts: tuple[int | None, ...]  # FGA, FGM, 3PA


def has_shots(play_by_play: dict, nba_game_id: str) -> bool:
    """Whether the play-by-play holds any attempt; Broken if it is of another shape or another game."""
    return bool(_attempts(play_by_play, nba_game_id, f"play-by-play of {nba_game_id}"))


class ShotCounts(NamedTuple):
    """How many attempts a play-by-play holds."""

    attempts: int
    without_zone: int
    by_team: dict[str, tuple[int, int]]  # attempts and makes


def shot_counts(play_by_play: dict, nba_game_id: str) -> ShotCounts:
    """What a play-by-play holds of attempts; Broken if it is of another shape or another game."""
    by_team: dict[str, tuple[int, int]] = {}
    attempts = [attempt for attempt, _ in _attempts(play_by_play, nba_game_id, f"play-by-play of {nba_game_id}")]
    for attempt in attempts:
        tried, made = by_team.get(attempt["team_abbr"], (0, 0))
        by_team[attempt["team_abbr"]] = tried + 1, made + attempt["is_made"]
    return ShotCounts(len(attempts), sum(attempt["zone"] is None for attempt in attempts), by_team)


def why_not_whole(found: ShotCounts, counted: dict[str, tuple[int, int]]) -> str:
    """What a play-by-play still lacks of a finished game, in words; '' where it is whole.

    Its shots must have zones, and be as many and as good as `counted` from a box score (attempts and makes by team), give
    or take one a team: the same that gate 1 asks. Without a box score, only the zones can be judged.
    """
    if not found.attempts:
        return "no shots in its play-by-play yet"
    if found.without_zone > 0.01 * found.attempts:
        return f"{found.without_zone} of {found.attempts} shots without a place"
    for team, (tried, made) in counted.items():
        shots, makes = found.by_team.get(team, (0, 0))
        if abs(shots - tried) > 1 or abs(makes - made) > 1:
            return f"{team} with {makes} of {shots} shots, by the box score {made} of {tried}"
    return ""


def shot_rows(play_by_play: dict, game: "Game", box_game: dict | None, source_file_path: str) -> list[dict]:
    """The rows of nba_raw.nbac_shots of a game.

    `box_game` is BallDontLie's dict of the same game, for the shooters' player_lookup. Without it, and for a shooter
    whom no single line fits, player_lookup is None; zone is None where neither area nor place is known.
    """
    attempts = _attempts(play_by_play, game.nba_game_id, source_file_path)
    lookups = match(_people(attempts), box_lines(box_game, source_file_path) if box_game else [])
    return [
        {
            "game_id": game.game_id,
            "nba_game_id": game.nba_game_id,
            "game_date": game.game_date,
            **attempt,
            "player_lookup": lookups[attempt["person_id"]],
            "source_file_path": source_file_path,
        }
        for attempt, _ in attempts
    ]


def zone(
    shot_value: int, area: str | None, x_ft: float | None, y_ft: float | None, distance_ft: float | None = None, in_paint: bool = False
) -> str | None:
    """The zone of an attempt: by the NBA's area, else by its place in feet from the hoop, else unknown.

    An area that the shot itself contradicts is not believed: dunks of a file's first hours lie at (0, 0) and are called
    Mid-Range. `in_paint` is that the source counts it among the points in the paint.

    >>> zone(2, "Mid-Range", 0.0, 16.0), zone(2, None, 8.0, 13.8), zone(2, "Mid-Range", 0.0, 0.0), zone(2, None, None, None)
    ('mid_range', 'paint', 'paint', None)
    """
    if shot_value == 3:
        return "three_pt"
    place = None if x_ft is None or y_ft is None else (x_ft, y_ft)
    distances = [(place[0] ** 2 + place[1] ** 2) ** 0.5] if place else []
    distances += [] if distance_ft is None else [distance_ft]
    at_the_hoop = [distance < AT_THE_HOOP for distance in distances]
    if area in PAINT_AREAS:
        return "paint"
    if area and not in_paint and not any(at_the_hoop):
        return "mid_range"
    if in_paint:
        return "paint"
    if area and not all(at_the_hoop):
        return None  # its label says one thing, its place another, its distance a third
    if area or (place and at_the_hoop[0]):
        return "paint"
    return ("paint" if abs(place[0]) <= 8 and place[1] <= 13.8 else "mid_range") if place else None


def match(people: list[Shooter], lines: list[Shooter]) -> dict[int, str | None]:
    """Each person's player_lookup by team and family name, then initial, then counts; None where more than one fits.

    No line is given to two people. One family name on both sides needs no more: BallDontLie writes Carlton Carrington
    where the NBA writes B. Carrington.
    """
    families = dict.fromkeys((person.team_abbr, person.family) for person in people)
    lookups: dict[int, str | None] = {}
    for family in families:
        namesakes = [line for line in lines if line.family and (line.team_abbr, line.family) == family]
        lookups |= _pair([person for person in people if (person.team_abbr, person.family) == family], namesakes)
    return lookups


def box_lines(box_game: dict, where: str) -> list[Shooter]:
    """The lines of BallDontLie's dict of a game, as the shooters they may be."""
    return [
        Shooter(
            player_lookup(f"{first} {last}"),
            need_team(box_game[side], "abbreviation", where),
            family_key(last),
            player_lookup(first),
            (whole(line, "fga", where), whole(line, "fgm", where), whole(line, "fg3a", where)),
        )
        for side in ("home_team", "visitor_team")
        for line in box_game[side]["players"]
        for first, last in [[known(line["player"], name, str, where) or "" for name in ("first_name", "last_name")]]
    ]


def _pair(people: list[Shooter], lines: list[Shooter]) -> dict:
    """The player_lookup of the people of one family name on one team."""
    if len(people) == len(lines) == 1:
        return {people[0].key: lines[0].key}
    by_initial = {person.key: [line for line in lines if line.first.startswith(person.first)] for person in people}
    claims = Counter(line.key for fitting in by_initial.values() for line in fitting)
    sure = {key: fit[0].key for key, fit in by_initial.items() if len(fit) == 1 and claims[fit[0].key] == 1}

    unsure = [person for person in people if person.key not in sure]
    left = [line for line in lines if line.key not in sure.values()]
    pairings = [
        {person.key: line.key for person, line in zip(unsure, choice, strict=True)}
        for choice in permutations(left, len(unsure))
        if all(
            person.counts == line.counts and line in (by_initial[person.key] or lines)
            for person, line in zip(unsure, choice, strict=True)
        )
    ]
    only = pairings[0] if len(pairings) == 1 else {}
    return {person.key: (sure | only).get(person.key) for person in people}


def _people(attempts: list[tuple[dict, str]]) -> list[Shooter]:
    taken: dict[int, list[dict]] = {}
    family_names: dict[int, str] = {}
    for attempt, family_name in attempts:
        taken.setdefault(attempt["person_id"], []).append(attempt)
        family_names[attempt["person_id"]] = family_name
    return [
        Shooter(
            person_id,
            shots[0]["team_abbr"],
            family_key(family_names[person_id]),
            player_lookup(shots[0]["player_name"].removesuffix(family_names[person_id])),
            (len(shots), sum(s["is_made"] for s in shots), sum(s["shot_value"] == 3 for s in shots)),
        )
        for person_id, shots in taken.items()
    ]


def _attempts(play_by_play: dict, nba_game_id: str, where: str) -> list[tuple[dict, str]]:
    """Each attempt's own columns, with the shooter's family name; a team's heave is nobody's attempt."""
    body = need(play_by_play, "game", dict, where)
    if need(body, "gameId", str, where) != nba_game_id:
        raise broken(where, f"gameId is {body['gameId']}, not {nba_game_id}")
    actions = need(body, "actions", list, where)
    if not all(isinstance(action, dict) for action in actions):
        raise broken(where, "actions holds something that is not an action")
    taken = [action for action in actions if _is_attempt(action, where)]
    numbers = Counter(need_whole(action, "actionNumber", where) for action in taken)
    for action_number, times in numbers.items():
        if times > 1:
            raise broken(where, f"actionNumber {action_number} is given to {times} attempts")
    return [_attempt(action, f"{where}, action {action['actionNumber']}") for action in taken]


def _is_attempt(action: dict, where: str) -> bool:
    """Whether an action is a player's field-goal attempt; a team's is nobody's, and so is a heave that missed."""
    if whole(action, "isFieldGoal", where) != 1:
        return False
    person, team = whole(action, "personId", where), whole(action, "teamId", where)
    is_missed_heave = action.get("actionType") == HEAVE and action.get("shotResult") != "Made"
    return bool(person) and person != team and not is_missed_heave


def _attempt(action: dict, where: str) -> tuple[dict, str]:
    for name, meanings in (("actionType", _VALUES), ("shotResult", _RESULTS)):
        if need(action, name, str, where) not in meanings:
            raise broken(where, f"{name} is {action[name]!r}, not one of {', '.join(meanings)}")
    x, y = number(action, "xLegacy", where), number(action, "yLegacy", where)
    area, distance = known(action, "area", str, where) or None, number(action, "shotDistance", where)
    in_paint = "pointsinthepaint" in (known(action, "qualifiers", list, where) or [])
    x_ft, y_ft = None if x is None else x / 10, None if y is None else y / 10
    family_name = need(action, "playerName", str, where)
    shot_value = _VALUES[action["actionType"]]
    return {
        "action_number": need_whole(action, "actionNumber", where),
        "period": need_whole(action, "period", where),
        "team_abbr": need_team(action, "teamTricode", where),
        "person_id": need_whole(action, "personId", where),
        "player_name": known(action, "playerNameI", str, where) or family_name,
        "player_lookup": None,
        "shot_value": shot_value,
        "is_made": _RESULTS[action["shotResult"]],
        "zone": zone(shot_value, area, x_ft, y_ft, distance, in_paint),
        "zone_basic": area,
        "distance_ft": distance,
        "x_ft": x_ft,
        "y_ft": y_ft,
    }, family_name
