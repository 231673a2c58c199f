"""Mutants of bodies, drawn by chance: an object of a source in which a value is another, or something is not there or is there twice."""

import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from nbhelpers.drill.mutants import kinds
from nbhelpers.drill.mutants.kinds import Around
from nbhelpers.errors import Broken
from nbhelpers.season import Window
from nbhelpers.store import objects
from nbhelpers.store.objects import Store

Body = Any  # as json.loads gives it
Place = tuple[str | int, ...]  # the way to something in a body: names, and places in lists
Pattern = tuple[str, ...]  # the same with ITEM for any place in a list
ITEM = "[]"
OBJECTS = {"schedule": 1, "box_score": 3, "official_box_score": 3, "play_by_play": 3}  # what is stored, with its weight
SCOPES = {"a value": 50, "a game": 30, "a date": 20}  # with their weights
ABSENT, LOST, DOUBLED = "absent", "lost", "doubled"
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST_READ = 64  # bodies in memory: those of a few dates


@dataclass(frozen=True)
class BodyMutant:
    """Some objects with something wrong in them: what they hold then, by key."""

    object: str  # one of OBJECTS
    path: str  # what is wrong, as game.homeTeam.players[].starter
    kind: str
    scope: str
    where: str
    day: date
    bodies: dict[str, Body]

    def __str__(self) -> str:
        return f"{self.object} {self.path} {self.kind}, {self.scope} ({self.where})"


@dataclass(frozen=True)
class Spot:
    """A value in a stored object."""

    key: str
    game: Place  # what tells one game of an object that holds several
    place: Place
    value: Any


class BodySampler:
    """Draws mutants of the newest objects of a window's games, each path of a kind of object as likely as any other."""

    def __init__(self, store: Store, window: Window):
        self._read: Callable[[str], Body] = lru_cache(MOST_READ)(store.read_json)
        self._season = window.season.name
        self._newest: dict[str, str] = {}  # by folder
        for key in filter(objects.address, objects.in_order(store.keys())):
            self._newest[key.rpartition("/")[0] + "/"] = key
        self._days = sorted({day for key in self._newest.values() if (day := self._day_of(key)) and day in window.dates()})
        self._paths: Callable[[str], list[Pattern]] = cache(self._paths_of)

    def draw(self, rng: random.Random) -> BodyMutant | None:
        """A mutant by chance; None where it would change nothing, which is no mutant."""
        kind_of_object, day = rng.choices(list(OBJECTS), list(OBJECTS.values()))[0], rng.choice(self._days)
        pattern, scope = rng.choice(self._paths(kind_of_object)), rng.choices(list(SCOPES), list(SCOPES.values()))[0]
        spots = list(self._spots(kind_of_object, day, pattern))
        if not spots:
            return None
        one = rng.choice(spots)
        of_game = [spot for spot in spots if (spot.key, spot.game) == (one.key, one.game)]
        chosen = {"a value": [one], "a game": of_game, "a date": spots}[scope]
        kind, changes = self._changes(kind_of_object, day, pattern, spots, chosen, rng)
        if not changes:
            return None
        where = one.key if scope != "a value" else f"{one.key}, {'.'.join(map(str, one.place))}"
        bodies = {key: deepcopy(self._read(key)) for key in dict.fromkeys(spot.key for spot, _ in changes)}
        for spot, value in reversed(changes):  # what is lost from a list moves what stands behind it
            _put(bodies[spot.key], spot.place, value)
        return BodyMutant(kind_of_object, _written(pattern), kind, scope, where, day, bodies)

    def _changes(
        self, kind_of_object: str, day: date, pattern: Pattern, spots: list[Spot], chosen: list[Spot], rng: random.Random
    ) -> tuple[str, list[tuple[Spot, Any]]]:
        """What becomes of some spots: the kind, and each spot whose value is another with what it is then."""
        if pattern[-1] == ITEM:
            kind = rng.choice([LOST, DOUBLED])
            return kind, [(spot, kind) for spot in chosen]
        kind = rng.choice([ABSENT, *kinds.fitting(_type_of(chosen[0].value))])
        if kind == ABSENT:
            return kind, [(spot, ABSENT) for spot in chosen]
        days_before = self._days[max(self._days.index(day) - 1, 0) : self._days.index(day)]
        rows = [_row(spot, on) for on in days_before for spot in self._spots(kind_of_object, on, pattern)]
        around = Around(rows + (of_day := [_row(spot, day) for spot in spots]), "day", ("place",))
        mine = [row for row in of_day if row["spot"] in chosen]
        if kind == kinds.EXCHANGED and len(mine) == 1:
            mine.append(around.neighbour(mine[0]))
        values = kinds.new_values(kind, mine, "value", around, rng)
        return kind, [
            (row["spot"], _as_received(row["spot"].value, value)) for row, value in zip(mine, values, strict=True) if value != row["value"]
        ]

    def _spots(self, kind_of_object: str, day: date, pattern: Pattern) -> Iterator[Spot]:
        """Every value of the games of a date at a path."""
        for key, root in self._roots(kind_of_object, day):
            if body := self._body(key):
                for place, value in _at(_value_at(body, root), pattern[len(root) :], root):
                    yield Spot(key, root or place[:2] * (kind_of_object == "box_score"), place, value)

    def _roots(self, kind_of_object: str, day: date) -> list[tuple[str, Place]]:
        """The objects of a date, and where in each of them the date's games are."""
        if kind_of_object != "schedule":
            return [(key, ()) for key in self._newest.values() if self._day_of(key) == day and _kind_of(key) == kind_of_object]
        key = self._newest[objects.schedule_prefix(self._season)]
        days = self._read(key)["leagueSchedule"]["gameDates"]
        return [
            (key, ("leagueSchedule", "gameDates", n, "games", m))
            for n, of_day in enumerate(days)
            for m, game in enumerate(of_day["games"])
            if game["gameDateEst"][:10] == str(day)
        ]

    def _paths_of(self, kind_of_object: str) -> list[Pattern]:
        """Every path there is in the objects of a kind on the first of the dates."""
        found: dict[Pattern, None] = {}
        for key, root in self._roots(kind_of_object, self._days[0]):
            if body := self._body(key):
                found |= dict.fromkeys(_patterns(_value_at(body, root), tuple(ITEM if isinstance(part, int) else part for part in root)))
        return list(found)

    def _body(self, key: str) -> Body:
        try:
            return self._read(key)
        except Broken:
            return None

    def _day_of(self, key: str) -> date | None:
        at = objects.address(key)
        return at.game_date if at else None


