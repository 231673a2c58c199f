"""What the object store holds of a season, judged by reading it, and what it therefore lacks."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from nbhelpers.errors import Broken
from nbhelpers.raw import Game, nba_boxscores, season_of
from nbhelpers.raw.boxscores import attempts_by_team, envelope, judged, odd_games
from nbhelpers.raw.schedule import OddGame, StoredSchedule, newest_stored
from nbhelpers.raw.shots import ShotCounts, shot_counts, why_not_whole
from nbhelpers.season import Season, Window
from nbhelpers.sources.findings import Findings
from nbhelpers.store import objects
from nbhelpers.store.objects import Store

MADE_FROM = "madeFrom"  # beside the games in a schedule that was made here: what from, and how far
Unreadable = list[tuple[str, str]]  # key of an object that cannot be read, and why
Attempts = dict[str, tuple[int, int]]  # by team: field goals attempted and made
Accepted = Collection[tuple[str, str]]  # game_id and what (box_score, play_by_play) that somebody accepted as missing


@dataclass(frozen=True)
class Missing:
    """What the store lacks of a window."""

    box_score_dates: list[date]  # with a game that is final in no object of BallDontLie's
    official_games: list[Game]  # without a final box score of the NBA's
    play_by_play_games: list[Game]  # official games without an object that holds all their shots
    broken: Unreadable  # counted as not there


@dataclass
class Holdings:
    """What the objects of a slate hold."""

    final: dict[date, set[str]]  # for every date of the slate the game_ids that are final in some object of BallDontLie's
    answered: set[date] = field(default_factory=set)  # dates with an object of BallDontLie's that holds any game
    official: set[str] = field(default_factory=set)  # nba_game_ids that are final in some box score of the NBA's
    counted: dict[str, Attempts] = field(default_factory=dict)  # by game_id
    with_shots: set[str] = field(default_factory=set)  # nba_game_ids whose newest play-by-play with shots is whole
    broken: Unreadable = field(default_factory=list)

    def note_final(self, day: date, games: dict[str, Attempts]) -> None:
        """Remember the games that are final in an answer of BallDontLie's, with what they count."""
        self.final[day] |= games.keys()
        for identifier, counted in games.items():
            self.counted.setdefault(identifier, counted)

    def note_official(self, game: Game, counted: Attempts) -> None:
        """Remember a final box score of the NBA's; what it counts outranks what BallDontLie does."""
        self.official.add(game.nba_game_id)
        self.counted[game.game_id] = counted

    def missing(self, slate_games: list[Game], accepted: Accepted = ()) -> Missing:
        """What they lack of the slate they were read for, but for what is accepted as missing."""
        scored = [game for game in slate_games if (game.game_id, "box_score") not in accepted]
        not_final = {game.game_date for game in scored if game.game_id not in self.final[game.game_date]}
        without_shots = [
            game
            for game in slate_games
            if game.is_official and game.nba_game_id not in self.with_shots and (game.game_id, "play_by_play") not in accepted
        ]
        without_record = [game for game in scored if game.nba_game_id not in self.official]
        return Missing(sorted(not_final), without_record, without_shots, self.broken)


def slate(games: list[Game], window: Window) -> list[Game]:
    """The window's games that were to be played, in the order of `games`."""
    start, end = window.start_date, window.end_date
    return [game for game in games if start <= game.game_date <= end and not game.is_postponed]


def stored_season(store: Store, season: str) -> Season | None:
    """The season as the newest stored schedule that can be read tells it; None where there is none.

    A schedule that was made is whole as far as somebody asked; of what comes later it may know some games, and tells none.
    """
    newest = newest_schedule(store, season, [])
    if newest is None:
        return None
    body, games = newest
    if made_from := body["leagueSchedule"].get(MADE_FROM):
        games = [game for game in games if game.game_date <= date.fromisoformat(made_from["through"])]
    return season_of(games, season)


def stored_games(store: Store, season: str) -> list[Game]:
    """The season's games by the newest stored schedule that can be read. Broken if there is none."""
    unreadable: Unreadable = []
    newest = _newest(store, season, unreadable)
    if newest is None:
        because = f" that can be read: {unreadable[0][1]}" if unreadable else "."
        raise Broken(
            f"{store} holds no schedule of {season}{because}",
            "only the schedule tells what is missing from what was never to be",
            "run 10_fetch_raw, which fetches the schedule first.",
        )
    return list(newest.games)


def missing(findings: Findings, games: list[Game], window: Window, accepted: Accepted = ()) -> Missing:
    """What the store lacks of the window's slate; reads what has not been read before, and asks no source."""
    promised = slate(games, window)
    return holdings(findings, promised).missing(promised, accepted)


def _newest(store: Store, season: str, unreadable: Unreadable) -> StoredSchedule | None:
    return newest_stored(store, season, known_keys(store, objects.schedule_prefix(season), unreadable), unreadable)


def newest_schedule(
    store: Store, season: str, unreadable: Unreadable, odd: list[OddGame] | None = None
) -> tuple[dict, list[Game]] | None:
    """The newest schedule that can be read and its games; the ones passed over are added to `unreadable`, odd entries to `odd`."""
    newest = _newest(store, season, unreadable)
    if newest is None:
        return None
    if odd is not None:
        odd += newest.odd
    return objects.parse_object(newest.key, newest.body), list(newest.games)


