"""Sources to object store: ask for what is missing and for nothing else, keep what came, name what did not."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, date, datetime

from nbhelpers.errors import Broken
from nbhelpers.raw import Game, Gap
from nbhelpers.raw import games as games_of
from nbhelpers.raw.boxscores import judged
from nbhelpers.raw.identifiers import game_id
from nbhelpers.raw.shots import has_shots, why_not_whole
from nbhelpers.season import Window
from nbhelpers.sources.clients import BallDontLie, NbaCdn
from nbhelpers.sources.holdings import (
    Holdings,
    Missing,
    Unreadable,
    final_ids,
    holdings,
    missing,
    newest_schedule,
    slate,
    stored_games,
)
from nbhelpers.sources.progress import ThrottledLines
from nbhelpers.sources.web import Spent
from nbhelpers.store import objects
from nbhelpers.store.objects import Store
from nbhelpers.wording import in_words, many

__all__ = ["Count", "Fetched", "Gap", "Missing", "ThrottledLines", "fetch", "missing", "slate", "stored_games"]

AT_ONCE = 4  # play-by-play files asked of the CDN at the same time

Listener = Callable[[int, int, str, float | None], None]  # done, total, what, seconds left


@dataclass(frozen=True)
class Count:
    """Of the dates or games of a window, how many were fetched now and how many were there before."""

    fetched: int
    there: int


@dataclass(frozen=True)
class Fetched:
    """What one fetch did. Its gaps are asked for again next time."""

    window: Window
    schedule: Count
    box_scores: Count  # dates
    play_by_play: Count  # games
    gaps: list[Gap]
    broken: Unreadable  # what they held was fetched anew; the objects themselves are left as they are
    spent: Spent
    seconds: float

    def __str__(self) -> str:
        parts = [
            f"box scores {many(self.box_scores.fetched, 'date')} fetched, {self.box_scores.there} there before",
            f"play-by-play {many(self.play_by_play.fetched, 'game')} fetched, {self.play_by_play.there} there before",
            many(len(self.gaps), "gap"),
            many(len(self.broken), "unreadable object"),
            f"{many(self.spent.requests, 'request')} ({self.spent.retries} repeated) in {in_words(self.seconds)}",
        ]
        return f"{self.window}: " + "; ".join(part for part in parts if part != "0 unreadable objects")


def fetch(
    store: Store,
    bdl: BallDontLie,
    cdn: NbaCdn,
    window: Window,
    now: datetime,
    listener: Listener | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Fetched:
    """Fetch what the window lacks, storing each answer as it comes, so that after a stop the next call goes on.

    The schedule is asked for every time. Objects carry the stamp of `now`. Broken if a source fails for good.
    """
    errand = _Errand(store, now, listener or (lambda done, total, what, seconds_left: None), clock)
    started, spent_before = clock(), bdl.spent + cdn.spent
    broken: Unreadable = []
    games, is_new = errand.schedule(cdn, window, broken)
    wanted = slate(games, window)
    held = holdings(store, wanted)
    lacking = held.missing(wanted)
    dates, no_box_score = errand.box_scores(bdl, lacking.box_score_dates, wanted, held)
    plays, no_play_by_play = errand.play_by_play(cdn, lacking.play_by_play_games, held)
    return Fetched(
        window,
        Count(int(is_new), int(not is_new)),
        Count(dates, len(held.final) - len(lacking.box_score_dates)),
        Count(plays, sum(game.is_official for game in wanted) - len(lacking.play_by_play_games)),
        sorted(no_box_score + no_play_by_play, key=lambda gap: (gap.game_date, gap.game_id, gap.what)),
        broken + held.broken,
        bdl.spent + cdn.spent - spent_before,
        clock() - started,
    )


@dataclass(frozen=True)
class _Errand:
    """Where one fetch puts things, under which stamp, and whom it tells."""

    store: Store
    now: datetime
    tell: Listener
    clock: Callable[[], float]

    def schedule(self, cdn: NbaCdn, window: Window, broken: Unreadable) -> tuple[list[Game], bool]:
        """The games of the schedule as it is now, and whether it was stored: not if nothing in it has changed."""
        self.tell(0, 1, "schedule", None)
        newest = newest_schedule(self.store, window.season.name, broken)
        body = cdn.schedule()
        fresh = objects.parse_json(body)
        # The NBA serves one season at a time: of a past one, what was stored is all there will ever be.
        has_moved_on = str(fresh["leagueSchedule"].get("seasonYear", "")) > window.season.name
        is_new = newest is None or not (has_moved_on or _without_meta(newest[0]) == _without_meta(fresh))
        games = games_of(fresh, window.season.name, "the NBA's schedule") if is_new else newest[1]
        _require_cover(games, window)
        if is_new:
            prefix = objects.schedule_prefix(window.season.name)
            objects.add(self.store, prefix, lambda name: objects.schedule_key(window.season.name, name), self.now, body)
        self.tell(1, 1, "schedule", 0.0)
        return games, is_new

    def box_scores(
        self, bdl: BallDontLie, days: list[date], wanted: list[Game], held: Holdings
    ) -> tuple[int, list[Gap]]:
        """How many dates were stored, and the games that are still final nowhere."""
        gaps, kept, started = [], 0, self.clock()
        for done, day in enumerate(days):
            left = len(days) - done
            at_this_speed = (self.clock() - started) / done * left if done else 0.0
            self.tell(done, len(days), "box scores", max(bdl.seconds_for(left), at_this_speed))
            kept_now, found, reason = self._box_scores_of(day, bdl.box_scores(day), held)
            kept += kept_now
            gaps += [
                Gap(day, game.game_id, "box_score", _why_not_final(game, found, reason))
                for game in wanted
                if game.game_date == day and game.game_id not in held.final[day]
            ]
        if days:
            self.tell(len(days), len(days), "box scores", 0.0)
        return kept, gaps

    def _box_scores_of(self, day: date, answer: list[dict], held: Holdings) -> tuple[bool, dict, str]:
        """Store an answer if it adds something; its judged games, and why others are not among them."""
        try:
            found = judged(answer, day)
        except Broken as problem:
            return False, {}, f"unusable answer: {problem.what}"
        is_first = bool(answer) and day not in held.answered
        adds = is_first or not final_ids(found) <= held.final[day]
        if adds:
            envelope = {
                "date": day.isoformat(),
                "timestamp": self.now.astimezone(UTC).isoformat(),
                "rowCount": len(answer),
                "boxScores": answer,
            }
            body = json.dumps(envelope, ensure_ascii=False).encode()
            prefix = objects.box_score_prefix(day)
            objects.add(self.store, prefix, lambda name: objects.box_score_key(day, name), self.now, body)
            held.note_final(day, found)
        return adds, found, "absent" if answer else "empty day"

    def play_by_play(self, cdn: NbaCdn, games: list[Game], held: Holdings) -> tuple[int, list[Gap]]:
        """How many games were stored, and those that still have no shots; a few are asked for at once."""
        if not games:
            return 0, []
        gaps, started = [], self.clock()
        self.tell(0, len(games), "play-by-play", None)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = {pool.submit(self._play_by_play_of, game, cdn, held): game for game in games}
            try:
                for done, answer in enumerate(as_completed(asked), start=1):
                    game, reason = asked[answer], answer.result()
                    if reason:
                        gaps.append(Gap(game.game_date, game.game_id, "play_by_play", reason))
                    left = (self.clock() - started) / done * (len(games) - done)
                    self.tell(done, len(games), "play-by-play", left)
            except BaseException:  # an interrupt too: what is in flight is stored, what is queued is not begun
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return len(games) - len(gaps), gaps

    def _play_by_play_of(self, game: Game, cdn: NbaCdn, held: Holdings) -> str:
        """Store a game's play-by-play, or say why there is none to store."""
        day, number = game.game_date, game.nba_game_id
        body = cdn.play_by_play(number)
        if body is None:
            return "no play-by-play yet"
        parsed = objects.parse_json(body)
        try:
            if not has_shots(parsed, number):
                return "no shots in its play-by-play yet"
            lacking = why_not_whole(parsed, number, held.boxes.get(game.game_id))
        except Broken as problem:
            return f"unusable answer: {problem.what}"
        if not _is_over(parsed) and game.game_id not in held.final[day]:
            return "unfinished play-by-play"
        prefix = objects.play_by_play_prefix(day, number)
        stored = objects.in_order(self.store.keys(prefix))
        # What still lacks shots is kept the first time, as evidence, and not again until it says something new.
        if not (lacking and stored and self.store.read(stored[-1]) == body):
            objects.add(self.store, prefix, lambda name: objects.play_by_play_key(day, number, name), self.now, body)
        return lacking


def _without_meta(schedule: dict) -> dict:
    return {name: value for name, value in schedule.items() if name != "meta"}


def _require_cover(games: list[Game], window: Window) -> None:
    days = [game.game_date for game in games]
    if days and min(days) <= window.start_date and max(days) >= window.end_date:
        return
    has = f"games from {min(days)} to {max(days)} only, not over {window}" if days else "no games"
    raise Broken(
        f"the NBA's schedule of {window.season.name} has {has}.",
        "dates without a schedule would pass for days without games",
        "choose dates that the schedule covers; if it should cover these, run again later.",
    )


def _why_not_final(game: Game, found: dict[str, tuple[dict, str]], otherwise: str) -> str:
    if game.game_id in found:
        return found[game.game_id][1]
    swapped = game_id(game.game_date, game.home_team_abbr, game.away_team_abbr)
    return f"absent under this id, but there as {swapped}" if swapped in found else otherwise


def _is_over(play_by_play: dict) -> bool:
    return any(a.get("actionType") == "game" and a.get("subType") == "end" for a in play_by_play["game"]["actions"])
