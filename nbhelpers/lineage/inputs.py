"""What a partition was computed from: which dates of which tables, and with which code."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from nbhelpers import raw
from nbhelpers.lineage import owner_commands
from nbhelpers.session import Session
from nbhelpers.sql import queries, tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import NO_ROWS, Partition

_LOADERS = ("bodies.py", "boxscores.py", "identifiers.py", "loading.py", "schedule.py", "shots.py")  # the code that makes raw rows


@cache
def code_version(output: Output) -> str:
    """A short hash of what computes an output: its query with its views, or the loaders; comments do not count."""
    if output.path is None:
        text = "".join((Path(raw.__file__).parent / name).read_text(encoding="utf-8") for name in _LOADERS)
    else:
        text = queries.meaning(output.path)
    return hashlib.sha256(f"{text}{output.table.columns}".encode()).hexdigest()[:12]


def code_of(session: Session, output: Output) -> str:
    """A short hash of what computes an output in this session: its step's own command, where it has one."""
    template = owner_commands.command(session.settings.commands, output.step)
    return owner_commands.code_version(template) if template else code_version(output)


class Reach:
    """Which dates of a table below an output's partition of a day is computed from.

    Summaries of games belong to the day itself. Analyses look at the schedule up to the day, at who is listed and at the
    other analyses of the day itself, and back over earlier games: zone analyses over the dates of the games in somebody's
    window, the others over all of the season's.
    """

    def __init__(self, session: Session):
        self._session, self._season = session, session.window.season
        self._found: dict[str, dict[date, set[date]]] = {}  # the windows of a view, once they are asked for

    def reads(self, output: Output, source: Output, day: date, when: date) -> bool:
        """Whether the partition of `day` depends on the partition `when` of `source`."""
        return bool(self.among(output, source, day, [when]))

    def among(self, output: Output, source: Output, day: date, dates: list[date]) -> list[date]:
        """Those of some dates of `source`, earliest first as they are, that the partition of `day` depends on."""
        stage, opening_night = output.processor or output.short, self._season.opening_night
        if output.layer > 2 and (windows := _WINDOWS.get((stage, source.short))):
            window = self._windows(windows).get(day, ())
            return [when for when in dates if when in window]
        if output.layer > 2 and source.layer == 2:
            return dates[bisect_left(dates, opening_night) : bisect_left(dates, day)]
        if output.layer > 2 and (source.short == "SCHEDULE" or (output.layer == 4 and source.short == "TDZA")):
            return dates[bisect_left(dates, opening_night) : bisect_right(dates, day)]
        return dates[bisect_left(dates, day) : bisect_right(dates, day)]

    def _windows(self, of: str) -> dict[date, set[date]]:
        """For each analysis date the dates of the games in somebody's window."""
        if of not in self._found:
            rows = self._session.query(f"SELECT DISTINCT analysis_date, game_date FROM {of}")
            found = self._found[of] = {}
            for day, when in zip(rows.analysis_date.dt.date, rows.game_date.dt.date, strict=True):
                found.setdefault(day, set()).add(when)
        return self._found[of]


_WINDOWS = {  # of a stage over the games below it: these end; season averages reach back to opening night
    ("TDZA", "TDGS"): "views.earlier_team_games WHERE games_ago <= 15",
    ("PSZA", "PGS"): "views.earlier_player_games WHERE games_ago <= 10",
}


class Contents:
    """What every output's dates hold, each looked up once: lower layers as published, `layer` as the candidate."""

    def __init__(self, session: Session, layer: int):
        self._session, self._layer = session, layer
        self._found: dict[Output, dict[date, Partition]] = {}

    @cached_property
    def reach(self) -> Reach:
        """Which dates depend on which."""
        return Reach(self._session)

    @cached_property
    def gaps(self) -> list[tuple[str, str, str]]:
        """The games accepted as missing: date, what, game_id."""
        found = self._session.query("SELECT game_id, what FROM nba_processing.accepted_gaps ORDER BY game_id, what")
        return [(f"{row.game_id[:4]}-{row.game_id[4:6]}-{row.game_id[6:8]}", row.what, row.game_id) for row in found.itertuples()]

    @cached_property
    def log(self) -> dict[tuple[str, date], dict]:
        """What the partition log says of the window."""
        return log_entries(self._session)

    def look_up(self, outputs: Iterable[Output]) -> None:
        """Look up what will be asked for, all at once."""
        unknown = [output for output in dict.fromkeys(outputs) if output not in self._found]
        if unknown:
            self._found |= self._session.warehouse.fingerprints_of(unknown, self._layer)

    def of(self, output: Output) -> dict[date, Partition]:
        """What each date of an output holds."""
        self.look_up([output])
        return self._found[output]

    def forget(self, output: Output) -> None:
        """Look an output up again: it has just been built."""
        self._found = {one: found for one, found in self._found.items() if one.name != output.name}