def _kind_of(key: str) -> str:
    return at.kind if (at := objects.address(key)) else ""


def _patterns(body: Body, so_far: Pattern) -> Iterator[Pattern]:
    """The paths of all values in a body, and of the items of its lists."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield from _patterns(value, (*so_far, name))
    elif isinstance(body, list):
        if body:
            yield (*so_far, ITEM)
        for value in body:
            yield from _patterns(value, (*so_far, ITEM))
    elif so_far[-1] != ITEM:
        yield so_far


def _at(body: Body, pattern: Pattern, so_far: Place) -> Iterator[tuple[Place, Any]]:
    """Every value of a body at a path, with its place."""
    if not pattern:
        yield so_far, body
    elif pattern[0] == ITEM and isinstance(body, list):
        for n, value in enumerate(body):
            yield from _at(value, pattern[1:], (*so_far, n))
    elif isinstance(body, dict) and pattern[0] in body:
        yield from _at(body[pattern[0]], pattern[1:], (*so_far, pattern[0]))


def _value_at(body: Body, place: Place) -> Body:
    for part in place:
        body = body[part]
    return body


def _put(body: Body, place: Place, value: Any) -> None:
    """Put a value in its place, or take away or double what is there."""
    beside, last = _value_at(body, place[:-1]), place[-1]
    if value in (ABSENT, LOST) and isinstance(value, str):
        del beside[last]
    elif value == DOUBLED and isinstance(last, int):
        beside.insert(last, deepcopy(beside[last]))
    else:
        beside[last] = value


def _written(pattern: Pattern) -> str:
    return ".".join(pattern).replace(f".{ITEM}", ITEM)


def _row(spot: Spot, day: date) -> dict:
    return {"spot": spot, "day": day, "place": spot.place, "value": _parsed(spot.value)}


def _parsed(value: Any) -> Any:
    """A value as what it says: a number or a date that is written as text."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):
        return int(value)
    if isinstance(value, str) and ISO_DATE.match(value):
        return date.fromisoformat(value[:10])
    return value


def _as_received(before: Any, value: Any) -> Any:
    """A value written as the source writes it."""
    if isinstance(value, date):
        return f"{value}{before[10:] if isinstance(before, str) else ''}"
    if isinstance(before, str) and isinstance(value, int) and not isinstance(value, bool):
        return f"{value:0{len(before)}d}"
    return value


def _type_of(value: Any) -> str:
    parsed = _parsed(value)
    named = {bool: "BOOL", int: "INT64", float: "FLOAT64", date: "DATE"}
    return named.get(type(parsed), "STRING")
