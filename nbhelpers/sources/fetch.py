"""Sources to object store: ask for what is missing and for nothing else, keep what came, name what did not."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from nbhelpers.errors import Broken
from nbhelpers.raw import Game, Gap, OddGame, nba_boxscores
from nbhelpers.raw.boxscores import judged
from nbhelpers.raw.identifiers import game_id
from nbhelpers.raw.shots import has_shots, why_not_whole
from nbhelpers.season import Window
from nbhelpers.sources import schedules
from nbhelpers.sources.asking import each
from nbhelpers.sources.balldontlie import BallDontLie
from nbhelpers.sources.holdings import Accepted, Holdings, Unreadable, final_ids, holdings, slate, why_not_official
from nbhelpers.sources.nba_cdn import NbaCdn
from nbhelpers.sources.web import Spent, Unusable
from nbhelpers.store import objects
from nbhelpers.store.objects import Store
from nbhelpers.wording import brief, in_words, many

__all__ = ["Count", "Fetched", "fetch"]

SCHEDULE = "schedule"  # what a gap lacks of a game that was played and is on no schedule
GONE_AFTER = 2  # days in a row for which BallDontLie gives no answer at all

Listener = Callable[[int, int, str, float | None], None]  # done, total, what, seconds left
Reasons = dict[str, str]  # game_id -> why a source does not have it


@dataclass(frozen=True)
class Count:
    """Of the dates or games of a window, how many were fetched now and how many were there before."""

    fetched: int
    there: int


@dataclass(frozen=True)
class Fetched:
    """What one fetch did. Its gaps are asked for again next time, unless they are accepted."""

    window: Window
    schedule: Count
    box_scores: Count  # dates of BallDontLie's
    official: Count  # games of the NBA's box scores
    play_by_play: Count  # games
    gaps: list[Gap]
    one_witness: list[Gap]  # games whose box score only one source has, and why the other has not
    broken: Unreadable  # what they held was fetched anew; the objects themselves are left as they are
    notes: list[tuple[str, str]]  # what a reader should know: where, what
    spent: Spent
    seconds: float

    def require_schedule(self) -> None:
        """Raise Broken where games of the window are on no schedule: what is not expected, no gate can miss."""
        if unknown := [gap for gap in self.gaps if gap.what == SCHEDULE]:
            raise Broken(
                f"{many(len(unknown), 'game')} of the window are on no schedule: {brief([gap.game_id for gap in unknown])} (from "
                f"{unknown[0].game_date} on).",
                "a game that nobody expects is missed by no gate, and every window that should hold it would be wrong",
                "run again later: the NBA's box scores of these games are asked for again.",
            )

    def __str__(self) -> str:
        parts = [
            f"box scores {many(self.box_scores.fetched, 'date')} fetched, {self.box_scores.there} there before",
            f"the NBA's {many(self.official.fetched, 'game')} fetched, {self.official.there} there before",
            f"play-by-play {many(self.play_by_play.fetched, 'game')} fetched, {self.play_by_play.there} there before",
            many(len(self.gaps), "gap"),
            many(len(self.one_witness), "game") + " in one source alone",
            many(len(self.broken), "unreadable object"),
            f"{many(self.spent.requests, 'request')} ({self.spent.retries} repeated) in {in_words(self.seconds)}",
        ]
        return f"{self.window}: " + "; ".join(part for part in parts if part not in NOTHING)


NOTHING = ("0 unreadable objects", "0 games in one source alone")


def fetch(
    store: Store,
    bdl: BallDontLie,
    cdn: NbaCdn,
    window: Window,
    now: datetime,
    listener: Listener | None = None,
    clock: Callable[[], float] = time.monotonic,
    accepted: Accepted = (),
) -> Fetched:
    """Fetch what the window lacks, storing each answer as it comes, so that after a stop the next call goes on.

    The schedule is asked for every time, BallDontLie only with a key, and what is `accepted` as missing never. Objects
    carry the stamp of `now`. What a source does not have, or has odd, is a gap with its reason; Broken if the NBA's files
    cannot be had at all, or no schedule covers the window.
    """
    errand = _Errand(store, now, listener or (lambda done, total, what, seconds_left: None), clock)
    started, spent_before = clock(), bdl.spent + cdn.spent
    broken: Unreadable = []
    schedule = schedules.covering(store, cdn, window, now, errand.tell, broken)
    wanted = slate(schedule.games, window)
    held = holdings(store, wanted)
    lacking = held.missing(wanted, accepted)
    notes = schedule.notes + errand.odd_games(cdn, schedule.odd, window)
    no_official = errand.official(cdn, lacking.official_games, held)
    days = lacking.box_score_dates if bdl.has_key else []
    dates, no_bdl = errand.box_scores(bdl, days, wanted, held)
    plays, no_play_by_play = errand.play_by_play(cdn, lacking.play_by_play_games, held)
    gaps, one_witness = _unwitnessed(wanted, held, no_bdl, no_official, bdl.has_key, accepted)
    official = sum(game.nba_game_id in held.official for game in lacking.official_games)
    return Fetched(
        window,
        Count(int(schedule.is_new), int(not schedule.is_new)),
        Count(dates, len(held.final) - len(lacking.box_score_dates)),
        Count(official, len(wanted) - len(lacking.official_games)),
        Count(plays, sum(game.is_official for game in wanted) - len(lacking.play_by_play_games)),
        sorted(gaps + no_play_by_play + _unscheduled(schedule.unknown_in(window)), key=lambda gap: (gap.game_date, gap.game_id, gap.what)),
        one_witness,
        broken + held.broken,
        notes,
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

    def official(self, cdn: NbaCdn, games: list[Game], held: Holdings) -> Reasons:
        """Store the NBA's box scores of games, a few at once; why others are still not there, by game_id."""

        def keep(game: Game, body: bytes | None) -> str:
            if body is None:
                return "no box score yet"
            parsed, where = objects.parse_json(body), f"the NBA's box score of {game.game_id}"
            if why_not := why_not_official(parsed, game, where):
                return why_not
            self._keep_official(game.game_date, game.nba_game_id, body)
            held.note_official(game, parsed)
            return ""

        return self._files(games, cdn.box_score, keep, "official box scores")

    def box_scores(self, bdl: BallDontLie, days: list[date], wanted: list[Game], held: Holdings) -> tuple[int, Reasons]:
        """How many dates were stored, and why games are still not final at BallDontLie; a bad day costs that day."""
        reasons: Reasons = {}
        kept, started, silent = 0, self.clock(), 0
        for done, day in enumerate(days):
            left = len(days) - done
            at_this_speed = (self.clock() - started) / done * left if done else 0.0
            self.tell(done, len(days), "box scores", max(bdl.seconds_for(left), at_this_speed))
            found, kept_now, reason = self._box_scores_of(bdl, day, held)
            kept += kept_now
            reasons |= {
                game.game_id: _why_not_final(game, found, reason)
                for game in wanted
                if game.game_date == day and game.game_id not in held.final[day]
            }
            silent = silent + 1 if reason in self.no_answer else 0
            if silent >= (GONE_AFTER if bdl.has_answered else 1):
                not_asked = dict.fromkeys(days[done + 1 :], f"not asked for: {reason}")
                reasons |= {game.game_id: not_asked[game.game_date] for game in wanted if game.game_date in not_asked}
                break
        if days:
            self.tell(len(days), len(days), "box scores", 0.0)
        return kept, reasons

    def _box_scores_of(self, bdl: BallDontLie, day: date, held: Holdings) -> tuple[dict[str, tuple[dict, str]], bool, str]:
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
        return found, self._keep_day(day, answer, found, held), "absent" if answer else "empty day"

    def _keep_day(self, day: date, answer: list[dict], found: dict[str, tuple[dict, str]], held: Holdings) -> bool:
        """Store a day's answer if it adds something; whether it did."""
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
        return adds

    def play_by_play(self, cdn: NbaCdn, games: list[Game], held: Holdings) -> tuple[int, list[Gap]]:
        """How many games were stored, and those that still have no shots."""
        reasons = self._files(games, cdn.play_by_play, lambda game, body: self._keep_play_by_play(game, body, held), "play-by-play")
        gaps = [Gap(game.game_date, game.game_id, "play_by_play", reasons[game.game_id]) for game in games if game.game_id in reasons]
        return len(games) - len(gaps), gaps

    def _keep_play_by_play(self, game: Game, body: bytes | None, held: Holdings) -> str:
        """Store a game's play-by-play, or say why there is none to store."""
        day, number = game.game_date, game.nba_game_id
        if body is None:
            return "no play-by-play yet"
        parsed = objects.parse_json(body)
        if not has_shots(parsed, number):
            return "no shots in its play-by-play yet"
        lacking = why_not_whole(parsed, number, held.counted.get(game.game_id, {}))
        if not _is_over(parsed) and game.game_id not in held.final[day] and number not in held.official:
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


