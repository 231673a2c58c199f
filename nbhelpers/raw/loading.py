"""The raw rows of a window's stored objects, and what they lack."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime

from nbhelpers.errors import Broken
from nbhelpers.raw.boxscores import boxscore_rows, envelope, judged
from nbhelpers.raw.schedule import Game, games
from nbhelpers.raw.shots import shot_rows
from nbhelpers.season import Window
from nbhelpers.store.objects import Store, address, box_score_prefix, in_order, play_by_play_prefix, schedule_prefix

SCHEDULE, BOX_SCORES, SHOTS = "nba_raw.nbac_schedule", "nba_raw.bdl_player_boxscores", "nba_raw.nbac_shots"
NBA_BOX_SCORES, NBA_TEAMS = "nba_raw.nbac_player_boxscores", "nba_raw.nbac_team_boxscores"


@dataclass(frozen=True)
class Gap:
    """Something of a game that is absent."""

    game_date: date
    game_id: str
    what: str  # box_score, play_by_play
    reason: str


@dataclass(frozen=True)
class Loaded:
    """What the objects of a window hold, and what they lack."""

    rows: dict[str, list[dict]]  # by table
    gaps: list[Gap]
    unresolved: list[dict]  # a shooter whom no single box-score line fits: his game, name, shots and the reason
    broken: list[tuple[str, str]]  # key of an object that cannot be read, and why


def load(store: Store, window: Window) -> Loaded:
    """The rows of a window's objects: per game the latest final box score and the latest play-by-play with shots.

    The games are those of the newest schedule that can be read; without one this is Broken.
    """
    loaded = Loaded({SCHEDULE: [], BOX_SCORES: [], NBA_BOX_SCORES: [], NBA_TEAMS: [], SHOTS: []}, [], [], [])
    schedule = _newest_schedule(store, window.season.name, loaded)
    for day in window.dates():
        today = {game.game_id: game for game in schedule if game.game_date == day}
        loaded.rows[SCHEDULE] += [asdict(game) for game in today.values()]
        final, why_not = _box_scores(store, day, loaded)
        for identifier, (box_game, source, fetched_at) in final.items():
            if identifier not in today or today[identifier].is_postponed:
                # A game was played that the schedule does not know: loaded, so that gate 1 sees it and stops.
                loaded.rows[BOX_SCORES] += boxscore_rows(box_game, day, window.season, source, fetched_at)
        for identifier, game in today.items():
            if game.is_postponed:
                continue
            box_game, source, fetched_at = final.get(identifier, (None, "", None))
            if box_game:
                loaded.rows[BOX_SCORES] += boxscore_rows(box_game, day, window.season, source, fetched_at)
            else:
                loaded.gaps.append(Gap(day, identifier, "box_score", why_not.get(identifier, why_not[""])))
            if game.is_official:
                _add_shots(store, game, box_game, loaded)
    return loaded


def _newest_schedule(store: Store, season: str, loaded: Loaded) -> list[Game]:
    for key in reversed(_keys(store, schedule_prefix(season))):
        try:
            return games(store.read_json(key), season, key)
        except Broken as problem:
            loaded.broken.append((key, problem.what))
    raise Broken(
        loaded.broken[0][1] if loaded.broken else f"no schedule of {season} is stored.",
        "only the schedule says which games there should be",
        "run 10_fetch_raw, which fetches it first.",
    )


def _box_scores(
    store: Store, day: date, loaded: Loaded
) -> tuple[dict[str, tuple[dict, str, datetime]], dict[str, str]]:
    """Each game's latest final dict, with its object and fetch time, and why others are not final.

    The reason under "" is for games in no object at all.
    """
    final: dict[str, tuple[dict, str, datetime]] = {}
    why_not: dict[str, str] = {}
    keys, unreadable = _keys(store, box_score_prefix(day)), 0
    for key in keys:
        try:
            box_scores, fetched_at = envelope(store.read_json(key), day, key)
            found = judged(box_scores, day)
        except Broken as problem:
            unreadable += 1
            loaded.broken.append((key, problem.what))
            continue
        final |= {identifier: (game, key, fetched_at) for identifier, (game, reason) in found.items() if not reason}
        why_not |= {identifier: reason for identifier, (_, reason) in found.items() if reason}
    why_not[""] = _absent(keys, unreadable)
    return final, why_not


def _add_shots(store: Store, game: Game, box_game: dict | None, loaded: Loaded) -> None:
    """Add the shots of the game's latest play-by-play that has any, or the gap."""
    keys, unreadable = _keys(store, play_by_play_prefix(game.game_date, game.nba_game_id)), 0
    for key in reversed(keys):
        try:
            rows = shot_rows(store.read_json(key), game, box_game, key)
        except Broken as problem:
            unreadable += 1
            loaded.broken.append((key, problem.what))
            continue
        if rows:
            loaded.rows[SHOTS] += rows
            why = "no single box-score line fits" if box_game else "no box score of the game"
            loaded.unresolved.extend(_unresolved(rows, why))
            return
    loaded.gaps.append(Gap(game.game_date, game.game_id, "play_by_play", _absent(keys, unreadable)))


def _unresolved(rows: list[dict], reason: str) -> list[dict]:
    """The shooters of a game without a player_lookup, and how many shots each took."""
    columns = ("game_id", "game_date", "team_abbr", "person_id", "player_name")
    shots = Counter(tuple(row[column] for column in columns) for row in rows if row["player_lookup"] is None)
    return [dict(zip(columns, who, strict=True)) | {"shots": n, "reason": reason} for who, n in shots.items()]


def _absent(keys: list[str], unreadable: int) -> str:
    if not keys:
        return "absent: nothing stored"
    return f"absent: none of the objects stored ({len(keys)}, unreadable {unreadable}) has it"


def _keys(store: Store, prefix: str) -> list[str]:
    return in_order([key for key in store.keys(prefix) if address(key)])
