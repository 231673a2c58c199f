"""The raw rows of a window's stored objects, and what they lack."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from nbhelpers.errors import Broken
from nbhelpers.raw import nba_boxscores
from nbhelpers.raw.boxscores import boxscore_rows, envelope, judged, odd_games
from nbhelpers.raw.identities import BDL, Named, Names, Published, assign_lookups
from nbhelpers.raw.schedule import Game, OddGame, games, strange_statuses
from nbhelpers.raw.shots import shot_rows
from nbhelpers.season import Window
from nbhelpers.store import ReadAhead, objects
from nbhelpers.store.objects import Store

SCHEDULE, BOX_SCORES, SHOTS = "nba_raw.nbac_schedule", "nba_raw.bdl_player_boxscores", "nba_raw.nbac_shots"
NBA_BOX_SCORES, NBA_TEAMS = "nba_raw.nbac_player_boxscores", "nba_raw.nbac_team_boxscores"


@dataclass(frozen=True)
class Gap:
    """Something of a game that is absent."""

    game_date: date
    game_id: str
    what: str  # box_score, play_by_play, schedule
    reason: str


@dataclass(frozen=True)
class Loaded:
    """What the objects of a window hold, and what they lack."""

    rows: dict[str, list[dict]]  # by table
    gaps: list[Gap]
    unresolved: list[dict]  # a shooter whom no single box-score line fits: his game, name, shots and the reason
    broken: list[tuple[str, str]]  # key of an object that cannot be read, and why
    one_witness: list[Gap] = field(default_factory=list)  # games whose box score only one source has, and why the other has not
    named: list[Named] = field(default_factory=list)  # people of whom something changed, and their lookups
    notes: list[tuple[str, str]] = field(default_factory=list)  # what was read with a grain of salt: where, what

    @property
    def has_bdl(self) -> bool:
        """Whether BallDontLie tells any of its games; without a key it is never asked. True where nothing was to be loaded."""
        return not self.rows or bool(self.rows[BOX_SCORES])


def load(
    store: Store,
    window: Window,
    lines: str = BDL,
    published: Published | None = None,
    accepted: Collection[tuple[str, str]] = (),
    dates: list[date] | None = None,
    names: Names | None = None,
) -> Loaded:
    """The rows of a window's objects: per game each source's latest final box score and the latest play-by-play with shots.

    The games are those of the newest schedule that can be read; without one this is Broken. A player keeps the lookup
    under which he is `published` on other dates, and the name that `names` has of it; a new one is spelled as the source
    does whose `lines` count. What is
    `accepted` as missing (game_id and what) is no gap. With `dates`, only those of the window are loaded.
    """
    tables = (SCHEDULE, BOX_SCORES, NBA_BOX_SCORES, NBA_TEAMS, SHOTS)
    stored = list(filter(objects.address, store.keys()))  # one listing: in a bucket each is a call
    with ReadAhead(store) as ahead:
        loading = _Loading(ahead, stored, window, Loaded({name: [] for name in tables}, [], [], []), set(accepted))
        by_day: dict[date, dict[str, Game]] = {day: {} for day in (window.dates() if dates is None else dates)}
        for game in loading.schedule():
            by_day.get(game.game_date, {})[game.game_id] = game
        days = list(by_day)
        for day, after in zip(days, [*days[1:], None], strict=True):
            for near in filter(None, (day, after)):
                loading.announce_day(near, by_day[near])
            loading.add_day(day, by_day[day])
        loading.settle_identities(published or {}, lines, names or {})
    return loading.loaded


@dataclass(frozen=True)
class _Loading:
    """One load on its way: where objects are read from, and what they have given so far."""

    store: ReadAhead
    stored: list[str]  # the sorted keys of the objects whose address is known
    window: Window
    loaded: Loaded
    accepted: set[tuple[str, str]]

    def schedule(self) -> list[Game]:
        """The games of the newest schedule that can be read; of an entry that cannot, its box score tells the game."""
        season, first_problem = self.window.season.name, None
        for key in reversed(self._keys(objects.schedule_prefix(season))):
            odd: list[OddGame] = []
            try:
                body = self.store.read_json(key)
                found = games(body, season, key, odd)
            except Broken as problem:
                first_problem = first_problem or problem.what
                self.loaded.broken.append((key, problem.what))
                continue
            self._note_strange(body, found, key)
            return found + self._from_box_scores(odd)
        raise Broken(
            first_problem or f"no schedule of {season} is stored.",
            "only the schedule says which games there should be",
            "run 10_fetch_raw, which fetches it first.",
        )

    def announce_day(self, day: date, today: dict[str, Game]) -> None:
        """Have the objects of a day read that `add_day` will most likely ask for: of a game the newest of its kind."""
        prefixes = [objects.official_box_score_prefix(day, game.nba_game_id) for game in today.values()]
        prefixes += [objects.play_by_play_prefix(day, game.nba_game_id) for game in today.values() if game.is_official]
        newest = [keys[-1] for prefix in prefixes if (keys := self._keys(prefix))]
        self.store.announce([*self._keys(objects.box_score_prefix(day)), *newest])

    def add_day(self, day: date, today: dict[str, Game]) -> None:
        """Add the rows of a day's games, or their gaps."""
        self.loaded.rows[SCHEDULE] += [asdict(game) for game in today.values()]
        final, why_not = self._bdl_box_scores(day)
        for identifier, (extra_game, source, fetched_at) in final.items():
            if identifier not in today or today[identifier].is_postponed:
                # A game was played that the schedule does not know: loaded, so that gate 1 sees it and stops.
                self.loaded.rows[BOX_SCORES] += boxscore_rows(extra_game, day, self.window.season, source, fetched_at)
        for identifier, game in today.items():
            if game.is_postponed:
                continue
            box_game: dict | None = None
            if identifier in final:
                box_game, source, fetched_at = final[identifier]
                self.loaded.rows[BOX_SCORES] += boxscore_rows(box_game, day, self.window.season, source, fetched_at)
            no_official = self._add_official(game)
            no_bdl = "" if box_game else why_not.get(identifier, why_not[""])
            self._note_witnesses(game, no_bdl, no_official)
            if game.is_official:
                self._add_shots(game, box_game, has_lines=not (no_bdl and no_official))

    def settle_identities(self, published: Published, lines: str, names: Names) -> None:
        """Give every line and every shot the one lookup of its person, and every line his one name."""
        rows = self.loaded.rows
        spelled = {(row["game_id"], row["team_abbr"], row["player_lookup"]): row for row in rows[BOX_SCORES]}
        self.loaded.named.extend(assign_lookups(rows[BOX_SCORES], rows[NBA_BOX_SCORES], published, lines, names))
        of_person = {(row["game_id"], row["person_id"]): row["player_lookup"] for row in rows[NBA_BOX_SCORES]}
        games_with_lines = {row["game_id"] for table in (BOX_SCORES, NBA_BOX_SCORES) for row in rows[table]}
        for shot in rows[SHOTS]:
            line = spelled.get((shot["game_id"], shot["team_abbr"], shot["player_lookup"]))
            by_name = line["player_lookup"] if line else None
            shot["player_lookup"] = of_person.get((shot["game_id"], shot["person_id"]), by_name)
        self.loaded.unresolved.extend(_unresolved(rows[SHOTS], games_with_lines))

    def _from_box_scores(self, odd: list[OddGame]) -> list[Game]:
        """The games of a schedule's odd entries that may lie in the window, as their own box scores tell them."""
        found = []
        for entry in odd:
            if entry.game_date and not self.window.start_date <= entry.game_date <= self.window.end_date:
                continue
            game = self._game_from_box_score(entry.nba_game_id)
            if game and game.game_date in self.window.dates():
                found.append(game)
                self.loaded.notes.append((f"schedule, game {entry.nba_game_id}", f"taken from its box score: {entry.reason}"))
            elif not game and entry.game_date:
                self.loaded.gaps.append(Gap(entry.game_date, entry.nba_game_id, "schedule", entry.reason))
            elif not game:
                self.loaded.notes.append((f"schedule, game {entry.nba_game_id}", f"left out, on a day unknown: {entry.reason}"))
        return found

    def _game_from_box_score(self, nba_game_id: str) -> Game | None:
        keys = [key for key in self._keys(objects.OFFICIAL_BOX_SCORES) if f"/game_{nba_game_id}/" in key]
        for key in reversed(keys):
            try:
                return nba_boxscores.scheduled_game(self.store.read_json(key), self.window.season.name, key)
            except Broken as problem:
                self.loaded.broken.append((key, problem.what))
        return None

    def _note_strange(self, body: dict, found: list[Game], key: str) -> None:
        """Name the games of the window that count as on though their postponedStatus was never seen."""
        in_window = {game.nba_game_id for game in found if self.window.start_date <= game.game_date <= self.window.end_date}
        for status, ids in strange_statuses(body).items():
            if concerned := in_window.intersection(ids):
                what = f"postponedStatus {status!r} was never seen; {len(concerned)} games of the window that bear it count as on"
                self.loaded.notes.append((key, what))

    def _note_witnesses(self, game: Game, no_bdl: str, no_official: str) -> None:
        """Note a game that no source has final as a gap, and one that a single source has as such."""
        if not (no_bdl or no_official):
            return
        is_gap = bool(no_bdl and no_official)
        reasons = [f"BallDontLie: {no_bdl}"] * bool(no_bdl) + [f"the NBA: {no_official}"] * bool(no_official)
        if (game.game_id, "box_score") not in self.accepted:
            gap = Gap(game.game_date, game.game_id, "box_score", "; ".join(reasons))
            (self.loaded.gaps if is_gap else self.loaded.one_witness).append(gap)

    def _bdl_box_scores(self, day: date) -> tuple[dict[str, tuple[dict, str, datetime]], dict[str, str]]:
        """Each game's latest final dict, with its object and fetch time, and why others are not final.

        The reason under "" is for games in no object at all.
        """
        final: dict[str, tuple[dict, str, datetime]] = {}
        why_not: dict[str, str] = {}
        keys, unreadable = self._keys(objects.box_score_prefix(day)), 0
        for key in keys:
            try:
                box_scores, fetched_at = envelope(self.store.read_json(key), day, key)
                found = judged(box_scores, day)
            except Broken as problem:
                unreadable += 1
                self.loaded.broken.append((key, problem.what))
                continue
            self.loaded.broken.extend((key, what) for what in odd_games(found))
            final |= {identifier: (game, key, fetched_at) for identifier, (game, reason) in found.items() if not reason}
            why_not |= {identifier: reason for identifier, (_, reason) in found.items() if reason}
        why_not[""] = _absent(keys, unreadable)
        return final, why_not

    def _add_official(self, game: Game) -> str:
        """Add the rows of the NBA's latest final box score of a game; why there are none, '' if there are."""

        def rows(body: Any, key: str) -> tuple[list[dict], list[dict]] | str:
            if why_not := nba_boxscores.why_not_final(body, game.nba_game_id, key):
                return why_not
            if (day := nba_boxscores.day_of(body, key)) != game.game_date:
                return f"its box score is of {day}"
            fetched_at = objects.fetched_at(key) or datetime.combine(game.game_date, datetime.min.time(), UTC)
            about = (body, game, self.window.season, key, fetched_at)
            return nba_boxscores.player_rows(*about), nba_boxscores.team_rows(*about)

        found = self._newest(objects.official_box_score_prefix(game.game_date, game.nba_game_id), rows)
        if isinstance(found, str):
            return found
        self.loaded.rows[NBA_BOX_SCORES] += found[0]
        self.loaded.rows[NBA_TEAMS] += found[1]
        return ""

    def _add_shots(self, game: Game, box_game: dict | None, has_lines: bool) -> None:
        """Add the shots of the game's latest play-by-play that has any, or the gap."""
        found = self._newest(
            objects.play_by_play_prefix(game.game_date, game.nba_game_id),
            lambda body, key: shot_rows(body, game, box_game, key) or "",
        )
        if not isinstance(found, str):
            self.loaded.rows[SHOTS] += found
        elif (game.game_id, "play_by_play") not in self.accepted:
            self.loaded.gaps.append(Gap(game.game_date, game.game_id, "play_by_play", found))

    def _newest(self, prefix: str, read: Callable[[Any, str], Any]) -> Any:
        """What `read` makes of the newest object below `prefix` that can be used; why there is none, as text."""
        keys, unreadable, last_reason = self._keys(prefix), 0, ""
        for key in reversed(keys):
            try:
                found = read(self.store.read_json(key), key)
            except Broken as problem:
                unreadable += 1
                self.loaded.broken.append((key, problem.what))
                continue
            if not isinstance(found, str):
                return found
            last_reason = last_reason or found
        return last_reason if last_reason and not unreadable else _absent(keys, unreadable)

    def _keys(self, prefix: str) -> list[str]:
        first, end = bisect_left(self.stored, prefix), bisect_left(self.stored, f"{prefix}\U0010ffff")
        return objects.in_order(self.stored[first:end])


def _unresolved(shots: list[dict], games_with_lines: set[str]) -> list[dict]:
    """The shooters without a player_lookup, how many shots each took in a game, and why he is unknown."""
    columns = ("game_id", "game_date", "team_abbr", "person_id", "player_name")
    taken = Counter(tuple(row[column] for column in columns) for row in shots if row["player_lookup"] is None)
    reasons = {True: "no single box-score line fits", False: "no box score of the game"}
    return [
        dict(zip(columns, who, strict=True)) | {"shots": n, "reason": reasons[who[0] in games_with_lines]} for who, n in taken.items()
    ]


def _absent(keys: list[str], unreadable: int) -> str:
    if not keys:
        return "absent: nothing stored"
    return f"absent: none of the objects stored ({len(keys)}, unreadable {unreadable}) has it"