def _unwitnessed(
    wanted: list[Game], held: Holdings, no_bdl: Reasons, no_official: Reasons, has_key: bool, accepted: Accepted
) -> tuple[list[Gap], list[Gap]]:
    """The games that are final in neither source, and those that are in one alone, each with the reasons."""
    gaps, one_witness = [], []
    for game in wanted:
        has_bdl, has_official = game.game_id in held.final[game.game_date], game.nba_game_id in held.official
        if (has_bdl and has_official) or (game.game_id, "box_score") in accepted:
            continue
        reasons = [] if has_bdl else [f"BallDontLie: {no_bdl.get(game.game_id, 'absent') if has_key else 'not asked without a key'}"]
        reasons += [] if has_official else [f"the NBA: {no_official.get(game.game_id, 'absent')}"]
        gap = Gap(game.game_date, game.game_id, "box_score", "; ".join(reasons))
        (one_witness if has_bdl or has_official else gaps).append(gap)
    return gaps, one_witness


def _unscheduled(unknown: dict[str, date]) -> list[Gap]:
    """Gaps for games that were played and that no schedule can have."""
    reason = "its play-by-play shows that it was played, and no box score tells its day and teams"
    return [Gap(day, identifier, SCHEDULE, reason) for identifier, day in unknown.items()]


def _why_not_final(game: Game, found: dict[str, tuple[dict, str]], otherwise: str) -> str:
    if game.game_id in found:
        return found[game.game_id][1]
    swapped = game_id(game.game_date, game.home_team_abbr, game.away_team_abbr)
    return f"absent under this id, but there as {swapped}" if swapped in found else otherwise


def _is_over(play_by_play: dict) -> bool:
    return any(a.get("actionType") == "game" and a.get("subType") == "end" for a in play_by_play["game"]["actions"])


def _is_id(text: str) -> bool:
    return len(text) == 10 and text.isascii() and text.isdigit()
