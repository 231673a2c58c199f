"""What every output's dates hold and what the log says of them, each looked up once for the length of a step or a gate."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property

from nbhelpers import raw
from nbhelpers.lineage.partition_log import Log, log_entries
from nbhelpers.lineage.reach import Reach
from nbhelpers.session import Session
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import Partition

Inputs = dict[str, tuple[str, str]]  # by ISO date: the earliest date read, and a fingerprint of all that is read


class Contents:
    """What every output's dates hold: lower layers as published, `layer` as the candidate."""

    def __init__(self, session: Session, layer: int):
        self._session, self._layer = session, layer
        self._partitions: dict[Output, dict[date, Partition]] = {}
        self._histories: dict[Output, History] = {}

    @cached_property
    def reach(self) -> Reach:
        """Which dates depend on which."""
        return Reach(self._session)

    @cached_property
    def stored(self) -> Inputs:
        """For each ISO date of the window: itself, and a fingerprint of the objects and gaps that its raw rows are made from."""
        stored = raw.input_fingerprints(self._session.store, self._session.window)
        gaps = {day: [gap for gap in self.gaps if gap[0] == day] for day in stored}  # one that is taken back is asked for again
        counted = self._session.settings.lines  # whose lines are spelled into the lookups of new players
        return {day: (first, _digest(text, counted, gaps[day])) for day, (first, text) in stored.items()}

    @cached_property
    def gaps(self) -> list[tuple[str, str, str]]:
        """The games accepted as missing: ISO date, what, game_id."""
        rows = self._session.query_once("SELECT game_id, what FROM nba_processing.accepted_gaps ORDER BY game_id, what")
        return [(f"{row.game_id[:4]}-{row.game_id[4:6]}-{row.game_id[6:8]}", row.what, row.game_id) for row in rows.itertuples()]

    @cached_property
    def log(self) -> Log:
        """What the partition log says of the window."""
        return log_entries(self._session)

    def look_up(self, outputs: Iterable[Output]) -> None:
        """Look up several outputs at once, which takes less time than one after the other."""
        unknown = [output for output in dict.fromkeys(outputs) if output not in self._partitions]
        if unknown:
            self._partitions |= self._session.warehouse.fingerprints_of(unknown, self._layer)

    def of(self, output: Output) -> dict[date, Partition]:
        """What each date of an output holds."""
        if output not in self._partitions:
            self.look_up([output])
        return self._partitions[output]

    def history(self, output: Output) -> "History":
        """The same in order."""
        if output not in self._histories:
            self._histories[output] = History(self.of(output), self._session.window.season.opening_night)
        return self._histories[output]

    def forget(self, output: Output) -> None:
        """Look an output up once more when it is needed: it has just been built."""
        self._partitions = {known: partitions for known, partitions in self._partitions.items() if known.name != output.name}
        self._histories = {known: history for known, history in self._histories.items() if known.name != output.name}


class History:
    """What the dates of an output hold, in order, with a digest of all from opening night up to each.

    So what a date's partition reads of a whole season is told as fast in April as in November.
    """

    def __init__(self, partitions: dict[date, Partition], opening_night: date):
        self._dates, self._opening_night = sorted(partitions), opening_night
        self._lines = [f"{day} {partitions[day].fingerprint}".encode() for day in self._dates]
        self._start = bisect_left(self._dates, opening_night)
        self._up_to, digest = list[bytes](), hashlib.sha256()
        for line in self._lines[self._start :]:
            digest.update(line)
            self._up_to.append(digest.digest())

    def between(self, first: date, last: date, some: Collection[date] | None) -> tuple[date | None, bytes]:
        """The earliest of the dates from one to another, or of `some` of these, and what has other bytes when they hold something else."""
        start, end = bisect_left(self._dates, first), bisect_right(self._dates, last)
        if some is None and first == self._opening_night and start < end:
            return self._dates[start], self._up_to[end - self._start - 1]
        places = [nth for nth in range(start, end) if some is None or self._dates[nth] in some]
        return (self._dates[places[0]] if places else None), b"".join(self._lines[nth] for nth in places)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