def computed_from(session: Session, output: Output) -> tuple[Output, ...]:
    """What an output is computed from: of each input, the columns that its query reads.

    So a corrected column makes stale what reads it, and nothing else. Of a step that its owner's own command does, which
    nobody can look into, all columns count.
    """
    return tables.inputs(output) if owner_commands.command(session.settings.commands, output.step) else tables.parts_read(output)


def input_fingerprints(session: Session, output: Output, contents: Contents) -> dict[str, tuple[str, str]]:
    """For each ISO date of the window: the earliest date that an output reads and a fingerprint of all it reads."""
    sources = []
    contents.look_up(computed_from(session, output))
    for source in computed_from(session, output):
        there = contents.of(source)
        sources.append((source, sorted(there), {when: f"{when} {there[when].fingerprint}".encode() for when in there}))
    found = {}
    for day in session.window.dates():
        told, earliest = hashlib.sha256(), day
        for source, dates, texts in sources:
            told.update(source.name.encode())
            read = contents.reach.among(output, source, day, dates)
            earliest = min([earliest, *read[:1]])
            told.update(b"".join(texts[when] for when in read))
        told.update(repr([gap for gap in contents.gaps if gap[0] <= str(day)]).encode())
        found[str(day)] = (str(earliest), told.hexdigest()[:32])
    return found


def log_entries(session: Session, of_all_dates: bool = False) -> dict[tuple[str, date], dict]:
    """The partition log's entry in force for each (output name, date of the window), receipts that exist only."""
    rows = session.query(
        f"""SELECT log.* FROM nba_processing.partition_log AS log
            INNER JOIN nba_processing.gate_receipts AS receipts ON receipts.receipt_id = log.receipt_id AND receipts.voided_by IS NULL
            {"" if of_all_dates else "WHERE log.partition_date BETWEEN @start_date AND @end_date"}
            QUALIFY ROW_NUMBER() OVER (
                PARTITION BY table_name, processor_name, partition_date ORDER BY log.created_at DESC, log.receipt_id DESC) = 1"""
    )
    rows["tainted_by"] = rows.tainted_by.astype(object).where(rows.tainted_by.notna(), None)
    entries = (row._asdict() for row in rows.itertuples(index=False))
    return {(f"{row['table_name']}/{row['processor_name']}".rstrip("/"), row["partition_date"].date()): row for row in entries}


def discrepancy(
    entry: dict | None, content: Partition, made_from: str | None = None, code: str | None = None
) -> tuple[str, str] | None:
    """How a published partition is not what the log says of it: a state and why; None where all is well.

    `made_from` and `code` are the fingerprint of its inputs now and the version of what computes it; None: not asked.
    """
    if entry is None:
        return "unaudited", "foreign: no gate has passed these rows"
    if entry["fingerprint"] != content.fingerprint:
        return "unaudited", "changed since its gate passed it"
    if entry["tainted_by"]:
        return "tainted", entry["tainted_by"]
    if made_from is not None and entry["inputs_fingerprint"] != made_from:
        return "stale", "the tables below it have changed since"
    if code is not None and entry["code_version"] != code:
        return "stale", "it was computed by other code"
    return None


def dates_to_rebuild(session: Session, output: Output, inputs: dict[str, tuple[str, str]], contents: Contents) -> list[date]:
    """The dates of the window whose published partition a build would not leave as it is, by the partition log alone."""
    published, code = session.warehouse.fingerprints(output), code_of(session, output)
    return [
        day
        for day in session.window.dates()
        if discrepancy(contents.log.get((output.name, day)), content_at(published, day), inputs[str(day)][1], code)
    ]


def content_at(contents: dict[date, Partition], day: date) -> Partition:
    """What a date holds, a date without rows included."""
    return contents.get(day, NO_ROWS)
