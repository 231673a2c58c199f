"""A past season's schedule, made from the box scores of its games: their ids are dense, and each tells its day and teams."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from nbhelpers.errors import BadInput, Broken
from nbhelpers.raw import Game, OddGame, nba_boxscores
from nbhelpers.raw import games as games_of
from nbhelpers.raw.schedule import entries
from nbhelpers.sources.asking import each
from nbhelpers.sources.holdings import MADE_FROM, Unreadable, known_keys
from nbhelpers.sources.nba_cdn import NbaCdn
from nbhelpers.sources.progress import Listener
from nbhelpers.sources.schedule import Schedule, store_schedule, without_meta
from nbhelpers.sources.web import Unusable
from nbhelpers.sources.web import field as field_of
from nbhelpers.store import objects
from nbhelpers.store.objects import Store

REGULAR = 1230  # games of a whole regular season; those of 2020's bubble have the ids after them
CUP_WEEK = 1201  # the ids from here on are games of December, not of April
# Ids go by date, but for the Cup's group games, which come first, and games put off or brought forward. After so many in a
# row, four weeks of games, none of which was played by the day that is asked for, no earlier one is expected.
SETTLED = 200
WAVE = 40
SHORTEST_SEASON = timedelta(days=140)  # from opening night to the first day that a play-in was ever played on


@dataclass(frozen=True)
class ScheduleMaker:
    """The making of a past season's schedule from its box scores, which are stored as they come."""

    store: Store
    cdn: NbaCdn
    season: str
    through: date
    now: datetime
    tell: Listener
    broken: Unreadable
    entries: dict[str, dict] = field(default_factory=dict)  # by nba_game_id, in the schedule's own shape
    absent: set[str] = field(default_factory=set)  # ids that were asked for and have no box score
    never_played: set[str] = field(default_factory=set)  # those of them that have no play-by-play either
    notes: list[tuple[str, str]] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)  # ids of the final box scores that were stored now

    def make(self, newest: tuple[dict, list[Game]] | None, odd: list[OddGame], theirs: str) -> Schedule:
        """The games up to the day asked for, from what is stored and, for the rest, from box scores."""
        made_before = field_of(newest[0], "leagueSchedule", MADE_FROM) if newest else None
        if newest and not self._lacks_anything(newest, made_before):
            return Schedule(newest[1], False, odd)
        if made_before:
            self.never_played.update(made_before["neverPlayed"])
        if newest:
            self.entries.update(entries(newest[0]))
        self._add_stored()
        if made_before and date.fromisoformat(made_before["through"]) >= self.through:
            self._ask(made_before["absent"])
        else:
            self._ask_all(is_listed=bool(newest) and not made_before)
        unknown = self._unknown()
        body = self._body(theirs, made_before, sorted(unknown))
        odd = []
        games = games_of(body, self.season, "the schedule made from box scores", odd)
        if not games:
            raise BadInput(
                f"season {self.season} is not to be had: the NBA's schedule is of {theirs}, and there is no box score of {self.season}.",
                "what no source tells would be a guess",
                "check the season; if it is one that was played, run again later.",
            )
        is_new = newest is None or without_meta(newest[0]) != without_meta(body)
        if is_new:
            store_schedule(self.store, self.season, self.now, json.dumps(body, ensure_ascii=False).encode())
        return Schedule(games, is_new, odd, self.notes, unknown, self.stored)

    def _lacks_anything(self, newest: tuple[dict, list[Game]], made_before: dict | None) -> bool:
        """Whether the stored schedule may not tell all up to the day asked for."""
        body, games = newest
        if made_before:
            return date.fromisoformat(made_before["through"]) < self.through or bool(made_before["absent"])
        return max((game.game_date for game in games), default=date.min) < self.through or bool(self._unsettled(body))

    def _unsettled(self, body: dict) -> list[str]:
        """The games of a schedule file that were not over when it was stored and should be by the day asked for."""
        return [
            identifier
            for identifier, entry in entries(body).items()
            if entry.get("gameStatus") != nba_boxscores.FINAL and str(entry.get("gameDateEst"))[:10] <= self.through.isoformat()
        ]

    def _add_stored(self) -> None:
        """Take the games of the season whose box scores are stored already, after a making that was interrupted, say."""
        keys = known_keys(self.store, objects.OFFICIAL_BOX_SCORES, self.broken)
        newest = {objects.known_address(key).nba_game_id or "": key for key in keys}
        for identifier, key in newest.items():
            if identifier[3:5] == self.season[2:4] and not self._is_settled(identifier):
                try:
                    self.entries[identifier] = nba_boxscores.as_scheduled(self.store.read_json(key), key)
                except Broken as problem:
                    self.broken.append((key, problem.what))

    def _ask_all(self, is_listed: bool) -> None:
        """Ask for the games that are not known, block by block; with a schedule file that lists the season, for few."""
        if is_listed:
            self._ask([identifier for identifier in self.entries if not self._is_settled(identifier)])
        else:
            self._ask_regular()
        self._ask([self._id("006", 1)])
        days = [entry["gameDateEst"][:10] for identifier, entry in self.entries.items() if identifier.startswith("002")]
        if days and self.through >= date.fromisoformat(min(days)) + SHORTEST_SEASON and max(days) <= self.through.isoformat():
            self._ask_postseason()
        self.tell(len(self.entries), len(self.entries), "box scores for the schedule", 0.0)

    def _ask_regular(self) -> None:
        """Ask in the order of the ids until none can be of the days asked for, then for the Cup's week and what follows it."""
        last = 0
        while last < CUP_WEEK - 1 and not self._is_run_out(last):
            numbers = range(last + 1, min(last + WAVE, CUP_WEEK - 1) + 1)
            self._ask([self._id("002", number) for number in numbers])
            last = numbers[-1]
        beyond = REGULAR + 10
        self._ask([self._id("002", number) for number in range(CUP_WEEK, beyond + 1)])
        while any(self._id("002", number) in self.entries for number in range(beyond - 9, beyond + 1)):
            self._ask([self._id("002", number) for number in range(beyond + 1, beyond + WAVE + 1)])
            beyond += WAVE

    def _is_run_out(self, last: int) -> bool:
        """Whether the ids up to `last` end in so many without a game by the day asked for that no earlier one will come."""
        if last < SETTLED:
            return False
        run = [self.entries.get(self._id("002", number)) for number in range(last - SETTLED + 1, last + 1)]
        return all(entry is None or entry["gameDateEst"][:10] > self.through.isoformat() for entry in run)

    def _ask_postseason(self) -> None:
        """Ask for the play-in's six games, and for each series' next game as long as it had one."""
        self._ask([self._id("005", number) for number in (101, 111, 121, 131, 201, 211)])
        series = [(round_, place) for round_, places in ((1, 8), (2, 4), (3, 2), (4, 1)) for place in range(places)]
        for game in range(1, 8):
            self._ask([self._id("004", 100 * round_ + 10 * place + game) for round_, place in series])
            series = [(r, s) for r, s in series if self._id("004", 100 * r + 10 * s + game) in self.entries]

    def _ask(self, identifiers: list[str]) -> None:
        """Ask for box scores that are not known yet, a few at once; store each under its own day."""
        open_ones = [i for i in identifiers if not self._is_settled(i) and i not in self.never_played]
        for identifier, entry, problem in each(open_ones, self._entry):
            self.tell(len(self.entries), max(REGULAR, len(self.entries) + 1), "box scores for the schedule", None)
            if entry:
                self.entries[identifier] = entry
            else:
                self.absent.add(identifier)
                self.notes.extend([(f"box score {identifier}", f"asked for again next time: {problem}")] * bool(problem))
        self.absent.difference_update(self.entries)

    def _entry(self, identifier: str) -> dict | None:
        """The entry that a game's box score makes, None where there is none; the box score is stored if it is final."""
        body = self.cdn.box_score(identifier)
        if body is None:
            return None
        where, parsed = f"the NBA's box score {identifier}", objects.parse_json(body)
        try:
            entry, day = nba_boxscores.as_scheduled(parsed, where), nba_boxscores.day_of(parsed, where)
            is_final = not nba_boxscores.why_not_final(parsed, identifier, where)
        except Broken as problem:
            raise Unusable(problem.what) from None
        if is_final:
            prefix = objects.official_box_score_prefix(day, identifier)
            objects.add(self.store, prefix, lambda name: objects.official_box_score_key(day, identifier, name), self.now, body)
            self.stored.add(identifier)
        return entry

    def _is_settled(self, identifier: str) -> bool:
        return self.entries.get(identifier, {}).get("gameStatus") == nba_boxscores.FINAL

    def _id(self, kind: str, number: int) -> str:
        return f"{kind}{self.season[2:4]}{number:05d}"

    def _unknown(self) -> dict[str, tuple[date, date]]:
        """The ids between played games that have no box score and yet were played, with the days of the games around them.

        Whether one was played its play-by-play tells; of what has neither, a postponement that was never made up, say,
        nobody is asked again.
        """
        days = {identifier: date.fromisoformat(entry["gameDateEst"][:10]) for identifier, entry in self.entries.items()}
        found = {}
        for block in (range(1, CUP_WEEK), range(CUP_WEEK, 10**5)):
            known = sorted(i for i in days if i.startswith("002") and int(i[5:]) in block)
            holes = [i for i in sorted(self.absent) if known and i.startswith("002") and int(i[5:]) in block and i < known[-1]]
            for identifier, body, problem in each(holes, self.cdn.play_by_play):
                if body is None and not problem:
                    self.never_played.add(identifier)
                    continue
                before, after = max((i for i in known if i < identifier), default=known[0]), min(i for i in known if i > identifier)
                found[identifier] = min(days[before], days[after]), max(days[before], days[after])
        return found

    def _body(self, theirs: str, made_before: dict | None, absent: list[str]) -> dict:
        """The schedule in the NBA's own shape, saying what it was made from."""
        days: dict[str, list[dict]] = {}
        for entry in sorted(self.entries.values(), key=lambda entry: (str(entry.get("gameDateEst")), str(entry.get("gameId")))):
            days.setdefault(str(entry.get("gameDateEst"))[:10], []).append(entry)
        through = max(self.through.isoformat(), (made_before or {}).get("through", ""))
        made_from = {"source": "the NBA's box scores", "through": through, "absent": absent, "neverPlayed": sorted(self.never_played)}
        return {
            "meta": {"request": "made from box scores", "time": self.now.isoformat(), "because": f"the NBA's schedule is of {theirs}"},
            "leagueSchedule": {
                "seasonYear": self.season,
                "leagueId": "00",
                MADE_FROM: made_from,
                "gameDates": [{"gameDate": day, "games": games} for day, games in days.items()],
            },
        }