def holdings(findings: Findings, slate_games: list[Game]) -> Holdings:
    """What the objects of the slate's dates and games hold."""
    inventory = Holdings({game.game_date: set() for game in slate_games})
    _read_official(findings, {game.nba_game_id: game for game in slate_games}, inventory)
    _read_box_scores(findings, inventory)
    _read_play_by_play(findings, {game.nba_game_id: game for game in slate_games if game.is_official}, inventory)
    findings.keep()
    return inventory


def attempts_of_final_games(games: dict[str, tuple[dict, str]]) -> dict[str, Attempts]:
    """What the final ones among an answer's judged games count, by game_id."""
    return {identifier: attempts_by_team(game, identifier) for identifier, (game, why_not) in games.items() if not why_not}


def why_not_official(body: dict, game: Game, where: str) -> str:
    """Why a box score of the NBA's is not the final one of a game and its day, '' if it is; Broken if of another game."""
    if why_not := nba_boxscores.why_not_final(body, game.nba_game_id, where):
        return why_not
    day = nba_boxscores.day_of(body, where)
    return "" if day == game.game_date else f"its box score is of {day}"


def known_keys(store: Store | Findings, prefix: str, unreadable: Unreadable) -> list[str]:
    """The keys below `prefix` that are read, oldest first; the others are added to `unreadable`."""
    keys = store.keys(prefix)
    unreadable += [(key, "its folder or name is not one that is read") for key in keys if not objects.address(key)]
    return objects.in_order([key for key in keys if objects.address(key)])


def _read_box_scores(findings: Findings, inventory: Holdings) -> None:
    for key in known_keys(findings, objects.BOX_SCORES, inventory.broken):
        day = objects.known_address(key).game_date
        if day is None or day not in inventory.final:
            continue
        if found := _found(findings, key, "", partial(_found_of_day, day, key), inventory):
            inventory.broken.extend((key, what) for what in found["odd"])
            inventory.note_final(day, _attempts(found["final"]))
            if found["has_games"]:
                inventory.answered.add(day)


def _read_official(findings: Findings, promised: dict[str, Game], inventory: Holdings) -> None:
    """The newest final object of a game decides; the older ones need not be read."""
    for key, game in _newest_first(findings, objects.OFFICIAL_BOX_SCORES, promised, inventory):
        if game.nba_game_id in inventory.official:
            continue
        found = _found(findings, key, game.game_id, partial(_found_of_official, game, key), inventory)
        if found and not found["why_not"]:
            inventory.note_official(game, _attempts({game.game_id: found["counted"]})[game.game_id])


def _read_play_by_play(findings: Findings, promised: dict[str, Game], inventory: Holdings) -> None:
    """The newest object with shots decides, since it is the one that loads; the older ones need not be read."""
    decided: set[str] = set()
    for key, game in _newest_first(findings, objects.PLAY_BY_PLAYS, promised, inventory):
        if game.nba_game_id in decided:
            continue
        found = _found(findings, key, "", partial(_found_of_shots, game.nba_game_id), inventory)
        if found and found["attempts"]:
            decided.add(game.nba_game_id)
            if not why_not_whole(ShotCounts(**found), inventory.counted.get(game.game_id, {})):
                inventory.with_shots.add(game.nba_game_id)


def _found(findings: Findings, key: str, question: str, look: Callable[[Any], dict], inventory: Holdings) -> dict:
    """What is found in an object; {} where it cannot be read, which is noted."""
    try:
        found = findings.of(key, question, partial(_or_why_broken, look))
    except Broken as problem:  # no JSON, or not to be read at this moment
        found = {"broken": problem.what}
    if "broken" in found:
        inventory.broken.append((key, found["broken"]))
        return {}
    return found


def _or_why_broken(look: Callable[[Any], dict], body: Any) -> dict:
    try:
        return look(body)
    except Broken as problem:
        return {"broken": problem.what}


def _found_of_day(day: date, key: str, body: Any) -> dict:
    box_scores, _ = envelope(body, day, key)
    games = judged(box_scores, day)
    return {"odd": odd_games(games), "final": attempts_of_final_games(games), "has_games": bool(box_scores)}


def _found_of_official(game: Game, key: str, body: Any) -> dict:
    why_not = why_not_official(body, game, key)
    return {"why_not": why_not, "counted": {} if why_not else nba_boxscores.attempts_by_team(body, game.game_id)}


def _found_of_shots(nba_game_id: str, body: Any) -> dict:
    return shot_counts(body, nba_game_id)._asdict()


def _attempts(found: dict[str, dict[str, list[int]]]) -> dict[str, Attempts]:
    """Attempts by game and team, which JSON turns into lists, as they were counted."""
    return {identifier: {team: (tried, made) for team, (tried, made) in teams.items()} for identifier, teams in found.items()}


def _newest_first(findings: Findings, prefix: str, promised: dict[str, Game], inventory: Holdings) -> list[tuple[str, Game]]:
    """The objects of the wanted games below `prefix`, on the games' own days, newest first."""
    found = []
    for key in reversed(known_keys(findings, prefix, inventory.broken)):
        where = objects.known_address(key)
        game = promised.get(where.nba_game_id or "")
        if game and game.game_date == where.game_date:
            found.append((key, game))
    return found
