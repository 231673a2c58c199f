"""What a mutant of a body becomes: the rows that step 11 loads from it."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from nbhelpers import build, raw
from nbhelpers.drill.mutants import unwitnessed
from nbhelpers.drill.mutants.bodies import Body, BodyMutant
from nbhelpers.drill.mutants.kinds import Row
from nbhelpers.drill.mutants.sample import ROWS
from nbhelpers.lineage import overrides
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.store.objects import Store
from nbhelpers.warehouse import PROVENANCE, utc


class OtherBodies:
    """A store in which some objects hold something else. Nothing is written to it."""

    def __init__(self, store: Store, bodies: dict[str, Body]):
        self._store, self._bodies = store, bodies
        self.keys, self.versions, self.create = store.keys, store.versions, store.create

    def read(self, key: str) -> bytes:
        """The bytes of the object."""
        return json.dumps(self._bodies[key]).encode() if key in self._bodies else self._store.read(key)

    def read_json(self, key: str) -> Any:
        """The object parsed."""
        return self._bodies[key] if key in self._bodies else self._store.read_json(key)


@dataclass(frozen=True)
class OnOtherBodies(Session):
    """A session whose store is another one."""

    bodies: Store

    @property
    def store(self) -> Store:
        """The object store."""
        return self.bodies


@dataclass(frozen=True)
class Landed:
    """A mutant of a body once it is loaded: all rows of some dates, and of each output those that went and came."""

    mutant: BodyMutant
    session: Session  # on the objects as they are with it
    dates: frozenset[date]
    loaded: dict[Output, list[Row]]
    gone: dict[Output, list[Row]]
    instead: dict[Output, list[Row]]

    @property
    def output(self) -> Output:
        """The first of the outputs in which rows are others."""
        return next(iter(self.loaded))

    @property
    def column(self) -> str:
        """What is wrong."""
        return self.mutant.path

    @property
    def first_dates(self) -> frozenset[date]:
        """The dates of its rows: there are no more of them than it takes."""
        return self.dates

    def planted(self, dates: Iterable[date]) -> dict[Output, list[Row]]:
        """All rows that some dates of each changed output hold with what is wrong."""
        return {output: [row for row in rows if row[output.table.date] in dates] for output, rows in self.loaded.items()}

    def reason(self, warned_by: str, is_changed: bool) -> str:
        """Why what became of its rows may go unseen, but for what a check warns of, if it changes anything above raw or not."""
        of_columns = [(output, column) for output in self.loaded for column in self._columns(output)]
        reasons = {unwitnessed.reason(output, column, warned_by, is_changed) for output, column in of_columns}
        return "" if "" in reasons else "; ".join(sorted(reasons))

    @property
    def is_of_who_did_not_play(self) -> bool:
        """Whether only lines of players who did not play are others, and still say so."""
        return all(row.get("did_play") is False for rows in (*self.gone.values(), *self.instead.values()) for row in rows)

    def _columns(self, output: Output) -> set[str]:
        """The columns in which the rows that came are other than those that went; ROWS where they are other rows."""
        key, gone, instead = output.table.key, self.gone[output], self.instead[output]
        for name in key:  # rows that have one another's names are else the same
            if _contents(output, gone, name) == _contents(output, instead, name):
                return {name}
        before, after = ({tuple(row[name] for name in key): row for row in rows} for rows in (gone, instead))
        if before.keys() != after.keys():
            return {ROWS}
        return {name for who, row in before.items() for name in row if row[name] != after[who][name] and name not in PROVENANCE}


class Loader:
    """Loads the dates of mutants of bodies again, and only those, as step 11 would."""

    def __init__(self, session: Session):
        self._session, self._store = session, session.store
        self._outputs = tables.step_outputs(tables.LOAD_STEP)
        self._there: dict[tuple[Output, date], list[Row]] = {}
        for output in self._outputs:
            for row in session.warehouse.rows(output):
                self._there.setdefault((output, row[output.table.date]), []).append(row)
        self._accepted = overrides.accepted_as_missing(session)
        self._identities = cache(lambda dates: build.published_identities(session, list(dates)))

    def land(self, mutant: BodyMutant) -> Landed | None:
        """What becomes of a mutant; None where all rows are as they were. Broken where nothing can be loaded at all."""
        session = OnOtherBodies(**vars(self._session), bodies=OtherBodies(self._store, mutant.bodies))
        dates = tuple(sorted({mutant.day, *self._moved(mutant)}))
        lookups, names = self._identities(dates)
        lines, window = session.settings.lines, session.window
        loaded = raw.load(session.store, window, lines, lookups, self._accepted, list(dates), names)
        rows, gone, instead = {}, {}, {}
        for output in self._outputs:
            before = [row for day in dates for row in self._there.get((output, day), [])]
            after = [_as_stored(output, row) for row in loaded.rows[output.table.name]]
            gone[output], instead[output] = _differing(output, before, after)
            if gone[output] or instead[output]:
                rows[output] = after
        return Landed(mutant, session, frozenset(dates), rows, gone, instead) if rows else None

    def _moved(self, mutant: BodyMutant) -> set[date]:
        """The dates of the window on which a mutant of the schedule has other games."""
        if mutant.object != "schedule":
            return set()
        [(key, body)] = mutant.bodies.items()
        before, after = (set(raw.games(one, self._session.window.season.name, key, [])) for one in (self._store.read_json(key), body))
        return {game.game_date for game in before ^ after} & set(self._session.window.dates())


def _as_stored(output: Output, row: Row) -> Row:
    return {name: utc(row[name]) if isinstance(row.get(name), datetime) else row.get(name) for name in output.table.column_names}


def _differing(output: Output, before: list[Row], after: list[Row]) -> tuple[list[Row], list[Row]]:
    """The rows that are there no more, and those that are there now."""
    one, other = _contents(output, before), _contents(output, after)
    went, came = one - other, other - one
    return [row for row in before if _content(output, row) in went], [row for row in after if _content(output, row) in came]


def _contents(output: Output, rows: list[Row], left_out: str = "") -> Counter:
    return Counter(_content(output, row, left_out) for row in rows)


def _content(output: Output, row: Row, left_out: str = "") -> tuple:
    """What a row says, whoever wrote it."""
    return tuple(row[name] for name in output.table.column_names if name not in PROVENANCE and name != left_out)
