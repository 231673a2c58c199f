"""What the object store holds of a season, judged by reading it, and what it therefore lacks."""

from dataclasses import dataclass, field
from datetime import date

from nbhelpers.errors import Broken
from nbhelpers.raw import Game, season_of
from nbhelpers.raw import games as games_of
from nbhelpers.raw.boxscores import envelope, judged
from nbhelpers.raw.shots import has_shots, why_not_whole
from nbhelpers.season import Season, Window
from nbhelpers.store import objects
from nbhelpers.store.objects import Store

Unreadable = list[tuple[str, str]]  # key of an object that cannot be read, and why


@dataclass(frozen=True)
class Missing:
    """What the store lacks of a window."""

    box_score_dates: list[date]  # with a game that is final in no object
    play_by_play_games: list[Game]  # official games without an object that holds all their shots
    broken: Unreadable  # counted as not there


@dataclass
class Holdings:
    """What the objects of a slate hold."""

    final: dict[date, set[str]]  # for every date of the slate the game_ids that are final in some object
    answered: set[date] = field(default_factory=set)  # dates with an object that holds any game
    boxes: dict[str, dict] = field(default_factory=dict)  # game_id -> BallDontLie's dict of its newest final box score
    with_shots: set[str] = field(default_factory=set)  # nba_game_ids whose newest play-by-play with shots is whole
    broken: Unreadable = field(default_factory=list)

    def note_final(self, day: date, games: dict[str, tuple[dict, str]]) -> None:
        """Remember the final ones among an answer's judged games."""
        self.final[day] |= final_ids(games)
        self.boxes |= {identifier: game for identifier, (game, why_not) in games.items() if not why_not}

    def missing(self, slate_games: list[Game]) -> Missing:
        """What they lack of the slate they were read for."""
        not_final = {game.game_date for game in slate_games if game.game_id not in self.final[game.game_date]}
        without_shots = [game for game in slate_games if game.is_official and game.nba_game_id not in self.with_shots]
        return Missing(sorted(not_final), without_shots, self.broken)


def slate(games: list[Game], window: Window) -> list[Game]:
    """The window's games that were to be played, in the order of `games`."""
    start, end = window.start_date, window.end_date
    return [game for game in games if start <= game.game_date <= end and not game.is_postponed]


def stored_season(store: Store, season: str) -> Season | None:
    """The season as the newest stored schedule that can be read tells it; None where there is none."""
    newest = newest_schedule(store, season, [])
    return season_of(newest[1], season) if newest else None


def stored_games(store: Store, season: str) -> list[Game]:
    """The season's games by the newest stored schedule that can be read. Broken if there is none."""
    unreadable: Unreadable = []
    newest = newest_schedule(store, season, unreadable)
    if newest is None:
        because = f" that can be read: {unreadable[0][1]}" if unreadable else "."
        raise Broken(
            f"{store} holds no schedule of {season}{because}",
            "only the schedule tells what is missing from what was never to be",
            "run 10_fetch_raw, which fetches the schedule first.",
        )
    return newest[1]


def missing(store: Store, games: list[Game], window: Window) -> Missing:
    """What the store lacks of the window's slate; reads each object once and asks no source."""
    wanted = slate(games, window)
    return holdings(store, wanted).missing(wanted)


def newest_schedule(store: Store, season: str, unreadable: Unreadable) -> tuple[dict, list[Game]] | None:
    """The newest schedule that can be read and its games; the ones passed over are added to `unreadable`."""
    for key in reversed(_keys(store, objects.schedule_prefix(season), unreadable)):
        try:
            body = store.read_json(key)
            return body, games_of(body, season, key)
        except Broken as problem:
            unreadable.append((key, problem.what))
    return None


def holdings(store: Store, slate_games: list[Game]) -> Holdings:
    """What the objects of the slate's dates and games hold."""
    held = Holdings({game.game_date: set() for game in slate_games})
    _read_box_scores(store, held)
    _read_play_by_play(store, {game.nba_game_id: game for game in slate_games if game.is_official}, held)
    return held


def final_ids(games: dict[str, tuple[dict, str]]) -> set[str]:
    """The game_ids that are final among an answer's judged games."""
    return {identifier for identifier, (_, why_not) in games.items() if not why_not}


def _read_box_scores(store: Store, held: Holdings) -> None:
    for key in _keys(store, objects.BOX_SCORES, held.broken):
        day = objects.address(key).game_date
        if day not in held.final:
            continue
        try:
            box_scores, _ = envelope(store.read_json(key), day, key)
            held.note_final(day, judged(box_scores, day))
        except Broken as problem:
            held.broken.append((key, problem.what))
            continue
        if box_scores:
            held.answered.add(day)


def _read_play_by_play(store: Store, wanted: dict[str, Game], held: Holdings) -> None:
    """The newest object with shots decides, since it is the one that loads; the older ones need not be read."""
    decided: set[str] = set()
    for key in reversed(_keys(store, objects.PLAY_BY_PLAYS, held.broken)):
        where = objects.address(key)
        game = wanted.get(where.nba_game_id)
        if game is None or game.game_date != where.game_date or game.nba_game_id in decided:
            continue
        try:
            body = store.read_json(key)
            if not has_shots(body, game.nba_game_id):
                continue
            decided.add(game.nba_game_id)
            if not why_not_whole(body, game.nba_game_id, held.boxes.get(game.game_id)):
                held.with_shots.add(game.nba_game_id)
        except Broken as problem:
            held.broken.append((key, problem.what))


def _keys(store: Store, prefix: str, unreadable: Unreadable) -> list[str]:
    """The keys below `prefix` that are read, oldest first; the others are added to `unreadable`."""
    keys = store.keys(prefix)
    unreadable += [(key, "its folder or name is not one that is read") for key in keys if not objects.address(key)]
    return objects.in_order([key for key in keys if objects.address(key)])
