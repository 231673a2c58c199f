"""The check that holds every raw row to the bytes that it was read from, which are read a second time.

The second reading is DuckDB's, in memory, by the queries in sql/witness/stored/: one for each raw table, named as the table. It
shares with nbhelpers/raw which spelling is which team's and how few players make a game, and nothing else.
"""

import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from functools import cached_property

import duckdb
import pandas as pd
import pyarrow as pa

from nbhelpers import lineage
from nbhelpers.errors import Broken
from nbhelpers.gates.members import ByDate
from nbhelpers.raw import identifiers
from nbhelpers.raw.boxscores import FEWEST_PLAYERS
from nbhelpers.session import Session
from nbhelpers.sql import files, tables
from nbhelpers.sql.tables import Output
from nbhelpers.store import Store, objects
from nbhelpers.warehouse import DUCKDB_TYPES

NOT_READ_AGAIN = {  # each column that is held to no object, and why
    "source_object": "it is the schedule that said so first, and the newest is read again: what it says has to be the same",
}
FOLDER = files.VIEWS["witness"] / "stored"
READINGS = (  # in the order in which one stands on the other
    "official_teams", "official_games", "nbac_schedule", "nbac_player_boxscores", "nbac_team_boxscores", "bdl_player_boxscores",
    "nbac_shots", "expected", "names",
)  # fmt: skip
SCHEDULE, SHOTS, OFFICIAL = "nbac_schedule", "nbac_shots", "nbac_player_boxscores"
KEYS = {  # by table, what tells one row of an object from another
    SCHEDULE: ("nba_game_id",),
    "bdl_player_boxscores": ("game_id", "bdl_player_id", "source_file_path"),
    OFFICIAL: ("game_id", "person_id", "source_file_path"),
    "nbac_team_boxscores": ("game_id", "team_abbr", "source_file_path"),
    SHOTS: ("game_id", "action_number", "source_file_path"),
}
NAMES = {"bdl_player_boxscores": "player_full_name", OFFICIAL: "player_name"}  # the column of a player's one name
MOST_DATES = 14  # whose objects are read at once: those of a season need more memory than all else
AT_ONCE = 8  # the storage client keeps ten connections
NOTHING = "null"  # what an object says that is no JSON


