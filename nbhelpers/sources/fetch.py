"""Sources to object store: ask for what is missing and for nothing else, keep what came, name what did not."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from nbhelpers.errors import Broken
from nbhelpers.raw import Game, Gap
from nbhelpers.season import Window
from nbhelpers.sources import schedules
from nbhelpers.sources.balldontlie import BallDontLie
from nbhelpers.sources.errand import Errand, Reasons
from nbhelpers.sources.findings import Findings
from nbhelpers.sources.holdings import Accepted, Holdings, Unreadable, holdings, slate
from nbhelpers.sources.nba_cdn import NbaCdn
from nbhelpers.sources.progress import Listener
from nbhelpers.sources.web import Spent
from nbhelpers.store.objects import Store
from nbhelpers.wording import brief, in_words, many

__all__ = ["Count", "Fetched", "fetch"]

SCHEDULE = "schedule"  # what a gap lacks of a game that was played and is on no schedule
NOT_ASKED = "BallDontLie: not asked without a key"  # why a game has one witness of somebody who has no key


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
    has_key: bool = True  # without one BallDontLie is not asked, and that it lacks every game says nothing

    def require_schedule(self) -> None:
        """Raise Broken where games of the window are on no schedule: what is not expected, no gate can miss."""
        if unknown := [gap for gap in self.gaps if gap.what == SCHEDULE]:
            ids, verb = brief([gap.game_id for gap in unknown]), "is" if len(unknown) == 1 else "are"
            raise Broken(
                f"{many(len(unknown), 'game')} of the window {verb} on no schedule: {ids} (from {unknown[0].game_date} on).",
                "a game that nobody expects is missed by no gate, and every window that should hold it would be wrong",
                "run again later: the NBA's box scores of these games are asked for again.",
            )

    def __str__(self) -> str:
        alone = sum(gap.reason != NOT_ASKED for gap in self.one_witness)
        parts = [
            *self._box_scores_in_words(),
            f"play-by-play {many(self.play_by_play.fetched, 'game')} fetched, {self.play_by_play.there} there before",
            many(len(self.gaps), "gap"),
            *[f"{many(alone, 'game')} in one source alone"] * bool(alone),
            *[many(len(self.broken), "unreadable object")] * bool(self.broken),
            f"{many(self.spent.requests, 'request')} ({self.spent.retries} repeated) in {in_words(self.seconds)}",
        ]
        return f"{self.window}: " + "; ".join(parts)

    def _box_scores_in_words(self) -> list[str]:
        """What came and what was there of either source; of BallDontLie without a key, what is there alone."""
        official = f"{many(self.official.fetched, 'game')} fetched, {self.official.there} there before"
        if self.has_key:
            bdl = f"box scores {many(self.box_scores.fetched, 'date')} fetched, {self.box_scores.there} there before"
            return [bdl, f"the NBA's {official}"]
        there = f", {many(self.box_scores.there, 'date')} there before" if self.box_scores.there else ""
        return [f"the NBA's box scores {official}", f"BallDontLie's not asked for without a key{there}"]


def fetch(
    store: Store,
    bdl: BallDontLie,
    cdn: NbaCdn,
    window: Window,
    now: datetime,
    listener: Listener | None = None,
    clock: Callable[[], float] = time.monotonic,
    accepted: Accepted = (),
    findings: Findings | None = None,
) -> Fetched:
    """Fetch what the window lacks, storing each answer as it comes, so that after a stop the next call goes on.

    The schedule is asked for every time, BallDontLie only with a key, and what is `accepted` as missing never. Objects
    carry the stamp of `now`. What a source does not have, or has odd, is a gap with its reason; Broken if the NBA's files
    cannot be had at all, or no schedule covers the window.
    """
    errand = Errand(store, now, listener or (lambda done, total, what, seconds_left: None), clock)
    started, spent_before = clock(), bdl.spent + cdn.spent
    broken: Unreadable = []
    schedule = schedules.covering(store, cdn, window, now, errand.tell, broken)
    promised = slate(schedule.games, window)
    inventory = holdings(findings or Findings(store), promised)
    lacking = inventory.missing(promised, accepted)
    notes = schedule.notes + errand.odd_games(cdn, schedule.odd, window)
    official_before = len(inventory.official)
    no_official = errand.official(cdn, lacking.official_games, inventory)
    days = lacking.box_score_dates if bdl.has_key else []
    dates, no_bdl = errand.box_scores(bdl, days, promised, inventory)
    plays, no_play_by_play = errand.play_by_play(cdn, lacking.play_by_play_games, inventory)
    gaps, one_witness = _unwitnessed(promised, inventory, no_bdl, no_official, bdl.has_key, accepted)
    official = sum(game.nba_game_id in inventory.official for game in lacking.official_games)
    for_the_schedule = sum(game.nba_game_id in schedule.box_scores for game in promised)
    return Fetched(
        window,
        Count(int(schedule.is_new), int(not schedule.is_new)),
        Count(dates, len(inventory.final) - len(lacking.box_score_dates)),
        Count(official + for_the_schedule, official_before - for_the_schedule),
        Count(plays, len(inventory.with_shots)),
        sorted(gaps + no_play_by_play + _unscheduled(schedule.unknown_in(window)), key=lambda gap: (gap.game_date, gap.game_id, gap.what)),
        one_witness,
        broken + inventory.broken,
        notes,
        bdl.spent + cdn.spent - spent_before,
        clock() - started,
        bdl.has_key,
    )


def _unwitnessed(
    promised: list[Game], inventory: Holdings, no_bdl: Reasons, no_official: Reasons, has_key: bool, accepted: Accepted
) -> tuple[list[Gap], list[Gap]]:
    """The games that are final in neither source, and those that are in one alone, each with the reasons."""
    gaps, one_witness = [], []
    for game in promised:
        has_bdl, has_official = game.game_id in inventory.final[game.game_date], game.nba_game_id in inventory.official
        if (has_bdl and has_official) or (game.game_id, "box_score") in accepted:
            continue
        reasons = [] if has_bdl else [f"BallDontLie: {no_bdl.get(game.game_id, 'absent')}" if has_key else NOT_ASKED]
        reasons += [] if has_official else [f"the NBA: {no_official.get(game.game_id, 'absent')}"]
        gap = Gap(game.game_date, game.game_id, "box_score", "; ".join(reasons))
        (one_witness if has_bdl or has_official else gaps).append(gap)
    return gaps, one_witness


def _unscheduled(unknown: dict[str, date]) -> list[Gap]:
    """Gaps for games that were played and that no schedule can have."""
    reason = "its play-by-play shows that it was played, and no box score tells its day and teams"
    return [Gap(day, identifier, SCHEDULE, reason) for identifier, day in unknown.items()]
