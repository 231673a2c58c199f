"""One fetch's errand: each source asked for what is missing, each answer stored as it comes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from nbhelpers.errors import Broken
from nbhelpers.raw import Game, Gap, OddGame, nba_boxscores
from nbhelpers.raw.boxscores import judged
from nbhelpers.raw.identifiers import game_id
from nbhelpers.raw.shots import shot_counts, why_not_whole
from nbhelpers.season import Window
from nbhelpers.sources.asking import each
from nbhelpers.sources.balldontlie import BallDontLie
from nbhelpers.sources.holdings import Holdings, attempts_of_final_games, why_not_official
from nbhelpers.sources.nba_cdn import NbaCdn
from nbhelpers.sources.progress import Listener
from nbhelpers.sources.web import Unusable
from nbhelpers.store import objects
from nbhelpers.store.objects import Store

GONE_AFTER = 2  # days in a row for which BallDontLie gives no answer at all

Reasons = dict[str, str]  # game_id -> why a source does not have it


@dataclass(frozen=True)
class Errand:
    """Where one fetch puts things, under which stamp, and whom it tells."""

    store: Store
    now: datetime
    tell: Listener
    clock: Callable[[], float]
    no_answer: list[str] = field(default_factory=list)  # why BallDontLie is not asked any more

    def odd_games(self, cdn: NbaCdn, odd: list[OddGame], window: Window) -> list[tuple[str, str]]:
        """Fetch the box scores of a schedule's odd entries that may lie in the window: they tell what the entry does not."""
        notes, concerned = [], []
        for entry in odd:
            if entry.game_date is None or window.start_date <= entry.game_date <= window.end_date:
                notes.append((f"schedule, game {entry.nba_game_id or 'without an id'}", entry.reason))
                stored = [key for key in self.store.keys(objects.OFFICIAL_BOX_SCORES) if f"/game_{entry.nba_game_id}/" in key]
                concerned += [] if stored or not _is_id(entry.nba_game_id) else [entry.nba_game_id]
        for identifier, body, problem in each(concerned, cdn.box_score):
            parsed, where = objects.parse_json(body or b"{}"), f"box score {identifier}"
            try:
                if body and not (problem := nba_boxscores.why_not_final(parsed, identifier, where)):
                    self._keep_official(nba_boxscores.day_of(parsed, where), identifier, body)
            except Broken as broken:
                problem = broken.what
            if problem or not body:
                notes.append((where, problem or "no box score yet"))
        return notes

    def official(self, cdn: NbaCdn, games: list[Game], inventory: Holdings) -> Reasons:
        """Store the NBA's box scores of games, a few at once; why others are still not there, by game_id."""

        def keep(game: Game, body: bytes | None) -> str:
            if body is None:
                return "no box score yet"
            parsed, where = objects.parse_json(body), f"the NBA's box score of {game.game_id}"
            if why_not := why_not_official(parsed, game, where):
                return why_not
            self._keep_official(game.game_date, game.nba_game_id, body)
            inventory.note_official(game, nba_boxscores.attempts_by_team(parsed, game.game_id))
            return ""

        return self._files(games, cdn.box_score, keep, "official box scores")

    def box_scores(self, bdl: BallDontLie, days: list[date], promised: list[Game], inventory: Holdings) -> tuple[int, Reasons]:
        """How many dates were stored, and why games are still not final at BallDontLie; a bad day costs that day."""
        reasons: Reasons = {}
        added, started, silent = 0, self.clock(), 0
        for done, day in enumerate(days):
            left = len(days) - done
            at_this_speed = (self.clock() - started) / done * left if done else 0.0
            self.tell(done, len(days), "box scores", max(bdl.seconds_for(left), at_this_speed))
            found, is_added, reason = self._box_scores_of(bdl, day, inventory)
            added += is_added
            reasons |= {
                game.game_id: _why_not_final(game, found, reason)
                for game in promised
                if game.game_date == day and game.game_id not in inventory.final[day]
            }
            silent = silent + 1 if reason in self.no_answer else 0
            if silent >= (GONE_AFTER if bdl.has_answered else 1):
                not_asked = dict.fromkeys(days[done + 1 :], f"not asked for: {reason}")
                reasons |= {game.game_id: not_asked[game.game_date] for game in promised if game.game_date in not_asked}
                break
        if days:
            self.tell(len(days), len(days), "box scores", 0.0)
        return added, reasons

    def _box_scores_of(self, bdl: BallDontLie, day: date, inventory: Holdings) -> tuple[dict[str, tuple[dict, str]], bool, str]:
        """A day's judged games, whether its answer was stored, and why games are not among them."""
        try:
            answer = bdl.box_scores(day)
        except Unusable as problem:
            return {}, False, f"unusable answer: {problem.what}"
        except Broken as problem:
            self.no_answer.append(problem.what)
            return {}, False, problem.what
        try:
            found = judged(answer, day)
        except Broken as problem:
            return {}, False, f"unusable answer: {problem.what}"
        return found, self._keep_day(day, answer, found, inventory), "absent" if answer else "empty day"

    def _keep_day(self, day: date, answer: list[dict], found: dict[str, tuple[dict, str]], inventory: Holdings) -> bool:
        """Store a day's answer if it adds something; whether it did."""
        is_first = bool(answer) and day not in inventory.answered
        adds = is_first or not attempts_of_final_games(found).keys() <= inventory.final[day]
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
            inventory.note_final(day, attempts_of_final_games(found))
        return adds

    def play_by_play(self, cdn: NbaCdn, games: list[Game], inventory: Holdings) -> tuple[int, list[Gap]]:
        """How many games were stored, and those that still have no shots."""
        reasons = self._files(games, cdn.play_by_play, lambda game, body: self._keep_play_by_play(game, body, inventory), "play-by-play")
        gaps = [Gap(game.game_date, game.game_id, "play_by_play", reasons[game.game_id]) for game in games if game.game_id in reasons]
        return len(games) - len(gaps), gaps

    def _keep_play_by_play(self, game: Game, body: bytes | None, inventory: Holdings) -> str:
        """Store a game's play-by-play, or say why there is none to store."""
        day, number = game.game_date, game.nba_game_id
        if body is None:
            return "no play-by-play yet"
        parsed = objects.parse_json(body)
        found = shot_counts(parsed, number)
        if not found.attempts:
            return "no shots in its play-by-play yet"
        lacking = why_not_whole(found, inventory.counted.get(game.game_id, {}))
        if not _is_over(parsed) and game.game_id not in inventory.final[day] and number not in inventory.official:
            return "unfinished play-by-play"
        prefix = objects.play_by_play_prefix(day, number)
        stored = objects.in_order(self.store.keys(prefix))
        # What still lacks shots is kept the first time, as evidence, and not again until it says something new.
        if not (lacking and stored and self.store.read(stored[-1]) == body):
            objects.add(self.store, prefix, lambda name: objects.play_by_play_key(day, number, name), self.now, body)
        return lacking

    def _files(
        self, games: list[Game], ask: Callable[[str], bytes | None], keep: Callable[[Game, bytes | None], str], what: str
    ) -> Reasons:
        """Ask for a file of each game, a few at once, and keep what comes; why the others are not there, by game_id."""
        reasons: Reasons = {}
        started = self.clock()
        if games:
            self.tell(0, len(games), what, None)

        def ask_and_keep(game: Game) -> str:
            body = ask(game.nba_game_id)
            try:
                return keep(game, body)
            except Broken as problem:
                return f"unusable answer: {problem.what}"

        for done, (game, reason, problem) in enumerate(each(games, ask_and_keep), start=1):
            if reason or problem:
                reasons[game.game_id] = reason or problem
            self.tell(done, len(games), what, (self.clock() - started) / done * (len(games) - done))
        return reasons

    def _keep_official(self, day: date, identifier: str, body: bytes) -> None:
        prefix = objects.official_box_score_prefix(day, identifier)
        objects.add(self.store, prefix, lambda name: objects.official_box_score_key(day, identifier, name), self.now, body)


def _why_not_final(game: Game, found: dict[str, tuple[dict, str]], otherwise: str) -> str:
    if game.game_id in found:
        return found[game.game_id][1]
    swapped = game_id(game.game_date, game.home_team_abbr, game.away_team_abbr)
    return f"absent under this id, but there as {swapped}" if swapped in found else otherwise


def _is_over(play_by_play: dict) -> bool:
    return any(a.get("actionType") == "game" and a.get("subType") == "end" for a in play_by_play["game"]["actions"])


def _is_id(text: str) -> bool:
    return len(text) == 10 and text.isascii() and text.isdigit()