def as_stored(session: Session, gate: int, contents: lineage.Contents) -> ByDate:
    """as_stored

    fail:    Does every raw row say in every column what its stored object says, read a second time, and is no row of it missing?
    of:      rows of stored objects, and dates
    because: what was misread, or changed since, may add up, and nobody contradicts what one source alone tells
    then:    run 11_load_raw again, then this gate; if it stays, one of two readings is wrong: nbhelpers/raw/ or sql/witness/stored/
    """
    outputs = tuple(tables.layer_outputs(gate // 10))

    def members(dates: list[date]) -> pd.DataFrame:
        asked = _Rows(session, gate // 10, outputs, dates)
        parts = [dates[first : first + MOST_DATES] for first in range(0, len(dates), MOST_DATES)]
        return pd.concat([_members_of(asked, part) for part in parts], ignore_index=True)

    return ByDate(outputs, code(), members)


def _members_of(asked: "_Rows", dates: list[date]) -> pd.DataFrame:
    with closing(duckdb.connect()) as connection:
        reading = _Reading(connection, asked, dates)
        reading.add_rows()
        reading.add_objects()
        reading.add_names()
        return reading.members()


def code() -> str:
    """The texts of the second reading."""
    return "\n".join(map(_text, ("macros", *READINGS)))


class _Rows:
    """The raw rows of some dates, as the gate is to publish them; of the season's other dates how its players are called."""

    def __init__(self, session: Session, layer: int, outputs: tuple[Output, ...], dates: list[date]):
        self.session, self.outputs, self._layer, self._dates = session, outputs, layer, dates
        self.of = {output: self._ask(_rows_query(output), start_date=min(dates), end_date=max(dates)) for output in outputs}

    @cached_property
    def names_elsewhere(self) -> pa.Table:
        """Lookups with the names that they have on none of the dates alone."""
        told = [
            f"""SELECT player_lookup, {name} AS name FROM nba_raw.{table}
                WHERE game_date BETWEEN @season_start AND @end_date AND game_date NOT IN UNNEST(@dates)"""
            for table, name in NAMES.items()
        ]
        return self._ask(" UNION DISTINCT ".join(told), dates=self._dates)

    def _ask(self, query: str, **parameters: object) -> pa.Table:
        found = self.session.warehouse.query(query, self.session.parameters(**parameters), self._layer)
        return pa.Table.from_pandas(found, preserve_index=False)


def _rows_query(output: Output) -> str:
    table = output.table
    return f"SELECT {', '.join(table.column_names)} FROM {table.name} WHERE {table.date} BETWEEN @start_date AND @end_date"


class _Reading:
    """The raw rows of some dates beside what their objects say, in a database in memory."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, asked: _Rows, dates: list[date]):
        self._connection, self._asked, self._session, self._dates = connection, asked, asked.session, dates
        of = asked.session.window.season
        self._parameters: dict[str, object] = {"season": of.name, "season_year": of.year, "fewest": FEWEST_PLAYERS, "dates": dates}
        connection.execute("SET TimeZone = 'UTC'")

    def add_rows(self) -> None:
        """Put there the rows of the dates."""
        for output, rows in self._asked.of.items():
            columns = ", ".join(f"CAST({of.name} AS {DUCKDB_TYPES[of.type]}) AS {of.name}" for of in output.table.columns)
            text = f"SELECT {columns} FROM found WHERE LIST_CONTAINS($dates, CAST({output.table.date} AS DATE))"
            self._make(f"rows_of_{_name(output)}", text, rows)

    def add_objects(self) -> None:
        """Put there what the objects say that the rows name, the newest of each folder of the dates, and the newest schedule."""
        store = self._session.store
        keys = store.keys()
        named = " UNION ".join(f"SELECT source_file_path FROM rows_of_{table}" for table in KEYS if table != SCHEDULE)
        of_schedule = f"SELECT source_object FROM rows_of_{SCHEDULE} WHERE STARTS_WITH(source_object, '{objects.OFFICIAL_BOX_SCORES}')"
        asked = {key for (key,) in self._connection.execute(f"{named} UNION {of_schedule}").fetchall()}
        bodies = _bodies(store, sorted(asked.union(_newest(keys, self._dates)).intersection(keys)))
        schedule = self._newest_schedule(keys)
        self._parameters["schedule"] = next(iter(schedule), "")
        bodies |= schedule
        self._make("there", "SELECT key FROM found", pa.table({"key": pa.array(keys, pa.string())}))
        self._make("stored", f"SELECT key, IF(JSON_VALID(body), body, '{NOTHING}') AS body FROM found", _two_columns("key", "body", bodies))
        self._make("teams", "SELECT * FROM found", _two_columns("spelled", "team_abbr", identifiers.SPELLINGS))
        self._connection.execute(_text("macros"))
        for name in READINGS:
            self._make(name, _text(name))

    def add_names(self) -> None:
        """Where a row has a name that none of these objects has of the player, have it known how he is called on other dates."""
        lookups = " UNION ALL ".join(f"SELECT player_lookup, {name} AS name FROM rows_of_{table}" for table, name in NAMES.items())
        [(unknown,)] = self._connection.execute(f"SELECT COUNT(*) FROM ({lookups}) ANTI JOIN names USING (player_lookup, name)").fetchall()
        if not unknown:
            return
        told = [("SELECT player_lookup, name FROM found", self._asked.names_elsewhere)]
        on_other_dates = "FROM found WHERE NOT LIST_CONTAINS($dates, CAST(game_date AS DATE))"
        for output, rows in self._asked.of.items():
            if name := NAMES.get(_name(output)):
                told.append((f"SELECT player_lookup, {name} {on_other_dates}", rows))
        for text, rows in told:
            self._connection.register("found", rows)
            self._connection.execute(f"INSERT INTO names {text} EXCEPT SELECT * FROM names", self._given(text))

    def members(self) -> pd.DataFrame:
        """A row for each row that is there or should be, and one for each date: game_date, member, is_examined, problem."""
        found = self._members(in_words=False)
        return self._members(in_words=True) if found.problem.notna().any() else found

    def _members(self, in_words: bool) -> pd.DataFrame:
        days = "SELECT day, CONCAT('date ', CAST(day AS VARCHAR)), TRUE, NULL FROM (SELECT UNNEST($dates) AS day)"
        text = " UNION ALL ".join([*(_compared(output, in_words) for output in self._asked.outputs), days])
        return self._connection.execute(text, self._given(text)).df()

    def _newest_schedule(self, keys: list[str]) -> dict[str, str]:
        """The newest schedule of the season that is one, by its key."""
        season = str(self._parameters["season"])
        of_season = [key for key in keys if key.startswith(objects.schedule_prefix(season))]
        for key in reversed(objects.in_order(of_season)):
            body = _bodies(self._session.store, [key])
            is_one = "SELECT JSON_VALID($body) AND JSON_EXTRACT_STRING($body, '$.leagueSchedule.seasonYear') = $season"
            if body and self._connection.execute(is_one, {"body": body[key], "season": season}).fetchall() == [(True,)]:
                return body
        return {}

    def _make(self, name: str, text: str, found: pa.Table | None = None) -> None:
        """Make a table of a query's rows, which may read the table `found`."""
        if found is not None:
            self._connection.register("found", found)
        self._connection.execute(f"CREATE TABLE {name} AS {text}", self._given(text))

    def _given(self, text: str) -> dict[str, object]:
        return {name: self._parameters[name] for name in set(re.findall(r"\$(\w+)", text)) & self._parameters.keys()}


def _compared(output: Output, in_words: bool) -> str:
    """A query that holds an output's rows to what was read again, in the shape of a check's SELECT."""
    name, keys, date_column = _name(output), KEYS[_name(output)], output.table.date
    source = "source_object" if name == SCHEDULE else "source_file_path"
    if name == SCHEDULE:
        told = f"SELECT * FROM {name} WHERE LIST_CONTAINS($dates, game_date) OR nba_game_id IN (SELECT nba_game_id FROM rows_of_{name})"
    else:
        told = f"SELECT * FROM {name} SEMI JOIN (FROM expected WHERE of = '{name}') USING (source_file_path, game_id)"
    values = [(column, *_values(name, column)) for column in output.table.column_names if column not in {*keys, *NOT_READ_AGAIN}]
    differs = " OR ".join(f"{built} IS DISTINCT FROM {again}" for _, built, again in values)
    words = ", ".join(
        f"IF({one} IS DISTINCT FROM {other}, CONCAT('{column} ', {_text_of(one)}, ', the stored object says ', {_text_of(other)}), NULL)"
        for column, one, other in values
    )
    said = f"CONCAT_WS('; ', {words})" if in_words else "'differs'"
    member = ", ' ', ".join(f"COALESCE(built.{key}, told.{key})" for key in keys if key != "source_file_path")
    return f"""
        SELECT
            COALESCE(built.{date_column}, told.{date_column}) AS game_date,
            CONCAT('{output.short} ', {member}) AS member,
            built.{keys[0]} IS NOT NULL AND told.{keys[0]} IS NOT NULL AS is_examined,
            CASE
                WHEN built.{keys[0]} IS NULL THEN 'no such row, and the stored object has one'
                WHEN told.{keys[0]} IS NULL THEN CONCAT('a row that ', built.{source}, ' does not have')
                WHEN built.copies > 1 THEN CONCAT('there ', built.copies, ' times')
                WHEN {differs} THEN {said}
            END AS problem
        FROM (
            SELECT *, COUNT(*) OVER (PARTITION BY {', '.join(keys)}) AS copies FROM rows_of_{name} SEMI JOIN there ON there.key = {source}
        ) AS built
        FULL OUTER JOIN ({told}) AS told ON {' AND '.join(f'built.{key} = told.{key}' for key in keys)}
        {_decided(name)}"""


def _values(name: str, column: str) -> tuple[str, str]:
    """What a row has in a column, and what it should have: who somebody is has been decided, and is held to that."""
    built, told = f"built.{column}", f"told.{column}"
    if column == NAMES.get(name):
        return built, f"COALESCE(known.name, {told})"
    if column == "player_lookup" and name in NAMES:
        return built, f"IF(is_lookup_of(built.player_lookup, built.{NAMES[name]}), built.player_lookup, lookup(built.{NAMES[name]}))"
    if column == "player_lookup":
        return built, "COALESCE(persons.player_lookup, built.player_lookup)"
    return built, told


def _decided(name: str) -> str:
    """What else is joined to a table's rows to tell who somebody is."""
    if name in NAMES:
        return f"LEFT JOIN names AS known ON known.player_lookup = built.player_lookup AND known.name = built.{NAMES[name]}"
    if name == SHOTS:
        of_persons = f"SELECT game_id, person_id, MIN(player_lookup) AS player_lookup FROM rows_of_{OFFICIAL} GROUP BY game_id, person_id"
        return f"LEFT JOIN ({of_persons}) AS persons ON persons.game_id = built.game_id AND persons.person_id = built.person_id"
    return ""


def _text_of(value: str) -> str:
    return f"COALESCE(CAST({value} AS VARCHAR), 'NULL')"


def _newest(keys: list[str], dates: list[date]) -> list[str]:
    """The newest object of each folder of some dates."""
    of_dates = [key for key in keys if (at := objects.address(key)) and at.game_date in dates]
    return list({key.rpartition("/")[0]: key for key in objects.in_order(of_dates)}.values())


def _bodies(store: Store, keys: list[str]) -> dict[str, str]:
    """The texts of some objects; one that cannot be read is left out, one that is no text says nothing."""

    def body(key: str) -> str | None:
        try:
            received = store.read(key)
        except Broken:
            return None
        try:
            return objects.unpacked(key, received).decode()
        except (ValueError, EOFError, OSError, zlib.error):
            return NOTHING

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {key: text for key, text in zip(keys, pool.map(body, keys), strict=True) if text is not None}


def _two_columns(one: str, other: str, values: dict[str, str]) -> pa.Table:
    return pa.table({one: pa.array(values, pa.string()), other: pa.array(values.values(), pa.string())})


def _name(output: Output) -> str:
    return output.table.name.partition(".")[2]


def _text(name: str) -> str:
    return files.text(FOLDER / f"{name}.sql")
